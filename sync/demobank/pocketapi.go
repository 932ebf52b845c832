package demobank

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (b *Bank) pocketAPI(mux *http.ServeMux) {
	get := "GET " + pocketAPIPath
	mux.HandleFunc(get+"/ping/whoami", b.pocketServe(false, func(*http.Request) answer {
		return answer{status: http.StatusOK, body: map[string]any{"authenticated": true, "client_id": PocketClient, "user_id": "user_" + b.life.tag("pocket", 0)}}
	}))
	mux.HandleFunc(get+"/accounts", b.pocketServe(true, b.pocketAccounts))
	mux.HandleFunc(get+"/balance", b.pocketServe(true, b.pocketBalance))
	mux.HandleFunc(get+"/pots", b.pocketServe(true, b.pocketPots))
	mux.HandleFunc(get+"/transactions", b.pocketServe(true, b.pocketTransactions))
	mux.HandleFunc("POST "+pocketAPIPath+"/oauth2/logout", b.pocketServe(false, b.pocketLogout))
	mux.HandleFunc(pocketAPIPath+"/", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusNotFound, pocketError("not_found", "No such resource"))
	})
}

func pocketError(code, message string) map[string]string {
	return map[string]string{"code": code, "message": message}
}

func pocketFailed(status int, code, message string) answer {
	return answer{status: status, body: pocketError(code, message)}
}

// pocketServe answers one call: switches, token, approval where it is data, handler.
func (b *Bank) pocketServe(data bool, h func(*http.Request) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b.stall(r, Pocketwell)
		b.mu.Lock()
		got, cut := b.pocketDecide(w, r, data, h)
		b.mu.Unlock()
		if cut {
			cutShort(w, got)
			return
		}
		writeJSON(w, got.status, got.body)
	}
}

func (b *Bank) pocketDecide(w http.ResponseWriter, r *http.Request, data bool, h func(*http.Request) answer) (answer, bool) {
	faults := b.pocket.faults
	if r.Method == http.MethodGet {
		if _, on := faults.take(APIUnauthorized); on {
			return pocketFailed(http.StatusUnauthorized, "unauthorized.bad_access_token", "Not for now"), false
		}
	}
	if data {
		if _, on := faults.take(APIUnavailable); on {
			return pocketFailed(http.StatusServiceUnavailable, "service_unavailable", "Try again later"), false
		}
		if f, on := faults.take(APITooMany); on {
			w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
			return pocketFailed(http.StatusTooManyRequests, "too_many_requests", "Slow down"), false
		}
	}
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	t := b.state.Pocket.token(secret, false)
	if !strings.EqualFold(scheme, "Bearer") || t == nil || t.Status != tokenLive || !b.now().Before(t.Expires) {
		b.saw(AccessRefused, "")
		return pocketFailed(http.StatusUnauthorized, "unauthorized.bad_access_token.expired", "The token is not good any more"), false
	}
	if _, missing := faults[NeedsApproval]; data && (missing || !b.state.Pocket.Approved) {
		return pocketFailed(http.StatusForbidden, "forbidden.insufficient_permissions", "Approve on your phone first"), false
	}
	got := h(r)
	return got, got.page && faults.cutNow()
}

func (b *Bank) pocketIDs() (account, pot string) {
	return "acc_" + b.life.tag("pocket", 1), "pot_" + b.life.tag("pocket", 2)
}

func (b *Bank) pocketAccounts(*http.Request) answer {
	account, _ := b.pocketIDs()
	return answer{status: http.StatusOK, body: map[string]any{"accounts": []any{map[string]any{
		"id": account, "closed": false, "created": stamp(b.life.born.AddDate(-2, 0, 0)), "description": "Pocket money", "type": "demo_retail", "currency": "USD",
		"country_code": "US", "owners": []any{map[string]any{"user_id": "user_" + b.life.tag("pocket", 0), "preferred_name": "Nora Vale"}},
		"account_number": "50127714", "sort_code": "009900",
	}}}}
}

func (b *Bank) pocketBalance(r *http.Request) answer {
	account, _ := b.pocketIDs()
	if r.URL.Query().Get("account_id") != account {
		return pocketFailed(http.StatusNotFound, "not_found.account", "No such account")
	}
	holds, pot := b.pocketLife().sums(b.now())
	return answer{status: http.StatusOK, body: map[string]any{"balance": holds, "total_balance": holds + pot, "currency": "USD", "spend_today": 0}}
}

func (b *Bank) pocketPots(r *http.Request) answer {
	account, pot := b.pocketIDs()
	if r.URL.Query().Get("current_account_id") != account {
		return pocketFailed(http.StatusNotFound, "not_found.account", "No such account")
	}
	_, holds := b.pocketLife().sums(b.now())
	return answer{status: http.StatusOK, body: map[string]any{"pots": []any{map[string]any{
		"id": pot, "name": "Rainy day", "balance": holds, "currency": "USD", "deleted": false, "created": stamp(b.life.born.AddDate(-2, 0, 0)),
	}}}}
}

// pocketTransactions pages by since, an instant or the id of the last row, at most 100 at a time.
func (b *Bank) pocketTransactions(r *http.Request) answer {
	query, now := r.URL.Query(), b.now()
	account, pot := b.pocketIDs()
	if query.Get("account_id") != account {
		return pocketFailed(http.StatusNotFound, "not_found.account", "No such account")
	}
	rows := b.pocketLife().until(now)
	since := query.Get("since")
	from := 0
	if at, err := time.Parse(time.RFC3339, since); err == nil {
		from = slices.IndexFunc(rows, func(r *pocketRow) bool { return r.made.After(at) })
		if now.Sub(at) > pocketDays*24*time.Hour && now.Sub(b.state.Pocket.Created) > pocketOpen {
			return pocketFailed(http.StatusForbidden, "forbidden.verification_required", "Verification required")
		}
	} else if from = slices.IndexFunc(rows, func(r *pocketRow) bool { return r.id == since }); from >= 0 {
		from++
	} else if since != "" {
		return pocketFailed(http.StatusBadRequest, "bad_request.bad_param.since", "since is no time and no id")
	}
	if from < 0 {
		from = len(rows)
	}
	if _, loop := b.pocket.faults[LoopPages]; loop {
		from = 0
	}
	return b.pocketPage(rows[from:], query.Get("before"), query.Get("limit"), account, pot)
}

func (b *Bank) pocketPage(rows []*pocketRow, before, most, account, pot string) answer {
	limit, err := strconv.Atoi(most)
	if err != nil || limit < 1 {
		limit = 30
	}
	limit = min(limit, 100)
	end, err := time.Parse(time.RFC3339, before)
	told := []any{}
	for _, r := range rows {
		_, loop := b.pocket.faults[LoopPages]
		if len(told) == limit || !loop && err == nil && !r.made.Before(end) {
			break
		}
		told = append(told, r.tell(b.now(), account, pot))
	}
	body := map[string]any{"transactions": told}
	if _, on := b.pocket.faults[NextElsewhere]; on {
		body["next"] = elsewhereNext
	}
	return answer{status: http.StatusOK, body: body, page: true}
}

func (b *Bank) pocketLogout(*http.Request) answer {
	if _, down := b.pocket.faults.take(RevokeUnavailable); down {
		return pocketFailed(http.StatusServiceUnavailable, "service_unavailable", "Try again later")
	}
	b.endPocket()
	if err := b.save(); err != nil {
		b.log.Error("demo bank not saved", "err", err)
		return pocketFailed(http.StatusInternalServerError, "internal_service", "The bank could not save")
	}
	return answer{status: http.StatusOK, body: map[string]any{}}
}

func (b *Bank) pocketLife() *pocketLife {
	if b.pocket.life == nil {
		b.pocket.life = newPocketLife(b.life)
	}
	return b.pocket.life
}
