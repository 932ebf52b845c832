package vault_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// A vault whose log could not be emptied at the end says how long it is: whoever cuts it then,
// or changes a byte, is noticed.
func TestALogCutWhileLockedIsNoticed(t *testing.T) {
	dir, v, key := create(t)
	db := database(t, v)
	fill(t, db, 30, "first")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	for range 4 {
		fill(t, db, 30, "more")
	}
	want := ask(t, db, sumRows)
	run(t, db, "BEGIN")
	run(t, db, "PRAGMA cache_size=1")
	run(t, db, "UPDATE entry SET payee = payee || 'never committed'")
	if err := v.Close(); err == nil {
		t.Error("the open database was not mentioned")
	}
	whole := snapshot(t, dir)
	log := whole["vault.db-wal"]
	open := func(log []byte) (*vault.Vault, error) {
		if err := os.WriteFile(filepath.Join(dir, "vault.db-wal"), log, 0o600); err != nil {
			t.Fatal(err)
		}
		return vault.OpenWithRecovery(dir, key.Text())
	}
	frames, refused := len(log)/4096, 0
	for cut := 1; cut < frames; cut++ {
		opened, err := open(log[:cut*4096])
		if err == nil { // only what was never committed is gone
			shut(t, opened)
			break
		}
		wantFault(t, err, fault.VaultDamaged)
		flipped := append([]byte(nil), log...)
		flipped[cut*4096+99] ^= 4
		_, err = open(flipped)
		wantFault(t, err, fault.VaultDamaged)
		refused++
	}
	if refused < 8 {
		t.Errorf("only %d cuts of %d frames were tried", refused, frames)
	}
	for name, data := range whole {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // with the note still there, and after a commit
		v, err := open(log)
		if err != nil {
			t.Fatal(err)
		}
		closer(t, v)
		db := database(t, v)
		if got := ask(t, db, sumRows); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		run(t, db, "UPDATE entry SET amount = amount")
		_ = v.Close()
		log = snapshot(t, dir)["vault.db-wal"]
	}
}

func TestSlotsSayWhenTheyWereMade(t *testing.T) {
	at := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	dir := filepath.Join(t.TempDir(), "data")
	v, _, err := vault.Create(dir, secret.New(passphrase), vault.Options{Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	at = at.Add(time.Hour)
	if err := v.EnableKeyring(t.Context(), vault.NewKeyring(&fakeRing{})); err != nil {
		t.Fatal(err)
	}
	want := []vault.SlotInfo{
		{Kind: vault.PassphraseSlot, Created: at.Add(-time.Hour)}, {Kind: vault.RecoverySlot, Created: at.Add(-time.Hour)},
		{Kind: vault.KeyringSlot, Created: at},
	}
	seen, err := vault.Look(dir)
	if err != nil || seen.ID != v.ID() {
		t.Error(err)
	}
	for i, slots := range [][]vault.SlotInfo{v.Slots(), seen.Slots} {
		for n, slot := range slots {
			if len(slots) != len(want) || slot != want[n] {
				t.Errorf("%d: slot %d is %v, want %v", i, n, slot, want[n])
			}
		}
	}
	shut(t, v)
}
