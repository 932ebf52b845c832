package app_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/store"
)

// beside is another computer's Coffer that reads exports, with no vault yet.
func (r *rig) beside(t *testing.T) *app.Coffer {
	t.Helper()
	c, err := app.New(app.Config{
		Dir: filepath.Join(t.TempDir(), "vault"), OpenStore: r.openStore, OpenBanks: r.openBanks, Now: r.clock.now, OpenBrowser: r.browse,
		CheckEverything: store.CheckEverything, FillFrom: store.FillFrom,
	})
	must(t, err)
	t.Cleanup(func() { must(t, c.Lock()) })
	return c
}

func TestEverythingIsExportedAndComesBack(t *testing.T) {
	r := linked(t)
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "all.json")
	must(t, r.coffer.Lock())
	must(t, r.unlock())
	wantKind(t, r.coffer.ExportEverything(ctx, app.Exporting{Path: path, Current: secret.New("not it at all")}), fault.WrongPassphrase)
	if _, err := os.Lstat(path); err == nil {
		t.Fatal("a file was made for a wrong passphrase")
	}
	x := app.Exporting{Path: path, Current: secret.New(passphrase)}
	must(t, r.coffer.ExportEverything(ctx, x))
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if err := r.coffer.ExportEverything(ctx, x); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time: %v", err)
	}
	x.Over = true
	must(t, r.coffer.ExportEverything(ctx, x))
	x.Path = filepath.Join(path, "in a file")
	wantKind(t, r.coffer.ExportEverything(ctx, x), fault.DiskFailed)
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("beside the file there are %v", left)
	}
	want := r.read(t)

	c := r.beside(t)
	must(t, c.CheckExport(ctx, path, nil))
	text, err := os.ReadFile(path)
	must(t, err)
	if kept := value(r.store.Setting(ctx, "address.1"))(t); kept == "" || bytes.Contains(text, []byte(kept)) || bytes.Contains(text, []byte("address.")) {
		t.Errorf("where a slot is reached is in the file, or nowhere: %q", kept)
	}
	must(t, os.WriteFile(path+"x", text[:len(text)-9], 0o600))
	l := app.Locking{Passphrase: secret.New(passphrase), After: app.DefaultLockAfter}
	for file, kind := range map[string]fault.Kind{path + "x": fault.VaultDamaged, path + "y": fault.VaultMissing, foreign(t): fault.VaultForeign} {
		wantKind(t, c.CheckExport(ctx, file, nil), kind)
		wantKind(t, second(c.SetUpFrom(ctx, app.Bringing{Locking: l, Path: file})), kind)
		if left, _ := os.ReadDir(filepath.Dir(c.Dir())); len(left) != 0 {
			t.Fatalf("a refused file left %v", left)
		}
	}
	read := int64(0)
	key, err := c.SetUpFrom(ctx, app.Bringing{Locking: l, Path: path, Told: func(done, _ int64) { read = done }})
	must(t, err)
	if read != int64(len(text)) {
		t.Errorf("%d of %d bytes were read", read, len(text))
	}
	if typed := value(c.NeedsRecovery(ctx))(t); !typed {
		t.Error("the new recovery key counts as typed back")
	}
	for _, slot := range []string{"address.1", "address.2"} { // with the passphrase alone, the next new key reaches both
		if value(r.store.Setting(ctx, slot))(t) == "" {
			t.Errorf("%s was not kept", slot)
		}
	}
	must(t, r.store.SetSetting(ctx, "address.2", "")) // as of a vault from before
	must(t, c.ConfirmRecovery(ctx, key, key.Groups()))
	if value(r.store.Setting(ctx, "address.2"))(t) == "" {
		t.Error("the recovery key was typed, and its address was not kept")
	}
	wantKind(t, second(c.SetUpFrom(ctx, app.Bringing{Locking: l, Path: path})), fault.VaultExists)
	for _, check := range value(c.Verify(ctx, nil))(t) {
		if !check.OK {
			t.Errorf("%s: %v", check.ID, check.Err)
		}
	}
	if link := value(c.Links(ctx))(t)[0]; link.State != consent.NeedsLogin {
		t.Errorf("the link is in state %v", link.State)
	}
	r.coffer, r.key = c, secret.Text{}
	sameBooks(t, r.read(t), want)
	if rows := value(c.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 3))(t); len(rows) != 3 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestABackupIsVerifiedAndNothingElseIsTouched(t *testing.T) {
	r, made := backed(t)
	ctx, c := t.Context(), r.coffer
	before := value(os.ReadDir(filepath.Dir(c.Dir())))(t)
	rows := value(c.Verify(ctx, nil))(t)[3].Count
	must(t, c.Lock())
	found := value(c.VerifyBackup(ctx, app.Restoring{Path: made.Path, Secret: r.key, Recovery: true}))(t)
	if len(found) != 7 || found[3].ID != app.CheckRows || found[3].Count != rows {
		t.Errorf("found %+v", found)
	}
	for _, check := range found {
		if !check.OK {
			t.Errorf("%s: %v", check.ID, check.Err)
		}
	}
	for path, kind := range map[string]fault.Kind{damaged(t, made.Path): fault.VaultDamaged, foreign(t): fault.VaultForeign, made.Path + "x": fault.VaultMissing} {
		wantKind(t, second(c.VerifyBackup(ctx, app.Restoring{Path: path, Secret: r.key, Recovery: true})), kind)
	}
	wantKind(t, second(c.VerifyBackup(ctx, app.Restoring{Path: made.Path, Secret: secret.New("no such words")})), fault.WrongPassphrase)
	if s := value(c.State())(t); s != app.Locked {
		t.Errorf("state is %d", s)
	}
	if after := value(os.ReadDir(filepath.Dir(c.Dir())))(t); len(after) != len(before) {
		t.Errorf("beside the vault there are %v, were %v", after, before)
	}
}

// What a restoring that was cut off left beside a vault is no vault.
func TestAFolderOfWorkIsNoVault(t *testing.T) {
	r := fresh(t)
	must(t, r.coffer.Lock())
	for _, name := range []string{"Anna", "Anna.restoring", "Anna.restored", "Anna.verifying"} {
		must(t, os.MkdirAll(filepath.Join(r.coffer.Dir()+"s", name), 0o700))
	}
	all := value(r.coffer.Vaults())(t)
	if len(all) != 2 || all[1].Name != "Anna" {
		t.Errorf("vaults are %+v", all)
	}
	wantKind(t, r.coffer.Choose("Anna.restoring"), fault.BadName)
}
