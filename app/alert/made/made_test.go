package made_test

import (
	"reflect"
	"testing"

	"coffer/app/alert/made"
	"coffer/app/ledger"
)

func TestTheSameSeedInventsTheSamePeople(t *testing.T) {
	if !reflect.DeepEqual(made.People(3, 5), made.People(3, 5)) {
		t.Error("two runs differ")
	}
	if reflect.DeepEqual(made.People(3, 1)[0].Charges, made.People(4, 1)[0].Charges) {
		t.Error("two seeds don't differ")
	}
	if !reflect.DeepEqual(made.People(3, 2)[1], made.People(3, 5)[1]) {
		t.Error("a person depends on how many others there are")
	}
}

// What the generator is for: what files of simulated frauds lack is there, and every scenario.
func TestPeopleHaveWhatFilesLack(t *testing.T) {
	scenarios, countries, channels := map[string]int{}, map[string]int{}, map[int]int{}
	timed, untimed, theirs, rows := 0, 0, 0, 0
	for _, p := range made.People(1, 150) {
		for i, c := range p.Charges {
			if i > 0 && c.Row.At.Before(p.Charges[i-1].Row.At) {
				t.Fatalf("%s: rows out of order", p.Name)
			}
			if c.Row.Size <= 0 || c.Row.Merchant == "" || c.Row.Currency == "" || c.Row.Credit {
				t.Fatalf("%s: an odd row: %+v", p.Name, c.Row)
			}
			rows++
			if c.Theirs != "" {
				theirs++
				scenarios[c.Theirs]++
			}
			countries[c.Row.Country]++
			channels[c.Row.Channel]++
			if c.Row.Timed {
				timed++
			} else {
				untimed++
			}
		}
	}
	for _, s := range []string{made.CardTest, made.StolenCard, made.StolenPin, made.Skimmed, made.TakenOver, made.OnlineSpree} {
		if scenarios[s] == 0 {
			t.Errorf("nobody has %s", s)
		}
	}
	for _, c := range []ledger.Channel{ledger.UnknownChannel, ledger.CardPresent, ledger.Online, ledger.CashMachine, ledger.PaymentOut, ledger.DirectDebit} {
		if channels[int(c)] == 0 {
			t.Errorf("nothing is bought by channel %d", c)
		}
	}
	if len(countries) < 10 || timed == 0 || untimed == 0 || theirs*50 > rows || theirs*2000 < rows {
		t.Errorf("%d countries, %d rows with an hour, %d without, %d of %d are others'", len(countries), timed, untimed, theirs, rows)
	}
}
