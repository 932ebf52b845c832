package alert_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
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

// usual is a person's year: lunches, groceries, a rent.
func usual() *diary {
	var d diary
	for i := range 60 {
		d.add(fmt.Sprintf("%d -%d.50 Green Grocer", 360-i*6, 35+i%11), fmt.Sprintf("%d -%d.00 Bean", 359-i*6, 9+i%4))
	}
	return d.every(30, 350, 20, "-900 Rent Office")
}

func TestDuplicateCharge(t *testing.T) {
	at := func(d *diary, hours ...int) *diary {
		n := len(*d) - len(hours)
		for i, h := range hours {
			row := &(*d)[n+i]
			row.At = today.AddDays(-5).Time().Add(time.Duration(h) * time.Hour)
			row.Date = ledger.DateOf(row.At)
		}
		return d
	}
	for name, test := range map[string]struct {
		history *diary
		want    []string
	}{
		"the same amount twice in a day":            {usual().add("5 -42 Fig Tree", "5 -42 Fig Tree"), []string{"quiet duplicate-charge"}},
		"with nothing known before":                 {new(diary).add("5 -42 Fig Tree", "5 -42 Fig Tree"), []string{"quiet duplicate-charge"}},
		"two days apart":                            {usual().add("5 -42 Fig Tree", "3 -42 Fig Tree"), []string{"quiet duplicate-charge"}},
		"under other store numbers":                 {usual().add("5 -42 FIG TREE #0042", "5 -42 Fig Tree"), []string{"quiet duplicate-charge"}},
		"over a hundred interrupts":                 {usual().add("5 -142 Fig Tree", "5 -142 Fig Tree"), []string{"loud duplicate-charge"}},
		"three times is two findings":               {usual().add("5 -42 Fig Tree", "5 -42 Fig Tree", "4 -42 Fig Tree"), []string{"quiet duplicate-charge", "quiet duplicate-charge"}},
		"in yen, by yen":                            {new(diary).add("5 -500/JPY Fig Tree", "5 -500/JPY Fig Tree"), []string{"quiet duplicate-charge"}},
		"in dinars, by dinars":                      {new(diary).add("5 -100.001/KWD Fig Tree", "5 -100.001/KWD Fig Tree"), []string{"loud duplicate-charge"}},
		"47 hours apart":                            {at(new(diary).add("5 -42 Fig Tree", "5 -42 Fig Tree"), 0, 47), []string{"quiet duplicate-charge"}},
		"not 49 hours apart":                        {at(new(diary).add("5 -42 Fig Tree", "5 -42 Fig Tree"), 0, 49), nil},
		"not three days apart":                      {usual().add("5 -42 Fig Tree", "2 -42 Fig Tree"), nil},
		"not another amount":                        {usual().add("5 -42 Fig Tree", "5 -42.01 Fig Tree"), nil},
		"not another merchant":                      {usual().add("5 -42 Fig Tree", "5 -42 Olive Tree"), nil},
		"not below five":                            {new(diary).add("5 -4.99 Fig Tree", "5 -4.99 Fig Tree"), nil},
		"not below five hundred yen":                {new(diary).add("5 -499/JPY Fig Tree", "5 -499/JPY Fig Tree"), nil},
		"not below five dinars":                     {new(diary).add("5 -4.999/KWD Fig Tree", "5 -4.999/KWD Fig Tree"), nil},
		"not in two currencies":                     {new(diary).add("5 -42/EUR Fig Tree", "5 -42 Fig Tree"), nil},
		"not money in":                              {usual().add("5 42 Fig Tree", "5 42 Fig Tree"), nil},
		"not of nothing":                            {usual().add("5 0 Fig Tree", "5 0 Fig Tree"), nil},
		"not without a merchant":                    {usual().add("5 -42 ", "5 -42 "), nil},
		"not a pending row and its booked one":      {usual().add("?5 -42 Fig Tree", "4 -42 Fig Tree"), nil},
		"not a charge, its refund and a new charge": {usual().add("5 -42 Fig Tree", "5 42 Fig Tree", "4 -42 Fig Tree"), nil},
		"not where the merchant charges so": {
			new(diary).every(9, 300, 10, "-12 Ferry").every(27, 300, 10, "-12 Ferry").add("5 -12 Ferry", "5 -12 Ferry"), nil,
		},
		"but where it seldom did": {
			new(diary).every(9, 300, 10, "-12 Ferry").add("299 -12 Ferry", "5 -12 Ferry", "5 -12 Ferry"), []string{"quiet duplicate-charge"},
		},
		"but nineteen charges make no big spender, with the day's own": {
			new(diary).every(10, 200, 20, "-900 Rent Office").add("5 -12 Ferry", "5 -12 Ferry"), []string{"quiet duplicate-charge"},
		},
		"not the smallest change of a big spender": {
			new(diary).every(3, 200, 10, "-900 Rent Office").add("5 -12 Ferry", "5 -12 Ferry"), nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := kinds(test.history.score()); !slices.Equal(got, test.want) {
				t.Errorf("found %v, want %v", got, test.want)
			}
		})
	}
}

func TestUnusualAmount(t *testing.T) {
	for name, test := range map[string]struct {
		history *diary
		want    []string
	}{
		"three times the usual":                    {usual().add("5 -140 Green Grocer"), []string{"quiet unusual-amount"}},
		"far above everything":                     {usual().add("5 -2400 Green Grocer"), []string{"loud unusual-amount"}},
		"only the first of two interrupts":         {usual().add("5 -2400 Green Grocer", "4 -4800 Bean"), []string{"loud unusual-amount", "quiet unusual-amount"}},
		"pending, before it is booked":             {usual().add("?5 -140 Green Grocer"), []string{"quiet unusual-amount"}},
		"not what varies as ever":                  {usual().add("5 -46 Green Grocer"), nil},
		"not half above the highest":               {usual().add("5 -68 Green Grocer"), nil},
		"not by less than one usual charge":        {usual().every(50, 340, 40, "-2 Kiosk").add("9 -3 Kiosk", "5 -20 Kiosk"), nil},
		"not at a new merchant":                    {usual().add("5 -2400 Fig Tree"), nil},
		"not after few visits":                     {usual().add("200 -20 Fig Tree", "150 -20 Fig Tree", "120 -20 Fig Tree", "99 -20 Fig Tree", "5 -2400 Fig Tree"), nil},
		"not in the first month there":             {usual().every(3, 29, 6, "-20 Fig Tree").add("5 -2400 Fig Tree"), nil},
		"not in the first month at all":            {new(diary).every(3, 29, 6, "-20 Fig Tree").add("5 -2400 Fig Tree"), nil},
		"not of a subscription":                    {usual().add("5 -1400 Rent Office"), nil},
		"not money in":                             {usual().add("5 2400 Green Grocer"), nil},
		"not in another currency":                  {usual().add("5 -2400/JPY Green Grocer"), nil},
		"not without a merchant":                   {new(diary).every(7, 340, 10, "-20 ").add("7 -20 ", "5 -2400 "), nil},
		"not what is long past":                    {usual().add("45 -2400 Green Grocer"), nil},
		"nor does last year's price count for now": {new(diary).every(9, 800, 370, "-20 Fig Tree").add("5 -2400 Fig Tree"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := kinds(test.history.score()); !slices.Equal(got, test.want) {
				t.Errorf("found %v, want %v", got, test.want)
			}
		})
	}
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
	d := usual().add("5 -142.10 Fig Tree", "4 -142.10 Fig Tree", "3 -2400 Green Grocer")
	found := d.score()
	if len(found) != 2 {
		t.Fatalf("found %v", kinds(found))
	}
	words, labels := alert.Sentences(), alert.Labels()
	for _, a := range found {
		for _, r := range append([]ledger.Reason{a.Why}, a.Normal...) {
			if !slices.Contains(words, r.ID) || r.Args["merchant"] == "" {
				t.Errorf("%s: reason %+v", a.Detector, r)
			}
		}
		for _, n := range a.Numbers {
			if !slices.Contains(labels, n.Label) || (n.Amount == "") != (n.Currency == "") || strings.HasPrefix(n.Amount, "-") {
				t.Errorf("%s: number %+v", a.Detector, n)
			}
		}
		if len(a.Normal) == 0 || a.Account != account || a.Day != (*d)[len(*d)-1].Date && a.Day != (*d)[len(*d)-2].Date {
			t.Errorf("%s: %+v", a.Detector, a)
		}
		for _, id := range a.Baseline {
			if slices.Contains(a.Rows, id) {
				t.Errorf("%s: the baseline holds row %s itself", a.Detector, id)
			}
		}
	}
	why := found[0].Why.Args
	if why["amount"] != "142.10" || why["currency"] != "USD" || why["merchant"] != "Fig Tree" || why["days"] != "1" {
		t.Errorf("why: %v", why)
	}
	if unusual := found[1]; unusual.Why.Args["usual"] != "40.50" || len(unusual.Baseline) != 12 || unusual.Normal[0].Args["amount"] != "68.25" {
		t.Errorf("unusual: %+v", unusual)
	}
}

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

func TestOrderAndBatchesOfArrivalChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := lives(t)
		all := alert.Score(alert.Mark{Account: account, From: today.AddDays(-100)}, d, nil, now)
		from := today.AddDays(-rapid.IntRange(0, 100).Draw(t, "mark"))
		shuffled := slices.Clone(d)
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		shuffled = slices.DeleteFunc(shuffled, func(x ledger.Transaction) bool { return x.Date < from.AddDays(-alert.HistoryDays) })
		part := alert.Score(alert.Mark{Account: account, From: from}, shuffled, nil, now)
		all = slices.DeleteFunc(all, func(a alert.Alert) bool { return a.Day < from })
		if got, want := fmt.Sprintf("%+v", part), fmt.Sprintf("%+v", all); got != want {
			t.Fatalf("from %v: %s\nwant %s", from, got, want)
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
		if a.Day < today.AddDays(-150) {
			t.Errorf("an alert of %v, %d days ago", a.Day, today-a.Day)
		}
	}
	if len(found) > 12 || loud > 3 {
		t.Errorf("%d alerts, %d of them loud", len(found), loud)
	}
}

func TestDetectorsHaveTheirOwnNames(t *testing.T) {
	seen := make(map[string]bool)
	for _, d := range alert.Detectors() {
		if d.ID == "" || strings.ContainsAny(d.ID, ":+|") || seen[d.ID] || d.Find == nil {
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
	if got := d.score(); got != nil {
		t.Errorf("found %v across accounts", kinds(got))
	}
	(*d)[len(*d)-1].Account, (*d)[len(*d)-1].Status = account, ledger.Dropped
	if got := d.score(); got != nil {
		t.Errorf("found %v with a dropped row", kinds(got))
	}
}

func BenchmarkScoreHundredThousand(b *testing.B) {
	random := rand.New(rand.NewPCG(7, 8))
	for name, years := range map[string]int{"ten years": 10, "four months, all judged": 0} {
		span := max(120, years*365)
		var d diary
		for i := range 100000 {
			d.add(fmt.Sprintf("%d -%d.%02d Shop %c%c", span-i*span/100000, 5+random.IntN(60), random.IntN(100), 'A'+random.IntN(26), 'A'+random.IntN(4)))
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				alert.Score(alert.Mark{Account: account}, d, nil, now)
			}
		})
	}
}
