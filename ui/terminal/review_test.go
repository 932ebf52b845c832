package terminal_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/ui/terminal"
)

type shownRow struct {
	ID, Date, Payee, Account string
	Amount                   struct{ Amount, Currency string }
}

type shownReview struct {
	Row, Other  shownRow
	Verdict, At string
}

func listed[T any](t *testing.T, r *rig, args ...string) (all []T) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.ok(t, append(args, "--json")...).out), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestReviewsFromTheTerminal imports a file with a row that the bank dates and words differently.
func TestReviewsFromTheTerminal(t *testing.T) {
	r := linked(t)
	var row struct {
		ID, Date, Payee, Account string
		Amount                   struct{ Amount, Currency string }
	}
	for _, one := range listed[struct {
		ID, Date, Payee, Account string
		Amount                   struct{ Amount, Currency string }
	}](t, r, "transactions", "--account", "4417", "--search", "Voltbay") {
		row = one
	}
	day := strings.ReplaceAll(row.Date, "-", "")
	file := filepath.Join(t.TempDir(), "odd.ofx")
	text := "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX>\n<CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><CCSTMTRS><CURDEF>" + row.Amount.Currency +
		"\n<CCACCTFROM><ACCTID>4417</CCACCTFROM>\n<BANKTRANLIST><DTSTART>" + day + "<DTEND>" + day + "\n" +
		fmt.Sprintf("<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>%s<TRNAMT>%s<FITID>odd<NAME>QX ODD WORDS</STMTTRN>\n", day, row.Amount.Amount) +
		"</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1>\n</OFX>\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r.ok(t, "import", file, "--into", row.Account)
	waiting := listed[shownReview](t, r, "review")
	if len(waiting) != 1 || waiting[0].Other.ID != row.ID || waiting[0].Row.Payee != "QX ODD WORDS" {
		t.Fatalf("waiting are %+v", waiting)
	}
	id := waiting[0].Row.ID
	contains(t, r.ok(t, "review").out, id[len(id)-8:]+" "+row.ID[len(row.ID)-8:], "QX ODD WORDS", "Voltbay Electronics", "Perhaps the same")
	contains(t, r.ends(t, terminal.ExitUsage, "review", "merge", id, "nonsense").err, "nonsense")
	if len(listed[shownReview](t, r, "review")) != 1 {
		t.Fatal("a command that named an unknown review decided another")
	}
	contains(t, r.ok(t, "review", "merge", id[len(id)-8:]).err, "1 decision kept")
	if done := listed[shownReview](t, r, "review", "--decided"); len(done) != 1 || done[0].Verdict != "merged" || done[0].At == "" {
		t.Errorf("decided are %+v", done)
	}
	r.ok(t, "review", "undo", id)
	r.ok(t, "review", "keep", id[len(id)-8:], row.ID[len(row.ID)-8:])
	if left := listed[shownReview](t, r, "review"); len(left) != 0 {
		t.Errorf("waiting are %+v", left)
	}
	contains(t, r.ok(t, "review", "--decided").out, "both-kept")
}

func TestRowsAreDeletedAndBroughtBackFromTheTerminal(t *testing.T) {
	r := linked(t)
	all := listed[shownRow](t, r, "transactions", "--limit", "100000")
	row := all[len(all)-1]
	end := row.ID[len(row.ID)-8:]
	contains(t, r.ok(t, "transactions", "--limit", "100000", "--ids").out, end)
	contains(t, r.ends(t, terminal.ExitUsage, "transactions", "delete", end, "nonsense").err, "nonsense", "--ids")
	if n := len(listed[shownRow](t, r, "transactions", "--limit", "100000")); n != len(all) {
		t.Fatal("a command that named an unknown row deleted another")
	}
	contains(t, r.ok(t, "transactions", "delete", end, row.ID).err, "1 row deleted", "undelete", end)
	if n := len(listed[shownRow](t, r, "transactions", "--limit", "100000")); n != len(all)-1 {
		t.Errorf("%d rows are left of %d", n, len(all))
	}
	if gone := listed[shownRow](t, r, "transactions", "--deleted"); len(gone) != 1 || gone[0].ID != row.ID || gone[0].Account == "" {
		t.Errorf("deleted are %+v", gone)
	}
	contains(t, r.ok(t, "transactions", "--deleted").out, end)
	contains(t, r.ok(t, "transactions", "undelete", end).err, "1 row is back")
	if n := len(listed[shownRow](t, r, "transactions", "--limit", "100000")); n != len(all) {
		t.Errorf("%d rows of %d are back", n, len(all))
	}
	contains(t, r.ends(t, terminal.ExitUsage, "transactions", "undelete", end).err, "--deleted")
}

func TestTransfersFromTheTerminal(t *testing.T) {
	r := linked(t)
	type pair struct {
		Out, In shownRow
		State   string
	}
	linkedOnes := listed[pair](t, r, "transfers", "--state", "linked")
	if len(linkedOnes) == 0 {
		t.Fatal("no transfer was found")
	}
	p := linkedOnes[0]
	contains(t, r.ok(t, "transfers", "--state", "linked").out, p.Out.ID[len(p.Out.ID)-8:], "Between your own accounts")
	r.ok(t, "transfers", "reject", p.In.ID)
	if got := listed[pair](t, r, "transfers", "--state", "rejected"); len(got) != 1 || got[0].Out.ID != p.Out.ID {
		t.Errorf("rejected are %+v", got)
	}
	r.ok(t, "transfers", "undo", p.Out.ID)
	if got := listed[pair](t, r, "transfers"); len(got) == 0 {
		t.Error("nothing is proposed after a rejection was taken back")
	}
	contains(t, r.ok(t, "transfers", "link", p.Out.ID, p.In.ID).err, "1 decision kept")
	if got := listed[pair](t, r, "transfers", "--state", "linked"); len(got) != len(linkedOnes) {
		t.Errorf("%d are linked, %d before", len(got), len(linkedOnes))
	}
	r.ok(t, "transfers", "reject", p.Out.ID)
	r.ok(t, "transfers", "mark", p.In.ID, p.Out.ID)
	contains(t, r.ok(t, "transfers", "--state", "linked").out, "You said that it is a transfer.")
	contains(t, r.ends(t, terminal.ExitUsage, "transfers", "mark", p.In.ID, p.Out.ID).err, "in no other transfer")
	contains(t, r.ends(t, terminal.ExitUsage, "balances", "accept", p.Out.Account).err, "don't differ")
	contains(t, r.ends(t, terminal.ExitUsage, "transfers", "--state", "odd").err, "proposed, linked or rejected")
}
