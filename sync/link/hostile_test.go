package link_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// place is an endpoint of an authorization server, and what asks it.
type place struct {
	field, path string
	ask         func(s *scene) error // with a link where it needs one
	linked      bool
}

func places() map[string]place {
	begin := func(s *scene) error {
		a, err := s.tokens().Begin(s.t.Context(), s.bank.provider())
		if err == nil {
			a.Close()
		}
		return err
	}
	return map[string]place{
		"metadata":       {"", "/.well-known/oauth-authorization-server/as", begin, false},
		"pushed request": {"pushed_authorization_request_endpoint", "/as/par", begin, false},
		"exchange": {"token_endpoint", "/as/token", func(s *scene) error {
			a, err := s.tokens().Begin(s.t.Context(), s.bank.provider())
			if err != nil {
				return err
			}
			defer a.Close()
			_, err = s.answered(a)
			return err
		}, false},
		"renewal": {"token_endpoint", "/as/token", func(s *scene) error {
			s.now = s.now.Add(time.Hour)
			_, err := s.tokens().Session(s.t.Context(), s.only())
			return err
		}, true},
		"revocation": {"revocation_endpoint", "/as/revoke", func(s *scene) error {
			receipt, err := s.tokens().Revoke(s.t.Context(), s.only(), plain{}, false, nil)
			if receipt.Proved {
				s.t.Error("it is said to be revoked")
			}
			return err
		}, true},
	}
}

// only is the one link of s.
func (s *scene) only() consent.Link {
	for _, l := range s.vault.links {
		return l
	}
	s.t.Fatal("there is no link")
	return consent.Link{}
}

// keeps fails unless what went wrong has left the vault as it was before.
func (s *scene) keeps(before map[consent.LinkID]consent.Credential) {
	s.t.Helper()
	for id, was := range before {
		if is := s.vault.credentials[id]; !is.Access.Equal(was.Access) || !is.Refresh.Equal(was.Refresh) {
			s.t.Error("the tokens were changed")
		}
	}
	if len(before) == 0 && !s.vault.empty() {
		s.t.Error("something was stored")
	}
}

func credentials(s *scene) map[consent.LinkID]consent.Credential {
	all := map[consent.LinkID]consent.Credential{}
	for id, c := range s.vault.credentials {
		all[id] = c
	}
	return all
}

// TestHostileAnswersOfAnAuthorizationServer has each endpoint answer in each way of the kit: endless, a
// gibibyte in a gzip, dripping, cut, lying, leading elsewhere. Each is the fault that the kit names; nothing
// is stored or lost, nobody else is asked, and a code or a token leaves once.
func TestHostileAnswersOfAnAuthorizationServer(t *testing.T) {
	n := 0
	for name, at := range places() {
		for _, answer := range wiretest.Answers() {
			n++
			t.Run(name+", "+answer.Name, func(t *testing.T) {
				t.Parallel()
				s := newScene(t)
				if at.linked {
					s.linked()
				}
				if name == "revocation" {
					s.config.Answer = 300 * time.Millisecond
				}
				before, asked := credentials(s), s.bank.called(at.path)
				s.bank.when(at.path, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body) // as a server that has read the request
					conn, _, err := w.(http.Hijacker).Hijack()
					if err != nil {
						return
					}
					defer conn.Close()
					answer.Write(conn)
				})
				err := at.ask(s)
				want, reason := answer.Kind, answer.Reason
				if name == "revocation" { // reading has ended, and the tokens wait for the next try
					want, reason = fault.RevokePending, ""
				}
				s.kind(err, want)
				if f := fault.Of(err); f == nil || reason != "" && f.Reason != reason {
					t.Errorf("reason of %v, want %q", err, reason)
				}
				if name != "revocation" {
					s.keeps(before)
				} else if c := s.vault.credentials[s.only().ID]; !s.bank.live[c.Refresh.Reveal()] { // the probe may have renewed them
					t.Error("the tokens are lost")
				}
				if names := s.names.Asked(); len(names) != 0 {
					t.Errorf("looked up %v", names)
				}
				// A revocation returns both tokens where the first try says nothing against it.
				if times := s.bank.called(at.path) - asked; times < 1 || times > 1 && (name == "exchange" || name == "renewal") {
					t.Errorf("it was asked %d times", times)
				}
			})
		}
	}
	if n < 150 {
		t.Errorf("only %d were tried", n)
	}
}

// TestAnEndpointThatCantProveItsName: expired, of another name, of nobody's authority. It gets no request.
func TestAnEndpointThatCantProveItsName(t *testing.T) {
	good, bad := wiretest.NewAuthority(t), wiretest.NewAuthority(t)
	for name, at := range places() {
		for wrong, config := range map[string]*tls.Config{
			"expired":              good.Issue(t, wiretest.Leaf{NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-time.Hour)}),
			"another name":         good.Issue(t, wiretest.Leaf{Names: []string{"login.bank.example"}}),
			"an unknown authority": bad.Issue(t, wiretest.Leaf{}),
			"signed by itself":     good.Issue(t, wiretest.Leaf{Alone: true}),
		} {
			t.Run(name+", "+wrong, func(t *testing.T) {
				s := newScene(t)
				s.bank = newSecureAuthority(t, good.Issue(t, wiretest.Leaf{}))
				asked := 0
				liar, _ := wiretest.Serve(t, config, func(w http.ResponseWriter, r *http.Request) { asked++; s.bank.answer(w, r) })
				door, err := wire.New(wire.Config{Ledger: s.ledger, Now: time.Now, UserAgent: "Coffer/test", Roots: good.Pool(), Resolver: s.names.Resolver(), Log: slog.New(slog.NewTextHandler(s.log, nil))})
				if err != nil {
					t.Fatal(err)
				}
				defer door.Close()
				s.config.Door = door
				if at.linked { // it was good when the link was made
					s.linked()
					l := s.only()
					l.Origins = append(l.Origins, liar.URL)
					l.Endpoints.Token, l.Endpoints.Revocation = strings.Replace(l.Endpoints.Token, s.bank.server.URL, liar.URL, 1), strings.Replace(l.Endpoints.Revocation, s.bank.server.URL, liar.URL, 1)
					s.vault.links[l.ID] = l
				}
				before := credentials(s)
				switch {
				case at.field == "":
					s.bank.server.URL = liar.URL // all of it is there
				default:
					s.bank.metadata[at.field] = liar.URL + at.path
				}
				err = s.asking(at, liar.URL)
				want := "wire.certificate"
				if name == "revocation" {
					s.kind(err, fault.RevokePending)
				} else if f := fault.Of(err); f == nil || f.Kind != fault.BankUnexpected || f.Reason != want {
					t.Errorf("got %v", err)
				}
				s.keeps(before)
				if asked != 0 {
					t.Errorf("it got %d requests", asked)
				}
			})
		}
	}
}

// asking asks at for a provider file that lists other, too.
func (s *scene) asking(at place, other string) error {
	if at.linked {
		return at.ask(s)
	}
	p := s.bank.provider()
	p.Origins = []string{s.bank.server.URL}
	if !slices.Contains(p.Origins, other) {
		p.Origins = append(p.Origins, other)
	}
	a, err := s.tokens().Begin(s.t.Context(), p)
	if err != nil {
		return err
	}
	defer a.Close()
	_, err = s.answered(a)
	return err
}

// TestAnEndpointInTheClearIsNeverAsked: plain http beyond this computer is refused whoever would allow it.
func TestAnEndpointInTheClearIsNeverAsked(t *testing.T) {
	for _, field := range []string{"authorization_endpoint", "token_endpoint", "pushed_authorization_request_endpoint", "revocation_endpoint"} {
		s := newScene(t)
		s.bank.metadata[field] = "http://login.bank.example/as"
		p := s.bank.provider()
		p.Ask = func(_ context.Context, asks []consent.Ask) (bool, error) {
			t.Errorf("asked about %+v", asks)
			return true, nil
		}
		_, err := s.tokens().Begin(t.Context(), p)
		s.kind(err, fault.HostRefused)
		if f := fault.Of(err); f == nil || f.Reason != "link.endpoint" || len(s.names.Asked()) != 0 || !s.vault.empty() {
			t.Errorf("%s: %v, looked up %v", field, err, s.names.Asked())
		}
	}
}

// TestATokenAnswerIsTakenAtItsWord: without expires_in, with a wrong token_type, with another scope.
func TestATokenAnswerIsTakenAtItsWord(t *testing.T) {
	for name, test := range map[string]struct {
		edit            func(map[string]any)
		want            fault.Kind // 0: it is linked
		ends            bool
		scopes          string
		beyond, without string
	}{
		"as asked":                    {func(map[string]any) {}, 0, true, "accounts payments:none", "", ""},
		"without expires_in":          {func(a map[string]any) { delete(a, "expires_in") }, 0, false, "accounts payments:none", "", ""},
		"expires_in as text":          {func(a map[string]any) { a["expires_in"] = "900" }, 0, true, "accounts payments:none", "", ""},
		"expires_in below zero":       {func(a map[string]any) { a["expires_in"] = -1 }, 0, false, "accounts payments:none", "", ""},
		"expires_in of 300,000 years": {func(a map[string]any) { a["expires_in"] = 9e15 }, 0, true, "accounts payments:none", "", ""},
		"without token_type":          {func(a map[string]any) { delete(a, "token_type") }, 0, true, "accounts payments:none", "", ""},
		"another token_type":          {func(a map[string]any) { a["token_type"] = "mac" }, fault.BankUnexpected, false, "", "", ""},
		"a proof's token_type":        {func(a map[string]any) { a["token_type"] = "DPoP" }, fault.BankUnexpected, false, "", "", ""},
		"the same in another order":   {func(a map[string]any) { a["scope"] = "payments:none accounts" }, 0, true, "payments:none accounts", "", ""},
		"wider":                       {func(a map[string]any) { a["scope"] = "accounts payments:none payments:write cards" }, 0, true, "accounts payments:none payments:write cards", "payments:write cards", ""},
		"narrower":                    {func(a map[string]any) { a["scope"] = "accounts" }, 0, true, "accounts", "", "payments:none"},
		"another":                     {func(a map[string]any) { a["scope"] = "all" }, 0, true, "all", "all", "accounts payments:none"},
		"no scope by any rule": {func(a map[string]any) {
			a["scope"] = "accounts \u202epay\u0007 " + strings.Repeat("x", 101) + " payments:none accounts"
		}, 0, true, "accounts payments:none", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.bank.when("/as/token", func(w http.ResponseWriter, _ *http.Request) {
				s.bank.mu.Lock()
				defer s.bank.mu.Unlock()
				answer := s.bank.mint()
				test.edit(answer)
				reply(w, 200, answer)
			})
			p := s.bank.provider()
			p.Scopes = []string{"offline_access", "accounts", "payments:none"}
			a, err := s.tokens().Begin(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			l, err := s.answered(a)
			if test.want != 0 {
				s.kind(err, test.want)
				s.keeps(nil)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			join := func(all []string) string { return strings.Join(all, " ") }
			got := join(slices.DeleteFunc(slices.Clone(l.Scopes), func(s string) bool { return s == "offline_access" }))
			if got != test.scopes || join(l.Beyond) != test.beyond || join(l.Without) != test.without {
				t.Errorf("scopes %q, beyond %q, without %q", got, l.Beyond, l.Without)
			}
			if c := s.vault.credentials[l.ID]; c.AccessExpires.IsZero() == test.ends || !c.AccessExpires.IsZero() && !c.AccessExpires.After(s.now) {
				t.Errorf("the token lives until %v", c.AccessExpires)
			}
			if _, err := s.tokens().Session(t.Context(), l); err != nil { // it is good for a read, whatever it says
				t.Errorf("a read: %v", err)
			}
		})
	}
}

// TestACrashBetweenRotationAndPersist: the program ends when the bank has rotated and nothing was written.
// What is sealed is a token that the bank has used up: the person signs in again, and nothing that was read
// is lost; a bank that takes it once more is simply read.
func TestACrashBetweenRotationAndPersist(t *testing.T) {
	for name, again := range map[string]bool{"the bank refuses the old token": false, "the bank takes it once more": true} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			l := s.linked()
			before := credentials(s)
			s.now = s.now.Add(time.Hour)
			s.vault.set("credential", context.DeadlineExceeded) // the power goes here
			if _, err := s.tokens().Session(t.Context(), l); err == nil {
				t.Fatal("a token that is not sealed was used")
			}
			s.keeps(before)
			s.vault.set("credential", nil)
			if again {
				s.bank.mu.Lock()
				s.bank.live[before[l.ID].Refresh.Reveal()] = true
				s.bank.mu.Unlock()
			}
			tokens := s.tokens() // the next start
			_, err := tokens.Session(t.Context(), l)
			if again {
				if err != nil {
					t.Errorf("the next start: %v", err)
				}
				return
			}
			s.kind(err, fault.LoginNeeded)
			s.keeps(before)
			l = s.approved(tokens.Again(t.Context(), s.bank.provider(), l.ID))
			if _, err := tokens.Session(t.Context(), l); err != nil {
				t.Errorf("after signing in again: %v", err)
			}
		})
	}
}

// forgery is a request to the callback that is not the bank's answer.
type forgery struct {
	method, address string
	spoil           func(*http.Request)
}

// forgeries are made of the genuine one.
func forgeries(genuine *url.URL) map[string]forgery {
	with := func(edit func(url.Values)) string {
		u, q := *genuine, genuine.Query()
		edit(q)
		u.RawQuery = q.Encode()
		return u.String()
	}
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	whole, root := genuine.String(), "http://"+genuine.Host
	return map[string]forgery{
		"HEAD":                     {"HEAD", whole, nil},
		"POST":                     {"POST", whole, nil},
		"OPTIONS":                  {"OPTIONS", whole, nil},
		"favicon":                  {"GET", root + "/favicon.ico", nil},
		"the root":                 {"GET", root + "/?" + genuine.RawQuery, nil},
		"a longer path":            {"GET", root + genuine.Path + "/x?" + genuine.RawQuery, nil},
		"an encoded path":          {"GET", root + genuine.Path + "%2f?" + genuine.RawQuery, nil},
		"a name for loopback":      {"GET", whole, func(r *http.Request) { r.Host = "localhost:" + genuine.Port() }},
		"a rebound name":           {"GET", whole, func(r *http.Request) { r.Host = "evil.example" }},
		"no state":                 {"GET", with(func(q url.Values) { q.Del("state") }), nil},
		"another state":            {"GET", with(func(q url.Values) { q.Set("state", strings.Repeat("A", 43)) }), nil},
		"a longer state":           {"GET", with(func(q url.Values) { q.Set("state", q.Get("state")+"A") }), nil},
		"two states":               {"GET", with(func(q url.Values) { q.Add("state", "x") }), nil},
		"two codes":                {"GET", with(func(q url.Values) { q.Add("code", "x") }), nil},
		"no issuer":                {"GET", with(func(q url.Values) { q.Del("iss") }), nil},
		"another issuer":           {"GET", with(func(q url.Values) { q.Set("iss", "https://evil.example") }), nil},
		"an issuer with a slash":   {"GET", with(func(q url.Values) { q.Set("iss", q.Get("iss")+"/") }), nil},
		"neither code nor error":   {"GET", with(func(q url.Values) { q.Del("code") }), nil},
		"code and error":           {"GET", with(func(q url.Values) { q.Set("error", "access_denied") }), nil},
		"an error, another state":  {"GET", with(func(q url.Values) { q.Del("code"); q.Set("error", "access_denied"); q.Set("state", "x") }), nil},
		"an error, another issuer": {"GET", with(func(q url.Values) { q.Del("code"); q.Set("error", "access_denied"); q.Set("iss", "x") }), nil},
		"a prefetch":               {"GET", whole, header("Sec-Purpose", "prefetch;prerender")},
		"an old prefetch":          {"GET", whole, header("X-Moz", "prefetch")},
		"a preview":                {"GET", whole, header("X-Purpose", "preview")},
		"a broken query":           {"GET", whole + "&%zz", nil},
		"a semicolon":              {"GET", whole + ";a=b", nil},
	}
}
