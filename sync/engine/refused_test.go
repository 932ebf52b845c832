package engine_test

import (
	"errors"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
)

// invalidGrant is what sync/link says where the bank refuses a renewal for good.
func invalidGrant() error {
	return fault.Because(fault.LoginNeeded, "oauth.invalid_grant", "renew", errors.New("invalid_grant"))
}

// TestAGrantRefusedBeforeItsEndIsKeptAsThat: only a refused renewal, and only before the end the bank named,
// hints that the grant was ended at the bank.
func TestAGrantRefusedBeforeItsEndIsKeptAsThat(t *testing.T) {
	for name, c := range map[string]struct {
		ends   time.Time
		refuse error
		state  consent.State
		early  bool
	}{
		"90 days before":        {noon.AddDate(0, 0, 90), invalidGrant(), consent.NeedsLogin, true},
		"a second before":       {noon.Add(time.Second), invalidGrant(), consent.NeedsLogin, true},
		"at its end":            {noon, invalidGrant(), consent.NeedsLogin, false},
		"after its end":         {noon.AddDate(0, 0, -1), invalidGrant(), consent.NeedsLogin, false},
		"no end is known":       {time.Time{}, invalidGrant(), consent.NeedsLogin, false},
		"for another reason":    {noon.AddDate(0, 0, 90), fault.New(fault.LoginNeeded, "renew", errors.New("no token is kept")), consent.NeedsLogin, false},
		"the bank is only down": {noon.AddDate(0, 0, 90), fault.New(fault.BankDown, "renew", errors.New("503")), consent.Outage, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			rows := r.year("a")
			r.must()
			link := r.store.link(linkID)
			link.Expires = c.ends
			r.store.links[linkID] = link
			r.grants.refuse = c.refuse
			if _, err := r.refresh(); fault.KindOf(err) != fault.KindOf(c.refuse) {
				t.Errorf("got %v", err)
			}
			got := r.store.link(linkID)
			if got.State != c.state || got.Refused.Equal(noon) != c.early || got.Refused.IsZero() == c.early {
				t.Errorf("state %d, refused at %v", got.State, got.Refused)
			}
			r.holds(rows)
		})
	}
}

// TestARefusalIsForgottenOnceTheBankIsReadAgain: after the person signed in again.
func TestARefusalIsForgottenOnceTheBankIsReadAgain(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	link := aLink()
	link.Expires = noon.AddDate(0, 0, 90)
	r.store.links[linkID] = link
	r.grants.refuse = invalidGrant()
	if _, err := r.refresh(); err == nil || !r.store.link(linkID).Refused.Equal(noon) {
		t.Fatalf("got %v, refused at %v", err, r.store.link(linkID).Refused)
	}
	r.grants.refuse = nil
	link = r.store.link(linkID)
	link.State, link.Granted = consent.Active, noon.Add(time.Hour)
	r.store.links[linkID] = link
	r.now = noon.Add(time.Hour)
	r.must()
	if got := r.store.link(linkID); !got.Refused.IsZero() || got.State != consent.Active {
		t.Errorf("link is %+v", got)
	}
	r.holds(rows)
}
