package restore_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/look"
	"coffer/ui/restore"
	"coffer/ui/stage"

	"fyne.io/fyne/v2"
)

const passphrase = "lamp river tin oak"

// fake restores what its passphrase opens.
type fake struct {
	backups []app.Backup
	err     error
	got     []app.Restoring
	done    int
}

func (f *fake) Backups(context.Context) ([]app.Backup, error) { return f.backups, nil }

func (f *fake) Restore(_ context.Context, r app.Restoring) (app.Restored, error) {
	f.got = append(f.got, r)
	if f.err == nil && !r.Secret.Equal(secret.New(passphrase)) {
		return app.Restored{}, fault.Because(fault.WrongPassphrase, "backup", "open a backup", errors.New("cause-of-it"))
	}
	return app.Restored{Aside: "Before restore 2026-11-20 10.02.11"}, f.err
}

func two() []app.Backup {
	made := time.Date(2026, 11, 24, 9, 12, 0, 0, time.UTC)
	return []app.Backup{
		{Path: "/backups/new.backup", Made: made, Bytes: 1_300_000},
		{Path: "/backups/torn.backup", Made: made.AddDate(0, 0, -1), Problem: errors.New("x")},
		{Path: "/backups/old.backup", Made: made.AddDate(0, 0, -2), Bytes: 1_200_000},
	}
}

func play(t *testing.T, size fyne.Size, mode look.Mode, f *fake, story func(r *stage.Rig)) {
	t.Helper()
	stage.Stage{Size: size, Mode: mode, Make: func(r *stage.Rig) stage.Screen {
		return restore.New(f, r.Voice, r.Desk, restore.Go{Window: r.Window, Done: func() { f.done++ }})
	}}.Run(t, story)
}

// TestPictures draws the page. COFFER_GALLERY keeps the pictures.
func TestPictures(t *testing.T) {
	for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		for size, where := range map[fyne.Size]string{fyne.NewSize(1280, 800): "", fyne.NewSize(800, 560): "-narrow"} {
			f := &fake{backups: two()}
			play(t, size, mode, f, func(r *stage.Rig) {
				keep := func(step string) {
					r.Tidy()
					r.Keep("restore-" + step + "-" + word + where)
				}
				keep("1ask")
				r.Write("/backups/new.backup")
				r.Key(fyne.KeyReturn)
				r.Write("wrong")
				r.Key(fyne.KeyReturn)
				keep("2wrong")
				r.Write(passphrase)
				r.Key(fyne.KeyReturn)
				keep("3done")
			})
		}
	}
}

func TestABackupComesBackWithTheSecretOfItsDay(t *testing.T) {
	f := &fake{backups: two()}
	play(t, fyne.NewSize(1280, 800), look.Light, f, func(r *stage.Rig) {
		r.Says("24 November 2026", "22 November 2026")
		r.Silent("23 November 2026") // it can't be read
		r.Press("Restore")
		if len(f.got) != 0 {
			t.Fatal("nothing was named")
		}
		r.Write("/backups/old.backup")
		r.Key(fyne.KeyReturn)
		r.Write("wrong one")
		r.Key(fyne.KeyReturn)
		r.Says("That doesn't open this backup. Nothing was changed.")
		r.Silent("cause-of-it")
		r.Write(passphrase) // over what was wrong
		r.Key(fyne.KeyReturn)
		r.Says("The backup is checked and in its place", "Before restore 2026-11-20 10.02.11", "each link must sign in again")
		r.Key(fyne.KeyReturn)
		if last := f.got[len(f.got)-1]; last.Path != "/backups/old.backup" || last.Recovery || f.done != 1 {
			t.Errorf("%+v, done %d", last, f.done)
		}
	})
}

func TestTheRecoveryKeyOpensABackupToo(t *testing.T) {
	f := &fake{}
	play(t, fyne.NewSize(1280, 800), look.Light, f, func(r *stage.Rig) {
		r.Write("a.backup")
		r.Press("Recovery key")
		r.Says("32 letters and digits")
		r.Write(passphrase)
		r.Press("Restore")
		if len(f.got) != 1 || !f.got[0].Recovery {
			t.Errorf("%+v", f.got)
		}
	})
}

func TestEachTroubleOfABackupHasItsSentence(t *testing.T) {
	for kind, says := range map[fault.Kind]string{
		fault.VaultDamaged: "This backup was changed or is damaged", fault.VaultNewer: "A newer Coffer wrote this backup",
		fault.VaultForeign: "This file is not a backup of Coffer", fault.VaultMissing: "There is no such file", fault.DiskFull: "The disk is full",
	} {
		f := &fake{err: fault.Because(kind, "backup", "restore", errors.New("cause-of-it"))}
		play(t, fyne.NewSize(1280, 800), look.Light, f, func(r *stage.Rig) {
			r.Write("a.backup")
			r.Key(fyne.KeyReturn)
			r.Write(passphrase)
			r.Key(fyne.KeyReturn)
			r.Says(says, "Restore from a backup")
			r.Silent("cause-of-it")
		})
	}
}
