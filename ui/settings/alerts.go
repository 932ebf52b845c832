package settings

import (
	"context"
	"slices"

	"coffer/app"
	"coffer/app/alert"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// alerting is how much is told, as it was read.
type alerting struct {
	now      alert.Sensitivity
	expected map[alert.Sensitivity]app.Expected
	notice   app.NoticeKind
	watched  int // entries of the watchlist
}

func (s *Screen) loadAlerting(ctx context.Context) (a alerting, err error) {
	if a.now, err = s.coffer.Sensitivity(ctx); err != nil {
		return a, err
	}
	a.expected = map[alert.Sensitivity]app.Expected{}
	for _, one := range alert.Sensitivities() {
		if a.expected[one], err = s.coffer.ExpectedAlerts(ctx, one); err != nil {
			return a, err
		}
	}
	if a.notice, err = s.coffer.Notice(ctx); err != nil {
		return a, err
	}
	list, err := s.coffer.Watchlist(ctx)
	a.watched = len(list.Entries())
	return a, err
}

// alertRows are how much is told.
func (s *Screen) alertRows() []fyne.CanvasObject {
	v := s.voice
	rows := []fyne.CanvasObject{s.sensitivityLine(), s.noticeLine()}
	if s.do.Watchlist == nil {
		return rows
	}
	sub := v.N("watch.count", "{{.N}} thing on it", "{{.N}} things on it", s.data.alerts.watched)
	return append(rows, s.line(line{row: watchRow, title: v.T("watch.name", "What you told Coffer ahead"), sub: sub, acts: []fyne.CanvasObject{
		s.button("watchlist", part.ButtonSpec{Text: v.T("watch.open", "Open"), OnTap: s.do.Watchlist}),
	}}))
}

var sensitivityNames = map[alert.Sensitivity]string{alert.Calm: "calm", alert.Usual: "usual", alert.Keen: "keen"}

func (s *Screen) sensitivityLine() fyne.CanvasObject {
	v, a := s.voice, s.data.alerts
	choices := alert.Sensitivities()
	names := make([]string, len(choices))
	under := ""
	for i, one := range choices {
		names[i] = v.Sensitivity(sensitivityNames[one])
		if e := a.expected[one]; e.Known() {
			names[i] = v.T("sensitivity.expected", "{{.Name}}, {{.Many}}", "Name", names[i], "Many", v.AMonth(e.Unusual))
			under = v.N("sensitivity.counted", "Counted on the last {{.N}} day of your own history.", "Counted on the last {{.N}} days of your own history.", e.Days)
		}
	}
	l := line{row: sensitivityRow, title: v.T("sensitivity.title", "Unusual charges")}
	if e := a.expected[a.now]; e.Known() {
		l.sub = v.T("sensitivity.now", "{{.Many}} now", "Many", v.AMonth(e.Unusual))
	}
	if under != "" {
		l.under = append(l.under, para(under, look.Muted))
	}
	l.acts = []fyne.CanvasObject{s.wideChoice("sensitivity", names, slices.Index(choices, a.now), func(i int) {
		s.setAlerting(sensitivityRow, func(a *alerting) { a.now = choices[i] }, func(ctx context.Context) error { return s.coffer.SetSensitivity(ctx, choices[i]) })
	})}
	return s.line(l)
}

func (s *Screen) noticeLine() fyne.CanvasObject {
	v := s.voice
	choices := app.NoticeKinds()
	names := []string{v.T("notice.kind-count", "Only how many"), v.T("notice.kind-more", "Payee and amount, too"), v.T("notice.kind-none", "Nothing")}
	return s.line(line{row: noticeRow, title: v.T("notice.title", "What the desktop says of one"), acts: []fyne.CanvasObject{s.wideChoice("notice", names, slices.Index(choices, s.data.alerts.notice), func(i int) {
		s.setAlerting(noticeRow, func(a *alerting) { a.notice = choices[i] }, func(ctx context.Context) error { return s.coffer.SetNotice(ctx, choices[i]) })
	})}})
}

// setAlerting changes one of the settings; where that fails it is as before.
func (s *Screen) setAlerting(r row, change func(*alerting), save func(ctx context.Context) error) {
	before := s.data.alerts
	change(&s.data.alerts)
	s.run(chore{row: r, word: s.voice.T("settings.saving", "Saving"), work: func(ctx context.Context, _ tell) error { return save(ctx) }, done: func(err error) {
		if err != nil {
			s.data.alerts = before
			s.words[r] = bad(s.voice.Fault(err))
		}
		s.draw()
	}})
}

// scoreRows are the published scorer's table: what the alerts reach on histories that were made for it.
func (s *Screen) scoreRows() []fyne.CanvasObject {
	v, score := s.voice, s.do.Score
	if len(score.Rows) == 0 {
		return nil
	}
	when := v.T("score.not-yet", "Not measured yet")
	if score.Measured != "" {
		when = v.T("score.measured", "Measured {{.Day}}", "Day", score.Measured)
	}
	widths := []float32{0}
	head := []fyne.CanvasObject{part.NewText(when, part.Style{Role: look.Small, Tint: look.Muted})}
	cell := func(text string, style part.Style) fyne.CanvasObject {
		style.Role, style.Align = look.Small, fyne.TextAlignTrailing
		return part.NewText(text, style)
	}
	for _, set := range score.Sets {
		widths = append(widths, 120)
		head = append(head, cell(v.Measure(set), part.Style{Bold: true}))
	}
	table := []fyne.CanvasObject{part.Columns(12, widths, head...)}
	for _, r := range score.Rows {
		line := []fyne.CanvasObject{part.NewText(v.Measure(r.Measure), part.Style{Role: look.Small})}
		for _, figure := range r.Figures {
			style := part.Style{}
			if figure == "" {
				style.Tint = look.Muted
			}
			line = append(line, cell(v.Figure(figure), style))
		}
		table = append(table, part.Columns(12, widths, line...))
	}
	note := para(v.T("score.synthetic", "Synthetic: both sets are invented by simulators, and these customers were never seen. A yardstick, not a promise about your own bank."), look.Muted)
	return []fyne.CanvasObject{part.Inset(part.Edges{Top: 12, Right: 16, Bottom: 12, Left: 16}, part.Stack(6, append(table, part.Gap(0, 2), note)...))}
}
