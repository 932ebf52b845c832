package lock

import (
	"slices"

	"coffer/app"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// name writes on the link whose vault this is, where there are several.
func (s *Screen) name(vaults []app.VaultEntry) {
	at := slices.IndexFunc(vaults, func(e app.VaultEntry) bool { return e.Current })
	if at < 0 || len(vaults) < 2 {
		return
	}
	s.whose.Set(s.voice.T("lock.whose", "{{.Name}}. Another vault", "Name", s.called(vaults[at])))
	s.content.Refresh()
}

// called is what a vault is called.
func (s *Screen) called(e app.VaultEntry) string {
	if e.Name == "" {
		return s.voice.T("lock.first-vault", "First vault")
	}
	return e.Name
}

func (s *Screen) picking() bool { return s.picker != nil }

// pick lists the vaults of this computer's account, one for each person who uses it.
func (s *Screen) pick() {
	if s.busy {
		return
	}
	vaults, err := s.coffer.Vaults()
	s.entry.Take()
	v := s.voice
	rows := []fyne.CanvasObject{}
	for _, e := range vaults {
		icon := "lock"
		if e.Aside {
			icon = "clock"
		}
		rows = append(rows, part.NewButton(part.ButtonSpec{Icon: icon, Text: s.called(e), Height: entryHigh, OnTap: func() { s.choose(e.Name) }}))
	}
	wrong := part.NewPara(v.Fault(err), part.Style{Role: look.Small, Tint: look.AlertHigh}, columnWide)
	var fresh *part.Entry
	begin := func() {
		if fresh.Text() == "" {
			return
		}
		if err := s.coffer.Choose(fresh.Text()); err != nil {
			wrong.Set(v.Fault(err))
			fresh.SetWrong(true)
			s.content.Refresh()
			return
		}
		s.do.Chosen()
	}
	fresh = part.NewEntry(part.EntrySpec{
		Placeholder: v.T("lock.fresh", "Name for another person’s vault"), Height: entryHigh,
		OnChange: func(string) { fresh.SetWrong(false) }, OnSubmit: func(string) { begin() },
	})
	s.picker = fresh
	s.column.Objects = []fyne.CanvasObject{part.Stack(0,
		container.NewCenter(part.NewPicture("app", "", markSize)), part.Gap(0, 20),
		part.NewText(v.T("lock.pick", "Whose vault?"), part.Style{Role: look.Heading, Bold: true, Align: fyne.TextAlignCenter}), part.Gap(0, 6),
		part.NewPara(v.T("lock.pick-why", "Each has its own passphrase, recovery key and backups. None opens another."), part.Style{Tint: look.Muted, Align: fyne.TextAlignCenter}, columnWide), part.Gap(0, 20),
		part.Stack(buttonGap, rows...), part.Gap(0, 14), part.NewRule(), part.Gap(0, 14),
		part.Row(8, part.Rest(fresh), part.NewButton(part.ButtonSpec{Text: v.T("lock.make", "Make"), Height: entryHigh, Width: openWide, OnTap: begin})),
		part.Gap(0, 6), wrong, part.Gap(0, 8), container.NewCenter(part.NewLink(v.T("lock.back", "Back"), look.Small, s.unpick)),
	)}
	s.content.Refresh()
}

func (s *Screen) choose(name string) {
	if err := s.coffer.Choose(name); err != nil {
		s.unpick()
		s.tell(err)
		return
	}
	s.do.Chosen()
}

// unpick goes back to the lock of the vault that is chosen.
func (s *Screen) unpick() {
	s.picker = nil
	s.draw()
	s.entry.Focus()
}
