package terminal_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/sync/demobank"
	"coffer/ui/terminal"
)

// TestTheLastPageIsPastedAtTheTerminal links a bank that sends the browser to a page of somebody else's:
// wrong pastes are told and can be repeated, and no address is printed.
func TestTheLastPageIsPastedAtTheTerminal(t *testing.T) {
	o := newOwner(t)
	var came string
	page := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		came = "http://" + r.Host + r.URL.String()
		o.hidden = append(o.hidden, r.URL.Query().Get("code"), strings.Replace(came, "state=", "state=x", 1), came)
	}))
	t.Cleanup(page.Close)
	o.write(t, "harbour.toml", "")
	path := filepath.Join(o.folder, "harbour.toml")
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, []byte(strings.Replace(string(text), `"any-port"`, "\"paste-back\"\nredirect_address = \""+page.URL+"/back\"", 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	o.in, o.hidden = strings.NewReader(demobank.ClientID+"\n"), []string{o.key}
	got := o.own(t, terminal.ExitOK, "link", "harbour", "--yes")
	contains(t, got.err, "comes to "+page.URL+"/back", "is no address of a page", "another try")
	if strings.Contains(got.out+got.err, "code=") || len(o.hidden) != 0 || came == "" {
		t.Errorf("%d lines were not read; printed\n%s", len(o.hidden), got.err)
	}
	o.hidden = nil
	o.own(t, terminal.ExitOK, "sync")

	// Given up at the prompt, and where nobody types: nothing is linked.
	page.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { o.hidden = append(o.hidden, "nothing good", "^C") })
	o.in, o.hidden = strings.NewReader(demobank.ClientID+"\n"), []string{o.key}
	contains(t, o.own(t, terminal.ExitCanceled, "link", "harbour", "--yes").err, "is no address of a page")
	o.hidden = nil
	if out := o.own(t, terminal.ExitOK, "banks").out; strings.Count(out, "Harbour Bank") != 1 {
		t.Errorf("linked are\n%s", out)
	}
}
