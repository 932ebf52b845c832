package investec_test

import (
	"errors"
	"flag"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/investec"
)

var update = flag.Bool("update", false, "write the golden files anew")

func open(t *testing.T, c *banktest.Counter) bank.Session {
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL + "/za/pb/v1", Token: secret.New("investec-token"), App: secret.New("investec-key")}
}

var (
	zar      = ledger.Account{BankID: "900001", Currency: "ZAR"}
	november = bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 22)}
)

func files(t *testing.T) *banktest.Counter {
	balances := map[string]string{
		"900001": `{"data":{"accountId":"900001","currentBalance":1043.2,"availableBalance":900.05,"currency":"ZAR"},"meta":{}}`,
		"900002": `{"data":{"accountId":"900002","currentBalance":0,"availableBalance":0,"currency":"ZAR"}}`,
		"900003": `{"data":{"accountId":"900003","currentBalance":-412000.51,"availableBalance":5,"currency":"ZAR"}}`,
		"900004": `{"data":{"accountId":"900001","currentBalance":1,"currency":"ZAR"}}`,
		"900005": `{"data":{"accountId":"900005","currentBalance":null,"currency":"ZAR"}}`,
	}
	return banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		switch path := strings.TrimPrefix(q.URL.Path, "/za/pb/v1/accounts"); {
		case path == "":
			return 200, banktest.Read(t, "accounts.json")
		case strings.HasSuffix(path, "/balance"):
			return 200, balances[strings.Split(path, "/")[1]]
		}
		return 200, banktest.Read(t, "transactions.json")
	}})
}

func TestAccountsReadAsInTheGoldenFile(t *testing.T) {
	accounts, err := investec.Bank{}.Accounts(t.Context(), files(t).Session(t))
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "accounts", banktest.TellAccounts(accounts))
}

func TestTransactionsReadAsInTheGoldenFile(t *testing.T) {
	c := files(t)
	rows, err := banktest.Collect(t, investec.Bank{}, c.Session(t), zar, november)
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "transactions", banktest.TellRows(rows))
	q := c.Asked()[0]
	if q.Header.Get("Authorization") != "Bearer investec-token" || q.URL.Path != "/za/pb/v1/accounts/900001/transactions" || q.URL.RawQuery != "fromDate=2026-11-01&toDate=2026-11-22" {
		t.Errorf("asked %s %v", q.URL, q.Header)
	}
	for name, values := range q.Header {
		if strings.Contains(strings.Join(values, " "), "investec-key") {
			t.Errorf("the API key went along in %s, which only the token endpoint wants", name)
		}
	}
}

func TestMorePagesThanTheBankNamesAreToldAsPartial(t *testing.T) {
	for body, want := range map[string]bool{`{"data":{"transactions":[]},"meta":{"totalPages":1}}`: false, `{"data":{"transactions":[]},"meta":{"totalPages":3}}`: true, `{"data":{"transactions":[]}}`: false} {
		for page, err := range (investec.Bank{}).Transactions(t.Context(), banktest.Always(t, 200, body, open).Session(t), zar, november) {
			if err != nil || page.Partial != want {
				t.Errorf("%s: %+v, %v", body, page, err)
			}
		}
	}
}

func TestNoCardNumberIsKeptWhole(t *testing.T) {
	rows, _, err := investec.ReadRows(strings.NewReader(`{"data":{"transactions":[{"type":"DEBIT","status":"POSTED","postingDate":"2026-11-20","amount":1,"cardNumber":"4111222233334417"}]}}`), "ZAR")
	if err != nil || len(rows) != 1 || rows[0].Card != "4417" {
		t.Fatalf("got %+v, %v", rows, err)
	}
	for _, f := range rows[0].Raw {
		if strings.Contains(f.Value, "33334417") {
			t.Errorf("%s is kept: %s", f.Name, f.Value)
		}
	}
}

func TestRefusalsSayWhatThePersonCanDo(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	cases := banktest.Statuses()
	cases["days that lie too far back"] = banktest.Refusal{Status: 400, Body: `4111-2222`, Kind: fault.BankUnexpected}
	banktest.Refusals(t, investec.Bank{Now: func() time.Time { return now }}, now, open, cases)
	_, err := banktest.Collect(t, investec.Bank{}, banktest.Always(t, 400, ``, open).Session(t), zar, november)
	if !errors.Is(err, bank.ErrTooFar) {
		t.Errorf("got %v", err)
	}
}

func TestBodiesThatMakeNoSenseAreTheBanksFault(t *testing.T) {
	row := func(fields string) string {
		return `{"data":{"transactions":[{"status":"POSTED","postingDate":"2026-01-02",` + fields + `}]}}`
	}
	bodies := banktest.NotJSON()
	for name, b := range map[string]banktest.Bad{
		"an exponent":              {Body: row(`"type":"DEBIT","amount":1e3`), Reason: "bank.amount"},
		"a fraction of a cent":     {Body: row(`"type":"DEBIT","amount":4111.001`), Reason: "bank.amount"},
		"null for an amount":       {Body: row(`"type":"DEBIT","amount":null`), Reason: "bank.amount"},
		"no amount":                {Body: row(`"type":"DEBIT"`), Reason: "bank.amount"},
		"no direction":             {Body: row(`"amount":4111`), Reason: "bank.amount"},
		"an amount beyond 64 bits": {Body: row(`"type":"DEBIT","amount":99999999999999999999`), Reason: "bank.amount"},
		"no date":                  {Body: `{"data":{"transactions":[{"type":"DEBIT","amount":1}]}}`, Reason: "bank.date"},
		"a date out of range":      {Body: `{"data":{"transactions":[{"type":"DEBIT","amount":1,"postingDate":"1666-01-01"}]}}`, Reason: "bank.date"},
		"null for the list":        {Body: `{"data":{"transactions":null}}`, Reason: "bank.json"},
		"null for what holds it":   {Body: `{"data":null}`, Reason: "bank.json"},
	} {
		bodies[name] = b
	}
	banktest.Nonsense(t, func(body string) (int, error) {
		rows, _, err := investec.ReadRows(strings.NewReader(body), "ZAR")
		return len(rows), err
	}, bodies)
}

func FuzzTransactions(f *testing.F) {
	f.Add(banktest.Read(f, "transactions.json"))
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		rows, _, err := investec.ReadRows(strings.NewReader(body), "ZAR")
		banktest.Sane(t, rows, err, "ZAR")
	})
}

func FuzzAccounts(f *testing.F) {
	f.Add(banktest.Read(f, "accounts.json"), `{"data":{"accountId":"900001","currentBalance":1043.2,"currency":"ZAR"}}`)
	f.Fuzz(func(t *testing.T, accounts, balance string) {
		fuzzed.Limit(t)
		all, err := investec.ReadAccounts(strings.NewReader(accounts))
		for i := range all {
			all[i].Err = investec.ReadBalance(strings.NewReader(balance), &all[i])
		}
		banktest.SaneAccounts(t, all, err)
	})
}
