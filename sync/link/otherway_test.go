package link_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/link"
	"coffer/sync/wire/wiretest"
)

// TestAKeyIsNeverShownAsASecret: a provider file that wants the client to show itself otherwise gets nothing of what is sealed:
// a private key that never left this computer would be sent as a password.
func TestAKeyIsNeverShownAsASecret(t *testing.T) {
	for _, shows := range []string{"client_secret_post", "client_secret_basic", "private_key_jwt", "tls_client_auth"} {
		for _, then := range []string{"client_secret_post", "client_secret_basic", "private_key_jwt", "tls_client_auth"} {
			if shows == then {
				continue
			}
			t.Run(shows+", then "+then, func(t *testing.T) {
				m := newMutual(t)
				delete(m.bank.metadata, "mtls_endpoint_aliases")
				var leaked atomic.Bool
				looks := func(r *http.Request) bool {
					_, password, _ := r.BasicAuth()
					if strings.Contains(password+r.PostForm.Encode(), "PRIVATE") || strings.Contains(password, "BEGIN") {
						leaked.Store(true)
					}
					return true
				}
				m.bank.trusts = looks
				own := clientOf(t, m.people, wiretest.Leaf{})
				p := m.bank.provider()
				p.Shows, p.Secret = shows, secret.New(own.key)
				switch shows {
				case "tls_client_auth":
					p.Chain = secret.New(own.chain)
				case "client_secret_post", "client_secret_basic":
					p.Secret = secret.New(canary + "-secret")
				}
				l := m.approved(m.tokens().Begin(t.Context(), p))
				asked := m.bank.called("/as/par")
				p.Shows, p.Secret, p.Chain = then, secret.Text{}, secret.Text{}
				a, err := m.tokens().Again(t.Context(), p, l.ID)
				if err == nil {
					a.Close()
				}
				if kept := strings.HasPrefix(shows, "client_secret") && strings.HasPrefix(then, "client_secret"); kept != (err == nil) {
					t.Errorf("signed in again: %v", err)
				} else if !kept {
					m.kind(err, fault.BadAnswer)
					if m.bank.called("/as/par") != asked {
						t.Error("the bank was asked")
					}
				}
				if leaked.Load() {
					t.Error("the key was sent")
				}
			})
		}
	}
}

// TestWhatIsSealedOpensNothingElsewhere: a link that is renewed by another way, or whose token endpoint is now on another domain,
// gets nothing of what is sealed.
func TestWhatIsSealedOpensNothingElsewhere(t *testing.T) {
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	s := newKeyScene(t, plain{})
	s.keys.client = "me:" + canary + "-secret"
	p := s.provider(link.Brought{Way: "client-credentials", TokenPlace: s.url + "/api/token"})
	p.Secret = secret.New(canary + "-secret")
	tokens := s.tokens()
	l := s.made(tokens, p, "")
	before := s.bank.called("/api/token")

	p.Secret, p.Brought.TokenPlace = secret.Text{}, other.URL+"/token"
	_, err := s.tried(tokens, p, l.ID)
	s.kind(err, fault.HostRefused)
	p.Secret = secret.New(canary + "-secret") // typed anew it is still the same link
	_, err = s.tried(tokens, p, l.ID)
	s.kind(err, fault.HostRefused)
	for _, way := range []string{"token", "hosted-link", "signed-jwt", "setup-token", "consent"} {
		_, err := s.tried(tokens, s.provider(link.Brought{Way: way}), l.ID)
		s.kind(err, fault.ProviderChanged)
	}
	if elsewhere.Load() != 0 || s.bank.called("/api/token") != before || s.vault.links[l.ID].State != consent.Active {
		t.Errorf("%d requests elsewhere", elsewhere.Load())
	}
	p.Secret, p.Brought.TokenPlace = secret.Text{}, s.url+"/api/token"
	s.made(tokens, p, l.ID)
}
