//go:build !nogui && !e2e

package ui_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/assets"
	"coffer/ui"
	"coffer/ui/look"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

const opener = "lamp river tin oak moss"

// house is a window on a real vault; only the banks are a fake.
type house struct {
	t      *testing.T
	coffer *app.Coffer
	store  *faulty
	banks  *banks
	window fyne.Window
	frame  ui.Frame
	front  ui.Front
	queue  chan func()
	ended  bool
}

// faulty is a store that can be made to panic where accounts are read.
type faulty struct {
	*store.Store
	boom bool
}

func (f *faulty) Nets(ctx context.Context, from, to ledger.Date) ([]ledger.DayNet, error) {
	if f.boom {
		panic("4417 Nora")
	}
	return f.Store.Nets(ctx, from, to)
}

// banks reads what a test lets it read.
type banks struct {
	waits bool // a refresh reads until it is cancelled
	err   error
	reads int
}

func (b *banks) BeginLink(context.Context, app.Provider, app.Terms) (app.Attempt, error) {
	return nil, errors.New("no bank here")
}

func (b *banks) Refresh(ctx context.Context, id consent.LinkID, _ bool, told func(app.Progress)) (app.Refreshed, error) {
	b.reads++
	told(app.Progress{Link: id, Bank: "Northlight Bank", Account: "Everyday", Rows: 240})
	if b.waits {
		<-ctx.Done()
		return app.Refreshed{}, ctx.Err()
	}
	return app.Refreshed{}, b.err
}

func (b *banks) Check(context.Context, consent.LinkID) error { return b.err }

func (b *banks) Revoke(context.Context, consent.LinkID, bool, func(consent.Proof)) (consent.Receipt, error) {
	return consent.Receipt{}, errors.New("no bank here")
}

func (b *banks) Drop(context.Context, consent.LinkID) (consent.Receipt, error) {
	return consent.Receipt{}, errors.New("no bank here")
}

func (b *banks) AnswerHost(context.Context, consent.LinkID, consent.Ask, bool) error {
	return errors.New("no bank here")
}

func (b *banks) ListAccounts(context.Context, consent.LinkID) error {
	return errors.New("no bank here")
}

func (b *banks) Hold(context.Context, consent.LinkID) (func(), error) { return func() {}, nil }

func (b *banks) Close() {}

// live opens a window and plays a story in it; the vault is made before if made is true.
func live(t *testing.T, size fyne.Size, made bool, story func(h *house)) {
	t.Helper()
	a := test.NewTempApp(t)
	theme, err := look.New(look.Light, 1)
	if err != nil {
		t.Fatal(err)
	}
	a.Settings().SetTheme(theme)
	window := test.NewTempWindow(t, canvas.NewRectangle(nil))
	window.SetPadded(false)
	window.Resize(size)
	voice, err := say.New(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	dir, key := t.TempDir()+"/vault", (*app.RecoveryKey)(nil)
	if made {
		var model cheap
		if model, err = vaultModel(); err == nil {
			key, err = model.key, os.CopyFS(dir, model.files)
		}
		if err == nil {
			err = os.Chmod(dir, 0o700)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, banks: &banks{}, window: window, queue: make(chan func(), 4096)}
		h.coffer, err = app.New(app.Config{
			Dir: dir, Now: time.Now, OpenBrowser: func(context.Context, string) error { return nil },
			OpenStore: func(ctx context.Context, v *vault.Vault) (app.Store, error) {
				s, err := store.Open(ctx, v)
				h.store = &faulty{Store: s}
				return h.store, err
			},
			ListBackups: store.Backups,
			OpenBanks:   func(context.Context, app.Store) (app.Banks, error) { return h.banks, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		if made {
			h.furnish(key)
		}
		h.frame = ui.Open(t.Context(), ui.Config{Coffer: h.coffer, Voice: voice, Browse: func(string) error { return nil }, Serve: func(ctx context.Context, f ui.Front) error {
			h.front = f
			<-ctx.Done()
			return nil
		}}, window, func(do func()) { h.queue <- do })
		window.Resize(size.AddWidthHeight(1, 0))
		window.Resize(size)
		h.settle()
		defer h.end()
		story(h)
	})
}

// cheap is a new vault whose passphrase costs the least.
type cheap struct {
	files fs.FS
	key   *app.RecoveryKey
}

// vaultModel is made once and copied for each story: guessing is slow, on purpose.
var vaultModel = sync.OnceValues(func() (cheap, error) {
	dir, err := os.MkdirTemp("", "coffer-window-")
	if err != nil {
		return cheap{}, err
	}
	v, key, err := vault.Create(dir+"/vault", secret.New(opener), vault.Options{})
	if err != nil {
		return cheap{}, err
	}
	files := fstest.MapFS{}
	err = errors.Join(v.Close(), fs.WalkDir(os.DirFS(dir+"/vault"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(dir + "/vault/" + name)
		files[name] = &fstest.MapFile{Data: raw, Mode: 0o600}
		return err
	}))
	return cheap{files, key}, errors.Join(err, os.RemoveAll(dir))
})

// furnish puts a statement into the vault and a link that ends soon.
func (h *house) furnish(key *app.RecoveryKey) {
	ctx := h.t.Context()
	if err := h.coffer.Unlock(ctx, secret.New(opener)); err != nil {
		h.t.Fatal(err)
	}
	if err := h.coffer.ConfirmRecovery(ctx, key, key.Groups()); err != nil {
		h.t.Fatal(err)
	}
	sample, err := assets.FS.ReadFile("samples/harbour-statement.ofx")
	if err != nil {
		h.t.Fatal(err)
	}
	preview, err := h.coffer.PreviewImport(ctx, "harbour.ofx", bytes.NewReader(sample), nil)
	if err == nil {
		_, err = h.coffer.Import(ctx, preview)
	}
	if err == nil {
		err = h.store.SaveLink(ctx, consent.Link{ID: "l1", Provider: "demo", Bank: "Northlight Bank", Dialect: "fdx", State: consent.Active, LastUsed: time.Now(), Expires: time.Now().Add(9 * 24 * time.Hour)})
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) end() {
	if h.ended {
		return
	}
	h.ended = true
	if err := h.frame.End(); err != nil {
		h.t.Error(err)
	}
	h.settle()
}

// settle lets the workers come to rest and shows what they brought.
func (h *house) settle() {
	for {
		synctest.Wait()
		select {
		case do := <-h.queue:
			do()
		default:
			return
		}
	}
}

func (h *house) walk(visit func(o fyne.CanvasObject, around []fyne.CanvasObject)) {
	walk(h.window.Content(), nil, visit)
	for _, o := range h.window.Canvas().Overlays().List() {
		walk(o, nil, visit)
	}
}

func walk(o fyne.CanvasObject, around []fyne.CanvasObject, visit func(o fyne.CanvasObject, around []fyne.CanvasObject)) {
	if !o.Visible() {
		return
	}
	visit(o, around)
	var children []fyne.CanvasObject
	switch t := o.(type) {
	case fyne.Widget:
		children = test.WidgetRenderer(t).Objects()
	case *fyne.Container:
		children = t.Objects
	}
	around = append(slices.Clip(around), o)
	for _, c := range children {
		walk(c, around, visit)
	}
}

func (h *house) words() string {
	var lines []string
	h.walk(func(o fyne.CanvasObject, _ []fyne.CanvasObject) {
		if text, ok := o.(*canvas.Text); ok && text.Text != "" {
			lines = append(lines, text.Text)
		}
	})
	return strings.Join(lines, " ")
}

func (h *house) says(sentences ...string) {
	h.t.Helper()
	for _, s := range sentences {
		if all := h.words(); !strings.Contains(all, s) {
			h.t.Errorf("it doesn't say %q, but %s", s, all)
		}
	}
}

func (h *house) silent(sentences ...string) {
	h.t.Helper()
	for _, s := range sentences {
		if all := h.words(); strings.Contains(all, s) {
			h.t.Errorf("it says %q: %s", s, all)
		}
	}
}

func (h *house) press(text string) {
	h.t.Helper()
	var found fyne.Tappable
	h.walk(func(o fyne.CanvasObject, around []fyne.CanvasObject) {
		line, ok := o.(*canvas.Text)
		if !ok || line.Text != text || found != nil {
			return
		}
		for _, outer := range slices.Backward(around) {
			if press, ok := outer.(fyne.Tappable); ok {
				found = press
				return
			}
		}
	})
	if found == nil {
		h.t.Fatalf("there is no %q to press in %s", text, h.words())
	}
	found.Tapped(&fyne.PointEvent{})
	h.settle()
}

func (h *house) control(key fyne.KeyName) {
	shortcut := &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
	if f, ok := h.window.Canvas().Focused().(fyne.Shortcutable); ok {
		f.TypedShortcut(shortcut)
	} else if c, ok := h.window.Canvas().(fyne.Shortcutable); ok {
		c.TypedShortcut(shortcut)
	}
	h.settle()
}

func (h *house) key(name fyne.KeyName) {
	e := &fyne.KeyEvent{Name: name}
	if f := h.window.Canvas().Focused(); f != nil {
		f.TypedKey(e)
	} else {
		h.window.Canvas().OnTypedKey()(e)
	}
	h.settle()
}

func (h *house) write(text string) {
	for _, letter := range text {
		if f := h.window.Canvas().Focused(); f != nil {
			f.TypedRune(letter)
		} else {
			h.window.Canvas().OnTypedRune()(letter)
		}
	}
	h.settle()
}

func (h *house) unlock() {
	h.write(opener)
	h.key(fyne.KeyReturn)
}
