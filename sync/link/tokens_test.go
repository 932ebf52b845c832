package link_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/link"
)

func TestAFreshTokenIsUsedAsItIs(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	s.now = s.now.Add(13 * time.Minute)
	got, err := s.tokens().Session(t.Context(), l)
	if err != nil || !got.Token.Equal(s.vault.credentials[l.ID].Access) || got.Base != s.bank.server.URL+"/api" {
		t.Fatalf("got %+v, %v", got, err)
	}
	if s.bank.called("/as/token") != 1 {
		t.Error("renewed too early")
	}
	if answer, err := (plain{}).Probe(t.Context(), got); err != nil || answer.Status != 200 {
		t.Errorf("the session answers %+v, %v", answer, err)
	}
}

func TestARenewalIsSealedAndHappensOnce(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	before := s.vault.credentials[l.ID]
	s.now = s.now.Add(14*time.Minute + time.Second)
	tokens := s.tokens()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			got, err := tokens.Session(t.Context(), l)
			if err != nil || got.Token.Equal(before.Access) {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	after := s.vault.credentials[l.ID]
	if s.bank.called("/as/token") != 2 || after.Refresh.Equal(before.Refresh) || !s.bank.live[after.Refresh.Reveal()] {
		t.Errorf("%d calls to the token endpoint", s.bank.called("/as/token"))
	}
}

func TestARefusedTokenIsRenewedOnceForAllWhoSawIt(t *testing.T) {
	const callers = 20
	s := newScene(t)
	l := s.linked()
	tokens := s.tokens()
	hold := make(chan struct{})
	s.bank.when("/as/token", func(w http.ResponseWriter, r *http.Request) {
		<-hold
		s.bank.mu.Lock()
		defer s.bank.mu.Unlock()
		_ = r.ParseForm()
		s.bank.token(w, r.PostForm)
	})
	before := s.vault.credentials[l.ID].Access
	s.vault.looked = make(chan struct{}, 10*callers)
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			if got, err := tokens.Renewed(t.Context(), l); err != nil || got.Token.Equal(before) {
				t.Errorf("got %v", err)
			}
		})
	}
	for range callers + 1 { // each looks at the link when it comes, and the one that renews once more
		<-s.vault.looked
	}
	close(hold)
	all.Wait()
	if n := s.bank.called("/as/token"); n != 2 {
		t.Errorf("%d calls, want one for the link and one renewal", n)
	}
	if _, err := tokens.Renewed(t.Context(), l); err != nil || s.bank.called("/as/token") != 3 {
		t.Errorf("one who comes later: %v", err)
	}
}

func TestWhatARenewalMayMeet(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   fault.Kind
	}{
		"the grant is over": {func(w http.ResponseWriter, r *http.Request) {
			reply(w, 400, map[string]any{"error": "invalid_grant", "error_description": r.FormValue("refresh_token")})
		}, fault.LoginNeeded},
		"down":                  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, fault.BankDown},
		"down, with a bad word": {func(w http.ResponseWriter, _ *http.Request) { reply(w, 500, map[string]any{"error": "invalid_grant"}) }, fault.BankDown},
		"too many": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(429)
		}, fault.BankPaused},
		"another word":  {func(w http.ResponseWriter, _ *http.Request) { reply(w, 400, map[string]any{"error": "invalid_client"}) }, fault.BankUnexpected},
		"a word of its": {func(w http.ResponseWriter, _ *http.Request) { reply(w, 400, map[string]any{"error": canary}) }, fault.BankUnexpected},
		"silence":       {silence, fault.Offline},
		"a cut":         {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, fault.Offline},
		"a redirect away": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example/", http.StatusTemporaryRedirect)
		}, fault.HostRefused},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			l := s.linked()
			before := s.vault.credentials[l.ID]
			s.bank.when("/as/token", test.answer)
			tokens := s.tokens()
			_, err := tokens.Renewed(t.Context(), l)
			s.kind(err, test.want)
			if f := fault.Of(err); test.want == fault.BankPaused && f.Args["until"] != s.now.Add(2*time.Minute).UTC().Format(time.RFC3339) {
				t.Errorf("until %v", f.Args)
			}
			if got := s.vault.credentials[l.ID]; !got.Refresh.Equal(before.Refresh) || !got.Access.Equal(before.Access) {
				t.Error("a token was lost")
			}
			s.bank.heal()
			if _, err := tokens.Renewed(t.Context(), l); err != nil {
				t.Errorf("after it: %v", err)
			}
		})
	}
}

func TestARenewedTokenIsNotUsedBeforeItIsSealed(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	before := s.vault.credentials[l.ID]
	tokens := s.tokens()
	s.vault.set("credential", fault.New(fault.DiskFull, "save", errors.New("ENOSPC")))
	got, err := tokens.Renewed(t.Context(), l)
	s.kind(err, fault.DiskFull)
	if !got.Token.Empty() || !s.vault.credentials[l.ID].Access.Equal(before.Access) {
		t.Error("an unsealed token got out")
	}
	s.vault.set("credential", nil)
	got, err = tokens.Session(t.Context(), l)
	if err != nil || got.Token.Equal(before.Access) || !got.Token.Equal(s.vault.credentials[l.ID].Access) {
		t.Errorf("the rotation was lost: %v", err)
	}
	if s.bank.called("/as/token") != 2 {
		t.Errorf("%d calls", s.bank.called("/as/token"))
	}
}

func TestACancelLosesNoRotation(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	ctx, cancel := context.WithCancel(t.Context())
	s.bank.when("/as/token", func(w http.ResponseWriter, r *http.Request) {
		cancel()
		s.bank.mu.Lock()
		defer s.bank.mu.Unlock()
		_ = r.ParseForm()
		s.bank.token(w, r.PostForm)
	})
	if _, err := s.tokens().Renewed(ctx, l); err != nil {
		t.Error(err)
	}
	if !s.bank.live[s.vault.credentials[l.ID].Refresh.Reveal()] {
		t.Error("the vault holds a dead refresh token")
	}
	_, err := s.tokens().Renewed(ctx, l)
	s.kind(err, fault.Canceled)
}

func TestADoorThatClosesLosesNoAnsweredRotation(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	s.vault.sealing = s.config.Door.Close
	got, err := s.tokens().Renewed(t.Context(), l)
	if err != nil || !s.bank.live[s.vault.credentials[l.ID].Refresh.Reveal()] || !got.Token.Equal(s.vault.credentials[l.ID].Access) {
		t.Errorf("the vault holds a dead refresh token: %v", err)
	}
}

func TestLinksThatMustNotBeRead(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	calls := s.bank.called("/as/token")
	for state, want := range map[consent.State]fault.Kind{
		consent.Linking: fault.LoginNeeded, consent.NeedsLogin: fault.LoginNeeded, consent.RevokedAtBank: fault.LoginNeeded,
		consent.RevokePending: fault.RevokePending, consent.Revoked: fault.NotFound,
	} {
		now := l
		now.State = state
		s.vault.links[l.ID] = now
		_, err := s.tokens().Renewed(t.Context(), l) // the caller's own copy still says Active
		s.kind(err, want)
	}
	if s.bank.called("/as/token") != calls {
		t.Error("the bank was asked")
	}
	_, err := s.tokens().Session(t.Context(), consent.Link{ID: "none"})
	s.kind(err, fault.NotFound)
}

// TestSessionsOfALinkShareAConnection though each has a line of its own, and revoking leaves none open.
func TestSessionsOfALinkShareAConnection(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	tokens := s.tokens()
	var before int64
	for n := range 5 {
		session, err := tokens.Session(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := (plain{}).Probe(t.Context(), session); err != nil || answer.Status != 200 {
			t.Fatalf("%+v, %v", answer, err)
		}
		if n == 0 {
			before = s.bank.sockets.Conns.Load()
		}
	}
	if now := s.bank.sockets.Conns.Load(); now != before {
		t.Errorf("%d connections for five sessions", now-before+1)
	}
	if _, err := tokens.Revoke(t.Context(), l, plain{}, false, nil); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); s.bank.sockets.Wait() }()
	select {
	case <-ended:
	case <-time.After(10 * time.Second): // they would rest for an hour
		t.Error("a connection stays open after the link was revoked")
	}
}

func TestTokensNeedTheirParts(t *testing.T) {
	if _, err := link.New(link.Config{}); err == nil {
		t.Error("made of nothing")
	}
}
