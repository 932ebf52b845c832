//go:build conformance

package cdr_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/sync/bank/banktest"
)

// customer is what a mock server keeps of one, as the API's lists.
type customer struct {
	name           string
	accounts, rows []map[string]any
	balances       map[string]string // by account; of one that is not there none is told
}

// TestCorpusOfAMockHolderReadsAsInTheGoldenFile: the seed of the register's mock data holder, customer by customer. It has no
// balances, so each account is one whose balance is not to be had.
func TestCorpusOfAMockHolderReadsAsInTheGoldenFile(t *testing.T) {
	banktest.Corpus(t, *update, "holder", "ConsumerDataRight+mock-data-holder", []banktest.Files{{Pattern: "seed-data.json", Read: func(t *testing.T, raw string) string {
		var file struct {
			Customers []struct {
				ID       string `json:"CustomerID"`
				Accounts []map[string]any
			}
		}
		decode(t, raw, &file)
		var all strings.Builder
		for _, c := range file.Customers {
			one := customer{name: c.ID}
			for _, account := range c.Accounts {
				one.accounts = append(one.accounts, told(account))
				for _, row := range account["Transactions"].([]any) {
					r := told(row.(map[string]any))
					r["accountId"] = account["AccountId"]
					one.rows = append(one.rows, r)
				}
			}
			all.WriteString(tellCustomer(t, one))
		}
		return all.String()
	}}})
}

// TestCorpusOfAQuickstartReadsAsInTheGoldenFile: once as it stands, and once without the placeholders in its balances.
func TestCorpusOfAQuickstartReadsAsInTheGoldenFile(t *testing.T) {
	banktest.Corpus(t, *update, "quickstart", "cloudentity+openbanking-quickstart", []banktest.Files{
		{Pattern: "cdr-data.json", Read: func(t *testing.T, raw string) string {
			var users map[string]map[string][]map[string]any
			decode(t, raw, &users)
			var all strings.Builder
			for _, user := range slices.Sorted(maps.Keys(users)) {
				lists := users[user]
				one := customer{name: user, accounts: lists["cdr_accounts"], balances: map[string]string{}}
				for _, row := range lists["cdr_transactions"] {
					one.rows = append(one.rows, told(row))
				}
				for _, as := range []string{", as it stands", ", without placeholders"} {
					for _, b := range lists["cdr_balances"] {
						one.balances[b["accountId"].(string)] = encode(t, map[string]any{"data": b})
						for _, placeholder := range []string{"creditLimit", "amortisedLimit", "purses"} { // for the second round
							delete(b, placeholder)
						}
					}
					one.name = user + as
					all.WriteString(tellCustomer(t, one))
				}
			}
			return all.String()
		}},
		{Pattern: "banks.json", Why: "a list of banks for the quickstart's own use"},
		{Pattern: "*-data*.json", Why: "of another standard"},
	})
}

func decode(t *testing.T, raw string, into any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatal(err)
	}
}

func encode(t *testing.T, of any) string {
	t.Helper()
	raw, err := json.Marshal(of)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// tellCustomer answers c on loopback, and tells the accounts and the rows of each.
func tellCustomer(t *testing.T, c customer) string {
	t.Helper()
	list := func(name string, of []map[string]any) string {
		return encode(t, map[string]any{"data": map[string]any{name: append([]map[string]any{}, of...)}, "links": map[string]any{}, "meta": map[string]any{"totalRecords": len(of), "totalPages": 1}})
	}
	answers := map[string]string{"/banking/accounts": list("accounts", c.accounts)}
	var ids []string
	for _, a := range c.accounts {
		id := a["accountId"].(string)
		ids = append(ids, id)
		of := slices.DeleteFunc(slices.Clone(c.rows), func(r map[string]any) bool { return r["accountId"] != id })
		answers["/banking/accounts/"+id+"/transactions"] = list("transactions", of)
		if b, known := c.balances[id]; known {
			answers["/banking/accounts/"+id+"/balance"] = b
		}
	}
	counter := banktest.Answering(t, base, answers)
	s := open(t, counter)
	s.Base = counter.URL
	all := fmt.Sprintf("customer %s\n", c.name) + banktest.ToldAccounts(t, here, s)
	for _, id := range ids {
		all += banktest.ToldRows(t, here, s, ledger.Account{BankID: id, Currency: "AUD"})
	}
	return all
}
