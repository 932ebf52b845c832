package part

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

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

	Later   string // a quieter act after that one; empty for none
	OnLater func()
}

// LookRow is an item of "Needs a look": a title of two lines at most, a line under it, and one act.
type LookRow struct {
	lineItem
	spec  LookSpec
	link  *Link
	later *Link
	wide  float32
}

// NewLookRow returns the row; wide is the width it will probably get. Enter on the row does its act.
func NewLookRow(spec LookSpec, wide float32) *LookRow {
	l := &LookRow{spec: spec, wide: wide, link: NewLink(spec.Act, look.Body, spec.OnAct), later: NewLink(spec.Later, look.Body, spec.OnLater)}
	if spec.Later == "" {
		l.later.Hide()
	}
	l.start(l, spec.OnAct)
	return l
}

const mostTitleLines = 2

// title is the title's lines in the room that the row has; the last one takes what is left and is cut.
func (l *LookRow) title() []string {
	room := l.wide
	if w := l.Size().Width; w > 0 {
		room = w
	}
	lines := wrapped(l.spec.Title, max(room-42-14, 60), theme.Size(look.Body), fyne.TextStyle{Bold: l.spec.Strong})
	if len(lines) > mostTitleLines {
		lines = append(lines[:mostTitleLines-1], strings.Join(lines[mostTitleLines-1:], " "))
	}
	return lines
}

func iconTint(t Tone) fyne.ThemeColorName {
	ink, _ := t.inks()
	return ink
}

// CreateRenderer implements fyne.Widget.
func (l *LookRow) CreateRenderer() fyne.WidgetRenderer {
	g, icon, line := newRowGround(look.RadiusControl), newGlyph("", look.Muted), newRun(Style{Tint: look.Muted})
	title := make([]*run, mostTitleLines)
	for i := range title {
		title[i] = newRun(Style{Bold: l.spec.Strong})
	}
	s := newSheet(l, g.fill, g.veil, icon, title, line, l.link, l.later, g.ring)
	s.state = func() {
		g.state(&l.lineItem)
		icon.set(l.spec.Icon, iconTint(l.spec.Tone))
		line.set(l.spec.Line, look.Muted)
	}
	s.layout = func(size fyne.Size) {
		g.place(size)
		icon.place(23, 10+grow(18)/2, 18)
		room, lines, y := size.Width-42-14, l.title(), float32(10)
		for i, r := range title {
			text := ""
			if i < len(lines) {
				text = lines[i]
			}
			r.set(text, look.Text)
			r.place(42, y, room, grow(18))
			if text != "" {
				y += grow(18)
			}
		}
		link := l.link.MinSize()
		later := fyne.NewSize(0, 0)
		if l.spec.Later != "" {
			later = l.later.MinSize()
		}
		lineW := min(line.width(), max(0, room-link.Width-later.Width-16))
		line.place(42, y, lineW+1, grow(18))
		if l.spec.Line != "" {
			lineW += 4
		}
		l.link.Move(fyne.NewPos(42+lineW, y))
		l.link.Resize(link)
		l.later.Move(fyne.NewPos(42+lineW+link.Width+12, y))
		l.later.Resize(later)
	}
	s.min = func() fyne.Size { return fyne.NewSize(200, 20+float32(len(l.title())+1)*grow(18)) }
	return s.ready()
}

// LookLine is what needs a look in one line of 40, for a narrow window.
type LookLine struct {
	lineItem
	spec LookSpec
	more string
	link *Link
}

// NewLookLine returns the line; more says how many others wait, and may be empty.
func NewLookLine(spec LookSpec, more string) *LookLine {
	l := &LookLine{spec: spec, more: more, link: NewLink(spec.Act, look.Body, spec.OnAct)}
	l.start(l, spec.OnAct)
	return l
}

// CreateRenderer implements fyne.Widget.
func (l *LookLine) CreateRenderer() fyne.WidgetRenderer {
	g, icon := newRowGround(look.RadiusControl), newGlyph("", look.Muted)
	title, more := newRun(Style{Bold: l.spec.Strong}), newRun(Style{Tint: look.Muted})
	s := newSheet(l, g.fill, g.veil, icon, title, more, l.link, g.ring)
	s.state = func() {
		g.state(&l.lineItem)
		icon.set(l.spec.Icon, iconTint(l.spec.Tone))
		title.set(l.spec.Title, look.Text)
		more.set(l.more, look.Muted)
	}
	s.layout = func(size fyne.Size) {
		g.place(size)
		icon.place(23, size.Height/2, 18)
		link := l.link.MinSize()
		l.link.Move(fyne.NewPos(size.Width-14-link.Width, whole((size.Height-link.Height)/2)))
		l.link.Resize(link)
		room := size.Width - 40 - 14 - link.Width - 12
		titleW := min(title.width()+1, room-more.width()-8)
		title.place(40, 0, titleW, size.Height)
		more.place(40+titleW+8, 0, more.width()+1, size.Height)
	}
	s.min = func() fyne.Size { return fyne.NewSize(240, grow(38)) }
	return s.ready()
}

// alertIcons are those of kinds that have one of their own; the others have the bell.
var alertIcons = map[string]string{
	"duplicate-charge": "transactions", "price-rise": "repeat", "new-recurring": "repeat", "trial-paid": "repeat", "charged-after-cancelling": "repeat",
	"fee": "receipt", "refund-missing": "undo", "new-payee": "transfer", "account-emptied": "transfer", "in-and-out": "transfer",
	"cash-outlier": "wallet", "cash-advance": "wallet", "new-country": "browser", "impossible-journey": "browser", "card-test": "card", "rush": "card",
	"low-balance": "savings", "overdraft-ahead": "savings", "large-deposit": "savings", "income-late": "clock", "link-lost": "link", "probe": "search",
	"blocked-merchant": "revoke",
}

// AlertIcon is the icon of a kind of alert.
func AlertIcon(detector string) string {
	if own, known := alertIcons[detector]; known {
		return own
	}
	return "alerts"
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
	Low      bool // 46 high, as the rows of a gallery are
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
		line := func(left, right *run, y float32) {
			x := size.Width - 10
			if w := right.width(); w > 0 {
				x -= w + 1
				right.place(x, y, w+1, grow(18))
				x -= 10
			} else {
				right.place(x, y, 0, grow(18))
			}
			left.place(38, y, x-38, grow(18))
		}
		line(payee, amount, top)
		line(kind, when, top+grow(18))
	}
	s.min = func() fyne.Size {
		if a.spec.Low {
			return fyne.NewSize(220, grow(46))
		}
		return fyne.NewSize(220, grow(58))
	}
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
