package banks

import (
	"strings"

	"coffer/app"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// drawDetail says what the choice means before anything is sent.
func (s *Screen) drawDetail() {
	g := s.gallery
	var objects []fyne.CanvasObject
	switch p, ok := g.provider(); {
	case ok && s.attempt != nil && s.attempt.asking != nil:
		objects = s.questions(p, s.attempt.asking)
	case ok:
		objects = s.disclosure(p)
	case len(g.providers) == 0:
		objects = append(s.noBanks(), s.fileFacts()...)
	default:
		objects = s.byFile()
	}
	g.detail.Objects = []fyne.CanvasObject{part.Stack(0, append(objects, part.Gap(0, 24))...)}
	g.detail.Refresh()
	s.drawBar()
}

func (s *Screen) noBanks() []fyne.CanvasObject {
	v := s.voice
	return []fyne.CanvasObject{
		part.NewText(v.T("banks.none", "No bank can be linked yet"), part.Style{Role: look.Heading, Bold: true}), part.Gap(0, 4),
		part.NewPara(v.T("banks.none-line", "This version has no bank that lets this computer in directly. Statement files work today, from every bank that offers them. The demo shows how a link looks, with an invented bank: choose “Try the demo” while the vault is empty, or start coffer --demo."),
			part.Style{Tint: look.Muted}, detailWide), part.Gap(0, 20),
	}
}

func (s *Screen) byFile() []fyne.CanvasObject {
	v := s.voice
	return append([]fyne.CanvasObject{
		part.NewText(v.T("banks.by-file", "Import a statement file"), part.Style{Role: look.Heading, Bold: true}), part.Gap(0, 4),
		part.NewPara(v.T("banks.by-file-what", "You download a file at your bank’s own page and open it here. Coffer connects to nobody."), part.Style{Tint: look.Muted}, detailWide), part.Gap(0, 20),
	}, s.fileFacts()...)
}

func (s *Screen) fileFacts() []fyne.CanvasObject {
	v := s.voice
	return []fyne.CanvasObject{
		part.NewSection(v.T("banks.path", "Who sees your data on the way")), part.Gap(0, 8),
		part.NewCard(part.Gap(0, 8), part.NewPathDiagram([]string{v.T("banks.file-flow", "a file you save")},
			part.Hop{Icon: "banks", Name: v.T("banks.your-bank", "Your bank"), Sees: v.T("banks.file-bank-sees", "Sees that you downloaded it")},
			part.Hop{Icon: "computer", Name: v.T("banks.here", "This computer"), Sees: v.T("banks.here-sees", "Keeps everything sealed. No server of ours exists"), Here: true})),
		part.Gap(0, 20),
		part.NewLargeFacts(labelWide, detailWide,
			part.Fact{Label: v.T("banks.need", "What you need"), Text: v.T("banks.need-file", "An OFX or QFX file, sometimes called “Quicken” or “Money” at the bank")},
			part.Fact{Label: v.T("banks.back", "How you take it back"), Text: v.T("banks.back-file", "Undo takes an import back")}),
	}
}

func (s *Screen) disclosure(p app.Provider) []fyne.CanvasObject {
	v := s.voice
	what := v.T("banks.direct-what", "You sign in at the bank’s own page. Coffer gets a read-only key, never your password.")
	if p.Demo {
		what = v.T("banks.demo-what", "An invented bank on this computer. Nothing leaves it.")
	}
	reads := s.listed(v.Reads(p.Reads))
	objects := []fyne.CanvasObject{
		part.NewText(p.Name, part.Style{Role: look.Heading, Bold: true}), part.Gap(0, 4),
		part.NewPara(what, part.Style{Tint: look.Muted}, detailWide), part.Gap(0, 16),
		part.NewSection(v.T("banks.path", "Who sees your data on the way")), part.Gap(0, 8),
		part.NewCard(part.Gap(0, 8), part.NewPathDiagram([]string{strings.Join(v.Reads(p.Reads), ", ")},
			part.Hop{Icon: "banks", Name: p.Name, Sees: v.T("banks.bank-sees", "Sees what it always sees, and that Coffer asks")},
			part.Hop{Icon: "computer", Name: v.T("banks.here", "This computer"), Sees: v.T("banks.here-sees", "Keeps everything sealed. No server of ours exists"), Here: true})),
		part.Gap(0, 18),
	}
	if s.gallery.again == "" && s.linkedTo(p.ID) {
		objects = append(objects, part.NewNotes(detailWide, part.Note{Icon: "info", Text: v.T("banks.linked-note", "This bank is linked. Linking again makes a second consent; to go on with the one you have, renew it on its card.")}), part.Gap(0, 14))
	}
	return append(objects, part.NewLargeFacts(labelWide, detailWide, s.terms(p, reads)...))
}

// terms are what it costs and brings, and the two choices of the person.
func (s *Screen) terms(p app.Provider, reads string) []part.Fact {
	v, g := s.voice, s.gallery
	need := part.Fact{Label: v.T("banks.need", "What you need"), Text: v.T("banks.need-sign-in", "Your sign-in at the bank. You type it at the bank’s own page, never here")}
	if p.SignIn != nil {
		need = part.Fact{Label: v.T("banks.sign-in-as", "Sign in there as"), Value: part.Row(8,
			part.NewText(p.SignIn.Name, part.Style{Mono: true}), part.NewText(v.T("banks.password", "password"), part.Style{Tint: look.Muted}), part.NewText(p.SignIn.Password, part.Style{Mono: true}))}
	}
	facts := []part.Fact{
		{Label: v.T("banks.costs", "What it costs"), Text: v.T("banks.costs-value", "Nothing to us")}, need,
		{Label: v.T("banks.does", "What Coffer can do"), Text: v.T("banks.does-value", "Read {{.What}}. It can’t move money", "What", reads)},
	}
	if p.History > 0 {
		facts = append(facts, part.Fact{Label: v.T("banks.far", "How far back"), Value: s.choice(g.terms.HistoryDays, lengths(p.History, g.terms.HistoryDays, 30, 90, 365), p.History, func(n int) { g.terms.HistoryDays = n })})
	}
	if p.Days > 0 {
		facts = append(facts, part.Fact{Label: v.T("banks.long", "For how long"), Value: s.choice(g.terms.ConsentDays, lengths(p.Days, g.terms.ConsentDays, 30, 90, 180), 0, func(n int) { g.terms.ConsentDays = n })})
	}
	facts = append(facts, part.Fact{Label: v.T("banks.back", "How you take it back"), Text: v.T("banks.back-value", "Revoke here: Coffer asks the bank, then checks that the old tokens are refused")})
	if len(p.Hosts) > 0 {
		facts = append(facts, part.Fact{Label: v.T("banks.hosts", "It talks only to"), Text: strings.Join(p.Hosts, ", ")})
	}
	return facts
}

// lengths returns the usual lengths below most, the one that is on, and most.
func lengths(most, on int, usual ...int) []int {
	var all []int
	for _, n := range usual {
		if n < most {
			all = append(all, n)
		}
	}
	at := len(all)
	for i, n := range all {
		if on == n || on >= most {
			at = -1
			break
		}
		if on < n {
			at = i
			break
		}
	}
	if at >= 0 && on < most {
		all = append(all[:at], append([]int{on}, all[at:]...)...)
	}
	return append(all, most)
}

// choice is a chip for each length; the one that is all says so.
func (s *Screen) choice(on int, lengths []int, all int, set func(int)) fyne.CanvasObject {
	chips, objects := make([]*part.Chip, len(lengths)), make([]fyne.CanvasObject, len(lengths))
	texts := make([]string, len(lengths))
	for i, n := range lengths {
		texts[i] = s.days(n)
		if n == all {
			texts[i] = s.voice.T("banks.all", "All it gives, {{.Long}}", "Long", texts[i])
		}
		chips[i] = part.NewChip(part.ChipSpec{Text: texts[i], On: n == on, OnTap: func() {
			if s.attempt != nil {
				return
			}
			set(n)
			for j, c := range chips {
				c.Set(texts[j], j == i)
			}
		}})
		objects[i] = chips[i]
	}
	return part.Row(6, objects...)
}
