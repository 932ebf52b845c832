// Package alerts is the place of what is unusual: the list, why in one sentence, the numbers, and
// the person's answer.
package alerts

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	listWide   float32 = 320
	detailWide float32 = 704
)

// Coffer is what the place needs of the use cases.
type Coffer interface {
	Alerts(ctx context.Context) ([]app.AlertView, error)
	Withdrawn(ctx context.Context) ([]app.AlertView, error)
	Alert(ctx context.Context, id alert.ID) (app.AlertView, error)
	AnswerEach(ctx context.Context, ids []alert.ID, a alert.Answer) ([]alert.Alert, error)
	PutOff(ctx context.Context, ids []alert.ID, day ledger.Date) ([]alert.Alert, error)
	UnanswerEach(ctx context.Context, were []alert.Alert) error
	Answers(ctx context.Context, offset, limit int) (app.Answers, error)
	watchlist
	Totals(ctx context.Context, f ledger.Filter) (ledger.Totals, error)
	Listen(ctx context.Context, changed func())
	Today() ledger.Date
}

// Go is what the frame does for the place.
type Go struct {
	Transaction func(ledger.TransactionID)
	Dispute     func(alert.ID) // the dispute pack of what is not the person's; nil: there is none
}

// Screen is the place.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go

	ctx      context.Context // of the time that the screen is shown
	list     live.View[loaded]
	one      live.View[app.AlertView]
	data     loaded
	selected alert.ID
	marked   alert.ID       // the row that is drawn as selected
	later    *putOff        // asks for a day; nil: nothing does
	drawn    bool           // the detail is in sight
	shown    *app.AlertView // nil until loaded
	trouble  error          // of the newest load or answer; nil if it went well
	asTable  bool
	acts     live.Acts
	narrow   bool
	reading  bool // narrow: the detail lies over the list

	ticked  map[alert.ID]bool // while several are chosen; nil: one is read
	unfold  [3]int            // how many rows of each group are drawn
	history int               // answers that are wanted, older ones too; 0: those of 90 days
	watch   *watchPage        // what the person told ahead, over the place; nil if it is not open

	content *fyne.Container
	main    []fyne.CanvasObject // of content while no page lies over the place
	header  *part.PlaceHeader
	body    *fyne.Container
	left    *container.Scroll // both are kept, so that what is read doesn't move
	right   *container.Scroll
	lines   []*part.AlertRow // of data.alerts; nil where it is folded away
	kept    bool             // the list is drawn as data.alerts has it
	bar     *part.UndoBar
}

// loaded is the list and how much was looked at.
type loaded struct {
	alerts   []app.AlertView
	older    int // answers that are not in alerts
	looked   int // charges in 90 days
	expected app.Expected
	read     bool
}

// New returns the place.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do, body: container.NewStack(), unfold: [3]int{mostRows, mostRows, mostRows}}
	s.list = live.View[loaded]{Group: desk.Group, OnUI: desk.OnUI, Load: s.load, Show: s.showList, Fail: s.fail}
	s.one = live.View[app.AlertView]{Group: desk.Group, OnUI: desk.OnUI, Load: s.loadOne, Show: s.showOne, Fail: s.fail}
	s.header = part.NewPlaceHeader(part.HeaderSpec{Ruled: true})
	s.bar = part.NewUndoBar(v.T("undo", "Undo"))
	s.left, s.right = container.NewVScroll(part.Gap(0, 0)), container.NewVScroll(part.Gap(0, 0))
	s.main = []fyne.CanvasObject{s.header, part.Rest(s.body), s.bar}
	s.content = part.Stack(0, s.main...)
	s.acts = s.newActs()
	return s
}

// Content implements the frame's screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// SetNarrow implements the frame's screen.
func (s *Screen) SetNarrow(narrow bool) {
	if s.narrow == narrow {
		return
	}
	s.narrow = narrow
	s.header.SetNarrow(narrow)
	s.content.Refresh()
	s.draw()
}

// SetVoice writes everything anew, as when amounts are hidden.
func (s *Screen) SetVoice(v *say.Voice) {
	s.voice = v
	s.draw()
}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx, s.ticked, s.history = ctx, nil, 0
	s.acts.Show(ctx)
	if s.watch != nil {
		s.watch.reload()
	}
	s.coffer.Listen(ctx, func() { s.list.Refresh(ctx) })
	s.list.Refresh(ctx)
}

// Open selects an alert.
func (s *Screen) Open(id alert.ID) {
	s.selected, s.reading = id, true
	s.one.Refresh(s.ctx)
	s.redraw()
}

func (s *Screen) load(ctx context.Context) (loaded, error) {
	found := loaded{read: true}
	var err error
	if found.alerts, err = s.coffer.Alerts(ctx); err != nil {
		return loaded{}, err
	}
	history, err := s.coffer.Answers(ctx, 0, s.history)
	if err != nil {
		return loaded{}, err
	}
	seen := map[alert.ID]bool{}
	for _, a := range found.alerts {
		seen[a.ID] = true
		if a.Answer != alert.Unanswered {
			history.All--
		}
	}
	for _, a := range history.Alerts {
		if !seen[a.ID] {
			found.alerts = append(found.alerts, a)
			history.All--
		}
	}
	found.older = max(0, history.All)
	back, err := s.coffer.Withdrawn(ctx)
	if err != nil {
		return loaded{}, err
	}
	found.alerts = append(found.alerts, back...)
	now, err := s.coffer.Sensitivity(ctx)
	if err != nil {
		return loaded{}, err
	}
	if found.expected, err = s.coffer.ExpectedAlerts(ctx, now); err != nil {
		return loaded{}, err
	}
	totals, err := s.coffer.Totals(ctx, ledger.Filter{From: s.coffer.Today().AddDays(-90)})
	found.looked = totals.Count()
	return found, err
}

func (s *Screen) loadOne(ctx context.Context) (app.AlertView, error) {
	return s.coffer.Alert(ctx, s.selected)
}

func (s *Screen) fail(err error) {
	s.trouble = err
	s.draw()
}

// failed is what stands in place of the alerts, or over them where they were read before.
func (s *Screen) failed() fyne.CanvasObject {
	v := s.voice
	again := func(rank part.Rank, high float32) []fyne.CanvasObject {
		acts := []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("try-again", "Try again"), Rank: rank, Height: high, OnTap: func() { s.list.Refresh(s.ctx) }})}
		var stopped *live.Stopped
		if errors.As(s.trouble, &stopped) {
			acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("copy-report", "Copy report"), Height: high, OnTap: func() {
				fyne.CurrentApp().Clipboard().SetContent(stopped.Report())
			}}))
		}
		return acts
	}
	if len(s.data.alerts) == 0 {
		return part.NewEmptyState(part.EmptySpec{
			Icon: "warning", Title: v.T("alerts.failed", "The alerts can’t be read now"), Line: v.Fault(s.trouble), Acts: again(part.Main, 30),
		})
	}
	return part.Inset(part.Pad(8, 16), part.NewStrip(part.StripSpec{Tone: part.Attention, Icon: "warning", Title: v.Fault(s.trouble), Wide: 700, Acts: again(part.OnStrip, 26)}))
}

// showList keeps the selection, or takes the first alert that waits.
func (s *Screen) showList(data loaded) {
	slices.SortStableFunc(data.alerts, func(a, b app.AlertView) int { return int(groupOf(a) - groupOf(b)) })
	same := s.trouble == nil && reflect.DeepEqual(s.data, data)
	s.data, s.trouble = data, nil
	if s.index() < 0 {
		s.selected, s.shown = "", nil
		if len(data.alerts) > 0 {
			s.selected = data.alerts[0].ID
		}
	}
	if !same || s.marked != s.selected {
		s.draw()
	}
	if s.selected != "" {
		s.one.Refresh(s.ctx)
	}
}

func (s *Screen) showOne(v app.AlertView) {
	if s.shown != nil && s.drawn && reflect.DeepEqual(*s.shown, v) {
		return // what has the keyboard keeps it
	}
	if s.shown == nil || s.shown.ID != v.ID {
		s.right.ScrollToOffset(fyne.Position{})
	}
	s.shown = &v
	s.redraw()
}

func (s *Screen) index() int {
	return slices.IndexFunc(s.data.alerts, func(a app.AlertView) bool { return a.ID == s.selected })
}

// choose selects the alert at index i.
func (s *Screen) choose(i int) {
	if i < 0 || i >= len(s.data.alerts) {
		return
	}
	if i < len(s.lines) && s.lines[i] == nil { // folded away
		s.unfold[groupOf(s.data.alerts[i])] += mostRows
		s.kept = false
	}
	s.Open(s.data.alerts[i].ID)
}

// counts writes what waits, for the head.
func (s *Screen) counts() string {
	unusual, quiet := 0, 0
	for _, a := range s.data.alerts {
		switch {
		case !a.Waits:
		case a.Level == alert.Interrupt:
			unusual++
		default:
			quiet++
		}
	}
	v := s.voice
	switch {
	case !s.data.read:
		return ""
	case unusual+quiet == 0:
		return v.T("alerts.all-answered", "Nothing waits for an answer")
	case quiet == 0:
		return v.N("alerts.unusual", "{{.N}} unusual", "{{.N}} unusual", unusual)
	case unusual == 0:
		return v.N("alerts.quiet", "{{.N}} worth a look", "{{.N}} worth a look", quiet)
	}
	return v.T("alerts.both", "{{.Unusual}} unusual, {{.Quiet}} worth a look", "Unusual", v.Count(unusual), "Quiet", v.Count(quiet))
}

// draw builds the place from what was loaded.
func (s *Screen) draw() {
	s.kept = false
	s.redraw()
}

// redraw is draw for what changes nothing in the list but which row is selected.
func (s *Screen) redraw() {
	v := s.voice
	if s.watch != nil {
		s.watch.draw()
		return
	}
	s.header.SetTitle(v.T("place.alerts", "Alerts"), s.counts())
	s.header.SetRight(s.howMuch())
	if len(s.data.alerts) == 0 {
		s.lines = nil
		s.put(s.nothing())
		return
	}
	walking := s.walking()
	s.marked = s.selected
	detail := s.shown != nil && (!s.narrow || s.reading && s.shown.ID == s.selected)
	s.drawn = detail && s.ticked == nil
	s.drawList()
	switch {
	case s.ticked != nil:
		detail = !s.narrow
		swap(s.right, s.severalPane())
	case detail:
		swap(s.right, s.detail())
	}
	switch {
	case detail && s.narrow:
		s.put(s.right)
	case detail:
		s.put(container.New(&panes{}, s.left, part.NewUpright(), s.right))
	default:
		s.put(s.left)
	}
	if walking {
		s.focus()
	}
}

// drawList builds the list, or only moves the mark where its rows are as they were.
func (s *Screen) drawList() {
	if s.kept {
		for i, line := range s.lines {
			if line != nil {
				line.SetSelected(s.data.alerts[i].ID == s.selected)
			}
		}
		return
	}
	rows := s.rows()
	if s.ticked != nil && s.narrow {
		rows = append([]fyne.CanvasObject{s.severalPane()}, rows...)
	}
	swap(s.left, part.Inset(part.Pad(8, 8), part.Stack(0, rows...)))
	s.kept = true
}

// swap gives a scroll new content without moving what is read.
func swap(in *container.Scroll, content fyne.CanvasObject) {
	at := in.Offset
	in.Content = content
	in.Refresh()
	in.ScrollToOffset(at)
}

// looked says how much was looked at, and how much of that is still being learnt from.
func (s *Screen) looked() string {
	v := s.voice
	line := v.N("alerts.looked", "{{.N}} charge looked at in 90 days, on this computer alone.", "{{.N}} charges looked at in 90 days, on this computer alone.", s.data.looked)
	if days := s.data.expected.Days; !s.data.expected.Known() && days > 0 {
		line += " " + v.T("alerts.learning", "Still learning what is usual for you: {{.Days}} of 30 days.", "Days", days)
	}
	return line
}

func (s *Screen) put(o fyne.CanvasObject) {
	if s.trouble != nil && len(s.data.alerts) > 0 {
		o = part.Stack(0, s.failed(), part.Rest(o))
	}
	s.body.Objects = []fyne.CanvasObject{o}
	s.body.Refresh()
}

// nothing is shown where there are no alerts: none was found, none could be read, or none is read yet.
func (s *Screen) nothing() fyne.CanvasObject {
	v := s.voice
	switch {
	case s.trouble != nil:
		return s.failed()
	case !s.data.read:
		return part.Space()
	case s.data.looked == 0:
		return part.NewEmptyState(part.EmptySpec{
			Icon: "alerts", Title: v.T("alerts.none-yet", "Nothing to look at yet"),
			Line: v.T("alerts.none-yet-line", "Link a bank or import a statement. Every charge is looked at on this computer alone."),
		})
	}
	return part.NewEmptyState(part.EmptySpec{
		Icon: "alerts", Title: v.T("alerts.empty", "Nothing unusual"),
		Line: s.looked(),
	})
}
