package link_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/demobank"
	"coffer/sync/link"
)

// proving is a demo bank that wants proofs, its own clock off by skew.
type proving struct {
	*scene
	bank     *demobank.Bank
	provider link.Provider
	tokens   *link.Tokens
	skew     time.Duration
}

func newProving(t *testing.T, rule demobank.NonceRule) *proving {
	t.Helper()
	p := &proving{scene: newScene(t)}
	p.bank, p.provider = northlightWith(t, demobank.Config{
		Now: func() time.Time { return p.now.Add(p.skew) }, RequirePAR: true, RequireDPoP: true, Nonce: rule,
	})
	p.provider.Proves = true
	p.tokens = p.scene.tokens()
	return p
}

func (p *proving) linked() consent.Link {
	p.t.Helper()
	a, err := p.tokens.Begin(p.t.Context(), p.provider)
	if err != nil {
		p.t.Fatal(err)
	}
	l, err := walkOn(p.t, p.bank, a, true)
	if err != nil {
		p.t.Fatal(err)
	}
	return l
}

// read lists the accounts.
func (p *proving) read(l consent.Link) error {
	p.t.Helper()
	s, err := p.tokens.Session(p.t.Context(), l)
	if err != nil {
		return err
	}
	p.hidden(fmt.Sprintf("%v %+v %#v", s, s, s), "a session")
	_, err = fdx.Bank{}.Accounts(p.t.Context(), s)
	return err
}

// hidden fails if text has a key, a token or the beginning of a JWT in it.
func (p *proving) hidden(text, where string) {
	p.t.Helper()
	for _, c := range p.vault.credentials {
		for _, s := range []string{c.Key.Reveal(), c.Access.Reveal(), c.Refresh.Reveal(), "eyJ"} {
			if s != "" && strings.Contains(text, s) {
				p.t.Errorf("%s shows a secret", where)
			}
		}
	}
}

// told is everything that was written down.
func (p *proving) told() string {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	p.ledger.mu.Lock()
	defer p.ledger.mu.Unlock()
	return p.log.text.String() + fmt.Sprintf("%+v", p.ledger.all)
}

// answers are the statuses of the rows with a purpose, in their order.
func (p *proving) answers(purpose string) (all []int) {
	p.ledger.mu.Lock()
	defer p.ledger.mu.Unlock()
	for _, e := range p.ledger.all {
		if e.Purpose.ID == purpose {
			all = append(all, e.Outcome.Status)
		}
	}
	return all
}

func (p *proving) saw(kind demobank.EventKind) (n int) {
	for _, e := range p.bank.Events() {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func TestTokensAreBoundFromConsentToProof(t *testing.T) {
	for name, test := range map[string]struct {
		rule    demobank.NonceRule
		refused int // by how many rows a nonce was asked for
	}{
		"without nonces":                {demobank.NoNonce, 0},
		"with a nonce in each answer":   {demobank.NonceNext, 2}, // one for each server
		"with a nonce asked for a step": {demobank.NonceAsked, 9},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProving(t, test.rule)
			l := p.linked()
			c := p.vault.credentials[l.ID]
			if !c.Bound || c.Key.Empty() || !l.Proves {
				t.Fatalf("bound %v, key %v, link %+v", c.Bound, !c.Key.Empty(), l)
			}
			if err := p.read(l); err != nil {
				t.Fatal(err)
			}
			p.now = p.now.Add(time.Hour) // for both sides: the access token is over
			if test.rule == demobank.NonceNext {
				test.refused += 2 // nonces end, too
			}
			if err := p.read(l); err != nil {
				t.Fatal(err)
			}
			if renewed := p.vault.credentials[l.ID]; !renewed.Key.Equal(c.Key) || renewed.Access.Equal(c.Access) || !renewed.Bound {
				t.Error("the renewal lost the key, or was none")
			}
			receipt, err := p.tokens.Revoke(t.Context(), l, fdx.Bank{}, false, nil)
			if err != nil || !receipt.Proved {
				t.Fatalf("%s, %v", steps(receipt.Steps), err)
			}
			if got := p.saw(demobank.NonceWanted); test.rule == demobank.NonceAsked && got < test.refused || test.rule != demobank.NonceAsked && got != test.refused {
				t.Errorf("a nonce was asked for %d times, want %d", got, test.refused)
			}
			if test.rule == demobank.NonceAsked {
				for purpose, want := range map[string][]int{"consent": {400, 201}, "token": {400, 200}, "renew": {400, 200}} {
					if got := p.answers(purpose); !slices.Equal(got, want) {
						t.Errorf("%s: rows %v, want %v", purpose, got, want)
					}
				}
				if got := p.answers("revoke"); !slices.Equal(got, []int{401, 204, 400, 200, 400, 200}) {
					t.Errorf("revoke: rows %v", got)
				}
			}
			if n := p.saw(demobank.ProofReplayed) + p.saw(demobank.ProofRefused); n != 0 {
				t.Errorf("%d proofs were refused", n)
			}
			for _, s := range []string{c.Key.Reveal(), c.Access.Reveal(), c.Refresh.Reveal(), "eyJ"} {
				if strings.Contains(p.told(), s) {
					t.Error("a secret was written down")
				}
			}
		})
	}
}

// TestStolenTokensAreWorthNothing: who has both tokens and not the key reads nothing, renews
// nothing and ends nothing; the link works on.
func TestStolenTokensAreWorthNothing(t *testing.T) {
	for name, meddle := range map[string]func(own, other consent.Credential) consent.Credential{
		"no key": func(own, _ consent.Credential) consent.Credential {
			own.Key, own.Bound = secret.Text{}, false
			return own
		},
		"another key": func(own, other consent.Credential) consent.Credential {
			own.Key = other.Key
			return own
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProving(t, demobank.NoNonce)
			l, other := p.linked(), p.linked()
			own := p.vault.credentials[l.ID]
			stolen := meddle(own, p.vault.credentials[other.ID])
			p.vault.credentials[l.ID] = stolen
			if err := p.read(l); fault.KindOf(err) != fault.LoginNeeded {
				t.Errorf("read: %v", err)
			}
			if _, err := p.tokens.Renewed(t.Context(), l); err == nil {
				t.Error("renewed")
			}
			if receipt, err := p.tokens.Revoke(t.Context(), l, fdx.Bank{}, false, nil); err == nil && p.saw(demobank.GrantRevoked) > 0 {
				t.Errorf("it ended the grant: %s", steps(receipt.Steps))
			}
			if p.saw(demobank.GrantRevoked) != 0 || p.saw(demobank.TokenRefreshed) != 0 || p.saw(demobank.RefreshReused) != 0 {
				t.Error("the bank did something for who has no key")
			}
			p.hidden(p.told(), "the log")

			l.State = consent.Active // the thief's vault is not the owner's
			p.vault.links[l.ID], p.vault.credentials[l.ID] = l, own
			if err := p.read(l); err != nil {
				t.Errorf("the owner: %v", err)
			}
		})
	}
}

// TestARefusedProofProvesNoRevocation: a 401 for a clock that is off says nothing about a token.
func TestARefusedProofProvesNoRevocation(t *testing.T) {
	p := newProving(t, demobank.NoNonce)
	l := p.linked()
	p.skew = 5 * time.Minute
	err := p.read(l)
	p.kind(err, fault.BankUnexpected)
	if f := fault.Of(err); f == nil || f.Reason != "oauth.invalid_dpop_proof" {
		t.Errorf("got %v", err)
	}
	receipt, err := p.tokens.Revoke(t.Context(), l, fdx.Bank{}, false, nil)
	p.kind(err, fault.RevokePending)
	if receipt.Proved || p.vault.credentials[l.ID].Key.Empty() {
		t.Errorf("proved by %s", steps(receipt.Steps))
	}
	for _, step := range receipt.Steps {
		if step.OK {
			t.Errorf("step %d was kept: %q", step.Kind, step.Answer)
		}
	}
	p.skew = 0
	if receipt, err = p.tokens.Revoke(t.Context(), l, fdx.Bank{}, false, nil); err != nil || !receipt.Proved {
		t.Errorf("%s, %v", steps(receipt.Steps), err)
	}
}

// TestABankThatWantsNonceAfterNonceGetsTwoRequests and its code is not lost in them.
func TestABankThatWantsNonceAfterNonceGetsTwoRequests(t *testing.T) {
	p := newProving(t, demobank.NonceNext)
	l := p.linked()
	p.now = p.now.Add(time.Hour)
	p.bank.Fail(demobank.Fault{Kind: demobank.NonceLost, Times: 100})
	err := p.read(l)
	p.kind(err, fault.BankUnexpected)
	if got := p.answers("renew"); !slices.Equal(got, []int{400, 400}) {
		t.Errorf("rows %v", got)
	}
	if f := fault.Of(err); f == nil || f.Reason != "oauth.use_dpop_nonce" {
		t.Errorf("got %v", err)
	}
	p.bank.Heal()
	if err := p.read(l); err != nil {
		t.Errorf("after that: %v", err)
	}
}

func TestEachGrantHasItsOwnKey(t *testing.T) {
	p := newProving(t, demobank.NonceAsked)
	p.config.Dialect = func(string) (bank.Dialect, bool) { return fdx.Bank{}, true }
	p.tokens = p.scene.tokens()
	l := p.linked()
	first := p.vault.credentials[l.ID].Key
	a, err := p.tokens.Again(t.Context(), p.provider, l.ID)
	if err != nil {
		t.Fatal(err)
	}
	if l, err = walkOn(t, p.bank, a, true); err != nil {
		t.Fatal(err)
	}
	if second := p.vault.credentials[l.ID].Key; second.Empty() || second.Equal(first) {
		t.Error("the new grant has the old key, or none")
	}
	if len(p.vault.former) != 0 || p.saw(demobank.GrantRevoked) != 1 {
		t.Errorf("the former grant was not ended with its own key: %d left", len(p.vault.former))
	}
	if err := p.read(l); err != nil {
		t.Error(err)
	}
}

func TestWhatABankMayGiveInsteadOfABoundToken(t *testing.T) {
	offers := func(a *authority) { a.metadata["dpop_signing_alg_values_supported"] = []string{"RS256", "ES256"} }
	for name, test := range map[string]struct {
		prepare func(*authority)
		kind    string // token_type
		must    bool
		reason  string // "" for a link
		bound   bool
	}{
		"a bound one":                        {offers, "DPoP", true, "", true},
		"one in small letters":               {offers, "dpop", false, "", true},
		"an unbound one":                     {offers, "Bearer", false, "", false},
		"an unbound one, and the file minds": {offers, "Bearer", true, "oauth.unbound", false},
		"no proofs, and the file minds":      {func(*authority) {}, "Bearer", true, "link.dpop", false},
		"a bound one that nobody asked for":  {func(*authority) {}, "DPoP", false, "oauth.token_type", false},
		"other algorithms": {func(a *authority) {
			a.metadata["dpop_signing_alg_values_supported"] = []string{"PS256"}
		}, "Bearer", false, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			test.prepare(s.bank)
			var proofs []string
			s.bank.trusts = func(r *http.Request) bool {
				proofs = append(proofs, r.Header.Get("DPoP"))
				return true
			}
			s.bank.kind = test.kind
			p := s.bank.provider()
			p.Proves = test.must
			l, err := tryLink(t, s, p)
			if test.reason != "" {
				s.kind(err, fault.BankUnexpected)
				if f := fault.Of(err); f == nil || f.Reason != test.reason || !s.vault.empty() {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			c := s.vault.credentials[l.ID]
			if c.Bound != test.bound {
				t.Errorf("bound %v", c.Bound)
			}
			for _, proof := range proofs {
				if (proof != "") != !c.Key.Empty() {
					t.Errorf("key %v, proofs %v", !c.Key.Empty(), len(proofs))
				}
			}
			tokens := s.tokens()
			open, err := tokens.Session(t.Context(), l)
			if err != nil {
				t.Fatal(err)
			}
			if answer, err := (plain{}).Probe(context.WithoutCancel(t.Context()), open); err != nil || answer.Status != 200 {
				t.Errorf("read %+v, %v", answer, err)
			}
		})
	}
}

// tryLink has the person approve p.
func tryLink(t *testing.T, s *scene, p link.Provider) (consent.Link, error) {
	t.Helper()
	a, err := s.tokens().Begin(t.Context(), p)
	if err != nil {
		return consent.Link{}, err
	}
	defer a.Close()
	visit(t, "GET", s.bank.approve(t, a.Address()).String(), nil) // it is answered before Wait listens
	return a.Wait(t.Context())
}

// TestADamagedKeyIsSaid: a key that can't be read stops the link and says so.
func TestADamagedKeyIsSaid(t *testing.T) {
	p := newProving(t, demobank.NoNonce)
	l := p.linked()
	good := p.vault.credentials[l.ID]
	for _, text := range []string{"!", "AAAA", base64.RawURLEncoding.EncodeToString(make([]byte, 32)), strings.Repeat("_", 43)} {
		bad := good
		bad.Key = secret.New(text)
		p.vault.credentials[l.ID] = bad
		p.kind(p.read(l), fault.VaultDamaged)
	}
	p.vault.credentials[l.ID] = good
	if err := p.read(l); err != nil {
		t.Error(err)
	}
}

// TestTheCodeIsBoundToTheKey: the request says which key the code will want.
func TestTheCodeIsBoundToTheKey(t *testing.T) {
	s := newScene(t)
	s.bank.metadata["dpop_signing_alg_values_supported"] = []string{"ES256"}
	delete(s.bank.metadata, "pushed_authorization_request_endpoint")
	a, err := s.tokens().Begin(t.Context(), s.bank.provider())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	u, err := url.Parse(a.Address())
	if err != nil || len(u.Query().Get("dpop_jkt")) != 43 {
		t.Errorf("%v, %v", u.Query(), err)
	}
}
