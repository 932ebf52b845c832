package banks_test

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"coffer/app/ledger"
	"coffer/ui/banks"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// rig is a screen in a window. The test is the UI goroutine: what workers hand over waits until
// settle runs it.
type rig struct {
	t      *testing.T
	fake   *fake
	screen *banks.Screen
	window fyne.Window
	queue  chan func()
	group  live.Group
	leave  context.CancelFunc

	copied   string
	browsed  string
	imported int
	privacy  int
	register ledger.AccountID
	browse   error
}

var (
	wideSize   = fyne.NewSize(1080, 800)
	narrowSize = fyne.NewSize(748, 560)
)

// run shows a screen on f and plays a story in fake time.
func run(t *testing.T, f *fake, size fyne.Size, story func(r *rig)) {
	t.Helper()
	runIn(t, f, size, look.Light, story)
}

func runIn(t *testing.T, f *fake, size fyne.Size, mode look.Mode, story func(r *rig)) {
	t.Helper()
	app := test.NewTempApp(t)
	theme, err := look.New(mode, 1)
	if err != nil {
		t.Fatal(err)
	}
	app.Settings().SetTheme(theme)
	window := test.NewTempWindow(t, canvas.NewRectangle(nil))
	window.SetPadded(false)
	voice, err := say.New(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		if f.prepare != nil {
			f.prepare()
		}
		r := &rig{t: t, fake: f, window: window, queue: make(chan func(), 4096)}
		r.screen = banks.New(f, voice, live.Action{Group: &r.group, OnUI: func(do func()) { r.queue <- do }}, banks.Go{
			Import: func() { r.imported++ }, Privacy: func() { r.privacy++ }, Copy: func(text string) { r.copied = text }, CopySecret: func(text string) { r.copied = text }, Transactions: func(id ledger.AccountID) { r.register = id },
			Browse: func(address string) error { r.browsed = address; return r.browse }, NewKey: func() {},
		})
		window.SetContent(container(r.screen))
		window.Resize(size)
		window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
			if e.Name == fyne.KeyEscape {
				r.screen.Back()
				return
			}
			r.screen.TypedKey(e)
		})
		window.Canvas().SetOnTypedRune(r.screen.TypedRune)
		r.screen.SetNarrow(size.Width < 850)
		var ctx context.Context
		ctx, r.leave = context.WithCancel(t.Context())
		r.screen.Show(ctx)
		r.settle()
		story(r)
		r.leave()
		r.settle()
		r.group.Wait()
	})
}

func container(s *banks.Screen) fyne.CanvasObject {
	return part.NewPanel(look.Ground, 0, part.Edges{}, s.Content())
}

// settle lets the workers come to rest and shows what they brought.
func (r *rig) settle() {
	for {
		synctest.Wait()
		select {
		case do := <-r.queue:
			do()
		default:
			return
		}
	}
}

// walk visits what is drawn, with those around it, the outermost first.
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
	around = append(around[:len(around):len(around)], o)
	for _, c := range children {
		walk(c, around, visit)
	}
}

// words is every line that is drawn.
func (r *rig) words() string {
	var lines []string
	walk(r.window.Content(), nil, func(o fyne.CanvasObject, _ []fyne.CanvasObject) {
		if text, ok := o.(*canvas.Text); ok && text.Text != "" {
			lines = append(lines, text.Text)
		}
	})
	return strings.Join(lines, "\n")
}

// says fails unless every sentence is drawn. Wrapped text is compared without its line ends.
func (r *rig) says(sentences ...string) {
	r.t.Helper()
	all := r.words()
	flat := strings.ReplaceAll(all, "\n", " ")
	for _, s := range sentences {
		if !strings.Contains(flat, s) {
			r.t.Errorf("it doesn't say %q, but\n%s", s, all)
		}
	}
}

func (r *rig) silent(sentences ...string) {
	r.t.Helper()
	flat := strings.ReplaceAll(r.words(), "\n", " ")
	for _, s := range sentences {
		if strings.Contains(flat, s) {
			r.t.Errorf("it says %q", s)
		}
	}
}

// find returns the innermost part with these words that can be pressed, the nth of them.
func (r *rig) find(text string, nth int) fyne.Tappable {
	r.t.Helper()
	var found fyne.Tappable
	walk(r.window.Content(), nil, func(o fyne.CanvasObject, around []fyne.CanvasObject) {
		line, ok := o.(*canvas.Text)
		if !ok || line.Text != text {
			return
		}
		for i := len(around) - 1; i >= 0; i-- {
			if press, ok := around[i].(fyne.Tappable); ok {
				if nth == 0 {
					found = press
				}
				nth--
				return
			}
		}
	})
	if found == nil {
		r.t.Fatalf("there is no %q to press in\n%s", text, r.words())
	}
	return found
}

func (r *rig) press(text string) { r.pressNth(text, 0) }

func (r *rig) pressNth(text string, nth int) {
	r.t.Helper()
	r.find(text, nth).Tapped(&fyne.PointEvent{})
	r.settle()
}

// key types a key as a person does: to what has the keyboard, else to the place.
func (r *rig) key(name fyne.KeyName) {
	e := &fyne.KeyEvent{Name: name}
	if f := r.window.Canvas().Focused(); f != nil {
		f.TypedKey(e)
	} else {
		r.window.Canvas().OnTypedKey()(e)
	}
	r.settle()
}

// write types letters.
func (r *rig) write(text string) {
	for _, letter := range text {
		if f := r.window.Canvas().Focused(); f != nil {
			f.TypedRune(letter)
		} else {
			r.window.Canvas().OnTypedRune()(letter)
		}
	}
	r.settle()
}

// keep saves what is drawn as a PNG if COFFER_GALLERY names a folder.
func (r *rig) keep(name string) {
	r.t.Helper()
	folder := os.Getenv("COFFER_GALLERY")
	img := r.window.Canvas().Capture()
	if folder == "" {
		return
	}
	f, err := os.Create(filepath.Join(folder, name+".png"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		r.t.Fatal(err)
	}
}

func containsLine(all, line string) bool {
	for _, l := range strings.Split(all, "\n") {
		if l == line {
			return true
		}
	}
	return false
}

// top is how far down the last line with these words stands.
func (r *rig) top(text string) float32 {
	y := float32(-1)
	walk(r.window.Content(), nil, func(o fyne.CanvasObject, around []fyne.CanvasObject) {
		if line, ok := o.(*canvas.Text); ok && line.Text == text {
			y = o.Position().Y
			for _, a := range around {
				y += a.Position().Y
			}
		}
	})
	return y
}

// within fails if a line is drawn beyond the right edge of its card, or of the window.
func (r *rig) within(width float32) {
	r.t.Helper()
	walk(r.window.Content(), nil, func(o fyne.CanvasObject, around []fyne.CanvasObject) {
		line, ok := o.(*canvas.Text)
		if !ok || line.Text == "" || line.Alignment != fyne.TextAlignLeading {
			return
		}
		x, edge := line.Position().X, width
		for _, a := range around {
			x += a.Position().X
		}
		at := float32(0)
		for _, a := range around {
			at += a.Position().X
			if card, is := a.(*part.Panel); is {
				edge = at + card.Size().Width
			}
		}
		if drawn := fyne.MeasureText(line.Text, line.TextSize, line.TextStyle).Width; x+drawn > edge {
			r.t.Errorf("%q ends at %.0f of %.0f", line.Text, x+drawn, edge)
		}
	})
}
