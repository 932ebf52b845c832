//go:build !race

package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/bank/all"
	"coffer/sync/demobank"
	"coffer/sync/engine"
	"coffer/sync/link"
	"coffer/sync/wire"
)

// clearVariable asks the test binary to be the program, as a process of its own: first to lock
// itself in, then to live.
const (
	clearVariable = "COFFER_CLEAR"
	clearLockIn   = "lock in"
	clearLive     = "live"
)

// clearOrder is what a child is told, over a pipe: nothing of it is in arguments, environment or
// a file.
type clearOrder struct {
	Role       string
	Passphrase string
	Recovery   string
	Statement  string   // file to import
	Notes      []string // to write on rows
	Link       consent.LinkID
	Gone       time.Duration // on the clock, since firstDay
	// Of the control alone.
	Needles []clearNeedle
	Forms   [][]byte // in which they may be written, beside plain and wide text
	Schema  string
	Export  []byte
}

// clearReport is what a child says between two steps. It goes on when it is answered.
type clearReport struct {
	Step     string
	Err      string
	Needles  []clearNeedle
	Open     []string // files that it holds open
	Held     bool     // the system lets it write nowhere else
	Recovery string
	Link     consent.LinkID
	Gone     time.Duration
	Export   []byte
}

// clearChild is the program with its own process, folders and log.
type clearChild struct {
	*rig
	clearOrder
	store *store.Store
	log   *slog.Logger
	out   *json.Encoder
	in    *os.File
	told  []clearNeedle // since the last report
}

// clearMain is all that a child does.
func clearMain() int {
	if os.Getenv(clearVariable) == clearLockIn {
		err := clearHold(filepath.Dir(os.Getenv("HOME")))
		fmt.Fprintln(os.Stderr, "lock in:", err)
		return 1
	}
	in, out := os.NewFile(3, "orders"), os.NewFile(4, "reports")
	c := &clearChild{out: json.NewEncoder(out), in: in, log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	work := map[string]func(context.Context) error{"story": c.story, "refresh": c.refreshForEver, "import": c.importForEver, "ending": c.ending, "plain": c.plain, "tokens": c.tokens}
	err := errors.Join(vault.Harden(), c.readOrder())
	if err == nil {
		err = work[c.Role](context.Background())
	}
	if err != nil {
		_ = c.out.Encode(clearReport{Err: err.Error()})
		return 1
	}
	return 0
}

// clearHold keeps the process from writing outside root, where the system can, and starts the
// program anew: the bar is on this thread, and the only one that is left then.
func clearHold(root string) error {
	runtime.LockOSThread()
	version, _, failed := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if failed == 0 {
		rights := uint64(unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_DIR |
			unix.LANDLOCK_ACCESS_FS_MAKE_SYM | unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR)
		if version >= 3 {
			rights |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
		}
		rules := unix.LandlockRulesetAttr{Handled_access_fs: rights}
		set, _, failed := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&rules)), unsafe.Sizeof(rules.Handled_access_fs), 0)
		if failed != 0 {
			return failed
		}
		folder, err := unix.Open(root, unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		below := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(folder)}
		if _, _, failed := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, set, unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&below)), 0, 0, 0); failed != 0 {
			return failed
		}
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return err
		}
		if _, _, failed := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, set, 0, 0); failed != 0 {
			return failed
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	env := []string{clearVariable + "=" + clearLive}
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, clearVariable+"=") {
			env = append(env, e)
		}
	}
	return unix.Exec(self, os.Args, env)
}

func (c *clearChild) readOrder() error { return json.NewDecoder(c.in).Decode(&c.clearOrder) }

// inTurn does one step after the other, up to the first that fails.
func (c *clearChild) inTurn(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// say reports a step and waits for the answer.
func (c *clearChild) say(step string) error {
	r := clearReport{Step: step, Needles: c.told, Link: c.Link, Recovery: c.Recovery, Export: c.Export}
	c.told = nil
	if c.rig != nil {
		r.Gone = time.Duration(c.clock.gone.Load())
	}
	var err error
	if r.Open, err = clearOpen(); err != nil {
		return err
	}
	outside, err := os.CreateTemp(filepath.Dir(c.Statement), "outside-")
	if r.Held = errors.Is(err, fs.ErrPermission); err == nil {
		err = errors.Join(outside.Close(), os.Remove(outside.Name()))
	}
	if err != nil && !r.Held {
		return err
	}
	if err := c.out.Encode(r); err != nil {
		return err
	}
	_, err = io.ReadFull(c.in, make([]byte, 1))
	return err
}

// clearOpen lists the plain files that this process holds open for writing, deleted ones too.
func clearOpen() ([]string, error) {
	const fds = "/proc/self/fd"
	entries, err := os.ReadDir(fds)
	var open []string
	for _, e := range entries {
		at := filepath.Join(fds, e.Name())
		path, err := os.Readlink(at)
		info, failed := os.Stat(at)
		mode, refused := os.Lstat(at)
		if err == nil && failed == nil && refused == nil && info.Mode().IsRegular() && mode.Mode().Perm()&0o200 != 0 && filepath.IsAbs(path) {
			open = append(open, path)
		}
	}
	return open, err
}

func (c *clearChild) tell(kind string, texts ...string) {
	for _, text := range texts {
		if text != "" {
			c.told = append(c.told, clearNeedle{kind, text})
		}
	}
}

// start puts the program together as main does, with the log that COFFER_LOG asks for.
func (c *clearChild) start(ctx context.Context) error {
	c.rig = &rig{dir: filepath.Join(os.Getenv("XDG_DATA_HOME"), "coffer"), clock: new(clock), id: c.Link}
	c.clock.move(c.Gone)
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	where := filepath.Join(c.dir, "demo-bank.addr")
	before, err := os.ReadFile(where)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	config := demobank.Config{State: filepath.Join(c.dir, "demo-bank.json"), Addr: strings.TrimSpace(string(before)), Now: c.clock.now, Log: c.log}
	if c.Role != "story" {
		config.AccessLife = 1000 * time.Hour // a kill between the bank's renewal and ours would end the link
	}
	if c.bank, err = demobank.Start(ctx, config); err != nil {
		return err
	}
	c.addr = c.bank.Addr()
	if err := os.WriteFile(where, []byte(c.addr+"\n"), 0o600); err != nil {
		return err
	}
	c.tell("sign-in", c.bank.Username(), c.bank.Password().Show())
	c.coffer, err = app.New(app.Config{
		Dir: filepath.Join(c.dir, "demo"), Demo: true, OpenStore: c.openStore, OpenBanks: c.openBanks, OpenBrowser: c.approve, Now: c.clock.now, Log: c.log,
		Providers: []app.Provider{{ID: northlight, Name: "Northlight Bank", Demo: true, Days: 365, History: 3 * 366}},
	})
	return err
}

func (c *clearChild) openBanks(ctx context.Context, opened app.Store) (app.Banks, error) {
	c.store = opened.(stubborn).Store
	n := &network{rig: c.rig, store: c.store}
	var err error
	if n.door, err = wire.New(wire.Config{Ledger: c.store, Now: c.clock.now, UserAgent: "Coffer/test", Log: c.log}); err != nil {
		return nil, err
	}
	n.config = link.Config{Vault: c.store, Door: n.door, Now: c.clock.now, Log: c.log}
	if n.tokens, err = link.New(n.config); err != nil {
		return nil, err
	}
	n.engine, err = engine.New(engine.Config{Store: c.store, Sessions: n.tokens, Dialects: all.Dialects(), Now: c.clock.now, Log: c.log})
	if err != nil {
		return nil, err
	}
	return n, n.follow(ctx)
}
