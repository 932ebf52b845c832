package desk_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/sync/bank/banktest"
)

// tokenBank is a bank that is opened by what the person makes there and pastes here.
type tokenBank struct {
	open              func(*testing.T) *banktest.Counter
	opens, beside     provider.Need // what opens it, and what goes with that; empty: nothing does
	currency          string
	booked, available string
	held              int    // requests of a left-out account for each grant: what Up holds, to reckon its balance
	proof             string // what the receipt of a renewed link says: kind, whether it proves, and the bank's answer
}

const (
	byHand   = "2 true 401, 2 true 401, 4 true " // each token is refused
	byAPI    = "0 true 200, 2 true 401, 0 false 401, 2 true 401, 4 true "
	byClient = "2 true 401, 3 true invalid_client, 2 true 401, 3 true invalid_client, 4 true "
)

func tokenBanks() map[string]tokenBank {
	return map[string]tokenBank{
		"up":       {banktest.NewUp, provider.TokenOfOwn, "", "AUD", "14.50 AUD", "12.50 AUD", 1, byHand},
		"starling": {banktest.NewStarling, provider.TokenOfOwn, "", "GBP", "12.50 GBP", "10.00 GBP", 0, byHand},
		"akahu":    {banktest.NewAkahu, provider.TokenOfOwn, provider.AppToken, "NZD", "12.50 NZD", "", 0, byAPI},
		"investec": {banktest.NewInvestec, provider.ClientSecret, provider.APIKey, "ZAR", "12.50 ZAR", "", 0, byClient},
	}
}

// atTokenBank is a Coffer beside a tokenBank, whose keys are canaries.
type atTokenBank struct {
	*rig
	tokenBank
	bank        *banktest.Counter
	good, other string // keys; good is the one that opens it
	app         string
}

func newTokenBank(t *testing.T, id string, changes ...string) *atTokenBank {
	t.Helper()
	b := tokenBanks()[id]
	r := &atTokenBank{rig: newRigAt(t, counterNoon, nil, nobodyThere), tokenBank: b, bank: b.open(t), good: "CANARY-good-" + rand.Text(), other: "CANARY-other-" + rand.Text(), app: "CANARY-app-" + rand.Text()}
	r.bank.Accept(r.good, r.app)
	r.shipped(id, r.bank, changes...)
	return r
}

// paste links by key, or renews the link that again is. The accounts called names are chosen; none: all.
func (r *atTokenBank) paste(key string, again consent.LinkID, names ...string) (consent.LinkID, error) {
	r.t.Helper()
	terms := app.Terms{HistoryDays: 90, Again: again, Typed: map[provider.Need]string{}, Secrets: map[provider.Need]secret.Text{r.opens: app.Secret(key)}}
	if r.beside != "" && again == "" { // what is left out of a renewal stays
		terms.Secrets[r.beside] = secret.New(r.app)
	}
	if r.opens == provider.ClientSecret && again == "" {
		terms.Typed[provider.ClientID] = banktest.CounterClient
	}
	if len(names) > 0 {
		terms.Choose = func(_ context.Context, listed []consent.Account) (let []string, _ error) {
			for _, a := range listed {
				if slices.Contains(names, a.Name) {
					let = append(let, a.Identity)
				}
			}
			if of := r.requestsOf("empty"); len(listed) != 2 || of > r.held || r.requestsOf(banktest.Shelf) > r.held+1 {
				r.t.Errorf("%d accounts are listed, after %d requests of one", len(listed), of)
			}
			return let, nil
		}
	}
	return r.coffer.LinkBank(r.t.Context(), "own-bank", terms, func(at app.LinkingProgress) {
		if at.Step == app.InBrowser {
			r.t.Error("a browser is waited for")
		}
	})
}

// requestsOf counts the requests about one account, its balance and its savings goals apart.
func (r *atTokenBank) requestsOf(account string) (n int) {
	for _, q := range r.bank.Asked() {
		if strings.Contains(q.URL.Path, "id-"+account) && strings.Contains(q.URL.Path, "/transactions") {
			n++
		}
	}
	return n
}

// TestTokenBanksFromThePasteToTheProof goes through the life of a link to each bank that is opened by what the
// person makes there, by the file that ships but for its addresses.
func TestTokenBanksFromThePasteToTheProof(t *testing.T) {
	for id := range tokenBanks() {
		t.Run(id, func(t *testing.T) {
			r := newTokenBank(t, id)
			r.wrong()
			link, err := r.paste(" "+r.good+"\n", "", banktest.Shelf)
			must(t, err)
			if v := r.view(link); v.State != consent.Active || len(v.Accounts) != 1 || v.Accounts[0].Name != banktest.Shelf || !v.Limited {
				t.Errorf("linked: %+v", v)
			}
			r.read(1)
			if _, err := r.coffer.Refresh(t.Context(), link); err != nil {
				t.Error(err)
			}
			r.read(1)
			r.renew(link)
			r.end(link)
			r.unseen(append(r.bank.Issued(), r.good, r.other, r.app)...)
			receipts, err := r.coffer.Receipts(t.Context())
			if err != nil || len(receipts) == 0 || !receipts[0].Proved || !slices.Equal(receipts[0].Accounts, []string{r.named(link)}) {
				t.Errorf("receipts %+v, %v", receipts, err)
			}
			r.holds(r.currency, 90) // revoking keeps what was read
			gone, err := r.coffer.Erase(t.Context(), link, nil)
			if err != nil || gone.Erasure == nil {
				t.Fatalf("erased %+v, %v", gone, err)
			}
			if left, err := r.coffer.Totals(t.Context(), ledger.Filter{}); err != nil || left.Count() != 0 {
				t.Errorf("%d rows are left, %v", left.Count(), err)
			}
		})
	}
}

// named is the one account of a link as a receipt names it.
func (r *atTokenBank) named(link consent.LinkID) string {
	r.t.Helper()
	v := r.view(link)
	if len(v.Accounts) != 1 {
		r.t.Fatalf("accounts are %+v", v.Accounts)
	}
	if a := v.Accounts[0]; a.Masked != "" {
		return "·· " + a.Masked
	}
	return v.Accounts[0].Name
}

// wrong pastes what opens nothing. Nothing of it is kept, and what no header could hold is not even sent.
func (r *atTokenBank) wrong() {
	r.t.Helper()
	for _, w := range []struct {
		key, reason string
		kind        fault.Kind
		asked       int
	}{
		{"", "answer.missing", fault.BadAnswer, 0}, {r.other, "token.refused", fault.KeyRefused, 1},
	} {
		before := r.asked()
		_, err := r.paste(w.key, "", banktest.Shelf)
		r.fails(err, w.kind, w.reason)
		links, err := r.coffer.Links(r.t.Context())
		if err != nil || len(links) != 0 || r.asked()-before != w.asked {
			r.t.Errorf("after a wrong key: %+v, %v, %d requests", links, err, r.asked()-before)
		}
	}
	r.bank.Instead(func(banktest.Question) (int, any) { return 403, nil }) // it opens, and may not read
	_, err := r.paste(r.good, "", banktest.Shelf)
	reason := "token.rights"
	if r.opens == provider.ClientSecret { // the client itself is refused
		reason = "token.refused"
	}
	r.fails(err, fault.KeyRefused, reason)
	r.bank.Instead(nil)
}

// read fails unless the chosen account was read, and nothing of the other kept, after so many grants.
func (r *atTokenBank) read(grants int) {
	r.t.Helper()
	r.holds(r.currency, 90)
	r.shelf(r.booked, r.available)
	if n := r.requestsOf("empty"); n != r.held*grants {
		r.t.Errorf("%d requests of an account that was left out", n)
	}
}

// renew takes the key back at the bank, and pastes it once more, and then the new one.
func (r *atTokenBank) renew(link consent.LinkID) {
	r.t.Helper()
	r.bank.Accept(r.other, r.app)
	_, err := r.coffer.Refresh(r.t.Context(), link)
	r.fails(err, fault.LoginNeeded, "")
	if got := r.view(link).State; got != consent.NeedsLogin {
		r.t.Errorf("after the bank took the key back the state is %d", got)
	}
	before := r.asked()
	_, err = r.coffer.Refresh(r.t.Context(), link)
	r.fails(err, fault.LoginNeeded, "")
	if r.asked() != before {
		r.t.Error("a link that waits for the person is asked for")
	}
	_, err = r.paste(r.good, link)
	r.fails(err, fault.KeyRefused, "token.refused")
	if got := r.view(link).State; got != consent.NeedsLogin {
		r.t.Errorf("a renewal that failed made the state %d", got)
	}
	again, err := r.paste(r.other, link)
	must(r.t, err)
	if v := r.view(link); again != link || v.State != consent.Active || len(v.Accounts) != 1 || !v.Limited {
		r.t.Errorf("renewed: %+v", v)
	}
	r.read(2)
}

// end revokes: by the API where there is a call for it, else once the person took the key back.
func (r *atTokenBank) end(link consent.LinkID) {
	r.t.Helper()
	if r.proof != byAPI {
		_, err := r.coffer.Revoke(r.t.Context(), link, func(consent.Proof) {})
		r.fails(err, fault.RevokePending, "revoke.byhand")
		if v := r.view(link); v.State != consent.RevokePending || v.Pending.Reason != "revoke.byhand" {
			r.t.Errorf("while the key works: %+v", v)
		}
		_, err = r.coffer.Refresh(r.t.Context(), link)
		r.fails(err, fault.RevokePending, "")
		r.bank.Accept("", "")
	}
	receipt, err := r.coffer.Revoke(r.t.Context(), link, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		r.t.Fatalf("got %+v, %v", receipt, err)
	}
	var steps []string
	for _, s := range receipt.Steps {
		steps = append(steps, fmt.Sprintf("%d %v %s", s.Kind, s.OK, s.Answer))
	}
	if got := strings.Join(steps, ", "); got != r.proof {
		r.t.Errorf("the receipt says %s", got)
	}
	if v := r.view(link); v.State != consent.Revoked {
		r.t.Errorf("revoked: %+v", v)
	}
}
