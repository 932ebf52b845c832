package app_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// shredded revokes and erases the rig's link, and returns the report.
func (r *rig) shredded(t *testing.T, told func(done, total int64)) app.ErasureReport {
	t.Helper()
	value(r.coffer.Revoke(t.Context(), r.id, nil))(t)
	value(r.coffer.Erase(t.Context(), r.id, told))(t)
	return value(r.coffer.Erasure(t.Context(), r.id))(t)
}

// TestAShreddingEndsWithANewKey shreds, and then tries everything that opened the vault, and a copy of its
// folder from before: with the key file of now its pages open no more; with its own key file they do.
func TestAShreddingEndsWithANewKey(t *testing.T) {
	r, k := ringed(t)
	c, ctx := r.coffer, t.Context()
	value(c.Revoke(ctx, r.id, nil))(t)
	must(t, c.Lock())
	before := filepath.Join(t.TempDir(), "before")
	must(t, os.CopyFS(before, os.DirFS(c.Dir())))
	must(t, r.unlock())
	var last [2]int64
	steps := 0
	value(c.Erase(ctx, r.id, func(done, total int64) { last, steps = [2]int64{done, total}, steps+1 }))(t)
	if steps == 0 || last[0] != last[1] || last[0] == 0 {
		t.Errorf("told %d times, last %v", steps, last)
	}
	if report := value(c.Erasure(ctx, r.id))(t); report.Rekeyed.IsZero() {
		t.Errorf("the report is %+v", report)
	}
	if keys := value(c.Keys(ctx))(t); len(keys.Slots) != 3 || value(c.VerifyLedger(ctx, nil))(t).Err() != nil {
		t.Errorf("the ways in are %+v, or the ledger is not whole", keys.Slots)
	}
	for name, open := range map[string]func() error{
		"passphrase": func() error { return c.Unlock(ctx, secret.New(passphrase)) },
		"recovery":   func() error { return c.UnlockWithRecovery(ctx, r.key) },
		"keyring":    func() error { c = r.start(t, k, "boot/2"); return c.UnlockWithKeyring(ctx) },
	} {
		must(t, c.Lock())
		if err := open(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, c.TakeCare(ctx))
	if value(c.Overview(ctx))(t).Care.Older {
		t.Error("the keyring takes the vault for an older one")
	}
	must(t, c.Lock())

	old, err := vault.OpenWithRecovery(before, r.key) // its own key file: nothing that Coffer does reaches it
	must(t, err)
	must(t, old.Close())
	for _, name := range []string{"vault.key", "vault.key.bak"} {
		must(t, os.WriteFile(filepath.Join(before, name), value(os.ReadFile(filepath.Join(c.Dir(), name)))(t), 0o600))
	}
	for name := range filesOf(t, before) { // the set that the key file of now names
		if rest, is := strings.CutPrefix(name, "vault."); is && !strings.HasPrefix(rest, "key") {
			must(t, os.WriteFile(filepath.Join(before, "vault2."+rest), value(os.ReadFile(filepath.Join(before, name)))(t), 0o600))
		}
	}
	_, err = vault.OpenWithRecovery(before, r.key)
	wantKind(t, err, fault.VaultDamaged)
}

// TestTheNewKeyOfAShreddingComesLater cuts the new key off in several ways: the erasure is done, its report
// says that the key is missing, and the next opening ends it.
func TestTheNewKeyOfAShreddingComesLater(t *testing.T) {
	full := fault.New(fault.DiskFull, "write", errors.New("full"))
	for name, test := range map[string]struct {
		hook func(step string) error
		lock bool // instead: marked, and locked before its time
		end  bool // in the midst
		kind fault.Kind
	}{
		"the disk was full":    {hook: func(step string) error { return map[string]error{"carry": full}[step] }, kind: fault.DiskFull},
		"ended after the seal": {hook: func(step string) error { return map[string]error{"carried": full}[step] }, kind: fault.DiskFull},
		"ended in the midst":   {end: true, kind: fault.Canceled},
		"locked before":        {lock: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := linked(t)
			c, ctx := r.coffer, t.Context()
			r.hook = test.hook
			value(c.Revoke(ctx, r.id, nil))(t)
			if test.lock {
				must(t, c.EraseSoon(ctx, r.id))
			} else {
				during, end := context.WithCancel(ctx)
				defer end()
				value(c.Erase(during, r.id, func(done, total int64) {
					if test.end {
						end()
					}
				}))(t)
				report := value(c.Erasure(ctx, r.id))(t)
				if kind := fault.KindOf(report.NewKey.Failed); !report.Rekeyed.IsZero() || kind != test.kind || report.NewKey.Needs != nil {
					t.Errorf("the report is %+v", report)
				}
			}
			must(t, c.Lock())
			r.hook = nil
			must(t, r.unlock())
			if report := value(c.Erasure(ctx, r.id))(t); !report.Rekeyed.IsZero() || len(report.Gone) == 0 || report.NewKey.Failed != nil {
				t.Errorf("before it is looked after: %+v", report)
			}
			must(t, c.TakeCare(ctx))
			if report := value(c.Erasure(ctx, r.id))(t); report.Rekeyed.IsZero() {
				t.Errorf("afterwards: %+v", report)
			}
			files := slices.Collect(maps.Keys(filesOf(t, c.Dir())))
			must(t, c.TakeCare(ctx)) // nothing is left to do
			if now := slices.Collect(maps.Keys(filesOf(t, c.Dir()))); len(now) != len(files) {
				t.Errorf("files %v, were %v", now, files)
			}
		})
	}
}

// TestANewKeyWaitsForASecretThatWasNeverUsed: a vault from before slots had addresses says what it waits for,
// and an opening with that ends it.
func TestANewKeyWaitsForASecretThatWasNeverUsed(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	for _, key := range []string{"address.1", "address.2"} {
		if value(r.store.Setting(ctx, key))(t) == "" {
			t.Fatalf("%s was not kept", key)
		}
		must(t, r.store.SetSetting(ctx, key, ""))
	}
	must(t, c.Lock())
	must(t, r.unlock()) // by the recovery key
	report := r.shredded(t, func(int64, int64) { t.Error("something was sealed anew") })
	if !report.Rekeyed.IsZero() || !slices.Equal(report.NewKey.Needs, []app.SlotKind{app.PassphraseSlot}) || report.NewKey.Failed != nil {
		t.Errorf("the report is %+v", report)
	}
	must(t, c.TakeCare(ctx))
	if report := value(c.Erasure(ctx, r.id))(t); !report.Rekeyed.IsZero() {
		t.Errorf("without the passphrase: %+v", report)
	}
	must(t, c.Lock())
	must(t, c.Unlock(ctx, secret.New(passphrase)))
	must(t, c.TakeCare(ctx))
	if report := value(c.Erasure(ctx, r.id))(t); report.Rekeyed.IsZero() || report.NewKey.Needs != nil {
		t.Errorf("with it: %+v", report)
	}
	must(t, c.Lock())
	must(t, r.unlock())
}

// TestAWrongAddressIsCorrectedByTheSecret: what stands there for a slot gives way to what its secret says.
func TestAWrongAddressIsCorrectedByTheSecret(t *testing.T) {
	r := linked(t)
	ctx := t.Context()
	right := value(r.store.Setting(ctx, "address.1"))(t)
	salt, _, _ := strings.Cut(right, ".")
	_, other, _ := strings.Cut(value(r.store.Setting(ctx, "address.2"))(t), ".")
	must(t, r.store.SetSetting(ctx, "address.1", salt+"."+other))
	must(t, r.coffer.Lock())
	must(t, r.unlock()) // by the recovery key
	must(t, r.coffer.Confirm(ctx, secret.New(passphrase)))
	if value(r.store.Setting(ctx, "address.1"))(t) != right {
		t.Error("a new key would go to an address that the passphrase does not open")
	}
	if report := r.shredded(t, nil); report.Rekeyed.IsZero() {
		t.Fatalf("the report is %+v", report)
	}
	must(t, r.coffer.Lock())
	must(t, r.coffer.Unlock(ctx, secret.New(passphrase)))
}

// TestANewKeyAsksTheKeyringByItself: a keyring that opens the vault, and was not asked at this opening, is asked then.
func TestANewKeyAsksTheKeyringByItself(t *testing.T) {
	r, k := ringed(t)
	ctx := t.Context()
	must(t, r.store.SetSetting(ctx, "address.3", ""))
	r.start(t, k, "boot/1")
	must(t, r.unlock()) // by the recovery key
	if report := r.shredded(t, nil); report.Rekeyed.IsZero() || report.NewKey.Needs != nil {
		t.Errorf("the report is %+v", report)
	}
	c := r.start(t, k, "boot/2")
	must(t, c.UnlockWithKeyring(ctx))
}

// TestANewKeyThatCameAfterAllIsNoLongerMissed: what failed before is not told once there is a new key, however it came.
func TestANewKeyThatCameAfterAllIsNoLongerMissed(t *testing.T) {
	full := fault.New(fault.DiskFull, "write", errors.New("full"))
	for name, later := range map[string]func(r *rig) error{
		"beside the looking after": func(r *rig) error {
			fails := r.hook
			r.hook = func(step string) error {
				if step != "list backups" {
					return fails(step)
				}
				r.hook = nil
				return r.coffer.FinishShredding(t.Context(), nil)
			}
			return r.coffer.TakeCare(t.Context())
		},
		"asked for": func(r *rig) error {
			_, err := r.coffer.Rekey(t.Context(), app.RekeyTerms{Current: secret.New(passphrase)})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := linked(t)
			r.hook = func(step string) error { return map[string]error{"carry": full}[step] }
			r.shredded(t, nil)
			wantKind(t, value(r.coffer.Overview(t.Context()))(t).Care.Unkeyed, fault.DiskFull)
			must(t, later(r))
			if report := value(r.coffer.Erasure(t.Context(), r.id))(t); report.Rekeyed.IsZero() {
				t.Fatalf("the report is %+v", report)
			}
			if failed := value(r.coffer.Overview(t.Context()))(t).Care.Unkeyed; failed != nil {
				t.Errorf("told still: %v", failed)
			}
		})
	}
}
