package app_test

import (
	"context"
	"slices"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/demobank"
)

// picks are the accounts that show one of these digits.
func picks(all []consent.Account, digits ...string) (ids []string) {
	for _, a := range all {
		if slices.Contains(digits, a.Masked) {
			ids = append(ids, a.Identity)
		}
	}
	return ids
}

// linkBy links the demo bank with a person who answers by choose.
func (r *rig) linkBy(ctx context.Context, choose func(context.Context, []consent.Account) ([]string, error)) (consent.LinkID, error) {
	return r.coffer.LinkBank(ctx, northlight, app.Terms{HistoryDays: 40, ConsentDays: 90, Choose: choose}, func(app.LinkingProgress) {})
}

// asked counts the connections for a purpose.
func (r *rig) asked(t *testing.T, purpose string) int {
	t.Helper()
	n := 0
	for _, e := range value(r.coffer.Ledger(t.Context(), "", 0, 10000))(t) {
		if e.Purpose.ID == purpose {
			n++
		}
	}
	return n
}

// digits are the accounts that the vault holds anything of.
func (r *rig) digits(t *testing.T) (all []string) {
	t.Helper()
	for _, a := range value(r.coffer.Accounts(t.Context()))(t) {
		all = append(all, a.Masked)
	}
	slices.Sort(all)
	return all
}

// TestAccountsAreChosenBeforeTheFirstByteOfThemIsKept: the names are there, nothing else is; what is left
// out is never read, and what was chosen stays chosen when the link is renewed with other ids.
func TestAccountsAreChosenBeforeTheFirstByteOfThemIsKept(t *testing.T) {
	r := fresh(t)
	var steps []app.LinkStep
	id, err := r.coffer.LinkBank(t.Context(), northlight, app.Terms{HistoryDays: 40, ConsentDays: 90, Choose: func(_ context.Context, all []consent.Account) ([]string, error) {
		if len(all) != 3 || all[0].Name == "" || all[0].Masked == "" {
			t.Errorf("listed %+v", all)
		}
		if n := r.asked(t, "transactions"); n != 0 {
			t.Errorf("%d requests for transactions before the choice", n)
		}
		if got := r.digits(t); len(got) != 0 {
			t.Errorf("the vault holds %v", got)
		}
		return picks(all, "2290"), nil
	}}, func(p app.LinkingProgress) {
		if len(steps) == 0 || steps[len(steps)-1] != p.Step {
			steps = append(steps, p.Step)
		}
	})
	must(t, err)
	r.id = id
	if want := []app.LinkStep{app.AskingBank, app.InBrowser, app.Opening, app.Listing, app.Choosing, app.Reading}; !slices.Equal(steps, want) {
		t.Errorf("steps were %v, want %v", steps, want)
	}
	only := func(when string, digits ...string) {
		t.Helper()
		if got := r.digits(t); !slices.Equal(got, digits) {
			t.Errorf("%s the vault holds %v, want %v", when, got, digits)
		}
		for row := range r.read(t).Rows {
			if !slices.Contains(digits, row[:4]) {
				t.Errorf("%s it holds %q", when, row)
			}
		}
	}
	only("after the first read", "2290")
	must(t, r.refresh(t))
	only("after the next", "2290")
	if l := value(r.coffer.Link(t.Context(), id))(t); len(l.LeftOut()) != 2 || len(l.Unasked()) != 0 || len(l.Choices) != 3 {
		t.Errorf("the link says %+v", l.Choices)
	}

	for i := range 4 {
		r.bank.Renumber(i%2 == 1)
		never := func(context.Context, []consent.Account) ([]string, error) {
			t.Error("a renewal asks again")
			return nil, nil
		}
		value(r.coffer.LinkBank(t.Context(), northlight, app.Terms{HistoryDays: 40, ConsentDays: 90, Again: id, Choose: never}, func(app.LinkingProgress) {}))(t)
		must(t, r.refresh(t))
		only("renewed", "2290")
	}
	if l := value(r.coffer.Link(t.Context(), id))(t); len(l.LeftOut()) != 2 || len(l.Unasked()) != 0 {
		t.Errorf("after renewals the link says %+v", l.Choices)
	}
}

func TestAPersonWhoChoosesNoAccountGivesTheGrantBack(t *testing.T) {
	for name, choose := range map[string]func(context.CancelFunc) ([]string, error){
		"they cancel":                func(stop context.CancelFunc) ([]string, error) { stop(); return nil, context.Canceled },
		"they choose none":           func(context.CancelFunc) ([]string, error) { return nil, nil },
		"they choose what is not on": func(context.CancelFunc) ([]string, error) { return []string{"nothing"}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			r := fresh(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			id, err := r.linkBy(ctx, func(context.Context, []consent.Account) ([]string, error) { return choose(stop) })
			wantKind(t, err, fault.Canceled)
			links := value(r.coffer.Links(t.Context()))(t)
			if id != "" || len(links) != 0 || len(r.digits(t)) != 0 || r.asked(t, "transactions") != 0 {
				t.Errorf("left behind: link %q, %d links, accounts %v", id, len(links), r.digits(t))
			}
			if receipts := value(r.coffer.Receipts(t.Context()))(t); len(receipts) != 2 || !receipts[0].Proved || receipts[1].Erasure.Count(consent.GoneTransactions) != 0 {
				t.Errorf("receipts %+v", receipts)
			}
			must(t, r.coffer.Confirm(t.Context(), secret.New(passphrase))) // now nothing else keeps a new key back
			must(t, r.coffer.FinishShredding(t.Context(), func(int64, int64) { t.Error("the vault is sealed anew for nothing") }))
			if !slices.ContainsFunc(r.bank.Events(), func(e demobank.Event) bool { return e.Kind == demobank.GrantRevoked }) {
				t.Error("the bank still honours the grant")
			}
		})
	}
}

// TestAGrantThatCantBeGivenBackIsSaid: it stays as a link that was stopped here, to be tried again.
func TestAGrantThatCantBeGivenBackIsSaid(t *testing.T) {
	r := fresh(t)
	_, err := r.linkBy(t.Context(), func(context.Context, []consent.Account) ([]string, error) {
		r.bank.Fail(demobank.Fault{Kind: demobank.RevokeUnavailable, Times: 50})
		return nil, context.Canceled
	})
	if err == nil {
		t.Fatal("nobody was told")
	}
	links := value(r.coffer.Links(t.Context()))(t)
	if len(links) != 1 || links[0].State != consent.RevokePending || len(r.digits(t)) != 0 {
		t.Fatalf("links %+v", links)
	}
	r.bank.Heal()
	if receipt := value(r.coffer.Revoke(t.Context(), links[0].ID, func(consent.Proof) {}))(t); !receipt.Proved {
		t.Errorf("receipt %+v", receipt)
	}
}

// TestALockWhileAccountsAreChosenLeavesTheChoiceOpen: nothing is read, not by a refresh either, until the
// person chooses on the card.
func TestALockWhileAccountsAreChosenLeavesTheChoiceOpen(t *testing.T) {
	r := fresh(t)
	locked := make(chan error, 1)
	id, err := r.linkBy(t.Context(), func(ctx context.Context, _ []consent.Account) ([]string, error) {
		go func() { locked <- r.coffer.Lock() }()
		<-ctx.Done()
		return nil, ctx.Err()
	})
	must(t, <-locked)
	wantKind(t, err, fault.Canceled)
	if id == "" {
		t.Fatal("the link is not told")
	}
	must(t, r.unlock())
	r.id = id
	must(t, r.refresh(t))
	l := value(r.coffer.Link(t.Context(), id))(t)
	if l.State != consent.Active || len(l.Unasked()) != 3 || len(r.digits(t)) != 0 {
		t.Fatalf("state %d, %d wait, accounts %v", l.State, len(l.Unasked()), r.digits(t))
	}
	value(r.coffer.ChooseAccounts(t.Context(), id, picks(l.Choices, "4417"), false))(t)
	must(t, r.refresh(t))
	if got := r.digits(t); !slices.Equal(got, []string{"4417"}) {
		t.Errorf("accounts %v", got)
	}
}

func TestAChoiceCanBeChangedLater(t *testing.T) {
	r := linked(t) // a link that reads all
	c, ctx := r.coffer, t.Context()
	all := value(c.Link(ctx, r.id))(t).Choices
	before := r.read(t)
	if len(all) != 3 || !all[0].Read || all[0].Answered.IsZero() {
		t.Fatalf("choices %+v", all)
	}
	_, err := c.ChooseAccounts(ctx, r.id, nil, true)
	wantKind(t, err, fault.BadAnswer)
	sameBooks(t, r.read(t), before)

	erased := value(c.ChooseAccounts(ctx, r.id, picks(all, "2290", "4417"), false))(t)
	must(t, r.refresh(t))
	sameBooks(t, r.read(t), before)
	if len(erased.Gone) != 0 || r.asked(t, "transactions") == 0 {
		t.Errorf("erased %+v", erased)
	}
	reserve := func() ledger.AccountView {
		t.Helper()
		accounts := value(c.Accounts(ctx))(t)
		return accounts[slices.IndexFunc(accounts, func(a ledger.AccountView) bool { return a.Masked == "8036" })]
	}
	read := reserve().Balance.ReadAt
	r.clock.move(30 * 60 * 1e9)
	must(t, r.refresh(t))
	if !reserve().Balance.ReadAt.Equal(read) {
		t.Error("the balance of an account that was left out is read")
	}

	erased = value(c.ChooseAccounts(ctx, r.id, picks(all, "2290"), true))(t)
	if erased.Count(consent.GoneAccounts) != 2 || erased.Count(consent.GoneTransactions) == 0 {
		t.Errorf("erased %+v", erased)
	}
	if got := r.digits(t); !slices.Equal(got, []string{"2290"}) {
		t.Errorf("accounts %v", got)
	}
	must(t, r.refresh(t))
	if l := value(c.Link(ctx, r.id))(t); len(l.LeftOut()) != 2 {
		t.Errorf("left out %+v", l.LeftOut())
	}
	value(c.ChooseAccounts(ctx, r.id, picks(all, "2290", "8036", "4417"), false))(t)
	must(t, r.refresh(t))
	if got := r.digits(t); len(got) != 3 {
		t.Errorf("accounts %v", got)
	}
}
