//go:build conformance

package fdx_test

import (
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/fdx"
)

const mastercard, quickstart = "Mastercard+Fdx-Mock-Resource-Server", "cloudentity+openbanking-quickstart"

// TestCorpusOfAMockServer reads the answers of Mastercard's mock server of FDX 6.0.
func TestCorpusOfAMockServer(t *testing.T) {
	banktest.Corpus(t, *update, "mastercard", mastercard, []banktest.Files{
		{Pattern: "accounts_response.json", Read: func(t *testing.T, raw string) string { // of the three, one has no details here
			return tellListed(t, raw, []string{banktest.CorpusFile(t, mastercard, "deposit_acc_details.json"), banktest.CorpusFile(t, mastercard, "loan_acc_details.json")})
		}},
		{Pattern: "*_acc_details*.json", Read: func(t *testing.T, raw string) string {
			return tellListed(t, `{"accounts":[{"accountId":`+banktest.Part(t, raw, "accountId")+`}]}`, []string{raw})
		}},
		{Pattern: "*Transaction*.json", Read: func(t *testing.T, raw string) string { return tellRowsOf(t, raw, "accountId") }},
		{Pattern: "*_contact_details*.json", Why: "a contact: the holders' names and addresses (/accounts/{id}/contact)"},
		{Pattern: "payment_network_list.json", Why: "a list of payment networks (/accounts/{id}/payment-networks)"},
	})
}

// TestCorpusOfAQuickstartsBank reads the data of a mock bank that keeps the lists of all accounts in one file, with the
// wrappers of FDX 5.
func TestCorpusOfAQuickstartsBank(t *testing.T) {
	banktest.Corpus(t, *update, "quickstart", quickstart, []banktest.Files{
		{Pattern: "fdx-data.json", Read: func(t *testing.T, raw string) string {
			return tellListed(t, banktest.Part(t, raw, "user.fdx_accounts"), banktest.Parts(t, banktest.Part(t, raw, "user.fdx_balances"))) +
				tellRowsOf(t, banktest.Part(t, raw, "user.fdx_transactions"), "depositTransaction.accountId")
		}},
		{Pattern: "banks.json", Why: "a list of banks for the quickstart's own use"},
		{Pattern: "*-data*.json", Why: "of another standard"},
	})
}

func serving(t *testing.T, answers map[string]string) bank.Session {
	c := banktest.Answering(t, "/fdx/v6", answers)
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("fdx-token")}
}

// tellListed answers the list, with an end behind the page that it says follows, and each of details at its account.
func tellListed(t *testing.T, list string, details []string) string {
	answers := map[string]string{
		"/accounts": list, "/accounts?limit=100&offset=2&resultType=details": `{"page":{},"accounts":[]}`,
	}
	for _, one := range details {
		answers["/accounts/"+id(t, one)] = one
	}
	return banktest.ToldAccounts(t, fdx.Bank{}, serving(t, answers))
}

// tellRowsOf answers the list of rows of the account that its first row names at place.
func tellRowsOf(t *testing.T, list, place string) string {
	rows := list
	if strings.HasPrefix(rows, "{") {
		rows = banktest.Part(t, list, "transactions")
	}
	of := strings.Trim(banktest.Part(t, banktest.Parts(t, rows)[0], place), `"`)
	path := "/accounts/" + of + "/transactions"
	return banktest.ToldRows(t, fdx.Bank{}, serving(t, map[string]string{
		path: list, path + "?endDate=2026-11-27&limit=500&offset=2&startDate=1990-01-01": `{"page":{},"transactions":[]}`,
	}), ledger.Account{BankID: of, Currency: "USD"})
}

// id is the accountId in raw, wrapped or not.
func id(t *testing.T, raw string) string {
	told := banktest.Part(t, raw, "accountId")
	if told == "" {
		told = banktest.Part(t, raw, "depositAccount.accountId")
	}
	return strings.Trim(told, `"`)
}
