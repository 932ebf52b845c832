package demobank_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

func TestMetadataIsFoundBothWays(t *testing.T) {
	b := start(t, demobank.Config{})
	a := newApp(t, b)
	origin := strings.TrimSuffix(b.Issuer(), "/northlight")
	for _, at := range []string{
		origin + "/.well-known/oauth-authorization-server/northlight",
		origin + "/.well-known/openid-configuration/northlight",
		b.Issuer() + "/.well-known/openid-configuration",
	} {
		m := a.wants(a.do("GET", at, "", nil), http.StatusOK).json(t)
		if m["issuer"] != b.Issuer() || m["authorization_response_iss_parameter_supported"] != true {
			t.Errorf("%s: %v", at, m)
		}
		for _, endpoint := range []string{"authorization_endpoint", "token_endpoint", "revocation_endpoint", "pushed_authorization_request_endpoint"} {
			if to, _ := m[endpoint].(string); !strings.HasPrefix(to, b.Issuer()+"/") {
				t.Errorf("%s is %q", endpoint, to)
			}
		}
	}
}

func TestTheWholeConversation(t *testing.T) {
	b := start(t, demobank.Config{})
	a := newApp(t, b)
	back := a.approve(nil, walk.Options{Username: b.Username(), Password: b.Password().Show()})
	if back.Get("state") != "state-123" || back.Get("iss") != b.Issuer() || back.Get("code") == "" {
		t.Fatalf("callback: %v", back)
	}
	r := a.exchange(back.Get("code"))
	tok := a.tokens(r)
	m := r.json(t)
	if m["token_type"] != "Bearer" || m["expires_in"].(interface{ String() string }).String() != "900" {
		t.Errorf("token answer: %v %v", m["token_type"], m["expires_in"])
	}
	if r.header.Get("Cache-Control") != "no-store" {
		t.Error("the token answer may be cached")
	}
	a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusOK)
	if got := kinds(b, tok.grant); !slices.Equal(got, []demobank.EventKind{demobank.GrantCreated, demobank.TokenIssued}) {
		t.Errorf("the bank saw %v", got)
	}
}

func TestAPushedRequestWorksOnce(t *testing.T) {
	b := start(t, demobank.Config{RequirePAR: true})
	a := newApp(t, b)
	details := `[{"type":"fdx_v1.0","consentRequest":{"durationType":"TIME_BOUND","durationPeriod":180,"lookbackPeriod":730,` +
		`"resources":[{"resourceType":"ACCOUNT","dataClusters":["ACCOUNT_DETAILED","TRANSACTIONS"]}]}}]`
	pushed := a.wants(a.post("/par", a.request(url.Values{"authorization_details": {details}})), http.StatusCreated).json(t)
	to := b.Issuer() + "/authorize?" + url.Values{"client_id": {demobank.ClientID}, "request_uri": {pushed["request_uri"].(string)}}.Encode()
	if err := walk.Approve(t.Context(), to, walk.Options{}); err != nil {
		t.Fatal(err)
	}
	tok := a.tokens(a.exchange(a.callbackQuery().Get("code")))
	consent := a.wants(a.api("GET", "/consents/"+tok.grant, tok.access, ""), http.StatusOK).json(t)
	if got := consent["durationPeriod"].(interface{ String() string }).String(); got != "180" {
		t.Errorf("the page kept %s days", got)
	}
	a.wants(a.do("GET", to, "", nil), http.StatusBadRequest)

	plain := a.do("GET", a.address(nil), "", nil)
	if at, _ := url.Parse(plain.header.Get("Location")); at.Query().Get("error") != "invalid_request" {
		t.Errorf("a request that was not pushed: %d %s", plain.status, plain.header.Get("Location"))
	}
}

func TestAPushedRequestEndsAfterAMinute(t *testing.T) {
	b := start(t, demobank.Config{})
	a := newApp(t, b)
	pushed := a.wants(a.post("/par", a.request(nil)), http.StatusCreated).json(t)
	advance(t, b, 61*time.Second)
	to := b.Issuer() + "/authorize?" + url.Values{"client_id": {demobank.ClientID}, "request_uri": {pushed["request_uri"].(string)}}.Encode()
	a.wants(a.do("GET", to, "", nil), http.StatusBadRequest)
}

func advance(t *testing.T, b *demobank.Bank, d time.Duration) {
	t.Helper()
	if err := b.Advance(d); err != nil {
		t.Fatal(err)
	}
}

func TestABadRequestIsSentBackWithItsError(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	for claim, c := range map[string]struct {
		change url.Values
		want   string
	}{
		"plain PKCE":               {url.Values{"code_challenge_method": {"plain"}}, "invalid_request"},
		"no PKCE method":           {url.Values{"code_challenge_method": {""}}, "invalid_request"},
		"no challenge":             {url.Values{"code_challenge": {""}}, "invalid_request"},
		"a short challenge":        {url.Values{"code_challenge": {"abc"}}, "invalid_request"},
		"an implicit response":     {url.Values{"response_type": {"token"}}, "unsupported_response_type"},
		"an unknown scope":         {url.Values{"scope": {"payments:write"}}, "invalid_scope"},
		"a foreign consent":        {url.Values{"authorization_details": {`[{"type":"other"}]`}}, "invalid_authorization_details"},
		"details that don't parse": {url.Values{"authorization_details": {`{`}}, "invalid_authorization_details"},
		"a parameter twice":        {url.Values{"scope": {"openid", "openid"}}, "invalid_request"},
	} {
		r := a.do("GET", a.address(c.change), "", nil)
		at, err := url.Parse(r.header.Get("Location"))
		if err != nil || r.status != http.StatusSeeOther || !strings.HasPrefix(at.String(), a.callback+"?") {
			t.Errorf("%s: %d %s", claim, r.status, r.header.Get("Location"))
			continue
		}
		if q := at.Query(); q.Get("error") != c.want || q.Get("state") != "state-123" || q.Get("iss") != a.bank.Issuer() {
			t.Errorf("%s: %v", claim, q)
		}
		if bad := a.post("/par", a.request(c.change)); bad.status != http.StatusBadRequest {
			t.Errorf("%s pushed: %d %s", claim, bad.status, bad.body)
		}
	}
}

func TestAForeignClientOrAddressIsNeverRedirectedTo(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	for claim, change := range map[string]url.Values{
		"another client": {"client_id": {"someone"}}, "no client": {"client_id": {""}},
		"a host elsewhere": {"redirect_uri": {"http://example.test/cb"}}, "https": {"redirect_uri": {"https://127.0.0.1:4000/cb"}},
		"a name": {"redirect_uri": {"http://localhost:4000/cb"}}, "no port": {"redirect_uri": {"http://127.0.0.1/cb"}},
		"a fragment": {"redirect_uri": {"http://127.0.0.1:4000/cb#x"}}, "user info": {"redirect_uri": {"http://127.0.0.1:4000@example.test/"}},
		"another loopback": {"redirect_uri": {"http://127.0.0.2:4000/cb"}}, "no path": {"redirect_uri": {"http://127.0.0.1:4000"}},
		"nothing": {"redirect_uri": {""}},
	} {
		r := a.do("GET", a.address(change), "", nil)
		if r.status != http.StatusBadRequest || r.header.Get("Location") != "" {
			t.Errorf("%s: %d %s", claim, r.status, r.header.Get("Location"))
		}
	}
}

func TestACodeIsForOneVerifierOneAddressOneMinute(t *testing.T) {
	for claim, spoil := range map[string]func(*app, url.Values){
		"a wrong verifier":  func(_ *app, f url.Values) { f.Set("code_verifier", strings.Repeat("x", 43)) },
		"no verifier":       func(_ *app, f url.Values) { f.Del("code_verifier") },
		"another redirect":  func(_ *app, f url.Values) { f.Set("redirect_uri", "http://127.0.0.1:1/cb") },
		"a code of no one":  func(_ *app, f url.Values) { f.Set("code", "nlac_unknown") },
		"after two minutes": func(a *app, _ url.Values) { advance(a.T, a.bank, 2*time.Minute) },
	} {
		t.Run(claim, func(t *testing.T) {
			a := newApp(t, start(t, demobank.Config{}))
			form := url.Values{"grant_type": {"authorization_code"}, "client_id": {demobank.ClientID}, "redirect_uri": {a.callback},
				"code": {a.approve(nil, walk.Options{}).Get("code")}, "code_verifier": {a.verifier}}
			spoil(a, form)
			if m := a.wants(a.post("/token", form), http.StatusBadRequest).json(t); m["error"] != "invalid_grant" {
				t.Errorf("error %v", m["error"])
			}
		})
	}
}

func TestACodeUsedTwiceEndsTheGrant(t *testing.T) {
	b := start(t, demobank.Config{})
	a := newApp(t, b)
	code := a.approve(nil, walk.Options{}).Get("code")
	tok := a.tokens(a.exchange(code))
	a.wants(a.exchange(code), http.StatusBadRequest)
	a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusUnauthorized)
	a.wants(a.refresh(tok.refresh), http.StatusBadRequest)
	if got := kinds(b, tok.grant); !slices.Contains(got, demobank.CodeReused) || !slices.Contains(got, demobank.GrantRevoked) {
		t.Errorf("the bank saw %v", got)
	}
}

func TestRefreshRotates(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	first := a.link()
	advance(t, a.bank, 16*time.Minute)
	r := a.wants(a.api("GET", "/accounts", first.access, ""), http.StatusUnauthorized)
	if !strings.Contains(r.header.Get("WWW-Authenticate"), `error="invalid_token"`) {
		t.Errorf("WWW-Authenticate: %q", r.header.Get("WWW-Authenticate"))
	}
	second := a.tokens(a.refresh(first.refresh))
	if second.refresh == first.refresh || second.access == first.access || second.grant != first.grant {
		t.Fatal("the tokens did not change, or the grant did")
	}
	a.wants(a.api("GET", "/accounts", second.access, ""), http.StatusOK)
}

func TestARefreshTokenUsedTwiceEndsTheGrant(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	first := a.link()
	second := a.tokens(a.refresh(first.refresh))
	if m := a.wants(a.refresh(first.refresh), http.StatusBadRequest).json(t); m["error"] != "invalid_grant" {
		t.Errorf("error %v", m["error"])
	}
	a.wants(a.api("GET", "/accounts", second.access, ""), http.StatusUnauthorized)
	a.wants(a.refresh(second.refresh), http.StatusBadRequest)
	if got := kinds(a.bank, first.grant); !slices.Contains(got, demobank.RefreshReused) || !slices.Contains(got, demobank.GrantRevoked) {
		t.Errorf("the bank saw %v", got)
	}
}

func TestTheBanksLogShowsTheRevocationAndBothProbesRefused(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.link()
	reason := `{"reason":"USER_ACTION","initiator":"INDIVIDUAL"}`
	a.wants(a.api("PUT", "/consents/"+tok.grant+"/revocation", tok.access, reason), http.StatusNoContent)
	a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusUnauthorized)
	if c := a.wants(a.api("GET", "/consents/"+tok.grant, tok.access, ""), http.StatusOK).json(t); c["status"] != "REVOKED" {
		t.Errorf("consent is %v", c["status"])
	}
	a.wants(a.api("PUT", "/consents/"+tok.grant+"/revocation", tok.access, reason), http.StatusConflict)
	a.wants(a.revoke(tok.refresh), http.StatusOK)
	a.wants(a.revoke(tok.access), http.StatusOK)
	before := len(a.bank.Events())
	a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusUnauthorized)
	a.wants(a.refresh(tok.refresh), http.StatusBadRequest)
	events := a.bank.Events()
	if !slices.Contains(kinds(a.bank, tok.grant), demobank.GrantRevoked) {
		t.Error("no grant revoked")
	}
	want := []demobank.EventKind{demobank.AccessRefused, demobank.RefreshRefused}
	for i, e := range events[before:] {
		if e.Kind != want[i] || e.Grant != tok.grant || e.At.IsZero() {
			t.Errorf("event %d: %+v", i, e)
		}
	}
	if len(events) != before+2 {
		t.Errorf("%d events after the probes, want 2", len(events)-before)
	}
}

func TestRevocationByTokenAlone(t *testing.T) {
	t.Run("a refresh token takes the grant along", func(t *testing.T) {
		a := newApp(t, start(t, demobank.Config{}))
		tok := a.link()
		a.wants(a.revoke(tok.refresh), http.StatusOK)
		a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusUnauthorized)
	})
	t.Run("an access token goes alone", func(t *testing.T) {
		a := newApp(t, start(t, demobank.Config{}))
		tok := a.link()
		a.wants(a.revoke(tok.access), http.StatusOK)
		a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusUnauthorized)
		a.wants(a.refresh(tok.refresh), http.StatusOK)
	})
	t.Run("an unknown token is 200 too", func(t *testing.T) {
		a := newApp(t, start(t, demobank.Config{}))
		a.wants(a.revoke("never issued"), http.StatusOK)
	})
	t.Run("503 changes nothing", func(t *testing.T) {
		a := newApp(t, start(t, demobank.Config{}))
		tok := a.link()
		a.bank.Fail(demobank.Fault{Kind: demobank.RevokeUnavailable, Times: 2})
		a.wants(a.revoke(tok.refresh), http.StatusServiceUnavailable)
		a.wants(a.api("PUT", "/consents/"+tok.grant+"/revocation", tok.access, `{}`), http.StatusServiceUnavailable)
		a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusOK)
		a.wants(a.revoke(tok.refresh), http.StatusOK)
		a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusUnauthorized)
	})
}

func TestAPersonRevokesAtTheBank(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.link()
	if err := a.bank.Revoke(tok.grant); err != nil {
		t.Fatal(err)
	}
	a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusUnauthorized)
	a.wants(a.refresh(tok.refresh), http.StatusBadRequest)
	if a.bank.Revoke(tok.grant) == nil || a.bank.Revoke("unknown") == nil {
		t.Error("revoked twice, or what was never there")
	}
}

// A link that is refreshed for a year leaves no heap of old hashes behind.
func TestOldHashesAreForgotten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bank.json")
	a := newApp(t, start(t, demobank.Config{State: path}))
	tok := a.linkWith(nil, walk.Options{Days: 365})
	for range 50 {
		advance(t, a.bank, 7*24*time.Hour)
		tok = a.tokens(a.refresh(tok.refresh))
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(raw), `"sha256"`); n < 2 || n > 12 {
		t.Errorf("%d hashes kept", n)
	}
}

func TestAConsentEndsOnItsDay(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.linkWith(nil, walk.Options{Days: 30})
	advance(t, a.bank, 31*24*time.Hour)
	a.wants(a.refresh(tok.refresh), http.StatusBadRequest)
}

func TestBadTokenCallsAreRefused(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	for claim, c := range map[string]struct {
		header map[string]string
		body   string
		status int
		want   string
	}{
		"another client":   {form, "grant_type=refresh_token&client_id=x&refresh_token=y", 401, "invalid_client"},
		"no grant type":    {form, "client_id=coffer-desktop", 400, "unsupported_grant_type"},
		"a password grant": {form, "client_id=coffer-desktop&grant_type=password", 400, "unsupported_grant_type"},
		"twice":            {form, "client_id=coffer-desktop&client_id=coffer-desktop", 400, "invalid_request"},
		"JSON":             {map[string]string{"Content-Type": "application/json"}, "{}", 400, "invalid_request"},
		"far too large":    {form, "client_id=coffer-desktop&x=" + strings.Repeat("x", 20<<10), 400, "invalid_request"},
	} {
		r := a.do("POST", a.bank.Issuer()+"/token", c.body, c.header)
		if r.status != c.status || r.json(t)["error"] != c.want || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s", claim, r.status, r.body)
		}
	}
}

func TestAForeignHostHeaderIsRefused(t *testing.T) {
	b := start(t, demobank.Config{})
	a := newApp(t, b)
	for _, host := range []string{"bank.example", "localhost:" + port(b), "127.0.0.1", "127.0.0.1:1"} {
		for _, path := range []string{"/.well-known/openid-configuration", "/authorize", "/fdx/v6/accounts", "/style.css"} {
			a.wants(a.do("GET", b.Issuer()+path, "", map[string]string{"Host": host}), http.StatusMisdirectedRequest)
		}
	}
}

func port(b *demobank.Bank) string {
	_, after, _ := strings.Cut(b.Addr(), ":")
	return after
}

// TestTheIDTokenSaysWhoSignedIn: with openid, and only then, and for the nonce of that sign-in.
func TestTheIDTokenSaysWhoSignedIn(t *testing.T) {
	b := start(t, demobank.Config{})
	a := newApp(t, b)
	set := a.wants(a.do("GET", b.Issuer()+"/jwks", "", nil), http.StatusOK).json(t)["keys"].([]any)
	if key := set[0].(map[string]any); len(set) != 1 || key["kty"] != "EC" || key["d"] != nil || key["kid"] == "" {
		t.Fatalf("keys %v", set)
	}
	for scope, want := range map[string]bool{"openid fdx:accountdetailed:read": true, "fdx:accountdetailed:read": false} {
		back := a.approve(url.Values{"scope": {scope}, "nonce": {"nonce-4711"}}, walk.Options{Username: b.Username(), Password: b.Password().Show()})
		token, _ := a.exchange(back.Get("code")).json(t)["id_token"].(string)
		parts := strings.Split(token, ".")
		if (len(parts) == 3) != want {
			t.Fatalf("%s: %d parts", scope, len(parts))
		}
		if !want {
			continue
		}
		raw, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		claims := reply{body: string(raw)}.json(t)
		if claims["iss"] != b.Issuer() || claims["aud"] != demobank.ClientID || claims["nonce"] != "nonce-4711" || claims["at_hash"] == nil {
			t.Errorf("claims %v", claims)
		}
	}
}
