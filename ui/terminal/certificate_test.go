package terminal_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/sync/demobank"
	"coffer/sync/wire/wiretest"
	"coffer/ui/terminal"
)

// TestACertificateIsReadToItsEnd: a chain and its key are pasted in lines. None is left for the shell, none
// is printed, and what is wrong is said before anybody is asked for anything.
func TestACertificateIsReadToItsEnd(t *testing.T) {
	o := newOwner(t)
	o.write(t, "harbour.toml", "")
	path := filepath.Join(o.folder, "harbour.toml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Nobody is at that port: the certificate is checked by then.
	shown := strings.NewReplacer(`"none"`, `"tls_client_auth"`, `["client-id"]`, `["client-id", "certificate", "key"]`, "http://"+o.bank.Addr(), "https://127.0.0.1:1").Replace(string(text))
	if err := os.WriteFile(path, []byte(shown), 0o600); err != nil {
		t.Fatal(err)
	}
	authority := wiretest.NewAuthority(t)
	mine, other := authority.Issue(t, wiretest.Leaf{Client: true}).Certificates[0], authority.Issue(t, wiretest.Leaf{Client: true}).Certificates[0]
	block := func(kind string, raw []byte, err error) []string {
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}))), "\n")
	}
	chain := append(block("CERTIFICATE", mine.Leaf.Raw, nil), block("CERTIFICATE", authority.Certificate.Raw, nil)...)
	raw, err := x509.MarshalPKCS8PrivateKey(mine.PrivateKey)
	key := block("PRIVATE KEY", raw, err)
	raw, err = x509.MarshalPKCS8PrivateKey(other.PrivateKey)
	for said, test := range map[string]struct {
		key  []string
		code int
	}{
		"The bank didn't answer":               {key, terminal.ExitBank},
		"It isn't the key of this certificate": {block("PRIVATE KEY", raw, err), terminal.ExitFailed},
	} {
		theKey := test.key
		o.in, o.hidden = strings.NewReader(demobank.ClientID+"\n"), append(append(append([]string{o.key}, chain...), ""), theKey...)
		got := o.own(t, test.code, "link", "harbour", "--yes")
		contains(t, got.err, said)
		if len(o.hidden) != 0 || strings.Contains(got.out+got.err, theKey[1]) {
			t.Errorf("%d lines are left; printed\n%s", len(o.hidden), got.err)
		}
	}
}
