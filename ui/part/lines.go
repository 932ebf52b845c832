package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// ErrorLine is one line of words in the error colour. Empty, it keeps its height.
type ErrorLine struct {
	widget.BaseWidget
	text string
}

// Set changes the words; "" shows nothing.
func (e *ErrorLine) Set(text string) {
	if e.text != text {
		e.text = text
		e.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (e *ErrorLine) CreateRenderer() fyne.WidgetRenderer {
	icon, text := newGlyph("", look.AlertHigh), newRun(Style{Tint: look.AlertHigh})
	s := newSheet(e, icon, text)
	s.state = func() {
		text.set(e.text, look.AlertHigh)
		icon.set("warning", look.AlertHigh)
		if e.text == "" {
			icon.set("", look.AlertHigh)
		}
	}
	s.layout = func(size fyne.Size) {
		icon.place(8, size.Height/2, 16)
		text.place(24, 0, size.Width-24, size.Height)
	}
	s.min = func() fyne.Size { return fyne.NewSize(min(24+text.width(), 160), grow(20)) }
	return s.ready()
}

// Progress is a 4 px bar; words beside or above it are the caller's.
type Progress struct {
	widget.BaseWidget
	done, of int
	tint     fyne.ThemeColorName
}

// NewProgress returns a bar with done of all.
func NewProgress(done, of int) *Progress {
	p := &Progress{done: done, of: of, tint: look.Accent}
	p.ExtendBaseWidget(p)
	return p
}

// Set changes how far it is.
func (p *Progress) Set(done, of int) {
	if p.done != done || p.of != of {
		p.done, p.of = done, of
		p.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (p *Progress) CreateRenderer() fyne.WidgetRenderer {
	track, bar := newBox(look.ButtonFill, "", 2), newBox(look.Accent, "", 2)
	s := newSheet(p, track, bar)
	s.state = func() { bar.fill = p.tint }
	s.layout = func(size fyne.Size) {
		track.place(0, whole((size.Height-4)/2), size.Width, 4)
		share := float32(0)
		if p.of > 0 {
			share = min(1, max(0, float32(p.done)/float32(p.of)))
		}
		bar.place(0, whole((size.Height-4)/2), whole(size.Width*share), 4)
	}
	s.min = func() fyne.Size { return fyne.NewSize(40, 4) }
	return s.ready()
}

// Share is one part of a whole.
type Share struct {
	Count int
	Tint  fyne.ThemeColorName
}

// Shares is a 6 px bar of a whole's parts. The numbers beside it carry what it shows.
type Shares struct {
	widget.BaseWidget
	parts []Share
}

// NewShares returns the bar; parts without a count are left out.
func NewShares(parts ...Share) *Shares {
	s := &Shares{parts: parts}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *Shares) CreateRenderer() fyne.WidgetRenderer {
	boxes, all := make([]*box, len(s.parts)), 0
	for i, p := range s.parts {
		boxes[i] = newBox(p.Tint, "", 2)
		all += p.Count
	}
	sh := newSheet(s, boxes)
	sh.layout = func(size fyne.Size) {
		x := float32(0)
		for i, p := range s.parts {
			w := float32(0)
			if p.Count > 0 {
				w = max(4, whole(size.Width*float32(p.Count)/float32(max(all, 1))))
				w = min(w, size.Width-x)
			}
			boxes[i].place(x, whole((size.Height-6)/2), max(0, w-2), 6)
			x += w
		}
	}
	sh.min = func() fyne.Size { return fyne.NewSize(40, 6) }
	return sh.ready()
}

// NewProgressLine returns a bar with a line of words over it.
func NewProgressLine(text string, bar *Progress) *fyne.Container {
	return Stack(6, NewCaption(text), bar)
}

// Cells is a small gauge: cells up to eight, a bar above that. Used for calls left in a day.
type Cells struct {
	widget.BaseWidget
	left, of int
}

// NewCells returns a gauge with left of all.
func NewCells(left, of int) *Cells {
	c := &Cells{left: left, of: of}
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer implements fyne.Widget.
func (c *Cells) CreateRenderer() fyne.WidgetRenderer {
	count := c.of
	if c.of > 8 || c.of < 1 {
		count = 0
	}
	cells := make([]*box, max(count, 2))
	for i := range cells {
		cells[i] = newBox(look.ChartBar, "", 2)
	}
	s := newSheet(c, cells)
	s.state = func() {
		for i, cell := range cells {
			cell.fill = look.ChartBar
			if i < c.left && count > 0 {
				cell.fill = look.Accent
			}
		}
		if count == 0 {
			cells[1].fill = look.Accent
		}
	}
	s.layout = func(size fyne.Size) {
		y := whole((size.Height - 8) / 2)
		if count == 0 {
			cells[0].place(0, y, 94, 8)
			cells[1].place(0, y, whole(94*float32(c.left)/float32(max(c.of, 1))), 8)
			return
		}
		for i, cell := range cells {
			cell.place(float32(i)*16, y, 13, 8)
		}
	}
	s.min = func() fyne.Size {
		if count == 0 {
			return fyne.NewSize(94, 8)
		}
		return fyne.NewSize(float32(count)*16-3, 8)
	}
	return s.ready()
}

// UndoBar is the 36 px bar at the bottom of a place: what was done, and Undo. The place
// that shows it takes it away after ten seconds.
type UndoBar struct {
	widget.BaseWidget
	text *Text
	undo *Button
}

// NewUndoBar returns a hidden bar; undo is the translated word.
func NewUndoBar(undo string) *UndoBar {
	u := &UndoBar{text: NewText("", Style{}), undo: NewButton(ButtonSpec{Text: undo, Rank: Quiet, Height: 26, Key: ""})}
	u.ExtendBaseWidget(u)
	u.Hide()
	return u
}

// Offer shows the bar with what was done and what undoes it. A tap hides the bar.
func (u *UndoBar) Offer(done string, undo func()) {
	u.text.Set(done)
	u.undo.SetOnTap(func() {
		u.Hide()
		undo()
	})
	u.Show()
	u.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (u *UndoBar) CreateRenderer() fyne.WidgetRenderer {
	ground, line := newBox(look.Selection, "", 0), newBox(look.Separator, "", 0)
	s := newSheet(u, ground, line, u.text, u.undo)
	s.layout = func(size fyne.Size) {
		ground.place(0, 0, size.Width, size.Height)
		line.place(0, 0, size.Width, 1)
		b := u.undo.MinSize()
		textW := min(u.text.MinSize().Width, max(0, size.Width-24-12-b.Width-8))
		u.text.Move(fyne.NewPos(24, 0))
		u.text.Resize(fyne.NewSize(textW, size.Height))
		u.undo.Move(fyne.NewPos(24+textW+4, whole((size.Height-b.Height)/2)))
		u.undo.Resize(b)
	}
	s.min = func() fyne.Size { return fyne.NewSize(200, grow(36)) }
	return s.ready()
}
