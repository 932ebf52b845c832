package banks

import (
	"context"
	"path/filepath"
	"time"

	"coffer/app"
	"coffer/app/consent"
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
		}
		s.redraw(r)
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
		part.NewCard(part.Stack(2, lines...)).Padded(part.Pad(11, 18)), part.Gap(0, 10), s.keyCard(r), part.Gap(0, 10)}
	objects = append(objects, s.backupCards(r)...)
	if words := v.Fault(r.cleanErr); words != "" {
		objects = append(objects, part.Gap(0, 8), part.NewPara(words, part.Style{Tint: look.AlertHigh}, proofWide))
	}
	return objects
}

// keyCard offers the last step of shredding, or says that it was made.
func (s *Screen) keyCard(r *revocation) fyne.CanvasObject {
	v := s.voice
	if at := r.report.Rekeyed; !at.IsZero() {
		return keptSpec{icon: "key", title: v.T("erased.key", "The vault has a new key"),
			line: v.T("erased.key-line", "Since {{.At}}. Old blocks of the disk don’t open with it.", "At", at.Local().Format(receiptTime))}.card()
	}
	spec := keptSpec{icon: "key", title: v.T("erased.no-key", "Last step: a new key"),
		line: v.T("erased.no-key-line", "A disk keeps old, sealed blocks, flash above all. Until there is a new key they may open with this one.")}
	if s.do.NewKey != nil {
		spec.act = part.NewButton(part.ButtonSpec{Text: v.T("erased.key-do", "New key"), Icon: "key", OnTap: s.do.NewKey})
	}
	return spec.card()
}

// backupCards list the backups that may still hold what was erased.
func (s *Screen) backupCards(r *revocation) []fyne.CanvasObject {
	v, backups := s.voice, r.report.Backups
	if len(backups) == 0 {
		return []fyne.CanvasObject{part.NewPara(v.T("erased.no-backups", "No backup in your folder holds it. Copies elsewhere may."), part.Style{Role: look.Caption, Tint: look.Muted}, proofWide)}
	}
	var anew, whole []string
	for _, b := range backups {
		whole = append(whole, b.Path)
		if !b.Older {
			anew = append(anew, b.Path)
		}
	}
	objects := []fyne.CanvasObject{part.Gap(0, 12), part.RowTop(8, part.NewSection(v.N("erased.backups", "{{.N}} backup made before the erasure", "{{.N}} backups made before the erasure", len(backups))), part.Space())}
	if len(backups) > 1 && !r.cleaning {
		acts := []fyne.CanvasObject{part.Space()}
		if len(anew) > 1 {
			acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("erased.all-anew", "All anew"), OnTap: func() { s.clean(r, anew, false) }}))
		}
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
	if b.Older {
		line = v.T("erased.older", "Under an older key: it can only be deleted.")
	}
	words := part.Rest(part.Stack(0, part.NewText(v.FullDay(b.Made.Local())+", "+b.Made.Local().Format(time.TimeOnly), part.Style{Bold: true}).Cut(120),
		part.NewPara(line, part.Style{Tint: look.Muted}, proofWide-260)))
	row := []fyne.CanvasObject{part.NewPicture("document", look.Muted, 18), words}
	if r.cleaning {
		return part.NewCard(part.Row(14, row...)).Padded(part.Pad(11, 18))
	}
	if !b.Older {
		row = append(row, part.NewButton(part.ButtonSpec{Text: v.T("erased.anew", "Make anew"), OnTap: func() { s.clean(r, []string{b.Path}, false) }}))
	}
	row = append(row, part.NewButton(part.ButtonSpec{Text: v.T("erased.delete", "Delete"), Rank: part.Danger, OnTap: func() { s.clean(r, []string{b.Path}, true) }}))
	return part.NewCard(part.Row(10, row...)).Padded(part.Pad(11, 18))
}

// clean makes backups anew without what was erased, or deletes them.
func (s *Screen) clean(r *revocation, paths []string, remove bool) {
	if r.cleaning {
		return
	}
	r.cleaning, r.cleanErr = true, nil
	s.redraw(r)
	s.desk.Do(s.lasting(), func(ctx context.Context) error { return s.coffer.CleanBackups(ctx, paths, remove, nil) }, func(err error) {
		r.cleaning, r.cleanErr = false, err
		s.report(r)
	})
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
