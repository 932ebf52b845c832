package terminal_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/sync/bank/banktest"
	"coffer/ui/terminal"
)

const signedFile = `format   = 1
id       = "lantern"
name     = "My bridge"
dialect  = "enablebanking"
tried    = "in a test"
loopback = true

[path]
bridge = "Lantern"
sees   = "Sees all of it"

[person]
cost  = "Nothing"
needs = ["account", "client-id", "key", "redirect-address", "bank", "country"]
get   = "An application there"

[sign-in]
way = "signed-jwt"

[api]
base  = "API"
reads = ["balances", "transactions"]

[revoke]
steps = ["api"]
`

const signedPage = "https://app.harbour.example/back"

// atBridge is an owner with a bridge whose banks are named, and the lines of a key.
type atBridge struct {
	*owner
	bridge *banktest.Counter
	key    []string
	secret string // a line of it
	args   []string
}

func newAtBridge(t *testing.T) *atBridge {
	t.Helper()
	o := &atBridge{owner: newOwner(t), bridge: banktest.NewEnableBanking(t)}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err == nil {
		err = os.MkdirAll(o.folder, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(o.folder, "lantern.toml"), []byte(strings.Replace(signedFile, "API", o.bridge.URL, 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	o.key = strings.Split(strings.TrimSpace(string(text)), "\n")
	o.secret = o.key[1]
	o.args = []string{"link", "lantern", "--yes", "--history-days", "900", "--client-id", banktest.CounterClient, "--redirect-address", signedPage}
	return o
}

// pastes is what the person brings of the last page: what the bridge put behind it, made wrong or a no by each of change.
func (o *atBridge) pastes(t *testing.T, change ...func(answer url.Values)) {
	o.opens = func(address string) error {
		asked := o.bridge.Asked()
		var told struct{ State string }
		if err := json.Unmarshal([]byte(asked[len(asked)-1].Body), &told); err != nil || address != banktest.BridgePage {
			t.Errorf("%s is opened, %v", address, err)
		}
		issued := o.bridge.Issued()
		for _, c := range change {
			answer := url.Values{"code": {issued[len(issued)-1]}, "state": {told.State}}
			c(answer)
			o.hidden = append(o.hidden, signedPage+"?"+answer.Encode())
		}
		return nil
	}
}

func asItIs(url.Values) {}

// link runs coffer link with the flags more; in is typed at what is asked in lines.
func (o *atBridge) link(t *testing.T, code int, in string, more ...string) spoken {
	t.Helper()
	o.hidden, o.in = append([]string{o.owner.key}, o.key...), strings.NewReader(in)
	got := o.own(t, code, append(o.args[:len(o.args):len(o.args)], more...)...)
	for _, s := range append(o.bridge.Issued(), o.secret) {
		if strings.Contains(got.out+got.err, s) {
			t.Errorf("a secret is printed:\n%s%s", got.out, got.err)
		}
	}
	return got
}

// TestABridgesBankIsNamedAtTheTerminal by flags or by what is typed: what can't be one is said before anybody is asked, and
// what the bridge has none of is told as that.
func TestABridgesBankIsNamedAtTheTerminal(t *testing.T) {
	o := newAtBridge(t)
	for _, w := range []struct {
		bank, country string
		says          []string
	}{
		{"Harbour Bank", "finland", []string{"“Country of your bank, in two letters” can't be used as it stands. Nothing was sent", "It must be a country in two letters, such as FI"}},
		{"Harbour Bank", "F1", []string{"It must be a country in two letters, such as FI"}},
		{"Harbour\nBank", "FI", []string{"“Your bank, as the bridge names it” can't be used as it stands. Nothing was sent", "It must be a name of one line"}},
		{strings.Repeat("n", 201), "FI", []string{"200 letters at most"}},
		{" ", "FI", []string{"“Your bank, as the bridge names it” can't be used", "Nothing stands there"}},
	} {
		contains(t, o.link(t, terminal.ExitFailed, "", "--bank", w.bank, "--country", w.country).err, w.says...)
	}
	contains(t, o.link(t, terminal.ExitFailed, "", "--country", "FI").err, "Your bank, as the bridge names it: ", "Nothing stands there") // nobody types
	if n := len(o.bridge.Asked()); n != 0 {
		t.Errorf("%d requests before the answers could be used", n)
	}
	contains(t, o.link(t, terminal.ExitFailed, "", "--bank", "Other Bank", "--country", "FI").err,
		"“Your bank, as the bridge names it” can't be used as it stands. Nothing was stored. Change it and try again", "The bridge has no bank of that name in that country")
	contains(t, o.own(t, terminal.ExitUsage, "link", "simplefin", "--bank", "Harbour Bank").err, "SimpleFIN Bridge does not ask for --bank")

	o.pastes(t, asItIs)
	contains(t, o.link(t, terminal.ExitOK, "harbour bank\nfi\ny\n").out, banktest.Shelf, "€12.50")
	contains(t, o.own(t, terminal.ExitOK, "transactions", "--account", banktest.Shelf).out, "Shop 24")
	o.pastes(t, asItIs)
	o.link(t, terminal.ExitOK, "y\n", "--bank", "HARBOUR BANK", "--country", "FI", "--again", "my bridge") // and by flags
	var asked struct {
		Bank map[string]string `json:"aspsp"`
	}
	for _, q := range o.bridge.Asked() {
		if q.URL.Path == "/auth" && (json.Unmarshal([]byte(q.Body), &asked) != nil || asked.Bank["name"] != "Harbour Bank" || asked.Bank["country"] != "FI") {
			t.Errorf("it was asked for %s", q.Body)
		}
	}
}

// TestANoAtALastPageIsPastedAtTheTerminal: the bridge's no comes the way that its yes would. Nothing is linked, and no
// session was asked for.
func TestANoAtALastPageIsPastedAtTheTerminal(t *testing.T) {
	o := newAtBridge(t)
	no := func(word string) func(url.Values) {
		return func(answer url.Values) {
			answer.Del("code")
			answer.Set("error", word)
			answer.Set("error_description", "4111-2222")
		}
	}
	for word, ends := range map[string]struct {
		code int
		says string
	}{
		"access_denied": {terminal.ExitSignIn, "You said no at the bank"},
		"server_error":  {terminal.ExitBank, "The bank is not answering as it should"},
		"4111-2222":     {terminal.ExitBank, "The bank"},
	} {
		o.pastes(t, func(answer url.Values) { no(word)(answer); answer.Set("state", "another") }, func(answer url.Values) { answer.Set("error", word) }, no(word))
		got := o.link(t, ends.code, "y\n", "--bank", "Harbour Bank", "--country", "FI")
		contains(t, got.err, "comes to "+signedPage, "It is the answer to another try", "It holds neither a yes nor a no of the bank", ends.says)
		if strings.Contains(got.err, "4111-2222") || len(o.hidden) != 0 {
			t.Errorf("%d lines were not read; it prints\n%s", len(o.hidden), got.err)
		}
	}
	o.opens, o.hidden = nil, nil
	if out := o.own(t, terminal.ExitOK, "banks").out; strings.Contains(out, "My bridge") {
		t.Errorf("linked are\n%s", out)
	}
	for _, q := range o.bridge.Asked() {
		if q.Method == http.MethodPost && q.URL.Path == "/sessions" {
			t.Error("a session was asked for")
		}
	}
}
