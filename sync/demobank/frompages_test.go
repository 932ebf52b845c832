package demobank_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"coffer/sync/demobank"
)

// strangers are how a browser says who asks: a page of another site, or of another port of this computer.
func strangers(mode, dest string) []map[string]string {
	var all []map[string]string
	for site, origin := range map[string]string{"cross-site": "https://evil.example", "same-site": "http://127.0.0.1:1"} {
		all = append(all, map[string]string{
			"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest, "Origin": origin, "Content-Type": "application/x-www-form-urlencoded",
		})
	}
	return all
}

// TestAPageElsewhereCanOnlyLeadAPersonHere: whatever a page of another site sends, as a form, an image, a frame or by a script,
// nothing is shown to it and nothing changes. A link that the person follows opens.
func TestAPageElsewhereCanOnlyLeadAPersonHere(t *testing.T) {
	p := visitor(t, nil)
	at, before := "http://"+p.bank.Addr(), len(p.bank.Events())
	setup, err := p.bank.MakeSetupToken()
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{
		"visit": {p.visit}, "username": {p.bank.Username()}, "password": {p.bank.Password().Show()}, "act": {"503 on"}, "bank": {demobank.Northlight},
		"client_id": {demobank.ClientID}, "token": {"x"}, "grant_type": {"refresh_token"}, "refresh_token": {"x"},
	}.Encode()
	posts := []string{"/northlight/consent", "/northlight/par", "/northlight/token", "/northlight/revoke", "/pocketwell/sign-in", "/pocketwell/phone", "/pocketwell/token",
		"/lantern/sign-in", "/lantern/setup-token", "/lantern/disable", "/faults", "/lantern/simplefin/claim/x"}
	gets := []string{strings.TrimPrefix(p.address(nil), at), "/northlight/consent?visit=" + p.visit, "/northlight/", "/pocketwell/authorize?client_id=coffer-pocket", "/pocketwell/phone", "/lantern/", "/faults", "/northlight/style.css"}
	for _, way := range [][2]string{{"no-cors", "image"}, {"no-cors", "empty"}, {"cors", "empty"}, {"navigate", "iframe"}, {"navigate", "embed"}, {"navigate", "document"}} {
		for _, header := range strangers(way[0], way[1]) {
			for _, path := range posts {
				p.wants(p.do("POST", at+path, form, header), http.StatusForbidden)
			}
			for _, path := range gets {
				r := p.do("GET", at+path, "", header)
				if led := way[1] == "document"; led == (r.status == http.StatusForbidden) {
					t.Errorf("%v: GET %s: %d", header, path, r.status)
				} else if !led && (strings.Contains(r.body, p.bank.Password().Show()) || r.header.Get("Set-Cookie") != "" || r.header.Get("Access-Control-Allow-Origin") != "") {
					t.Errorf("%v: GET %s shows %q", header, path, r.body)
				}
			}
			for _, path := range posts {
				if r := p.do("GET", at+path, "", header); r.status < 400 && !strings.HasSuffix(path, "consent") && !strings.HasSuffix(path, "phone") && path != "/faults" {
					t.Errorf("GET %s: %d", path, r.status)
				}
			}
		}
	}
	if now := len(p.bank.Events()); now != before+1 { // the setup token
		t.Errorf("something happened: %v", p.bank.Events())
	}
	if setup == "" || !strings.Contains(p.look().body, "Sign in") {
		t.Error("the person's own visit has moved on")
	}
}

// TestAPageElsewhereEndsNoVisit: it asks for pages without end, and the person's own stays open.
func TestAPageElsewhereEndsNoVisit(t *testing.T) {
	p := visitor(t, nil)
	for _, header := range strangers("no-cors", "image") {
		for range 1500 {
			p.do("GET", p.address(nil), "", header)
		}
	}
	if !strings.Contains(p.look().body, "Sign in") {
		t.Error("the person's own visit is over")
	}
}
