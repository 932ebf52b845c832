package alert_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// dayCase is a made case of a detector that looks at a day.
type dayCase struct {
	rows  *diary
	day   ledger.Date // zero: today
	watch *alert.Watchlist
	books *alert.Books
	read  map[ledger.AccountID]time.Time
	want  []string
}

// holdDay holds one detector against made cases, and looks a second time: the same finding has the same ID.
func holdDay(t *testing.T, detector string, cases map[string]dayCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			day := max(c.day, today)
			found := alert.LookedAt(*c.rows, day, c.watch, c.books, c.read, detector)
			var got []string
			for _, a := range found {
				got = append(got, strings.Fields(kinds([]alert.Alert{a})[0])[0])
				explains(t, a)
				if !strings.HasPrefix(string(a.ID), detector+":") || a.Detector != detector {
					t.Errorf("id %q of %q", a.ID, a.Detector)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
			again := alert.LookedAt(*c.rows, day, c.watch, c.books, c.read, detector)
			if !slices.EqualFunc(found, again, func(a, b alert.Alert) bool { return a.ID == b.ID && a.Day == b.Day }) {
				t.Errorf("the second look has other ids")
			}
		})
	}
}

func TestOverdraftAhead(t *testing.T) {
	rent := func(more ...string) *diary {
		return made().each(30, 326, 26, "-900 Rent Office #chan=sent").each(30, 330, 30, "950 Employer").made(more...)
	}
	held := func(now int64) *alert.Books {
		var sum int64
		for _, t := range *rent() {
			sum += t.Amount.Minor
		}
		return holding(ledger.Checking, now-sum)
	}
	holdDay(t, "overdraft-ahead", map[string]dayCase{
		"the rent in four days is more than is there": {rows: rent("1 -1 Bean"), books: held(64000), day: today, want: nil},
		"without the income that is due":              {rows: made().each(30, 326, 26, "-900 Rent Office #chan=sent"), books: holding(ledger.Checking, 1050000), want: loud},
		"not where enough is there":                   {rows: made().each(30, 326, 26, "-900 Rent Office"), books: holding(ledger.Checking, 1190000)},
		"not where the rent is three weeks away":      {rows: made().each(30, 310, 10, "-900 Rent Office"), books: holding(ledger.Checking, 1050000)},
		"not where the balance is not known":          {rows: made().each(30, 326, 26, "-900 Rent Office")},
		"not on a credit card":                        {rows: made().each(30, 326, 26, "-900 Rent Office"), books: holding(ledger.Card, 1050000)},
		"not where it is below zero already":          {rows: made().each(30, 326, 26, "-900 Rent Office"), books: holding(ledger.Checking, 900000)},
		"not where it often is":                       {rows: made().each(30, 326, 26, "-900 Rent Office").made("40 -500 Sofa", "10 500 Refund"), books: holding(ledger.Checking, 1005000)},
	})
}

func TestLowBalance(t *testing.T) {
	rows := func() *diary { return made("20 -400 Volt", "10 -300 Volt", "5 -20 Bean") }
	floor := &alert.Watchlist{Floors: []alert.Floor{{Account: account, Minor: 50000, Currency: "USD"}}}
	holdDay(t, "low-balance", map[string]dayCase{
		"below what the person set":          {rows: rows(), watch: floor, books: holding(ledger.Checking, 100000), want: quiet},
		"not above it":                       {rows: rows(), watch: floor, books: holding(ledger.Checking, 200000)},
		"not where nothing was set":          {rows: rows(), books: holding(ledger.Checking, 100000)},
		"not where the balance is not known": {rows: rows(), watch: floor},
	})
	first := alert.LookedAt(*rows(), today, floor, holding(ledger.Checking, 100000), nil, "low-balance")
	later := alert.LookedAt(*rows().made("1 -20 Bean"), today.AddDays(3), floor, holding(ledger.Checking, 100000), nil, "low-balance")
	if len(first) != 1 || len(later) != 1 || first[0].ID != later[0].ID || first[0].Day != today.AddDays(-10) {
		t.Errorf("one fall is told as %v and %v", first, later)
	}
}

func TestIncomeLate(t *testing.T) {
	paid := func(last int) *diary { return made().each(30, last+300, last, "2400 Employer") }
	holdDay(t, "income-late", map[string]dayCase{
		"a salary four days late":          {rows: paid(34), want: quiet},
		"not three days late":              {rows: paid(33)},
		"not on its day":                   {rows: paid(30)},
		"not a whole month late":           {rows: paid(61)},
		"not after three salaries":         {rows: made().each(30, 94, 34, "2400 Employer")},
		"not small money":                  {rows: made().each(30, 334, 34, "4 Lodger")},
		"not at odd days":                  {rows: made("290 2400 Employer", "250 2400 Employer", "199 2400 Employer", "100 2400 Employer", "34 2400 Employer")},
		"not six days, where it is uneven": {rows: made("163 2400 Employer", "129 2400 Employer", "103 2400 Employer", "69 2400 Employer", "36 2400 Employer")},
	})
}

func TestRefundMissing(t *testing.T) {
	owed := func(account ledger.AccountID, since, by ledger.Date) *alert.Watchlist {
		return &alert.Watchlist{Refunds: []alert.ExpectedRefund{{ID: "r", Account: account, Merchant: "volt", Shown: "Volt", Minor: 20000, Currency: "USD", Since: since, By: by}}}
	}
	rows := func(more ...string) *diary { return made(append([]string{"40 -200 Volt"}, more...)...) }
	late := owed("", today.AddDays(-15), 0)
	holdDay(t, "refund-missing", map[string]dayCase{
		"nothing in fifteen days":     {rows: rows(), watch: late, want: quiet},
		"too little":                  {rows: rows("5 150 Volt"), watch: late, want: quiet},
		"before it was promised":      {rows: rows("20 200 Volt"), watch: late, want: quiet},
		"from another merchant":       {rows: rows("5 200 Amp"), watch: late, want: quiet},
		"on another account":          {rows: rows("5 200 Volt #in=b"), watch: owed(account, today.AddDays(-15), 0), want: quiet},
		"after the day that was told": {rows: rows(), watch: owed("", today.AddDays(-5), today.AddDays(-1)), want: quiet},
		"not where it came":           {rows: rows("5 191 Volt"), watch: late},
		"not within fourteen days":    {rows: rows(), watch: owed("", today.AddDays(-14), 0)},
		"not half a year later":       {rows: rows(), watch: owed("", today.AddDays(-180), 0)},
		"not where none is expected":  {rows: rows()},
	})
}

func TestLinkLost(t *testing.T) {
	read := func(days int) map[ledger.AccountID]time.Time {
		return map[ledger.AccountID]time.Time{account: today.AddDays(-days).Time().Add(9 * time.Hour), "b": today.AddDays(-days).Time()}
	}
	two := holding(ledger.Checking, 0)
	two.Accounts["b"] = two.Accounts[account]
	weekly := holding(ledger.Checking, 0)
	h := weekly.Accounts[account]
	h.Daily = false
	weekly.Accounts[account] = h
	holdDay(t, "link-lost", map[string]dayCase{
		"four days without a read":                       {rows: made(), books: holding(ledger.Checking, 0), read: read(4), want: quiet},
		"once for two of one link":                       {rows: made(), books: two, read: read(9), want: quiet},
		"not where another account of the link was read": {rows: made(), books: two, read: map[ledger.AccountID]time.Time{account: read(9)[account], "b": read(1)["b"]}},
		"not three days":                                 {rows: made(), books: holding(ledger.Checking, 0), read: read(3)},
		"not where it is read weekly":                    {rows: made(), books: weekly, read: read(9)},
		"not where it was never read":                    {rows: made(), books: holding(ledger.Checking, 0)},
	})
}
