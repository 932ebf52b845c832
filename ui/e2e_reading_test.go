//go:build e2e

package ui_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReviewAndReading: a statement that words and dates a row of the bank's otherwise leads to a question, which is
// answered and taken back by key; then a slow bank is read, which shows how far it is and can be stopped.
func TestReviewAndReading(t *testing.T) {
	r := newRig(t)
	w := r.open([]string{"--demo"})
	makeVault(t, w)
	linkDemo(t, w)
	review(t, w)
	stopReading(t, w)
	w.close()
}

// review imports a doubtful file over the demo's rows, and works the queue.
func review(t *testing.T, w *window) {
	t.Helper()
	file := w.doubtful()
	out, trouble, code := w.plain("--demo", "import", file, "--into", "4417")
	if code != 0 {
		t.Fatalf("import: %d %s%s", code, out, trouble)
	}
	w.key("ctrl+2")
	w.see("1 row may be there twice")
	w.shot("review-strip")
	w.key("v")
	w.see("Are these the same movement?")
	w.see("QX ODD WORDS")
	w.shot("review")
	w.key("m")
	w.see("Merged.")
	w.see("Nothing to review")
	w.key("u")
	w.see("Are these the same movement?")
	w.key("k")
	w.see("Both are kept.")
	w.see("Nothing to review")
	w.click("Decided")
	w.see("You kept both on")
	w.shot("review-decided")
	w.key("u")
	w.see("1 left")
	w.key("Escape")
	w.see("How it got here")
}

// doubtful writes a statement whose one row is a row of the bank's, in other words.
func (w *window) doubtful() string {
	w.t.Helper()
	out, trouble, code := w.plain("--demo", "transactions", "--account", "4417", "--search", "Voltbay", "--json")
	var rows []struct {
		Date   string
		Amount struct{ Amount, Currency string }
	}
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) == 0 {
		w.t.Fatalf("the register: %d %s%s %v", code, out, trouble, err)
	}
	row, day := rows[0], strings.ReplaceAll(rows[0].Date, "-", "")
	text := "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX>\n" +
		"<CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><CCSTMTRS><CURDEF>" + row.Amount.Currency +
		"\n<CCACCTFROM><ACCTID>4417</CCACCTFROM>\n<BANKTRANLIST><DTSTART>" + day + "<DTEND>" + day + "\n" +
		fmt.Sprintf("<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>%s<TRNAMT>%s<FITID>odd<NAME>QX ODD WORDS</STMTTRN>\n", day, row.Amount.Amount) +
		"</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1>\n</OFX>\n"
	file := w.path("odd.ofx")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return file
}

// stopReading makes the bank slow, has it read, and stops that.
func stopReading(t *testing.T, w *window) {
	t.Helper()
	w.key("ctrl+4")
	w.see("Refresh all")
	w.slowBank("on")
	w.click("Refresh all")
	w.see("Stop reading")
	w.shot("reading")
	w.click("Stop reading")
	w.gone("Stop reading")
	w.see("Refresh all")
	w.slowBank("off")
	w.click("Refresh all")
	w.gone("Stop reading")
	w.see("Refresh all")
}

// slowBank presses a switch on the demo bank's own page.
func (w *window) slowBank(to string) {
	w.t.Helper()
	found, err := filepath.Glob(w.path("*", "*", "demo-bank.addr"))
	if more, err2 := filepath.Glob(w.path("*", "*", "*", "demo-bank.addr")); err == nil {
		found, err = append(found, more...), err2
	}
	if err != nil || len(found) != 1 {
		w.t.Fatalf("where the demo bank is stands in %v, %v", found, err)
	}
	address, err := os.ReadFile(found[0])
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := http.PostForm("http://"+strings.TrimSpace(string(address))+"/faults", url.Values{"bank": {""}, "act": {"slow " + to}})
	if err != nil {
		w.t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		w.t.Fatalf("the switch answers %s", answer.Status)
	}
}
