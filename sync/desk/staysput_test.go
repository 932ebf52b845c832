package desk_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/app/secret"
)

// TestWhatIsBroughtStaysPut: a bank that repeats in its refusals all that it was shown gets none of it into the log, an error, the
// ledger of connections, the links or any file, whatever way the person brings it.
func TestWhatIsBroughtStaysPut(t *testing.T) {
	const canary = "CANARY-of-the-person"
	r := newRig(t)
	status := 0
	bank := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		raw, _ := io.ReadAll(q.Body)
		all := fmt.Sprintf("%s %v %s", q.URL, q.Header, raw)
		if user, password, ok := q.BasicAuth(); ok {
			all += " " + user + ":" + password
		}
		for _, name := range []string{"WWW-Authenticate", "X-Request-Id", "Retry-After", "Content-Type", "Set-Cookie"} {
			w.Header().Set(name, all)
		}
		if status/100 == 3 {
			w.Header().Set("Location", "/again?"+strings.ReplaceAll(all, " ", "+"))
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": all, "error_code": all, "error_message": all, "errors": []any{map[string]string{"detail": all, "title": all}}})
	}))
	defer bank.Close()
	key := rsaKey(t)
	secrets := map[provider.Need]secret.Text{
		provider.TokenOfOwn: secret.New(canary + "-token"), provider.AppToken: secret.New(canary + "-app"), provider.APIKey: secret.New(canary + "-api"),
		provider.ClientSecret: secret.New(canary + "-client"), provider.Key: secret.New(key), provider.Setup: secret.New(setupOf(bank.URL + "/claim/" + canary)),
	}
	typed := map[provider.Need]string{provider.ClientID: "app-1", provider.LastPage: "https://app.harbour.example/back", provider.AtBank: "Harbour Bank", provider.AtCountry: "FI"}
	leaked := func(where, text string) {
		t.Helper()
		for _, canary := range []string{canary, key[40:90], setupOf(bank.URL + "/claim/" + canary)[30:60]} {
			if at := strings.Index(text, canary); at >= 0 {
				t.Errorf("%s holds %q", where, text[max(0, at-80):min(len(text), at+80)])
			}
		}
	}
	tries := 0
	for way, file := range map[string][]string{
		"token": {"up", `"token"`}, "client-credentials": {"investec", `"client-id", "client-secret", "api-key"`}, "hosted-link": {"plaid", `"client-id", "client-secret"`},
		"signed-jwt": {"enablebanking", `"client-id", "key", "redirect-address", "bank", "country"`}, "setup-token": {"simplefin", `"setup-token"`},
	} {
		r.own(file[0], strings.Trim(file[1], `"`), strings.Replace(way, "client-credentials", `client-credentials"`+"\n"+`token = "`+bank.URL+"/token", 1), bank.URL+"/api")
		for _, status = range []int{302, 400, 401, 402, 403, 404, 429, 500, 503} {
			tries++
			_, err := r.coffer.LinkBank(t.Context(), "own-bank", app.Terms{HistoryDays: 90, Typed: typed, Secrets: secrets}, func(app.LinkingProgress) {})
			f := fault.Of(err)
			if f == nil || f.Kind == fault.BadAnswer {
				t.Errorf("%s, %d: %v", way, status, err)
			}
			leaked(way+"'s error", fmt.Sprintf("%v %+v %#v", err, err, f))
		}
	}
	links, err := r.coffer.Links(t.Context())
	must(t, err)
	rows, err := r.coffer.Entries(t.Context(), app.LedgerFilter{}, 0, 1000)
	must(t, err)
	if len(links) != 0 || len(rows) < tries {
		t.Errorf("%d links, %d connections of %d tries", len(links), len(rows), tries)
	}
	leaked("the ledger", fmt.Sprintf("%+v", rows))
	leaked("the log", r.out.String())
	must(t, filepath.WalkDir(filepath.Dir(r.folder), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		leaked(path, string(raw))
		return err
	}))
}
