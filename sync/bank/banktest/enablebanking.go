package banktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// enableBanking is the bridge of NewEnableBanking.
type enableBanking struct {
	*Counter
	code string          // of the page that was asked for last
	ends string          // until when its session was asked for
	over map[string]bool // by id of a session; one that is not in it never was
}

// NewEnableBanking is a bridge that speaks as Enable Banking does, 40 rows to a page, to whoever shows a signed
// token. Its accounts have other ids in each session. The latest of Issued is the code of the page that was asked for.
func NewEnableBanking(t *testing.T) *Counter {
	b := &enableBanking{over: map[string]bool{}}
	b.Counter = &Counter{Refused: map[string]any{"code": 401, "error": "EXPIRED_SESSION"}, Open: func(t *testing.T, c *Counter) bank.Session {
		c.mu.Lock()
		defer c.mu.Unlock()
		return bank.Session{Line: Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("a.b.c"), Client: CounterClient, Consent: b.open()}
	}}
	b.Answer = b.answer
	return NewCounter(t, b.Counter)
}

func (b *enableBanking) open() string {
	id := fmt.Sprintf("sess-%d", len(b.over)+1)
	b.over[id] = false
	return id
}

func (b *enableBanking) answer(q Question) (int, any) {
	at := strings.Split(q.URL.Path, "/")
	switch {
	case strings.Count(q.Header.Get("Authorization"), ".") != 2:
		return http.StatusUnauthorized, map[string]string{"error": "UNAUTHORIZED_ACCESS"}
	case q.URL.Path == "/aspsps":
		return http.StatusOK, map[string]any{"aspsps": []any{map[string]any{"name": "Harbour Bank", "country": "FI", "maximum_consent_validity": 7776000}}}
	case q.URL.Path == "/auth":
		var ask struct {
			Access struct {
				Until string `json:"valid_until"`
			}
		}
		if json.Unmarshal([]byte(q.Body), &ask) != nil {
			return http.StatusUnprocessableEntity, nil
		}
		b.code, b.ends = b.issue("code"), ask.Access.Until
		return http.StatusOK, map[string]string{"url": BridgePage, "authorization_id": "auth-1"}
	case at[1] == "sessions":
		return b.session(q, at)
	}
	name, session, _ := strings.Cut(at[2], ".")
	switch {
	case b.over[session]:
		return http.StatusUnauthorized, map[string]string{"error": "CLOSED_SESSION"}
	case at[3] == "details":
		return http.StatusOK, map[string]any{"account_id": map[string]string{"iban": "FI-" + name}, "details": name, "currency": "EUR", "cash_account_type": "CACC"}
	case at[3] == "balances":
		return http.StatusOK, map[string]any{"balances": []any{map[string]any{"balance_type": "CLBD", "balance_amount": euros("12.50")}}}
	}
	return enableBankingRows(q, name)
}

// session opens one for a code, tells of it, or ends it.
func (b *enableBanking) session(q Question, at []string) (int, any) {
	if len(at) == 2 {
		var ask struct{ Code string }
		if err := json.Unmarshal([]byte(q.Body), &ask); err != nil || b.code == "" || ask.Code != b.code {
			return http.StatusUnprocessableEntity, map[string]string{"error": "WRONG_AUTHORIZATION_CODE"}
		}
		b.code = ""
		return http.StatusOK, map[string]any{"session_id": b.open(), "access": map[string]string{"valid_until": b.ends}}
	}
	over, known := b.over[at[2]]
	switch {
	case !known:
		return http.StatusNotFound, map[string]string{"error": "SESSION_DOES_NOT_EXIST"}
	case over:
		return http.StatusUnauthorized, map[string]string{"error": "CLOSED_SESSION"}
	case q.Method == http.MethodDelete:
		b.over[at[2]] = true
		return http.StatusOK, map[string]string{"message": "OK"}
	}
	return http.StatusOK, map[string]any{"status": "AUTHORIZED", "accounts": []string{Shelf + "." + at[2], "empty." + at[2]}}
}

func euros(amount any) any { return map[string]any{"currency": "EUR", "amount": amount} }

func enableBankingRows(q Question, account string) (int, any) {
	ask := q.URL.Query()
	from, err1 := ledger.ParseDate(ask.Get("date_from"))
	to, err2 := ledger.ParseDate(ask.Get("date_to"))
	skip, err3 := strconv.Atoi(ask.Get("continuation_key"))
	if err1 != nil || err2 != nil || err3 != nil && ask.Get("continuation_key") != "" {
		return http.StatusUnprocessableEntity, map[string]string{"error": "WRONG_CONTINUATION_KEY"}
	}
	rows := Within(CounterRows(), from, to)
	if account != Shelf {
		rows = nil
	}
	told := []any{}
	for _, r := range rows[min(skip, len(rows)):min(skip+40, len(rows))] {
		t := map[string]any{
			"entry_reference": r.ID, "transaction_amount": euros(Row{Cents: -r.Cents}.Decimal().String()), "credit_debit_indicator": "DBIT",
			"status": "PDNG", "transaction_date": r.Day.String(), "creditor": map[string]string{"name": r.Payee},
		}
		if !r.Pending {
			t["status"], t["booking_date"] = "BOOK", r.Day.String()
		}
		told = append(told, t)
	}
	var next any
	if skip+40 < len(rows) || q.Looping {
		next = strconv.Itoa(skip + 40)
		if q.Looping {
			next = "40"
		}
	}
	return http.StatusOK, map[string]any{"transactions": told, "continuation_key": next}
}
