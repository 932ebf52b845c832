// Command coffer keeps a person's bank balances and transactions on their own computer, sealed.
// This file plugs the rooms together and picks window or terminal.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/assets"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
	"coffer/sync/desk"
	"coffer/sync/link"
	"coffer/sync/wire"
	"coffer/ui"
	"coffer/ui/holder"
	"coffer/ui/say"
	"coffer/ui/session"
	"coffer/ui/terminal"
)

// appID names Coffer to the desktop.
const appID = "io.github.coffer.desktop"

// version is set by the build from FyneApp.toml.
var version = "dev"

func main() { os.Exit(run()) }

func run() int {
	wire.RefuseDefaults()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.DiscardHandler)
	if os.Getenv("COFFER_LOG") != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if err := vault.Harden(); err != nil {
		log.Warn("core dumps may be written", "err", err)
	}
	languages := []string{os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")}
	voice, err := voiceFor(languages)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return terminal.ExitFailed
	}
	sample, err := assets.FS.ReadFile("samples/harbour-statement.ofx")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return terminal.ExitFailed
	}
	h := &house{log: log, voice: voice, keyring: vault.SystemKeyring()}
	return terminal.Run(ctx, terminal.Config{
		Args: os.Args[1:], In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Hidden: terminal.HiddenInput(os.Stdin, os.Stderr),
		Voice: voice, Version: version, Open: h.open, Window: h.window, MakeTemp: makeTemp, Sample: sample,
		Holder: holderOf, Languages: languages,
	})
}

func voiceFor(languages []string) (*say.Voice, error) { return say.New(assets.FS, languages...) }

// house is the program put together.
type house struct {
	log     *slog.Logger
	voice   *say.Voice
	keyring *vault.Keyring
}

// open puts together the rooms for one place. The vault in it is still locked.
func (h *house) open(ctx context.Context, p terminal.Place) (*terminal.Session, error) {
	base, err := baseDir(p.Dir)
	if err != nil {
		return nil, err
	}
	o := &opening{house: h, place: p}
	first, more := vaultDirs(p, base)
	c := app.Config{
		Dir: first, More: more, Backups: backupsDir(p, base), ListBackups: store.Backups,
		Keyring: h.keyring, Login: vault.Login(), OpenStore: o.openStore, OpenRestored: openRestored, CheckEverything: store.CheckEverything, FillFrom: store.FillFrom,
		Metered: metered(), Autostart: autostart(p), OpenBanks: o.openBanks, OpenBrowser: o.openBrowser, Now: time.Now, Log: h.log, Version: version,
	}
	closers := []func() error{}
	s := &terminal.Session{}
	if p.Demo {
		c.ApprovalEvery = time.Second // the phone is a page on this computer
		c.Demo, c.Backups = true, filepath.Join(base, "demo-backups")
		if p.Bank {
			if err := o.startBank(ctx, base); err != nil {
				return nil, err
			}
			closers = append(closers, o.demo.Close)
			s.BankLog = o.bankLog
			s.Press = func(ctx context.Context) error { return walk.Phone(ctx, o.demo.Phone()) }
			s.Trouble = func(bank, name string) error {
				return o.demo.Flip(strings.TrimPrefix(strings.TrimPrefix(bank, "demo-"), "northlight"), name)
			}
			s.Heal = o.demo.Heal
		}
	}
	if c.ReadShelf, err = o.shelf(base); err != nil {
		return nil, err
	}
	if s.Coffer, err = app.New(c); err != nil {
		return nil, err
	}
	o.coffer = s.Coffer
	if err := s.Coffer.Choose(p.Vault); err != nil {
		return nil, err
	}
	s.Close = func() error {
		err := s.Coffer.LockBecause(app.ByExit)
		for _, c := range slices.Backward(closers) {
			err = errors.Join(err, c())
		}
		return err
	}
	return s, nil
}

// window shows the window on a place until it is closed, or the one that is there already.
func (h *house) window(ctx context.Context, p terminal.Place) (err error) {
	ear, shown, err := h.enter(ctx, p)
	if err != nil || shown {
		return err
	}
	if ear != nil {
		defer ear.Close()
	}
	s, err := h.open(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	c := ui.Config{Coffer: s.Coffer, Voice: h.voice, Version: version, Hidden: p.Hidden, Browse: func(address string) error { return browse(ctx, address) }}
	if !p.Demo {
		c.TryDemo = func() error { return tryDemo(p) }
	}
	if ear != nil {
		c.Serve = func(ctx context.Context, f ui.Front) error {
			return terminal.Serve(ctx, ear, s.Coffer, f, voiceFor, h.log)
		}
	}
	return ui.Run(ctx, c)
}

// enter becomes the process that is asked about p's vault, or brings the window of the one that is to
// front. Where neither can be the window opens all the same, with nobody to ask it.
func (h *house) enter(ctx context.Context, p terminal.Place) (ear *holder.Listener, shown bool, err error) {
	at, err := holderOf(p)
	if err != nil {
		return nil, false, err
	}
	ear, shown, err = holder.Enter(ctx, at)
	if shown {
		fmt.Fprintln(os.Stdout, h.voice.T("window.shown", "Coffer is open already: its window is in front now."))
	}
	if err != nil && ctx.Err() == nil {
		h.log.Warn("terminals can't ask this window", "err", err)
	}
	return ear, shown, ctx.Err()
}

// metered asks whether the network counts its bytes; nil where nothing tells.
func metered() func(context.Context) bool {
	if runtime.GOOS != "linux" {
		return nil
	}
	return func(ctx context.Context) bool { return session.Metered(ctx, session.Here()) }
}

// autostart is how the window of p starts when the person logs in.
func autostart(p terminal.Place) app.Autostart {
	config, err := os.UserConfigDir()
	self, gone := os.Executable()
	err = errors.Join(err, gone)
	self = app.Outlasting(self, os.Getenv("APPDIR"), os.Getenv("APPIMAGE"))
	if runtime.GOOS != "linux" || p.Demo || err != nil {
		return app.Autostart{}
	}
	command := []string{self, "--hidden"}
	if p.Dir != "" {
		dir, err := filepath.Abs(p.Dir)
		if err != nil {
			return app.Autostart{}
		}
		command = append(command, "--data", dir)
	}
	if p.Vault != "" {
		command = append(command, "--vault", p.Vault)
	}
	return app.Autostart{File: filepath.Join(config, "autostart", appID+".desktop"), Command: command}
}

// holderOf is where the process that holds p's vault listens.
func holderOf(p terminal.Place) (holder.Address, error) {
	base, err := baseDir(p.Dir)
	if err != nil {
		return holder.Address{}, err
	}
	dir, more := vaultDirs(p, base)
	if p.Vault != "" {
		dir = filepath.Join(more, p.Vault)
	}
	return holder.At(base, dir)
}

// vaultDirs are the folders of the first vault and of further ones.
func vaultDirs(p terminal.Place, base string) (first, more string) {
	if p.Demo {
		return filepath.Join(base, "demo"), filepath.Join(base, "demos")
	}
	return filepath.Join(base, "vault"), filepath.Join(base, "vaults")
}

// tryDemo opens the demo beside p in a window, a process and a vault of its own.
func tryDemo(p terminal.Place) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program: %w", err)
	}
	args := []string{"--demo"}
	if p.Dir != "" {
		args = append(args, "--data", p.Dir)
	}
	cmd := exec.Command(self, args...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the demo: %w", err)
	}
	go func() { _ = cmd.Wait() }() // it may outlive this window; how it ends is its own affair
	return nil
}

// opening is one place being opened, and the banks behind it.
type opening struct {
	*house
	place terminal.Place
	demo  *demobank.Bank // nil without one

	coffer *app.Coffer // there before its banks are opened
}

// baseDir is the folder that holds the vault, the demo's vault and the demo bank's state.
func baseDir(asked string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); data != "" && runtime.GOOS == "linux" {
		return filepath.Join(data, "coffer"), nil
	}
	if runtime.GOOS == "linux" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fault.New(fault.DiskFailed, "find the home folder", err)
		}
		return filepath.Join(home, ".local", "share", "coffer"), nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", fault.New(fault.DiskFailed, "find the folder for data", err)
	}
	return filepath.Join(config, "Coffer"), nil
}

func makeTemp() (string, func() error, error) {
	dir, err := os.MkdirTemp("", "coffer-demo-")
	if err != nil {
		return "", nil, fault.New(fault.DiskFailed, "make a folder for the demo", err)
	}
	return dir, func() error { return os.RemoveAll(dir) }, nil
}

func (o *opening) openStore(ctx context.Context, v *vault.Vault) (app.Store, error) {
	return store.OpenKeeping(ctx, v, o.coffer.DefaultBackups())
}

// openRestored is openStore for a vault that is a backup still: there is nothing to back up before
// its tables are brought forward.
func openRestored(ctx context.Context, v *vault.Vault) (app.Store, error) { return store.Open(ctx, v) }

// backupsDir is where backups go unless the person says otherwise: among their documents, where
// they will look and where other copies of theirs are made from.
func backupsDir(p terminal.Place, base string) string {
	home, err := os.UserHomeDir()
	documents := filepath.Join(home, "Documents")
	if info, missing := os.Stat(documents); p.Dir != "" || err != nil || missing != nil || !info.IsDir() {
		return filepath.Join(base, "backups")
	}
	return filepath.Join(documents, "Coffer backups")
}

// startBank starts the demo bank where it was before, so that a link made then still finds it.
func (o *opening) startBank(ctx context.Context, base string) error {
	if err := os.MkdirAll(base, 0o700); err != nil {
		return fault.New(fault.DiskFailed, "make the folder", err)
	}
	where := filepath.Join(base, "demo-bank.addr")
	before, err := os.ReadFile(where)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.DiskFailed, "read the demo bank's address", err)
	}
	moved := strings.Fields(os.Getenv("COFFER_DEMO_MOVED")) // to a second port: the person is asked about it
	b, err := demobank.Start(ctx, demobank.Config{State: filepath.Join(base, "demo-bank.json"), Addr: strings.TrimSpace(string(before)), Log: o.log, Moved: moved})
	if err != nil {
		return fault.New(fault.BankDown, "start the demo bank", err)
	}
	o.demo = b
	if err := os.WriteFile(where, []byte(b.Addr()+"\n"), 0o600); err != nil {
		return errors.Join(fault.New(fault.DiskFailed, "keep the demo bank's address", err), b.Close())
	}
	return nil
}

func (o *opening) bankLog() []string {
	var lines []string
	for _, e := range o.demo.Events() {
		lines = append(lines, fmt.Sprintf("%s  %s  %s", e.At.UTC().Format(time.TimeOnly), e.Kind, e.Grant))
	}
	return lines
}

// demos are the demo banks that listen.
func (o *opening) demos() []desk.Demo {
	if o.demo == nil {
		return nil
	}
	origin, signIn := "http://"+o.demo.Addr(), app.SignIn{Name: o.demo.Username(), Password: o.demo.Password().Show()}
	withPhone := signIn
	withPhone.Phone = o.demo.Phone()
	return []desk.Demo{ // the first is the one that is meant where none is named
		{ID: "demo-northlight", Origin: origin, SignIn: signIn},
		{ID: "demo-pocketwell", Origin: origin, SignIn: withPhone},
		{ID: "demo-lantern", Origin: origin, SignIn: signIn},
	}
}

// shelf returns what reads the provider files: in the demo's vault those of the demo banks, else the
// others and the person's own.
func (o *opening) shelf(base string) (func() app.Shelf, error) {
	files, err := fs.Sub(assets.FS, "providers")
	if err != nil {
		return nil, fmt.Errorf("find the provider files: %w", err)
	}
	if o.place.Demo {
		return desk.DemoBanks(files, o.demos())
	}
	return desk.RealBanks(files, filepath.Join(base, "providers"))
}

// openBrowser shows a consent page: in the system's browser, or by submitting the demo's forms.
func (o *opening) openBrowser(ctx context.Context, address string) error {
	if o.place.Walk && o.demo != nil {
		return walk.Approve(ctx, address, walk.Options{Username: o.demo.Username(), Password: o.demo.Password().Show()})
	}
	return browse(ctx, address)
}

// browserStarts is how long a program that opens addresses has to say that it can't.
const browserStarts = 3 * time.Second

func browse(ctx context.Context, address string) error {
	program, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		program = "open"
	case "windows":
		program, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return fault.With(fault.NoBrowser, "open the browser", err, "address", address)
	}
	cmd := exec.Command(path, args...)
	if err := cmd.Start(); err != nil {
		return fault.With(fault.NoBrowser, "open the browser", err, "address", address)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return fault.With(fault.NoBrowser, "open the browser", err, "address", address)
	case <-time.After(browserStarts): // it is the browser itself, and stays
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// openBanks opens the network side of an opened vault.
func (o *opening) openBanks(ctx context.Context, opened app.Store) (app.Banks, error) {
	s, ok := opened.(*store.Store)
	if !ok {
		return nil, fmt.Errorf("open the banks: a store of type %T", opened)
	}
	return desk.New(ctx, desk.Config{
		Store: s, Now: time.Now, UserAgent: "Coffer/" + version, Page: o.lastPage(), Log: o.log,
		Changed: &o.coffer.Changed.Accounts, Demo: o.demos(),
	})
}

// lastPage is what the browser shows when the bank has answered.
func (h *house) lastPage() link.Page {
	return link.Page{
		Language: h.voice.T("callback.language", "en"), Title: h.voice.T("callback.title", "Return to Coffer"),
		Text: h.voice.T("callback.text", "Your bank has answered. You can close this page."),
	}
}
