package terminal_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/demobank"
	"coffer/ui/terminal"
)

// TestAGrantThatIsNotAsAskedIsSaid: what the bank granted beyond, and what it left out.
func TestAGrantThatIsNotAsAskedIsSaid(t *testing.T) {
	o := newOwner(t)
	o.write(t, "harbour.toml", "")
	o.in = strings.NewReader(demobank.ClientID + "\n")
	o.own(t, terminal.ExitOK, "link", "harbour", "--yes")
	if out := o.own(t, terminal.ExitOK, "banks").out; strings.Contains(out, "asked for") {
		t.Errorf("a grant as it was asked for is told as\n%s", out)
	}
	var kept *store.Store
	c, err := app.New(app.Config{
		Dir: filepath.Join(o.dir, "vault"), Now: time.Now, OpenBrowser: o.browse,
		OpenStore: func(ctx context.Context, v *vault.Vault) (app.Store, error) {
			var err error
			kept, err = store.Open(ctx, v)
			return kept, err
		},
		OpenBanks: func(context.Context, app.Store) (app.Banks, error) { return noBanks{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.UnlockWithRecovery(t.Context(), secret.New(o.key)); err != nil {
		t.Fatal(err)
	}
	links, err := kept.Links(t.Context())
	if err != nil || len(links) != 1 {
		t.Fatal(links, err)
	}
	links[0].Beyond, links[0].Without = []string{"payments:write", "cards"}, []string{"fdx:transactions:read"}
	if err := kept.SaveLink(t.Context(), links[0]); err != nil {
		t.Fatal(err)
	}
	if err := c.Lock(); err != nil {
		t.Fatal(err)
	}
	contains(t, o.own(t, terminal.ExitOK, "banks").out, "granted more than Coffer asked for: payments:write, cards", "granted less than Coffer asked for, without fdx:transactions:read")
	contains(t, o.own(t, terminal.ExitOK, "banks", "--json").out, `"scopes_not_asked_for"`, `"scopes_not_granted"`)
}

// noBanks has no way to the network.
type noBanks struct{ app.Banks }

func (noBanks) Close() {}
