package enablebanking_test

import (
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

// TestABankThatShowsNoOlderRowsShowsThoseThatItHas, in one call more, and page by page.
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
		if err != nil || !page.Partial {
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
	s.Present, w.Cursor = false, ""
	if _, err := banktest.Collect(t, enablebanking.Bank{}, s, account, w); fault.KindOf(err) != fault.BankUnexpected {
		t.Errorf("while nobody is there: %v", err)
	}
}
