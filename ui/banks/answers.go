package banks

import (
	"context"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// need is an entry for something that a bank's file asks the person for.
type need struct {
	id    provider.Need
	entry *part.Entry
}

// entries are the fields for what p asks for. What was typed before and is no secret stands in them.
func (s *Screen) entries(p app.Provider) []fyne.CanvasObject {
	v, g := s.voice, s.gallery
	g.needs = nil
	var rows []fyne.CanvasObject
	wide := float32(labelWide)
	for _, id := range p.File.Needs { // with one alone its placeholder is enough
		wide = max(wide, part.NewText(v.Need(string(id)), part.Style{}).MinSize().Width)
	}
	for _, id := range p.File.Needs {
		if !id.Typed() || len(p.Lacks) > 0 {
			continue
		}
		entry := part.NewEntry(part.EntrySpec{
			Placeholder: s.placeholder(id), Icon: iconOfNeed(id), Password: id.Secret(), Eye: id.Secret(), Lines: id.Lines(), Tally: s.pasted(id),
			OnSubmit: func(string) { s.start() },
			OnChange: func(text string) {
				if !id.Secret() {
					g.typed[id] = text
				}
			},
		})
		if !id.Secret() {
			entry.SetText(g.typed[id])
		}
		g.needs = append(g.needs, need{id, entry})
		rows = append(rows, s.withSource(p, id, entry))
	}
	if len(rows) == 1 {
		return rows
	}
	for i, n := range g.needs {
		rows[i] = part.Row(10, part.Sized(wide, 0, part.NewText(v.Need(string(n.id)), part.Style{Tint: look.Muted})), part.Rest(rows[i]))
	}
	return rows
}

// withSource puts beside the first thing that the person makes elsewhere what opens the page for it. A file of
// their own may name any page: its address is text to copy, among the terms.
func (s *Screen) withSource(p app.Provider, id provider.Need, entry *part.Entry) fyne.CanvasObject {
	if p.File.GetAt == "" || p.Own != "" || !id.Secret() || len(s.gallery.needs) > 1 && s.gallery.needs[0].id.Secret() {
		return entry
	}
	return part.Row(8, part.Rest(entry), part.NewButton(part.ButtonSpec{
		Text: s.voice.T("banks.get-one", "Get one in the browser"), Icon: "browser", OnTap: func() { s.openSource(p.File.GetAt) },
	}))
}

// openSource opens that page, or says where it is.
func (s *Screen) openSource(at string) {
	s.desk.Do(s.ctx, func(context.Context) error { return s.do.Browse(at) }, func(err error) {
		if err != nil && s.gallery != nil && s.attempt == nil {
			s.gallery.wrong = fault.With(fault.NoBrowser, "open the page", err, "address", at)
			s.drawBar()
		}
	})
}

// pasted says how much stands in an entry of many lines, whose letters are hidden.
func (s *Screen) pasted(n provider.Need) func(lines int) string {
	if !n.Lines() {
		return nil
	}
	return func(lines int) string {
		return s.voice.N("banks.pasted", "{{.N}} line pasted", "{{.N}} lines pasted", lines)
	}
}

// placeholder is what such a thing looks like, or its name.
func (s *Screen) placeholder(n provider.Need) string {
	switch n {
	case provider.Key, provider.Certificate:
		return "-----BEGIN " + map[provider.Need]string{provider.Key: "PRIVATE KEY", provider.Certificate: "CERTIFICATE"}[n] + "-----"
	case provider.Issuer:
		return "https://login.example.com"
	case provider.API:
		return "https://api.example.com/fdx/v6"
	case provider.LastPage:
		return "https://example.com/callback"
	case provider.Scopes:
		return "openid offline_access"
	case provider.AtBank:
		return "Harbour Bank"
	case provider.AtCountry:
		return "FI"
	}
	return s.voice.Need(string(n))
}

func iconOfNeed(n provider.Need) string {
	if n == provider.Issuer || n == provider.API || n == provider.LastPage {
		return "browser"
	}
	if n == provider.AtBank || n == provider.AtCountry {
		return "banks"
	}
	return "key"
}

// answer is what was typed, and leaves no secret in an entry.
func (g *gallery) answer() (typed map[provider.Need]string, secrets map[provider.Need]secret.Text) {
	typed, secrets = map[provider.Need]string{}, map[provider.Need]secret.Text{}
	for _, n := range g.needs {
		switch {
		case n.id.Secret():
			secrets[n.id] = app.Secret(n.entry.Take())
		case n.entry.Text() != "": // what is left out of a renewal stays
			typed[n.id] = n.entry.Text()
		}
	}
	return typed, secrets
}
