package assets_test

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"coffer/assets"
)

// iconNames are the names the screens may ask for; a missing one fails here, not in the window.
const iconNames = `overview transactions alerts banks insights privacy settings
search filter sort sort-up sort-down refresh plus minus import export undo check close back chevron-right chevron-down
more split attachment tag note trash shred eye eye-off
lock unlock key link revoke receipt document check-circle circle phone computer browser bridge offline
wallet savings card transfer pending repeat idle
clock calendar warning info help jobs keyboard app app-16`

func TestEveryNamedIconIsShipped(t *testing.T) {
	for _, name := range strings.Fields(iconNames) {
		raw, err := assets.Icon(name)
		if err != nil {
			t.Errorf("icon %s: %v", name, err)
			continue
		}
		if !bytes.Contains(raw, []byte("<svg")) {
			t.Errorf("icon %s is no SVG", name)
		}
		if !strings.HasPrefix(name, "app") && bytes.Contains(raw, []byte("stroke-width")) {
			t.Errorf("icon %s is drawn with strokes, which neither scale nor recolour", name)
		}
	}
}

func TestEveryShippedIconHasANameInTheList(t *testing.T) {
	known := " " + strings.Join(strings.Fields(iconNames), " ") + " "
	files, err := fs.Glob(assets.FS, "icons/*.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "icons/"), ".svg")
		if !strings.Contains(known, " "+name+" ") {
			t.Errorf("%s is shipped but nobody can name it", file)
		}
	}
}

func TestFontsAndTheirLicencesAreShipped(t *testing.T) {
	for _, name := range []string{"CofferSans-Regular.otf", "CofferSans-SemiBold.otf", "CofferMono-Regular.ttf"} {
		raw, err := assets.Font(name)
		if err != nil || len(raw) < 10_000 {
			t.Errorf("font %s: %d bytes, %v", name, len(raw), err)
		}
	}
	for _, name := range []string{"OFL-CofferSans.txt", "OFL-CofferMono.txt"} {
		raw, err := assets.FS.ReadFile("licences/" + name)
		if err != nil || !bytes.Contains(raw, []byte("SIL OPEN FONT LICENSE")) || !bytes.HasPrefix(raw, []byte("Copyright")) {
			t.Errorf("licence %s is missing or not whole: %v", name, err)
		}
	}
}

func TestMarkComesAsPNG(t *testing.T) {
	for _, size := range []int{16, 32, 64, 128, 512} {
		raw, err := assets.Mark(size)
		if err != nil || !bytes.HasPrefix(raw, []byte("\x89PNG")) {
			t.Errorf("mark %d: %v", size, err)
		}
	}
}

func TestAnUnknownNameIsAnError(t *testing.T) {
	for what, err := range map[string]error{
		"icon": second(assets.Icon("no-such")), "font": second(assets.Font("../assets.go")), "mark": second(assets.Mark(17)),
	} {
		if err == nil || (what != "font" && !errors.Is(err, fs.ErrNotExist)) {
			t.Errorf("%s: got %v", what, err)
		}
	}
}

func second(_ []byte, err error) error { return err }
