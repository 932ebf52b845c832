package alerts

import (
	"slices"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const chartHigh float32 = 196

func (s *Screen) swap() {
	s.asTable = !s.asTable
	s.redraw()
}

// chart is every charge to the account up to those of the alert, or the same as a table.
func (s *Screen) chart() []fyne.CanvasObject {
	v, a := s.voice, s.shown
	if !slices.ContainsFunc(a.Charges, func(c app.AlertCharge) bool { return c.About }) { // nothing to mark
		return nil
	}
	words := v.T("alerts.as-table", "Show as table")
	if s.asTable {
		words = v.T("alerts.as-chart", "Show as chart")
	}
	swap := part.NewLink(words, look.Small, s.pressed(s.swap))
	head := part.Row(8, part.NewText(s.chartTitle(), part.Style{Bold: true}), part.Space(), swap)
	if s.asTable {
		return []fyne.CanvasObject{part.NewCard(append([]fyne.CanvasObject{head, part.Gap(0, 8)}, s.chargeRows()...)...)}
	}
	note := part.NewText("", part.Style{Role: look.Small, Tint: look.Muted})
	return []fyne.CanvasObject{part.NewCard(head, note, part.Sized(0, chartHigh, part.NewBarChart(s.bars(note))))}
}

// bars draws each charge as one bar; note says what the pointed one is.
func (s *Screen) bars(note *part.Text) part.BarSeries {
	v, a, currency := s.voice, s.shown, s.shown.Account.Currency
	legend := []part.LegendItem{{Text: v.T("alerts.legend-charges", "Your charges"), Tint: look.ChartCharge}}
	band := high(a.Charges)
	if band > 0 {
		legend = append(legend, part.LegendItem{Text: v.T("alerts.legend-band", "95 of 100 are below {{.Amount}}", "Amount", v.Round(money.New(band, currency))), Tint: look.ChartBand})
	}
	series := part.BarSeries{
		Axis: part.Axis{Word: func(value int64) string { return v.Round(money.New(value, currency)) }, Tags: s.monthTags(), Left: 0},
		Band: band, Legend: append(legend, part.LegendItem{Text: s.these(), Tint: look.AlertHigh}),
		OnPoint: func(i int) {
			note.Set("")
			if i >= 0 && i < len(a.Charges) {
				c := a.Charges[i]
				note.Set(v.T("alerts.point", "{{.Day}}: {{.Amount}}, {{.Payee}}", "Day", s.day(c.Day), "Amount", v.Money(money.New(c.Size, currency)), "Payee", c.Payee))
			}
		},
	}
	largest := -1
	for i, c := range a.Charges {
		series.Bars = append(series.Bars, part.Bar{Value: c.Size, Hot: c.About})
		if c.About && (largest < 0 || c.Size >= a.Charges[largest].Size) {
			largest = i
		}
	}
	c := a.Charges[largest]
	series.Bars[largest].Label = v.T("alerts.bar", "{{.Amount}}, {{.Day}}", "Amount", v.Money(money.New(c.Size, currency)), "Day", s.day(c.Day))
	return series
}

func (s *Screen) day(d ledger.Date) string { return s.voice.Day(d.Time(), s.coffer.Today().Time()) }

func (s *Screen) chartTitle() string {
	v := s.voice
	if s.shown.Account.Kind == ledger.Card {
		return v.T("alerts.chart-card", "This against your last 90 days on this card")
	}
	return v.T("alerts.chart-account", "This against your last 90 days on this account")
}

func (s *Screen) these() string {
	v, n := s.voice, 0
	for _, c := range s.shown.Charges {
		if c.About {
			n++
		}
	}
	switch n {
	case 1:
		return v.T("alerts.legend-this", "This one")
	case 2:
		return v.T("alerts.legend-two", "These two")
	}
	return v.T("alerts.legend-these", "These")
}

// nearTags is how many bars of a hundred a month's name takes.
const nearTags = 11

// monthTags name the first charge of each month, and the very first where there is room before the next.
func (s *Screen) monthTags() []part.Tag {
	var tags []part.Tag
	all := s.shown.Charges
	room := len(all) * nearTags / 100
	for i, c := range all {
		if i == 0 || c.Day.Month() == all[i-1].Day.Month() {
			continue
		}
		if n := len(tags); n > 0 && i-tags[n-1].At <= room {
			tags = tags[:n-1] // a month of few charges gives way to the next
		}
		tags = append(tags, part.Tag{At: i, Text: s.voice.Month(c.Day.Time(), c.Day.Time())})
	}
	if len(all) > 0 && (len(tags) == 0 || tags[0].At > room) {
		tags = slices.Insert(tags, 0, part.Tag{At: 0, Text: s.day(all[0].Day)})
	}
	if n := len(tags); n > 1 && len(all)-tags[n-1].At <= room {
		tags = tags[:n-1] // its name would leave the chart
	}
	return tags
}

// high is the sum that 95 of 100 charges stay below, the alert's own aside; 0 where there are too few to say.
func high(all []app.AlertCharge) int64 {
	var sizes []int64
	for _, c := range all {
		if !c.About {
			sizes = append(sizes, c.Size)
		}
	}
	if len(sizes) < 20 {
		return 0
	}
	slices.Sort(sizes)
	return sizes[len(sizes)*95/100]
}

func (s *Screen) chargeRows() []fyne.CanvasObject {
	v, a := s.voice, s.shown
	var rows []fyne.CanvasObject
	for _, c := range slices.Backward(a.Charges) {
		spec := part.CompareSpec{Day: s.day(c.Day), Name: c.Payee, Amount: v.Money(money.New(c.Size, a.Account.Currency)), OnTap: func() { s.do.Transaction(c.Row) }}
		if c.About {
			spec.Note = s.these()
		}
		rows = append(rows, part.NewCompareRow(spec))
	}
	return rows
}
