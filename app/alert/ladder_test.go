package alert_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// bench is a person's books as they fill up: what comes late is judged again from the nearest state.
type bench struct {
	rows   []ledger.Transaction
	known  alert.Known
	ladder alert.Ladder
	alerts map[alert.ID]alert.Alert
	scores map[ledger.TransactionID]float64
	last   ledger.Date
	judged int // rows, over all passes
}

func newBench(k alert.Known) *bench {
	return &bench{known: k, alerts: map[alert.ID]alert.Alert{}, scores: map[ledger.TransactionID]float64{}}
}

// arrive adds rows, in any order, and judges what they touch.
func (b *bench) arrive(rows []ledger.Transaction) {
	if len(rows) == 0 {
		return
	}
	from := rows[0].Date
	for _, r := range rows {
		from, b.last = min(from, r.Date), max(b.last, r.Date)
	}
	b.rows = append(b.rows, rows...)
	b.judge(from)
}

func (b *bench) judge(from ledger.Date) {
	b.ladder.Drop(from)
	state, start := alert.NewState(), ledger.Date(-1<<30)
	if rung, there := b.ladder.Newest(); there {
		state, start = rung.State.Clone(), rung.Day
	}
	for id, a := range b.alerts {
		if a.Day >= start {
			delete(b.alerts, id)
		}
	}
	wanted := append(b.ladder.Wanted(b.last), 1<<30)
	for i, upTo := range wanted {
		since := start
		if i > 0 {
			since = max(start, wanted[i-1])
		}
		part := slices.DeleteFunc(slices.Clone(b.rows), func(r ledger.Transaction) bool { return r.Date < since || r.Date >= upTo })
		b.judged += len(part)
		shadow := state.Clone()
		for _, v := range shadow.Verdicts(part, b.known) {
			b.scores[v.Row] = v.Score
		}
		for _, a := range state.Judge(part, b.known) {
			b.alerts[a.ID] = a
		}
		if next, begun := state.Next(); begun && upTo >= next && upTo < 1<<30 {
			b.ladder.Put(alert.Rung{Day: upTo, State: state.Clone()})
		}
	}
	b.ladder.Thin(b.last)
}

func (b *bench) told() string { return fmt.Sprint(b.alerts) + fmt.Sprint(b.scores) }

// TestOrderAndBatchesOfArrivalChangeNothing is promise F5: the same rows in a hundred orders and batchings.
func TestOrderAndBatchesOfArrivalChangeNothing(t *testing.T) {
	rows := person(8, 130, 1)
	atOnce := newBench(known())
	atOnce.arrive(rows)
	if len(atOnce.alerts) < 3 {
		t.Fatalf("only %d alerts", len(atOnce.alerts))
	}
	for order := range uint64(100) {
		random := rand.New(rand.NewPCG(order, 3))
		mixed := slices.Clone(rows)
		switch order % 3 {
		case 0: // as they come from a bank, with some that are late
			slices.SortFunc(mixed, func(a, b ledger.Transaction) int { return int(a.Date-b.Date) + random.IntN(9) - 4 })
		case 1: // the newest first
			slices.SortFunc(mixed, func(a, b ledger.Transaction) int { return int(b.Date - a.Date) })
		default:
			random.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		}
		b := newBench(known())
		for len(mixed) > 0 {
			n := min(len(mixed), 1+random.IntN(70))
			b.arrive(mixed[:n])
			mixed = mixed[n:]
		}
		if b.told() != atOnce.told() {
			t.Fatalf("order %d: alerts and scores\n%s\nwant\n%s", order, b.told(), atOnce.told())
		}
		newest, _ := b.ladder.Newest()
		for _, rung := range atOnce.ladder.Rungs() {
			if rung.Day == newest.Day && !bytes.Equal(bytesOf(t, rung.State), bytesOf(t, newest.State)) {
				t.Fatalf("order %d: another state at the start of %v", order, rung.Day)
			}
		}
	}
}

// TestNewRowsAreJudgedFromNearby adds day after day: few rows are judged twice.
func TestNewRowsAreJudgedFromNearby(t *testing.T) {
	rows := person(9, 300, 2)
	slices.SortStableFunc(rows, func(a, b ledger.Transaction) int { return int(a.Date - b.Date) })
	b := newBench(known())
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].Date == rows[0].Date {
			n++
		}
		b.arrive(rows[:n])
		rows = rows[n:]
	}
	if b.judged > 5*len(b.rows) {
		t.Errorf("%d rows were judged for %d", b.judged, len(b.rows))
	}
	var ages []int
	for _, r := range b.ladder.Rungs() {
		ages = append(ages, int(b.last-r.Day))
	}
	if len(ages) < 4 || ages[0] < 120 || ages[len(ages)-1] > 3 {
		t.Errorf("states are kept of so many days ago: %v", ages)
	}
}

func TestALadderKeepsOneStateForEachDistance(t *testing.T) {
	var l alert.Ladder
	if _, there := l.Newest(); there {
		t.Error("an empty ladder has a rung")
	}
	day := func(back int) ledger.Date { return today.AddDays(-back) }
	for _, back := range []int{1, 2, 5, 11, 30, 130, 200, 0} {
		l.Put(alert.Rung{Day: day(back)})
	}
	l.Thin(today)
	var got []int
	for _, r := range l.Rungs() {
		got = append(got, int(today-r.Day))
	}
	if want := []int{130, 30, 11, 2}; !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
	if want := []ledger.Date{day(40)}; !slices.Equal(l.Wanted(today), want) {
		t.Errorf("wanted %v, want %v", l.Wanted(today), want)
	}
	l.Drop(day(11))
	if newest, _ := l.Newest(); newest.Day != day(11) {
		t.Errorf("the newest is of %v", newest.Day)
	}
	l.Remove(day(11))
	if newest, _ := l.Newest(); newest.Day != day(30) {
		t.Errorf("after one was removed the newest is of %v", newest.Day)
	}
}
