package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// ChipSpec says what a chip shows.
type ChipSpec struct {
	Text    string
	Icon    string
	On      bool
	Chevron bool // it opens something
	Plain   bool // no edge while it is off
	OnTap   func()
	OnClose func() // shows a cross; a tap on it or Delete closes
}

// Chip is a filter or a choice.
type Chip struct {
	press
	spec ChipSpec
}

// NewChip returns a chip.
func NewChip(spec ChipSpec) *Chip {
	c := &Chip{spec: spec}
	c.act = spec.OnTap
	c.keys = func(e *fyne.KeyEvent) bool {
		gone := e.Name == fyne.KeyDelete || e.Name == fyne.KeyBackspace
		if gone && c.spec.OnClose != nil {
			c.spec.OnClose()
		}
		return gone
	}
	c.is(c)
	return c
}

// Set changes words and state.
func (c *Chip) Set(text string, on bool) {
	c.spec.Text, c.spec.On = text, on
	c.Refresh()
}

// On reports whether it is chosen.
func (c *Chip) On() bool { return c.spec.On }

// Tapped implements fyne.Tappable.
func (c *Chip) Tapped(e *fyne.PointEvent) {
	if c.spec.OnClose != nil && !c.off && e.Position.X > c.Size().Width-24 {
		c.spec.OnClose()
		return
	}
	c.fire()
}

func (c *Chip) tail() (name string, size float32) {
	switch {
	case c.spec.OnClose != nil:
		return "close", 12
	case c.spec.Chevron:
		return "chevron-down", 14
	default:
		return "", 0
	}
}

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	fill, veil, ring := newBox(look.Surface, look.Separator, 13), newBox(look.Clear, "", 13), newRing(13)
	icon, tail, text := newGlyph("", look.Muted), newGlyph("", look.Muted), newRun(Style{Role: look.Small})
	s := newSheet(c, fill, veil, icon, text, tail, ring)
	s.state = func() {
		ink, sign := look.Text, look.Muted
		fill.fill, fill.stroke = look.Surface, look.Separator
		switch {
		case c.spec.On:
			fill.fill, fill.stroke = look.Selection, look.Selection
			ink, sign = look.Accent, look.Accent
		case c.spec.Plain:
			fill.fill, fill.stroke = look.Clear, look.Clear
		}
		if c.off {
			ink = look.Disabled
		}
		text.bold(c.spec.On)
		text.set(c.spec.Text, ink)
		icon.set(c.spec.Icon, sign)
		name, _ := c.tail()
		tail.set(name, sign)
		veil.fill = c.veil()
		ring.show(c.ringed(), look.Accent)
	}
	iconW := func() float32 {
		if c.spec.Icon == "" {
			return 0
		}
		return 14 + 5
	}
	s.layout = func(size fyne.Size) {
		for _, b := range []*box{fill, veil, ring} {
			b.rect.CornerRadius = size.Height / 2
			b.place(0, 0, size.Width, size.Height)
		}
		icon.place(10+7, size.Height/2, 14)
		_, tailW := c.tail()
		right := size.Width - 10
		tail.place(right-tailW/2, size.Height/2, tailW)
		if tailW > 0 {
			right -= tailW + 5
		}
		text.place(10+iconW(), 0, right-10-iconW()+1, size.Height)
	}
	s.min = func() fyne.Size {
		w := 20 + iconW() + text.width()
		if _, tailW := c.tail(); tailW > 0 {
			w += tailW + 5
		}
		return fyne.NewSize(whole(w+0.49), grow(26))
	}
	return s.ready()
}

// Tone is the meaning that a pill, a strip or a dot carries. The words say it too.
type Tone int

// The tones.
const (
	Neutral Tone = iota
	Good
	Attention
	Grave
	Calm // in the accent: an invitation
)

func (t Tone) inks() (ink, ground fyne.ThemeColorName) {
	switch t {
	case Good:
		return look.Good, look.GoodBg
	case Attention:
		return look.AlertQuiet, look.AlertQuietBg
	case Grave:
		return look.AlertHigh, look.AlertHighBg
	case Calm:
		return look.Accent, look.Selection
	default:
		return look.Muted, look.ButtonFill
	}
}

// Pill is a state in a word or two; a badge is a pill with a count.
type Pill struct {
	widget.BaseWidget
	text string
	tone Tone
}

// NewPill returns a pill.
func NewPill(text string, tone Tone) *Pill {
	p := &Pill{text: text, tone: tone}
	p.ExtendBaseWidget(p)
	return p
}

// NewBadge returns a count; an empty text hides it.
func NewBadge(count string, tone Tone) *Pill {
	p := NewPill("", tone)
	p.Set(count, tone)
	return p
}

// Set changes text and tone; an empty text hides the pill.
func (p *Pill) Set(text string, tone Tone) {
	p.text, p.tone = text, tone
	if text == "" {
		p.Hide()
		return
	}
	p.Show()
	p.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (p *Pill) CreateRenderer() fyne.WidgetRenderer {
	ground, text := newBox(look.ButtonFill, "", 9), newRun(Style{Role: look.Caption, Bold: true, Align: fyne.TextAlignCenter})
	s := newSheet(p, ground, text)
	s.state = func() {
		ink, fill := p.tone.inks()
		ground.fill = fill
		text.set(p.text, ink)
	}
	s.layout = func(size fyne.Size) {
		ground.rect.CornerRadius = size.Height / 2
		ground.place(0, 0, size.Width, size.Height)
		text.place(0, 0, size.Width, size.Height)
	}
	s.min = func() fyne.Size {
		side := float32(14)
		if len([]rune(p.text)) <= 2 {
			side = 10
		}
		return fyne.NewSize(max(grow(18), whole(text.width()+side+0.49)), grow(18))
	}
	return s.ready()
}
