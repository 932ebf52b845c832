package desk_test

import (
	"context"
	"crypto/ecdsa"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/sync/wire/wiretest"
)

// obieRig is a Coffer with the shipped file of UK Open Banking, copied by a person for a bank on loopback.
type obieRig struct {
	*rig
	bank  *obieBank
	terms app.Terms
	told  func(app.LinkingProgress)
}

const obiePage = "https://app.harbour.example/back"

func newOBIERig(t *testing.T, mutual bool, words map[string]string) *obieRig {
	t.Helper()
	banks, people := wiretest.NewAuthority(t), wiretest.NewAuthority(t)
	made := people.Issue(t, wiretest.Leaf{Client: true}).Certificates[0]
	key := made.PrivateKey.(*ecdsa.PrivateKey)
	o := &obieRig{bank: newOBIEBank(t, banks, people, &key.PublicKey, mutual, words)}
	o.rig = newRigWith(t, banks.Pool(), func(context.Context, string) error { return nil })
	shipped, err := os.ReadFile("../../assets/providers/uk-open-banking.toml")
	must(t, err)
	file := strings.NewReplacer(`"uk-open-banking"`, `"harbour"`, `"UK Open Banking, with a certificate"`, `"Harbour Bank"`, "\ntried ", "\nloopback  = true\ntried ").Replace(string(shipped))
	o.terms = app.Terms{
		HistoryDays: 60, ConsentDays: 90,
		Typed:   map[provider.Need]string{provider.Issuer: o.bank.URL, provider.API: o.bank.URL + obieAPI, provider.ClientID: "client-1", provider.LastPage: obiePage},
		Secrets: map[provider.Need]secret.Text{provider.Key: app.Secret(keyPEM(t, key))},
	}
	if mutual {
		o.terms.Secrets[provider.Certificate] = app.Secret(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Leaf.Raw})))
	} else {
		file = strings.NewReplacer(`"tls_client_auth"`, `"private_key_jwt"`, `"certificate", `, "").Replace(file)
	}
	must(t, os.MkdirAll(o.folder, 0o700))
	must(t, os.WriteFile(filepath.Join(o.folder, "harbour.toml"), []byte(file), 0o600))
	if shelf := o.coffer.ReadProviders(); len(shelf.Broken) > 0 {
		t.Fatal(shelf.Broken[0].Problems)
	}
	o.told = func(p app.LinkingProgress) {
		if p.Step == app.InBrowser {
			must(t, p.Paste(secret.New(o.bank.visit(banks.Pool(), p.Address))))
		}
	}
	return o
}

func (o *obieRig) link(terms app.Terms) (consent.LinkID, error) {
	return o.coffer.LinkBank(o.t.Context(), "harbour", terms, o.told)
}

// did counts the calls of the bank's API that begin so.
func (o *obieRig) did(call string) (n int) {
	o.bank.mu.Lock()
	defer o.bank.mu.Unlock()
	for _, c := range o.bank.trail {
		if strings.HasPrefix(c, call) {
			n++
		}
	}
	return n
}

// say makes status the bank's word for each consent it has.
func (o *obieRig) say(status string) {
	o.bank.mu.Lock()
	defer o.bank.mu.Unlock()
	for id := range o.bank.consents {
		o.bank.consents[id] = status
	}
}

// version4 are its words for those of version 3.
var version4 = map[string]string{
	"AwaitingAuthorisation": "AWAU", "Authorised": "AUTH", "Rejected": "RJCT", "Revoked": "CANC", "Booked": "BOOK", "Pending": "PDNG", "InterimBooked": "ITBD",
	"UK.OBIE.Resource.NotFound": "U011", "UK.OBIE.Resource.InvalidConsentStatus": "U009",
}

// TestABankOfUKOpenBankingIsLinkedReadRenewedAndRevoked by a person's copy of the file that ships: with a certificate at a
// bank of version 3, with a key alone at one of version 4.
func TestABankOfUKOpenBankingIsLinkedReadRenewedAndRevoked(t *testing.T) {
	for name, o := range map[string]*obieRig{"version 3, certificate": newOBIERig(t, true, nil), "version 4, key": newOBIERig(t, false, version4)} {
		t.Run(name, func(t *testing.T) {
			id, err := o.link(o.terms)
			must(t, err)
			l := o.view(id)
			first := l.ConsentID
			if days := time.Until(l.Expires).Hours() / 24; l.State != consent.Active || first != "consent-2" || len(l.Accounts) != 2 || l.Dialect != "obie" || days > 81 {
				t.Errorf("linked: %+v", l)
			}
			data, _ := o.bank.asked["Data"].(map[string]any)
			asked, _ := data["Permissions"].([]any)
			until, _ := data["ExpirationDateTime"].(string)
			from, _ := data["TransactionFromDateTime"].(string)
			if len(asked) != 5 || slices.Contains(asked, any("ReadPAN")) || until[:10] != time.Now().UTC().AddDate(0, 0, 90).Format(time.DateOnly) || from[:10] != time.Now().AddDate(0, 0, -60).Format(time.DateOnly) {
				t.Errorf("asked for %v", o.bank.asked)
			}
			o.readsWhole(t)
			o.renews(t, id, first)
			receipt, err := o.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
			if err != nil || !receipt.Proved || len(o.bank.consents) != 0 {
				t.Errorf("revoked: %+v, %v; the bank has %v", receipt, err, o.bank.consents)
			}
			for token, of := range o.bank.tokens {
				if of != "client" {
					t.Errorf("%s still opens %s", token, of)
				}
			}
			o.unseen("CANARY", "PRIVATE KEY", "20201555555555")
		})
	}
}

// readsWhole checks what was read: two pages without the rejected row, and the person's own money.
func (o *obieRig) readsWhole(t *testing.T) {
	t.Helper()
	rows, err := o.coffer.Totals(t.Context(), ledger.Filter{})
	must(t, err)
	if rows.Count() != 3 || o.did("GET /accounts/a-1/transactions") < 2 {
		t.Errorf("%d rows of %d calls", rows.Count(), o.did("GET /accounts/a-1/transactions"))
	}
	overview, err := o.coffer.Overview(t.Context())
	must(t, err)
	masked := map[string]int64{}
	for _, a := range overview.Accounts {
		masked[a.Masked] = a.Balance.Booked.Minor
	}
	if len(masked) != 2 || masked["5555"] != 12_50 || masked["4417"] != 12_50 {
		t.Errorf("balances %v", masked)
	}
}

// renews signs in again: a consent of its own, the accounts the same, and the one before ended.
func (o *obieRig) renews(t *testing.T, id consent.LinkID, first string) {
	t.Helper()
	same, err := o.link(app.Terms{HistoryDays: 60, ConsentDays: 90, Again: id}) // what was typed stands
	must(t, err)
	if _, err := o.coffer.Refresh(t.Context(), id); err != nil {
		t.Errorf("after the renewal: %v", err)
	}
	l := o.view(id)
	if same != id || l.ConsentID == first || len(l.Accounts) != 2 || len(o.bank.consents) != 1 || o.bank.consents[l.ConsentID] != "Authorised" {
		t.Errorf("renewed: %+v; the bank has %v", l, o.bank.consents)
	}
}

// TestAConsentEndedAtTheBankIsNoticed: the refused read alone could be a token that ran out; the consent tells.
func TestAConsentEndedAtTheBankIsNoticed(t *testing.T) {
	o := newOBIERig(t, true, nil)
	id, err := o.link(o.terms)
	must(t, err)
	o.say("Revoked")
	_, err = o.coffer.Refresh(t.Context(), id)
	kind(t, err, fault.LoginNeeded, "grant.revoked")
	if l := o.view(id); l.State != consent.RevokedAtBank || len(l.Accounts) != 2 {
		t.Errorf("the link: %+v", l)
	}
	receipt, err := o.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		t.Errorf("taken away here, too: %+v, %v", receipt, err)
	}
}

// TestAConsentThatIsNotApprovedIsTakenBack: nothing is stored, and the bank keeps no consent that waits.
func TestAConsentThatIsNotApprovedIsTakenBack(t *testing.T) {
	o := newOBIERig(t, true, nil)
	o.bank.refusing = true
	_, err := o.link(o.terms)
	kind(t, err, fault.ConsentDenied, "")
	links, err := o.coffer.Links(t.Context())
	if must(t, err); len(links) != 0 || len(o.bank.consents) != 0 || o.did("DELETE /account-access-consents/consent-2 by client") != 1 {
		t.Errorf("%d links; the bank has %v after %v", len(links), o.bank.consents, o.bank.trail)
	}
}
