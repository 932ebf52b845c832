package app_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// TestTheProxyIsTheVaultsOwn sets a proxy in a sealed vault and has a bank asked by it, and the demo
// bank, which is on this computer, directly.
func TestTheProxyIsTheVaultsOwn(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	if got := value(c.Proxy(ctx))(t); got != "" {
		t.Errorf("a new vault has the proxy %q", got)
	}
	authority := wiretest.NewAuthority(t)
	bank, _ := wiretest.Serve(t, authority.Issue(t, wiretest.Leaf{Names: []string{"bank.example"}}), func(http.ResponseWriter, *http.Request) {})
	proxy := wiretest.NewProxy(t, map[string]string{"bank.example:443": bank.Listener.Addr().String()})

	if got := value(c.SetProxy(ctx, " HTTP://"+proxy.Addr+"/ "))(t); got != proxy.Addr {
		t.Errorf("kept as %q", got)
	}
	for _, bad := range []string{"proxy", "https://proxy.example:1", "anna:pw@proxy.example:1", "0.0.0.0:1"} {
		_, err := c.SetProxy(ctx, bad)
		wantKind(t, err, fault.BadProxy)
	}
	must(t, c.Lock())
	_, err := c.SetProxy(ctx, proxy.Addr)
	wantKind(t, err, fault.Locked)
	must(t, r.unlock())
	if got := value(c.Proxy(ctx))(t); got != proxy.Addr {
		t.Errorf("after a lock it is %q", got)
	}

	must(t, r.refresh(t))
	if proxy.Conns.Load() != 0 {
		t.Error("the demo bank was asked by the proxy")
	}
	door := value(wire.New(wire.Config{Ledger: r.store, Proxy: app.ProxyOf(r.store), Now: r.clock.now, UserAgent: "Coffer/test", Roots: authority.Pool()}))(t)
	defer door.Close()
	line := value(door.Line("another", []string{"https://bank.example"}))(t)
	ask := func() error {
		answer, err := line.Do(ctx, wire.Request{Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", URL: "https://bank.example/accounts", Path: "/accounts"})
		if err == nil {
			err = answer.Body.Close()
		}
		return err
	}
	must(t, ask())
	if row := value(c.Entries(ctx, app.LedgerFilter{}, 0, 1))(t)[0]; row.Via != proxy.Addr || row.Origin != "https://bank.example:443" {
		t.Errorf("row %+v", row)
	}
	wholeLedger(t, c)
	for format, want := range map[string]string{"csv": "," + proxy.Addr, "json": `"Via":"` + proxy.Addr} {
		var out bytes.Buffer
		must(t, c.ExportLedger(ctx, &out, format))
		if n := strings.Count(out.String(), want); n != 1 {
			t.Errorf("%d rows of the %s name the proxy, want 1", n, format)
		}
	}
	must(t, c.Lock())
	if err := ask(); err == nil || proxy.Conns.Load() != 1 {
		t.Errorf("with a locked vault: %v, %d connections", err, proxy.Conns.Load())
	}
	must(t, r.unlock())
	if got := value(c.SetProxy(ctx, ""))(t); got != "" || value(c.Proxy(ctx))(t) != "" {
		t.Error("it can't be left")
	}
}
