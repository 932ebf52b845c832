package all_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

// bridge is a SimpleFIN bridge with two accounts and half a year of rows in one of them.
type bridge struct {
	url  string
	book banktest.Book

	mu      sync.Mutex
	trouble banktest.Trouble // the next call's
	wrong   bool
	calls   int // for transactions, since the trouble began
}

var _ banktest.Server = (*bridge)(nil)

const bridgeEnd ledger.Date = 20_000

func newBridge(t *testing.T) *bridge {
	t.Helper()
	b := &bridge{}
	server := httptest.NewServer(http.HandlerFunc(b.answer))
	t.Cleanup(server.Close)
	b.url = server.URL + "/simplefin"
	return b
}

func (b *bridge) Session(t *testing.T) bank.Session {
	t.Helper()
	return bank.Session{Line: banktest.Line(t, &b.book, b.url), Base: b.url, Token: secret.New("user:pass"), Present: true}
}

func (*bridge) Accounts() int { return 2 }

// Window holds five pages of 60 days.
func (*bridge) Window() bank.Window {
	return bank.Window{From: bridgeEnd.AddDays(-299), To: bridgeEnd}
}

// Rows counts one a day.
func (*bridge) Rows(_ *testing.T, a ledger.Account, w bank.Window) int {
	if a.BankID != "bank.example/ACT-1" {
		return 0
	}
	return int(min(w.To, bridgeEnd)-max(w.From, bridgeEnd.AddDays(-299))) + 1
}

func (*bridge) Troubles() []banktest.Trouble {
	return []banktest.Trouble{banktest.Unauthorized, banktest.TooMany, banktest.Unavailable, banktest.CutPage}
}

func (b *bridge) Fail(trouble banktest.Trouble) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trouble, b.wrong, b.calls = trouble, true, 0
}

func (b *bridge) answer(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	user, password, _ := r.BasicAuth()
	if user != "user" || password != "pass" || r.URL.Path != "/simplefin/accounts" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	q := r.URL.Query()
	from, fromErr := strconv.ParseInt(q.Get("start-date"), 10, 64)
	to, toErr := strconv.ParseInt(q.Get("end-date"), 10, 64)
	rows := fromErr == nil && toErr == nil
	b.calls++
	cut := false
	if b.wrong && (b.trouble != banktest.CutPage || b.calls == 2) {
		b.wrong = false
		switch b.trouble {
		case banktest.Unauthorized:
			w.WriteHeader(http.StatusUnauthorized)
			return
		case banktest.TooMany:
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		case banktest.Unavailable:
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		cut = true
	}
	listed := []any{}
	if rows {
		for day := bridgeEnd.AddDays(-299); day <= bridgeEnd; day++ {
			if at := day.Time().Unix() + 43200; at >= from && at < to {
				listed = append(listed, map[string]any{"id": "T" + day.String(), "posted": at, "amount": fmt.Sprintf("-%d.5", day%90), "description": "SHOP", "payee": "Shop"})
			}
		}
	}
	account := func(id string, rows []any) map[string]any {
		return map[string]any{"org": map[string]string{"domain": "bank.example"}, "id": id, "name": "Checking " + id, "currency": "USD", "balance": "10.5",
			"balance-date": time.Date(2024, 10, 4, 0, 0, 0, 0, time.UTC).Unix(), "transactions": rows}
	}
	raw, err := json.Marshal(map[string]any{"errors": []string{}, "accounts": []any{account("ACT-1", listed), account("ACT-2", []any{})}})
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	if cut {
		raw = raw[:len(raw)/2]
	}
	_, _ = w.Write(raw) // a client that went away is the client's affair
}
