package alert_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

// spree is a calm year, and then large charges in account "a", so many hours after the first; each at a merchant of its own.
func spree(hours ...int) (rows, odd []ledger.Transaction) {
	rows = person(21, 300, 2)
	rows = slices.DeleteFunc(rows, func(r ledger.Transaction) bool {
		return r.Amount.Minor < -10000 && r.Account == "a" || r.Date > today.AddDays(-8)
	})
	start := today.AddDays(-6).Time().Add(2 * time.Hour)
	for i, h := range hours {
		at := start.Add(time.Duration(h) * time.Hour)
		t := ledger.Transaction{ID: ledger.TransactionID(fmt.Sprint("odd", i)), Account: "a"}
		t.Date, t.At, t.Payee, t.Amount, t.Category = ledger.DateOf(at), at, fmt.Sprintf("Shop of oddities %c", 'A'+i), money.New(-150000-int64(i), "EUR"), "groceries"
		odd = append(odd, t)
	}
	return rows, odd
}

// episodes are the alerts by statistics about the odd rows, by the ids of their rows.
func episodes(found []alert.Alert) (all []string) {
	for _, a := range found {
		if a.Detector == alert.Unusual && !a.Withdrawn && a.Day >= today.AddDays(-7) {
			all = append(all, fmt.Sprintf("%d%v", a.Level, a.Rows))
		}
	}
	return all
}

func TestRowsOfADayJoinOneAlert(t *testing.T) {
	for name, test := range map[string]struct {
		hours []int
		want  []string
	}{
		"one":              {[]int{0}, []string{"1[odd0]"}},
		"two in a night":   {[]int{0, 3}, []string{"1[odd0 odd1]"}},
		"over midnight":    {[]int{0, 21, 23}, []string{"1[odd0 odd1 odd2]"}},
		"and the next day": {[]int{0, 3, 26}, []string{"1[odd0 odd1]", "1[odd2]"}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, odd := spree(test.hours...)
			got := episodes(alert.NewState().Judge(append(rows, odd...), known()))
			if !slices.Equal(got, test.want) {
				t.Errorf("found %v, want %v", got, test.want)
			}
		})
	}
}

// TestAnEpisodeTellsOfItsLargestRow has the larger row come second; of two as grave the person reads of the larger.
func TestAnEpisodeTellsOfItsLargestRow(t *testing.T) {
	rows, odd := spree(0, 3, 5)
	for _, r := range alert.NewState().Judge(append(rows, odd...), known()) {
		if r.Detector == alert.Unusual && len(r.Rows) == len(odd) {
			if got := r.Why.Args["merchant"]; got != odd[2].Payee {
				t.Errorf("it tells of %q, want %q", got, odd[2].Payee)
			}
			return
		}
	}
	t.Error("no episode")
}

// TestAnAnswerLongAfterHeatsNothingBetween answers a month after the charge.
func TestAnAnswerLongAfterHeatsNothingBetween(t *testing.T) {
	rows, odd := spree(0)
	said := alert.Feedback{
		Alert: alert.Unusual + ":odd0", Account: "a", Day: odd[0].Date, Detector: alert.Unusual, Answer: alert.NotMine, At: odd[0].At.AddDate(0, 0, 30),
		Merchant: ledger.MerchantOf(odd[0].Row), Minor: 150000, Currency: "EUR",
	}
	other := said
	other.Account = "b"
	for days, want := range map[int]float64{1: 2, 3: 2, 4: 0, 20: 0, 29: 0, 30: 2, 33: 2, 34: 0} {
		next := odd[0]
		next.ID, next.Payee, next.Amount.Minor = "next", "Bean", -1300
		next.Date, next.At = next.Date.AddDays(days), next.At.AddDate(0, 0, days).Add(10*time.Hour)
		all := append(slices.Clone(rows), odd[0], next)
		if got := scoreOf(all, said) - scoreOf(all, other); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d days after it is heated by %v, want %v", days, got, want)
		}
	}
}

// TestAnAnswerEndsAnEpisode answers the first row's alert: what comes after is an alert of its own, what the answer was of is not.
func TestAnAnswerEndsAnEpisode(t *testing.T) {
	rows, odd := spree(0, 3, 5)
	first := alert.NewState().Judge(append(slices.Clone(rows), odd[:2]...), known())
	asked := first[len(first)-1]
	said := alert.Feedback{
		Alert: asked.ID, Account: "a", Day: asked.Day, Rows: asked.Rows, Detector: asked.Detector, Answer: alert.NotMine, At: odd[1].At.Add(time.Hour),
		Merchant: ledger.MerchantOf(odd[1].Row), Minor: 150001, Currency: "EUR",
	}
	got := episodes(alert.NewState().Judge(append(rows, odd...), known(said)))
	if len(got) != 2 || got[0] != "1[odd0 odd1]" || got[1] != "1[odd2]" {
		t.Errorf("found %v", got)
	}
}

// scoreOf judges all rows and returns the score of the last.
func scoreOf(rows []ledger.Transaction, said ...alert.Feedback) float64 {
	all := alert.NewState().Verdicts(rows, known(said...))
	return all[len(all)-1].Score
}

func TestAnswersShiftWhatComes(t *testing.T) {
	rows, odd := spree(0)
	next := func(days int, account ledger.AccountID) ledger.Transaction {
		t := odd[0]
		t.ID, t.Account, t.Payee, t.Amount.Minor = "next", account, "Bean", -1300
		t.Date, t.At = t.Date.AddDays(days), t.At.AddDate(0, 0, days).Add(10*time.Hour)
		return t
	}
	said := func(a alert.Answer) alert.Feedback {
		return alert.Feedback{
			Alert: alert.Unusual + ":odd0", Account: "a", Day: odd[0].Date, Detector: alert.Unusual, Answer: a, At: odd[0].At.Add(time.Hour),
			Merchant: ledger.MerchantOf(odd[0].Row), Minor: 150000, Currency: "EUR",
		}
	}
	whole := append(rows, odd...)
	for name, test := range map[string]struct {
		next ledger.Transaction
		said alert.Answer
		want float64
	}{
		"mine, the same day":                 {next(0, "a"), alert.Mine, -1},
		"mine, thirty days after":            {next(30, "a"), alert.Mine, -0.5},
		"mine, in another account":           {next(0, "b"), alert.Mine, -1},
		"mine, sixty days after":             {next(60, "a"), alert.Mine, 0},
		"later":                              {next(0, "a"), alert.Later, 0},
		"no answer":                          {next(0, "a"), alert.Unanswered, 0},
		"mine, of a rule, eases nothing":     {next(0, "a"), alert.Mine, 0},
		"not mine, in another account":       {next(0, "b"), alert.NotMine, math.NaN()},
		"not mine, on the account, by three": {next(3, "a"), alert.NotMine, math.NaN()},
	} {
		t.Run(name, func(t *testing.T) {
			f := said(test.said)
			if test.want == 0 && test.said == alert.Mine && test.next.Date == odd[0].Date {
				f.Detector = "fee"
			}
			row := append(slices.Clone(whole), test.next)
			// What the answer makes of the row that it is of shifts what comes, too: hold it against the same answer long before.
			before := f
			before.At = f.At.AddDate(0, 0, -200)
			got := scoreOf(row, f) - scoreOf(row, before)
			if !math.IsNaN(test.want) {
				if math.Abs(got-test.want) > 1e-9 {
					t.Errorf("the next row is shifted by %v, want %v", got, test.want)
				}
				return
			}
			before.At, before.Day = f.At.AddDate(0, 0, -30), f.Day.AddDays(-30)
			heat := scoreOf(row, f) - scoreOf(row, before)
			if want := map[ledger.AccountID]float64{"a": 2, "b": 0}[test.next.Account]; math.Abs(heat-want) > 1e-9 {
				t.Errorf("heated by %v, want %v", heat, want)
			}
		})
	}
}

// TestInterruptionsKeepToTheBudget lets odd things happen all the time.
func TestInterruptionsKeepToTheBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := person(rapid.Uint64().Draw(t, "person"), 110, 2)
		for back := 100; back >= 0; back -= rapid.IntRange(1, 9).Draw(t, "gap") {
			odd := ledger.Transaction{ID: ledger.TransactionID(fmt.Sprint("odd", back)), Account: "a"}
			odd.Date, odd.Payee, odd.Amount = today.AddDays(-back), fmt.Sprint("Oddity ", back), money.New(-400000-int64(back), "EUR")
			rows = append(rows, odd)
		}
		sensitivity := rapid.SampledFrom(alert.Sensitivities()).Draw(t, "sensitivity")
		k := known()
		k.Sensitivity = []alert.Chosen{{From: today.AddDays(-200), Sensitivity: sensitivity}}
		perMonth := map[alert.Sensitivity]float64{alert.Calm: 0.5, alert.Usual: 1, alert.Keen: 2}[sensitivity]
		var days []ledger.Date
		for _, a := range alert.NewState().Judge(rows, k) {
			if a.Detector == alert.Unusual && a.Level == alert.Interrupt {
				days = append(days, a.Day)
			}
		}
		slices.Sort(days)
		for i := range days {
			for n := i; n < len(days); n++ {
				if most := 3 + perMonth*float64(days[n]-days[i]+2)/30; float64(n-i+1) > most {
					t.Fatalf("%d interruptions from %v to %v", n-i+1, days[i], days[n])
				}
			}
		}
	})
}

// TestAmountsMeanTheSameInEveryCurrency is promise F6: the same life in money of another size.
func TestAmountsMeanTheSameInEveryCurrency(t *testing.T) {
	told := func(currency string, times, by int64) string {
		rows, odd := spree(0, 30, 60)
		rows = append(rows, odd...)
		for i := range rows {
			rows[i].Amount = money.New(rows[i].Amount.Minor*times/by, currency)
		}
		var all []string
		for _, a := range only(alert.Unusual, alert.NewState().Judge(rows, known())) {
			all = append(all, fmt.Sprintf("%d%v", a.Level, a.Rows))
		}
		return fmt.Sprint(all)
	}
	want := told("EUR", 1, 1)
	for currency, size := range map[string][2]int64{"USD": {11, 10}, "JPY": {160, 100}, "KWD": {33, 10}, "INR": {95, 1}} {
		if got := told(currency, size[0], size[1]); got != want {
			t.Errorf("in %s found %s, in euros %s", currency, got, want)
		}
	}
}
