package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

// leftBeside lists what lies beside the vault and is none of the rig's own.
func (r *rig) leftBeside(t *testing.T) (all []string) {
	t.Helper()
	for _, e := range value(os.ReadDir(r.dir))(t) {
		if !slices.Contains([]string{"vault", "vaults", "vault-backups", "bank.json", "bank.json.lock"}, e.Name()) {
			all = append(all, e.Name())
		}
	}
	return all
}

func wantNothingBeside(t *testing.T, r *rig) {
	t.Helper()
	if left := r.leftBeside(t); len(left) != 0 {
		t.Errorf("beside the vault there is %v", left)
	}
}

func TestVaultsThatShareAFolderOfBackupsLeaveEachOtherAlone(t *testing.T) {
	r := fresh(t)
	c, ctx, place := r.start(t, &ring{kept: map[string]string{}}, ""), t.Context(), t.TempDir()
	must(t, r.unlock())
	must(t, c.SetBackupPlace(ctx, place))
	value(c.BackUp(ctx))(t)
	first := value(c.Backups(ctx))(t)[0].Path
	must(t, c.Lock())

	must(t, c.Choose("Anna"))
	key := value(c.SetUp(ctx, secret.New(passphrase)))(t)
	must(t, c.SetBackupPlace(ctx, place))
	if made := value(c.BackUpIfDue(ctx))(t); !made {
		t.Error("another vault's backup of today counts as this one's")
	}
	all := value(c.Backups(ctx))(t)
	if len(all) != 2 || all[0].Other || !all[1].Other || all[1].Path != first {
		t.Errorf("listed as %+v", all)
	}
	must(t, c.ConfirmRecovery(ctx, key, key.Groups()))
	value(c.Rekey(ctx, app.RekeyTerms{Current: secret.New(passphrase), DropBackups: true}))(t)
	if _, err := os.Stat(first); err != nil {
		t.Errorf("a new key for one vault deleted the other's backup: %v", err)
	}
	if left := value(c.DeleteEverything(ctx, secret.New(passphrase)))(t); left.Backups != 1 {
		t.Errorf("%d backups are told of", left.Backups)
	}
}

func TestAFolderOfBackupsThatIsGoneIsNotMadeElsewhere(t *testing.T) {
	r := fresh(t)
	c, ctx, place := r.start(t, &ring{kept: map[string]string{}}, ""), t.Context(), filepath.Join(t.TempDir(), "disk", "backups")
	must(t, r.unlock())
	for _, in := range []string{c.Dir(), filepath.Join(c.Dir(), "backups")} {
		wantKind(t, c.SetBackupPlace(ctx, in), fault.DiskFailed)
	}
	must(t, c.SetBackupPlace(ctx, place))
	value(c.BackUp(ctx))(t)
	must(t, os.Rename(filepath.Dir(place), filepath.Dir(place)+" unplugged"))
	wantKind(t, second(c.BackUp(ctx)), fault.DiskFailed)
	if _, err := os.Stat(filepath.Dir(place)); err == nil {
		t.Error("a folder was made where the disk is missing")
	}
	t.Chdir(t.TempDir())
	must(t, c.SetBackupPlace(ctx, "here"))
	if p := value(c.BackupPlace(ctx))(t); !filepath.IsAbs(p.Dir) {
		t.Errorf("the place is %s, wherever that is at the next start", p.Dir)
	}
}

func TestNamesThatMeanSomethingElseAreRefused(t *testing.T) {
	r := fresh(t)
	must(t, r.coffer.Lock())
	for _, name := range []string{"Anna.restored", "Anna.restoring", "anna.RESTORED", "con", "NUL", "Aux.txt", "com1", "LPT9.x", "nul .x"} {
		wantKind(t, r.coffer.Choose(name), fault.BadName)
	}
	for _, name := range []string{"Conny", "com", "Comet 1", "lpt10", "Anna restored"} {
		must(t, r.coffer.Choose(name))
	}
}

// Another Coffer has the vault open: what it writes must not land in the restored one.
func TestAVaultThatIsOpenElsewhereIsNotRestoredOver(t *testing.T) {
	r, made := backed(t)
	want := r.read(t)
	other, err := app.New(app.Config{
		Dir: r.coffer.Dir(), OpenStore: r.openStore, OpenBanks: r.openBanks, Now: r.clock.now, OpenBrowser: r.browse, ListBackups: store.Backups,
	})
	must(t, err)
	must(t, os.Remove(filepath.Join(r.coffer.Dir(), "vault.lock"))) // as somebody may have tidied up
	wantKind(t, second(other.Restore(t.Context(), app.Restoring{Path: made.Path, Secret: r.key, Recovery: true})), fault.VaultInUse)
	wantNothingBeside(t, r)
	value(r.coffer.BackUp(t.Context()))(t)
	must(t, r.coffer.Lock())
	must(t, r.unlock())
	sameBooks(t, r.read(t), want)
}

func TestRestoringTwiceInOneSecondKeepsBoth(t *testing.T) {
	r, made := backed(t)
	asides := map[string]bool{}
	for range 3 {
		got := value(r.coffer.Restore(t.Context(), app.Restoring{Path: made.Path, Secret: r.key, Recovery: true}))(t)
		asides[got.Aside] = true
	}
	if len(asides) != 3 || len(value(r.coffer.Vaults())(t)) != 4 {
		t.Errorf("put aside as %v", asides)
	}
	wantNothingBeside(t, r)
}

func TestWhatACutRestoringLeftIsNeverTakenLater(t *testing.T) {
	r := fresh(t)
	dir := r.coffer.Dir()
	must(t, r.coffer.Lock())
	for _, end := range []string{".restored", ".restoring"} {
		must(t, os.CopyFS(dir+end, os.DirFS(dir)))
	}
	must(t, r.unlock())
	wantNothingBeside(t, r)
	must(t, r.coffer.Lock())
	must(t, os.CopyFS(dir+".restored", os.DirFS(dir)))
	must(t, os.Rename(dir, dir+" on a disk"))
	must(t, os.Symlink(dir+" on no disk", dir))
	if s := value(r.coffer.State())(t); s != app.NoVault {
		t.Errorf("state is %d: a link to a missing disk was replaced", s)
	}
	must(t, errors.Join(os.Remove(dir), os.Rename(dir+" on a disk", dir)))
}

func TestALinkedVaultIsPutAsideWhereItLies(t *testing.T) {
	r, made := backed(t)
	want, dir := r.read(t), r.coffer.Dir()
	must(t, r.coffer.Lock())
	must(t, os.Rename(dir, filepath.Join(r.dir, "vaults-disk")))
	must(t, os.Symlink("vaults-disk", dir))
	got := value(r.coffer.Restore(t.Context(), app.Restoring{Path: made.Path, Secret: r.key, Recovery: true}))(t)
	must(t, r.coffer.Choose(got.Aside))
	must(t, r.unlock())
	sameBooks(t, r.read(t), want)
	if all := value(r.coffer.Vaults())(t); len(all) != 2 || !all[1].Aside {
		t.Errorf("listed as %+v", all)
	}
}

func TestALockEndsARestoring(t *testing.T) {
	r, made := backed(t)
	must(t, r.coffer.Lock())
	var c *app.Coffer
	c, err := app.New(app.Config{
		Dir: r.coffer.Dir(), OpenBanks: r.openBanks, Now: r.clock.now, OpenBrowser: r.browse,
		OpenStore: func(ctx context.Context, v *vault.Vault) (app.Store, error) {
			if strings.HasSuffix(v.Dir(), ".restoring") {
				must(t, c.LockBecause(app.BySleep))
			}
			return r.openStore(ctx, v)
		},
	})
	must(t, err)
	must(t, c.UnlockWithRecovery(t.Context(), r.key))
	wantKind(t, second(c.Restore(t.Context(), app.Restoring{Path: made.Path, Secret: r.key, Recovery: true})), fault.Locked)
	wantNothingBeside(t, r)
	if s := value(c.State())(t); s != app.Locked {
		t.Errorf("state is %d", s)
	}
}

// The system doesn't name login sessions, and the person looks at another vault in between.
func TestChoosingAnotherVaultForgetsNoLock(t *testing.T) {
	r := fresh(t)
	k := &ring{kept: map[string]string{}}
	c, ctx := r.start(t, k, ""), t.Context()
	must(t, r.unlock())
	must(t, c.EnableKeyring(ctx, secret.New(passphrase)))
	must(t, c.Lock())
	must(t, c.Choose("Anna"))
	must(t, c.Choose(""))
	wantReason(t, c.UnlockWithKeyring(ctx), app.KeyringAsked)
}

// A keyring that fails once, or a lock before the person has looked, must not wash away that the
// folder is an older one.
func TestAnOlderFolderStaysNoticed(t *testing.T) {
	r := fresh(t)
	k := &ring{kept: map[string]string{}}
	c, ctx := r.start(t, k, ""), t.Context()
	must(t, r.unlock())
	must(t, c.EnableKeyring(ctx, secret.New(passphrase)))
	must(t, c.LockBecause(app.ByExit))
	old := t.TempDir()
	must(t, os.CopyFS(old, os.DirFS(c.Dir())))
	must(t, r.unlock())
	must(t, c.ChangePassphrase(ctx, secret.New(passphrase), secret.New("another four quiet words")))
	must(t, c.LockBecause(app.ByExit))
	must(t, os.RemoveAll(c.Dir()))
	must(t, os.CopyFS(c.Dir(), os.DirFS(old)))

	must(t, r.unlock())
	k.fail(errors.New("the keyring is locked"), 1)
	must(t, c.TakeCare(ctx))
	for range 2 {
		must(t, c.LockBecause(app.ByExit))
		must(t, r.unlock())
		if s := value(c.Standing(ctx))(t); s != app.Older {
			t.Errorf("standing is %d", s)
		}
	}
	must(t, c.AcceptStanding(ctx))
	must(t, c.LockBecause(app.ByExit))
	must(t, r.unlock())
	if s := value(c.Standing(ctx))(t); s != app.Newest {
		t.Errorf("accepted, standing is %d", s)
	}
}

func TestAKeyringThatForgotIsNotLeftAlone(t *testing.T) {
	r := fresh(t)
	k := &ring{kept: map[string]string{}}
	c, ctx := r.start(t, k, ""), t.Context()
	must(t, r.unlock())
	must(t, c.EnableKeyring(ctx, secret.New(passphrase)))
	k.forget()
	wantReason(t, c.RemovePassphrase(ctx, secret.New(passphrase)), vault.KeyringMissing)
	must(t, c.Confirm(ctx, secret.New(passphrase)))

	// A new key that fails leaves what is known of the recovery key as it was: it was never typed.
	wantReason(t, second(c.Rekey(ctx, app.RekeyTerms{Current: secret.New(passphrase)})), vault.KeyringMissing)
	if !value(c.NeedsRecovery(ctx))(t) {
		t.Error("a recovery key that nobody typed back counts as typed")
	}
	stale := value(c.NewRecovery(ctx))(t)
	value(c.NewRecovery(ctx))(t)
	wantKind(t, c.ConfirmRecovery(ctx, stale, stale.Groups()), fault.WrongPassphrase)
	if !value(c.NeedsRecovery(ctx))(t) {
		t.Error("a key that opens nothing ended the set-up")
	}
}

// Whoever wakes the computer moves the pointer before the watch has looked at the clock.
func TestATouchAfterTheTimeHasPassedKeepsNothingOpen(t *testing.T) {
	r := fresh(t)
	must(t, r.coffer.SetLockAfter(t.Context(), time.Minute))
	must(t, r.coffer.Lock())
	key := r.key
	synctest.Test(t, func(t *testing.T) {
		c, err := app.New(app.Config{Dir: r.coffer.Dir(), OpenStore: r.openStore, OpenBanks: noBanks, Now: time.Now, OpenBrowser: r.browse})
		must(t, err)
		must(t, c.UnlockWithRecovery(context.Background(), key))
		time.Sleep(8 * time.Hour)
		c.Active()
		watching, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { defer close(done); c.WatchIdle(watching) }()
		synctest.Wait()
		if s, err := c.State(); err != nil || s != app.Locked {
			t.Errorf("state %v, %v", s, err)
			must(t, c.Lock())
		}
		stop()
		<-done
	})
}
