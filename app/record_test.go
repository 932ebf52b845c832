package app_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/demobank"
)

// TestWhatWasAgreedToIsKept: each grant and each later choice has its record, with the words that were
// shown; the receipt names the newest; erasing leaves them; and a link that was given up has none.
func TestWhatWasAgreedToIsKept(t *testing.T) {
	r := fresh(t)
	c, ctx := r.coffer, t.Context()
	records := func(want int) []consent.Record {
		t.Helper()
		all, intact, err := c.Records(ctx)
		must(t, err)
		must(t, intact)
		if len(all) != want {
			t.Fatalf("%d records, want %d: %+v", len(all), want, all)
		}
		return all
	}
	_, err := r.linkBy(ctx, func(context.Context, []consent.Account) ([]string, error) { return nil, nil })
	wantKind(t, err, fault.Canceled)
	records(0)

	shown := []consent.Line{{Label: "How far back", Text: "40 days"}, {Text: "It can’t move money"}}
	terms := app.Terms{HistoryDays: 40, ConsentDays: 90, Shown: shown, Choose: func(_ context.Context, all []consent.Account) ([]string, error) {
		return picks(all, "2290"), nil
	}}
	id := value(c.LinkBank(ctx, northlight, terms, func(app.LinkingProgress) {}))(t)
	first := records(1)[0]
	l := value(c.Link(ctx, id))(t)
	if first.Link != id || first.Kind != consent.AgreedLink || first.Version != "test" || !slices.Equal(first.Text, shown) || first.HistoryDays != 40 ||
		first.ConsentDays != 90 || first.ConsentID != l.ConsentID || first.All || first.Ends.IsZero() || !slices.Equal(first.Hosts, l.Origins) {
		t.Errorf("the record is %+v", first)
	}
	read := func(r consent.Record) (digits []string) {
		for _, a := range r.Accounts {
			if a.Read {
				digits = append(digits, a.Masked)
			}
		}
		slices.Sort(digits)
		return digits
	}
	if got := read(first); len(first.Accounts) != 3 || !slices.Equal(got, []string{"2290"}) {
		t.Errorf("it says %+v", first.Accounts)
	}

	value(c.ChooseAccounts(ctx, id, picks(l.Choices, "2290", "4417"), false))(t)
	terms.Again, terms.Shown = id, shown[:1]
	value(c.LinkBank(ctx, northlight, terms, func(app.LinkingProgress) {}))(t)
	all := records(3)
	if all[1].Kind != consent.AgreedAccounts || all[2].Kind != consent.AgreedRenewal || all[2].Previous != all[1].Hash || all[2].ConsentID == first.ConsentID ||
		!slices.Equal(read(all[1]), []string{"2290", "4417"}) || !slices.Equal(read(all[2]), read(all[1])) || !slices.Equal(all[2].Text, shown[:1]) {
		t.Errorf("the records are %+v", all[1:])
	}

	receipt := value(c.Revoke(ctx, id, func(consent.Proof) {}))(t)
	if receipt.Agreed != all[2].Hash || receipt.Hash != consent.HashReceipt(receipt) {
		t.Errorf("the receipt names %q, want %q", receipt.Agreed, all[2].Hash)
	}
	value(c.Erase(ctx, id, nil))(t)
	records(3)
	must(t, r.coffer.Lock())
	must(t, r.unlock())
	records(3)
}

// TestALinkWhoseChoiceWasCutOffHasItsRecord, in which nothing is read.
func TestALinkWhoseChoiceWasCutOffHasItsRecord(t *testing.T) {
	r := fresh(t)
	locked := make(chan error, 1)
	_, err := r.linkBy(t.Context(), func(ctx context.Context, _ []consent.Account) ([]string, error) {
		go func() { locked <- r.coffer.Lock() }()
		<-ctx.Done()
		return nil, ctx.Err()
	})
	must(t, <-locked)
	wantKind(t, err, fault.Canceled)
	must(t, r.unlock())
	all, intact, err := r.coffer.Records(t.Context())
	must(t, err)
	must(t, intact)
	if len(all) != 1 || all[0].All || slices.ContainsFunc(all[0].Accounts, func(a consent.Agreed) bool { return a.Read }) {
		t.Errorf("records %+v", all)
	}
}

// TestALinkThatWaitsForItsApprovalHasItsRecord: the person stopped waiting, and chooses on the card once it opens.
func TestALinkThatWaitsForItsApprovalHasItsRecord(t *testing.T) {
	r := fresh(t)
	r.phone = true
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	never := func(context.Context, []consent.Account) ([]string, error) {
		t.Error("it is asked before the bank shows anything")
		return nil, nil
	}
	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnavailable, Times: 50})
	id, err := r.coffer.LinkBank(ctx, northlight, app.Terms{HistoryDays: 40, ConsentDays: 90, Choose: never}, func(p app.LinkingProgress) {
		if p.Step == app.Approving {
			stop()
		}
	})
	wantKind(t, err, fault.Canceled)
	all, intact, err := r.coffer.Records(t.Context())
	must(t, errors.Join(intact, err))
	if len(all) != 1 || all[0].Link != id || all[0].All || len(all[0].Accounts) != 0 {
		t.Errorf("records %+v", all)
	}
	r.bank.Heal()
	r.id = id
	must(t, r.refresh(t))
	if l := value(r.coffer.Link(t.Context(), id))(t); l.State != consent.Active || len(l.Unasked()) != 3 || len(r.digits(t)) != 0 {
		t.Errorf("state %d, %d wait, accounts %v", l.State, len(l.Unasked()), r.digits(t))
	}
}
