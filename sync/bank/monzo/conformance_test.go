//go:build conformance

package monzo_test

import (
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/monzo"
)

const client = "petermcd+monzo-api"

// TestCorpusOfAClientsAnswers reads the answers that a public client of Monzo's API is tested with. The API's own answer
// stands in their data. One transaction alone stands there for a list of one.
func TestCorpusOfAClientsAnswers(t *testing.T) {
	banktest.Corpus(t, *update, "client", client, []banktest.Files{
		{Pattern: "Accounts-1.json", Read: tellListed},
		{Pattern: "Accounts_*_Type.json", Read: tellListed},
		{Pattern: "ReceiptDeleted.json", Read: tellListed}, // which holds a list of accounts
		{Pattern: "Balance-1.json", Read: func(t *testing.T, _ string) string {
			return tellListed(t, banktest.CorpusFile(t, client, "Accounts-1.json"))
		}},
		{Pattern: "Transaction-1.json", Read: func(t *testing.T, raw string) string { return tellRowsIn(t, banktest.Part(t, raw, "data")) }},
		{Pattern: "TransactionFetchSingle-1.json", Read: func(t *testing.T, raw string) string {
			return tellRowsIn(t, `{"transactions":[`+banktest.Part(t, raw, "data.transactions")+`]}`)
		}},
		{Pattern: "Annotate-1.json", Read: func(t *testing.T, raw string) string {
			return tellRowsIn(t, `{"transactions":[`+banktest.Part(t, raw, "data.transaction")+`]}`)
		}},
		{Pattern: "WhoAmI-1.json", Read: func(t *testing.T, raw string) string {
			return banktest.ToldAnswer(monzo.Bank{}.Probe(t.Context(), serving(t, map[string]string{"/ping/whoami": banktest.Part(t, raw, "data")})))
		}},
		{Pattern: "Logout-1.json", Read: func(t *testing.T, raw string) string {
			return banktest.ToldAnswer(monzo.Bank{}.EndConsent(t.Context(), serving(t, map[string]string{"/oauth2/logout": banktest.Part(t, raw, "data")}), ""))
		}},
		{Pattern: "Accounts.json", Why: asked}, {Pattern: "Annotate.json", Why: asked}, {Pattern: "Balance.json", Why: asked},
		{Pattern: "FeedItem.json", Why: asked}, {Pattern: "Logout.json", Why: asked}, {Pattern: "Receipt.json", Why: asked},
		{Pattern: "ReceiptCreate.json", Why: asked}, {Pattern: "ReceiptDelete.json", Why: asked}, {Pattern: "Transaction.json", Why: asked},
		{Pattern: "TransactionFetchSingle.json", Why: asked}, {Pattern: "Webhooks.json", Why: asked}, {Pattern: "WebhooksCreate.json", Why: asked},
		{Pattern: "WebhooksDelete.json", Why: asked}, {Pattern: "WhoAmI.json", Why: asked},
		{Pattern: "FeedItem-1.json", Why: "the answer to a message in the bank's app"},
		{Pattern: "Receipt-1.json", Why: "a receipt"}, {Pattern: "ReceiptCreated.json", Why: "a receipt"},
		{Pattern: "Webhooks*.json", Why: "about webhooks, which need a server"},
	})
}

const asked = "what the client asked, no answer"

func serving(t *testing.T, answers map[string]string) bank.Session {
	c := banktest.Answering(t, "", answers)
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("monzo-token")}
}

// tellListed answers the list of accounts, the client's one balance for each, and no pots.
func tellListed(t *testing.T, raw string) string {
	return banktest.ToldAccounts(t, monzo.Bank{}, serving(t, map[string]string{
		"/accounts": banktest.Part(t, raw, "data"), "/pots": `{"pots":[]}`,
		"/balance": banktest.Part(t, banktest.CorpusFile(t, client, "Balance-1.json"), "data"),
	}))
}

func tellRowsIn(t *testing.T, list string) string {
	w := bank.Window{From: ledger.Day(2022, 8, 1), To: ledger.Day(2022, 8, 31)}
	return banktest.ToldRowsOf(t, monzo.Bank{Now: func() time.Time { return time.Date(2022, 8, 31, 12, 0, 0, 0, time.UTC) }}, serving(t, map[string]string{"/transactions": list}), ledger.Account{BankID: "acc_123ABC", Currency: "GBP", Kind: ledger.Checking}, w)
}
