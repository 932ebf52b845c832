//go:build !race

// Under the race detector the processes below would take minutes; other tests run what they run.

package app_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	clearRows  = 1000 // of the imported statement, each with a canary in payee and memo
	clearNotes = 25
)

// clearMay are the files that the program makes, and no others: a file that is gone before it can
// be read, as SQLite's own temporary ones, still has a name.
var clearMay = regexp.MustCompile(`^(home/coffer\.log|data/coffer/(demo-bank\.(json|addr)|\.demobank-[0-9]+|demo/vault2?\.(lock|(key|key\.bak|map|db)(\.new)?|db-wal)))$`)

// clearRun is the program's life as its parent sees it: one process after the other.
type clearRun struct {
	*testing.T
	tree    *clearTree
	needles map[clearNeedle]bool
	next    clearOrder
	kept    map[string][]byte // exports
	outside bool              // a child could write elsewhere
	steps   int
}

// clearCanary is text that can be nowhere by chance.
func clearCanary(size int) string {
	raw := make([]byte, size)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(raw)
}

// TestNothingReadableTouchesTheDisk lets the program live through set-up, link, reads, searches,
// imports, kills, revocation and erasure, in processes and folders of its own, and looks for all
// that it knew in every byte that any of its files was seen to hold.
func TestNothingReadableTouchesTheDisk(t *testing.T) {
	if os.Getenv(clearVariable) != "" {
		os.Exit(clearMain())
	}
	r := newClearRun(t)
	r.live("story")
	r.kill("refresh", syscall.SIGKILL, 9)
	r.next.Statement = r.statement()
	r.kill("import", syscall.SIGKILL, 4)
	r.kill("refresh", syscall.SIGQUIT, 5) // the runtime writes its stacks into the log
	r.live("ending")

	patterns := r.patterns()
	hits, scanned := r.tree.scan(patterns)
	for p, block := range hits {
		t.Errorf("%s is readable as %s in %s, first seen after %q", p.Kind, p.form, block.path, block.after)
	}
	for name := range r.tree.files {
		if !clearMay.MatchString(name) {
			t.Errorf("%s was made: no such file is known", name)
		}
	}
	t.Logf("%d steps, %d files read %d times, %d distinct MiB", r.steps, len(r.tree.files), r.tree.reads, scanned>>20)
	t.Logf("%d needles in %d forms (%s): %d hits; files outside could be written: %v", len(r.needles), len(patterns), r.kinds(), len(hits), r.outside)
	r.control(patterns)
}

func newClearRun(t *testing.T) *clearRun {
	r := &clearRun{
		T: t, tree: newClearTree(t, "home", "tmp", "cache", "data", "config", "state", "run"), needles: map[clearNeedle]bool{}, kept: map[string][]byte{},
	}
	r.next = clearOrder{Passphrase: "quiet " + clearCanary(8) + " harbour lamp", Statement: r.statement()}
	r.know("passphrase", r.next.Passphrase)
	for range clearNotes {
		r.next.Notes = append(r.next.Notes, clearCanary(32))
	}
	r.know("note", r.next.Notes...)
	r.know("schema", "SQLite format 3\x00", "sqlite_schema", "sqlite_sequence")
	r.know("schema", regexp.MustCompile(`CREATE \w+( TABLE| INDEX)? \w+`).FindAllString(r.schema(), -1)...)
	r.know("schema", regexp.MustCompile(`\b[a-z]+_[a-z_]+\b`).FindAllString(r.schema(), -1)...)
	return r
}

func (r *clearRun) know(kind string, texts ...string) {
	for _, text := range texts {
		r.needles[clearNeedle{kind, text}] = true
	}
}

func (r *clearRun) schema() string {
	r.Helper()
	text, err := os.ReadFile(filepath.Join("store", "migrations", "0001_first.sql"))
	must(r.T, err)
	return string(text)
}

// statement writes a file to import, outside of what is watched, and knows what is in it.
func (r *clearRun) statement() string {
	r.Helper()
	number, name := clearCanary(11), clearCanary(16)
	r.know("account", number)
	r.know("file name", name)
	var b strings.Builder
	fmt.Fprintf(&b, "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>%s<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n", number)
	for i := range clearRows {
		payee, memo := clearCanary(32), clearCanary(32)
		r.know("payee", payee)
		r.know("memo", memo)
		fmt.Fprintf(&b, "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>%s<TRNAMT>-%d.10<FITID>%d<NAME>%s%s<MEMO>%s</STMTTRN>\n",
			firstDay.AddDate(0, 0, -i/5).Format("20060102"), 1+i, i, payee, strings.Repeat(" on the way home", 140), memo)
	}
	b.WriteString("</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>")
	path := filepath.Join(r.TempDir(), name+".ofx")
	must(r.T, os.WriteFile(path, []byte(b.String()), 0o600))
	return path
}

// clearProcess is one run of the program.
type clearProcess struct {
	*clearRun
	cmd     *exec.Cmd
	orders  *os.File
	reports *json.Decoder
}

func (r *clearRun) start(tree *clearTree, order clearOrder) *clearProcess {
	r.Helper()
	self, err := os.Executable()
	must(r.T, err)
	in, orders, err := os.Pipe()
	must(r.T, err)
	reports, out, err := os.Pipe()
	must(r.T, err)
	log, err := os.OpenFile(filepath.Join(tree.root, "home", "coffer.log"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	must(r.T, err)
	p := &clearProcess{clearRun: r, orders: orders, reports: json.NewDecoder(reports)}
	p.cmd = exec.CommandContext(r.Context(), self, "-test.run=^TestNothingReadableTouchesTheDisk$")
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr, p.cmd.ExtraFiles = filepath.Join(tree.root, "home"), log, log, []*os.File{in, out}
	p.cmd.Env = []string{clearVariable + "=" + clearLockIn, "LANG=en_GB.UTF-8", "GOTRACEBACK=crash"}
	for variable, folder := range map[string]string{
		"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state", "XDG_RUNTIME_DIR": "run",
	} {
		p.cmd.Env = append(p.cmd.Env, variable+"="+filepath.Join(tree.root, folder))
	}
	must(r.T, p.cmd.Start())
	must(r.T, errors.Join(in.Close(), out.Close(), log.Close()))
	r.Cleanup(func() { _ = errors.Join(orders.Close(), reports.Close()) })
	must(r.T, json.NewEncoder(orders).Encode(order))
	return p
}

// heard waits for the next report and looks at every file. It returns false when there is none.
func (p *clearProcess) heard(tree *clearTree, role string) (clearReport, bool) {
	p.Helper()
	var report clearReport
	if err := p.reports.Decode(&report); err == io.EOF {
		return report, false
	} else if must(p.T, err); report.Err != "" {
		p.Fatalf("%s: %s", role, report.Err)
	}
	for _, n := range report.Needles {
		p.needles[n] = true
	}
	for _, open := range report.Open {
		if !strings.HasPrefix(open, tree.root+"/") || strings.HasSuffix(open, " (deleted)") {
			p.Errorf("%s, %s: %s is open", role, report.Step, open)
		}
	}
	p.steps++
	p.outside = p.outside || !report.Held
	p.next.Recovery, p.next.Link, p.next.Gone = report.Recovery, report.Link, report.Gone
	if report.Export != nil {
		p.kept["export"] = report.Export
	}
	tree.look(p.T, role+": "+report.Step)
	return report, true
}

func (p *clearProcess) goOn() {
	p.Helper()
	_, err := p.orders.Write([]byte("\n"))
	must(p.T, err)
}

// live runs the program until it ends by itself.
func (r *clearRun) live(role string) {
	r.Helper()
	order := r.next
	order.Role = role
	p := r.start(r.tree, order)
	for {
		if _, more := p.heard(r.tree, role); !more {
			break
		}
		p.goOn()
	}
	must(r.T, p.cmd.Wait())
	r.tree.look(r.T, role+": ended")
}

// kill runs the program until, at its work, it has written to the database's log so many times.
func (r *clearRun) kill(role string, by syscall.Signal, writes int) {
	r.Helper()
	order := r.next
	order.Role = role
	p := r.start(r.tree, order)
	for {
		report, more := p.heard(r.tree, role)
		if !more {
			r.Fatalf("%s: the program ended", role)
		}
		if report.Step == "working" {
			break
		}
		p.goOn()
	}
	r.tree.hear(func(name string) {
		if strings.HasSuffix(name, "-wal") {
			if writes--; writes == 0 {
				_ = p.cmd.Process.Signal(by)
			}
		}
	})
	p.goOn()
	if report, more := p.heard(r.tree, role); more {
		r.Fatalf("%s: %s", role, report.Step)
	}
	var exit *exec.ExitError
	if err := p.cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() == 1 {
		r.Errorf("%s: killed, it ended with %v", role, err)
	}
	r.tree.hear(nil)
	r.tree.look(r.T, fmt.Sprintf("%s: killed (%v)", role, by))
	info, err := os.Stat(filepath.Join(r.tree.root, "data", "coffer", "demo", "vault.db-wal"))
	must(r.T, err)
	if info.Size() == 0 {
		r.Errorf("%s: nothing was left in the log: it was not killed at its work", role)
	}
	r.next.Gone += 48 * time.Hour // past whatever the killed one saw
}

func (r *clearRun) patterns() []clearPattern {
	var all []clearPattern
	for n := range r.needles {
		all = append(all, n.patterns()...)
	}
	return all
}

// kinds says how many needles of each kind there are.
func (r *clearRun) kinds() string {
	count := map[string]int{}
	for n := range r.needles {
		count[n.Kind]++
	}
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(count)) {
		all = append(all, fmt.Sprintf("%s %d", kind, count[kind]))
	}
	return strings.Join(all, ", ")
}

// control has another program keep the same in plain files, and wants the same scan to find all.
func (r *clearRun) control(patterns []clearPattern) {
	r.Helper()
	tree := newClearTree(r.T, "home", "tmp")
	order := clearOrder{Role: "plain", Schema: r.schema(), Export: r.kept["export"], Statement: r.next.Statement}
	for n := range r.needles {
		order.Needles = append(order.Needles, n)
	}
	for _, p := range patterns {
		if p.form != "text" && p.form != "utf-16" {
			order.Forms = append(order.Forms, []byte(p.bytes))
		}
	}
	p := r.start(tree, order)
	if _, more := p.heard(tree, "control"); !more {
		r.Fatal("the control ended")
	}
	p.goOn()
	must(r.T, p.cmd.Wait())
	patterns = append(patterns, clearNeedle{"log", clearLogged}.patterns()[0])
	hits, scanned := tree.scan(patterns)
	r.Logf("control: %d of %d forms found in %d files, %d distinct MiB", len(hits), len(patterns), len(tree.files), scanned>>20)
	for _, p := range patterns {
		if _, found := hits[p]; !found {
			r.Errorf("the scan is blind: %s of kind %s was written as %s and not found", p.Text, p.Kind, p.form)
		}
	}
	spilled := 0
	for name := range tree.files {
		if strings.HasPrefix(name, "tmp/") {
			spilled++
		}
	}
	if spilled == 0 {
		r.Error("the watch is blind: plain SQLite sorted on the disk, and no temporary file was seen")
	}
	payees := 0
	for n := range r.needles {
		if n.Kind == "payee" && bytes.Contains(r.kept["export"], []byte(n.Text)) {
			payees++
		}
	}
	if r.Logf("control: %d payees in the export, %d temporary files of plain SQLite", payees, spilled); payees < clearRows {
		r.Errorf("%d payees are in the export", payees)
	}
}
