package fdx_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/fdx"
)

const emptyList = `{"page":{},"transactions":[]}`

func TestWhatARequestSaysOfUs(t *testing.T) {
	f := answering(t, http.StatusOK, emptyList)
	s := f.Session(t)
	for _, s.Present = range []bool{true, false} {
		if _, err := collect(t, fdx.Bank{}, s, bank.Window{From: ledger.Day(2026, 1, 2), To: ledger.Day(2026, 2, 3)}); err != nil {
			t.Fatal(err)
		}
	}
	calls := f.Calls()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for i, actor := range []string{"USER", "BATCH"} {
		h := calls[i].Header
		if h.Get("FDX-API-Actor-Type") != actor || !uuid.MatchString(h.Get("x-fapi-interaction-id")) || h.Get("Authorization") != "Bearer "+banktest.FakeToken {
			t.Errorf("call %d has headers %v, want actor %s", i, h, actor)
		}
		if calls[i].From != ledger.Day(2026, 1, 2) || calls[i].To != ledger.Day(2026, 2, 3) || calls[i].Path != "/accounts/a/1/transactions" {
			t.Errorf("call %d is %+v", i, calls[i])
		}
	}
	if calls[0].Header.Get("x-fapi-interaction-id") == calls[1].Header.Get("x-fapi-interaction-id") {
		t.Error("two calls share an interaction id")
	}
	for _, e := range f.Book.Entries() {
		if e.Path != "/accounts/{id}/transactions" || e.Purpose.ID != "transactions" {
			t.Errorf("the ledger says %+v", e)
		}
	}
}

func TestAnIDIsEscapedInThePath(t *testing.T) {
	f := answering(t, http.StatusOK, emptyList)
	account := ledger.Account{BankID: "../consents/x?y", Currency: "USD"}
	for _, err := range (fdx.Bank{}).Transactions(t.Context(), f.Session(t), account, bank.Window{}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if c := f.Calls()[0]; c.Account != account.BankID {
		t.Errorf("asked for %q", c.Path)
	}
}

func TestRefusalsSayWhatThePersonCanDo(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	cases := map[string]struct {
		status int
		body   string
		kind   fault.Kind
		is     error
	}{
		"401 is a login":                          {401, `{"code":603}`, fault.LoginNeeded, nil},
		"403 with a code on the person is too":    {403, `{"code":602}`, fault.LoginNeeded, nil},
		"403 is about the account":                {403, `{}`, fault.LoginNeeded, bank.ErrAccountGone},
		"a locked account is that account's":      {403, `{"code":706}`, fault.BankUnexpected, bank.ErrAccountGone},
		"404 is an account that is gone":          {404, `not json`, fault.NotFound, bank.ErrAccountGone},
		"701 is an account that is gone":          {400, `{"code":"701"}`, fault.NotFound, bank.ErrAccountGone},
		"705 is a closed account":                 {409, `{"code":705,"message":"closed"}`, fault.NotFound, bank.ErrAccountClosed},
		"702 is dates that the bank refuses":      {400, `{"code":702}`, fault.BankUnexpected, bank.ErrTooFar},
		"703 is dates that the bank refuses":      {400, `{"code":703}`, fault.BankUnexpected, bank.ErrTooFar},
		"429 is a pause":                          {429, ``, fault.BankPaused, nil},
		"1207 is a pause whatever the status":     {503, `{"code":1207}`, fault.BankPaused, nil},
		"500 is the bank's fault":                 {500, `{"code":500}`, fault.BankDown, nil},
		"501 is the bank's fault":                 {501, `{"code":501}`, fault.BankDown, nil},
		"503 is the bank's fault":                 {503, `<html>`, fault.BankDown, nil},
		"418 is not understood":                   {418, `{"code":"a card number 4111"}`, fault.BankUnexpected, nil},
		"a success of another kind is not either": {202, ``, fault.BankUnexpected, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := fdx.Bank{Now: func() time.Time { return now }}
			_, err := collect(t, d, answering(t, c.status, c.body).Session(t), bank.Window{})
			if fault.KindOf(err) != c.kind || c.is != nil && !errors.Is(err, c.is) || c.is == nil && errors.Is(err, bank.ErrAccountGone) {
				t.Errorf("got kind %d: %v", fault.KindOf(err), err)
			}
			if c.kind == fault.BankPaused && fault.Of(err).Args["until"] != "2026-11-22T12:15:00Z" {
				t.Errorf("paused until %q", fault.Of(err).Args["until"])
			}
			if strings.Contains(err.Error(), "4111") || strings.Contains(err.Error(), "closed,") {
				t.Errorf("the error repeats the bank's words: %v", err)
			}
		})
	}
}

func TestBodiesThatMakeNoSenseAreTheBanksFault(t *testing.T) {
	row := func(fields string) string {
		return `{"transactions":[{"transactionId":"1","postedTimestamp":"2026-01-02","status":"POSTED",` + fields + `}]}`
	}
	deep := strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat(`}`, 40)
	cases := map[string]struct {
		body string
		is   error
	}{
		"not JSON":                    {`<html>welcome</html>`, nil},
		"cut off":                     {`{"transactions":[{"transactionId":"1"`, nil},
		"another object":              {`{"welcome":true}`, nil},
		"a text":                      {`"hello"`, nil},
		"a list of texts":             {`{"transactions":["a"]}`, nil},
		"a list that is none":         {`{"transactions":{"a":1}}`, nil},
		"an exponent":                 {row(`"amount":1e3`), money.ErrSyntax},
		"a word for an amount":        {row(`"amount":"12,50"`), money.ErrSyntax},
		"a fraction of a cent":        {row(`"amount":0.001`), money.ErrPrecision},
		"an amount beyond 64 bits":    {row(`"amount":99999999999999999999`), money.ErrOverflow},
		"no amount":                   {row(`"memo":"x"`), nil},
		"no date":                     {`{"transactions":[{"amount":1,"status":"POSTED"}]}`, nil},
		"a date that no calendar has": {`{"transactions":[{"amount":1,"postedTimestamp":"2026-02-30"}]}`, nil},
		"too deep":                    {row(`"amount":1,"x":` + deep), nil},
		"too many fields":             {row(`"amount":1,"x":[` + strings.Repeat("1,", 1000) + `1]`), nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			pages, err := readTransactions(t, c.body)
			if fault.KindOf(err) != fault.BankUnexpected || len(pages) != 0 || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got %d pages, kind %d: %v", len(pages), fault.KindOf(err), err)
			}
		})
	}
}

func TestOneBrokenAccountLeavesTheOthers(t *testing.T) {
	accounts, err := readAccounts(t, read(t, "testdata/broken-accounts.json"))
	if err != nil || len(accounts) != 3 {
		t.Fatalf("got %d accounts, %v", len(accounts), err)
	}
	for i, broken := range []bool{false, true, true} {
		if a := accounts[i]; (a.Err != nil) != broken || broken && fault.KindOf(a.Err) != fault.BankUnexpected || a.BankID == "" {
			t.Errorf("account %d: %+v", i, a)
		}
	}
}

func TestNoDataIsAnEmptyList(t *testing.T) {
	s := answering(t, http.StatusNotFound, `{"code":1107}`).Session(t)
	if pages, err := collect(t, fdx.Bank{}, s, bank.Window{}); err != nil || len(pages) != 1 || len(pages[0].Rows) != 0 {
		t.Errorf("transactions: %v, %v", pages, err)
	}
	if accounts, err := (fdx.Bank{}).Accounts(t.Context(), s); err != nil || len(accounts) != 0 {
		t.Errorf("accounts: %v, %v", accounts, err)
	}
}

func TestPartialContentIsKeptAndSaid(t *testing.T) {
	s := answering(t, http.StatusPartialContent, `{"transactions":[{"postedTimestamp":"2026-01-02","amount":1}]}`).Session(t)
	pages, err := collect(t, fdx.Bank{}, s, bank.Window{})
	if err != nil || len(pages) != 1 || !pages[0].Partial || len(pages[0].Rows) != 1 {
		t.Errorf("got %+v, %v", pages, err)
	}
}

func TestANextPageIsAskedForUnderTheNameItCameWith(t *testing.T) {
	for name, told := range map[string]string{
		"pageKey=k%201": `{"nextPageKey":"k 1","nextOffset":"2"}`, "offset=2": `{"nextOffset":2}`,
	} {
		var asked []string
		f := banktest.NewFake(t, 10)
		f.Script(func(c banktest.Call) *banktest.Reply {
			body := `{"page":` + told + `,"links":{"next":{"href":"https://elsewhere.example/steal"}},"transactions":[{"postedTimestamp":"2026-01-02","amount":1}]}`
			if len(asked) > 0 {
				body = emptyList
			}
			asked = append(asked, c.Query)
			return &banktest.Reply{Status: 200, Body: body}
		})
		pages, err := collect(t, fdx.Bank{}, f.Session(t), bank.Window{})
		if err != nil || len(pages) != 2 || !strings.Contains(strings.ReplaceAll(asked[1], "+", "%20"), name) {
			t.Errorf("got %d pages, %v; asked %q, want %s", len(pages), err, asked, name)
		}
	}
}

func TestAPagerThatNeverEndsIsAnError(t *testing.T) {
	for name, rows := range map[string]string{"new keys, no rows": "", "ring of two": `{"postedTimestamp":"2026-01-02","amount":1}`} {
		n := 0
		f := banktest.NewFake(t, 10)
		f.Script(func(banktest.Call) *banktest.Reply {
			n++
			key := n
			if rows != "" {
				key = n % 2
			}
			return &banktest.Reply{Status: 200, Body: fmt.Sprintf(`{"page":{"nextPageKey":"k%d"},"transactions":[%s]}`, key, rows)}
		})
		if _, err := collect(t, fdx.Bank{}, f.Session(t), bank.Window{}); fault.KindOf(err) != fault.BankUnexpected || n > 5 {
			t.Errorf("%s: %d requests, then %v", name, n, err)
		}
	}
}

func TestABankThatRefusesTheLimitIsAskedWithout(t *testing.T) {
	f := banktest.NewFake(t, 10)
	f.Script(func(c banktest.Call) *banktest.Reply {
		if strings.Contains(c.Query, "limit=") {
			return &banktest.Reply{Status: 400, Body: `{"code":401}`}
		}
		return &banktest.Reply{Status: 200, Body: emptyList}
	})
	if pages, err := collect(t, fdx.Bank{}, f.Session(t), bank.Window{}); err != nil || len(pages) != 1 {
		t.Errorf("got %d pages, %v", len(pages), err)
	}
	if n := len(f.Calls()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestShortAccountsAreAskedForInFull(t *testing.T) {
	cases := map[string]struct {
		detail banktest.Reply
		kind   fault.Kind // of the account, or of all where whole is set
		whole  bool
		booked int64
	}{
		"the details come":      {banktest.Reply{Status: 200, Body: `{"accountId":"1","accountCategory":"DEPOSIT_ACCOUNT","accountNumberDisplay":"12","currency":{"currencyCode":"USD"},"currentBalance":5}`}, fault.Unknown, false, 500},
		"without the balance":   {banktest.Reply{Status: 200, Body: `{"accountId":"1","accountCategory":"DEPOSIT_ACCOUNT","accountNumberDisplay":"12","currency":{"currencyCode":"USD"}}`}, fault.Unknown, false, 400}, // which the list told
		"another account comes": {banktest.Reply{Status: 200, Body: `{"accountId":"2","currency":{"currencyCode":"USD"},"currentBalance":5}`}, fault.BankUnexpected, false, 0},
		"it is closed":          {banktest.Reply{Status: 409, Body: `{"code":705}`}, fault.NotFound, false, 0},
		"the token is refused":  {banktest.Reply{Status: 401}, fault.LoginNeeded, true, 0},
		"the bank is down":      {banktest.Reply{Status: 503}, fault.BankDown, true, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := banktest.NewFake(t, 10)
			f.Script(func(call banktest.Call) *banktest.Reply {
				if call.Account != "" {
					return &c.detail
				}
				return &banktest.Reply{Status: 200, Body: `{"accounts":[{"accountId":"1","nickname":"Mine","accountCategory":"DEPOSIT_ACCOUNT","currentBalance":4}]}`}
			})
			accounts, err := fdx.Bank{}.Accounts(t.Context(), f.Session(t))
			if c.whole {
				if fault.KindOf(err) != c.kind {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || len(accounts) != 1 || fault.KindOf(accounts[0].Err) != c.kind {
				t.Fatalf("got %+v, %v", accounts, err)
			}
			if c.kind == fault.Unknown && (accounts[0].Err != nil || accounts[0].Balance.Booked != money.New(c.booked, "USD")) {
				t.Errorf("got %+v", accounts[0])
			}
		})
	}
}

func TestAConsentIsEnded(t *testing.T) {
	cases := map[string]struct {
		statuses []int
		want     int
		kind     fault.Kind
	}{
		"204":                       {[]int{204}, 204, fault.Unknown},
		"over already":              {[]int{409}, 409, fault.Unknown},
		"gone already":              {[]int{404}, 404, fault.Unknown},
		"only as a data recipient":  {[]int{400, 204}, 204, fault.Unknown},
		"not at all":                {[]int{400, 400}, 400, fault.BankUnexpected},
		"the bank is down":          {[]int{503}, 503, fault.BankDown},
		"the token is dead already": {[]int{401}, 401, fault.LoginNeeded},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			n := 0
			f := banktest.NewFake(t, 10)
			f.Script(func(banktest.Call) *banktest.Reply {
				n++
				return &banktest.Reply{Status: c.statuses[n-1]}
			})
			answer, err := fdx.Bank{}.EndConsent(t.Context(), f.Session(t), "grant 1")
			if answer.Status != c.want || (err != nil) != (c.kind != fault.Unknown) || fault.KindOf(err) != c.kind {
				t.Errorf("got %+v, %v", answer, err)
			}
			for i, call := range f.Calls() {
				var said struct{ Reason, Initiator string }
				if err := json.Unmarshal([]byte(call.Body), &said); err != nil {
					t.Fatal(err)
				}
				who := []string{"INDIVIDUAL", "DATA_RECIPIENT"}[i]
				if call.Method != "PUT" || call.Path != "/consents/grant 1/revocation" || said.Reason != "USER_ACTION" || said.Initiator != who {
					t.Errorf("call %d: %s %s %s", i, call.Method, call.Path, call.Body)
				}
			}
			if n != len(c.statuses) {
				t.Errorf("%d calls, want %d", n, len(c.statuses))
			}
		})
	}
	if _, err := (fdx.Bank{}).EndConsent(t.Context(), answering(t, 204, "").Session(t), ""); err == nil {
		t.Error("a consent without an id was ended")
	}
}
