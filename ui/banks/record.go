package banks

import (
	"context"
	"strings"

	"coffer/app"
	"coffer/app/consent"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// agreement is the page of what the person agreed to with one link.
type agreement struct {
	bank    string
	link    consent.LinkID
	records []consent.Record // of the link, newest first
	read    bool             // they are here
	verdict error            // of all records; nil: each is as it was written
	wrong   error            // they can't be read
}

// openAgreement shows each version of what the person agreed to.
func (s *Screen) openAgreement(l app.LinkView) {
	a := &agreement{bank: l.Bank, link: l.ID}
	s.agreement = a
	s.goTo(atAgreement)
	var all []consent.Record
	s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
		all, a.verdict, err = s.coffer.Records(ctx)
		return err
	}, func(err error) {
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].Link == a.link {
				a.records = append(a.records, all[i])
			}
		}
		a.read, a.wrong = err == nil, err
		if s.agreement == a && s.page == atAgreement {
			s.draw()
		}
	})
}

func (s *Screen) drawAgreement() {
	v, a := s.voice, s.agreement
	s.frame(part.HeaderSpec{Title: v.T("agreed.title", "What you agreed to"), Sub: a.bank, OnBack: s.home, Ruled: true})
	var objects []fyne.CanvasObject
	switch {
	case a.wrong != nil:
		objects = append(objects, part.NewPara(v.Fault(a.wrong), part.Style{Tint: look.AlertHigh}, detailWide))
	case !a.read:
	case len(a.records) == 0:
		objects = append(objects, part.NewPara(v.T("agreed.none", "This link was made before Coffer kept what was agreed to. The next renewal is written down."), part.Style{Tint: look.Muted}, detailWide))
	default:
		objects = append(objects, s.agreementVerdict(a), part.Gap(0, 14))
		for _, r := range a.records {
			objects = append(objects, s.recordCard(r), part.Gap(0, 14))
		}
	}
	inset := part.Edges{Top: 18, Left: 28, Right: 28, Bottom: 24}
	if s.narrow {
		inset = part.Edges{Top: 12, Left: 16, Right: 16, Bottom: 16}
	}
	s.paged = scrolled(part.Inset(inset, container.New(&capped{detailWide + 120}, part.Stack(0, objects...))))
	s.fill(s.paged)
}

func (s *Screen) agreementVerdict(a *agreement) fyne.CanvasObject {
	v, icon, tint := s.voice, "check-circle", look.Good
	words := v.N("agreed.whole", "{{.N}} record, as it was written", "{{.N}} records, each as it was written", len(a.records))
	if a.verdict != nil {
		icon, tint = "warning", look.AlertHigh
		words = v.T("agreed.broken", "A record was changed or taken out outside Coffer")
	}
	return part.RowTop(8, part.NewPicture(icon, tint, 16), part.Rest(part.NewPara(words, part.Style{Tint: tint}, detailWide-24)))
}

// recordCard is one version.
func (s *Screen) recordCard(r consent.Record) fyne.CanvasObject {
	head := part.Row(8, part.NewText(s.voice.Agreed(int(r.Kind)), part.Style{Role: look.Subheading, Bold: true}), part.Space(), part.NewCaption(s.moment(r.At)))
	return part.NewCard(head, part.Gap(0, 10), part.NewLargeFacts(labelWide, detailWide-32, s.recordFacts(r)...))
}

// recordFacts are the lines of a record: what was shown, word by word, then what was chosen and by what.
func (s *Screen) recordFacts(r consent.Record) []part.Fact {
	v := s.voice
	var facts []part.Fact
	add := func(label, text string) {
		if text != "" {
			facts = append(facts, part.Fact{Label: label, Text: text})
		}
	}
	for _, l := range r.Text {
		add(l.Label, l.Text)
	}
	var read, out []string
	for _, a := range r.Accounts {
		name := listedName(consent.Account{Name: a.Name, Masked: a.Masked})
		if a.Read {
			read = append(read, name)
		} else {
			out = append(out, name)
		}
	}
	if r.All {
		read = []string{v.T("agreed.all", "Every account that you gave at the bank")}
	}
	add(v.T("agreed.read", "Accounts read"), strings.Join(read, ", "))
	add(v.T("agreed.left-out", "Left out"), strings.Join(out, ", "))
	if !r.Ends.IsZero() {
		add(v.T("agreed.ends", "Until"), v.FullDay(r.Ends.Local()))
	}
	add(v.T("agreed.scopes", "Granted by the bank"), strings.Join(r.Scopes, ", "))
	var hosts []string
	for _, h := range r.Hosts {
		hosts = append(hosts, v.Host(h))
	}
	add(v.T("hosts.fact", "Talks to"), strings.Join(hosts, ", "))
	if r.FileHash != "" {
		add(v.T("agreed.file", "Provider file"), v.T("agreed.file-value", "{{.ID}}, SHA-256 {{.Hash}}", "ID", r.Provider, "Hash", grouped(r.FileHash)))
	}
	add(v.T("agreed.version", "Coffer"), r.Version)
	facts = append(facts, part.Fact{Label: v.T("agreed.hash", "This record"), Value: part.NewText(grouped(r.Hash), part.Style{Mono: true, Role: look.Code, Tint: look.Muted})})
	if r.Previous != "" {
		facts = append(facts, part.Fact{Label: v.T("agreed.previous", "It follows"), Value: part.NewText(grouped(r.Previous), part.Style{Mono: true, Role: look.Code, Tint: look.Muted})})
	}
	return facts
}

// shown is what stands on the page of p, word by word, for the record of what was agreed to.
func (s *Screen) shown(p app.Provider) []consent.Line {
	v := s.voice
	lines := []consent.Line{{Label: p.Name, Text: s.inShort(p)}}
	for _, n := range s.warnings(p) {
		lines = append(lines, consent.Line{Label: v.T("agreed.note", "Note"), Text: n.Text})
	}
	path := p.Name
	if p.File.Bridge != "" {
		path = v.T("banks.your-bank", "Your bank") + " → " + p.File.Bridge + " (" + p.File.Sees + ")"
	}
	path += " → " + v.T("banks.here", "This computer")
	if p.File.Bridge == "" {
		path += ". " + v.T("banks.direct", "Nobody between")
	}
	lines = append(lines, consent.Line{Label: v.T("banks.path", "Who sees your data on the way"), Text: path})
	for _, f := range s.terms(p, s.listed(v.Reads(p.Reads))) {
		if f.Text != "" {
			lines = append(lines, consent.Line{Label: f.Label, Text: f.Text})
		}
	}
	return lines
}
