package link_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank/fdx"
)

// TestARenewalThatFailsLeavesTheWorkingLink as it was, byte for byte: the link, its tokens, no former grant,
// and no word to the bank against the grant that works.
func TestARenewalThatFailsLeavesTheWorkingLink(t *testing.T) {
	answer := func(status int, body map[string]any) func(*scene) {
		return func(s *scene) {
			s.bank.when("/as/token", func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) })
		}
	}
	vault := func(what string) func(*scene) {
		return func(s *scene) {
			s.bank.grant = "the-second"
			s.vault.set(what, fault.New(fault.DiskFull, "save", errors.New("ENOSPC")))
		}
	}
	for name, c := range map[string]struct {
		prepare func(*scene)
		problem string // that comes back instead of a code
		cancel  bool   // the person gives up before anything came back
		want    fault.Kind
		given   int // tokens that are given back: of the grant that could not be sealed
	}{
		"the person says no":           {problem: "access_denied", want: fault.ConsentDenied},
		"the bank can't now":           {problem: "temporarily_unavailable", want: fault.BankDown},
		"the bank fails":               {problem: "server_error", want: fault.BankDown},
		"the person gives up":          {cancel: true, want: fault.Canceled},
		"the code is refused":          {prepare: answer(400, map[string]any{"error": "invalid_grant"}), want: fault.BankUnexpected},
		"the exchange meets a 503":     {prepare: answer(503, nil), want: fault.BankDown},
		"the exchange meets a 429":     {prepare: answer(429, nil), want: fault.BankPaused},
		"the exchange brings no token": {prepare: answer(200, map[string]any{"x": 1}), want: fault.BankUnexpected},
		"the exchange meets silence":   {prepare: func(s *scene) { s.bank.when("/as/token", silence) }, want: fault.Offline},
		"the tokens can't be sealed":   {prepare: vault("credential"), want: fault.DiskFull, given: 1},
		"the link can't be saved":      {prepare: vault("link"), want: fault.DiskFull, given: 1},
		"one grant got both tokens": {prepare: func(s *scene) { // giving these back would end what works
			vault("link")(s)
			s.bank.grant = "consent-1"
		}, want: fault.DiskFull},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.config.Dialect = speaks(fdx.Bank{})
			l := s.linked()
			link, key := s.vault.links[l.ID], s.vault.credentials[l.ID]
			a, err := s.tokens().Again(t.Context(), s.bank.provider(), l.ID)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			if c.prepare != nil {
				c.prepare(s)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			back := s.bank.approve(t, a.Address())
			switch {
			case c.cancel:
				cancel()
			case c.problem != "":
				q := back.Query()
				q.Del("code")
				q.Set("error", c.problem)
				back.RawQuery = q.Encode()
				fallthrough
			default:
				visit(t, "GET", back.String(), nil)
			}
			_, err = a.Wait(ctx)
			s.kind(err, c.want)
			now := s.vault.credentials[l.ID]
			if got := s.vault.links[l.ID]; len(s.vault.links) != 1 || !reflect.DeepEqual(got, link) {
				t.Errorf("the link is %+v", got)
			}
			if shown(now) != shown(key) || len(s.vault.former) != 0 {
				t.Errorf("its tokens are others, or %d former grants are kept", len(s.vault.former))
			}
			if n := s.bank.called("/as/revoke"); n != c.given {
				t.Errorf("%d tokens were given back, want %d", n, c.given)
			}
		})
	}
}

// shown is all of a credential, to be compared and never printed.
func shown(c consent.Credential) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%q %q %v %q", c.Access.Reveal(), c.Refresh.Reveal(), c.AccessExpires, c.ClientSecret.Reveal()))
}
