package app_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"coffer/app"
)

func TestAClockThatIsSetNeitherStormsNorStarves(t *testing.T) {
	const year = 365 * 24 * time.Hour
	r := linked(t)
	must(t, r.stopBank()) // what can't be reached is tried again after ten minutes
	for _, step := range []struct {
		name string
		by   time.Duration
		want int
	}{
		{"at once after it was read", 0, 0},
		{"a year back", -year, 1}, {"and at once", 0, 0}, {"nine minutes on", 9 * time.Minute, 0}, {"ten", time.Minute, 1},
		{"more than a year ahead", year + 24*time.Hour, 1}, {"and at once", 0, 0},
		{"back again", -year - 24*time.Hour, 1}, {"and at once", 0, 0}, {"put right by a little", -5 * time.Minute, 0},
	} {
		r.clock.move(step.by)
		t.Log(step.name)
		r.readDue(t, step.want)
	}
}

func TestANetworkThatCountsItsBytesWaitsForThePerson(t *testing.T) {
	r := linked(t)
	var counts atomic.Bool
	r.metered = func(context.Context) bool { return counts.Load() }
	must(t, r.reopen())
	must(t, r.unlock())
	ctx := t.Context()
	if waits := value(r.coffer.WaitsOnMetered(ctx))(t); !waits || !r.coffer.KnowsMetered() {
		t.Errorf("a new vault waits on such a network: %v", waits)
	}
	counts.Store(true)
	r.clock.move(24 * time.Hour)
	r.readDue(t, 0)
	if got := value(r.coffer.ReadAlone(ctx, app.Alone{}))(t); !got.Metered || len(got.Outcomes) != 0 {
		t.Errorf("it is told as %+v", got)
	}
	must(t, r.refresh(t)) // the person's own word counts
	if got := r.present.take(); len(got) != 1 || !got[0] {
		t.Errorf("refreshes with the person there or not: %v", got)
	}
	r.clock.move(24 * time.Hour)
	counts.Store(false)
	r.readDue(t, 1)
	r.clock.move(24 * time.Hour)
	counts.Store(true)
	r.readDue(t, 0)
	must(t, r.coffer.SetWaitsOnMetered(ctx, false))
	r.readDue(t, 1)
}

func TestANetworkThatComesLetsBanksBeReadAgain(t *testing.T) {
	r := linked(t)
	must(t, r.stopBank())
	r.clock.move(24 * time.Hour)
	r.readDue(t, 1)
	must(t, r.startBank())
	r.clock.move(time.Minute)
	r.readDue(t, 0)
	must(t, r.coffer.Reachable(t.Context()))
	r.clock.move(3 * time.Minute)
	r.readDue(t, 1)
	must(t, r.coffer.Lock())
	if err := r.coffer.Reachable(t.Context()); err == nil {
		t.Error("a locked vault was written to")
	}
}

// A bank that could not be read is not asked again by the next start of the program.
func TestWhenABankMayBeReadAgainOutlivesTheProgram(t *testing.T) {
	r := linked(t)
	must(t, r.stopBank())
	r.clock.move(24 * time.Hour)
	r.readDue(t, 1)
	must(t, r.reopen())
	must(t, r.unlock())
	r.clock.move(4 * time.Minute) // what waited for the opening may be read
	r.readDue(t, 0)
	r.clock.move(6 * time.Minute)
	r.readDue(t, 1)
}

func (s *several) spreads(t *testing.T) {
	s.clock.move(24 * time.Hour)
	must(t, s.coffer.Lock())
	must(t, s.unlock())
	s.present.take()
	read := 0
	for minute := range 4 {
		value(s.coffer.ReadDue(t.Context()))(t)
		now := len(s.present.take())
		if read += now; minute == 0 && now != 0 {
			t.Errorf("%d links were read at once", now)
		}
		s.clock.move(time.Minute)
	}
	if read != len(s.links) {
		t.Errorf("%d of %d links were read in the minutes after the opening", read, len(s.links))
	}
}
