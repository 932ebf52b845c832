package terminal_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/ui/terminal"
)

type answered struct{ Answer string }

type shownDispute struct {
	ID, Alert, Stage, Limit, Phone, Pack string
	Items, Related                       []shownRow
	Clocks                               []struct {
		Rule, Whose, By string
		Readings        map[string]string
		Sure            bool
	}
	Steps []struct{ Step, Done string }
	Note  string
}

func (r *rig) dispute(t *testing.T, args ...string) (d shownDispute) {
	t.Helper()
	decode(t, r.ok(t, append([]string{"--json", "dispute"}, args...)...).out, &d)
	return d
}

// by is the day of a clock of d.
func (d shownDispute) by(rule string) string {
	for _, c := range d.Clocks {
		if c.Rule == rule {
			return c.By
		}
	}
	return "no such clock"
}

func disputed(t *testing.T, r *rig) shownDispute {
	t.Helper()
	alerts := listed[struct{ ID string }](t, r, "alerts")
	return r.dispute(t, "open", alerts[0].ID)
}

func TestADisputeFromTheTerminal(t *testing.T) {
	r := linked(t)
	contains(t, r.ok(t, "dispute").err, "No dispute is open")
	contains(t, r.ends(t, terminal.ExitUsage, "dispute", "show").err, "0 disputes are open")
	d := disputed(t, r)
	if d.Alert == "" || d.Pack != "unauthorised" || len(d.Items) == 0 || !strings.HasPrefix(d.Limit, "Today") || !strings.Contains(d.Note, "not legal advice") {
		t.Fatalf("opened: %+v", d)
	}
	if left := listed[answered](t, r, "alerts", "--all"); !slices.Contains(left, answered{"not-mine"}) {
		t.Errorf("the alert is answered %+v", left)
	}
	id := d.ID[len(d.ID)-8:]
	for _, answer := range [][]string{{"country", "us"}, {"instrument", "credit-card"}, {"statement", "2026-11-30"}, {"phone", "+1 555 0142 808"}, {"name", "Nora Whitfield", "12 Alder Street"}} {
		contains(t, r.ok(t, append([]string{"dispute", "set", id}, answer...)...).err, "Noted", id)
	}
	shown := r.ok(t, "dispute", "show").out
	contains(t, shown, "Contact your bank now", "29 January 2027", "1026.13", "+1 555 0142 808, stored by you", "freeze", "at most $50", "not legal advice")
	if d = r.dispute(t, "show", id); d.by("us-credit-letter") != "2027-01-29" || d.Phone != "+1 555 0142 808" {
		t.Errorf("answered: %+v", d)
	}
	contains(t, r.ok(t, "dispute", "show", id, "--letter").out, "Nora Whitfield", "I did not make, authorise or benefit", "1026.12(b)", "Never save or send a PIN")

	r.ok(t, "dispute", "step", id, "freeze")
	r.ok(t, "dispute", "step", id, "call")
	contains(t, r.ends(t, terminal.ExitFailed, "dispute", "step", id, "call").err, "can't follow", "Nothing was changed")
	contains(t, r.ends(t, terminal.ExitUsage, "dispute", "step", id, "dance").err, "freeze, call")
	r.ok(t, "dispute", "track", id, "credited", "--day", time.Now().Format(time.DateOnly))
	if d = r.dispute(t, "show", id); d.Stage != "credited" || d.Steps[1].Done == "" {
		t.Errorf("credited: %+v", d)
	}
	r.ok(t, "dispute", "undo", id)
	r.ok(t, "dispute", "track", id, "refused")
	r.ok(t, "dispute", "close", id)
	contains(t, r.ok(t, "dispute", "list").err, "No dispute is open")
	contains(t, r.ok(t, "dispute", "--all").out, id, "closed")
	r.ok(t, "dispute", "undo", id)
	contains(t, r.ok(t, "dispute", "list").out, "decided: refused")
	r.ok(t, "dispute", "delete", id)
	contains(t, r.ends(t, terminal.ExitUsage, "dispute", "show", id).err, "coffer dispute list")
}

func TestWrongWordsOfADispute(t *testing.T) {
	r := linked(t)
	d := disputed(t, r)
	for _, args := range [][]string{
		{"set", d.ID, "country", "nowhere"}, {"set", d.ID, "colour", "red"}, {"set", d.ID, "learned", "yesterday"}, {"set", d.ID, "phone", "the one in the e-mail"},
		{"track", d.ID, "vanished"}, {"track", d.ID, "refund"}, {"track", d.ID, "paid", "row"}, {"track", d.ID, "reported", "--day", "soon"},
		{"track", d.ID, "refund", "nothing"}, {"open", "nothing"}, {"export", d.ID},
	} {
		r.ends(t, terminal.ExitUsage, append([]string{"dispute"}, args...)...)
	}
	contains(t, r.ends(t, terminal.ExitFailed, "dispute", "track", d.ID, "paid").err, "can't follow")
	r.ok(t, "dispute", "mine", d.ID)
	if left := listed[answered](t, r, "alerts", "--all"); !slices.Contains(left, answered{"mine"}) {
		t.Errorf("the alert is answered %+v", left)
	}
}

func TestRowsAreDisputedFromTheTerminal(t *testing.T) {
	r := linked(t)
	rows := listed[shownRow](t, r, "transactions", "--account", "4417", "--limit", "10")
	var out []string
	for _, row := range rows {
		if strings.HasPrefix(row.Amount.Amount, "-") && len(out) < 2 {
			out = append(out, row.ID)
		}
	}
	if d := r.dispute(t, append([]string{"open"}, out...)...); len(d.Items) != 2 || d.Alert != "" || d.Pack != "" || !strings.Contains(d.Limit, "Say whether you") {
		t.Errorf("opened: %+v", d)
	}
}

// The letter and the evidence are new files: none is written over.
func TestALetterIsExported(t *testing.T) {
	r := linked(t)
	d := disputed(t, r)
	dir := t.TempDir()
	pdf, csv := filepath.Join(dir, "letter.pdf"), filepath.Join(dir, "evidence.csv")
	contains(t, r.ok(t, "dispute", "export", d.ID, "--pdf", pdf, "--csv", csv).err, pdf, csv, "you send it")
	letter, err := os.ReadFile(pdf)
	if err != nil || !bytes.HasPrefix(letter, []byte("%PDF-")) {
		t.Fatal(err)
	}
	rows, err := os.ReadFile(csv)
	if err != nil || strings.Count(string(rows), "\r\ndisputed,") != len(d.Items) || strings.Count(string(rows), "\r\nrelated,") != len(d.Related) {
		t.Fatalf("%v:\n%s", err, rows)
	}
	contains(t, r.ends(t, terminal.ExitUsage, "dispute", "export", d.ID, "--pdf", pdf).err, "is there already")
	if again, err := os.ReadFile(pdf); err != nil || !bytes.Equal(again, letter) {
		t.Error("a file was written over")
	}
}
