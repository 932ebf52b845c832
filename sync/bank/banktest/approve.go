package banktest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

const verifier = "a-verifier-of-a-test-0123456789-0123456789-01234"

// Approve goes through the code flow of the bank at issuer as a client that trusts it, and
// returns an access token. browse plays the browser and the person.
func Approve(t testing.TB, issuer, clientID string, browse func(ctx context.Context, address string) error) string {
	t.Helper()
	codes := make(chan string, 1)
	callback := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		codes <- r.URL.Query().Get("code")
	}))
	defer callback.Close()
	back := callback.URL + "/cb"
	sum := sha256.Sum256([]byte(verifier))
	ask := url.Values{
		"client_id": {clientID}, "response_type": {"code"}, "redirect_uri": {back}, "state": {"s"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	if err := browse(t.Context(), issuer+"/authorize?"+ask.Encode()); err != nil {
		t.Fatal(err)
	}
	answer, err := callback.Client().PostForm(issuer+"/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {<-codes}, "redirect_uri": {back},
		"client_id": {clientID}, "code_verifier": {verifier},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got struct {
		Access string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || got.Access == "" {
		t.Fatalf("no access token: %v", err)
	}
	return got.Access
}
