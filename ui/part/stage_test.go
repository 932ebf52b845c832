package part_test

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"coffer/ui/look"
)

// stage is a window of the software driver in one mode of our theme.
func stage(t *testing.T, mode look.Mode, textScale float32) fyne.App {
	t.Helper()
	app := test.NewTempApp(t)
	th, err := look.New(mode, textScale)
	if err != nil {
		t.Fatal(err)
	}
	app.Settings().SetTheme(th)
	return app
}

// shown puts an object into a window of that size.
func shown(t *testing.T, o fyne.CanvasObject, w, h float32) fyne.Window {
	t.Helper()
	win := test.NewTempWindow(t, o)
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	return win
}

// picture draws an object in one mode. With COFFER_GALLERY set it is kept there as a PNG.
func picture(t *testing.T, name string, mode look.Mode, size fyne.Size, build func() fyne.CanvasObject) image.Image {
	t.Helper()
	stage(t, mode, 1)
	win := shown(t, build(), size.Width-1, size.Height)
	win.Resize(size)
	img := win.Canvas().Capture()
	if folder := os.Getenv("COFFER_GALLERY"); folder != "" {
		suffix := map[look.Mode]string{look.Light: "light", look.Dark: "dark"}[mode]
		keep(t, filepath.Join(folder, name+"-"+suffix+".png"), img)
	}
	return img
}

func keep(t *testing.T, path string, img image.Image) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}

// hues counts the colours of a picture, up to a hundred: a part that draws nothing has one.
func hues(img image.Image) int {
	seen := map[[4]uint32]bool{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 2 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			r, g, b, a := img.At(x, y).RGBA()
			if seen[[4]uint32{r, g, b, a}] = true; len(seen) == 100 {
				return 100
			}
		}
	}
	return len(seen)
}

// walk visits what an object draws, with its place in the window.
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

// texts finds the drawn lines that say something.
func texts(o fyne.CanvasObject, want string, found func(*canvas.Text, fyne.Position)) {
	walk(o, fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
		if text, ok := o.(*canvas.Text); ok && text.Text == want {
			found(text, at)
		}
	})
}

func countText(o fyne.CanvasObject, want string) (n int) {
	texts(o, want, func(*canvas.Text, fyne.Position) { n++ })
	return n
}

// textAt is where a text stands in the window; the last one where it is there twice.
func textAt(o fyne.CanvasObject, want string) (at fyne.Position) {
	texts(o, want, func(_ *canvas.Text, p fyne.Position) { at = p })
	return at
}
