package link_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank/fdx"
)

// killing ends every grant at the bank and says so.
func killing(a *authority) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		clear(a.live)
		w.WriteHeader(http.StatusOK)
	}
}

// TestTheBanksWordOutlivesATryThatIsCutOff: the consent call was answered, and then the probe was not, or the
// program was killed. The next try knows it, although the bank only refuses the dead tokens then.
func TestTheBanksWordOutlivesATryThatIsCutOff(t *testing.T) {
	for name, cut := range map[string]func(s *scene, id consent.LinkID){
		"the probe is not answered": func(s *scene, id consent.LinkID) {
			s.bank.when("/api/probe", status(503))
			_, err := s.tokens().Revoke(s.t.Context(), s.vault.links[id], ending{}, false, nil)
			s.kind(err, fault.RevokePending)
		},
		"killed after the answer": func(s *scene, id consent.LinkID) {
			var then consent.Link
			s.bank.when("/api/probe", func(w http.ResponseWriter, _ *http.Request) {
				s.vault.mu.Lock()
				then = s.vault.links[id] // what the disk has by now
				s.vault.mu.Unlock()
				w.WriteHeader(503)
			})
			_, err := s.tokens().Revoke(s.t.Context(), s.vault.links[id], ending{}, false, nil)
			s.kind(err, fault.RevokePending)
			s.vault.links[id] = then
			if then.Due(s.now) || !then.Due(s.now.Add(15*time.Minute)) {
				s.t.Error("after a restart it is not tried again by itself")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			delete(s.bank.metadata, "revocation_endpoint")
			l := s.linked()
			s.bank.when("/api/end", killing(s.bank))
			cut(s, l.ID)
			s.bank.heal()
			s.bank.when("/api/end", status(401)) // of a token that is dead
			receipt, err := s.tokens().Revoke(t.Context(), l, ending{}, false, nil)
			if err != nil || !receipt.Proved || receipt.How != "" || !strings.HasPrefix(steps(receipt.Steps), "+ended 200 | +access 401 | +refresh invalid_grant") {
				t.Errorf("got %s, %q, %v", steps(receipt.Steps), receipt.How, err)
			}
		})
	}
}

// TestA403ThatIsNotAboutTheTokenProvesNothing: a firewall's page, and a token that lives and may not read this.
func TestA403ThatIsNotAboutTheTokenProvesNothing(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"a page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(403)
		},
		"insufficient scope": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="x", error="insufficient_scope"`)
			w.WriteHeader(403)
		},
		"a redirect": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/login")
			w.WriteHeader(302)
		},
		"too many": status(429), "500": status(500),
		"a page with 200": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			l := s.linked()
			s.bank.when("/api/accounts", answer)
			receipt, err := s.tokens().Revoke(t.Context(), l, fdx.Bank{}, false, nil)
			s.kind(err, fault.RevokePending)
			if receipt.Proved || s.vault.links[l.ID].State != consent.RevokePending || len(s.vault.receipts) != 0 {
				t.Errorf("got %s", steps(receipt.Steps))
			}
		})
	}
}

// TestATryByAClockThatWasWrongIsMadeAgain: the clock ran a year ahead, and was put right.
func TestATryByAClockThatWasWrongIsMadeAgain(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	right := s.now
	s.now = right.AddDate(1, 0, 0)
	s.bank.when("/as/revoke", status(503))
	_, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.RevokePending)
	if !s.vault.links[l.ID].Due(right) {
		t.Errorf("tried again only at %v", s.vault.links[l.ID].Pending.Next)
	}
}

// TestATokenThatSaysItLivesForYearsIsLookedAtSooner than at its end.
func TestATokenThatSaysItLivesForYearsIsLookedAtSooner(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	c := s.vault.credentials[l.ID]
	c.AccessExpires = s.now.AddDate(5, 0, 0)
	s.vault.credentials[l.ID] = c
	s.bank.when("/api/probe", status(200))
	_, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.RevokePending)
	if wait := s.vault.links[l.ID].Pending.Next.Sub(s.now); wait > 3*24*time.Hour {
		t.Errorf("looked at again after %v", wait)
	}
}

// TestTokensThatAreDroppedAreHandedBackFirst: the consent call still fails, and the person lets go. The bank is
// given the tokens back all the same; where it can't be reached they are dropped without.
func TestTokensThatAreDroppedAreHandedBackFirst(t *testing.T) {
	for name, reached := range map[string]bool{"the bank answers": true, "it does not": false} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			l := s.linked()
			s.bank.when("/api/end", status(503))
			if !reached {
				s.bank.when("/as/revoke", silence)
			}
			_, err := s.tokens().Revoke(t.Context(), l, ending{}, false, nil)
			if f := fault.Of(err); f == nil || f.Reason != "revoke.consent" {
				t.Fatal(err)
			}
			receipt, err := s.tokens().Drop(t.Context(), l.ID)
			want := "+returned 200, 200 | +shredded"
			if !reached {
				want = "-returned | +shredded"
			}
			if err != nil || receipt.Proved || receipt.How != consent.ByDrop || steps(receipt.Steps) != want {
				t.Errorf("got %s, %v", steps(receipt.Steps), err)
			}
			for token, lives := range s.bank.live {
				if lives == reached {
					t.Errorf("%.20s lives: %v", token, lives)
				}
			}
			if _, there := s.vault.credentials[l.ID]; there || s.vault.links[l.ID].State != consent.Dropped {
				t.Error("not dropped")
			}
		})
	}
}

// TestTheOtherLinkAtABankIsNotEnded by the revocation of the first, nor by dropping it.
func TestTheOtherLinkAtABankIsNotEnded(t *testing.T) {
	s := newScene(t)
	b, p := northlight(t, s)
	first, err := walkTo(t, s, b, p, true)
	second, failed := walkTo(t, s, b, p, true)
	if err := errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	tokens := s.tokens()
	if receipt, err := tokens.Revoke(t.Context(), first, fdx.Bank{}, false, nil); err != nil || !receipt.Proved {
		t.Fatal(err)
	}
	open, err := tokens.Renewed(t.Context(), second)
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := (fdx.Bank{}).Probe(t.Context(), open); err != nil || answer.Status != http.StatusOK {
		t.Errorf("the other link: %+v, %v", answer, err)
	}
}
