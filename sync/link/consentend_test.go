package link_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/wire/wiretest"
)

type consentEnd struct {
	how     string
	prepare func(*consentBank)
	proved  bool
	reason  string
	steps   string
}

// deaf answers a DELETE as h does, and all else as the bank.
func deaf(b *consentBank, h http.HandlerFunc) {
	b.bank.when("/api/consent", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			h(w, r)
			return
		}
		b.one(w, r)
	})
}

// alone leaves the link an access token that has run out, and nothing to renew or return.
func (b *consentBank) alone() {
	l := b.only()
	l.Endpoints.Revocation = ""
	c := b.vault.credentials[l.ID]
	c.Refresh = secret.Text{}
	b.vault.links[l.ID], b.vault.credentials[l.ID] = l, c
	b.bank.mu.Lock()
	defer b.bank.mu.Unlock()
	delete(b.bank.live, c.Access.Reveal())
}

func consentEnds() map[string]consentEnd {
	const whole = "+ended 204 | +returned 200, 200 | +access 401 | +refresh invalid_grant | +shredded"
	return map[string]consentEnd{
		"by OAuth":        {"oauth", func(*consentBank) {}, true, "", whole},
		"by OAuth beside": {"elsewhere", func(*consentBank) {}, true, "", whole},
		"at a page":       {"page", func(*consentBank) {}, true, "", "+ended 204 | +access 401 | +shredded"},
		"at a page, a read is answered 400 and the consent is over": {"page", func(b *consentBank) { b.bank.when("/api/probe", status(400)) }, true, "",
			"+ended 204 | +access 400 | +shredded"},
		"at a page, a read is answered 400 and the consent goes on": {"page", func(b *consentBank) {
			deaf(b, status(204))
			b.bank.when("/api/probe", status(400))
		}, false, "revoke.probe", "+ended 204 | -access 400"},
		"at a page, a read is answered 404 and the consent is over": {"page", func(b *consentBank) { b.bank.when("/api/probe", status(404)) }, true, "",
			"+ended 204 | +access 404 | +shredded"},
		"at a page, too many reads": {"page", func(b *consentBank) { b.bank.when("/api/probe", status(429)) }, false, "revoke.probe",
			"+ended 204 | -access 429"},
		"at a page, reads go on":  {"page", func(b *consentBank) { deaf(b, status(204)) }, false, "revoke.access", "+ended 204 | -access 200"},
		"at a page, 403 for good": {"page", func(b *consentBank) { deaf(b, status(403)) }, false, "revoke.byhand", "-ended 403 | -access 200"},
		"at a page, everything is refused and nobody says why": {"page", func(b *consentBank) {
			b.bank.when("/api/consent", status(401))
			b.bank.when("/api/probe", status(401))
		}, false, "revoke.byhand", "-ended 401 | +access 401"},
		"valid, the token ran out": {"oauth", func(b *consentBank) {
			b.alone()
			deaf(b, status(405))
		}, false, "revoke.byhand", "-ended 405 | +access 401"},
		"valid, and the tokens are taken back": {"oauth", func(b *consentBank) { deaf(b, status(403)) }, false, "revoke.byhand",
			"-ended 403 | +returned 200, 200 | +access 401"},
		"valid, at a page, a read is answered 404": {"page", func(b *consentBank) {
			deaf(b, status(403))
			b.bank.when("/api/probe", status(404))
		}, false, "revoke.byhand", "-ended 403 | -access 404"},
		"nobody says how it stands, the token ran out": {"oauth", func(b *consentBank) {
			b.alone()
			b.bank.when("/api/consent", status(401))
		}, false, "revoke.byhand", "-ended 401 | +access 401"},
		"nobody says how it stands, the refresh token is refused": {"oauth", func(b *consentBank) {
			b.end("c-1", "revoked")
			l := b.only()
			l.Endpoints.Revocation = ""
			b.vault.links[l.ID] = l
			b.bank.when("/api/consent", status(401))
		}, true, "", "-ended 401 | +access 401 | +refresh invalid_grant | +shredded"},
		"how it stands is told later": {"oauth", func(b *consentBank) {
			b.bank.when("/api/consent", func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(map[string]int{http.MethodDelete: 403, http.MethodGet: 503}[r.Method])
			})
		}, false, "revoke.consent", "-ended 403"},
		"503":                     {"page", func(b *consentBank) { deaf(b, status(503)) }, false, "revoke.consent", "-ended 503"},
		"no answer":               {"oauth", func(b *consentBank) { b.bank.when("/api/consent", silence) }, false, "revoke.consent", "-ended"},
		"no token for the client": {"oauth", func(b *consentBank) { b.bank.when("/as/token", word(503, "")) }, false, "revoke.consent", "-ended 503"},
		"the client is refused": {"oauth", func(b *consentBank) {
			b.bank.when("/as/token", func(w http.ResponseWriter, r *http.Request) {
				if r.FormValue("grant_type") == "client_credentials" {
					word(401, "invalid_client")(w, r)
					return
				}
				word(400, "invalid_grant")(w, r)
			})
			b.end("c-1", "revoked")
		}, true, "", "-ended invalid_client | +returned 200, 200 | +access 401 | +refresh invalid_grant | +shredded"},
		"ended elsewhere, 404": {"page", func(b *consentBank) { b.end("c-1", "") }, true, "", "+ended 404 | +access 401 | +shredded"},
		"ended elsewhere, 400": {"oauth", func(b *consentBank) {
			b.end("c-1", "revoked")
			deaf(b, status(400))
		}, true, "", "+ended 400 | +returned 200, 200 | +access 401 | +refresh invalid_grant | +shredded"},
	}
}

// TestAConsentIsEndedWithProof: that the person says it is ended makes no difference, for the bank can be asked.
func TestAConsentIsEndedWithProof(t *testing.T) {
	for name, test := range consentEnds() {
		for _, ended := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", ", ended), func(t *testing.T) { test.run(t, ended) })
		}
	}
}

func (test consentEnd) run(t *testing.T, ended bool) {
	b := newConsentBank(t, test.how)
	l := b.made(b.tokens(), "")
	test.prepare(b)
	tokens := b.tokens()
	receipt, err := tokens.Revoke(t.Context(), l, consenting{b}, ended, nil)
	if got := steps(receipt.Steps); got != test.steps || receipt.Proved != test.proved {
		t.Errorf("%v %s\nwant  %s", receipt.Proved, got, test.steps)
	}
	_, sealed := b.vault.credentials[l.ID]
	if test.proved {
		if err != nil || sealed || b.vault.links[l.ID].State != consent.Revoked {
			t.Errorf("%v; sealed %v", err, sealed)
		}
		b.clean(nil)
		return
	}
	b.kind(err, fault.RevokePending)
	if f := fault.Of(err); f == nil || f.Reason != test.reason || !sealed {
		t.Errorf("reason of %+v, want %q; sealed %v", f, test.reason, sealed)
	}
	_, err = tokens.Session(t.Context(), l)
	b.kind(err, fault.RevokePending)

	b.bank.when("/api/consent", b.one)
	b.bank.when("/api/probe", b.read)
	b.bank.when("/as/token", nil)
	if receipt, err = b.tokens().Revoke(t.Context(), l, consenting{b}, ended, nil); err != nil || !receipt.Proved {
		t.Errorf("the next try: %s, %v", steps(receipt.Steps), err)
	}
}

// TestAConsentThatIsDroppedIsEndedFirst, if the bank takes it now: nobody can once the client's key is shredded.
func TestAConsentThatIsDroppedIsEndedFirst(t *testing.T) {
	for how, ends := range map[string]string{"oauth": "+ended 204 | +returned 200, 200 | +shredded", "page": "+ended 204 | +shredded"} {
		for name, reached := range map[string]bool{"the bank answers": true, "it does not": false} {
			t.Run(how+", "+name, func(t *testing.T) {
				b := newConsentBank(t, how)
				tokens := b.tokens()
				l := b.made(tokens, "")
				deaf(b, status(503))
				_, err := tokens.Revoke(t.Context(), l, consenting{b}, false, nil)
				b.kind(err, fault.RevokePending)
				want, state := strings.Replace(ends, "+ended 204", "-ended 503", 1), "valid"
				if reached {
					b.bank.when("/api/consent", b.one)
					want, state = ends, "revoked"
				}
				receipt, err := tokens.Drop(t.Context(), l.ID)
				if err != nil || receipt.Proved || receipt.How != consent.ByDrop || steps(receipt.Steps) != want || b.standing("c-1") != state {
					t.Errorf("got %s, %v; it is %s", steps(receipt.Steps), err, b.standing("c-1"))
				}
				if len(b.vault.credentials) != 0 || b.vault.links[l.ID].State != consent.Dropped {
					t.Error("not dropped")
				}
			})
		}
	}
}

// TestAConsentIsRevokedOffline: reading ends at once, nothing is shredded, and the next try proves it.
func TestAConsentIsRevokedOffline(t *testing.T) {
	for _, how := range consentWays {
		b := newConsentBank(t, how)
		l := b.made(b.tokens(), "")
		gone := l
		gone.Endpoints.API = "http://127.0.0.1:1/api" // where nothing listens
		gone.Origins = append(slices.Clone(l.Origins), "http://127.0.0.1:1")
		b.vault.links[l.ID] = gone
		_, err := b.tokens().Revoke(t.Context(), gone, consenting{b}, false, nil)
		b.kind(err, fault.RevokePending)
		if got := b.vault.links[l.ID]; got.State != consent.RevokePending || len(b.vault.credentials) != 1 || b.standing("c-1") != "valid" {
			t.Errorf("%s: %+v", how, got)
		}
		back := b.vault.links[l.ID]
		back.Endpoints.API, back.Origins = l.Endpoints.API, l.Origins
		b.vault.links[l.ID] = back
		if receipt, err := b.tokens().Revoke(t.Context(), back, consenting{b}, false, nil); err != nil || !receipt.Proved || b.standing("c-1") != "revoked" {
			t.Errorf("%s: the next try: %s, %v", how, steps(receipt.Steps), err)
		}
	}
}

// TestARenewalMakesAnotherConsent: the old one works until the new one is saved, and is ended then; of a renewal that fails
// the new one is ended, and the link is as it was.
func TestARenewalMakesAnotherConsent(t *testing.T) {
	for _, how := range consentWays {
		t.Run(how, func(t *testing.T) {
			b := newConsentBank(t, how)
			tokens := b.tokens()
			first := b.made(tokens, "")
			was, key := b.vault.links[first.ID], shown(b.vault.credentials[first.ID])
			a, err := tokens.Again(t.Context(), b.provider(), first.ID)
			if err != nil {
				t.Fatal(err)
			}
			_, err = brings("error=access_denied")(b, a, b.leads(a.Address()))
			b.kind(err, fault.ConsentDenied)
			if !slices.Equal(b.ended, []string{"c-2"}) || shown(b.vault.credentials[first.ID]) != key || !reflect.DeepEqual(b.vault.links[first.ID], was) {
				t.Errorf("ended %v; the link is %+v", b.ended, b.vault.links[first.ID])
			}
			s, err := tokens.Session(t.Context(), first)
			if err != nil {
				t.Fatal(err)
			}
			if answer, err := (consenting{b}).Probe(t.Context(), s); err != nil || answer.Status != 200 {
				t.Errorf("the old consent: %d, %v", answer.Status, err)
			}
			l := b.made(tokens, first.ID)
			if l.ID != first.ID || l.ConsentID != "c-3" || !slices.Equal(b.ended, []string{"c-2", "c-1"}) || len(b.vault.former) != 0 || b.standing("c-3") != "valid" {
				t.Errorf("renewed: %+v; ended %v, %d former grants", l, b.ended, len(b.vault.former))
			}
		})
	}
}

func TestAConsentThatWasEndedElsewhereIsNoticed(t *testing.T) {
	for state, want := range map[string]bank.ConsentState{"valid": bank.ConsentValid, "revoked": bank.ConsentRevoked, "": bank.ConsentRevoked, "expired": bank.ConsentExpired} {
		for _, how := range consentWays {
			b := newConsentBank(t, how)
			tokens := b.tokens()
			l := b.made(tokens, "")
			b.end("c-1", state)
			if got, ok, err := tokens.Standing(t.Context(), l, nil); err != nil || !ok || got.State != want {
				t.Errorf("%s, %q: %+v %v %v", how, state, got, ok, err)
			}
		}
	}
	s := newScene(t)
	s.config.Dialect = speaks(plain{})
	if _, ok, err := s.tokens().Standing(t.Context(), s.linked(), nil); ok || err != nil {
		t.Error("asked a bank that makes no consents")
	}
}

// TestAskingHowAConsentStandsIsCounted: each request is, before it is sent.
func TestAskingHowAConsentStandsIsCounted(t *testing.T) {
	for how, want := range map[string]int{"oauth": 2, "page": 1} {
		b := newConsentBank(t, how)
		tokens := b.tokens()
		l := b.made(tokens, "")
		before, spent, left := len(b.ledger.all), 0, want
		spend := func(context.Context) error {
			if spent == left {
				return fault.New(fault.QuotaSpent, "ask", errors.New("nothing is left"))
			}
			spent++
			return nil
		}
		if _, _, err := tokens.Standing(t.Context(), l, spend); err != nil || spent != want || len(b.ledger.all) != before+want {
			t.Errorf("%s: %v; %d counted, %d sent", how, err, spent, len(b.ledger.all)-before)
		}
		left--
		before, spent = len(b.ledger.all), 0
		_, ok, err := tokens.Standing(t.Context(), l, spend)
		if b.kind(err, fault.QuotaSpent); !ok || len(b.ledger.all) != before+left {
			t.Errorf("%s: %d sent, %d were left", how, len(b.ledger.all)-before, left)
		}
	}
}

// TestMetadataThatAConsentNamesIsAskedFirst has the API name metadata at another host, and that a page there.
func TestMetadataThatAConsentNamesIsAskedFirst(t *testing.T) {
	for name, yes := range map[string]bool{"allowed": true, "not allowed": false} {
		t.Run(name, func(t *testing.T) {
			b := newConsentBank(t, "elsewhere")
			other, count, who := beside(t, b.scene)
			who.yes = yes
			b.place = other.URL + "/.well-known/oauth-authorization-server/as"
			b.bank.metadata["issuer"] = other.URL + "/as"
			p := b.provider()
			p.Ask = who.ask
			a, err := b.tokens().Begin(t.Context(), p)
			if len(who.asked) == 0 || len(who.asked[0]) != 1 || who.asked[0][0].Use != consent.PlainRead || who.asked[0][0].Origin != other.URL || who.asked[0][0].Asker != p.API {
				t.Fatalf("asked %+v, then %v", who.asked, err)
			}
			if !yes {
				who.untouched()
				b.kind(err, fault.HostRefused)
				if !b.vault.empty() || !slices.Equal(b.ended, []string{"c-1"}) {
					t.Error("the consent is left")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			back := b.leads(a.Address())
			wrong, right := *back, back.Query() // the answer must name the issuer of that metadata, and of no other
			wrong.RawQuery = back.RawQuery
			if status, _, _ := visit(t, "GET", wrong.String(), nil); status != http.StatusBadRequest {
				t.Errorf("an answer of another issuer: %d", status)
			}
			right.Set("iss", other.URL+"/as")
			back.RawQuery = right.Encode()
			l, err := b.comes(a, back)
			if err != nil || !slices.Equal(l.Tokenless(), []string{other.URL}) || count.Conns.Load() == 0 {
				t.Errorf("linked: %+v, %v", l, err)
			}
			for _, e := range b.ledger.all {
				if e.Method == http.MethodPost && e.Origin == other.URL {
					t.Errorf("sent %s there", e.Purpose.ID)
				}
			}
		})
	}
}

// TestAPageOnAnotherHostIsAskedFirst: the browser is sent nowhere that the person did not allow.
func TestAPageOnAnotherHostIsAskedFirst(t *testing.T) {
	for yes, want := range map[bool]string{true: "", false: "link.declined"} {
		b := newConsentBank(t, "page")
		pages := pageElsewhere{consenting{b}}
		b.config.Dialect = speaks(pages)
		p := b.provider()
		var asked []consent.Ask
		p.Ask = func(_ context.Context, asks []consent.Ask) (bool, error) {
			asked = append(asked, asks...)
			return yes, nil
		}
		a, err := b.tokens().Begin(t.Context(), p)
		if len(asked) != 1 || asked[0].Use != consent.SignInPage || asked[0].Address != "https://pages.bank.example:443" {
			t.Errorf("asked %+v", asked)
		}
		if want != "" {
			if f := fault.Of(err); f == nil || f.Reason != want || !slices.Equal(b.ended, []string{"c-1"}) {
				t.Errorf("%v; ended %v", err, b.ended)
			}
			continue
		}
		if err != nil || a.Address() != "https://pages.bank.example/c-1" {
			t.Fatal(err)
		}
		a.Close()
	}
}

// pageElsewhere names a page on another host.
type pageElsewhere struct{ consenting }

func (p pageElsewhere) MakeConsent(ctx context.Context, s bank.Session, ask bank.ConsentAsk) (bank.ConsentMade, error) {
	made, err := p.consenting.MakeConsent(ctx, s, ask)
	made.Page = "https://pages.bank.example/" + made.ID
	return made, err
}

// TestACertificateAloneOpensAConsent: no token, no client id; where the bank goes on with OAuth the client is whom the certificate names.
func TestACertificateAloneOpensAConsent(t *testing.T) {
	for _, how := range []string{"page", "elsewhere"} {
		t.Run(how, func(t *testing.T) {
			m := newMutual(t)
			b := newConsentBank(t, how)
			b.scene, b.idBank.scene = m.scene, m.scene
			b.bank.more, b.place = b.give, m.bank.server.URL+"/.well-known/oauth-authorization-server/as"
			b.bank.when("/api/consents", b.make)
			b.bank.when("/api/consent", b.one)
			b.bank.when("/api/probe", b.read)
			seen := 0
			b.bank.trusts = func(r *http.Request) bool {
				seen++
				return r.TLS != nil && len(r.TLS.PeerCertificates) == 1 && r.PostForm.Get("client_id") == "PSDGB-FCA-123456"
			}
			m.config.Dialect = speaks(consenting{b})
			one := clientOf(t, m.people, wiretest.Leaf{Owner: "PSDGB-FCA-123456"})
			p := b.provider()
			p.ClientID, p.Shows, p.Chain, p.Secret, p.API = "", "tls_client_auth", secret.New(one.chain), secret.New(one.key), m.behind+"/api"
			p.Origins = []string{m.bank.server.URL, m.behind}
			tokens := m.tokens()
			a, err := tokens.Begin(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			l, err := b.comes(a, b.leads(a.Address()))
			if err != nil || l.ClientID != "PSDGB-FCA-123456" || l.Certified.IsZero() || (seen == 0) != (how == "page") {
				t.Fatalf("linked: %+v, %v; %d questions", l, err, seen)
			}
			receipt, err := tokens.Revoke(t.Context(), l, consenting{b}, false, nil)
			if err != nil || !strings.HasPrefix(steps(receipt.Steps), "+ended 204 | ") {
				t.Errorf("%s, %v", steps(receipt.Steps), err)
			}
			m.quiet(err, one)
		})
	}
}
