package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// headIn is the head of the ledger that the keyring keeps of the only vault in it; zero for none.
func (r *ring) headIn(t *testing.T) egress.Head {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, text := range r.kept {
		if strings.HasSuffix(name, "/ledger") {
			return value(egress.ParseHead(text))(t)
		}
	}
	return egress.Head{}
}

// change replaces what is kept under the names that end so.
func (r *ring) change(end, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.kept {
		if strings.HasSuffix(name, end) {
			r.kept[name] = text
		}
	}
}

// ringed is a linked rig whose keyring opens the vault, which is open.
func ringed(t *testing.T) (*rig, *ring) {
	t.Helper()
	r := linked(t)
	k := &ring{kept: map[string]string{}}
	c := r.start(t, k, "boot/1")
	must(t, r.unlock())
	must(t, c.EnableKeyring(t.Context(), secret.New(passphrase)))
	must(t, c.TakeCare(t.Context()))
	return r, k
}

func newest(t *testing.T, c *app.Coffer) egress.Head {
	t.Helper()
	rows := value(c.Entries(t.Context(), app.LedgerFilter{}, 0, 1))(t)
	return egress.Head{Seq: rows[0].Seq, Hash: rows[0].Hash}
}

func TestTheKeyringKeepsTheNewestHead(t *testing.T) {
	r, k := ringed(t)
	c, ctx := r.coffer, t.Context()
	at := newest(t, c)
	if k.headIn(t) != at {
		t.Errorf("after opening it keeps %v, the newest row is %v", k.headIn(t), at)
	}
	must(t, r.refresh(t))
	if k.headIn(t) != at {
		t.Error("told again within the half minute")
	}
	r.clock.move(time.Minute)
	must(t, r.refresh(t))
	if at = newest(t, c); k.headIn(t) != at {
		t.Errorf("after a refresh it keeps %v, the newest row is %v", k.headIn(t), at)
	}
	must(t, c.RefreshAll(ctx))
	if at = newest(t, c); k.headIn(t) != at {
		t.Error("the end of reading every link is not kept")
	}
	must(t, r.refresh(t))
	at = newest(t, c)
	must(t, c.Lock())
	if k.headIn(t) != at {
		t.Errorf("after the lock it keeps %v, the newest row was %v", k.headIn(t), at)
	}
	must(t, r.unlock())
	receipt := value(c.Revoke(ctx, r.id, nil))(t)
	if at = newest(t, c); k.headIn(t) != at || receipt.Ledger.Seq > at.Seq {
		t.Errorf("after the revocation it keeps %v, the newest row is %v, the receipt has %v", k.headIn(t), at, receipt.Ledger)
	}
	state := value(c.VerifyLedger(ctx, nil))(t)
	if !state.OK || state.Against != "keyring" || state.OutsideWhere != "keyring" || state.Outside != at.String() || state.Unread+state.Trouble != "" {
		t.Errorf("state %+v", state)
	}
	if again := value(c.Privacy(ctx))(t).Chain; again != state {
		t.Errorf("the privacy screen has %+v, the verification %+v", again, state)
	}
	must(t, c.DisableKeyring(ctx))
	if k.count() != 0 {
		t.Errorf("taken out, and %d things are left in the keyring", k.count())
	}
	state = value(c.VerifyLedger(ctx, nil))(t)
	if !state.OK || state.Against != "" || state.OutsideWhere != "receipt" {
		t.Errorf("without the keyring %+v", state)
	}
}

func TestALedgerPutBackOlderIsFoundByTheKeyring(t *testing.T) {
	r, k := ringed(t)
	c, ctx := r.coffer, t.Context()
	older := filepath.Join(t.TempDir(), "older")
	must(t, c.LockBecause(app.ByExit))
	must(t, os.CopyFS(older, os.DirFS(c.Dir())))
	must(t, r.unlock())
	r.clock.move(time.Minute)
	must(t, r.refresh(t))
	was := newest(t, c)
	must(t, c.LockBecause(app.ByExit))
	must(t, os.RemoveAll(c.Dir()))
	must(t, os.CopyFS(c.Dir(), os.DirFS(older)))

	c = r.start(t, k, "boot/1")
	must(t, c.UnlockWithKeyring(ctx))
	must(t, c.TakeCare(ctx))
	if now := newest(t, c); now.Seq >= was.Seq || k.headIn(t) != was {
		t.Fatalf("the older vault has %v, the keyring keeps %v, want %v", now, k.headIn(t), was)
	}
	if chain := value(c.Privacy(ctx))(t).Chain; chain.Trouble != app.HeadElsewhere {
		t.Errorf("before any verification the trouble is %q", chain.Trouble)
	}
	state := value(c.VerifyLedger(ctx, nil))(t)
	if state.OK || state.What != egress.TailCut || state.Where != "keyring" || fault.KindOf(state.Err()) != fault.VaultDamaged {
		t.Errorf("the older vault is %+v", state)
	}
	for range 3 { // goes on from the older state, with other rows under the old numbers
		r.clock.move(time.Minute)
		must(t, c.RefreshAll(ctx))
	}
	state = value(c.VerifyLedger(ctx, nil))(t)
	if state.OK || state.What != egress.Replaced || state.Row != was.Seq || state.Where != "keyring" {
		t.Errorf("after more rows it is %+v", state)
	}
	r.clock.move(3 * time.Hour)
	if gone, err := c.PruneLedger(ctx, r.clock.now()); gone != 0 || fault.KindOf(err) != fault.VaultDamaged {
		t.Errorf("%d rows were taken out, and what shows the change among them: %v", gone, err)
	}
	must(t, c.Lock())
	if k.headIn(t) != was {
		t.Errorf("the head %v was replaced by %v", was, k.headIn(t))
	}
	must(t, r.unlock())
	must(t, c.TakeCare(ctx))
	must(t, c.AcceptStanding(ctx)) // the person knows why
	state = value(c.VerifyLedger(ctx, nil))(t)
	if !state.OK || state.Against != "keyring" || k.headIn(t) != newest(t, c) {
		t.Errorf("accepted, it is %+v", state)
	}
	if gone, err := c.PruneLedger(ctx, r.clock.now()); gone == 0 || err != nil {
		t.Errorf("accepted, %d rows were taken out, %v", gone, err)
	}
	wholeLedger(t, c)
}

func TestACutTailIsFoundByTheKeyring(t *testing.T) {
	r, k := ringed(t)
	at := newest(t, r.coffer)
	further := egress.Head{Seq: at.Seq + 1000, Hash: at.Hash}
	k.change("/ledger", further.String())
	r.coffer = r.start(t, k, "boot/1")
	must(t, r.unlock())
	state := value(r.coffer.VerifyLedger(t.Context(), nil))(t)
	if state.OK || state.What != egress.TailCut || state.Row != at.Seq+1 || state.Where != "keyring" {
		t.Errorf("a ledger shorter than the head: %+v", state)
	}
	value(r.coffer.Revoke(t.Context(), r.id, nil))(t)
	must(t, r.coffer.Lock())
	if k.headIn(t) != further {
		t.Error("the head that proves the cut was written over")
	}
}

func TestAKeyringThatDoesNotSayIsTold(t *testing.T) {
	r, k := ringed(t)
	c, ctx := r.coffer, t.Context()
	at := newest(t, c)
	k.fail(errors.New("the collection is locked"), 0)
	r.clock.move(time.Minute)
	must(t, r.refresh(t)) // never fatal
	if chain := value(c.Privacy(ctx))(t).Chain; chain.Trouble != vault.KeyringShut || chain.Outside != at.String() {
		t.Errorf("not kept, and the privacy screen has %+v", chain)
	}
	state := value(c.VerifyLedger(ctx, nil))(t)
	if !state.OK || state.Against != "" || state.Unread != vault.KeyringShut {
		t.Errorf("with a locked keyring %+v", state)
	}
	if again := value(c.Privacy(ctx))(t).Chain; again.Unread != vault.KeyringShut {
		t.Errorf("later it is %+v", again)
	}
	must(t, c.Lock())
	k.fail(nil, 0)
	if k.headIn(t) != at {
		t.Error("a locked keyring kept something")
	}
	must(t, r.unlock())
	must(t, c.TakeCare(ctx)) // it catches up
	if state = value(c.VerifyLedger(ctx, nil))(t); state.Against != "keyring" || state.Unread+state.Trouble != "" || k.headIn(t) != newest(t, c) {
		t.Errorf("with an open keyring %+v", state)
	}

	k.change("/ledger", "a word")
	if state = value(c.VerifyLedger(ctx, nil))(t); !state.OK || state.Unread != app.HeadUnreadable || state.Against != "" {
		t.Errorf("with a word for a head %+v", state)
	}
}

// A keyring that is not asked to open the vault is asked nothing at all.
func TestOnlyTheKeyringThatOpensTheVaultKeepsItsHead(t *testing.T) {
	r := linked(t)
	k := &ring{kept: map[string]string{}, err: errors.New("it was asked")}
	c, ctx := r.start(t, k, "boot/1"), t.Context()
	must(t, r.unlock())
	must(t, c.TakeCare(ctx))
	must(t, r.refresh(t))
	state := value(c.VerifyLedger(ctx, nil))(t)
	if !state.OK || state.Against+state.Unread+state.Trouble+state.OutsideWhere != "" {
		t.Errorf("state %+v", state)
	}
	must(t, c.Lock())
	if k.count() != 0 {
		t.Error("something is kept")
	}
}

// Restoring a backup is what the person wants: its ledger is the newest from then on.
func TestTheLedgerOfARestoredBackupIsTheNewest(t *testing.T) {
	r, k := ringed(t)
	c, ctx := r.coffer, t.Context()
	made := value(c.BackUp(ctx))(t)
	r.clock.move(time.Minute)
	must(t, r.refresh(t))
	was := k.headIn(t)
	value(c.Restore(ctx, app.Restoring{Path: made.Path, Secret: r.key, Recovery: true}))(t)
	if k.headIn(t).Seq >= was.Seq {
		t.Errorf("the keyring keeps %v still", k.headIn(t))
	}
	must(t, r.unlock())
	must(t, c.TakeCare(ctx))
	if state := value(c.VerifyLedger(ctx, nil))(t); !state.OK || state.Against != "keyring" {
		t.Errorf("the restored ledger is %+v", state)
	}
}

// The privacy screen does not wait for a keyring, and a lock waits for none.
func TestAKeyringThatHangsHoldsNoScreenAndNoLock(t *testing.T) {
	r, k := ringed(t)
	c, ctx := r.coffer, t.Context()
	hold := make(chan struct{})
	k.hold = hold
	verified := make(chan error, 1)
	go func() {
		_, err := c.VerifyLedger(ctx, nil)
		verified <- err
	}()
	value(c.Privacy(ctx))(t)
	must(t, c.Lock())
	if err := <-verified; fault.KindOf(err) != fault.Canceled && fault.KindOf(err) != fault.Locked {
		t.Errorf("the verification ended with %v", err)
	}
	close(hold)
}
