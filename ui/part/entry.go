package part

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// EntrySpec says what an entry shows and tells.
type EntrySpec struct {
	Placeholder string
	Icon        string
	Hint        string // caption at the right, such as the key that comes here
	Password    bool
	Eye         bool                   // of a password: a button at the right shows what is typed
	Height      float32                // 0 = 30
	Lines       bool                   // three lines are seen of any number; Enter begins a new one
	Tally       func(lines int) string // in place of hidden text while nobody types; nil: nothing is
	OnChange    func(string)
	OnSubmit    func(string)
	OnKey       func(*fyne.KeyEvent) bool // before the entry; true when used up
}

// Entry is a line of input. Its text field takes the focus itself; Focus gives it.
type Entry struct {
	widget.BaseWidget
	spec  EntrySpec
	input *input
	inner fyne.CanvasObject
	wrong bool
	trail fyne.CanvasObject
	eye   *Button // nil without one
}

// NewEntry returns an entry.
func NewEntry(spec EntrySpec) *Entry {
	if spec.Height == 0 {
		spec.Height = 30
	}
	e := &Entry{spec: spec, input: &input{}}
	e.input.Password = spec.Password
	e.input.PlaceHolder = spec.Placeholder
	if spec.Lines {
		e.input.MultiLine, e.input.Wrapping = true, fyne.TextWrapBreak
	}
	e.input.OnChanged = spec.OnChange
	e.input.OnSubmitted = spec.OnSubmit
	e.input.onKey = spec.OnKey
	e.input.onFocus = func() { e.Refresh() }
	e.input.ExtendBaseWidget(e.input)
	if spec.Password && spec.Eye { // before the input is first drawn, which would bring the toolkit's eye
		e.eye = NewButton(ButtonSpec{Icon: "eye", Rank: Quiet, Height: 26, OnTap: func() { e.show(e.input.Password) }})
		e.trail = e.eye
		e.input.ActionItem = Gap(0, 0) // the toolkit's own eye is out of reach of the keyboard
	}
	e.inner = container.NewThemeOverride(e.input, bare{text: look.Body})
	e.ExtendBaseWidget(e)
	return e
}

// Text returns what is typed. For a password use Take.
func (e *Entry) Text() string { return e.input.Text }

// SetText changes what is typed.
func (e *Entry) SetText(text string) { e.input.SetText(text) }

// Take returns what is typed and empties the entry, so that a secret doesn't stay in it. A password
// that was shown is hidden again.
func (e *Entry) Take() string {
	text := e.input.Text
	e.input.SetText("")
	if e.eye != nil {
		e.show(false)
	}
	return text
}

// show writes a password in letters, or in dots.
func (e *Entry) show(shown bool) {
	e.input.Password = !shown
	e.input.Refresh()
	e.eye.spec.Icon = "eye"
	if shown {
		e.eye.spec.Icon = "eye-off"
	}
	e.eye.Refresh()
}

// SelectAll marks the text, as after a wrong passphrase.
func (e *Entry) SelectAll() { e.input.TypedShortcut(&fyne.ShortcutSelectAll{}) }

// SetWrong shows the error edge.
func (e *Entry) SetWrong(wrong bool) {
	if e.wrong != wrong {
		e.wrong = wrong
		e.Refresh()
	}
}

// SetTrail puts an object at the right, inside the edge.
func (e *Entry) SetTrail(o fyne.CanvasObject) { e.trail = o }

// Focus gives the entry the keyboard. It must be in a window.
func (e *Entry) Focus() {
	if c := CanvasOf(e.input); c != nil {
		c.Focus(e.input)
	}
}

// Focused reports whether it has the keyboard.
func (e *Entry) Focused() bool { return e.input.focused }

// Disable implements fyne.Disableable.
func (e *Entry) Disable() { e.input.Disable(); e.Refresh() }

// Enable implements fyne.Disableable.
func (e *Entry) Enable() { e.input.Enable(); e.Refresh() }

// Disabled implements fyne.Disableable.
func (e *Entry) Disabled() bool { return e.input.Disabled() }

// CreateRenderer implements fyne.Widget.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	frame, icon := newBox(look.InputFill, look.Edge, look.RadiusControl), newGlyph("", look.Muted)
	hint := newRun(Style{Role: look.Caption, Tint: look.Muted, Align: fyne.TextAlignTrailing})
	cover, tally := newBox(look.Clear, "", 0), newRun(Style{Tint: look.Muted}) // of hidden lines, while nobody types
	s := newSheet(e, frame, icon, hint, e.inner, cover, tally)
	if e.trail != nil {
		s.add(e.trail)
	}
	s.state = func() {
		edgeOf(frame, e.input.focused, e.wrong)
		icon.set(e.spec.Icon, look.Muted)
		hint.set(e.spec.Hint, look.Muted)
		if e.input.Text != "" || e.input.focused {
			hint.set("", look.Muted)
		}
		cover.fill = look.Clear
		tally.set("", look.Muted)
		if e.input.Text != "" && !e.input.focused && e.input.Password && e.spec.Tally != nil {
			cover.fill = look.InputFill
			tally.set(e.spec.Tally(strings.Count(strings.TrimSpace(e.input.Text), "\n")+1), look.Muted)
		}
	}
	s.layout = func(size fyne.Size) {
		frame.place(0, 0, size.Width, size.Height)
		left, right := float32(2), size.Width-2
		if e.spec.Icon != "" {
			middle := size.Height / 2
			if e.spec.Lines { // beside the first
				middle = grow(18)
			}
			icon.place(18, middle, 16)
			left = 26
		}
		if e.trail != nil {
			t := e.trail.MinSize()
			e.trail.Move(fyne.NewPos(right-t.Width-2, whole((size.Height-t.Height)/2)))
			e.trail.Resize(t)
			right -= t.Width + 2
		}
		if w := hint.width(); w > 0 {
			hint.place(right-8-w, 0, w+1, size.Height)
			right -= w + 16
		}
		cover.place(left, 3, right-left, size.Height-6)
		tally.place(left+8, 0, right-left-8, 2*grow(18))
		h := e.input.MinSize().Height
		if e.spec.Lines { // a line that is half out of sight stays off the edge
			h = size.Height - 6
		}
		e.inner.Move(fyne.NewPos(left, (size.Height-h)/2))
		e.inner.Resize(fyne.NewSize(right-left, h))
	}
	s.min = func() fyne.Size {
		return fyne.NewSize(120, max(grow(e.spec.Height), linesHeight(e)))
	}
	return s.ready()
}

// linesHeight is what three lines take; 0 for an entry of one.
func linesHeight(e *Entry) float32 {
	if !e.spec.Lines {
		return 0
	}
	return e.input.MinSize().Height
}

// edgeOf draws an input's edge: 1 px at rest, the 2 px ring with focus or error.
func edgeOf(frame *box, focused, wrong bool) {
	frame.stroke, frame.edge = look.Edge, 1
	switch {
	case wrong:
		frame.stroke, frame.edge = look.AlertHigh, look.Ring
	case focused:
		frame.stroke, frame.edge = look.Accent, look.Ring
	}
}

// input is Fyne's entry, telling about focus and keys. Its frame is drawn by the part around it.
type input struct {
	widget.Entry
	focused bool
	onFocus func()
	onKey   func(*fyne.KeyEvent) bool
	onRune  func(rune) bool
	noPaste bool
}

// FocusGained implements fyne.Focusable.
func (i *input) FocusGained() {
	i.focused = true
	i.Entry.FocusGained()
	i.onFocus()
}

// FocusLost implements fyne.Focusable.
func (i *input) FocusLost() {
	i.focused = false
	i.Entry.FocusLost()
	i.onFocus()
}

// AcceptsTab implements fyne.Tabbable: Tab goes on, from many lines too.
func (i *input) AcceptsTab() bool { return false }

// TypedKey implements fyne.Focusable.
func (i *input) TypedKey(e *fyne.KeyEvent) {
	if i.onKey != nil && i.onKey(e) {
		return
	}
	if e.Name == fyne.KeyEscape {
		passKey(i, e)
		return
	}
	i.Entry.TypedKey(e)
}

// TypedRune implements fyne.Focusable.
func (i *input) TypedRune(r rune) {
	if i.onRune != nil && i.onRune(r) {
		return
	}
	i.Entry.TypedRune(r)
}

// TypedShortcut implements fyne.Shortcutable.
func (i *input) TypedShortcut(s fyne.Shortcut) {
	if _, paste := s.(*fyne.ShortcutPaste); paste && i.noPaste {
		return
	}
	if k, is := s.(*desktop.CustomShortcut); is && len(k.KeyName) == 1 { // the window's own keys work while typing
		passShortcut(i, s)
		return
	}
	i.Entry.TypedShortcut(s)
}

// TappedSecondary implements fyne.SecondaryTappable. Where pasting is off there is no menu.
func (i *input) TappedSecondary(e *fyne.PointEvent) {
	if !i.noPaste {
		i.Entry.TappedSecondary(e)
	}
}

// bare is the theme that is on, without a frame around entries and with text in one role.
type bare struct{ text fyne.ThemeSizeName }

func (b bare) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if name == theme.ColorNameInputBackground || name == theme.ColorNameInputBorder {
		return color.Transparent
	}
	return fyne.CurrentApp().Settings().Theme().Color(name, v)
}

func (b bare) Font(style fyne.TextStyle) fyne.Resource {
	return fyne.CurrentApp().Settings().Theme().Font(style)
}

func (b bare) Icon(name fyne.ThemeIconName) fyne.Resource {
	return fyne.CurrentApp().Settings().Theme().Icon(name)
}

func (b bare) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return fyne.CurrentApp().Settings().Theme().Size(b.text)
	case theme.SizeNameInputBorder:
		return 0
	}
	return fyne.CurrentApp().Settings().Theme().Size(name)
}
