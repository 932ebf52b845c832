package link_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/demobank"
	"coffer/sync/link"
	"coffer/sync/wire"
)

// speaks is a Config.Dialect that knows d alone.
func speaks(d bank.Dialect) func(string) (bank.Dialect, bool) {
	return func(string) (bank.Dialect, bool) { return d, true }
}

// again reconnects l at the demo bank.
func again(t *testing.T, b *demobank.Bank, p link.Provider, tokens *link.Tokens, l consent.Link) consent.Link {
	t.Helper()
	a, err := tokens.Again(t.Context(), p, l.ID)
	if err != nil {
		t.Fatal(err)
	}
	next, err := walkOn(t, b, a, true)
	if err != nil || next.ConsentID == l.ConsentID {
		t.Fatalf("reconnected as %+v, %v", next, err)
	}
	return next
}

// dead fails if the bank still honours a grant of ids or an access token of keys.
func dead(t *testing.T, s *scene, b *demobank.Bank, l consent.Link, keys []secret.Text, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if b.Revoke(id) == nil {
			t.Errorf("a grant was still active at the bank")
		}
	}
	line, err := s.config.Door.Line(string(l.ID), l.Origins)
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range keys {
		answer, err := (fdx.Bank{}).Probe(t.Context(), bank.Session{Line: line, Base: l.Endpoints.API, Token: key})
		if err != nil || answer.Status != http.StatusUnauthorized && answer.Status != http.StatusForbidden {
			t.Errorf("token %d is answered %+v, %v", i, answer, err)
		}
	}
}

func TestARenewedLinkLeavesNoGrantBehind(t *testing.T) {
	s := newScene(t)
	s.config.Dialect = speaks(fdx.Bank{})
	b, p := northlight(t, s)
	l, err := walkTo(t, s, b, p, true)
	if err != nil {
		t.Fatal(err)
	}
	first := s.vault.credentials[l.ID].Access
	tokens := s.tokens()
	next := again(t, b, p, tokens, l)
	dead(t, s, b, next, []secret.Text{first}, l.ConsentID)
	if len(s.vault.former) != 0 {
		t.Error("an ended grant is kept")
	}
	if open, err := tokens.Session(t.Context(), next); err != nil || !open.Token.Equal(s.vault.credentials[l.ID].Access) {
		t.Errorf("the new grant: %v", err)
	}
	second := s.vault.credentials[l.ID].Access
	receipt, err := tokens.Revoke(t.Context(), next, fdx.Bank{}, false, nil)
	if err != nil || !receipt.Proved {
		t.Fatalf("%s, %v", steps(receipt.Steps), err)
	}
	dead(t, s, b, next, []secret.Text{first, second}, l.ConsentID, next.ConsentID)
}

func TestARevocationEndsFormerGrantsToo(t *testing.T) {
	s := newScene(t)
	b, p := northlight(t, s)
	l, err := walkTo(t, s, b, p, true)
	if err != nil {
		t.Fatal(err)
	}
	tokens := s.tokens()
	keys := []secret.Text{s.vault.credentials[l.ID].Access}
	second := again(t, b, p, tokens, l)
	keys = append(keys, s.vault.credentials[l.ID].Access)
	third := again(t, b, p, tokens, second)
	keys = append(keys, s.vault.credentials[l.ID].Access)

	b.Fail(demobank.Fault{Kind: demobank.RevokeUnavailable, Times: 2}) // the first call for each of two grants
	receipt, err := tokens.Revoke(t.Context(), third, fdx.Bank{}, false, nil)
	s.kind(err, fault.RevokePending)
	if receipt.Proved || len(s.vault.former) != 2 {
		t.Errorf("proved %v with %d former grants", receipt.Proved, len(s.vault.former))
	}
	s.now = s.now.Add(time.Hour) // all access tokens are over
	receipt, err = tokens.Revoke(t.Context(), third, fdx.Bank{}, false, nil)
	if err != nil || !receipt.Proved || strings.Count(steps(receipt.Steps), "+refresh invalid_grant") != 3 {
		t.Fatalf("%s, %v", steps(receipt.Steps), err)
	}
	dead(t, s, b, third, keys, l.ConsentID, second.ConsentID, third.ConsentID)
	if len(s.vault.former) != 0 {
		t.Error("tokens are left")
	}
}

func TestAFormerGrantThatWillNotEndIsTriedAgainLater(t *testing.T) {
	s := newScene(t)
	s.config.Dialect = speaks(ending{})
	l := s.linked()
	s.now = s.now.Add(time.Hour) // the call to end it wants a renewal
	s.bank.when("/api/end", status(503))
	s.bank.grant = "consent-2"
	tokens := s.tokens()
	next := s.again(tokens, l)
	if len(s.vault.former) != 1 || !s.bank.live[s.vault.former[0].Credential.Refresh.Reveal()] {
		t.Fatalf("%d former grants, or not what the bank rotated it to", len(s.vault.former))
	}
	old := s.vault.former[0].Credential
	s.bank.heal()
	if _, err := tokens.Session(t.Context(), next); err != nil || len(s.vault.former) != 1 {
		t.Errorf("too soon: %v", err)
	}
	s.now = s.now.Add(11 * time.Minute)
	if _, err := tokens.Session(t.Context(), next); err != nil || len(s.vault.former) != 0 {
		t.Errorf("%d former grants, %v", len(s.vault.former), err)
	}
	if s.bank.live[old.Refresh.Reveal()] || s.bank.live[old.Access.Reveal()] || !s.bank.live[s.vault.credentials[l.ID].Refresh.Reveal()] {
		t.Error("the wrong tokens live")
	}
}

// A bank may give new tokens to the grant that is there, and say so or not: ending that would end the
// new ones. They end together.
func TestAGrantThatGoesOnIsNotEnded(t *testing.T) {
	for name, grant := range map[string]string{"named": "consent-1", "without a name": ""} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.config.Dialect = speaks(ending{})
			s.bank.grant = grant
			l := s.linked()
			s.again(s.tokens(), l)
			if s.bank.called("/api/end")+s.bank.called("/as/revoke") != 0 || len(s.vault.former) != 1 {
				t.Error("it was ended")
			}
			if receipt, err := s.tokens().Revoke(t.Context(), l, ending{}, false, nil); err != nil || !receipt.Proved || len(s.vault.former) != 0 {
				t.Errorf("%s, %v", steps(receipt.Steps), err)
			}
		})
	}
}

// Tokens that can't be saved are not given back where that may end the grant that works.
func TestTokensThatCantBeSavedDoNotEndTheLink(t *testing.T) {
	for grant, given := range map[string]int{"": 0, "consent-1": 0, "consent-2": 1} {
		t.Run(grant, func(t *testing.T) {
			s := newScene(t)
			if s.bank.grant = grant; grant != "" {
				s.bank.grant = "consent-1"
			}
			l := s.linked()
			s.bank.grant = grant
			tokens := s.tokens()
			a, err := tokens.Again(t.Context(), s.bank.provider(), l.ID)
			if err != nil {
				t.Fatal(err)
			}
			s.vault.set("link", errors.New("the disk is full"))
			if _, err := s.answered(a); err == nil {
				t.Fatal("it was saved")
			}
			s.vault.set("link", nil)
			if n := s.bank.called("/as/revoke"); n != given {
				t.Errorf("%d tokens were given back", n)
			}
			if _, err := tokens.Renewed(t.Context(), l); err != nil {
				t.Errorf("the link that worked: %v", err)
			}
		})
	}
}

// again reconnects l at the test's own bank.
func (s *scene) again(tokens *link.Tokens, l consent.Link) consent.Link {
	s.t.Helper()
	a, err := tokens.Again(s.t.Context(), s.bank.provider(), l.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	next, err := s.answered(a)
	if err != nil {
		s.t.Fatal(err)
	}
	return next
}

// answered approves a and waits for it.
func (s *scene) answered(a *link.Attempt) (consent.Link, error) {
	defer a.Close()
	back := s.bank.approve(s.t, a.Address())
	var seen sync.WaitGroup
	seen.Go(func() { visit(s.t, "GET", back.String(), nil) })
	defer seen.Wait()
	return a.Wait(s.t.Context())
}

// The old grant is rotated while the new one arrives: neither is lost, neither takes the
// other's place.
func TestARenewalThatRunsWhileALinkIsReconnected(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	tokens := s.tokens()
	a, err := tokens.Again(t.Context(), s.bank.provider(), l.ID)
	if err != nil {
		t.Fatal(err)
	}
	asked, granted, saved := make(chan struct{}), make(chan struct{}), make(chan struct{})
	s.vault.sealing = sync.OnceFunc(func() { close(saved) })
	s.bank.when("/as/token", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		renewal := r.PostForm.Get("grant_type") == "refresh_token"
		if renewal {
			close(asked)
			<-granted
			select { // give a reconnect that does not wait its turn the time to come first
			case <-saved:
			case <-time.After(100 * time.Millisecond):
			}
		} else {
			defer close(granted)
		}
		s.bank.mu.Lock()
		defer s.bank.mu.Unlock()
		s.bank.token(w, r.PostForm)
	})
	var both sync.WaitGroup
	both.Go(func() {
		if _, err := tokens.Renewed(t.Context(), l); err != nil {
			t.Error(err)
		}
	})
	<-asked
	s.bank.grant = "consent-2"
	next, err := s.answered(a)
	both.Wait()
	if err != nil || s.vault.links[l.ID].ConsentID != next.ConsentID || len(s.vault.former) != 1 {
		t.Fatalf("%d former grants, %v", len(s.vault.former), err)
	}
	now, was := s.vault.credentials[l.ID], s.vault.former[0].Credential
	if now.Refresh.Equal(was.Refresh) || !s.bank.live[now.Refresh.Reveal()] || !s.bank.live[was.Refresh.Reveal()] {
		t.Error("a refresh token that lives is not kept, or not in its place")
	}
}

func TestALinkIsHeldOnlyWhileItIsSaved(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	holds, held := 0, false
	s.config.Hold = func(_ context.Context, id consent.LinkID) (func(), error) {
		if holds++; id != l.ID || s.vault.links[id].ConsentID != "consent-1" {
			t.Errorf("held as %+v", s.vault.links[id])
		}
		held = true
		return func() {
			if held = false; s.vault.links[id].ConsentID != "consent-2" {
				t.Error("let go before it was saved")
			}
		}, nil
	}
	tokens := s.tokens()
	a, err := tokens.Again(t.Context(), s.bank.provider(), l.ID)
	if err != nil || holds != 0 {
		t.Fatalf("held %d times, %v", holds, err)
	}
	s.bank.grant = "consent-2"
	if _, err := s.answered(a); err != nil || holds != 1 || held {
		t.Errorf("held %d times, still %v, %v", holds, held, err)
	}
}

func TestAReconnectThatComesTooLateChangesNothing(t *testing.T) {
	for name, between := range map[string]func(*scene, *link.Tokens, consent.Link) (fault.Kind, consent.State){
		"the person revoked meanwhile": func(s *scene, tokens *link.Tokens, l consent.Link) (fault.Kind, consent.State) {
			if _, err := tokens.Revoke(t.Context(), l, plain{}, false, nil); err != nil {
				t.Fatal(err)
			}
			return fault.RevokePending, consent.Revoked
		},
		"the disk is full": func(s *scene, _ *link.Tokens, _ consent.Link) (fault.Kind, consent.State) {
			s.vault.set("link", fault.New(fault.DiskFull, "save", errors.New("ENOSPC")))
			return fault.DiskFull, consent.Active
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			l := s.linked()
			tokens := s.tokens()
			a, err := tokens.Again(t.Context(), s.bank.provider(), l.ID)
			if err != nil {
				t.Fatal(err)
			}
			want, state := between(s, tokens, l)
			before := s.vault.credentials[l.ID]
			s.bank.grant = "consent-2"
			_, err = s.answered(a)
			s.kind(err, want)
			if got := s.vault.links[l.ID]; got.State != state || got.ConsentID != "consent-1" || !s.vault.credentials[l.ID].Refresh.Equal(before.Refresh) {
				t.Errorf("changed to %+v", got)
			}
			for token, lives := range s.bank.live {
				if lives && strings.Contains(token, "refresh") && token != before.Refresh.Reveal() {
					t.Error("the new grant was not given back")
				}
			}
		})
	}
}

func TestARenewalHasATimeOfItsOwn(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	door, err := wire.New(wire.Config{Ledger: s.ledger, Now: time.Now, UserAgent: "Coffer/test"}) // 30 s for headers
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	s.config.Door, s.config.Answer = door, 50*time.Millisecond
	s.bank.when("/as/token", silence)
	began := time.Now()
	_, err = s.tokens().Renewed(t.Context(), l)
	s.kind(err, fault.Offline)
	s.bank.heal()
	s.bank.when("/api/probe", silence)
	_, err = s.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	s.kind(err, fault.RevokePending)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
