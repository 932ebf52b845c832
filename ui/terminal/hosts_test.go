package terminal_test

import (
	"encoding/json"
	"strings"
	"testing"

	"coffer/sync/demobank"
	"coffer/ui/terminal"
)

type hostRow struct{ Origin, Use, Answer, Was string }

func (r *rig) hosts(t *testing.T) (rows []hostRow) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.ok(t, "hosts", "--json").out), &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func (r *rig) nothingElsewhere(t *testing.T) {
	t.Helper()
	origin, calls := r.bank.Annex()
	if calls != 0 {
		t.Errorf("%d requests came to %s", calls, origin)
	}
}

// TestAHostIsAskedAboutBeforeALinkUsesIt: the question stands before the answer, no answer is no,
// and --yes is no answer to it.
func TestAHostIsAskedAboutBeforeALinkUsesIt(t *testing.T) {
	r := linked(t)
	if err := r.bank.Move(t.Context(), demobank.MovedSignIn, demobank.MovedToken); err != nil {
		t.Fatal(err)
	}
	origin, _ := r.bank.Annex()
	got := r.ends(t, terminal.ExitBank, "link", "--yes")
	contains(t, got.err, "Northlight Bank leads to addresses that its provider file does not list. Nothing was looked up there and nothing was sent.", strings.TrimPrefix(origin, "http://"),
		"the page where you sign in", "where tokens are given and renewed", "the metadata of 127.0.0.1:", "It would get the codes and refresh tokens of this link", "Allow all 2? [y/N]", "Nothing was sent there. You didn't allow it.")
	if before, _, _ := strings.Cut(got.err, "Allow all 2?"); !strings.Contains(before, "It would get the codes") {
		t.Errorf("asked before it was explained:\n%s", got.err)
	}
	r.nothingElsewhere(t)
	r.in = &answers{lines: []func(string) string{func(string) string { return "n" }}}
	r.ends(t, terminal.ExitBank, "link", "--yes")
	r.nothingElsewhere(t)

	r.in = &answers{lines: []func(string) string{func(string) string {
		r.nothingElsewhere(t)
		return "y"
	}}}
	r.ok(t, "link", "--yes")
	allowed := 0
	for _, row := range r.hosts(t) {
		if row.Origin == origin && row.Answer == "allowed" && (row.Use == "sign-in-page" || row.Use == "token") {
			allowed++
		}
	}
	if allowed != 2 {
		t.Errorf("the hosts are %+v", r.hosts(t))
	}
}

// TestAMoveIsAllowedAtTheTerminal has the bank move its API, and answers what the link then keeps.
func TestAMoveIsAllowedAtTheTerminal(t *testing.T) {
	r := linked(t)
	if err := r.bank.Move(t.Context(), demobank.MovedAPI); err != nil {
		t.Fatal(err)
	}
	origin, _ := r.bank.Annex()
	host := strings.TrimPrefix(origin, "http://")
	contains(t, r.ends(t, terminal.ExitBank, "sync").err, "127.0.0.1 sent Coffer to "+host+", which you did not approve. Nothing was sent there.", "there for good now")
	contains(t, r.ok(t, "hosts").out, "listed by its provider file", host+"  waits for you: where balances and transactions are read; asked by an answer of 127.0.0.1")
	contains(t, r.ends(t, terminal.ExitUsage, "hosts", "--allow", "evil.example").err, "was not led to evil.example")
	r.ok(t, "hosts", "--refuse", host)
	contains(t, r.ok(t, "hosts").out, "refused on")
	r.ends(t, terminal.ExitSignIn, "hosts", "--allow", host) // nobody answers
	r.ends(t, terminal.ExitBank, "sync")
	r.nothingElsewhere(t)
	r.in = strings.NewReader("y\n")
	contains(t, r.ok(t, "hosts", "--allow", host).err, "The next refresh uses it")
	r.ok(t, "sync")
	if rows := r.hosts(t); len(rows) != 2 || rows[1].Origin != origin || rows[1].Answer != "allowed" || rows[1].Use != "api" {
		t.Errorf("the hosts are %+v", rows)
	}
	if _, calls := r.bank.Annex(); calls == 0 {
		t.Error("the allowed host was not used")
	}
}
