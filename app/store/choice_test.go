package store_test

import (
	"errors"
	"fmt"
	"testing"

	"coffer/app/consent"
	"coffer/app/ledger"
)

// TestANewGrantKeepsTheChoiceOfNow: it was begun before the person changed it, and its ids say nothing.
func TestANewGrantKeepsTheChoiceOfNow(t *testing.T) {
	s := newStore(t)
	begun := fullLink()
	begun.Limited, begun.Choice = true, []consent.Account{{Identity: "i", BankID: "b", Name: "n", Masked: "2290", Kind: 1, Currency: "USD"}}
	ok(t, s.SaveGrant(t.Context(), begun, key("one")))
	chosen := must[consent.Link](t)(s.ChangeLink(t.Context(), begun.ID, func(l *consent.Link) error {
		l.Choose([]string{"i"}, noon)
		return nil
	}))
	next := begun
	next.ConsentID = "h"
	ok(t, s.SaveGrant(t.Context(), next, key("two")))
	want := chosen.Choice[0]
	want.BankID = ""
	if got := must[consent.Link](t)(s.Link(t.Context(), begun.ID)); !got.Limited || fmt.Sprint(got.Choice) != fmt.Sprint([]consent.Account{want}) || got.ConsentID != "h" {
		t.Errorf("the choice is %+v, want %+v", got.Choice, want)
	}
	failed := errors.New("no")
	if _, err := s.ChangeLink(t.Context(), begun.ID, func(l *consent.Link) error { l.Choice = nil; return failed }); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	if got := must[consent.Link](t)(s.Link(t.Context(), begun.ID)); len(got.Choice) != 1 {
		t.Error("a change that failed is stored")
	}
	if _, err := s.ChangeLink(t.Context(), "none", func(*consent.Link) error { return nil }); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
