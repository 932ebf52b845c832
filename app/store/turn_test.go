package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// dying is a context that is canceled once it has been asked a number of times.
type dying struct {
	context.Context
	left *atomic.Int64 // database/sql asks too, on a goroutine of its own
}

func lasting(ctx context.Context, asked int) dying {
	d := dying{ctx, new(atomic.Int64)}
	d.left.Store(int64(asked))
	return d
}

func (d dying) Err() error {
	if d.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// TestCanceledAnywhereIsAsBeforeOrComplete ends the context at every step of a write.
func TestCanceledAnywhereIsAsBeforeOrComplete(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "a"), pending(row(2, -200, "b"))))
	before := fingerprint(t, s)
	p := inserts(row(3, -1, "c"), row(4, -2, "d"))
	p.Update = update(find(t, s, id, "b"), row(5, -5, "b2")).Update
	w := ledger.Write{Account: id, Plan: p, Import: &ledger.Import{Name: "f"}, Reading: &ledger.Reading{Cursor: "c"}, At: noon}
	for steps := 0; ; steps++ {
		done, err := s.Apply(lasting(t.Context(), steps), w)
		if err == nil {
			if steps < 10 {
				t.Errorf("complete after %d steps: the context is not asked", steps)
			}
			must[int](t)(s.UndoImport(t.Context(), done.Import))
			break
		}
		wantKind(t, err, fault.Canceled)
		if after := fingerprint(t, s); after != before {
			t.Fatalf("canceled at step %d\n%s\nwas\n%s", steps, after, before)
		}
	}
	if after := fingerprint(t, s); after != before {
		t.Errorf("after all\n%s\nwas\n%s", after, before)
	}
	audit(t, s)
}

func TestCanceledReadLeavesTheStoreUsable(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "a")))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range s.History(ctx, id, 0) {
		cancel()
	}
	if _, err := s.Page(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled read says %v", err)
	}
	if got := page(t, s, ledger.Filter{}, ledger.NewestFirst); len(got) != 1 {
		t.Errorf("rows %+v", got)
	}
}

func TestManyCallersTakeTurns(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	g, ctx := errgroup.WithContext(t.Context())
	for worker := range 4 {
		g.Go(func() error {
			for i := range 10 {
				w := ledger.Write{Account: id, Plan: inserts(row(1+i, -int64(worker)-1, fmt.Sprint("w", worker))), At: noon}
				if _, err := s.Apply(ctx, w); err != nil {
					return err
				}
				if _, err := s.Begin(ctx, egress.Entry{Link: "l", Started: noon}); err != nil {
					return err
				}
				if _, err := s.SaveReceipt(ctx, consent.Receipt{Link: "l"}); err != nil {
					return err
				}
				if _, err := s.Totals(ctx, ledger.Filter{Search: "w"}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	ok(t, g.Wait())
	if n := must[ledger.Totals](t)(s.Totals(t.Context(), ledger.Filter{})).Count(); n != 40 {
		t.Errorf("%d rows, want 40", n)
	}
	ok(t, verifyEgress(t, s))
	audit(t, s)
}
