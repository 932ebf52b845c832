package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// Rank says how loud a button is.
type Rank int

// The ranks: one Main per place; Quiet has no fill; Danger is for destructive words.
const (
	Normal Rank = iota
	Main
	Quiet
	Danger
	QuietDanger
	OnStrip // a normal button on a tinted strip
)

// ButtonSpec says what a button shows. Text or Icon may be empty.
type ButtonSpec struct {
	Text   string
	Icon   string
	Key    string // the key that does the same, shown as a muted hint
	Rank   Rank
	Small  bool    // text 12, padding 6
	Height float32 // 0 = 30
	Width  float32 // 0 = as wide as needed
	OnTap  func()
}

// Button is a push button.
type Button struct {
	press
	spec ButtonSpec
}

// NewButton returns a button.
func NewButton(spec ButtonSpec) *Button {
	b := &Button{spec: spec}
	if b.spec.Height == 0 {
		b.spec.Height = 30
	}
	b.act = spec.OnTap
	b.is(b)
	return b
}

// NewIconButton returns a 30 by 30 button.
func NewIconButton(icon string, onTap func()) *Button {
	return NewButton(ButtonSpec{Icon: icon, OnTap: onTap})
}

// SetText changes the words.
func (b *Button) SetText(text string) {
	if b.spec.Text != text {
		b.spec.Text = text
		b.Refresh()
	}
}

// SetRank changes how loud it is.
func (b *Button) SetRank(rank Rank) {
	b.spec.Rank = rank
	b.Refresh()
}

// Focus gives the button the keyboard. It must be in a window.
func (b *Button) Focus() {
	if c := CanvasOf(b); c != nil {
		c.Focus(b)
	}
}

// SetOnTap changes what it does.
func (b *Button) SetOnTap(f func()) { b.act = f }

type buttonInk struct {
	fill, text, icon, hint fyne.ThemeColorName
	bold                   bool
}

func (b *Button) inks() buttonInk {
	i := map[Rank]buttonInk{
		Normal:      {look.ButtonFill, look.Text, look.Muted, look.Muted, false},
		Main:        {look.Accent, look.OnAccent, look.OnAccent, look.OnAccent, true},
		Quiet:       {look.Clear, look.Accent, look.Accent, look.Muted, false},
		Danger:      {look.ButtonFill, look.AlertHigh, look.AlertHigh, look.AlertHigh, false},
		QuietDanger: {look.Clear, look.AlertHigh, look.AlertHigh, look.AlertHigh, false},
		OnStrip:     {look.Surface, look.Text, look.Muted, look.Muted, false},
	}[b.spec.Rank]
	if b.off {
		i.text, i.icon, i.hint = look.Disabled, look.Disabled, look.Disabled
		if b.spec.Rank == Main {
			i.fill, i.bold = look.ButtonFill, false
		}
	}
	return i
}

func (b *Button) pad() float32 {
	switch {
	case b.spec.Small:
		return 6
	case b.spec.Text == "":
		return 7
	default:
		return 12
	}
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	role := look.Body
	if b.spec.Small {
		role = look.Small
	}
	fill, veil, ring := newBox(look.Clear, "", look.RadiusControl), newBox(look.Clear, "", look.RadiusControl), newRing(look.RadiusControl)
	icon, text, hint := newGlyph("", look.Text), newRun(Style{Role: role}), newRun(Style{Role: look.Caption})
	s := newSheet(b, fill, veil, icon, text, hint, ring)
	s.state = func() {
		i := b.inks()
		fill.fill, veil.fill = i.fill, b.veil()
		text.bold(i.bold)
		text.set(b.spec.Text, i.text)
		icon.set(b.spec.Icon, i.icon)
		hint.set(b.spec.Key, i.hint)
		ring.show(b.ringed(), look.Accent)
		if b.spec.Rank == Main {
			ring.show(b.ringed(), look.Text)
		}
	}
	content := func() (iconW, textW, hintW float32) {
		if b.spec.Icon != "" {
			iconW = grow(16)
			if b.spec.Text != "" {
				iconW += 7
			}
		}
		if b.spec.Key != "" {
			hintW = 10 + hint.width()
		}
		return iconW, text.width(), hintW
	}
	s.layout = func(size fyne.Size) {
		for _, r := range []*box{fill, veil, ring} {
			r.place(0, 0, size.Width, size.Height)
		}
		iconW, textW, hintW := content()
		textW = min(textW, max(0, size.Width-2*b.pad()-iconW-hintW)+1)
		x := max(0, (size.Width-iconW-textW-hintW)/2)
		icon.place(x+grow(16)/2, size.Height/2, grow(16))
		text.place(whole(x+iconW), 0, textW, size.Height)
		hint.place(whole(x+iconW+textW+10), 0, hintW, size.Height)
	}
	s.min = func() fyne.Size {
		iconW, textW, hintW := content()
		w := iconW + textW + hintW + 2*b.pad()
		if b.spec.Text == "" && b.spec.Key == "" {
			w = grow(b.spec.Height)
		}
		return fyne.NewSize(max(whole(w+0.49), b.spec.Width), grow(b.spec.Height))
	}
	return s.ready()
}
