package banks

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// report loads what was erased of the link that is shown, and draws it.
func (s *Screen) report(r *revocation) {
	var found *app.ErasureReport
	s.desk.Do(s.lasting(), func(ctx context.Context) error {
		all, err := s.coffer.Erasures(ctx)
		for i := range all {
			if all[i].Link == r.link.ID {
				found = &all[i]
			}
		}
		return err
	}, func(err error) {
		if err == nil {
			r.report = found
			r.stillListed()
		}
		s.redraw(r)
		if r.typed != nil { // drawn anew
			r.typed.Focus()
		}
	})
}

// erasedRows tell what was erased, kind by kind, and what may still hold it.
func (s *Screen) erasedRows(r *revocation) []fyne.CanvasObject {
	v, e := s.voice, r.report
	if e == nil || r.keep != nil || r.erasing {
		return nil
	}
	muted := part.Style{Tint: look.Muted}
	var lines []fyne.CanvasObject
	for _, g := range e.Gone {
		lines = append(lines, part.NewPara(v.Gone(g.What, int(g.Count), g.Bytes), muted, proofWide-36))
	}
	lines = append(lines, part.Gap(0, 8), part.NewPara(v.T("erased.report-pages", "Every page was written anew, and the log and its page map were emptied: {{.Before}} before, {{.After}} now.",
		"Before", v.Bytes(e.Before), "After", v.Bytes(e.After)), part.Style{}, proofWide-36))
	objects := []fyne.CanvasObject{part.Gap(0, 22), part.NewSection(v.T("erased.section", "What was erased, {{.At}}", "At", e.At.Local().Format(receiptTime))), part.Gap(0, 6),
		part.NewCard(part.Stack(2, lines...)).Padded(part.Pad(11, 18)), part.Gap(0, 10)}
	if e.Unkeyed() || !e.Rekeyed.IsZero() {
		objects = append(objects, s.keyCard(r), part.Gap(0, 10))
	}
	objects = append(objects, s.backupCards(r)...)
	if words := v.Fault(r.cleanErr); words != "" {
		objects = append(objects, part.Gap(0, 8), part.NewPara(words, part.Style{Tint: look.AlertHigh}, proofWide))
	}
	return objects
}

// keyCard offers the last step of shredding, or says that it was made.
func (s *Screen) keyCard(r *revocation) fyne.CanvasObject {
	v := s.voice
	if r.keying {
		return keptSpec{icon: "key", title: v.T("erased.keying", "The vault gets a new key"), line: s.sealedLine(r)}.card()
	}
	if at := r.report.Rekeyed; !at.IsZero() {
		return keptSpec{icon: "key", title: v.T("erased.key", "The vault has a new key"),
			line: v.T("erased.key-line", "Since {{.At}}. Old blocks of the disk don’t open with it.", "At", at.Local().Format(receiptTime))}.card()
	}
	spec := keptSpec{icon: "key", title: v.T("erased.no-key", "New key: not yet"), line: s.keyWaits(r)}
	if len(r.report.NewKey.Needs) == 0 {
		spec.act = part.NewButton(part.ButtonSpec{Text: v.T("erased.key-now", "Now"), Icon: "key", OnTap: func() { s.giveKey(r) }})
	} else if s.do.NewKey != nil {
		text := v.T("erased.key-do", "New key")
		if slices.Contains(r.report.NewKey.Needs, app.KeyringSlot) {
			text = v.T("care.settings", "Open settings")
		}
		spec.act = part.NewButton(part.ButtonSpec{Text: text, Icon: "key", OnTap: s.do.NewKey})
	}
	return spec.card()
}

// keyWaits says what the new key of a shredding waits for.
func (s *Screen) keyWaits(r *revocation) string {
	v, wait := s.voice, r.report.NewKey
	words := v.T("erased.no-key-line", "A disk keeps old, sealed blocks, flash above all. Until there is a new key they may open with this one.")
	switch {
	case slices.Contains(wait.Needs, app.KeyringSlot): // a new recovery key would ask it, too
		words += " " + v.T("erased.key-keyring", "It comes by itself once the keyring can be asked. If it can’t be any more, turn it off for this vault in the settings; then it comes when the vault is opened next.")
	case slices.Contains(wait.Needs, app.RecoverySlot):
		words += " " + v.T("erased.key-recovery", "It comes by itself once you have opened the vault with the recovery key, or now, with a new recovery key.")
	case slices.Contains(wait.Needs, app.PassphraseSlot):
		words += " " + v.T("erased.key-passphrase", "It comes by itself once you have opened the vault with the passphrase, or now, with a new recovery key.")
	case wait.Failed != nil:
		words += " " + v.Fault(wait.Failed)
	}
	return words
}

// giveKey ends a shredding that has not ended with a new key.
func (s *Screen) giveKey(r *revocation) {
	if r.keying {
		return
	}
	r.keying, r.sealed = true, -1
	s.redraw(r)
	s.desk.Do(s.lasting(), func(ctx context.Context) error { return s.coffer.FinishShredding(ctx, s.sealing(r)) }, func(error) { // the report says it
		r.keying = false
		s.report(r)
	})
}

// sealing hears how far the new key is, and shows it percent by percent.
func (s *Screen) sealing(r *revocation) func(done, total int64) {
	shown := -1
	return func(done, total int64) {
		percent := int(100 * done / max(total, 1))
		if percent == shown {
			return
		}
		shown = percent
		s.desk.OnUI(func() {
			r.sealed = percent
			s.redraw(r)
		})
	}
}

func (s *Screen) sealedLine(r *revocation) string {
	return s.voice.T("erased.keying-line", "Everything is sealed anew: {{.Percent}} %. What opens the vault stays.", "Percent", max(r.sealed, 0))
}

// backupCards list the backups that may still hold what was erased.
func (s *Screen) backupCards(r *revocation) []fyne.CanvasObject {
	v, backups := s.voice, r.report.Backups
	if len(backups) == 0 {
		return []fyne.CanvasObject{part.NewPara(v.T("erased.no-backups", "No backup in your folder holds it. Copies elsewhere may."), part.Style{Role: look.Caption, Tint: look.Muted}, proofWide)}
	}
	var whole []string
	for _, b := range backups {
		whole = append(whole, b.Path)
	}
	objects := []fyne.CanvasObject{part.Gap(0, 12), part.RowTop(8, part.NewSection(v.N("erased.backups", "{{.N}} backup made before the erasure", "{{.N}} backups made before the erasure", len(backups))), part.Space())}
	if r.former != nil {
		return append(append(objects, part.Gap(0, 6)), s.formerCard(r))
	}
	if len(backups) > 1 && !r.cleaning {
		acts := []fyne.CanvasObject{part.Space(), part.NewButton(part.ButtonSpec{Text: v.T("erased.all-anew", "All anew"), OnTap: func() { s.clean(r, whole, false) }})}
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("erased.all-gone", "Delete all"), Rank: part.Danger, OnTap: func() { s.clean(r, whole, true) }}))
		objects = append(objects, part.Gap(0, 6), part.Row(8, acts...))
	}
	for _, b := range backups {
		objects = append(objects, part.Gap(0, 6), s.backupCard(r, b))
	}
	return objects
}

func (s *Screen) backupCard(r *revocation, b app.ErasedBackup) fyne.CanvasObject {
	v := s.voice
	line := filepath.Dir(b.Path)
	if b.Former {
		line = v.T("erased.former", "Under the former key, with which old blocks of the disk open. Made anew by what opened it.")
	}
	words := part.Rest(part.Stack(0, part.NewText(v.FullDay(b.Made.Local())+", "+b.Made.Local().Format(time.TimeOnly), part.Style{Bold: true}).Cut(120),
		part.NewPara(line, part.Style{Tint: look.Muted}, proofWide-260)))
	row := []fyne.CanvasObject{part.NewPicture("document", look.Muted, 18), words}
	if r.cleaning {
		return part.NewCard(part.Row(14, row...)).Padded(part.Pad(11, 18))
	}
	row = append(row, part.NewButton(part.ButtonSpec{Text: v.T("erased.anew", "Make anew"), OnTap: func() { s.clean(r, []string{b.Path}, false) }}),
		part.NewButton(part.ButtonSpec{Text: v.T("erased.delete", "Delete"), Rank: part.Danger, OnTap: func() { s.clean(r, []string{b.Path}, true) }}))
	return part.NewCard(part.Row(10, row...)).Padded(part.Pad(11, 18))
}

// clean makes backups anew without what was erased, or deletes them. For those under a former key it asks
// for what opened them first.
func (s *Screen) clean(r *revocation, paths []string, remove bool) {
	former := func(b app.ErasedBackup) bool { return b.Former && slices.Contains(paths, b.Path) }
	if !remove && slices.ContainsFunc(r.report.Backups, former) {
		s.askFormer(r, paths)
		return
	}
	s.cleanWith(r, paths, remove, secret.Text{})
}

func (s *Screen) cleanWith(r *revocation, paths []string, remove bool, typed secret.Text) {
	if r.cleaning {
		return
	}
	r.cleaning, r.cleanErr = true, nil
	r.dropFormer()
	s.redraw(r)
	s.desk.Do(s.lasting(), func(ctx context.Context) error { return s.coffer.CleanBackups(ctx, paths, remove, typed, nil) }, func(err error) {
		r.cleaning, r.cleanErr = false, err
		if fault.KindOf(err) == fault.WrongPassphrase && s.revocation == r {
			s.askFormer(r, paths)
			r.cleanErr = err
		}
		s.report(r)
	})
}

// askFormer asks for what opened backups under a former key.
func (s *Screen) askFormer(r *revocation, paths []string) {
	r.former, r.cleanErr = paths, nil
	r.typed = part.NewEntry(part.EntrySpec{Placeholder: s.voice.T("erased.former-entry", "Passphrase or recovery key"), Icon: "key", Password: true, Eye: true,
		OnSubmit: func(string) { s.sendFormer(r) }})
	s.redraw(r)
	r.typed.Focus()
}

// dropFormer ends the asking; nothing that was typed stays.
func (r *revocation) dropFormer() {
	if r.typed != nil {
		r.typed.Take()
	}
	r.former, r.typed = nil, nil
}

// stillListed leaves out of the asking what was made anew meanwhile: backups of different times may have had
// different secrets.
func (r *revocation) stillListed() {
	listed := func(path string) bool {
		return r.report != nil && slices.ContainsFunc(r.report.Backups, func(b app.ErasedBackup) bool { return b.Path == path })
	}
	if r.former = slices.DeleteFunc(slices.Clone(r.former), func(path string) bool { return !listed(path) }); len(r.former) == 0 {
		r.dropFormer()
	}
}

func (s *Screen) sendFormer(r *revocation) {
	if typed := secret.New(r.typed.Take()); !typed.Empty() {
		s.cleanWith(r, r.former, false, typed)
	}
}

func (s *Screen) formerCard(r *revocation) fyne.CanvasObject {
	v := s.voice
	words := v.N("erased.former-ask", "{{.N}} backup is to be made anew. What opened the vault then opens it; afterwards it is under the key of now.",
		"{{.N}} backups are to be made anew. What opened the vault then opens them; afterwards they are under the key of now.", len(r.former))
	return part.NewCard(part.Stack(8, part.NewPara(words, part.Style{}, proofWide-36), part.Row(8, part.Rest(r.typed),
		part.NewButton(part.ButtonSpec{Text: v.T("erased.anew", "Make anew"), Rank: part.Main, OnTap: func() { s.sendFormer(r) }}),
		part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), OnTap: func() { r.dropFormer(); r.cleanErr = nil; s.redraw(r) }})))).Padded(part.Pad(11, 18))
}

// revocations are the receipts that tell of a revocation, not of an erasure.
func revocations(all []consent.Receipt) []consent.Receipt {
	var some []consent.Receipt
	for _, r := range all {
		if r.Erasure == nil {
			some = append(some, r)
		}
	}
	return some
}
