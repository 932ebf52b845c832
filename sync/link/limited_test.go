package link_test

import (
	"testing"

	"coffer/app/secret"
	"coffer/sync/bank/fdx"
	"coffer/sync/link"
)

// TestANewLinkIsLimitedFromTheStart, by OAuth and by a token of the person's own: from the moment that it is
// stored nothing of it is read before the person chose. One that is renewed stays what it was.
func TestANewLinkIsLimitedFromTheStart(t *testing.T) {
	for _, limited := range []bool{false, true} {
		s := newScene(t)
		s.config.Dialect = speaks(fdx.Bank{})
		p := s.bank.provider()
		p.Limited = limited
		a, err := s.tokens().Begin(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		l := s.finished(a)
		if l.Limited != limited || s.vault.links[l.ID].Limited != limited {
			t.Errorf("by OAuth: limited %v, want %v", l.Limited, limited)
		}
		p.Limited = !limited
		s.bank.grant = "the-second"
		if a, err = s.tokens().Again(t.Context(), p, l.ID); err != nil {
			t.Fatal(err)
		}
		if l = s.finished(a); l.Limited != limited {
			t.Errorf("renewed by OAuth: limited %v, was %v", l.Limited, limited)
		}

		k := newKeyScene(t, plain{})
		own := k.provider(link.Brought{Way: "token", Token: secret.New(canary + "-token"), App: secret.New(canary + "-app")})
		own.Limited = limited
		made := k.made(k.tokens(), own, "")
		if made.Limited != limited || k.vault.links[made.ID].Limited != limited {
			t.Errorf("by a token: limited %v, want %v", made.Limited, limited)
		}
		own.Limited = !limited
		if made = k.made(k.tokens(), own, made.ID); made.Limited != limited {
			t.Errorf("renewed by a token: limited %v, was %v", made.Limited, limited)
		}
	}
}
