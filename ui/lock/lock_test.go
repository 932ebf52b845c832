package lock_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/lock"
	"coffer/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

var (
	wide   = fyne.NewSize(1280, 800)
	narrow = fyne.NewSize(800, 560)
)

// fake is a vault with one passphrase and one recovery key.
type fake struct {
	block  chan struct{} // nil: answers at once
	err    error         // in place of the answer
	tried  int
	opened int
}

const (
	passphrase = "lamp river tin oak"
	recovery   = "7QK4 M2XR"
)

func (f *fake) Unlock(ctx context.Context, typed secret.Text) error {
	return f.answer(ctx, typed, passphrase)
}

func (f *fake) UnlockWithRecovery(ctx context.Context, typed secret.Text) error {
	return f.answer(ctx, typed, recovery)
}

func (f *fake) answer(ctx context.Context, typed secret.Text, right string) error {
	f.tried++
	if f.block != nil {
		select {
		case <-f.block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	switch {
	case f.err != nil:
		return f.err
	case !typed.Equal(secret.New(right)):
		return fault.New(fault.WrongPassphrase, "open the vault", errors.New("no slot opens"))
	}
	return nil
}

func play(t *testing.T, f *fake, trouble error, story func(r *rig)) {
	t.Helper()
	stage{size: wide, make: screenOf(f, trouble)}.run(t, story)
}

func screenOf(f *fake, trouble error) func(*rig) screen {
	return func(r *rig) screen {
		return lock.New(f, r.voice, r.desk, lock.Go{Opened: func() { f.opened++ }, Trouble: trouble})
	}
}

// TestPictures draws the lock in both modes. COFFER_GALLERY keeps the pictures.
func TestPictures(t *testing.T) {
	for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		for size, where := range map[fyne.Size]string{wide: "", narrow: "-narrow"} {
			t.Run(word+where, func(t *testing.T) {
				f := &fake{}
				stage{size: size, mode: mode, make: screenOf(f, nil)}.run(t, func(r *rig) {
					r.tidy()
					r.keep("lock-" + word + where)
					r.write("wrong")
					r.key(fyne.KeyReturn)
					r.tidy()
					r.keep("lock-wrong-" + word + where)
					f.err = fault.New(fault.VaultDamaged, "open the vault", errors.New("x"))
					r.press("Recovery key")
					r.write("7qk4 m2xr")
					r.key(fyne.KeyReturn)
					r.tidy()
					r.keep("lock-damaged-" + word + where)
				})
			})
		}
	}
}

// typed counts the dots of what is typed.
func (r *rig) typed() int {
	for _, line := range r.lines() {
		if strings.Trim(line, "•") == "" {
			return strings.Count(line, "•")
		}
	}
	return 0
}

func TestTheRightPassphraseOpensAndLeavesNothingTyped(t *testing.T) {
	f := &fake{}
	play(t, f, nil, func(r *rig) {
		r.write(passphrase) // the entry has the keyboard from the start
		if r.typed() != len(passphrase) {
			t.Fatalf("%d letters are typed", r.typed())
		}
		r.key(fyne.KeyReturn)
		if f.opened != 1 || r.typed() != 0 {
			t.Errorf("opened %d times, %d letters left", f.opened, r.typed())
		}
		r.press("Open")
		if f.tried != 1 {
			t.Error("an empty entry was tried")
		}
	})
}

func TestAWrongPassphraseStaysSelected(t *testing.T) {
	f := &fake{}
	play(t, f, nil, func(r *rig) {
		r.write("wrong one")
		r.press("Open")
		r.says("That doesn't open the vault. Nothing was changed.")
		focused, ok := r.window.Canvas().Focused().(interface{ SelectedText() string })
		if !ok || focused.SelectedText() == "" || f.opened != 0 {
			t.Fatalf("focused %v, opened %d", ok, f.opened)
		}
		r.write("l") // what was selected is replaced
		if r.typed() != 1 {
			t.Errorf("%d letters after typing over", r.typed())
		}
	})
}

func TestOpeningDoesNotBlockTheWindow(t *testing.T) {
	f := &fake{}
	play(t, f, nil, func(r *rig) {
		f.block = make(chan struct{}) // of this story's own time
		r.write(passphrase)
		r.key(fyne.KeyReturn)
		r.says("Opening")
		r.press("Opening")
		r.key(fyne.KeyReturn)
		if f.tried != 1 {
			t.Errorf("tried %d times", f.tried)
		}
		close(f.block)
		r.settle()
		if f.opened != 1 {
			t.Error("not opened")
		}
	})
}

func TestTheRecoveryKeyOpensToo(t *testing.T) {
	f := &fake{}
	play(t, f, nil, func(r *rig) {
		r.write("half a passphrase")
		r.press("Recovery key")
		if r.typed() != 0 {
			t.Error("the passphrase stands in the entry for the recovery key")
		}
		r.says("Recovery key, 32 letters and digits.")
		r.key(fyne.KeyEscape)
		r.says("Opening takes about a second")
		r.press("Recovery key")
		r.write(recovery)
		r.key(fyne.KeyReturn)
		if f.opened != 1 {
			t.Error("not opened")
		}
	})
}

func TestEachTroubleHasItsSentence(t *testing.T) {
	said := map[string]fault.Kind{}
	for _, kind := range []fault.Kind{fault.WrongPassphrase, fault.VaultInUse, fault.VaultDamaged, fault.VaultNewer, fault.VaultForeign, fault.KeyringLocked, fault.DiskFailed} {
		f := &fake{}
		play(t, f, fault.New(kind, "look at the vault", errors.New("cause-of-it")), func(r *rig) {
			r.tidy()
			r.silent("cause-of-it")
			text := strings.Join(r.lines(), " ")
			if other, twice := said[text]; twice {
				t.Errorf("%d and %d look the same", kind, other)
			}
			said[text] = kind
			r.write(passphrase)
			r.key(fyne.KeyReturn)
			if f.opened != 1 {
				t.Errorf("%d: the passphrase isn't tried", kind)
			}
		})
	}
}

func TestAMessageMovesNothingAboveIt(t *testing.T) {
	play(t, &fake{}, nil, func(r *rig) {
		at := func(text string) (p fyne.Position) {
			r.walk(func(d drawn) {
				if line, ok := d.CanvasObject.(*canvas.Text); ok && line.Text == text {
					p = d.at
				}
			})
			return p
		}
		title, button := at("Coffer is locked"), at("Recovery key")
		r.write("wrong")
		r.key(fyne.KeyReturn)
		if at("Coffer is locked") != title || at("Recovery key") != button {
			t.Errorf("moved from %v and %v to %v and %v", title, button, at("Coffer is locked"), at("Recovery key"))
		}
	})
}

func TestTabReachesEverything(t *testing.T) {
	play(t, &fake{}, nil, func(r *rig) {
		want := []string{"an entry", "Open", "Recovery key"}
		if got := r.tabs(3); !slices.Equal(got, want) {
			t.Errorf("Tab goes %q", got)
		}
	})
}
