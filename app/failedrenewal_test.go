package app_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

// TestAFailedRenewalNeverChangesTheWorkingLink: in each state that a link may be renewed in, and in each way
// that a renewal fails, the stored link is what it was, nothing was agreed to, and a link that was read is
// read on. link.TestARenewalThatFailsLeavesTheWorkingLink has what goes wrong at the token endpoint.
func TestAFailedRenewalNeverChangesTheWorkingLink(t *testing.T) {
	r := linked(t)
	c := r.coffer
	l := value(c.Link(t.Context(), r.id))(t)
	value(c.ChooseAccounts(t.Context(), r.id, picks(l.Choices, "2290"), false))(t)
	must(t, r.refresh(t))
	works := value(r.store.Link(t.Context(), r.id))(t)
	agreed := len(value(r.store.Records(t.Context()))(t))
	ways := map[string]struct {
		browse func(ctx context.Context, stop context.CancelFunc, address string) error
		bank   func()
		kind   fault.Kind
	}{
		"no at the bank": {func(ctx context.Context, _ context.CancelFunc, address string) error {
			return walk.Deny(ctx, address, r.person())
		}, nil, fault.ConsentDenied},
		"given up in the browser": {func(ctx context.Context, stop context.CancelFunc, address string) error {
			defer stop()
			return walk.Abandon(ctx, address, r.person(), walk.Choose)
		}, nil, fault.Canceled},
		"given up before": {func(_ context.Context, stop context.CancelFunc, _ string) error {
			stop()
			return nil
		}, nil, fault.Canceled},
		"the browser can't be told": {func(context.Context, context.CancelFunc, string) error {
			return fault.New(fault.DiskFailed, "open the browser", errors.New("odd"))
		}, nil, fault.DiskFailed},
		"the bank is away": {nil, func() { must(t, r.stopBank()) }, fault.Offline},
	}
	for _, state := range consent.States() {
		if _, err := state.After(consent.Granted); err != nil || state == consent.Linking {
			continue
		}
		for name, way := range ways {
			was := works
			was.State = state
			must(t, r.store.SaveLink(t.Context(), was))
			if way.bank != nil {
				way.bank()
			}
			ctx, stop := context.WithCancel(t.Context())
			r.browse = func(ctx context.Context, address string) error { return way.browse(ctx, stop, address) }
			_, err := c.LinkBank(ctx, northlight, app.Terms{HistoryDays: 10, ConsentDays: 30, Again: r.id}, func(app.LinkingProgress) {})
			stop()
			if fault.KindOf(err) != way.kind {
				t.Errorf("%s in state %d: got %v, want kind %d", name, state, err, way.kind)
			}
			if r.bank == nil {
				must(t, r.startBank())
			}
			if now := value(r.store.Link(t.Context(), r.id))(t); !reflect.DeepEqual(now, was) {
				t.Errorf("%s in state %d: the link is %+v, was %+v", name, state, now, was)
			}
			if n := len(value(r.store.Records(t.Context()))(t)); n != agreed {
				t.Errorf("%s in state %d: %d records, were %d", name, state, n, agreed)
			}
			if state.Reads() {
				must(t, r.refresh(t))
			}
		}
	}
	for _, e := range r.bank.Events() {
		if e.Kind == demobank.GrantRevoked || e.Kind == demobank.TokenRevoked {
			t.Errorf("the bank saw %q", e.Kind)
		}
	}
}
