package terminal_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/demobank"
	"coffer/sync/desk"
	"coffer/ui/terminal"
)

// ownFile is a provider file of the person's own, for the bank of a rig.
const ownFile = `format   = 1
id       = "harbour"
name     = "Harbour Bank"
dialect  = "fdx"
tried    = "in a test"
loopback = true

[person]
cost  = "Nothing"
needs = ["client-id"]
get   = "It stands in the test"

[sign-in]
way      = "oauth"
issuer   = "ISSUER"
client   = "none"
scopes   = ["openid", "offline_access", "fdx:accountdetailed:read", "fdx:transactions:read"]
details  = true
redirect = "any-port"

[api]
base  = "API"
reads = ["balances", "transactions"]

[limits]
consent_days = 90
history_days = 30

[revoke]
steps = ["consent", "rfc7009"]
`

// owner is a person with provider files of their own, and a vault that is no demo's.
type owner struct {
	*rig
	folder string
}

func newOwner(t *testing.T) *owner {
	t.Helper()
	r := started(t, t.TempDir())
	o := &owner{r, filepath.Join(r.dir, "providers")}
	r.shelf = func() (func() app.Shelf, error) { return desk.RealBanks(os.DirFS("../../assets/providers"), o.folder) }
	v, key, err := vault.Create(filepath.Join(r.dir, "vault"), secret.New(passphrase), vault.Options{})
	if err == nil {
		err = v.Close()
	}
	groups := key.Groups()
	r.key = strings.Join(groups[:], "-")
	s, openErr := r.open(t.Context(), terminal.Place{Dir: r.dir})
	if err != nil || openErr != nil {
		t.Fatal(err, openErr)
	}
	if err := s.Coffer.UnlockWithRecovery(t.Context(), key.Text()); err != nil {
		t.Fatal(err)
	}
	if err := s.Coffer.ConfirmRecovery(t.Context(), key, key.Groups()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

// text is a provider file of the person's own.
func (o *owner) text() string {
	return strings.NewReplacer("ISSUER", o.bank.Issuer(), "API", o.bank.APIBase()).Replace(ownFile)
}

func (o *owner) write(t *testing.T, name, more string) {
	t.Helper()
	o.writeText(t, name, o.text()+more)
}

func (o *owner) writeText(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(o.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// own runs a command on the vault that is no demo's.
func (o *owner) own(t *testing.T, code int, args ...string) spoken {
	t.Helper()
	got := o.runBare(t.Context(), append([]string{"--data", o.dir, "--recovery"}, args...)...)
	if got.code != code {
		t.Fatalf("coffer %v ended with %d, want %d\n%s%s", args, got.code, code, got.out, got.err)
	}
	return got
}

// openOwn puts the rooms together as main does for a vault that is no demo's.
func (r *rig) openOwn(p terminal.Place) (*terminal.Session, error) {
	shelf, err := r.shelf()
	if err != nil {
		return nil, err
	}
	var c *app.Coffer
	c, err = app.New(app.Config{
		Dir: filepath.Join(p.Dir, "vault"), Now: time.Now, OpenBrowser: r.browse, ReadShelf: shelf,
		OpenStore: func(ctx context.Context, v *vault.Vault) (app.Store, error) { return store.Open(ctx, v) },
		OpenBanks: func(ctx context.Context, s app.Store) (app.Banks, error) {
			return desk.New(ctx, desk.Config{Store: s.(*store.Store), Now: time.Now, UserAgent: "Coffer/test", Changed: &c.Changed.Accounts})
		},
	})
	if err != nil {
		return nil, err
	}
	return &terminal.Session{Coffer: c, Close: func() error { return c.LockBecause(app.ByExit) }}, nil
}

func TestAvailableBanksAndWhatIsWrongWithAFile(t *testing.T) {
	o := newOwner(t)
	o.write(t, "harbour.toml", "")
	o.writeText(t, "pier.toml", strings.NewReplacer(`"harbour"`, `"pier"`, "Harbour Bank", "Pier Bank", `"fdx"`, `"teller"`, "details  = true\n", "").Replace(o.text())) // in a dialect that no version speaks yet
	got := o.own(t, terminal.ExitOK, "banks", "--available")
	contains(t, got.out, "monzo  Monzo", "UK", "pier  Pier Bank", "Not supported by this version yet", "not tried against the real bank",
		"harbour  Harbour Bank", "Not from Coffer: "+filepath.Join(o.folder, "harbour.toml"), o.bank.Addr(), "SimpleFIN Bridge")
	contains(t, got.err, o.folder)

	var list []struct {
		ID        string
		Supported bool
		File      string
		Hosts     []string
	}
	if err := json.Unmarshal([]byte(o.own(t, terminal.ExitOK, "banks", "--available", "--json").out), &list); err != nil {
		t.Fatal(err)
	}
	supported := map[string]bool{}
	for _, p := range list {
		if p.Supported {
			supported[p.ID] = true
		}
	}
	if want := []string{"akahu", "berlin-group", "enable-banking", "generic-fdx", "generic-oauth", "harbour", "investec", "monzo", "plaid", "simplefin", "starling", "uk-open-banking", "up"}; strings.Join(sorted(supported), " ") != strings.Join(want, " ") {
		t.Errorf("supported are %v, want %v", sorted(supported), want)
	}

	o.write(t, "wrong.toml", "[revok]\nx = 1\n")
	got = o.own(t, terminal.ExitFile, "banks", "--available")
	contains(t, got.err, "wrong.toml can't be used:", `wrong.toml:31: there is no key "revok" in the file: did you mean "revoke"?`)
	contains(t, got.out, "harbour  Harbour Bank")
	o.own(t, terminal.ExitFailed, "link", "pier", "--yes")
}

func TestABankOfOnesOwnFromTheTerminal(t *testing.T) {
	o := newOwner(t)
	o.write(t, "harbour.toml", "")
	o.in = strings.NewReader("two words\n")
	contains(t, o.own(t, terminal.ExitFailed, "link", "harbour", "--yes").err, "Client id: ", "can't be used as it stands", "Nothing was sent")
	o.in = strings.NewReader(demobank.ClientID + "\n")
	got := o.own(t, terminal.ExitOK, "link", "harbour", "--yes")
	contains(t, got.err, "Not from Coffer: ", "It talks to "+o.bank.Addr(), "For testing")

	o.write(t, "harbour.toml", "# a word more\n")
	o.in = strings.NewReader("")
	contains(t, o.own(t, terminal.ExitFailed, "sync").err, "is not the one you confirmed", "harbour.toml", "coffer banks --confirm")
	contains(t, o.own(t, terminal.ExitOK, "banks").out, "Nothing is read until you do")
	o.in = strings.NewReader("n\n")
	contains(t, o.own(t, terminal.ExitCanceled, "banks", "--confirm", "harbour bank").err, "has changed", "Nothing that the link uses is different.")
	o.own(t, terminal.ExitFailed, "sync")
	o.in = strings.NewReader("y\n")
	o.own(t, terminal.ExitOK, "banks", "--confirm", "harbour bank")
	o.own(t, terminal.ExitOK, "sync")

	if err := os.Remove(filepath.Join(o.folder, "harbour.toml")); err != nil {
		t.Fatal(err)
	}
	contains(t, o.own(t, terminal.ExitFailed, "sync").err, "gone")
	o.in = strings.NewReader("y\n")
	contains(t, o.own(t, terminal.ExitOK, "banks", "--confirm", "harbour bank").err, "is gone or can't be used")
	o.own(t, terminal.ExitOK, "sync")
	o.own(t, terminal.ExitOK, "revoke", "harbour bank", "--yes")
}

// TestAPastedKeyIsReadToItsEnd: no line of it is left for the shell.
func TestAPastedKeyIsReadToItsEnd(t *testing.T) {
	o := newOwner(t)
	o.write(t, "harbour.toml", "")
	path := filepath.Join(o.folder, "harbour.toml")
	text, err := os.ReadFile(path)
	if err == nil {
		keyed := strings.NewReplacer(`"none"`, `"private_key_jwt"`, `["client-id"]`, `["client-id", "key"]`).Replace(string(text))
		err = os.WriteFile(path, []byte(keyed), 0o600)
	}
	key, made := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	raw, written := x509.MarshalPKCS8PrivateKey(key)
	if err := errors.Join(err, made, written); err != nil {
		t.Fatal(err)
	}
	pasted := strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})))
	o.in = strings.NewReader(demobank.ClientID + "\n")
	o.hidden = append([]string{o.key}, strings.Split(pasted, "\n")...)
	got := o.own(t, terminal.ExitOK, "link", "harbour", "--yes")
	if len(o.hidden) != 0 {
		t.Errorf("%d lines of the key are left", len(o.hidden))
	}
	if strings.Contains(got.out+got.err, strings.Split(pasted, "\n")[1]) {
		t.Error("the key was printed")
	}
	o.own(t, terminal.ExitOK, "sync")

	o.in = strings.NewReader(demobank.ClientID + "\n")
	o.hidden = []string{o.key, "-----BEGIN PRIVATE KEY-----", "^C"}
	o.own(t, terminal.ExitCanceled, "link", "harbour", "--yes")
}

// TestACodeIsSaidInTheTerminal: a bank that has the person type a code at its page.
func TestACodeIsSaidInTheTerminal(t *testing.T) {
	o := newOwner(t)
	var bank *httptest.Server
	bank = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/.well-known/oauth-authorization-server":
			_, _ = fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"device_authorization_endpoint":%q}`, bank.URL, bank.URL+"/token", bank.URL+"/device")
		case "/device":
			_, _ = fmt.Fprintf(w, `{"device_code":"d","user_code":"WDJB-MJHT","verification_uri":%q,"expires_in":60,"interval":1}`, bank.URL+"/type")
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"access_denied"}`)
		}
	}))
	t.Cleanup(bank.Close)
	text := strings.NewReplacer("ISSUER", bank.URL, "API", bank.URL+"/fdx", `"oauth"`, `"device"`, "redirect = \"any-port\"\n", "", `"openid", `, "").Replace(ownFile)
	if err := os.MkdirAll(o.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.folder, "harbour.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o.noBrowser = true
	got := o.runBare(t.Context(), "--data", o.dir, "--recovery", "link", "harbour", "--client-id", "me", "--yes")
	for _, want := range []string{"WDJB-MJHT", bank.URL + "/type", "You said no at the bank"} {
		if !strings.Contains(got.err, want) || got.code == 0 {
			t.Errorf("it ended with %d and doesn't say %q:\n%s%s", got.code, want, got.out, got.err)
		}
	}
}
