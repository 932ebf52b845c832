package store_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/secret"
	"coffer/app/store"
)

func TestAccountsStayTheSame(t *testing.T) {
	s := newStore(t)
	first := account(t, s, "link-1", "4417")
	second := account(t, s, "link-1", "9000")
	was := must[string](t)(s.RenameAccount(t.Context(), first, "Mine"))
	if was != "Everyday 4417" {
		t.Errorf("was called %q", was)
	}
	found := ledger.AccountView{Account: must[ledger.AccountView](t)(s.Account(t.Context(), first)).Account}
	found.ID, found.BankID, found.Name = "", "another-id", "Bank's newest name"
	again := must[[]ledger.Account](t)(s.SaveAccounts(t.Context(), "link-2", []ledger.AccountView{found}))
	if again[0].ID != first || again[0].Name != "Mine" || again[0].BankID != "another-id" || again[0].Link != "link-2" {
		t.Errorf("saved again as %+v", again[0])
	}
	views := must[[]ledger.AccountView](t)(s.Accounts(t.Context()))
	if len(views) != 2 || views[0].ID != first || views[1].ID != second || views[0].Balance.Booked != money.New(100000, "EUR") {
		t.Errorf("accounts %+v", views)
	}
	if _, err := s.Account(t.Context(), "nobody"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("unknown account: %v", err)
	}
}

func fullLink() consent.Link {
	return consent.Link{
		ID: "link-1", Provider: "p", Bank: "Northlight", Dialect: "fdx", State: consent.Active, Since: noon, Problem: 3,
		Issuer: "https://i", Endpoints: consent.Endpoints{Token: "https://t", API: "https://a"}, ClientID: "c", Shows: "client_secret_post",
		Scopes: []string{"a", "b"}, Origins: []string{"https://a"}, ConsentID: "g", Granted: noon,
		Expires: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), HistoryDays: 90, LastUsed: noon,
		Hosts: []consent.Host{{Origin: "https://b:443", Use: consent.DataAPI, Asker: "a", Asked: noon, Allowed: noon}},
		Asks:  []consent.Ask{{Use: consent.TokenPlace, Origin: "https://c:443", Address: "https://c/t", Was: "https://t", Site: "c", Asker: "https://i", At: noon, Refused: noon}},
	}
}

func TestLinksAndCredentials(t *testing.T) {
	s := newStore(t)
	want := fullLink()
	ok(t, s.SaveLink(t.Context(), want))
	ok(t, s.SaveLink(t.Context(), want))
	if got := must[consent.Link](t)(s.Link(t.Context(), "link-1")); !reflect.DeepEqual(got, want) {
		t.Errorf("link\n%+v, want\n%+v", got, want)
	}
	if got := must[[]consent.Link](t)(s.Links(t.Context())); len(got) != 1 {
		t.Errorf("links %+v", got)
	}
	_, err := s.Credential(t.Context(), "link-1")
	wantKind(t, err, fault.NotFound)
	c := consent.Credential{Access: secret.New("at\x00'"), Refresh: secret.New("rt"), AccessExpires: noon}
	ok(t, s.SaveCredential(t.Context(), "link-1", c))
	got := must[consent.Credential](t)(s.Credential(t.Context(), "link-1"))
	if !got.Access.Equal(c.Access) || !got.Refresh.Equal(c.Refresh) || !got.AccessExpires.Equal(noon) {
		t.Error("the credential differs")
	}
	ok(t, s.DropCredential(t.Context(), "link-1"))
	_, err = s.Credential(t.Context(), "link-1")
	wantKind(t, err, fault.NotFound)
}

func TestReceiptsAreChained(t *testing.T) {
	s := newStore(t)
	zone := time.FixedZone("x", 3600)
	r := consent.Receipt{Link: "link-1", Bank: "N\xffrth", Accounts: []string{}, Started: noon.In(zone), Steps: []consent.Proof{{OK: true, Answer: "204", At: noon.In(zone)}}}
	for range 3 {
		r = must[consent.Receipt](t)(s.SaveReceipt(t.Context(), r))
	}
	all := must[[]consent.Receipt](t)(s.Receipts(t.Context()))
	previous := ""
	for i, got := range all {
		if got.Previous != previous || got.Hash != consent.HashReceipt(got) {
			t.Errorf("receipt %d is not chained", i)
		}
		previous = got.Hash
	}
	if len(all) != 3 || !reflect.DeepEqual(all[2], r) {
		t.Errorf("receipts %+v", all)
	}
}

func entry(i int) egress.Entry {
	return egress.Entry{
		Link: fmt.Sprintf("link-%d", i%2), Purpose: egress.Purpose{ID: "accounts", Args: map[string]string{"n": fmt.Sprint(i), "bad": "\xff"}},
		Method: "GET", Origin: "https://bank.example:443", Path: "/a/{id}\xfe", Started: time.Now(),
	}
}

func TestConnectionsAreChained(t *testing.T) {
	s := newStore(t)
	for i := range 5 {
		e := must[egress.Entry](t)(s.Begin(t.Context(), entry(i)))
		if e.Seq != int64(i+1) || e.Hash != egress.HashEntry(e) {
			t.Fatalf("entry %+v", e)
		}
		if i == 3 {
			continue // stopped in between
		}
		ok(t, s.Complete(t.Context(), e.Seq, egress.Outcome{Ended: time.Now(), Status: 200, Sent: 10, Received: 100, TLS: "1.3"}))
	}
	ok(t, verifyEgress(t, s))
	wantKind(t, s.Complete(t.Context(), 1, egress.Outcome{Status: 500}), fault.NotFound)
	wantKind(t, s.Complete(t.Context(), 99, egress.Outcome{}), fault.NotFound)

	newest := must[[]egress.Entry](t)(s.Entries(t.Context(), egress.Filter{}, 1, 2))
	if len(newest) != 2 || newest[0].Seq != 4 || newest[1].Seq != 3 || newest[0].Sealed != "" || newest[1].Status != 200 {
		t.Errorf("entries %+v", newest)
	}
	if of := must[[]egress.Entry](t)(s.Entries(t.Context(), egress.Filter{Link: "link-1"}, 0, 10)); len(of) != 2 || of[0].Seq != 4 {
		t.Errorf("entries of a link %+v", of)
	}
	sums := must[[]egress.Total](t)(s.EgressTotals(t.Context()))
	if len(sums) != 2 || sums[0].Link != "link-0" || sums[0].Requests != 3 || sums[0].Received != 300 || sums[1].Sent != 10 || sums[0].Last.IsZero() {
		t.Errorf("totals %+v", sums)
	}
}

func TestVerifyFindsEveryMeddling(t *testing.T) {
	tests := map[string]string{
		"a changed path":     "UPDATE egress SET path = '/x' WHERE seq = 2",
		"a changed instant":  "UPDATE egress SET started = started + 1 WHERE seq = 2",
		"a changed outcome":  "UPDATE egress SET received = 1 WHERE seq = 2",
		"a removed row":      "DELETE FROM egress WHERE seq = 2",
		"a removed first":    "DELETE FROM egress WHERE seq = 1",
		"two rows exchanged": "UPDATE egress SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3); UPDATE egress SET seq = -seq WHERE seq < 0",
	}
	for name, meddle := range tests {
		t.Run(name, func(t *testing.T) {
			s := plainStore(t)
			for i := range 4 {
				e := must[egress.Entry](t)(s.Begin(t.Context(), entry(i)))
				ok(t, s.Complete(t.Context(), e.Seq, egress.Outcome{Ended: noon, Status: 200, Received: 5}))
			}
			ok(t, verifyEgress(t, s))
			for part := range strings.SplitSeq(meddle, "; ") {
				ok(t, s.Exec(t.Context(), part))
			}
			wantKind(t, verifyEgress(t, s), fault.VaultDamaged)
		})
	}
}

func TestSettings(t *testing.T) {
	s := newStore(t)
	if got := must[string](t)(s.Setting(t.Context(), "k")); got != "" {
		t.Errorf("unset is %q", got)
	}
	ok(t, s.SetSetting(t.Context(), "k", "1"))
	ok(t, s.SetSetting(t.Context(), "k", "2"))
	if got := must[string](t)(s.Setting(t.Context(), "k")); got != "2" {
		t.Errorf("set is %q", got)
	}
}

// The nouns are stored as JSON under their Go names: a renamed field would be lost in silence.
func TestStoredNamesHold(t *testing.T) {
	const link = `{"ID":"l","Provider":"p","Bank":"b","Dialect":"d","State":1,"Since":"2026-03-14T12:00:00Z","Problem":2,"Issuer":"i","Endpoints":{"Authorization":"1","Token":"2","Revocation":"3","PAR":"4","API":"5"},"ClientID":"c","Scopes":["s"],"Origins":["o"],"ConsentID":"g","Granted":"2026-03-14T12:00:00Z","Expires":"2026-03-14T12:00:00Z","HistoryDays":9,"LastUsed":"2026-03-14T12:00:00Z","PausedUntil":"2026-03-14T12:00:00Z"}`
	const hosts = `"Hosts":[{"Origin":"o","Use":5,"Asker":"a","Asked":"2026-03-14T12:00:00Z","Allowed":"2026-03-14T12:00:00Z"}],"Asks":[{"Use":2,"Origin":"o","Address":"x","Was":"w","Site":"s","Own":true,"Asker":"a","At":"2026-03-14T12:00:00Z","Refused":"2026-03-14T12:00:00Z"}],`
	ofFile := strings.NewReplacer(`"p",`, `"p","File":"f","FileHash":"h",`, `"c",`, `"c","Shows":"s",`).Replace(link) // what older links have not
	for _, stored := range []string{link, strings.Replace(link, `"ConsentID"`, hosts+`"ConsentID"`, 1), ofFile} {
		var l consent.Link
		ok(t, json.Unmarshal([]byte(stored), &l))
		if back := must[[]byte](t)(json.Marshal(l)); string(back) != stored {
			t.Errorf("a stored link is read as\n%s, want\n%s", back, stored)
		}
	}
}

func TestClosedStoreIsLocked(t *testing.T) {
	s := must[*store.Store](t)(store.OpenPlain(t.Context(), filepath.Join(t.TempDir(), "a.db"), clock, strings.NewReader("")))
	ok(t, s.Close())
	ok(t, s.Close())
	wantKind(t, s.SetSetting(t.Context(), "k", "v"), fault.Locked)
}
