package engine_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/fdx"
	"coffer/sync/bank/reply"
	"coffer/sync/engine"
)

// retrying gives r an engine that asks again twice, and never waits in earnest.
func retrying(t *testing.T, limits consent.Limits) (r *rig, waits *[]time.Duration) {
	r = newRig(t)
	l := aLink()
	l.Limits = limits
	r.store.links[linkID] = l
	waits = &[]time.Duration{}
	r.rebuild(func(c *engine.Config) {
		c.Retry = engine.Retry{Times: 2, Random: func() float64 { return 0.99 }, Wait: func(ctx context.Context, d time.Duration) error {
			*waits = append(*waits, d)
			return ctx.Err()
		}}
	})
	return r, waits
}

// fails makes the nth to the last of the calls that match end so.
func (r *rig) fails(first, last int, match func(banktest.Call) bool, told banktest.Reply) {
	n := 0
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if !match(c) {
			return nil
		}
		if n++; n >= first && n <= last {
			return &told
		}
		return nil
	})
}

func aPage(c banktest.Call) bool { return c.Page > 0 }
func aList(c banktest.Call) bool { return c.Page == 0 }

func TestAReadThatFailsByChanceIsMadeAgain(t *testing.T) {
	const first, second = 495 * time.Millisecond, 990 * time.Millisecond
	tests := map[string]struct {
		match func(banktest.Call) bool
		told  banktest.Reply
		last  int // of the failures that begin with the 4th page, or the first list
		waits []time.Duration
		want  fault.Kind
	}{
		"a page, once":              {aPage, banktest.Reply{Status: 503}, 4, []time.Duration{first}, 0},
		"a page, twice":             {aPage, banktest.Reply{Status: 500}, 5, []time.Duration{first, second}, 0},
		"a page, three times":       {aPage, banktest.Reply{Status: 502}, 6, []time.Duration{first, second}, fault.BankDown},
		"a page that is cut":        {aPage, banktest.Reply{Cut: true}, 4, []time.Duration{first}, 0},
		"the list of accounts":      {aList, banktest.Reply{Status: 503}, 2, []time.Duration{first, second}, 0},
		"the list, three times":     {aList, banktest.Reply{Status: 503}, 3, []time.Duration{first, second}, fault.BankDown},
		"not one with a time":       {aPage, banktest.Reply{Status: 503, Header: map[string]string{"Retry-After": "1"}}, 4, nil, fault.BankDown},
		"not one that is too often": {aPage, banktest.Reply{Status: 429}, 4, nil, fault.BankPaused},
		"not what can't be read":    {aPage, banktest.Reply{Status: 200, Body: "{"}, 4, nil, 0},
		"not dates":                 {aPage, banktest.Reply{Status: 400, Body: `{"code":702}`}, 4, nil, 0},
		"not a refused token":       {aPage, banktest.Reply{Status: 401}, 99, nil, fault.LoginNeeded},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r, waits := retrying(t, consent.Limits{})
			rows := r.year("a")
			first := 4
			if test.match(banktest.Call{}) {
				first = 1
			}
			r.fails(first, test.last, test.match, test.told)
			_, err := r.refresh()
			if fault.KindOf(err) != test.want {
				t.Errorf("ended with %v", err)
			}
			if !slices.Equal(*waits, test.waits) {
				t.Errorf("waited %v, want %v", *waits, test.waits)
			}
			if test.waits != nil && test.want == 0 {
				r.holds(rows)
			}
		})
	}
}

// TestEachTryIsCounted by the bank, and here.
func TestEachTryIsCounted(t *testing.T) {
	r, _ := retrying(t, consent.Limits{Reads: 1000})
	r.year("a")
	r.fails(2, 3, aPage, banktest.Reply{Status: 503})
	r.must()
	q, err := consent.ParseQuota(r.store.settings[consent.QuotaSetting(linkID)])
	if sent := len(r.bank.Calls()); err != nil || 1000-q.Left(consent.Limits{Reads: 1000}, noon).Reads != sent {
		t.Errorf("counted %+v of %d, %v", q.Left(consent.Limits{Reads: 1000}, noon), sent, err)
	}
}

// TestATryThatTheBankDoesNotLeaveIsNotMade: what failed first is what is told.
func TestATryThatTheBankDoesNotLeaveIsNotMade(t *testing.T) {
	r, _ := retrying(t, consent.Limits{Reads: 3})
	r.year("a")
	r.fails(1, 9, aPage, banktest.Reply{Status: 503})
	result, err := r.refresh()
	if fault.KindOf(err) != fault.BankDown {
		t.Errorf("got %+v, %v", result, err)
	}
	if calls := r.bank.Calls(); len(calls) != 3 {
		t.Errorf("asked %d times", len(calls))
	}
}

// TestAFailureThatWasGotOverIsNotToldForTheQuota, wherever it is spent afterwards.
func TestAFailureThatWasGotOverIsNotToldForTheQuota(t *testing.T) {
	for reads := 5; reads < 30; reads++ {
		r, _ := retrying(t, consent.Limits{Reads: reads})
		r.year("a")
		r.fails(2, 2, aPage, banktest.Reply{Status: 503})
		if _, err := r.refresh(); fault.KindOf(err) != fault.QuotaSpent {
			t.Errorf("%d reads: %v", reads, err)
		}
	}
}

// TestABlipDoesNotSpendTheReadsOfADay, which a bank counts while the person is away: the next read is as good.
func TestABlipDoesNotSpendTheReadsOfADay(t *testing.T) {
	r, waits := retrying(t, consent.Limits{Alone: 4})
	r.year("a")
	r.must()
	r.fails(1, 1, aList, banktest.Reply{Status: 503})
	for n := range 4 {
		r.now = noon.Add(time.Duration(n) * 5 * time.Hour)
		if _, err := r.engine.Refresh(t.Context(), linkID, false, nil); (err != nil) != (n == 0) {
			t.Errorf("read %d of the day: %v", n+1, err)
		}
	}
	if len(*waits) > 0 {
		t.Errorf("asked again after %v", *waits)
	}
}

// round is a bank whose pages go round, with a 503 after each, or a long list that fails so.
type round struct {
	fdx.Bank
	asked int
	long  bool
}

func (b *round) Transactions(ctx context.Context, _ bank.Session, _ ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return reply.Pages(ctx, "read", w.Cursor, func(cursor string) (bank.Page, error) {
		if b.asked++; b.asked%2 == 0 {
			return bank.Page{}, fault.New(fault.BankDown, "read", errors.New("503"))
		}
		next := map[bool]string{true: "a", false: "b"}[cursor == "b"]
		if b.long {
			next = strconv.Itoa(b.asked)
		}
		return bank.Page{Next: next, Rows: []ledger.Row{{SourceID: "x" + next, Date: w.To, Amount: money.New(-1, "USD")}}}, nil
	})
}

// TestPagesThatGoRoundWithFailuresBetweenThemEnd.
func TestPagesThatGoRoundWithFailuresBetweenThemEnd(t *testing.T) {
	for name, test := range map[string]struct {
		long  bool
		want  fault.Kind
		asked int
	}{"round": {false, fault.BankUnexpected, 5}, "on and on": {true, fault.BankDown, 14}} {
		t.Run(name, func(t *testing.T) {
			r, _ := retrying(t, consent.Limits{})
			r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
			b := &round{long: test.long}
			r.rebuild(func(c *engine.Config) {
				c.Dialects = []bank.Dialect{b}
				c.Retry = engine.Retry{Times: 2, Random: func() float64 { return 0 }, Wait: func(ctx context.Context, _ time.Duration) error {
					if b.asked > 100 {
						return errors.New("it never ends")
					}
					return ctx.Err()
				}}
			})
			result, _ := r.refresh()
			if len(result.Accounts) != 1 || fault.KindOf(result.Accounts[0].Err) != test.want || b.asked != test.asked {
				t.Errorf("asked %d times, %+v", b.asked, result.Accounts)
			}
		})
	}
}

// TestAHostThatFailsIsLeftAlone, over all links that are read there, for longer each time, and not for longer than half an hour.
func TestAHostThatFailsIsLeftAlone(t *testing.T) {
	r, _ := retrying(t, consent.Limits{})
	r.rebuild(func(*engine.Config) {}) // one request, one failure
	r.year("a")
	for i, id := range []consent.LinkID{linkID, "link-2"} {
		l := aLink()
		l.ID, l.Provider = id, []string{"demo", "other"}[i]
		l.Endpoints.API = "https://api.bank.example/fdx"
		r.store.links[id] = l
	}
	r.fails(1, 1<<30, aList, banktest.Reply{Status: 503})
	ask := func(id consent.LinkID, present bool) (requests int, until string) {
		t.Helper()
		_, err := r.engine.Refresh(t.Context(), id, present, nil)
		if fault.KindOf(err) != fault.BankDown {
			t.Fatalf("got %v", err)
		}
		return len(r.bank.Calls()), fault.Of(err).Args["until"]
	}
	for i := range 5 {
		if n, until := ask([]consent.LinkID{linkID, "link-2"}[i%2], false); n != 1 || until != "" {
			t.Fatalf("try %d: %d requests, until %q", i, n, until)
		}
	}
	for _, minutes := range []time.Duration{1, 2, 4, 8, 16, 30, 30} {
		end := r.now.Add(minutes * time.Minute)
		for _, id := range []consent.LinkID{linkID, "link-2"} {
			if n, until := ask(id, false); n != 0 || until != end.Format(time.RFC3339) {
				t.Fatalf("%s while it rests for %d min: %d requests, until %s, want %v", id, minutes, n, until, end)
			}
		}
		r.now = end
		if n, _ := ask(linkID, false); n != 1 {
			t.Fatalf("after %d min: %d requests", minutes, n)
		}
	}
	if n, _ := ask(linkID, true); n != 1 {
		t.Errorf("the person's try: %d requests", n)
	}
	if n, until := ask("link-2", false); n != 0 || until == "" {
		t.Errorf("after the person's try: %d requests, until %q", n, until)
	}
	r.bank.Script(nil)
	if _, err := r.engine.Refresh(t.Context(), linkID, true, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := r.engine.Refresh(t.Context(), "link-2", false, nil); err != nil {
		t.Errorf("after an answer: %v", err)
	}
}

func TestChanceIsAFraction(t *testing.T) {
	low, high := 1.0, 0.0
	for range 1000 {
		c := engine.Chance()
		low, high = min(low, c), max(high, c)
	}
	if low < 0 || low > 0.1 || high >= 1 || high < 0.9 {
		t.Errorf("a thousand lie from %v to %v", low, high)
	}
}

// TestAWaitEndsWithItsContext and not before its time; no clock but the bubble's is waited for.
func TestAWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := engine.Wait(t.Context(), 2*time.Second); err != nil || time.Since(start) != 2*time.Second {
			t.Errorf("waited %v, %v", time.Since(start), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := engine.Wait(ctx, time.Hour); err == nil || time.Since(start) != 3*time.Second {
			t.Errorf("waited %v, %v", time.Since(start), err)
		}
	})
}
