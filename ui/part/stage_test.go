package part_test

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
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

// hues counts the colours of a picture: a part that draws nothing has one.
func hues(img image.Image) int {
	seen := map[[4]uint32]bool{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 2 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			r, g, b, a := img.At(x, y).RGBA()
			seen[[4]uint32{r, g, b, a}] = true
		}
	}
	return len(seen)
}
