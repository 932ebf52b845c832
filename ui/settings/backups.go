package settings

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// backupRows are the newest backup, the list of all, and where they lie.
func (s *Screen) backupRows() []fyne.CanvasObject {
	rows := []fyne.CanvasObject{s.newestLine(), s.restoreLine()}
	if s.listed {
		for _, b := range s.data.backups {
			rows = append(rows, s.backupLine(b))
		}
	}
	return append(rows, s.placeLine())
}

func (s *Screen) newestLine() fyne.CanvasObject {
	v := s.voice
	l := line{row: backupRow, title: v.T("backups.none", "No backup yet")}
	sound := slices.DeleteFunc(slices.Clone(s.data.backups), func(b app.Backup) bool { return b.Problem != nil })
	switch {
	case s.data.lost != nil:
		l.title = v.T("backups.lost", "The backups can’t be listed")
		l.under = append(l.under, para(v.Fault(s.data.lost), look.AlertHigh))
	case len(sound) > 0:
		l.title = v.T("backups.last", "Last backup {{.When}}", "When", s.moment(sound[0].Made))
		l.sub = v.N("backups.kept", "{{.N}} kept, opened and checked", "{{.N}} kept, opened and checked", len(sound))
	}
	if damaged := len(s.data.backups) - len(sound); damaged > 0 {
		l.under = append(l.under, para(v.N("backups.damaged", "{{.N}} other can’t be opened: the list says why.", "{{.N}} others can’t be opened: the list says why.", damaged), look.AlertQuiet))
	}
	switch {
	case s.job != nil && s.job.row == backupRow:
		stop := part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), OnTap: s.cancel})
		s.name("backup", stop)
		l.acts = append(l.acts, stop)
	default:
		l.acts = append(l.acts, s.button("backup", part.ButtonSpec{Text: v.T("backups.now", "Back up now"), OnTap: func() { s.backUp(backupRow) }}))
	}
	return s.line(l)
}

// moment writes a day and a time as a part of a sentence: "today 09:58".
func (s *Screen) moment(at time.Time) string {
	v := s.voice
	switch at, days := at.Local(), daysAgo(at, s.coffer.Now()); days {
	case 0:
		return v.T("moment.today", "today {{.Clock}}", "Clock", v.Clock(at))
	case 1:
		return v.T("moment.yesterday", "yesterday {{.Clock}}", "Clock", v.Clock(at))
	default:
		return v.T("date.moment", "{{.Day}}, {{.Clock}}", "Day", v.FullDay(at), "Clock", v.Clock(at))
	}
}

// daysAgo counts midnights between at and now, by this computer's zone.
func daysAgo(at, now time.Time) int {
	day := func(t time.Time) time.Time {
		t = t.Local()
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(day(now).Sub(day(at)).Hours() / 24)
}

func (s *Screen) backUp(r row) {
	v := s.voice
	s.dropPanel()
	var made app.Backup
	s.run(chore{row: r, stoppable: true, word: v.T("backups.making", "Making a backup and opening it to check"), work: func(ctx context.Context, _ tell) (err error) {
		made, err = s.coffer.BackUp(ctx)
		return err
	}, done: func(err error) {
		if err != nil {
			s.words[r] = s.noBackup(err)
			s.draw()
			s.reload()
			return
		}
		s.changed(r, v.T("backups.made", "Made, opened again and checked row by row: {{.Size}}.", "Size", v.Bytes(made.Bytes)))
	}})
}

func (s *Screen) noBackup(err error) word {
	v := s.voice
	if errors.Is(err, context.Canceled) {
		return word{text: v.T("backups.cancelled", "Cancelled. No backup was made; the ones from before are there."), tint: look.Muted}
	}
	return bad(v.Fault(err))
}

func (s *Screen) restoreLine() fyne.CanvasObject {
	v := s.voice
	l := line{row: restoreRow, title: v.T("restore.title", "Restore"), sub: v.T("restore.sub", "the vault of now is kept aside")}
	if n := len(s.data.backups); n > 0 {
		text := v.N("restore.list", "Show {{.N}}", "Show {{.N}}", n)
		if s.listed {
			text = v.T("restore.fold", "Hide the list")
		}
		l.acts = append(l.acts, s.button("list", part.ButtonSpec{Text: text, OnTap: s.list}))
	}
	l.acts = append(l.acts, s.button("restore-file", part.ButtonSpec{Text: v.T("restore.file", "From a file"), OnTap: func() {
		s.do.AskFile(func(path string) { s.openRestore(restoreRow, app.Backup{Path: path}, false) })
	}}))
	return s.line(l)
}

func (s *Screen) list() {
	s.listed = !s.listed
	s.dropPanel()
	s.draw()
}

func rowOf(b app.Backup) row { return row("backup " + b.Path) }

// backupLine is a backup in the list: when it was made, and what opens it.
func (s *Screen) backupLine(b app.Backup) fyne.CanvasObject {
	v := s.voice
	l := line{row: rowOf(b), title: upperFirst(s.moment(b.Made)), sub: v.Bytes(b.Bytes)}
	if b.Made.IsZero() {
		l.title = filepath.Base(b.Path)
	}
	if b.Before {
		l.acts = append(l.acts, part.NewPill(v.T("backups.before", "Before an update"), part.Neutral))
	}
	if b.Problem != nil {
		l.acts = append(l.acts, part.NewPill(s.problemWord(b.Problem), part.Attention))
		l.under = append(l.under, para(s.problem(b.Problem), look.AlertQuiet))
		return s.line(l)
	}
	l.acts = append(l.acts, s.button("restore "+b.Path, part.ButtonSpec{Text: v.T("restore.act", "Restore"), OnTap: func() { s.openRestore(rowOf(b), b, false) }}))
	if text := s.opens(b); text != "" {
		l.under = append(l.under, para(text, look.Muted))
	}
	return s.line(l)
}

func upperFirst(text string) string {
	for i, r := range text {
		return strings.ToUpper(string(r)) + text[i+len(string(r)):]
	}
	return text
}

// opens says which secrets open a backup: those of today, or which of before.
func (s *Screen) opens(b app.Backup) string {
	v := s.voice
	var all []string
	for _, slot := range b.Opens {
		today := slices.Contains(b.Today, slot)
		switch {
		case slot.Kind == app.PassphraseSlot && today:
			all = append(all, v.T("opens.passphrase", "the passphrase of today"))
		case slot.Kind == app.PassphraseSlot:
			all = append(all, v.T("opens.passphrase-old", "an older passphrase"))
		case slot.Kind == app.RecoverySlot && slot.Created.IsZero() && today:
			all = append(all, v.T("opens.recovery", "the recovery key of today"))
		case slot.Kind == app.RecoverySlot && slot.Created.IsZero():
			all = append(all, v.T("opens.recovery-old", "an older recovery key"))
		case slot.Kind == app.RecoverySlot:
			all = append(all, v.T("opens.recovery-of", "the recovery key of {{.Day}}", "Day", v.FullDay(slot.Created.Local())))
		case slot.Kind == app.KeyringSlot && today:
			all = append(all, v.T("opens.keyring", "this computer’s keyring"))
		}
	}
	if len(all) == 0 {
		return ""
	}
	list := all[0]
	for i, one := range all[1:] {
		if i == len(all)-2 {
			list = v.T("list.last", "{{.List}} or {{.Last}}", "List", list, "Last", one)
			continue
		}
		list = v.T("list.more", "{{.List}}, {{.Next}}", "List", list, "Next", one)
	}
	return v.T("opens.line", "Opens with {{.Secrets}}.", "Secrets", list)
}

func (s *Screen) problemWord(err error) string {
	v := s.voice
	switch fault.KindOf(err) {
	case fault.VaultDamaged:
		return v.T("problem.damaged-word", "Damaged")
	case fault.VaultNewer:
		return v.T("problem.newer-word", "Newer")
	case fault.VaultForeign:
		return v.T("problem.foreign-word", "Not ours")
	}
	return v.T("problem.word", "Can’t be read")
}

// problem says why a backup can't be restored.
func (s *Screen) problem(err error) string {
	return s.voice.Fault(fault.Because(fault.KindOf(err), "backup", "look at a backup", err))
}

func (s *Screen) placeLine() fyne.CanvasObject {
	v := s.voice
	p := s.data.place
	l := line{row: placeRow, title: v.T("place.title", "Where")}
	path := part.NewText(homely(p.Dir), part.Style{Role: look.Code, Tint: look.Muted, Mono: true}).Cut(290)
	l.acts = append(l.acts, path)
	if !p.Default {
		l.acts = append(l.acts, s.button("place-default", part.ButtonSpec{Text: v.T("place.default", "Default place"), Rank: part.Quiet, OnTap: func() { s.setPlace("") }}))
	}
	l.acts = append(l.acts, s.button("place", part.ButtonSpec{Text: v.T("place.change", "Change"), OnTap: func() { s.do.AskFolder(s.setPlace) }}))
	if p.SyncedBy != "" {
		l.under = append(l.under, para(v.T("place.synced", "This folder is synced by {{.Product}}: each backup goes to its computers too, sealed, and stays there. It opens with the secrets of its day, also after you change them here.", "Product", p.SyncedBy), look.AlertQuiet))
	}
	return s.line(l)
}

// homely writes a path with ~ for the person's own folder.
func homely(path string) string {
	home, err := os.UserHomeDir()
	if rest, in := strings.CutPrefix(path, home+string(filepath.Separator)); err == nil && in {
		return filepath.Join("~", rest)
	}
	return path
}

func (s *Screen) setPlace(dir string) {
	v := s.voice
	s.dropPanel()
	s.run(chore{row: placeRow, word: v.T("settings.saving", "Saving"), work: func(ctx context.Context, _ tell) error { return s.coffer.SetBackupPlace(ctx, dir) }, done: func(err error) {
		if err != nil {
			s.words[placeRow] = bad(v.T("place.refused", "Nothing can be written there. The place stays as it was. Choose another folder."))
			s.draw()
			return
		}
		s.changed(placeRow, v.T("place.changed", "New backups go there. The older ones stay where they are."))
	}})
}
