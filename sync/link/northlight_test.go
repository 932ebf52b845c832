package link_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank/fdx"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
	"coffer/sync/link"
)

// northlight starts the demo bank and returns the provider that leads there.
func northlight(t *testing.T, s *scene) (*demobank.Bank, link.Provider) {
	t.Helper()
	return northlightWith(t, demobank.Config{Now: func() time.Time { return s.now }, RequirePAR: true})
}

func northlightWith(t *testing.T, c demobank.Config) (*demobank.Bank, link.Provider) {
	t.Helper()
	b, err := demobank.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b, link.Provider{
		ID: "demo-northlight", Name: "Northlight", Dialect: "fdx", Issuer: b.Issuer(), ClientID: demobank.ClientID, API: b.APIBase(),
		Scopes:      []string{"openid", "offline_access", "fdx:accountdetailed:read", "fdx:transactions:read"},
		HistoryDays: 730, ConsentDays: 365,
	}
}

// walkTo links p and has the person at its pages say yes or no.
func walkTo(t *testing.T, s *scene, b *demobank.Bank, p link.Provider, approve bool) (consent.Link, error) {
	t.Helper()
	a, err := s.tokens().Begin(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return walkOn(t, b, a, approve)
}

// walkOn has the person at the pages of a say yes or no.
func walkOn(t *testing.T, b *demobank.Bank, a *link.Attempt, approve bool) (consent.Link, error) {
	t.Helper()
	defer a.Close()
	o := walk.Options{Username: b.Username(), Password: b.Password().Show()}
	answer := walk.Deny
	if approve {
		answer = walk.Approve
	}
	var walked sync.WaitGroup
	walked.Go(func() {
		if err := answer(t.Context(), a.Address(), o); err != nil {
			t.Error(err)
		}
	})
	l, err := a.Wait(t.Context())
	walked.Wait()
	return l, err
}

func TestNorthlightFromConsentToProof(t *testing.T) {
	s := newScene(t)
	b, p := northlight(t, s)
	l, err := walkTo(t, s, b, p, true)
	if err != nil || !strings.HasPrefix(l.ConsentID, "nlc_") {
		t.Fatalf("got %+v, %v", l, err)
	}
	tokens, dialect := s.tokens(), fdx.Bank{}
	open, err := tokens.Session(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if accounts, err := dialect.Accounts(t.Context(), open); err != nil || len(accounts) == 0 {
		t.Fatalf("%d accounts, %v", len(accounts), err)
	}

	s.now = s.now.Add(time.Hour) // for both sides
	if _, err := dialect.Accounts(t.Context(), open); fault.KindOf(err) != fault.LoginNeeded {
		t.Errorf("an old token: %v", err)
	}
	if open, err = tokens.Session(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if _, err := dialect.Accounts(t.Context(), open); err != nil {
		t.Errorf("a renewed token: %v", err)
	}

	b.Fail(demobank.Fault{Kind: demobank.RevokeUnavailable, Times: 1})
	_, err = tokens.Revoke(t.Context(), l, dialect, false, nil)
	s.kind(err, fault.RevokePending)
	receipt, err := tokens.Revoke(t.Context(), l, dialect, false, nil)
	if err != nil || !receipt.Proved {
		t.Fatalf("%s, %v", steps(receipt.Steps), err)
	}
	if got := steps(receipt.Steps); got != "+ended 204 | +returned 200, 200 | +access 401 | +refresh invalid_grant | +shredded" &&
		!strings.HasPrefix(got, "+ended 204 | +returned 200, 200 | +access ") {
		t.Error(got)
	}
	var kinds []demobank.EventKind
	for _, e := range b.Events() {
		kinds = append(kinds, e.Kind)
	}
	for _, bad := range []demobank.EventKind{demobank.CodeReused, demobank.RefreshReused} {
		if slices.Contains(kinds, bad) {
			t.Errorf("the bank saw %q", bad)
		}
	}
	if !slices.Contains(kinds, demobank.GrantRevoked) {
		t.Errorf("the bank saw %v", kinds)
	}
}

func TestNorthlightDenied(t *testing.T) {
	s := newScene(t)
	b, p := northlight(t, s)
	_, err := walkTo(t, s, b, p, false)
	s.kind(err, fault.ConsentDenied)
	if !s.vault.empty() {
		t.Error("something was stored")
	}
}
