package desk_test

import (
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/provider"
)

// stated is the documented file with the bank's endpoints in place of its issuer.
func (r *rig) stated(more string) string {
	at := r.bank.Issuer()
	_, rest, _ := strings.Cut(r.here(), "issuer ")
	line, _, _ := strings.Cut(rest, "\n")
	file := strings.Replace(r.here(), `"openid", `, "", 1) // whose ID token needs metadata
	return strings.Replace(file, "issuer "+line, "authorization = \""+at+"/authorize\"\ntoken = \""+at+"/token\"\nrevocation = \""+at+"/revoke\"\n"+more, 1)
}

// TestAFileWithoutIssuerLinks: a bank without metadata is linked, read and revoked by the endpoints of its
// file, and is never asked for metadata. This one takes no request that was not pushed.
func TestAFileWithoutIssuerLinks(t *testing.T) {
	r := newRig(t)
	r.write(r.stated("par = \"" + r.bank.Issuer() + "/par\"\n"))
	if shelf := r.coffer.ReadProviders(); len(shelf.Broken) > 0 {
		t.Fatal(shelf.Broken[0].Problems)
	}
	p, err := r.coffer.Provider("harbour")
	must(t, err)
	if len(p.Lacks) > 0 {
		t.Fatalf("it lacks %v", p.Lacks)
	}
	id, err := r.link(r.terms())
	must(t, err)
	if _, err := r.coffer.Refresh(t.Context(), id); err != nil {
		t.Error(err)
	}
	again := app.Terms{HistoryDays: 60, ConsentDays: 90, Again: id}
	if _, err := r.link(again); err != nil {
		t.Errorf("signing in again: %v", err)
	}
	l := r.view(id)
	if l.Issuer != "" || l.Changed != nil || len(l.Accounts) != 3 {
		t.Errorf("linked: %+v", l)
	}
	r.write(strings.Replace(r.stated("par = \""+r.bank.Issuer()+"/par\"\n"), "/token\"", "/other\"", 1))
	if change := r.view(id).Changed; change == nil || len(change.Differs) != 1 || change.Differs[0].What != "issuer" || !strings.HasSuffix(change.Differs[0].Now, "/other") {
		t.Errorf("a file with another endpoint: %+v", change)
	}
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		t.Errorf("revoked: %+v, %v", receipt, err)
	}
	rows, err := r.coffer.Ledger(t.Context(), "", 0, 10000)
	must(t, err)
	for _, row := range rows {
		if row.Purpose.ID == "metadata" {
			t.Errorf("asked for %s", row.Path)
		}
	}
}

// TestWhatAFileWithoutIssuerMustSay names its lines.
func TestWhatAFileWithoutIssuerMustSay(t *testing.T) {
	text := strings.NewReplacer("issuer   = \"https://login.harbour.example\"", "authorization = \"https://login.harbour.example/a\"\ntoken = \"https://login.harbour.example/t\"\n#", "\"openid\", ", "").Replace(documented(t))
	_, err := provider.Parse("harbour.toml", []byte(text))
	if err == nil || !strings.Contains(err.Error(), "only revocation in [sign-in] says where") {
		t.Errorf("said: %v", err)
	}
}
