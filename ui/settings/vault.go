package settings

import (
	"strings"

	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// vaultRows are the other vaults of this computer, and the end of this one.
func (s *Screen) vaultRows() []fyne.CanvasObject {
	v := s.voice
	var others, aside []string
	for _, e := range s.data.vaults {
		name := e.Name
		if name == "" {
			name = v.T("vaults.first", "the first vault")
		}
		switch {
		case e.Current:
		case e.Aside:
			aside = append(aside, name)
		default:
			others = append(others, name)
		}
	}
	var rows []fyne.CanvasObject
	list := func(title string, names []string, means string) {
		if len(names) > 0 {
			rows = append(rows, s.line(line{title: title, sub: strings.Join(names, ", "), under: []fyne.CanvasObject{para(means, look.Muted)}}))
		}
	}
	list(v.T("vaults.others", "Other vaults on this computer"), others, v.T("vaults.others-line", "Lock Coffer to choose another one. Each has its own passphrase and its own keys."))
	list(v.T("vaults.aside", "Kept aside"), aside, v.T("vaults.aside-line", "What was here before a backup was restored. The lock screen opens it too."))
	erase := s.button("erase", part.ButtonSpec{Text: v.T("erase.open", "Delete everything"), Rank: part.QuietDanger, OnTap: s.openErase})
	return append(rows, s.line(line{title: v.T("erase.row", "The end of this vault"), acts: []fyne.CanvasObject{erase}}))
}

// aboutRows are the version, where everything lies, and the licences.
func (s *Screen) aboutRows() []fyne.CanvasObject {
	v := s.voice
	dir := s.coffer.Dir()
	where := line{title: v.T("about.data", "Where the data is"), acts: []fyne.CanvasObject{
		part.NewText(homely(dir), part.Style{Role: look.Code, Tint: look.Muted, Mono: true}).Cut(380), s.link("copy-path", v.T("copy", "Copy"), func() { s.do.Copy(dir) }),
	}}
	if by := s.coffer.DataSyncedBy(); by != "" {
		where.under = append(where.under, para(v.T("about.synced", "This folder is synced by {{.Product}}, which copies the vault while it is being written. A copy that it puts back may be older than what Coffer last saw, and is refused. Keep the folder out of {{.Product}}, and put the backups there instead.", "Product", by), look.AlertQuiet))
	}
	return []fyne.CanvasObject{
		s.line(line{title: v.T("app.name", "Coffer"), sub: s.do.Version}),
		s.line(where),
		s.line(line{title: v.T("about.licences", "Licences"), sub: v.T("about.licences-line", "Coffer: MIT. Inter and JetBrains Mono: SIL Open Font License 1.1")}),
	}
}

// lookRows are the choice of light and dark.
func (s *Screen) lookRows() []fyne.CanvasObject {
	v := s.voice
	if s.do.Look.Set == nil {
		return nil
	}
	now := s.do.Look.Mode()
	var chips []fyne.CanvasObject
	for _, c := range []struct{ mode, name string }{
		{"", v.T("look.system", "As the system")}, {"light", v.T("look.light", "Light")}, {"dark", v.T("look.dark", "Dark")},
	} {
		chip := part.NewChip(part.ChipSpec{Text: c.name, On: now == c.mode, OnTap: func() {
			s.do.Look.Set(c.mode)
			s.draw()
		}})
		s.name("look-"+c.mode, chip)
		chips = append(chips, chip)
	}
	return []fyne.CanvasObject{s.line(line{title: v.T("look.theme", "Theme"), acts: []fyne.CanvasObject{part.Row(4, chips...)}})}
}
