package alerts_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/ui/alerts"

	"fyne.io/fyne/v2"
)

// many are full and further alerts about payees of which each has three.
func many(n int) *fake {
	f := full()
	for i := range n {
		f.add(alert.ID(fmt.Sprint("m", i)), "duplicate-charge", alert.Quiet, row(fmt.Sprint("r", i), "Shop "+strings.Repeat(string(rune(int32(97+i/3%26))), 3), -4200-int64(i), today.AddDays(-10)))
	}
	return f
}

func TestSeveralGetOneAnswerAndOneUndo(t *testing.T) {
	f := full()
	play(t, f, wide, func(r *rig) {
		r.press("Choose several")
		r.says("0 chosen", "Done")
		r.write("M")
		if len(f.said) != 0 {
			t.Errorf("nothing was chosen, and said is %q", f.said)
		}
		r.press("Voltbay Electronics")
		r.press("Corner Fuel")
		r.says("2 chosen")
		r.press("Corner Fuel")
		r.says("1 chosen")
		r.press("All 3")
		r.says("3 chosen")
		r.write("M")
		r.says("3 answered: mine.", "Nothing waits for an answer")
		r.silent("chosen", "Done")
		if want := []string{"x1 mine", "x2 mine", "x3 mine"}; !slices.Equal(f.said, want) {
			t.Errorf("said %q", f.said)
		}
		r.press("Undo")
		r.says("1 unusual, 2 worth a look")
		if !f.at("x1").Waits || !f.at("x3").Waits {
			t.Error("not all of them wait again")
		}
		r.write("X")
		r.says("1 chosen")
		r.key(fyne.KeyEscape)
		r.silent("chosen")
	})
}

func TestAllOfAPayeeAreAnsweredAtOnce(t *testing.T) {
	f := many(6)
	play(t, f, wide, func(r *rig) {
		r.press("Shop bbb")
		r.tidy()
		r.keep("alerts-alike")
		r.press("All 3 of Shop bbb are mine")
		if want := []string{"m3 mine", "m4 mine", "m5 mine"}; !slices.Equal(f.said, want) {
			t.Errorf("said %q", f.said)
		}
	})
}

func TestNotMineEndsInWhatToDo(t *testing.T) {
	f := full()
	var disputed []alert.ID
	var opened []ledger.TransactionID
	f.at("x1").Around = []ledger.Transaction{row("t8", "QX Services", -100, today.AddDays(-2))}
	stage{size: wide, make: func(r *rig) screen {
		return alerts.New(f, r.voice, r.desk, alerts.Go{
			Transaction: func(id ledger.TransactionID) { opened = append(opened, id) }, Dispute: func(id alert.ID) { disputed = append(disputed, id) },
		})
	}}.run(t, func(r *rig) {
		r.silent("Dispute it")
		r.press("Not mine")
		r.says("Freeze the card now", "Voltbay Electronics is blocked", "Do you know these?")
		r.press("Dispute it, step by step")
		r.press("QX Services")
		if !slices.Equal(disputed, []alert.ID{"x1", "x1"}) || !slices.Equal(opened, []ledger.TransactionID{"t8"}) {
			t.Errorf("disputed %q, opened %q", disputed, opened)
		}
		r.press("Take it back")
		r.says("The answer is taken back.")
		if !f.at("x1").Waits {
			t.Error("it does not wait again")
		}
		r.press("Undo")
		if f.at("x1").Answer != alert.NotMine {
			t.Error("the answer is not there again")
		}
	})
}

func TestEveryAnswerOfThePastIsReached(t *testing.T) {
	f := full()
	for i := range 70 {
		f.add(alert.ID(fmt.Sprint("o", i)), "duplicate-charge", alert.Quiet, row(fmt.Sprint("o", i), fmt.Sprint("Old ", i), -4200, today.AddDays(-200-i)))
		old := f.alerts[len(f.alerts)-1]
		old.Waits, old.Answer = false, alert.Mine
		f.old, f.alerts = append(f.old, old), f.alerts[:len(f.alerts)-1]
	}
	play(t, f, fyne.NewSize(1080, 900), func(r *rig) {
		r.says("Answered last 90 days", "70 older answers")
		r.silent("Old 0")
		r.press("70 older answers")
		r.says("Old 0", "Old 59", "10 older answers")
		r.silent("Answered last 90 days")
		r.press("10 older answers")
		r.says("Old 69")
		r.silent("older answer")
	})
}

func TestAThousandAlertsDrawNoThousandRows(t *testing.T) {
	f := many(1000)
	play(t, f, wide, func(r *rig) {
		r.says("1 unusual, 1,002 worth a look", "Show 942 more")
		if shops := strings.Count(strings.Join(r.lines(), "\n"), "Shop "); shops > 70 {
			t.Errorf("%d rows are drawn", shops)
		}
		for range 65 { // past what is drawn
			r.key(fyne.KeyDown)
		}
		r.says("Show 882 more")
		r.press("Show 882 more")
		r.says("Show 762 more")
		r.tidy()
		r.keep("alerts-thousand")
	})
}

func TestTheSensitivityIsSaidAndChanged(t *testing.T) {
	f := full()
	f.expected = expected()
	play(t, f, wide, func(r *rig) {
		r.press("Sensitivity: about 2 a month")
		r.says("What Coffer tells you", "As usual, about 2 a month", "about 2 a month now", "Only how many")
		r.screen.(interface{ Back() bool }).Back()
		r.settle()
		r.says("1 unusual, 2 worth a look")
		r.silent("What Coffer tells you")
	})
}

func TestTheWatchlistIsAddedToChangedAndUndone(t *testing.T) {
	f := full()
	play(t, f, fyne.NewSize(1080, 1200), func(r *rig) {
		r.press("Sensitivity and watchlist")
		r.press("Block a payee")
		r.write("Quay Hardware")
		r.press("Put it on the list")
		r.says("It is on the list.", "Quay Hardware", "Every charge there is told")
		r.press("A trip")
		r.write("2027-05-03")
		r.key(fyne.KeyReturn)
		r.write("May")
		r.key(fyne.KeyReturn)
		r.write("ES")
		r.key(fyne.KeyReturn)
		r.says("That can’t be read.")
		r.press("A balance floor")
		r.write("250")
		r.key(fyne.KeyReturn)
		r.says("Balance floors", "Told below $250.00")
		r.press("Change")
		r.write("0") // what was there is kept
		r.press("Change it")
		r.says("Told below $250.00")
		r.press("Take off")
		r.says("Taken off the list.")
		r.silent("Every charge there is told")
		r.press("Undo")
		r.says("Every charge there is told")
		f.refuse = fault.Because(fault.BadWatch, "watch.many", "watch", errors.New("x"))
		r.press("Trust a payee")
		r.write("Fig")
		r.press("Put it on the list")
		r.says("That can’t be put on the watchlist.", "The list is full")
		r.tidy()
	})
	want := []string{"watch merchant:Quay Hardware", "watch floor:a3", "watch floor:a3", "unwatch merchant:Quay Hardware", "watch undone"}
	if !slices.Equal(f.said, want) {
		t.Errorf("said %q, want %q", f.said, want)
	}
}

func TestAWatchlistThatCanNotBeReadSaysSo(t *testing.T) {
	f := full()
	play(t, f, wide, func(r *rig) {
		f.err = fault.New(fault.DiskFailed, "read", errors.New("x"))
		r.press("Sensitivity and watchlist")
		r.says("The disk refused to read or write.")
		f.err = nil
		r.press("Try again")
		r.says("How much is told")
	})
}

func TestWhatStandsIsKnownAndNobodysOwn(t *testing.T) {
	f := &fake{}
	f.add("low", "low-balance", alert.Interrupt, row("t1", "x", -100, today))
	f.alerts[0].About, f.alerts[0].Rows, f.alerts[0].Charges = nil, nil, nil
	f.add("x2", "duplicate-charge", alert.Quiet, row("t2", "Corner Fuel", -4910, today.AddDays(-9)))
	play(t, f, wide, func(r *rig) {
		r.says("Northlight card ·· 4417", "I know", "nothing was sent to find it")
		r.silent("Not mine", "Open in transactions", "Show as table")
		r.write("N")
		if len(f.said) != 0 {
			t.Errorf("said %q", f.said)
		}
		r.write("M")
		r.says("Kept: you know this.", "Known. ")
		if !slices.Equal(f.said, []string{"low mine"}) {
			t.Errorf("said %q", f.said)
		}
	})
}
