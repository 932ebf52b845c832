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

func TestMineSilencesTheMerchantAndPrice(t *testing.T) {
	rows, odd := spree(0)
	rows = append(rows, odd...)
	said := func(a alert.Answer, minor int64, daysAgo int) alert.Feedback {
		return alert.Feedback{
			Alert: "unusual-charge:before", Detector: alert.Unusual, Answer: a, At: now.AddDate(0, 0, -daysAgo), Merchant: ledger.MerchantOf(odd[0].Row), Minor: minor, Currency: "EUR",
		}
	}
	with := func(f alert.Feedback, by func(*alert.Feedback)) alert.Feedback { by(&f); return f }
	for name, test := range map[string]struct {
		answer alert.Feedback
		want   int
	}{
		"mine, a week ago": {said(alert.Mine, 150000, 7), 0},
		"mine, of a row beside others": {with(said(alert.Mine, 150000, 7), func(f *alert.Feedback) {
			f.Others = []alert.Bound{{Merchant: f.Merchant, Minor: f.Minor, Currency: f.Currency}}
			f.Merchant, f.Minor = "other", 100
		}), 0},
		"mine, at a lower price":       {said(alert.Mine, 100000, 7), 0},
		"mine, at far less":            {said(alert.Mine, 99900, 70), 1},
		"mine, at that price long ago": {said(alert.Mine, 150000, 700), 0},
		"mine, at less and long ago":   {said(alert.Mine, 100000, 190), 1},
		"not mine":                     {said(alert.NotMine, 150000, 70), 1},
		"later":                        {said(alert.Later, 150000, 7), 1},
		"mine, said to another finding at the price": {with(said(alert.Mine, 150000, 7), func(f *alert.Feedback) { f.Detector = "other" }), 0},
		"another merchant":                           {with(said(alert.Mine, 150000, 70), func(f *alert.Feedback) { f.Merchant = "other" }), 1},
		"another currency":                           {with(said(alert.Mine, 150000, 70), func(f *alert.Feedback) { f.Currency = "USD" }), 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := episodes(alert.NewState().Judge(rows, known(test.answer))); len(got) != test.want {
				t.Errorf("found %v, want %d", got, test.want)
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

// TestABillThatIsNotMineSaysNothingOfTheCard scores what comes after a "not mine": where somebody else paid, it is looked at more closely; where a
// merchant bills wrongly, it is thought what it was.
func TestABillThatIsNotMineSaysNothingOfTheCard(t *testing.T) {
	rows := *usual().add("9 -42 Fig Tree", "8 -95 Kiosk", "7 -61 Grocer")
	thought := func(detector string) (scores []float64) {
		said := alert.Feedback{Alert: "x", Detector: detector, Answer: alert.NotMine, Account: rows[0].Account, Day: today.AddDays(-9), At: now.AddDate(0, 0, -9), Currency: "USD"}
		for _, r := range rows {
			if r.Date == today.AddDays(-9) && r.Payee == "Fig Tree" {
				said.Rows = []ledger.TransactionID{r.ID}
			}
		}
		for _, v := range alert.NewState().Verdicts(rows, known(said)) {
			if v.Day > today.AddDays(-9) && v.Day <= today.AddDays(-7) && v.Judged {
				scores = append(scores, v.Score)
			}
		}
		return scores
	}
	plain := thought("unheard-of")
	if more := thought(alert.Unusual); !slices.Equal(more, plain) {
		t.Errorf("a detector that isn't known, %v, should count as theft does: %v", plain, more)
	}
	for _, detector := range []string{"after-cancelling", "trial-paid", "duplicate-charge", "price-rise", "new-recurring", "fee"} {
		less := thought(detector)
		for i := range less {
			if len(less) != len(plain) || less[i] >= plain[i] {
				t.Fatalf("%s: after it %v, after a theft %v", detector, less, plain)
			}
		}
	}
}
