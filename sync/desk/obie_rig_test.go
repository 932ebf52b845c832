package desk_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/sync/wire/wiretest"
)

const obieAPI = "/open-banking/v3.1/aisp"

// obieBank is a bank of UK Open Banking on loopback: it knows its client by a certificate or a signed assertion, has the
// person approve the one consent that a signed request names, and opens nothing once that consent is over.
type obieBank struct {
	*httptest.Server
	t      *testing.T
	client *ecdsa.PublicKey // that signs requests, and assertions where mutual is false
	mutual bool
	words  map[string]string // version 4's for version 3's
	key    *ecdsa.PrivateKey // of ID tokens

	mu       sync.Mutex
	consents map[string]string // status by id
	asked    map[string]any    // body of the latest POST of a consent
	request  map[string]any    // claims of the latest signed request
	tokens   map[string]string // consent by token; "client" of the client's own
	refusing bool              // the person says no
	made     int
	trail    []string // method, path below the API, and whose token
}

// newOBIEBank starts the bank; its client's certificates are people's.
func newOBIEBank(t *testing.T, banks, people *wiretest.Authority, client *ecdsa.PublicKey, mutual bool, words map[string]string) *obieBank {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	b := &obieBank{t: t, client: client, mutual: mutual, words: words, key: key, consents: map[string]string{}, tokens: map[string]string{}}
	config := banks.Issue(t, wiretest.Leaf{})
	config.ClientAuth, config.ClientCAs = tls.VerifyClientCertIfGiven, people.Pool()
	b.Server, _ = wiretest.Serve(t, config, b.serve)
	return b
}

func (b *obieBank) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	status, body := b.answer(w, r)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(w).Encode(body) // a client that went away is the client's affair
	}
}

func (b *obieBank) answer(w http.ResponseWriter, r *http.Request) (int, any) {
	switch at := r.URL.Path; {
	case at == "/authorize":
		return b.authorize(w, r)
	case b.mutual && len(r.TLS.PeerCertificates) == 0:
		return 401, map[string]string{"error": "invalid_client"}
	case at == "/.well-known/oauth-authorization-server":
		return 200, map[string]any{
			"issuer": b.URL, "authorization_endpoint": b.URL + "/authorize", "token_endpoint": b.URL + "/token", "revocation_endpoint": b.URL + "/revoke", "jwks_uri": b.URL + "/jwks",
			"code_challenge_methods_supported": []string{"S256"}, "id_token_signing_alg_values_supported": []string{"ES256"}, "authorization_response_iss_parameter_supported": true,
		}
	case at == "/jwks":
		point := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.FillBytes(make([]byte, 32))) }
		return 200, map[string]any{"keys": []any{map[string]string{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "x": point(b.key.X), "y": point(b.key.Y)}}}
	case at == "/token" || at == "/revoke":
		return b.authorizationServer(r)
	}
	whose := b.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	path := strings.TrimPrefix(r.URL.Path, obieAPI)
	b.trail = append(b.trail, r.Method+" "+path+" by "+whose)
	if r.Header.Get("x-fapi-interaction-id") == "" || whose == "" {
		return 401, nil
	}
	if strings.HasPrefix(path, "/account-access-consents") {
		return b.consent(r, whose, strings.TrimPrefix(path, "/account-access-consents/"))
	}
	if b.consents[whose] != "Authorised" {
		refused := map[string]any{"Errors": []any{map[string]string{"ErrorCode": b.word("UK.OBIE.Resource.InvalidConsentStatus"), "Message": "no"}}}
		if b.words == nil {
			return 403, refused
		}
		return 400, refused // as some banks do
	}
	return b.data(r, path)
}

// word is what the bank's version says for word of version 3.
func (b *obieBank) word(word string) string {
	if other := b.words[word]; other != "" {
		return other
	}
	return word
}

// consent is the API's own call about a consent, for the client alone.
func (b *obieBank) consent(r *http.Request, whose, id string) (int, any) {
	status, known := b.consents[id]
	switch {
	case whose != "client":
		return 403, nil
	case r.Method == http.MethodPost:
		raw, _ := io.ReadAll(r.Body)
		b.asked = nil
		must(b.t, json.Unmarshal(raw, &b.asked))
		b.made++
		id, status = fmt.Sprintf("consent-%d", b.made), "AwaitingAuthorisation"
		b.consents[id] = status
	case !known:
		return 400, map[string]any{"Errors": []any{map[string]string{"ErrorCode": b.word("UK.OBIE.Resource.NotFound")}}}
	case r.Method == http.MethodDelete:
		delete(b.consents, id)
		return 204, nil
	}
	data := map[string]any{"ConsentId": id, "Status": b.word(status), "ExpirationDateTime": time.Now().Add(80 * 24 * time.Hour).UTC().Format(time.RFC3339)}
	if r.Method == http.MethodPost {
		return 201, map[string]any{"Data": data, "Risk": map[string]any{}}
	}
	return 200, map[string]any{"Data": data, "Risk": map[string]any{}}
}

// authorize is the bank's page: the person approves the consent in the signed request, or says no.
func (b *obieBank) authorize(w http.ResponseWriter, r *http.Request) (int, any) {
	claims, err := b.signedByClient(r.URL.Query().Get("request"))
	if err != nil {
		return 400, map[string]string{"error": err.Error()}
	}
	b.request = claims
	wanted, _ := claims["claims"].(map[string]any)
	inID, _ := wanted["id_token"].(map[string]any)
	intent, _ := inID["openbanking_intent_id"].(map[string]any)
	id, _ := intent["value"].(string)
	if b.consents[id] != "AwaitingAuthorisation" || claims["aud"] != b.URL || claims["response_type"] != "code" {
		return 400, map[string]string{"error": "invalid_request_object"}
	}
	back := url.Values{"state": {fmt.Sprint(claims["state"])}, "iss": {b.URL}}
	if b.refusing {
		b.consents[id] = "Rejected"
		back.Set("error", "access_denied")
	} else {
		b.consents[id] = "Authorised"
		b.tokens["code-"+id] = id
		back.Set("code", "code-"+id)
	}
	w.Header().Set("Location", fmt.Sprint(claims["redirect_uri"])+"?"+back.Encode())
	return 302, nil
}

// signedByClient returns the claims of a JWT that the client signed.
func (b *obieBank) signedByClient(text string) (claims map[string]any, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("it is no JWT")
	}
	signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if len(signature) != 64 || !ecdsa.Verify(b.client, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return nil, fmt.Errorf("the client didn't sign it")
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(raw, &claims)
	}
	return claims, err
}

// authorizationServer gives tokens and ends them.
func (b *obieBank) authorizationServer(r *http.Request) (int, any) {
	must(b.t, r.ParseForm())
	if !b.mutual {
		claims, err := b.signedByClient(r.PostForm.Get("client_assertion"))
		if err != nil || claims["sub"] != "client-1" {
			return 401, map[string]string{"error": "invalid_client"}
		}
	}
	if r.URL.Path == "/revoke" {
		of := b.tokens[r.PostForm.Get("token")]
		for token, consent := range b.tokens {
			if consent == of {
				delete(b.tokens, token)
			}
		}
		return 200, nil
	}
	took := r.PostForm.Get("refresh_token")
	switch r.PostForm.Get("grant_type") {
	case "client_credentials":
		if r.PostForm.Get("scope") != "accounts" {
			return 400, map[string]string{"error": "invalid_scope"}
		}
		return 200, b.give("client", false)
	case "authorization_code":
		took = r.PostForm.Get("code")
		sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
		if b.request["code_challenge"] != base64.RawURLEncoding.EncodeToString(sum[:]) {
			return 400, map[string]string{"error": "invalid_grant"}
		}
	}
	of := b.tokens[took]
	delete(b.tokens, took)
	if b.consents[of] != "Authorised" {
		return 400, map[string]string{"error": "invalid_grant"}
	}
	return 200, b.give(of, strings.HasPrefix(took, "code-"))
}

// give makes tokens that open what is of a consent, or of the client.
func (b *obieBank) give(of string, first bool) map[string]any {
	b.made++
	access, refresh := fmt.Sprintf("CANARY-access-%d", b.made), fmt.Sprintf("CANARY-refresh-%d", b.made)
	b.tokens[access] = of
	told := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 300}
	if of == "client" {
		return told
	}
	b.tokens[refresh], told["refresh_token"], told["scope"] = of, refresh, "openid accounts"
	if first {
		now := time.Now()
		told["id_token"] = b.sign(map[string]any{
			"iss": b.URL, "aud": "client-1", "sub": of, "openbanking_intent_id": of, "nonce": b.request["nonce"], "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
		})
	}
	return told
}

func (b *obieBank) sign(claims map[string]any) string {
	raw, err := json.Marshal(claims)
	must(b.t, err)
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"ES256"}`)) + "." + base64.RawURLEncoding.EncodeToString(raw)
	sum := sha256.Sum256([]byte(text))
	x, y, err := ecdsa.Sign(rand.Reader, b.key, sum[:])
	must(b.t, err)
	return text + "." + base64.RawURLEncoding.EncodeToString(slices.Concat(x.FillBytes(make([]byte, 32)), y.FillBytes(make([]byte, 32))))
}

// data is what a consent opens: a current account with two pages of rows, and a card.
func (b *obieBank) data(r *http.Request, path string) (int, any) {
	money := func(text string) any { return map[string]string{"Amount": text, "Currency": "GBP"} }
	list := func(name string, all ...any) (int, any) {
		return 200, map[string]any{"Data": map[string]any{name: all}, "Links": map[string]string{"Self": b.URL + r.URL.String()}}
	}
	switch day := time.Now().UTC().Format(time.DateOnly) + "T00:00:00+00:00"; {
	case path == "/accounts":
		number := func(scheme, id string) any {
			return []any{map[string]string{"SchemeName": "UK.OBIE." + scheme, "Identification": id}}
		}
		accounts := []map[string]any{
			{"AccountId": "a-1", "AccountSubType": "CurrentAccount", "Nickname": "Bills", "Account": number("SortCodeAccountNumber", "20201555555555")},
			{"AccountId": "a-2", "AccountTypeCode": "CARD", "Nickname": "Card", "Account": number("PAN", "************4417")},
		}
		if b.words == nil { // in version 4 the balances tell
			accounts[0]["Currency"], accounts[1]["Currency"] = "GBP", "GBP"
		}
		return list("Account", accounts[0], accounts[1])
	case strings.HasSuffix(path, "/balances"):
		return list("Balance", map[string]any{
			"Type": b.word("InterimBooked"), "CreditDebitIndicator": "Credit", "DateTime": day, "Amount": money("1012.50"),
			"CreditLine": []any{map[string]any{"Included": true, "Type": "Pre-Agreed", "Amount": money("1000.00")}},
		})
	case path != "/accounts/a-1/transactions" || r.URL.Query().Get("toBookingDateTime") < day[:19]: // the latest window has all
		return list("Transaction")
	default:
		row := func(id, status, text, amount string) any {
			return map[string]any{"TransactionId": id, "Status": b.word(status), "CreditDebitIndicator": "Debit", "BookingDateTime": day, "TransactionInformation": text, "Amount": money(amount)}
		}
		if r.URL.Query().Get("page") == "2" {
			return list("Transaction", row("t-3", "Booked", "Bakery", "3.20"))
		}
		ask := r.URL.Query()
		ask.Set("page", "2")
		_, body := list("Transaction", row("t-1", "Booked", "Grocer", "12.50"), row("t-2", "Rejected", "Refused", "99.00"), row("t-4", "Pending", "Cafe", "4.00"))
		body.(map[string]any)["Links"] = map[string]string{"Next": b.URL + r.URL.EscapedPath() + "?" + ask.Encode()}
		return 200, body
	}
}

// visit is a browser at address, and returns where it is led in the end. It has no certificate.
func (b *obieBank) visit(roots *x509.CertPool, address string) string {
	b.t.Helper()
	browser := http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := browser.Get(address)
	must(b.t, err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	must(b.t, err)
	if answer.StatusCode != http.StatusFound {
		b.t.Fatalf("the bank's page says %s", raw)
	}
	return answer.Header.Get("Location")
}

// keyPEM is key as a person keeps it.
func keyPEM(t *testing.T, key any) string {
	t.Helper()
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}
