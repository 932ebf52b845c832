package link_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/link"
)

// bare is a provider whose file tells the endpoints: the bank has no metadata.
func (a *authority) bare(par bool) link.Provider {
	p := a.provider()
	p.Issuer, p.Stated = "", consent.Endpoints{Authorization: a.issuer() + "/authorize", Token: a.issuer() + "/token", Revocation: a.issuer() + "/revoke"}
	if par {
		p.Stated.PAR = a.issuer() + "/par"
	}
	for _, place := range []string{"/.well-known/oauth-authorization-server/as", "/as/.well-known/openid-configuration"} {
		a.when(place, http.NotFound)
	}
	return p
}

// TestABankWithoutMetadata links, renews, signs in again and revokes by what the file says, pushed or not.
func TestABankWithoutMetadata(t *testing.T) {
	for _, par := range []bool{true, false} {
		t.Run(fmt.Sprintf("PAR %v", par), func(t *testing.T) {
			s := newScene(t)
			s.config.Dialect = speaks(plain{})
			p := s.bank.bare(par)
			tokens := s.tokens()
			a, err := tokens.Begin(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(s.bank.pushed); (got == 1) != par {
				t.Errorf("%d requests were pushed", got)
			}
			if u, err := url.Parse(a.Address()); err != nil || !par && (len(u.Query().Get("code_challenge")) != 43 || u.Query().Get("code_challenge_method") != "S256") {
				t.Errorf("asked at %s", a.Address())
			}
			l := s.finished(a)
			if l.Issuer != "" || l.Endpoints.Token != p.Stated.Token || l.Endpoints.Revocation != p.Stated.Revocation || len(l.Origins) != 1 {
				t.Errorf("linked: %+v", l)
			}
			s.now = s.now.Add(time.Hour)
			if _, err := tokens.Session(t.Context(), l); err != nil {
				t.Errorf("a renewal: %v", err)
			}
			l = s.approved(tokens.Again(t.Context(), p, l.ID))
			receipt, err := tokens.Revoke(t.Context(), l, plain{}, false, nil)
			if err != nil || !receipt.Proved {
				t.Errorf("revoked: %s, %v", steps(receipt.Steps), err)
			}
			if n := s.bank.called("/.well-known/oauth-authorization-server/as"); n != 0 {
				t.Errorf("asked for metadata %d times", n)
			}
		})
	}
}

func TestAnAnswerWithoutAKnownIssuer(t *testing.T) {
	for iss, want := range map[string]int{"": 200, "ISSUER": 200, "https://evil.example": 400, "x": 400} {
		s := newScene(t)
		a, err := s.tokens().Begin(t.Context(), s.bank.bare(true))
		if err != nil {
			t.Fatal(err)
		}
		back := s.bank.approve(t, a.Address())
		q := back.Query()
		switch iss {
		case "":
			q.Del("iss")
		case "ISSUER":
		default:
			q.Set("iss", iss)
		}
		back.RawQuery = q.Encode()
		if status, _, _ := visit(t, "GET", back.String(), nil); status != want {
			t.Errorf("with issuer %q the answer is met with %d", iss, status)
		}
		a.Close()
	}
}

func TestALinkWithoutMetadataIsNotSignedInElsewhere(t *testing.T) {
	s := newScene(t)
	l := s.approved(s.tokens().Begin(t.Context(), s.bank.bare(false)))
	other := newAuthority(t)
	for name, p := range map[string]link.Provider{"without metadata": other.bare(false), "with": other.provider()} {
		_, err := s.tokens().Again(t.Context(), p, l.ID)
		s.kind(err, fault.HostRefused)
		if f := fault.Of(err); f == nil || f.Reason != "link.another" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if other.called("/as/token") != 0 || other.called("/.well-known/oauth-authorization-server/as") != 0 {
		t.Error("the other was asked")
	}
}

// TestOpenIDMetadataAlone: what stands at the first place is no reason to give up, but for a bank that is down.
func TestOpenIDMetadataAlone(t *testing.T) {
	for name, test := range map[string]struct {
		first http.HandlerFunc
		want  fault.Kind // 0: it is linked
	}{
		"404":    {http.NotFound, 0},
		"403":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, 0},
		"a page": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, 0},
		"down":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, fault.BankDown},
		"paused": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, fault.BankPaused},
		"led elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example/", http.StatusFound)
		}, fault.HostRefused},
		"another's": {func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 200, map[string]any{"issuer": "https://evil.example"})
		}, fault.BankUnexpected},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.bank.when("/.well-known/oauth-authorization-server/as", test.first)
			s.bank.when("/as/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, s.bank.metadata) })
			a, err := s.tokens().Begin(t.Context(), s.bank.provider())
			if test.want == 0 {
				s.approved(a, err)
				return
			}
			s.kind(err, test.want)
		})
	}
}
