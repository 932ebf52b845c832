package store_test

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/store"
	"coffer/sync/wire"

	"pgregory.net/rapid"
)

func verifyEgress(t testing.TB, s *store.Store, kept ...egress.Kept) error {
	t.Helper()
	_, err := s.VerifyEgress(t.Context(), kept, func(int, int) {})
	return err
}

// connections writes n ended connections, a minute apart from the day of noon on.
func connections(t testing.TB, s *store.Store, n int) []egress.Entry {
	t.Helper()
	var all []egress.Entry
	for i := range n {
		e := entry(i)
		e.Started = noon.Add(time.Duration(i) * time.Minute)
		e = must[egress.Entry](t)(s.Begin(t.Context(), e))
		ok(t, s.Complete(t.Context(), e.Seq, egress.Outcome{Ended: e.Started.Add(time.Second), Status: 200, Sent: 10, Received: 100}))
		all = append(all, e)
	}
	return all
}

func brokenAs(t testing.TB, err error) string {
	t.Helper()
	var b *egress.Broken
	if !errors.As(err, &b) || fault.KindOf(err) != fault.VaultDamaged {
		t.Fatalf("got %v", err)
	}
	return b.What
}

func TestVerifyNamesWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct{ meddle, what string }{
		"a row edited":          {"UPDATE egress SET origin = 'https://x:443' WHERE seq = 3", egress.RowChanged},
		"a proxy put in":        {"UPDATE egress SET via = 'proxy.example:3128' WHERE seq = 3", egress.RowChanged},
		"a purpose edited":      {"UPDATE egress SET args = '{}' WHERE seq = 3", egress.RowChanged},
		"an outcome edited":     {"UPDATE egress SET sent = 0 WHERE seq = 3", egress.OutcomeChanged},
		"an outcome forgotten":  {"UPDATE egress SET sealed = '' WHERE seq = 3", egress.OutcomeChanged},
		"an outcome taken out":  {"UPDATE egress SET sealed = '', ended = NULL, status = 0, sent = 0, received = 0 WHERE seq = 3", egress.SumsDiffer},
		"a row removed":         {"DELETE FROM egress WHERE seq = 3", egress.RowMissing},
		"the beginning removed": {"DELETE FROM egress WHERE seq < 3", egress.RowMissing},
		"the tail cut":          {"DELETE FROM egress WHERE seq > 3", egress.TailCut},
		"all removed":           {"DELETE FROM egress", egress.TailCut},
		"totals edited":         {"UPDATE egress_totals SET sent = 1 WHERE link = 'link-1'", egress.SumsDiffer},
		"a day edited":          {"UPDATE egress_slots SET received = 0", egress.SumsDiffer},
		"a day removed":         {"DELETE FROM egress_slots", egress.SumsDiffer},
	} {
		t.Run(name, func(t *testing.T) {
			s := plainStore(t)
			connections(t, s, 6)
			ok(t, verifyEgress(t, s))
			ok(t, s.Exec(t.Context(), test.meddle))
			if got := brokenAs(t, verifyEgress(t, s)); got != test.what {
				t.Errorf("found %q, want %q", got, test.what)
			}
		})
	}
}

// TestALedgerOfBeforeTheProxyGoesOnWhole brings rows forward that were written when no row could say
// that it went by a proxy, and adds some that do.
func TestALedgerOfBeforeTheProxyGoesOnWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	db := must[*sql.DB](t)(sql.Open("sqlite", "file:"+path))
	text := must[[]byte](t)(fs.ReadFile(store.Migrations, "migrations/0001_first.sql"))
	must[sql.Result](t)(db.ExecContext(t.Context(), fmt.Sprintf("BEGIN; %s PRAGMA user_version = 1; COMMIT", text)))
	previous := ""
	for seq := int64(1); seq <= 3; seq++ {
		e := egress.Entry{
			Seq: seq, Link: "l", Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", Origin: "https://bank.example:443", Path: "/a",
			Started: noon, Previous: previous,
		}
		e.Hash = egress.HashEntry(e)
		e.Outcome = egress.Outcome{Ended: noon.Add(time.Second), Status: 200, Sent: 1, Received: 2, TLS: "1.3"}
		const query = `INSERT INTO egress (seq, link, purpose, method, origin, path, started, previous, hash, ended, status, sent, received, tls, sealed)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
		must[sql.Result](t)(db.ExecContext(t.Context(), query, e.Seq, e.Link, e.Purpose.ID, e.Method, e.Origin, e.Path, e.Started.UnixNano(), e.Previous, e.Hash,
			e.Ended.UnixNano(), e.Status, e.Sent, e.Received, e.TLS, egress.HashOutcome(e)))
		previous = e.Hash
	}
	ok(t, db.Close())

	s := must[*store.Store](t)(plainAt(t, path))
	defer s.Close()
	ok(t, verifyEgress(t, s))
	for _, via := range []string{"proxy.example:3128", "", "[::1]:8080"} {
		e := entry(1)
		e.Via = via
		e = must[egress.Entry](t)(s.Begin(t.Context(), e))
		ok(t, s.Complete(t.Context(), e.Seq, egress.Outcome{Ended: noon, Status: 200}))
	}
	ok(t, verifyEgress(t, s))
	rows := must[[]egress.Entry](t)(s.EntriesAfter(t.Context(), 0, 10))
	var by []string
	for _, e := range rows {
		by = append(by, e.Via)
	}
	if want := []string{"", "", "", "proxy.example:3128", "", "[::1]:8080"}; !slices.Equal(by, want) {
		t.Errorf("went by %q, want %q", by, want)
	}
}

// TestAHeadKeptElsewhereFindsWhatTheTableCanNot cuts and rewrites the whole ledger consistently.
func TestAHeadKeptElsewhereFindsWhatTheTableCanNot(t *testing.T) {
	s := plainStore(t)
	connections(t, s, 6)
	kept := egress.Kept{Head: must[egress.Head](t)(s.EgressHead(t.Context())), Where: "keyring"}
	early := egress.Kept{Head: must[egress.Head](t)(s.EgressHeadAt(t.Context(), 2)), Where: "receipt"}
	ok(t, verifyEgress(t, s, kept, early))

	older := plainStore(t)
	for i := range 4 { // other rows, told as true
		e := must[egress.Entry](t)(older.Begin(t.Context(), entry(i+1)))
		ok(t, older.Complete(t.Context(), e.Seq, egress.Outcome{Ended: noon, Status: 200}))
	}
	ok(t, verifyEgress(t, older))
	if got := brokenAs(t, verifyEgress(t, older, kept)); got != egress.TailCut {
		t.Errorf("a shorter ledger is %q", got)
	}
	if got := brokenAs(t, verifyEgress(t, older, early)); got != egress.Replaced {
		t.Errorf("another ledger is %q", got)
	}
	if h := must[egress.Head](t)(older.EgressHeadAt(t.Context(), 99)); h != (egress.Head{}) {
		t.Errorf("a row that is not there has the head %v", h)
	}
}

func TestAReceiptHoldsTheHeadOfTheLedger(t *testing.T) {
	s := newStore(t)
	if r := must[consent.Receipt](t)(s.SaveReceipt(t.Context(), consent.Receipt{Link: "a"})); r.Ledger != (consent.Head{}) {
		t.Errorf("before any connection: %+v", r.Ledger)
	}
	last := connections(t, s, 3)[2]
	r := must[consent.Receipt](t)(s.SaveReceipt(t.Context(), consent.Receipt{Link: "b"}))
	if r.Ledger != (consent.Head{Seq: 3, Hash: last.Hash}) || r.Hash != consent.HashReceipt(r) {
		t.Errorf("got %+v", r)
	}
}

func TestPruningLeavesACheckpointAndAllTotals(t *testing.T) {
	s := plainStore(t) // its clock stands at noon
	old := 6
	for i := range old + 3 {
		e := entry(i)
		e.Started = noon.AddDate(0, 0, -10)
		if i >= old {
			e.Started = noon.Add(-30 * time.Minute)
		}
		e = must[egress.Entry](t)(s.Begin(t.Context(), e))
		ok(t, s.Complete(t.Context(), e.Seq, egress.Outcome{Ended: noon, Status: 200, Sent: 10, Received: 100}))
	}
	totals := fmt.Sprint(must[[]egress.Total](t)(s.EgressTotals(t.Context())))
	at4 := egress.Kept{Head: must[egress.Head](t)(s.EgressHeadAt(t.Context(), 6)), Where: "receipt"}

	if n := must[int64](t)(s.PruneEgress(t.Context(), noon.AddDate(0, 0, -20))); n != 0 {
		t.Errorf("%d rows went that are younger", n)
	}
	if n := must[int64](t)(s.PruneEgress(t.Context(), noon.AddDate(1, 0, 0))); n != int64(old) {
		t.Errorf("%d rows went, want %d: those of the last hour stay", n, old)
	}
	ok(t, verifyEgress(t, s, at4))
	if after := fmt.Sprint(must[[]egress.Total](t)(s.EgressTotals(t.Context()))); after != totals {
		t.Errorf("totals %s, were %s", after, totals)
	}
	if n := must[int](t)(s.CountEntries(t.Context(), egress.Filter{})); n != 3 {
		t.Errorf("%d rows are left", n)
	}
	if page := must[[]egress.Entry](t)(s.Entries(t.Context(), egress.Filter{}, 1, 5)); len(page) != 2 || page[0].Seq != 8 {
		t.Errorf("page %+v", page)
	}
	at4.Hash = strings.Repeat("0", 64)
	if got := brokenAs(t, verifyEgress(t, s, at4)); got != egress.Replaced {
		t.Errorf("another head at the checkpoint is %q", got)
	}
	for _, meddle := range []string{"UPDATE egress_checkpoints SET sent = 1", "UPDATE egress_checkpoints SET seq = 5"} {
		ok(t, s.Exec(t.Context(), "SAVEPOINT x"))
		ok(t, s.Exec(t.Context(), meddle))
		if got := brokenAs(t, verifyEgress(t, s)); got != egress.CheckpointChanged {
			t.Errorf("%s is %q", meddle, got)
		}
		ok(t, s.Exec(t.Context(), "ROLLBACK TO x"))
		ok(t, s.Exec(t.Context(), "RELEASE x"))
	}
}

func TestALedgerThatIsPrunedEmptyGoesOn(t *testing.T) {
	s := plainStore(t)
	for range 2 {
		for i := range 3 {
			e := entry(i)
			e.Started = noon.AddDate(0, 0, -9)
			e = must[egress.Entry](t)(s.Begin(t.Context(), e))
			ok(t, s.Complete(t.Context(), e.Seq, egress.Outcome{Ended: noon, Status: 200, Sent: 1, Received: 2}))
		}
		must[int64](t)(s.PruneEgress(t.Context(), noon))
		ok(t, verifyEgress(t, s))
	}
	if n := must[int](t)(s.CountEntries(t.Context(), egress.Filter{})); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if e := connections(t, s, 1)[0]; e.Seq != 7 || e.Previous == "" {
		t.Errorf("the next row is %+v", e)
	}
	ok(t, verifyEgress(t, s))
}

func TestAClockThatJumpsBackHurtsNothing(t *testing.T) {
	s := plainStore(t)
	for i, at := range []time.Duration{0, time.Hour, -48 * time.Hour, -47 * time.Hour, 2 * time.Hour} {
		e := entry(i)
		e.Started = noon.Add(at)
		e = must[egress.Entry](t)(s.Begin(t.Context(), e))
		ok(t, s.Complete(t.Context(), e.Seq, egress.Outcome{Ended: e.Started.Add(-time.Minute), Status: 200, Sent: 1}))
	}
	ok(t, verifyEgress(t, s))
	seqs := func(f egress.Filter) (all []int64) {
		for _, e := range must[[]egress.Entry](t)(s.Entries(t.Context(), f, 0, 10)) {
			all = append(all, e.Seq)
		}
		return all
	}
	if got := fmt.Sprint(seqs(egress.Filter{})); got != "[5 4 3 2 1]" {
		t.Errorf("rows as written: %s", got)
	}
	if got := fmt.Sprint(seqs(egress.Filter{From: noon.Add(-50 * time.Hour), To: noon.Add(time.Hour)})); got != "[1 4 3]" {
		t.Errorf("rows as the clock went: %s", got)
	}
	if last := must[[]egress.Total](t)(s.EgressTotals(t.Context()))[0].Last; !last.Equal(noon.Add(2 * time.Hour)) {
		t.Errorf("the last one was %v", last)
	}
}

// TestTotalsAreTheSumOfTheRows holds every roll-up and filter against the rows, whatever is written.
func TestTotalsAreTheSumOfTheRows(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, err := store.OpenPlain(t.Context(), ":memory:", clock, rand.Reader)
		ok(t, err)
		defer s.Close()
		var all []egress.Entry
		for range rapid.IntRange(0, 12).Draw(r, "rows") {
			e := entry(rapid.IntRange(0, 2).Draw(r, "link"))
			e.Origin = rapid.SampledFrom([]string{"https://a:443", "https://b:443"}).Draw(r, "origin")
			e.Started = noon.Add(time.Duration(rapid.IntRange(-5000, 5000).Draw(r, "minute")) * time.Minute)
			e = must[egress.Entry](t)(s.Begin(t.Context(), e))
			if rapid.Bool().Draw(r, "ends") {
				o := egress.Outcome{Ended: noon, Status: rapid.SampledFrom([]int{0, 200, 404}).Draw(r, "status"), Sent: 3, Received: 5, Problem: rapid.IntRange(0, 1).Draw(r, "problem")}
				ok(t, s.Complete(t.Context(), e.Seq, o))
				e.Outcome, e.Sealed = o, "x"
			}
			all = append(all, e)
		}
		ok(t, verifyEgress(t, s))
		want, got := map[string]egress.Total{}, map[string]egress.Total{}
		var problems, slots, slotProblems int
		for _, e := range all {
			k := e.Link + " " + e.Origin
			w := want[k]
			w.Link, w.Origin, w.Requests, w.Sent, w.Received = e.Link, e.Origin, w.Requests+1, w.Sent+e.Sent, w.Received+e.Received
			if e.Troubled() {
				w.Problems++
				problems++
			}
			if e.Started.After(w.Last) {
				w.Last = e.Started
			}
			want[k] = w
		}
		for _, total := range must[[]egress.Total](t)(s.EgressTotals(t.Context())) {
			got[total.Link+" "+total.Origin] = total
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			r.Fatalf("totals %v, want %v", got, want)
		}
		ok(t, s.EgressSlots(t.Context(), func(slot egress.Slot) bool {
			slots, slotProblems = slots+slot.Requests, slotProblems+slot.Problems
			return true
		}))
		if slots != len(all) || slotProblems != problems {
			r.Fatalf("%d rows in slots, %d troubled, want %d, %d", slots, slotProblems, len(all), problems)
		}
		f := egress.Filter{
			Link: rapid.SampledFrom([]string{"", "link-0"}).Draw(r, "of"), Problems: rapid.Bool().Draw(r, "only problems"),
			Purpose: rapid.SampledFrom([]string{"", "accounts", "none"}).Draw(r, "purpose"),
			From:    rapid.SampledFrom([]time.Time{{}, noon}).Draw(r, "from"), To: rapid.SampledFrom([]time.Time{{}, noon.Add(time.Hour)}).Draw(r, "to"),
		}
		n := 0
		for _, e := range all {
			if (f.Link == "" || e.Link == f.Link) && (!f.Problems || e.Troubled()) && (f.Purpose == "" || e.Purpose.ID == f.Purpose) &&
				(f.From.IsZero() || !e.Started.Before(f.From)) && (f.To.IsZero() || e.Started.Before(f.To)) {
				n++
			}
		}
		if count := must[int](t)(s.CountEntries(t.Context(), f)); count != n {
			r.Fatalf("%+v counts %d, want %d", f, count, n)
		}
		if rows := must[[]egress.Entry](t)(s.Entries(t.Context(), f, 0, 100)); len(rows) != n {
			r.Fatalf("%+v finds %d, want %d", f, len(rows), n)
		}
	})
}

// visits starts a server and tells how many connections it got.
func visits(t testing.TB) (count func() int, address string) {
	t.Helper()
	var n atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			n.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	return func() int { return int(n.Load()) }, server.URL
}

// TestAFullDiskAtTheRowStopsTheDial has the real store refuse the row, under the real door.
func TestAFullDiskAtTheRowStopsTheDial(t *testing.T) {
	s := plainStore(t)
	connections(t, s, 1)
	pages := must[[]string](t)(s.Column(t.Context(), "PRAGMA page_count"))[0]
	if _, err := s.Column(t.Context(), "PRAGMA max_page_count = "+pages); err != nil {
		t.Fatal(err)
	}
	calls, address := visits(t)
	door := must[*wire.Door](t)(wire.New(wire.Config{Ledger: s, Now: clock, UserAgent: "Coffer/test"}))
	defer door.Close()
	line := must[*wire.Line](t)(door.Line("l", []string{address}))
	ask := func() error {
		answer, err := line.Do(t.Context(), wire.Request{
			Purpose: egress.Purpose{ID: "accounts", Args: map[string]string{"x": strings.Repeat("y", 4000)}}, Method: "GET", URL: address + "/a", Path: "/a",
		})
		if err == nil {
			_ = answer.Body.Close() // its outcome may be what finds the disk full
		}
		return err
	}
	var err error
	for i := 0; err == nil && i < 1000; i++ { // until the pages that are there are full
		err = ask()
	}
	wantKind(t, err, fault.DiskFull)
	before := calls()
	wantKind(t, ask(), fault.DiskFull)
	if calls() != before {
		t.Error("it was dialled without a row")
	}
	rows := must[int](t)(s.CountEntries(t.Context(), egress.Filter{}))
	if rows != before+1 {
		t.Errorf("%d rows for %d connections", rows, before)
	}
	ok(t, verifyEgress(t, s))
}

func TestAnErasedLinkKeepsItsRowsAndItsName(t *testing.T) {
	s := newStore(t)
	l := fullLink()
	l.State = consent.Revoked
	ok(t, s.SaveLink(t.Context(), l))
	connections(t, s, 4)
	if _, err := s.EraseLink(t.Context(), l.ID); err != nil {
		t.Fatal(err)
	}
	ok(t, verifyEgress(t, s))
	named := 0
	for _, total := range must[[]egress.Total](t)(s.EgressTotals(t.Context())) {
		if total.Link == string(l.ID) && total.Bank == l.Bank && total.Requests == 2 {
			named++
		}
	}
	if named != 1 {
		t.Error("the erased link's total has lost its name")
	}
}

// TestTheLedgerOfTheFirstSchemaIsSummed upgrades rows that were written before there were totals.
func TestTheLedgerOfTheFirstSchemaIsSummed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := must[*store.Store](t)(plainAt(t, path))
	connections(t, s, 5)
	must[egress.Entry](t)(s.Begin(t.Context(), entry(1))) // stopped in between
	totals := fmt.Sprint(must[[]egress.Total](t)(s.EgressTotals(t.Context())))
	for _, undo := range []string{
		"DROP TABLE egress_totals", "DROP TABLE egress_slots", "DROP TABLE egress_checkpoints", "DROP INDEX egress_started",
		"DROP INDEX egress_link_started", "DROP INDEX egress_purpose", "DROP INDEX egress_problem", "DROP TABLE former_grants", "ALTER TABLE imports DROP COLUMN made", "ALTER TABLE marks DROP COLUMN scored", "ALTER TABLE egress DROP COLUMN via", "ALTER TABLE credentials DROP COLUMN client_secret",
		"ALTER TABLE credentials DROP COLUMN proof_key", "ALTER TABLE credentials DROP COLUMN bound",
		"ALTER TABLE credentials DROP COLUMN app", "ALTER TABLE credentials DROP COLUMN certificate",
		"DROP TABLE consent_records", "DROP TABLE gaps", "DROP TABLE tallies", "ALTER TABLE transactions DROP COLUMN missed", "ALTER TABLE replaced DROP COLUMN missed",
		"ALTER TABLE transactions DROP COLUMN country", "ALTER TABLE replaced DROP COLUMN country", "ALTER TABLE transactions DROP COLUMN channel", "ALTER TABLE replaced DROP COLUMN channel",
		"DROP TABLE taken", "DROP TABLE taken_rows", "DROP TABLE transfers", "DROP INDEX reviews_open", "DROP INDEX reviews_other",
		"ALTER TABLE reviews DROP COLUMN verdict", "ALTER TABLE reviews DROP COLUMN at", "ALTER TABLE marks DROP COLUMN pair_day",
		"ALTER TABLE accounts DROP COLUMN booked_only", "ALTER TABLE accounts DROP COLUMN left_out", "ALTER TABLE imports DROP COLUMN from_day", "ALTER TABLE imports DROP COLUMN to_day", "DROP TABLE disputes", "DROP TABLE phones",
		"DROP INDEX transactions_odd", "ALTER TABLE transactions DROP COLUMN word", "DROP TABLE watchlist", "DROP TABLE told", "DROP TABLE alert_states", "DROP TABLE alert_judge", "ALTER TABLE alerts DROP COLUMN because", "PRAGMA user_version = 1",
	} {
		ok(t, s.Exec(t.Context(), undo))
	}
	ok(t, s.Close())
	s = must[*store.Store](t)(plainAt(t, path))
	defer s.Close()
	if after := fmt.Sprint(must[[]egress.Total](t)(s.EgressTotals(t.Context()))); after != totals {
		t.Errorf("totals %s, want %s", after, totals)
	}
	ok(t, verifyEgress(t, s))
}
