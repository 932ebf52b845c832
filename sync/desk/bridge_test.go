package desk_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/sync/bank/banktest"
)

func rsaKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// TestABridgeWithASignedKeyIsLinkedByItsLastPage: as Enable Banking has it, whose accounts have other ids in each session.
func TestABridgeWithASignedKeyIsLinkedByItsLastPage(t *testing.T) {
	b := banktest.NewEnableBanking(t)
	r := newRigAt(t, counterNoon, nil, nobodyThere)
	const page = "https://app.harbour.example/back"
	key, state := rsaKey(t), ""
	r.shipped("enable-banking", b)
	terms := app.Terms{
		HistoryDays: 90, Typed: map[provider.Need]string{provider.ClientID: banktest.CounterClient, provider.LastPage: page, provider.AtBank: " harbour bank ", provider.AtCountry: "finland"},
		Secrets: map[provider.Need]secret.Text{provider.Key: secret.New(key)},
		Ask:     func(context.Context, []consent.Ask) (bool, error) { return true, nil }, // about the bridge's page, which is on another domain
	}
	told := func(p app.LinkingProgress) {
		if p.Step != app.InBrowser {
			return
		}
		if p.LastPage != page || p.Paste == nil || p.Address != banktest.BridgePage {
			t.Fatalf("told %+v", p)
		}
		var asked struct {
			State    string            `json:"state"`
			Bank     map[string]string `json:"aspsp"`
			Redirect string            `json:"redirect_url"`
		}
		questions := b.Asked()
		must(t, json.Unmarshal([]byte(questions[len(questions)-1].Body), &asked))
		if state = asked.State; asked.Bank["name"] != "Harbour Bank" || asked.Bank["country"] != "FI" || asked.Redirect != page {
			t.Errorf("it was asked for %+v", asked)
		}
		issued := b.Issued()
		back := page + "?" + url.Values{"code": {issued[len(issued)-1]}, "state": {state}}.Encode()
		r.fails(p.Paste(secret.New(strings.Replace(back, "state=", "state=x", 1))), fault.BadAnswer, "paste.state")
		r.fails(p.Paste(secret.New(page)), fault.BadAnswer, "paste.short")
		r.fails(p.Paste(secret.New(strings.Replace(back, "app.", "evil.", 1))), fault.BadAnswer, "paste.elsewhere")
		must(t, p.Paste(secret.New(back)))
	}
	_, err := r.coffer.LinkBank(t.Context(), "own-bank", terms, told)
	r.fails(err, fault.BadAnswer, "answer.country")
	if n := r.asked(); n != 0 {
		t.Errorf("%d connections", n)
	}
	terms.Typed[provider.AtCountry] = "fi"
	id, err := r.coffer.LinkBank(t.Context(), "own-bank", terms, told)
	must(t, err)
	if v := r.view(id); v.State != consent.Active || len(v.Accounts) != 2 || v.LastPage != page || v.AtBank != "harbour bank" || v.AtCountry != "FI" || v.ConsentID != "sess-1" {
		t.Errorf("got %+v", v)
	}
	r.shelf("12.50 EUR", "")
	r.holds("EUR", 90)
	again, err := r.coffer.LinkBank(t.Context(), "own-bank", app.Terms{HistoryDays: 90, Again: id}, told) // what was said stands
	must(t, err)
	if v := r.view(id); again != id || v.ConsentID != "sess-2" || v.AtBank != "harbour bank" || len(v.Accounts) != 2 {
		t.Errorf("renewed: %+v", v)
	}
	r.holds("EUR", 90)
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved || ended(b) != "/sessions/sess-1 /sessions/sess-2" {
		t.Errorf("got %+v, %v; ended %s", receipt, err, ended(b))
	}
	secrets := append(b.Issued(), strings.Split(key, "\n")[1], state)
	for _, q := range b.Asked() {
		if signed := strings.TrimPrefix(q.Header.Get("Authorization"), "Bearer "); !slices.Contains(secrets, signed) {
			secrets = append(secrets, signed)
		}
	}
	r.unseen(secrets...)
}

// ended are the paths that were deleted at b, each once.
func ended(b *banktest.Counter) string {
	var all []string
	for _, q := range b.Asked() {
		if q.Method == http.MethodDelete && !slices.Contains(all, q.URL.Path) {
			all = append(all, q.URL.Path)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// TestABridgeWithAHostedPageIsLinked: as Plaid has it. The page is polled.
func TestABridgeWithAHostedPageIsLinked(t *testing.T) {
	b := banktest.NewPlaid(t)
	r := newRigAt(t, counterNoon, nil, nobodyThere)
	key := "CANARY-" + rand.Text()
	b.Accept(key, "")
	r.shipped("plaid", b)
	told := func(p app.LinkingProgress) {
		if p.Step == app.InBrowser && (p.LastPage != "" || p.Paste != nil) {
			t.Errorf("an address is waited for: %+v", p)
		}
	}
	terms := app.Terms{HistoryDays: 90, Typed: map[provider.Need]string{provider.ClientID: banktest.CounterClient}, Secrets: map[provider.Need]secret.Text{provider.ClientSecret: secret.New(key + "x")},
		Ask: func(context.Context, []consent.Ask) (bool, error) { return true, nil }}
	_, err := r.coffer.LinkBank(t.Context(), "own-bank", terms, told)
	r.fails(err, fault.KeyRefused, "token.refused")
	terms.Secrets[provider.ClientSecret] = secret.New(key)
	id, err := r.coffer.LinkBank(t.Context(), "own-bank", terms, told)
	must(t, err)
	if v := r.view(id); v.State != consent.Active || len(v.Accounts) != 2 || v.ConsentID != "item-1" {
		t.Errorf("got %+v", v)
	}
	r.shelf("12.50 USD", "")
	r.holds("USD", 90)
	_, err = r.coffer.LinkBank(t.Context(), "own-bank", app.Terms{HistoryDays: 90, Again: id}, told)
	must(t, err)
	if v := r.view(id); v.ConsentID != "item-2" || v.State != consent.Active || len(v.Accounts) != 2 {
		t.Errorf("renewed: %+v", v)
	}
	r.holds("USD", 90)
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	removed := 0
	for _, q := range b.Asked() {
		if q.URL.Path == "/item/remove" {
			removed++
		}
	}
	if err != nil || !receipt.Proved || removed != 2 {
		t.Errorf("got %+v, %v, %d items removed", receipt, err, removed)
	}
	r.unseen(append(b.Issued(), key)...)
}
