package all_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/all"
	"coffer/sync/bank/banktest"
)

// TestAnAnswerWithEntriesOfAnotherAccountIsRefused, where they say whose they are: the person may have left that
// account out.
func TestAnAnswerWithEntriesOfAnotherAccountIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ id, body string }{
		"akahu":    {"mine", `{"success":true,"items":[{"_id":"1","_account":"%","date":"2026-11-20T11:00:00Z","description":"X","amount":-1,"type":"EFTPOS"}]}`},
		"investec": {"mine", `{"data":{"transactions":[{"accountId":"%","type":"DEBIT","status":"POSTED","description":"X","postingDate":"2026-11-20","amount":1}]}}`},
		"starling": {"a/mine", `{"feedItems":[{"feedItemUid":"1","categoryUid":"%","amount":{"currency":"USD","minorUnits":1},"direction":"OUT","transactionTime":"2026-11-20T10:00:00.000Z","settlementTime":"2026-11-20T10:00:00.000Z","status":"SETTLED"}]}`},
		"up": {"mine", `{"data":[{"type":"transactions","id":"1","attributes":{"status":"SETTLED","description":"X","amount":{"currencyCode":"USD","value":"-1.00"},
			"settledAt":"2026-11-20T10:00:00+11:00","createdAt":"2026-11-20T10:00:00+11:00"},"relationships":{"account":{"data":{"type":"accounts","id":"%"}}}}],"links":{"next":null}}`},
		"monzo": {"mine", `{"transactions":[{"id":"1","account_id":"%","created":"2026-11-20T10:00:00Z","settled":"2026-11-20T10:00:00Z","amount":-1,"currency":"USD","description":"X"}]}`},
		"fdx":   {"mine", `{"page":{},"transactions":[{"accountId":"%","transactionId":"1","amount":1,"debitCreditMemo":"DEBIT","status":"POSTED","postedTimestamp":"2026-11-20T12:00:00Z"}]}`},
		"obie":  {"mine", `{"Data":{"Transaction":[{"AccountId":"%","TransactionId":"1","CreditDebitIndicator":"Debit","Status":"Booked","BookingDateTime":"2026-11-20T10:00:00Z","Amount":{"Amount":"1.00","Currency":"USD"}}]}}`},
		"cdr":   {"mine", `{"data":{"transactions":[{"accountId":"%","transactionId":"1","type":"FEE","status":"POSTED","description":"X","postingDateTime":"2026-11-20T10:00:00+11:00","amount":"-1.00","currency":"USD"}]},"links":{},"meta":{}}`},
		"plaid": {"mine", `{"transactions":[{"account_id":"%","transaction_id":"1","iso_currency_code":"USD","amount":1,"date":"2026-11-20"}],"total_transactions":1}`},
	} {
		d, _ := all.Named(name)
		for whose, kept := range map[string]bool{"mine": true, "theirs": false} {
			rows, err := readOf(t, d, c.id, c.body, whose)
			if kept && (err != nil || len(rows) != 1) {
				t.Errorf("%s, its own: %d rows, %v", name, len(rows), err)
			}
			if f := fault.Of(err); !kept && (len(rows) != 0 || f == nil || f.Kind != fault.BankUnexpected || f.Reason != "bank.other") {
				t.Errorf("%s, another's: %d rows, %v", name, len(rows), err)
			}
		}
	}
}

func readOf(t *testing.T, d bank.Dialect, id, body, whose string) ([]ledger.Row, error) {
	c := banktest.Always(t, 200, strings.ReplaceAll(body, "%", whose), func(t *testing.T, c *banktest.Counter) bank.Session {
		return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Memo: &bank.Memo{}}
	})
	day := ledger.Day(2026, 11, 20)
	return banktest.Collect(t, d, c.Session(t), ledger.Account{BankID: id, Currency: "USD"}, bank.Window{From: day, To: day})
}

// TestA403ThatIsNotAboutTheTokenIsNoAnswer of a probe. SimpleFIN's protocol has 403 as its one word for a token that
// is over, whatever stands in it.
func TestA403ThatIsNotAboutTheTokenIsNoAnswer(t *testing.T) {
	for _, d := range all.Dialects() {
		for about, header := range map[string][2]string{
			"the token": {"Content-Type", "application/json"}, "a page": {"Content-Type", "text/html; charset=utf-8"},
			"its scope": {"WWW-Authenticate", `Bearer error="insufficient_scope"`},
		} {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(header[0], header[1])
				w.WriteHeader(http.StatusForbidden)
			}))
			s := bank.Session{Line: banktest.Line(t, new(banktest.Book), server.URL), Base: server.URL, Token: secret.New("a:b"), Memo: &bank.Memo{}}
			answer, err := d.Probe(t.Context(), s)
			if says := about == "the token" || d.Name() == "simplefin"; answer.Status != http.StatusForbidden || (err == nil) != says {
				t.Errorf("%s, about %s: %+v, %v", d.Name(), about, answer, err)
			}
			server.Close()
		}
	}
}

// TestAWebPageSaysNothingOfAnAccount: a proxy or a firewall sends it, and the account is as it was.
func TestAWebPageSaysNothingOfAnAccount(t *testing.T) {
	for _, d := range all.Dialects() {
		for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusGone} {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.WriteHeader(status)
			}))
			s := bank.Session{Line: banktest.Line(t, new(banktest.Book), server.URL), Base: server.URL, Token: secret.New("a:b"), Memo: &bank.Memo{}}
			day := ledger.Day(2026, 11, 20)
			account := ledger.Account{BankID: "k/a", Currency: "USD"}
			_, err := banktest.Collect(t, d, s, account, bank.Window{From: day, To: day})
			if teller, tells := d.(bank.Changer); tells {
				for _, err = range teller.Changes(t.Context(), s, account, "") {
					break
				}
			}
			if err == nil || errors.Is(err, bank.ErrAccountGone) {
				t.Errorf("%s, %d: %v", d.Name(), status, err)
			}
			server.Close()
		}
	}
}

// TestAConsentWithoutAnIDIsNotAskedFor: the 404 of an address without it would count as the proof that it is gone.
func TestAConsentWithoutAnIDIsNotAskedFor(t *testing.T) {
	makers := 0
	for _, d := range all.Dialects() {
		maker, makes := d.(bank.ConsentMaker)
		if !makes {
			continue
		}
		makers++
		c := banktest.Always(t, 404, ``, func(t *testing.T, c *banktest.Counter) bank.Session {
			return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL}
		})
		_, stands := maker.ConsentStands(t.Context(), c.Session(t), "")
		_, ended := maker.EndConsent(t.Context(), c.Session(t), "")
		if fault.KindOf(stands) != fault.NotFound || fault.KindOf(ended) != fault.NotFound || len(c.Asked()) != 0 {
			t.Errorf("%s: %v, %v after %d requests", d.Name(), stands, ended, len(c.Asked()))
		}
	}
	if makers < 2 {
		t.Errorf("%d dialects make consents", makers)
	}
}
