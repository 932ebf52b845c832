package engine_test

import (
	"slices"
	"strings"
	"testing"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/sync/bank/banktest"
)

// chooser is a rig whose link is limited, at a bank with two accounts, each with rows.
func chooser(t *testing.T) *rig {
	r := newRig(t)
	l := aLink()
	l.Limited = true
	r.store.links[linkID] = l
	for id, digits := range map[string]string{"a": "2290", "b": "8036"} {
		r.bank.Open(id, "DEPOSIT_ACCOUNT", digits, 4321)
		r.bank.Rename(id, "Account "+id)
		r.bank.Put(id, banktest.Row{ID: id + "-1", Day: today() - 1, Cents: -100, Payee: "Shop"})
	}
	return r
}

// list asks for the accounts and returns them by their last digits.
func (r *rig) list() map[string]consent.Account {
	r.Helper()
	if err := r.engine.List(r.Context(), linkID); err != nil {
		r.Fatal(err)
	}
	return r.choice()
}

func (r *rig) choice() map[string]consent.Account {
	all := map[string]consent.Account{}
	for _, a := range r.store.link(linkID).Choice {
		all[a.Masked] = a
	}
	return all
}

func (r *rig) choose(digits ...string) {
	l := r.store.link(linkID)
	var read []string
	for _, d := range digits {
		read = append(read, r.choice()[d].Identity)
	}
	l.Choose(read, r.now)
	r.store.links[linkID] = l
}

// asked returns the ids of the accounts whose transactions the bank was asked for, sorted.
func (r *rig) asked() []string {
	var ids []string
	for _, c := range r.bank.Calls() {
		if id, found := strings.CutPrefix(strings.TrimSuffix(c.Path, "/transactions"), "/accounts/"); found && strings.HasSuffix(c.Path, "/transactions") && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (r *rig) masked() []string {
	all, _ := r.store.Accounts(r.Context())
	var digits []string
	for _, a := range all {
		digits = append(digits, a.Masked)
	}
	slices.Sort(digits)
	return digits
}

func (r *rig) wants(what string, got []string, want ...string) {
	r.Helper()
	if !slices.Equal(got, want) {
		r.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestNothingIsReadBeforeThePersonHasChosen(t *testing.T) {
	r := chooser(t)
	listed := r.list()
	if a := listed["2290"]; len(listed) != 2 || a.Name != "Account a" || a.Identity == "" || a.Kind != int(ledger.Checking) || !a.Answered.IsZero() || a.Read {
		t.Errorf("listed %+v", listed)
	}
	r.must() // a refresh at that time reads nothing either
	r.wants("asked for", r.asked())
	r.wants("stored", r.masked())
	if n := len(r.store.link(linkID).Unasked()); n != 2 {
		t.Errorf("%d accounts wait for the person, want 2", n)
	}

	r.choose("2290")
	r.must()
	r.wants("asked for", r.asked(), "a")
	r.wants("stored", r.masked(), "2290")
	if left := r.store.link(linkID).LeftOut(); len(left) != 1 || left[0].Masked != "8036" {
		t.Errorf("left out %+v", left)
	}
}

func TestAnAccountThatComesLaterWaitsForThePerson(t *testing.T) {
	r := chooser(t)
	r.list()
	r.choose("2290", "8036")
	r.must()
	r.bank.Open("c", "LOC_ACCOUNT", "4417", -9900)
	r.bank.Put("c", banktest.Row{ID: "c-1", Day: today(), Cents: -100, Payee: "Shop"})
	r.bank.Calls()
	r.must()
	r.wants("asked for", r.asked(), "a", "b")
	r.wants("stored", r.masked(), "2290", "8036")
	if fresh := r.store.link(linkID).Unasked(); len(fresh) != 1 || fresh[0].Masked != "4417" {
		t.Errorf("waiting: %+v", fresh)
	}
	r.choose("2290", "8036", "4417")
	r.must()
	r.wants("asked for", r.asked(), "a", "b", "c")
}

// TestAChoiceOutlivesTheGrant: the bank gives other ids in the next one, or each the id of the other.
func TestAChoiceOutlivesTheGrant(t *testing.T) {
	for name, ids := range map[string][2]string{"other ids": {"x", "y"}, "the ids of each other": {"b", "a"}} {
		t.Run(name, func(t *testing.T) {
			r := chooser(t)
			r.list()
			r.choose("2290")
			r.must()
			fresh := banktest.NewFake(t, 10)
			for i, digits := range []string{"2290", "8036"} {
				fresh.Open(ids[i], "DEPOSIT_ACCOUNT", digits, 0)
				fresh.Rename(ids[i], "Account "+string(rune('a'+i)))
			}
			r.bank, r.grants.bank = fresh, fresh
			r.store.newGrant(linkID)
			l := r.store.link(linkID)
			for i := range l.Choice {
				l.Choice[i].BankID = "" // as the store does with a new grant
			}
			r.store.links[linkID] = l
			r.must()
			r.must()
			r.wants("asked for", r.asked(), ids[0])
			r.wants("stored", r.masked(), "2290")
			if l := r.store.link(linkID); len(l.Choice) != 2 || len(l.Unasked()) != 0 {
				t.Errorf("the choice is %+v", l.Choice)
			}
		})
	}
}

func TestALinkThatIsNotLimitedReadsAll(t *testing.T) {
	r := chooser(t)
	r.store.links[linkID] = aLink()
	r.must()
	r.wants("asked for", r.asked(), "a", "b")
	if l := r.store.link(linkID); l.Choice != nil || l.Limited {
		t.Errorf("the choice is %+v", l.Choice)
	}
}

// TestAnAccountThatWasLeftOutIsNoTrouble even if the bank refuses to tell of it.
func TestAnAccountThatWasLeftOutIsNoTrouble(t *testing.T) {
	r := chooser(t)
	r.list()
	r.choose("2290")
	const odd = `{"accounts":[{"accountId":"a","accountCategory":"DEPOSIT_ACCOUNT","accountNumberDisplay":"2290","nickname":"Account a","currency":{"currencyCode":"USD"},"currentBalance":1},
		{"accountId":"b","accountCategory":"DEPOSIT_ACCOUNT","accountNumberDisplay":"8036","nickname":"Account b","currency":{"currencyCode":"none"},"currentBalance":1}]}`
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Path == "/accounts" {
			return &banktest.Reply{Status: 200, Body: odd}
		}
		return nil
	})
	r.must()
	if l := r.store.link(linkID); len(l.Unread) != 0 || l.Problem != 0 {
		t.Errorf("unread %+v, problem %d", l.Unread, l.Problem)
	}
	r.choose("2290", "8036")
	if _, err := r.refresh(); err != nil {
		t.Fatal(err)
	}
	if l := r.store.link(linkID); len(l.Unread) != 1 {
		t.Errorf("unread %+v, want the account that was chosen", l.Unread)
	}
}
