package link_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/link"
	"coffer/sync/wire"
)

// keyBank is a bank that knows tokens, apps and clients, and no OAuth of a browser's.
type keyBank struct {
	mu      sync.Mutex
	live    map[string]bool // tokens
	status  int             // of a read with a good token; 0: 200
	app     string          // that goes with each
	client  string          // "id:secret" that gets tokens; empty: none does
	claims  map[string]string
	check   func(token string) bool // in place of live
	polls   int                     // until a page is approved
	pages   int
	ended   int
	minted  int
	refuses int // status of the token endpoint; 0: it answers
}

func (b *keyBank) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	good := b.live[token]
	if b.check != nil {
		good = b.check(token)
	}
	switch {
	case r.URL.Path == "/api/token":
		user, password, _ := r.BasicAuth()
		switch {
		case b.refuses != 0:
			w.WriteHeader(b.refuses)
		case r.FormValue("grant_type") != "client_credentials" || user+":"+password != b.client || r.Header.Get("X-Api-Key") != b.app:
			reply(w, 401, map[string]any{"error": "invalid_client", "error_description": password})
		default:
			b.minted++
			token := fmt.Sprintf("%s-access-%d", canary, b.minted)
			b.live[token] = true
			reply(w, 200, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 1800})
		}
	case strings.HasPrefix(r.URL.Path, "/claim/") && r.Method == http.MethodPost:
		access, there := b.claims[r.URL.Path]
		delete(b.claims, r.URL.Path)
		if !there {
			w.WriteHeader(403)
			return
		}
		b.live[access] = true
		fmt.Fprint(w, access)
	case r.URL.Path == "/api/page":
		b.pages++
		reply(w, 200, map[string]any{"ok": r.Header.Get("X-App") == b.app})
	case r.URL.Path == "/api/poll":
		if b.polls--; b.polls > 0 {
			w.WriteHeader(503)
			return
		}
		b.live[canary+"-hosted"] = true
		reply(w, 200, map[string]any{"token": canary + "-hosted"})
	case r.URL.Path == "/api/end":
		b.ended++
		delete(b.live, token)
		if !good {
			w.WriteHeader(401)
		}
	case !good:
		w.WriteHeader(401)
	case b.status != 0:
		w.WriteHeader(b.status)
	}
}

// keyScene is a scene at a keyBank.
type keyScene struct {
	*scene
	keys *keyBank
	url  string
}

func newKeyScene(t *testing.T, d bank.Dialect) keyScene {
	s := newScene(t)
	k := &keyBank{live: map[string]bool{canary + "-token": true}, claims: map[string]string{"/claim/" + canary: canary + "-access"}}
	s.bank.mu.Lock()
	s.bank.instead = map[string]http.HandlerFunc{}
	for _, path := range []string{"/api/probe", "/api/token", "/api/page", "/api/poll", "/api/end", "/claim/" + canary} {
		s.bank.instead[path] = k.serve
	}
	s.bank.mu.Unlock()
	s.config.Dialect = func(string) (bank.Dialect, bool) { return d, true }
	s.config.Poll = time.Millisecond
	return keyScene{s, k, s.bank.server.URL}
}

func (s keyScene) provider(b link.Brought) link.Provider {
	return link.Provider{ID: "key-bank", Name: "Key Bank", Dialect: "fdx", API: s.url + "/api", ClientID: "me", HistoryDays: 90, Brought: b}
}

// made links, or fails the test.
func (s keyScene) made(t *link.Tokens, p link.Provider, again consent.LinkID) consent.Link {
	s.t.Helper()
	l, err := s.tried(t, p, again)
	if err != nil {
		s.t.Fatal(err)
	}
	return l
}

func (s keyScene) tried(t *link.Tokens, p link.Provider, again consent.LinkID) (consent.Link, error) {
	s.t.Helper()
	h, err := t.BeginWith(s.t.Context(), p, again)
	if err != nil {
		return consent.Link{}, err
	}
	defer h.Close()
	return h.Wait(s.t.Context())
}

// reads reports what a probe through a session of l is answered.
func (s keyScene) reads(t *link.Tokens, d bank.Dialect, l consent.Link) (int, error) {
	s.t.Helper()
	session, err := t.Session(s.t.Context(), l)
	if err != nil {
		return 0, err
	}
	answer, err := d.Probe(s.t.Context(), session)
	return answer.Status, err
}

func TestAnOwnTokenOpensALink(t *testing.T) {
	s := newKeyScene(t, plain{})
	tokens := s.tokens()
	p := s.provider(link.Brought{Way: "token", Token: secret.New(canary + "-token"), App: secret.New(canary + "-app")})
	p.Limits = consent.Limits{Reads: 24, Alone: 4}
	h, err := tokens.BeginWith(t.Context(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	if h.Address() != "" || !s.vault.empty() || len(s.ledger.all) != 0 {
		t.Error("something was asked or saved before the person went on")
	}
	l, err := h.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if l.State != consent.Active || l.Way != "token" || l.Issuer != "" || l.Endpoints.API != s.url+"/api" || len(l.Origins) != 1 || l.ClientID != "me" || l.Limits != p.Limits {
		t.Errorf("got %+v", l)
	}
	c := s.vault.credentials[l.ID]
	if !c.Access.Equal(p.Brought.Token) || !c.App.Equal(p.Brought.App) {
		t.Error("it is not sealed")
	}
	session, err := tokens.Session(t.Context(), l)
	if err != nil || !session.Token.Equal(c.Access) || !session.App.Equal(c.App) || session.Client != "me" {
		t.Errorf("a session without what opens it: %v", err)
	}
	if _, err := tokens.Renewed(t.Context(), l); fault.KindOf(err) != fault.LoginNeeded {
		t.Errorf("a token that nothing renews: %v", err)
	}
}

func TestWhatABankDoesNotTakeIsNotKept(t *testing.T) {
	for name, test := range map[string]struct {
		brought link.Brought
		status  int
		kind    fault.Kind
		reason  string
	}{
		"a wrong token":               {link.Brought{Way: "token", Token: secret.New(canary + "-wrong")}, 0, fault.KeyRefused, "token.refused"},
		"a token that may not read":   {link.Brought{Way: "token", Token: secret.New(canary + "-token")}, 403, fault.KeyRefused, "token.rights"},
		"no token":                    {link.Brought{Way: "token"}, 0, fault.BadAnswer, "answer.missing"},
		"a bank that is down":         {link.Brought{Way: "token", Token: secret.New(canary + "-token")}, 503, fault.BankDown, ""},
		"a bank that says odd things": {link.Brought{Way: "token", Token: secret.New(canary + "-token")}, 418, fault.BankUnexpected, ""},
		"a token with a line in it":   {link.Brought{Way: "token", Token: secret.New(canary + "\n-token")}, 0, fault.BadAnswer, "answer.letters"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newKeyScene(t, plain{})
			s.keys.status = test.status
			_, err := s.tried(s.tokens(), s.provider(test.brought), "")
			s.clean(err)
			if f := fault.Of(err); f == nil || f.Kind != test.kind || f.Reason != test.reason {
				t.Errorf("got %v", err)
			}
			if !s.vault.empty() {
				t.Error("something is kept")
			}
		})
	}
}

func TestATokenIsRenewedByAnother(t *testing.T) {
	s := newKeyScene(t, plain{})
	tokens := s.tokens()
	l := s.made(tokens, s.provider(link.Brought{Way: "token", Token: secret.New(canary + "-token"), App: secret.New(canary + "-app")}), "")
	delete(s.keys.live, canary+"-token")
	if _, err := s.tried(tokens, s.provider(link.Brought{Way: "token"}), l.ID); fault.KindOf(err) != fault.KeyRefused {
		t.Errorf("the old token again: %v", err)
	}
	if !s.vault.credentials[l.ID].Access.Equal(secret.New(canary+"-token")) || s.vault.links[l.ID].State != consent.Active {
		t.Error("a renewal that failed changed the link")
	}
	s.keys.live[canary+"-new"] = true
	again := s.made(tokens, s.provider(link.Brought{Way: "token", Token: secret.New(canary + "-new")}), l.ID)
	if c := s.vault.credentials[l.ID]; again.ID != l.ID || !c.Access.Equal(secret.New(canary+"-new")) || !c.App.Equal(secret.New(canary+"-app")) {
		t.Errorf("got %+v", again)
	}
	if status, err := s.reads(tokens, plain{}, again); status != 200 || err != nil {
		t.Errorf("read %d, %v", status, err)
	}
	other := s.provider(link.Brought{Way: "token", Token: secret.New(canary + "-new")})
	other.API = "https://elsewhere.example/api"
	_, err := tokens.BeginWith(t.Context(), other, l.ID)
	s.kind(err, fault.HostRefused)
}

// TestARevocationByHandIsProvedByTheRefusal: nothing can be called; while the token works it waits for the
// person, and once it is refused that is the proof. Rows that don't apply are left out.
func TestARevocationByHandIsProvedByTheRefusal(t *testing.T) {
	s := newKeyScene(t, plain{})
	tokens := s.tokens()
	l := s.made(tokens, s.provider(link.Brought{Way: "token", Token: secret.New(canary + "-token")}), "")
	receipt, err := tokens.Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.RevokePending)
	if f := fault.Of(err); f.Reason != "revoke.byhand" || len(receipt.Steps) != 1 || receipt.Steps[0].Kind != consent.AccessRefused || receipt.Steps[0].OK || receipt.Steps[0].Answer != "200" {
		t.Errorf("got %+v, %v", receipt, err)
	}
	if s.vault.credentials[l.ID].Access.Empty() || s.vault.links[l.ID].State != consent.RevokePending {
		t.Error("the token is gone before it is proved")
	}
	delete(s.keys.live, canary+"-token")
	receipt, err = tokens.Revoke(t.Context(), l, plain{}, false, nil)
	if err != nil || !receipt.Proved || len(receipt.Steps) != 2 || receipt.Steps[0] != (consent.Proof{Kind: consent.AccessRefused, OK: true, Answer: "401", At: receipt.Steps[0].At}) ||
		receipt.Steps[1].Kind != consent.TokensShredded {
		t.Errorf("got %+v, %v", receipt, err)
	}
	if _, there := s.vault.credentials[l.ID]; there {
		t.Error("the token is still sealed")
	}
}

func TestATokenIsEndedByTheAPI(t *testing.T) {
	for name, before := range map[string]func(*keyBank){"that lives": func(*keyBank) {}, "that was ended by hand": func(k *keyBank) { clear(k.live) }} {
		t.Run(name, func(t *testing.T) {
			d := tokenEnder{}
			s := newKeyScene(t, d)
			tokens := s.tokens()
			l := s.made(tokens, s.provider(link.Brought{Way: "token", Token: secret.New(canary + "-token")}), "")
			before(s.keys)
			receipt, err := tokens.Revoke(t.Context(), l, d, false, nil)
			if err != nil || !receipt.Proved || len(receipt.Steps) != 3 || receipt.Steps[0].Kind != consent.ConsentEnded || s.keys.ended != 1 {
				t.Errorf("got %+v, %v", receipt, err)
			}
			if lived := name == "that lives"; receipt.Steps[0].OK != lived {
				t.Errorf("got %+v", receipt.Steps[0])
			}
		})
	}
}

// tokenEnder is a dialect whose API ends the token that it is called with.
type tokenEnder struct{ plain }

func (tokenEnder) EndConsent(ctx context.Context, s bank.Session, _ string) (bank.Answer, error) {
	return call(ctx, s, "revoke", "/end")
}

// claiming is a bridge: a setup token is the address itself.
type claiming struct{ plain }

func (claiming) ClaimAddress(setup secret.Text) (secret.Text, error) {
	return setup, nil
}

func (claiming) Claim(ctx context.Context, line *wire.Line, setup secret.Text) (bank.Grant, error) {
	answer, err := line.Do(ctx, wire.Request{Purpose: egress.Purpose{ID: "token"}, Method: "POST", URL: setup.Reveal(), Path: "/claim/{token}"})
	if err != nil {
		return bank.Grant{}, err
	}
	var text bytes.Buffer
	_, err = text.ReadFrom(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return bank.Grant{}, err
	}
	if answer.Status != 200 {
		return bank.Grant{}, fault.Because(fault.KeyRefused, "setup.used", "claim", errors.New("403"), "need", "setup-token")
	}
	return bank.Grant{Token: secret.New(text.String())}, nil
}

func TestASetupTokenIsClaimedOnceAndSealedAtOnce(t *testing.T) {
	s := newKeyScene(t, claiming{})
	tokens := s.tokens()
	p := s.provider(link.Brought{Way: "setup-token", Setup: secret.New(s.url + "/claim/" + canary)})
	l := s.made(tokens, p, "")
	if !s.vault.credentials[l.ID].Access.Equal(secret.New(canary + "-access")) {
		t.Error("what was claimed is not sealed")
	}
	if n := s.bank.called("/api/probe"); n != 0 {
		t.Errorf("used %d times before it was sealed", n)
	}
	if status, err := s.reads(tokens, plain{}, l); status != 200 || err != nil {
		t.Errorf("read %d, %v", status, err)
	}
	_, err := s.tried(tokens, p, "") // again, as after a crash between claim and seal
	s.kind(err, fault.KeyRefused)
	if f := fault.Of(err); f.Reason != "setup.used" || len(s.vault.links) != 1 {
		t.Errorf("got %v", err)
	}
}

func TestAClaimThatCantBeSealedIsSaid(t *testing.T) {
	s := newKeyScene(t, claiming{})
	s.vault.set("credential", fault.New(fault.DiskFull, "save", errors.New("no room")))
	_, err := s.tried(s.tokens(), s.provider(link.Brought{Way: "setup-token", Setup: secret.New(s.url + "/claim/" + canary)}), "")
	s.kind(err, fault.DiskFull)
	if f := fault.Of(err); f == nil || f.Reason != "setup.unsaved" || !s.vault.empty() || s.bank.called("/claim/"+canary) != 1 || s.bank.called("/api/probe") != 0 {
		t.Errorf("got %v", err)
	}
}

func TestACancelBeforeTheClaimKeepsTheSetupToken(t *testing.T) {
	s := newKeyScene(t, claiming{})
	h, err := s.tokens().BeginWith(t.Context(), s.provider(link.Brought{Way: "setup-token", Setup: secret.New(s.url + "/claim/" + canary)}), "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = h.Wait(ctx)
	s.kind(err, fault.Canceled)
	if s.bank.called("/claim/"+canary) != 0 || !s.vault.empty() {
		t.Error("it was claimed all the same")
	}
}

// TestASetupTokenLeadsNowhereElse: a host that the file does not list gets nothing without the person's word,
// and one on another domain not even with it.
func TestASetupTokenLeadsNowhereElse(t *testing.T) {
	for name, test := range map[string]struct {
		setup  string
		api    string
		answer bool
		asked  int
		reason string
	}{
		"a sister host, declined":        {"https://beta.bridge.example/claim/" + canary, "https://bridge.example/api", false, 1, "link.declined"},
		"another domain":                 {"https://evil.example/claim/" + canary, "https://bridge.example/api", true, 0, "link.domain"},
		"this computer":                  {"http://127.0.0.1:1/claim/" + canary, "https://bridge.example/api", true, 0, "link.here"},
		"a name that only looks similar": {"https://bridge.example.evil.example/claim/" + canary, "https://bridge.example/api", true, 0, "link.domain"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newKeyScene(t, claiming{})
			p := s.provider(link.Brought{Way: "setup-token", Setup: secret.New(test.setup)})
			p.API = test.api
			var asked []consent.Ask
			p.Ask = func(_ context.Context, asks []consent.Ask) (bool, error) {
				asked = append(asked, asks...)
				return test.answer, nil
			}
			_, err := s.tokens().BeginWith(t.Context(), p, "")
			s.kind(err, fault.HostRefused)
			if f := fault.Of(err); f.Reason != test.reason || len(asked) != test.asked || len(s.ledger.all) != 0 {
				t.Errorf("got %v, asked %+v", err, asked)
			}
			for _, a := range asked {
				if strings.Contains(a.Address, canary) || a.Origin != "https://beta.bridge.example:443" {
					t.Errorf("the question holds the token: %+v", a)
				}
			}
		})
	}
}

func TestAClientOfThePersonsOwn(t *testing.T) {
	s := newKeyScene(t, plain{})
	s.keys.app, s.keys.client = canary+"-app", "me:"+canary+"-secret"
	s.now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tokens := s.tokens()
	brought := link.Brought{Way: "client-credentials", App: secret.New(canary + "-app"), TokenPlace: s.url + "/api/token"}
	p := s.provider(brought)
	p.Secret = secret.New(canary + "-wrong")
	_, err := s.tried(tokens, p, "")
	s.kind(err, fault.KeyRefused)
	if f := fault.Of(err); f.Args["need"] != "client-secret" || !s.vault.empty() {
		t.Errorf("got %v", err)
	}
	p.Secret = secret.New(canary + "-secret")
	l := s.made(tokens, p, "")
	c := s.vault.credentials[l.ID]
	if c.ClientSecret.Empty() || c.App.Empty() || c.Access.Empty() || c.AccessExpires.Sub(s.now) != 30*time.Minute {
		t.Errorf("sealed %+v", c)
	}
	if status, err := s.reads(tokens, plain{}, l); status != 200 || err != nil || s.keys.minted != 1 {
		t.Errorf("read %d, %v with %d tokens", status, err, s.keys.minted)
	}
	s.now = s.now.Add(29*time.Minute + time.Second) // within a minute of the end
	if status, err := s.reads(tokens, plain{}, l); status != 200 || err != nil || s.keys.minted != 2 {
		t.Errorf("read %d, %v with %d tokens", status, err, s.keys.minted)
	}
	if c := s.vault.credentials[l.ID]; c.ClientSecret.Empty() || c.App.Empty() || !c.AccessExpires.After(s.now.Add(29*time.Minute)) {
		t.Error("what renews it was lost with the renewal")
	}
	s.keys.refuses = 503
	_, err = tokens.Renewed(t.Context(), l)
	s.kind(err, fault.BankDown)
	s.keys.refuses = 0

	// Only the person can end it: the client goes on getting tokens until then.
	receipt, err := tokens.Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.RevokePending)
	if f := fault.Of(err); f.Reason != "revoke.byhand" {
		t.Errorf("got %v, %+v", err, receipt)
	}
	s.keys.client = ""
	clear(s.keys.live)
	receipt, err = tokens.Revoke(t.Context(), l, plain{}, false, nil)
	if err != nil || !receipt.Proved || receipt.Steps[len(receipt.Steps)-2].Kind != consent.RefreshRefused || receipt.Steps[len(receipt.Steps)-2].Answer != "invalid_client" {
		t.Errorf("got %+v, %v", receipt, err)
	}
}

func TestAClientThatIsGoneWantsThePerson(t *testing.T) {
	s := newKeyScene(t, plain{})
	s.keys.client = "me:" + canary + "-secret"
	p := s.provider(link.Brought{Way: "client-credentials", TokenPlace: s.url + "/api/token"})
	p.Secret = secret.New(canary + "-secret")
	tokens := s.tokens()
	l := s.made(tokens, p, "")
	s.keys.client = ""
	_, err := tokens.Renewed(t.Context(), l)
	s.kind(err, fault.LoginNeeded)
}
