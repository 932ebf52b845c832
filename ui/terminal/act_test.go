package terminal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coffer/app/secret"
	"coffer/sync/demobank"
	"coffer/ui/terminal"
)

var keyLine = regexp.MustCompile(`(?m)^ {4}([0-9A-Z]{4}(?: [0-9A-Z]{4}){3})$`)

// keyOn reads the recovery key that stands on the screen last.
func keyOn(screen string) string {
	lines := keyLine.FindAllStringSubmatch(screen, -1)
	if len(lines) < 2 {
		return ""
	}
	return lines[len(lines)-2][1] + " " + lines[len(lines)-1][1]
}

// setUp makes the vault, mistyping on the way, and returns the recovery key.
func (r *rig) setUp(t *testing.T) string {
	t.Helper()
	r.hidden = []string{"short", passphrase, "another one entirely", passphrase, passphrase}
	key := ""
	r.in = &answers{lines: []func(string) string{
		func(screen string) string {
			key = keyOn(screen)
			return strings.Replace(key, key[10:14], "ZZZZ", 1)
		},
		func(string) string { return strings.ToLower(key) },
	}}
	got := r.ok(t, "setup")
	r.in = nil
	contains(t, got.err, "too easy to guess", "The two differ", "Group 3 doesn't match", "The vault is made")
	if got.out != "" {
		t.Errorf("printed where results go: %q", got.out)
	}
	contains(t, r.ends(t, terminal.ExitFailed, "setup").err, "There is a vault here already")
	return key
}

func TestSetUpFromTheTerminal(t *testing.T) {
	r := started(t, t.TempDir())
	contains(t, r.ends(t, terminal.ExitNoVault, "sync").err, "coffer setup")
	r.hidden = []string{"^C"}
	r.ends(t, terminal.ExitCanceled, "setup")
	if got := r.byDescriptor(t, "short", "setup"); got.code != terminal.ExitLocked || !strings.Contains(got.err, "too easy") {
		t.Errorf("a weak passphrase by descriptor: %+v", got)
	}
	if r.setUp(t) == "" {
		t.Error("no recovery key was shown")
	}
}

func TestASetUpLeftUnfinishedIsAskedForAgain(t *testing.T) {
	r := started(t, t.TempDir())
	first := ""
	r.in = &answers{lines: []func(string) string{func(screen string) string { first = keyOn(screen); return "no idea" }}}
	contains(t, r.ends(t, terminal.ExitCanceled, "setup").err, "Group 1 doesn't match")

	contains(t, r.byDescriptor(t, passphrase, "balances").err, "never typed back")
	second := ""
	r.in = &answers{lines: []func(string) string{func(screen string) string { second = keyOn(screen); return second }}}
	contains(t, r.ok(t, "balances").err, "never typed back", "replaces it")
	r.in = nil
	if first == "" || first == second {
		t.Errorf("keys %q and %q", first, second)
	}
	if got := r.ok(t, "balances"); strings.Contains(got.err, "recovery") {
		t.Errorf("asked again: %s", got.err)
	}
}

// byDescriptor runs a command with the passphrase in a pipe.
func (r *rig) byDescriptor(t *testing.T, text string, args ...string) spoken {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := write.WriteString(text + "\n"); err != nil {
		t.Fatal(err)
	}
	write.Close()
	fd, err := dup(read)
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	return r.run(t.Context(), append([]string{"--passphrase-fd", fmt.Sprint(fd)}, args...)...)
}

func TestThePassphrase(t *testing.T) {
	r := linked(t)
	key := r.key
	if got := r.byDescriptor(t, strings.ToLower(key), "balances"); got.code != terminal.ExitOK {
		t.Errorf("the recovery key by descriptor: %+v", got)
	}
	r.hidden = []string{"ABCD-EFGH"}
	contains(t, r.ends(t, terminal.ExitLocked, "balances").err, "eight groups of four")
	r.key = ""
	if got := r.byDescriptor(t, passphrase, "balances"); got.code != terminal.ExitOK {
		t.Errorf("by descriptor: %+v", got)
	}
	if got := r.byDescriptor(t, "not the passphrase", "balances"); got.code != terminal.ExitLocked || got.out != "" {
		t.Errorf("a wrong one by descriptor: %+v", got)
	}
	r.hidden = []string{"not the passphrase"}
	contains(t, r.ends(t, terminal.ExitLocked, "balances").err, "doesn't open the vault")
	r.hidden = []string{"^C"}
	if got := r.ends(t, terminal.ExitCanceled, "balances"); got.out+got.err != "" {
		t.Errorf("cancelling is silent, said %+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := r.run(ctx, "balances"); got.code != terminal.ExitCanceled {
		t.Errorf("cancelled before it began: %+v", got)
	}
}

func TestLinkFromTheTerminal(t *testing.T) {
	r := linked(t)
	r.in = strings.NewReader("n\n")
	got := r.ends(t, terminal.ExitCanceled, "link")
	contains(t, got.err, "Nobody between", "It can't move money", "[y/N]")
	r.in = strings.NewReader("y\n9999\n1, 4417\n")
	contains(t, r.ok(t, "link", "--history-days", "20").err, "Asking the bank", "Approved. The tokens are sealed", "Nothing of them has been read yet",
		`no account "9999" here`, "Reading Northlight Everyday")
	r.in = nil
	var links []struct{ ID, State string }
	decode(t, r.ok(t, "banks", "--json").out, &links)
	if len(links) != 2 {
		t.Errorf("%d links", len(links))
	}

	contains(t, r.ends(t, terminal.ExitUsage, "link", "no-such-bank").err, provider)
	contains(t, r.ends(t, terminal.ExitUsage, "--without-bank", "link").err, "coffer --demo link")
	contains(t, r.ends(t, terminal.ExitUsage, "revoke").err, "which link?", links[0].ID, links[1].ID)
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

func TestSyncSaysWhatTheBankWants(t *testing.T) {
	r := linked(t)
	contains(t, r.ok(t, "sync").err, "Reading Northlight Everyday at Northlight Bank")
	for name, test := range map[string]struct {
		fault demobank.Fault
		code  int
		words string
	}{
		"bank down": {demobank.Fault{Kind: demobank.APIUnavailable, Times: 50}, terminal.ExitBank, "Northlight Bank: The bank is not answering as it should"},
	} {
		r.bank.Fail(test.fault)
		got := r.ends(t, test.code, "sync")
		contains(t, got.err, test.words)
		contains(t, got.out, "Northlight Everyday")
		if strings.Count(got.err, "What you see is what was read before") > 1 {
			t.Errorf("%s is said twice:\n%s", name, got.err)
		}
		r.bank.Heal()
	}

	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnauthorized, Times: 50})
	contains(t, r.ends(t, terminal.ExitSignIn, "sync").err, "sign in again")
	r.bank.Heal()
	contains(t, r.ends(t, terminal.ExitSignIn, "sync").err, "sign in again")
	contains(t, r.ok(t, "banks").out, "Sign in again")
	contains(t, r.ok(t, "link", "--yes").err, "renews the link")
	r.ok(t, "sync")
	var links []struct{ State string }
	decode(t, r.ok(t, "banks", "--json").out, &links)
	if len(links) != 1 || links[0].State != "active" {
		t.Errorf("links are %+v", links)
	}
	contains(t, r.ok(t, "link", "--yes", "--again", "northlight bank").err, "Approved")
}

func TestRevokeFromTheTerminal(t *testing.T) {
	r := linked(t)
	r.in = strings.NewReader("no\n")
	r.ends(t, terminal.ExitCanceled, "revoke")
	r.in = nil

	r.bank.Fail(demobank.Fault{Kind: demobank.RevokeUnavailable, Times: 10})
	stopped := r.ends(t, terminal.ExitPending, "revoke", "--yes", "--json")
	contains(t, stopped.err, "✗", "not yet revoked at the bank", "The bank didn't confirm that the consent ended.")
	var receipt struct {
		Proved bool
		Hash   string
		Steps  []struct {
			Step, Answer string
			OK           bool
		}
	}
	if decode(t, stopped.out, &receipt); receipt.Proved || len(receipt.Steps) == 0 {
		t.Errorf("the receipt says %+v", receipt)
	}
	contains(t, r.ok(t, "banks").out, "Stopped here")
	r.bank.Heal()

	r.in = strings.NewReader("y\ny\n")
	got := r.ok(t, "revoke")
	contains(t, got.err, "✓ The bank answered: consent ended", "✓ Both tokens handed back", "✓ The old access token is refused", "✓ The old refresh token is refused")
	contains(t, got.out, "Revoked, and proved", "Receipt ", "Erased: ", "Search index: ", "The vault has had a new key since")
	if strings.TrimSpace(r.ok(t, "balances", "--json").out) != "[]" {
		t.Error("what was read is still there")
	}
	contains(t, r.ends(t, terminal.ExitUsage, "revoke").err, "no bank is linked")
	contains(t, r.ok(t, "ledger", "--verify").err, "whole")
}

// TestAReceiptIsSavedAndVerified, and what is erased is reported, by the terminal alone.
func TestAReceiptIsSavedAndVerified(t *testing.T) {
	r := linked(t)
	r.ok(t, "revoke", "--yes", "--keep")
	path := filepath.Join(t.TempDir(), "receipt.pdf")
	contains(t, r.ok(t, "receipt", "--pdf", path).err, path)
	r.ends(t, terminal.ExitUsage, "receipt", "--pdf", path) // it is there
	var report struct {
		Gone []struct {
			What  string
			Count int
		}
		Receipt string
	}
	if decode(t, r.ok(t, "erase", "--yes", "--json").out, &report); len(report.Gone) < 8 || report.Receipt == "" {
		t.Errorf("the report is %+v", report)
	}
	contains(t, r.ok(t, "erase").out, "Erased: Northlight Bank", "Every page was written anew") // told again
	contains(t, r.ok(t, "receipt", "--verify", path).out, "Genuine: as it was written, receipt 1 of 3")
	var verdict struct {
		Verdict string
		Page    bool `json:"page_says_the_same"`
	}
	if decode(t, r.ok(t, "receipt", "--verify", path, "--json").out, &verdict); verdict.Verdict != "genuine" || !verdict.Page {
		t.Errorf("the verdict is %+v", verdict)
	}
	text := r.ok(t, "receipt", "--json").out
	changed := filepath.Join(t.TempDir(), "changed.json")
	if err := os.WriteFile(changed, []byte(strings.Replace(text, "invalid_grant", "invalid_grace", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	contains(t, r.ends(t, terminal.ExitFailed, "receipt", "--verify", changed).err, "Altered")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(changed, append(raw, '\n'), 0o600); err != nil { // a page beside a genuine attachment
		t.Fatal(err)
	}
	contains(t, r.ok(t, "receipt", "--verify", changed).err, "The page itself is not the one")
	r.ends(t, terminal.ExitUsage, "receipt", "--verify", "act_test.go")
}

func TestRevokeWithoutQuestions(t *testing.T) {
	r := linked(t)
	var receipt struct {
		Proved bool
		Steps  []struct{ Step string }
	}
	decode(t, r.ok(t, "revoke", "--yes", "--json").out, &receipt)
	if !receipt.Proved || len(receipt.Steps) < 5 {
		t.Errorf("the receipt says %+v", receipt)
	}
	contains(t, r.ok(t, "balances").out, "Northlight Everyday")
	contains(t, r.ends(t, terminal.ExitUsage, "revoke", "--keep", "--erase").err, "keep", "erase")
}

func TestImportFromTheTerminal(t *testing.T) {
	r := linked(t)
	const sample = "../../assets/samples/harbour-statement.ofx"
	contains(t, r.ok(t, "import", sample, "--dry-run").out, "harbour-statement.ofx, nothing stored yet: 6 new, 0 already there")
	var done struct {
		New, Updated int
		Same         int `json:"already_there"`
		Undo         []int64
	}
	if decode(t, r.ok(t, "import", sample, "--json").out, &done); done.New != 6 || len(done.Undo) != 1 {
		t.Errorf("imported %+v", done)
	}
	contains(t, r.ok(t, "import", sample).out, "0 new, 6 already there")
	contains(t, r.ok(t, "transactions", "--account", "5530").out, "Quay Hardware")
	contains(t, r.ok(t, "undo-import", fmt.Sprint(done.Undo[0])).err, "as it was before")
	contains(t, r.ok(t, "transactions", "--search", "Quay Hardware").err, "Nothing matches")
	contains(t, r.ends(t, terminal.ExitFailed, "undo-import", fmt.Sprint(done.Undo[0])).err, "isn't there any more")
	contains(t, r.ends(t, terminal.ExitUsage, "undo-import", "x").err, `"x"`)
	fresh := r.ok(t, "import", sample)
	_, undo, _ := strings.Cut(fresh.err, "To take it back: coffer undo-import ")
	hardware := listed[shownRow](t, r, "transactions", "--search", "Quay Hardware")[0].ID
	r.ok(t, "transactions", "delete", hardware)
	r.ok(t, "undo-import", strings.TrimSpace(undo))
	if gone := listed[shownRow](t, r, "transactions", "--deleted"); len(gone) != 1 || gone[0].ID != hardware || gone[0].Account == "" {
		t.Errorf("deleted of a file that was undone are %+v", gone)
	}
	contains(t, r.ok(t, "transactions", "undelete", hardware).err, "1 row is back")
	contains(t, r.ok(t, "transactions", "--account", "5530").out, "Quay Hardware")

	dir := t.TempDir()
	for name, test := range map[string]struct {
		text  string
		code  int
		words []string
	}{
		"cut.ofx":     {"OFXHEADER:100\n\n<OFX>\n<BANKMSGSRSV1><STMTTRNRS>", terminal.ExitFile, []string{"line 4", "It holds no statement"}},
		"letter.txt":  {"Dear bank", terminal.ExitFile, []string{"doesn't know this kind of file"}},
		"missing.ofx": {"", terminal.ExitUsage, []string{"missing.ofx", "no such file"}},
	} {
		path := filepath.Join(dir, name)
		if test.text != "" {
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got := r.ends(t, test.code, "import", path)
		contains(t, got.err, test.words...)
		if got.out != "" {
			t.Errorf("%s: printed %q", name, got.out)
		}
	}
}

func TestUsage(t *testing.T) {
	r := linked(t)
	for args, words := range map[string]string{
		"nonsense":                      "coffer help",
		"balances extra":                "coffer help",
		"balances --nonsense":           "--nonsense",
		"transactions --from yesterday": "yesterday",
		"transactions --account zzz":    "coffer balances",
		"transactions --account north":  "--json",
		"import":                        "coffer help",
	} {
		if got := r.ends(t, terminal.ExitUsage, strings.Fields(args)...); got.out != "" {
			t.Errorf("%s: printed where results go: %q", args, got.out)
		} else {
			contains(t, got.err, words)
		}
	}
	help := r.ok(t, "help")
	contains(t, help.out, "Exit codes:", "transactions", "undo-import", "coffer demo")
	if strings.Contains(help.out, "completion") {
		t.Error("the help shows what nobody looks for")
	}
	for _, line := range strings.Split(help.out, "\n") {
		if len(line) > 110 {
			t.Errorf("a line of the help is too wide: %q", line)
		}
	}
	contains(t, r.ok(t, "--version").out, "1.2.3")
	contains(t, r.runBare(t.Context()).err, "There is no display")
}

func TestOneProcessHoldsTheVault(t *testing.T) {
	r := linked(t)
	other, err := r.open(t.Context(), terminal.Place{Dir: r.dir, Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Coffer.Unlock(t.Context(), secret.New(passphrase)); err != nil {
		t.Fatal(err)
	}
	contains(t, r.ends(t, terminal.ExitInUse, "balances").err, "already open with this vault")
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	r.ok(t, "balances")
}

func TestTheDemoTellsItsStory(t *testing.T) {
	r := started(t, t.TempDir())
	got := r.ok(t, "demo")
	contains(t, got.out, " 1  A vault is made", "is linked: 3 accounts", "from the vault alone", "Corner Fuel twice", "6 new rows. Read again: 0 new rows",
		"Revoked, and proved. Receipt ", "grant revoked", "refresh token refused", "is erased:", "ledger of connections is whole", "The story is told")
	left, err := filepath.Glob(filepath.Join(r.dir, "story*"))
	if err != nil || len(left) != 0 {
		t.Errorf("the demo left %v behind", left)
	}
}
