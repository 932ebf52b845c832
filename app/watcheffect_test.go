package app_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
)

// bringRows writes rows as a bank does, by rising day, and opens the vault anew: they are judged then.
func (r *rig) bringRows(t *testing.T, id ledger.AccountID, rows ...ledger.Row) {
	t.Helper()
	for i := range rows {
		rows[i].SourceID = rows[i].Date.String() + rows[i].Payee
	}
	batch := ledger.Batch{From: rows[0].Date, To: rows[len(rows)-1].Date, Rows: rows}
	value(r.store.Reconcile(t.Context(), batch, ledger.Write{Account: id, At: r.coffer.Now()}))(t)
	must(t, r.coffer.Lock())
	must(t, r.unlock())
}

// finds reports whether an alert of a detector is there, of a day or of a row of payee.
func (r *rig) finds(t *testing.T, detector, payee string) bool {
	t.Helper()
	return slices.ContainsFunc(value(r.coffer.Alerts(t.Context()))(t), func(v app.AlertView) bool {
		return v.Detector == detector && (len(v.About) == 0 || v.About[0].Payee == payee)
	})
}

func payment(day ledger.Date, minor int64, payee string) ledger.Row {
	return ledger.Row{Date: day, Amount: money.New(minor, "USD"), Payee: payee}
}

// TestWhatIsToldAheadChangesWhatIsFound lives the same days with and without an entry of each kind.
func TestWhatIsToldAheadChangesWhatIsFound(t *testing.T) {
	today := ledger.DateOf(firstDay)
	abroad, sent := payment(today, -3000, "Rivage"), payment(today, -170000, "J Smith")
	abroad.Country, abroad.Channel, sent.Channel = "FR", ledger.CardPresent, ledger.PaymentOut
	for name, test := range map[string]struct {
		detector string
		entry    func(id ledger.AccountID) alert.WatchEntry
		rows     []ledger.Row
		later    int  // days after which it is looked
		with     bool // found with the entry; without it, it is the other way round
	}{
		"blocked": {"blocked-merchant", func(ledger.AccountID) alert.WatchEntry { return alert.WatchedMerchant{Shown: "Bean", Blocked: true} },
			[]ledger.Row{payment(today, -950, "Bean")}, 0, true},
		"trusted": {"duplicate-charge", func(ledger.AccountID) alert.WatchEntry { return alert.WatchedMerchant{Shown: "Figtree"} },
			[]ledger.Row{payment(today, -4200, "Figtree"), payment(today+1, -4200, "Figtree")}, 1, false},
		"a trip": {"new-country", func(ledger.AccountID) alert.WatchEntry {
			return alert.Trip{From: today - 1, To: today + 1, Countries: []string{"FR"}}
		}, []ledger.Row{abroad}, 0, false},
		"a refund that does not come": {"refund-missing", func(id ledger.AccountID) alert.WatchEntry {
			return alert.ExpectedRefund{Shown: "Voltbay", Minor: 99000, Currency: "USD", Account: id, Since: today}
		}, []ledger.Row{payment(today, -950, "Bean")}, alert.RefundDays + 1, true},
		"cancelled": {"after-cancelling", func(ledger.AccountID) alert.WatchEntry {
			return alert.CancelledSeries{Shown: "Bean", Since: today - 2}
		}, []ledger.Row{payment(today, -950, "Bean")}, 0, true},
		"a payee": {"new-payee", func(ledger.AccountID) alert.WatchEntry { return alert.KnownPayee{Shown: "J Smith"} }, []ledger.Row{sent}, 0, false},
		"a floor": {"low-balance", func(id ledger.AccountID) alert.WatchEntry {
			return alert.Floor{Account: id, Minor: 50000, Currency: "USD"}
		}, []ledger.Row{payment(today, -950, "Bean")}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, told := range []bool{false, true} {
				r := fresh(t)
				r.imports(t, "all.ofx", wide("1111", habits(6)...))
				id := value(r.coffer.Accounts(t.Context()))(t)[0].ID
				var home []ledger.Row
				for back := 25; back > 3; back-- {
					row := payment(today.AddDays(-back), -260, "Tram")
					row.Country, row.Channel = "DE", ledger.CardPresent
					home = append(home, row)
				}
				r.bringRows(t, id, home...)
				if told {
					value(r.coffer.Watch(t.Context(), test.entry(id)))(t)
				}
				r.clock.move(time.Duration(test.later) * 24 * time.Hour)
				r.bringRows(t, id, test.rows...)
				if got := r.finds(t, test.detector, test.rows[0].Payee); got != (told == test.with) {
					t.Errorf("told ahead: %v, found: %v", told, got)
				}
			}
		})
	}
}

// TestARefundThatCameIsNotMissing expects one refund that comes in time, a little smaller.
func TestARefundThatCameIsNotMissing(t *testing.T) {
	r := fresh(t)
	r.imports(t, "all.ofx", wide("1111", habits(6)...))
	id, today := value(r.coffer.Accounts(t.Context()))(t)[0].ID, r.coffer.Today()
	value(r.coffer.Watch(t.Context(), alert.ExpectedRefund{Shown: "Voltbay", Minor: 99000, Currency: "USD", Account: id, Since: today}))(t)
	r.bringRows(t, id, payment(today, 97000, "Voltbay"))
	r.clock.move((alert.RefundDays + 1) * 24 * time.Hour)
	r.bringRows(t, id, payment(r.coffer.Today(), -950, "Bean"))
	if r.finds(t, "refund-missing", "") {
		t.Error("a refund that came is missed")
	}
}

// TestTheSensitivityChangesWhatInterrupts lives the same odd days under each choice.
func TestTheSensitivityChangesWhatInterrupts(t *testing.T) {
	today := ledger.DateOf(firstDay)
	count := func(s alert.Sensitivity) (loud, all int) {
		r := fresh(t)
		r.imports(t, "all.ofx", wide("1111", habits(6)...))
		must(t, r.coffer.SetSensitivity(t.Context(), s))
		r.clock.move(12 * 24 * time.Hour)
		var rows []ledger.Row
		for i, minor := range []int64{-8000, -16000, -32000, -64000, -96000, -240000} {
			rows = append(rows, payment(today.AddDays(2*i), minor, fmt.Sprint("Shop ", string(rune('A'+i)))))
		}
		r.bringRows(t, value(r.coffer.Accounts(t.Context()))(t)[0].ID, rows...)
		for _, v := range value(r.coffer.Alerts(t.Context()))(t) {
			if v.Day < today || v.Detector != alert.Unusual {
				continue
			}
			if all++; v.Level == alert.Interrupt {
				loud++
			}
		}
		return loud, all
	}
	calm, calmAll := count(alert.Calm)
	keen, keenAll := count(alert.Keen)
	if keen <= calm || keenAll < calmAll {
		t.Errorf("%d of %d interrupt where the person wants few, %d of %d where they want more", calm, calmAll, keen, keenAll)
	}
}
