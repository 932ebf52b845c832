package dispute

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"coffer/app"
	"coffer/app/dispute"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const labelWide float32 = 190

// questions are what the limits are counted from: a line, or all to answer.
func (s *Screen) questions(d app.DisputeView) fyne.CanvasObject {
	v := s.voice
	word := v.T("dispute.answers", "What the limits are counted from")
	toggle := func(text string) fyne.CanvasObject {
		return part.NewLink(text, look.Small, func() {
			s.asking = !s.asking
			s.draw()
		})
	}
	if !s.asking {
		if known := s.known(d); known != "" {
			word = v.T("dispute.counted-from", "Counted from: {{.What}}", "What", known)
		}
		return part.NewCard(part.Row(8, part.Rest(part.NewText(word, part.Style{}).Cut(200)), toggle(v.T("dispute.change", "Change")))).Padded(part.Pad(8, 16))
	}
	rows := []fyne.CanvasObject{part.Row(8, part.NewText(word, part.Style{Bold: true}), part.Space(), toggle(v.T("dispute.hide", "Hide"))),
		part.NewPara(v.T("dispute.ask-pack", "Did you, or anybody you let, make or approve it?"), part.Style{Tint: look.Muted}, leftWide-32)}
	for _, p := range dispute.Packs() {
		rows = append(rows, part.NewOption(v.Pack(string(p)), d.Answers.Pack == p, func() { s.answer(dispute.KeyPack, string(p)) }))
	}
	rows = append(rows, s.field(v.T("dispute.ask-country", "Country of the bank"), s.countries(d)), s.field(v.T("dispute.ask-instrument", "Paid by"), s.instruments(d)))
	rows = append(rows, s.flags(d)...)
	return part.NewCard(append(rows, s.days(d)...)...)
}

// known lists what the limits are counted from.
func (s *Screen) known(d app.DisputeView) string {
	v, a := s.voice, d.Answers
	var words []string
	if a.Country != "" {
		words = append(words, v.Countries([]string{a.Country}))
	}
	if a.Instrument != "" {
		words = append(words, v.Instrument(string(a.Instrument)))
	}
	if a.Statement != 0 {
		words = append(words, v.T("dispute.known-statement", "statement of {{.Day}}", "Day", v.Day(a.Statement.Time(), s.coffer.Today().Time())))
	}
	if a.Learned != 0 {
		words = append(words, v.T("dispute.known-learned", "noticed {{.Day}}", "Day", v.Day(a.Learned.Time(), s.coffer.Today().Time())))
	}
	return strings.Join(words, ", ")
}

// field is a question with what answers it.
func (s *Screen) field(label string, answer fyne.CanvasObject) fyne.CanvasObject {
	return part.Inset(part.Edges{Top: 4}, part.Row(8, part.Sized(labelWide, 0, part.NewPara(label, part.Style{}, labelWide)), answer, part.Space()))
}

func (s *Screen) countries(d app.DisputeView) fyne.CanvasObject {
	codes := dispute.Countries()
	name := func(code string) string { return s.voice.Countries([]string{code}) }
	slices.SortFunc(codes, func(a, b string) int { return cmp.Compare(name(a), name(b)) })
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = name(code)
	}
	codes, names = append(codes, ""), append(names, s.voice.T("dispute.elsewhere", "Another, or not known"))
	at := slices.Index(codes, d.Answers.Country)
	if at < 0 {
		at = len(codes) - 1
	}
	return part.Sized(220, 0, part.NewSelect(names, at, func(i int) { s.answer(dispute.KeyCountry, codes[i]) }))
}

func (s *Screen) instruments(d app.DisputeView) fyne.CanvasObject {
	all := append(dispute.Instruments(), "")
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = s.voice.Instrument(string(one))
	}
	names[len(all)-1] = s.voice.T("dispute.unknown", "Not known")
	return part.Sized(220, 0, part.NewSelect(names, slices.Index(all, d.Answers.Instrument), func(i int) { s.answer(dispute.KeyInstrument, string(all[i])) }))
}

// flags are the questions of yes or no that change a limit where the bank is and for how it was paid.
func (s *Screen) flags(d app.DisputeView) []fyne.CanvasObject {
	v, a := s.voice, d.Answers
	var all []fyne.CanvasObject
	check := func(text, key string, on bool) {
		all = append(all, part.NewCheck(text, on, func(on bool) {
			word := map[bool]string{true: "yes", false: "no"}[on]
			s.answer(key, word)
		}))
	}
	us := dispute.PlaceOf(a.Country) == dispute.US && a.Pack == dispute.Unauthorised
	if a.Pack == dispute.Unauthorised && a.Instrument.ByCard() {
		check(v.T("dispute.flag-lost", "The card or its code was lost or stolen"), dispute.KeyLost, a.Lost)
	}
	if us && a.Instrument != dispute.CreditCard {
		check(v.T("dispute.flag-new", "The account was new: opened in the 30 days before"), dispute.KeyNewAccount, a.NewAccount)
		check(v.T("dispute.flag-abroad", "It was begun in another country"), dispute.KeyAbroad, a.Abroad)
	}
	if us && a.Instrument == dispute.DebitCard {
		check(v.T("dispute.flag-shop", "It was at the till of a shop"), dispute.KeyInShop, a.InShop)
	}
	return all
}

// days are the days that a clock of this country and instrument starts from.
func (s *Screen) days(d app.DisputeView) []fyne.CanvasObject {
	v := s.voice
	needs := map[dispute.Start]bool{}
	for _, c := range d.Clocks {
		needs[c.From] = true
	}
	rows := []fyne.CanvasObject{s.dayField(v.T("dispute.day-learned", "You noticed on"), dispute.KeyLearned, d.Answers.Learned)}
	if needs[dispute.Statement] {
		rows = append(rows, s.dayField(v.T("dispute.day-statement", "Statement was sent on"), dispute.KeyStatement, d.Answers.Statement))
		if d.Answers.Statement == 0 {
			rows = append(rows, part.Row(0, part.Gap(labelWide+8, 0), part.NewLink(v.T("dispute.from-charge", "I don’t know: count from the charge"), look.Small, func() {
				s.answer(dispute.KeyStatement, dispute.FromCharge)
			}), part.Space()))
		}
	}
	for _, ask := range []struct {
		start      dispute.Start
		label, key string
		day        ledger.Date
	}{
		{dispute.Told, v.T("dispute.day-told", "The bank was told on"), dispute.KeyTold, d.Known().Told},
		{dispute.Letter, v.T("dispute.day-letter", "Your letter was there on"), dispute.KeyLetter, d.Answers.Letter},
		{dispute.Complained, v.T("dispute.day-complained", "It had your complaint on"), dispute.KeyComplained, d.Answers.Complained},
		{dispute.Final, v.T("dispute.day-final", "Its final answer was of"), dispute.KeyFinal, d.Answers.Final},
	} {
		if needs[ask.start] {
			rows = append(rows, s.dayField(ask.label, ask.key, ask.day))
		}
	}
	if slices.ContainsFunc(d.Clocks, func(c dispute.Clock) bool { return c.Unit == dispute.Cycles }) {
		text := ""
		if d.Answers.CycleDay != 0 {
			text = strconv.Itoa(d.Answers.CycleDay)
		}
		rows = append(rows, s.textField(v.T("dispute.cycle", "Billing cycle closes on day"), dispute.KeyCycleDay, v.T("dispute.cycle-form", "1 to 31"), text))
	}
	return rows
}

// dayField asks for a day; Enter keeps it.
func (s *Screen) dayField(label, key string, day ledger.Date) fyne.CanvasObject {
	text := ""
	if day != 0 {
		text = day.String()
	}
	return s.textField(label, key, s.voice.T("dispute.day-form", "2026-11-30"), text)
}

func (s *Screen) textField(label, key, form, was string) fyne.CanvasObject {
	keep := func(text string) {
		if text != was {
			s.answer(key, text)
		}
	}
	entry := part.NewEntry(part.EntrySpec{Placeholder: form, OnSubmit: keep})
	entry.SetText(was)
	return s.field(label, part.Row(8, part.Sized(130, 0, entry), part.NewButton(part.ButtonSpec{Text: s.voice.T("dispute.keep", "Keep"), Height: 28, OnTap: func() { keep(entry.Text()) }})))
}
