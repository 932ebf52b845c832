package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
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
	calls int // that it takes to ask
}

// Standing asks so often as calls says, of which nothing but the number counts.
func (s *told) Standing(ctx context.Context, _ consent.Link, spend func(context.Context) error) (bank.ConsentStanding, bool, error) {
	s.asked++
	session := s.bank.Session(s.t)
	session.Line = session.Line.Counted(spend)
	for range s.calls {
		if _, err := (fdx.Bank{}).ConsentEnds(ctx, session, "c-1"); fault.KindOf(err) == fault.QuotaSpent {
			return bank.ConsentStanding{}, true, err
		}
	}
	return bank.ConsentStanding{State: s.state}, s.calls > 0, s.err
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
			s := &told{grants: r.grants, state: c.state, err: c.err, calls: 1}
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

// TestAskingHowAConsentStandsIsCounted: each request that it takes is, and what the bank has answered is asked once.
func TestAskingHowAConsentStandsIsCounted(t *testing.T) {
	for name, c := range map[string]struct {
		calls, reads int
		state        bank.ConsentState
		err          error
		sent         int
		want         consent.State
	}{
		"answered":            {2, 9, bank.ConsentValid, nil, 3, consent.NeedsLogin},
		"revoked there":       {2, 3, bank.ConsentRevoked, nil, 3, consent.RevokedAtBank},
		"one too few":         {2, 2, bank.ConsentRevoked, nil, 2, consent.NeedsLogin},
		"none is left":        {2, 1, bank.ConsentRevoked, nil, 1, consent.NeedsLogin},
		"it can't be asked":   {1, 9, bank.ConsentUnknown, errors.New("503"), 3, consent.NeedsLogin},
		"nobody can ask that": {0, 9, bank.ConsentUnknown, nil, 2, consent.NeedsLogin},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			s := &told{grants: r.grants, state: c.state, err: c.err, calls: c.calls}
			r.rebuild(func(e *engine.Config) {
				e.Sessions, e.Dialects = s, []bank.Dialect{madeFirst{fdx.Bank{Now: func() time.Time { return r.now }}}}
			})
			r.grants.renew = func(int) (string, error) { return "", bank.ErrUnrenewable }
			r.bank.Script(func(call banktest.Call) *banktest.Reply {
				if call.Path == "/accounts" {
					return &banktest.Reply{Status: 401}
				}
				return nil
			})
			link := r.store.links[linkID]
			link.ConsentID = "c-1"
			r.store.links[linkID] = link
			r.limited(consent.Limits{Reads: c.reads})
			if _, err := r.refresh(); fault.KindOf(err) != fault.LoginNeeded {
				t.Errorf("got %v", err)
			}
			q, err := consent.ParseQuota(r.store.settings[consent.QuotaSetting(linkID)])
			left, sent := q.Left(consent.Limits{Reads: c.reads}, r.now), len(r.bank.Calls())
			if err != nil || sent != c.sent || left.Reads != c.reads-sent || r.store.link(linkID).State != c.want {
				t.Errorf("%d requests were sent, %d are left, %v; state %d", sent, left.Reads, err, r.store.link(linkID).State)
			}
		})
	}
}
