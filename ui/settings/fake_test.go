package settings_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// now is the clock of every test here, by this computer's zone.
var now = time.Date(2026, time.November, 22, 10, 14, 0, 0, time.Local)

const passphrase = "lamp river tin oak moss"

// fake is a vault in memory: what it was asked is in asked.
type fake struct {
	mu      sync.Mutex
	keys    app.Keys
	after   time.Duration
	every   time.Duration
	reads   bool // over a metered network
	login   bool
	unseen  error // why nothing tells whether it starts at login
	bare    bool  // a system that tells of no metered network and starts nothing at login
	place   app.BackupPlace
	backups []app.Backup
	vaults  []app.VaultEntry
	synced  string
	proxy   string
	checks  []app.Check
	fresh   *app.RecoveryKey
	err     error         // of every act
	lost    error         // of the list of backups
	broken  error         // of every read
	block   chan struct{} // acts wait until it is closed; nil: they don't
	now     alert.Sensitivity
	notice  app.NoticeKind
	steps   int // progress that a long act tells before it waits
	asked   []string
}

// recoveryKey is made once, as the vault makes it: that takes a while, on purpose.
var recoveryKey = sync.OnceValues(func() (*app.RecoveryKey, error) {
	dir, err := os.MkdirTemp("", "coffer-settings-")
	if err != nil {
		return nil, err
	}
	v, key, err := vault.Create(dir+"/vault", secret.New(passphrase), vault.Options{})
	if err != nil {
		return nil, err
	}
	return key, errors.Join(v.Close(), os.RemoveAll(dir))
})

func slot(kind app.SlotKind, made time.Time) app.SlotInfo {
	return app.SlotInfo{Kind: kind, Created: made}
}

// usual is a vault with a passphrase, a recovery key and two weeks of backups.
func usual(t *testing.T) *fake {
	t.Helper()
	key, err := recoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	march := time.Date(2026, time.March, 12, 9, 0, 0, 0, time.Local).UTC()
	word, paper := slot(app.PassphraseSlot, march), slot(app.RecoverySlot, march)
	older := slot(app.PassphraseSlot, march.AddDate(-1, 0, 0))
	f := &fake{
		fresh: key, after: 5 * time.Minute, every: app.DefaultReadEvery, keys: app.Keys{Slots: []app.SlotInfo{word, paper}, RecoveryTyped: true, Pinned: true},
		place: app.BackupPlace{Dir: "/home/nora/Documents/Coffer backups", Default: true}, vaults: []app.VaultEntry{{Current: true}},
	}
	for i := range 14 {
		b := app.Backup{Path: f.place.Dir + "/" + string(rune('a'+i)) + ".coffer", Made: now.AddDate(0, 0, -i).Add(-16 * time.Minute).UTC(), Bytes: 41_200_000 - int64(i)*300_000}
		b.Opens, b.Today = []app.SlotInfo{word, paper}, []app.SlotInfo{word, paper}
		switch i {
		case 9:
			b.Opens, b.Today = []app.SlotInfo{older, paper}, []app.SlotInfo{paper}
		case 10:
			b.Before = true
		}
		f.backups = append(f.backups, b)
	}
	return f
}

// act is what every change goes through.
func (f *fake) act(ctx context.Context, what string, current secret.Text) error {
	f.mu.Lock()
	f.asked = append(f.asked, what)
	block, err := f.block, f.err
	f.mu.Unlock()
	if block != nil {
		select {
		case <-block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err == nil && !current.Empty() && !current.Equal(secret.New(passphrase)) {
		err = fault.New(fault.WrongPassphrase, what, errors.New("another secret"))
	}
	return err
}

func (f *fake) Sensitivity(context.Context) (alert.Sensitivity, error) { return f.now, f.broken }

func (f *fake) SetSensitivity(ctx context.Context, s alert.Sensitivity) error {
	err := f.act(ctx, "sensitivity "+fmt.Sprint(int(s)), secret.Text{})
	if err == nil {
		f.now = s
	}
	return err
}

func (f *fake) ExpectedAlerts(_ context.Context, s alert.Sensitivity) (app.Expected, error) {
	return map[alert.Sensitivity]app.Expected{alert.Calm: {Unusual: 8, Days: 90}, alert.Usual: {Unusual: 21, Days: 90}, alert.Keen: {Unusual: 43, Days: 90}}[s], f.broken
}

func (f *fake) Notice(context.Context) (app.NoticeKind, error) { return f.notice, f.broken }

func (f *fake) SetNotice(ctx context.Context, kind app.NoticeKind) error {
	err := f.act(ctx, "notice "+string(kind), secret.Text{})
	if err == nil {
		f.notice = kind
	}
	return err
}

func (f *fake) Watchlist(context.Context) (alert.Watchlist, error) {
	return alert.Watchlist{Trips: []alert.Trip{{ID: "a"}, {ID: "b"}}}, f.broken
}

func (f *fake) Keys(context.Context) (app.Keys, error) { return f.keys, f.broken }

func (f *fake) ChangePassphrase(ctx context.Context, current, next secret.Text) error {
	err := f.act(ctx, "change", current)
	if err == nil && app.Judge(next) < app.Fair {
		err = errors.New("a weak one came")
	}
	if err == nil && !f.keys.Has(app.PassphraseSlot) {
		f.keys.Slots, f.keys.KeyringOnly = append(f.keys.Slots, slot(app.PassphraseSlot, now.UTC())), false
	}
	return err
}

func (f *fake) drop(kind app.SlotKind) {
	f.keys.Slots = slices.DeleteFunc(slices.Clone(f.keys.Slots), func(s app.SlotInfo) bool { return s.Kind == kind })
}

func (f *fake) RemovePassphrase(ctx context.Context, current secret.Text) error {
	err := f.act(ctx, "remove passphrase", current)
	if err == nil {
		f.drop(app.PassphraseSlot)
		f.keys.KeyringOnly = true
	}
	return err
}

func (f *fake) EnableKeyring(ctx context.Context, current secret.Text) error {
	err := f.act(ctx, "keyring on", current)
	if err == nil {
		f.keys.Slots = append(f.keys.Slots, slot(app.KeyringSlot, now.UTC()))
	}
	return err
}

func (f *fake) DisableKeyring(ctx context.Context) error {
	err := f.act(ctx, "keyring off", secret.Text{})
	if err == nil {
		f.drop(app.KeyringSlot)
	}
	return err
}

func (f *fake) ReissueRecovery(ctx context.Context, current secret.Text) (*app.RecoveryKey, error) {
	err := f.act(ctx, "new recovery key", current)
	if err != nil {
		return nil, err
	}
	f.keys.RecoveryTyped = false
	return f.fresh, nil
}

func (f *fake) ConfirmRecovery(ctx context.Context, key *app.RecoveryKey, typed [8]string) error {
	for i, group := range typed {
		if !key.MatchGroup(i, group) {
			return fault.New(fault.WrongPassphrase, "confirm", errors.New("a group does not match"))
		}
	}
	err := f.act(ctx, "typed back", secret.Text{})
	f.keys.RecoveryTyped = err == nil
	return err
}

func (f *fake) Rekey(ctx context.Context, terms app.RekeyTerms) (*app.RecoveryKey, error) {
	for i := range f.steps {
		terms.Told(int64(i+1)*100, 9000)
	}
	what := "new key"
	if terms.DropBackups {
		what = "new key, no older backups"
	}
	if err := f.act(ctx, what, terms.Current); err != nil {
		return nil, err
	}
	f.keys.RecoveryTyped, f.keys.RekeyDue = false, false
	return f.fresh, nil
}

func (f *fake) LockAfter(context.Context) (time.Duration, error) { return f.after, f.broken }

func (f *fake) SetLockAfter(ctx context.Context, after time.Duration) error {
	err := f.act(ctx, "lock after "+after.String(), secret.Text{})
	if err == nil {
		f.after = after
	}
	return err
}

func (f *fake) Backups(context.Context) ([]app.Backup, error) { return f.backups, f.lost }

func (f *fake) BackupPlace(context.Context) (app.BackupPlace, error) { return f.place, f.broken }

func (f *fake) SetBackupPlace(ctx context.Context, dir string) error {
	err := f.act(ctx, "place "+dir, secret.Text{})
	if err == nil {
		f.place = app.BackupPlace{Dir: dir}
	}
	return err
}

func (f *fake) BackUp(ctx context.Context) (app.Backup, error) {
	if err := f.act(ctx, "back up", secret.Text{}); err != nil {
		return app.Backup{}, err
	}
	b := app.Backup{Path: "new.coffer", Made: now.UTC(), Bytes: 41_300_000}
	f.backups = append([]app.Backup{b}, f.backups...)
	return b, nil
}

func (f *fake) Restore(ctx context.Context, r app.Restoring) (app.Restored, error) {
	what := "restore " + r.Path
	if r.Recovery {
		what += " by recovery key"
	}
	return app.Restored{Aside: "before 22 November 2026"}, f.act(ctx, what, r.Secret)
}

func (f *fake) Verify(ctx context.Context, told func(id string, done, total int64)) ([]app.Check, error) {
	for i := range f.steps {
		told("pages", int64(i+1)*1000, 9000)
	}
	return f.checks, f.act(ctx, "verify", secret.Text{})
}

func (f *fake) ReadEvery(context.Context) (time.Duration, error) { return f.every, f.broken }

func (f *fake) SetReadEvery(ctx context.Context, every time.Duration) error {
	err := f.act(ctx, "read every "+every.String(), secret.Text{})
	if err == nil {
		f.every = every
	}
	return err
}

func (f *fake) WaitsOnMetered(context.Context) (bool, error) { return !f.reads, f.broken }

func (f *fake) SetWaitsOnMetered(ctx context.Context, waits bool) error {
	err := f.act(ctx, fmt.Sprint("wait on metered ", waits), secret.Text{})
	if err == nil {
		f.reads = !waits
	}
	return err
}

func (f *fake) KnowsMetered() bool                         { return !f.bare }
func (f *fake) StartsAtLogin() (on, known bool, err error) { return f.login, !f.bare, f.unseen }

func (f *fake) SetStartAtLogin(on bool) error {
	err := f.act(context.Background(), fmt.Sprint("start at login ", on), secret.Text{})
	if err == nil {
		f.login, f.unseen = on, nil
	}
	return err
}

func (f *fake) Proxy(context.Context) (string, error) { return f.proxy, f.broken }

func (f *fake) SetProxy(ctx context.Context, address string) (string, error) {
	err := f.act(ctx, "proxy "+address, secret.Text{})
	if err == nil && strings.Contains(address, " ") {
		err = fault.New(fault.BadProxy, "set the proxy", errors.New("a space"))
	}
	if err == nil {
		f.proxy = address
	}
	return address, err
}

func (f *fake) Vaults() ([]app.VaultEntry, error) { return f.vaults, f.broken }

func (f *fake) DeleteEverything(ctx context.Context, current secret.Text) (app.Deleted, error) {
	return app.Deleted{Links: 2, Backups: len(f.backups)}, f.act(ctx, "delete everything", current)
}

func (f *fake) DataSyncedBy() string { return f.synced }

func (f *fake) Dir() string { return "/home/nora/.local/share/coffer/vault" }

func (f *fake) Now() time.Time { return now.UTC() }
