package desk_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/provider"
	"coffer/app/secret"
)

// bridge is a small server that answers by path, and keeps what it was asked.
type bridge struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []string        // method, path
	ended  bool            // the latest grant
	closed map[string]bool // paths of grants that were ended
	opened int             // grants
	visit  map[string]any
}

// newBridge starts a bridge; answer returns a status and what becomes JSON. It is called by one at a time.
func newBridge(t *testing.T, answer func(b *bridge, r *http.Request, ask map[string]any) (int, any)) *bridge {
	b := &bridge{closed: map[string]bool{}}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		raw, _ := io.ReadAll(r.Body)
		ask := map[string]any{}
		_ = json.Unmarshal(raw, &ask) // a GET has none
		b.asked = append(b.asked, r.Method+" "+r.URL.Path)
		status, body := answer(b, r, ask)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}))
	t.Cleanup(b.Close)
	return b
}

// bridgeFile writes the file of a bridge whose API can end its links.
func (r *rig) bridgeFile(dialect, needs, way, base string) {
	r.t.Helper()
	must(r.t, os.MkdirAll(r.folder, 0o700))
	text := strings.NewReplacer("DIALECT", dialect, `["NEED"]`, needs, `"WAY"`, way, "BASE", base, `["by-hand"]`, `["api"]`, "by_hand = ", "# ").Replace(tokenFile)
	must(r.t, os.WriteFile(filepath.Join(r.folder, "own-bank.toml"), []byte(text), 0o600))
	if shelf := r.coffer.ReadProviders(); len(shelf.Broken) > 0 {
		r.t.Fatal(shelf.Broken[0].Problems)
	}
}

// unseen fails if one of canaries stands in the ledger of connections or in what is told of a link.
func (r *rig) unseen(id consent.LinkID, canaries ...string) {
	r.t.Helper()
	entries, err := r.coffer.Ledger(r.t.Context(), "", 0, 10000)
	must(r.t, err)
	text := fmt.Sprintf("%+v %+v", entries, r.view(id).Link)
	for _, c := range canaries {
		if strings.Contains(text, c) {
			r.t.Errorf("%q is told", c)
		}
	}
}

func rsaKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// TestABridgeWithASignedKeyIsLinkedByItsLastPage: as Enable Banking has it.
func TestABridgeWithASignedKeyIsLinkedByItsLastPage(t *testing.T) {
	b := newBridge(t, func(b *bridge, r *http.Request, ask map[string]any) (int, any) {
		money := map[string]string{"currency": "EUR", "amount": "12.50"}
		switch at := r.URL.Path; {
		case strings.Count(r.Header.Get("Authorization"), ".") != 2:
			return 401, map[string]string{"error": "UNAUTHORIZED_ACCESS"}
		case at == "/aspsps":
			return 200, map[string]any{"aspsps": []any{map[string]any{"name": "Harbour Bank", "country": "FI", "maximum_consent_validity": 7776000}}}
		case at == "/auth":
			b.visit = ask
			return 200, map[string]string{"url": "https://pages.harbour.example/start", "authorization_id": "auth-1"}
		case at == "/sessions" && ask["code"] != "CANARY-code":
			return 422, map[string]string{"error": "WRONG_AUTHORIZATION_CODE"}
		case at == "/sessions":
			b.opened, b.ended = b.opened+1, false
			return 200, map[string]any{"session_id": fmt.Sprintf("sess-%d", b.opened), "access": map[string]string{"valid_until": time.Now().AddDate(0, 0, 90).UTC().Format(time.RFC3339)}}
		case strings.HasPrefix(at, "/sessions/") && r.Method == http.MethodDelete:
			b.closed[at], b.ended = true, at == fmt.Sprintf("/sessions/sess-%d", b.opened)
			return 200, map[string]string{"message": "OK"}
		case b.ended || b.closed[at]:
			return 401, map[string]string{"error": "CLOSED_SESSION"}
		case strings.HasPrefix(at, "/sessions/"):
			return 200, map[string]any{"status": "AUTHORIZED", "accounts": []string{"a1"}}
		case strings.HasSuffix(at, "/details"):
			return 200, map[string]any{"account_id": map[string]string{"iban": "FI2112345600000785"}, "details": "Current", "currency": "EUR", "cash_account_type": "CACC"}
		case strings.HasSuffix(at, "/balances"):
			return 200, map[string]any{"balances": []any{map[string]any{"balance_type": "CLBD", "balance_amount": money}}}
		}
		return 200, map[string]any{"transactions": []any{}, "continuation_key": nil}
	})
	r := newRigOpening(t)
	page := "https://app.harbour.example/back"
	r.bridgeFile("enablebanking", `["account", "client-id", "key", "redirect-address", "bank", "country"]`, `"signed-jwt"`, b.URL)
	terms := app.Terms{
		HistoryDays: 90, Typed: map[provider.Need]string{provider.ClientID: "app-1", provider.LastPage: page, provider.AtBank: " harbour bank ", provider.AtCountry: "finland"},
		Secrets: map[provider.Need]secret.Text{provider.Key: secret.New(rsaKey(t))},
		Ask:     func(context.Context, []consent.Ask) (bool, error) { return true, nil }, // about the bridge's page, which is on another domain
	}
	told := func(p app.LinkingProgress) {
		if p.Step != app.InBrowser {
			return
		}
		if p.LastPage != page || p.Paste == nil || p.Address != "https://pages.harbour.example/start" {
			t.Fatalf("told %+v", p)
		}
		state, _ := b.visit["state"].(string)
		kind(t, p.Paste(secret.New(page+"?code=CANARY-code&state=another")), fault.BadAnswer, "paste.state")
		must(t, p.Paste(secret.New(page+"?code=CANARY-code&state="+url.QueryEscape(state))))
	}
	_, err := r.coffer.LinkBank(t.Context(), "own-bank", terms, told)
	kind(t, err, fault.BadAnswer, "answer.country")
	if n := r.asked(); n != 0 {
		t.Errorf("%d connections", n)
	}
	terms.Typed[provider.AtCountry] = "fi"
	id, err := r.coffer.LinkBank(t.Context(), "own-bank", terms, told)
	must(t, err)
	if v := r.view(id); v.State != consent.Active || len(v.Accounts) != 1 || v.LastPage != page || v.AtBank != "harbour bank" || v.AtCountry != "FI" || v.ConsentID != "sess-1" {
		t.Errorf("got %+v", v)
	}
	if got := fmt.Sprint(b.visit["aspsp"], b.visit["redirect_url"]); got != "map[country:FI name:Harbour Bank]"+page {
		t.Errorf("it was asked for %s", got)
	}
	again, err := r.coffer.LinkBank(t.Context(), "own-bank", app.Terms{HistoryDays: 90, Again: id}, told) // what was said stands
	must(t, err)
	if v := r.view(id); again != id || v.ConsentID != "sess-2" || v.AtBank != "harbour bank" || len(v.Accounts) != 1 {
		t.Errorf("renewed: %+v", v)
	}
	r.unseen(id, "CANARY", "PRIVATE KEY")
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved || !b.ended {
		t.Errorf("got %+v, %v", receipt, err)
	}
}

// TestABridgeWithAHostedPageIsLinked: as Plaid has it. The page is polled.
func TestABridgeWithAHostedPageIsLinked(t *testing.T) {
	token := func(b *bridge) string { return fmt.Sprintf("CANARY-access-%d", b.opened) }
	b := newBridge(t, func(b *bridge, r *http.Request, ask map[string]any) (int, any) {
		switch {
		case ask["client_id"] != "client-1" || ask["secret"] != "CANARY-secret":
			return 400, map[string]string{"error_type": "INVALID_INPUT", "error_code": "INVALID_API_KEYS"}
		case r.URL.Path == "/link/token/create":
			return 200, map[string]string{"hosted_link_url": "https://pages.harbour.example/start", "link_token": "CANARY-link"}
		case r.URL.Path == "/link/token/get":
			return 200, map[string]any{"link_sessions": []any{map[string]any{"finished_at": "now", "results": map[string]any{"item_add_results": []any{map[string]string{"public_token": "CANARY-public"}}}}}}
		case r.URL.Path == "/item/public_token/exchange":
			b.opened, b.ended = b.opened+1, false
			return 200, map[string]string{"access_token": token(b), "item_id": fmt.Sprintf("item-%d", b.opened)}
		case b.ended || !strings.HasPrefix(fmt.Sprint(ask["access_token"]), "CANARY-access-"):
			return 400, map[string]string{"error_type": "INVALID_INPUT", "error_code": "INVALID_ACCESS_TOKEN"}
		case r.URL.Path == "/item/remove":
			b.ended = ask["access_token"] == token(b)
			return 200, map[string]string{"request_id": "r"}
		case r.URL.Path == "/item/get":
			return 200, map[string]any{"item": map[string]any{"item_id": "item-1", "consent_expiration_time": nil}}
		case r.URL.Path == "/accounts/get":
			return 200, map[string]any{"accounts": []any{map[string]any{"account_id": "a1", "name": "Current", "type": "depository", "subtype": "checking", "mask": "2211",
				"balances": map[string]any{"current": 12.5, "iso_currency_code": "USD"}}}}
		}
		return 200, map[string]any{"transactions": []any{}, "total_transactions": 0}
	})
	r := newRigOpening(t)
	r.bridgeFile("plaid", `["account", "client-id", "client-secret"]`, `"hosted-link"`, b.URL)
	told := func(p app.LinkingProgress) {
		if p.Step == app.InBrowser && (p.LastPage != "" || p.Paste != nil) {
			t.Errorf("an address is waited for: %+v", p)
		}
	}
	id, err := r.coffer.LinkBank(t.Context(), "own-bank", app.Terms{
		HistoryDays: 90, Typed: map[provider.Need]string{provider.ClientID: "client-1"}, Secrets: map[provider.Need]secret.Text{provider.ClientSecret: secret.New("CANARY-secret")},
		Ask: func(context.Context, []consent.Ask) (bool, error) { return true, nil },
	}, told)
	must(t, err)
	if v := r.view(id); v.State != consent.Active || len(v.Accounts) != 1 || v.ConsentID != "item-1" {
		t.Errorf("got %+v", v)
	}
	if rows, err := r.coffer.Totals(t.Context(), ledger.Filter{}); err != nil || rows.Count() != 0 {
		t.Errorf("%d rows, %v", rows.Count(), err)
	}
	_, err = r.coffer.LinkBank(t.Context(), "own-bank", app.Terms{HistoryDays: 90, Again: id}, told)
	must(t, err)
	if v := r.view(id); v.ConsentID != "item-2" || v.State != consent.Active {
		t.Errorf("renewed: %+v", v)
	}
	r.unseen(id, "CANARY")
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved || !b.ended {
		t.Errorf("got %+v, %v", receipt, err)
	}
}
