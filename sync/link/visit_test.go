package link_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/link"
)

// signing is a dialect whose calls carry a token that the person's key signs.
type signing struct{ plain }

func (signing) Unsigned(client string, now time.Time) bank.Unsigned {
	return bank.Unsigned{Alg: "RS256", Head: map[string]any{"typ": "JWT", "kid": client}, Claims: map[string]any{"iss": "test", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}}
}

func TestEachSessionIsSignedAnew(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	d := signing{}
	s := newKeyScene(t, d)
	s.now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	seen := map[string]bool{}
	gone := false
	s.keys.check = func(token string) bool {
		parts := strings.Split(token, ".")
		if len(parts) != 3 || gone {
			return false
		}
		signature, err := base64.RawURLEncoding.DecodeString(parts[2])
		head, wrong := base64.RawURLEncoding.DecodeString(parts[0])
		sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		var told struct{ Alg, Kid, Typ string }
		seen[token] = true
		return err == nil && wrong == nil && json.Unmarshal(head, &told) == nil && told.Alg == "RS256" && told.Kid == "me" && told.Typ == "JWT" &&
			rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], signature) == nil
	}
	tokens := s.tokens()
	p := s.provider(link.Brought{Way: "signed-jwt"})
	p.Secret = secret.New("no key")
	_, err = s.tried(tokens, p, "")
	s.kind(err, fault.BadAnswer)
	p.Secret = secret.New(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})))
	l := s.made(tokens, p, "")
	if c := s.vault.credentials[l.ID]; !c.Access.Empty() || !c.ClientSecret.Equal(p.Secret) {
		t.Error("a signed token is stored, or the key is not")
	}
	for range 2 {
		s.now = s.now.Add(time.Hour)
		if status, err := s.reads(tokens, d, l); status != 200 || err != nil {
			t.Errorf("read %d, %v", status, err)
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d tokens for three uses", len(seen))
	}
	gone = true
	receipt, err := tokens.Revoke(t.Context(), l, d, false, nil)
	if err != nil || !receipt.Proved || len(receipt.Steps) != 2 {
		t.Errorf("got %+v, %v", receipt, err)
	}
}

// hosting is a bridge with a page of its own.
type hosting struct{ plain }

func (hosting) Visit(ctx context.Context, s bank.Session, v bank.Visit) (bank.Visited, error) {
	answer, err := call(ctx, s, "consent", "/page")
	if err != nil || answer.Status != 200 || v.Redirect != "" || !s.Token.Empty() || s.Client != "me" || !s.App.Equal(secret.New(canary+"-secret")) {
		return bank.Visited{}, fault.New(fault.BankUnexpected, "page", fmt.Errorf("status %d, %w", answer.Status, err))
	}
	return bank.Visited{Address: "https://pages.bridge.example/link/" + canary, Ticket: secret.New(canary + "-ticket"), Every: time.Millisecond}, nil
}

func (hosting) Visited(ctx context.Context, s bank.Session, v bank.Visited, code secret.Text) (bank.Grant, bool, error) {
	if !code.Empty() || !v.Ticket.Equal(secret.New(canary+"-ticket")) {
		return bank.Grant{}, false, errors.New("another page")
	}
	answer, err := call(ctx, s, "consent", "/poll")
	if err != nil || answer.Status != 200 {
		return bank.Grant{}, false, err
	}
	return bank.Grant{Token: secret.New(canary + "-hosted"), Consent: "item-1"}, true, nil
}

func (hosting) EndConsent(ctx context.Context, s bank.Session, id string) (bank.Answer, error) {
	if id != "item-1" {
		return bank.Answer{}, errors.New("wrong consent")
	}
	return call(ctx, s, "revoke", "/end")
}

// allows is a person who says yes.
func allows(context.Context, []consent.Ask) (bool, error) { return true, nil }

func (s keyScene) hosted() link.Provider {
	p := s.provider(link.Brought{Way: "hosted-link"})
	p.Secret, p.Ask = secret.New(canary+"-secret"), allows
	return p
}

func TestAPageOfTheBridgeIsPolled(t *testing.T) {
	s := newKeyScene(t, hosting{})
	s.keys.polls = 3
	tokens := s.tokens()
	h, err := tokens.BeginWith(t.Context(), s.hosted(), "")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(h.Address(), "https://pages.bridge.example/") || !s.vault.empty() {
		t.Errorf("the page is %q", h.Address())
	}
	l, err := h.Wait(t.Context())
	if err != nil || l.ConsentID != "item-1" || s.bank.called("/api/poll") != 3 {
		t.Fatalf("got %+v, %v", l, err)
	}
	session, err := tokens.Session(t.Context(), l)
	if err != nil || !session.Token.Equal(secret.New(canary+"-hosted")) || !session.App.Equal(secret.New(canary+"-secret")) || session.Consent != "item-1" {
		t.Errorf("got %v", err)
	}
	receipt, err := tokens.Revoke(t.Context(), l, hosting{}, false, nil)
	if err != nil || !receipt.Proved || len(receipt.Steps) != 3 || s.keys.ended != 1 {
		t.Errorf("got %+v, %v", receipt, err)
	}
}

func TestAPageThatIsGivenUpLeavesNothing(t *testing.T) {
	for name, test := range map[string]struct {
		limit time.Duration
		stop  func(*link.Handover, context.CancelFunc)
		kind  fault.Kind
	}{
		"by the person": {time.Minute, func(_ *link.Handover, cancel context.CancelFunc) { cancel() }, fault.Canceled},
		"by closing it": {time.Minute, func(h *link.Handover, _ context.CancelFunc) { h.Close() }, fault.Canceled},
		"by time":       {time.Millisecond, func(*link.Handover, context.CancelFunc) {}, fault.LinkTimedOut},
	} {
		t.Run(name, func(t *testing.T) {
			s := newKeyScene(t, hosting{})
			s.config.Limit, s.config.Poll = test.limit, time.Minute
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			h, err := s.tokens().BeginWith(ctx, s.hosted(), "")
			if err != nil {
				t.Fatal(err)
			}
			test.stop(h, cancel)
			_, err = h.Wait(ctx)
			s.kind(err, test.kind)
			if !s.vault.empty() {
				t.Error("something is kept")
			}
		})
	}
}

// A grant of a page that can't be kept is ended at the bridge.
func TestAHostedGrantThatCantBeSealedIsEnded(t *testing.T) {
	s := newKeyScene(t, hosting{})
	s.vault.set("credential", fault.New(fault.DiskFull, "save", errors.New("no room")))
	_, err := s.tried(s.tokens(), s.hosted(), "")
	s.kind(err, fault.DiskFull)
	if s.keys.ended != 1 || !s.vault.empty() {
		t.Errorf("ended %d times", s.keys.ended)
	}
}

// redirecting is a bridge whose page sends the person to an address that they registered, with a code.
type redirecting struct{ signing }

func (redirecting) Visit(_ context.Context, s bank.Session, v bank.Visit) (bank.Visited, error) {
	if v.Redirect != bridgePage || s.Token.Empty() || v.Bank != "Some Bank" || v.Country != "FI" || v.Days != 90 {
		return bank.Visited{}, fmt.Errorf("asked for %+v", v)
	}
	return bank.Visited{Address: "https://pages.bridge.example/?state=" + v.State.Reveal(), Ticket: secret.New(canary)}, nil
}

func (redirecting) Visited(_ context.Context, s bank.Session, v bank.Visited, code secret.Text) (bank.Grant, bool, error) {
	if !code.Equal(secret.New(canary+"-code")) || !v.Ticket.Equal(secret.New(canary)) {
		return bank.Grant{}, false, errors.New("another code")
	}
	return bank.Grant{Consent: "session-1", Ends: time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC)}, true, nil
}

const bridgePage = "https://me.example/callback"

// TestTheCodeOfALastPageIsPasted: only the address of that page, with the state that was sent, and once.
func TestTheCodeOfALastPageIsPasted(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s := newKeyScene(t, redirecting{})
	s.keys.check = func(token string) bool { return strings.Count(token, ".") == 2 }
	p := s.provider(link.Brought{Way: "signed-jwt", LastPage: bridgePage, Bank: "Some Bank", Country: "FI"})
	p.Ask = allows
	p.Secret = secret.New(string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})))
	h, err := s.tokens().BeginWith(t.Context(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	_, state, _ := strings.Cut(h.Address(), "state=")
	good := bridgePage + "?code=" + canary + "-code&state=" + state
	for pasted, reason := range map[string]string{
		"": "paste.address", bridgePage: "paste.short", strings.Replace(good, "me.example", "evil.example", 1): "paste.elsewhere", strings.Replace(good, "callback", "x", 1): "paste.elsewhere",
		strings.Replace(good, "https", "http", 1): "paste.elsewhere", bridgePage + "?code=a&state=b": "paste.state", bridgePage + "?code=a": "paste.state", bridgePage + "?state=" + state: "paste.content",
		good + "&code=b": "paste.address", good + "&state=" + state: "paste.address", good + "&error=access_denied": "paste.content",
	} {
		if f := fault.Of(h.Paste(secret.New(pasted))); f == nil || f.Kind != fault.BadAnswer || f.Reason != reason || f.Args["need"] != "last-page" || f.Args["page"] != bridgePage {
			t.Errorf("%s: %v, want %s", pasted, f, reason)
		}
	}
	for name, pasted := range map[string]string{
		"another bank's issuer": good + "&iss=https%3A%2F%2Fevil.example", "two issuers": good + "&iss=a&iss=b", "a user": strings.Replace(good, "me.example", "me@me.example", 1), "all in the fragment": strings.Replace(good, "?", "#", 1),
		"a broken query": good + "&%zz", "a semicolon": good + ";a=b", "an encoded path": strings.Replace(good, "/callback", "/%63allback", 1), "far too long": good + "&x=" + strings.Repeat("a", 64<<10),
	} {
		if f := fault.Of(h.Paste(secret.New(pasted))); f == nil || f.Kind != fault.BadAnswer {
			t.Errorf("%s: %v", name, f)
		}
	}
	if h.LastPage() != bridgePage || !s.vault.empty() {
		t.Error("it is not known where the browser ends, or something is kept")
	}
	if err := h.Paste(secret.New(" " + strings.Replace(good, "me.example", "Me.example:443", 1) + "#_=_\n")); err != nil {
		t.Fatal(err)
	}
	if err := h.Paste(secret.New(good)); fault.KindOf(err) != fault.BadAnswer {
		t.Errorf("a second one: %v", err)
	}
	l, err := h.Wait(t.Context())
	if err != nil || l.ConsentID != "session-1" || l.Expires.Year() != 2027 || !s.vault.credentials[l.ID].Access.Empty() {
		t.Errorf("got %+v, %v", l, err)
	}
	if err := h.Paste(secret.New(good)); fault.KindOf(err) != fault.LinkTimedOut {
		t.Errorf("after the end: %v", err)
	}
}

// TestANoAtALastPageIsPasted: the bank's no ends the linking as it does with OAuth, and nothing is kept.
func TestANoAtALastPageIsPasted(t *testing.T) {
	for problem, want := range map[string]fault.Kind{"access_denied": fault.ConsentDenied, "server_error": fault.BankDown, canary: fault.BankUnexpected} {
		s := newKeyScene(t, redirecting{})
		p := s.provider(link.Brought{Way: "token", Token: secret.New(canary + "-token"), LastPage: bridgePage, Bank: "Some Bank", Country: "FI"})
		p.Ask = allows
		h, err := s.tokens().BeginWith(t.Context(), p, "")
		if err != nil {
			t.Fatal(err)
		}
		_, state, _ := strings.Cut(h.Address(), "state=")
		no := bridgePage + "?error=" + problem + "&state=" + state
		for _, wrong := range []string{bridgePage + "?error=" + problem + "&state=b", no + "&code=a", no + "&error=b", bridgePage + "?error=&state=" + state} {
			if err := h.Paste(secret.New(wrong)); fault.KindOf(err) != fault.BadAnswer {
				t.Errorf("%s, wrongly told: %v", problem, err)
			}
		}
		if err := h.Paste(secret.New(no)); err != nil {
			t.Fatal(err)
		}
		_, err = h.Wait(t.Context())
		if fault.KindOf(err) != want || strings.Contains(err.Error(), canary) || !s.vault.empty() {
			t.Errorf("%s: got %v, or something is kept", problem, err)
		}
	}
}

// A link that was opened otherwise before is OAuth's once it is renewed so.
func TestALinkThatIsRenewedByOAuthIsOAuths(t *testing.T) {
	s := newKeyScene(t, plain{})
	tokens := s.tokens()
	l := s.made(tokens, s.provider(link.Brought{Way: "token", Token: secret.New(canary + "-token")}), "")
	s.bank.heal()
	p := s.bank.provider()
	p.Ask = allows // its addresses are new to the link
	a, err := tokens.Again(t.Context(), p, l.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.finished(a); got.ID != l.ID || got.Way != "" || got.Issuer == "" {
		t.Errorf("got %+v", got)
	}
}
