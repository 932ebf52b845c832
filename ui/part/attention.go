package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// LookSpec says what an item of "Needs a look" shows.
type LookSpec struct {
	Icon   string
	Tone   Tone
	Title  string
	Line   string
	Act    string // the one act, after the line
	OnAct  func()
	Strong bool // title in 600
}

// LookRow is an item of "Needs a look": two lines and one act.
type LookRow struct {
	lineItem
	spec LookSpec
	link *Link
}

// NewLookRow returns the row. Enter on the row does its act.
func NewLookRow(spec LookSpec) *LookRow {
	l := &LookRow{spec: spec, link: NewLink(spec.Act, look.Body, spec.OnAct)}
	l.start(l, spec.OnAct)
	return l
}

func iconTint(t Tone) fyne.ThemeColorName {
	ink, _ := t.inks()
	return ink
}

// CreateRenderer implements fyne.Widget.
func (l *LookRow) CreateRenderer() fyne.WidgetRenderer {
	g, icon := newRowGround(look.RadiusControl), newGlyph("", look.Muted)
	title, line := newRun(Style{}), newRun(Style{Tint: look.Muted})
	s := newSheet(l, g.fill, g.veil, icon, title, line, l.link, g.ring)
	s.state = func() {
		g.state(&l.lineItem)
		icon.set(l.spec.Icon, iconTint(l.spec.Tone))
		title.bold(l.spec.Strong)
		title.set(l.spec.Title, look.Text)
		line.set(l.spec.Line, look.Muted)
	}
	s.layout = func(size fyne.Size) {
		g.place(size)
		icon.place(23, 10+grow(18)/2, 18)
		room := size.Width - 42 - 14
		title.place(42, 10, room, grow(18))
		link := l.link.MinSize()
		lineW := min(line.width(), max(0, room-link.Width-4))
		line.place(42, 10+grow(18), lineW+1, grow(18))
		if l.spec.Line != "" {
			lineW += 4
		}
		l.link.Move(fyne.NewPos(42+lineW, 10+grow(18)))
		l.link.Resize(link)
	}
	s.min = func() fyne.Size { return fyne.NewSize(200, 20+2*grow(18)) }
	return s.ready()
}

// AlertSpec says what an alert's row shows.
type AlertSpec struct {
	Icon     string
	Tone     Tone
	Payee    string
	Kind     string
	Amount   string
	Flow     Flow
	When     string
	Strong   bool
	Answered bool
}

// AlertRow is an alert in the list of alerts, 58 high.
type AlertRow struct {
	lineItem
	spec AlertSpec
}

// NewAlertRow returns the row. onTap is called by a click, Enter or Space.
func NewAlertRow(spec AlertSpec, onTap func()) *AlertRow {
	a := &AlertRow{spec: spec}
	a.start(a, onTap)
	return a
}

// Set changes what the row shows.
func (a *AlertRow) Set(spec AlertSpec) {
	a.spec = spec
	a.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (a *AlertRow) CreateRenderer() fyne.WidgetRenderer {
	g, icon := newRowGround(look.RadiusControl), newGlyph("", look.Muted)
	payee, kind := newRun(Style{}), newRun(Style{Role: look.Small})
	amount := newRun(Style{Align: fyne.TextAlignTrailing})
	when := newRun(Style{Role: look.Small, Align: fyne.TextAlignTrailing})
	s := newSheet(a, g.fill, g.veil, icon, payee, kind, amount, when, g.ring)
	s.state = func() {
		g.state(&a.lineItem)
		ink, money := look.Text, a.spec.Flow.Tint()
		if a.spec.Answered {
			ink, money = look.Muted, look.Muted
		}
		icon.set(a.spec.Icon, iconTint(a.spec.Tone))
		payee.bold(a.spec.Strong)
		amount.bold(a.spec.Strong)
		payee.set(a.spec.Payee, ink)
		amount.set(a.spec.Amount, money)
		kind.set(a.spec.Kind, look.Muted)
		when.set(a.spec.When, look.Muted)
	}
	s.layout = func(size fyne.Size) {
		g.place(size)
		top := whole((size.Height - 2*grow(18)) / 2)
		icon.place(19, top+grow(18)/2, 18)
		right := max(amount.width(), when.width()) + 1
		x := size.Width - 10 - right
		amount.place(x, top, right, grow(18))
		when.place(x, top+grow(18), right, grow(18))
		payee.place(38, top, x-38-10, grow(18))
		kind.place(38, top+grow(18), x-38-10, grow(18))
	}
	s.min = func() fyne.Size { return fyne.NewSize(220, grow(58)) }
	return s.ready()
}

// StripSpec says what a tinted strip shows.
type StripSpec struct {
	Tone  Tone
	Icon  string
	Title string
	Line  string
	Wide  float32 // the width it will probably get
	Acts  []fyne.CanvasObject
}

// NewStrip returns a tinted strip: icon, title, text and a row of buttons. Its buttons
// should have the rank OnStrip and the height 26.
func NewStrip(spec StripSpec) *Panel {
	ink, ground := spec.Tone.inks()
	inner := max(spec.Wide-48, 120)
	words := []fyne.CanvasObject{NewPara(spec.Title, Style{Bold: true}, inner)}
	if spec.Line != "" {
		words = append(words, NewPara(spec.Line, styleOf(look.Small, look.Muted, false), inner))
	}
	body := []fyne.CanvasObject{RowTop(8, Inset(Edges{1, 0, 0, 0}, NewPicture(spec.Icon, ink, 16)), Rest(Stack(0, words...)))}
	if len(spec.Acts) > 0 {
		body = append(body, Row(6, spec.Acts...))
	}
	return NewPanel(ground, look.RadiusCard, Pad(10, 12), Stack(9, body...))
}

// NewErrorLine returns a line of its own for what went wrong: icon and words. Hide it or
// Set it to "" when all is well; its place should keep its height.
func NewErrorLine(text string) *ErrorLine {
	e := &ErrorLine{text: text}
	e.ExtendBaseWidget(e)
	return e
}
