package alert_test

import (
	"fmt"
	"testing"

	"coffer/app/alert"
	"coffer/app/ledger"
)

func answer(a alert.Alert, said alert.Answer, minor int64, daysAgo int) alert.Feedback {
	return alert.Feedback{
		Alert: a.ID, Detector: a.Detector, Answer: said, At: now.AddDate(0, 0, -daysAgo),
		Merchant: ledger.MerchantOf(ledger.Row{Payee: a.Why.Args["merchant"]}), Minor: minor, Currency: "USD",
	}
}

func TestMineSilencesTheMerchantAndPriceOfThatDetector(t *testing.T) {
	asked := usual().add("5 -140 Green Grocer").score()[0]
	for name, test := range map[string]struct {
		answer alert.Feedback
		want   int
	}{
		"mine, yesterday":              {answer(asked, alert.Mine, 14000, 6), 0},
		"mine, at a lower price":       {answer(asked, alert.Mine, 9400, 6), 0},
		"mine, at far less":            {answer(asked, alert.Mine, 9300, 6), 1},
		"mine, at that price long ago": {answer(asked, alert.Mine, 14000, 700), 0},
		"mine, at less and long ago":   {answer(asked, alert.Mine, 9400, 190), 1},
		"not mine":                     {answer(asked, alert.NotMine, 14000, 6), 1},
		"later":                        {answer(asked, alert.Later, 14000, 6), 1},
		"another detector":             {func() alert.Feedback { f := answer(asked, alert.Mine, 14000, 6); f.Detector = "other"; return f }(), 1},
		"another merchant":             {func() alert.Feedback { f := answer(asked, alert.Mine, 14000, 6); f.Merchant = "other"; return f }(), 1},
		"another currency":             {func() alert.Feedback { f := answer(asked, alert.Mine, 14000, 6); f.Currency = "EUR"; return f }(), 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := usual().add("5 -140 Green Grocer").score(test.answer); len(got) != test.want {
				t.Errorf("found %v, want %d", kinds(got), test.want)
			}
		})
	}
}

func TestNotMineLeavesTheHistory(t *testing.T) {
	d := usual().add("9 -400 Green Grocer", "5 -400 Green Grocer")
	if got := d.score(); len(got) != 1 {
		t.Fatalf("found %v, want the first only: the second is below half more", kinds(got))
	}
	first := d.score()[0]
	if got := d.score(answer(first, alert.NotMine, 40000, 6)); len(got) != 2 || got[0].ID != first.ID {
		t.Errorf("found %v after the first was not mine", kinds(got))
	}
}

// TestMineIsRememberedTwoYears is promise F3: the same pattern again, month by month.
func TestMineIsRememberedTwoYears(t *testing.T) {
	start := today.AddDays(-800)
	var d diary
	var heard []alert.Feedback
	fired := 0
	for day := start; day <= today; day++ {
		if back := int(today - day); back%7 == 0 {
			d.add(fmt.Sprintf("%d -%d Fig Tree", back, 18+back%5))
		} else if back%30 == 1 && back < 730 {
			d.add(fmt.Sprint(back, " -90 Fig Tree"), fmt.Sprint(back, " -33 Ferry"), fmt.Sprint(back, " -33 Ferry"))
		}
		for _, a := range alert.Score(alert.Mark{Account: account, From: day}, d, heard, day.Time()) {
			fired++
			f := answer(a, alert.Mine, 9000, 0)
			if a.Detector == "duplicate-charge" {
				f.Minor = 3300
			}
			f.At = day.Time()
			heard = append(heard, f)
		}
	}
	if fired != 2 {
		t.Errorf("fired %d times, want once for each pattern", fired)
	}
}
