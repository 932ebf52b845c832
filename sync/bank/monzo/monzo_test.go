package monzo_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/monzo"
)

// answering is a bank that answers one thing to one path, and as usual to others.
func answering(t *testing.T, path string, status int, body string) *banktest.Pots {
	p := banktest.FilledPots(t)
	p.Answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != path {
			return false
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
		return true
	}
	return p
}

const noRights = `{"code":"forbidden.insufficient_permissions","message":"Access forbidden due to insufficient permissions"}`

func TestBeforeTheApprovalInTheAppEveryReadIsWaitedFor(t *testing.T) {
	p := answering(t, "/accounts", http.StatusForbidden, noRights)
	s := p.Session(t)
	if _, err := (monzo.Bank{}).Accounts(t.Context(), s); fault.KindOf(err) != fault.ApprovalNeeded {
		t.Errorf("got %v, want ApprovalNeeded", err)
	}
	if a, err := (monzo.Bank{}).Probe(t.Context(), s); err != nil || a.Status != http.StatusOK {
		t.Errorf("the probe says %+v, %v", a, err)
	}
}

func TestWhatARefusalMeans(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		want   fault.Kind
	}{
		"another 403 is no wait for an approval":   {http.StatusForbidden, `{"code":"forbidden.other"}`, fault.LoginNeeded},
		"a 403 without a code neither":             {http.StatusForbidden, `{}`, fault.LoginNeeded},
		"a page of a firewall asks for no sign-in": {http.StatusForbidden, `<html>`, fault.BankUnexpected},
		"a token that ended":                       {http.StatusUnauthorized, `{"code":"unauthorized.bad_access_token.expired"}`, fault.LoginNeeded},
		"the bank is down":                         {http.StatusBadGateway, noRights, fault.BankDown},
		"an answer without a list":                 {http.StatusOK, `{}`, fault.BankUnexpected},
		"a list that is none":                      {http.StatusOK, `{"accounts":"none"}`, fault.BankUnexpected},
		"no JSON":                                  {http.StatusOK, `<html>`, fault.BankUnexpected},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := monzo.Bank{}.Accounts(t.Context(), answering(t, "/accounts", test.status, test.body).Session(t))
			if fault.KindOf(err) != test.want {
				t.Errorf("got %v, want kind %d", err, test.want)
			}
		})
	}
}

// TestOfOldDaysWhatTheBankShowsIsRead: five minutes after the sign-in only 90 days are shown.
func TestOfOldDaysWhatTheBankShowsIsRead(t *testing.T) {
	p := banktest.FilledPots(t)
	end := p.Window().To
	now := end.Time().Add(12 * time.Hour)
	p.Answer = func(w http.ResponseWriter, r *http.Request) bool {
		since, err := time.Parse(time.RFC3339, r.URL.Query().Get("since"))
		if r.URL.Path != "/transactions" || err != nil || now.Sub(since) <= 90*24*time.Hour {
			return false
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"code":"forbidden.verification_required","message":"Verification required"}`))
		return true
	}
	d := monzo.Bank{Now: func() time.Time { return now }}
	pages, err := collect(t, d, p.Session(t), bank.Window{From: end.AddDays(-120), To: end})
	rows := 0
	for _, page := range pages {
		rows += len(page.Rows)
		if !page.Partial {
			t.Error("the page counts as all of its days")
		}
	}
	if want := p.Rows(t, current, p.Window()); err != nil || rows != want {
		t.Errorf("got %d rows, %v; want %d", rows, err, want)
	}
	pages, err = collect(t, d, p.Session(t), bank.Window{From: end.AddDays(-200), To: end.AddDays(-120)})
	if !errors.Is(err, bank.ErrTooFar) || len(pages) != 0 {
		t.Errorf("of older days: %d pages, %v; want ErrTooFar", len(pages), err)
	}
}

func TestDaysOutsideOfTheWindowAreNotTold(t *testing.T) {
	p := banktest.FilledPots(t)
	day := p.Window().To.AddDays(-40)
	pages, err := collect(t, monzo.Bank{}, p.Session(t), bank.Window{From: day, To: day})
	if err != nil || len(pages) != 1 || len(pages[0].Rows) != 4 {
		t.Fatalf("got %+v, %v", pages, err)
	}
	asked := p.Asked()
	if q := asked[len(asked)-1].Query(); len(asked) != 1 || q.Get("before") != day.AddDays(1).String()+"T00:00:00Z" || q.Get("limit") != "100" {
		t.Errorf("asked %v", asked)
	}
}

// TestAPotIsOnlyABalance: it has no rows, and nobody is asked for some.
func TestAPotIsOnlyABalance(t *testing.T) {
	p := banktest.FilledPots(t)
	s := p.Session(t)
	accounts, err := monzo.Bank{}.Accounts(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(accounts, func(a bank.Account) bool { return a.Kind == ledger.Savings })
	if at < 0 || accounts[at].Name != "Holiday" || accounts[at].Balance.Booked.Minor != 100000 || accounts[0].Balance.Booked.Minor != 123456 {
		t.Fatalf("got %+v", accounts)
	}
	p.Asked()
	for page, err := range (monzo.Bank{}).Transactions(t.Context(), s, accounts[at].Account, p.Window()) {
		if err != nil || len(page.Rows) != 0 || page.Next != "" {
			t.Errorf("got %+v, %v", page, err)
		}
	}
	if asked := p.Asked(); len(asked) != 0 {
		t.Errorf("asked %v", asked)
	}
}

func TestTheConsentIsEndedByTheTokenAlone(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		kind   fault.Kind // Unknown: no error
	}{
		"it ends":          {http.StatusOK, fault.Unknown},
		"it was over":      {http.StatusNotFound, fault.Unknown},
		"a token is over":  {http.StatusUnauthorized, fault.LoginNeeded},
		"the bank is down": {http.StatusServiceUnavailable, fault.BankDown},
	} {
		t.Run(name, func(t *testing.T) {
			method := ""
			p := banktest.FilledPots(t)
			p.Answer = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/oauth2/logout" && r.Header.Get("Authorization") == "Bearer "+banktest.FakeToken {
					method = r.Method
				}
				w.WriteHeader(test.status)
				return true
			}
			answer, err := monzo.Bank{}.EndConsent(t.Context(), p.Session(t), "")
			if answer.Status != test.status || fault.KindOf(err) != test.kind || method != http.MethodPost {
				t.Errorf("got %+v, %v by %q", answer, err, method)
			}
		})
	}
	p := answering(t, "/ping/whoami", http.StatusOK, `{"authenticated":false}`)
	if answer, err := (monzo.Bank{}).Probe(t.Context(), p.Session(t)); err != nil || answer.Status != http.StatusUnauthorized {
		t.Errorf("who is nobody: %+v, %v", answer, err)
	}
}

// TestWhatIsNoMoneyIsRefused: an amount is a whole number of minor units, or the whole page is not taken.
func TestWhatIsNoMoneyIsRefused(t *testing.T) {
	const row = `{"transactions":[{"id":"t","created":"2026-11-20T08:00:00Z","settled":"","amount":AMOUNT,"currency":"CUR"}]}`
	for _, broken := range [][2]string{{"1.5", "GBP"}, {"1e2", "GBP"}, {`"x"`, "GBP"}, {"null", "GBP"}, {"9223372036854775808", "GBP"}, {"100", "EUR"}} {
		body := strings.NewReplacer("AMOUNT", broken[0], "CUR", broken[1]).Replace(row)
		rows, err := monzo.ReadRows([]byte(body), "GBP")
		if fault.KindOf(err) != fault.BankUnexpected || len(rows) != 0 {
			t.Errorf("%v: got %+v, %v", broken, rows, err)
		}
		if err != nil && strings.Contains(err.Error(), broken[0]) {
			t.Errorf("the error repeats the amount: %v", err)
		}
	}
}

// TestAnAccountThatWasLeftOutTellsNoBalance: it is named, and what is read beside it is as before.
func TestAnAccountThatWasLeftOutTellsNoBalance(t *testing.T) {
	p := banktest.FilledPots(t)
	s := p.Session(t)
	all, err := (monzo.Bank{}).Accounts(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	p.Asked()
	s.Skip = func(id string) bool { return id == all[0].BankID }
	rest, err := (monzo.Bank{}).Accounts(t.Context(), s)
	if err != nil || len(rest) != len(all) || !errors.Is(rest[0].Err, bank.ErrSkipped) || rest[0].Name != all[0].Name || rest[0].Balance.Booked.Currency != "" {
		t.Errorf("got %+v, %v", rest, err)
	}
	for _, u := range p.Asked() {
		if u.Path == "/balance" && u.Query().Get("account_id") == all[0].BankID {
			t.Errorf("asked for %s", u.String())
		}
	}
}

// TestWhatCantBeReadOfOneAccountIsNamed: its pots, or its currency. The others are told as they are.
func TestWhatCantBeReadOfOneAccountIsNamed(t *testing.T) {
	accounts, err := monzo.Bank{}.Accounts(t.Context(), answering(t, "/pots", 200, `{"pots":"none"}`).Session(t))
	unread := slices.IndexFunc(accounts, func(a bank.Account) bool { return fault.KindOf(a.Err) == fault.BankUnexpected })
	if err != nil || unread < 0 || !strings.HasPrefix(accounts[unread].BankID, "pot:of ") || !strings.HasSuffix(accounts[unread].Name, ": pots") {
		t.Errorf("pots: %s, %v", banktest.TellAccounts(accounts), err)
	}
	for _, odd := range []string{"5", "{}", `["GBP"]`, "true", "null", `"pounds"`} {
		list := `{"accounts":[{"id":"acc_1","type":"uk_loan","currency":` + odd + `,"description":{}},{"id":"acc_2","type":"uk_loan","currency":"GBP"}]}`
		accounts, err := monzo.Bank{}.Accounts(t.Context(), answering(t, "/accounts", 200, list).Session(t))
		if err != nil || len(accounts) != 2 || fault.Of(accounts[0].Err) == nil || fault.Of(accounts[0].Err).Reason != "bank.currency" || accounts[1].Currency != "GBP" {
			t.Errorf("a currency of %s: %s, %v", odd, banktest.TellAccounts(accounts), err)
		}
	}
}
