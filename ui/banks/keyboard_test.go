package banks_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// focused is what has the keyboard, the words on it, and where it is drawn.
func (r *rig) focused() (words string, top, foot float32) {
	r.t.Helper()
	o, ok := r.window.Canvas().Focused().(fyne.CanvasObject)
	if !ok {
		return "", 0, 0
	}
	for _, h := range part.Handles(o) {
		words = h.Words
	}
	top = fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y
	return words, top, top + o.Size().Height
}

// focusOn gives the keyboard to the nth part with these words, as Tab would.
func (r *rig) focusOn(text string, nth int) {
	r.t.Helper()
	r.window.Canvas().Focus(r.find(text, nth).(fyne.Focusable))
}

func TestTabBringsWhatItReachesIntoSight(t *testing.T) {
	for name, size := range map[string]fyne.Size{"wide": wideSize, "narrow": narrowSize} {
		t.Run(name, func(t *testing.T) {
			run(t, many(), size, func(r *rig) {
				seen := map[string]bool{}
				for i := range 60 {
					test.FocusNext(r.window.Canvas())
					words, top, foot := r.focused()
					if seen[words] = true; top < 0 || foot > size.Height {
						t.Fatalf("after %d tabs %q is drawn from %.0f to %.0f, of %.0f", i+1, words, top, foot, size.Height)
					}
				}
				if !seen["Revoke"] || !seen["Add a bank"] {
					t.Errorf("Tab reached %v", seen)
				}
			})
		})
	}
}

func TestArrowsWalkTheWholeGallery(t *testing.T) {
	run(t, files(t), wideSize, func(r *rig) {
		r.screen.AddBank()
		r.settle()
		for range 30 {
			r.key(fyne.KeyDown)
		}
		r.says("You download a file at your bank’s own page")
		if at := r.top("OFX or QFX. No connection"); at < 0 || at > wideSize.Height-30 {
			t.Errorf("what is chosen last stands at %.0f of %.0f", at, wideSize.Height)
		}
		for range 30 {
			r.key(fyne.KeyUp)
		}
		if at := r.top("You sign in at the bank"); at < 0 || at > wideSize.Height {
			t.Errorf("what is chosen first stands at %.0f", at)
		}
	})
}

func TestArrowsWalkTheGalleryOfANarrowWindow(t *testing.T) {
	run(t, files(t), narrowSize, func(r *rig) {
		r.screen.AddBank()
		r.settle()
		for range 3 {
			r.key(fyne.KeyDown)
		}
		r.silent("Who sees your data on the way")
		words, _, _ := r.focused()
		for range 20 {
			r.key(fyne.KeyDown)
		}
		if _, top, foot := r.focused(); top < 0 || foot > narrowSize.Height {
			t.Errorf("the last is drawn from %.0f to %.0f", top, foot)
		}
		for range 30 {
			r.key(fyne.KeyUp)
		}
		r.write("star")
		r.says("Starling")
		r.silent("Monzo")
		for range "star" {
			r.key(fyne.KeyBackspace)
		}
		for range 3 {
			r.key(fyne.KeyDown)
		}
		if again, _, _ := r.focused(); words == "" || again != words {
			t.Errorf("the third row is %q, then %q", words, again)
		}
		r.key(fyne.KeyReturn)
		r.says("Who sees your data on the way", words)
	})
}

func TestARefreshLeavesTheKeyboardWhereItWas(t *testing.T) {
	f := full()
	run(t, f, wideSize, func(r *rig) {
		r.focusOn("Renew", 2)
		f.changed()
		r.settle()
		if words, _, _ := r.focused(); words != "Renew" {
			t.Fatalf("%q has the keyboard, want Renew", words)
		}
		r.key(fyne.KeyReturn)
		r.says("Renew Northlight Bank")
		r.screen.Back()
		r.settle()
		r.focusOn("Refresh", 2)
		f.setState("north", consent.RevokePending)
		f.changed()
		r.settle()
		if words, _, _ := r.focused(); words != "" {
			t.Errorf("Refresh is gone from the card, and %q has the keyboard", words)
		}
	})
}

func TestPageKeysScrollAReceipt(t *testing.T) {
	run(t, full(), narrowSize, func(r *rig) {
		r.press("Receipt")
		if at := r.top("Revocation receipt"); at < narrowSize.Height {
			t.Fatalf("the receipt stands at %.0f before anything is scrolled", at)
		}
		r.key(fyne.KeyEnd)
		if at := r.top("Done"); at > narrowSize.Height {
			t.Errorf("after End, Done stands at %.0f of %.0f", at, narrowSize.Height)
		}
		r.key(fyne.KeyHome)
		if at := r.top("Revoked, and proved"); at < 0 {
			t.Errorf("after Home, the title stands at %.0f", at)
		}
	})
}

func TestACardShowsSixAccountsAndTheRestWhenAsked(t *testing.T) {
	l := linkView("north", "Northlight Bank", consent.Active, now.Add(500*24*time.Hour))
	for i := range 20 {
		l.Accounts = append(l.Accounts, account(fmt.Sprint("a", i), "north", fmt.Sprint("Pot ", i), fmt.Sprint(4000+i)))
	}
	l.Granted = now
	run(t, &fake{links: []app.LinkView{l}}, wideSize, func(r *rig) {
		r.says("1 link, 20 accounts", "Pot 5 ·· 4005", "14 more", "for 500 days")
		r.silent("Pot 6", "for 1 year")
		r.focusOn("14 more", 0)
		r.key(fyne.KeyReturn)
		r.says("Pot 6 ·· 4006", "Pot 19 ·· 4019")
		r.silent("14 more")
		r.key(fyne.KeyReturn)
		if r.register != ledger.AccountID("a6") {
			t.Errorf("Enter after that opens the register of %q, want the first that was not shown", r.register)
		}
	})
}

func TestABanksNameTakesTheRoomThatTheCardHas(t *testing.T) {
	f := &fake{links: []app.LinkView{linkView("long", longBank, consent.Active, now.Add(300*24*time.Hour))}}
	run(t, f, narrowSize, func(r *rig) {
		r.within(narrowSize.Width)
		if !containsLine(r.words(), longBank) {
			t.Errorf("the name is cut where there is room:\n%s", r.words())
		}
	})
	run(t, f, wideSize, func(r *rig) {
		r.within(wideSize.Width)
		r.says("Raiffeisenbank Südöstliche Steiermark und Wechselg…", "Healthy", "None read yet")
	})
}

func TestActsThatTakeTurnsHandOnTheKeyboard(t *testing.T) {
	f := full()
	f.refresh = func(ctx context.Context, _ consent.LinkID) (app.Refreshed, error) {
		<-ctx.Done()
		return app.Refreshed{}, ctx.Err()
	}
	run(t, f, wideSize, func(r *rig) {
		has := func(want string) {
			t.Helper()
			if words, _, _ := r.focused(); words != want {
				t.Errorf("%q has the keyboard, want %q", words, want)
			}
		}
		r.focusOn("Refresh", 2)
		r.key(fyne.KeyReturn)
		r.says("Reading")
		has("Cancel")
		r.key(fyne.KeyReturn)
		r.silent("Reading")
		has("Refresh")
		r.focusOn("Revoke", 2)
		r.key(fyne.KeyReturn)
		has("Keep")
		r.key(fyne.KeyEscape)
		has("Revoke")
		if n := f.called("revoke north"); n != 0 {
			t.Errorf("revoked %d times", n)
		}
	})
}

func TestDigitsStandAfterANameThatRunsFromTheRight(t *testing.T) {
	run(t, many(), wideSize, func(r *rig) {
		r.says("בנק הפועלים בע״מ סניף ירושלים…\u200e ·· 1100", "Kestrel ·· 1004")
	})
}
