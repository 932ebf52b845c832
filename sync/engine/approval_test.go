package engine_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/monzo"
	"coffer/sync/engine"
)

// one opens the same session again and again.
type one struct{ s bank.Session }

func (o one) Session(context.Context, consent.Link) (bank.Session, error) { return o.s, nil }
func (o one) Renewed(context.Context, consent.Link) (bank.Session, error) { return o.s, nil }

// TestALinkWaitsForItsApproval: until the bank shows something it stays Unapproved, whatever else the bank
// says meanwhile, but where it says that the grant is over.
func TestALinkWaitsForItsApproval(t *testing.T) {
	const refused = `{"code":"forbidden.insufficient_permissions"}`
	for name, test := range map[string]struct {
		from    consent.State
		status  int // 0: the bank answers
		body    string
		kind    fault.Kind
		want    consent.State
		refresh bool // not only a look
	}{
		"not yet":                          {consent.Unapproved, http.StatusForbidden, refused, fault.ApprovalNeeded, consent.Unapproved, false},
		"not yet, and it was refreshed":    {consent.Unapproved, http.StatusForbidden, refused, fault.ApprovalNeeded, consent.Unapproved, true},
		"the bank fails meanwhile":         {consent.Unapproved, http.StatusBadGateway, "", fault.BankDown, consent.Unapproved, false},
		"the bank says to wait":            {consent.Unapproved, http.StatusTooManyRequests, "", fault.BankPaused, consent.Unapproved, false},
		"the token is over":                {consent.Unapproved, http.StatusUnauthorized, "", fault.LoginNeeded, consent.NeedsLogin, false},
		"approved":                         {consent.Unapproved, 0, "", fault.Unknown, consent.Active, false},
		"approved, and it was refreshed":   {consent.Unapproved, 0, "", fault.Unknown, consent.Active, true},
		"the approval of a link was taken": {consent.Active, http.StatusForbidden, refused, fault.ApprovalNeeded, consent.Unapproved, true},
		"and while the bank failed":        {consent.Outage, http.StatusForbidden, refused, fault.ApprovalNeeded, consent.Unapproved, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := banktest.FilledPots(t)
			p.Answer = func(w http.ResponseWriter, _ *http.Request) bool {
				if test.status == 0 {
					return false
				}
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
				return true
			}
			l := aLink()
			l.Dialect, l.State = "monzo", test.from
			store := newMemory(l)
			now := func() time.Time { return p.Window().To.Time().Add(12 * time.Hour) }
			e, err := engine.New(engine.Config{Store: store, Sessions: one{p.Session(t)}, Dialects: []bank.Dialect{monzo.Bank{Now: now}}, Now: now})
			if err != nil {
				t.Fatal(err)
			}
			if test.refresh {
				_, err = e.Refresh(t.Context(), linkID, true, nil)
			} else {
				err = e.Check(t.Context(), linkID)
			}
			if kind := fault.KindOf(err); kind != test.kind || store.link(linkID).State != test.want {
				t.Errorf("got kind %d (%v), state %d; want %d, %d", kind, err, store.link(linkID).State, test.kind, test.want)
			}
			if rows := len(store.all()); rows > 0 != (test.refresh && test.status == 0) {
				t.Errorf("%d rows were saved", rows)
			}
		})
	}
}

// TestAPauseOfAWaitingLinkIsKept: the bank is not asked before the time that it named.
func TestAPauseOfAWaitingLinkIsKept(t *testing.T) {
	p := banktest.FilledPots(t)
	l := aLink()
	l.Dialect, l.State, l.PausedUntil = "monzo", consent.Unapproved, noon.Add(time.Minute)
	e, err := engine.New(engine.Config{Store: newMemory(l), Sessions: one{p.Session(t)}, Dialects: []bank.Dialect{monzo.Bank{}}, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Check(t.Context(), linkID); fault.KindOf(err) != fault.BankPaused || len(p.Asked()) != 0 {
		t.Errorf("got %v", err)
	}
}
