package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/engine"
	"coffer/sync/link"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// hasty is the network of a rig whose door waits for nobody.
type hasty struct {
	*network
	names *wiretest.Names
}

func (r *rig) openHasty(names *wiretest.Names, got **store.Store) func(context.Context, app.Store) (app.Banks, error) {
	return func(ctx context.Context, opened app.Store) (app.Banks, error) {
		n := &network{rig: r, store: opened.(stubborn).Store}
		*got = n.store
		limits := wire.Limits{Dial: time.Second, TLS: time.Second, Headers: 100 * time.Millisecond, Whole: 400 * time.Millisecond}
		var err error
		if n.door, err = wire.New(wire.Config{Ledger: n.store, Now: r.clock.now, UserAgent: "Coffer/test", Limits: limits, Resolver: names.Resolver()}); err != nil {
			return nil, err
		}
		n.config = link.Config{Vault: n.store, Door: n.door, Now: r.clock.now}
		if n.tokens, err = link.New(n.config); err != nil {
			return nil, err
		}
		n.engine, err = engine.New(engine.Config{Store: n.store, Sessions: n.tokens, Dialects: []bank.Dialect{fdx.Bank{Now: r.clock.now}}, Now: r.clock.now})
		return hasty{n, names}, err
	}
}

// TestAHostileBankHarmsNothing refreshes a link whose bank answers in each way of the kit: the
// fault is the right one, nothing else is asked, and the link works on once the bank is itself.
func TestAHostileBankHarmsNothing(t *testing.T) {
	r := linked(t)
	must(t, r.refresh(t))
	before := r.read(t)
	names := wiretest.NewNames(t, nil)
	var s *store.Store
	must(t, r.coffer.Lock())
	c, err := app.New(app.Config{
		Dir: r.coffer.Dir(), Demo: true, OpenBanks: r.openHasty(names, &s), Now: r.clock.now, OpenBrowser: r.browse,
		OpenStore: func(ctx context.Context, v *vault.Vault) (app.Store, error) { return r.openStore(ctx, v) },
	})
	must(t, err)
	r.coffer = c
	must(t, r.unlock())
	for _, test := range wiretest.Answers() {
		t.Run(test.Name, func(t *testing.T) {
			hostile, count := wiretest.Raw(t, test.Write)
			bad := value(s.Link(t.Context(), r.id))(t)
			lead(&bad, hostile)
			must(t, s.SaveLink(t.Context(), bad))
			first := value(c.Count(t.Context(), app.LedgerFilter{}))(t)
			err := r.refresh(t)
			wantKind(t, err, test.Kind)
			if strings.Contains(err.Error(), wiretest.Canary) {
				t.Errorf("the error repeats the bank: %v", err)
			}
			last := value(c.Count(t.Context(), app.LedgerFilter{}))(t)
			if rows := value(c.Entries(t.Context(), app.LedgerFilter{}, 0, last-first))(t); int64(len(rows)) != count.Conns.Load() {
				t.Errorf("%d rows for %d connections", len(rows), count.Conns.Load())
			} else {
				for _, e := range rows {
					if e.Origin != hostile || e.Ended.IsZero() {
						t.Errorf("row %+v", e)
					}
				}
			}
			if state := r.state(t); state != consent.Outage && state != consent.Active || fault.KindOf(err) == fault.LoginNeeded {
				t.Errorf("the link is in state %d", state)
			}
			sameBooks(t, r.read(t), before)
		})
	}
	if asked := names.Asked(); len(asked) != 0 {
		t.Errorf("looked up %v", asked)
	}
	must(t, r.reopen()) // which leads the link to the demo bank again
	must(t, r.unlock())
	must(t, r.refresh(t))
	if state := r.state(t); state != consent.Active {
		t.Errorf("the link ended in state %d", state)
	}
	sameBooks(t, r.read(t), before)
	wholeLedger(t, r.coffer)
}

// lead leads every endpoint of l to origin.
func lead(l *consent.Link, origin string) {
	was := l.Origins[0]
	for _, address := range []*string{&l.Issuer, &l.Endpoints.Authorization, &l.Endpoints.Token, &l.Endpoints.Revocation, &l.Endpoints.PAR, &l.Endpoints.API} {
		*address = strings.Replace(*address, was, origin, 1)
	}
	l.Origins = []string{origin}
}
