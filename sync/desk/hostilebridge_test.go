package desk_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/provider"
)

// setupOf is a setup token for address.
func setupOf(address string) string { return base64.StdEncoding.EncodeToString([]byte(address)) }

// TestAHostileSetupTokenOrAnswerLeavesNothing: through SimpleFIN's own dialect and a real vault. A setup token that leads
// anywhere but to the bridge of the file makes no connection, and a claim's answer that names anything but the bridge's
// own address makes no link.
func TestAHostileSetupTokenOrAnswerLeavesNothing(t *testing.T) {
	const canary = "CANARY-setup"
	r := newRig(t)
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	var answer http.HandlerFunc
	bridge := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r) }))
	defer bridge.Close()
	at := strings.TrimPrefix(bridge.URL, "http://")
	_, port, _ := strings.Cut(at, ":")
	r.own("simplefin", "setup-token", "setup-token", bridge.URL+"/simplefin")
	nothing := func(name string, err error) {
		t.Helper()
		links, lost := r.coffer.Links(t.Context())
		must(t, lost)
		rows, lost := r.coffer.Entries(t.Context(), app.LedgerFilter{}, 0, 1000)
		must(t, lost)
		if f := fault.Of(err); f == nil || len(links) != 0 || strings.Contains(fmt.Sprintf("%v %+v %+v", err, f, rows), "CANARY") {
			t.Errorf("%s: %v, %+v, %d links", name, err, f, len(links))
		}
	}
	answer = func(http.ResponseWriter, *http.Request) { t.Error("a hostile setup token was claimed") }
	for _, address := range []string{
		other.URL + "/claim/" + canary, "https://evil.example/claim/" + canary, "http://" + at + "@evil.example/claim/" + canary, "http://me:you@" + at + "/claim/" + canary,
		"http://localhost:" + port + "/claim/" + canary, "http://127.1:" + port + "/claim/" + canary, "http://0x7f000001:" + port + "/claim/" + canary, "http://2130706433:" + port + "/claim/" + canary,
		"http://[::ffff:127.0.0.1]:" + port + "/claim/" + canary, "http://127.0.0.1.evil.example:" + port + "/claim/" + canary, "http://" + at + "./claim/" + canary, "//" + at + "/claim/" + canary,
		bridge.URL + "/claim/" + canary + "\r\nHost: evil.example", bridge.URL + "/claim/\x00" + canary, bridge.URL + "/claim/a b" + canary, bridge.URL + "/claim?" + canary, bridge.URL + "/claim/#" + canary, bridge.URL,
		"file:///etc/" + canary, "javascript:" + canary, setupOf(bridge.URL + "/claim/" + canary), bridge.URL + "/" + strings.Repeat(canary, 1000),
	} {
		before := r.asked()
		_, err := r.hand(provider.Setup, setupOf(address), "")
		nothing(address, err)
		if k := fault.KindOf(err); k != fault.BadAnswer && k != fault.HostRefused || r.asked() != before {
			t.Errorf("%q: %v, %d connections", address, err, r.asked()-before)
		}
	}
	say := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
	}
	for name, hostile := range map[string]http.HandlerFunc{
		"a redirect elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/"+canary, http.StatusTemporaryRedirect)
		},
		"a redirect to itself": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/claim/again", http.StatusPermanentRedirect)
		},
		"another port":         say(strings.Replace(other.URL, "//", "//user:"+canary+"@", 1) + "/simplefin"),
		"another host":         say("https://user:" + canary + "@evil.example/simplefin"),
		"two users":            say("http://user:" + canary + "@" + at + "@evil.example/simplefin"),
		"a private address":    say("https://user:" + canary + "@192.168.1.1/simplefin"),
		"no password":          say("http://" + canary + "@" + at + "/simplefin"),
		"nobody":               say("http://" + at + "/simplefin"),
		"a query":              say("http://user:" + canary + "@" + at + "/simplefin?x=" + canary),
		"two lines":            say("http://user:" + canary + "@" + at + "/simplefin\nhttp://user:" + canary + "@evil.example/"),
		"a header in its path": say("http://user:" + canary + "@" + at + "/simplefin\r\nX: " + canary),
		"a page":               say("<a href=\"http://user:" + canary + "@" + at + "/simplefin\">"),
		"nothing":              say(""),
		"a megabyte":           say("http://user:" + strings.Repeat(canary, 90_000) + "@" + at + "/simplefin"),
		"another status": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(201)
			fmt.Fprint(w, "http://user:"+canary+"@"+at+"/simplefin")
		},
		"a name that looks like it": say("http://user:" + canary + "@127.0.0.1.evil.example:" + port + "/simplefin"),
	} {
		answer = hostile
		_, err := r.hand(provider.Setup, base64.URLEncoding.EncodeToString([]byte(bridge.URL+"/claim/"+canary)), "")
		nothing(name, err)
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}
