package alert_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// lookedAt judges a scene day by day, up to so many days back from today, as a person's Coffer does, and returns the alerts of one
// detector that were told, each with the days back on which it was found.
func lookedAt(s *scene, detector string, from, to int) (ids []alert.ID, days map[alert.ID][]int) {
	state, days := alert.NewState(), map[alert.ID][]int{}
	for back := from; back >= to; back-- {
		day := today.AddDays(-back)
		rows := slices.DeleteFunc(slices.Clone(s.rows), func(t ledger.Transaction) bool { return t.Date > day })
		all := s.knownAt(day.Time().Add(20 * time.Hour))
		state.Judge(rows, all)
		for _, a := range only(detector, state.Finish(all)) {
			if len(days[a.ID]) == 0 {
				ids = append(ids, a.ID)
			}
			days[a.ID] = append(days[a.ID], back)
		}
	}
	return ids, days
}

// TestALookTellsOnceADay passes days: one alert, the same ID each day, from the day it is due to the day it is over.
func TestALookTellsOnceADay(t *testing.T) {
	read := func(s *scene, back int) *scene {
		s.read = map[ledger.AccountID]time.Time{"a": today.AddDays(-back).Time().Add(9 * time.Hour)}
		return s
	}
	salary := func(s *scene, upTo int) *scene { return s.repeat(30, 190, upTo, "2500 Works Ltd | cat:salary") }
	refund := alert.ExpectedRefund{ID: "r1", Merchant: "sky agency", Minor: 10000, Currency: "USD", Since: today.AddDays(-60)}
	bought := func() *scene { return calm().row("70 -100 Sky Agency | online").ahead(refund) }
	floor := alert.Floor{Account: "a", Minor: 50000, Currency: "USD"}
	for name, test := range map[string]struct {
		detector string
		scene    *scene
		from, to int // days back that have passed: told on each of them and no other
	}{
		"no read for more than three days":                  {"link-lost", read(calm().holds(ledger.Checking, 500000), 20), 16, 0},
		"a salary that is late":                             {"income-late", salary(calm(), 40), 6, 0},
		"a salary off its pace by more than two deviations": {"income-late", calm().row("193 2500 Works Ltd", "160 2500 Works Ltd", "133 2500 Works Ltd", "100 2500 Works Ltd", "73 2500 Works Ltd", "40 2500 Works Ltd"), 4, 0},
		"a salary until the next is due":                    {"income-late", salary(calm(), 70), 36, 11},
		"a refund that has not come":                        {"refund-missing", bought(), 45, 0},
		"a refund that came late":                           {"refund-missing", bought().row("30 100 Sky Agency"), 45, 31},
		"one that was six percent short":                    {"refund-missing", bought().row("50 94 Sky Agency"), 45, 0},
		"below the floor":                                   {"low-balance", calm().holds(ledger.Checking, 500000).row("40 -2700 Gem House | chip"), 40, 0},
		"below the floor until money came":                  {"low-balance", calm().holds(ledger.Checking, 500000).row("40 -2700 Gem House | chip", "12 3000 Works Ltd"), 40, 13},
		"an overdraft a week ahead of the rent":             {"overdraft-ahead", calm().holds(ledger.Checking, 890000).repeat(30, 184, 34, "-900 Rent Office | pay cat:housing").repeat(15, 183, 8, "-1 Kiosk"), 11, 0},
	} {
		t.Run(name, func(t *testing.T) {
			ids, days := lookedAt(test.scene.ahead(floor), test.detector, 60, 0)
			if len(ids) != 1 {
				t.Fatalf("told %v", days)
			}
			if got := days[ids[0]]; got[0] != test.from || got[len(got)-1] != test.to || len(got) != test.from-test.to+1 {
				t.Errorf("told %v days back, want %d to %d", got, test.from, test.to)
			}
			for _, a := range test.scene.tells(test.detector, today.AddDays(-test.to).Time().Add(20*time.Hour)) {
				spokenOf(t, a)
			}
		})
	}
}

// TestALookIsSilent passes 60 days on which nothing is to be told.
func TestALookIsSilent(t *testing.T) {
	read := func(s *scene, back int) *scene {
		s.read = map[ledger.AccountID]time.Time{"a": today.AddDays(-back).Time()}
		return s
	}
	rent := func(opening int64) *scene {
		return calm().holds(ledger.Checking, opening).repeat(30, 184, 4, "-900 Rent Office | pay cat:housing")
	}
	expects := func(r alert.ExpectedRefund) *scene {
		r.ID, r.Merchant, r.Minor, r.Currency = "r1", "sky agency", 10000, "USD"
		return calm().row("70 -100 Sky Agency | online").ahead(r)
	}
	weekly := calm().holds(ledger.Checking, 500000)
	weekly.books.Accounts["a"] = alert.Holding{Kind: ledger.Checking, Link: "bank", Currency: "USD"}
	for name, test := range map[string]struct {
		detector string
		scene    *scene
	}{
		"a read three days ago":                     {"link-lost", read(calm().holds(ledger.Checking, 500000), 3)},
		"a link that is not daily":                  {"link-lost", read(weekly, 40)},
		"an account never read":                     {"link-lost", calm().holds(ledger.Checking, 500000)},
		"a salary three days late":                  {"income-late", calm().repeat(30, 190, 40, "2500 Works Ltd").repeat(30, 7, 7, "2500 Works Ltd")},
		"a salary that comes within two deviations": {"income-late", calm().row("193 2500 Works Ltd", "160 2500 Works Ltd", "133 2500 Works Ltd", "100 2500 Works Ltd", "73 2500 Works Ltd", "40 2500 Works Ltd", "5 2500 Works Ltd")},
		"three salaries":                            {"income-late", calm().repeat(30, 100, 40, "2500 Works Ltd")},
		"pennies":                                   {"income-late", calm().repeat(30, 190, 40, "0.50 Savings interest")},
		"a refund five percent short":               {"refund-missing", expects(alert.ExpectedRefund{Since: today.AddDays(-60)}).row("50 95 Sky Agency")},
		"a refund in two weeks":                     {"refund-missing", expects(alert.ExpectedRefund{Since: today.AddDays(-14)})},
		"a refund by a day that was named":          {"refund-missing", expects(alert.ExpectedRefund{Since: today.AddDays(-60), By: today})},
		"a balance at the floor":                    {"low-balance", new(scene).holds(ledger.Checking, 60000).row("50 -100 Gem House | chip").ahead(alert.Floor{Account: "a", Minor: 50000, Currency: "USD"})},
		"another account's floor":                   {"low-balance", calm().holds(ledger.Checking, 1).ahead(alert.Floor{Account: "b", Minor: 50000, Currency: "USD"})},
		"enough for the rent":                       {"overdraft-ahead", rent(2000000)},
		"below zero":                                {"overdraft-ahead", rent(100000)},
		"below zero as a habit":                     {"overdraft-ahead", new(scene).holds(ledger.Checking, 20000).repeat(30, 184, 4, "-900 Rent Office | pay cat:housing").repeat(30, 169, 19, "900 Works Ltd")},
		"a salary before the rent":                  {"overdraft-ahead", rent(400000).repeat(30, 185, 5, "1600 Works Ltd")},
		"a credit card":                             {"overdraft-ahead", calm().holds(ledger.Card, 890000).repeat(30, 184, 34, "-900 Rent Office")},
		"no balance":                                {"overdraft-ahead", calm().repeat(30, 184, 34, "-900 Rent Office")},
	} {
		t.Run(name, func(t *testing.T) {
			if ids, days := lookedAt(test.scene, test.detector, 60, 0); len(ids) > 0 {
				t.Errorf("told %v", days)
			}
		})
	}
}

// TestALowBalanceIsNotToldAgain lives below the floor for a year, with a row each day: once told, it stays one alert.
func TestALowBalanceIsNotToldAgain(t *testing.T) {
	s := new(scene).holds(ledger.Checking, 100000).ahead(alert.Floor{Account: "a", Minor: 50000, Currency: "USD"}).
		row("399 -600 Gem House").repeat(1, 398, 0, "-0.10 Kiosk")
	ids, _ := lookedAt(s, "low-balance", 400, 0)
	if len(ids) != 1 {
		t.Errorf("told %d times: %s", len(ids), strings.ReplaceAll(string(ids[0]), "\n", " "))
	}
}

// TestMoneyThatAnotherTookIsGone: a charge that the person never made leaves their history, and not what the account holds. That holds for the
// first row of an account, too.
func TestMoneyThatAnotherTookIsGone(t *testing.T) {
	for name, s := range map[string]*scene{
		"among others": calm().holds(ledger.Checking, 500000).row("40 -2700 Gem House | chip"),
		"as the first": new(scene).holds(ledger.Checking, 300000).row("40 -2700 Gem House | chip", "39 -5 Bean | chip"),
	} {
		t.Run(name, func(t *testing.T) {
			taken := s.rows[slices.IndexFunc(s.rows, func(r ledger.Transaction) bool { return r.Payee == "Gem House" })]
			s.ahead(alert.Floor{Account: "a", Minor: 50000, Currency: "USD"})
			known := s.knownAt(now)
			known.Feedback = []alert.Feedback{{
				Alert: "unusual-charge:x", Account: "a", Day: taken.Date, Rows: []ledger.TransactionID{taken.ID}, Detector: alert.Unusual,
				Answer: alert.NotMine, At: taken.Date.Time().Add(48 * time.Hour), Merchant: "gem house", Minor: 270000, Currency: "USD",
			}}
			state := alert.NewState()
			found := append(state.Judge(s.rows, known), state.Finish(known)...)
			if low := only("low-balance", found); len(low) == 0 || low[0].Day != taken.Date {
				t.Errorf("of the low balance is told %+v", low)
			}
		})
	}
}
