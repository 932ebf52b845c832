package alerts

import (
	"context"
	"errors"
	"slices"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	columnWide float32 = 640
	innerWide          = columnWide - 34
	rowHigh    float32 = 44
	choiceWide float32 = 220
)

// watchlist is what the page of what the person told ahead needs of the use cases.
type watchlist interface {
	Watchlist(ctx context.Context) (alert.Watchlist, error)
	Watch(ctx context.Context, e alert.WatchEntry) (app.WatchChange, error)
	Unwatch(ctx context.Context, key string) (app.WatchChange, error)
	UndoWatch(ctx context.Context, w app.WatchChange) error
	Sensitivity(ctx context.Context) (alert.Sensitivity, error)
	SetSensitivity(ctx context.Context, s alert.Sensitivity) error
	ExpectedAlerts(ctx context.Context, s alert.Sensitivity) (app.Expected, error)
	Notice(ctx context.Context) (app.NoticeKind, error)
	SetNotice(ctx context.Context, kind app.NoticeKind) error
	Accounts(ctx context.Context) ([]ledger.AccountView, error)
}

// watchPage lies over the place: how much is told, and what the person told ahead.
type watchPage struct {
	s       *Screen
	loading live.View[told]
	data    *told // nil until it was read
	trouble error
	form    *form // nil while nothing is added or changed
	scroll  *container.Scroll
}

// told is what the page shows.
type told struct {
	list     alert.Watchlist
	accounts []ledger.AccountView
	now      alert.Sensitivity
	expected map[alert.Sensitivity]app.Expected
	notice   app.NoticeKind
}

// howMuch is the button in the head: how much is told, and what opens the page.
func (s *Screen) howMuch() fyne.CanvasObject {
	v := s.voice
	text := v.T("alerts.tuning", "Sensitivity and watchlist")
	if e := s.data.expected; e.Known() {
		text = v.T("alerts.sensitivity", "Sensitivity: {{.Many}}", "Many", v.AMonth(e.Unusual))
	}
	return part.NewButton(part.ButtonSpec{Icon: "settings", Text: text, OnTap: s.OpenWatchlist})
}

// OpenWatchlist shows what the person told ahead, and how much is told.
func (s *Screen) OpenWatchlist() {
	if s.watch != nil || s.ctx == nil {
		return
	}
	p := &watchPage{s: s, scroll: container.NewVScroll(part.Gap(0, 0))}
	p.loading = live.View[told]{Group: s.desk.Group, OnUI: s.desk.OnUI, Load: p.load, Show: func(t told) { p.data, p.trouble = &t, nil; p.draw() }, Fail: p.fail}
	s.watch = p
	p.reload()
	s.draw()
}

func (s *Screen) closeWatch() {
	s.watch = nil
	s.content.Objects = s.main
	s.content.Refresh()
	s.draw()
}

func (p *watchPage) load(ctx context.Context) (t told, err error) {
	c := p.s.coffer
	if t.list, err = c.Watchlist(ctx); err != nil {
		return t, err
	}
	if t.accounts, err = c.Accounts(ctx); err != nil {
		return t, err
	}
	if t.now, err = c.Sensitivity(ctx); err != nil {
		return t, err
	}
	if t.notice, err = c.Notice(ctx); err != nil {
		return t, err
	}
	t.expected = map[alert.Sensitivity]app.Expected{}
	for _, s := range alert.Sensitivities() {
		if t.expected[s], err = c.ExpectedAlerts(ctx, s); err != nil {
			return t, err
		}
	}
	return t, nil
}

func (p *watchPage) reload() { p.loading.Refresh(p.s.ctx) }

func (p *watchPage) fail(err error) {
	p.trouble = err
	p.draw()
}

func (p *watchPage) draw() {
	s, v := p.s, p.s.voice
	if s.watch != p {
		return
	}
	side, foot := float32(24), float32(28)
	if s.narrow {
		side, foot = 16, 20
	}
	header := part.NewPlaceHeader(part.HeaderSpec{Title: v.T("watch.title", "What Coffer tells you, and what you told it"), OnBack: s.closeWatch})
	header.SetNarrow(s.narrow)
	at := p.scroll.Offset
	p.scroll.Content = part.Inset(part.Edges{Left: side, Right: side, Bottom: foot}, part.RowTop(0, part.Sized(columnWide, 0, part.Stack(0, p.rows()...)), part.Space()))
	part.Follow(p.scroll.Content, func(o fyne.CanvasObject) { part.ScrollTo(p.scroll, o) })
	s.content.Objects = []fyne.CanvasObject{header, part.Rest(p.scroll), s.bar}
	s.content.Refresh()
	p.scroll.Refresh()
	p.scroll.ScrollToOffset(at)
}

func (p *watchPage) rows() []fyne.CanvasObject {
	v := p.s.voice
	var all []fyne.CanvasObject
	if p.trouble != nil {
		again := part.NewButton(part.ButtonSpec{Text: v.T("try-again", "Try again"), Rank: part.OnStrip, Height: 26, OnTap: p.reload})
		all = append(all, part.NewStrip(part.StripSpec{Tone: part.Attention, Icon: "warning", Title: v.Fault(p.trouble), Wide: columnWide, Acts: []fyne.CanvasObject{again}}), part.Gap(0, 12))
	}
	if p.data == nil {
		return all
	}
	section := func(title string, rows ...fyne.CanvasObject) {
		all = append(all, part.Inset(part.Edges{Right: 2, Bottom: 6, Left: 2}, part.NewSection(title)), part.NewListCard(rows...), part.Gap(0, 18))
	}
	section(v.T("watch.much", "How much is told"), p.sensitivityRow(), p.noticeRow())
	all = append(all, part.Inset(part.Edges{Right: 2, Bottom: 2, Left: 2}, part.NewSection(v.T("watch.ahead", "What you told Coffer ahead"))),
		part.Inset(part.Edges{Left: 2, Bottom: 8}, part.NewPara(v.T("watch.ahead-line", "Each changes what is told, on this computer alone, and stays until you take it off. A charge’s own page in Transactions adds it to the list, too."),
			part.Style{Role: look.Small, Tint: look.Muted}, columnWide)),
		p.adding(), part.Gap(0, 14))
	if p.form != nil {
		all = append(all, p.form.card(), part.Gap(0, 18))
	}
	for _, kind := range kinds {
		if rows := p.entries(kind); len(rows) > 0 {
			section(v.WatchKind(kind), rows...)
		}
	}
	return all
}

// line is a row of 44: words left, controls right.
func line(title, sub string, acts ...fyne.CanvasObject) fyne.CanvasObject {
	words := []fyne.CanvasObject{part.NewText(title, part.Style{}).Cut(240), part.Rest(part.NewText(sub, part.Style{Tint: look.Muted}).Cut(40))}
	return part.Inset(part.Edges{Left: 16, Right: 16}, part.Sized(0, rowHigh, part.Row(8, append(words, acts...)...)))
}

func (p *watchPage) sensitivityRow() fyne.CanvasObject {
	v := p.s.voice
	choices := alert.Sensitivities()
	names := make([]string, len(choices))
	for i, s := range choices {
		names[i] = v.Sensitivity(sensitivityNames[s])
		if e := p.data.expected[s]; e.Known() {
			names[i] = v.T("sensitivity.expected", "{{.Name}}, {{.Many}}", "Name", names[i], "Many", v.AMonth(e.Unusual))
		}
	}
	sub := ""
	if e := p.data.expected[p.data.now]; e.Known() {
		sub = v.T("sensitivity.now", "{{.Many}} now", "Many", v.AMonth(e.Unusual))
	}
	choose := part.NewSelect(names, slices.Index(choices, p.data.now), func(i int) {
		p.set(func(t *told) { t.now = choices[i] }, func(ctx context.Context) error { return p.s.coffer.SetSensitivity(ctx, choices[i]) })
	})
	return line(v.T("sensitivity.title", "Unusual charges"), sub, part.Sized(choiceWide, 30, choose))
}

// sensitivityNames are how ui/say knows them.
var sensitivityNames = map[alert.Sensitivity]string{alert.Calm: "calm", alert.Usual: "usual", alert.Keen: "keen"}

func (p *watchPage) noticeRow() fyne.CanvasObject {
	v := p.s.voice
	choices := app.NoticeKinds()
	names := []string{v.T("notice.kind-count", "Only how many"), v.T("notice.kind-more", "Payee and amount, too"), v.T("notice.kind-none", "Nothing")}
	choose := part.NewSelect(names, slices.Index(choices, p.data.notice), func(i int) {
		p.set(func(t *told) { t.notice = choices[i] }, func(ctx context.Context) error { return p.s.coffer.SetNotice(ctx, choices[i]) })
	})
	return line(v.T("notice.title", "What the desktop says of one"), "", part.Sized(choiceWide, 30, choose))
}

// set changes a setting at once; where that fails it is as before.
func (p *watchPage) set(change func(*told), save func(ctx context.Context) error) {
	before := *p.data
	change(p.data)
	p.draw()
	p.s.desk.Do(p.s.ctx, save, func(err error) {
		if err != nil && !errors.Is(err, context.Canceled) {
			p.data = &before
			p.fail(err)
			return
		}
		p.reload()
	})
}
