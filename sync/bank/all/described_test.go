//go:build conformance

package all_test

import (
	"flag"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/all"
	"coffer/sync/bank/banktest"
)

// described are the published descriptions below specs, each with its dialect and a bank of ours that speaks it.
var described = map[string]struct {
	file, dialect string
	ours          func(*testing.T) *banktest.Counter
	accounts      []ledger.Account // whose rows Prism is asked for
}{
	"obie-3.1.11":        {"obie/account-info-openapi-v3.1.11.yaml", "obie", newOBIE, []ledger.Account{{BankID: "string", Currency: "GBP"}}},
	"obie-4.0":           {"obie/account-info-openapi.yaml", "obie", newOBIE, []ledger.Account{{BankID: "string", Currency: "GBP"}}},
	"berlingroup-1.3.11": {"berlingroup/psd2-api_v1.3.11-2021-10-01v1.yaml", "berlingroup", newBerlinGroup, []ledger.Account{{BankID: "1", Currency: "EUR"}, {BankID: "card-accounts/1", Currency: "EUR", Kind: ledger.Card}}},
	"cdr-1.36":           {"cdr/cds_banking.json", "cdr", banktest.NewCDR, []ledger.Account{{BankID: "string", Currency: "AUD"}}},
	"up":                 {"up/openapi.json", "up", banktest.NewUp, []ledger.Account{{BankID: "string", Currency: "AUD"}}},
}

var update = flag.Bool("update", false, "write the golden files anew")

// generations is how often each call is answered by what Prism makes up, as it is and with what no schema says.
const generations = 3

// TestCorpusOfPublishedDescriptions asks Prism for all that a dialect asks a bank for. Every request must be as the
// description has it. What Prism answers, which is its example or made up, is read, or a fault that says what is wrong; so is
// every answer that is made up at random by the schemas.
func TestCorpusOfPublishedDescriptions(t *testing.T) {
	for name, d := range described {
		speaks, known := all.Named(d.dialect)
		if !known {
			t.Fatalf("there is no dialect %s", d.dialect)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel() // Prism takes its time to start
			prism := serveDescription(t, d.file)
			ours := d.ours(t)
			own, asked := ownAnswers(t, speaks, ours, newFront(t, prism, d.file, origin(t, ours.URL)))
			f := newFront(t, prism, d.file, "")
			told := ""
			for _, one := range talk(t, speaks, f.session(t, ours.Session(t)), d.accounts) {
				told += "\n" + one.what + "\n" + one.told
			}
			asked = valid(t, f) + asked
			for op := range f.operations() {
				own[op] = true
			}
			read, refused, more := generated(t, speaks, newFront(t, prism, d.file, ""), ours.Session(t), d.accounts)
			t.Logf("%s: %d operations in %d requests; of what was made up %d answers are read and %d are faults", name, len(own), asked+more, read, refused)
			banktest.Golden(t, *update, "conformance/"+name, "asked, as described:\n"+strings.Join(sortedKeys(own), "\n")+"\n\nanswered by Prism:\n"+told)
		})
	}
}

// valid is how many requests f passed on. Each one that the description doesn't have so fails.
func valid(t *testing.T, f *front) int {
	t.Helper()
	wrong, asked := f.against()
	for _, w := range wrong {
		t.Errorf("against the description: %s", w)
	}
	if asked == 0 {
		t.Error("nothing was asked")
	}
	return asked
}

// ownAnswers reads a bank of ours to its last page, where Prism sees each request first: so it sees those that only sensible
// answers lead to. It returns the operations, and how many requests there were.
func ownAnswers(t *testing.T, d bank.Dialect, ours *banktest.Counter, f *front) (map[string]bool, int) {
	t.Helper()
	s := f.session(t, ours.Session(t))
	accounts, err := d.Accounts(t.Context(), s)
	if err != nil || len(accounts) != ours.Accounts() {
		t.Fatalf("%d accounts, %v", len(accounts), err)
	}
	for _, a := range accounts {
		rows, err := banktest.Collect(t, d, s, a.Account, ours.Window())
		if want := ours.Rows(t, a.Account, ours.Window()); err != nil || len(rows) != want {
			t.Errorf("%s: %d rows of %d, %v", a.Name, len(rows), want, err)
		}
	}
	if maker, makes := d.(bank.ConsentMaker); makes { // one whose page is asked for by a call of its own
		ours.Instead(func(q banktest.Question) (int, any) {
			switch {
			case strings.HasSuffix(q.URL.Path, "consents"):
				return 201, `{"consentId":"1","Data":{"ConsentId":"1"},"_links":{"startAuthorisation":{"href":"/"}}}`
			case strings.HasSuffix(q.URL.Path, "authorisations"):
				return 201, `{"_links":{"scaRedirect":{"href":"https://bank.example/approve"}}}`
			}
			return 0, nil
		})
		if made, err := maker.MakeConsent(t.Context(), s, consentAsk); err != nil || made.ID != "1" {
			t.Errorf("a consent: %+v, %v", made, err)
		}
	}
	return f.operations(), valid(t, f)
}

// consentAsk is what a consent is asked for.
var consentAsk = bank.ConsentAsk{
	Until: time.Date(2027, 5, 20, 12, 0, 0, 0, time.UTC), From: ledger.Day(2024, 5, 20),
	Redirect: "https://127.0.0.1:1/callback", Refused: "https://127.0.0.1:1/callback?error=access_denied",
}

// said is one call and what came of it.
type said struct {
	what, told string
	err        error
}

// talk makes each call that a dialect has, once.
func talk(t *testing.T, d bank.Dialect, s bank.Session, accounts []ledger.Account) (all []said) {
	t.Helper()
	say := func(what, told string, err error) {
		all = append(all, said{what, told + banktest.ToldFault(err), err})
	}
	listed, err := d.Accounts(t.Context(), s)
	banktest.SaneAccounts(t, listed, err)
	say("accounts", banktest.TellAccounts(listed), err)
	for _, a := range accounts {
		rows, err := banktest.Collect(t, d, s, a, bank.Window{From: ledger.Day(2017, 10, 1), To: ledger.Day(2017, 10, 31)})
		banktest.Sane(t, rows, err, a.Currency)
		say("rows of "+a.BankID, banktest.TellRows(rows), err)
	}
	answer, err := d.Probe(t.Context(), s)
	say("probe", fmt.Sprintf("status %d\n", answer.Status), err)
	maker, makes := d.(bank.ConsentMaker)
	if !makes {
		return all
	}
	made, err := maker.MakeConsent(t.Context(), s, consentAsk)
	say("a consent is made", fmt.Sprintf("id %q page %q metadata %q scopes %q intent %q\n", made.ID, strings.ReplaceAll(made.Page, s.Base, "BASE"), made.Metadata, made.Scopes, made.Intent), err)
	stands, err := maker.ConsentStands(t.Context(), s, "consent-1")
	say("it stands", fmt.Sprintf("state %d ends %v\n", stands.State, stands.Ends), err)
	answer, err = maker.EndConsent(t.Context(), s, "consent-1")
	say("it is ended", fmt.Sprintf("status %d\n", answer.Status), err)
	return all
}

// generated has each call answered by what Prism makes up from the schemas, some times. An answer is read, or the bank's
// fault; and where what no schema says is settled, each call is read in one of them.
func generated(t *testing.T, d bank.Dialect, f *front, s bank.Session, accounts []ledger.Account) (read, refused, asked int) {
	t.Helper()
	f.generated = true
	s = f.session(t, s)
	understood := map[string]bool{}
	var last map[string]error
	for round := range 2 * generations {
		if last = map[string]error{}; round == generations {
			f.currency = accounts[0].Currency
		}
		for _, one := range talk(t, d, s, accounts) {
			last[one.what] = one.err
			switch {
			case one.err == nil:
				read++
				understood[one.what] = understood[one.what] || f.currency != ""
			case fault.KindOf(one.err) == fault.BankUnexpected && fault.Of(one.err).Reason != "":
				refused++
			default:
				t.Errorf("%s: %v", one.what, one.err)
			}
		}
	}
	for what, err := range last {
		if !understood[what] {
			t.Errorf("%s: nothing that was made up was read: %v", what, err)
		}
	}
	return read, refused, valid(t, f)
}

func origin(t *testing.T, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Scheme + "://" + u.Host
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }
