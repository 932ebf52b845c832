// Package assets holds what ships inside the program: icons, fonts and their licences, samples, languages and provider files.
package assets

import (
	"embed"
	"fmt"
)

// FS holds every shipped file under its folder's name, for example "icons/lock.svg".
//
//go:embed icons
//go:embed fonts
//go:embed licences
//go:embed samples
//go:embed lang
//go:embed providers
//go:embed fraud-score.txt
var FS embed.FS

// Icon returns the SVG of a named icon, without folder or ending. Line icons are filled
// outlines in one colour, so that a toolkit can recolour them; "app" is the coloured mark.
// It wraps fs.ErrNotExist for a name that isn't shipped.
func Icon(name string) ([]byte, error) {
	return read("icon", "icons/"+name+".svg")
}

// Mark returns the app mark as a PNG for trays and notifications, which can't take an SVG.
// Shipped sizes in pixels: 16, 32, 64, 128, 512. It wraps fs.ErrNotExist for others.
func Mark(size int) ([]byte, error) {
	return read("mark", fmt.Sprintf("icons/app-%d.png", size))
}

// Font returns a font file by its file name. It wraps fs.ErrNotExist for others.
func Font(name string) ([]byte, error) {
	return read("font", "fonts/"+name)
}

func read(kind, path string) ([]byte, error) {
	raw, err := FS.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", kind, err)
	}
	return raw, nil
}
