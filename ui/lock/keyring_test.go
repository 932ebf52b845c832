package lock_test

import (
	"strings"
	"testing"
	"time"

	"coffer/app"

	"fyne.io/fyne/v2"
)

func TestTheKeyringIsAskedByItselfOnlyAtTheStart(t *testing.T) {
	for name, c := range map[string]struct {
		fake  fake
		asked int
	}{
		"the program starts":              {fake{fresh: true, ring: true, now: true}, 1},
		"it was locked since":             {fake{ring: true, now: true}, 0},
		"it may not answer now":           {fake{fresh: true, ring: true}, 0},
		"there is none":                   {fake{fresh: true}, 0},
		"the keyring alone, after a lock": {fake{keyringOnly: true, ring: true, now: true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, &c.fake, nil, func(r *rig) {
				if c.fake.asked != c.asked || c.fake.opened != c.asked {
					t.Errorf("asked %d times, opened %d", c.fake.asked, c.fake.opened)
				}
			})
		})
	}
}

func TestASlowKeyringIsCountedAndBlocksNothing(t *testing.T) {
	f := &fake{ring: true, now: true}
	play(t, f, nil, func(r *rig) {
		f.ringBlock = make(chan struct{})
		r.press("Use the keyring")
		r.says("Waiting for the keyring")
		r.later(8 * time.Second)
		r.says("Waiting for the keyring, 8 s")
		r.press("Use the keyring") // once is enough
		r.write(passphrase)
		r.key(fyne.KeyReturn)
		if f.opened != 1 || f.asked != 1 {
			t.Fatalf("opened %d, asked %d", f.opened, f.asked)
		}
		r.leave() // as the frame does when it shows what was opened
		close(f.ringBlock)
		r.settle()
		if f.opened != 1 {
			t.Error("a late keyring opened once more")
		}
	})
}

func TestAKeyringThatIsFasterEndsTheTry(t *testing.T) {
	f := &fake{ring: true, now: true}
	play(t, f, nil, func(r *rig) {
		f.err = app.ErrOpen
		r.write(passphrase)
		r.key(fyne.KeyReturn)
		if f.opened != 1 {
			t.Errorf("opened %d", f.opened)
		}
	})
}

func TestEachReasonOfAKeyringHasItsSentenceAndAWayIn(t *testing.T) {
	said := map[string]string{}
	for _, reason := range []string{"keyring.absent", "keyring.locked", "keyring.missing", "keyring.wrong", "keyring.slow", "keyring.asked"} {
		for _, alone := range []bool{false, true} {
			f := &fake{ring: true, now: true, keyringOnly: alone, ringErr: shut(reason)}
			play(t, f, nil, func(r *rig) {
				r.press("Use the keyring")
				r.tidy()
				text := strings.Join(r.lines(), " ")
				if other, twice := said[text]; twice {
					t.Errorf("%s and %s look the same", reason, other)
				}
				said[text] = reason
				if alone {
					r.says("Your recovery key opens the vault.")
					r.silent("passphrase opens")
					r.press("Recovery key")
					r.write(recovery)
				} else {
					r.says("Your passphrase opens the vault.")
					r.write(passphrase)
				}
				r.key(fyne.KeyReturn)
				if f.opened != 1 {
					t.Errorf("%s: no other way in", reason)
				}
			})
		}
	}
}

func TestAfterALockTheKeyringIsOffAndSaysWhy(t *testing.T) {
	f := &fake{ring: true, locked: &lastLock{app.ByPerson, 0}}
	play(t, f, nil, func(r *rig) {
		r.says("After a lock the passphrase is asked, not the keyring.")
		r.press("Use the keyring")
		if f.asked != 0 {
			t.Error("it was asked")
		}
	})
}

func TestWhereTheKeyringAloneOpensThereIsNoEntry(t *testing.T) {
	f := &fake{ring: true, now: true, keyringOnly: true}
	play(t, f, nil, func(r *rig) {
		r.says("There is no passphrase.")
		r.key(fyne.KeyReturn) // the button has the keyboard
		if f.asked != 1 || f.opened != 1 {
			t.Errorf("asked %d, opened %d", f.asked, f.opened)
		}
	})
}
