package banks_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
)

// erasedOld is a fake whose old link was erased, with that report.
func erasedOld(report app.ErasureReport) *fake {
	f := full()
	f.erase = func(consent.LinkID) (consent.Receipt, error) { return shredded(2, 1240), nil }
	report.Link, report.At, report.Erasure = "old", now, *shredded(2, 1240).Erasure
	f.erasures = []app.ErasureReport{report}
	return f
}

// shred shreds the old link, and shows the whole page.
func shred(r *rig) {
	r.press("Receipt")
	r.press("Shred them too")
	r.window.Resize(fyne.NewSize(r.window.Canvas().Size().Width, 1500))
	time.Sleep(11 * time.Second) // of the bubble's clock
	r.settle()
}

// TestTheNewKeyOfAShreddingIsSaid draws each state of the last step of shredding.
func TestTheNewKeyOfAShreddingIsSaid(t *testing.T) {
	for name, test := range map[string]struct {
		report app.ErasureReport
		says   string
		button string
	}{
		"done":                  {app.ErasureReport{Erased: consent.Erased{Rekeyed: now}}, "Old blocks of the disk don’t open with it.", ""},
		"at the next opening":   {app.ErasureReport{}, "Until there is a new key they may open with this one.", "Now"},
		"the disk was full":     {app.ErasureReport{NewKey: app.NewKey{Failed: fault.New(fault.DiskFull, "carry", errors.New("x"))}}, "The disk is full", "Now"},
		"waits for a recovery":  {app.ErasureReport{NewKey: app.NewKey{Needs: []app.SlotKind{app.RecoverySlot}}}, "once you have opened the vault with the recovery key", "New key"},
		"waits for a phrase":    {app.ErasureReport{NewKey: app.NewKey{Needs: []app.SlotKind{app.PassphraseSlot}}}, "once you have opened the vault with the passphrase", "New key"},
		"waits for a keyring":   {app.ErasureReport{NewKey: app.NewKey{Needs: []app.SlotKind{app.KeyringSlot}}}, "turn it off for this vault in the settings", "Open settings"},
		"waits for it and more": {app.ErasureReport{NewKey: app.NewKey{Needs: []app.SlotKind{app.RecoverySlot, app.KeyringSlot}}}, "turn it off for this vault in the settings", "Open settings"},
	} {
		t.Run(name, func(t *testing.T) {
			f := erasedOld(test.report)
			run(t, f, narrowSize, func(r *rig) {
				shred(r)
				r.says(test.says)
				for _, offered := range []string{"Now", "New key", "Open settings"} {
					if got := slices.Contains(strings.Split(r.words(), "\n"), offered); got != (offered == test.button) {
						t.Errorf("%q offered: %v", offered, got)
					}
				}
				if test.button == "Now" {
					f.erasures[0].Rekeyed, f.erasures[0].NewKey = now, app.NewKey{}
					r.press("Now")
					r.says("The vault has a new key")
				}
			})
		})
	}
}

// TestANewKeyShowsHowFarItIs: the page says what happens, percent by percent, and stays at hand.
func TestANewKeyShowsHowFarItIs(t *testing.T) {
	f := erasedOld(app.ErasureReport{Erased: consent.Erased{Rekeyed: now}})
	run(t, f, narrowSize, func(r *rig) {
		gate := make(chan bool)
		f.keys = func(told func(done, total int64)) {
			for done := int64(1); done <= 1000; done++ {
				told(done, 4000)
			}
			<-gate
		}
		shred(r)
		r.says("Gone. The vault gets a new key", "Everything is sealed anew: 25 %. What opens the vault stays.")
		r.keep("keying")
		close(gate)
		r.settle()
		r.says("Erased: 1,240 transactions", "The vault has a new key")
	})
}

// TestABackupUnderTheFormerKeyIsAskedFor: what opened it is typed, a wrong one is said, and deleting asks nothing.
func TestABackupUnderTheFormerKeyIsAskedFor(t *testing.T) {
	backup := func(path string, former bool) app.ErasedBackup {
		return app.ErasedBackup{Backup: app.Backup{Path: "/home/nora/" + path, Made: now.AddDate(0, 0, -1)}, Former: former}
	}
	for name, test := range map[string]struct {
		press func(r *rig)
		calls []string
		left  int
		says  string
	}{
		"asked":         {func(r *rig) { r.press("Make anew") }, nil, 2, "1 backup is to be made anew."},
		"nothing typed": {func(r *rig) { r.press("Make anew"); r.key(fyne.KeyReturn) }, nil, 2, "1 backup is to be made anew."},
		"typed":         {func(r *rig) { r.press("Make anew"); r.write(opensFormer); r.key(fyne.KeyReturn) }, []string{"clean /home/nora/a false"}, 1, "1 backup made before"},
		"by the button": {func(r *rig) { r.press("Make anew"); r.write(opensFormer); r.press("Make anew") }, []string{"clean /home/nora/a false"}, 1, "1 backup made before"},
		"another":       {func(r *rig) { r.press("Make anew"); r.write("four"); r.key(fyne.KeyReturn) }, nil, 2, "That doesn't open the vault."},
		"canceled":      {func(r *rig) { r.press("Make anew"); r.press("Cancel") }, nil, 2, "2 backups made before"},
		"all":           {func(r *rig) { r.press("All anew"); r.write(opensFormer); r.key(fyne.KeyReturn) }, []string{"clean /home/nora/a false", "clean /home/nora/b false"}, 0, "No backup"},
		"not former":    {func(r *rig) { r.pressNth("Make anew", 1) }, []string{"clean /home/nora/b false"}, 1, "1 backup made before"},
		"deleted":       {func(r *rig) { r.press("Delete all") }, []string{"clean /home/nora/a true", "clean /home/nora/b true"}, 0, "No backup"},
	} {
		t.Run(name, func(t *testing.T) {
			f := erasedOld(app.ErasureReport{Erased: consent.Erased{Rekeyed: now}, Backups: []app.ErasedBackup{backup("a", true), backup("b", false)}})
			run(t, f, narrowSize, func(r *rig) {
				shred(r)
				test.press(r)
				r.says(test.says)
				calls := slices.DeleteFunc(slices.Clone(f.calls), func(c string) bool { return !strings.HasPrefix(c, "clean ") })
				if left := len(f.erasures[0].Backups); !slices.Equal(calls, test.calls) || left != test.left {
					t.Errorf("calls %q, %d left", calls, left)
				}
				if name == "asked" {
					r.keep("former")
				}
			})
		})
	}
}

// TestBackupsOfDifferentTimesAreAskedForOneAfterTheOther: what one secret has made anew is not tried by the next.
func TestBackupsOfDifferentTimesAreAskedForOneAfterTheOther(t *testing.T) {
	f := erasedOld(app.ErasureReport{Erased: consent.Erased{Rekeyed: now}, Backups: []app.ErasedBackup{
		{Backup: app.Backup{Path: "/home/nora/a", Made: now}, Former: true}, {Backup: app.Backup{Path: "/home/nora/b", Made: now}, Former: true}}})
	f.opens = map[string]string{"/home/nora/b": "five"}
	run(t, f, narrowSize, func(r *rig) {
		shred(r)
		r.press("All anew")
		r.write(opensFormer)
		r.key(fyne.KeyReturn)
		r.says("1 backup is to be made anew.", "That doesn't open the vault.")
		r.write("five")
		r.key(fyne.KeyReturn)
		r.says("No backup")
		r.silent("That doesn't open the vault.", "isn't there any more")
		if calls := slices.DeleteFunc(slices.Clone(f.calls), func(c string) bool { return !strings.HasPrefix(c, "clean ") }); !slices.Equal(calls, []string{"clean /home/nora/a false", "clean /home/nora/b false"}) {
			t.Errorf("calls %q", calls)
		}
	})
}

// TestWhatOpenedABackupIsNotKept: an entry that is left holds nothing.
func TestWhatOpenedABackupIsNotKept(t *testing.T) {
	for name, leave := range map[string]func(r *rig){
		"cancel": func(r *rig) { r.press("Cancel") },
		"back":   func(r *rig) { r.screen.Back(); r.settle() },
	} {
		t.Run(name, func(t *testing.T) {
			f := erasedOld(app.ErasureReport{Erased: consent.Erased{Rekeyed: now}, Backups: []app.ErasedBackup{{Backup: app.Backup{Path: "/home/nora/a", Made: now}, Former: true}}})
			run(t, f, narrowSize, func(r *rig) {
				shred(r)
				r.press("Make anew")
				r.write(opensFormer)
				typed := reflect.ValueOf(r.window.Canvas().Focused()).Elem().FieldByName("Text") // of the field itself, which the page drops
				if typed.String() != opensFormer {
					t.Fatalf("typed is %q", typed)
				}
				leave(r)
				if typed.String() != "" {
					t.Error("it is still there")
				}
			})
		})
	}
}
