package alert_test

import (
	"slices"
	"testing"
	"time"

	"coffer/app/ledger"
)

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
		"and a fourth and fifth are none more":      {usual().add("5 -42 Fig Tree", "5 -42 Fig Tree", "4 -42 Fig Tree", "4 -42 Fig Tree", "3 -42 Fig Tree"), []string{"quiet duplicate-charge", "quiet duplicate-charge"}},
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
			if got := kinds(only("duplicate-charge", test.history.score())); !slices.Equal(got, test.want) {
				t.Errorf("found %v, want %v", got, test.want)
			}
		})
	}
}
