package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

// booking is one way in which a pending row becomes booked rows, or none.
type booking struct {
	name string
	sure bool // it must be matched without asking
	mcc  string
	turn func(r *rand.Rand, held ledger.Row) []ledger.Row // what is booked of it, the main row first
}

func times(r ledger.Row, percent int64) ledger.Row {
	r.Amount.Minor = r.Amount.Minor * percent / 100
	return r
}

func later(r ledger.Row, days int) ledger.Row {
	r.Date = r.Date.AddDays(days)
	return r
}

func bookings() []booking {
	const shop, restaurant = "5411", "5812"
	return []booking{
		{"same amount", true, shop, func(r *rand.Rand, held ledger.Row) []ledger.Row { return []ledger.Row{later(held, r.IntN(4))} }},
		{"shifted up to eight days", true, shop, func(r *rand.Rand, held ledger.Row) []ledger.Row {
			return []ledger.Row{later(held, r.IntN(9))}
		}},
		{"a tip up to 35 percent", true, restaurant, func(r *rand.Rand, held ledger.Row) []ledger.Row {
			return []ledger.Row{later(times(held, 100+r.Int64N(36)), r.IntN(5))}
		}},
		{"another currency, three percent off", true, shop, func(r *rand.Rand, held ledger.Row) []ledger.Row {
			b := times(held, 98+r.Int64N(6))
			b.Foreign = money.New(held.Amount.Minor*9/10, "EUR")
			return []ledger.Row{later(b, r.IntN(5))}
		}},
		{"a hold that is dropped", false, shop, func(*rand.Rand, ledger.Row) []ledger.Row { return nil }},
		{"a hold that is split", false, shop, func(r *rand.Rand, held ledger.Row) []ledger.Row {
			first := times(held, 20+r.Int64N(60))
			rest := held
			rest.Amount.Minor -= first.Amount.Minor
			return []ledger.Row{later(first, 1), later(rest, 2)}
		}},
		{"a hold that is captured in part", false, shop, func(r *rand.Rand, held ledger.Row) []ledger.Row {
			return []ledger.Row{later(times(held, 30+r.Int64N(60)), r.IntN(5))}
		}},
	}
}

// TestPendingToBooked is promise P1: of 200 pending rows of each scenario, all among each other at
// 40 shops, at least 95 in 100 are matched where that is sure, and 995 in 1000 matches are right.
func TestPendingToBooked(t *testing.T) {
	const each = 200
	random := rand.New(rand.NewPCG(9, 10))
	matches, right, wanted := 0, 0, 0
	for range each {
		var pending, booked []ledger.Row
		var origin []int // of each booked row, the pending one that it should meet
		var sure []bool
		for _, scenario := range bookings() {
			held := ledger.Row{
				SourceID: "p" + scenario.name, Pending: true, MCC: scenario.mcc, Date: ledger.Day(2026, time.March, 10+random.IntN(5)),
				Payee: fmt.Sprintf("%s %s", []string{"Green", "Fig", "Old", "Blue", "Red"}[random.IntN(5)],
					[]string{"Grocer", "Tree", "Harbor", "Bottle", "Lion", "Mill", "Garden", "Books"}[random.IntN(8)]),
				Amount: money.New(-int64(500+random.IntN(9500)), "USD"),
			}
			for i, b := range scenario.turn(random, held) {
				b.Pending, b.SourceID = false, fmt.Sprint("b", len(booked))
				b.Payee = fmt.Sprintf("%s #%04d SPRINGFIELD", b.Payee, random.IntN(9999))
				booked, origin, sure = append(booked, b), append(origin, len(pending)), append(sure, scenario.sure && i == 0)
			}
			pending = append(pending, held)
		}
		var b books
		b.read(ledger.Batch{Rows: pending})
		met := make(map[string]string) // booked id → pending id
		for _, u := range b.read(ledger.Batch{Rows: booked}).Update {
			for _, x := range b.rows {
				if x.ID == u.ID {
					met[u.Row.SourceID] = x.Aliases[0]
				}
			}
		}
		for i, row := range booked {
			got, matched := met[row.SourceID]
			good := matched && got == pending[origin[i]].SourceID
			if matched {
				matches++
			}
			if matched && !good {
				t.Logf("%v %s taken for %s", row.Amount, row.Payee, got)
			}
			if good {
				right++
			}
			if sure[i] {
				wanted++
			}
		}
	}
	t.Logf("%d sure, %d matched, %d right", wanted, matches, right)
	if right*1000 < matches*995 {
		t.Errorf("%d of %d matches are right", right, matches)
	}
	if right*100 < wanted*95 {
		t.Errorf("%d of %d sure bookings were matched", right, wanted)
	}
}
