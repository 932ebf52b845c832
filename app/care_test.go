package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
)

func TestAnOlderVaultPutBackIsToldUntilThePersonKnows(t *testing.T) {
	r := fresh(t)
	k := &ring{kept: map[string]string{}}
	c, ctx := r.start(t, k, "boot/1"), t.Context()
	must(t, r.unlock())
	must(t, c.EnableKeyring(ctx, secret.New(passphrase)))
	must(t, c.LockBecause(app.ByExit))
	old := filepath.Join(t.TempDir(), "old")
	must(t, os.CopyFS(old, os.DirFS(c.Dir())))

	care := func() app.Care {
		t.Helper()
		must(t, c.TakeCare(ctx))
		return value(c.Overview(ctx))(t).Care
	}
	must(t, c.UnlockWithKeyring(ctx))
	if got := care(); got != (app.Care{}) {
		t.Errorf("care is %+v", got)
	}
	if all := value(c.Backups(ctx))(t); len(all) != 1 {
		t.Errorf("%d backups after the first opening of a day", len(all))
	}
	must(t, c.SetLockAfter(ctx, 0))
	must(t, c.LockBecause(app.ByExit))
	must(t, os.RemoveAll(c.Dir()))
	must(t, os.CopyFS(c.Dir(), os.DirFS(old)))

	must(t, c.UnlockWithKeyring(ctx))
	if got := care(); !got.Older {
		t.Error("the older vault is not told")
	}
	must(t, c.AcceptStanding(ctx))
	if got := value(c.Overview(ctx))(t).Care; got.Older {
		t.Error("told although the person knows")
	}
	if got := care(); got.Older {
		t.Error("told again")
	}
}

func TestABackupThatFailedIsTold(t *testing.T) {
	r := fresh(t)
	c, ctx := r.start(t, &ring{kept: map[string]string{}}, ""), t.Context()
	must(t, r.unlock())
	place := filepath.Join(t.TempDir(), "place")
	must(t, c.SetBackupPlace(ctx, place))
	must(t, os.Remove(place))
	must(t, os.WriteFile(place, []byte("in the way"), 0o600))
	must(t, c.TakeCare(ctx))
	wantKind(t, value(c.Overview(ctx))(t).Care.BackedUp, fault.DiskFailed)
	must(t, os.Remove(place))
	must(t, os.Mkdir(place, 0o700))
	value(c.BackUp(ctx))(t)
	if failed := value(c.Overview(ctx))(t).Care.BackedUp; failed != nil {
		t.Errorf("still told: %v", failed)
	}
}
