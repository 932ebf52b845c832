//go:build !nogui && !e2e

package ui_test

import (
	"slices"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/ui/session"

	"fyne.io/fyne/v2"
)

// passes lets the story's own time pass.
func (h *house) passes(d time.Duration) {
	time.Sleep(d)
	h.settle()
}

func TestAWindowLeftAloneLocksAndSaysWhy(t *testing.T) {
	live(t, wide, true, func(h *house) {
		for range 10 {
			h.passes(4 * time.Minute)
			h.coffer.Active() // what a key or the pointer comes to
		}
		h.says("Net worth")
		h.passes(5*time.Minute + time.Second)
		h.says("Coffer is locked", "5 minutes without you. The keys are out of memory.")
		h.silent("1,884", "Quay")
		h.unlock()
		h.says("Net worth")
	})
}

func TestTheLockScreenSaysThatTheScreenOrSleepLockedIt(t *testing.T) {
	for cause, says := range map[app.LockCause]string{app.ByScreen: "Locked with the screen.", app.BySleep: "Locked before the computer slept.", app.ByPerson: "You locked it."} {
		live(t, wide, true, func(h *house) {
			if err := h.coffer.LockBecause(cause); err != nil {
				t.Fatal(err)
			}
			h.settle()
			h.says(says)
		})
	}
}

func TestHiddenAmountsStayHiddenAfterALock(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.control(fyne.KeyH)
		h.control(fyne.KeyL)
		h.says("Coffer is locked")
		h.unlock()
		for _, place := range []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5} {
			h.control(place)
			h.silent("$", "1,884")
		}
		h.says("Show amounts")
	})
}

func TestACopiedSecretLeavesTheClipboard(t *testing.T) {
	const code = "https://bank.example/authorize?state=s3cret"
	for name, c := range map[string]struct {
		then func(h *house)
		left string
	}{
		"after 29 seconds it is there":   {func(h *house) { h.passes(29 * time.Second) }, code},
		"after 30 it is gone":            {func(h *house) { h.passes(30 * time.Second) }, ""},
		"with the lock":                  {func(h *house) { h.control(fyne.KeyL) }, ""},
		"when the window closes":         {func(h *house) { h.end() }, ""},
		"what was copied since stays":    {func(h *house) { fyne.CurrentApp().Clipboard().SetContent("milk"); h.passes(time.Minute) }, "milk"},
		"one copied anew has its own 30": {func(h *house) { h.passes(20 * time.Second); h.frame.CopySecret(code); h.passes(20 * time.Second) }, code},
	} {
		t.Run(name, func(t *testing.T) {
			live(t, wide, true, func(h *house) {
				h.frame.CopySecret(code)
				c.then(h)
				if got := fyne.CurrentApp().Clipboard().Content(); got != c.left {
					t.Errorf("the clipboard holds %q", got)
				}
			})
		})
	}
}

func TestAnotherPersonsVaultIsBegunAndLeft(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.control(fyne.KeyL)
		h.press("Another vault")
		h.says("Whose vault?")
		for range 2 {
			h.window.Canvas().FocusNext()
		}
		h.write("Nora")
		h.press("Make")
		h.says("This is a vault of its own, for Nora.")
		h.press("Back to the first vault")
		h.says("Coffer is locked")
		h.unlock()
		h.says("Net worth")
	})
}

func TestRestoringIsLeftForWhereOneCameFrom(t *testing.T) {
	live(t, wide, false, func(h *house) {
		h.press("Restore from a backup")
		h.says("The backup is opened and checked first.")
		h.key(fyne.KeyEscape)
		h.says("Choose a passphrase")
	})
}

func TestTheDesktopIsToldOfAlertsAndNotOfWhat(t *testing.T) {
	live(t, wide, true, func(h *house) {
		var told []session.Notice
		var closed []uint32
		tell := func(t app.Told, seen bool) {
			h.frame.TellAlerts(t, seen, func(n session.Notice) uint32 { told = append(told, n); return uint32(len(told)) }, func(number uint32) { closed = append(closed, number) })
			h.settle()
		}
		tell(app.Told{Count: 1}, false)
		tell(app.Told{Count: 2}, true) // the window shows them
		tell(app.Told{Count: 2}, false)
		var more app.AlertView
		more.Why = ledger.Reason{ID: "unusual-amount", Args: map[string]string{"amount": "612.40", "usual": "38.20", "currency": "USD", "merchant": "Voltbay", "times": "9"}}
		tell(app.Told{Count: 1, Alerts: []app.AlertView{more}}, false)
		news := app.News{Kind: app.RefundCame, Name: "Fit Yard"}
		news.Amount.Minor, news.Amount.Currency = 3900, "USD"
		tell(app.Told{Came: 1, Due: 2}, false)
		tell(app.Told{Came: 1, News: []app.News{news}}, false)
		const icon = "io.github.coffer.desktop"
		want := []session.Notice{
			{Program: "Coffer", Icon: icon, Title: "Coffer", Body: "1 charge is unusual for you"},
			{Program: "Coffer", Icon: icon, Title: "Coffer", Body: "2 charges are unusual for you", Replace: 1},
			{Program: "Coffer", Icon: icon, Title: "1 charge is unusual for you", Body: "$612.40 at Voltbay; your usual there is $38.20 (9 times)", Replace: 2},
			{Program: "Coffer", Icon: icon, Title: "Coffer", Body: "Money that you wait for seems to have come\nBanks’ answers to 2 disputes are due", Replace: 3},
			{Program: "Coffer", Icon: icon, Title: "Money that you wait for seems to have come", Body: "The refund that you expect came: $39.00 from Fit Yard", Replace: 4},
		}
		if !slices.Equal(told, want) {
			t.Errorf("told\n%+v, want\n%+v", told, want)
		}
		h.control(fyne.KeyL)
		h.says("Coffer is locked")
		if !slices.Equal(closed, []uint32{5}) {
			t.Errorf("closed %v: what was told stays on a locked screen", closed)
		}
	})
}

func TestOpeningReadsWhatIsDueFirst(t *testing.T) {
	live(t, wide, true, func(h *house) {
		if h.banks.reads != 0 {
			t.Errorf("what was just read was read again, %d times", h.banks.reads)
		}
		h.control(fyne.KeyL)
		h.passes(24 * time.Hour)
		if h.banks.reads != 0 {
			t.Errorf("%d reads while it was locked", h.banks.reads)
		}
		h.unlock()
		if h.banks.reads != 1 {
			t.Errorf("%d reads at once after opening", h.banks.reads)
		}
	})
}
