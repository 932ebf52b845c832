package app_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

// auditor reads the bank with a grant and a client of its own, and none of our code between.
type auditor struct {
	*testing.T
	bank  *demobank.Bank
	token string
}

const proofKey = "the-auditor-has-a-verifier-of-its-own-0123456789"

// truth returns what the bank itself says at this moment, from the first day that the link reads.
func (r *rig) truth(t *testing.T) books {
	t.Helper()
	a := &auditor{T: t, bank: r.bank}
	a.signIn(r.person())
	b := books{map[string]string{}, map[string]int{}}
	today := r.bank.Now()
	type account struct {
		ID        string      `json:"accountId"`
		Number    string      `json:"accountNumberDisplay"`
		Current   json.Number `json:"currentBalance"`
		Available json.Number `json:"availableBalance"`
		Credit    json.Number `json:"availableCredit"`
	}
	var list struct{ Accounts []account }
	a.get("/accounts?resultType=details", &list)
	for _, one := range list.Accounts {
		name := strings.TrimLeft(one.Number, "·")
		if one.Credit != "" { // a card tells its debt
			one.Current, one.Available = negated(one.Current), one.Credit
		}
		b.Balances[name] = one.Current.String() + " " + one.Available.String()
		query := url.Values{"limit": {"500"}, "startDate": {firstDay.AddDate(0, 0, -history).Format(time.DateOnly)}, "endDate": {today.Format(time.DateOnly)}}
		a.rows("/accounts/"+one.ID+"/transactions?", query, name, b.Rows)
	}
	return b
}

func (a *auditor) rows(path string, query url.Values, name string, into map[string]int) {
	for {
		var page struct {
			Page struct {
				Next string `json:"nextPageKey"`
			}
			Transactions []struct {
				Status, Payee string
				Memo          string `json:"debitCreditMemo"`
				Amount        json.Number
			}
		}
		a.get(path+query.Encode(), &page)
		for _, row := range page.Transactions {
			if row.Memo == "DEBIT" {
				row.Amount = negated(row.Amount)
			}
			into[fmt.Sprint(name, " ", row.Amount, " ", row.Status == "PENDING", " ", row.Payee)]++
		}
		if page.Page.Next == "" {
			return
		}
		query.Set("pageKey", page.Page.Next)
	}
}

func negated(n json.Number) json.Number {
	if plain, negative := strings.CutPrefix(n.String(), "-"); negative || strings.Trim(plain, "0.") == "" {
		return json.Number(plain)
	}
	return "-" + n
}

func (a *auditor) signIn(person walk.Options) {
	a.Helper()
	codes := make(chan string, 1)
	back := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { codes <- r.URL.Query().Get("code") }))
	defer back.Close()
	sum := sha256.Sum256([]byte(proofKey))
	ask := url.Values{
		"response_type": {"code"}, "client_id": {demobank.ClientID}, "redirect_uri": {back.URL + "/back"}, "state": {"auditor"},
		"scope": {"fdx:accountdetailed:read fdx:transactions:read"}, "code_challenge_method": {"S256"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
	}
	must(a.T, walk.Approve(a.Context(), a.bank.Issuer()+"/authorize?"+ask.Encode(), person))
	answer, err := http.PostForm(a.bank.Issuer()+"/token", url.Values{
		"grant_type": {"authorization_code"}, "client_id": {demobank.ClientID}, "code": {<-codes}, "redirect_uri": {back.URL + "/back"}, "code_verifier": {proofKey},
	})
	must(a.T, err)
	var got struct {
		Token string `json:"access_token"`
	}
	a.decode(answer, &got)
	a.token = got.Token
}

func (a *auditor) get(path string, into any) {
	a.Helper()
	ask, err := http.NewRequestWithContext(a.Context(), http.MethodGet, a.bank.APIBase()+path, nil)
	must(a.T, err)
	ask.Header.Set("Authorization", "Bearer "+a.token)
	ask.Header.Set("x-fapi-interaction-id", "auditor-00000001")
	answer, err := http.DefaultClient.Do(ask)
	must(a.T, err)
	a.decode(answer, into)
}

func (a *auditor) decode(answer *http.Response, into any) {
	a.Helper()
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		a.Fatalf("the bank answered the auditor %s", answer.Status)
	}
	must(a.T, json.NewDecoder(answer.Body).Decode(into))
}
