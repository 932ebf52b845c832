//go:build !nogui && !e2e

package ui_test

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"coffer/ui/look"

	"fyne.io/fyne/v2"
)

// keep draws the window, and saves it as a PNG if COFFER_GALLERY names a folder.
func (h *house) keep(name string) {
	h.t.Helper()
	picture, folder := h.window.Canvas().Capture(), os.Getenv("COFFER_GALLERY")
	if folder == "" {
		return
	}
	file, err := os.Create(filepath.Join(folder, name+".png"))
	if err == nil {
		err = png.Encode(file, picture)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		h.t.Fatal(err)
	}
}

// TestPicturesOfAReading: the sidebar says how far it is, in each place and mode.
func TestPicturesOfAReading(t *testing.T) {
	for name, mode := range map[string]look.Mode{"light": look.Light, "dark": look.Dark} {
		for width, size := range map[string]fyne.Size{"wide": wide, "narrow": narrow} {
			live(t, size, true, func(h *house) {
				theme, err := look.New(mode, 1)
				if err != nil {
					t.Fatal(err)
				}
				fyne.CurrentApp().Settings().SetTheme(theme)
				h.banks.waits = true
				h.write("r")
				h.keep("reading-overview-" + width + "-" + name)
				h.control(fyne.Key4)
				h.says("Cancel")
				h.keep("reading-banks-" + width + "-" + name)
				h.control(fyne.Key1)
				h.key(fyne.KeyR)
				h.keep("read-" + width + "-" + name)
			})
		}
	}
}
