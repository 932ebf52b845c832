// Package settings is the place for lock and keys, backups and the vault itself. A change holds at once.
package settings

import (
	"context"
	"errors"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/secret"
	"coffer/ui/live"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	columnWide float32 = 640
	innerWide          = columnWide - 34 // in a card's row
	rowHigh    float32 = 44
)

// Coffer is what the place needs of the use cases.
type Coffer interface {
	Keys(ctx context.Context) (app.Keys, error)
	ChangePassphrase(ctx context.Context, current, next secret.Text) error
	RemovePassphrase(ctx context.Context, current secret.Text) error
	EnableKeyring(ctx context.Context, current secret.Text) error
	DisableKeyring(ctx context.Context) error
	ReissueRecovery(ctx context.Context, current secret.Text) (*app.RecoveryKey, error)
	ConfirmRecovery(ctx context.Context, key *app.RecoveryKey, typed [8]string) error
	Rekey(ctx context.Context, terms app.RekeyTerms) (*app.RecoveryKey, error)
	LockAfter(ctx context.Context) (time.Duration, error)
	SetLockAfter(ctx context.Context, after time.Duration) error
	ReadEvery(ctx context.Context) (time.Duration, error)
	SetReadEvery(ctx context.Context, every time.Duration) error
	WaitsOnMetered(ctx context.Context) (bool, error)
	SetWaitsOnMetered(ctx context.Context, waits bool) error
	KnowsMetered() bool
	StartsAtLogin() (on, known bool, err error)
	SetStartAtLogin(on bool) error
	Backups(ctx context.Context) ([]app.Backup, error)
	BackupPlace(ctx context.Context) (app.BackupPlace, error)
	SetBackupPlace(ctx context.Context, dir string) error
	BackUp(ctx context.Context) (app.Backup, error)
	Restore(ctx context.Context, r app.Restoring) (app.Restored, error)
	Verify(ctx context.Context, told func(id string, done, total int64)) ([]app.Check, error)
	Proxy(ctx context.Context) (string, error)
	SetProxy(ctx context.Context, address string) (string, error)
	Vaults() ([]app.VaultEntry, error)
	DeleteEverything(ctx context.Context, current secret.Text) (app.Deleted, error)
	Sensitivity(ctx context.Context) (alert.Sensitivity, error)
	SetSensitivity(ctx context.Context, s alert.Sensitivity) error
	ExpectedAlerts(ctx context.Context, s alert.Sensitivity) (app.Expected, error)
	Notice(ctx context.Context) (app.NoticeKind, error)
	SetNotice(ctx context.Context, kind app.NoticeKind) error
	Watchlist(ctx context.Context) (alert.Watchlist, error)
	DataSyncedBy() string
	Dir() string
	Now() time.Time
}

// Go is what the frame does for the place.
type Go struct {
	AskFile   func(chosen func(path string)) // a file that is there
	AskFolder func(chosen func(path string))
	Banks     func()
	Watchlist func()            // what the person told ahead; nil: it is not shown
	Score     say.Score         // what the alerts score on labelled histories; without rows it is not shown
	Copy      func(text string) // to the clipboard
	Told      func(text string) // what the person should know after this place is gone
	Version   string
	Tray      bool // there is one for the window to go to
	Look      Appearance
}

// Appearance is how the window looks and how to change it; without Set there is no choice.
type Appearance struct {
	Mode func() string // "", "light" or "dark"
	Set  func(mode string)
}

// face is what of the place is shown.
type face int

const (
	atMain     face = iota
	atKey           // a new recovery key, to be written down
	atTypeBack      // the same, to be typed back
	atDelete        // delete everything
)

// Screen is the place. Its methods are for the UI goroutine.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go

	ctx     context.Context // of the time that the screen is shown; nil before the first
	loading live.View[known]
	data    *known
	trouble error // of the newest load; nil if it went well
	face    face
	panel   *panel       // open under a row; nil if none is
	job     *job         // what runs; nil if nothing does
	words   map[row]word // what came of the last act, under its row
	listed  bool         // every backup is shown
	checks  []app.Check  // of the last check of the vault
	fresh   freshKey     // a new recovery key until it is typed back
	erase   erasing
	named   map[string]fyne.Focusable // what can have the keyboard, by its name
	order   []string                  // those names from top to bottom

	narrow  bool
	content *fyne.Container
	scroll  *container.Scroll
}

// New returns the place.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do, words: map[row]word{}}
	s.loading = live.View[known]{Group: desk.Group, OnUI: desk.OnUI, Load: s.load, Show: s.show, Fail: s.failed}
	s.scroll = container.NewVScroll(part.Gap(0, 0))
	s.content = part.Stack(0)
	s.draw()
	return s
}

// Content implements the frame's screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// SetNarrow implements the frame's screen.
func (s *Screen) SetNarrow(narrow bool) {
	if s.narrow != narrow {
		s.narrow = narrow
		s.draw()
	}
}

// SetVoice writes everything anew, as when amounts are hidden. A panel keeps what is typed in it.
func (s *Screen) SetVoice(v *say.Voice) {
	if s.voice != v {
		s.voice = v
		s.draw()
	}
}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx = ctx
	s.words, s.checks = map[row]word{}, nil
	s.draw()
	s.reload()
}

// Leave takes every secret out of the place.
func (s *Screen) Leave() {
	s.job = nil // it ended with the context
	s.dropPanel()
	s.dropKey()
	s.dropErasing()
	s.face = atMain
}

// known is what the place shows, as it was read.
type known struct {
	keys    app.Keys
	after   time.Duration
	reads   schedule
	alerts  alerting
	backups []app.Backup
	place   app.BackupPlace
	lost    error  // why the backups can't be listed; nil if they can
	proxy   string // host:port; "" for none
	vaults  []app.VaultEntry
}

func (s *Screen) load(ctx context.Context) (k known, err error) {
	if k.keys, err = s.coffer.Keys(ctx); err != nil {
		return k, err
	}
	if k.after, err = s.coffer.LockAfter(ctx); err != nil {
		return k, err
	}
	if k.reads, err = s.loadSchedule(ctx); err != nil {
		return k, err
	}
	if k.alerts, err = s.loadAlerting(ctx); err != nil {
		return k, err
	}
	if k.place, err = s.coffer.BackupPlace(ctx); err != nil {
		return k, err
	}
	if k.proxy, err = s.coffer.Proxy(ctx); err != nil {
		return k, err
	}
	if k.vaults, err = s.coffer.Vaults(); err != nil {
		return k, err
	}
	k.backups, k.lost = s.coffer.Backups(ctx) // a folder that can't be read hides nothing else
	if errors.Is(k.lost, context.Canceled) {
		return k, k.lost
	}
	return k, nil
}

func (s *Screen) reload() {
	if s.ctx != nil {
		s.loading.Refresh(s.ctx)
	}
}

func (s *Screen) show(k known) {
	s.data, s.trouble = &k, nil
	s.draw()
}

func (s *Screen) failed(err error) {
	s.trouble = err
	s.draw()
}
