package desk_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/sync/bank/banktest"
	"coffer/sync/demobank"
	"coffer/sync/desk"
)

// tokenFile is a provider file of the person's own for a bank or bridge without OAuth.
const tokenFile = `format   = 1
id       = "own-bank"
name     = "Own Bank"
dialect  = "DIALECT"
tried    = "not tried against the real bank"
loopback = true

[person]
cost     = "Nothing"
needs    = ["NEED"]
get      = "At its page"
can_more = "It could pay, too"

[sign-in]
way = "WAY"

[api]
base  = "BASE"
reads = ["balances", "transactions"]

[limits]
history_days = 90

[revoke]
steps   = ["by-hand"]
by_hand = "Disable it at its page"
`

func (r *rig) own(dialect, need, way, base string) {
	r.t.Helper()
	must(r.t, os.MkdirAll(r.folder, 0o700))
	text := strings.NewReplacer("DIALECT", dialect, "NEED", need, "WAY", way, "BASE", base).Replace(tokenFile)
	must(r.t, os.WriteFile(filepath.Join(r.folder, "own-bank.toml"), []byte(text), 0o600))
	if shelf := r.coffer.ReadProviders(); len(shelf.Broken) > 0 {
		r.t.Fatal(shelf.Broken[0].Problems)
	}
}

func (r *rig) hand(need provider.Need, typed string, again consent.LinkID) (consent.LinkID, error) {
	return r.coffer.LinkBank(r.t.Context(), "own-bank", app.Terms{
		HistoryDays: 90, Again: again, Secrets: map[provider.Need]secret.Text{need: secret.New(typed)},
	}, func(at app.LinkingProgress) {
		if at.Step == app.InBrowser {
			r.t.Error("a browser is waited for")
		}
	})
}

func TestABridgeIsLinkedReadRenewedAndTakenBackByHand(t *testing.T) {
	r := newRig(t)
	r.own("simplefin", "setup-token", "setup-token", r.bank.BridgeAPI())
	setup, err := r.bank.MakeSetupToken()
	must(t, err)
	_, err = r.hand(provider.Setup, "hello", "")
	r.fails(err, fault.BadAnswer, "answer.setup")
	id, err := r.hand(provider.Setup, " "+setup[:12]+"\n"+setup[12:]+" ", "")
	must(t, err)
	setups, secrets := []string{setup}, r.sealed(id)
	view := r.view(id)
	if view.State != consent.Active || view.Way != "setup-token" || len(view.Accounts) != 2 || strings.Contains(fmt.Sprintf("%+v", view.Link), "lb") && strings.Contains(view.Endpoints.API, "@") {
		t.Errorf("got %+v", view)
	}
	totals, err := r.coffer.Totals(t.Context(), ledger.Filter{})
	if err != nil || totals.Count() < 20 {
		t.Errorf("%d rows, %v", totals.Count(), err)
	}
	asked := r.asked()
	if asked > 4 { // the claim, the list, and two times 60 days of all accounts at once
		t.Errorf("the first read cost %d requests", asked)
	}
	_, err = r.hand(provider.Setup, setup, "")
	r.fails(err, fault.KeyRefused, "setup.used")

	must(t, r.bank.Advance(72*time.Hour))
	r.bank.Fail(demobank.Fault{Kind: demobank.BridgeLapsed})
	_, err = r.coffer.Refresh(t.Context(), id)
	r.fails(err, fault.SubscriptionLapsed, "")
	if _, err = r.coffer.Refresh(t.Context(), id); err != nil || r.view(id).State != consent.Active {
		t.Errorf("after it was paid: %v", err)
	}

	must(t, r.bank.DisableApps())
	_, err = r.coffer.Refresh(t.Context(), id)
	r.fails(err, fault.LoginNeeded, "simplefin.refused")
	if got := r.view(id).State; got != consent.RevokedAtBank {
		t.Errorf("after the bridge took it back the state is %d", got)
	}
	setup, err = r.bank.MakeSetupToken()
	must(t, err)
	again, err := r.hand(provider.Setup, setup, id)
	must(t, err)
	setups, secrets = append(setups, setup), append(secrets, r.sealed(id)...)
	if got := r.view(id); again != id || got.State != consent.Active || len(got.Accounts) != 2 {
		t.Errorf("renewed: %+v", got)
	}

	_, err = r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	r.fails(err, fault.RevokePending, "revoke.byhand")
	must(t, r.bank.DisableApps())
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved || receipt.Steps[len(receipt.Steps)-1].Kind != consent.TokensShredded {
		t.Errorf("got %+v, %v", receipt, err)
	}
	for _, s := range receipt.Steps {
		if s.Kind == consent.ConsentEnded || s.Kind == consent.TokensReturned || s.Kind == consent.RefreshRefused || !s.OK {
			t.Errorf("a row that doesn't apply: %+v", s)
		}
	}
	for _, token := range setups { // each is an address
		raw, err := base64.StdEncoding.DecodeString(token)
		_, claim, found := strings.Cut(string(raw), "/claim/")
		if secrets = append(secrets, token, claim); err != nil || !found || len(claim) < 16 {
			t.Errorf("a setup token is %q, %v", raw, err)
		}
	}
	r.unseen(secrets...)
}

// sealed is what opens a link without OAuth, and its parts.
func (r *rig) sealed(id consent.LinkID) []string {
	r.t.Helper()
	c, err := r.store.Credential(r.t.Context(), id)
	must(r.t, err)
	user, password, _ := strings.Cut(c.Access.Reveal(), ":")
	if len(password) < 16 {
		r.t.Fatalf("it is opened by %d letters", len(password))
	}
	return []string{c.Access.Reveal(), user, password}
}

func TestATokenBankOfThePersonsOwn(t *testing.T) {
	r := newRig(t)
	bank := banktest.Filled(t)
	r.own("fdx", "token", "token", bank.URL)
	p, err := r.coffer.Provider("own-bank")
	if err != nil || p.File.CanMore != "It could pay, too" || len(p.Lacks) > 0 || p.Own == "" {
		t.Fatalf("got %+v, %v", p, err)
	}
	_, err = r.hand(provider.TokenOfOwn, "another", "")
	kind(t, err, fault.KeyRefused, "token.refused")
	if links, err := r.coffer.Links(t.Context()); err != nil || len(links) != 0 {
		t.Errorf("something is kept: %+v, %v", links, err)
	}
	_, err = r.hand(provider.TokenOfOwn, "", "")
	kind(t, err, fault.BadAnswer, "answer.missing")
	id, err := r.hand(provider.TokenOfOwn, banktest.FakeToken, "")
	must(t, err)
	if view := r.view(id); view.State != consent.Active || len(view.Accounts) != 2 || view.Changed != nil {
		t.Errorf("got %+v", view)
	}
	bank.Accept("another")
	_, err = r.coffer.Refresh(t.Context(), id)
	kind(t, err, fault.LoginNeeded, "")
	if got := r.view(id).State; got != consent.NeedsLogin {
		t.Errorf("the state is %d", got)
	}
	if _, err := r.hand(provider.TokenOfOwn, "another", id); err != nil || r.view(id).State != consent.Active || len(r.view(id).Accounts) != 2 {
		t.Errorf("renewed: %v", err)
	}
	_, err = r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	kind(t, err, fault.RevokePending, "revoke.byhand")
	bank.Accept("nobody's")
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved || len(receipt.Steps) != 3 { // both tokens that the link had, and the shredding
		t.Errorf("got %+v, %v", receipt, err)
	}
}

func TestAWayThatTheDialectDoesNotHaveIsNotBegun(t *testing.T) {
	r := newRig(t)
	r.own("fdx", "setup-token", "setup-token", "http://127.0.0.1:1/api")
	_, err := r.hand(provider.Setup, "x", "")
	kind(t, err, fault.ProviderLacks, "")
	if n := r.asked(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// TestTheDemoHasABridge: beside its first bank, at the same place, with the page where a setup token is made.
func TestTheDemoHasABridge(t *testing.T) {
	at := "http://127.0.0.1:4711"
	shelf, err := desk.DemoBanks(os.DirFS("../../assets/providers"), []desk.Demo{{ID: "demo-northlight", Origin: at}, {ID: "demo-lantern", Origin: at}})
	must(t, err)
	all := shelf().Providers
	if len(all) != 2 || all[0].ID != "demo-northlight" || all[1].ID != "demo-lantern" || all[1].File.API != at+"/lantern/simplefin" || all[1].File.GetAt != at+"/lantern/create" ||
		all[1].File.ByHandAt != at+"/lantern/create" || len(all[1].Lacks) > 0 || all[1].SignIn == nil {
		t.Errorf("the demo sees %+v", all)
	}
}
