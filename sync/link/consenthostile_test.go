package link_test

import (
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/sync/wire/wiretest"
)

// TestHostileAnswersOnTheWayOfAConsent has what is asked on that way alone answer in each way of the kit: nothing is stored,
// nobody else is asked, and the consent that was made is ended.
func TestHostileAnswersOnTheWayOfAConsent(t *testing.T) {
	for name, at := range map[string]struct {
		how, path, method string
		made              bool
	}{
		"the client's token":          {"oauth", "/as/token", http.MethodPost, false},
		"metadata that the API named": {"elsewhere", "/.well-known/oauth-authorization-server/as", http.MethodGet, true},
		"how the consent stands":      {"page", "/api/consent", http.MethodGet, true},
	} {
		for _, answer := range wiretest.Answers() {
			t.Run(name+", "+answer.Name, func(t *testing.T) {
				t.Parallel()
				b := newConsentBank(t, at.how)
				b.config.Door = b.hasty
				if at.path == "/api/consent" { // what is only trouble is asked about again until the time is over
					b.config.Limit = 600 * time.Millisecond
				}
				b.bank.when(at.path, func(w http.ResponseWriter, r *http.Request) {
					if r.Method != at.method {
						b.one(w, r)
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					conn, _, err := w.(http.Hijacker).Hijack()
					if err != nil {
						return
					}
					defer conn.Close()
					answer.Write(conn)
				})
				a, err := b.tokens().Begin(t.Context(), b.provider())
				if at.how == "page" && err == nil {
					defer a.Close()
					_, err = b.comes(a, b.leads(a.Address()))
				}
				b.clean(err)
				f := fault.Of(err)
				if f == nil || at.how != "page" && (f.Kind != answer.Kind || answer.Reason != "" && f.Reason != answer.Reason) {
					t.Errorf("got %v, want kind %d, %q", err, answer.Kind, answer.Reason)
				}
				if made := len(b.asks) == 1; made != at.made || made && !slices.Equal(b.ended, []string{"c-1"}) || !b.vault.empty() {
					t.Errorf("%d consents made, %v ended", len(b.asks), b.ended)
				}
				if names := b.names.Asked(); len(names) != 0 {
					t.Errorf("looked up %v", names)
				}
			})
		}
	}
}
