package alerts_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
)

var today = ledger.Day(2026, time.November, 22)

// fake is a vault whose alerts can be answered.
type fake struct {
	alerts  []app.AlertView
	err     error
	block   chan struct{} // nil, or Answer waits until it is closed
	said    []string
	changed func()

	back     []app.AlertView // taken back
	old      []app.AlertView // answered more than 90 days ago
	list     alert.Watchlist
	now      alert.Sensitivity
	notice   app.NoticeKind
	expected map[alert.Sensitivity]app.Expected
	refuse   error // what Watch fails with
}

func (f *fake) Alerts(context.Context) ([]app.AlertView, error) {
	return slices.Clone(f.alerts), f.err
}

func (f *fake) Withdrawn(context.Context) ([]app.AlertView, error) { return f.back, f.err }

func (f *fake) at(id alert.ID) *app.AlertView {
	for i := range f.alerts {
		if f.alerts[i].ID == id {
			return &f.alerts[i]
		}
	}
	for i := range f.back {
		if f.back[i].ID == id {
			return &f.back[i]
		}
	}
	return &app.AlertView{}
}

func (f *fake) Alert(_ context.Context, id alert.ID) (app.AlertView, error) { return *f.at(id), f.err }

func (f *fake) AnswerEach(ctx context.Context, ids []alert.ID, a alert.Answer) (were []alert.Alert, err error) {
	if f.block != nil {
		select {
		case <-f.block:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if f.err != nil {
		return nil, f.err
	}
	for _, id := range ids {
		were = append(were, f.at(id).Alert)
		f.at(id).Answer, f.at(id).Waits = a, a == alert.Unanswered
		f.said = append(f.said, string(id)+" "+map[alert.Answer]string{alert.Unanswered: "unanswered", alert.Mine: "mine", alert.NotMine: "not mine", alert.Later: "later"}[a])
	}
	return were, nil
}

func (f *fake) PutOff(ctx context.Context, ids []alert.ID, day ledger.Date) ([]alert.Alert, error) {
	if day <= today {
		return nil, fault.New(fault.BadDay, "put alerts off", errors.New("it has passed"))
	}
	were, err := f.AnswerEach(ctx, ids, alert.Later)
	for _, id := range ids {
		f.at(id).Until = day.Time().Add(9 * time.Hour)
		f.said = append(f.said, string(id)+" until "+day.String())
	}
	return were, err
}

func (f *fake) UnanswerEach(_ context.Context, were []alert.Alert) error {
	for _, was := range were {
		f.at(was.ID).Alert, f.at(was.ID).Waits = was, was.Answer == alert.Unanswered
		f.said = append(f.said, string(was.ID)+" undone")
	}
	return f.err
}

func (f *fake) Answers(_ context.Context, offset, limit int) (a app.Answers, err error) {
	for _, v := range append(slices.Clone(f.alerts), f.old...) {
		if v.Answer != alert.Unanswered {
			a.All++
			a.Alerts = append(a.Alerts, v)
		}
	}
	a.Alerts = a.Alerts[min(offset, a.All):min(offset+limit, a.All)]
	return a, f.err
}

func (f *fake) Totals(context.Context, ledger.Filter) (ledger.Totals, error) {
	return ledger.Totals{Booked: []ledger.Sum{{Count: 1204}}}, f.err
}

func (f *fake) Listen(_ context.Context, changed func()) { f.changed = changed }
func (f *fake) Today() ledger.Date                       { return today }

func row(id, payee string, minor int64, day ledger.Date) ledger.Transaction {
	return ledger.Transaction{ID: ledger.TransactionID(id), Account: "a3", Row: ledger.Row{Payee: payee, Amount: money.New(minor, "USD"), Date: day}}
}

var card = ledger.AccountView{Account: ledger.Account{ID: "a3", Name: "Northlight card", Masked: "4417", Kind: ledger.Card, Currency: "USD"}}

// full is one unusual charge, two that are worth a look, and two that were answered.
func full() *fake {
	f := &fake{}
	large := row("t1", "Voltbay Electronics", -61240, today.AddDays(-2))
	large.At = time.Date(2026, time.November, 20, 21, 47, 0, 0, time.UTC)
	f.add("x1", "unusual-amount", alert.Interrupt, large)
	f.add("x2", "duplicate-charge", alert.Quiet, row("t2", "Corner Fuel", -4910, today.AddDays(-9)), row("t3", "Corner Fuel", -4910, today.AddDays(-9)))
	f.add("x3", "unusual-amount", alert.Quiet, row("t4", "A payee whose name is much longer than its column, really", -8800, today.AddDays(-20)))
	f.add("x4", "unusual-amount", alert.Quiet, row("t5", "Casa do Mar", -21400, today.AddDays(-50)))
	f.add("x5", "duplicate-charge", alert.Quiet, row("t6", "Fit Yard", -3900, today.AddDays(-86)))
	f.at("x4").Answer, f.at("x4").Waits = alert.Mine, false
	f.at("x5").Answer, f.at("x5").Waits = alert.NotMine, false
	return f
}

func (f *fake) add(id alert.ID, detector string, level alert.Level, about ...ledger.Transaction) {
	last := about[len(about)-1]
	sum := money.New(-last.Amount.Minor, "USD").Decimal()
	args := map[string]string{"amount": sum, "currency": "USD", "merchant": last.Payee, "usual": "38.20", "times": "71", "days": "1", "percent": "10"}
	v := app.AlertView{
		Alert: alert.Alert{
			ID: id, Detector: detector, Level: level, Account: "a3", Day: last.Date, Why: ledger.Reason{ID: detector, Args: args},
			Numbers: []alert.Number{
				{Label: "this-charge", Amount: sum, Currency: "USD"}, {Label: "usual-here", Amount: "38.20", Currency: "USD"},
				{Label: "highest-here", Amount: "188.00", Currency: "USD"}, {Label: "times-here", Count: 71},
			},
			Normal: []ledger.Reason{{ID: "normal-up-to", Args: args}, {ID: "normal-confirmed", Args: args}, {ID: "normal-recurring", Args: args}},
		},
		Waits: true, Account: card, About: about,
	}
	for _, r := range about {
		v.Rows = append(v.Rows, r.ID)
	}
	for i, payee := range []string{"Harbour Optics", "Alder Hardware", "Green Leaf Grocer", "Riverside Pharmacy", "Corner Fuel", "Paper & Ink", "City Transit"} {
		old := row("b"+payee, payee, -18800+int64(i)*2100, today.AddDays(-60-i))
		v.Against, v.Baseline = append(v.Against, old), append(v.Baseline, old.ID)
	}
	v.Paid = map[ledger.TransactionID]int{"bHarbour Optics": 3, "bAlder Hardware": 9, "bGreen Leaf Grocer": 1}
	seed := int64(23)
	for i := range 71 {
		seed = seed * 16807 % 2147483647
		v.Charges = append(v.Charges, app.AlertCharge{Row: ledger.TransactionID("c" + string(rune('A'+i))), Day: last.Date.AddDays(-90 + i*90/71), Payee: "Green Leaf Grocer", Size: 700 + seed%11000})
	}
	for _, r := range about {
		v.Charges = append(v.Charges, app.AlertCharge{Row: r.ID, Day: r.Date, Payee: r.Payee, Size: -r.Amount.Minor, About: true})
	}
	f.alerts = append(f.alerts, v)
}
