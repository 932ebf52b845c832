package engine_test

import (
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank/banktest"
)

// TestABankThatSwapsIDsIsKnownByTheNumbers: within a grant an id stays with its account, unless the number says
// that it is another one that is known. Else what was left out would be read as what was chosen.
func TestABankThatSwapsIDsIsKnownByTheNumbers(t *testing.T) {
	r := chooser(t)
	r.list()
	r.choose("2290")
	r.must()
	swapped := banktest.NewFake(t, 10)
	for id, digits := range map[string]string{"b": "2290", "a": "8036"} {
		swapped.Open(id, "DEPOSIT_ACCOUNT", digits, 4321)
		swapped.Put(id, banktest.Row{ID: digits + "-2", Day: today(), Cents: -200, Payee: "Shop " + digits})
	}
	swapped.Rename("b", "Account a")
	swapped.Rename("a", "Account b")
	r.bank, r.grants.bank = swapped, swapped
	for range 2 {
		r.must()
	}
	r.wants("asked for", r.asked(), "b")
	r.wants("stored", r.masked(), "2290")
	for id := range r.store.all() {
		if id == "8036-2" {
			t.Error("a row of the account that was left out is stored")
		}
	}
	if l := r.store.link(linkID); len(l.LeftOut()) != 1 || l.LeftOut()[0].Masked != "8036" || len(l.Unasked()) != 0 {
		t.Errorf("the choice is %+v", l.Choice)
	}
}

// TestAnAnswerWithRowsOfAnotherAccountIsRefused: nothing of the one that was left out is kept.
func TestAnAnswerWithRowsOfAnotherAccountIsRefused(t *testing.T) {
	r := chooser(t)
	r.list()
	r.choose("2290")
	const mixed = `{"page":{},"transactions":[
		{"accountId":"a","transactionId":"a-1","amount":1.00,"debitCreditMemo":"DEBIT","status":"POSTED","postedTimestamp":"2026-11-21T12:00:00Z","description":"SHOP"},
		{"accountId":"b","transactionId":"b-1","amount":2.00,"debitCreditMemo":"DEBIT","status":"POSTED","postedTimestamp":"2026-11-21T12:00:00Z","description":"DOCTOR"}]}`
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 {
			return &banktest.Reply{Status: 200, Body: mixed}
		}
		return nil
	})
	result, err := r.refresh()
	if err != nil || len(result.Accounts) != 1 || fault.KindOf(result.Accounts[0].Err) != fault.BankUnexpected {
		t.Errorf("got %+v, %v", result.Accounts, err)
	}
	if all := r.store.all(); len(all) != 0 {
		t.Errorf("stored %+v", all)
	}
}

// TestAPauseIsKeptInEveryState: a bridge that is not paid and says to wait is not asked again before.
func TestAPauseIsKeptInEveryState(t *testing.T) {
	for _, state := range []consent.State{consent.Active, consent.Outage, consent.Lapsed, consent.Unapproved} {
		r := newRig(t)
		r.year("a")
		l := aLink()
		l.State = state
		r.store.links[linkID] = l
		r.bank.Script(func(banktest.Call) *banktest.Reply {
			return &banktest.Reply{Status: 429, Header: map[string]string{"Retry-After": "600"}}
		})
		for range 3 {
			if _, err := r.refresh(); fault.KindOf(err) != fault.BankPaused {
				t.Fatalf("state %d: got %v", state, err)
			}
		}
		if n := len(r.bank.Calls()); n != 1 {
			t.Errorf("state %d: the bank was asked %d times", state, n)
		}
	}
}

// TestAPauseByAClockThatWasWrongEnds: nothing that a bank says counts for longer than a day.
func TestAPauseByAClockThatWasWrongEnds(t *testing.T) {
	r := newRig(t)
	r.year("a")
	right := r.now
	r.now = right.AddDate(3, 0, 0)
	r.bank.Script(func(banktest.Call) *banktest.Reply { return &banktest.Reply{Status: 429} })
	if _, err := r.refresh(); fault.KindOf(err) != fault.BankPaused {
		t.Fatal(err)
	}
	r.now = right
	r.bank.Script(nil)
	r.must()
}

// TestAnAccountThatWaitsIsAskedForOnce: its name and digits are told to the person, and until they have chosen
// nothing more of it is asked for, not by a refresh either.
func TestAnAccountThatWaitsIsAskedForOnce(t *testing.T) {
	r := chooser(t)
	const short = `{"accounts":[{"accountId":"a","accountCategory":"DEPOSIT_ACCOUNT","accountNumberDisplay":"2290","nickname":"Account a"},
		{"accountId":"b","accountCategory":"DEPOSIT_ACCOUNT","accountNumberDisplay":"8036","nickname":"Account b"}]}`
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Path == "/accounts" {
			return &banktest.Reply{Status: 200, Body: short}
		}
		return nil
	})
	r.list()
	if n := len(r.bank.Calls()); n != 3 {
		t.Errorf("%d requests, want the list and one for each", n)
	}
	for range 3 {
		r.must()
	}
	if n := len(r.bank.Calls()); n != 3 {
		t.Errorf("%d requests, want the list three times", n)
	}
	if l := r.store.link(linkID); len(l.Unasked()) != 2 || len(l.Unread) != 0 {
		t.Errorf("the choice is %+v, unread %+v", l.Choice, l.Unread)
	}
	r.choose("8036")
	r.must()
	r.wants("stored", r.masked(), "8036")
	if l := r.store.link(linkID); len(l.Choice) != 2 || len(l.LeftOut()) != 1 {
		t.Errorf("the choice is %+v", l.Choice)
	}
}

// TestAccountsThatCantBeToldApartAreAskedAboutAgain: two were alike in digits and name, one was chosen, and a new grant
// has other ids, of both or of one alone.
func TestAccountsThatCantBeToldApartAreAskedAboutAgain(t *testing.T) {
	for name, ids := range map[string][]string{"both": {"y", "x"}, "one alone": {"z"}} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			l := aLink()
			l.Limited = true
			r.store.links[linkID] = l
			for _, id := range []string{"a", "b"} {
				r.bank.Open(id, "DEPOSIT_ACCOUNT", "2290", 0)
				r.bank.Rename(id, "Everyday")
			}
			r.list()
			l = r.store.link(linkID)
			l.Choose([]string{l.Choice[0].Identity}, r.now)
			r.store.links[linkID] = l
			r.must()
			if all, _ := r.store.Accounts(t.Context()); len(all) != 1 {
				t.Fatalf("accounts %+v", all)
			}
			fresh := banktest.NewFake(t, 10)
			for _, id := range ids {
				fresh.Open(id, "DEPOSIT_ACCOUNT", "2290", 0)
				fresh.Rename(id, "Everyday")
				fresh.Put(id, banktest.Row{ID: id + "-1", Day: today(), Cents: -100, Payee: "Shop"})
			}
			r.bank, r.grants.bank = fresh, fresh
			r.store.newGrant(linkID)
			l = r.store.link(linkID)
			for i := range l.Choice {
				l.Choice[i].BankID = "" // as the store does with a new grant
			}
			r.store.links[linkID] = l
			r.must()
			r.must()
			r.wants("asked for", r.asked())
			l = r.store.link(linkID)
			if len(l.Unasked()) != len(ids) || len(r.store.all()) != 0 {
				t.Fatalf("the choice is %+v", l.Choice)
			}
			l.Choose([]string{l.Unasked()[0].Identity}, r.now)
			r.store.links[linkID] = l
			r.must()
			if n := len(r.store.all()); n != 1 {
				t.Errorf("%d rows once the person has said it again", n)
			}
		})
	}
}
