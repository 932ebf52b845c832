package transactions_test

import (
	"fmt"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
)

func accounts() []ledger.AccountView {
	one := func(id, name, masked string) ledger.AccountView {
		return ledger.AccountView{Account: ledger.Account{ID: ledger.AccountID(id), Name: name, Masked: masked, Bank: "Northlight", Currency: "USD"}}
	}
	return []ledger.AccountView{one("everyday", "Everyday", "2208"), one("card", "Card", "4417"), one("azulejo", "Azulejo", "0093")}
}

// few are the rows of the picture that the place was designed by.
func few() *books {
	b := &books{accounts: accounts()}
	at := map[string]ledger.AccountView{}
	for _, a := range b.accounts {
		at[a.Name] = a
	}
	add := func(status ledger.Status, day int, payee string, category ledger.Category, account string, minor int64) *app.Detail {
		currency := "USD"
		if account == "Azulejo" {
			currency = "EUR"
		}
		id := ledger.TransactionID(fmt.Sprintf("t%d", len(b.rows)))
		seen := time.Date(2026, 11, day, 21, 40, 0, 0, time.Local)
		d := app.Detail{Account: at[account], Transaction: ledger.Transaction{ID: id, Account: at[account].ID, Status: status,
			Row:     ledger.Row{Date: ledger.Day(2026, 11, day), Amount: money.New(minor, currency), Payee: payee, Category: category, Pending: status == ledger.Pending},
			History: []ledger.Step{{At: seen.UTC(), What: ledger.FirstSeen, Reason: ledger.Reason{ID: "new"}}}}}
		if status == ledger.Booked {
			d.History = append(d.History, ledger.Step{At: seen.Add(32 * time.Hour).UTC(), What: ledger.BecameBooked, Reason: ledger.Reason{ID: "settled", Args: map[string]string{"days": "2"}}})
			d.Raw = []ledger.Field{{Name: "transactionId", Value: "nl_9f31c0a4e7"}, {Name: "status", Value: "POSTED"}, {Name: "amount", Value: "17.99"}, {Name: "debitCreditMemo", Value: "DEBIT"}, {Name: "description", Value: "LUMEN VIDEO 8005550142"}, {Name: "postedTimestamp", Value: "2026-11-16T04:00:00Z"}}
		}
		b.rows = append(b.rows, d)
		return &b.rows[len(b.rows)-1]
	}
	flag := func(d *app.Detail, level alert.Level, why ledger.Reason) {
		d.Alert = &alert.Alert{ID: alert.ID("alert-" + string(d.ID)), Level: level, Account: d.Account.ID, Rows: []ledger.TransactionID{d.ID}, Why: why}
	}
	const p, k = ledger.Pending, ledger.Booked
	add(p, 22, "Harbour Bakery", ledger.EatingOut, "Everyday", -1140)
	add(p, 22, "City Transit", ledger.Transport, "Everyday", -290)
	add(p, 21, "Corner Fuel", ledger.Car, "Everyday", -5890)
	add(p, 21, "Padaria do Largo", ledger.EatingOut, "Azulejo", -980)
	add(p, 20, "Hotel Aurora, hold", ledger.Travel, "Everyday", -11400)
	add(k, 20, "Mercado Verde", ledger.Groceries, "Azulejo", -4632)
	add(k, 20, "Northlight salary, Nora", ledger.Salary, "Everyday", 318000)
	flag(add(k, 20, "Voltbay Electronics", "", "Card", -61240), alert.Interrupt, ledger.Reason{ID: "unusual-amount", Args: map[string]string{"amount": "-612.40", "usual": "-48.20", "times": "11", "merchant": "Voltbay Electronics", "currency": "USD"}})
	flag(add(k, 20, "QX Services", "", "Card", -100), alert.Interrupt, ledger.Reason{ID: "duplicate-charge", Args: map[string]string{"amount": "-1.00", "merchant": "QX Services", "currency": "USD", "days": "0"}})
	add(k, 19, "Green Leaf Grocer", ledger.Groceries, "Everyday", -8417)
	add(k, 18, "To Tidewater reserve", ledger.Transfer, "Everyday", -50000)
	add(k, 18, "From Northlight Everyday", ledger.Transfer, "Card", 50000)
	add(k, 17, "Dr. Castelo, dentist", ledger.Health, "Azulejo", -7500)
	add(k, 16, "Paper & Ink", ledger.Household, "Card", -2360)
	flag(add(k, 14, "Lumen Video", ledger.Subscriptions, "Card", -1799), alert.Quiet, ledger.Reason{ID: "unusual-amount", Args: map[string]string{"amount": "-17.99", "usual": "-14.99", "times": "11", "merchant": "Lumen Video", "currency": "USD"}})
	add(k, 14, "Green Leaf Grocer", ledger.Groceries, "Everyday", -6105)
	add(k, 13, "Corner Fuel", ledger.Car, "Everyday", -4910)
	add(k, 12, "Corner Fuel", ledger.Car, "Everyday", -4910)
	for i := range 40 {
		add(k, 11-i/4, "Green Leaf Grocer", ledger.Groceries, "Everyday", int64(-1000-i))
	}
	return b
}

// many are n booked rows over ten years, one account, each with its number as payee.
func many(n int) *books {
	b := &books{accounts: accounts()[:1], rows: make([]app.Detail, n)}
	for i := range b.rows {
		b.rows[i] = app.Detail{Account: b.accounts[0], Transaction: ledger.Transaction{ID: ledger.TransactionID(fmt.Sprint("m", i)), Account: "everyday",
			Row:     ledger.Row{Date: today.AddDays(-i * 3650 / n), Amount: money.New(int64(-100-i%977), "USD"), Payee: fmt.Sprint("row ", i), Category: ledger.Car},
			History: []ledger.Step{{At: today.Time(), What: ledger.FirstSeen, Reason: ledger.Reason{ID: "new"}}}}}
	}
	return b
}
