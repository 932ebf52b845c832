package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
)

// backed is a linked rig with a backup in it, and a change after that backup.
func backed(t *testing.T) (*rig, app.Backup) {
	t.Helper()
	r := linked(t)
	r.start(t, &ring{kept: map[string]string{}}, "")
	must(t, r.unlock())
	made := value(r.coffer.BackUp(t.Context()))(t)
	if made.Problem != nil || made.Bytes == 0 || len(made.Today) != 2 {
		t.Fatalf("made %+v", made)
	}
	return r, made
}

// The drill: the computer is gone, and all that is left are the backup and the paper.
func TestABackupAndTheRecoveryKeyAloneBringEverythingBack(t *testing.T) {
	r, made := backed(t)
	want := r.read(t)
	before := value(r.coffer.Verify(t.Context(), nil))(t)
	must(t, r.coffer.Lock())

	other, err := build(t.TempDir(), new(clock))
	must(t, err)
	other.cleanUp(t)
	other.bank, r.bank = r.bank, other.bank // the bank is the same one
	other.addr, r.addr = r.addr, other.addr
	c, ctx := other.start(t, &ring{kept: map[string]string{}}, ""), t.Context()
	wantKind(t, second(c.Restore(ctx, app.Restoring{Path: made.Path, Secret: secret.New("not this passphrase"), Recovery: false})), fault.WrongPassphrase)
	if s := value(c.State())(t); s != app.NoVault {
		t.Fatalf("a refused restore left state %d", s)
	}
	got := value(c.Restore(ctx, app.Restoring{Path: made.Path, Secret: r.key, Recovery: true}))(t)
	if got.Aside != "" {
		t.Errorf("put aside %q where nothing was", got.Aside)
	}
	if s := value(c.State())(t); s != app.Locked {
		t.Errorf("state is %d", s)
	}
	must(t, c.UnlockWithRecovery(ctx, r.key))
	other.id, other.key = r.id, r.key
	sameBooks(t, other.read(t), want)
	if s := other.state(t); s != consent.NeedsLogin {
		t.Errorf("the link is in state %v, want that it needs a sign-in", s)
	}
	for i, check := range value(c.Verify(ctx, nil))(t) {
		if !check.OK || check.ID == app.CheckRows && check.Count != before[i].Count {
			t.Errorf("%s: %+v", check.ID, check)
		}
	}
	requests := len(other.bank.Events())
	if err := other.refresh(t); fault.KindOf(err) != fault.LoginNeeded {
		t.Errorf("a refresh without a token: %v", err)
	}
	if now := len(other.bank.Events()); now != requests {
		t.Errorf("the bank saw %d things of a vault that holds no token", now-requests)
	}
	if _, err := c.LinkBank(ctx, northlight, app.Terms{HistoryDays: history, ConsentDays: 90, Again: other.id}, func(app.LinkingProgress) {}); err != nil {
		t.Fatal(err)
	}
	if accounts := value(c.Accounts(ctx))(t); len(accounts) != len(want.Balances) {
		t.Errorf("after signing in again there are %d accounts, want %d", len(accounts), len(want.Balances))
	}
}

func second[T any](_ T, err error) error { return err }

func TestRestoringKeepsTheVaultOfNow(t *testing.T) {
	r, made := backed(t)
	ctx, c := t.Context(), r.coffer
	then := r.read(t)
	row := value(c.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 1))(t)[0]
	_, err := c.SetNote(ctx, row.ID, "written after the backup")
	must(t, err)

	for name, bad := range map[string]struct {
		r    app.Restoring
		kind fault.Kind
	}{
		"no file":          {app.Restoring{Path: made.Path + "x", Secret: r.key, Recovery: true}, fault.VaultMissing},
		"wrong passphrase": {app.Restoring{Path: made.Path, Secret: secret.New("x")}, fault.WrongPassphrase},
		"wrong key":        {app.Restoring{Path: made.Path, Secret: secret.New("0000-0000-0000-0000-0000-0000-0000-0000"), Recovery: true}, fault.WrongPassphrase},
		"another file":     {app.Restoring{Path: foreign(t), Secret: r.key, Recovery: true}, fault.VaultForeign},
		"damaged":          {app.Restoring{Path: damaged(t, made.Path), Secret: r.key, Recovery: true}, fault.VaultDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Restore(ctx, bad.r)
			wantKind(t, err, bad.kind)
			if s := value(c.State())(t); s != app.Open {
				t.Errorf("state is %d: a restore that fails changes nothing", s)
			}
		})
	}
	ended, end := context.WithCancel(ctx)
	end()
	if err := second(c.Restore(ended, app.Restoring{Path: made.Path, Secret: r.key, Recovery: true})); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}

	got := value(c.Restore(ctx, app.Restoring{Path: made.Path, Secret: secret.New(passphrase)}))(t)
	must(t, r.unlock())
	sameBooks(t, r.read(t), then)
	if note := value(c.Transaction(ctx, row.ID))(t).Note; note != "" {
		t.Errorf("the note is %q", note)
	}
	must(t, c.Lock())
	all := value(c.Vaults())(t)
	if !slices.Contains(all, app.VaultEntry{Name: got.Aside, Aside: true}) {
		t.Fatalf("vaults are %+v, put aside was %q", all, got.Aside)
	}
	must(t, c.Choose(got.Aside))
	must(t, r.unlock())
	if note := value(c.Transaction(ctx, row.ID))(t).Note; note != "written after the backup" {
		t.Errorf("the note of the vault that was put aside is %q", note)
	}
}

// A restoring that was cut off between its two renamings is ended by the next start.
func TestARestoringThatWasCutOffIsEnded(t *testing.T) {
	r := fresh(t)
	must(t, r.coffer.Lock())
	dir := r.coffer.Dir()
	must(t, os.Rename(dir, dir+".restored"))
	if s := value(r.coffer.State())(t); s != app.Locked {
		t.Fatalf("state is %d", s)
	}
	must(t, r.unlock())
	must(t, r.coffer.Lock())
	must(t, os.Rename(dir, dir+".restoring")) // not whole yet: it counts for nothing
	if s := value(r.coffer.State())(t); s != app.NoVault {
		t.Errorf("state is %d", s)
	}
	must(t, os.Rename(dir+".restoring", dir))
}

func foreign(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "letter.txt")
	must(t, os.WriteFile(path, []byte("Dear bank, this is no backup at all, and longer than a head of one would have to be."), 0o600))
	return path
}

func damaged(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	must(t, err)
	raw[len(raw)-100] ^= 1
	path = filepath.Join(t.TempDir(), filepath.Base(path))
	must(t, os.WriteFile(path, raw, 0o600))
	return path
}

func TestBackupsGoWhereThePersonSays(t *testing.T) {
	r := fresh(t)
	r.clock.move(time.Since(firstDay)) // backups are named by the store's clock, which is the real one
	c, ctx := r.start(t, &ring{kept: map[string]string{}}, ""), t.Context()
	must(t, r.unlock())
	if p := value(c.BackupPlace(ctx))(t); !p.Default || p.Dir != c.DefaultBackups() || p.SyncedBy != "" {
		t.Errorf("place is %+v", p)
	}
	if made := value(c.BackUpIfDue(ctx))(t); !made {
		t.Error("the first backup is not due")
	}
	if made := value(c.BackUpIfDue(ctx))(t); made {
		t.Error("a second backup on one day is due")
	}
	synced := filepath.Join(t.TempDir(), "Dropbox", "mine")
	must(t, c.SetBackupPlace(ctx, synced))
	if p := value(c.BackupPlace(ctx))(t); p.Default || p.Dir != synced || p.SyncedBy != "Dropbox" {
		t.Errorf("place is %+v", p)
	}
	if all := value(c.Backups(ctx))(t); len(all) != 0 {
		t.Errorf("backups in the new place: %+v", all)
	}
	value(c.BackUp(ctx))(t)
	if all := value(c.Backups(ctx))(t); len(all) != 1 || filepath.Dir(all[0].Path) != synced {
		t.Errorf("backups are %+v", all)
	}
	must(t, c.Lock())
	if all := value(c.Backups(ctx))(t); len(all) != 1 || filepath.Dir(all[0].Path) != c.DefaultBackups() {
		t.Errorf("while locked: %+v", all)
	}
	wantKind(t, second(c.BackUp(ctx)), fault.Locked)
	must(t, r.unlock())
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	wantKind(t, c.SetBackupPlace(ctx, filepath.Join(file, "in")), fault.DiskFailed)
	must(t, c.SetBackupPlace(ctx, ""))
	r.clock.move(24 * time.Hour)
	if made := value(c.BackUpIfDue(ctx))(t); !made {
		t.Error("the backup of the next day is not due")
	}
}

// A backup is older than the tokens of today, which replaced those of its time. A bank that sees
// an old refresh token ends the grant: so a restored vault must send none.
func TestAVaultRestoredAfterARotationSendsNoOldToken(t *testing.T) {
	r, made := backed(t)
	c, ctx := r.coffer, t.Context()
	old := value(r.store.Credential(ctx, r.id))(t)
	r.clock.move(48 * time.Hour) // the access token is over: a refresh brings a new pair
	must(t, r.refresh(t))
	if now := value(r.store.Credential(ctx, r.id))(t); now.Refresh.Equal(old.Refresh) {
		t.Fatal("the bank did not rotate the refresh token")
	}
	value(c.Restore(ctx, app.Restoring{Path: made.Path, Secret: r.key, Recovery: true}))(t)
	must(t, r.unlock())
	if _, err := r.store.Credential(ctx, r.id); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("a credential came back with the backup: %v", err)
	}
	if s := r.state(t); s != consent.NeedsLogin {
		t.Errorf("the link is in state %v", s)
	}
	seen, rows := len(r.bank.Events()), len(value(c.Ledger(ctx, "", 0, 10_000))(t))
	wantKind(t, r.refresh(t), fault.LoginNeeded)
	_ = c.RefreshAll(ctx)
	if now := len(r.bank.Events()); now != seen {
		t.Errorf("the bank saw %d things", now-seen)
	}
	if now := len(value(c.Ledger(ctx, "", 0, 10_000))(t)); now != rows {
		t.Errorf("%d connections of a vault without a token", now-rows)
	}
	t.Logf("0 requests with an old token after a rotation and a restore")
}
