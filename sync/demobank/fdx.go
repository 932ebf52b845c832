package demobank

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// call is one FDX request behind its checks.
type call struct {
	*http.Request
	grant *grant
	now   time.Time
}

// answer is what a call gives back; a nil body is an empty one. page marks a transactions
// page, which CutPage counts.
type answer struct {
	status int
	body   any
	page   bool
}

type fdxError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func failed(status, code int, message string) answer {
	return answer{status: status, body: fdxError{code, message}}
}

func notFound() answer { return failed(http.StatusNotFound, 701, "Account not found") }

// need says what a path asks of the token.
type need struct {
	scopes []string // any one of them
	ended  bool     // a consent that is over may still ask
}

func (b *Bank) fdx(mux *http.ServeMux) {
	accounts := need{scopes: []string{"fdx:accountbasic:read", "fdx:accountdetailed:read"}}
	transactions := need{scopes: []string{"fdx:transactions:read"}}
	open, ended := need{}, need{ended: true}
	get := "GET " + apiPath
	mux.HandleFunc(get+"/availability", b.serve(b.availability))
	mux.HandleFunc(get+"/accounts", b.serve(b.bearer(accounts, b.listAccounts)))
	mux.HandleFunc(get+"/accounts/{id}", b.serve(b.bearer(accounts, b.oneAccount)))
	mux.HandleFunc(get+"/accounts/{id}/transactions", b.serve(b.bearer(transactions, b.listTransactions)))
	mux.HandleFunc(get+"/customers/current", b.serve(b.bearer(open, b.customer)))
	mux.HandleFunc(get+"/consents/{id}", b.serve(b.bearer(ended, b.showConsent)))
	mux.HandleFunc(get+"/consents/{id}/revocation", b.serve(b.bearer(ended, b.showRevocation)))
	mux.HandleFunc("PUT "+apiPath+"/consents/{id}/revocation", b.serve(b.bearer(ended, b.revokeConsent)))
	mux.HandleFunc(apiPath+"/", b.serve(func(http.ResponseWriter, call) answer {
		return failed(http.StatusNotFound, 404, "No such resource")
	}))
}

type handle func(http.ResponseWriter, call) answer

var interactionShape = regexp.MustCompile(`^[A-Za-z0-9-]{8,64}$`)

// serve answers one FDX call: interaction id, faults, handler, body.
func (b *Bank) serve(h handle) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b.stall(r, Northlight)
		b.mu.Lock()
		got, cut := b.decide(w, r, h)
		b.mu.Unlock()
		if got.body == nil {
			w.WriteHeader(got.status)
			return
		}
		if !cut {
			writeJSON(w, got.status, got.body)
			return
		}
		cutShort(w, got)
	}
}

func (b *Bank) decide(w http.ResponseWriter, r *http.Request, h handle) (answer, bool) {
	id := r.Header.Get("x-fapi-interaction-id")
	if !interactionShape.MatchString(id) {
		return failed(http.StatusBadRequest, 401, "x-fapi-interaction-id is missing or not an id"), false
	}
	w.Header().Set("x-fapi-interaction-id", id)
	if got, wrong := b.misbehave(w); wrong {
		return got, false
	}
	got := h(w, call{Request: r, now: b.now()})
	return got, got.page && b.faults.cutNow()
}

func (b *Bank) misbehave(w http.ResponseWriter) (answer, bool) {
	if _, on := b.faults.take(APIUnauthorized); on {
		return unauthorized(w, "the bank refuses this token for now"), true
	}
	if _, on := b.faults.take(APIUnavailable); on {
		return failed(http.StatusServiceUnavailable, 503, "Scheduled maintenance"), true
	}
	if f, on := b.faults.take(APITooMany); on {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		return failed(http.StatusTooManyRequests, 1207, "Too many requests"), true
	}
	if _, on := b.faults[NeedsApproval]; on {
		return failed(http.StatusForbidden, 602, "The consent is not approved"), true
	}
	return answer{}, false
}

// cutShort sends half of the body that it announced, then drops the connection.
func cutShort(w http.ResponseWriter, got answer) {
	raw, err := json.Marshal(got.body)
	if err == nil {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
		w.WriteHeader(got.status)
		_, _ = w.Write(raw[:len(raw)/2])
		_ = http.NewResponseController(w).Flush()
	}
	panic(http.ErrAbortHandler) // net/http's way to cut a connection
}

// bearer asks for a token (RFC 6750) that satisfies n.
func (b *Bank) bearer(n need, h handle) handle {
	return func(w http.ResponseWriter, c call) answer {
		scheme, secret, _ := strings.Cut(c.Header.Get("Authorization"), " ")
		bound := strings.EqualFold(scheme, "DPoP") && !b.noDPoP
		if !bound && !strings.EqualFold(scheme, "Bearer") || secret == "" {
			w.Header().Set("WWW-Authenticate", `Bearer realm="northlight"`)
			return failed(http.StatusUnauthorized, 603, "A token is needed")
		}
		if bad := b.shown(w, c.Request, secret, bound); bad != nil {
			return *bad
		}
		open := b.live
		if n.ended {
			open = b.own
		}
		g, ok := open(secret)
		if !ok {
			return unauthorized(w, "the token expired, was revoked, or is unknown")
		}
		has := strings.Fields(g.Scope)
		if len(n.scopes) > 0 && !slices.ContainsFunc(n.scopes, func(s string) bool { return slices.Contains(has, s) }) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="northlight", error="insufficient_scope"`)
			return failed(http.StatusForbidden, 602, "The consent does not cover this")
		}
		c.grant = g
		return h(w, c)
	}
}

// shown checks that a token comes with the key that it is bound to, and one that is bound to none
// without (RFC 9449 §7).
func (b *Bank) shown(w http.ResponseWriter, r *http.Request, secret string, bound bool) *answer {
	var p *proof
	if bound {
		var bad *oauthError
		if p, bad = b.prove(w, r, secret); bad == nil && p == nil {
			bad = refuse(badProof, "a proof is needed")
		}
		if bad != nil {
			w.Header().Set("WWW-Authenticate", `DPoP error="`+bad.code+`", error_description="`+bad.description+`", algs="ES256"`)
			a := failed(http.StatusUnauthorized, 603, "The proof of the key is not accepted")
			return &a
		}
	}
	t := b.state.token(secret)
	if t == nil || t.Key == p.of() && (bound || !b.requireDPoP) {
		return nil // unknown tokens are for live
	}
	b.saw(ProofRefused, t.Grant)
	a := unauthorized(w, "the token is bound to another key, or to none")
	return &a
}

func unauthorized(w http.ResponseWriter, why string) answer {
	w.Header().Set("WWW-Authenticate", `Bearer realm="northlight", error="invalid_token", error_description="`+why+`"`)
	return failed(http.StatusUnauthorized, 603, "The token is not accepted")
}

// account finds the account of the path, if the consent covers it.
func (b *Bank) account(c call) (holder, answer, bool) {
	id := c.PathValue("id")
	on, known := b.life.holderOf(id)
	switch {
	case !known:
		return 0, notFound(), false
	case !slices.Contains(c.grant.Accounts, id):
		return 0, failed(http.StatusForbidden, 602, "The consent does not cover this account"), false
	}
	return on, answer{}, true
}

func (b *Bank) availability(_ http.ResponseWriter, c call) answer {
	return answer{status: http.StatusOK, body: map[string]any{"statuses": []map[string]any{{
		"operationId": "getAvailability", "status": "ALIVE", "description": "Invented, and running on this computer",
		"operationTime": stamp(c.now),
	}}}}
}

func (b *Bank) customer(http.ResponseWriter, call) answer {
	return answer{status: http.StatusOK, body: map[string]any{"customerId": "nlu_" + b.life.tag("customer", 0)}}
}

// stamp is how FDX writes an instant.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
