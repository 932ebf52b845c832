package alert_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/alert/model"
	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

const account = "a"

var (
	today = ledger.Day(2026, time.June, 30)
	now   = today.Time().Add(12 * time.Hour)
)

// diary is the history of one account, under construction.
type diary []ledger.Transaction

// add writes rows "day amount payee", days counted back from today. A "?" before the day makes a
// row pending; a currency may follow the amount, as in "3 -500/JPY Shop".
func (d *diary) add(texts ...string) *diary {
	for _, text := range texts {
		f := strings.SplitN(text, " ", 3)
		var t ledger.Transaction
		back, pending := strings.CutPrefix(f[0], "?")
		if pending {
			t.Status, t.Pending = ledger.Pending, true
		}
		var days int
		if _, err := fmt.Sscan(back, &days); err != nil {
			panic(err)
		}
		amount, currency, other := strings.Cut(f[1], "/")
		if !other {
			currency = "USD"
		}
		var err error
		if t.Amount, err = money.Parse(amount, currency); err != nil {
			panic(err)
		}
		t.Date, t.Payee, t.Account = today.AddDays(-days), f[2], account
		t.ID = ledger.TransactionID(fmt.Sprintf("t%04d", len(*d)))
		*d = append(*d, t)
	}
	return d
}

// every adds the same row every so many days, from one day back to another.
func (d *diary) every(step, from, to int, what string) *diary {
	for back := from; back >= to; back -= step {
		d.add(fmt.Sprint(back, " ", what))
	}
	return d
}

func (d *diary) score(feedback ...alert.Feedback) []alert.Alert {
	return alert.Score(alert.Mark{Account: account, From: today.AddDays(-30)}, *d, feedback, now)
}

func kinds(found []alert.Alert) []string {
	var got []string
	for _, a := range found {
		level := "quiet"
		if a.Level == alert.Interrupt {
			level = "loud"
		}
		got = append(got, level+" "+a.Detector)
	}
	return got
}

// only are the findings of one detector.
func only(detector string, found []alert.Alert) []alert.Alert {
	return slices.DeleteFunc(found, func(a alert.Alert) bool { return a.Detector != detector })
}

// usual is a person's year: lunches, groceries, a rent.
func usual() *diary {
	var d diary
	for i := range 60 {
		d.add(fmt.Sprintf("%d -%d.50 Green Grocer", 360-i*6, 35+i%11), fmt.Sprintf("%d -%d.00 Bean", 359-i*6, 9+i%4))
	}
	return d.every(30, 350, 20, "-900 Rent Office")
}

func TestOwnTransfersAreNoCharges(t *testing.T) {
	d := usual().add("5 -2400 Green Grocer", "4 -42 Fig Tree", "4 -42 Fig Tree")
	for i := range *d {
		(*d)[i].Category = ledger.Transfer
	}
	if got := d.score(); got != nil {
		t.Errorf("found %v among transfers", kinds(got))
	}
}

func TestAlertExplainsItself(t *testing.T) {
	words, labels := append(alert.Sentences(), alert.PartSentences()...), append(alert.Labels(), alert.PartLabels()...)
	for _, code := range model.Codes() {
		words = append(words, "part-"+code)
	}
	rows, odd := spree(0, 30, 60)
	again := rows[0]
	again.ID, again.Date, again.At = "again", odd[0].Date, odd[0].At
	twice := again
	twice.ID, twice.At = "twice", again.At.Add(time.Hour)
	rows = append(append(rows, odd...), again, twice)
	detectors := map[string]bool{}
	for _, a := range alert.NewState().Judge(rows, known()) {
		detectors[a.Detector] = true
		for _, r := range slices.Concat([]ledger.Reason{a.Why}, a.More, a.Normal) {
			if !slices.Contains(words, r.ID) {
				t.Errorf("%s: reason %+v", a.Detector, r)
			}
		}
		for _, n := range a.Numbers {
			if !slices.Contains(labels, n.Label) || (n.Amount == "") != (n.Currency == "") || strings.HasPrefix(n.Amount, "-") {
				t.Errorf("%s: number %+v", a.Detector, n)
			}
		}
		if a.Detector == alert.Unusual && (len(a.Normal) == 0 || len(a.Baseline) == 0 || len(a.More) == 0 || a.Why.Args["merchant"] == "" || a.Why.Args["amount"] == "") {
			t.Errorf("%s: %+v", a.Detector, a)
		}
	}
	if !detectors[alert.Unusual] || !detectors["duplicate-charge"] {
		t.Errorf("found %v", detectors)
	}
}

// lives draws a person's half year with some oddities in it.
func lives(t *rapid.T) diary {
	var d diary
	for range rapid.IntRange(0, 120).Draw(t, "rows") {
		d.add(fmt.Sprintf("%d %d %s", rapid.IntRange(0, 200).Draw(t, "back"),
			rapid.SampledFrom([]int{-10, -12, -14, -60, -200, 60}).Draw(t, "amount"),
			rapid.SampledFrom([]string{"Bean", "Fig Tree", ""}).Draw(t, "payee")))
	}
	return d
}

func TestLaterRowsChangeNothingEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := lives(t)
		cut := today.AddDays(-rapid.IntRange(0, 100).Draw(t, "cut"))
		upTo := func(rows diary) string {
			found := alert.Score(alert.Mark{Account: account, From: today.AddDays(-100)}, rows, nil, now)
			found = slices.DeleteFunc(found, func(a alert.Alert) bool { return a.Day > cut })
			return fmt.Sprintf("%+v", found)
		}
		whole := upTo(d)
		short := slices.DeleteFunc(slices.Clone(d), func(x ledger.Transaction) bool { return x.Date > cut })
		if got := upTo(short); got != whole {
			t.Fatalf("cut after %v: %s\nwhole: %s", cut, got, whole)
		}
	})
}

// TestAMarkJudgesAllOfItsDays holds a score from any mark against one of all days.
func TestAMarkJudgesAllOfItsDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := lives(t)
		mark := alert.Mark{Account: account, From: today.AddDays(-rapid.IntRange(0, 300).Draw(t, "mark"))}
		judged := alert.JudgedFrom(mark, now)
		whole := alert.Score(alert.Mark{Account: account}, d, nil, now)
		whole = slices.DeleteFunc(whole, func(a alert.Alert) bool { return a.Day < judged })
		if got, want := fmt.Sprintf("%+v", alert.Score(mark, d, nil, now)), fmt.Sprintf("%+v", whole); got != want {
			t.Fatalf("from %v, judged from %v: %s\nwant %s", mark.From, judged, got, want)
		}
		if judged != max(mark.From, today.AddDays(-120)) {
			t.Fatalf("from %v, judged from %v", mark.From, judged)
		}
	})
}

func TestNoBaselineHoldsItsOwnRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := make(map[alert.ID]bool)
		d := lives(t)
		for _, a := range alert.Score(alert.Mark{Account: account}, d, nil, now) {
			if ids[a.ID] {
				t.Fatalf("%s twice", a.ID)
			}
			ids[a.ID] = true
			for _, id := range a.Baseline {
				if slices.Contains(a.Rows, id) {
					t.Fatalf("%+v", a)
				}
			}
		}
	})
}

// TestTenYearsAtOnceAreNoStorm imports what a careless reader of old rows would shout about.
func TestTenYearsAtOnceAreNoStorm(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var d diary
	for back := 3650; back >= 0; back-- {
		d.add(fmt.Sprintf("%d -%d.%02d Shop %c", back, 5+random.IntN(60), random.IntN(100), 'A'+random.IntN(8)))
		if back%30 == 0 {
			d.add(fmt.Sprintf("%d -900 Shop A", back), fmt.Sprintf("%d -55 Ferry", back), fmt.Sprintf("%d -55 Ferry", back))
		}
	}
	found := alert.Score(alert.Mark{Account: account}, d, nil, now)
	loud := 0
	for _, a := range found {
		if a.Level == alert.Interrupt {
			loud++
		}
		if a.Day < today.AddDays(-120) {
			t.Errorf("an alert of %v, %d days ago", a.Day, today-a.Day)
		}
	}
	if len(found) > 16 || loud > 5 {
		t.Errorf("%d alerts, %d of them loud", len(found), loud)
	}
}

func TestDetectorsHaveTheirOwnNames(t *testing.T) {
	seen := make(map[string]bool)
	for _, d := range alert.Detectors() {
		if d.ID == "" || strings.ContainsAny(d.ID, ":+|") || seen[d.ID] || d.Find == nil && d.Look == nil {
			t.Errorf("detector %+v", d)
		}
		seen[d.ID] = true
	}
	all := append(alert.Sentences(), alert.Labels()...)
	if slices.Sort(all); slices.Contains(all, "") || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Errorf("words repeat or are empty: %v", all)
	}
}

func TestRowsOfOtherAccountsAndDroppedRowsDoNotCount(t *testing.T) {
	d := usual().add("5 -42 Fig Tree", "5 -42 Fig Tree")
	(*d)[len(*d)-1].Account = "b"
	if got := only("duplicate-charge", d.score()); len(got) > 0 {
		t.Errorf("found %v across accounts", kinds(got))
	}
	(*d)[len(*d)-1].Account, (*d)[len(*d)-1].Status = account, ledger.Dropped
	if got := only("duplicate-charge", d.score()); len(got) > 0 {
		t.Errorf("found %v with a dropped row", kinds(got))
	}
}
