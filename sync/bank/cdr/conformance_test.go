//go:build conformance

package cdr_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/cdr"
)

// corpus reads a file of the corpus, which CORPUS names from the root of the project, into.
func corpus(t *testing.T, into any, path ...string) string {
	t.Helper()
	root := os.Getenv("CORPUS")
	if root == "" {
		t.Fatal("CORPUS is not set: it names the folder that holds bank-json and specs")
	}
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", "..", "..", root)
	}
	raw, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// answer is what the API would answer of a list that a mock server keeps.
func answer(t *testing.T, list string, of any) *strings.Reader {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"data": map[string]any{list: of}, "links": map[string]any{}, "meta": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReader(string(raw))
}

// told renames the fields of a mock server's table as the API names them, and writes its amounts as text.
func told(row map[string]any) map[string]any {
	names := map[string]string{"MaskedName": "maskedNumber", "NickName": "nickname", "TransactionType": "type", "CRN": "crn", "accountID": "accountId"}
	all := map[string]any{}
	for name, value := range row {
		if names[name] == "" {
			names[name] = strings.ToLower(name[:1]) + name[1:]
		}
		if number, ok := value.(json.Number); ok {
			value = number.String()
		}
		all[names[name]] = value
	}
	delete(all, "transactions")
	return all
}

// TestCorpusOfTheRegistersMockHolder reads all customers of the mock data holder of the Consumer Data Right's makers.
func TestCorpusOfTheRegistersMockHolder(t *testing.T) {
	var file struct {
		Customers []struct{ Accounts []map[string]any }
	}
	decoder := json.NewDecoder(strings.NewReader(corpus(t, &struct{}{}, "bank-json", "ConsumerDataRight+mock-data-holder", "seed-data.json")))
	decoder.UseNumber()
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	accounts, rows, pending, closed := 0, 0, 0, 0
	kinds := map[ledger.Kind]int{}
	for _, c := range file.Customers {
		for _, account := range c.Accounts {
			all, err := cdr.ReadAccounts(answer(t, "accounts", []any{told(account)}))
			if err != nil || len(all) != 1 || all[0].Masked == "" || all[0].Name == "" {
				t.Fatalf("%v: %+v, %v", account["AccountId"], all, err)
			}
			a := all[0].Account
			a.Currency = "AUD"
			accounts++
			kinds[a.Kind]++
			if a.Closed {
				closed++
			}
			var list []any
			for _, row := range account["Transactions"].([]any) {
				list = append(list, told(row.(map[string]any)))
			}
			if list == nil {
				list = []any{}
			}
			read, err := cdr.ReadRows(answer(t, "transactions", list), a, month.To)
			if err != nil || len(read) != len(list) {
				t.Fatalf("%s: %d of %d rows, %v", a.BankID, len(read), len(list), err)
			}
			for i, r := range read {
				amount := list[i].(map[string]any)["amount"].(string)
				if want, err := money.Parse(amount, "AUD"); err != nil || r.Amount != want || r.SourceID == "" || r.Payee == "" || !r.Date.Plausible() {
					t.Errorf("%s: %+v of %s", a.BankID, r, amount)
				}
				if r.Pending {
					pending++
				}
			}
			rows += len(read)
		}
	}
	if accounts != 52 || rows != 85 || pending != 1 || closed != 11 || kinds[ledger.Other] != 0 || kinds[ledger.Loan] != 28 || kinds[ledger.Card] != 1 || kinds[ledger.Wallet] != 1 {
		t.Errorf("%d accounts, %d closed, of kinds %v; %d rows, %d pending", accounts, closed, kinds, rows, pending)
	}
	t.Logf("1 file: %d accounts of %d customers, %d rows", accounts, len(file.Customers), rows)
}

// TestCorpusOfAQuickstartsBank reads the data of a mock bank. Its balances hold placeholders where it has no amount: they
// are refused, and read once those are taken out.
func TestCorpusOfAQuickstartsBank(t *testing.T) {
	var file map[string]struct {
		Accounts     []json.RawMessage `json:"cdr_accounts"`
		Balances     []json.RawMessage `json:"cdr_balances"`
		Transactions []map[string]any  `json:"cdr_transactions"`
	}
	corpus(t, &file, "bank-json", "cloudentity+openbanking-quickstart", "cdr-data.json")
	for _, customer := range file {
		all, err := cdr.ReadAccounts(answer(t, "accounts", customer.Accounts))
		if err != nil || len(all) != 3 || all[0].Name != "Savings Account" || all[2].Masked != "987" {
			t.Fatalf("accounts: %+v, %v", all, err)
		}
		rows := 0
		for i, a := range all {
			body := string(customer.Balances[i])
			if _, err := cdr.ReadBalance(strings.NewReader(`{"data":`+body+`}`), a); fault.Of(err) == nil || fault.Of(err).Reason != "bank.amount" {
				t.Errorf("%s, with placeholders: %v", a.BankID, err)
			}
			var b map[string]any
			if err := json.Unmarshal([]byte(body), &b); err != nil {
				t.Fatal(err)
			}
			delete(b, "creditLimit")
			delete(b, "purses")
			raw, err := json.Marshal(map[string]any{"data": b})
			if err != nil {
				t.Fatal(err)
			}
			parts, err := cdr.ReadBalance(strings.NewReader(string(raw)), a)
			if err != nil || len(parts) != 1 || parts[0].Balance.Booked.Minor != []int64{1000_00, 2330_45, 1174_23}[i] {
				t.Fatalf("%s: %+v, %v", a.BankID, parts, err)
			}
			var list []any
			for _, row := range customer.Transactions {
				if row["accountID"] == a.BankID {
					list = append(list, told(row))
				}
			}
			if list == nil {
				list = []any{}
			}
			read, err := cdr.ReadRows(answer(t, "transactions", list), parts[0].Account, month.To)
			if err != nil || len(read) != len(list) {
				t.Fatalf("%s: %d of %d rows, %v", a.BankID, len(read), len(list), err)
			}
			for _, r := range read {
				if r.MCC != "5411" || r.Payee != "Supermarket A" || r.Memo != "EFTPOS" || r.Amount.Minor <= 0 {
					t.Errorf("%+v", r)
				}
			}
			rows += len(read)
		}
		if rows != 5 {
			t.Errorf("%d rows", rows)
		}
		t.Logf("1 file: %d accounts, %d balances, %d rows", len(all), len(customer.Balances), rows)
	}
}

// TestCorpusOfThePublishedDescription holds the published description to what the dialect asks and reads: the paths, their
// versions, the words of each list of words and the names of the fields.
func TestCorpusOfThePublishedDescription(t *testing.T) {
	type schema struct {
		Enum       []string
		Required   []string
		Properties map[string]struct {
			Default any
			Enum    []string
		}
	}
	var spec struct {
		Paths map[string]map[string]struct {
			Version string `json:"x-version"`
		}
		Components struct{ Schemas map[string]schema }
	}
	corpus(t, &spec, "specs", "cdr", "cds_banking.json")
	for path, version := range map[string]string{"/banking/accounts": "3", "/banking/accounts/{accountId}/balance": "1", "/banking/accounts/{accountId}/transactions": "2"} {
		if got := spec.Paths[path]["get"].Version; got != version {
			t.Errorf("%s is of version %q, and asked in %s", path, got, version)
		}
	}
	for name, fields := range map[string]string{
		"BankingAccountV3":     "accountId displayName nickname openStatus maskedNumber productCategory productName",
		"BankingBalance":       "accountId currentBalance availableBalance creditLimit currency purses",
		"BankingBalancePurse":  "amount currency",
		"BankingTransactionV2": "accountId transactionId type status description postingDateTime valueDateTime executionDateTime amount currency reference merchantName merchantCategoryCode billerName crn",
		"LinksPaginated":       "next", "MetaPaginated": "totalRecords", "ErrorV2": "code detail meta",
	} {
		for _, field := range strings.Fields(fields) {
			if _, has := spec.Components.Schemas[name].Properties[field]; !has {
				t.Errorf("%s has no %s", name, field)
			}
		}
	}
	known := 0
	for _, word := range spec.Components.Schemas["BankingProductCategoryV2"].Enum {
		all, err := cdr.ReadAccounts(strings.NewReader(`{"data":{"accounts":[{"accountId":"a-1","productCategory":"` + word + `"}]}}`))
		if err != nil || len(all) != 1 || all[0].Kind == ledger.Other {
			t.Errorf("%s: %+v, %v", word, all, err)
		}
		known++
	}
	row := spec.Components.Schemas["BankingTransactionV2"]
	for _, word := range row.Properties["type"].Enum {
		for _, status := range row.Properties["status"].Enum {
			rows, err := cdr.ReadRows(strings.NewReader(`{"data":{"transactions":[{"type":"`+word+`","status":"`+status+`","amount":"-1.00","postingDateTime":"2026-11-20T01:00:00Z"}]}}`), aud, month.To)
			if err != nil || len(rows) != 1 || rows[0].Pending != (status == "PENDING") || (rows[0].Category == ledger.NoCategory) != !strings.Contains("FEE INTEREST_CHARGED INTEREST_PAID", word) {
				t.Errorf("%s %s: %+v, %v", word, status, rows, err)
			}
			known++
		}
	}
	if d := row.Properties["currency"].Default; d != "AUD" || known != 13+16 {
		t.Errorf("the default currency is %v; %d words", d, known)
	}
	parts, err := cdr.ReadBalance(strings.NewReader(`{"data":{"currentBalance":"-1.00","availableBalance":"0.00"}}`), bank.Account{})
	if err != nil || parts[0].Balance.Booked.String() != "-1.00 AUD" {
		t.Errorf("%+v, %v", parts, err)
	}
	t.Logf("1 description: %d words", known)
}
