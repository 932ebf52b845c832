package overview_test

import (
	"context"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/money"
)

var (
	today = ledger.Day(2026, time.November, 22)
	now   = time.Date(2026, time.November, 22, 10, 12, 0, 0, time.UTC)
)

// fake is a vault with what a test puts into it.
type fake struct {
	view    app.Overview
	sent    int64
	err     error
	block   chan struct{} // nil or open: Overview waits until it is closed
	reads   int
	changed func()
	away    []string // what was put away
	put     func()   // what follows from that
}

func (f *fake) PutSilenceAway(_ context.Context, id ledger.AccountID) error {
	f.away = append(f.away, "silence "+string(id))
	f.view.Silent = nil
	return nil
}

func (f *fake) PutNewsAway(_ context.Context, key string) error {
	f.away = append(f.away, "news "+key)
	f.view.News = f.view.News[1:]
	return nil
}

func (f *fake) PutEndingAway(_ context.Context, id consent.LinkID) error {
	f.away = append(f.away, "ending "+string(id))
	if f.put != nil {
		f.put()
	}
	return nil
}

func (f *fake) Overview(ctx context.Context) (app.Overview, error) {
	f.reads++
	if f.block != nil {
		select {
		case <-f.block:
		case <-ctx.Done():
			return app.Overview{}, ctx.Err()
		}
	}
	return f.view, f.err
}

func (f *fake) Listen(_ context.Context, changed func()) { f.changed = changed }

func (f *fake) Sent(context.Context) (int64, int, error) { return f.sent, 1, nil }

func usd(minor int64) money.Amount { return money.New(minor, "USD") }

func account(id, name string, kind ledger.Kind, booked int64) ledger.AccountView {
	return ledger.AccountView{
		Account: ledger.Account{ID: ledger.AccountID(id), Link: "l1", Name: name, Masked: "4417", Kind: kind, Currency: "USD"},
		Balance: ledger.Balance{Booked: usd(booked), Available: usd(booked - 18720), AsOf: now, ReadAt: now.Add(-2 * time.Minute)},
	}
}

// full is three years of one person, as the demo has them.
func full() *fake {
	everyday := account("a1", "Northlight Everyday", ledger.Checking, 421866)
	everyday.Pending = ledger.Sum{Count: 4, In: usd(0), Out: usd(-18720)}
	card := account("a3", "Northlight card", ledger.Card, -121477)
	card.Balance.Limit, card.Balance.Available = usd(900000), usd(778523)
	euro := account("a4", "Azulejo conta corrente", ledger.Checking, 0)
	euro.Currency, euro.Link = "EUR", ""
	euro.Balance = ledger.Balance{Booked: money.New(290715, "EUR"), AsOf: now.AddDate(0, -1, 0), ReadAt: now}
	v := app.Overview{
		Now: now, Today: today, AsOf: now,
		Accounts: []ledger.AccountView{everyday, euro, account("a2", "Northlight Reserve", ledger.Savings, 3840000), card},
		Worth:    []app.Worth{{Now: usd(6911295), Month: usd(120418)}, {Now: money.New(290715, "EUR")}},
		Month: []ledger.MonthSum{
			{Month: today.Month(), Sum: ledger.Sum{Count: 41, In: usd(637240), Out: usd(-473582)}},
		},
		Alerts: []alert.Alert{
			{ID: "x1", Level: alert.Interrupt, Account: "a3", Day: today.AddDays(-2), Why: ledger.Reason{ID: "unusual-amount", Args: map[string]string{
				"amount": "612.40", "currency": "USD", "merchant": "Voltbay Electronics and Appliances", "usual": "38.20", "times": "71"}}},
			{ID: "x2", Level: alert.Quiet, Account: "a1", Day: today.AddDays(-9), Why: ledger.Reason{ID: "duplicate-charge", Args: map[string]string{
				"amount": "49.10", "currency": "USD", "merchant": "Corner Fuel", "days": "0"}}},
		},
		Links: []consent.Link{{ID: "l1", Bank: "Northlight Bank", State: consent.Active, Expires: now.Add(9 * 24 * time.Hour)}},
		Latest: []ledger.RegisterRow{
			{ID: "t1", Status: ledger.Pending, Amount: usd(-1140), Payee: "Harbour Bakery"},
			{ID: "t2", Status: ledger.Pending, Amount: usd(-290), Payee: "City Transit"},
			{ID: "t3", Amount: money.New(-4632, "EUR"), Payee: "Mercado Verde"},
			{ID: "t4", Amount: usd(318000), Payee: "Northlight salary, Nora"},
			{ID: "t5", Amount: usd(-8417), Payee: "Green Leaf Grocer"},
		},
	}
	worth, seed := int64(6911295), int64(23)
	points := make([]app.WorthPoint, 1096)
	for i := range points {
		points[len(points)-1-i] = app.WorthPoint{Day: today.AddDays(-i), Sum: usd(worth)}
		seed = seed * 16807 % 2147483647
		worth -= seed%24000 - 8000
	}
	v.Worth[0].Points = points
	return &fake{view: v, sent: 14200}
}

// notices is full with what can be put away.
func notices() *fake {
	f := full()
	f.view.Alerts = f.view.Alerts[1:]
	f.view.Silent = []ledger.Silence{{Account: "a2", Last: today.AddDays(-119), Days: 119, Usual: 31}}
	return f
}

const day = 24 * time.Hour

func empty() *fake { return &fake{view: app.Overview{Now: now, Today: today}} }
