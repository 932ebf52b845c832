package store_test

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

// sealed is a store on a vault, with a clock that can be moved.
type sealed struct {
	*store.Store
	vault *vault.Vault
	key   *vault.RecoveryKey
	now   time.Time
}

func newSealed(t testing.TB) *sealed {
	t.Helper()
	v, key, err := vault.Create(filepath.Join(t.TempDir(), "data"), secret.New("correct horse battery"), vault.Options{})
	ok(t, err)
	s := &sealed{vault: v, key: key, now: noon}
	s.Store = must[*store.Store](t)(store.OpenSealed(t.Context(), v.Driver(), v.DSN(), func() time.Time { return s.now }, rand.Reader, v.Explain))
	t.Cleanup(func() { ok(t, errors.Join(s.Close(), v.Close())) })
	return s
}

// restored opens a store on a backup, by the recovery key alone.
func restored(t testing.TB, path string, key *vault.RecoveryKey) (*store.Store, *vault.Vault) {
	t.Helper()
	v, err := vault.RestoreBackupWithRecovery(t.Context(), path, filepath.Join(t.TempDir(), "restored"), key.Text())
	ok(t, err)
	s := must[*store.Store](t)(store.Open(t.Context(), v))
	t.Cleanup(func() { ok(t, errors.Join(s.Close(), v.Close())) })
	return s, v
}

func filesIn(t testing.TB, dir string) (all []string) {
	t.Helper()
	for _, e := range must[[]os.DirEntry](t)(os.ReadDir(dir)) {
		all = append(all, e.Name())
	}
	return all
}

// The recovery drill: a file and the recovery key, and everything is there but what opens links.
func TestABackupHoldsEverythingButWhatOpensLinks(t *testing.T) {
	s, dir := newSealed(t), filepath.Join(t.TempDir(), "backups")
	id := account(t, s.Store, "link-1", "4417")
	for day := 1; day <= 28; day++ {
		apply(t, s.Store, id, inserts(row(day, -int64(day)*100, "Corner Shop"), pending(row(day, -5, "Kiosk"))))
	}
	for _, l := range []consent.Link{{ID: "link-1", State: consent.Active}, {ID: "link-2", State: consent.RevokePending}, {ID: "link-3", State: consent.Revoked}} {
		ok(t, s.SaveLink(t.Context(), l))
		ok(t, s.SaveCredential(t.Context(), l.ID, consent.Credential{Access: secret.New("access-canary"), Refresh: secret.New("refresh-canary"), Key: secret.New("key-canary"), Bound: true}))
	}
	again := consent.Credential{Access: secret.New("access-canary"), Refresh: secret.New("new-canary"), Key: secret.New("new-key-canary"), Bound: true}
	ok(t, s.SaveGrant(t.Context(), consent.Link{ID: "link-1", State: consent.Active}, again))
	if hits := canariesIn(t, s.Store); hits != 12 { // of three credentials and a former grant
		t.Fatalf("the scan finds %d canaries in the vault", hits)
	}
	must[consent.Receipt](t)(s.SaveReceipt(t.Context(), consent.Receipt{Link: "link-3", Bank: "Northlight"}))
	ok(t, s.SetSetting(t.Context(), "recovery.confirmed", "yes"))
	made, err := s.Backup(t.Context(), s.vault, dir)
	ok(t, err)
	want := fingerprint(t, s.Store)
	path := filepath.Join(dir, "coffer-20260314T120000Z.backup")
	if got := filesIn(t, dir); len(got) != 1 || got[0] != filepath.Base(path) || made.ID != s.vault.ID() {
		t.Fatalf("made %v, %+v", got, made)
	}
	if c := must[consent.Credential](t)(s.Credential(t.Context(), "link-1")); c.Access.Reveal() != "access-canary" {
		t.Error("the vault itself lost a credential")
	}
	back, _ := restored(t, path, s.key)
	if got := fingerprint(t, back); got != want {
		t.Errorf("restored\n%s\nwant\n%s", got, want)
	}
	if hits := canariesIn(t, back); hits != 0 {
		t.Errorf("%d tokens are in the backup", hits)
	}
	audit(t, back)
	whole(t, back)
	for query, want := range map[string]string{
		"SELECT count(*) FROM credentials": "0", "SELECT count(*) FROM former_grants": "0", "PRAGMA freelist_count": "0", "SELECT count(*) FROM receipts": "1",
		"SELECT value FROM settings WHERE key = 'recovery.confirmed'": "yes",
	} {
		if got := must[[]string](t)(back.Column(t.Context(), query)); len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want %s", query, got, want)
		}
	}
	ok(t, back.Restored(t.Context()))
	for id, want := range map[consent.LinkID]consent.State{"link-1": consent.NeedsLogin, "link-2": consent.RevokePending, "link-3": consent.Revoked} {
		if l := must[consent.Link](t)(back.Link(t.Context(), id)); l.State != want {
			t.Errorf("%s is in state %d, want %d", id, l.State, want)
		}
		if _, err := back.Credential(t.Context(), id); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("%s has a credential: %v", id, err)
		}
	}
}

// canariesIn counts the values with a token of the test in any column of any table.
func canariesIn(t testing.TB, s *store.Store) (hits int) {
	t.Helper()
	const columns = `SELECT 'SELECT count(*) FROM "' || m.name || '" WHERE instr(CAST("' || c.name || '" AS TEXT), ''canary'') > 0'
		FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'words%'`
	for _, query := range must[[]string](t)(s.Column(t.Context(), columns)) {
		for _, count := range must[[]string](t)(s.Column(t.Context(), query)) {
			n, err := strconv.Atoi(count)
			ok(t, err)
			hits += n
		}
	}
	return hits
}

func TestABackupThatFailsLeavesTheOlderOnes(t *testing.T) {
	s, dir := newSealed(t), filepath.Join(t.TempDir(), "backups")
	account(t, s.Store, "link-1", "4417")
	must[vault.FoundBackup](t)(s.Backup(t.Context(), s.vault, dir))
	before := filesIn(t, dir)
	left := ".making-" + s.vault.ID() + "-data-1" // as a crash leaves it
	ok(t, os.WriteFile(filepath.Join(dir, left), nil, 0o600))
	ok(t, os.MkdirAll(filepath.Join(filepath.Dir(s.vault.Dir()), left, "copy"), 0o700))
	ok(t, os.Mkdir(filepath.Join(dir, ".making-another"), 0o700)) // another vault's, at work
	before = append(before, ".making-another")
	s.now = s.now.Add(time.Hour)
	_, err := s.Backup(canceled(t), s.vault, dir)
	wantKind(t, err, fault.Canceled)
	for _, e := range filesIn(t, dir) {
		if !slices.Contains(before, e) {
			t.Errorf("%s is left", e)
		}
	}
	made, err := s.Backup(t.Context(), s.vault, dir)
	ok(t, err)
	after := filesIn(t, dir)
	if len(after) != 2 || after[1] == before[0] || after[1] != filepath.Base(made.Path) {
		t.Errorf("a second backup of one day leaves %v", after)
	}
	if beside := filesIn(t, filepath.Dir(s.vault.Dir())); len(beside) != 1 {
		t.Errorf("beside the vault there is %v", beside)
	}
	all := must[[]vault.FoundBackup](t)(store.Backups(dir))
	if len(all) != 1 || !all[0].Made.Equal(s.now.Truncate(time.Second)) || all[0].Problem != nil || all[0].Bytes != made.Bytes {
		t.Errorf("listed as %+v", all)
	}
	ok(t, os.WriteFile(filepath.Join(dir, "coffer-20200101T000000Z.backup"), []byte("nonsense"), 0o600))
	all = must[[]vault.FoundBackup](t)(store.Backups(dir))
	if len(all) != 2 || fault.KindOf(all[1].Problem) != fault.VaultForeign {
		t.Errorf("listed as %+v", all)
	}
	if none := must[[]vault.FoundBackup](t)(store.Backups(filepath.Join(dir, "nowhere"))); len(none) != 0 {
		t.Error("backups in no folder")
	}
}

// What stands in the place of the folder is left alone.
func TestABackupIntoAFileIsRefused(t *testing.T) {
	s, file := newSealed(t), filepath.Join(t.TempDir(), "file")
	ok(t, os.WriteFile(file, []byte("mine"), 0o600))
	_, err := s.Backup(t.Context(), s.vault, file)
	wantKind(t, err, fault.DiskFailed)
}

func TestTenDaysFourWeeksAndEachMigrationAreKept(t *testing.T) {
	var all, want []string
	start := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC) // a Sunday
	for day := range 90 {
		for hour := range 2 {
			all = append(all, store.NameOf(start.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour), 0))
		}
	}
	all = append(all, store.NameOf(start, 2), store.NameOf(start.AddDate(0, 0, 89), 3))
	slices.Sort(all)
	slices.Reverse(all)
	dropped := store.Dropped(all)
	for _, name := range all {
		if !slices.Contains(dropped, name) {
			want = append(want, name)
		}
	}
	kept := []string{
		"coffer-20260529T080000Z.backup", "coffer-20260529T070000Z-before-3.backup", "coffer-20260528T080000Z.backup",
		"coffer-20260527T080000Z.backup", "coffer-20260526T080000Z.backup", "coffer-20260525T080000Z.backup",
		"coffer-20260524T080000Z.backup", "coffer-20260523T080000Z.backup", "coffer-20260522T080000Z.backup",
		"coffer-20260521T080000Z.backup", "coffer-20260520T080000Z.backup", "coffer-20260517T080000Z.backup",
		"coffer-20260510T080000Z.backup", "coffer-20260301T070000Z-before-2.backup",
	}
	if !slices.Equal(want, kept) {
		t.Errorf("kept %v\nwant %v", want, kept)
	}
}

// oldVault has the tables of the first schema only, and a row.
func oldVault(t testing.TB) (*vault.Vault, *vault.RecoveryKey) {
	t.Helper()
	v, key, err := vault.Create(filepath.Join(t.TempDir(), "data"), secret.New("correct horse battery"), vault.Options{})
	ok(t, err)
	t.Cleanup(func() { ok(t, v.Close()) })
	db := must[*sql.DB](t)(sql.Open(v.Driver(), v.DSN()))
	db.SetMaxOpenConns(1)
	first := must[[]string](t)(fs.Glob(store.Migrations, "migrations/*.sql"))[0]
	text := must[[]byte](t)(fs.ReadFile(store.Migrations, first))
	must[sql.Result](t)(db.ExecContext(t.Context(), fmt.Sprintf("BEGIN; %s PRAGMA user_version = 1; INSERT INTO settings VALUES ('a', 'b'); COMMIT", text)))
	ok(t, db.Close())
	return v, key
}

func TestAMigrationIsPrecededByABackup(t *testing.T) {
	v, key := oldVault(t)
	file := filepath.Join(t.TempDir(), "file")
	ok(t, os.WriteFile(file, nil, 0o600))
	if _, err := store.OpenKeeping(t.Context(), v, file); fault.KindOf(err) != fault.DiskFailed {
		t.Fatalf("migrated without a backup: %v", err)
	}
	dir := filepath.Join(t.TempDir(), "backups")
	s := must[*store.Store](t)(store.OpenKeeping(t.Context(), v, dir))
	ok(t, s.Close())
	all := must[[]vault.FoundBackup](t)(store.Backups(dir))
	if len(all) != 1 {
		t.Fatalf("%d backups, want one from before the migration", len(all))
	}
	if !all[0].Before {
		t.Error("it counts as the daily one")
	}
	old, err := vault.RestoreBackupWithRecovery(t.Context(), all[0].Path, filepath.Join(t.TempDir(), "old"), key.Text())
	ok(t, err)
	defer old.Close()
	db := must[*sql.DB](t)(sql.Open(old.Driver(), old.DSN()))
	defer db.Close()
	var version int
	ok(t, db.QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version))
	if version != 1 {
		t.Errorf("the backup has schema %d", version)
	}
	s = must[*store.Store](t)(store.OpenKeeping(t.Context(), v, dir))
	ok(t, s.Close())
	if len(filesIn(t, dir)) != 1 {
		t.Error("a backup without a migration")
	}
}
