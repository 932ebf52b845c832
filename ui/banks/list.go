package banks

import (
	"path/filepath"
	"slices"
	"strings"

	"coffer/app"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// otherRegions is the chip of the countries that have none of their own.
const otherRegions = "more"

// regions are the chips that narrow the list to a part of the world.
func (s *Screen) regions() fyne.CanvasObject {
	v, g := s.voice, s.gallery
	if !slices.ContainsFunc(g.providers, func(p app.Provider) bool { return len(p.File.Countries) > 0 }) {
		return part.Gap(0, 0)
	}
	ids := []string{"", "EU", "US", "GB", otherRegions}
	texts := []string{v.T("banks.region-all", "All"), v.Countries([]string{"EU"}), v.Countries([]string{"US"}), v.Countries([]string{"GB"}), v.T("banks.region-more", "More")}
	chips, objects := make([]*part.Chip, len(ids)), make([]fyne.CanvasObject, len(ids))
	for i, id := range ids {
		chips[i] = part.NewChip(part.ChipSpec{Text: texts[i], On: g.region == id, OnTap: func() {
			g.region = id
			for j, c := range chips {
				c.Set(texts[j], j == i)
			}
			s.drawList()
		}})
		objects[i] = chips[i]
	}
	return part.Row(5, objects...)
}

// section is a group of the list.
type section struct {
	title string
	holds func(p app.Provider) bool
}

func (s *Screen) sections() []section {
	v := s.voice
	return []section{
		{v.T("banks.own-files", "From files of your own"), func(p app.Provider) bool { return p.Own != "" }},
		{v.T("banks.straight", "Straight from your bank"), func(p app.Provider) bool { return p.Own == "" && p.File.Bridge == "" }},
		{v.T("banks.bridges", "Through a bridge that you choose"), func(p app.Provider) bool { return p.Own == "" && p.File.Bridge != "" }},
	}
}

// drawList writes the banks that fit what is searched, and the ways that fit every bank.
func (s *Screen) drawList() {
	v, g := s.voice, s.gallery
	g.rows = nil
	var objects []fyne.CanvasObject
	title := func(text string) {
		objects = append(objects, part.Inset(part.Edges{Top: 10, Bottom: 6, Left: 10}, part.NewSection(text)))
	}
	small := func(text string) {
		objects = append(objects, part.Inset(part.Edges{Left: 10, Right: 10}, part.NewPara(text, part.Style{Role: look.Small, Tint: look.Muted}, listWide-60)))
	}
	found := false
	for i, group := range s.sections() {
		var rows []fyne.CanvasObject
		for _, p := range g.providers {
			if group.holds(p) && g.fits(p, v.Countries(p.File.Countries)) {
				rows = append(rows, s.galleryRow(p.ID, s.providerRow(p)))
			}
		}
		if i == 0 { // of the person's own
			rows = append(rows, s.brokenRows()...)
		}
		if len(rows) > 0 {
			found = true
			title(group.title)
			objects = append(objects, rows...)
		}
	}
	switch {
	case len(g.providers)+len(g.broken) == 0:
		title(v.T("banks.straight", "Straight from your bank"))
		small(v.T("banks.none-list", "None yet in this version."))
	case !found && g.query == "":
		small(v.T("banks.no-region", "None there yet."))
	case !found:
		small(v.T("banks.no-match", "Nothing matches “{{.Query}}”.", "Query", g.query))
	}
	title(v.T("banks.other", "Every other bank"))
	objects = append(objects, s.galleryRow(byFile, part.AlertSpec{
		Icon: "import", Payee: v.T("banks.by-file", "Import a statement file"), Kind: v.T("banks.by-file-line", "OFX or QFX. No connection"),
	}))
	g.list.Objects = []fyne.CanvasObject{part.Stack(0, objects...)}
	g.list.Refresh()
	follow(g.banks)
}

func (s *Screen) brokenRows() []fyne.CanvasObject {
	v, g := s.voice, s.gallery
	var rows []fyne.CanvasObject
	for _, b := range g.broken {
		name := filepath.Base(b.Path)
		if !strings.Contains(strings.ToLower(name), strings.ToLower(strings.TrimSpace(g.query))) {
			continue
		}
		rows = append(rows, s.galleryRow(b.Path, part.AlertSpec{
			Icon: "warning", Tone: part.Attention, Payee: name, Kind: v.N("banks.broken-line", "Can’t be used: {{.N}} mistake", "Can’t be used: {{.N}} mistakes", len(b.Problems)), Answered: true,
		}))
	}
	return rows
}

func (g *gallery) fits(p app.Provider, where string) bool {
	at := p.File.Countries
	switch g.region {
	case "":
	case otherRegions:
		if len(at) > 0 && !slices.ContainsFunc(at, func(c string) bool { return c != "EU" && c != "US" && c != "GB" }) {
			return false
		}
	default:
		if len(at) > 0 && !slices.Contains(at, g.region) {
			return false
		}
	}
	for _, word := range strings.Fields(strings.ToLower(g.query)) {
		if !strings.Contains(strings.ToLower(p.Name+" "+p.Country+" "+p.ID+" "+where), word) {
			return false
		}
	}
	return true
}

func (s *Screen) providerRow(p app.Provider) part.AlertSpec {
	v := s.voice
	way := v.T("banks.at-bank", "You sign in at the bank")
	if p.File.Way != "" {
		way = v.Way(string(p.File.Way))
	}
	spec := part.AlertSpec{Icon: iconOf(p), Payee: p.Name, Kind: way}
	where := v.Countries(p.File.Countries)
	if where == "" {
		where = p.Country
	}
	switch {
	case p.Demo:
		spec.Kind = v.T("banks.invented", "Invented, on this computer")
	case len(p.Lacks) > 0:
		spec.Kind, spec.Answered = v.T("banks.not-yet", "Not supported by this version yet"), true
	case p.File.Loopback:
		spec.Kind = v.T("banks.testing-line", "For testing, on this computer")
	case where != "":
		spec.Kind = v.T("banks.place-way", "{{.Country}}. {{.Way}}", "Country", where, "Way", way)
	}
	if s.linkedTo(p.ID) {
		spec.When = v.T("banks.linked-already", "Linked")
	}
	return spec
}

func iconOf(p app.Provider) string {
	switch {
	case p.File.Bridge != "":
		return "bridge"
	case p.File.Way != "" && p.File.Way != "oauth" && p.File.Way != "consent":
		return "key"
	}
	return "banks"
}
