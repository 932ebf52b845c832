package link_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
)

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func word(code int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, code, map[string]any{"error": text}) }
}

// steps writes proofs as "kind ok answer".
func steps(proofs []consent.Proof) string {
	names := []string{"ended", "returned", "access", "refresh", "shredded"}
	var all []string
	for _, p := range proofs {
		sign := "-"
		if p.OK {
			sign = "+"
		}
		all = append(all, strings.TrimSpace(sign+names[p.Kind]+" "+p.Answer))
	}
	return strings.Join(all, " | ")
}

type revocation struct {
	dialect bank.Dialect
	prepare func(*authority)
	proved  bool
	reason  string
	steps   string // empty: any
}

func revocations() map[string]revocation {
	// kill ends the grant at the bank and then answers as h does.
	kill := func(a *authority, h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			a.mu.Lock()
			clear(a.live)
			a.mu.Unlock()
			h(w, r)
		}
	}
	return map[string]revocation{
		"200": {plain{}, func(*authority) {}, true, "",
			"+returned 200, 200 | +access 401 | +refresh invalid_grant | +shredded"},
		"200 with a consent call": {ending{}, func(*authority) {}, true, "",
			"+ended 200 | +returned 200, 200 | +access 401 | +refresh invalid_grant | +shredded"},
		"204": {plain{}, func(a *authority) { a.when("/as/revoke", kill(a, status(204))) }, true, "",
			"+returned 204, 204 | +access 401 | +refresh invalid_grant | +shredded"},
		"404, gone": {plain{}, func(a *authority) { a.when("/as/revoke", kill(a, status(404))) }, true, "",
			"+returned 404, 404 | +access 401 | +refresh invalid_grant | +shredded"},
		"409 from the consent call": {ending{}, func(a *authority) { a.when("/api/end", status(409)) }, true, "",
			"+ended 409 | +returned 200, 200 | +access 401 | +refresh invalid_grant | +shredded"},
		"400": {plain{}, func(a *authority) { a.when("/as/revoke", kill(a, word(400, "invalid_request"))) }, false, "revoke.byhand",
			"-returned invalid_request, invalid_request | +access 401 | +refresh invalid_grant"},
		"400 after the consent call": {ending{}, func(a *authority) { a.when("/as/revoke", kill(a, status(400))) }, true, "",
			"+ended 200 | -returned 400, 400 | +access 401 | +refresh invalid_grant | +shredded"},
		"401": {plain{}, func(a *authority) { a.when("/as/revoke", word(401, "invalid_client")) }, false, "revoke.refresh", ""},
		"503": {plain{}, func(a *authority) { a.when("/as/revoke", status(503)) }, false, "revoke.tokens",
			"-returned 503"},
		"503 from the consent call": {ending{}, func(a *authority) { a.when("/api/end", status(503)) }, false, "revoke.consent",
			"-ended 503"},
		"no answer": {plain{}, func(a *authority) { a.when("/as/revoke", silence) }, false, "revoke.tokens",
			"-returned"},
		"200, but the tokens still work": {plain{}, func(a *authority) { a.when("/as/revoke", status(200)) }, false, "revoke.refresh", ""},
		"200, but the access token still works": {plain{}, func(a *authority) { a.when("/api/probe", status(200)) }, false, "revoke.access",
			"+returned 200, 200 | -access 200 | +refresh invalid_grant"},
		"the probe is answered 503": {plain{}, func(a *authority) { a.when("/api/probe", status(503)) }, false, "revoke.probe",
			"+returned 200, 200 | -access 503"},
		"the renewal is answered 503": {plain{}, func(a *authority) { a.when("/as/token", word(503, "invalid_grant")) }, false, "revoke.probe", ""},
		"a probe is given new tokens": {plain{}, func(a *authority) {
			once := true
			a.when("/as/token", func(w http.ResponseWriter, r *http.Request) {
				a.mu.Lock()
				defer a.mu.Unlock()
				_ = r.ParseForm()
				if once {
					once = false
					reply(w, 200, a.mint())
					return
				}
				a.token(w, r.PostForm)
			})
		}, true, "", "+returned 200, 200 | +access 401 | -refresh 200 | +returned 200, 200 | +access 401 | +refresh invalid_grant | +shredded"},
		"access tokens are not taken back, and die": {plain{}, func(a *authority) {
			a.when("/as/revoke", func(w http.ResponseWriter, r *http.Request) {
				if r.FormValue("token_type_hint") == "access_token" {
					word(400, "unsupported_token_type")(w, r)
					return
				}
				kill(a, status(200))(w, r)
			})
		}, true, "", "+returned 200, unsupported_token_type | +access 401 | +refresh invalid_grant | +shredded"},
	}
}

func TestRevokedMeansRevoked(t *testing.T) {
	for name, test := range revocations() {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			l := s.linked()
			test.prepare(s.bank)
			tokens := s.tokens()
			var told []consent.Proof
			receipt, err := tokens.Revoke(t.Context(), l, test.dialect, false, func(p consent.Proof) {
				if p.Kind != consent.TokensShredded && s.vault.links[l.ID].State != consent.RevokePending {
					t.Error("asked before reading had ended")
				}
				told = append(told, p)
			})
			if !slices.Equal(told, receipt.Steps) || (test.steps != "" && steps(told) != test.steps) {
				t.Errorf("told  %s\nwant  %s", steps(told), test.steps)
			}
			_, sealed := s.vault.credentials[l.ID]
			if test.proved {
				if err != nil || !receipt.Proved || receipt.Hash == "" || s.vault.links[l.ID].State != consent.Revoked || sealed || len(s.vault.receipts) != 1 {
					t.Errorf("got %+v, %v; state %d, sealed %v", receipt, err, s.vault.links[l.ID].State, sealed)
				}
				s.clean(nil)
				return
			}
			s.kind(err, fault.RevokePending)
			if f := fault.Of(err); f == nil || f.Reason != test.reason {
				t.Errorf("reason of %+v, want %q", f, test.reason)
			}
			if receipt.Proved || !sealed || len(s.vault.receipts) != 0 || s.vault.links[l.ID].State != consent.RevokePending {
				t.Errorf("got %+v; sealed %v", receipt, sealed)
			}
			_, err = tokens.Session(t.Context(), l)
			s.kind(err, fault.RevokePending)

			s.bank.heal()
			receipt, err = tokens.Revoke(t.Context(), l, test.dialect, false, nil)
			if err != nil || !receipt.Proved || s.vault.links[l.ID].State != consent.Revoked {
				t.Errorf("the next try: %s, %v", steps(receipt.Steps), err)
			}
		})
	}
}

func TestAnAccessTokenThatOutlivesItsGrant(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	s.bank.when("/api/probe", status(200))
	_, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	f := fault.Of(err)
	if want := s.vault.credentials[l.ID].AccessExpires.Format(time.RFC3339); f == nil || f.Args["until"] != want {
		t.Errorf("got %+v, want until %s", f, want)
	}
}

func TestAnExpiredTokenIsRenewedForTheConsentCall(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	s.now = s.now.Add(time.Hour)
	receipt, err := s.tokens().Revoke(t.Context(), l, ending{}, false, nil)
	if err != nil || !receipt.Proved || !strings.HasPrefix(steps(receipt.Steps), "+ended 200 | +returned 200, 200, 200 | ") {
		t.Errorf("%s, %v", steps(receipt.Steps), err)
	}
}

func TestATokenThatTheBankRefusesIsRenewedForTheConsentCall(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	delete(s.bank.live, s.vault.credentials[l.ID].Access.Reveal())
	receipt, err := s.tokens().Revoke(t.Context(), l, ending{}, false, nil)
	if err != nil || !strings.HasPrefix(steps(receipt.Steps), "+ended 200 | ") {
		t.Errorf("%s, %v", steps(receipt.Steps), err)
	}
}

func TestAGrantThatTheBankEndedIsRevokedWithProof(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	clear(s.bank.live)
	receipt, err := s.tokens().Revoke(t.Context(), l, ending{}, false, nil)
	if want := "+ended invalid_grant | +returned 200, 200 | +access 401 | +refresh invalid_grant | +shredded"; err != nil || steps(receipt.Steps) != want {
		t.Errorf("%s, %v", steps(receipt.Steps), err)
	}
}

func TestABankWithoutAWayToRevokeIsNeverSaidToHave(t *testing.T) {
	s := newScene(t)
	delete(s.bank.metadata, "revocation_endpoint")
	l := s.linked()
	clear(s.bank.live)
	_, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.RevokePending)
	if f := fault.Of(err); f == nil || f.Reason != "revoke.byhand" {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsAskedBeforeReadingHasEnded(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	s.vault.set("link", fault.New(fault.DiskFull, "save", errors.New("ENOSPC")))
	_, err := s.tokens().Revoke(t.Context(), l, ending{}, false, func(consent.Proof) { t.Error("told") })
	s.kind(err, fault.DiskFull)
	if s.bank.called("/api/end")+s.bank.called("/as/revoke") != 0 {
		t.Error("the bank was asked")
	}
	s.vault.set("link", nil)
	if receipt, err := s.tokens().Revoke(t.Context(), l, ending{}, false, nil); err != nil || !receipt.Proved {
		t.Error(err)
	}
	_, err = s.tokens().Revoke(t.Context(), l, ending{}, false, nil)
	s.kind(err, fault.NotFound)
}

func TestReadingIsRefusedWhileARevocationRuns(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	tokens, asked := s.tokens(), false
	_, err := tokens.Revoke(t.Context(), l, plain{}, false, func(p consent.Proof) {
		if p.Kind == consent.TokensReturned {
			asked = true
			_, err := tokens.Session(t.Context(), l) // would wait for ever behind the turn
			s.kind(err, fault.RevokePending)
		}
	})
	if err != nil || !asked {
		t.Errorf("asked %v, %v", asked, err)
	}
}

func TestTokensThatCanNotBeShreddedKeepItPending(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	s.vault.set("settle", fault.New(fault.DiskFull, "settle", errors.New("ENOSPC")))
	receipt, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.RevokePending)
	if receipt.Proved || len(s.vault.receipts) != 0 {
		t.Error("a receipt for tokens that are still here")
	}
	s.vault.set("settle", nil)
	if receipt, err = s.tokens().Revoke(t.Context(), l, plain{}, false, nil); err != nil || !receipt.Proved {
		t.Errorf("the next try: %v", err)
	}
}

func TestTokensThatAreGoneProveNothing(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	l.State = consent.RevokePending
	s.vault.links[l.ID] = l
	clear(s.vault.credentials)
	receipt, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.RevokePending)
	if f := fault.Of(err); f == nil || f.Reason != "revoke.byhand" || receipt.Proved || len(s.vault.receipts) != 0 {
		t.Errorf("got %v, %+v", err, receipt)
	}
}
