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

// made writes a diary whose rows say more: "5 -42 Fig Tree #at=14:30 #chan=online #cc=PT #cat=groceries #mcc=5411
// #in=b #foreign=10.00/EUR #text=words_of_the_bank". Rows are put in order.
func made(texts ...string) *diary { return new(diary).made(texts...) }

func (d *diary) made(texts ...string) *diary {
	for _, text := range texts {
		parts := strings.Split(text, " #")
		d.add(parts[0])
		for _, more := range parts[1:] {
			say(&(*d)[len(*d)-1], more)
		}
	}
	slices.SortStableFunc(*d, func(a, b ledger.Transaction) int {
		if a.Date != b.Date {
			return int(a.Date - b.Date)
		}
		return a.At.Compare(b.At)
	})
	return d
}

var channels = map[string]ledger.Channel{
	"card": ledger.CardPresent, "online": ledger.Online, "cash": ledger.CashMachine, "sent": ledger.PaymentOut,
	"debit": ledger.DirectDebit, "other": ledger.OtherChannel,
}

func say(t *ledger.Transaction, what string) {
	key, value, _ := strings.Cut(what, "=")
	switch key {
	case "at":
		var h, m int
		if _, err := fmt.Sscanf(value, "%d:%d", &h, &m); err != nil {
			panic(err)
		}
		t.At = t.Date.Time().Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute)
	case "chan":
		t.Channel = channels[value]
	case "cc":
		t.Country = value
	case "cat":
		t.Category = ledger.Category(value)
	case "mcc":
		t.MCC = value
	case "in":
		t.Account = ledger.AccountID(value)
	case "text":
		t.Text = strings.ReplaceAll(value, "_", " ")
	case "foreign":
		amount, currency, _ := strings.Cut(value, "/")
		var err error
		if t.Foreign, err = money.Parse(amount, currency); err != nil {
			panic(err)
		}
	default:
		panic(what)
	}
}

// each writes the same row every so many days, from one day back to another, with more.
func (d *diary) each(step, from, to int, what string) *diary {
	for back := from; back >= to; back -= step {
		d.made(fmt.Sprint(back, " ", what))
	}
	return d
}

// life is a year of somebody who pays by card at home: lunch on most days, groceries each week, rent and salary.
func life() *diary {
	d := new(diary)
	for back := 360; back > 5; back-- {
		if back%7 > 1 {
			d.made(fmt.Sprintf("%d -%d.40 Bean #at=12:%02d #chan=card #cc=GB #cat=eating-out", back, 8+back%5, back%60))
		}
		if back%7 == 0 {
			d.made(fmt.Sprintf("%d -%d.15 Green Grocer #at=17:%02d #chan=card #cc=GB #cat=groceries", back, 55+back*7%30, back%60))
		}
	}
	return d.each(30, 350, 20, "-900 Rent Office #chan=sent #cat=housing").each(30, 352, 22, "2400 Employer #cat=salary")
}

// madeCase is one made case of a detector.
type madeCase struct {
	rows  *diary
	watch *alert.Watchlist
	books *alert.Books
	want  []string // "loud", "quiet"
}

// hold holds one detector against made cases: those that fire, and those that must not.
func hold(t *testing.T, detector string, cases map[string]madeCase) {
	t.Helper()
	fires, silent := 0, 0
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			found := alert.Rules(*c.rows, c.watch, c.books, detector)
			var got []string
			for _, a := range found {
				got = append(got, strings.Fields(kinds([]alert.Alert{a})[0])[0])
				explains(t, a)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
		if len(c.want) > 0 {
			fires++
		} else {
			silent++
		}
	}
	if fires == 0 || silent == 0 {
		t.Errorf("%d cases that fire and %d that must not", fires, silent)
	}
}

// explains fails for an alert that doesn't say why, by which numbers, and what would have been normal.
func explains(t *testing.T, a alert.Alert) {
	t.Helper()
	if !slices.Contains(alert.Sentences(), a.Why.ID) || len(a.Normal) == 0 || len(a.Numbers) == 0 || a.ID == "" {
		t.Errorf("%s explains nothing: %+v", a.Detector, a)
	}
	for _, r := range a.Normal {
		if !slices.Contains(alert.Sentences(), r.ID) {
			t.Errorf("%s: no sentence %s", a.Detector, r.ID)
		}
	}
	for _, n := range a.Numbers {
		if !slices.Contains(alert.Labels(), n.Label) || n.Amount == "" && n.Currency != "" {
			t.Errorf("%s: number %+v", a.Detector, n)
		}
	}
	for _, id := range a.Baseline {
		if slices.Contains(a.Rows, id) {
			t.Errorf("%s: the baseline holds row %s itself", a.Detector, id)
		}
	}
}

var (
	loud  = []string{"loud"}
	quiet = []string{"quiet"}
)
