package desk_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
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

// berlinFile is a provider file of the person's own for a bank that speaks NextGenPSD2.
const berlinFile = `format   = 1
id       = "harbour"
name     = "Harbour Bank"
dialect  = "berlingroup"
tried    = "not tried against the real bank"
loopback = true

[person]
cost  = "What the certificate costs you"
needs = ["certificate", "key"]
get   = "From your trust service"

[sign-in]
way      = "consent"
client   = "tls_client_auth"
redirect = "any-port"

[api]
base  = "API/psd2"
hosts = ["PAGE"]
reads = ["balances", "transactions"]

[limits]
history_days = 90
consent_days = 180
alone_a_day  = 4

[revoke]
steps = ["consent"]
`

// berlin is a Coffer beside a bank that speaks NextGenPSD2, whose file is the person's own.
type berlin struct {
	*rig
	bank    *psd2
	terms   app.Terms
	private string // a line of the certificate's key
}

// at is when it begins; zero: now, by a clock that goes on.
func newBerlin(t *testing.T, oauth bool, at time.Time) *berlin {
	t.Helper()
	banks := wiretest.NewAuthority(t)
	b := &berlin{bank: newPSD2(t, banks, oauth)}
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: banks.Pool()}}}
	t.Cleanup(browser.CloseIdleConnections)
	b.rig = newRigAt(t, at, banks.Pool(), func(ctx context.Context, address string) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		answer, err := browser.Do(r)
		if err != nil {
			return err
		}
		return answer.Body.Close()
	})
	b.bank.now = b.now
	must(t, os.MkdirAll(b.folder, 0o700))
	must(t, os.WriteFile(filepath.Join(b.folder, "harbour.toml"), []byte(strings.NewReplacer("API", b.bank.api.URL, "PAGE", b.bank.page.URL).Replace(berlinFile)), 0o600))
	if shelf := b.coffer.ReadProviders(); len(shelf.Broken) > 0 {
		t.Fatal(shelf.Broken[0].Problems)
	}
	made := b.bank.people.Issue(t, wiretest.Leaf{Client: true, Owner: owner, NotAfter: time.Now().AddDate(1, 0, 0)}).Certificates[0]
	raw, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	must(t, err)
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
	b.private = strings.Split(key, "\n")[1]
	b.terms = app.Terms{HistoryDays: 90, ConsentDays: 180, Secrets: map[provider.Need]secret.Text{
		provider.Certificate: secret.New(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Leaf.Raw}))),
		provider.Key:         secret.New(key),
	}}
	return b
}

// linkIt links the bank, or renews again.
func (b *berlin) linkIt(again consent.LinkID) (consent.LinkID, error) {
	terms := b.terms
	if terms.Again = again; again != "" {
		terms.Secrets = nil // what was typed stands
	}
	return b.link(terms)
}

// TestABankOfBerlinGroup is linked by a file of the person's own and a certificate, read, renewed and revoked with
// proof; what the person ends at the bank is noticed there.
func TestABankOfBerlinGroup(t *testing.T) {
	for way, oauth := range map[string]bool{"scaRedirect": false, "scaOAuth": true} {
		t.Run(way, func(t *testing.T) {
			b := newBerlin(t, oauth, time.Time{})
			p, err := b.coffer.Provider("harbour")
			if err != nil || len(p.Lacks) > 0 || p.File.Dialect != "berlingroup" {
				t.Fatalf("it is shown as %+v, %v", p, err)
			}
			id, err := b.linkIt("")
			must(t, err)
			l := b.view(id)
			ends := time.Now().UTC().AddDate(0, 0, 90).Format(time.DateOnly) + " 21:00:00" // not the 180 days that were asked for
			if l.State != consent.Active || l.Way != "consent" || l.ConsentID != "consent-1" || len(l.Accounts) != 2 || l.Expires.Format(time.DateTime) != ends {
				t.Errorf("linked: %+v", l)
			}
			b.holds(4)
			if _, err := b.coffer.Refresh(t.Context(), id); err != nil {
				t.Errorf("refresh: %v", err)
			}
			b.holds(4)
			if b.bank.reads == 0 || len(b.bank.alone) != 0 {
				t.Errorf("read %d times with the person, %v without", b.bank.reads, b.bank.alone)
			}

			again, err := b.linkIt(id)
			must(t, err)
			if l := b.view(id); again != id || l.ConsentID != "consent-2" || l.State != consent.Active || !slices.Equal(b.bank.stand(), []string{"terminatedByTpp", "valid"}) {
				t.Errorf("renewed: %+v; the bank has %v", l, b.bank.stand())
			}
			receipt, err := b.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
			if err != nil || !receipt.Proved || !slices.Equal(b.bank.stand(), []string{"terminatedByTpp", "terminatedByTpp"}) {
				t.Errorf("revoked: %+v, %v; the bank has %v", receipt, err, b.bank.stand())
			}
			for proof, answer := range map[consent.ProofKind]string{consent.ConsentEnded: "204", consent.AccessRefused: "401"} {
				if !slices.ContainsFunc(receipt.Steps, func(s consent.Proof) bool { return s.Kind == proof && s.OK && s.Answer == answer }) {
					t.Errorf("the receipt has %+v", receipt.Steps)
				}
			}
			before := b.bank.data
			if _, err := b.coffer.Refresh(t.Context(), id); err == nil || b.bank.data != before {
				t.Errorf("read after that: %v, %d calls", err, b.bank.data-before)
			}
			b.idless()
			b.unseen("CANARY", b.private)
		})
	}
}

// holds checks how many rows the vault has.
func (b *berlin) holds(rows int) {
	b.t.Helper()
	totals, err := b.coffer.Totals(b.t.Context(), ledger.Filter{})
	if err != nil || totals.Count() != rows {
		b.t.Errorf("%d rows, %v", totals.Count(), err)
	}
}

// idless checks that the ledger of connections holds no id of a consent or an account.
func (b *berlin) idless() {
	b.t.Helper()
	rows, err := b.coffer.Ledger(b.t.Context(), "", 0, 10000)
	must(b.t, err)
	for _, row := range rows {
		if text := fmt.Sprintf("%+v", row); strings.Contains(text, "consent-") || strings.Contains(text, "a-1") {
			b.t.Errorf("the ledger holds %s", text)
		}
	}
}

// TestWhatThePersonEndsAtABankOfBerlinGroupIsNoticed, and told apart from what ran out. Either is renewed.
func TestWhatThePersonEndsAtABankOfBerlinGroupIsNoticed(t *testing.T) {
	for way, oauth := range map[string]bool{"scaRedirect": false, "scaOAuth": true} {
		t.Run(way, func(t *testing.T) {
			b := newBerlin(t, oauth, time.Time{})
			id, err := b.linkIt("")
			must(t, err)
			for _, c := range []struct {
				status, reason string
				state          consent.State
			}{{"revokedByPsu", "grant.revoked", consent.RevokedAtBank}, {"expired", "", consent.NeedsLogin}} {
				b.bank.set(c.status)
				_, err := b.coffer.Refresh(t.Context(), id)
				kind(t, err, fault.LoginNeeded, c.reason)
				if got := b.view(id).State; got != c.state {
					t.Errorf("%s: the state is %d", c.status, got)
				}
				b.holds(4)
				if again, err := b.linkIt(id); err != nil || again != id || b.view(id).State != consent.Active {
					t.Errorf("%s: renewed %v", c.status, err)
				}
				b.holds(4)
			}
			b.bank.refuses = true
			_, err = b.linkIt("")
			kind(t, err, fault.ConsentDenied, "")
			links, err := b.coffer.Links(t.Context())
			if all := b.bank.stand(); err != nil || len(links) != 1 || all[len(all)-1] == "valid" {
				t.Errorf("after a no: %d links, %v; the bank has %v", len(links), err, all)
			}
		})
	}
}

// TestABankOfBerlinGroupIsReadFourTimesADayWithoutThePerson: what the bank counts, over three days; and as often as
// the person wants, who is told of apart.
func TestABankOfBerlinGroupIsReadFourTimesADayWithoutThePerson(t *testing.T) {
	b := newBerlin(t, false, time.Now())
	id, err := b.linkIt("")
	must(t, err)
	must(t, b.coffer.SetLockAfter(t.Context(), 0))
	before, lists := b.bank.reads, 0
	b.bank.leave(true)
	for hour := range 72 {
		b.move(time.Hour)
		n := len(b.bank.ids)
		if _, err := b.coffer.ReadDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(b.bank.ids) > n {
			lists++
		}
		if l := b.view(id); l.State != consent.Active || l.Problem != 0 {
			t.Fatalf("after %d hours: %+v", hour, l)
		}
	}
	if lists < 10 || lists > 12 || b.bank.reads != before {
		t.Errorf("read %d times by itself, %d times as if the person were there", lists, b.bank.reads-before)
	}
	b.bank.leave(false)
	for range 6 {
		if _, err := b.coffer.Refresh(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if b.bank.reads == before {
		t.Error("the bank was not told that the person is there")
	}
	b.bank.leave(true)
	b.bank.set("revokedByPsu")
	b.move(25 * time.Hour)
	if _, err := b.coffer.ReadDue(t.Context()); err != nil || b.view(id).State != consent.RevokedAtBank {
		t.Errorf("ended at the bank: state %d, %v", b.view(id).State, err)
	}
}
