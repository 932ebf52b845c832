// Package alerts is the place of what is unusual: the list, why in one sentence, the numbers, and
// the person's answer.
package alerts

import (
	"context"
	"slices"
	"time"

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
	undoTime           = 10 * time.Second
)

// Coffer is what the place needs of the use cases.
type Coffer interface {
	Alerts(ctx context.Context) ([]app.AlertView, error)
	Alert(ctx context.Context, id alert.ID) (app.AlertView, error)
	Answer(ctx context.Context, id alert.ID, a alert.Answer) (alert.Alert, error)
	Unanswer(ctx context.Context, was alert.Alert) error
	Totals(ctx context.Context, f ledger.Filter) (ledger.Totals, error)
	Listen(ctx context.Context, changed func())
	Today() ledger.Date
}

// Go is what the frame does for the place.
type Go struct {
	Transaction func(ledger.TransactionID)
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
	shown    *app.AlertView // nil until loaded
	asTable  bool
	undone   []alert.Alert // answers that can be undone, newest last
	redo     []answered    // answers that were undone, newest last
	narrow   bool
	reading  bool // narrow: the detail lies over the list

	content *fyne.Container
	header  *part.PlaceHeader
	body    *fyne.Container
	bar     *part.UndoBar
	barLife context.CancelFunc
}

// loaded is the list and how much was looked at.
type loaded struct {
	alerts []app.AlertView
	looked int // charges in 90 days
}

type answered struct {
	id     alert.ID
	answer alert.Answer
}

// New returns the place.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do, body: container.NewStack()}
	s.list = live.View[loaded]{Group: desk.Group, OnUI: desk.OnUI, Load: s.load, Show: s.showList, Fail: s.fail}
	s.one = live.View[app.AlertView]{Group: desk.Group, OnUI: desk.OnUI, Load: s.loadOne, Show: s.showOne, Fail: s.fail}
	s.header = part.NewPlaceHeader(part.HeaderSpec{Ruled: true})
	s.bar = part.NewUndoBar(v.T("undo", "Undo"))
	s.content = container.NewBorder(s.header, s.bar, nil, nil, s.body)
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
	s.draw()
}

// SetVoice writes everything anew, as when amounts are hidden.
func (s *Screen) SetVoice(v *say.Voice) {
	s.voice = v
	s.draw()
}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx = ctx
	s.coffer.Listen(ctx, func() { s.list.Refresh(ctx) })
	s.list.Refresh(ctx)
}

// Open selects an alert.
func (s *Screen) Open(id alert.ID) {
	s.selected, s.reading = id, true
	s.one.Refresh(s.ctx)
	s.draw()
}

func (s *Screen) load(ctx context.Context) (loaded, error) {
	all, err := s.coffer.Alerts(ctx)
	if err != nil {
		return loaded{}, err
	}
	totals, err := s.coffer.Totals(ctx, ledger.Filter{From: s.coffer.Today().AddDays(-90)})
	return loaded{all, totals.Count()}, err
}

func (s *Screen) loadOne(ctx context.Context) (app.AlertView, error) {
	return s.coffer.Alert(ctx, s.selected)
}

func (s *Screen) fail(err error) {
	s.body.Objects = []fyne.CanvasObject{part.NewEmptyState(part.EmptySpec{
		Icon: "warning", Title: s.voice.T("alerts.failed", "The alerts can’t be read now"), Line: s.voice.Fault(err),
		Acts: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: s.voice.T("try-again", "Try again"), Rank: part.Main, OnTap: func() { s.list.Refresh(s.ctx) }})},
	})}
	s.body.Refresh()
}

// showList keeps the selection, or takes the first alert that waits.
func (s *Screen) showList(data loaded) {
	s.data = data
	if s.index() < 0 {
		s.selected, s.shown = "", nil
		if len(data.alerts) > 0 {
			s.selected = data.alerts[0].ID
		}
	}
	s.draw()
	if s.selected != "" {
		s.one.Refresh(s.ctx)
	}
}

func (s *Screen) showOne(v app.AlertView) {
	s.shown = &v
	s.draw()
}

func (s *Screen) index() int {
	return slices.IndexFunc(s.data.alerts, func(a app.AlertView) bool { return a.ID == s.selected })
}

// choose selects the alert at index i.
func (s *Screen) choose(i int) {
	if i < 0 || i >= len(s.data.alerts) {
		return
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
	case unusual+quiet == 0:
		return v.T("alerts.all-answered", "Nothing waits for an answer")
	case quiet == 0:
		return v.N("alerts.unusual", "{{.N}} unusual", "{{.N}} unusual", unusual)
	case unusual == 0:
		return v.N("alerts.quiet", "{{.N}} worth a look", "{{.N}} worth a look", quiet)
	}
	return v.T("alerts.both", "{{.Unusual}} unusual, {{.Quiet}} worth a look", "Unusual", unusual, "Quiet", quiet)
}

// draw builds the place from what was loaded.
func (s *Screen) draw() {
	v := s.voice
	s.header.SetTitle(v.T("place.alerts", "Alerts"), s.counts())
	if len(s.data.alerts) == 0 {
		s.body.Objects = []fyne.CanvasObject{part.NewEmptyState(part.EmptySpec{
			Icon: "alerts", Title: v.T("alerts.empty", "Nothing unusual"),
			Line: v.N("alerts.looked", "{{.N}} charge looked at in 90 days, on this computer alone.", "{{.N}} charges looked at in 90 days, on this computer alone.", s.data.looked),
		})}
		s.body.Refresh()
		return
	}
	list := container.NewVScroll(part.Inset(part.Pad(8, 8), part.Stack(0, s.rows()...)))
	switch {
	case s.narrow && s.reading && s.shown != nil:
		s.body.Objects = []fyne.CanvasObject{s.detail()}
	case s.narrow || s.shown == nil:
		s.body.Objects = []fyne.CanvasObject{list}
	default:
		s.body.Objects = []fyne.CanvasObject{container.NewBorder(nil, nil, container.New(&pane{listWide}, list, part.NewUpright()), nil, s.detail())}
	}
	s.body.Refresh()
}

// rows is the list: unusual, worth a look, answered.
func (s *Screen) rows() []fyne.CanvasObject {
	v := s.voice
	var objects []fyne.CanvasObject
	for _, g := range []struct {
		name string
		has  func(a app.AlertView) bool
	}{
		{v.T("level.unusual", "Unusual for you"), func(a app.AlertView) bool { return a.Waits && a.Level == alert.Interrupt }},
		{v.T("level.quiet", "Worth a look"), func(a app.AlertView) bool { return a.Waits && a.Level == alert.Quiet }},
		{v.T("alerts.answered-title", "Answered"), func(a app.AlertView) bool { return !a.Waits }},
	} {
		head := false
		for i, a := range s.data.alerts {
			if !g.has(a) {
				continue
			}
			if !head {
				objects = append(objects, part.Inset(part.Edges{Top: 10, Left: 10, Bottom: 4}, part.NewSection(g.name)))
				head = true
			}
			row := part.NewAlertRow(s.row(a), func() { s.choose(i) })
			row.SetSelected(a.ID == s.selected)
			row.SetOnStep(func(by int) { s.choose(i + by) })
			row.SetOnRune(s.TypedRune)
			objects = append(objects, row)
		}
	}
	return objects
}

func (s *Screen) row(a app.AlertView) part.AlertSpec {
	v := s.voice
	spec := part.AlertSpec{Icon: icon(a), Tone: tone(a), Kind: v.Detector(a.Detector), When: v.Day(a.Day.Time(), s.coffer.Today().Time()), Strong: a.Waits && a.Level == alert.Interrupt, Answered: !a.Waits}
	if row, ok := newest(a); ok {
		spec.Payee, spec.Amount = row.Payee, v.Change(row.Amount)
		spec.Flow = part.Out
		if row.Amount.Minor > 0 {
			spec.Flow = part.In
		}
	}
	if !a.Waits {
		spec.Kind = v.T("alerts.answer-kind", "{{.Answer}}. {{.Kind}}", "Answer", s.answerWord(a.Answer), "Kind", v.Detector(a.Detector))
	}
	return spec
}

func newest(a app.AlertView) (ledger.Transaction, bool) {
	if len(a.About) == 0 {
		return ledger.Transaction{}, false
	}
	return a.About[len(a.About)-1], true
}

func icon(a app.AlertView) string {
	if !a.Waits {
		switch a.Answer {
		case alert.NotMine:
			return "close"
		case alert.Later:
			return "clock"
		}
		return "check"
	}
	if a.Detector == "duplicate-charge" {
		return "transactions"
	}
	return "alerts"
}

func tone(a app.AlertView) part.Tone {
	switch {
	case !a.Waits:
		return part.Neutral
	case a.Level == alert.Interrupt:
		return part.Grave
	}
	return part.Attention
}

func (s *Screen) answerWord(a alert.Answer) string {
	switch a {
	case alert.Mine:
		return s.voice.T("answer.mine", "Mine")
	case alert.NotMine:
		return s.voice.T("answer.not-mine", "Not mine")
	case alert.Later:
		return s.voice.T("answer.later", "Later")
	}
	return ""
}

// pane gives its first object a fixed width, and the line its pixel.
type pane struct{ wide float32 }

func (l *pane) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(l.wide-1, size.Height))
	objects[1].Move(fyne.NewPos(l.wide-1, 0))
	objects[1].Resize(fyne.NewSize(1, size.Height))
}

func (l *pane) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(l.wide, 200) }
