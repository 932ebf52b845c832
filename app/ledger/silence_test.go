package ledger_test

import (
	"testing"
	"time"

	"coffer/app/ledger"

	"pgregory.net/rapid"
)

// every returns n days with a movement, one every so many days, the last on last.
func every(days, n int, last ledger.Date) []ledger.Date {
	all := make([]ledger.Date, n)
	for i := range all {
		all[i] = last.AddDays(-i * days)
	}
	return all
}

func TestSilenceIsNoticed(t *testing.T) {
	last := ledger.Day(2026, time.October, 1)
	resting := append(every(1, 200, last), every(1, 100, last.AddDays(-240))...) // 41 days in the summer
	december := append(append(every(1, 31, ledger.Day(2025, time.December, 31)), every(1, 31, ledger.Day(2024, time.December, 31))...), every(1, 31, ledger.Day(2023, time.December, 31))...)
	for name, c := range map[string]struct {
		days []ledger.Date
		read ledger.Date
		want bool
	}{
		"daily, 9 days":                 {every(1, 200, last), last.AddDays(9), false},
		"daily, 10 days":                {every(1, 200, last), last.AddDays(10), true},
		"every five days, 14 days":      {every(5, 40, last), last.AddDays(14), false},
		"every five days, 15 days":      {every(5, 40, last), last.AddDays(15), true},
		"monthly, 89 days":              {every(30, 12, last), last.AddDays(89), false},
		"monthly, 90 days":              {every(30, 12, last), last.AddDays(90), true},
		"yearly, in three years":        {every(365, 3, last), last.AddDays(700), false},
		"yearly, in ten years":          {every(365, 10, last), last.AddDays(729), false},
		"each summer off, off again":    {resting, last.AddDays(41), false},
		"each summer off, off longer":   {resting, last.AddDays(42), true},
		"December only, in November":    {december, ledger.Day(2026, time.November, 26), false},
		"December only, none this time": {december, ledger.Day(2027, time.January, 15), true},
		"a new account":                 {every(1, 30, last), last.AddDays(60), false},
		"few movements":                 {every(20, 8, last), last.AddDays(300), false},
		"none":                          {nil, last, false},
		"booked ahead":                  {append(every(1, 200, last), last.AddDays(40)), last.AddDays(10), true},
		"read before its last":          {every(1, 200, last), last.AddDays(-3), false},
	} {
		if got, silent := ledger.SilenceOf(c.days, c.read); silent != c.want {
			t.Errorf("%s: silent %v, %+v", name, silent, got)
		}
	}
	s, _ := ledger.SilenceOf(every(5, 40, last), last.AddDays(15))
	if s != (ledger.Silence{Last: last, Days: 15, Usual: 5}) {
		t.Errorf("it is explained by %+v", s)
	}
}

// TestSilenceIsJudgedByTheAccountsOwnRhythm, whatever that is.
func TestSilenceIsJudgedByTheAccountsOwnRhythm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gaps := rapid.SliceOfN(rapid.IntRange(1, 400), 1, 60).Draw(t, "gaps")
		last := ledger.Day(2026, time.October, 1)
		days, longest, at := []ledger.Date{last}, 0, last
		for _, g := range gaps {
			at = at.AddDays(-g)
			days, longest = append(days, at), max(longest, g)
		}
		wait := rapid.IntRange(0, 2000).Draw(t, "wait")
		s, silent := ledger.SilenceOf(days, last.AddDays(wait))
		if silent && (wait <= longest || wait < 3*s.Usual || wait < 10 || len(gaps) < 8) {
			t.Fatalf("%d days after gaps of %v: %+v", wait, gaps, s)
		}
		if !silent && len(gaps) >= 8 && int(last-at) >= 90 && wait > 3*longest && wait >= 10 {
			t.Fatalf("%d days after gaps of %v are not told", wait, gaps)
		}
		if _, later := ledger.SilenceOf(days, last.AddDays(wait+rapid.IntRange(0, 90).Draw(t, "more"))); silent && !later {
			t.Fatal("it goes by itself while nothing comes")
		}
		if _, again := ledger.SilenceOf(append(days, last.AddDays(wait)), last.AddDays(wait)); again {
			t.Fatal("it stays although a movement came")
		}
		shuffled := rapid.Permutation(append(days, days...)).Draw(t, "order")
		if got, same := ledger.SilenceOf(shuffled, last.AddDays(wait)); got != s || same != silent {
			t.Fatalf("in another order %+v", got)
		}
	})
}
