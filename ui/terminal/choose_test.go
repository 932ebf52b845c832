package terminal_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coffer/sync/demobank"
	"coffer/ui/terminal"
)

type choice struct {
	Name, Number string
	Read, Asked  bool
}

// read are the last digits of the accounts that the links read, as the terminal tells.
func (r *rig) read(t *testing.T) string {
	t.Helper()
	var all []choice
	decode(t, r.ok(t, "accounts", "--json").out, &all)
	var read []string
	for _, a := range all {
		if a.Read {
			read = append(read, a.Number)
		}
		if !a.Asked {
			t.Errorf("nobody was asked about %+v", a)
		}
	}
	slices.Sort(read)
	return strings.Join(read, " ")
}

// TestAccountsAreChosenAtTheTerminal for a new link, by flag and by answer; no answer gives the consent back.
func TestAccountsAreChosenAtTheTerminal(t *testing.T) {
	r := linked(t)
	r.ok(t, "revoke", "--yes", "--erase")
	for in, want := range map[string]string{"y\n2290\n": "2290", "y\n3\n": "", "y\nall\n": "2290 4417 8036"} {
		r.in = strings.NewReader(in)
		contains(t, r.ok(t, "link", "--history-days", "20").err, "what you leave out never is", "Northlight Everyday ·· 2290")
		got := r.read(t)
		if want != "" && got != want || len(strings.Fields(got)) == 0 { // which is the third is the bank's business
			t.Errorf("%q: read are %s, want %s", in, got, want)
		}
		r.ok(t, "revoke", "--yes", "--erase")
	}
	for what, in := range map[string]string{"an empty line": "y\n\n", "no answer": "y\n"} {
		r.in = strings.NewReader(in)
		contains(t, r.ends(t, terminal.ExitCanceled, "link", "--history-days", "20").err, "Giving the consent back")
		if out := r.ok(t, "banks").out; out != "" {
			t.Errorf("%s leaves %s", what, out)
		}
	}
	r.ends(t, terminal.ExitUsage, "link", "--yes", "--accounts", "0000")
	r.ok(t, "link", "--yes", "--accounts", "2290, northlight reserve", "--history-days", "20")
	if got := r.read(t); got != "2290 8036" {
		t.Errorf("read are %s", got)
	}
	contains(t, r.ok(t, "banks").out, "Northlight card ·· 4417")
	contains(t, r.ok(t, "banks", "--record", "northlight bank").out, "Linked", "It can't move money", "Up to 20 days back", "Left out", "Northlight card ·· 4417", "This record")

	contains(t, r.ends(t, terminal.ExitUsage, "accounts", "--read", "nothing").err, "no account")
	contains(t, r.ok(t, "accounts", "--read", "4417", "--erase").err, "Erased: ", "and no others")
	r.ok(t, "sync")
	contains(t, r.ok(t, "accounts").out, "Northlight Everyday ·· 2290  not read", "Northlight card ·· 4417  read")
	r.ends(t, terminal.ExitUsage, "accounts", "booked-only", "0000")
	contains(t, r.ok(t, "accounts", "booked-only", "4417").err, "Booked transactions alone from now on")
	contains(t, r.ok(t, "accounts").out, "4417  read, without pending transactions")
	contains(t, r.ok(t, "accounts", "with-pending", "4417", "--json").out, `"booked_only": false`)
	contains(t, r.ok(t, "accounts").out, "4417  read\n")
	contains(t, r.ok(t, "accounts", "leave-out", "4417").err, "is left out of net worth")
	contains(t, r.ok(t, "balances", "--json").out, `"left_out": true`)
	contains(t, r.ok(t, "accounts", "count", "4417", "--json").out, `"left_out": false`)
	contains(t, r.ends(t, terminal.ExitUsage, "accounts", "leave-out", "0000").err, "0000")
	var records []struct {
		Kind, Hash, Previous string
		Shown                []struct{ Text string }
		Accounts             []struct {
			Number string
			Read   bool
		}
		Intact bool `json:"chain_intact"`
	}
	decode(t, r.ok(t, "banks", "--record", "Northlight Bank", "--json").out, &records)
	if last := records[0]; last.Kind != "accounts" || last.Previous != records[1].Hash || !last.Intact || len(last.Accounts) != 3 || len(records[1].Shown) < 3 {
		t.Errorf("records %+v", records)
	}
	r.ends(t, terminal.ExitUsage, "banks", "--record", "nobody")
	if out := r.ok(t, "balances").out; strings.Contains(out, "Everyday") || !strings.Contains(out, "4417") {
		t.Errorf("balances:\n%s", out)
	}
}

// TestABanksKeyIsToldBeforeItIsAskedFor: what a secret could do beside reading stands above its prompt.
func TestABanksKeyIsToldBeforeItIsAskedFor(t *testing.T) {
	o := newOwner(t)
	o.write(t, "harbour.toml", "")
	path := filepath.Join(o.folder, "harbour.toml")
	text, err := os.ReadFile(path)
	if err == nil {
		keyed := strings.NewReplacer(`"none"`, `"client_secret_post"`, `["client-id"]`, `["client-id", "client-secret"]`, "[person]", "[person]\ncan_more = \"It can pay your bills\"").Replace(string(text))
		err = os.WriteFile(path, []byte(keyed), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	o.in = strings.NewReader(demobank.ClientID + "\n")
	o.hidden = []string{o.key, "^C"}
	got := o.own(t, terminal.ExitCanceled, "link", "harbour", "--yes").err
	told, asked := strings.Index(got, "can do more than read: It can pay your bills"), strings.Index(got, "Client id: ")
	if told < 0 || asked < told || len(o.hidden) != 0 {
		t.Errorf("told at %d, asked at %d, %d answers left:\n%s", told, asked, len(o.hidden), got)
	}
}
