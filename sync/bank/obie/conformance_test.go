//go:build conformance

package obie_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

const mock, quickstart = "nitin-tiwari+reference-mock-server", "cloudentity+openbanking-quickstart"

// TestCorpusOfAMockServerOfVersion1 reads what the first mock server of the standard's makers answers. The balances stand
// there for accounts of its list, or for one that it leaves out.
func TestCorpusOfAMockServerOfVersion1(t *testing.T) {
	balances := func(t *testing.T, raw string) string {
		id := strings.Trim(banktest.Part(t, banktest.Parts(t, banktest.Part(t, raw, "Data.Balance"))[0], "AccountId"), `"`)
		list := `{"Data":{"Account":[{"AccountId":"` + id + `","Currency":"GBP"}]}}`
		return banktest.ToldAccounts(t, here, serving(t, map[string]string{"/accounts": list, "/accounts/" + id + "/balances": raw}))
	}
	banktest.Corpus(t, *update, "mock", mock, []banktest.Files{
		{Pattern: "accounts.json", Read: func(t *testing.T, raw string) string {
			answers := map[string]string{"/accounts": raw}
			for file, id := range map[string]string{"balances-1.json": "22290", "balances-2.json": "22291", "balances-3.json": "22292"} {
				answers["/accounts/"+id+"/balances"] = banktest.CorpusFile(t, mock, file)
			}
			return banktest.ToldAccounts(t, here, serving(t, answers))
		}},
		{Pattern: "balances*.json", Read: balances},
		{Pattern: "product*.json", Why: "the product (/accounts/{id}/product)"},
	})
}

// TestCorpusOfAQuickstartsBank reads the data of a mock bank of version 3 that keeps the lists of all accounts in one file,
// for each of its users: here they are answered account by account.
func TestCorpusOfAQuickstartsBank(t *testing.T) {
	banktest.Corpus(t, *update, "quickstart", quickstart, []banktest.Files{
		{Pattern: "obuk-data.json", Read: func(t *testing.T, raw string) string {
			var users map[string]map[string][]json.RawMessage
			if err := json.Unmarshal([]byte(raw), &users); err != nil {
				t.Fatal(err)
			}
			var told strings.Builder
			for _, user := range sorted(users) {
				told.WriteString("user " + user + "\n" + tellUser(t, users[user]))
			}
			return told.String()
		}},
		{Pattern: "banks.json", Why: "a list of banks for the quickstart's own use"},
		{Pattern: "*-data*.json", Why: "of another standard"},
	})
}

// tellUser answers the user's accounts, and the balances and rows of each; of the rows' accounts some are in no list.
func tellUser(t *testing.T, lists map[string][]json.RawMessage) string {
	answers := map[string]string{"/accounts": answer(t, "Account", lists["obuk_accounts"], "")}
	accounts := map[string]bool{}
	for _, list := range lists {
		for _, raw := range list {
			id := strings.Trim(banktest.Part(t, string(raw), "AccountId"), `"`)
			accounts[id] = true
			answers["/accounts/"+id+"/balances"] = answer(t, "Balance", lists["obuk_balances"], id)
			answers["/accounts/"+id+"/transactions"] = answer(t, "Transaction", lists["obuk_transactions"], id)
		}
	}
	s := serving(t, answers)
	told := banktest.ToldAccounts(t, here, s)
	for _, id := range sorted(accounts) {
		told += banktest.ToldRows(t, here, s, ledger.Account{BankID: id, Currency: "GBP"})
	}
	return told
}

// answer is the list of those of an account, or all.
func answer(t *testing.T, name string, of []json.RawMessage, account string) string {
	kept := []json.RawMessage{}
	for _, raw := range of {
		if account == "" || strings.Trim(banktest.Part(t, string(raw), "AccountId"), `"`) == account {
			kept = append(kept, raw)
		}
	}
	raw, err := json.Marshal(map[string]any{"Data": map[string]any{name: kept}})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func serving(t *testing.T, answers map[string]string) bank.Session {
	c := banktest.Answering(t, base, answers)
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("obie-token")}
}
