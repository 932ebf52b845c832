package demobank_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"coffer/sync/demobank"
)

// atBridge is a person with a browser at Lantern Bridge.
type atBridge struct {
	*testing.T
	bank   *demobank.Bank
	client *http.Client
}

func bridgeOf(t *testing.T, bank *demobank.Bank) *atBridge {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &atBridge{t, bank, &http.Client{Jar: jar}}
}

func (a *atBridge) do(method, address string, form url.Values, header ...string) (int, http.Header, string) {
	a.Helper()
	r, err := http.NewRequestWithContext(a.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		a.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := a.client.Do(r)
	if err != nil {
		a.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		a.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(raw)
}

func (a *atBridge) post(path string, form url.Values, header ...string) (int, string) {
	a.Helper()
	status, _, body := a.do("POST", strings.TrimSuffix(a.bank.BridgePage(), "create")+path, form, header...)
	return status, body
}

func (a *atBridge) signIn() {
	a.Helper()
	if status, body := a.post("sign-in", url.Values{"username": {a.bank.Username()}, "password": {a.bank.Password().Show()}}); status != 200 || !strings.Contains(body, "Make a setup token") {
		a.Fatalf("signed in: %d %s", status, body)
	}
}

var setupInput = regexp.MustCompile(`id="token" type="text" value="([^"]+)"`)

func TestASetupTokenIsMadeAtTheBridgesPageClaimedOnceAndDisabledThere(t *testing.T) {
	a := bridgeOf(t, start(t, demobank.Config{State: filepath.Join(t.TempDir(), "bank.json")}))
	status, header, page := a.do("GET", a.bank.BridgePage(), nil)
	if status != 200 || header.Get("X-Frame-Options") != "DENY" || header.Get("Cache-Control") != "no-store" || !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") ||
		!strings.Contains(page, "An invented bridge that runs on this computer") || !strings.Contains(page, a.bank.Password().Show()) || strings.Contains(page, "<script") {
		t.Errorf("the page: %d %v %s", status, header, page)
	}
	labelled(t, "sign-in", page)
	if status, body := a.post("setup-token", nil); status != 403 || strings.Contains(body, "Your setup token") {
		t.Error("a setup token without a sign-in")
	}
	if status, _ := a.post("sign-in", url.Values{"username": {a.bank.Username()}, "password": {"no"}}); status != 403 {
		t.Errorf("a wrong password: %d", status)
	}
	a.signIn()
	if status, _ := a.post("setup-token", nil, "Origin", "https://evil.example"); status != 403 {
		t.Errorf("a form from elsewhere: %d", status)
	}
	_, page = a.post("setup-token", nil)
	found := setupInput.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no setup token: %s", page)
	}
	labelled(t, "token", page)
	claim, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(found[1], "&#43;", "+"))
	if err != nil || !strings.HasPrefix(string(claim), a.bank.BridgeAPI()+"/claim/") {
		t.Fatalf("the setup token names %q, %v", claim, err)
	}
	if status, _, _ := a.do("GET", string(claim), nil); status != 405 {
		t.Errorf("a claim by GET: %d", status)
	}
	status, _, access := a.do("POST", string(claim), nil)
	u, err := url.Parse(access)
	if err != nil || status != 200 || u.User == nil || u.Path != "/lantern/simplefin" {
		t.Fatalf("the claim gave %d", status)
	}
	if status, _, _ := a.do("POST", string(claim), nil); status != 403 {
		t.Errorf("a second claim: %d", status)
	}
	password, _ := u.User.Password()
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password))
	read := func(query string) (int, string) {
		status, _, body := a.do("GET", a.bank.BridgeAPI()+"/accounts?"+query, nil, "Authorization", basic)
		return status, body
	}
	if status, body := read("version=2&balances-only=1"); status != 200 || strings.Count(body, `"conn_id":"con_harbour"`) != 3 || strings.Contains(body, "TRN-") {
		t.Errorf("balances: %d %s", status, body)
	}
	if status, _, _ := a.do("GET", a.bank.BridgeAPI()+"/accounts", nil); status != 403 {
		t.Errorf("without a name: %d", status)
	}
	_, page = a.post("sign-in", url.Values{"username": {a.bank.Username()}, "password": {a.bank.Password().Show()}})
	app := regexp.MustCompile(`name="app" value="([^"]+)"`).FindStringSubmatch(page)
	if app == nil || !strings.Contains(page, "reads your accounts") {
		t.Fatalf("the app is not listed: %s", page)
	}
	if _, page = a.post("disable", url.Values{"app": {app[1]}}); !strings.Contains(page, "disabled") {
		t.Errorf("it was not disabled: %s", page)
	}
	if status, _ := read(""); status != 403 {
		t.Errorf("after it was disabled: %d", status)
	}
	for _, e := range a.bank.Events() {
		if strings.Contains(e.Grant, password) || strings.Contains(string(claim), e.Grant) && e.Grant != "" {
			t.Errorf("an event holds a secret: %+v", e)
		}
	}
}

// The past never changes: what was booked stays, with its id, and a hold is booked or still there.
func TestTheBridgesAccountsAreTheSameAtEachLook(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	a := bridgeOf(t, start(t, demobank.Config{Now: func() time.Time { return noon }}))
	setup, err := a.bank.MakeSetupToken()
	if err != nil {
		t.Fatal(err)
	}
	claim, err := base64.StdEncoding.DecodeString(setup)
	if err != nil {
		t.Fatal(err)
	}
	_, _, access := a.do("POST", string(claim), nil)
	u, err := url.Parse(access)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password))
	type row struct {
		ID, Amount, Payee string
		Posted            int64
		Pending           bool
	}
	look := func() (rows map[string]row, pending int) {
		_, _, body := a.do("GET", a.bank.BridgeAPI()+"/accounts?pending=1", nil, "Authorization", basic)
		var told struct {
			Accounts []struct{ Transactions []row }
		}
		if err := json.Unmarshal([]byte(body), &told); err != nil || len(told.Accounts) != 2 {
			t.Fatalf("%v: %s", err, body)
		}
		rows = map[string]row{}
		for _, account := range told.Accounts {
			for _, r := range account.Transactions {
				if r.Payee == "" || r.Pending != (r.Posted == 0) {
					t.Errorf("row %+v", r)
				}
				rows[r.ID+r.Payee] = r
				if r.Pending {
					pending++
				}
			}
		}
		return rows, pending
	}
	before, _ := look()
	if len(before) < 20 {
		t.Fatalf("%d rows", len(before))
	}
	seen := 0
	for range 30 {
		if err := a.bank.Advance(24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		now, pending := look()
		seen += pending
		for id, r := range before {
			if later, there := now[id]; there && !r.Pending && later != r {
				t.Errorf("%+v became %+v", r, later)
			}
		}
	}
	if seen == 0 {
		t.Error("nothing was ever pending in a month")
	}
}
