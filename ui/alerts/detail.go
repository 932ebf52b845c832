package alerts

import (
	"slices"
	"strings"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const (
	chartHigh    float32 = 196
	mostBaseline int     = 4
)

// detail is the right side: why, the answers, the chart, the numbers, the rows it was held against.
func (s *Screen) detail() fyne.CanvasObject {
	v, a := s.voice, s.shown
	side := float32(28)
	if s.narrow {
		side = 16
	}
	objects := []fyne.CanvasObject{
		part.NewPara(v.Reason(a.Why.ID, a.Why.Args), part.Style{Role: look.Heading, Bold: true}, detailWide),
		part.Gap(0, 4), part.NewPara(s.where(), part.Style{Tint: look.Muted}, detailWide),
		part.Gap(0, 12), s.answers(), part.Gap(0, 16),
	}
	objects = append(objects, s.chart()...)
	objects = append(objects, part.Gap(0, 20), s.numbersAndNormal())
	objects = append(objects, s.baseline()...)
	objects = append(objects, part.Gap(0, 18), part.NewRule(), part.Gap(0, 10), part.NewPara(v.N("alerts.foot",
		"Unusual for you; that isn’t proof of anything. Judged on this computer from {{.N}} of your own charges; this one isn’t among them. “Mine” keeps this payee and price quiet for 180 days.",
		"Unusual for you; that isn’t proof of anything. Judged on this computer from {{.N}} of your own charges; this one isn’t among them. “Mine” keeps this payee and price quiet for 180 days.",
		len(a.Baseline)), part.Style{Role: look.Small, Tint: look.Muted}, detailWide))
	return part.Inset(part.Edges{Top: 18, Left: side, Right: side, Bottom: 20}, part.Stack(0, objects...))
}

// where names the account and when each row happened.
func (s *Screen) where() string {
	v, a := s.voice, s.shown
	words := []string{accountName(a.Account)}
	for _, row := range a.About {
		at := v.LongDay(row.Date.Time())
		if !row.At.IsZero() {
			at += " " + v.Clock(row.At)
		}
		words = append(words, row.Payee+" "+at)
	}
	return strings.Join(words, " · ")
}

func accountName(a ledger.AccountView) string {
	if a.Masked == "" {
		return a.Name
	}
	return a.Name + " ·· " + a.Masked
}

// answers are the three buttons, of equal weight: the answer isn't led.
func (s *Screen) answers() fyne.CanvasObject {
	v, a := s.voice, s.shown
	open := part.NewLink(v.T("alerts.open", "Open in transactions"), look.Body, func() {
		if row, ok := newest(*a); ok {
			s.do.Transaction(row.ID)
		}
	})
	if !a.Waits {
		said := v.T("alerts.said", "You answered: {{.Answer}}", "Answer", s.answerWord(a.Answer))
		if a.Answer == alert.Later {
			said = s.until(a.Until)
		}
		row := []fyne.CanvasObject{part.NewText(said, part.Style{Bold: true}), part.Space()}
		if a.Answer == alert.NotMine && s.do.Dispute != nil {
			row = append(row, part.NewLink(v.T("alerts.dispute", "Dispute pack"), look.Body, func() { s.dispute(a.ID, a.Answer) }))
		}
		return part.Row(8, append(row, open)...)
	}
	button := func(icon, text, key string, rank part.Rank, answer alert.Answer) fyne.CanvasObject {
		return part.NewButton(part.ButtonSpec{Icon: icon, Text: text, Key: key, Rank: rank, OnTap: s.pressed(func() { s.answer(answer) })})
	}
	return part.Row(8,
		button("check", v.T("answer.mine", "Mine"), "M", part.Normal, alert.Mine),
		button("close", v.T("answer.not-mine", "Not mine"), "N", part.Danger, alert.NotMine),
		button("clock", v.T("answer.later", "Later"), "L", part.Normal, alert.Later),
		part.Space(), open)
}

// pressed does act for a button that goes away with it: its keyboard goes to the list.
func (s *Screen) pressed(act func()) func() {
	return func() {
		if c := fyne.CurrentApp().Driver().CanvasForObject(s.content); c != nil && c.Focused() != nil && !s.narrow {
			s.focus()
		}
		act()
	}
}

func (s *Screen) swap() {
	s.asTable = !s.asTable
	s.draw()
}

// chart is what went out of the account each day before the charge, or the same as a table.
func (s *Screen) chart() []fyne.CanvasObject {
	v, a := s.voice, s.shown
	if len(a.Days) == 0 {
		return nil
	}
	words := v.T("alerts.as-table", "Show as table")
	if s.asTable {
		words = v.T("alerts.as-chart", "Show as chart")
	}
	swap := part.NewLink(words, look.Small, s.pressed(s.swap))
	head := part.Row(8, part.NewText(v.T("alerts.chart", "What left this account, day by day"), part.Style{Bold: true}), part.Space(), swap)
	if s.asTable {
		return []fyne.CanvasObject{part.NewCard(append([]fyne.CanvasObject{head, part.Gap(0, 8)}, s.dayRows()...)...)}
	}
	note := part.NewText("", part.Style{Role: look.Small, Tint: look.Muted})
	currency := a.Account.Currency
	series := part.BarSeries{
		Axis:   part.Axis{Word: func(value int64) string { return v.Round(money.New(value, currency)) }, Tags: s.monthTags(), Left: 0},
		Band:   high(a.Days),
		Legend: []part.LegendItem{{Text: v.T("alerts.legend-days", "Other days"), Tint: look.ChartCharge}, {Text: v.T("alerts.legend-band", "95 of 100 days are below {{.Amount}}", "Amount", v.Round(money.New(high(a.Days), currency))), Tint: look.ChartBand}, {Text: v.T("alerts.legend-this", "This one"), Tint: look.AlertHigh}},
		OnPoint: func(i int) {
			note.Set("")
			if i >= 0 && i < len(a.Days) {
				note.Set(v.T("alerts.point", "{{.Day}}: {{.Amount}}", "Day", v.Day(a.Days[i].Day.Time(), s.coffer.Today().Time()), "Amount", v.Money(money.New(a.Days[i].Out, currency))))
			}
		},
	}
	for _, d := range a.Days {
		bar := part.Bar{Value: d.Out, Hot: d.About}
		if d.About {
			bar.Label = v.Money(money.New(d.Out, currency))
		}
		series.Bars = append(series.Bars, bar)
	}
	return []fyne.CanvasObject{part.NewCard(head, note, part.Sized(0, chartHigh, part.NewBarChart(series)))}
}

func (s *Screen) monthTags() []part.Tag {
	var tags []part.Tag
	for i, d := range s.shown.Days {
		if d.Day.Time().Day() == 1 {
			tags = append(tags, part.Tag{At: i, Text: s.voice.Month(d.Day.Time(), d.Day.Time())})
		}
	}
	return tags
}

// high is the sum that 95 of 100 days stay below, the alert's own days aside.
func high(days []app.AlertDay) int64 {
	var sums []int64
	for _, d := range days {
		if !d.About && d.Out > 0 {
			sums = append(sums, d.Out)
		}
	}
	if len(sums) == 0 {
		return 0
	}
	slices.Sort(sums)
	return sums[len(sums)*95/100]
}

func (s *Screen) dayRows() []fyne.CanvasObject {
	v, a := s.voice, s.shown
	var rows []fyne.CanvasObject
	for _, d := range slices.Backward(a.Days) {
		if d.Out == 0 {
			continue
		}
		spec := part.LineSpec{Text: v.Day(d.Day.Time(), s.coffer.Today().Time()), Amount: v.Money(money.New(d.Out, a.Account.Currency))}
		if d.About {
			spec.Caption = v.T("alerts.legend-this", "This one")
		}
		rows = append(rows, part.NewLineRow(spec))
	}
	return rows
}

// numbersAndNormal stand beside each other; narrow, under each other.
func (s *Screen) numbersAndNormal() fyne.CanvasObject {
	v, a := s.voice, s.shown
	facts := make([]part.Fact, 0, len(a.Numbers))
	for i, n := range a.Numbers {
		value := v.Count(n.Count)
		if n.Amount != "" {
			value = v.Decimal(n.Amount, n.Currency)
		}
		facts = append(facts, part.Fact{Label: v.Label(n.Label), Text: value, Bold: i == 0})
	}
	half := detailWide/2 - 14
	numbers := part.Stack(8, part.NewSection(v.T("alerts.numbers", "The numbers")), part.NewNumbers(facts...))
	notes := make([]part.Note, 0, len(a.Normal))
	for _, n := range a.Normal {
		notes = append(notes, part.Note{Icon: "minus", Text: v.Reason(n.ID, n.Args), Tint: look.Text})
	}
	normal := part.Stack(8, part.NewSection(v.T("alerts.normal", "What would have made this normal")), part.NewNotes(half, notes...))
	if s.narrow {
		return part.Stack(20, numbers, normal)
	}
	return part.Columns(28, nil, part.Stack(0, numbers), part.Stack(0, normal))
}

// baseline lists the person's own rows that the alert was held against, largest first.
func (s *Screen) baseline() []fyne.CanvasObject {
	v, a := s.voice, s.shown
	if len(a.Against) == 0 {
		return nil
	}
	rows := slices.Clone(a.Against)
	slices.SortStableFunc(rows, func(x, y ledger.Transaction) int {
		return int(min(max(x.Amount.Minor-y.Amount.Minor, -1), 1))
	})
	objects := []fyne.CanvasObject{part.Gap(0, 18), part.NewSection(v.T("alerts.baseline", "Your own rows it was held against, largest first")), part.Gap(0, 4)}
	for i, t := range rows {
		if i == mostBaseline {
			break
		}
		objects = append(objects, part.NewRule(), part.NewLineRow(part.LineSpec{
			Text: t.Payee, Caption: v.Day(t.Date.Time(), s.coffer.Today().Time()), Amount: v.Size(t.Amount), OnTap: func() { s.do.Transaction(t.ID) },
		}))
	}
	if more := len(rows) - mostBaseline; more > 0 {
		objects = append(objects, part.NewCaption(v.N("alerts.more", "And {{.N}} more", "And {{.N}} more", more)))
	}
	return objects
}
