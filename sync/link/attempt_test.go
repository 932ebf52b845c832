package link_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/sync/link"
)

func TestALinkIsMade(t *testing.T) {
	for name, prepare := range map[string]func(*authority){
		"with a pushed request": func(*authority) {},
		"with a plain request":  func(a *authority) { delete(a.metadata, "pushed_authorization_request_endpoint") },
		"with OpenID metadata": func(a *authority) {
			a.when("/.well-known/oauth-authorization-server/as", http.NotFound)
			a.when("/as/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, a.metadata) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			prepare(s.bank)
			l := s.linked()
			if l.State != consent.Active || l.Bank != "Test Bank" || l.ConsentID != "consent-1" || l.Issuer != s.bank.issuer() ||
				l.Endpoints.Token != s.bank.issuer()+"/token" || len(l.Origins) != 1 || l.HistoryDays != 730 {
				t.Errorf("got %+v", l)
			}
			if got := l.Expires.Sub(l.Granted); got < 364*24*time.Hour || got > 367*24*time.Hour {
				t.Errorf("expires after %v", got)
			}
			c := s.vault.credentials[l.ID]
			if !s.bank.live[c.Access.Reveal()] || !s.bank.live[c.Refresh.Reveal()] || c.AccessExpires.Sub(s.now) < 890*time.Second {
				t.Error("the sealed tokens are not the bank's")
			}
			if s.vault.links[l.ID].State != consent.Active {
				t.Error("not saved")
			}
		})
	}
}

func TestWhatTheBankIsAsked(t *testing.T) {
	s := newScene(t)
	a, err := s.tokens().Begin(t.Context(), s.bank.provider())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, asked := range s.bank.pushed {
		var rich []struct {
			Type           string
			ConsentRequest struct {
				DurationType                   string
				DurationPeriod, LookbackPeriod int
			}
		}
		if err := json.Unmarshal([]byte(asked.Get("authorization_details")), &rich); err != nil || len(rich) != 1 {
			t.Fatalf("details %v", err)
		}
		if c := rich[0].ConsentRequest; rich[0].Type != "fdx_v1.0" || c.DurationType != "TIME_BOUND" || c.DurationPeriod != 365 || c.LookbackPeriod != 730 {
			t.Errorf("asked %+v", rich)
		}
		if len(asked.Get("state")) != 43 || asked.Get("code_challenge_method") != "S256" || asked.Get("client_id") != "coffer" {
			t.Errorf("asked %v", asked)
		}
		if back, err := url.Parse(asked.Get("redirect_uri")); err != nil || back.Hostname() != "127.0.0.1" || len(back.Path) < 20 {
			t.Errorf("redirect %v", back)
		}
	}
	if len(s.bank.pushed) != 1 || !s.vault.empty() {
		t.Error("nothing pushed, or something saved")
	}
}

// OpenID Connect §11: a server gives a refresh token for offline_access only with a consent.
func TestOfflineAccessIsAskedForWithItsConsent(t *testing.T) {
	for prompt, scopes := range map[string][]string{"consent": {"openid", "offline_access"}, "": {"openid", "read"}} {
		s := newScene(t)
		s.bank.metadata["jwks_uri"] = s.bank.issuer() + "/jwks"
		p := s.bank.provider()
		p.Scopes = scopes
		a, err := s.tokens().Begin(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		a.Close()
		for _, asked := range s.bank.pushed {
			if asked.Get("prompt") != prompt {
				t.Errorf("%v is asked for with prompt %q", scopes, asked.Get("prompt"))
			}
		}
		if len(s.bank.pushed) != 1 {
			t.Error("nothing was asked")
		}
	}
}

func TestHostileCallbacksChangeNothing(t *testing.T) {
	s := newScene(t)
	a, err := s.tokens().Begin(t.Context(), s.bank.provider())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	genuine := s.bank.approve(t, a.Address())
	for name, try := range forgeries(genuine) {
		status, headers, text := visit(t, try.method, try.address, try.spoil)
		if status != http.StatusBadRequest || strings.Contains(text, "<") || headers.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %d %q", name, status, text)
		}
	}
	if s.bank.called("/as/token") != 0 || !s.vault.empty() {
		t.Fatal("a hostile callback did something")
	}
	var status int
	var headers http.Header
	var text string
	var seen sync.WaitGroup
	seen.Go(func() { status, headers, text = visit(t, "GET", genuine.String(), nil) })
	l, err := a.Wait(t.Context())
	seen.Wait()
	if err != nil || l.State != consent.Active {
		t.Fatalf("the genuine callback after them: %v", err)
	}
	policy := headers.Get("Content-Security-Policy")
	if status != 200 || !strings.Contains(text, "Return to Coffer") || strings.Contains(text, "<script") || strings.Contains(text, "http") ||
		headers.Get("Content-Length") == "" || headers.Get("Referrer-Policy") != "no-referrer" || !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("page %d %v %s", status, headers, text)
	}
	if _, err := net.Dial("tcp", genuine.Host); err == nil {
		t.Error("the callback still listens")
	}
}

func TestTheBankMustSendTheIssuerThatItPromised(t *testing.T) {
	for name, test := range map[string]struct {
		promised bool
		status   int
	}{"promised": {true, 400}, "not promised": {false, 200}} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.config.Limit = time.Second
			s.bank.metadata["authorization_response_iss_parameter_supported"] = test.promised
			a, err := s.tokens().Begin(t.Context(), s.bank.provider())
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			back := s.bank.approve(t, a.Address())
			q := back.Query()
			q.Del("iss")
			back.RawQuery = q.Encode()
			if status, _, _ := visit(t, "GET", back.String(), nil); status != test.status {
				t.Errorf("answered %d", status)
			}
			_, err = a.Wait(t.Context())
			if test.promised {
				s.kind(err, fault.LinkTimedOut)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatTheBankMayAnswer(t *testing.T) {
	for problem, want := range map[string]fault.Kind{
		"access_denied": fault.ConsentDenied, "server_error": fault.BankDown, "temporarily_unavailable": fault.BankDown,
		"invalid_scope": fault.BankUnexpected, canary + "<script>": fault.BankUnexpected,
	} {
		t.Run(problem, func(t *testing.T) {
			s := newScene(t)
			a, err := s.tokens().Begin(t.Context(), s.bank.provider())
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			back := s.bank.approve(t, a.Address())
			q := back.Query()
			q.Del("code")
			q.Set("error", problem)
			q.Set("error_description", canary)
			back.RawQuery = q.Encode()
			if status, _, text := visit(t, "GET", back.String(), nil); status != 200 || strings.Contains(text, canary) {
				t.Errorf("page %d %s", status, text)
			}
			_, err = a.Wait(t.Context())
			s.kind(err, want)
			if !s.vault.empty() || s.bank.called("/as/token") != 0 {
				t.Error("something was stored or sent")
			}
		})
	}
}

func TestAnAttemptEnds(t *testing.T) {
	s := newScene(t)
	s.config.Limit = 20 * time.Millisecond
	a, err := s.tokens().Begin(t.Context(), s.bank.provider())
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Wait(t.Context())
	s.kind(err, fault.LinkTimedOut)
	a.Close()

	s.config.Limit = time.Minute
	if a, err = s.tokens().Begin(t.Context(), s.bank.provider()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	host := s.bank.approve(t, a.Address()).Host
	_, err = a.Wait(ctx)
	s.kind(err, fault.Canceled)
	if _, err := net.Dial("tcp", host); err == nil {
		t.Error("a canceled attempt still listens")
	}

	if a, err = s.tokens().Begin(t.Context(), s.bank.provider()); err != nil {
		t.Fatal(err)
	}
	back := s.bank.approve(t, a.Address())
	for range 50 {
		visit(t, "GET", "http://"+back.Host+"/favicon.ico", nil)
	}
	_, err = a.Wait(t.Context())
	s.kind(err, fault.LinkTimedOut)
	if f := fault.Of(err); f == nil || f.Reason != "link.flooded" {
		t.Errorf("got %v", err)
	}
	if !s.vault.empty() {
		t.Error("something was stored")
	}
}

func TestAFixedPortThatIsTaken(t *testing.T) {
	s := newScene(t)
	other, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	p := s.bank.provider()
	p.RedirectPort = other.Addr().(*net.TCPAddr).Port
	_, err = s.tokens().Begin(t.Context(), p)
	s.kind(err, fault.PortTaken)
	if f := fault.Of(err); f == nil || f.Args["port"] != strconv.Itoa(p.RedirectPort) {
		t.Errorf("got %+v", f)
	}
}

func TestMetadataThatIsNotWhatThePersonApproved(t *testing.T) {
	elsewhere := newAuthority(t)
	for name, test := range map[string]struct {
		spoil func(*authority)
		want  fault.Kind
	}{
		"another issuer":        {func(a *authority) { a.metadata["issuer"] = a.issuer() + "/" }, fault.BankUnexpected},
		"a token endpoint away": {func(a *authority) { a.metadata["token_endpoint"] = elsewhere.issuer() + "/token" }, fault.HostRefused},
		"a login page away":     {func(a *authority) { a.metadata["authorization_endpoint"] = "https://evil.example/a" }, fault.HostRefused},
		"a revocation away":     {func(a *authority) { a.metadata["revocation_endpoint"] = "https://evil.example/a" }, fault.HostRefused},
		"PAR away":              {func(a *authority) { a.metadata["pushed_authorization_request_endpoint"] = "https://evil.example/a" }, fault.HostRefused},
		"no token endpoint":     {func(a *authority) { delete(a.metadata, "token_endpoint") }, fault.BankUnexpected},
		"no S256":               {func(a *authority) { a.metadata["code_challenge_methods_supported"] = []string{"plain"} }, fault.BankUnexpected},
		"PAR required, not told": {func(a *authority) {
			a.metadata["require_pushed_authorization_requests"] = true
			delete(a.metadata, "pushed_authorization_request_endpoint")
		}, fault.BankUnexpected},
		"not JSON": {func(a *authority) {
			a.when("/.well-known/oauth-authorization-server/as", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") })
		}, fault.BankUnexpected},
		"none": {func(a *authority) { a.when("/.well-known/oauth-authorization-server/as", http.NotFound) }, fault.BankUnexpected},
		"down": {func(a *authority) {
			a.when("/.well-known/oauth-authorization-server/as", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
		}, fault.BankDown},
		"a refused PAR": {func(a *authority) {
			a.when("/as/par", func(w http.ResponseWriter, _ *http.Request) { reply(w, 400, map[string]any{"error": canary}) })
		}, fault.BankUnexpected},
		"a PAR that is down": {func(a *authority) {
			a.when("/as/par", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
		}, fault.BankDown},
		"a redirect": {func(a *authority) {
			a.when("/.well-known/oauth-authorization-server/as", http.RedirectHandler(elsewhere.issuer(), http.StatusFound).ServeHTTP)
		}, fault.HostRefused},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			test.spoil(s.bank)
			_, err := s.tokens().Begin(t.Context(), s.bank.provider())
			s.kind(err, test.want)
			if !s.vault.empty() {
				t.Error("something was stored")
			}
		})
	}
	if len(elsewhere.calls) != 0 {
		t.Errorf("the other host was asked %v", elsewhere.calls)
	}
}

func TestAnExchangeThatFails(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   fault.Kind
	}{
		"a refused code": {func(w http.ResponseWriter, r *http.Request) {
			reply(w, 400, map[string]any{"error": "invalid_grant", "error_description": canary + r.FormValue("code")})
		}, fault.BankUnexpected},
		"down":     {func(w http.ResponseWriter, _ *http.Request) { reply(w, 503, map[string]any{"error": "invalid_grant"}) }, fault.BankDown},
		"no token": {func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, map[string]any{"x": canary}) }, fault.BankUnexpected},
		"not JSON": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, canary) }, fault.BankUnexpected},
		"not a bearer token": {func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 200, map[string]any{"access_token": canary, "token_type": "DPoP"})
		}, fault.BankUnexpected},
		"silence": {silence, fault.Offline},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.bank.when("/as/token", test.answer)
			s.bank.metadata["token_endpoint"] = s.bank.issuer() + "/token?key=" + canary // as some put a client's key there
			a, err := s.tokens().Begin(t.Context(), s.bank.provider())
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			visit(t, "GET", s.bank.approve(t, a.Address()).String(), nil)
			_, err = a.Wait(t.Context())
			s.kind(err, test.want)
			if !s.vault.empty() {
				t.Error("something was stored")
			}
			if s.bank.called("/as/token") != 1 {
				t.Errorf("the code was sent %d times", s.bank.called("/as/token"))
			}
		})
	}
}

func TestTokensThatCanNotBeSealedAreGivenBack(t *testing.T) {
	for _, what := range []string{"credential", "link"} {
		t.Run(what, func(t *testing.T) {
			s := newScene(t)
			s.vault.set(what, fault.New(fault.DiskFull, "save", errors.New("ENOSPC")))
			a, err := s.tokens().Begin(t.Context(), s.bank.provider())
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			visit(t, "GET", s.bank.approve(t, a.Address()).String(), nil)
			_, err = a.Wait(t.Context())
			s.kind(err, fault.DiskFull)
			if !s.vault.empty() || s.bank.called("/as/revoke") != 1 {
				t.Errorf("left behind; %d given back", s.bank.called("/as/revoke"))
			}
		})
	}
}

func TestACancelAfterTheTokensCameComesTooLate(t *testing.T) {
	s := newScene(t)
	a, err := s.tokens().Begin(t.Context(), s.bank.provider())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	visit(t, "GET", s.bank.approve(t, a.Address()).String(), nil)
	ctx, cancel := context.WithCancel(t.Context())
	s.vault.sealing = cancel
	if l, err := a.Wait(ctx); err != nil || s.vault.links[l.ID].State != consent.Active {
		t.Errorf("half a link: %v", err)
	}
}

const printable = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%\"<>\\^`{|}"

// Whatever the metadata holds, the browser is sent to the approved host or nowhere, and the person is
// asked only about what the rule lets them allow, in words that read as they are.
func FuzzMetadata(f *testing.F) {
	f.Add([]byte(`{"issuer":"ISSUER","authorization_endpoint":"ISSUER/a","token_endpoint":"ISSUER/t"}`))
	f.Add([]byte(`{"issuer":"ISSUER","authorization_endpoint":"//evil.example","token_endpoint":"ISSUER/t"}`))
	f.Add([]byte(`{"issuer":"ISSUER","authorization_endpoint":"ISSUER@evil.example","token_endpoint":"ISSUER/t"}`))
	f.Add([]byte(`{"issuer":"ISSUER","authorization_endpoint":"https://login.bank.example/a","token_endpoint":"ISSUER/t"}`))
	f.Add([]byte(`{"issuer":"ISSUER","authorization_endpoint":"ISSUER/a","token_endpoint":"http://127.0.0.1:1/t","revocation_endpoint":"https://[::1]/r"}`))
	f.Add([]byte(`{"issuer":["ISSUER"]}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzed.Limit(t)
		s := newScene(t)
		body := strings.ReplaceAll(string(raw), "ISSUER", s.bank.issuer())
		s.bank.when("/.well-known/oauth-authorization-server/as", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		p := s.bank.provider()
		p.Ask = func(_ context.Context, asks []consent.Ask) (bool, error) {
			for _, ask := range asks {
				if err := link.Offered(p.Issuer, ask.Use, ask.Address); err != nil || len(ask.Address) > 2048 || strings.Trim(ask.Address, printable) != "" {
					t.Errorf("asked about %q: %v", ask.Address, err)
				}
			}
			return false, nil
		}
		a, err := s.tokens().Begin(t.Context(), p)
		if names := s.names.Asked(); len(names) != 0 {
			t.Errorf("looked up %v", names)
		}
		if err != nil {
			return
		}
		defer a.Close()
		if u, err := url.Parse(a.Address()); err != nil || "http://"+u.Host != s.bank.server.URL {
			t.Errorf("the browser is sent to %q", a.Address())
		}
	})
}

func TestAFailedReconnectNeverChangesTheWorkingLink(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	before := s.vault.credentials[l.ID]
	a, err := s.tokens().Again(t.Context(), s.bank.provider(), l.ID)
	if err != nil {
		t.Fatal(err)
	}
	back := s.bank.approve(t, a.Address())
	q := back.Query()
	q.Del("code")
	q.Set("error", "access_denied")
	back.RawQuery = q.Encode()
	visit(t, "GET", back.String(), nil)
	_, err = a.Wait(t.Context())
	s.kind(err, fault.ConsentDenied)
	if got := s.vault.links[l.ID]; got.State != consent.Active || !s.vault.credentials[l.ID].Access.Equal(before.Access) {
		t.Errorf("changed to %+v", got)
	}

	if a, err = s.tokens().Again(t.Context(), s.bank.provider(), l.ID); err != nil {
		t.Fatal(err)
	}
	visit(t, "GET", s.bank.approve(t, a.Address()).String(), nil)
	if again, err := a.Wait(t.Context()); err != nil || again.ID != l.ID || len(s.vault.links) != 1 {
		t.Errorf("reconnected as %+v, %v", again, err)
	}
}
