package berlingroup_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

// TestHowACardsDebitsAreQuotedIsKeptForItsRows, whichever answer says it, however many accounts there are beside.
func TestHowACardsDebitsAreQuotedIsKeptForItsRows(t *testing.T) {
	const five = `{"cardTransactions":{"booked":[{"bookingDate":"2026-11-20","transactionAmount":{"currency":"EUR","amount":"5"}}]}}`
	for name, c := range map[string]struct {
		list, balances string
		booked, row    int64
	}{
		"the list, debts":                {`"debitAccounting":true,`, ``, -900, -500},
		"the list, credits alone":        {`"debitAccounting":false,`, ``, 900, 500},
		"the balances, debts":            {``, `"debitAccounting":true,`, -900, -500},
		"the balances, credits alone":    {``, `"debitAccounting":false,`, 900, 500},
		"the balances, against the list": {`"debitAccounting":false,`, `"debitAccounting":true,`, -900, -500},
	} {
		counter := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			var all []string
			switch path := q.URL.Path; {
			case strings.HasSuffix(path, "/accounts"):
				for i := range 40 {
					all = append(all, fmt.Sprintf(`{"resourceId":"a-%d","currency":"EUR"}`, i))
				}
				return 200, `{"accounts":[` + strings.Join(all, ",") + `]}`
			case strings.HasSuffix(path, "/card-accounts"):
				for i := range 40 {
					all = append(all, fmt.Sprintf(`{"resourceId":"c-%d",%s"currency":"EUR"}`, i, c.list))
				}
				return 200, `{"cardAccounts":[` + strings.Join(all, ",") + `]}`
			case strings.HasSuffix(path, "/balances"):
				return 200, `{` + c.balances + `"balances":[{"balanceType":"interimBooked","balanceAmount":{"currency":"EUR","amount":"9"}}]}`
			case strings.Contains(path, "/card-accounts/"):
				return 200, five
			}
			return 200, `{"transactions":{"booked":[{"bookingDate":"2026-11-20","transactionAmount":{"currency":"EUR","amount":"-5"}}]}}`
		}})
		s := counter.Session(t)
		s.Memo = &bank.Memo{}
		accounts, err := dialect.Accounts(t.Context(), s)
		if err != nil || len(accounts) != 80 {
			t.Fatalf("%s: %d accounts, %v", name, len(accounts), err)
		}
		for _, a := range accounts {
			got, err := banktest.Collect(t, dialect, s, a.Account, november)
			if err != nil || len(got) != 1 {
				t.Fatalf("%s: %s: %d rows, %v", name, a.BankID, len(got), err)
			}
			if card := strings.HasPrefix(a.BankID, "card-accounts/"); card && (a.Balance.Booked.Minor != c.booked || got[0].Amount.Minor != c.row) {
				t.Errorf("%s: %s has %v, and a row of %v", name, a.BankID, a.Balance.Booked, got[0].Amount)
			}
		}
	}
}

// TestOldDatesThatAreRefusedSayNothingOfPendingRows: a bank with a short history may call them a bad format. It is asked
// for what is pending as before then, and the window ends where its history does.
func TestOldDatesThatAreRefusedSayNothingOfPendingRows(t *testing.T) {
	for _, body := range []string{said("FORMAT_ERROR"), said("TIMESTAMP_INVALID"), said("PERIOD_INVALID"), `bad`} {
		c := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			if q.URL.Query().Get("dateFrom") < "2026-08-01" {
				return 400, body
			}
			return 200, banktest.Read(t, "transactions.json")
		}})
		s := c.Session(t)
		s.Memo = &bank.Memo{}
		old := bank.Window{From: ledger.Day(2026, 1, 1), To: ledger.Day(2026, 1, 31)}
		if _, err := banktest.Collect(t, dialect, s, eur, old); !errors.Is(err, bank.ErrTooFar) || fault.Of(err).Reason != "bank.dates" {
			t.Errorf("%s: %v", body, err)
		}
		if _, err := banktest.Collect(t, dialect, s, eur, november); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		all := c.Asked()
		if last := all[len(all)-1].URL.Query().Get("bookingStatus"); last != "both" {
			t.Errorf("%s: then asked for %s", body, last)
		}
	}
}
