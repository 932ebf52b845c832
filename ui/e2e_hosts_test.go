//go:build e2e

package ui_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestAHostThatIsNotListed has the bank lead to a second port for its page and its tokens: the
// window asks, no is the first answer, and after a yes the link is made and says why it may go there.
func TestAHostThatIsNotListed(t *testing.T) {
	r := newRig(t)
	w := r.open([]string{"--demo"}, "COFFER_DEMO_MOVED=sign-in token")
	makeVault(t, w)
	w.click("Choose")
	w.see("Who sees your data on the way")
	w.click("Link")
	for _, words := range []string{"Northlight Bank leads to 2 addresses", "The page where you sign in", "Where tokens are given and renewed", "Nothing was looked up there"} {
		w.see(words)
	}
	w.shot("host-asked")
	w.click("Don’t allow")
	w.see("127.0.0.1 sent Coffer to 127.0.0.1:")
	w.click("Try again")
	w.see("Allow all 2")
	w.click("Allow all 2")
	w.openBrowser().approve(w.address(), false)
	w.click("Read these accounts")
	w.see("Northlight Bank is linked")
	w.shot("host-allowed")
	w.close()
	out, code := r.run(passphrase, "--demo", "--without-bank", "--json", "hosts")
	var rows []struct{ Origin, Use, Answer string }
	if err := json.Unmarshal([]byte(out), &rows); code != 0 || err != nil {
		t.Fatalf("coffer hosts ended with %d, %v: %s", code, err, out)
	}
	allowed := map[string]string{}
	for _, row := range rows {
		if row.Answer == "allowed" {
			allowed[row.Use] = row.Origin
		}
	}
	if len(allowed) != 2 || allowed["token"] == "" || allowed["token"] != allowed["sign-in-page"] || !strings.HasPrefix(allowed["token"], "http://127.0.0.1:") {
		t.Errorf("the hosts are %+v", rows)
	}
}
