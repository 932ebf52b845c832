package dispute_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/dispute"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
)

var (
	today  = ledger.Day(2026, 11, 22)
	opened = time.Date(2026, 11, 22, 10, 14, 0, 0, time.Local)
)

// fake is the use cases on disputes in memory.
type fake struct {
	lock    sync.Mutex // of views: a screen may read while an act is under way
	views   []app.DisputeView
	phone   string
	changed []func()
	fails   error
	mine    []dispute.ID
}

func voltbay(change func(*dispute.Answers)) *fake {
	row := func(id, payee string, day int, minor int64) ledger.Transaction {
		return ledger.Transaction{ID: ledger.TransactionID(id), Account: "card", Row: ledger.Row{Date: ledger.Day(2026, 11, day), At: time.Date(2026, 11, day, 21, 6, 0, 0, time.Local), Payee: payee, Amount: money.New(minor, "USD")}}
	}
	d := dispute.Dispute{ID: "d1", Account: "card", Alert: "x1", Opened: opened, Items: []dispute.Item{
		dispute.ItemOf(row("big", "Voltbay Electronics", 20, -61240)), dispute.ItemOf(row("small", "QX Services", 20, -100)),
	}}
	d.Answers = dispute.Answers{Country: "US", Instrument: dispute.CreditCard, Pack: dispute.Unauthorised, Kept: true, Learned: today, Statement: ledger.Day(2026, 11, 30),
		Holder: []string{"Nora Whitfield", "12 Alder Street, Boston"}, Bank: []string{"Northlight Bank", "Card disputes"}}
	change(&d.Answers)
	v := app.DisputeView{Dispute: d, Related: []ledger.Transaction{row("r1", "Northlight cash machine", 19, -20000), row("r2", "Millstone Market", 18, -2449)}, Scores: map[ledger.TransactionID]int{"r1": 2},
		Link: consent.Link{ID: "l1", Bank: "Northlight Bank", State: consent.Active}}
	v.Account.Account = ledger.Account{ID: "card", Name: "Northlight card", Bank: "Northlight Bank", Masked: "4417", Kind: ledger.Card}
	return &fake{views: []app.DisputeView{v}, phone: "+1 555 0142 808"}
}

func same(*dispute.Answers) {}

func (f *fake) at(id dispute.ID) int {
	return slices.IndexFunc(f.views, func(v app.DisputeView) bool { return v.ID == id })
}

func (f *fake) Disputes(context.Context) ([]app.DisputeView, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	return slices.Clone(f.views), f.fails
}

func (f *fake) Dispute(_ context.Context, id dispute.ID) (app.DisputeView, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	i := f.at(id)
	if f.fails != nil || i < 0 {
		return app.DisputeView{}, errors.Join(f.fails, ledger.ErrNotFound)
	}
	v := f.views[i]
	v.Standing, v.Steps, v.Clocks, v.Shares, v.Chase = v.Dispute.Standing(), dispute.Steps(v.Known()), dispute.Clocks(v.Known()), dispute.Shares(v.Facts()), v.Dispute.Chase()
	v.Phone = f.phone
	v.PhoneAt = time.Date(2026, 3, 12, 12, 0, 0, 0, time.Local)
	return v, nil
}

func (f *fake) change(id dispute.ID, by func(dispute.Dispute) (dispute.Dispute, error)) error {
	f.lock.Lock()
	i := f.at(id)
	d, err := by(f.views[i].Dispute)
	if err == nil {
		f.views[i].Dispute = d
	}
	f.lock.Unlock()
	if err != nil {
		return fault.Because(fault.BadDispute, "dispute.answer", "change", err)
	}
	f.tell()
	return nil
}

func (f *fake) tell() {
	for _, changed := range f.changed {
		changed()
	}
}

func (f *fake) SetDisputeAnswer(_ context.Context, id dispute.ID, key, text string) (was dispute.Answers, err error) {
	err = f.change(id, func(d dispute.Dispute) (dispute.Dispute, error) {
		was = d.Answers
		d.Answers, err = d.Answers.Set(key, text, d.Facts().Debited)
		return d, err
	})
	return was, err
}

func (f *fake) PutDisputeAnswers(_ context.Context, id dispute.ID, was dispute.Answers) error {
	return f.change(id, func(d dispute.Dispute) (dispute.Dispute, error) {
		d.Answers = was
		return d, nil
	})
}

func (f *fake) SetBankPhone(_ context.Context, _ ledger.AccountID, number string) (string, error) {
	number, err := dispute.Phone(number)
	if err != nil {
		return "", fault.Because(fault.BadDispute, "dispute.phone", "keep", err)
	}
	was := f.phone
	f.phone = number
	f.tell()
	return was, nil
}

func (f *fake) NoteDispute(_ context.Context, id dispute.ID, e dispute.Event) error {
	if e.Day == 0 {
		e.Day = today
	}
	return f.change(id, func(d dispute.Dispute) (dispute.Dispute, error) { return d.With(e) })
}

func (f *fake) MatchRefund(ctx context.Context, id dispute.ID, row ledger.TransactionID) error {
	for _, r := range f.views[f.at(id)].Refunds {
		if r.Row.ID == row {
			return f.NoteDispute(ctx, id, dispute.Event{What: dispute.Refunded, Row: row, Amount: r.Row.Amount})
		}
	}
	return ledger.ErrNotFound
}

func (f *fake) MineAfterAll(ctx context.Context, id dispute.ID) error {
	f.mine = append(f.mine, id)
	return f.NoteDispute(ctx, id, dispute.Event{What: dispute.WasMine})
}

func (f *fake) UndoDispute(_ context.Context, id dispute.ID) (was dispute.Event, err error) {
	err = f.change(id, func(d dispute.Dispute) (dispute.Dispute, error) {
		before, event, ok := d.Undone()
		if !ok {
			return d, dispute.ErrNotNow
		}
		was = event
		return before, nil
	})
	return was, err
}

func (f *fake) DeleteDispute(_ context.Context, id dispute.ID) (dispute.Dispute, error) {
	f.lock.Lock()
	i := f.at(id)
	was := f.views[i].Dispute
	f.views = slices.Delete(slices.Clone(f.views), i, i+1)
	f.lock.Unlock()
	f.tell()
	return was, nil
}

func (f *fake) RestoreDispute(_ context.Context, was dispute.Dispute) error {
	v := voltbay(same).views[0]
	v.Dispute = was
	f.lock.Lock()
	f.views = append(f.views, v)
	f.lock.Unlock()
	f.tell()
	return nil
}

func (f *fake) Listen(_ context.Context, changed func()) { f.changed = append(f.changed, changed) }

func (f *fake) Today() ledger.Date { return today }
