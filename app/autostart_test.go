package app_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/vault"
)

// starting is a Coffer that may start at login.
func starting(t *testing.T, a app.Autostart) *app.Coffer {
	t.Helper()
	return value(app.New(app.Config{
		Dir: t.TempDir(), Now: time.Now, Autostart: a,
		OpenStore:   func(context.Context, *vault.Vault) (app.Store, error) { panic("no vault is opened") },
		OpenBanks:   func(context.Context, app.Store) (app.Banks, error) { panic("no vault is opened") },
		OpenBrowser: func(context.Context, string) error { panic("no browser") },
	}))(t)
}

func TestStartingAtLoginIsAnEntryThatComesAndGoes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config", "autostart", "coffer.desktop")
	c := starting(t, app.Autostart{File: file, Command: []string{`/opt/My "Apps"/50% $HOME\coffer`, "--hidden"}})
	want := func(on bool) {
		t.Helper()
		if got, known, err := c.StartsAtLogin(); got != on || !known || err != nil {
			t.Errorf("starts at login: %v, %v, %v", got, known, err)
		}
	}
	want(false)
	must(t, c.SetStartAtLogin(false)) // it is so already
	for range 2 {                     // an entry of before is replaced
		must(t, c.SetStartAtLogin(true))
		want(true)
	}
	const exec = `Exec="/opt/My \\"Apps\\"/50%% \\$HOME\\\\coffer" "--hidden"`
	if text := string(value(os.ReadFile(file))(t)); !strings.Contains(text, exec+"\n") || !strings.HasPrefix(text, "[Desktop Entry]\nType=Application\n") {
		t.Errorf("the entry is\n%s", text)
	}
	must(t, c.SetStartAtLogin(false))
	want(false)
	if left := value(os.ReadDir(filepath.Dir(file)))(t); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAnAppImageStartsOnlyWhatLiesInIt(t *testing.T) {
	mounted := value(filepath.EvalSymlinks(t.TempDir()))(t)
	linked := filepath.Join(t.TempDir(), "link")
	must(t, os.Symlink(mounted, linked))
	inside, image := filepath.Join(mounted, "usr", "bin", "coffer"), filepath.Join(filepath.Dir(mounted), "Coffer.AppImage")
	for name, c := range map[string]struct{ self, dir, image, want string }{
		"no AppImage":                     {self: inside, want: inside},
		"Coffer's own":                    {self: inside, dir: mounted, image: image, want: image},
		"Coffer's own, by a link":         {self: inside, dir: linked, image: image, want: image},
		"a child of another's":            {self: filepath.FromSlash("/usr/bin/coffer"), dir: mounted, image: image, want: filepath.FromSlash("/usr/bin/coffer")},
		"a folder whose name goes on":     {self: mounted + "2" + string(filepath.Separator) + "coffer", dir: mounted, image: image, want: mounted + "2" + string(filepath.Separator) + "coffer"},
		"the image alone":                 {self: inside, image: image, want: inside},
		"an image of which no path tells": {self: inside, dir: mounted, image: "Coffer.AppImage", want: inside},
	} {
		t.Run(name, func(t *testing.T) {
			if got := app.Outlasting(c.self, c.dir, c.image); got != c.want {
				t.Errorf("starts %s, want %s", got, c.want)
			}
		})
	}
}

func TestAnEntryThatWasTurnedOffStartsNothing(t *testing.T) {
	for name, c := range map[string]struct {
		entry string
		want  bool
	}{
		"as it is written":         {entry: "[Desktop Entry]\nType=Application\nExec=coffer\n", want: true},
		"hidden":                   {entry: "[Desktop Entry]\nExec=coffer\nHidden=true\n"},
		"hidden, with blanks":      {entry: "[Desktop Entry]\r\nHidden = true\r\n"},
		"not hidden":               {entry: "[Desktop Entry]\nHidden=false\n", want: true},
		"turned off by GNOME":      {entry: "[Desktop Entry]\nX-GNOME-Autostart-enabled=false\n"},
		"turned on by GNOME":       {entry: "[Desktop Entry]\nX-GNOME-Autostart-enabled=true\n", want: true},
		"the key of another group": {entry: "[Desktop Entry]\nExec=coffer\n[Desktop Action new]\nHidden=true\n", want: true},
		"a comment":                {entry: "[Desktop Entry]\n#Hidden=true\n", want: true},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "coffer.desktop")
			must(t, os.WriteFile(file, []byte(c.entry), 0o600))
			coffer := starting(t, app.Autostart{File: file, Command: []string{"coffer"}})
			if on, known, err := coffer.StartsAtLogin(); on != c.want || !known || err != nil {
				t.Errorf("starts at login: %v, %v, %v", on, known, err)
			}
			must(t, coffer.SetStartAtLogin(true)) // replaces it
			if on, _, err := coffer.StartsAtLogin(); !on || err != nil {
				t.Errorf("turned on: %v, %v", on, err)
			}
		})
	}
}

func TestStartingAtLoginSaysWhyItCannot(t *testing.T) {
	none := starting(t, app.Autostart{})
	if _, known, err := none.StartsAtLogin(); known || err != nil {
		t.Errorf("known where there is none: %v", err)
	}
	wantKind(t, none.SetStartAtLogin(true), fault.NotFound)
	inTheWay := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(inTheWay, nil, 0o600))
	for name, a := range map[string]app.Autostart{
		"no folder can be made": {File: filepath.Join(inTheWay, "autostart", "coffer.desktop"), Command: []string{"coffer"}},
		"a line break":          {File: filepath.Join(t.TempDir(), "coffer.desktop"), Command: []string{"/a\nExec=evil"}},
	} {
		t.Run(name, func(t *testing.T) { wantKind(t, starting(t, a).SetStartAtLogin(true), fault.DiskFailed) })
	}
}
