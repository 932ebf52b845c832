package privacy

import (
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const inCard float32 = rightWide - 34

// stored is the right column: what is on this computer, how it is sealed, and what is not promised.
func (s *Screen) stored() []fyne.CanvasObject {
	v := s.voice
	wide := inCard
	if s.narrow {
		wide = s.leftInner()
	}
	return []fyne.CanvasObject{
		section(v.T("stored.title", "Stored on this computer")), s.sizes(wide),
		part.Gap(0, 18), section(v.T("sealed.title", "Sealed with")), s.sealed(wide),
		part.Gap(0, 18), section(v.T("not-promised.title", "Not promised")), s.notPromised(wide + 34),
	}
}

// sizes is one bar, what it is made of, and where it lies.
func (s *Screen) sizes(wide float32) fyne.CanvasObject {
	v, d := s.voice, s.data.Stored
	all := d.Total()
	parts := []struct {
		name string
		tint fyne.ThemeColorName
		size int64
	}{
		{v.T("stored.vault", "Vault"), look.Accent, d.Database},
		{v.T("stored.log", "Newest changes"), look.ChartIn, d.Log},
		{v.T("stored.keys", "Sealed keys and map"), look.ChartBar, d.Keys + d.Map},
	}
	bars, rows := []fyne.CanvasObject{}, []fyne.CanvasObject{}
	for _, p := range parts {
		if w := share(p.size, all, wide-10); w > 0 {
			bars = append(bars, bar(p.tint, w, 12))
		}
		rows = append(rows, part.Sized(0, 26, part.Row(8, bar(p.tint, 8, 8), part.Rest(part.NewText(p.name, small(look.Text)).Cut(80)), part.NewText(s.bytes(p.size), small(look.Text)))))
	}
	strong := part.Style{Role: look.Small, Bold: true}
	rows = append(rows, part.Sized(0, 26, part.Row(8, part.Rest(part.NewText(v.T("stored.all", "All"), strong)), part.NewText(s.bytes(all), strong))))
	path := part.Row(8, part.Rest(part.NewText(d.Path, part.Style{Role: look.Code, Tint: look.Muted, Mono: true}).Cut(80)),
		part.NewLink(v.T("copy", "Copy"), look.Small, func() { s.do.Copy(d.Path) }))
	return part.NewCard(part.Row(2, bars...), part.Gap(0, 6), part.Stack(0, rows...), part.Gap(0, 8), part.NewRule(), part.Gap(0, 10), path)
}

// sealed says in words how what is stored is locked.
func (s *Screen) sealed(wide float32) fyne.CanvasObject {
	v := s.voice
	rows := []fyne.CanvasObject{
		s.seal("lock", v.T("sealed.cipher", "AES-256-GCM"), v.T("sealed.cipher-line", "Every page on the disk. A changed byte is noticed."), wide),
		s.seal("key", v.T("sealed.kdf", "Argon2id"), v.T("sealed.kdf-line", "Makes each guess at your passphrase slow and dear."), wide),
	}
	head := v.T("sealed.no-head", "The ledger's head is in the vault alone: a whole older folder put back is not noticed.")
	icon := "info"
	if c := s.data.Chain; c.Trouble != "" || c.Unread != "" {
		why := c.Trouble
		if why == "" {
			why = c.Unread
		}
		icon, head = "warning", v.T("sealed.head-silent", "Your keyring could not be asked for the ledger's head, or told the newest. {{.Why}}", "Why", v.Reason(why, nil))
	} else if where := s.place(c.OutsideWhere); where != "" {
		icon, head = "link", v.T("sealed.head-line", "The newest row's hash is also kept in {{.Where}}, so that a ledger that was cut is found out.", "Where", where)
	}
	rows = append(rows, s.seal(icon, v.T("sealed.chain", "Hash chain"), head, wide))
	objects := make([]fyne.CanvasObject, 0, 2*len(rows))
	for i, r := range rows {
		if i > 0 {
			objects = append(objects, part.NewRule())
		}
		objects = append(objects, r)
	}
	return part.NewCard(objects...).Padded(part.Edges{Top: 5, Right: 17, Bottom: 5, Left: 17})
}

func (s *Screen) seal(icon, title, line string, wide float32) fyne.CanvasObject {
	return part.Inset(part.Pad(8, 0), part.RowTop(9, part.Inset(part.Edges{Top: 1}, part.NewPicture(icon, look.Muted, 16)),
		part.Rest(part.Stack(1, part.NewText(title, part.Style{}).Cut(60), part.NewPara(line, small(look.Muted), wide-25)))))
}

// notPromised is the short form of what SECURITY.md says is not promised.
func (s *Screen) notPromised(wide float32) fyne.CanvasObject {
	v := s.voice
	var lines []fyne.CanvasObject
	for _, text := range []string{
		v.T("not-promised.programs", "A program that runs as you can read what you can read."),
		v.T("not-promised.browser", "What your browser loads on the bank's own page is not in this ledger."),
		v.T("not-promised.names", "Your system asks its own name server where a bank's host is."),
		v.T("not-promised.sizes", "Who can read the folder sees file sizes and times of use."),
		v.T("not-promised.banks", "What banks keep is theirs."),
	} {
		lines = append(lines, part.NewPara(text, small(look.Muted), wide))
	}
	return part.Stack(4, lines...)
}
