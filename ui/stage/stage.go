// Package stage plays a story on a screen in a window of the test driver, in fake time. Only tests
// import it.
package stage

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
	"fyne.io/fyne/v2/test"
)

// Screen is what the frame knows of every screen.
type Screen interface {
	Content() fyne.CanvasObject
	Show(ctx context.Context)
	SetNarrow(narrow bool)
}

// Rig is a screen in a window. The test is the UI goroutine: what workers hand over waits until
// Settle runs it.
type Rig struct {
	T      *testing.T
	Screen Screen
	Voice  *say.Voice
	Window fyne.Window
	Desk   live.Action
	Leave  context.CancelFunc // what the frame does when the person goes
	queue  chan func()
}

// Stage is the window in which a story is played.
type Stage struct {
	Size fyne.Size
	Mode look.Mode
	Make func(r *Rig) Screen
}

// Run plays a story on a screen in fake time.
func (s Stage) Run(t *testing.T, story func(r *Rig)) {
	t.Helper()
	app := test.NewTempApp(t)
	theme, err := look.New(max(s.Mode, look.Light), 1)
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
		r := &Rig{T: t, Voice: voice, Window: window, queue: make(chan func(), 4096)}
		r.Desk = live.Action{Group: &live.Group{}, OnUI: func(do func()) { r.queue <- do }}
		r.Screen = s.Make(r)
		window.SetContent(part.NewPanel(look.Ground, 0, part.Edges{}, r.Screen.Content()))
		window.Resize(s.Size)
		r.bind()
		r.Screen.SetNarrow(s.Size.Width < 850)
		var ctx context.Context
		ctx, r.Leave = context.WithCancel(t.Context())
		r.Screen.Show(ctx)
		r.Settle()
		story(r)
		r.Leave()
		r.Settle()
		r.Desk.Group.Wait()
	})
}

// bind gives the screen the keys that the frame gives it.
func (r *Rig) bind() {
	c := r.Window.Canvas()
	c.SetOnTypedRune(func(letter rune) {
		if s, ok := r.Screen.(interface{ TypedRune(rune) }); ok {
			s.TypedRune(letter)
		}
	})
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			if s, ok := r.Screen.(interface{ Back() bool }); ok {
				s.Back()
			}
			return
		}
		if s, ok := r.Screen.(interface{ TypedKey(*fyne.KeyEvent) }); ok {
			s.TypedKey(e)
		}
	})
}

// Settle lets the workers come to rest and shows what they brought.
func (r *Rig) Settle() {
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

func (r *Rig) walk(visit func(d drawn)) {
	size := r.Window.Canvas().Size()
	walk(drawn{CanvasObject: r.Window.Content(), clip: [2]fyne.Position{{}, {X: size.Width, Y: size.Height}}}, visit)
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
	if _, scrolls := d.CanvasObject.(fyne.Scrollable); scrolls {
		clip[0] = fyne.NewPos(max(clip[0].X, d.at.X), max(clip[0].Y, d.at.Y))
		clip[1] = fyne.NewPos(min(clip[1].X, d.at.X+d.Size().Width), min(clip[1].Y, d.at.Y+d.Size().Height))
	}
	around := append(slices.Clip(d.around), d.CanvasObject)
	for _, c := range children {
		walk(drawn{c, d.at, clip, around}, visit)
	}
}

// Lines is every line that is drawn.
func (r *Rig) Lines() (all []string) {
	r.walk(func(d drawn) {
		if text, ok := d.CanvasObject.(*canvas.Text); ok && text.Text != "" {
			all = append(all, text.Text)
		}
	})
	return all
}

// Says fails unless every sentence is drawn. Wrapped text is compared without its line ends.
func (r *Rig) Says(sentences ...string) {
	r.T.Helper()
	flat := strings.ReplaceAll(strings.Join(r.Lines(), " "), "\u00a0", " ")
	for _, s := range sentences {
		if !strings.Contains(flat, s) {
			r.T.Errorf("it doesn't say %q, but %s", s, flat)
		}
	}
}

func (r *Rig) Silent(sentences ...string) {
	r.T.Helper()
	flat := strings.ReplaceAll(strings.Join(r.Lines(), " "), "\u00a0", " ")
	for _, s := range sentences {
		if strings.Contains(flat, s) {
			r.T.Errorf("it says %q", s)
		}
	}
}

// Tidy fails where two lines lie on each other or one leaves the window at a side.
func (r *Rig) Tidy() {
	r.T.Helper()
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
			r.T.Errorf("%q leaves its place: %v to %v", l.text, l.from, l.to)
		}
		for _, o := range lines {
			wide := min(l.to.X, o.to.X) - max(l.from.X, o.from.X)
			high := min(l.to.Y, o.to.Y) - max(l.from.Y, o.from.Y)
			if wide > 2 && high > 5 {
				r.T.Errorf("%q lies on %q", l.text, o.text)
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

// Find returns the innermost part with this line that can be pressed, the nth of them.
func (r *Rig) Find(text string, nth int) fyne.Tappable {
	r.T.Helper()
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
		r.T.Fatalf("there is no %q to press in\n%s", text, strings.Join(r.Lines(), "\n"))
	}
	return found
}

// Press clicks on what shows this line.
func (r *Rig) Press(text string) {
	r.T.Helper()
	r.Find(text, 0).Tapped(&fyne.PointEvent{})
	r.Settle()
}

// Key types a key as a person does: to what has the keyboard, else to the place.
func (r *Rig) Key(names ...fyne.KeyName) {
	for _, name := range names {
		e := &fyne.KeyEvent{Name: name}
		if f := r.Window.Canvas().Focused(); f != nil {
			f.TypedKey(e)
		} else {
			r.Window.Canvas().OnTypedKey()(e)
		}
		r.Settle()
	}
}

// Write types letters.
func (r *Rig) Write(text string) {
	for _, letter := range text {
		if f := r.Window.Canvas().Focused(); f != nil {
			f.TypedRune(letter)
		} else {
			r.Window.Canvas().OnTypedRune()(letter)
		}
		r.Settle()
	}
}

// Keep draws the window, and saves it as a PNG if COFFER_GALLERY names a folder.
func (r *Rig) Keep(name string) {
	r.T.Helper()
	img := r.Window.Canvas().Capture()
	folder := os.Getenv("COFFER_GALLERY")
	if folder == "" {
		return
	}
	f, err := os.Create(filepath.Join(folder, name+".png"))
	if err != nil {
		r.T.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		r.T.Fatal(err)
	}
}

// Choose picks an entry of the menu that is open.
func (r *Rig) Choose(entry string) {
	r.T.Helper()
	var item fyne.Tappable
	var all []string
	walk(drawn{CanvasObject: r.Window.Canvas().Overlays().Top()}, func(d drawn) {
		text, ok := d.CanvasObject.(*canvas.Text)
		if !ok || text.Text == "" {
			return
		}
		all = append(all, text.Text)
		for _, o := range d.around {
			if t, ok := o.(fyne.Tappable); ok && strings.ReplaceAll(text.Text, "\u00a0", " ") == entry {
				item = t
			}
		}
	})
	if item == nil {
		r.T.Fatalf("the menu has no %q, but %q", entry, all)
	}
	item.Tapped(&fyne.PointEvent{})
}

// Entries returns what reads the text of each entry that is drawn, now or later.
func (r *Rig) Entries() (all []func() string) {
	r.walk(func(d drawn) {
		if e, ok := d.CanvasObject.(interface{ Text() string }); ok {
			if _, can := e.(interface{ Take() string }); can {
				all = append(all, e.Text)
			}
		}
	})
	return all
}

// Focus gives the keyboard to the entry that shows this placeholder.
func (r *Rig) Focus(placeholder string) {
	r.T.Helper()
	found := false
	r.walk(func(d drawn) {
		line, ok := d.CanvasObject.(*canvas.Text)
		if !ok || line.Text != placeholder || found {
			return
		}
		for _, o := range slices.Backward(d.around) {
			if e, is := o.(interface{ Take() string }); is {
				e.(interface{ Focus() }).Focus()
				found = true
				return
			}
		}
	})
	if !found {
		r.T.Fatalf("no entry asks for %q", placeholder)
	}
}

// InSight reports whether all of o can be seen.
func (r *Rig) InSight(o fyne.CanvasObject) bool {
	seen := false
	r.walk(func(d drawn) {
		if d.CanvasObject == o {
			seen = d.at.Y >= d.clip[0].Y && d.at.Y+d.Size().Height <= d.clip[1].Y
		}
	})
	return seen
}
