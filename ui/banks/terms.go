package banks

import (
	"slices"
	"strings"

	"coffer/app"
	"coffer/app/provider"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// disclosure says what a link to p means, by its file, before anything is sent.
func (s *Screen) disclosure(p app.Provider) []fyne.CanvasObject {
	v := s.voice
	objects := []fyne.CanvasObject{
		part.NewText(p.Name, part.Style{Role: look.Heading, Bold: true}), part.Gap(0, 4),
		part.NewPara(s.inShort(p), part.Style{Tint: look.Muted}, detailWide), part.Gap(0, 16),
	}
	if notes := s.warnings(p); len(notes) > 0 {
		objects = append(objects, part.NewNotes(detailWide, notes...), part.Gap(0, 16))
	}
	objects = append(objects, part.NewSection(v.T("banks.path", "Who sees your data on the way")), part.Gap(0, 8), s.pathCard(p), part.Gap(0, 18))
	objects = append(objects, part.NewLargeFacts(labelWide, detailWide, s.terms(p, s.listed(v.Reads(p.Reads)))...))
	if p.File.Bridge == "" {
		return objects
	}
	return append(objects, part.Gap(0, 18), part.NewSection(v.T("banks.comparison", "For comparison, straight from a bank")), part.Gap(0, 8),
		part.NewCard(part.NewPathStrip(v.T("banks.comparison-note", "Nobody between, where the bank allows it"), part.Hop{Icon: "banks", Name: v.T("banks.your-bank", "Your bank")},
			part.Hop{Icon: "computer", Name: v.T("banks.here", "This computer"), Here: true})))
}

func (s *Screen) inShort(p app.Provider) string {
	v := s.voice
	switch {
	case p.Demo:
		return v.T("banks.demo-what", "An invented bank on this computer. Nothing leaves it.")
	case p.File.Bridge != "":
		return v.T("banks.bridge-what", "A company between your bank and this computer, which hands Coffer a copy. You choose whether it may.")
	case p.File.Way != "" && p.File.Way != provider.OAuth && p.File.Way != provider.OwnConsent:
		return v.T("banks.token-what", "You make a key at the bank and give it to Coffer, which seals it. It never gets your password.")
	}
	if p.File.CanMore != "" {
		return v.T("banks.direct-key", "You sign in at the bank’s own page. Coffer gets a key, never your password.")
	}
	return v.T("banks.direct-what", "You sign in at the bank’s own page. Coffer gets a read-only key, never your password.")
}

// warnings are what the person must know of p beyond its terms.
func (s *Screen) warnings(p app.Provider) []part.Note {
	v := s.voice
	var notes []part.Note
	if p.Own != "" {
		notes = append(notes, part.Note{Icon: "warning", Tint: look.AlertQuiet, Text: v.T("banks.not-ours-what", "Not from Coffer. How this bank is reached comes from a file of yours, {{.File}}. Link it only if you know who wrote that, and if the hosts below are the bank’s.", "File", p.Own)})
	}
	if p.File.Loopback && !p.Demo {
		notes = append(notes, part.Note{Icon: "info", Text: v.T("banks.for-testing", "For testing: this bank is on this computer")})
	}
	if len(p.Lacks) > 0 {
		words := []string{v.T("banks.not-yet", "Not supported by this version yet") + "."}
		for _, l := range p.Lacks {
			words = append(words, v.Lack(l.What, l.Value))
		}
		notes = append(notes, part.Note{Icon: "info", Text: strings.Join(append(words, v.T("banks.file-works", "A statement file works today.")), " ")})
	}
	if p.File.Approval == provider.InPhoneApp {
		notes = append(notes, part.Note{Icon: "key", Text: v.T("banks.approves", "After signing in you approve in the bank’s app on your phone. Until then it shows Coffer nothing.")})
	}
	if p.File.CanMore != "" {
		notes = append(notes, part.Note{Icon: "warning", Tint: look.AlertQuiet, Text: v.T("banks.can-more", "What you give Coffer could do more than read. {{.More}}.", "More", strings.TrimSuffix(p.File.CanMore, "."))})
	}
	if s.gallery.again == "" && s.linkedTo(p.ID) {
		notes = append(notes, part.Note{Icon: "info", Text: v.T("banks.linked-note", "This bank is linked. Linking again makes a second consent; to go on with the one you have, renew it on its card.")})
	}
	return notes
}

// pathCard draws who holds the data on its way.
func (s *Screen) pathCard(p app.Provider) fyne.CanvasObject {
	v := s.voice
	here := part.Hop{Icon: "computer", Name: v.T("banks.here", "This computer"), Sees: v.T("banks.here-sees", "Keeps everything sealed. No server of ours exists"), Here: true}
	flow := strings.Join(v.Reads(p.Reads), ", ")
	if p.File.Bridge == "" {
		bank := part.Hop{Icon: "banks", Name: p.Name, Sees: v.T("banks.bank-sees", "Sees what it always sees, and that Coffer asks")}
		return part.NewCard(part.Gap(0, 8), part.NewPathDiagram([]string{flow}, bank, here))
	}
	return part.NewCard(part.Gap(0, 8), part.NewPathDiagram([]string{flow, v.T("banks.bridge-flow", "the same, read-only")},
		part.Hop{Icon: "banks", Name: v.T("banks.your-bank", "Your bank"), Sees: v.T("banks.bridge-bank-sees", "Sees what it always sees, and that the bridge asks")},
		part.Hop{Icon: "bridge", Name: p.File.Bridge, Sees: p.File.Sees, Bridge: true}, here))
}

// terms are what it costs and brings, and the two choices of the person.
func (s *Screen) terms(p app.Provider, reads string) []part.Fact {
	v, g := s.voice, s.gallery
	cost := p.File.Cost
	if cost == "" {
		cost = v.T("banks.costs-value", "Nothing to us")
	}
	facts := []part.Fact{{Label: v.T("banks.costs", "What it costs"), Text: cost}, s.needFact(p)}
	can := v.T("banks.does-value", "Read {{.What}}. It can’t move money", "What", reads)
	n := p.File.ReadsADay
	switch {
	case p.File.CanMore != "" && n > 0:
		can = v.N("banks.only-quota", "Read {{.What}}, up to {{.N}} time a day. Coffer does nothing else", "Read {{.What}}, up to {{.N}} times a day. Coffer does nothing else", n, "What", reads)
	case p.File.CanMore != "": // what it holds could do more
		can = v.T("banks.only-value", "Read {{.What}}. Coffer does nothing else", "What", reads)
	case n > 0:
		can = v.N("banks.does-quota", "Read {{.What}}, up to {{.N}} time a day. It can’t move money", "Read {{.What}}, up to {{.N}} times a day. It can’t move money", n, "What", reads)
	}
	facts = append(facts, part.Fact{Label: v.T("banks.does", "What Coffer can do"), Text: can})
	if g.again == "" {
		facts = append(facts, part.Fact{Label: v.T("banks.which", "Which accounts"), Text: v.T("banks.which-value", "You choose, once the bank has listed them. What you leave out is never read")})
	}
	if p.History > 0 {
		facts = append(facts, part.Fact{Label: v.T("banks.far", "How far back"), Text: s.days(g.terms.HistoryDays), Value: s.choice(g.terms.HistoryDays, lengths(p.History, g.terms.HistoryDays, 30, 90, 365), p.History, func(n int) { g.terms.HistoryDays = n })})
	}
	if p.Days > 0 {
		facts = append(facts, part.Fact{Label: v.T("banks.long", "For how long"), Text: s.days(g.terms.ConsentDays), Value: s.choice(g.terms.ConsentDays, lengths(p.Days, g.terms.ConsentDays, 30, 90, 180), 0, func(n int) { g.terms.ConsentDays = n })})
	}
	facts = append(facts, s.backFact(p))
	switch {
	case len(p.Hosts) > 0:
		facts = append(facts, part.Fact{Label: v.T("banks.hosts", "It talks only to"), Text: strings.Join(p.Hosts, ", ")})
	case p.File.Asks(provider.API):
		facts = append(facts, part.Fact{Label: v.T("banks.hosts", "It talks only to"), Text: v.T("banks.hosts-typed", "The hosts of the addresses that you type")})
	}
	if p.File.Tried != "" && !p.Demo {
		facts = append(facts, part.Fact{Label: v.T("banks.tried", "Tried"), Text: capital(p.File.Tried)})
	}
	return facts
}

func (s *Screen) needFact(p app.Provider) part.Fact {
	v := s.voice
	switch {
	case p.SignIn != nil:
		return part.Fact{Label: v.T("banks.sign-in-as", "Sign in there as"), Value: part.Row(8,
			part.NewText(p.SignIn.Name, part.Style{Mono: true}), part.NewText(v.T("banks.password", "password"), part.Style{Tint: look.Muted}), part.NewText(p.SignIn.Password, part.Style{Mono: true}))}
	case p.File.Get != "" && p.File.GetAt != "" && p.Own != "":
		return part.Fact{Label: v.T("banks.need", "What you need"), Text: p.File.Get + " " + p.File.GetAt, Value: s.toCopy(p.File.Get, p.File.GetAt)}
	case p.File.Get != "":
		return part.Fact{Label: v.T("banks.need", "What you need"), Text: p.File.Get}
	case len(p.File.Needs) > 0:
		var needs []string
		for _, n := range p.File.Needs {
			needs = append(needs, v.Need(string(n)))
		}
		return part.Fact{Label: v.T("banks.need", "What you need"), Text: capital(s.listed(needs))}
	}
	return part.Fact{Label: v.T("banks.need", "What you need"), Text: v.T("banks.need-sign-in", "Your sign-in at the bank. You type it at the bank’s own page, never here")}
}

// backFact says how a link is taken back. An address is text to copy, never one to open.
func (s *Screen) backFact(p app.Provider) part.Fact {
	v := s.voice
	label := v.T("banks.back", "How you take it back")
	words := v.T("banks.back-value", "Revoke here: Coffer asks the bank, then checks that the old tokens are refused")
	if p.File.Bridge != "" {
		words = v.T("banks.back-bridge", "Revoke here: Coffer asks {{.Bridge}}, then checks that what it gave is refused", "Bridge", p.File.Bridge)
	}
	switch {
	case p.File.ByHand == "":
	case slices.Equal(p.File.Revoke, []provider.Step{provider.ByHand}):
		words = p.File.ByHand
	default:
		words += ". " + p.File.ByHand
	}
	at := p.File.ByHandAt
	if at == "" {
		return part.Fact{Label: label, Text: words}
	}
	return part.Fact{Label: label, Text: words + " " + at, Value: s.toCopy(words, at)}
}

// toCopy is a sentence and an address that is text to copy.
func (s *Screen) toCopy(words, at string) fyne.CanvasObject {
	return part.Stack(4, part.NewPara(words, part.Style{}, detailWide-labelWide),
		part.Row(10, part.NewText(at, part.Style{Mono: true, Role: look.Code}).Cut(400), part.NewLink(s.voice.T("banks.copy-address", "Copy address"), look.Body, func() { s.do.Copy(at) })))
}

// brokenFile is the file that is chosen, if it is one that can't be used.
func (g *gallery) brokenFile() *provider.Broken {
	for i := range g.broken {
		if g.broken[i].Path == g.chosen {
			return &g.broken[i]
		}
	}
	return nil
}

// brokenDetail shows every mistake of a file with its line.
func (s *Screen) brokenDetail(b provider.Broken) []fyne.CanvasObject {
	v := s.voice
	objects := []fyne.CanvasObject{
		part.NewText(v.T("banks.broken", "A provider file that can’t be used"), part.Style{Role: look.Heading, Bold: true}), part.Gap(0, 4),
		part.NewPara(b.Path, part.Style{Tint: look.Muted, Mono: true, Role: look.Code}, detailWide), part.Gap(0, 16),
	}
	for _, p := range b.Problems {
		objects = append(objects, part.NewNotes(detailWide, part.Note{Icon: "warning", Text: p.String()}), part.Gap(0, 8))
	}
	return append(objects, part.Gap(0, 8), part.NewPara(v.T("banks.broken-next", "Mend the lines and open “Add a bank” again. No bank is reached by this file until then. What may stand in such a file: CONTRIBUTING.md, “Add a bank”."), part.Style{Tint: look.Muted}, detailWide))
}
