package transactions

import (
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// split puts the detail beside the list, or over it where there is no room for both.
type split struct{ of *Screen }

func (l *split) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	list, pane := objects[0], objects[1]
	beside := size.Width >= besideFrom && !l.of.narrow
	wide := paneWide
	if l.of.narrow {
		wide = size.Width
	}
	l.of.pane.lay(!beside, l.of.narrow)
	room := size.Width
	if beside && pane.Visible() {
		room -= wide
	}
	list.Move(fyne.NewPos(0, 0))
	list.Resize(fyne.NewSize(room, size.Height))
	pane.Move(fyne.NewPos(size.Width-wide, 0))
	pane.Resize(fyne.NewSize(wide, size.Height))
}

func (l *split) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(paneWide, 200) }

// troubleWide is how wide the words of trouble are likely to be.
const troubleWide float32 = 560

// trouble is the line over the list that says what went wrong.
type trouble struct {
	line *fyne.Container
	text *part.Para
}

func newTrouble(again string, retry func()) *trouble {
	t := &trouble{text: part.NewPara("", part.Style{Tint: look.AlertHigh}, troubleWide)}
	t.line = part.Inset(part.Edges{Top: 8, Right: 14, Bottom: 8, Left: 12}, part.RowTop(10,
		part.Inset(part.Edges{Top: 1}, part.NewPicture("warning", look.AlertHigh, 16)), part.Rest(t.text), part.NewLink(again, look.Body, retry)))
	t.line.Hide()
	return t
}

// set says what went wrong; "" takes the line away. The caller lays the list out again.
func (t *trouble) set(text string) {
	t.text.Set(text)
	if text == "" {
		t.line.Hide()
		return
	}
	t.line.Show()
}

// foot is the line under the list: how many rows there are and what they come to.
type foot struct {
	line  *fyne.Container
	count *part.Text
	sums  *fyne.Container
}

func newFoot() *foot {
	f := &foot{count: part.NewText("", part.Style{Role: look.Small, Tint: look.Muted}), sums: part.Row(8)}
	f.line = part.Stack(0, part.NewRule(), part.Sized(0, 31, part.Inset(part.Edges{Right: 14, Left: 12}, part.Row(12, part.Rest(f.count), f.sums))))
	return f
}

func (f *foot) say(text string) { f.count.Set(text) }

// mostSums is how many currencies the foot has room for.
const mostSums = 3

func (s *Screen) writeFoot() {
	v := s.voice
	if !s.known {
		s.foot.say("")
		return
	}
	s.foot.say(v.N("transactions.shown", "{{.N}} shown", "{{.N}} shown", s.shown.index.rows()))
	var in, out []money.Amount
	for _, sum := range sums(s.shown.totals) {
		in, out = append(in, sum.In), append(out, sum.Out)
	}
	s.foot.sums.Objects = append(s.flow(v.T("flow.in", "In"), part.In, in), s.flow(v.T("flow.out", "Out"), part.Out, out)...)
	s.foot.line.Refresh()
}

func (s *Screen) flow(name string, flow part.Flow, of []money.Amount) []fyne.CanvasObject {
	muted := part.Style{Role: look.Small, Tint: look.Muted}
	var objects []fyne.CanvasObject
	for i, text := range s.amounts(of) {
		switch i {
		case 0:
			objects = append(objects, part.Gap(4, 0), part.NewText(name, muted))
		case mostSums:
			return append(objects, part.NewText(s.voice.T("flow.more", "and more"), muted))
		default:
			objects = append(objects, part.NewText(s.voice.T("flow.and", "and"), muted))
		}
		objects = append(objects, part.NewText(text, part.Style{Role: look.Small, Tint: flow.Tint(), Bold: true}))
	}
	return objects
}

// writeMiddle shows the register, or why there is nothing in it.
func (s *Screen) writeMiddle() {
	want := fyne.CanvasObject(s.rows)
	if s.shown.index.rows() == 0 {
		want = s.empty()
	}
	s.middle.Objects = []fyne.CanvasObject{want}
	s.middle.Refresh()
}

func (s *Screen) empty() fyne.CanvasObject {
	v, f := s.voice, s.shown.ask.filter
	if f == (ledger.Filter{}) {
		return part.NewEmptyState(part.EmptySpec{
			Icon: "transactions", Title: v.T("transactions.empty", "Nothing here yet"),
			Line: v.T("transactions.empty-line", "Link a bank or import a statement, and every row stands here."),
			Acts: []fyne.CanvasObject{
				part.NewButton(part.ButtonSpec{Text: v.T("act.link-bank", "Link a bank"), Icon: "link", Rank: part.Main, OnTap: s.do.AddBank}),
				part.NewButton(part.ButtonSpec{Text: v.T("act.import", "Import"), Icon: "import", OnTap: s.do.Import}),
			},
		})
	}
	what, wider := v.T("transactions.show-all", "Show all"), ledger.Filter{}
	if f.From != 0 || f.To != 0 {
		if f.Search != "" {
			what, wider = v.T("transactions.search-all", "Search all time"), f
			wider.From, wider.To = 0, 0
		}
	}
	return part.NewEmptyState(part.EmptySpec{
		Icon: "search", Title: s.nothing(f), Line: v.T("transactions.nothing-line", "Looked for in payee, bank text, memo, note and amount."),
		Acts: []fyne.CanvasObject{part.NewLink(what, look.Body, func() { s.Filter(wider) })},
	})
}

// nothing says what was looked for in vain.
func (s *Screen) nothing(f ledger.Filter) string {
	v := s.voice
	when, what := s.periodWords(f), f.Search
	switch {
	case what != "" && when != "":
		return v.T("transactions.nothing-for-in", "Nothing matches {{.What}} {{.When}}", "What", what, "When", when)
	case what != "":
		return v.T("transactions.nothing-for", "Nothing matches {{.What}}", "What", what)
	case when != "":
		return v.T("transactions.nothing-in", "Nothing {{.When}} with these filters", "When", when)
	}
	return v.T("transactions.nothing", "Nothing with these filters")
}

// shield keeps the mouse from what lies under the detail.
type shield struct {
	widget.BaseWidget
}

func newShield() *shield {
	s := &shield{}
	s.ExtendBaseWidget(s)
	return s
}

var (
	_ fyne.Tappable     = (*shield)(nil)
	_ fyne.Scrollable   = (*shield)(nil)
	_ desktop.Mouseable = (*shield)(nil)
	_ desktop.Hoverable = (*shield)(nil)
)

// Tapped implements fyne.Tappable.
func (s *shield) Tapped(*fyne.PointEvent) {}

// DoubleTapped implements fyne.DoubleTappable.
func (s *shield) DoubleTapped(*fyne.PointEvent) {}

// Scrolled implements fyne.Scrollable.
func (s *shield) Scrolled(*fyne.ScrollEvent) {}

// MouseDown implements desktop.Mouseable.
func (s *shield) MouseDown(*desktop.MouseEvent) {}

// MouseUp implements desktop.Mouseable.
func (s *shield) MouseUp(*desktop.MouseEvent) {}

// MouseIn implements desktop.Hoverable.
func (s *shield) MouseIn(*desktop.MouseEvent) {}

// MouseMoved implements desktop.Hoverable.
func (s *shield) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (s *shield) MouseOut() {}

// CreateRenderer implements fyne.Widget.
func (s *shield) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(part.Gap(1, 1))
}
