package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/engine"
)

// madeFirst is a dialect whose API makes the consent first; how it stands is for told to say.
type madeFirst struct{ fdx.Bank }

func (madeFirst) MakeConsent(context.Context, bank.Session, bank.ConsentAsk) (bank.ConsentMade, error) {
	return bank.ConsentMade{}, nil
}

func (madeFirst) ConsentStands(context.Context, bank.Session, string) (bank.ConsentStanding, error) {
	return bank.ConsentStanding{}, nil
}

func (madeFirst) ConsentScope() string { return "accounts" }

// told is grants that can ask how a consent stands.
type told struct {
	*grants
	state bank.ConsentState
	err   error
	asked int
}

func (s *told) Standing(context.Context, consent.Link) (bank.ConsentStanding, bool, error) {
	s.asked++
	return bank.ConsentStanding{State: s.state}, true, s.err
}

// TestAConsentThatWasTakenBackIsToldFromTokensThatRanOut: a bank that refuses to renew is asked how the consent stands, and
// one that is only down is not.
func TestAConsentThatWasTakenBackIsToldFromTokensThatRanOut(t *testing.T) {
	for name, c := range map[string]struct {
		refuse error
		state  bank.ConsentState
		err    error
		want   consent.State
		asked  int
	}{
		"revoked there":         {invalidGrant(), bank.ConsentRevoked, nil, consent.RevokedAtBank, 1},
		"still valid":           {invalidGrant(), bank.ConsentValid, nil, consent.NeedsLogin, 1},
		"expired":               {invalidGrant(), bank.ConsentExpired, nil, consent.NeedsLogin, 1},
		"it can't be asked":     {invalidGrant(), bank.ConsentRevoked, errors.New("503"), consent.NeedsLogin, 1},
		"the bank is only down": {fault.New(fault.BankDown, "renew", errors.New("503")), bank.ConsentRevoked, nil, consent.Outage, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			s := &told{grants: r.grants, state: c.state, err: c.err}
			r.rebuild(func(e *engine.Config) {
				e.Sessions, e.Dialects = s, []bank.Dialect{madeFirst{fdx.Bank{Now: func() time.Time { return r.now }}}}
			})
			r.grants.refuse = c.refuse
			r.limited(consent.Limits{Reads: 1})
			if _, err := r.refresh(); fault.KindOf(err) != fault.KindOf(c.refuse) {
				t.Errorf("got %v", err)
			}
			if got := r.store.link(linkID); got.State != c.want || s.asked != c.asked {
				t.Errorf("state %d, asked %d times", got.State, s.asked)
			}
			q, err := consent.ParseQuota(r.store.settings[consent.QuotaSetting(linkID)])
			if left := q.Left(consent.Limits{Reads: 1}, r.now); err != nil || left.Reads != 1-c.asked { // it counts as any request
				t.Errorf("%d requests are left, %v", left.Reads, err)
			}
		})
	}
}
