package link_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/link"
)

// clientSecret has what an encoder must escape, and the canary: it must not get out.
const clientSecret = canary + " :/+%ä"

// TestAClientWithASecretShowsItEachTimeItAsks links, renews, reconnects and revokes with a client that
// is not public. The bank refuses whoever doesn't show who it is.
func TestAClientWithASecretShowsItEachTimeItAsks(t *testing.T) {
	for name, trusts := range map[string]func(r *http.Request) bool{
		"client_secret_basic": func(r *http.Request) bool {
			user, password, ok := r.BasicAuth()
			id, _ := url.QueryUnescape(user)
			text, _ := url.QueryUnescape(password)
			return ok && id == "coffer" && text == clientSecret && !r.PostForm.Has("client_secret")
		},
		"client_secret_post": func(r *http.Request) bool {
			return r.PostForm.Get("client_id") == "coffer" && r.PostForm.Get("client_secret") == clientSecret && r.Header.Get("Authorization") == ""
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.bank.trusts = trusts
			p := s.bank.provider()
			p.Shows, p.Secret = name, secret.New(clientSecret)
			s.config.Dialect = speaks(plain{})
			l := s.approved(s.tokens().Begin(t.Context(), p))
			if l.Shows != name || !s.vault.credentials[l.ID].ClientSecret.Equal(p.Secret) {
				t.Fatalf("linked: %+v", l)
			}

			s.now = s.now.Add(time.Hour)
			tokens := s.tokens()
			if _, err := tokens.Session(t.Context(), l); err != nil {
				t.Errorf("a renewal: %v", err)
			}
			if !s.vault.credentials[l.ID].ClientSecret.Equal(p.Secret) {
				t.Error("the renewal loses the client's secret")
			}

			p.Secret = secret.Text{} // the person types it once
			s.bank.grant = "consent-2"
			l = s.approved(tokens.Again(t.Context(), p, l.ID))
			if len(s.vault.former) != 0 {
				t.Error("the former grant has not ended")
			}
			receipt, err := tokens.Revoke(t.Context(), l, plain{}, false, nil)
			if err != nil || !receipt.Proved {
				t.Errorf("revoked: %s, %v", steps(receipt.Steps), err)
			}
		})
	}
}

// TestAPlainRequestHasNoDetails: not every server takes FDX's consent request.
func TestAPlainRequestHasNoDetails(t *testing.T) {
	for _, plainly := range []bool{false, true} {
		s := newScene(t)
		p := s.bank.provider()
		p.Plain = plainly
		a, err := s.tokens().Begin(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for _, asked := range s.bank.pushed {
			if asked.Has("authorization_details") == plainly {
				t.Errorf("plain is %v, and the request has %v", plainly, asked)
			}
		}
		a.Close()
	}
}

func TestWithoutItsSecretAClientIsNotSent(t *testing.T) {
	s := newScene(t)
	p := s.bank.provider()
	p.Shows = "client_secret_post"
	_, err := s.tokens().Begin(t.Context(), p)
	s.kind(err, fault.BadAnswer)
	if n := len(s.ledger.all); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

func TestAWrongClientSecretIsTheBanksWord(t *testing.T) {
	s := newScene(t)
	s.bank.trusts = func(*http.Request) bool { return false }
	p := s.bank.provider()
	p.Shows, p.Secret = "client_secret_basic", secret.New(clientSecret)
	_, err := s.tokens().Begin(t.Context(), p)
	s.kind(err, fault.BankUnexpected)
	if f := fault.Of(err); f == nil || f.Reason != "oauth.invalid_client" || !s.vault.empty() {
		t.Errorf("got %v", err)
	}
}

// approved has the person say yes to an attempt, and waits for its link.
func (s *scene) approved(a *link.Attempt, err error) consent.Link {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	l, err := s.answered(a)
	if err != nil {
		s.t.Fatal(err)
	}
	return l
}
