package terminal_test

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coffer/sync/demobank"
	"coffer/ui/terminal"
)

// told is what CONTRIBUTING.md tells who adds a bank: the whole file, the lines that lead it to the demo
// bank, and the client id there.
func told(t *testing.T) (file string, lines []string, clientID string) {
	t.Helper()
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	id := regexp.MustCompile("The client id is `([^`]+)`").FindStringSubmatch(string(text))
	if len(blocks) != 2 || id == nil {
		t.Fatalf("CONTRIBUTING.md has %d pieces of a provider file, client id %q", len(blocks), id)
	}
	return blocks[0][1], strings.Split(strings.TrimSpace(blocks[1][1]), "\n"), id[1]
}

// TestANewcomerAddsABank follows CONTRIBUTING.md and knows nothing else: the file as it stands there, its
// lines for the demo bank with the port that is shown, put into the folder that the program names. It is
// linked, read, signed in again and revoked with proof by the commands.
func TestANewcomerAddsABank(t *testing.T) {
	o := newOwner(t)
	file, lines, clientID := told(t)
	_, port, err := net.SplitHostPort(o.bank.Addr()) // as the gallery of the demo shows it
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		key, _, _ := strings.Cut(line, " ")
		line = strings.ReplaceAll(line, "PORT", port)
		own := regexp.MustCompile(`(?m)^` + key + ` .*$`)
		switch {
		case own.MatchString(file):
			file = own.ReplaceAllLiteralString(file, line)
		case strings.Contains(line, "at the top"):
			file = strings.Replace(file, "\n\n[", "\n"+line+"\n\n[", 1)
		default:
			t.Fatalf("where does %q go?", line)
		}
	}
	said := o.own(t, terminal.ExitOK, "banks", "--available").err
	folder := regexp.MustCompile(`go into (.+?)\.\n`).FindStringSubmatch(said)
	if folder == nil {
		t.Fatalf("no folder is named:\n%s", said)
	}
	if err := os.MkdirAll(folder[1], 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder[1], "harbour.toml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	contains(t, o.own(t, terminal.ExitOK, "banks", "--available").out, "harbour  Harbour Bank", "Not from Coffer", "For testing: this bank is on this computer")

	o.in = strings.NewReader(clientID + "\ny\nall\n") // to the question of the file, whether the browser may open, and which accounts
	contains(t, o.own(t, terminal.ExitOK, "link", "harbour").err, "For testing", "Nobody between", "Client id: ", "Open Harbour Bank's page in the browser?")
	o.in = strings.NewReader("")
	before := len(strings.Split(o.own(t, terminal.ExitOK, "transactions").out, "\n"))
	o.own(t, terminal.ExitOK, "sync")
	if after := len(strings.Split(o.own(t, terminal.ExitOK, "transactions").out, "\n")); before < 20 || after != before {
		t.Errorf("%d rows, %d after another read", before, after)
	}
	o.own(t, terminal.ExitOK, "link", "harbour", "--again", "harbour bank", "--client-id", clientID, "--yes")
	o.own(t, terminal.ExitOK, "revoke", "harbour bank", "--yes")
	contains(t, o.own(t, terminal.ExitOK, "banks", "--json").out, `"revoked"`)
	ended := 0
	for _, e := range o.bank.Events() {
		if e.Kind == demobank.GrantRevoked {
			ended++
		}
	}
	if ended == 0 {
		t.Errorf("the bank saw %v", o.bank.Events())
	}
}
