package ledger_test

import (
	"math"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

// read is one read: hours after the first, what the bank states, and the sum of the rows that it told.
type read struct {
	hours        int
	stated, rows int64
}

func TestABalanceDiffersWhenTheBankHadTheTimeToListItsRows(t *testing.T) {
	tests := map[string]struct {
		reads    []read
		differs  bool
		since    int // hours of the read that found it; -1: none
		stated   int64
		computed int64
	}{
		"the first read says nothing":             {[]read{{0, 500, 100}}, false, -1, 500, 500},
		"rows that explain the change":            {[]read{{0, 500, 0}, {24, 500, 0}, {48, 300, -200}, {72, 350, -150}}, false, -1, 350, 350},
		"a row that is late once":                 {[]read{{0, 500, 0}, {24, 500, 0}, {48, 300, 0}, {72, 300, -200}}, false, -1, 300, 300},
		"a row that is late, asked twice an hour": {[]read{{0, 500, 0}, {24, 500, 0}, {48, 300, 0}, {49, 300, 0}}, false, 48, 300, 500},
		"a row that never comes":                  {[]read{{0, 500, 0}, {24, 500, 0}, {48, 300, 0}, {60, 300, 0}}, true, 48, 300, 500},
		"a row that is told twice":                {[]read{{0, 500, 0}, {24, 500, 0}, {48, 300, -400}, {72, 300, -400}}, true, 48, 300, 100},
		"a row that comes after it was told of":   {[]read{{0, 500, 0}, {24, 500, 0}, {48, 300, 0}, {60, 300, 0}, {61, 300, -200}}, false, -1, 300, 300},
		"told of, and another one is late":        {[]read{{0, 500, 0}, {24, 500, 0}, {48, 300, 0}, {60, 300, 0}, {84, 200, 0}}, true, 48, 200, 500},
		"rows that are always a day late":         {[]read{{0, 500, 0}, {24, 500, 0}, {48, 490, 0}, {72, 470, -10}, {96, 440, -30}, {120, 440, -60}}, false, -1, 440, 440},
		"the first read itself was late":          {[]read{{0, 300, 0}, {24, 300, -200}, {48, 300, -200}, {72, 250, -250}}, false, -1, 250, 250},
		"it was seen only once before":            {[]read{{0, 500, 0}, {24, 300, 0}, {48, 300, 0}}, false, -1, 300, 300},
		"a clock that was ahead":                  {[]read{{9000, 500, 0}, {0, 500, 0}, {24, 500, 0}, {48, 300, 0}, {72, 300, 0}}, true, 48, 300, 500},
		"a clock that goes back while it differs": {[]read{{0, 500, 0}, {24, 500, 0}, {9000, 300, 0}, {48, 300, 0}, {49, 300, 0}}, false, 48, 300, 500},
		"more than any sum":                       {[]read{{0, 500, 0}, {24, 500, 0}, {48, math.MaxInt64, math.MinInt64}}, false, -1, 500, 500},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var tally ledger.Tally
			var err error
			at := func(hours int) time.Time { return readAt.Add(time.Duration(hours) * time.Hour) }
			for _, r := range test.reads {
				c := ledger.Check{From: 1, Stated: money.New(r.stated, "EUR"), At: at(r.hours)}
				tally, err = tally.Next(c, func(ledger.Date) (money.Amount, error) { return money.New(r.rows, "EUR"), nil })
				if err != nil {
					t.Fatal(err)
				}
			}
			if tally.Differs != test.differs || tally.Stated.Minor != test.stated || tally.Computed.Minor != test.computed {
				t.Errorf("got %+v", tally)
			}
			if test.since < 0 && !tally.Since.IsZero() || test.since >= 0 && !tally.Since.Equal(at(test.since)) {
				t.Errorf("since %v, want %d h", tally.Since, test.since)
			}
		})
	}
}

func TestAnotherCurrencyIsNoDifference(t *testing.T) {
	sum := func(ledger.Date) (money.Amount, error) { return money.New(7, "EUR"), nil }
	var tally ledger.Tally
	for i := range 3 {
		tally, _ = tally.Next(ledger.Check{Stated: money.New(500, "EUR"), At: readAt.AddDate(0, 0, i)}, sum)
	}
	tally, err := tally.Next(ledger.Check{Stated: money.New(9, "CHF"), At: readAt.AddDate(0, 0, 4)}, func(ledger.Date) (money.Amount, error) {
		return money.New(0, "CHF"), nil
	})
	if err != nil || tally.Sure || tally.Differs || tally.Stated != money.New(9, "CHF") {
		t.Errorf("got %+v, %v", tally, err)
	}
}

// TestADifferenceThatIsKnownIsToldOnceItIsAnother: the person says after three days that they know of one of 200.
func TestADifferenceThatIsKnownIsToldOnceItIsAnother(t *testing.T) {
	for name, test := range map[string]struct {
		then           []read
		differs, known bool
	}{
		"it stays":                          {[]read{{96, 300, 0}}, true, true},
		"it stays while rows come":          {[]read{{96, 200, -100}, {120, 150, -150}}, true, true},
		"it becomes another":                {[]read{{96, 200, 0}, {120, 200, 0}}, true, false},
		"it is another for one read":        {[]read{{96, 200, 0}}, false, true},
		"a late row makes it what it was":   {[]read{{96, 200, 0}, {97, 200, -100}, {200, 200, -100}}, true, true},
		"it ends":                           {[]read{{96, 300, -200}}, false, false},
		"it ends, and comes again":          {[]read{{96, 300, -200}, {120, 100, -200}, {144, 100, -200}}, true, false},
		"it becomes another and back again": {[]read{{96, 200, 0}, {120, 200, 0}, {144, 300, 0}}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			var tally ledger.Tally
			for i, r := range append([]read{{0, 500, 0}, {24, 500, 0}, {48, 300, 0}, {72, 300, 0}}, test.then...) {
				if i == 4 {
					tally.Known = tally.Difference()
				}
				c := ledger.Check{From: 1, Stated: money.New(r.stated, "EUR"), At: readAt.Add(time.Duration(r.hours) * time.Hour)}
				var err error
				if tally, err = tally.Next(c, func(ledger.Date) (money.Amount, error) { return money.New(r.rows, "EUR"), nil }); err != nil {
					t.Fatal(err)
				}
			}
			if known := tally.Known.Currency != ""; tally.Differs != test.differs || known != test.known {
				t.Errorf("got %+v", tally)
			}
		})
	}
}
