package alert_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

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
	asked := usual().add("5 -240 Green Grocer").score()[0]
	for name, test := range map[string]struct {
		answer alert.Feedback
		want   int
	}{
		"mine, yesterday":              {answer(asked, alert.Mine, 24000, 6), 0},
		"mine, at a lower price":       {answer(asked, alert.Mine, 16000, 6), 0},
		"mine, at far less":            {answer(asked, alert.Mine, 15900, 6), 1},
		"mine, at that price long ago": {answer(asked, alert.Mine, 24000, 700), 0},
		"mine, at less and long ago":   {answer(asked, alert.Mine, 16000, 190), 1},
		"not mine":                     {answer(asked, alert.NotMine, 24000, 6), 1},
		"later":                        {answer(asked, alert.Later, 24000, 6), 1},
		"mine, said to another finding at the price": {func() alert.Feedback { f := answer(asked, alert.Mine, 24000, 6); f.Detector = "other"; return f }(), 0},
		"another merchant":                           {func() alert.Feedback { f := answer(asked, alert.Mine, 24000, 6); f.Merchant = "other"; return f }(), 1},
		"another currency":                           {func() alert.Feedback { f := answer(asked, alert.Mine, 24000, 6); f.Currency = "EUR"; return f }(), 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := usual().add("5 -240 Green Grocer").score(test.answer); len(got) != test.want {
				t.Errorf("found %v, want %d", kinds(got), test.want)
			}
		})
	}
}

func TestMineSilencesARuleByItsOwnAnswerAlone(t *testing.T) {
	twice := func() *diary { return usual().add("5 -42 Fig Tree", "5 -42 Fig Tree") }
	asked := only("duplicate-charge", twice().score())[0]
	said := answer(asked, alert.Mine, 4200, 6)
	if got := only("duplicate-charge", twice().score(said)); len(got) != 0 {
		t.Errorf("found %v", kinds(got))
	}
	said.Detector = "other"
	if got := only("duplicate-charge", twice().score(said)); len(got) != 1 {
		t.Errorf("an answer to another kind silences it: %v", kinds(got))
	}
}

// TestMineIsRememberedTwoYears is promise F3: the same patterns again, month by month, through one state and answered on the day.
func TestMineIsRememberedTwoYears(t *testing.T) {
	start := today.AddDays(-800)
	var heard []alert.Feedback
	asked := map[string]int{}
	state := alert.NewState()
	for day := start; day <= today; day++ {
		var d diary
		if back := int(today - day); back%7 == 0 {
			d.add(fmt.Sprintf("%d -%d Fig Tree", back, 18+back%5), fmt.Sprintf("%d -%d Bean", back, 4+back%3))
		} else if back%30 == 1 && back < 730 {
			d.add(fmt.Sprint(back, " -90 Fig Tree"), fmt.Sprint(back, " -33 Ferry"), fmt.Sprint(back, " -33 Ferry"), fmt.Sprint(back, " -640 Voltbay"))
		}
		for i := range d {
			d[i].ID = ledger.TransactionID(fmt.Sprint(day, "-", i))
		}
		for _, a := range state.Judge(d, alert.Known{Feedback: heard, Now: day.Time().Add(20 * time.Hour)}) {
			if a.Withdrawn || a.Day != day {
				continue
			}
			at := a.Rows[len(a.Rows)-1]
			row := d[slices.IndexFunc(d, func(t ledger.Transaction) bool { return t.ID == at })]
			asked[fmt.Sprint(a.Detector, " ", row.Payee, row.Amount.Minor)]++
			heard = append(heard, alert.Feedback{
				Alert: a.ID, Account: a.Account, Day: a.Day, Rows: a.Rows, Detector: a.Detector, Answer: alert.Mine, At: day.Time().Add(21 * time.Hour),
				Merchant: ledger.MerchantOf(row.Row), Minor: -row.Amount.Minor, Currency: "USD",
			})
		}
	}
	if len(asked) < 2 {
		t.Errorf("asked %v", asked)
	}
	for pattern, times := range asked {
		if times > 1 {
			t.Errorf("%s was asked %d times", pattern, times)
		}
	}
}
