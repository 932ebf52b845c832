package link_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/link"
)

var consentWays = []string{"oauth", "page", "elsewhere"}

func TestAConsentIsMadeAndThenApproved(t *testing.T) {
	for _, how := range consentWays {
		t.Run(how, func(t *testing.T) {
			b := newConsentBank(t, how)
			tokens := b.tokens()
			l := b.made(tokens, "")
			if l.State != consent.Active || l.Way != "consent" || l.ConsentID != "c-1" || !l.Expires.Equal(b.now.AddDate(0, 0, 90).UTC()) || len(b.ended) != 0 {
				t.Errorf("linked: %+v; ended %v", l, b.ended)
			}
			ask := b.asks[0]
			if back, no := parsed(t, ask["redirect"]), parsed(t, ask["refused"]); back.Hostname() != "127.0.0.1" || len(back.Query().Get("state")) != 43 ||
				no.Query().Get("error") != "access_denied" || no.Query().Get("state") != back.Query().Get("state") || no.Path != back.Path {
				t.Errorf("asked %v", ask)
			}
			if ask["until"] != b.now.UTC().AddDate(0, 0, 365).Format(time.DateOnly) || ask["from"] != b.now.AddDate(0, 0, -730).Format(time.DateOnly) {
				t.Errorf("asked %v", ask)
			}
			s, err := tokens.Session(t.Context(), l)
			if err != nil || s.Consent != "c-1" || s.Token.Empty() != (how == "page") || !s.App.Empty() {
				t.Fatalf("a session for %q: %v", s.Consent, err)
			}
			if answer, err := (consenting{b}).Probe(t.Context(), s); err != nil || answer.Status != 200 {
				t.Errorf("a read: %d, %v", answer.Status, err)
			}
			if how != "page" {
				return
			}
			_, err = tokens.Renewed(t.Context(), l)
			if b.kind(err, fault.LoginNeeded); !errors.Is(err, bank.ErrUnrenewable) || b.bank.called("/as/token") != 0 {
				t.Errorf("renewed: %v, %d questions", err, b.bank.called("/as/token"))
			}
			if l.Endpoints.Authorization != b.bank.server.URL || l.Endpoints.Token+l.Endpoints.Revocation != "" {
				t.Errorf("stored: %+v", l.Endpoints)
			}
		})
	}
}

// TestTheRequestNamesTheConsent: what the person approves is bound to the consent by a signature (RFC 9101), pushed ahead or not.
func TestTheRequestNamesTheConsent(t *testing.T) {
	for name, pushed := range map[string]bool{"pushed ahead": true, "in the address": false} {
		t.Run(name, func(t *testing.T) {
			b := newConsentBank(t, "oauth")
			if !pushed {
				delete(b.bank.metadata, "pushed_authorization_request_endpoint")
				b.bank.metadata["authorization_endpoint"] = b.bank.issuer() + "/authorize?tenant=7"
			}
			b.made(b.tokens(), "")
			c := b.request
			if c["iss"] != "coffer" || c["aud"] != b.bank.issuer() || c["response_type"] != "code" || c["scope"] != "openid accounts" ||
				c["code_challenge_method"] != "S256" || c["nonce"] == "" || c["jti"] == "" || c["tenant"] != nil {
				t.Errorf("claims %v", c)
			}
			if at, ends := c["iat"].(float64), c["exp"].(float64); int64(at) != b.now.Unix() || ends-at > 300 || ends <= at {
				t.Errorf("it holds from %v to %v", at, ends)
			}
			for _, in := range []string{"id_token", "userinfo"} {
				all, _ := c["claims"].(map[string]any)
				one, _ := all[in].(map[string]any)
				if intent, _ := one["openbanking_intent_id"].(map[string]any); intent["value"] != "c-1" || intent["essential"] != true {
					t.Errorf("%s has %v", in, one)
				}
			}
		})
	}
}

// TestACallbackProvesNoConsent: whoever knows the state can say that the person approved. Nothing is stored until the bank says so.
func TestACallbackProvesNoConsent(t *testing.T) {
	b := newConsentBank(t, "page")
	waits, goes := make(chan time.Duration), make(chan time.Time)
	b.config.After = func(d time.Duration) <-chan time.Time {
		waits <- d
		return goes
	}
	a, err := b.tokens().Begin(t.Context(), b.provider())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	genuine := b.leads(a.Address())
	b.set("c-1", "waiting")
	for name, try := range forgeries(genuine) {
		if slices.Contains([]string{"neither code nor error", "code and error", "two codes", "no issuer", "an issuer with a slash"}, name) {
			continue // a code means nothing, nor does that there is none
		}
		if status, _, _ := visit(t, try.method, try.address, try.spoil); status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, status)
		}
	}
	ended := make(chan error, 1)
	go func() {
		_, err := b.comes(a, genuine)
		ended <- err
	}()
	for i, trouble := range []http.HandlerFunc{b.one, status(503), b.one} {
		b.bank.when("/api/consent", trouble)
		if i > 0 {
			goes <- time.Time{}
		}
		select {
		case <-waits:
		case err := <-ended:
			t.Fatalf("it did not wait: %v", err)
		}
		if !b.vault.empty() {
			t.Fatal("something is stored before the bank says that the consent is valid")
		}
	}
	b.set("c-1", "valid")
	goes <- time.Time{}
	if err := <-ended; err != nil || b.only().ConsentID != "c-1" {
		t.Errorf("the consent that became valid: %v", err)
	}
}

type unmade struct {
	how  string
	rig  func(*consentBank, *link.Provider)
	then func(*consentBank, *link.Attempt, *url.URL) (consent.Link, error) // nil: Begin fails
	want fault.Kind
}

func brings(query string) func(*consentBank, *link.Attempt, *url.URL) (consent.Link, error) {
	return func(b *consentBank, a *link.Attempt, back *url.URL) (consent.Link, error) {
		u, q := *back, back.Query()
		q.Del("code")
		more, _ := url.ParseQuery(query)
		for name := range more {
			q.Set(name, more.Get(name))
		}
		u.RawQuery = q.Encode()
		return b.comes(a, &u)
	}
}

func stands(state string) func(*consentBank, *link.Attempt, *url.URL) (consent.Link, error) {
	return func(b *consentBank, a *link.Attempt, back *url.URL) (consent.Link, error) {
		b.set("c-1", state)
		return b.comes(a, back)
	}
}

func unmades() map[string]unmade {
	come := func(b *consentBank, a *link.Attempt, back *url.URL) (consent.Link, error) { return b.comes(a, back) }
	short := func(b *consentBank, _ *link.Provider) { b.config.Limit = 20 * time.Millisecond }
	all := map[string]unmade{
		"another intent":             {"oauth", func(b *consentBank, _ *link.Provider) { b.intent = "c-2" }, come, fault.BankUnexpected},
		"a refused push":             {"oauth", func(b *consentBank, _ *link.Provider) { b.bank.when("/as/par", word(400, "invalid_request")) }, nil, fault.BankUnexpected},
		"a refused code":             {"oauth", func(b *consentBank, _ *link.Provider) { b.bank.when("/as/token", once(b, word(400, "invalid_grant"))) }, come, fault.BankUnexpected},
		"metadata of another issuer": {"elsewhere", func(b *consentBank, _ *link.Provider) { b.bank.metadata["issuer"] = b.bank.server.URL + "/other" }, nil, fault.BankUnexpected},
		"made, and of no use":        {"page", func(b *consentBank, _ *link.Provider) { b.config.Dialect = speaks(useless{consenting{b}}) }, nil, fault.BankUnexpected},
		"how it stands is not told": {"page", func(b *consentBank, _ *link.Provider) {
			b.bank.when("/api/consent", func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					w.WriteHeader(401)
					return
				}
				b.one(w, r)
			})
		}, come, fault.BankUnexpected},
		"closed while it waits": {"page", nil, func(b *consentBank, a *link.Attempt, back *url.URL) (consent.Link, error) {
			b.set("c-1", "waiting")
			b.bank.when("/api/consent", func(w http.ResponseWriter, r *http.Request) {
				b.one(w, r)
				go a.Close()
			})
			return b.comes(a, back)
		}, fault.Canceled},
		"no metadata": {"elsewhere", func(b *consentBank, _ *link.Provider) { b.place += "/none" }, nil, fault.BankUnexpected},
		"tokens on another domain": {"elsewhere", func(b *consentBank, _ *link.Provider) {
			b.bank.metadata["token_endpoint"] = "https://tokens.evil.example/t"
		}, nil, fault.HostRefused},
	}
	for _, how := range consentWays {
		all[how+": no"] = unmade{how, nil, brings("error=access_denied"), fault.ConsentDenied}
		all[how+": time-out"] = unmade{how, short, func(b *consentBank, a *link.Attempt, _ *url.URL) (consent.Link, error) { return a.Wait(b.t.Context()) }, fault.LinkTimedOut}
		all[how+": cancel"] = unmade{how, nil, func(b *consentBank, a *link.Attempt, _ *url.URL) (consent.Link, error) {
			ctx, cancel := context.WithCancel(b.t.Context())
			cancel()
			return a.Wait(ctx)
		}, fault.Canceled}
		all[how+": closed"] = unmade{how, nil, func(_ *consentBank, a *link.Attempt, _ *url.URL) (consent.Link, error) {
			a.Close()
			return consent.Link{}, fault.New(fault.Canceled, "close", errors.New("it was"))
		}, fault.Canceled}
		all[how+": rejected there"] = unmade{how, nil, stands("rejected"), fault.ConsentDenied}
		all[how+": expired there"] = unmade{how, nil, stands("expired"), fault.BankUnexpected}
		all[how+": an unknown word"] = unmade{how, nil, stands("?"), fault.BankUnexpected}
		all[how+": never approved"] = unmade{how, func(b *consentBank, _ *link.Provider) { b.config.Limit = 200 * time.Millisecond }, func(b *consentBank, a *link.Attempt, back *url.URL) (consent.Link, error) {
			b.set("c-1", "waiting")
			go func() { // on a slow computer the time may be over before it comes
				if answer, err := http.Get(back.String()); err == nil {
					_ = answer.Body.Close()
				}
			}()
			return a.Wait(b.t.Context())
		}, fault.LinkTimedOut}
		all[how+": not sealed"] = unmade{how, func(b *consentBank, _ *link.Provider) {
			b.vault.set("credential", fault.New(fault.DiskFull, "seal", errors.New("ENOSPC")))
		}, come, fault.DiskFull}
	}
	return all
}

// useless makes consents that nobody can approve.
type useless struct{ consenting }

func (u useless) MakeConsent(ctx context.Context, s bank.Session, ask bank.ConsentAsk) (bank.ConsentMade, error) {
	made, err := u.consenting.MakeConsent(ctx, s, ask)
	return bank.ConsentMade{ID: made.ID}, errors.Join(err, fault.New(fault.BankUnexpected, "make", errors.New("no page")))
}

// once answers as h does to a code, and as the bank itself to the client.
func once(b *consentBank, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("grant_type") == "authorization_code" {
			h(w, r)
			return
		}
		b.bank.mu.Lock()
		defer b.bank.mu.Unlock()
		b.open(w, r)
	}
}

// TestAConsentOfALinkThatIsNotMadeIsEnded: whatever ends the attempt ends the consent at the bank, and leaves nothing here.
func TestAConsentOfALinkThatIsNotMadeIsEnded(t *testing.T) {
	for name, test := range unmades() {
		t.Run(name, func(t *testing.T) {
			b := newConsentBank(t, test.how)
			p := b.provider()
			if test.rig != nil {
				test.rig(b, &p)
			}
			a, err := b.tokens().Begin(t.Context(), p)
			if test.then != nil {
				if err != nil {
					t.Fatal(err)
				}
				defer a.Close()
				_, err = test.then(b, a, b.leads(a.Address()))
			}
			b.kind(err, test.want)
			if len(b.asks) != 1 || !slices.Equal(b.ended, []string{"c-1"}) || !b.vault.empty() {
				t.Errorf("%d consents were made, %v ended; the vault is empty: %v", len(b.asks), b.ended, b.vault.empty())
			}
			for token, live := range b.bank.live {
				if live && !strings.HasPrefix(token, canary+"-client-") {
					t.Errorf("%s lives", token)
				}
			}
			if names := b.names.Asked(); len(names) != 0 {
				t.Errorf("looked up %v", names)
			}
		})
	}
}

// TestWhatACallToMakeAConsentMayMeet: nothing was made, so nothing is to end, and the browser opens nothing.
func TestWhatACallToMakeAConsentMayMeet(t *testing.T) {
	for name, test := range map[string]struct {
		path   string
		answer http.HandlerFunc
		want   fault.Kind
	}{
		"the client is refused":  {"/as/token", word(401, "invalid_client"), fault.KeyRefused},
		"the token can't be had": {"/as/token", word(503, ""), fault.BankDown},
		"the call is refused":    {"/api/consents", status(403), fault.KeyRefused},
		"the bank is down":       {"/api/consents", status(503), fault.BankDown},
		"no id":                  {"/api/consents", func(w http.ResponseWriter, _ *http.Request) { reply(w, 201, map[string]any{}) }, fault.BankUnexpected},
	} {
		t.Run(name, func(t *testing.T) {
			b := newConsentBank(t, "oauth")
			b.bank.when(test.path, test.answer)
			_, err := b.tokens().Begin(t.Context(), b.provider())
			b.kind(err, test.want)
			if b.bank.called("/api/consent")+b.bank.called("/as/par") != 0 || !b.vault.empty() {
				t.Error("it went on")
			}
		})
	}
}

// TestAConsentWithAnOddIDIsEnded: it is of no use, and by an id that can be sent it is taken back.
func TestAConsentWithAnOddIDIsEnded(t *testing.T) {
	for id, sent := range map[string]bool{
		strings.Repeat("x", 257): true, strings.Repeat("x", 4096): true, "c 1": true, "c-é": true,
		strings.Repeat("x", 4097): false, "c\r\n1": false, "c\u00851": false,
	} {
		t.Run(fmt.Sprintf("%d, %.5q", len(id), id), func(t *testing.T) {
			b := newConsentBank(t, "oauth")
			b.bank.when("/api/consents", func(w http.ResponseWriter, _ *http.Request) {
				b.set(id, "waiting")
				reply(w, 201, map[string]any{"id": id})
			})
			_, err := b.tokens().Begin(t.Context(), b.provider())
			b.kind(err, fault.BankUnexpected)
			f := fault.Of(err)
			if f.Reason != "link.consent" || (f.Args["also"] == "") != sent || slices.Equal(b.ended, []string{id}) != sent || !b.vault.empty() {
				t.Errorf("%v; %d ended", err, len(b.ended))
			}
			if b.bank.called("/as/par") != 0 {
				t.Error("it went on")
			}
		})
	}
}

// TestAConsentThatIsLeftAtTheBankIsSaid, beside what ended the attempt, and where a cancel did.
func TestAConsentThatIsLeftAtTheBankIsSaid(t *testing.T) {
	all := unmades()
	for name, test := range map[string]struct {
		answer       http.HandlerFunc
		kind         fault.Kind
		reason, also string
	}{
		"page: not sealed":       {status(503), fault.DiskFull, "", "link.consent_left"},
		"oauth: not sealed":      {status(403), fault.DiskFull, "", "link.consent_left"},
		"page: an unknown word":  {status(503), fault.BankUnexpected, "link.consent_state", "link.consent_left"},
		"oauth: no":              {status(405), fault.ConsentDenied, "", "link.consent_left"},
		"no metadata":            {status(503), fault.BankUnexpected, "", "link.consent_left"},
		"page: cancel":           {status(503), fault.BankDown, "link.consent_left", ""},
		"oauth: cancel":          {status(403), fault.BankUnexpected, "link.consent_left", ""},
		"elsewhere: cancel":      {status(204), fault.Canceled, "", ""},
		"elsewhere: not sealed":  {status(404), fault.DiskFull, "", ""},
		"page: expired there":    {status(410), fault.BankUnexpected, "link.consent_state", ""},
		"oauth: an unknown word": {silence, fault.BankUnexpected, "link.consent_state", "link.consent_left"},
	} {
		t.Run(name, func(t *testing.T) {
			made := all[name]
			b := newConsentBank(t, made.how)
			b.config.Answer = time.Second
			p := b.provider()
			if made.rig != nil {
				made.rig(b, &p)
			}
			deaf(b, test.answer)
			a, err := b.tokens().Begin(t.Context(), p)
			if made.then != nil {
				if err != nil {
					t.Fatal(err)
				}
				defer a.Close()
				_, err = made.then(b, a, b.leads(a.Address()))
			}
			b.kind(err, test.kind)
			f := fault.Of(err)
			if f.Reason != test.reason || f.Args["also"] != test.also || errors.Is(err, context.Canceled) != (test.kind == fault.Canceled) {
				t.Errorf("%v: %q, %v", err, f.Reason, f.Args)
			}
		})
	}
}

func TestADialectThatMakesNoConsentsIsNotAsked(t *testing.T) {
	b := newConsentBank(t, "page")
	b.config.Dialect = func(string) (bank.Dialect, bool) { return plain{}, true }
	_, err := b.tokens().Begin(t.Context(), b.provider())
	b.kind(err, fault.BankUnexpected)
	if len(b.ledger.all) != 0 {
		t.Error("the bank was asked")
	}
}
