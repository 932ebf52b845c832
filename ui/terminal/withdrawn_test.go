package terminal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWhatLaterRowsExplainedIsSaidInTheTerminal brings the refund that lay between two charges after them.
func TestWhatLaterRowsExplainedIsSaidInTheTerminal(t *testing.T) {
	r := linked(t)
	day := strings.ReplaceAll(listed[shownRow](t, r, "transactions", "--account", "4417", "--limit", "1")[0].Date, "-", "")
	brings := func(name string, amounts ...string) {
		text := "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX>\n<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD\n" +
			"<BANKACCTFROM><BANKID>1<ACCTID>1111<ACCTTYPE>SAVINGS</BANKACCTFROM>\n<BANKTRANLIST><DTSTART>" + day + "<DTEND>" + day + "\n"
		for i, amount := range amounts {
			text += fmt.Sprintf("<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>%s<TRNAMT>%s<FITID>%s%d<NAME>Figtree</STMTTRN>\n", day, amount, name, i)
		}
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text+"</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1>\n</OFX>\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r.ok(t, "import", file)
	}
	id := func(args ...string) string {
		for _, a := range listed[struct{ ID, Detector, Account, Why string }](t, r, append([]string{"alerts"}, args...)...) {
			if a.Detector == "duplicate-charge" && strings.Contains(a.Why, "Figtree") { // statistics may tell of them, too, so soon after a theft
				return a.ID
			}
		}
		return ""
	}
	brings("twice.ofx", "-42.00", "-42.00")
	if id() == "" {
		t.Fatal("two equal charges are nothing")
	}
	brings("refund.ofx", "42.00")
	const because = "With what is known now, this is as usual for you"
	if id() != "" || id("--all") == "" {
		t.Fatalf("it waits as %q, and is listed as %q", id(), id("--all"))
	}
	contains(t, r.ok(t, "alerts", "--all").out, because)
	contains(t, r.ok(t, "alerts", "show", id("--all")).out, because)
	contains(t, r.ok(t, "alerts", "--all", "--json").out, `"because": "`+because)
}
