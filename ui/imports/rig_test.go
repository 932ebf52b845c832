package imports_test

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// screen is what the frame knows of every screen.
type screen interface {
	Content() fyne.CanvasObject
	Show(ctx context.Context)
	SetNarrow(narrow bool)
}

// rig is a screen in a window. The test is the UI goroutine: what workers hand over waits until
// settle runs it.
type rig struct {
	t      *testing.T
	screen screen
	voice  *say.Voice
	window fyne.Window
	desk   live.Action
	queue  chan func()
	leave  context.CancelFunc
}

// stage is the window in which a story is played.
type stage struct {
	size fyne.Size
	mode look.Mode
	make func(r *rig) screen
}

// run plays a story on a screen in fake time.
func (s stage) run(t *testing.T, story func(r *rig)) {
	t.Helper()
	app := test.NewTempApp(t)
	theme, err := look.New(max(s.mode, look.Light), 1)
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
		r := &rig{t: t, voice: voice, window: window, queue: make(chan func(), 4096)}
		r.desk = live.Action{Group: &live.Group{}, OnUI: func(do func()) { r.queue <- do }}
		r.screen = s.make(r)
		window.SetContent(part.NewPanel(look.Ground, 0, part.Edges{}, r.screen.Content()))
		window.Resize(s.size)
		r.bind()
		r.screen.SetNarrow(s.size.Width < 850)
		var ctx context.Context
		ctx, r.leave = context.WithCancel(t.Context())
		r.screen.Show(ctx)
		r.settle()
		story(r)
		r.leave()
		r.settle()
		r.desk.Group.Wait()
	})
}

// bind gives the screen the keys that the frame gives it.
func (r *rig) bind() {
	c := r.window.Canvas()
	c.SetOnTypedRune(func(letter rune) {
		if s, ok := r.screen.(interface{ TypedRune(rune) }); ok {
			s.TypedRune(letter)
		}
	})
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			if s, ok := r.screen.(interface{ Back() bool }); ok {
				s.Back()
			}
			return
		}
		if s, ok := r.screen.(interface{ TypedKey(*fyne.KeyEvent) }); ok {
			s.TypedKey(e)
		}
	})
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

// drawn is an object in sight, where it stands, and those around it, the outermost first.
type drawn struct {
	fyne.CanvasObject
	at     fyne.Position
	clip   [2]fyne.Position // what of the window it may draw on
	around []fyne.CanvasObject
}

func (r *rig) walk(visit func(d drawn)) {
	size := r.window.Canvas().Size()
	walk(drawn{CanvasObject: r.window.Content(), clip: [2]fyne.Position{{}, {X: size.Width, Y: size.Height}}}, visit)
}

func walk(d drawn, visit func(d drawn)) {
	if !d.Visible() {
		return
	}
	d.at = d.at.Add(d.Position())
	visit(d)
	var children []fyne.CanvasObject
	switch t := d.CanvasObject.(type) {
	case fyne.Widget:
		children = test.WidgetRenderer(t).Objects()
	case *fyne.Container:
		children = t.Objects
	}
	clip := d.clip
	if _, scrolls := d.CanvasObject.(*container.Scroll); scrolls {
		clip[0] = fyne.NewPos(max(clip[0].X, d.at.X), max(clip[0].Y, d.at.Y))
		clip[1] = fyne.NewPos(min(clip[1].X, d.at.X+d.Size().Width), min(clip[1].Y, d.at.Y+d.Size().Height))
	}
	around := append(slices.Clip(d.around), d.CanvasObject)
	for _, c := range children {
		walk(drawn{c, d.at, clip, around}, visit)
	}
}

// lines is every line that is drawn.
func (r *rig) lines() (all []string) {
	r.walk(func(d drawn) {
		if text, ok := d.CanvasObject.(*canvas.Text); ok && text.Text != "" {
			all = append(all, text.Text)
		}
	})
	return all
}

// says fails unless every sentence is drawn. Wrapped text is compared without its line ends.
func (r *rig) says(sentences ...string) {
	r.t.Helper()
	flat := strings.Join(r.lines(), " ")
	for _, s := range sentences {
		if !strings.Contains(flat, s) {
			r.t.Errorf("it doesn't say %q, but\n%s", s, strings.Join(r.lines(), "\n"))
		}
	}
}

func (r *rig) silent(sentences ...string) {
	r.t.Helper()
	flat := strings.Join(r.lines(), " ")
	for _, s := range sentences {
		if strings.Contains(flat, s) {
			r.t.Errorf("it says %q", s)
		}
	}
}

// tidy fails where two lines lie on each other or one leaves the window at a side.
func (r *rig) tidy() {
	r.t.Helper()
	type line struct {
		text     string
		from, to fyne.Position
	}
	var lines []line
	r.walk(func(d drawn) {
		text, ok := d.CanvasObject.(*canvas.Text)
		if !ok || text.Text == "" || scrolled(d) || d.at.Y < d.clip[0].Y || d.at.Y+d.Size().Height > d.clip[1].Y {
			return
		}
		l := line{text.Text, d.at, d.at.AddXY(d.Size().Width, d.Size().Height)}
		if l.from.X < d.clip[0].X-1 || l.to.X > d.clip[1].X+1 {
			r.t.Errorf("%q leaves its place: %v to %v", l.text, l.from, l.to)
		}
		for _, o := range lines {
			wide := min(l.to.X, o.to.X) - max(l.from.X, o.from.X)
			high := min(l.to.Y, o.to.Y) - max(l.from.Y, o.from.Y)
			if wide > 2 && high > 5 {
				r.t.Errorf("%q lies on %q", l.text, o.text)
			}
		}
		lines = append(lines, l)
	})
}

// scrolled reports whether an object is what is typed into an entry, which moves under its edges.
func scrolled(d drawn) bool {
	return slices.ContainsFunc(d.around, func(o fyne.CanvasObject) bool {
		_, is := o.(interface{ SelectedText() string })
		return is
	})
}

// find returns the innermost part with this line that can be pressed, the nth of them.
func (r *rig) find(text string, nth int) fyne.Tappable {
	r.t.Helper()
	var found fyne.Tappable
	r.walk(func(d drawn) {
		line, ok := d.CanvasObject.(*canvas.Text)
		if !ok || line.Text != text {
			return
		}
		for _, o := range slices.Backward(d.around) {
			if press, ok := o.(fyne.Tappable); ok {
				if nth == 0 {
					found = press
				}
				nth--
				return
			}
		}
	})
	if found == nil {
		r.t.Fatalf("there is no %q to press in\n%s", text, strings.Join(r.lines(), "\n"))
	}
	return found
}

// press clicks on what shows this line.
func (r *rig) press(text string) {
	r.t.Helper()
	r.find(text, 0).Tapped(&fyne.PointEvent{})
	r.settle()
}

// key types a key as a person does: to what has the keyboard, else to the place.
func (r *rig) key(names ...fyne.KeyName) {
	for _, name := range names {
		e := &fyne.KeyEvent{Name: name}
		if f := r.window.Canvas().Focused(); f != nil {
			f.TypedKey(e)
		} else {
			r.window.Canvas().OnTypedKey()(e)
		}
		r.settle()
	}
}

// write types letters.
func (r *rig) write(text string) {
	for _, letter := range text {
		if f := r.window.Canvas().Focused(); f != nil {
			f.TypedRune(letter)
		} else {
			r.window.Canvas().OnTypedRune()(letter)
		}
		r.settle()
	}
}

// keep draws the window, and saves it as a PNG if COFFER_GALLERY names a folder.
func (r *rig) keep(name string) {
	r.t.Helper()
	img := r.window.Canvas().Capture()
	folder := os.Getenv("COFFER_GALLERY")
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
