package link_test

import (
	"net/http"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
)

// TestOnlyThePersonCanEndIt: a bank that has no call for it, whose tokens are looked at again until they are
// refused.
func TestOnlyThePersonCanEndIt(t *testing.T) {
	for name, test := range map[string]struct {
		dead, refresh bool // the tokens work no more when Revoke is first called; there is a refresh token
		ended         bool // the person says so
		proved        bool // by the second call, after the bank has ended it
	}{
		"looked at by itself":                         {false, true, false, true},
		"the person says that they have ended it":     {false, true, true, true},
		"an access token alone":                       {false, false, false, true},
		"dead before, and nobody says anything":       {true, true, false, false},
		"dead before, and the person has ended it":    {true, true, true, true},
		"an access token alone, dead, person says so": {true, false, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			delete(s.bank.metadata, "revocation_endpoint")
			l := s.linked()
			if !test.refresh {
				c := s.vault.credentials[l.ID]
				c.Refresh, c.AccessExpires = secret.Text{}, time.Time{}
				s.vault.credentials[l.ID] = c
			}
			if test.dead {
				clear(s.bank.live)
			}
			before := s.vault.credentials[l.ID]
			_, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
			s.kind(err, fault.RevokePending)
			kept := s.vault.links[l.ID]
			if f := fault.Of(err); f == nil || f.Reason != "revoke.byhand" || kept.Pending.Reason != "revoke.byhand" || kept.Pending.Alive == test.dead {
				t.Errorf("got %v; kept %+v", err, kept.Pending)
			}
			if after, sealed := s.vault.credentials[l.ID]; !sealed || after.Access.Reveal() != before.Access.Reveal() {
				t.Error("the token was not kept for the next look")
			}
			if wait := kept.Pending.Next.Sub(s.now); wait != time.Hour {
				t.Errorf("looked at again after %v", wait)
			}
			clear(s.bank.live)
			s.now = s.now.Add(time.Minute)
			receipt, err := s.tokens().Revoke(t.Context(), l, plain{}, test.ended, nil)
			if !test.proved {
				s.kind(err, fault.RevokePending)
				if wait := s.vault.links[l.ID].Pending.Next.Sub(s.now); wait != 24*time.Hour {
					t.Errorf("looked at again after %v", wait)
				}
				return
			}
			if err != nil || !receipt.Proved || receipt.How != consent.ByCheck || s.vault.links[l.ID].State != consent.Revoked {
				t.Errorf("got %s, %v, %q", steps(receipt.Steps), err, receipt.How)
			}
		})
	}
}

// TestAConsentCallThatFailsForGoodIsForThePerson and then a look confirms it.
func TestAConsentCallThatFailsForGoodIsForThePerson(t *testing.T) {
	s := newScene(t)
	delete(s.bank.metadata, "revocation_endpoint")
	l := s.linked()
	s.bank.when("/api/end", status(http.StatusMethodNotAllowed))
	_, err := s.tokens().Revoke(t.Context(), l, ending{}, false, nil)
	if f := fault.Of(err); f == nil || f.Reason != "revoke.byhand" {
		t.Errorf("got %v", err)
	}
	clear(s.bank.live)
	receipt, err := s.tokens().Revoke(t.Context(), l, ending{}, false, nil)
	if err != nil || !receipt.Proved || receipt.How != consent.ByCheck {
		t.Errorf("got %s, %v", steps(receipt.Steps), err)
	}
}

// TestTokensAreDroppedWithoutProof where the person wants it so; nothing is said to be proved then.
func TestTokensAreDroppedWithoutProof(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	_, err := s.tokens().Drop(t.Context(), l.ID)
	s.kind(err, fault.NotFound) // it works
	s.bank.when("/as/revoke", status(503))
	_, err = s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.RevokePending)
	receipt, err := s.tokens().Drop(t.Context(), l.ID)
	_, sealed := s.vault.credentials[l.ID]
	if err != nil || receipt.Proved || receipt.How != consent.ByDrop || receipt.Hash == "" || sealed || s.vault.links[l.ID].State != consent.Dropped {
		t.Errorf("got %+v, %v; sealed %v, state %d", receipt, err, sealed, s.vault.links[l.ID].State)
	}
	_, err = s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.NotFound)
}

// TestARevocationIsTriedAgainGently: each hour where asking can help, and just after the end of a token
// that lives until then.
func TestARevocationIsTriedAgainGently(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	s.bank.when("/as/revoke", status(503))
	for _, want := range []time.Duration{15 * time.Minute, time.Hour, time.Hour} {
		_, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
		s.kind(err, fault.RevokePending)
		if got := s.vault.links[l.ID].Pending.Next.Sub(s.now); got != want {
			t.Errorf("tried again after %v, want %v", got, want)
		}
		if s.vault.links[l.ID].Due(s.now) || !s.vault.links[l.ID].Due(s.now.Add(want)) {
			t.Error("it is due at another time")
		}
	}
	s.bank.heal()
	s.bank.when("/api/probe", status(200)) // a token that nobody can take back
	_, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.RevokePending)
	kept, until := s.vault.links[l.ID].Pending, s.vault.credentials[l.ID].AccessExpires
	if !kept.Until.Equal(until.Truncate(time.Second)) || !kept.Next.Equal(kept.Until.Add(time.Minute)) {
		t.Errorf("kept %+v of a token that lives until %v", kept, until)
	}
	s.now = kept.Next
	s.bank.heal()
	if receipt, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil); err != nil || receipt.How != "" || !receipt.Proved {
		t.Errorf("after its end: %s, %v", steps(receipt.Steps), err)
	}
}

// TestASelfContainedTokenTellsItsOwnEnd where the bank did not.
func TestASelfContainedTokenTellsItsOwnEnd(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	c := s.vault.credentials[l.ID]
	c.Access, c.AccessExpires = secret.New("eyJhbGciOiJub25lIn0.eyJleHAiOjE3OTU3MDAwMDB9.c2ln"), time.Time{}
	s.vault.credentials[l.ID] = c
	s.bank.when("/api/probe", status(200))
	_, err := s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	if f := fault.Of(err); f == nil || f.Reason != "revoke.access" || f.Args["until"] != "2026-11-26T13:33:20Z" {
		t.Errorf("got %+v", f)
	}
}
