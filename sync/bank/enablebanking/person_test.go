package enablebanking_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/enablebanking"
)

// TestTheBridgeHearsThatThePersonIsThere only while they are, and never where they are.
func TestTheBridgeHearsThatThePersonIsThere(t *testing.T) {
	for name, c := range map[string]struct {
		present bool
		refuses string // with this word, any call with such headers
		says    []string
	}{
		"there":                   {present: true, says: []string{"127.0.0.1"}},
		"not there":               {says: []string{""}},
		"a bank wants more":       {present: true, refuses: "PSU_HEADER_NOT_PROVIDED", says: []string{"127.0.0.1", ""}},
		"a bank wants another":    {present: true, refuses: "PSU_HEADER_INVALID", says: []string{"127.0.0.1", ""}},
		"another word is no sign": {present: true, refuses: "ASPSP_ERROR", says: []string{"127.0.0.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := banktest.NewEnableBanking(t)
			b.Instead(func(q banktest.Question) (int, any) {
				if c.refuses != "" && q.Header.Get("Psu-Ip-Address") != "" {
					return http.StatusUnprocessableEntity, map[string]string{"error": c.refuses}
				}
				return 0, nil
			})
			s := b.Session(t)
			s.Present, s.Memo = c.present, &bank.Memo{}
			for range 2 {
				_, _ = banktest.Collect(t, enablebanking.Bank{}, s, ledger.Account{BankID: "empty." + s.Consent, Currency: "EUR"}, b.Window())
			}
			var said []string
			for _, q := range b.Asked() {
				said = append(said, q.Header.Get("Psu-Ip-Address"))
				if agent := q.Header.Get("Psu-User-Agent"); (agent == "Coffer") != (said[len(said)-1] != "") {
					t.Errorf("with the agent %q", agent)
				}
			}
			want := append(c.says, c.says[len(c.says)-1]) // the second reading has heard
			if strings.Join(said, ",") != strings.Join(want, ",") {
				t.Errorf("said %q, want %q", said, want)
			}
		})
	}
}

// TestABankThatShowsNoOlderRowsShowsThoseThatItHas, in one call more, and page by page. Where they begin its history ends.
func TestABankThatShowsNoOlderRowsShowsThoseThatItHas(t *testing.T) {
	b := banktest.NewEnableBanking(t)
	w := b.Window()
	w.To -= 3
	b.Instead(func(q banktest.Question) (int, any) {
		if ask := q.URL.Query(); strings.HasSuffix(q.URL.Path, "/transactions") && ask.Get("strategy") != "longest" {
			return http.StatusUnprocessableEntity, map[string]string{"error": "WRONG_TRANSACTIONS_PERIOD"}
		} else if strings.HasSuffix(q.URL.Path, "/transactions") && ask.Get("date_to") == w.To.String() { // is read as all
			ask.Set("date_to", b.Window().To.String())
			ask.Set("date_from", b.Window().From.AddDays(-40).String())
			q.URL.RawQuery = ask.Encode()
		}
		return 0, nil
	})
	s := b.Session(t)
	s.Present = true
	account := ledger.Account{BankID: banktest.Shelf + "." + s.Consent, Name: banktest.Shelf, Currency: "EUR"}
	rows, pages, cursor := 0, 0, ""
	for page, err := range (enablebanking.Bank{}).Transactions(t.Context(), s, account, w) {
		if err != nil || page.Partial {
			t.Fatalf("page %d: %+v, %v", pages+1, page, err)
		}
		for _, r := range page.Rows {
			if r.Date < w.From || r.Date > w.To {
				t.Errorf("a row of %v is not of the window", r.Date)
			}
		}
		if pages++; pages == 1 {
			cursor = page.Next
		}
		rows += len(page.Rows)
	}
	if want := b.Rows(t, account, w); rows != want || pages != 3 {
		t.Errorf("%d rows on %d pages, want %d on 3", rows, pages, want)
	}
	w.Cursor = cursor
	if rest, err := banktest.Collect(t, enablebanking.Bank{}, s, account, w); err != nil || len(rest) == 0 || len(rest) >= rows {
		t.Errorf("from its second page: %d rows, %v", len(rest), err)
	}
	w.Cursor = ""
	before := w
	before.From -= 60
	if _, err := banktest.Collect(t, enablebanking.Bank{}, s, account, before); !errors.Is(err, bank.ErrTooFar) || fault.Of(err).Reason != "bank.dates" {
		t.Errorf("days before the bank's first row: %v", err)
	}
	s.Present = false
	if _, err := banktest.Collect(t, enablebanking.Bank{}, s, account, w); fault.KindOf(err) != fault.BankUnexpected {
		t.Errorf("while nobody is there: %v", err)
	}
}

// TestOlderDaysOfABusyAccountAreNoLoop: 25 pages, of which none has a row of the window, are walked once.
func TestOlderDaysOfABusyAccountAreNoLoop(t *testing.T) {
	b := banktest.NewEnableBanking(t)
	today, asked := b.Window().To, 0
	b.Instead(func(q banktest.Question) (int, any) {
		ask := q.URL.Query()
		if !strings.HasSuffix(q.URL.Path, "/transactions") {
			return 0, nil
		}
		if asked++; ask.Get("strategy") != "longest" {
			return http.StatusUnprocessableEntity, map[string]string{"error": "WRONG_TRANSACTIONS_PERIOD"}
		}
		n := 0
		_, _ = fmt.Sscanf(ask.Get("continuation_key"), "p%d", &n)
		page := map[string]any{"transactions": []any{map[string]any{
			"entry_reference": fmt.Sprint("e", n), "transaction_amount": map[string]string{"amount": "1.00", "currency": "EUR"},
			"credit_debit_indicator": "DBIT", "status": "BOOK", "booking_date": today.AddDays(-3 * n).String(),
		}}}
		if n < 24 {
			page["continuation_key"] = fmt.Sprintf("p%d", n+1)
		}
		return http.StatusOK, page
	})
	s := b.Session(t)
	s.Present, s.Memo = true, &bank.Memo{}
	account := ledger.Account{BankID: banktest.Shelf + "." + s.Consent, Currency: "EUR"}
	w := b.Window()
	for range 3 {
		w.From, w.To = today.AddDays(-300), today.AddDays(-120)
		if rows, err := banktest.Collect(t, enablebanking.Bank{}, s, account, w); !errors.Is(err, bank.ErrTooFar) || len(rows) > 0 {
			t.Errorf("%d rows after %d requests: %v", len(rows), asked, err)
		}
	}
	if asked != 26 {
		t.Errorf("asked %d times, want once and 25 pages", asked)
	}
	w.From, w.To = today.AddDays(-72), today.AddDays(-60)
	if rows, err := banktest.Collect(t, enablebanking.Bank{}, s, account, w); err != nil || len(rows) != 5 {
		t.Errorf("the oldest days: %d rows, %v", len(rows), err)
	}
}
