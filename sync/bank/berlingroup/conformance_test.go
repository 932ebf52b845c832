//go:build conformance

package berlingroup_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/berlingroup"
)

// description is the published one, in the folder specs of the corpus, which CORPUS names from the root of the project.
func description(t *testing.T) []string {
	t.Helper()
	root := os.Getenv("CORPUS")
	if root == "" {
		t.Fatal("CORPUS is not set: it names the folder that holds specs")
	}
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", "..", "..", root)
	}
	found, err := filepath.Glob(filepath.Join(root, "specs", "berlingroup", "*.yaml"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%d descriptions, %v", len(found), err)
	}
	raw, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(raw), "\n")
}

// example is the value of one of its examples, which are JSON.
func example(t *testing.T, lines []string, name string) string {
	t.Helper()
	var body []string
	at := slices.Index(lines, "    "+name+":")
	if at < 0 {
		t.Fatalf("there is no example %s", name)
	}
	inside := false
	for _, line := range lines[at+1:] {
		if line != "" && !strings.HasPrefix(line, "     ") {
			break
		}
		if inside {
			body = append(body, line)
		}
		inside = inside || strings.TrimSpace(line) == "value:"
	}
	return strings.Join(body, "\n")
}

// TestCorpusOfTheDescriptionsExamples reads every example of the description that is an answer for account data or about
// a consent, and JSON. Two are not: of a status, and of a card's balances.
func TestCorpusOfTheDescriptionsExamples(t *testing.T) {
	lines := description(t)
	read := map[string]bool{}
	of := func(name string) string {
		read[name] = true
		return example(t, lines, name)
	}
	const none = `{"balances":[]}`
	for name, c := range map[string]struct {
		cards    bool
		accounts []string // number and currency
	}{
		"accountListExample1":     {false, []string{"DE2310010010123456789 EUR", "DE2310010010123456788 USD"}},
		"accountListExample2":     {false, []string{"DE2310010010123456788 EUR", "DE2310010010123456788 USD"}},
		"accountListExample3":     {false, []string{"DE2310010010123456788 EUR", "DE2310010010123456788 USD"}},
		"cardAccountListExample1": {true, []string{"525412******3241 EUR"}},
	} {
		var got []string
		all, err := berlingroup.ReadAccounts(strings.NewReader(of(name)), strings.NewReader(none), c.cards)
		for _, a := range all {
			if got = append(got, a.Number+" "+a.Currency); a.Err != nil || c.cards && (a.Balance.Limit.Minor != 15_000_00 || a.Balance.Booked.Minor != 14_355_78) {
				t.Errorf("%s: %+v", name, a)
			}
		}
		if err != nil || !slices.Equal(got, c.accounts) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for name, c := range map[string]struct{ currency, told string }{
		"balancesExample1_RegularAccount":      {"EUR", "500.00 EUR 900.00 EUR 0.00"},
		"balancesExample2_MulticurrencyAcount": {"XXX", "500.00 EUR 900.00 EUR 0.00; 350.00 USD 350.00 USD 0.00"},
		"balancesExample3_RegularAccount":      {"EUR", "1000.00 EUR 300.00 EUR 5000.00"},
	} {
		var got []string
		all, err := berlingroup.ReadAccounts(strings.NewReader(`{"accounts":[{"resourceId":"1","iban":"X","currency":"`+c.currency+`"}]}`), strings.NewReader(of(name)), false)
		for _, a := range all {
			got = append(got, a.Balance.Booked.String()+" "+a.Balance.Available.String()+" "+money.New(a.Balance.Limit.Minor, a.Currency).Decimal())
		}
		if told := strings.Join(got, "; "); err != nil || told != c.told {
			t.Errorf("%s: %s, %v", name, told, err)
		}
	}
	w := november
	w.From, w.To = ledger.Day(2017, 10, 1), ledger.Day(2017, 10, 31)
	for _, c := range []struct {
		name, id string
		rows     []int64
		reason   string
	}{
		{"transactionsExample1_RegularAccount_json", "1", []int64{-256_67, 343_01, -100_03}, ""}, // whose booked ones lack their signs
		{"transactionsExample2_Download_json", "1", nil, "bank.format"},
		{"transactionsExample3_MulticurrencyAccount_json", "1?currency=EUR", []int64{-256_67, 343_01, -100_03}, ""},
		{"transactionsExample3_MulticurrencyAccount_json", "1?currency=USD", []int64{100_00}, ""},
	} {
		currency := "EUR"
		if strings.HasSuffix(c.id, "USD") {
			currency = "USD"
		}
		var got []int64
		rows, err := banktest.Collect(t, dialect, banktest.Always(t, 200, of(c.name), open).Session(t), ledger.Account{BankID: c.id, Currency: currency}, w)
		for _, r := range rows {
			got = append(got, r.Amount.Minor)
		}
		if f := fault.Of(err); c.reason != "" && (f == nil || f.Reason != c.reason) || c.reason == "" && err != nil || !slices.Equal(got, c.rows) {
			t.Errorf("%s %s: %v, %v", c.name, c.id, got, err)
		}
	}
	for name, found := range map[string]bool{
		"consentResponseExample1a_Redirect": true, "consentResponseExample1b_Redirect": true, "consentResponseExample2_OAuth2": true, "consentResponseExample3_Decoupled": false, "consentResponseExample4_Embedded": false,
	} {
		counter := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			if strings.HasSuffix(q.URL.Path, "/authorisations") {
				return 201, `{"_links":{"scaRedirect":{"href":"https://www.testbank.com/authentication/1"}}}`
			}
			return 201, of(name)
		}})
		made, err := dialect.MakeConsent(t.Context(), counter.Session(t), ask)
		if f := fault.Of(err); !found && (f == nil || f.Reason != "bank.password") || found && (err != nil || made.ID != "1234-wertiq-983" || made.Page == "" && made.Metadata == "") {
			t.Errorf("%s: %+v, %v", name, made, err)
		}
	}
	if at, err := berlingroup.ReadEnd(strings.NewReader(of("consentsInformationResponseExample"))); err != nil || at.Format(time.DateOnly) != "2017-11-01" {
		t.Errorf("a consent ends %v, %v", at, err)
	}
	t.Logf("%d examples of the description read as they should: %s", len(read), strings.Join(slices.Sorted(maps.Keys(read)), " "))
}
