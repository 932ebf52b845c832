package demobank_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/sync/bank/banktest"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

// pocketBank is a bank with one grant at Pocketwell that was not approved, and its access token.
func pocketBank(t *testing.T) (*demobank.Bank, string) {
	t.Helper()
	b, err := demobank.Start(t.Context(), demobank.Config{Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b, approvePocket(t, b)
}

func approvePocket(t *testing.T, b *demobank.Bank) string {
	t.Helper()
	return banktest.Approve(t, b.PocketIssuer(), demobank.PocketClient, func(ctx context.Context, address string) error {
		return walk.Approve(ctx, address, walk.Options{})
	})
}

// asked returns the status and body of a call of the API.
func asked(t *testing.T, method, address, token string, form url.Values) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestPocketwellShowsNothingBeforeThePhone(t *testing.T) {
	b, token := pocketBank(t)
	for _, path := range []string{"/accounts", "/balance", "/pots", "/transactions"} {
		if status, body := asked(t, "GET", b.PocketAPI()+path, token, nil); status != 403 || !strings.Contains(body, "forbidden.insufficient_permissions") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, _ := asked(t, "GET", b.PocketAPI()+"/ping/whoami", token, nil); status != 200 {
		t.Errorf("whoami: %d", status)
	}
	if status, _ := asked(t, "GET", b.APIBase()+"/accounts", token, nil); status == 200 {
		t.Error("Northlight takes Pocketwell's token")
	}
	if err := walk.Phone(t.Context(), b.Phone()); err != nil {
		t.Fatal(err)
	}
	if status, _ := asked(t, "GET", b.PocketAPI()+"/accounts", token, nil); status != 200 {
		t.Errorf("approved: %d", status)
	}
	if !slices.ContainsFunc(b.Events(), func(e demobank.Event) bool { return e.Kind == demobank.GrantApproved }) {
		t.Error("the bank's log doesn't say so")
	}
}

// TestPocketwellHonoursOneGrantAlone: a new sign-in ends the one before, and so does a logout.
func TestPocketwellHonoursOneGrantAlone(t *testing.T) {
	b, first := pocketBank(t)
	second := approvePocket(t, b)
	whoami := b.PocketAPI() + "/ping/whoami"
	if status, _ := asked(t, "GET", whoami, first, nil); status != 401 {
		t.Errorf("the former token: %d", status)
	}
	if status, _ := asked(t, "POST", b.PocketAPI()+"/oauth2/logout", second, nil); status != 200 {
		t.Errorf("logout: %d", status)
	}
	if status, _ := asked(t, "GET", whoami, second, nil); status != 401 {
		t.Errorf("after it: %d", status)
	}
	for name, form := range map[string]url.Values{
		"a code that nobody gave":    {"grant_type": {"authorization_code"}, "client_id": {demobank.PocketClient}, "code": {"x"}},
		"a token that nobody gave":   {"grant_type": {"refresh_token"}, "client_id": {demobank.PocketClient}, "refresh_token": {"x"}},
		"another client":             {"grant_type": {"refresh_token"}, "client_id": {demobank.ClientID}, "refresh_token": {"x"}},
		"another kind of grant":      {"grant_type": {"password"}, "client_id": {demobank.PocketClient}},
		"an access token to renew":   {"grant_type": {"refresh_token"}, "client_id": {demobank.PocketClient}, "refresh_token": {second}},
		"a grant without its fields": {"client_id": {demobank.PocketClient}},
	} {
		if status, body := asked(t, "POST", b.PocketIssuer()+"/token", "", form); status/100 != 4 || strings.Contains(body, "access_token") {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

// TestTheSwitchesAreAPage: what is turned on there is on, and off again; a form from elsewhere turns nothing.
func TestTheSwitchesAreAPage(t *testing.T) {
	b, token := pocketBank(t)
	if err := b.ApproveOnPhone(); err != nil {
		t.Fatal(err)
	}
	page := strings.TrimSuffix(b.PocketIssuer(), "/pocketwell") + demobank.FaultsPath
	accounts := b.PocketAPI() + "/accounts"
	press := func(act string) { asked(t, "POST", page, "", url.Values{"bank": {demobank.Pocketwell}, "act": {act}}) }
	press("503 on")
	if status, _ := asked(t, "GET", accounts, token, nil); status != 503 {
		t.Errorf("on: %d", status)
	}
	if status, body := asked(t, "GET", page, "", nil); status != 200 || strings.Count(body, "Turn off") != 1 || strings.Count(body, "Turn on") != 2*len(demobank.Switches())-1 {
		t.Errorf("the page: %d %s", status, body)
	}
	press("503 off")
	if status, _ := asked(t, "GET", accounts, token, nil); status != 200 {
		t.Errorf("off: %d", status)
	}
	if b.Flip("elsewhere", "503") == nil || b.Flip(demobank.Pocketwell, "no such") == nil {
		t.Error("what is no switch was flipped")
	}
	request, err := http.NewRequestWithContext(t.Context(), "POST", page, strings.NewReader("bank=pocketwell&act=503+on"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if status, _ := asked(t, "GET", accounts, token, nil); answer.StatusCode != 403 || status != 200 {
		t.Errorf("from elsewhere: %d, then %d", answer.StatusCode, status)
	}
}

// TestPocketwellsBalanceIsItsRows: what is declined counts nowhere, and the pot has what went into it.
func TestPocketwellsBalanceIsItsRows(t *testing.T) {
	b, token := pocketBank(t)
	if err := b.ApproveOnPhone(); err != nil {
		t.Fatal(err)
	}
	read := func(path string, v any) {
		t.Helper()
		_, body := asked(t, "GET", b.PocketAPI()+path, token, nil)
		if err := json.Unmarshal([]byte(body), v); err != nil {
			t.Fatal(err)
		}
	}
	var accounts struct{ Accounts []struct{ ID string } }
	read("/accounts", &accounts)
	id := accounts.Accounts[0].ID
	var balance struct {
		Balance int64 `json:"balance"`
		Total   int64 `json:"total_balance"`
	}
	read("/balance?account_id="+id, &balance)
	sum, pot, declined, rows, since := int64(0), int64(0), 0, 0, "2020-01-01T00:00:00Z"
	for {
		var page struct {
			Transactions []struct {
				ID, Scheme string
				Amount     int64
				Declined   string `json:"decline_reason"`
			}
		}
		read("/transactions?limit=100&account_id="+id+"&since="+url.QueryEscape(since), &page)
		for _, r := range page.Transactions {
			since, rows = r.ID, rows+1
			switch {
			case r.Declined != "":
				declined++
				continue
			case r.Scheme == "uk_retail_pot":
				pot -= r.Amount
			}
			sum += r.Amount
		}
		if len(page.Transactions) < 100 {
			break
		}
	}
	if sum != balance.Balance || sum+pot != balance.Total || declined != 1 || rows < 700 {
		t.Errorf("%d rows come to %d and %d in the pot, %d declined; told %+v", rows, sum, pot, declined, balance)
	}
}
