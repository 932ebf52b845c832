//go:build conformance

package starling_test

import (
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/starling"
)

const sdk = "starlingbank+starling-developer-sdk"

// TestCorpusOfTheSDKsAnswers reads the answers in the tests of the bank's SDK. One feed item and one goal stand there for
// lists of one.
func TestCorpusOfTheSDKsAnswers(t *testing.T) {
	listed := func(t *testing.T, goals string) string {
		return tellAccountsOf(t, map[string]string{"/account/b0b20c9d-3b6b-42f1-a7d0-e70d4538e0d9/savings-goals": goals})
	}
	banktest.Corpus(t, *update, "sdk", sdk, []banktest.Files{
		{Pattern: "v2-get-accounts.json", Read: func(t *testing.T, _ string) string { return tellAccountsOf(t, nil) }},
		{Pattern: "v2-get-account-balance.json", Read: func(t *testing.T, raw string) string {
			return tellAccountsOf(t, map[string]string{"/accounts/b0b20c9d-3b6b-42f1-a7d0-e70d4538e0d9/balance": raw})
		}},
		{Pattern: "v2-get-savings-goals.json", Read: listed},
		{Pattern: "v2-get-savings-goal.json", Read: func(t *testing.T, raw string) string { return listed(t, `{"savingsGoalList":[`+raw+`]}`) }},
		{Pattern: "v2-get-feed-items.json", Read: tellFeed},
		{Pattern: "v2-get-feed-item.json", Read: func(t *testing.T, raw string) string { return tellFeed(t, `{"feedItems":[`+raw+`]}`) }},
		{Pattern: "v1-*-access-token.json", Why: "a token"},
		{Pattern: "v1-get-merchant*.json", Why: "a merchant, which the feed names by itself"},
		{Pattern: "v2-get-account-confirmation-of-funds.json", Why: "whether there are funds for a payment"},
		{Pattern: "v2-get-account-holder*.json", Why: "about the holder"},
		{Pattern: "v2-get-account-identifiers.json", Why: "numbers of an account, which are never asked for"},
		{Pattern: "v2-get-addresses.json", Why: "about the holder"},
		{Pattern: "v2-get-cards.json", Why: "the cards"},
		{Pattern: "v2-get-identity-*.json", Why: "about the holder or the token"},
		{Pattern: "v2-get-mandate*.json", Why: "direct debits to come"},
		{Pattern: "v2-get-payees.json", Why: "payees"},
		{Pattern: "v2-get-payment-order*.json", Why: "an order to pay, which the feed tells once it is paid"},
		{Pattern: "v2-*-standing-order*.json", Why: "an order to pay, which the feed tells once it is paid"},
		{Pattern: "v2-get-statement-periods.json", Why: "which statements there are"},
		{Pattern: "v2-put-*.json", Why: "the answer to a change, and Coffer changes nothing"},
	})
}

func serving(t *testing.T, answers map[string]string) bank.Session {
	c := banktest.Answering(t, "/api/v2", answers)
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("starling-token")}
}

// tellAccountsOf lists the SDK's account, with its balance and no goals where answers hold none.
func tellAccountsOf(t *testing.T, answers map[string]string) string {
	all := map[string]string{
		"/accounts": banktest.CorpusFile(t, sdk, "v2-get-accounts.json"),
		"/accounts/b0b20c9d-3b6b-42f1-a7d0-e70d4538e0d9/balance": banktest.CorpusFile(t, sdk, "v2-get-account-balance.json"),
	}
	for path, body := range answers {
		all[path] = body
	}
	return banktest.ToldAccounts(t, starling.Bank{}, serving(t, all))
}

// tellFeed answers the feed for the month that it is of, and an empty one for every other.
func tellFeed(t *testing.T, feed string) string {
	const account, category = "b0b20c9d-3b6b-42f1-a7d0-e70d4538e0d9", "cc2d03f9-9438-4c7b-a426-ba3199740d73"
	s := serving(t, map[string]string{"/feed/account/" + account + "/category/" + category + "/transactions-between": feed})
	w := bank.Window{From: ledger.Day(2019, 10, 1), To: ledger.Day(2019, 10, 31)}
	return banktest.ToldRowsOf(t, starling.Bank{}, s, ledger.Account{BankID: account + "/" + category, Currency: "GBP"}, w)
}
