package alert_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
)

// scene is a person's rows with what they told ahead.
type scene struct {
	rows  diary
	watch alert.Watchlist
	books *alert.Books
	read  map[ledger.AccountID]time.Time
}

// row adds rows of diary.add, each with what else is known of it after a bar: an hour "14:30", a country "DE", a channel, "cat:fees",
// "acct:b", "fx:-10/EUR", "text:WIRE".
func (s *scene) row(texts ...string) *scene {
	for _, text := range texts {
		what, more, _ := strings.Cut(text, " | ")
		s.rows.add(what)
		t := &s.rows[len(s.rows)-1]
		for _, word := range strings.Fields(more) {
			tellOf(t, word)
		}
	}
	return s
}

var channelNames = map[string]ledger.Channel{
	"chip": ledger.CardPresent, "online": ledger.Online, "atm": ledger.CashMachine, "pay": ledger.PaymentOut, "debit": ledger.DirectDebit, "other": ledger.OtherChannel,
}

func tellOf(t *ledger.Transaction, word string) {
	key, value, pair := strings.Cut(word, ":")
	switch channel, named := channelNames[word]; {
	case named:
		t.Channel = channel
	case len(word) == 2:
		t.Country = word
	case key == "cat":
		t.Category = ledger.Category(value)
	case key == "acct":
		t.Account = ledger.AccountID(value)
	case key == "text":
		t.Text = value
	case key == "fx":
		amount, currency, _ := strings.Cut(value, "/")
		foreign, err := money.Parse(amount, currency)
		if err != nil {
			panic(err)
		}
		t.Foreign = foreign
	case pair:
		at, err := time.Parse("15:04", word)
		if err != nil {
			panic(err)
		}
		t.At = t.Date.Time().Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
	default:
		panic("what is " + word)
	}
}

// repeat adds a row every so many days, from one day back to another.
func (s *scene) repeat(step, from, to int, what string) *scene {
	for back := from; back >= to; back -= step {
		s.row(fmt.Sprint(back, " ", what))
	}
	return s
}

// calm is half a year of groceries and lunches on account "a" at home in Germany, by card.
func calm() *scene {
	s := new(scene)
	for i := range 60 {
		s.row(fmt.Sprintf("%d -%d.50 Green Grocer | chip DE cat:groceries 1%d:20", 200-i*3, 35+i%11, i%8), fmt.Sprintf("%d -%d.00 Bean | chip DE cat:eating-out 12:10", 199-i*3, 9+i%4))
	}
	return s
}

// told ahead by the person.
func (s *scene) ahead(entries ...alert.WatchEntry) *scene {
	for _, e := range entries {
		s.watch.Add(e)
	}
	return s
}

// holds says what account "a" is, and what it held before its first row.
func (s *scene) holds(kind ledger.Kind, opening int64) *scene {
	s.books = &alert.Books{Accounts: map[ledger.AccountID]alert.Holding{
		"a": {Kind: kind, Name: "Daily", Link: "bank", Daily: true, Currency: "USD", Stated: true, Opening: opening},
	}}
	return s
}

func (s *scene) knownAt(at time.Time) alert.Known {
	return alert.Known{Watch: s.watch, Books: s.books, LastRead: s.read, Now: at}
}

// tells are the alerts of one detector that wait for the person, from rows and from the look at a day.
func (s *scene) tells(detector string, at time.Time) []alert.Alert {
	state, all := alert.NewState(), s.knownAt(at)
	found := append(state.Judge(s.rows, all), state.Finish(all)...)
	return slices.DeleteFunc(only(detector, found), func(a alert.Alert) bool { return a.Withdrawn })
}

// judged holds scenes against what one detector should say, as levels.
func judged(t *testing.T, detector string, scenes map[string]struct {
	*scene
	want string
}) {
	t.Helper()
	for name, test := range scenes {
		t.Run(name, func(t *testing.T) {
			found := test.tells(detector, now)
			var got []string
			for _, a := range found {
				got = append(got, strings.Fields(kinds([]alert.Alert{a})[0])[0])
				spokenOf(t, a)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("found %q, want %q: %+v", strings.Join(got, " "), test.want, found)
			}
		})
	}
}

type scenes = map[string]struct {
	*scene
	want string
}

// spokenOf holds an alert to what each must say.
func spokenOf(t *testing.T, a alert.Alert) {
	t.Helper()
	if a.ID == "" || a.Account == "" || a.Why.ID == "" || len(a.Numbers) == 0 || len(a.Normal) == 0 {
		t.Errorf("it does not explain itself: %+v", a)
	}
	for _, r := range append([]ledger.Reason{a.Why}, a.Normal...) {
		if !slices.Contains(alert.Sentences(), r.ID) {
			t.Errorf("no sentence %q", r.ID)
		}
	}
	for _, n := range a.Numbers {
		if !slices.Contains(alert.Labels(), n.Label) {
			t.Errorf("no label %q", n.Label)
		}
	}
	for _, id := range a.Baseline {
		if id == "" || slices.Contains(a.Rows, id) {
			t.Errorf("baseline %v of %v", a.Baseline, a.Rows)
		}
	}
}
