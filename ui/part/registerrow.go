package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// registerRow is one row in sight: canvas objects only, moved and bound again on scrolling.
type registerRow struct {
	widget.BaseWidget
	body *registerBody
	id   int
	row  RegisterRow
	read bool
}

func newRegisterRow(body *registerBody) *registerRow {
	r := &registerRow{body: body, id: -1}
	r.ExtendBaseWidget(r)
	return r
}

// bind makes the row show another id, or the same id read again.
func (r *registerRow) bind(id int) {
	r.id = id
	r.row, r.read = r.body.of.spec.Row(id)
	r.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (r *registerRow) CreateRenderer() fyne.WidgetRenderer {
	k := &registerRowRenderer{row: r}
	g := newRowGround(0)
	k.ground, k.icon = g, newGlyph("", look.Muted)
	g.ring.rect.CornerRadius = 4
	s := newSheet(r, g.fill, g.veil, k.icon)
	for _, c := range r.body.of.spec.Columns {
		align := fyne.TextAlignLeading
		if c.Right {
			align = fyne.TextAlignTrailing
		}
		cell := newRun(Style{Align: align})
		k.cells = append(k.cells, cell)
		s.add(cell)
	}
	k.label, k.note = newRun(styleOf(look.Caption, look.Text, true)), newRun(styleOf(look.Caption, look.Muted, false))
	for _, thing := range []any{k.label, k.note, g.ring} {
		s.add(thing)
	}
	s.state, s.layout = k.state, k.layout
	s.min = func() fyne.Size { return fyne.NewSize(320, r.body.rowHeight()) }
	return s.ready()
}

type registerRowRenderer struct {
	row         *registerRow
	ground      rowGround
	icon        *glyph
	cells       []*run
	label, note *run
}

func (k *registerRowRenderer) state() {
	r, b := k.row, k.row.body
	k.ground.fill.fill, k.ground.veil.fill = look.Clear, look.Clear
	current := r.id >= 0 && r.id == b.current
	if r.id >= 0 && (b.picked.has(r.id) && !r.row.Group || current) {
		k.ground.fill.fill = look.Selection
	}
	if r.id >= 0 && r.id == b.hover && !r.row.Group {
		k.ground.veil.fill = look.Hover
	}
	k.ground.ring.show(current && b.focused && !b.quietly, look.Accent)
	plain := r.read && !r.row.Group
	k.icon.set("", look.Muted)
	if plain && r.row.Icon != "" {
		tint := r.row.IconTint
		if tint == "" {
			tint = look.Muted
		}
		k.icon.set(r.row.Icon, tint)
	}
	for i, cell := range k.cells {
		cell.set("", look.Text)
		if plain && i < len(r.row.Cells) {
			c := r.row.Cells[i]
			if c.Tint == "" {
				c.Tint = look.Text
			}
			cell.bold(c.Bold)
			cell.set(c.Text, c.Tint)
		}
	}
	k.label.set("", look.Text)
	k.note.set("", look.Muted)
	if r.read && r.row.Group {
		k.label.set(r.row.Label, look.Text)
		k.note.set(r.row.Note, look.Muted)
	}
}

func (k *registerRowRenderer) layout(size fyne.Size) {
	k.ground.place(size)
	k.icon.place(registerLeft+7.5, size.Height/2, 15)
	grid := &k.row.body.of.grid
	for i, cell := range k.cells {
		if i < len(grid.x) {
			cell.place(grid.x[i], 0, grid.w[i], size.Height)
		}
	}
	top := size.Height - 6 - grow(16)
	w := min(k.label.width(), size.Width-26)
	k.label.place(registerLeft, top, w+1, grow(16))
	k.note.place(registerLeft+w+6, top, size.Width-registerLeft-w-20, grow(16))
}

const scrollBarWidth float32 = 10

// scrollBar is the thumb at the right of a register. It can be dragged, and takes its place
// from two lengths in float64, because a million rows are too many pixels for a float32.
type scrollBar struct {
	widget.BaseWidget
	scroll         func(float64)
	top, view, all float64
	hovered        bool
}

func newScrollBar(scroll func(float64)) *scrollBar {
	s := &scrollBar{scroll: scroll}
	s.ExtendBaseWidget(s)
	return s
}

func (s *scrollBar) set(top, view, all float64) {
	if s.top == top && s.view == view && s.all == all {
		return
	}
	s.top, s.view, s.all = top, view, all
	s.Refresh()
}

func (s *scrollBar) thumb() (y, h float32) {
	height := float64(s.Size().Height)
	if s.all <= s.view || height <= 0 {
		return 0, 0
	}
	length := max(24, height*s.view/s.all)
	return float32((height - length) * s.top / (s.all - s.view)), float32(length)
}

// Dragged implements fyne.Draggable.
func (s *scrollBar) Dragged(e *fyne.DragEvent) {
	_, h := s.thumb()
	if room := float64(s.Size().Height - h); room > 0 && h > 0 {
		s.scroll(s.top + float64(e.Dragged.DY)*(s.all-s.view)/room)
	}
}

// DragEnd implements fyne.Draggable.
func (s *scrollBar) DragEnd() {}

// MouseIn implements desktop.Hoverable.
func (s *scrollBar) MouseIn(*desktop.MouseEvent) { s.hover(true) }

// MouseMoved implements desktop.Hoverable.
func (s *scrollBar) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (s *scrollBar) MouseOut() { s.hover(false) }

func (s *scrollBar) hover(on bool) {
	s.hovered = on
	s.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (s *scrollBar) CreateRenderer() fyne.WidgetRenderer {
	thumb := newBox("scrollBar", "", look.RadiusBar)
	sh := newSheet(s, thumb)
	sh.layout = func(size fyne.Size) {
		y, h := s.thumb()
		w := float32(3)
		if s.hovered {
			w = 7
		}
		thumb.place(size.Width-w-2, y, w, h)
	}
	sh.min = func() fyne.Size { return fyne.NewSize(scrollBarWidth, 0) }
	return sh.ready()
}
