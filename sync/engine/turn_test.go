package engine_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/engine"
)

func TestALinkThatIsHeldIsNotRead(t *testing.T) {
	r := newRig(t)
	r.year("a")
	release, err := r.engine.Hold(t.Context(), linkID)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.engine.Refresh(ctx, linkID, true, nil); fault.KindOf(err) != fault.Canceled || r.grants.opened != 0 {
		t.Errorf("got %v while the link was held", err)
	}
	if _, err := r.engine.Hold(ctx, linkID); fault.KindOf(err) != fault.Canceled {
		t.Errorf("held twice: %v", err)
	}
	release()
	r.must()
}

func TestHoldStopsTheRefreshAtWorkAndTheOnesThatWait(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	reached, refreshes := make(chan struct{}), make(chan error, 2)
	var once sync.Once
	go func() {
		_, err := r.engine.Refresh(t.Context(), linkID, true, func(p engine.Progress) {
			if p.Step == engine.Saved {
				once.Do(func() { close(reached) })
			}
		})
		refreshes <- err
	}()
	<-reached
	go func() {
		_, err := r.engine.Refresh(t.Context(), linkID, true, nil)
		refreshes <- err
	}()
	release, err := r.engine.Hold(t.Context(), linkID)
	if err != nil {
		t.Fatal(err)
	}
	link := r.store.link(linkID)
	link.State = consent.RevokePending
	if err := r.store.SaveLink(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	release()
	for range 2 {
		if kind := fault.KindOf(<-refreshes); kind != fault.Canceled && kind != fault.RevokePending {
			t.Errorf("a refresh ended with kind %d", kind)
		}
	}
	if got := r.store.link(linkID).State; got != consent.RevokePending {
		t.Errorf("the state was saved over: %d", got)
	}
	r.whole(rows)
}

// stuck is a token endpoint that never answers.
type stuck struct{}

func (stuck) Session(ctx context.Context, _ consent.Link) (bank.Session, error) {
	<-ctx.Done()
	return bank.Session{}, fault.New(fault.Canceled, "renew", ctx.Err())
}

func (s stuck) Renewed(ctx context.Context, l consent.Link) (bank.Session, error) {
	return s.Session(ctx, l)
}

func TestHoldStopsARefreshThatHangsAndEveryOneBehindIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, err := engine.New(engine.Config{
			Store: newMemory(aLink()), Sessions: stuck{}, Dialects: []bank.Dialect{fdx.Bank{}}, Now: time.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		const waiting = 20
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, waiting)
		for range waiting {
			go func() {
				_, err := e.Refresh(ctx, linkID, true, nil)
				ended <- err
			}()
		}
		synctest.Wait()
		release, err := e.Hold(t.Context(), linkID) // never returns if one of the waiting gets to hang
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(ended) == 0 {
			t.Error("the one at work was not stopped")
		}
		cancel() // whoever still waits
		for range waiting {
			if err := <-ended; fault.KindOf(err) != fault.Canceled {
				t.Errorf("a refresh ended with %v", err)
			}
		}
		release()
	})
}
