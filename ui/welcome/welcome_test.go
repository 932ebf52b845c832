package welcome_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
	"coffer/ui/part"
	"coffer/ui/welcome"

	"fyne.io/fyne/v2"
)

var (
	wide   = fyne.NewSize(1280, 800)
	narrow = fyne.NewSize(800, 560)
)

const passphrase = "lamp river tin oak moss"

// fake is a set-up with a real recovery key.
type fake struct {
	key       *app.RecoveryKey
	err       error
	block     chan struct{} // nil, or SetUp waits until it is closed
	setUps    int
	reissued  int
	confirmed bool

	ring      error         // why there is no keyring
	ringBlock chan struct{} // nil, or asking for it waits until it is closed
	chosen    app.Locking
	name      string
	synced    string
}

// recoveryKey is made once, as the vault makes it: that takes a while, on purpose.
var recoveryKey = sync.OnceValues(func() (*app.RecoveryKey, error) {
	dir, err := os.MkdirTemp("", "coffer-welcome-")
	if err != nil {
		return nil, err
	}
	v, key, err := vault.Create(dir, secret.New(passphrase), vault.Options{})
	if err != nil {
		return nil, err
	}
	return key, errors.Join(v.Close(), os.RemoveAll(dir))
})

// newFake runs before the story's own time begins.
func newFake(t *testing.T) *fake {
	t.Helper()
	key, err := recoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	return &fake{key: key}
}

func (f *fake) KeyringAvailable(ctx context.Context) error {
	if f.ringBlock != nil {
		select {
		case <-f.ringBlock:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return f.ring
}

func (f *fake) VaultName() string    { return f.name }
func (f *fake) DataSyncedBy() string { return f.synced }

func (f *fake) SetUpWith(ctx context.Context, l app.Locking) (*app.RecoveryKey, error) {
	f.setUps++
	f.chosen = l
	if f.block != nil {
		select {
		case <-f.block:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if f.err == nil && !l.Passphrase.Equal(secret.New(passphrase)) && !(l.Keyring && l.Passphrase.Empty()) {
		return nil, errors.New("another passphrase came")
	}
	return f.key, f.err
}

func (f *fake) NewRecovery(context.Context) (*app.RecoveryKey, error) {
	f.reissued++
	return f.key, f.err
}

func (f *fake) ConfirmRecovery(_ context.Context, key *app.RecoveryKey, typed [8]string) error {
	for i, group := range typed {
		if !key.MatchGroup(i, group) {
			return fault.New(fault.WrongPassphrase, "confirm", errors.New("a group does not match"))
		}
	}
	f.confirmed = f.err == nil
	return f.err
}

func (f *fake) Demo() bool { return false }

type heard struct{ calls []string }

func (h *heard) note(what string) func() { return func() { h.calls = append(h.calls, what) } }

func screenOf(f *fake, h *heard, resume bool) func(*rig) screen {
	return func(r *rig) screen {
		return welcome.New(f, r.voice, r.desk, welcome.Go{
			Done: h.note("done"), AddBank: h.note("add bank"), Import: h.note("import"), Resume: resume, Restore: h.note("restore"),
			Demo: func() error { h.note("demo")(); return errors.New("no program") },
		})
	}
}

func play(t *testing.T, f *fake, story func(r *rig)) {
	t.Helper()
	stage{size: wide, make: screenOf(f, &heard{}, false)}.run(t, story)
}

// toKey walks to the page that shows the key, toTyping to the one that asks for it.
func toKey(r *rig) {
	r.write(passphrase)
	r.key(fyne.KeyReturn)
	r.write(passphrase)
	r.key(fyne.KeyReturn)
}

func toTyping(r *rig) {
	toKey(r)
	r.press("I wrote it on paper")
}

func TestStrengthIsSaidInWords(t *testing.T) {
	play(t, newFake(t), func(r *rig) {
		r.says("At least 10 characters.")
		r.write("lamp")
		r.says("Too short: at least 10 characters")
		r.write(passphrase[4:])
		r.says("Strong")
		r.silent("Too short")
	})
}

func TestAWeakPassphraseMakesNoVault(t *testing.T) {
	f := newFake(t)
	play(t, f, func(r *rig) {
		r.write("aaaaaaaaaaaa")
		r.key(fyne.KeyReturn)
		r.write("aaaaaaaaaaaa")
		r.key(fyne.KeyReturn)
		r.press("Make the vault")
		if f.setUps != 0 {
			t.Error("the vault was made")
		}
		r.says("Too easy to guess")
	})
}

func TestTheTwoMustBeTheSame(t *testing.T) {
	f := newFake(t)
	play(t, f, func(r *rig) {
		r.write(passphrase)
		r.key(fyne.KeyReturn)
		r.write("something else")
		r.key(fyne.KeyReturn)
		r.says("The two differ.")
		if f.setUps != 0 {
			t.Error("the vault was made")
		}
		r.write(passphrase) // over the selected one
		r.silent("The two differ.")
		r.key(fyne.KeyReturn)
		r.says("Write down the recovery key")
		if f.setUps != 1 {
			t.Errorf("%d vaults", f.setUps)
		}
	})
}

func TestThePassphraseLeavesTheEntries(t *testing.T) {
	f := newFake(t)
	var entries []interface{ Text() string }
	play(t, f, func(r *rig) {
		r.walk(func(d drawn) {
			if e, ok := d.CanvasObject.(interface{ Text() string }); ok {
				if _, types := d.CanvasObject.(interface{ SelectAll() }); types {
					entries = append(entries, e)
				}
			}
		})
		toKey(r)
		if len(entries) != 2 {
			t.Fatalf("%d entries", len(entries))
		}
		for i, e := range entries {
			if e.Text() != "" {
				t.Errorf("entry %d still holds the passphrase", i)
			}
		}
	})
}

func TestMakingTheVaultDoesNotBlockTheWindow(t *testing.T) {
	f := newFake(t)
	play(t, f, func(r *rig) {
		f.block = make(chan struct{})
		toKey(r)
		r.says("Making the vault")
		r.key(fyne.KeyReturn)
		if f.setUps != 1 {
			t.Errorf("%d vaults", f.setUps)
		}
		close(f.block)
		r.settle()
		r.says("Write down the recovery key")
	})
}

func TestAFailureIsToldInPlace(t *testing.T) {
	f := newFake(t)
	f.err = fault.New(fault.DiskFull, "make", errors.New("cause-of-it"))
	play(t, f, func(r *rig) {
		toKey(r)
		r.says("The disk is full.", "Choose a passphrase")
		r.silent("cause-of-it")
		f.err = nil
		r.press("Make the vault")
		r.says("Write down the recovery key")
	})
}

func TestTheKeyIsTypedBackGroupByGroup(t *testing.T) {
	f := newFake(t)
	groups := f.key.Groups()
	play(t, f, func(r *rig) {
		toKey(r)
		r.says(groups[:]...)
		r.press("I wrote it on paper")
		r.silent(groups[:]...)
		r.says("0 of 8 groups right")
		r.press("Continue")
		if f.confirmed {
			t.Error("went on with nothing typed")
		}
		r.write(strings.ToLower(groups[0]))
		r.says("1 of 8 groups right")
		r.write("UUUU")
		r.says("Group 2 doesn’t match your key.", "1 of 8 groups right")
		r.key(fyne.KeyBackspace)
		r.silent("doesn’t match")
		r.key(fyne.KeyBackspace, fyne.KeyBackspace, fyne.KeyBackspace, fyne.KeyBackspace) // the last one goes back
		r.key(fyne.KeyBackspace)
		r.says("0 of 8 groups right")
		r.write(groups[0][3:])
		for _, group := range groups[1:] {
			r.write(group)
		}
		r.says("8 of 8 groups right")
		r.press("Continue")
		r.says("Your vault is ready and sealed")
		r.silent(groups[:]...)
		if !f.confirmed {
			t.Error("not confirmed")
		}
	})
}

func TestLettersThatLookLikeDigitsCount(t *testing.T) {
	f := newFake(t)
	kindly := strings.NewReplacer("0", "O", "1", "l")
	play(t, f, func(r *rig) {
		toTyping(r)
		for i, group := range f.key.Groups() {
			r.write(kindly.Replace(group))
			r.says(r.voice.T("x", "{{.N}} of 8 groups right", "N", i+1))
		}
	})
}

func TestTheKeyCanBeShownAgain(t *testing.T) {
	f := newFake(t)
	play(t, f, func(r *rig) {
		toTyping(r)
		r.press("Show the key again")
		groups := f.key.Groups()
		r.says(groups[:]...)
	})
}

func TestASetUpThatWasLeftIsResumedWithANewKey(t *testing.T) {
	f := newFake(t)
	stage{size: wide, make: screenOf(f, &heard{}, true)}.run(t, func(r *rig) {
		groups := f.key.Groups()
		r.says(groups[:]...)
		r.silent("Choose a passphrase")
		if f.reissued != 1 || f.setUps != 0 {
			t.Errorf("%d new keys, %d vaults", f.reissued, f.setUps)
		}
	})
	f.err = fault.New(fault.DiskFailed, "make a key", errors.New("x"))
	stage{size: wide, make: screenOf(f, &heard{}, true)}.run(t, func(r *rig) {
		r.says("The disk refused")
		f.err = nil
		r.press("Try again")
		r.says("Write down the recovery key")
	})
}

func TestTheWaysToBegin(t *testing.T) {
	f, h := newFake(t), &heard{}
	stage{size: wide, make: screenOf(f, h, false)}.run(t, func(r *rig) {
		toTyping(r)
		for _, group := range f.key.Groups() {
			r.write(group)
		}
		r.press("Continue")
		r.press("Choose")
		r.press("Choose file")
		r.press("Open demo")
		r.says("Something went wrong inside Coffer.")
		r.press("Look around first")
		if want := []string{"add bank", "import", "demo", "done"}; !slices.Equal(h.calls, want) {
			t.Errorf("heard %q", h.calls)
		}
	})
}

func TestTabReachesEverything(t *testing.T) {
	play(t, newFake(t), func(r *rig) {
		want := []string{
			"Passphrase", "The same once more", "The passphrase", "The passphrase, and this computer’s keyring once after each sign-in",
			"This computer’s keyring alone, without a passphrase", "Lock after 5 minutes without you",
			"Stay unlocked in the tray, lock with the screen, so that alerts keep coming",
		}
		if got := r.tabs(7); !slices.Equal(got, want) {
			t.Errorf("Tab goes %q", got)
		}
	})
}

func noRing(reason string) error {
	return fault.Because(fault.KeyringLocked, reason, "ask the keyring", errors.New("cause-of-it"))
}

func TestWhatOpensAndLocksTheVaultIsChosen(t *testing.T) {
	type want struct {
		keyring, passphrase bool
		after               time.Duration
	}
	for name, c := range map[string]struct {
		press []string
		want  want
		says  []string
	}{
		"by itself a passphrase and 5 minutes": {nil, want{false, true, 5 * time.Minute}, []string{"It locks with the screen and before sleep, too.", "A passphrase that only you know"}},
		"a keyring beside the passphrase": {[]string{"The passphrase, and this computer’s keyring once after each sign-in"}, want{true, true, 5 * time.Minute},
			[]string{"Anyone using your session, and any program in it, can open this.", "Passphrase and this computer’s keyring"}},
		"the keyring alone": {[]string{"This computer’s keyring alone, without a passphrase"}, want{true, false, 5 * time.Minute},
			[]string{"Anyone using your session, and any program in it, can open this. No passphrase is ever asked"}},
		"staying in the tray": {[]string{"Stay unlocked in the tray, lock with the screen, so that alerts keep coming"}, want{false, true, 0},
			[]string{"There is no tray on this desktop: closing the window ends Coffer."}},
		"and back": {[]string{"This computer’s keyring alone, without a passphrase", "The passphrase"}, want{false, true, 5 * time.Minute}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			play(t, f, func(r *rig) {
				for _, p := range c.press {
					r.press(p)
				}
				r.says(c.says...)
				if c.want.passphrase {
					for _, e := range r.entries() {
						e.SetText(passphrase)
					}
				}
				r.settle()
				r.press("Make the vault")
				r.says("Write down the recovery key")
				if got := (want{f.chosen.Keyring, !f.chosen.Passphrase.Empty(), f.chosen.After}); got != c.want {
					t.Errorf("chosen %+v", got)
				}
			})
		})
	}
}

// entries are what the passphrase is typed into.
func (r *rig) entries() (all []*part.Entry) {
	r.walk(func(d drawn) {
		if e, ok := d.CanvasObject.(*part.Entry); ok {
			all = append(all, e)
		}
	})
	return all
}

func TestAKeyringThatCantBeUsedIsNoChoiceAndSaysWhy(t *testing.T) {
	for reason, says := range map[string]string{
		"keyring.absent": "No keyring on this computer. The passphrase alone is fine.",
		"keyring.locked": "The keyring can’t be used now. The keyring is locked, or doesn’t answer as it should. The passphrase alone is fine.",
		"keyring.slow":   "The keyring can’t be used now. The keyring has not answered in time.",
	} {
		f := newFake(t)
		f.ring = noRing(reason)
		play(t, f, func(r *rig) {
			r.says(says)
			r.silent("cause-of-it")
			r.press("This computer’s keyring alone, without a passphrase")
			toKey(r)
			if f.chosen.Keyring || f.setUps != 1 {
				t.Errorf("%s: %+v", reason, f.chosen)
			}
		})
	}
}

func TestLookingForAKeyringHoldsNothingUp(t *testing.T) {
	f := newFake(t)
	play(t, f, func(r *rig) {
		f.ringBlock = make(chan struct{})
		r.screen.Show(r.t.Context())
		r.settle()
		r.says("Looking for this computer’s keyring.")
		toKey(r)
		r.says("Write down the recovery key")
		close(f.ringBlock)
	})
}

func TestAFolderThatIsSyncedIsWarnedOf(t *testing.T) {
	f := newFake(t)
	play(t, f, func(r *rig) { r.silent("copies this folder") })
	f.synced, f.name = "Dropbox", "Nora"
	play(t, f, func(r *rig) {
		r.tidy()
		r.says("Dropbox copies this folder to other computers", "This is a vault of its own, for Nora.")
	})
}

func TestABackupMayComeBackInstead(t *testing.T) {
	f, h := newFake(t), &heard{}
	stage{size: wide, make: screenOf(f, h, false)}.run(t, func(r *rig) {
		r.press("Restore from a backup")
		if !slices.Equal(h.calls, []string{"restore"}) {
			t.Errorf("heard %q", h.calls)
		}
	})
}
