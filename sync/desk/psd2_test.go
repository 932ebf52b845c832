package desk_test

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/sync/wire/wiretest"
)

// owner is in the certificate of whoever may read.
const owner = "PSDDE-BAFIN-123456"

// psd2 is a bank on loopback that speaks NextGenPSD2: an API that wants the certificate, and a page of its own where
// the person approves, by OAuth or without.
type psd2 struct {
	t         *testing.T
	now       func() time.Time
	api, page *httptest.Server
	oauth     bool
	people    *wiretest.Authority

	mu       sync.Mutex
	away     bool // the person: nothing may say that they are there
	refuses  bool // the person, at the page
	consents []*psd2Consent
	ids      map[string]bool        // of requests
	alone    map[string][]time.Time // reads without the person, by path
	reads    int                    // with the person
	data     int                    // calls for data
}

type psd2Consent struct {
	status, until, back, no, token, code, challenge string
}

func newPSD2(t *testing.T, banks *wiretest.Authority, oauth bool) *psd2 {
	p := &psd2{t: t, oauth: oauth, people: wiretest.NewAuthority(t), ids: map[string]bool{}, alone: map[string][]time.Time{}}
	strict := banks.Issue(t, wiretest.Leaf{})
	strict.ClientAuth, strict.ClientCAs = tls.RequireAndVerifyClientCert, p.people.Pool()
	p.api, _ = wiretest.Serve(t, strict, p.locked(p.ask))
	p.page, _ = wiretest.Serve(t, banks.Issue(t, wiretest.Leaf{}), p.locked(p.approve))
	return p
}

func (p *psd2) locked(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		h(w, r)
	}
}

// leave says whether the person is away from now on.
func (p *psd2) leave(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
}

// set makes the newest consent stand so.
func (p *psd2) set(status string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.consents[len(p.consents)-1].status = status
}

// stand are all consents that were made, oldest first.
func (p *psd2) stand() (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.consents {
		all = append(all, c.status)
	}
	return all
}

func (p *psd2) consent(id string) *psd2Consent {
	n, err := strconv.Atoi(strings.TrimPrefix(id, "consent-"))
	if err != nil || n < 1 || n > len(p.consents) {
		return nil
	}
	return p.consents[n-1]
}

func tell(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that went away is the client's affair
}

func no(w http.ResponseWriter, status int, code string) {
	tell(w, status, map[string]any{"tppMessages": []any{map[string]string{"category": "ERROR", "code": code}}})
}

// ask is the API.
func (p *psd2) ask(w http.ResponseWriter, r *http.Request) {
	if names := r.TLS.PeerCertificates[0].Subject.String(); !strings.Contains(names, owner) && !strings.Contains(names, fmt.Sprintf("%x", owner)) {
		p.t.Errorf("the certificate is of %s", names)
	}
	if r.URL.Path == "/token" {
		p.trade(w, r)
		return
	}
	at := strings.Split(strings.TrimPrefix(r.URL.Path, "/psd2/v1/"), "/")
	if id := r.Header.Get("X-Request-ID"); id == "" || p.ids[id] {
		p.t.Errorf("%s %s has the id %q", r.Method, r.URL, id)
	} else {
		p.ids[id] = true
	}
	if p.away && r.Header.Get("PSU-IP-Address") != "" {
		p.t.Errorf("%s %s says that the person is there", r.Method, r.URL)
	}
	if at[0] == "consents" {
		p.manage(w, r, at[1:])
		return
	}
	c := p.consent(r.Header.Get("Consent-ID"))
	switch {
	case c == nil:
		no(w, 403, "CONSENT_UNKNOWN")
	case c.status == "expired":
		no(w, 401, "CONSENT_EXPIRED")
	case c.status != "valid":
		no(w, 401, "CONSENT_INVALID")
	case strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") != c.token:
		no(w, 401, "TOKEN_INVALID")
	case p.tooOften(r):
		no(w, 429, "ACCESS_EXCEEDED")
	default:
		p.data++
		p.tell(w, r, at)
	}
}

// tooOften counts a read without the person: four a day, as the law has it.
func (p *psd2) tooOften(r *http.Request) bool {
	if r.Header.Get("PSU-IP-Address") != "" {
		p.reads++
		return false
	}
	now := p.now()
	last := slices.DeleteFunc(p.alone[r.URL.Path], func(at time.Time) bool { return now.Sub(at) >= 24*time.Hour })
	p.alone[r.URL.Path] = append(last, now)
	return len(last) >= 4
}

// manage answers the calls for consents.
func (p *psd2) manage(w http.ResponseWriter, r *http.Request, at []string) {
	if r.Header.Get("Authorization") != "" {
		p.t.Errorf("%s %s has a token", r.Method, r.URL)
	}
	if r.Method == http.MethodPost && len(at) == 0 {
		p.make(w, r)
		return
	}
	c := p.consent(at[0])
	switch {
	case c == nil:
		no(w, 404, "RESOURCE_UNKNOWN")
	case r.Method == http.MethodDelete:
		c.status = "terminatedByTpp"
		w.WriteHeader(http.StatusNoContent)
	case len(at) == 2:
		tell(w, 200, map[string]string{"consentStatus": c.status})
	default:
		tell(w, 200, map[string]any{"consentStatus": c.status, "validUntil": c.until, "recurringIndicator": true, "frequencyPerDay": 4, "access": map[string]any{}})
	}
}

// make makes a consent of 90 days at most, on accounts that the person picks at the page.
func (p *psd2) make(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Access     map[string]any
		ValidUntil string
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil || r.Header.Get("PSU-IP-Address") == "" || asked.Access["allPsd2"] != nil {
		no(w, 400, "FORMAT_ERROR")
		return
	}
	c := &psd2Consent{status: "received", until: min(asked.ValidUntil, p.now().UTC().AddDate(0, 0, 90).Format(time.DateOnly)), back: r.Header.Get("TPP-Redirect-URI"), no: r.Header.Get("TPP-Nok-Redirect-URI")}
	p.consents = append(p.consents, c)
	id := "consent-" + strconv.Itoa(len(p.consents))
	link, href := "scaRedirect", p.page.URL+"/approve?consent="+id
	if p.oauth {
		link, href = "scaOAuth", p.page.URL+"/as/.well-known/oauth-authorization-server"
	}
	tell(w, 201, map[string]any{"consentStatus": c.status, "consentId": id, "_links": map[string]any{link: map[string]string{"href": href}, "status": map[string]string{"href": "/psd2/v1/consents/" + id + "/status"}}})
}

// approve is the bank's own site, where the person says yes or no.
func (p *psd2) approve(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	switch r.URL.Path {
	case "/as/.well-known/oauth-authorization-server":
		tell(w, 200, map[string]any{
			"issuer": p.page.URL + "/as", "authorization_endpoint": p.page.URL + "/authorize", "token_endpoint": p.api.URL + "/token",
			"code_challenge_methods_supported": []string{"S256"}, "token_endpoint_auth_methods_supported": []string{"tls_client_auth"},
		})
	case "/approve":
		c := p.consent(q.Get("consent"))
		to := c.back
		if c.status = "valid"; p.refuses {
			c.status, to = "rejected", c.no
		}
		http.Redirect(w, r, to, http.StatusFound)
	case "/authorize":
		c := p.consent(strings.TrimPrefix(q.Get("scope"), "AIS:"))
		if c == nil || q.Get("client_id") != owner || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" {
			p.t.Errorf("the page was opened with %v", q)
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		back := url.Values{"state": {q.Get("state")}}
		if c.status = "valid"; p.refuses {
			c.status = "rejected"
			back.Set("error", "access_denied")
		} else {
			c.code, c.challenge = "CANARY-code-of-"+q.Get("scope"), q.Get("code_challenge")
			back.Set("code", c.code)
		}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	default:
		http.NotFound(w, r)
	}
}

// trade trades a code for a token.
func (p *psd2) trade(w http.ResponseWriter, r *http.Request) {
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	i := slices.IndexFunc(p.consents, func(c *psd2Consent) bool { return c.code != "" && c.code == r.FormValue("code") })
	if i < 0 || r.FormValue("client_id") != owner || p.consents[i].challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
		tell(w, 400, map[string]string{"error": "invalid_grant"})
		return
	}
	p.consents[i].code, p.consents[i].token = "", fmt.Sprintf("CANARY-token-%d", i+1)
	tell(w, 200, map[string]any{"access_token": p.consents[i].token, "token_type": "Bearer", "expires_in": 90 * 24 * 3600})
}

// tell answers for data: an account with rows and one without, which is in dollars.
func (p *psd2) tell(w http.ResponseWriter, r *http.Request, at []string) {
	balance := func(currency, amount string) any {
		return []any{map[string]any{"balanceType": "interimBooked", "balanceAmount": map[string]string{"currency": currency, "amount": amount}}}
	}
	today := p.now().UTC()
	row := func(id string, days int, amount, name string) any {
		side := "creditorName"
		if !strings.HasPrefix(amount, "-") {
			side = "debtorName"
		}
		return map[string]any{"transactionId": id, "bookingDate": today.AddDate(0, 0, -days).Format(time.DateOnly), side: name, "transactionAmount": map[string]string{"currency": "EUR", "amount": amount}}
	}
	from, to := r.URL.Query().Get("dateFrom"), r.URL.Query().Get("dateTo")
	switch strings.Join(at, "/") {
	case "accounts":
		tell(w, 200, map[string]any{"accounts": []any{
			map[string]any{"resourceId": "a-1", "iban": "DE00 2222 0001", "currency": "EUR", "name": "Giro", "cashAccountType": "CACC"},
			map[string]any{"resourceId": "a-2", "iban": "DE00 2222 0001", "currency": "USD", "name": "Dollars", "cashAccountType": "CACC"},
		}})
	case "accounts/a-1/balances":
		tell(w, 200, map[string]any{"balances": balance("EUR", "1200.50")})
	case "accounts/a-2/balances":
		tell(w, 200, map[string]any{"balances": balance("USD", "80")})
	case "accounts/a-1/transactions":
		booked := []any{}
		for i, amount := range []string{"-12.30", "2100.00", "-45", "-7.77"} {
			day := today.AddDate(0, 0, -1-i).Format(time.DateOnly)
			if day >= from && day <= to {
				booked = append(booked, row("t-"+day, 1+i, amount, "Shop "+amount))
			}
		}
		tell(w, 200, map[string]any{"account": map[string]string{"iban": "DE00 2222 0001"}, "transactions": map[string]any{"booked": booked, "_links": map[string]any{}}})
	case "accounts/a-2/transactions":
		tell(w, 200, map[string]any{"transactions": map[string]any{"booked": []any{}, "pending": []any{}}})
	default:
		no(w, 404, "RESOURCE_UNKNOWN")
	}
}
