package store_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/dispute"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/store"
)

func disputed(t *testing.T, s *store.Store, id ledger.AccountID, payee string) dispute.Dispute {
	t.Helper()
	row := must[ledger.Transaction](t)(s.Transaction(t.Context(), find(t, s, id, payee)))
	d := dispute.Dispute{Account: id, Alert: "alert-1", Opened: time.Unix(1e9, 5).UTC(), Items: []dispute.Item{dispute.ItemOf(row)}}
	d.Answers = dispute.Answers{Country: "US", Instrument: dispute.CreditCard, Pack: dispute.Unauthorised, Statement: ledger.Day(2026, 11, 30), Holder: []string{"Nora"}}
	d.Events = []dispute.Event{{At: d.Opened, What: dispute.StepDone, Step: dispute.Call, Day: ledger.Day(2026, 11, 22), Amount: money.New(5, "EUR")}}
	return must[dispute.Dispute](t)(s.SaveDispute(t.Context(), d))
}

func TestADisputeIsKept(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1234, "Voltbay")))
	d := disputed(t, s, id, "Voltbay")
	if got := must[dispute.Dispute](t)(s.Dispute(t.Context(), d.ID)); !reflect.DeepEqual(got, d) || d.ID == "" {
		t.Errorf("kept\n%+v, want\n%+v", got, d)
	}
	changed := must[dispute.Dispute](t)(s.ChangeDispute(t.Context(), d.ID, func(d dispute.Dispute) (dispute.Dispute, error) {
		d.Answers.Reference = "D-17"
		return d, nil
	}))
	no := errors.New("no")
	if _, err := s.ChangeDispute(t.Context(), d.ID, func(d dispute.Dispute) (dispute.Dispute, error) { return dispute.Dispute{}, no }); !errors.Is(err, no) {
		t.Errorf("a change that fails: %v", err)
	}
	was := must[dispute.Dispute](t)(s.DeleteDispute(t.Context(), d.ID))
	if !reflect.DeepEqual(was, changed) || len(must[[]dispute.Dispute](t)(s.Disputes(t.Context()))) != 0 {
		t.Errorf("deleted was %+v", was)
	}
	_, err := s.SaveDispute(t.Context(), was)
	wantKind(t, err, fault.NotFound)
	ok(t, s.RestoreDispute(t.Context(), was))
	if all := must[[]dispute.Dispute](t)(s.Disputes(t.Context())); len(all) != 1 || !reflect.DeepEqual(all[0], changed) {
		t.Errorf("back are %+v", all)
	}
	_, err = s.Dispute(t.Context(), "nobody")
	wantKind(t, err, fault.NotFound)
	_, err = s.SaveDispute(t.Context(), dispute.Dispute{Account: "nobody"})
	wantKind(t, err, fault.NotFound)
}

func TestTheBanksNumberIsThePersons(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	at := time.Unix(1e9, 0).UTC()
	if was := must[string](t)(s.SetBankPhone(t.Context(), id, "+1 555 0142 808", at)); was != "" {
		t.Errorf("was %q", was)
	}
	if number, when, err := s.BankPhone(t.Context(), id); err != nil || number != "+1 555 0142 808" || !when.Equal(at) {
		t.Errorf("%q, %v, %v", number, when, err)
	}
	if was := must[string](t)(s.SetBankPhone(t.Context(), id, "", at)); was != "+1 555 0142 808" {
		t.Errorf("was %q", was)
	}
	if number, _, err := s.BankPhone(t.Context(), id); err != nil || number != "" {
		t.Errorf("forgotten: %q, %v", number, err)
	}
	_, err := s.SetBankPhone(t.Context(), "nobody", "1", at)
	wantKind(t, err, fault.NotFound)
}

// A dispute outlives the import whose row it is about, and the account that the import made with it.
func TestADisputeOutlivesItsImport(t *testing.T) {
	s := newStore(t)
	part := ledger.FilePart{
		Into:  ledger.Account{Provider: "file", Identity: "i", Name: "From a file", Kind: ledger.Card, Currency: "EUR"},
		Batch: ledger.Batch{Rows: []ledger.Row{row(5, -1234, "Voltbay")}}, Import: ledger.Import{Name: "a.ofx", At: noon},
	}
	made := must[[]ledger.Written](t)(s.Import(t.Context(), []ledger.FilePart{part}))[0]
	id := must[[]ledger.AccountView](t)(s.Accounts(t.Context()))[0].ID
	d := disputed(t, s, id, "Voltbay")
	must[int](t)(s.UndoImport(t.Context(), made.Import))
	if got := must[dispute.Dispute](t)(s.Dispute(t.Context(), d.ID)); !reflect.DeepEqual(got, d) {
		t.Errorf("after the import was undone: %+v", got)
	}
	must[ledger.AccountView](t)(s.Account(t.Context(), id))
	audit(t, s)
}

func TestADisputeGoesWithItsAccount(t *testing.T) {
	s := newStore(t)
	ok(t, s.SaveLink(t.Context(), fullLink()))
	other := account(t, s, "link-1", "9999")
	a := must[ledger.AccountView](t)(s.Account(t.Context(), other)).Account
	must[[]ledger.Account](t)(s.SaveAccounts(t.Context(), "link-2", []ledger.AccountView{{Account: a}}))
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1234, "qqcanary")))
	apply(t, s, other, inserts(row(5, -1234, "stays")))
	disputed(t, s, id, "qqcanary")
	stays := disputed(t, s, other, "stays")
	must[string](t)(s.SetBankPhone(t.Context(), id, "1234", time.Unix(1e9, 0)))
	if erased := must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1")).Erasure; erased.Count(consent.GoneDisputes) != 1 {
		t.Errorf("erased %+v", erased)
	}
	if all := must[[]dispute.Dispute](t)(s.Disputes(t.Context())); len(all) != 1 || all[0].ID != stays.ID {
		t.Errorf("left are %+v", all)
	}
	if left := strings.Join(must[[]string](t)(s.Column(t.Context(), "SELECT number FROM phones")), " "); left != "" {
		t.Errorf("the number is still there: %q", left)
	}
}
