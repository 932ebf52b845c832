package all_test

import (
	"testing"

	"coffer/sync/bank/all"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/monzo"
)

// consents are what the test banks that know none answer to a read of one.
var consents = map[string]string{
	"fdx":         `{"id":"consent-1","status":"ACTIVE","expirationTime":"2031-01-02T03:04:05Z"}`,
	"obie":        `{"Data":{"ConsentId":"consent-1","Status":"Authorised","ExpirationDateTime":"2031-01-02T03:04:05Z"},"Risk":{},"Links":{},"Meta":{}}`,
	"berlingroup": `{"consentStatus":"valid","validUntil":"2031-01-02","frequencyPerDay":4,"recurringIndicator":true,"access":{},"lastActionDate":"2026-11-01"}`,
}

// days are fewer than the windows of the test banks have, for as many pages as are needed.
var days = map[string]int{"simplefin": 150, "monzo": 45}

// many are the rows of a very long page of the dialects that read the fastest, each in its own way.
var many = map[string]int{"fdx": veryLong, "simplefin": veryLong, "plaid": veryLong, "monzo": veryLong, "berlingroup": veryLong}

// stops are the dialects that read rows as they come.
var stops = map[string]bool{"fdx": true, "monzo": true, "berlingroup": true, "simplefin": true}

// places are where the answers of the test banks have their amounts.
var places = map[string]banktest.Places{
	"fdx": {Row: banktest.Place{Amount: "transactions.0.amount", Dates: []string{"transactions.0.postedTimestamp", "transactions.0.transactionTimestamp"}},
		Balance: banktest.Place{Amount: "accounts.0.currentBalance"}, Account: "accounts.0.currency.currencyCode", Details: true},
	"simplefin": {Row: banktest.Place{Amount: "accounts.0.transactions.0.amount", Dates: []string{"accounts.0.transactions.0.posted"}},
		Balance: banktest.Place{Amount: "accounts.0.balance"}, Account: "accounts.0.currency", Epoch: true},
	"up": {Row: banktest.Place{Amount: "data.0.attributes.amount.value", Beside: "data.0.attributes.amount.valueInBaseUnits", Currency: "data.0.attributes.amount.currencyCode",
		Dates: []string{"data.0.attributes.settledAt", "data.0.attributes.createdAt"}},
		Balance: banktest.Place{Amount: "data.0.attributes.balance.value", Beside: "data.0.attributes.balance.valueInBaseUnits"}, Account: "data.0.attributes.balance.currencyCode"},
	"plaid": {Row: banktest.Place{Amount: "transactions.0.amount", Currency: "transactions.0.iso_currency_code", Dates: []string{"transactions.0.date"}},
		Balance: banktest.Place{Amount: "accounts.0.balances.current"}, Account: "accounts.0.balances.iso_currency_code"},
	"enablebanking": {Row: banktest.Place{Amount: "transactions.0.transaction_amount.amount", Currency: "transactions.0.transaction_amount.currency",
		Dates: []string{"transactions.0.transaction_date", "transactions.0.booking_date", "transactions.0.value_date"}},
		Balance: banktest.Place{Amount: "balances.0.balance_amount.amount"}, Account: "currency"},
	"investec": {Row: banktest.Place{Amount: "data.transactions.0.amount", Dates: []string{"data.transactions.0.postingDate", "data.transactions.0.transactionDate"}},
		Balance: banktest.Place{Amount: "data.currentBalance"}, Account: "data.currency"},
	"akahu": {Row: banktest.Place{Amount: "items.0.amount", Dates: []string{"items.0.date"}}, Balance: banktest.Place{Amount: "items.0.balance.current"}, Account: "items.0.balance.currency"},
	"starling": {Row: banktest.Place{Amount: "feedItems.0.amount.minorUnits", Currency: "feedItems.0.amount.currency", Dates: []string{"feedItems.0.settlementTime", "feedItems.0.transactionTime"}},
		Balance: banktest.Place{Amount: "clearedBalance.minorUnits"}, Account: "accounts.0.currency", Minor: true},
	"monzo": {Row: banktest.Place{Amount: "transactions.0.amount", Currency: "transactions.0.currency", Dates: []string{"transactions.0.created"}},
		Balance: banktest.Place{Amount: "balance"}, Account: "accounts.0.currency", Minor: true},
	"obie": {Row: banktest.Place{Amount: "Data.Transaction.0.Amount.Amount", Currency: "Data.Transaction.0.Amount.Currency", Dates: []string{"Data.Transaction.0.BookingDateTime"}},
		Balance: banktest.Place{Amount: "Data.Balance.0.Amount.Amount"}, Account: "Data.Account.0.Currency"},
	"cdr": {Row: banktest.Place{Amount: "data.transactions.0.amount", Currency: "data.transactions.0.currency",
		Dates: []string{"data.transactions.0.postingDateTime", "data.transactions.0.executionDateTime", "data.transactions.0.valueDateTime"}},
		Balance: banktest.Place{Amount: "data.currentBalance"}, Account: "data.currency", Assumed: "AUD", Undated: true},
	"berlingroup": {Row: banktest.Place{Amount: "transactions.booked.0.transactionAmount.amount", Currency: "transactions.booked.0.transactionAmount.currency",
		Dates: []string{"transactions.booked.0.bookingDate", "transactions.booked.0.valueDate"}},
		Balance: banktest.Place{Amount: "balances.0.balanceAmount.amount"}, Account: "accounts.0.currency", Pending: "transactions.pending"},
}

func TestEveryDialectStandsWhatABankMayAnswer(t *testing.T) {
	for _, d := range all.Dialects() {
		open, listed := servers()[d.Name()]
		if !listed {
			t.Errorf("no server to test %q against: add one", d.Name())
			continue
		}
		if d.Name() == "monzo" {
			d = monzo.Bank{PageSize: 40}
		}
		t.Run(d.Name(), func(t *testing.T) {
			t.Parallel()
			banktest.Hostile(t, d, banktest.Ground{Open: open, Consent: consents[d.Name()], Days: days[d.Name()], Many: many[d.Name()], Stops: stops[d.Name()], Places: places[d.Name()]})
		})
	}
}
