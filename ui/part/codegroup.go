package part

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// Mark is what a group of a code is known to be.
type Mark int

// The marks.
const (
	Unjudged Mark = iota
	Right
	Wrong
)

// CodeSpec says what a group of a code tells.
type CodeSpec struct {
	Label  string
	Length int               // 0 = 4
	Allow  func(rune) rune   // the letter to take for a typed one, 0 to refuse; nil takes letters and digits as capitals
	OnFull func(text string) // all letters are in
	OnLess func()            // it was full and isn't any more
	OnBack func()            // Backspace while empty
}

// CodeGroup is one group of the recovery key: 124 by 44, mono 17. Pasting is off.
type CodeGroup struct {
	widget.BaseWidget
	spec  CodeSpec
	input *input
	inner fyne.CanvasObject
	mark  Mark
}

// NewCodeGroup returns an empty group.
func NewCodeGroup(spec CodeSpec) *CodeGroup {
	if spec.Length == 0 {
		spec.Length = 4
	}
	if spec.Allow == nil {
		spec.Allow = capital
	}
	c := &CodeGroup{spec: spec, input: &input{noPaste: true}}
	c.input.TextStyle = fyne.TextStyle{Monospace: true}
	c.input.onFocus = func() { c.Refresh() }
	c.input.onRune = c.typed
	c.input.onKey = c.key
	c.input.OnChanged = c.changed
	c.input.ExtendBaseWidget(c.input)
	c.inner = container.NewThemeOverride(c.input, bare{text: look.CodeLarge})
	c.ExtendBaseWidget(c)
	return c
}

func capital(r rune) rune {
	if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return unicode.ToUpper(r)
	}
	return 0
}

// typed takes a letter. A refused one, and any after the last, is dropped.
func (c *CodeGroup) typed(r rune) bool {
	taken := c.spec.Allow(r)
	full := len([]rune(c.input.Text)) >= c.spec.Length && c.input.SelectedText() == ""
	if taken == 0 || full {
		return true
	}
	if taken != r {
		c.input.Entry.TypedRune(taken)
		return true
	}
	return false
}

func (c *CodeGroup) key(e *fyne.KeyEvent) bool {
	if e.Name == fyne.KeyBackspace && c.input.Text == "" && c.spec.OnBack != nil {
		c.spec.OnBack()
		return true
	}
	return false
}

func (c *CodeGroup) changed(text string) {
	full := len([]rune(text)) == c.spec.Length
	if !full && c.mark != Unjudged {
		c.SetMark(Unjudged)
	}
	switch {
	case full && c.spec.OnFull != nil:
		c.spec.OnFull(text)
	case !full && c.spec.OnLess != nil:
		c.spec.OnLess()
	}
}

// Text returns the letters.
func (c *CodeGroup) Text() string { return strings.ToUpper(c.input.Text) }

// Clear empties the group, so that the key doesn't stay in it.
func (c *CodeGroup) Clear() { c.input.SetText("") }

// SetMark shows tick or cross.
func (c *CodeGroup) SetMark(mark Mark) {
	if c.mark != mark {
		c.mark = mark
		c.Refresh()
	}
}

// Focus gives the group the keyboard.
func (c *CodeGroup) Focus() {
	if cv := CanvasOf(c.input); cv != nil {
		cv.Focus(c.input)
	}
}

// CreateRenderer implements fyne.Widget.
func (c *CodeGroup) CreateRenderer() fyne.WidgetRenderer {
	label := newRun(Style{Role: look.Caption, Tint: look.Muted})
	frame, mark := newBox(look.InputFill, look.Edge, look.RadiusControl), newGlyph("", look.Good)
	s := newSheet(c, label, frame, mark, c.inner)
	s.state = func() {
		label.set(c.spec.Label, look.Muted)
		edgeOf(frame, c.input.focused, c.mark == Wrong)
		switch c.mark {
		case Right:
			mark.set("check", look.Good)
		case Wrong:
			mark.set("close", look.AlertHigh)
		default:
			mark.set("", look.Good)
		}
	}
	s.layout = func(size fyne.Size) {
		top := float32(0)
		if c.spec.Label != "" {
			top = grow(15) + 4
		}
		label.place(0, 0, size.Width, grow(15))
		h := size.Height - top
		frame.place(0, top, size.Width, h)
		mark.place(size.Width-21, top+h/2, 16)
		in := c.input.MinSize().Height
		c.inner.Move(fyne.NewPos(5, top+(h-in)/2))
		c.inner.Resize(fyne.NewSize(size.Width-5-30, in))
	}
	s.min = func() fyne.Size {
		top := float32(0)
		if c.spec.Label != "" {
			top = grow(15) + 4
		}
		return fyne.NewSize(grow(124), grow(44)+top)
	}
	return s.ready()
}

// SetText fills the group, as when the key is shown again.
func (c *CodeGroup) SetText(text string) { c.input.SetText(text) }
