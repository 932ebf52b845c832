package app_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
)

func TestTwoPeopleHaveAVaultEach(t *testing.T) {
	r := fresh(t)
	c, ctx := r.coffer, t.Context()
	wantKind(t, c.Choose("Ada"), fault.VaultInUse) // one is open
	must(t, c.Lock())
	for _, bad := range []string{"..", "a/b", `a\b`, " Ada", "Ada ", ".hidden", "Ada.", strings.Repeat("a", 41), "a\x00b", "-rf", "CON:"} {
		wantKind(t, c.Choose(bad), fault.BadName)
	}
	must(t, c.Choose("Ada Ödegård"))
	if s := value(c.State())(t); s != app.NoVault {
		t.Fatalf("state is %d", s)
	}
	key := value(c.SetUp(ctx, secret.New("another person's five words")))(t)
	must(t, c.ConfirmRecovery(ctx, key, key.Groups()))
	must(t, c.Lock())
	wantKind(t, r.unlock(), fault.WrongPassphrase)
	if _, _, ok := c.LastLock(); !ok {
		t.Error("the lock is forgotten")
	}
	must(t, c.Choose("Bo"))
	if _, _, ok := c.LastLock(); ok {
		t.Error("another vault's lock is told")
	}
	must(t, c.Choose(""))
	if _, _, ok := c.LastLock(); !ok {
		t.Error("looking at another vault makes a lock forgotten")
	}
	want := []app.VaultEntry{{Current: true}, {Name: "Ada Ödegård"}}
	if all := value(c.Vaults())(t); !slices.Equal(all, want) {
		t.Errorf("vaults are %+v", all)
	}
	must(t, r.unlock())
}

func TestDeletingLeavesNothingOfTheVault(t *testing.T) {
	r := linked(t)
	k := &ring{kept: map[string]string{}}
	c, ctx := r.start(t, k, "boot/1"), t.Context()
	must(t, r.unlock())
	must(t, c.EnableKeyring(ctx, secret.New(passphrase)))
	must(t, c.Lock())
	must(t, r.unlock())
	value(c.BackUp(ctx))(t)
	left := value(c.DeleteEverything(ctx, secret.New(passphrase)))(t)
	if left != (app.Deleted{Links: 1, Backups: 1}) {
		t.Errorf("left %+v", left)
	}
	if s := value(c.State())(t); s != app.NoVault {
		t.Errorf("state is %d", s)
	}
	if _, err := os.Stat(c.Dir()); !os.IsNotExist(err) {
		t.Errorf("the folder is there: %v", err)
	}
	if n := k.count(); n != 0 {
		t.Errorf("the keyring keeps %d things", n)
	}
	value(c.Restore(ctx, app.Restoring{Path: value(c.Backups(ctx))(t)[0].Path, Secret: r.key, Recovery: true}))(t)
	must(t, r.unlock())
}

func TestVerifyFindsWhatIsWrong(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	heard := map[string]bool{}
	found := value(c.Verify(ctx, func(id string, done, total int64) { heard[id] = true }))(t)
	var ids []string
	for _, f := range found {
		ids = append(ids, f.ID)
		if !f.OK || f.Err != nil {
			t.Errorf("%s: %v", f.ID, f.Err)
		}
	}
	if want := []string{app.CheckKeys, app.CheckPages, app.CheckIntegrity, app.CheckRows, app.CheckRecords, app.CheckReceipts, app.CheckLedger}; !slices.Equal(ids, want) || len(heard) != 4 {
		t.Errorf("checked %v, told of %v", ids, heard)
	}
	wrong := func() (ids []string) {
		for _, f := range value(c.Verify(ctx, nil))(t) {
			if !f.OK {
				wantKind(t, f.Err, fault.VaultDamaged)
				ids = append(ids, f.ID)
			}
		}
		return ids
	}
	spare := filepath.Join(c.Dir(), "vault.key.bak")
	raw := value(os.ReadFile(spare))(t)
	raw[60] ^= 1
	must(t, os.WriteFile(spare, raw, 0o600))
	if ids := wrong(); !slices.Equal(ids, []string{app.CheckKeys}) {
		t.Errorf("a changed key file: found %v", ids)
	}
	raw[60] ^= 1
	must(t, os.WriteFile(spare, raw, 0o600))

	main := filepath.Join(c.Dir(), "vault.db")
	file := value(os.OpenFile(main, os.O_RDWR, 0))(t)
	defer file.Close()
	b := make([]byte, 1)
	const at = 20*4096 + 77
	_, err := file.ReadAt(b, at)
	must(t, err)
	_, err = file.WriteAt([]byte{b[0] ^ 4}, at)
	must(t, err)
	if ids := wrong(); !slices.Contains(ids, app.CheckPages) {
		t.Errorf("a changed page: found %v", ids)
	}
	_, err = file.WriteAt(b, at)
	must(t, err)
	if ids := wrong(); len(ids) != 0 {
		t.Errorf("put right again: found %v", ids)
	}
}
