package banks_test

import (
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// TestEveryStateOfALinkSaysWhatIsWrongAndWhatToDo: what the bank said, as the engine keeps it, becomes a
// word, a sentence and the acts that fit. engine.TestTroubleOfTheLinkIsItsState has the other half.
func TestEveryStateOfALinkSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	day := 24 * time.Hour
	later := now.Add(200 * day)
	for name, c := range map[string]struct {
		state   consent.State
		problem fault.Kind
		change  func(*app.LinkView)
		says    []string
		offers  []string
		not     []string
	}{
		"linking":                        {consent.Linking, 0, nil, []string{"Linking"}, []string{"Revoke"}, []string{"Refresh"}},
		"active":                         {consent.Active, 0, nil, []string{"Healthy"}, []string{"Refresh", "Renew", "Revoke"}, []string{"Not now", "Sign in again"}},
		"expiring":                       {consent.Active, 0, func(l *app.LinkView) { l.Expires = now.Add(7 * day) }, []string{"Ends in 7 days"}, []string{"Renew", "Not now", "Refresh"}, nil},
		"expiring, put away":             {consent.Active, 0, func(l *app.LinkView) { l.Expires, l.PutAway = now.Add(7*day), true }, []string{"Ends in 7 days", "in 7 days"}, []string{"Renew", "Refresh"}, []string{"Not now"}},
		"expiring while the bank fails":  {consent.Outage, fault.BankDown, func(l *app.LinkView) { l.Expires = now.Add(day) }, []string{"The bank is not answering"}, []string{"Renew", "Not now", "Try again"}, nil},
		"expired":                        {consent.Active, 0, func(l *app.LinkView) { l.Expires = now.Add(-day) }, []string{"Ended"}, []string{"Renew"}, []string{"Not now"}},
		"refused, when it was to end":    {consent.NeedsLogin, fault.LoginNeeded, func(l *app.LinkView) { l.Expires = now.Add(-day) }, []string{"Ended", "The consent ended on 21 November 2026, as it was to. What was read stays here."}, []string{"Sign in again", "Revoke"}, []string{"Refresh"}},
		"refused, long before":           {consent.NeedsLogin, fault.LoginNeeded, func(l *app.LinkView) { l.Refused = now }, []string{"which was to last until 10 June 2027; it may have been ended there"}, []string{"Sign in again"}, []string{"Refresh"}},
		"a restored backup":              {consent.NeedsLogin, 0, nil, []string{"Sign in again"}, []string{"Sign in again"}, []string{"Refresh"}},
		"outage: 5xx":                    {consent.Outage, fault.BankDown, nil, []string{"Bank not answering", "What you see is what was read before."}, []string{"Try again", "Refresh", "Renew"}, []string{"Sign in again"}},
		"outage: no network":             {consent.Outage, fault.Offline, nil, []string{"The bank didn't answer."}, []string{"Try again"}, []string{"Sign in again"}},
		"outage: nonsense":               {consent.Outage, fault.BankUnexpected, nil, []string{"doesn't understand"}, []string{"Try again"}, []string{"Sign in again"}},
		"paused":                         {consent.Paused, fault.BankPaused, func(l *app.LinkView) { l.PausedUntil = now.Add(time.Hour) }, []string{"Paused", "asks to wait until"}, []string{"Refresh"}, []string{"Sign in again"}},
		"subscription lapsed":            {consent.Lapsed, fault.SubscriptionLapsed, nil, []string{"Subscription lapsed", "What you pay for this link has run out", "Pay there, then refresh"}, []string{"Refresh", "Try again", "Renew", "Revoke"}, []string{"Sign in again", "Not now"}},
		"one account refused":            {consent.Active, fault.LoginNeeded, refuses("account.refused"), []string{"Healthy", "Everyday ·· 2290 was not read. The bank refuses this account. The link works"}, []string{"Refresh"}, []string{"Sign in again"}},
		"one account locked":             {consent.Active, fault.BankUnexpected, refuses("account.locked"), []string{"The bank has locked the account."}, []string{"Refresh"}, []string{"Sign in again"}},
		"one account told without sense": {consent.Active, fault.BankUnexpected, refuses(""), []string{"What the bank answered about it can't be used."}, []string{"Refresh"}, []string{"Sign in again"}},
		"revoked here, not yet there":    {consent.RevokePending, fault.RevokePending, nil, []string{"not yet revoked at the bank"}, []string{"Try now"}, []string{"Refresh", "Renew"}},
		"revoked at the bank":            {consent.RevokedAtBank, fault.LoginNeeded, nil, []string{"Ended by the bank"}, []string{"Sign in again", "Revoke"}, []string{"Refresh"}},
		"not approved yet":               {consent.Unapproved, fault.ApprovalNeeded, nil, []string{"Waiting for approval in the phone app", "Approve there, then check again."}, []string{"Check again", "Sign in again", "Revoke"}, []string{"Refresh", "Try again", "Renew"}},
		"revoked":                        {consent.Revoked, 0, nil, []string{"Ended"}, nil, []string{"Refresh", "Renew", "Sign in again"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := linkView("l", "Northlight Bank", c.state, later, account("a3", "l", "Everyday", "2290"))
			l.Problem = int(c.problem)
			if c.change != nil {
				c.change(&l)
			}
			run(t, &fake{links: []app.LinkView{l}}, wideSize, func(r *rig) {
				r.says(c.says...)
				for _, act := range c.offers {
					if !containsLine(r.words(), act) {
						t.Errorf("no %q in\n%s", act, r.words())
					}
				}
				for _, act := range c.not {
					if containsLine(r.words(), act) {
						t.Errorf("offers %q", act)
					}
				}
			})
		})
	}
}

func refuses(reason string) func(*app.LinkView) {
	return func(l *app.LinkView) {
		l.Unread = []consent.Unread{{Account: "a3", Name: "Everyday", Problem: l.Problem, Reason: reason}}
	}
}

func TestNotNowTakesTheNoticeFromTheCard(t *testing.T) {
	f := full()
	run(t, f, wideSize, func(r *rig) {
		r.press("Not now")
		if f.called("away azulejo") != 1 {
			t.Error("it was not put away")
		}
		f.changed()
		r.settle()
		r.silent("Not now")
		r.says("Ends in 9 days", "Tuesday 1 December 2026, in 9 days")
	})
}

// TestASilentAccountIsOnTheCardOfItsBank, beside what the link is otherwise, until it is put away.
func TestASilentAccountIsOnTheCardOfItsBank(t *testing.T) {
	f := full()
	f.silent = []ledger.Silence{{Account: "a4", Last: ledger.DateOf(now).AddDays(-119), Days: 119, Usual: 31}}
	run(t, f, wideSize, func(r *rig) {
		r.says("No movements on Card ·· 4417 since 26 Jul", "119 days; usually every 31 days.", "Healthy")
		r.pressNth("Not now", 1) // the first is about the end of another link
		if f.called("heard a4") != 1 {
			t.Errorf("called %v", f.calls)
		}
		r.silent("No movements on")
	})
}

// TestShreddedAccountsOfALivingLinkAreOnItsCard, and whether the vault has had a new key since.
func TestShreddedAccountsOfALivingLinkAreOnItsCard(t *testing.T) {
	f := full()
	gone := consent.Receipt{Link: "north", Bank: "Northlight Bank", Ended: now.AddDate(0, 0, -2), Erasure: shredded(1, 12).Erasure}
	f.receipts = append(f.receipts, gone)
	run(t, f, wideSize, func(r *rig) {
		r.says("What accounts that are left out had brought, 20 November 2026. The vault has no new key yet")
		r.keep("shredded-accounts")
		f.receipts = append(f.receipts, consent.Receipt{Link: "north", Ended: now, Erasure: &consent.Erasure{Rekey: true}})
		f.changed()
		r.settle()
		r.says("What accounts that are left out had brought, 20 November 2026")
		r.silent("The vault has no new key yet")
	})
}
