package plaid_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/plaid"
)

func TestAFeedThatMakesNoSenseIsTheBanksFault(t *testing.T) {
	told := func(added, removed, rest string) string {
		return `{"added":[` + added + `],"modified":[],"removed":[` + removed + `],` + rest + `}`
	}
	const end = `"next_cursor":"c","has_more":false`
	bodies := banktest.NotJSON()
	for name, b := range map[string]banktest.Bad{
		"no lists":                   {Body: `{` + end + `}`, Reason: "bank.json"},
		"null for a list":            {Body: `{"added":null,"modified":[],"removed":[],` + end + `}`, Reason: "bank.json"},
		"no word of more":            {Body: told(``, ``, `"next_cursor":"c"`), Reason: "bank.json"},
		"a text for more":            {Body: told(``, ``, `"next_cursor":"c","has_more":"4111"`), Reason: "bank.json"},
		"a cursor of a kilobyte":     {Body: told(``, ``, `"next_cursor":"`+strings.Repeat("4111", 500)+`","has_more":false`), Reason: "bank.json"},
		"a removed one without id":   {Body: told(``, `{"account_id":"p-1"}`, end), Reason: "bank.account"},
		"a removed one of another":   {Body: told(``, `{"account_id":"4111","transaction_id":"1"}`, end), Reason: "bank.other"},
		"a row of another":           {Body: told(`{"account_id":"4111","transaction_id":"1"}`, ``, end), Reason: "bank.other"},
		"a row without id":           {Body: told(`{"account_id":"p-1","amount":1}`, ``, end), Reason: "bank.account"},
		"an amount of a cent's half": {Body: told(`{"transaction_id":"1","date":"2026-11-20","iso_currency_code":"USD","amount":4111.005}`, ``, end), Reason: "bank.amount"},
		"no currency of ISO":         {Body: told(`{"transaction_id":"1","date":"2026-11-20","iso_currency_code":null,"unofficial_currency_code":"BTC","amount":1}`, ``, end), Reason: "plaid.currency"},
	} {
		bodies[name] = b
	}
	banktest.Nonsense(t, func(body string) (int, error) {
		d, _, err := plaid.ReadDelta(strings.NewReader(body), usd)
		if err != nil && len(d.Rows)+len(d.Removed) != 0 {
			t.Errorf("%s: kept %+v", body, d)
		}
		return len(d.Rows), err
	}, bodies)
}

// TestWhatIsNewBreaksNothing puts unknown words and fields into each place that has some.
func TestWhatIsNewBreaksNothing(t *testing.T) {
	for name, fields := range map[string]string{
		"a category": `"personal_finance_category":{"primary":"HOLOGRAMS","detailed":"HOLOGRAMS_SOLID","version":"v9"}`, "no category": `"personal_finance_category":null`,
		"a list for a category": `"personal_finance_category":["x"]`, "a counterparty": `"counterparties":[{"type":"oracle","name":"Pythia","x":[1]},null,"x"]`, "no counterparties": `"counterparties":null`,
		"an object for a text": `"merchant_name":{"x":1}`, "a number for a text": `"original_description":17`, "a channel": `"payment_channel":"telepathy","transaction_type":"x"`,
		"more": `"location":{"a":[[[1]]],"b":null},"x":{"y":[{}]}`, "a time that is none": `"authorized_datetime":"noon","datetime":17`, "pending that is a text": `"pending":"perhaps"`,
		"payment_meta that is none": `"payment_meta":[]`, "null": `"merchant_name":null,"pending_transaction_id":null,"datetime":null`,
	} {
		body := `{"x":1,"added":[{"account_id":"p-1","transaction_id":"1","date":"2026-11-20","iso_currency_code":"USD","amount":1.5,"name":"X","pending":false,` + fields + `}],"modified":[],"removed":[{"transaction_id":"2","x":[1]}],"next_cursor":"c","has_more":false,"transactions_update_status":"NEW","accounts":[{"x":{}}]}`
		d, _, err := plaid.ReadDelta(strings.NewReader(body), usd)
		if err != nil || len(d.Rows) != 1 || d.Rows[0].Amount.Minor != -150 || d.Rows[0].Payee != "X" || d.Rows[0].Pending || d.Rows[0].Category != ledger.NoCategory || !slices.Equal(d.Removed, []string{"2"}) || d.Partial {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	all, err := plaid.ReadAccounts(strings.NewReader(`{"accounts":[{"account_id":"p-1","name":"X","type":"hologram","subtype":{"x":1},"holder_category":"clan","verification_status":"new","balances":{"current":1,"iso_currency_code":"USD","x":{"y":[1]}},"x":[null]}],"item":[{"x":1}]}`))
	if err != nil || len(all) != 1 || all[0].Err != nil || all[0].Kind != ledger.Other || all[0].Balance.Booked.Minor != 100 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestWhatARowIsFor(t *testing.T) {
	want := map[string]ledger.Category{
		"INCOME_WAGES": ledger.Salary, "INCOME_INTEREST_EARNED": ledger.Interest, "INCOME_TAX_REFUND": ledger.OtherIncome, "BANK_FEES_INTEREST_CHARGE": ledger.Fees, "BANK_FEES_ATM_FEES": ledger.Fees,
		"RENT_AND_UTILITIES_RENT": ledger.Housing, "RENT_AND_UTILITIES_GAS_AND_ELECTRICITY": ledger.Utilities, "RENT_AND_UTILITIES_WATER": ledger.Utilities, "GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT": ledger.NoCategory,
		"LOAN_PAYMENTS_CREDIT_CARD_PAYMENT": ledger.Transfer, "LOAN_PAYMENTS_MORTGAGE_PAYMENT": ledger.Housing, "TRANSFER_OUT_WITHDRAWAL": ledger.Cash, "TRANSFER_IN_CASH_ADVANCES_AND_LOANS": ledger.Transfer,
		"FOOD_AND_DRINK_GROCERIES": ledger.Groceries, "FOOD_AND_DRINK_BEER_WINE_AND_LIQUOR": ledger.EatingOut, "TRANSPORTATION_GAS": ledger.Car, "TRANSPORTATION_PUBLIC_TRANSIT": ledger.Transport,
		"PERSONAL_CARE_HAIR_AND_BEAUTY": ledger.NoCategory, "HOLOGRAMS_RESTAURANT": ledger.EatingOut,
	}
	names := strings.Fields("INCOME BANK_FEES RENT_AND_UTILITIES GOVERNMENT_AND_NON_PROFIT LOAN_PAYMENTS TRANSFER_OUT TRANSFER_IN FOOD_AND_DRINK TRANSPORTATION PERSONAL_CARE HOLOGRAMS")
	for detailed, category := range want {
		at := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(detailed, n+"_") })
		row, err := oneRow(`"personal_finance_category":{"primary":"` + names[at] + `","detailed":"` + detailed + `"}`)
		if err != nil || row.Category != category {
			t.Errorf("%s is %q, not %q; %v", detailed, row.Category, category, err)
		}
	}
}

func TestWhoWasPaid(t *testing.T) {
	for name, c := range map[string]struct{ fields, payee string }{
		"the merchant":             {`"amount":1,"merchant_name":"Mill","counterparties":[{"type":"merchant","name":"Other"}]`, "Mill"},
		"a counterparty":           {`"amount":1,"merchant_name":null,"counterparties":[{"type":"payment_app","name":"App"},{"type":"merchant","name":"Mill"}]`, "Mill"},
		"an app between is nobody": {`"amount":1,"counterparties":[{"type":"payment_app","name":"App"}]`, "NAME"},
		"who paid":                 {`"amount":-1,"payment_meta":{"payer":"Works","payee":"Me"}`, "Works"},
		"who was paid":             {`"amount":1,"payment_meta":{"payer":"Me","payee":"Works"}`, "Works"},
		"the bank's name":          {`"amount":1,"merchant_name":"\u202e "`, "NAME"},
	} {
		if row, err := oneRow(c.fields); err != nil || row.Payee != c.payee {
			t.Errorf("%s: %q, %v", name, row.Payee, err)
		}
	}
}

// oneRow is a row with fields.
func oneRow(fields string) (ledger.Row, error) {
	if !strings.Contains(fields, `"amount"`) {
		fields += `,"amount":1`
	}
	rows, _, err := plaid.ReadRows(strings.NewReader(`{"transactions":[{"transaction_id":"1","date":"2026-11-20","iso_currency_code":"USD","name":"NAME",`+fields+`}],"total_transactions":1}`), usd)
	if err != nil || len(rows) != 1 {
		return ledger.Row{}, fmt.Errorf("%d rows: %w", len(rows), err)
	}
	return rows[0], nil
}

func FuzzChanges(f *testing.F) {
	f.Add(`{"added":[{"account_id":"p-1","transaction_id":"1","date":"2026-11-20","iso_currency_code":"USD","amount":1.5,"name":"X","counterparties":[{"type":"merchant","name":"Y"}]}],"modified":[],"removed":[{"transaction_id":"2","account_id":"p-1"}],"next_cursor":"c","has_more":true,"transactions_update_status":"INITIAL_UPDATE_COMPLETE"}`)
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		d, _, err := plaid.ReadDelta(strings.NewReader(body), usd)
		banktest.Sane(t, d.Rows, err, "USD")
		if err != nil && (len(d.Rows) > 0 || len(d.Removed) > 0) || slices.Contains(d.Removed, "") {
			t.Fatalf("%+v, %v", d, err)
		}
	})
}
