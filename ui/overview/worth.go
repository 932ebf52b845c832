package overview

import (
	"strings"
	"time"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// span is how far back the curve goes.
type span int

const (
	month span = iota
	year
	all
)

// days returns how many days a span has; 0 for all there are.
func (s span) days() int {
	switch s {
	case month:
		return 30
	case year:
		return 365
	}
	return 0
}

// worth is the card of the net worth and its curve.
func (s *Screen) worth() fyne.CanvasObject {
	v, w := s.voice, s.data.Worth[0]
	note := part.NewText(v.T("worth.in-days", "in 30 days"), part.Style{Tint: look.Muted})
	change := part.NewText(v.Change(w.Month), part.Style{Tint: tintOf(w.Month), Bold: true})
	figure := part.Stack(3, part.NewSection(v.T("worth.title", "Net worth")), part.RowBase(10, part.NewFigure(v.Money(w.Now)), change, note))
	chart := part.NewLineChart(s.series(w, note))
	if s.narrow {
		return part.NewCard(figure, part.Gap(0, 4), part.Sized(0, narrowHigh, chart)).Padded(part.Edges{Top: 13, Right: 15, Bottom: 9, Left: 17})
	}
	objects := []fyne.CanvasObject{part.RowTop(0, figure, part.Space(), part.Row(2, s.spans()...)), part.Gap(0, 6), part.Sized(0, chartHigh, chart)}
	if more := others(s.data.Worth, v); len(more) > 0 {
		objects = append(objects, part.NewCaption(v.T("worth.others", "And {{.Sums}}, not converted.", "Sums", strings.Join(more, ", "))))
	}
	return part.NewCard(objects...).Padded(part.Edges{Top: 15, Right: 17, Bottom: 11, Left: 17})
}

// spans are the chips that say how far back the curve goes.
func (s *Screen) spans() []fyne.CanvasObject {
	v := s.voice
	chips := make([]fyne.CanvasObject, 0, 3)
	for _, choice := range []struct {
		span span
		name string
	}{{month, v.T("worth.month", "30 days")}, {year, v.T("worth.year", "1 year")}, {all, v.T("worth.all", "All")}} {
		chips = append(chips, part.NewChip(part.ChipSpec{Text: choice.name, On: s.span == choice.span, Plain: true, OnTap: func() {
			s.span = choice.span
			s.draw()
		}}))
	}
	return chips
}

func tintOf(a money.Amount) fyne.ThemeColorName {
	switch {
	case a.Minor > 0:
		return look.MoneyIn
	case a.Minor < 0:
		return look.MoneyOut
	}
	return look.Muted
}

// series takes the points of the span: days of a month, weeks of a longer time.
func (s *Screen) series(w app.Worth, note *part.Text) part.LineSeries {
	v := s.voice
	points := w.Points
	if n := s.span.days(); n > 0 && len(points) > n {
		points = points[len(points)-n:]
	}
	if s.span != month {
		points = weekly(points)
	}
	currency := w.Now.Currency
	series := part.LineSeries{
		Steps: s.span == month,
		Axis: part.Axis{
			Word: func(value int64) string { return v.Round(money.New(value, currency)) }, Tags: s.tags(points),
			Empty: v.T("worth.empty", "The curve begins with the first transactions"),
		},
		OnPoint: func(i int) {
			if i < 0 || i >= len(points) {
				note.Set(v.T("worth.in-days", "in 30 days"))
				return
			}
			note.Set(v.T("worth.at", "{{.Day}}, {{.Sum}}", "Day", v.Day(points[i].Day.Time(), s.data.Today.Time()), "Sum", v.Money(points[i].Sum)))
		},
	}
	for _, p := range points {
		series.Points = append(series.Points, p.Sum.Minor)
	}
	return series
}

// weekly keeps every seventh point, counted back from the last.
func weekly(points []app.WorthPoint) []app.WorthPoint {
	var kept []app.WorthPoint
	for i, p := range points {
		if (len(points)-1-i)%7 == 0 {
			kept = append(kept, p)
		}
	}
	return kept
}

// tags names the months under the axis, or weeks of a single month; at most seven of them.
func (s *Screen) tags(points []app.WorthPoint) []part.Tag {
	var tags []part.Tag
	if s.span == month {
		for i, p := range points {
			if i%7 == 3 {
				tags = append(tags, part.Tag{At: i, Text: s.voice.Day(p.Day.Time(), s.data.Today.Time())})
			}
		}
		return tags
	}
	last := ledger.Month(-1)
	for i, p := range points {
		if m := p.Day.Month(); m != last {
			if i > 0 {
				tags = append(tags, part.Tag{At: i, Text: s.monthTag(p.Day.Time())})
			}
			last = m
		}
	}
	return thinned(tags, 7)
}

func (s *Screen) monthTag(at time.Time) string {
	if s.span == all && at.Month() == time.January {
		return at.Format("2006")
	}
	return s.voice.ShortMonth(at)
}

// thinned keeps every n-th tag, so that at most most are left.
func thinned(tags []part.Tag, most int) []part.Tag {
	every := (len(tags) + most - 1) / most
	if every <= 1 {
		return tags
	}
	var kept []part.Tag
	for i, t := range tags {
		if i%every == 0 {
			kept = append(kept, t)
		}
	}
	return kept
}
