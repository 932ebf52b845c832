package app_test

import (
	"errors"
	"flag"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"coffer/app"
	"coffer/app/fault"
)

// TestTheVaultBearsACrowd locks, refreshes and imports at the same time in any mixture. Whatever
// is cut short, each row is there once when all is done again.
func TestTheVaultBearsACrowd(t *testing.T) {
	must(t, flag.Set("rapid.checks", "6")) // each opens the vault, which is made to be slow
	r := linked(t)
	const one, two = "20261002|-1.40|a|Kiosk", "20261003|-2.50|b|Baker"
	importing := func(text string) error {
		p, err := r.preview(t, "crowd.ofx", text)
		if err == nil {
			_, err = r.coffer.Import(t.Context(), p)
		}
		return err
	}
	unlock := func() error { // someone else in the crowd may have been quicker
		if err := r.unlock(); !errors.Is(err, app.ErrOpen) {
			return err
		}
		return nil
	}
	acts := []func() error{
		func() error { return errors.Join(r.coffer.Lock(), unlock()) },
		func() error { return r.refresh(t) },
		func() error { return importing(sheet("7777", one)) },
		func() error { return importing(sheet("7777", one, two)) },
		func() error { _, err := r.coffer.Overview(t.Context()); return err },
	}
	want := r.truth(t)
	want.Balances["7777"] = "10.00 0.00"
	want.Rows["7777 -1.40 false Kiosk"], want.Rows["7777 -2.50 false Baker"] = 1, 1
	rapid.Check(t, func(rt *rapid.T) {
		var crowd sync.WaitGroup
		drawn := rapid.SliceOfN(rapid.IntRange(0, len(acts)-1), 2, 5).Draw(rt, "acts")
		for _, act := range drawn {
			crowd.Go(func() {
				if err := acts[act](); err != nil && fault.KindOf(err) != fault.Canceled && fault.KindOf(err) != fault.Locked {
					t.Errorf("act %d of %v: kind %d: %v", act, drawn, fault.KindOf(err), err)
				}
			})
		}
		crowd.Wait()
		must(t, errors.Join(unlock(), r.refresh(t), importing(sheet("7777", one, two)), ledgerErr(t.Context(), r.coffer)))
		sameBooks(t, r.read(t), want)
		if t.Failed() {
			t.Fatalf("the vault lost something in the crowd %v", drawn) // not rapid's: what was lost stays lost, there is nothing to shrink
		}
	})
}
