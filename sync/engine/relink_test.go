package engine_test

import (
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/sync/bank/banktest"
)

// seen is an account as a bank shows it in one grant.
type seen struct{ id, last4, name string }

// TestANewGrantNeitherDoublesNorMixesUpAccounts: the ids of one grant say nothing of the next, whether
// the link was signed in to again or made anew after it was revoked.
func TestANewGrantNeitherDoublesNorMixesUpAccounts(t *testing.T) {
	for name, c := range map[string]struct {
		before, after []seen
		same          map[int]int // which of after is which of before
		all           int
	}{
		"other ids": {[]seen{{"1", "2290", "Everyday"}, {"2", "8036", "Reserve"}}, []seen{{"x", "2290", "Everyday"}, {"y", "8036", "Reserve"}},
			map[int]int{0: 0, 1: 1}, 2},
		"the ids went to other accounts": {[]seen{{"1", "2290", "Everyday"}, {"2", "8036", "Reserve"}}, []seen{{"1", "8036", "Reserve"}, {"2", "2290", "Everyday"}},
			map[int]int{0: 1, 1: 0}, 2},
		"one was left out, and its id is another's now": {[]seen{{"1", "2290", "Everyday"}, {"2", "8036", "Reserve"}}, []seen{{"1", "8036", "Reserve"}},
			map[int]int{0: 1}, 2},
		"the person gave one more": {[]seen{{"1", "2290", "Everyday"}}, []seen{{"1", "5530", "Trip"}, {"2", "2290", "Everyday"}},
			map[int]int{1: 0}, 2},
		"one of two with the same digits stayed": {[]seen{{"1", "2290", "Everyday"}, {"2", "2290", "Joint"}}, []seen{{"9", "2290", "Joint"}},
			map[int]int{0: 1}, 2},
		"another one with the same digits came": {[]seen{{"1", "2290", "Everyday"}}, []seen{{"8", "2290", "Joint"}, {"9", "2290", "Everyday"}},
			map[int]int{1: 0}, 2},
		"the bank gave it another name": {[]seen{{"1", "2290", "Everyday"}}, []seen{{"9", "2290", "Current account"}},
			map[int]int{0: 0}, 1},
		"it was new in the old grant, too": {nil, []seen{{"1", "2290", "Everyday"}}, nil, 1},
	} {
		for how, id := range map[string]consent.LinkID{"signed in again": linkID, "linked anew": "link-2"} {
			t.Run(name+", "+how, func(t *testing.T) {
				r := newRig(t)
				for _, a := range c.before {
					r.bank.Open(a.id, "DEPOSIT_ACCOUNT", a.last4, 0)
					r.bank.Rename(a.id, a.name)
				}
				r.must()
				first, _ := r.store.Accounts(t.Context())

				fresh := banktest.NewFake(t, 10)
				for _, a := range c.after {
					fresh.Open(a.id, "DEPOSIT_ACCOUNT", a.last4, 0)
					fresh.Rename(a.id, a.name)
				}
				r.grants.bank = fresh
				r.now = noon.Add(time.Hour)
				link := aLink()
				link.ID, link.Granted = id, r.now
				r.store.newGrant(link.ID)
				r.store.links[id] = link
				for range 2 { // and once more within the new grant
					if _, err := r.engine.Refresh(t.Context(), id, true, nil); err != nil {
						t.Fatal(err)
					}
				}
				all, _ := r.store.Accounts(t.Context())
				if len(all) != c.all {
					t.Errorf("%d accounts, want %d: %+v", len(all), c.all, all)
				}
				for i, a := range c.after {
					was, known := c.same[i]
					for _, k := range all {
						if k.Link != string(id) || k.BankID != a.id || k.Masked != a.last4 {
							continue
						}
						if old := len(first) > was && k.ID == first[was].ID; known != old {
							t.Errorf("%q of the new grant is account %s", a.name, k.ID)
						}
						known = false
					}
					if known {
						t.Errorf("%q is not there", a.name)
					}
				}
			})
		}
	}
}

// TestACardThatGotANewNumberStaysThatCard within its grant and in the next.
func TestACardThatGotANewNumberStaysThatCard(t *testing.T) {
	r := newRig(t)
	r.bank.Open("1", "LOC_ACCOUNT", "4417", 0)
	r.must()
	for i, id := range []string{"1", "x"} { // a new number in the old grant, then a new grant
		fresh := banktest.NewFake(t, 10)
		fresh.Open(id, "LOC_ACCOUNT", "9902", 0)
		r.grants.bank = fresh
		r.now = r.now.Add(time.Hour)
		if i == 1 {
			r.store.newGrant(linkID)
		}
		r.must()
		if all, _ := r.store.Accounts(t.Context()); len(all) != 1 || all[0].Masked != "9902" {
			t.Errorf("accounts are %+v", all)
		}
	}
}

// TestABankThatSaysRevokedIsToldFromOneThatIsTired: 401 alone is a sign-in, the consent's own word is its end.
func TestABankThatSaysRevokedIsToldFromOneThatIsTired(t *testing.T) {
	for body, want := range map[string]consent.State{
		`{"status":"REVOKED"}`: consent.RevokedAtBank, `{"status":"EXPIRED"}`: consent.NeedsLogin, `nonsense`: consent.NeedsLogin, ``: consent.NeedsLogin,
	} {
		r := newRig(t)
		link := aLink()
		link.ConsentID = "c1"
		r.store.links[linkID] = link
		rows := r.year("a")
		r.bank.Script(func(c banktest.Call) *banktest.Reply {
			if c.Path == "/consents/c1" {
				return &banktest.Reply{Status: 200, Body: `{"status":"ACTIVE"}`}
			}
			return nil
		})
		r.must()
		r.bank.Script(func(c banktest.Call) *banktest.Reply {
			if c.Path == "/consents/c1" && body != "" {
				return &banktest.Reply{Status: 200, Body: body}
			}
			return &banktest.Reply{Status: 401}
		})
		if result, err := r.refresh(); err == nil || result.State != want || r.store.link(linkID).State != want {
			t.Errorf("%q: got %v, state %d", body, err, result.State)
		}
		r.holds(rows)
	}
}

// newGrant forgets the bank's ids, as store.SaveGrant does.
func (m *memory) newGrant(link consent.LinkID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.accounts {
		if m.accounts[i].Link == string(link) {
			m.accounts[i].BankID = ""
		}
	}
}
