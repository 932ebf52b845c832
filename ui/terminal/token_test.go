package terminal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/ui/terminal"
)

// bridgeFile is a provider file of the person's own, for the invented bridge.
const bridgeFile = `format   = 1
id       = "lantern"
name     = "My bridge"
dialect  = "simplefin"
tried    = "in a test"
loopback = true

[path]
bridge = "Lantern"
sees   = "Sees all of it"

[person]
cost     = "Nothing"
needs    = ["setup-token"]
get      = "A setup token of its page"
get_at   = "https://lantern.example/create"
can_more = "Whatever the bridge allows"

[sign-in]
way = "setup-token"

[api]
base  = "API"
reads = ["balances", "transactions"]

[revoke]
steps   = ["by-hand"]
by_hand = "Disable it there"
`

// TestASetupTokenIsPastedInATerminal: hidden, after what it could do was said; no page is opened.
func TestASetupTokenIsPastedInATerminal(t *testing.T) {
	o := newOwner(t)
	if err := os.MkdirAll(o.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.folder, "lantern.toml"), []byte(strings.Replace(bridgeFile, "API", o.bank.BridgeAPI(), 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	setup, err := o.bank.MakeSetupToken()
	if err != nil {
		t.Fatal(err)
	}
	o.hidden = []string{o.key, setup}
	o.in = strings.NewReader("y\nall\n")
	got := o.own(t, terminal.ExitOK, "link", "lantern")
	contains(t, got.err, "Your bank → Lantern → this computer. Sees all of it.", "You need: A setup token of its page.", "Its page: https://lantern.example/create",
		"can do more than read: Whatever the bridge allows", "Try it at My bridge, and seal it here?", "Asking My bridge whether it takes", "My bridge took it. It is sealed", "Reading Harbour Checking")
	contains(t, got.out, "Harbour Holiday savings ·· 3308", "Harbour Checking ·· 7751")
	if strings.Contains(got.out+got.err, setup) || strings.Contains(got.err, "browser") {
		t.Errorf("it prints the token, or waits for a browser:\n%s", got.err)
	}
	o.hidden = []string{o.key, setup}
	contains(t, o.own(t, terminal.ExitSignIn, "link", "lantern", "--yes").err, "did not take “Setup token”. Nothing was stored.", "It was used before, and works once")
	o.hidden = []string{o.key, "hello"}
	contains(t, o.own(t, terminal.ExitFailed, "link", "lantern", "--yes").err, "It is no setup token")
	o.hidden = nil
	o.own(t, terminal.ExitOK, "sync")
	if err := o.bank.DisableApps(); err != nil {
		t.Fatal(err)
	}
	contains(t, o.own(t, terminal.ExitSignIn, "sync").err, "The bridge no longer gives access")
	contains(t, o.own(t, terminal.ExitOK, "revoke", "my bridge", "--yes").out, "Revoked: these tokens no longer work, checked at")
}

// TestADroppedLinkSaysWhereItIsEnded: nothing here can end it any more.
func TestADroppedLinkSaysWhereItIsEnded(t *testing.T) {
	o := newOwner(t)
	if err := os.MkdirAll(o.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	file := strings.Replace(bridgeFile, "API", o.bank.BridgeAPI(), 1) + "by_hand_at = \"https://lantern.example/apps\"\n"
	if err := os.WriteFile(filepath.Join(o.folder, "lantern.toml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	setup, err := o.bank.MakeSetupToken()
	if err != nil {
		t.Fatal(err)
	}
	o.hidden = []string{o.key, setup}
	o.in = strings.NewReader("y\nall\n")
	o.own(t, terminal.ExitOK, "link", "lantern")
	o.hidden = nil
	where := []string{"Disable it there", "https://lantern.example/apps"}
	contains(t, o.own(t, terminal.ExitPending, "revoke", "--yes").err, where...)
	got := o.own(t, terminal.ExitOK, "revoke", "--drop", "--yes")
	contains(t, got.err, where...)
	contains(t, got.out, "Dropped here, never proved at the bank")
	contains(t, o.own(t, terminal.ExitOK, "banks").out, append(where, "Dropped here, never proved")...)
}
