//go:build !nogui && !e2e

package ui_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/fault"
	"coffer/assets"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/storage"
)

var (
	wide   = fyne.NewSize(1280, 800)
	narrow = fyne.NewSize(800, 560)
)

var groupForm = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}$`)

func TestFirstStartEndsAtTheOverview(t *testing.T) {
	live(t, wide, false, func(h *house) {
		h.says("Choose a passphrase")
		h.control(fyne.KeyL) // there is nothing to lock yet
		h.write(opener)
		h.key(fyne.KeyReturn)
		h.write(opener)
		h.key(fyne.KeyReturn)
		var groups []string
		h.walk(func(o fyne.CanvasObject, _ []fyne.CanvasObject) {
			if text, ok := o.(*canvas.Text); ok && groupForm.MatchString(text.Text) {
				groups = append(groups, text.Text)
			}
		})
		h.press("I wrote it on paper")
		h.write(strings.Join(groups, ""))
		h.press("Continue")
		h.press("Look around first")
		h.says("Nothing here yet", "Overview", "Nothing read yet")
	})
}

func TestASetUpThatWasLeftIsResumed(t *testing.T) {
	live(t, wide, false, func(h *house) {
		h.write(opener)
		h.key(fyne.KeyReturn)
		h.write(opener)
		h.key(fyne.KeyReturn)
		h.says("Write down the recovery key")
		if err := h.coffer.Lock(); err != nil {
			t.Fatal(err)
		}
		h.settle()
		h.says("Coffer is locked")
		h.unlock()
		h.says("Write down the recovery key")
		h.silent("Net worth")
	})
}

func TestLockingLeavesNothingOfTheDataInTheWindow(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.says("Net worth", "$1,884.18", "Quay Hardware")
		h.control(fyne.Key2)
		h.control(fyne.KeyF)
		h.write("interest")
		h.window.Canvas().Unfocus()
		h.write("?")
		h.control(fyne.KeyL)
		h.says("Coffer is locked")
		h.silent("1,884", "Quay", "harbour", "Northlight", "Overview", "Keys")
		if state, err := h.coffer.State(); err != nil || state != app.Locked {
			t.Fatalf("the vault is %v, %v", state, err)
		}
		h.control(fyne.Key2)
		h.control(fyne.KeyI)
		h.key(fyne.KeyEscape)
		h.says("Coffer is locked")
		h.unlock()
		h.says("Net worth", "$1,884.18")
		h.control(fyne.Key2)
		h.says("Quay Hardware") // what was searched for is forgotten
	})
}

func TestControlAndANumberGoToAPlace(t *testing.T) {
	live(t, wide, true, func(h *house) {
		for key, title := range map[fyne.KeyName]string{fyne.Key1: "Net worth", fyne.Key2: "Booked", fyne.Key3: "Alerts", fyne.Key4: "Northlight Bank"} {
			h.control(key)
			h.says(title)
		}
	})
}

func TestTheFootnoteOfTheBanksShowsEveryConnection(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.control(fyne.Key4)
		h.silent("Everything that left this computer")
		h.press("See every connection in Privacy")
		h.says("Everything that left this computer")
	})
}

func TestControlFSearches(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.control(fyne.Key2)
		h.control(fyne.KeyF)
		h.write("quay")
		if _, is := h.window.Canvas().Focused().(interface{ SelectedText() string }); !is {
			t.Error("no entry has the keyboard")
		}
		h.control(fyne.Key1) // works while typing
		h.says("Net worth")
	})
}

func TestControlHHidesAmountsEverywhere(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.control(fyne.KeyH)
		h.silent("$")
		h.says("•••", "Show amounts")
		h.control(fyne.Key2)
		h.silent("$")
		h.press("Show amounts")
		h.says("$", "Hide amounts")
	})
}

func TestQuestionMarkListsTheKeys(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.write("?")
		h.says("Keys", "Mine, Not mine, Later on an alert")
		h.key(fyne.KeyEscape)
		h.silent("Mine, Not mine, Later on an alert")
		h.control(fyne.Key2)
		h.says("Booked")
	})
}

func TestImportOpensByKeyAndByDroppedFile(t *testing.T) {
	sample, err := assets.FS.ReadFile("samples/harbour-statement.ofx")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "dropped.ofx")
	if err := os.WriteFile(path, sample, 0o600); err != nil {
		t.Fatal(err)
	}
	live(t, wide, true, func(h *house) {
		h.control(fyne.KeyI)
		h.says("Which file?")
		h.key(fyne.KeyEscape)
		h.silent("Which file?")
		h.frame.Drop(storage.NewFileURI(path))
		h.settle()
		h.says("All 6 are already there.")
	})
}

func TestARefreshSaysHowFarItIsAndCanBeCancelled(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.banks.waits = true
		h.write("r")
		h.says("Reading Everyday", "240 rows, press to cancel", "Stop reading")
		h.control(fyne.Key2) // everything else goes on
		h.says("Booked")
		h.press("Reading Everyday")
		h.silent("Reading Everyday")
		h.says("Read ")
		h.banks.waits = false
		h.write("R")
		if h.banks.reads != 2 {
			t.Errorf("%d reads", h.banks.reads)
		}
		h.silent("Not everything was read")
		h.control(fyne.Key1)
		h.silent("Stop reading")
		h.banks.waits = true
		h.write("r")
		h.press("Stop reading")
		h.silent("Reading Everyday", "Stop reading")
	})
}

func TestAFailedRefreshIsToldWhereItsAgeStands(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.banks.err = fault.New(fault.BankUnexpected, "read", errors.New("cause-of-it"))
		h.write("r")
		h.says("Not everything was read")
		h.silent("cause-of-it", "Up to date")
		h.banks.err = nil
		h.write("r")
		h.silent("Not everything was read")
	})
}

func TestLockingEndsARefresh(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.banks.waits = true
		h.write("r")
		h.control(fyne.KeyL)
		h.says("Coffer is locked")
		h.unlock()
		h.silent("Reading Everyday", "Not everything was read")
	})
}

func TestBadgesCountWhatWaits(t *testing.T) {
	live(t, wide, true, func(h *house) {
		found := false
		h.walk(func(o fyne.CanvasObject, _ []fyne.CanvasObject) {
			text, ok := o.(*canvas.Text)
			found = found || ok && text.Text == "1" // the link that ends in nine days
		})
		if !found {
			t.Errorf("no badge in %s", h.words())
		}
	})
}

func TestAPlaceThatStopsLeavesTheOthers(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.store.boom = true
		h.coffer.Changed.Accounts.Tell("")
		h.settle()
		h.says("This page stopped. The rest goes on.", "Copy report", "$1,884.18")
		h.silent("Nora")
		h.control(fyne.Key2)
		h.says("Booked", "Quay Hardware")
		h.store.boom = false
		h.control(fyne.Key1)
		h.silent("This page stopped")
	})
}

func TestAWindowCanBecomeNarrowAndWideAgain(t *testing.T) {
	live(t, narrow, true, func(h *house) {
		h.says("Net worth")
		h.silent("Latest", "Up to date")
		h.window.Resize(wide)
		h.settle()
		h.says("Latest", "Hide amounts")
		h.window.Resize(narrow)
		h.settle()
		h.silent("Latest")
	})
}

func TestClosingTheWindowLocks(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.banks.waits = true
		h.write("r")
		h.end()
		if state, err := h.coffer.State(); err != nil || state != app.Locked {
			t.Errorf("the vault is %v, %v", state, err)
		}
	})
}
