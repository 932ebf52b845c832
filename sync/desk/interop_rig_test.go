//go:build interop

package desk_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/bank/banktest"
	"coffer/sync/desk"
)

const (
	foreignClient = "coffer"
	foreignSecret = "canary-77c2 :/+%&=~"
	readerSecret  = "of the data API"
	foreignScopes = `["openid", "offline_access", "fdx:accountdetailed:read", "fdx:transactions:read"]`
)

// setup is how a foreign server and Coffer's client there are set up.
type setup struct {
	shows    string // how Coffer's client shows who it is: "none", or one of RFC 7591
	dpop     bool   // the client's tokens must be bound to a key (RFC 9449)
	codes    bool   // the person types a code (RFC 8628)
	register bool   // Coffer registers its client (RFC 7591)
	signs    string // what its ID tokens are signed with; empty: RS256
	details  bool   // FDX's consent request is taken (RFC 9396)
}

// client is Coffer's, as the server is told.
func (s setup) client(t *testing.T) map[string]any {
	t.Helper()
	c := map[string]any{
		"client_id": foreignClient, "application_type": "native", "token_endpoint_auth_method": s.shows, "redirect_uris": []string{"http://127.0.0.1/back"},
		"grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"},
	}
	if s.details {
		c["authorization_details_types"] = []string{"fdx_v1.0"}
	}
	if s.signs != "" {
		c["id_token_signed_response_alg"] = s.signs
	}
	if s.dpop {
		c["dpop_bound_access_tokens"] = true
	}
	if s.codes {
		c["grant_types"], c["response_types"], c["redirect_uris"] = []string{"urn:ietf:params:oauth:grant-type:device_code", "refresh_token"}, []string{}, []string{}
	}
	switch s.shows {
	case "client_secret_basic", "client_secret_post":
		c["client_secret"] = foreignSecret
	case "private_key_jwt":
		c["jwks"], c["token_endpoint_auth_signing_alg"] = map[string]any{"keys": []any{foreignKey().public}}, "ES256"
	}
	return c
}

// foreign is oidc-provider on loopback and a data API that asks it about each token.
type foreign struct {
	t      *testing.T
	issuer string
	api    string
	bank   *banktest.Fake
	proofs proofs // that the data API has seen
}

// startForeign starts both. Access tokens live for less than what Coffer counts as over, so each read renews.
func startForeign(t *testing.T, s setup) *foreign {
	t.Helper()
	reader := map[string]any{
		"client_id": "data-api", "client_secret": readerSecret, "redirect_uris": []string{}, "grant_types": []string{}, "response_types": []string{},
	}
	clients := []any{reader}
	if !s.register {
		clients = append(clients, s.client(t))
	}
	f := &foreign{t: t}
	f.issuer = serve(t, map[string]any{"par": true, "clients": clients, "dpop": s.dpop, "codes": s.codes, "register": s.register, "details": s.details, "access": 50})
	f.bank = banktest.NewFake(t, 10)
	f.bank.Open("a-1", "DEPOSIT_ACCOUNT", "2290", 1_234_56)
	f.bank.Open("a-2", "LOC_ACCOUNT", "4417", -90_00)
	var rows []banktest.Row
	for i := range 30 {
		rows = append(rows, banktest.Row{ID: fmt.Sprintf("t-%03d", i), Day: ledger.DateOf(time.Now()).AddDays(-1 - i), Cents: -int64(100 + i), Payee: fmt.Sprintf("Shop %d", i)})
	}
	f.bank.Put("a-1", rows...)
	to, err := url.Parse(f.bank.URL)
	must(t, err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !f.opens(w, r) {
			return
		}
		r.Header.Set("Authorization", "Bearer "+banktest.FakeToken)
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(api.Close)
	f.api = api.URL
	return f
}

// serve starts the server with a configuration, waits until it says its issuer, and ends it with the test.
func serve(t *testing.T, config any) string {
	t.Helper()
	folder := os.Getenv("COFFER_OIDC")
	if folder == "" {
		t.Fatal("COFFER_OIDC names no folder with oidc-provider: run this by make interop")
	}
	node := exec.Command(filepath.Join(folder, "node_modules", ".bin", "node"), "server.js")
	node.Dir, node.Stderr = folder, t.Output()
	in, err := node.StdinPipe()
	must(t, err)
	out, err := node.StdoutPipe()
	must(t, err)
	must(t, node.Start())
	t.Cleanup(func() {
		_ = in.Close() // it ends by itself
		_ = node.Wait()
	})
	must(t, json.NewEncoder(in).Encode(config))
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var said struct{ Issuer string }
		if json.Unmarshal(lines.Bytes(), &said) == nil && said.Issuer != "" {
			return said.Issuer
		}
	}
	t.Fatal("oidc-provider did not start")
	return ""
}

// post sends a form and reads the answer's JSON.
func (f *foreign) post(path string, form url.Values, user, password string) (status int, said map[string]any) {
	f.t.Helper()
	r, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, f.issuer+path, strings.NewReader(form.Encode()))
	must(f.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if user != "" {
		r.SetBasicAuth(url.QueryEscape(user), url.QueryEscape(password))
	}
	answer, err := http.DefaultClient.Do(r)
	must(f.t, err)
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil && !errors.Is(err, io.EOF) {
		f.t.Errorf("%s said no JSON: %v", path, err)
	}
	return answer.StatusCode, said
}

// about is RFC 7662: what the server says of a token.
func (f *foreign) about(token string) map[string]any {
	_, said := f.post("/token/introspection", url.Values{"token": {token}}, "data-api", readerSecret)
	return said
}

// good reports whether the server honours a token, with the scope that reading needs.
func (f *foreign) good(token string) bool { return readsWith(f.about(token)) }

func readsWith(said map[string]any) bool {
	scope, _ := said["scope"].(string)
	return said["active"] == true && strings.Contains(scope, "fdx:transactions:read")
}

// honours counts the tokens that are still good.
func (f *foreign) honours(all []consent.Credential) (n int) {
	f.t.Helper()
	for _, c := range all {
		for _, token := range []secret.Text{c.Access, c.Refresh} {
			if f.good(token.Reveal()) {
				n++
			}
		}
	}
	return n
}

// visitor is a Coffer on a folder of its own with a provider file that leads to a foreign server.
type visitor struct {
	t      *testing.T
	bank   *foreign
	setup  setup
	folder string
	coffer *app.Coffer
	store  *store.Store
	person *person
	browse func(ctx context.Context, address string) error
	code   string // that Coffer showed last
}

func visit(t *testing.T, shows string) *visitor {
	t.Helper()
	return visitWith(t, setup{shows: shows})
}

func visitWith(t *testing.T, how setup) *visitor {
	t.Helper()
	dir := t.TempDir()
	v := &visitor{t: t, bank: startForeign(t, how), setup: how, folder: filepath.Join(dir, "providers"), person: newPerson(t)}
	v.browse = v.approve
	shelf, err := desk.RealBanks(os.DirFS("../../assets/providers"), v.folder)
	must(t, err)
	v.coffer, err = app.New(app.Config{
		Dir: filepath.Join(dir, "vault"), Now: time.Now, ReadShelf: shelf,
		OpenStore: func(ctx context.Context, opened *vault.Vault) (s app.Store, err error) {
			v.store, err = store.Open(ctx, opened)
			return v.store, err
		},
		OpenBanks: func(ctx context.Context, s app.Store) (app.Banks, error) {
			return desk.New(ctx, desk.Config{Store: v.store, Now: time.Now, UserAgent: "Coffer/test", Changed: &v.coffer.Changed.Accounts})
		},
		OpenBrowser: func(ctx context.Context, address string) error { return v.browse(ctx, address) },
	})
	must(t, err)
	made, key, err := vault.Create(filepath.Join(dir, "vault"), secret.New("four quiet words together"), vault.Options{})
	must(t, err)
	must(t, made.Close())
	must(t, v.coffer.UnlockWithRecovery(t.Context(), key.Text()))
	t.Cleanup(func() { must(t, v.coffer.Lock()) })
	v.file(how.shows, v.bank.issuer)
	return v
}

// file writes the person's own provider file.
func (v *visitor) file(shows, issuer string) {
	v.t.Helper()
	needs, way, redirect := `needs = ["client-id"]`, "oauth", "redirect      = \"any-port\"\ncallback_path = \"/back\""
	switch {
	case v.setup.register:
		needs = ""
	case shows == "private_key_jwt":
		needs = `needs = ["client-id", "key"]`
	case shows != "none":
		needs = `needs = ["client-id", "client-secret"]`
	}
	if v.setup.codes {
		way, redirect = "device", ""
	}
	text := fmt.Sprintf(`format   = 1
id       = "foreign"
name     = "Foreign Bank"
dialect  = "fdx"
loopback = true
tried    = "tried against oidc-provider"

[person]
cost  = "Nothing"
%s
get   = "It is made by the test"

[sign-in]
way           = "%s"
issuer        = "%s"
client        = "%s"
scopes        = %s
details       = %t
dpop          = %t
register      = %t
%s

[api]
base  = "%s"
reads = ["balances", "transactions"]

[limits]
consent_days = 90
history_days = 730

[revoke]
steps = ["rfc7009"]
`, needs, way, issuer, shows, foreignScopes, v.setup.details || shows != "none", v.setup.dpop, v.setup.register, redirect, v.bank.api) // a server that knows no details leaves them out
	must(v.t, os.MkdirAll(v.folder, 0o700))
	must(v.t, os.WriteFile(filepath.Join(v.folder, "foreign.toml"), []byte(text), 0o600))
	if broken := v.coffer.ReadProviders().Broken; len(broken) > 0 {
		v.t.Fatalf("the file can't be used: %+v", broken)
	}
}

func (v *visitor) link(again consent.LinkID) (consent.LinkID, error) {
	terms := app.Terms{
		HistoryDays: 60, ConsentDays: 90, Again: again,
		Typed:   map[provider.Need]string{provider.ClientID: foreignClient},
		Secrets: map[provider.Need]secret.Text{provider.ClientSecret: secret.New(foreignSecret), provider.Key: foreignKey().pem},
	}
	return v.coffer.LinkBank(v.t.Context(), "foreign", terms, func(at app.LinkingProgress) {
		if at.Code != "" {
			v.code = at.Code
		}
	})
}

func (v *visitor) view(id consent.LinkID) app.LinkView {
	v.t.Helper()
	l, err := v.coffer.Link(v.t.Context(), id)
	must(v.t, err)
	return l
}

// tokens are what is sealed for a link.
func (v *visitor) tokens(id consent.LinkID) consent.Credential {
	v.t.Helper()
	c, err := v.store.Credential(v.t.Context(), id)
	must(v.t, err)
	return c
}

// later reads, once the access token has run out, as Coffer sees it.
func (v *visitor) later(id consent.LinkID) error {
	_, err := v.coffer.Refresh(v.t.Context(), id)
	return err
}

// rows is how many transactions the vault has.
func (v *visitor) rows() int {
	v.t.Helper()
	rows, err := v.coffer.Rows(v.t.Context(), ledger.Filter{}, ledger.NewestFirst, 0, 1000)
	must(v.t, err)
	return len(rows)
}

// approve signs in, says yes, and brings the answer back.
func (v *visitor) approve(ctx context.Context, address string) error {
	back, err := v.person.answer(ctx, address, "Continue")
	if err != nil {
		return err
	}
	return v.person.bring(ctx, back, http.StatusOK)
}

// person is who sits before the pages of oidc-provider, with plain HTTP for a browser.
type person struct{ client *http.Client }

func newPerson(t *testing.T) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &person{&http.Client{Jar: jar, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if r.URL.Host != via[0].URL.Host {
			return http.ErrUseLastResponse // that is the way back to Coffer
		}
		return nil
	}}}
}

var (
	pageAction = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)
	pagePrompt = regexp.MustCompile(`name="prompt" value="([a-z]+)"`)
	pageCancel = regexp.MustCompile(`<a href="([^"]+)">\[ Cancel`)
)

// answer goes through the pages and returns where the last one leads. It presses the button named last on the consent
// page, or goes by its link if that is "Cancel".
func (p *person) answer(ctx context.Context, address, last string) (string, error) {
	method, form := http.MethodGet, url.Values{}
	for range 5 {
		r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
		if err != nil {
			return "", err
		}
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer, err := p.client.Do(r)
		if err != nil {
			return "", err
		}
		raw, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			return "", err
		}
		page := string(raw)
		if answer.StatusCode/100 == 3 {
			return answer.Header.Get("Location"), nil
		}
		action, prompt, cancel := pageAction.FindStringSubmatch(page), pagePrompt.FindStringSubmatch(page), pageCancel.FindStringSubmatch(page)
		if answer.StatusCode != http.StatusOK || action == nil || prompt == nil || cancel == nil {
			return "", fmt.Errorf("the server shows %d: %s", answer.StatusCode, page)
		}
		method, address, form = http.MethodPost, html.UnescapeString(action[1]), url.Values{"prompt": {prompt[1]}}
		switch {
		case prompt[1] == "login":
			form.Set("login", "alex")
			form.Set("password", "any")
		case last == "Cancel":
			method, address, form = http.MethodGet, html.UnescapeString(cancel[1]), nil
		}
	}
	return "", errors.New("the pages come to no end")
}

// bring calls the address that the bank sent the browser to.
func (p *person) bring(ctx context.Context, address string, want int) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != want {
		return fmt.Errorf("the callback answered %d, not %d", answer.StatusCode, want)
	}
	return nil
}
