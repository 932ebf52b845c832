package alerts_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/ui/alerts"
	"coffer/ui/look"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

var (
	wide   = fyne.NewSize(1080, 800)
	narrow = fyne.NewSize(748, 560)
)

func screenOf(f *fake, opened *[]ledger.TransactionID) func(*rig) screen {
	return func(r *rig) screen {
		return alerts.New(f, r.voice, r.desk, alerts.Go{Transaction: func(id ledger.TransactionID) { *opened = append(*opened, id) }})
	}
}

func play(t *testing.T, f *fake, size fyne.Size, story func(r *rig)) {
	t.Helper()
	stage{size: size, make: screenOf(f, new([]ledger.TransactionID))}.run(t, story)
}

// TestPictures draws the place in every state and in both modes. COFFER_GALLERY keeps the pictures.
func TestPictures(t *testing.T) {
	for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		for size, where := range map[fyne.Size]string{wide: "", narrow: "-narrow"} {
			t.Run(word+where, func(t *testing.T) {
				stage{size: size, mode: mode, make: screenOf(full(), nil)}.run(t, func(r *rig) {
					r.tidy()
					r.keep("alerts-" + word + where)
					r.press("Corner Fuel")
					r.tidy()
					r.keep("alerts-twice-" + word + where)
					r.write("T")
					r.write("M")
					r.tidy()
					r.keep("alerts-answered-" + word + where)
				})
				stage{size: size, mode: mode, make: screenOf(&fake{}, nil)}.run(t, func(r *rig) {
					r.tidy()
					r.keep("alerts-empty-" + word + where)
				})
			})
		}
	}
}

func TestTheGravestIsExplainedAtOnce(t *testing.T) {
	play(t, full(), wide, func(r *rig) {
		r.says("1 unusual, 2 worth a look", "$612.40 at Voltbay Electronics; your usual there is $38.20 (71 times)", "Northlight card ·· 4417",
			"The numbers", "What would have made this normal", "And 3 more", "Judged on this computer from 7 of your own charges", "Answered")
	})
}

// The rows that an alert was held against say how well their payees are known, and each bar is one charge.
func TestTheRowsItWasHeldAgainstAndTheChart(t *testing.T) {
	f, opened := full(), []ledger.TransactionID{}
	stage{size: wide, make: screenOf(f, &opened)}.run(t, func(r *rig) {
		r.says("Harbour Optics", "Paid 3 times in 13 months", "Paid 9 times in 13 months", "Paid once in 13 months", "Your charges", "95 of 100 are below $1", "This one", "$612.40, 20 Nov")
		r.press("Corner Fuel")
		r.says("These two")
		r.press("Show as table")
		r.says("Show as chart", "Green Leaf Grocer")
		r.press("These two")
		if !slices.Equal(opened, []ledger.TransactionID{"t3"}) {
			t.Errorf("opened %q", opened)
		}
	})
	f.at("x1").Charges = f.at("x1").Charges[:71] // money that came in is no charge
	play(t, f, wide, func(r *rig) { r.silent("Your charges", "Show as table") })
}

func TestKeysAnswerAndTheNextIsShown(t *testing.T) {
	f := full()
	play(t, f, wide, func(r *rig) {
		r.write("N") // what to do now comes with it
		r.says("Answered: not mine.", "Freeze the card now", "$612.40 at Voltbay Electronics")
		r.press("Corner Fuel")
		r.write("l")
		r.write("M")
		want := []string{"x1 not mine", "x2 later", "x3 mine"}
		if !slices.Equal(f.said, want) {
			t.Errorf("said %q", f.said)
		}
		r.says("Nothing waits for an answer")
		r.write("M")
		if len(f.said) != 3 {
			t.Errorf("an answered alert was answered again: %q", f.said)
		}
	})
}

func TestButtonsAnswer(t *testing.T) {
	for button, want := range map[string]string{"Mine": "x1 mine", "Not mine": "x1 not mine", "Later": "x1 later"} {
		f := full()
		play(t, f, wide, func(r *rig) {
			r.press(button)
			if !slices.Equal(f.said, []string{want}) {
				t.Errorf("%s: said %q", button, f.said)
			}
		})
	}
}

func TestAnAnswerCanBeUndoneForTenSeconds(t *testing.T) {
	f := full()
	play(t, f, wide, func(r *rig) {
		r.write("M")
		time.Sleep(9 * time.Second)
		r.settle()
		r.says("Answered: mine.")
		time.Sleep(2 * time.Second)
		r.settle()
		r.silent("Answered: mine.")
		undo, redo := r.screen.(interface{ Undo() bool }), r.screen.(interface{ Redo() bool })
		if !undo.Undo() { // the key undoes it later too
			t.Error("nothing to undo")
		}
		r.settle()
		r.says("$612.40 at Voltbay Electronics")
		if !redo.Redo() {
			t.Error("nothing to redo")
		}
		r.settle()
		want := []string{"x1 mine", "x1 undone", "x1 mine"}
		if !slices.Equal(f.said, want) {
			t.Errorf("said %q", f.said)
		}
		r.press("Undo")
		r.silent("Answered: mine.")
		if !f.at("x1").Waits {
			t.Error("the bar doesn't undo")
		}
	})
}

func TestASecondAnswerGetsItsOwnTenSeconds(t *testing.T) {
	play(t, full(), wide, func(r *rig) {
		r.write("M")
		time.Sleep(8 * time.Second)
		r.settle()
		r.write("N")
		time.Sleep(8 * time.Second)
		r.settle()
		r.says("Answered: not mine.")
	})
}

func TestArrowsWalkTheGroupsAsDrawn(t *testing.T) {
	f := full()
	// The store gives those that wait first, but not by level.
	f.alerts[0], f.alerts[1] = f.alerts[1], f.alerts[0]
	play(t, f, wide, func(r *rig) {
		r.press("Voltbay Electronics")
		r.key(fyne.KeyDown)
		r.says("$49.10 at Corner Fuel twice")
		r.key(fyne.KeyDown, fyne.KeyDown)
		r.says("$214.00 at Casa do Mar", "You answered: Mine")
		r.key(fyne.KeyUp, fyne.KeyUp, fyne.KeyUp, fyne.KeyUp)
		r.says("$612.40 at Voltbay Electronics")
	})
}

func TestNarrowShowsListOrDetail(t *testing.T) {
	play(t, full(), narrow, func(r *rig) {
		r.says("Worth a look")
		r.silent("The numbers")
		r.press("Voltbay Electronics")
		r.says("The numbers")
		r.silent("Worth a look")
		r.key(fyne.KeyEscape)
		r.says("Worth a look")
		r.silent("The numbers")
		r.screen.SetNarrow(false)
		r.says("Worth a look", "The numbers")
	})
}

func TestATableHoldsWhatTheChartShows(t *testing.T) {
	play(t, full(), wide, func(r *rig) {
		r.press("Show as table")
		r.says("20 Nov", "$612.40", "This one", "Show as chart")
		r.write("T")
		r.says("Show as table")
	})
}

func TestRowsOpenInTransactions(t *testing.T) {
	var opened []ledger.TransactionID
	stage{size: wide, make: screenOf(full(), &opened)}.run(t, func(r *rig) {
		r.press("Open in transactions")
		r.press("Harbour Optics")
		if !slices.Equal(opened, []ledger.TransactionID{"t1", "bHarbour Optics"}) {
			t.Errorf("opened %q", opened)
		}
	})
}

func TestOpenSelects(t *testing.T) {
	play(t, full(), wide, func(r *rig) {
		r.screen.(interface{ Open(alert.ID) }).Open("x3")
		r.settle()
		r.says("$88.00 at A payee whose name")
	})
}

func TestAFailedAnswerIsToldInPlace(t *testing.T) {
	f := full()
	play(t, f, wide, func(r *rig) {
		f.err = fault.New(fault.DiskFull, "answer", errors.New("cause-of-it"))
		r.write("M")
		r.says("The disk is full.", "$612.40 at Voltbay Electronics", "Worth a look")
		r.silent("cause-of-it")
		f.err = nil
		r.write("M")
		r.silent("The disk is full.")
	})
}

func TestAnAnswerDoesNotBlockTheWindow(t *testing.T) {
	f := full()
	play(t, f, wide, func(r *rig) {
		f.block = make(chan struct{})
		r.write("M")
		r.press("Corner Fuel")
		r.says("$49.10 at Corner Fuel twice")
		r.press("Voltbay Electronics")
		r.write("N") // the first answer is still on its way
		close(f.block)
		r.settle()
		if !slices.Equal(f.said, []string{"x1 mine"}) {
			t.Errorf("said %q", f.said)
		}
	})
}

func TestEmptySaysHowMuchWasLookedAt(t *testing.T) {
	play(t, &fake{}, wide, func(r *rig) { r.says("Nothing unusual", "1,204 charges looked at in 90 days") })
}

func TestAFailedReadCanBeTriedAgain(t *testing.T) {
	f := full()
	f.err = fault.New(fault.DiskFailed, "read", errors.New("x"))
	play(t, f, wide, func(r *rig) {
		r.says("The disk refused to read or write.")
		f.err = nil
		r.press("Try again")
		r.says("The numbers")
	})
}

func TestHiddenAmountsAreNowhere(t *testing.T) {
	play(t, full(), wide, func(r *rig) {
		r.screen.(interface{ SetVoice(v *say.Voice) }).SetVoice(r.voice.Hiding(true))
		r.settle()
		r.says("•••")
		r.silent("$", "612")
	})
}

func TestNewAlertsMoveNothing(t *testing.T) {
	f := full()
	play(t, f, fyne.NewSize(1080, 400), func(r *rig) {
		scrolls := map[*container.Scroll]float32{}
		r.walk(func(d drawn) {
			if s, ok := d.CanvasObject.(*container.Scroll); ok {
				s.ScrollToOffset(fyne.NewPos(0, 60))
				scrolls[s] = s.Offset.Y
			}
		})
		f.add("x6", "unusual-amount", alert.Quiet, row("t9", "Quay Hardware", -9000, today))
		f.changed()
		r.settle()
		r.says("Quay Hardware")
		for s, at := range scrolls {
			if s.Offset.Y != at || at == 0 {
				t.Errorf("moved from %v to %v", at, s.Offset.Y)
			}
		}
		if len(scrolls) != 2 {
			t.Errorf("%d scrolls", len(scrolls))
		}
	})
}
