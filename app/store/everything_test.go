package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

func exported(t testing.TB, s *store.Store) []byte {
	t.Helper()
	var file bytes.Buffer
	ok(t, s.WriteEverything(t.Context(), &file, nil))
	return file.Bytes()
}

func newVault(t testing.TB) *vault.Vault {
	t.Helper()
	v, _, err := vault.Create(filepath.Join(t.TempDir(), "new"), secret.New("correct horse battery"), vault.Options{})
	ok(t, err)
	t.Cleanup(func() { ok(t, v.Close()) })
	return v
}

// brought makes a store of an export in a new vault.
func brought(t testing.TB, file []byte) *store.Store {
	t.Helper()
	v := newVault(t)
	ok(t, store.CheckEverything(t.Context(), bytes.NewReader(file)))
	ok(t, store.FillFrom(t.Context(), v, bytes.NewReader(file)))
	s := must[*store.Store](t)(store.Open(t.Context(), v))
	t.Cleanup(func() { ok(t, s.Close()) })
	return s
}

func sumOf(t testing.TB, s *store.Store) string {
	t.Helper()
	ok(t, s.CheckIntegrity(t.Context()))
	_, sum, err := s.CheckRows(t.Context())
	ok(t, err)
	return sum
}

// lived is a store with something in every table, odd texts too.
func lived(t testing.TB) *store.Store {
	t.Helper()
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "A&P <b>"), pending(row(2, -200, "b")), row(3, -300, "Café  \x00 \u2028"), row(40, 1<<53+1, "d")))
	ok(t, s.SaveLink(t.Context(), consent.Link{ID: "link-1", State: consent.Active}))
	secrets := consent.Credential{Access: secret.New("access-canary"), Refresh: secret.New("refresh-canary")}
	ok(t, s.SaveCredential(t.Context(), "link-1", secrets))
	ok(t, s.SaveGrant(t.Context(), consent.Link{ID: "link-1", State: consent.Active}, secrets))
	must[consent.Receipt](t)(s.SaveReceipt(t.Context(), consent.Receipt{Link: "link-3", Bank: "Northlight"}))
	ok(t, s.SetSetting(t.Context(), "lock.after", "900"))
	ask(t, s, id, find(t, s, id, "d"), row(39, 1<<53+1, "d2"))
	decide(t, s, ledger.Merge)
	apply(t, s, id, inserts(row(5, -5, "gone")))
	ok(t, s.Delete(t.Context(), find(t, s, id, "gone")))
	pairOf(t, s, ledger.TransferLinked)
	ok(t, s.Exec(t.Context(), "UPDATE transactions SET mcc = CAST(x'ff00c3' AS TEXT) WHERE minor = -300"))
	ok(t, s.Exec(t.Context(), "UPDATE sqlite_sequence SET seq = 41"))
	return s
}

func TestEverythingComesBackWithoutADifference(t *testing.T) {
	s := lived(t)
	ok(t, s.Exec(t.Context(), "INSERT INTO imports VALUES (7, 1, 'a.ofx', 'ofx', NULL, 0, 0, NULL, NULL, NULL, NULL, 0, 46000, 46030)"))
	ok(t, s.Exec(t.Context(), "UPDATE sqlite_sequence SET seq = 41"))
	want, file := sumOf(t, s), exported(t, s)
	back := brought(t, file)
	if got := sumOf(t, back); got != want {
		t.Errorf("the sum of all rows is %s, was %s", got, want)
	}
	if got := fingerprint(t, back); got != fingerprint(t, s) {
		t.Errorf("the rows are\n%s", got)
	}
	if seq := must[[]string](t)(back.Column(t.Context(), "SELECT seq FROM sqlite_sequence")); len(seq) != 1 || seq[0] != "41" {
		t.Errorf("the next import is number %v: one that was undone must not come again", seq)
	}
	if got := page(t, back, ledger.Filter{Search: "caf"}, ledger.NewestFirst); len(got) != 1 {
		t.Errorf("a search finds %d rows", len(got))
	}
	rows := func(file []byte) []byte { return file[bytes.Index(file, []byte(`"tables"`)):] }
	if again := exported(t, back); !bytes.Equal(rows(again), rows(file)) {
		t.Error("exported again, the file is another")
	}
	var doc struct {
		Tables []struct {
			Name    string
			Columns []string
			Rows    [][]any
		}
	}
	ok(t, json.Unmarshal(file, &doc))
	for _, table := range doc.Tables {
		if table.Name == "credentials" || table.Name == "former_grants" {
			t.Errorf("%s is in the file", table.Name)
		}
	}
	if bytes.Contains(file, []byte("canary")) || !bytes.Contains(file, []byte("A&P <b>")) || len(doc.Tables) < 15 {
		t.Errorf("the file holds %d tables:\n%s", len(doc.Tables), file)
	}
}

func TestWhateverWasLivedComesBack(t *testing.T) {
	round := 0
	s := newStore(t)
	rapid.Check(t, func(rt *rapid.T) {
		round++
		b := &books{Store: s, accounts: map[consent.LinkID][]ledger.AccountID{}}
		link := consent.LinkID(fmt.Sprintf("link-%d", round))
		a := ledger.AccountView{Account: ledger.Account{Provider: "bank", Identity: string(link), Currency: "EUR"}}
		saved := must[[]ledger.Account](t)(s.SaveAccounts(t.Context(), link, []ledger.AccountView{a}))
		b.links, b.accounts[link] = []consent.LinkID{link}, []ledger.AccountID{saved[0].ID}
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			if rapid.IntRange(0, 2).Draw(rt, "step") == 0 {
				b.edit(rt, t)
			} else {
				b.read(rt, t)
			}
		}
		ok(t, s.SetSetting(t.Context(), rapid.String().Draw(rt, "key"), rapid.String().Draw(rt, "value")))
		if round%10 != 1 { // making a vault takes its time
			return
		}
		want := sumOf(t, s)
		if got := sumOf(t, brought(t, exported(t, s))); got != want {
			rt.Fatalf("the sum of all rows is %s, was %s", got, want)
		}
	})
}

func TestAnExportThatIsNotAsItWasWrittenIsRefused(t *testing.T) {
	file := exported(t, lived(t))
	change := func(old, new string) []byte {
		t.Helper()
		if !bytes.Contains(file, []byte(old)) {
			t.Fatalf("%q is not in the file", old)
		}
		return bytes.Replace(file, []byte(old), []byte(new), 1)
	}
	for name, test := range map[string]struct {
		file []byte
		want fault.Kind
	}{
		"an amount changed":             {change("-300", "-301"), fault.VaultDamaged},
		"a text changed":                {change("A&P", "B&P"), fault.VaultDamaged},
		"a value of another kind":       {change("-300", "true"), fault.VaultDamaged},
		"a fraction":                    {change("-300", "-300.5"), fault.VaultDamaged},
		"a value too many":              {change("-300", "-300,1"), fault.VaultDamaged},
		"a table of another name":       {change(`"name":"alerts"`, `"name":"alert"`), fault.VaultDamaged},
		"what opens links":              {change(`"name":"accounts"`, `"name":"credentials"`), fault.VaultDamaged},
		"a query for a name":            {change(`"name":"accounts"`, `"name":"accounts\" VALUES (1); --"`), fault.VaultDamaged},
		"a sequence of no table":        {change(`"sequences": {`, `"sequences": {"links": -1,`), fault.VaultDamaged},
		"another sum":                   {change(`"sum":"`, `"sum":"0`), fault.VaultDamaged},
		"cut off":                       {file[:len(file)/2], fault.VaultDamaged},
		"cut off before its end":        {file[:len(file)-3], fault.VaultDamaged},
		"more behind it":                {append(bytes.Clone(file), "{}"...), fault.VaultDamaged},
		"no schema":                     {change(`"schema": `, `"schema": -`), fault.VaultDamaged},
		"a newer schema":                {change(`"schema": `, `"schema": 9`), fault.VaultNewer},
		"a newer form":                  {change("everything-1", "everything-2"), fault.VaultNewer},
		"an exported ledger":            {[]byte(`{"format":"coffer-ledger-1","entries":[]}`), fault.VaultForeign},
		"another program's JSON":        {[]byte(`{"accounts":[1,2,3]}`), fault.VaultForeign},
		"a list":                        {[]byte(`[1,2,3]`), fault.VaultForeign},
		"a letter":                      {[]byte("Dear bank,"), fault.VaultForeign},
		"nothing":                       {nil, fault.VaultForeign},
		"a format without a number":     {[]byte(`{"format":"coffer-everything-"}`), fault.VaultForeign},
		"a format that is not a text":   {[]byte(`{"format":1}`), fault.VaultForeign},
		"no rows behind a table's name": {change(`"rows":[`, `"row":[`), fault.VaultDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVault(t)
			wantKind(t, store.FillFrom(t.Context(), v, bytes.NewReader(test.file)), test.want)
			s := must[*store.Store](t)(store.Open(t.Context(), v))
			defer s.Close()
			if rows := must[[]string](t)(s.Column(t.Context(), "SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM settings)")); rows[0] != "0" {
				t.Errorf("%s rows of a refused file are there", rows[0])
			}
		})
	}
}

// TestAddressesOfSlotsNeitherLeaveNorCome: they are in no export, and one that has some brings none.
func TestAddressesOfSlotsNeitherLeaveNorCome(t *testing.T) {
	s := lived(t)
	want, plain := sumOf(t, s), exported(t, s)
	ok(t, s.SetSetting(t.Context(), "address.1", "salt.canary"))
	if got := sumOf(t, s); got != want {
		t.Error("an address is in the sum of what is exported")
	}
	rows := func(file []byte) []byte { return file[bytes.Index(file, []byte(`"tables"`)):] }
	if file := exported(t, s); !bytes.Equal(rows(file), rows(plain)) {
		t.Error("an address is in the export")
	}
	var every bytes.Buffer
	ok(t, s.WriteEverySetting(t.Context(), &every))
	if !bytes.Contains(every.Bytes(), []byte("salt.canary")) {
		t.Fatal("no address to begin with")
	}
	back := brought(t, every.Bytes())
	if left := must[[]string](t)(back.Column(t.Context(), "SELECT key FROM settings WHERE key LIKE 'address%'")); len(left) != 0 || sumOf(t, back) != want {
		t.Errorf("an export brought %v", left)
	}
}

// A file whose sum is right, and whose rows no table can hold, is refused as damaged, too.
func TestARowThatItsTableCannotHoldIsRefused(t *testing.T) {
	s := plainStore(t)
	ok(t, s.SetSetting(t.Context(), "k", "v"))
	file := exported(t, s)
	twice := bytes.Replace(file, []byte(`["k","v"]`), []byte("[\"k\",\"v\"],\n[\"k\",\"v\"]"), 1)
	if bytes.Equal(file, twice) {
		t.Fatal("nothing was changed")
	}
	wantKind(t, store.FillFrom(t.Context(), newVault(t), bytes.NewReader(twice)), fault.VaultDamaged)
}

func TestReadingAnExportStops(t *testing.T) {
	file := exported(t, lived(t))
	wantKind(t, store.FillFrom(canceled(t), newVault(t), bytes.NewReader(file)), fault.Canceled)
	wantKind(t, store.CheckEverything(t.Context(), io.MultiReader(bytes.NewReader(file[:100]), broken{})), fault.DiskFailed)
	filled := newVault(t)
	ok(t, store.FillFrom(t.Context(), filled, bytes.NewReader(file)))
	wantKind(t, store.FillFrom(t.Context(), filled, bytes.NewReader(file)), fault.VaultExists)
	s := lived(t)
	wantKind(t, s.WriteEverything(canceled(t), io.Discard, nil), fault.Canceled)
	if err := s.WriteEverything(t.Context(), broken{}, nil); !errors.Is(err, errBroken) {
		t.Errorf("a disk that refuses: %v", err)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Read([]byte) (int, error)  { return 0, errBroken }
func (broken) Write([]byte) (int, error) { return 0, errBroken }

// endless is a file that never gets to the end of its first row.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += int64(len(p))
	return len(p), nil
}

func TestAnEndlessRowIsNotHeldInMemory(t *testing.T) {
	var rest endless
	head := `{"format":"coffer-everything-1","schema":1,"made":"2026-01-01T00:00:00Z","how_to_read":[],"sequences":{},"tables":[{"name":"`
	wantKind(t, store.CheckEverything(t.Context(), io.MultiReader(strings.NewReader(head), &rest)), fault.VaultDamaged)
	if rest.read > 64<<20 {
		t.Errorf("%d bytes of one name were read", rest.read)
	}
}

func TestExportAndItsReadingTakeLittleMemory(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	var rows []ledger.Row
	for n := range 5000 {
		r := row(1+n%60, int64(n), strings.Repeat("payee ", 20))
		r.SourceID = fmt.Sprint("source-", n)
		rows = append(rows, r)
	}
	apply(t, s, id, inserts(rows...))
	most := uint64(0)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	heard := int64(0)
	look := func(done, total int64) {
		heard = total
		runtime.GC()
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapAlloc)
	}
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- store.CheckEverything(t.Context(), read) }()
	ok(t, s.WriteEverything(t.Context(), write, look))
	ok(t, write.Close())
	ok(t, <-ended)
	if grown := int64(most) - int64(before.HeapAlloc); grown > 8<<20 || heard < 15000 {
		t.Errorf("%d bytes for %d rows", grown, heard)
	}
}
