//go:build e2e

package ui_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/sync/bank/banktest"
)

// TestAServerNobodyHereWrote links, renews and revokes in the window, at oidc-provider's own pages in a real browser, by a
// provider file of the person's own.
func TestAServerNobodyHereWrote(t *testing.T) {
	r := newRig(t)
	issuer := r.foreignServer()
	api := r.foreignAPI(issuer)
	folder := r.path("data", "coffer", "providers")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "foreign.toml"), fmt.Appendf(nil, foreignFile, issuer, api), 0o600); err != nil {
		t.Fatal(err)
	}
	w := r.open(nil)
	makeVault(t, w)
	w.click("Choose")
	w.click("Foreign Bank")
	w.gone("Address of the sign-in") // which the bank that is shown first asks for
	w.shot("foreign-bank")
	w.click("Link")
	b := r.openBrowser()
	b.open(w.address())
	b.fill("input[name=login]", "alex")
	b.fill("input[name=password]", "any")
	b.click("input[value=login] ~ button")
	b.wait("input[value=consent]")
	b.shot("foreign-consent")
	b.click("input[value=consent] ~ button")
	b.says("Return to Coffer")
	w.click("Read these accounts")
	w.see("Foreign Bank is linked")

	w.click("Renew")
	w.see("Renew Foreign Bank")
	w.clickLast("Renew")
	b.open(w.address()) // who is signed in there only consents
	b.click("input[value=consent] ~ button")
	b.says("Return to Coffer")
	w.see("Foreign Bank is renewed")
	w.shot("foreign-renewed")

	w.click("Revoke")
	w.see("Revoke reads and tokens")
	w.clickLast("Revoke")
	w.see("Revoked, and proved")
	w.see("The old refresh token is refused")
	w.shot("foreign-revoked")
	w.close()
}

const foreignFile = `format   = 1
id       = "foreign"
name     = "Foreign Bank"
dialect  = "fdx"
loopback = true
tried    = "tried against oidc-provider"

[person]
cost  = "Nothing"

[sign-in]
way           = "oauth"
issuer        = "%s"
client        = "none"
client_id     = "coffer"
scopes        = ["openid", "offline_access", "fdx:accountdetailed:read", "fdx:transactions:read"]
redirect      = "any-port"
callback_path = "/back"

[api]
base  = "%s"
reads = ["balances", "transactions"]

[limits]
consent_days = 90
history_days = 730

[revoke]
steps = ["rfc7009"]
`

// foreignServer starts oidc-provider, and returns its issuer once it answers.
func (r *rig) foreignServer() string {
	r.t.Helper()
	folder := os.Getenv("COFFER_OIDC")
	if folder == "" {
		r.t.Fatal("COFFER_OIDC names no folder with oidc-provider: run make e2e")
	}
	node := exec.Command(filepath.Join(folder, "node_modules", ".bin", "node"), "server.js")
	node.Dir, node.Stderr = folder, r.t.Output()
	in, err := node.StdinPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	out, err := node.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		_ = in.Close() // it ends by itself
		_ = node.Wait()
	})
	none := []string{}
	clients := []any{map[string]any{
		"client_id": "coffer", "application_type": "native", "token_endpoint_auth_method": "none", "redirect_uris": []string{"http://127.0.0.1/back"},
		"grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"},
	}, map[string]any{"client_id": "data-api", "client_secret": "of-the-data-api", "token_endpoint_auth_method": "client_secret_post", "redirect_uris": none, "grant_types": none, "response_types": none}}
	if err := json.NewEncoder(in).Encode(map[string]any{"par": true, "clients": clients}); err != nil {
		r.t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var said struct{ Issuer string }
		if json.Unmarshal(lines.Bytes(), &said) == nil && said.Issuer != "" {
			return said.Issuer
		}
	}
	r.t.Fatal("oidc-provider did not start")
	return ""
}

// foreignAPI starts a data API that asks issuer about each token (RFC 7662), and returns its address.
func (r *rig) foreignAPI(issuer string) string {
	r.t.Helper()
	bank := banktest.NewFake(r.t, 10)
	bank.Open("a-1", "DEPOSIT_ACCOUNT", "2290", 1_234_56)
	bank.Put("a-1", banktest.Row{ID: "t-1", Day: ledger.DateOf(time.Now()).AddDays(-3), Cents: -4_50, Payee: "Shop 1"})
	to, err := url.Parse(bank.URL)
	if err != nil {
		r.t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		token := strings.TrimPrefix(q.Header.Get("Authorization"), "Bearer ")
		answer, err := http.PostForm(issuer+"/token/introspection", url.Values{"token": {token}, "client_id": {"data-api"}, "client_secret": {"of-the-data-api"}})
		var said struct{ Active bool }
		if err == nil {
			err = json.NewDecoder(answer.Body).Decode(&said)
			_ = answer.Body.Close()
		}
		if err != nil || !said.Active {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		q.Header.Set("Authorization", "Bearer "+banktest.FakeToken)
		proxy.ServeHTTP(w, q)
	}))
	r.t.Cleanup(api.Close)
	return api.URL
}

// fill types into a field of the page.
func (b *browser) fill(selector, text string) {
	b.t.Helper()
	b.call(http.MethodPost, b.session+"/element/"+b.wait(selector)+"/value", map[string]string{"text": text}, nil)
}
