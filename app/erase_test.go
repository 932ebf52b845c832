package app_test

import (
	"testing"

	"coffer/app/fault"
)

func TestWhatIsToBeShreddedGoesWhenTheVaultLocks(t *testing.T) {
	for name, test := range map[string]struct {
		taken bool // back, before the lock
		left  int
	}{
		"pressed, then locked":             {false, 0},
		"pressed, taken back, then locked": {true, 3},
	} {
		t.Run(name, func(t *testing.T) {
			r := linked(t)
			c, ctx := r.coffer, t.Context()
			wantKind(t, c.EraseSoon(ctx, r.id), fault.NotFound) // still read
			value(c.Revoke(ctx, r.id, nil))(t)
			must(t, c.EraseSoon(ctx, r.id))
			if test.taken {
				must(t, c.KeepAfterAll(ctx, r.id))
			}
			must(t, c.Lock())
			must(t, r.unlock())
			if accounts := value(c.Accounts(ctx))(t); len(accounts) != test.left {
				t.Errorf("%d accounts are left, want %d", len(accounts), test.left)
			}
		})
	}
}
