package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	mrand "math/rand/v2"
	"slices"
	"testing"

	"coffer/app/fault"
	"coffer/app/secret"
)

// addressed opens a vault on d by the recovery key and lets the keyring's slot be known, too.
func addressed(t testing.TB, d *memDisk, key *RecoveryKey) *Vault {
	t.Helper()
	v, err := unlockWith(d, key)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.TryKeyring(t.Context(), testRing()); err != nil {
		t.Fatal(err)
	}
	return v
}

// oldKeyOpens tries a data key on the files of a vault as somebody would who had kept it: the slots'
// MAC, and the pages of either set.
func oldKeyOpens(files map[string][]byte, old [keyBytes]byte) error {
	d := newMemDisk(files)
	k, _, err := loadKeys(d)
	if err != nil {
		return err
	}
	data := newDataKey()
	*data.key, data.id = old, k.file
	defer func() { _ = data.drop() }()
	if k.verify(data) == nil {
		return errors.New("the old data key signed the key file")
	}
	p, err := openPager(k.dataDisk(d), data, rand.Reader)
	if err == nil {
		p.release()
		return errors.New("the old data key opens the pages")
	}
	return nil
}

// checkpoint empties the log.
func checkpoint(db *sql.DB) error {
	_, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// What opens the vault stays, and what opened its pages does not: not the old data key, not the old
// pages under the key file of now.
func TestCarryLeavesNothingForTheOldKey(t *testing.T) {
	start, key, print := ledgerVault(t)
	d := newMemDisk(start)
	v := addressed(t, d, key)
	slots := v.Slots()
	for round := range 3 { // to the second set, back, and again
		was, before := *v.keys.key, v.state()
		var told [][2]int64
		if err := v.Carry(t.Context(), func(done, total int64) { told = append(told, [2]int64{done, total}) }); err != nil {
			t.Fatal(err)
		}
		last := told[len(told)-1]
		if now := v.state(); now.keys <= before.keys || now.data <= before.data || last[0] != last[1] || *v.keys.key == was {
			t.Errorf("state %v, was %v, told %v", now, before, told)
		}
		if !slices.Equal(slots, v.Slots()) {
			t.Errorf("the ways in are %v, were %v", v.Slots(), slots)
		}
		files := d.files()
		if err := oldKeyOpens(files, was); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		for name, data := range files {
			for at := 0; at+blockBytes <= len(start[mainName]); at += blockBytes {
				if bytes.Contains(data, start[mainName][at:at+256]) {
					t.Errorf("%s: page %d is still sealed as before", name, at/blockBytes)
				}
			}
		}
		mixed := maps.Clone(start) // an old copy of the disk, with the key file of now
		mixed[keyName], mixed[spareName] = files[keyName], files[spareName]
		for _, name := range []string{mainName, logName, mapName} {
			mixed[inSecond(name)] = start[name]
		}
		if _, err := unlockWith(newMemDisk(mixed), key); fault.KindOf(err) != fault.VaultDamaged {
			t.Errorf("old pages under the key file of now: %v", err)
		}
	}
	v.letGo()
	if which, err := onlyOneOpens(d.files(), [2]*RecoveryKey{key, key}, print); which != 1 {
		t.Error(which, err) // both are the same key here
	}
	if err := opensByRing(newMemDisk(d.files())); err != nil {
		t.Errorf("the keyring: %v", err)
	}
	// Not claimed: the old key file, kept with the old pages, opens them by the same secret.
	if old, err := unlockWith(newMemDisk(start), key); err != nil {
		t.Errorf("a whole old copy: %v", err)
	} else {
		old.letGo()
	}
}

// No slot is carried while another is not known, and nothing is written then.
func TestCarryNeedsEverySecretUsedOnce(t *testing.T) {
	start, key, _ := ledgerVault(t)
	d := newMemDisk(start)
	v, err := unlockWith(d, key)
	if err != nil {
		t.Fatal(err)
	}
	defer v.letGo()
	steps := len(d.steps)
	refused := func(why string) {
		t.Helper()
		if err := v.Carry(t.Context(), nil); !errors.Is(err, ErrUnaddressed) || fault.Of(err) != nil || len(d.steps) != steps {
			t.Errorf("%s: %v, %d steps", why, err, len(d.steps)-steps)
		}
		if got := v.Unaddressed(); !slices.Equal(got, []SlotKind{KeyringSlot}) {
			t.Errorf("%s: %v are not known", why, got)
		}
	}
	refused("only the recovery key was used")
	other := addressed(t, newMemDisk(start), key)
	texts := other.Addresses()
	other.letGo()
	if len(texts) != 2 {
		t.Fatalf("%d addresses", len(texts))
	}
	for why, text := range map[string]string{
		"nothing": "", "no address": texts[KeyringSlot][:25], "another slot's": texts[RecoverySlot], "not base64": "x." + texts[KeyringSlot],
	} {
		v.KnowAddress(KeyringSlot, text)
		v.KnowAddress(PassphraseSlot, text)
		refused(why)
	}
	v.KnowAddress(KeyringSlot, texts[KeyringSlot])
	ended, end := context.WithCancel(t.Context())
	end()
	if err := v.Carry(ended, nil); fault.KindOf(err) != fault.Canceled {
		t.Errorf("canceled: %v", err)
	}
	if err := v.Carry(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := opensByRing(newMemDisk(d.files())); err != nil {
		t.Errorf("by an address that was kept: %v", err)
	}
}

// After it each slot changes as ever, a backup opens with each secret, and Rekey shuts out who had the key.
func TestACarriedVaultLivesOn(t *testing.T) {
	start, key, print := ledgerVault(t)
	d := newMemDisk(start)
	v := addressed(t, d, key)
	defer v.letGo()
	if err := v.SetPassphrase(typedRekeying().Passphrase); err != nil {
		t.Fatal(err)
	}
	if err := v.Carry(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if v.file.version != carriedVersion {
		t.Errorf("version %d", v.file.version)
	}
	for name, try := range map[string]func() error{
		"passphrase": func() error { return v.TryPassphrase(typedRekeying().Passphrase) },
		"recovery":   func() error { return v.TryRecovery(key.Text()) },
		"keyring":    func() error { return v.TryKeyring(t.Context(), testRing()) },
	} {
		if err := try(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := v.TryPassphrase(secret.New("another passphrase")); fault.KindOf(err) != fault.WrongPassphrase {
		t.Errorf("another passphrase: %v", err)
	}
	on := newMemDisk(nil)
	if err := v.writeBackup(t.Context(), on, backupName); err != nil {
		t.Fatal(err)
	}
	if raw := on.files()[backupName]; raw[9] != backupCarried {
		t.Errorf("a backup of version %d", raw[9])
	}
	if err := restoresAt(t, on.files(), key); err != nil {
		t.Error(err)
	}
	fresh, err := v.NewRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	again, err := unlockWith(newMemDisk(d.files()), fresh) // one slot new, two carried
	if err != nil {
		t.Fatal(err)
	}
	again.letGo()
	r := typedRekeying()
	r.Ring = testRing()
	if fresh, err = v.Rekey(t.Context(), r); err != nil || v.file.version != keyVersion {
		t.Fatalf("%v, version %d", err, v.file.version)
	}
	if which, err := onlyOneOpens(d.files(), [2]*RecoveryKey{key, fresh}, print); which != 1 {
		t.Error(which, err)
	}
}

// Power cut at each step: the same key opens everything, under the old data key or the new one.
func TestPowerCutsDuringCarry(t *testing.T) {
	start, key, print := ledgerVault(t)
	d := newMemDisk(start)
	v := addressed(t, d, key)
	opening, was := len(d.steps), v.file.file
	if err := v.Carry(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	v.letGo()
	cuts, carried := 0, 0
	for _, how := range []sectors{{512, false}, {4096, true}} {
		for cut := opening; cut <= len(d.steps); cut++ {
			for seed := range uint64(2 * rounds) {
				left := powerCut(start, d.steps[:cut], how, mrand.New(mrand.NewPCG(seed, uint64(cut))))
				if err := opensWhole(newMemDisk(left), key, print); err != nil {
					t.Errorf("sectors of %d, cut after step %d, seed %d: %v", how.size, cut, seed, err)
				}
				k, _, err := loadKeys(newMemDisk(left))
				if err != nil {
					t.Fatal(err)
				}
				if k.file != was {
					carried++
				}
				cuts++
			}
		}
	}
	if carried == 0 || carried == cuts {
		t.Errorf("%d of %d cuts found the new key", carried, cuts)
	}
	t.Logf("%d power cuts, %d after the switch: 0 lost", cuts, carried)
}

// A slot that was carried opens by its secret alone, in its place alone, and each bit of it counts.
func TestEveryBitOfACarriedSlotCounts(t *testing.T) {
	start, key, _ := ledgerVault(t)
	d := newMemDisk(start)
	v := addressed(t, d, key)
	if err := v.Carry(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	v.letGo()
	whole := d.files()
	raw := whole[keyName]
	refused := 0
	for at := keyHead; at < len(raw)-keyTail; at += 7 {
		changed := slices.Clone(raw)
		changed[at] ^= 1 << (at % 8)
		files := maps.Clone(whole)
		files[keyName], files[spareName] = resum(changed), resum(changed)
		v, err := unlockWith(newMemDisk(files), key)
		if err == nil {
			v.letGo()
			t.Errorf("byte %d changed, and it opens", at)
		}
		refused++
	}
	t.Logf("%d of %d changed key files refused", refused, refused)
}

// A backup from before is taken over by a secret of then, and is under the keys of now.
func TestABackupFromBeforeIsTakenOver(t *testing.T) {
	dir := t.TempDir() + "/data"
	pass := secret.New("nine lively walruses juggle")
	v, key, err := Create(dir, pass, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	db := connect(t, v)
	if err := errors.Join(makeLedger(db), addTransaction(db, 1), checkpoint(db)); err != nil {
		t.Fatal(err)
	}
	_, print, err := ledgerState(db)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(checkpoint(db), v.WriteBackup(t.Context(), dir+".backup"), v.Carry(t.Context(), nil), db.Close()); err != nil {
		t.Fatal(err)
	}
	if ours, err := v.Sealed(dir + ".backup"); ours || err != nil {
		t.Errorf("sealed under the key of now: %v, %v", ours, err)
	}
	if _, err := v.RestoreBackup(t.Context(), dir+".backup", dir+"0"); fault.KindOf(err) != fault.VaultDamaged {
		t.Errorf("without a secret: %v", err)
	}
	if _, err := v.AdoptBackup(t.Context(), dir+".backup", dir+"1", secret.New("another passphrase")); fault.KindOf(err) != fault.WrongPassphrase {
		t.Errorf("by another passphrase: %v", err)
	}
	for i, typed := range []secret.Text{pass, key.Text()} {
		to := fmt.Sprint(dir, i+2)
		adopted, err := v.AdoptBackup(t.Context(), dir+".backup", to, typed)
		if err != nil {
			t.Fatal(err)
		}
		db := connect(t, adopted)
		if _, got, err := ledgerState(db); err != nil || got != print || *adopted.keys.key != *v.keys.key {
			t.Errorf("%v, or other rows, or another key", err)
		}
		if err := errors.Join(checkpoint(db), adopted.WriteBackup(t.Context(), to+".backup"), db.Close(), adopted.Close()); err != nil {
			t.Fatal(err)
		}
		if ours, err := v.Sealed(to + ".backup"); !ours || err != nil {
			t.Errorf("its backup is under the key of now: %v, %v", ours, err)
		}
	}
}
