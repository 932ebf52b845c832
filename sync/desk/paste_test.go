package desk_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/app/secret"
)

// TestTheLastPageIsTheFilesOrThePersons links by an address that stands in the file, or that each person
// types; it is checked before anybody is asked, kept with the link, and a change of it is shown.
func TestTheLastPageIsTheFilesOrThePersons(t *testing.T) {
	var came string
	page := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { came = "http://" + r.Host + r.URL.String() }))
	t.Cleanup(page.Close)
	r := newRig(t)
	pasteBack := strings.Replace(r.here(), "callback_path", "# ", 1)
	r.write(strings.NewReplacer(`"any-port"`, `"paste-back"`, `["client-id"]`, `["client-id", "redirect-address"]`).Replace(pasteBack))
	if shelf := r.coffer.ReadProviders(); len(shelf.Broken) > 0 {
		t.Fatal(shelf.Broken[0].Problems)
	}
	terms := r.terms()
	_, err := r.link(terms)
	kind(t, err, fault.BadAnswer, "answer.missing")
	terms.Typed[provider.LastPage] = "http://app.harbour.example/back"
	_, err = r.link(terms)
	kind(t, err, fault.BadAnswer, "answer.address")
	if n := r.asked(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
	told := func(p app.LinkingProgress) {
		if p.Step != app.InBrowser {
			return
		}
		if p.LastPage != page.URL+"/back" || p.Paste == nil {
			t.Fatalf("told %+v", p)
		}
		kind(t, p.Paste(secret.New(strings.Replace(came, "code=", "c=", 1))), fault.BadAnswer, "paste.content")
		must(t, p.Paste(secret.New(came)))
	}
	terms.Typed[provider.LastPage] = page.URL + "/back"
	id, err := r.coffer.LinkBank(t.Context(), "harbour", terms, told)
	must(t, err)
	again := app.Terms{HistoryDays: 60, ConsentDays: 90, Again: id} // what was typed stands
	_, err = r.coffer.LinkBank(t.Context(), "harbour", again, told)
	must(t, err)

	r.write(strings.Replace(pasteBack, `"any-port"`, "\"paste-back\"\nredirect_address = \""+page.URL+"/other\"", 1))
	if change := r.view(id).Changed; change == nil || len(change.Differs) != 1 || change.Differs[0] != (app.Difference{What: "last-page", Was: page.URL + "/back", Now: page.URL + "/other"}) {
		t.Errorf("another page in the file is told as %+v", change)
	}
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		t.Errorf("revoked: %+v, %v", receipt, err)
	}
	rows, err := r.coffer.Ledger(t.Context(), "", 0, 10000)
	must(t, err)
	for _, row := range rows {
		if row.Origin == page.URL {
			t.Error("Coffer itself went to the last page")
		}
	}
}
