package transactions_test

import (
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/say"
	"coffer/ui/transactions"
)

var today = ledger.Day(2026, 11, 22)

// rig is the place in a window, with a UI goroutine that the test is.
type rig struct {
	*testing.T
	books  *books
	screen *transactions.Screen
	win    fyne.Window
	group  live.Group
	mu     sync.Mutex
	queue  []func()
	ctx    context.Context
	leave  context.CancelFunc
	went   []string
}

func voice(t testing.TB) *say.Voice {
	t.Helper()
	v, err := say.New(fstest.MapFS{}, "en_GB.UTF-8")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// inWindow shows the place over b and runs claim on it, in a bubble of time.
func inWindow(t *testing.T, b *books, size fyne.Size, claim func(r *rig)) {
	t.Helper()
	inMode(t, look.Light, b, size, claim)
}

func inMode(t *testing.T, mode look.Mode, b *books, size fyne.Size, claim func(r *rig)) {
	t.Helper()
	app := test.NewTempApp(t)
	th, err := look.New(mode, 1)
	if err != nil {
		t.Fatal(err)
	}
	app.Settings().SetTheme(th)
	win := test.NewTempWindow(t, canvas.NewRectangle(nil))
	win.SetPadded(false)
	synctest.Test(t, func(t *testing.T) {
		r := &rig{T: t, books: b, win: win}
		r.ctx, r.leave = context.WithCancel(t.Context())
		r.screen = transactions.New(b, voice(t), live.Action{Group: &r.group, OnUI: r.onUI}, transactions.Go{
			Alert: func(id alert.ID) { r.went = append(r.went, "alert "+string(id)) }, Import: func() { r.went = append(r.went, "import") }, AddBank: func() { r.went = append(r.went, "bank") },
		})
		win.SetContent(r.screen.Content())
		win.Resize(size)
		win.Canvas().SetOnTypedRune(r.screen.TypedRune)
		win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
			if e.Name == fyne.KeyEscape {
				r.screen.Back()
				return
			}
			r.screen.TypedKey(e)
		})
		r.screen.SetNarrow(size.Width < 750)
		r.screen.Show(r.ctx)
		r.settle()
		claim(r)
		r.leave()
		r.books.open()
		r.settle()
		time.Sleep(time.Minute)
		r.group.Wait()
	})
}

func (r *rig) onUI(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue = append(r.queue, f)
}

// settle runs the UI until nothing is left to do but to wait for time or a gate.
func (r *rig) settle() {
	for {
		synctest.Wait()
		r.mu.Lock()
		todo := r.queue
		r.queue = nil
		r.mu.Unlock()
		if len(todo) == 0 {
			return
		}
		for _, f := range todo {
			f()
		}
	}
}

func (r *rig) keys(names ...fyne.KeyName) {
	for _, k := range names {
		if f := r.win.Canvas().Focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: k})
		} else {
			r.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: k})
		}
		r.settle()
	}
}

func (r *rig) letters(text string) {
	for _, l := range text {
		if f := r.win.Canvas().Focused(); f != nil {
			f.TypedRune(l)
		} else {
			r.win.Canvas().OnTypedRune()(l)
		}
		r.settle()
	}
}

// tap taps what shows a text; the last where it is there twice.
func (r *rig) tap(text string) {
	r.Helper()
	at, ok := r.textAt(text)
	if !ok {
		r.Fatalf("nothing shows %q", text)
	}
	test.TapCanvas(r.win.Canvas(), at.AddXY(2, 2))
	r.settle()
}

// tapTop taps what shows a text, where it stands highest.
func (r *rig) tapTop(text string) {
	r.Helper()
	best := fyne.NewPos(0, 1e6)
	walk(r.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, p fyne.Position) {
		if t, is := o.(*canvas.Text); is && t.Text == text && p.Y < best.Y {
			best = p
		}
	})
	test.TapCanvas(r.win.Canvas(), best.AddXY(2, 2))
	r.settle()
}

// press presses the mouse on what shows a text in the list.
func (r *rig) press(text string) {
	r.Helper()
	at, ok := r.textAt(text)
	if !ok {
		r.Fatalf("nothing shows %q", text)
	}
	walk(r.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, p fyne.Position) {
		_, keys := o.(desktop.Keyable)
		if list, is := o.(desktop.Mouseable); is && keys && at.X >= p.X && at.Y >= p.Y {
			list.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at.Subtract(p).AddXY(2, 2)}, Button: desktop.MouseButtonPrimary})
		}
	})
	r.settle()
}

// chosen is the category that the detail shows.
func (r *rig) chosen() string {
	label, _ := r.textAt("Note")
	got := ""
	walk(r.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, p fyne.Position) {
		if t, is := o.(*canvas.Text); is && p.X > label.X+40 && p.Y < label.Y-10 && p.Y > label.Y-50 {
			got = t.Text
		}
	})
	return got
}

func walk(o fyne.CanvasObject, at fyne.Position, visit func(fyne.CanvasObject, fyne.Position)) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	visit(o, at)
	var children []fyne.CanvasObject
	switch t := o.(type) {
	case fyne.Widget:
		children = test.WidgetRenderer(t).Objects()
	case *fyne.Container:
		children = t.Objects
	}
	for _, child := range children {
		walk(child, at, visit)
	}
}

func (r *rig) roots() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{r.win.Content()}, r.win.Canvas().Overlays().List()...)
}

func (r *rig) textAt(want string) (at fyne.Position, ok bool) {
	for _, root := range r.roots() {
		walk(root, fyne.Position{}, func(o fyne.CanvasObject, p fyne.Position) {
			if text, is := o.(*canvas.Text); is && text.Text == want {
				at, ok = p, true
			}
		})
	}
	return at, ok
}

func (r *rig) shows(want string) bool {
	_, ok := r.textAt(want)
	return ok
}

func (r *rig) wants(texts ...string) {
	r.Helper()
	for _, text := range texts {
		if !r.shows(text) {
			r.Errorf("%q is not shown; shown are %q", text, r.texts())
		}
	}
}

func (r *rig) wantsNot(texts ...string) {
	r.Helper()
	for _, text := range texts {
		if r.shows(text) {
			r.Errorf("%q is shown", text)
		}
	}
}

func (r *rig) texts() []string {
	var all []string
	for _, root := range r.roots() {
		walk(root, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
			if text, is := o.(*canvas.Text); is && text.Text != "" {
				all = append(all, text.Text)
			}
		})
	}
	return all
}

// keep writes a picture of the window to the folder that COFFER_GALLERY names.
func (r *rig) keep(name string) image.Image {
	img := r.win.Canvas().Capture()
	if folder := os.Getenv("COFFER_GALLERY"); folder != "" {
		f, err := os.Create(filepath.Join(folder, name+".png"))
		if err != nil {
			r.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, img); err != nil {
			r.Fatal(err)
		}
	}
	return img
}
