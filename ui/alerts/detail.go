package alerts

import (
	"context"
	"slices"
	"strings"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const (
	mostAbout    = 4
	mostBaseline = 4
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
	objects = append(objects, part.Gap(0, 18), part.NewRule(), part.Gap(0, 10), part.NewPara(s.footnote(), part.Style{Role: look.Small, Tint: look.Muted}, detailWide))
	return part.Inset(part.Edges{Top: 18, Left: side, Right: side, Bottom: 20}, part.Stack(0, objects...))
}

// footnote says what the alert is, and what it is not.
func (s *Screen) footnote() string {
	v, a := s.voice, s.shown
	if news(*a) {
		return v.T("alerts.foot-news", "Worked out on this computer from what your banks told; nothing was sent to find it.")
	}
	return v.N("alerts.foot",
		"Unusual for you; that isn’t proof of anything. Judged on this computer from {{.N}} of your own charges; this one isn’t among them. “Mine” keeps this payee and price quiet for 180 days.",
		"Unusual for you; that isn’t proof of anything. Judged on this computer from {{.N}} of your own charges; this one isn’t among them. “Mine” keeps this payee and price quiet for 180 days.",
		len(a.Baseline))
}

// where names the account and when each row happened: the day once, where it is one.
func (s *Screen) where() string {
	v, a := s.voice, s.shown
	words := []string{accountName(a.Account)}
	about := a.About
	if len(about) == 0 {
		return strings.Join(append(words, v.LongDay(a.Day.Time())), " · ")
	}
	if more := len(about) - mostAbout; more > 0 {
		words, about = append(words, v.N("alerts.earlier", "{{.N}} earlier", "{{.N}} earlier", more)), about[more:]
	}
	oneDay := len(about) > 0 && !slices.ContainsFunc(about, func(t ledger.Transaction) bool { return t.Date != about[0].Date })
	if oneDay {
		words = append(words, v.LongDay(about[0].Date.Time()))
	}
	rows := make([]string, len(about))
	for i, row := range about {
		rows[i] = alert.ShownOf(row.Row)
		if !oneDay {
			rows[i] += " " + v.LongDay(row.Date.Time())
		}
		if !row.At.IsZero() {
			rows[i] += " " + v.Clock(row.At)
		}
	}
	return strings.Join(append(words, strings.Join(slices.Compact(rows), ", ")), " · ")
}

func accountName(a ledger.AccountView) string {
	if a.Masked == "" {
		return a.Name
	}
	return a.Name + " ·· " + a.Masked
}

// answers are the three buttons, or what was answered and what to do now.
func (s *Screen) answers() fyne.CanvasObject {
	v, a := s.voice, s.shown
	open := part.Space()
	if row, ok := newest(*a); ok {
		open = part.NewLink(v.T("alerts.open", "Open in transactions"), look.Body, func() { s.do.Transaction(row.ID) })
	}
	if a.Waits {
		objects := []fyne.CanvasObject{s.buttons(true, open), part.Gap(0, 8)}
		if line := s.putOffLine(); line != nil {
			return part.Stack(0, append(objects, line)...)
		}
		links := []fyne.CanvasObject{s.offerPutOff(), part.Space()}
		if same := s.alike(*a); len(same) > 1 && !news(*a) {
			row, _ := newest(*a)
			links = append([]fyne.CanvasObject{part.NewLink(v.T("alerts.all-alike", "All {{.N}} of {{.Payee}} are mine", "N", len(same), "Payee", alert.ShownOf(row.Row)), look.Small,
				s.pressed(func() { s.answerAll(same, alert.Mine) }))}, links...)
		}
		objects = append(objects, part.Row(18, links...))
		return part.Stack(0, objects...)
	}
	said := v.T("alerts.said", "You answered: {{.Answer}}", "Answer", s.answerWord(*a))
	switch {
	case a.Withdrawn && (a.Answer == alert.Unanswered || a.Answer == alert.Later):
		said = v.T("alerts.withdrawn", "No longer found: with what is known now it is as usual")
		if a.Because.ID != "" {
			said = v.Reason(a.Because.ID, a.Because.Args)
		}
	case a.Answer == alert.Later:
		said = s.until(a.Until)
	}
	change := part.NewLink(v.T("alerts.take-back", "Take it back"), look.Small, s.pressed(func() { s.takeBack(a.Alert) }))
	row := []fyne.CanvasObject{part.NewText(said, part.Style{Bold: true})}
	if a.Answer != alert.Unanswered && !(a.Withdrawn && a.Answer == alert.Later) {
		row = append(row, change)
	}
	if a.Answer == alert.Later && !a.Withdrawn {
		if line := s.putOffLine(); line != nil {
			return part.Stack(8, part.Row(12, append(row, part.Space(), open)...), line)
		}
		row = append(row, s.offerPutOff())
	}
	head := part.Row(12, append(row, part.Space(), open)...)
	if a.Answer != alert.NotMine {
		return head
	}
	return part.Stack(12, head, s.afterwards())
}

// takeBack makes an alert unanswered, however long ago it was answered.
func (s *Screen) takeBack(was alert.Alert) {
	s.acts.Perform(&live.Act{Said: s.voice.T("alerts.taken-back", "The answer is taken back."), Back: s.shows(was.ID), Do: func(ctx context.Context) (func(context.Context) error, error) {
		were, err := s.coffer.AnswerEach(ctx, []alert.ID{was.ID}, alert.Unanswered)
		return func(ctx context.Context) error { return s.coffer.UnanswerEach(ctx, were) }, err
	}})
}

// afterwards says what to do once something is not the person's.
func (s *Screen) afterwards() fyne.CanvasObject {
	v, a := s.voice, s.shown
	title := v.T("alerts.after", "Freeze the card now, in your bank’s own app or by the number on its back")
	if a.Account.Kind != ledger.Card {
		title = v.T("alerts.after-account", "Tell your bank now, in its own app or by the number on your card")
	}
	line := v.T("alerts.after-line", "Never by a link or a number in a message.")
	if row, ok := newest(*a); ok && row.Amount.Minor < 0 && row.Category != ledger.Transfer {
		line = v.T("alerts.after-blocked", "Never by a link or a number in a message. {{.Payee}} is blocked: every charge there is told from now on.", "Payee", alert.ShownOf(row.Row))
	}
	strip := part.StripSpec{Tone: part.Grave, Icon: "warning", Title: title, Line: line, Wide: detailWide}
	if s.do.Dispute != nil {
		id := a.ID
		strip.Acts = append(strip.Acts, part.NewButton(part.ButtonSpec{Icon: "document", Text: v.T("alerts.dispute", "Dispute it, step by step"), Rank: part.OnStrip, Height: 28, OnTap: func() { s.do.Dispute(id) }}))
	}
	objects := []fyne.CanvasObject{part.NewStrip(strip)}
	if len(a.Around) == 0 {
		return objects[0]
	}
	objects = append(objects, part.Gap(0, 14), part.NewSection(v.T("alerts.around", "Do you know these? From this account, 14 days around it")), part.Gap(0, 4))
	for _, t := range a.Around {
		objects = append(objects, part.NewRule(), part.NewLineRow(part.LineSpec{
			Text: alert.ShownOf(t.Row), Caption: v.Day(t.Date.Time(), s.coffer.Today().Time()), Amount: v.Size(t.Amount), OnTap: func() { s.do.Transaction(t.ID) },
		}))
	}
	return part.Stack(0, objects...)
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

// baseline lists the person's own rows that the alert was held against, largest first, and how well their payees are known.
func (s *Screen) baseline() []fyne.CanvasObject {
	v, a := s.voice, s.shown
	if len(a.Against) == 0 {
		return nil
	}
	objects := []fyne.CanvasObject{part.Gap(0, 18), part.NewSection(v.T("alerts.baseline", "Your own rows it was held against, largest first")), part.Gap(0, 4)}
	for _, t := range a.Against[:min(len(a.Against), mostBaseline)] {
		objects = append(objects, part.NewRule(), part.NewCompareRow(part.CompareSpec{
			Day: v.Day(t.Date.Time(), s.coffer.Today().Time()), Name: alert.ShownOf(t.Row), Note: v.Paid(a.Paid[t.ID], t.Amount.Minor > 0), Amount: v.Size(t.Amount),
			OnTap: func() { s.do.Transaction(t.ID) },
		}))
	}
	if more := len(a.Against) - mostBaseline; more > 0 {
		objects = append(objects, part.NewCaption(v.N("alerts.more", "And {{.N}} more", "And {{.N}} more", more)))
	}
	return objects
}
