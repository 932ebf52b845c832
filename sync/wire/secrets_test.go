package wire_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// TestSecretsInHeadersAndBodies: what never prints arrives where it belongs, and is in no log, row or error.
func TestSecretsInHeadersAndBodies(t *testing.T) {
	var got string
	server, _ := serve(t, false, func(_ http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		var body map[string]any
		if r.ContentLength > 0 {
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				t.Error(err)
			}
		}
		got = fmt.Sprint(r.Header.Get("X-Api-Key"), "|", user, "|", password, "|", body["access_token"], "|", body["count"], "|", r.Header.Get("Content-Type"))
	})
	for name, test := range map[string]struct {
		change func(*wire.Request)
		want   string // empty: it is refused
	}{
		"a header": {func(r *wire.Request) { r.SecretHeader = map[string]secret.Text{"X-Api-Key": secret.New(token)} }, token + "||||<nil>|"},
		"a pair":   {func(r *wire.Request) { r.Basic = &wire.Basic{Both: secret.New("user:" + token + ":x")} }, "|user|" + token + ":x|<nil>|<nil>|"},
		"a member": {func(r *wire.Request) {
			r.Method, r.JSON, r.SecretJSON = "POST", []byte(`{"count":500}`), map[string]secret.Text{"access_token": secret.New(token)}
		}, "|||" + token + "|500|application/json"},
		"a member alone": {func(r *wire.Request) {
			r.Method, r.SecretJSON = "POST", map[string]secret.Text{"access_token": secret.New(token + `"`)}
		}, "|||" + token + `"|<nil>|application/json`},
		"a header that is the door's": {func(r *wire.Request) { r.SecretHeader = map[string]secret.Text{"authorization": secret.New(token)} }, ""},
		"a header with a line in it": {func(r *wire.Request) {
			r.SecretHeader = map[string]secret.Text{"X-Api-Key": secret.New(token + "\r\nX: 1")}
		}, ""},
		"a member of what is no object": {func(r *wire.Request) {
			r.JSON, r.SecretJSON = []byte(`[1]`), map[string]secret.Text{"a": secret.New(token)}
		}, ""},
		"a member beside a form": {func(r *wire.Request) {
			r.Form, r.SecretJSON = map[string][]string{}, map[string]secret.Text{"a": secret.New(token)}
		}, ""},
		"a member whose name is in both": {func(r *wire.Request) {
			r.Method, r.JSON, r.SecretJSON = "POST", []byte(`{"access_token":"shown"}`), map[string]secret.Text{"access_token": secret.New(token)}
		}, "|||" + token + "|<nil>|application/json"},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, wire.Config{}, server.URL)
			r := wire.Request{Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", URL: server.URL + "/a", Path: "/a"}
			test.change(&r)
			got = ""
			_, err := read(t, o.line, r)
			if (err == nil) != (test.want != "") || strings.ReplaceAll(got, "<nil>", "") != strings.ReplaceAll(test.want, "<nil>", "") {
				t.Errorf("the bank got %q, want %q: %v", got, test.want, err)
			}
			clean(t, o, err)
		})
	}
}

// A host that no secret goes to gets none in a header or a body either.
func TestATokenlessHostGetsNoHeaderThatOpensSomething(t *testing.T) {
	server, tally := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	o := open(t, wire.Config{}, "https://bank.example")
	line, err := o.door.LineWith(wire.LineOptions{Link: "link-1", Origins: []string{server.URL}, Tokenless: []string{server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*wire.Request){
		func(r *wire.Request) { r.SecretHeader = map[string]secret.Text{"X-Api-Key": secret.New(token)} },
		func(r *wire.Request) { r.SecretJSON = map[string]secret.Text{"a": secret.New(token)} },
		func(r *wire.Request) { r.Basic = &wire.Basic{Both: secret.New("a:" + token)} },
	} {
		r := wire.Request{Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", URL: server.URL + "/a", Path: "/a"}
		change(&r)
		_, err := read(t, line, r)
		kind(t, err, fault.HostRefused)
		clean(t, o, err)
	}
	if tally.Conns.Load() != 0 {
		t.Error("it was asked")
	}
}
