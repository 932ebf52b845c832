package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/store"
)

func key(name string) consent.Credential {
	return consent.Credential{
		Access: secret.New(name + "-a"), Refresh: secret.New(name + "-r"), AccessExpires: noon, ClientSecret: secret.New(name + "-c"),
		Key: secret.New(name + "-k"), Bound: name == "one", App: secret.New(name + "-p"), Certificate: secret.New(name + "-t"),
	}
}

func same(a, b consent.Credential) bool {
	return a.Access.Equal(b.Access) && a.Refresh.Equal(b.Refresh) && a.AccessExpires.Equal(b.AccessExpires) && a.ClientSecret.Equal(b.ClientSecret) &&
		a.Key.Equal(b.Key) && a.Bound == b.Bound && a.App.Equal(b.App) && a.Certificate.Equal(b.Certificate)
}

func TestAReplacedGrantIsKeptUntilItHasEnded(t *testing.T) {
	s := newStore(t)
	l := fullLink()
	ok(t, s.SaveGrant(t.Context(), l, key("one")))
	if got := must[[]consent.Former](t)(s.FormerGrants(t.Context(), l.ID)); len(got) != 0 {
		t.Fatalf("a first grant replaces none: %d", len(got))
	}
	next := l
	next.ConsentID, next.ClientID = "h", "d"
	ok(t, s.SaveGrant(t.Context(), next, key("two")))
	if got := must[consent.Link](t)(s.Link(t.Context(), l.ID)); got.ConsentID != "h" {
		t.Errorf("link of %q", got.ConsentID)
	}
	if !same(must[consent.Credential](t)(s.Credential(t.Context(), l.ID)), key("two")) {
		t.Error("the credential is not the new one")
	}
	former := must[[]consent.Former](t)(s.FormerGrants(t.Context(), l.ID))
	if len(former) != 1 || former[0].Link != l.ID || former[0].ConsentID != "g" || former[0].ClientID != "c" || former[0].Shows != l.Shows || !same(former[0].Credential, key("one")) {
		t.Fatalf("former %+v", former)
	}
	former[0].Credential = key("rotated")
	former[0].Credential.ClientSecret = secret.New("one-c") // of the client, whatever the bank rotates
	former[0].Credential.Key = secret.New("one-k")          // of the grant, too
	former[0].Credential.App, former[0].Credential.Certificate = secret.New("one-p"), secret.New("one-t")
	former[0].Credential.AccessExpires = time.Time{}
	ok(t, s.SaveFormer(t.Context(), former[0]))
	again := must[[]consent.Former](t)(s.FormerGrants(t.Context(), l.ID))
	if len(again) != 1 || !same(again[0].Credential, former[0].Credential) {
		t.Error("the rotation is lost")
	}
	ok(t, s.DropFormer(t.Context(), again[0]))
	ok(t, s.DropFormer(t.Context(), again[0]))
	if left := must[[]string](t)(s.Column(t.Context(), "SELECT refresh FROM former_grants")); len(left) != 0 {
		t.Errorf("%d left", len(left))
	}
}

func TestASettledLinkHasNoTokensAndAReceipt(t *testing.T) {
	s := newStore(t)
	l := fullLink()
	ok(t, s.SaveGrant(t.Context(), l, key("one")))
	ok(t, s.SaveGrant(t.Context(), l, key("two")))
	l.State = consent.Revoked
	r := must[consent.Receipt](t)(s.Settle(t.Context(), l, consent.Receipt{Link: l.ID, Proved: true}))
	if r.Hash == "" || r.Hash != consent.HashReceipt(r) || len(must[[]consent.Receipt](t)(s.Receipts(t.Context()))) != 1 {
		t.Errorf("receipt %+v", r)
	}
	_, err := s.Credential(t.Context(), l.ID)
	wantKind(t, err, fault.NotFound)
	if left := must[[]consent.Former](t)(s.FormerGrants(t.Context(), l.ID)); len(left) != 0 {
		t.Errorf("%d former grants left", len(left))
	}
	if got := must[consent.Link](t)(s.Link(t.Context(), l.ID)); got.State != consent.Revoked {
		t.Errorf("state %d", got.State)
	}
}

// What fails in the middle leaves all as it was, as a crash there does.
func TestAHalfSavedGrantIsNone(t *testing.T) {
	s := must[*store.Store](t)(plainAt(t, filepath.Join(t.TempDir(), "a.db")))
	defer s.Close()
	l := fullLink()
	ok(t, s.SaveGrant(t.Context(), l, key("one")))
	for name, try := range map[string]struct {
		stop string // a table that takes nothing
		do   func() error
	}{
		"a new grant whose link is not saved": {"links", func() error {
			next := l
			next.ConsentID = "h"
			return s.SaveGrant(t.Context(), next, key("two"))
		}},
		"a revocation whose receipt is not saved": {"receipts", func() error {
			ended := l
			ended.State = consent.Revoked
			_, err := s.Settle(t.Context(), ended, consent.Receipt{Link: l.ID, Proved: true})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, on := range []string{"INSERT", "UPDATE"} {
				ok(t, s.Exec(t.Context(), "CREATE TRIGGER stop_"+on+" BEFORE "+on+" ON "+try.stop+" BEGIN SELECT RAISE(ABORT, 'stopped'); END"))
			}
			if try.do() == nil {
				t.Error("nothing stopped it")
			}
			for _, on := range []string{"INSERT", "UPDATE"} {
				ok(t, s.Exec(t.Context(), "DROP TRIGGER stop_"+on))
			}
			got := must[consent.Link](t)(s.Link(t.Context(), l.ID))
			former := must[[]consent.Former](t)(s.FormerGrants(t.Context(), l.ID))
			if got.State != consent.Active || got.ConsentID != "g" || len(former) != 0 || !same(must[consent.Credential](t)(s.Credential(t.Context(), l.ID)), key("one")) {
				t.Errorf("left %+v, %d former", got, len(former))
			}
		})
	}
}

func TestErasingAnEndedLinkShredsItsFormerGrants(t *testing.T) {
	s := newStore(t)
	l := fullLink()
	account(t, s, string(l.ID), "4417")
	ok(t, s.SaveGrant(t.Context(), l, key("one")))
	ok(t, s.SaveGrant(t.Context(), l, key("two")))
	l.State = consent.RevokePending
	ok(t, s.SaveLink(t.Context(), l))
	if _, err := s.EraseLink(t.Context(), l.ID); err != nil {
		t.Fatal(err)
	}
	if left := must[[]consent.Former](t)(s.FormerGrants(t.Context(), l.ID)); len(left) != 1 {
		t.Errorf("%d former grants that the revocation needs", len(left))
	}
	l.State = consent.RevokedAtBank
	ok(t, s.SaveLink(t.Context(), l))
	if _, err := s.EraseLink(t.Context(), l.ID); err != nil && fault.KindOf(err) != fault.NotFound {
		t.Fatal(err)
	}
	account(t, s, string(l.ID), "4418")
	if _, err := s.EraseLink(t.Context(), l.ID); err != nil {
		t.Fatal(err)
	}
	if left := must[[]consent.Former](t)(s.FormerGrants(t.Context(), l.ID)); len(left) != 0 {
		t.Errorf("%d left", len(left))
	}
}
