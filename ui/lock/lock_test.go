package lock_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/lock"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

var (
	wide   = fyne.NewSize(1280, 800)
	narrow = fyne.NewSize(800, 560)
)

// fake is a vault with one passphrase and one recovery key, and a keyring that may open it.
type fake struct {
	block    chan struct{} // nil: answers at once
	err      error         // in place of the answer
	tried    int
	opened   int
	restored int

	keyringOnly bool
	ring        bool // there is a slot for the keyring
	now         bool // and it may be used now
	ringErr     error
	ringBlock   chan struct{}
	asked       int
	fresh       bool // the program starts
	locked      *lastLock
	looked      time.Time
	vaults      []app.VaultEntry
	chosen      []string
}

type lastLock struct {
	cause app.LockCause
	after time.Duration
}

func (f *fake) Ways(context.Context) (app.Ways, error) {
	return app.Ways{Passphrase: !f.keyringOnly, Keyring: f.ring, KeyringNow: f.now}, nil
}

func (f *fake) UnlockWithKeyring(ctx context.Context) error {
	f.asked++
	if f.ringBlock != nil {
		select {
		case <-f.ringBlock:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return f.ringErr
}

func (f *fake) LastLock() (app.LockCause, time.Duration, bool) {
	if f.locked == nil {
		return 0, 0, false
	}
	return f.locked.cause, f.locked.after, true
}

func (f *fake) LastLooked() (time.Time, bool) { return f.looked, !f.looked.IsZero() }

func (f *fake) Vaults() ([]app.VaultEntry, error) {
	if f.vaults == nil {
		return []app.VaultEntry{{Current: true}}, nil
	}
	return f.vaults, nil
}

func (f *fake) Choose(name string) error {
	if name == ".." {
		return fault.New(fault.BadName, "choose", errors.New("x"))
	}
	f.chosen = append(f.chosen, name)
	return nil
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
		return lock.New(f, r.voice, r.desk, lock.Go{
			Opened: func() { f.opened++ }, Chosen: func() {}, Restore: func() { f.restored++ }, Trouble: trouble, Fresh: f.fresh,
		})
	}
}

// states are the faces of the lock, each as a story that leads there.
var states = map[string]struct {
	fake  fake
	story func(r *rig, f *fake)
}{
	"fresh": {fake{}, func(*rig, *fake) {}},
	"idle":  {fake{ring: true, locked: &lastLock{app.ByIdling, 5 * time.Minute}}, func(r *rig, _ *fake) { r.write("seven77") }},
	"wrong": {fake{ring: true, now: true, locked: &lastLock{app.ByScreen, 0}}, func(r *rig, _ *fake) { r.write("wrong"); r.key(fyne.KeyReturn) }},
	"opening": {fake{}, func(r *rig, f *fake) {
		f.block = make(chan struct{})
		r.write(passphrase)
		r.key(fyne.KeyReturn)
		r.later(300 * time.Millisecond)
	}},
	"waiting": {fake{ring: true, now: true}, func(r *rig, f *fake) {
		f.ringBlock = make(chan struct{})
		r.press("Use the keyring")
		r.later(8 * time.Second)
	}},
	"slow":     {fake{ring: true, now: true, ringErr: shut("keyring.slow")}, func(r *rig, _ *fake) { r.press("Use the keyring") }},
	"missing":  {fake{ring: true, now: true, ringErr: shut("keyring.missing")}, func(r *rig, _ *fake) { r.press("Use the keyring") }},
	"damaged":  {fake{err: fault.New(fault.VaultDamaged, "open", errors.New("x"))}, openTry},
	"newer":    {fake{err: fault.New(fault.VaultNewer, "open", errors.New("x"))}, openTry},
	"foreign":  {fake{err: fault.New(fault.VaultForeign, "open", errors.New("x"))}, openTry},
	"disk":     {fake{err: fault.New(fault.DiskFailed, "open", errors.New("x"))}, openTry},
	"keyring":  {fake{keyringOnly: true, ring: true, now: true, locked: &lastLock{app.ByPerson, 0}}, func(*rig, *fake) {}},
	"recovery": {fake{}, func(r *rig, _ *fake) { r.press("Recovery key"); r.write("7qk4 m2xr") }},
	"vaults":   {fake{vaults: []app.VaultEntry{{Current: true}, {Name: "Nora"}, {Name: "Before restore 2026-11-20 10.02.11", Aside: true}}}, func(r *rig, _ *fake) { r.press("First vault. Another vault") }},
}

func openTry(r *rig, _ *fake) { r.write(passphrase); r.key(fyne.KeyReturn) }

func shut(reason string) error {
	return fault.Because(fault.KeyringLocked, reason, "ask the keyring", errors.New("x"))
}

// later lets time pass.
func (r *rig) later(d time.Duration) {
	for left := d; left > 0; left -= 100 * time.Millisecond {
		time.Sleep(100 * time.Millisecond) // the story's own time
		r.settle()
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
		want := []string{"an entry", "an entry", "Open", "Recovery key", "Another vault"} // the second is the eye
		if got := r.tabs(5); !slices.Equal(got, want) {
			t.Errorf("Tab goes %q", got)
		}
	})
}

func TestTheEyeShowsWhatIsTyped(t *testing.T) {
	f := &fake{}
	play(t, f, nil, func(r *rig) {
		r.write("lamp")
		r.silent("lamp")
		r.window.Canvas().FocusNext()
		r.key(fyne.KeySpace)
		r.says("lamp")
		r.press("Recovery key")
		r.write("7qk4") // another secret is hidden again
		r.silent("7qk4")
	})
}

func TestItSaysWhatLockedIt(t *testing.T) {
	for name, c := range map[string]struct {
		locked *lastLock
		says   string
	}{
		"at the start nothing did": {nil, "The keys are out of memory. Only you can open it."},
		"after a minute away":      {&lastLock{app.ByIdling, time.Minute}, "1 minute without you. The keys are out of memory."},
		"after five":               {&lastLock{app.ByIdling, 5 * time.Minute}, "5 minutes without you. The keys are out of memory."},
		"with the screen":          {&lastLock{app.ByScreen, time.Minute}, "Locked with the screen."},
		"before sleep":             {&lastLock{app.BySleep, time.Minute}, "Locked before the computer slept."},
		"by the person":            {&lastLock{app.ByPerson, time.Minute}, "You locked it."},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, &fake{locked: c.locked}, nil, func(r *rig) { r.says(c.says) })
		})
	}
}

func TestItSaysWhenCofferLastLooked(t *testing.T) {
	var f fake
	play(t, &f, nil, func(r *rig) { r.silent("Last looked"); r.says("Nothing is read or written while it’s locked.") })
	f.looked = time.Date(2020, time.November, 20, 21, 47, 0, 0, time.Local)
	play(t, &f, nil, func(r *rig) {
		r.says("Last looked at your banks 20 Nov 2020 21:47. Nothing is read or written while it’s locked.")
		r.tidy()
	})
}

func TestRestoringIsOfferedWhereItHelps(t *testing.T) {
	for kind, offered := range map[fault.Kind]bool{fault.VaultDamaged: true, fault.VaultMissing: true, fault.WrongPassphrase: false, fault.VaultNewer: false, fault.DiskFailed: false} {
		f := &fake{err: fault.New(kind, "open", errors.New("x"))}
		play(t, f, nil, func(r *rig) {
			r.silent("Restore from a backup")
			openTry(r, f)
			if !offered {
				r.silent("Restore from a backup")
				return
			}
			r.press("Restore from a backup")
			if f.restored != 1 {
				t.Error("nothing happened")
			}
		})
	}
}

func TestAVaultIsChosenOrBegun(t *testing.T) {
	f := &fake{vaults: []app.VaultEntry{{}, {Name: "Nora", Current: true}}}
	play(t, f, nil, func(r *rig) {
		r.write("half a pass")
		r.press("Nora. Another vault")
		r.press("First vault")
		r.key(fyne.KeyEscape)
		r.says("Coffer is locked")
		if r.typed() != 0 {
			t.Error("what was typed is still there")
		}
		r.press("Nora. Another vault")
		r.window.Canvas().FocusNext()
		r.window.Canvas().FocusNext()
		r.window.Canvas().FocusNext()
		r.write("..")
		r.key(fyne.KeyReturn)
		r.says("A vault can't have that name.")
		r.key(fyne.KeyBackspace, fyne.KeyBackspace)
		r.write("Tom")
		r.press("Make")
		if want := []string{"", "Tom"}; !slices.Equal(f.chosen, want) {
			t.Errorf("chosen %q", f.chosen)
		}
	})
}
