package settings_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/ui/stage"

	"fyne.io/fyne/v2"
)

const better = "nine quiet oars at dawn"

func (f *fake) did(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(f.asked, want) {
		t.Errorf("it was asked %q, not %q", f.asked, want)
	}
}

func enter(r *stage.Rig, words ...string) {
	for _, w := range words {
		r.Write(w)
		r.Key(fyne.KeyReturn)
	}
}

func TestActs(t *testing.T) {
	ring := func(f *fake) { f.keys.Slots = append(f.keys.Slots, slot(app.KeyringSlot, now.UTC())) }
	locked := func(f *fake) { f.err = fault.Because(fault.KeyringLocked, "keyring.locked", "keep", errors.New("x")) }
	for name, c := range map[string]struct {
		set   func(f *fake)
		do    func(r *stage.Rig, f *fake)
		asked []string
		says  []string
	}{
		"the time until it locks holds at once": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("After 5 minutes"); r.Choose("After 1 hour"); r.Settle() },
			asked: []string{"lock after 1h0m0s"}, says: []string{"After 1 hour"},
		},
		"never by idling says what it means": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("After 5 minutes"); r.Choose("Only with the screen"); r.Settle() },
			asked: []string{"lock after 0s"}, says: []string{"stays unlocked in the tray, so that alerts keep coming"},
		},
		"how often banks are read holds at once": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("Every 6 hours"); r.Choose("Once a day"); r.Settle() },
			asked: []string{"read every 24h0m0s"}, says: []string{"Once a day", "While the vault is open, in the window or the tray"},
		},
		"never reading says what it means": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("Every 6 hours"); r.Choose("Never"); r.Settle() },
			asked: []string{"read every 0s"}, says: []string{"no alert comes before that"},
		},
		"a network that counts may be used all the same": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("Waits for you"); r.Choose("Reads anyway"); r.Settle() },
			asked: []string{"wait on metered false"}, says: []string{"Reads anyway"},
		},
		"starting at login says that it starts locked": {
			do:    func(r *stage.Rig, _ *fake) { r.Find("Turn on", 1).Tapped(nil); r.Settle() },
			asked: []string{"start at login true"}, says: []string{"It waits in the tray, locked: no bank is read before you open the vault."},
		},
		"what can't be told of the login spoils no other setting": {
			set: func(f *fake) {
				f.unseen = fault.New(fault.DiskFailed, "look how Coffer starts", errors.New("x"))
			},
			do:    func(r *stage.Rig, _ *fake) { r.Press("Every 6 hours"); r.Choose("Once a day"); r.Settle() },
			asked: []string{"read every 24h0m0s"}, says: []string{"Once a day", "Start Coffer when you log in", "Not known"},
		},
		"what can't be set up at login stays as it was": {
			set:   func(f *fake) { f.err = fault.New(fault.DiskFailed, "start", errors.New("x")) },
			do:    func(r *stage.Rig, _ *fake) { r.Find("Turn on", 1).Tapped(nil); r.Settle() },
			asked: []string{"start at login true"}, says: []string{"Turn on"},
		},
		"a changed passphrase says what the old one still opens and offers a new key": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("Change"); enter(r, passphrase, better, better) },
			asked: []string{"change"}, says: []string{"older backups still open with the old one"},
		},
		"two passphrases that differ are not sent": {
			do:   func(r *stage.Rig, _ *fake) { r.Press("Change"); enter(r, passphrase, better, better+"s") },
			says: []string{"The two differ"},
		},
		"a weak passphrase is not sent": {
			do:   func(r *stage.Rig, _ *fake) { r.Press("Change"); enter(r, passphrase, "short", "short") },
			says: []string{"Too short: at least 10 characters"},
		},
		"a wrong passphrase changes nothing": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("Change"); enter(r, "not it at all", better, better) },
			asked: []string{"change"}, says: []string{"That isn’t the passphrase of now. Nothing was changed."},
		},
		"the keyring asks for the passphrase and says who else gets in": {
			do:   func(r *stage.Rig, _ *fake) { r.Press("Turn on") },
			says: []string{"Anyone using your session, and any program in it, can open this.", "After a lock the passphrase is asked."},
		},
		"the keyring is turned on": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("Turn on"); enter(r, passphrase) },
			asked: []string{"keyring on"}, says: []string{"The keyring opens the vault from now on", "Turn off"},
		},
		"a keyring that stays shut says so": {
			set: locked, do: func(r *stage.Rig, _ *fake) { r.Press("Turn on"); enter(r, passphrase) },
			asked: []string{"keyring on"}, says: []string{"This computer's keyring", "The vault is safe"},
		},
		"the keyring is turned off": {
			set: ring, do: func(r *stage.Rig, _ *fake) { r.Press("Turn off") },
			asked: []string{"keyring off"}, says: []string{"opens the vault no more", "Turn on"},
		},
		"the passphrase can be removed where the keyring opens the vault": {
			set: ring, do: func(r *stage.Rig, _ *fake) { r.Press("Remove"); enter(r, passphrase) },
			asked: []string{"remove passphrase"}, says: []string{"Set one", "Alone: anyone using your session"},
		},
		"a new recovery key is typed back": {
			do: func(r *stage.Rig, f *fake) {
				toKey(r, f)
				r.Press("I wrote it on paper")
				typeBack(r, f.fresh)
				r.Press("Continue")
			},
			asked: []string{"new recovery key", "typed back"}, says: []string{"Your paper is right", "Lock and keys"},
		},
		"a new key for the vault brings a recovery key": {
			do: func(r *stage.Rig, f *fake) {
				r.Press("New key")
				r.Write(passphrase)
				r.Press("Delete the older backups once the new one is checked")
				r.Press("Seal everything anew")
				r.Press("I wrote it on paper")
				typeBack(r, f.fresh)
				r.Press("Continue")
			},
			asked: []string{"new key, no older backups", "typed back"}, says: []string{"Your paper is right"},
		},
		"a backup is made": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("Back up now") },
			asked: []string{"back up"}, says: []string{"Made, opened again and checked", "15 kept"},
		},
		"a backup that fails says why": {
			set: func(f *fake) { f.err = fault.New(fault.DiskFull, "back up", errors.New("full")) }, do: func(r *stage.Rig, _ *fake) { r.Press("Back up now") },
			asked: []string{"back up"}, says: []string{"The disk is full"},
		},
		"the list says which secrets open each backup": {
			do:   func(r *stage.Rig, _ *fake) { r.Press("Show 14") },
			says: []string{"Opens with the passphrase of today or the recovery key of 12 March 2026.", "Opens with an older passphrase or the recovery key of 12 March 2026.", "Before an update"},
		},
		"the folder of backups is another one": {
			do:    func(r *stage.Rig, _ *fake) { r.Find("Change", 1).Tapped(&fyne.PointEvent{}); r.Settle() },
			asked: []string{"place /chosen/folder"}, says: []string{"New backups go there", "Default place"},
		},
		"a proxy is set, and says what it sees": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("Set a proxy"); enter(r, "10.0.0.1:3128") },
			asked: []string{"proxy 10.0.0.1:3128"}, says: []string{"goes by this proxy", "10.0.0.1:3128", "The proxy sees the host name of each bank that is asked, when, and how many bytes."},
		},
		"before a proxy is set it says that names are looked up there": {
			do: func(r *stage.Rig, _ *fake) { r.Press("Set a proxy") }, says: []string{"in place of this computer, so Coffer can’t check where the name leads", "never one that this computer is set up with"},
		},
		"what is no address of a proxy is refused and stays to be mended": {
			do:    func(r *stage.Rig, _ *fake) { r.Press("Set a proxy"); enter(r, "my proxy") },
			asked: []string{"proxy my proxy"}, says: []string{"That is no address of a proxy. Nothing was changed.", "none: Coffer goes to each bank directly"},
		},
		"a proxy is changed": {
			set: func(f *fake) { f.proxy = "10.0.0.1:3128" },
			do: func(r *stage.Rig, _ *fake) {
				r.Find("Change", 2).Tapped(&fyne.PointEvent{})
				r.Settle()
				enter(r, "proxy.example:8080")
			},
			asked: []string{"proxy proxy.example:8080"}, says: []string{"proxy.example:8080"},
		},
		"a proxy is left": {
			set: func(f *fake) { f.proxy = "10.0.0.1:3128" }, do: func(r *stage.Rig, _ *fake) { r.Press("Go without") },
			asked: []string{"proxy "}, says: []string{"goes to each bank directly", "Set a proxy"},
		},
		"a sound vault": {
			set: func(f *fake) { f.checks = found(true) }, do: func(r *stage.Rig, _ *fake) { r.Press("Check") },
			asked: []string{"verify"}, says: []string{"Every byte is as it was written.", "10,240 pages", "1,284 connections"},
		},
		"a damaged vault says what to do": {
			set: func(f *fake) { f.checks = found(false) }, do: func(r *stage.Rig, _ *fake) { r.Press("Check") },
			asked: []string{"verify"}, says: []string{"5 checks found something wrong. Nothing was changed.", "A record of what you agreed to was changed outside Coffer", "A receipt was changed outside Coffer", "restore the newest backup", "Privacy shows the row"},
		},
		"everything is deleted after word and passphrase": {
			do: func(r *stage.Rig, _ *fake) {
				r.Press("Delete everything")
				r.Says("Backups stay where they are", "stay granted at the bank")
				r.Key(fyne.KeyDown, fyne.KeyDown)
				r.Focus("delete")
				enter(r, "Delete", passphrase)
			},
			asked: []string{"delete everything"},
		},
		"without the word nothing is deleted": {
			do: func(r *stage.Rig, _ *fake) {
				r.Press("Delete everything")
				r.Focus("delete")
				enter(r, "yes", passphrase)
			},
			says: []string{"Type the word"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := usual(t)
			if c.set != nil {
				c.set(f)
			}
			play(t, f, &heard{folder: "/chosen/folder"}, func(r *stage.Rig) {
				c.do(r, f)
				r.Says(c.says...)
				f.did(t, c.asked...)
				r.Tidy()
			})
		})
	}
}

func TestWhatEndsThePlaceIsToldToTheFrame(t *testing.T) {
	f, h := usual(t), &heard{file: "/chosen/file.backup"}
	play(t, f, h, func(r *stage.Rig) {
		r.Press("From a file")
		r.Says("/chosen/file.backup", "No backup holds a token")
		r.Press("Recovery key")
		enter(r, passphrase)
		f.did(t, "restore /chosen/file.backup by recovery key")
	})
	if len(h.told) != 1 || !strings.Contains(h.told[0], "kept as “before 22 November 2026”") {
		t.Errorf("the frame was told %q", h.told)
	}
	f, h = usual(t), &heard{}
	play(t, f, h, func(r *stage.Rig) {
		r.Press("Delete everything")
		r.Focus("delete")
		enter(r, "delete", passphrase)
	})
	if len(h.told) != 1 || !strings.Contains(h.told[0], "14 backups stay") || !strings.Contains(h.told[0], "2 links were not revoked") {
		t.Errorf("the frame was told %q", h.told)
	}
}

func TestCancellingLeavesEverythingAsItWas(t *testing.T) {
	f := usual(t)
	play(t, f, &heard{}, func(r *stage.Rig) {
		f.steps, f.block = 3, make(chan struct{})
		r.Press("New key")
		enter(r, passphrase)
		r.Says("of 9,000 pages sealed anew")
		r.Key(fyne.KeyEscape)
		r.Says("Cancelled. Everything is as it was.", "Seal everything anew")
		r.Key(fyne.KeyEscape)
		r.Silent("Seal everything anew")
		r.Press("Check")
		r.Says("Pages: 1,000 of 9,000")
		r.Press("Cancel")
		r.Says("Cancelled before the end. Nothing was changed.")
	})
}

func TestASlowKeyringIsWaitedForInSight(t *testing.T) {
	f := usual(t)
	play(t, f, &heard{}, func(r *stage.Rig) {
		f.block = make(chan struct{})
		r.Press("Turn on")
		enter(r, passphrase)
		for range 3 {
			<-time.After(time.Second + time.Millisecond)
			r.Settle()
		}
		r.Says("Waiting for the keyring, 3 s")
		close(f.block)
		r.Settle()
		r.Says("The keyring opens the vault from now on")
	})
}

func TestSecretsLeaveWithThePanelAndThePlace(t *testing.T) {
	for name, leave := range map[string]func(r *stage.Rig, s leaver){
		"Escape":         func(r *stage.Rig, _ leaver) { r.Key(fyne.KeyEscape) },
		"another panel":  func(r *stage.Rig, _ leaver) { r.Press("New key") },
		"the place left": func(_ *stage.Rig, s leaver) { s.Leave() },
	} {
		t.Run(name, func(t *testing.T) {
			play(t, usual(t), &heard{}, func(r *stage.Rig) {
				r.Press("Change")
				r.Write(passphrase)
				entries := r.Entries()
				leave(r, r.Screen.(leaver))
				for _, e := range entries {
					if e() != "" {
						t.Error("a passphrase stays in the entry")
					}
				}
			})
		})
	}
}

type leaver interface{ Leave() }

func TestANewRecoveryKeyIsGoneWhenThePlaceIsLeft(t *testing.T) {
	f := usual(t)
	play(t, f, &heard{}, func(r *stage.Rig) {
		toKey(r, f)
		first := f.fresh.Groups()[0]
		r.Says(first)
		r.Screen.(leaver).Leave()
		r.Screen.Show(r.T.Context())
		r.Settle()
		r.Silent(first)
		r.Says("not typed back: make a new one")
	})
}

func TestEveryControlIsReachedByTheArrowKeysAndScrolledTo(t *testing.T) {
	f := usual(t)
	stage.Stage{Size: narrow, Make: screenOf(f, &heard{})}.Run(t, func(r *stage.Rig) {
		seen := map[fyne.Focusable]bool{}
		for range 30 {
			r.Key(fyne.KeyDown)
			if now := r.Window.Canvas().Focused(); now != nil && !seen[now] {
				seen[now] = true
				if !r.InSight(now.(fyne.CanvasObject)) {
					t.Errorf("%T has the keyboard out of sight", now)
				}
			}
			if _, choice := r.Window.Canvas().Focused().(interface{ Chosen() int }); choice { // it steps through its own choices
				r.Window.Canvas().FocusNext()
			}
		}
		if len(seen) < 12 {
			t.Errorf("%d controls were reached", len(seen))
		}
	})
}

func TestTroubleHidesNothingElse(t *testing.T) {
	f := usual(t)
	f.backups, f.lost = nil, fault.New(fault.DiskFailed, "list", errors.New("x"))
	play(t, f, &heard{}, func(r *stage.Rig) { r.Says("The backups can’t be listed", "Lock when you are away") })
	f = usual(t)
	f.broken = fault.New(fault.Locked, "read", errors.New("x"))
	play(t, f, &heard{}, func(r *stage.Rig) {
		r.Says("Coffer is locked")
		f.broken = nil
		r.Press("Try again")
		r.Says("Lock when you are away")
	})
}

func TestWithoutATrayNoneIsPromised(t *testing.T) {
	f := usual(t)
	f.after = 0
	play(t, f, &heard{trayless: true}, func(r *stage.Rig) {
		r.Says("There is no tray on this desktop: closing the window ends Coffer.")
		r.Silent("stays unlocked in the tray")
	})
}
