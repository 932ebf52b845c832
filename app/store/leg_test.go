package store_test

import (
	"testing"

	"coffer/app/ledger"
	"coffer/app/store"
)

// TestATransferIsJudgedAnewOnceALegIsAnother has a bank write a leg of a linked pair otherwise.
func TestATransferIsJudgedAnewOnceALegIsAnother(t *testing.T) {
	tests := map[string]struct {
		leg  ledger.Row
		ends bool // what Coffer linked; what the person did stays, unless money went the other way
	}{
		"another text":          {row(2, -500, "to my savings"), false},
		"another day":           {row(7, -500, "to savings"), false},
		"another amount":        {row(2, -90000, "to savings"), true},
		"the sign turned":       {row(2, 500, "to savings"), true},
		"another currency":      {inCurrency(row(2, -500, "to savings"), "USD"), true},
		"too many days between": {row(9, -500, "to savings"), true},
	}
	for name, test := range tests {
		for by, state := range map[string]ledger.TransferState{"Coffer": ledger.TransferLinked, "the person": ledger.TransferProposed} {
			t.Run(name+", linked by "+by, func(t *testing.T) {
				s := plainStore(t)
				from, _, p := pairOf(t, s, state)
				must[ledger.TransferState](t)(s.DecideTransfer(t.Context(), p.Out, p.In, ledger.TransferLinked))
				apply(t, s, from, update(p.Out, test.leg))
				audit(t, s)
				ends, looks := test.ends && by == "Coffer" || test.leg.Amount.Minor > 0, 2
				if ends {
					looks = 4
				}
				if left := must[[]ledger.TransferPair](t)(s.TransfersOf(t.Context(), p.In)); (len(left) == 0) != ends {
					t.Errorf("linked are %+v", left)
				}
				rows, _, err := s.TransferRows(t.Context(), p0, p9)
				ok(t, err)
				if len(rows) != looks {
					t.Errorf("%d rows are looked at again, want %d", len(rows), looks)
				}
			})
		}
	}
}

func inCurrency(r ledger.Row, currency string) ledger.Row {
	r.Amount.Currency = currency
	return r
}

// TestAPairThatIsNoneByNowIsNotSaved writes a leg between the look and the saving.
func TestAPairThatIsNoneByNowIsNotSaved(t *testing.T) {
	s := plainStore(t)
	from, to := account(t, s, "link-1", "out"), account(t, s, "link-2", "in")
	apply(t, s, from, inserts(row(2, -500, "to savings")))
	apply(t, s, to, inserts(row(3, 500, "from everyday")))
	p := ledger.TransferPair{Out: find(t, s, from, "to savings"), In: find(t, s, to, "from everyday"), Reason: ledger.Reason{ID: ledger.ReasonTransfer}, State: ledger.TransferLinked, At: noon}
	apply(t, s, from, update(p.Out, row(2, -77700, "to savings")))
	if must[bool](t)(s.SaveTransfers(t.Context(), p0, p9, []ledger.TransferPair{p})) {
		t.Error("777.00 out and 5.00 in are a transfer")
	}
	apply(t, s, from, update(p.Out, row(2, -500, "to savings")))
	if !must[bool](t)(s.SaveTransfers(t.Context(), p0, p9, []ledger.TransferPair{p})) {
		t.Error("5.00 out and 5.00 in are no transfer")
	}
}

// TestALegThatComesBackIsJudgedAnew changes the other leg while one is deleted.
func TestALegThatComesBackIsJudgedAnew(t *testing.T) {
	s := plainStore(t)
	_, to, p := pairOf(t, s, ledger.TransferLinked)
	ok(t, s.Delete(t.Context(), p.Out))
	apply(t, s, to, update(p.In, row(3, 77700, "from everyday")))
	ok(t, s.Undelete(t.Context(), p.Out))
	if left := must[[]ledger.TransferPair](t)(s.TransfersOf(t.Context(), p.In)); len(left) != 0 {
		t.Errorf("linked are %+v", left)
	}
	audit(t, s)
}

// twins are two rows of an account, one a leg of a transfer, and a review of whether they are one movement.
func twins(t *testing.T, s *store.Store, state ledger.TransferState) (from, to ledger.AccountID, p ledger.TransferPair, other ledger.TransactionID) {
	t.Helper()
	from, to, p = pairOf(t, s, state)
	other = find(t, s, from, "shop")
	apply(t, s, from, update(other, row(2, -500, "savings")))
	ok(t, s.Exec(t.Context(), "INSERT INTO reviews (row, other, why) SELECT a.id, b.id, '{\"ID\":\"maybe-same\"}' FROM transactions a, transactions b WHERE a.payee = 'to savings' AND b.payee = 'savings'"))
	return from, to, p, other
}

// TestAMergeForgetsNothingThatThePersonSaidOfATransfer merges one leg away: into a row that was never a leg, into one
// with a rejected pair of its own, and into one that is proposed for the same.
func TestAMergeForgetsNothingThatThePersonSaidOfATransfer(t *testing.T) {
	for name, test := range map[string]struct {
		state ledger.TransferState
		own   string               // the other leg of a pair of the row that stays
		said  ledger.TransferState // of that
	}{
		"a no":                                {ledger.TransferRejected, "", 0},
		"a link":                              {ledger.TransferLinked, "", 0},
		"a link, beside a no":                 {ledger.TransferLinked, "gift", ledger.TransferRejected},
		"a no, beside a link":                 {ledger.TransferRejected, "gift", ledger.TransferLinked},
		"a link, where the same was proposed": {ledger.TransferLinked, "from everyday", ledger.TransferProposed},
		"a no, where the same was proposed":   {ledger.TransferRejected, "from everyday", ledger.TransferProposed},
	} {
		t.Run(name, func(t *testing.T) {
			s := plainStore(t)
			_, to, p, other := twins(t, s, ledger.TransferProposed)
			q := ledger.TransferPair{Out: other, Reason: ledger.Reason{ID: ledger.ReasonMaybeTransfer}}
			if test.own != "" {
				q.In = find(t, s, to, test.own)
				apply(t, s, to, update(q.In, row(3, 500, test.own)))
				must[bool](t)(s.SaveTransfers(t.Context(), p0, p9, []ledger.TransferPair{p, q}))
				must[ledger.TransferState](t)(s.DecideTransfer(t.Context(), q.Out, q.In, test.said))
			}
			must[ledger.TransferState](t)(s.DecideTransfer(t.Context(), p.Out, p.In, test.state))
			before := fingerprint(t, s)
			decide(t, s, ledger.Merge)
			want := map[ledger.TransactionID]ledger.TransferState{p.In: test.state}
			if test.said != ledger.TransferProposed {
				want[q.In] = test.said
			}
			got := must[[]ledger.TransferPair](t)(s.TransfersOf(t.Context(), other))
			for _, g := range got {
				if want[g.In] != g.State {
					t.Errorf("pair %+v", g)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d pairs, want %d", len(got), len(want))
			}
			ok(t, s.Undecide(t.Context(), p.Out, other))
			if after := fingerprint(t, s); after != before && test.own != "from everyday" { // what is proposed is looked for anew
				t.Errorf("after undo\n%s\nwas\n%s", after, before)
			}
			audit(t, s)
		})
	}
}
