package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"coffer/app/fault"
	"coffer/app/whole"
)

// Autostart is how Coffer starts when the person logs in: a desktop entry in their own folder for those (Desktop
// Application Autostart Specification 0.5). The zero Autostart is for systems that have none.
type Autostart struct {
	File    string   // of the entry
	Command []string // that starts Coffer in the tray, locked
}

// Outlasting is the path that starts the program at self again after this process: of one that runs from an AppImage,
// which is mounted at dir for as long as it runs, that of the image. Whatever an AppImage starts inherits both, so they
// count only for what lies inside of dir.
func Outlasting(self, dir, image string) string {
	if dir == "" || image == "" || !filepath.IsAbs(image) {
		return self
	}
	if whole, err := filepath.EvalSymlinks(dir); err == nil { // as the system tells of self
		dir = whole
	}
	if inside, err := filepath.Rel(dir, self); err != nil || !filepath.IsLocal(inside) {
		return self
	}
	return image
}

// StartsAtLogin reports whether Coffer starts when the person logs in; known is false where that can't be set here.
func (c *Coffer) StartsAtLogin() (on, known bool, err error) {
	a := c.config.Autostart
	if a.File == "" || len(a.Command) == 0 {
		return false, false, nil
	}
	text, err := os.ReadFile(a.File)
	if errors.Is(err, fs.ErrNotExist) {
		return false, true, nil
	}
	if err != nil {
		return false, true, fault.New(fault.DiskFailed, "look how Coffer starts", err)
	}
	return starts(string(text)), true, nil
}

// starts reports whether a desktop entry is one that a desktop starts: other programs turn one off by the key Hidden
// (Desktop Entry Specification 1.5, "Recognized desktop entry keys") or by GNOME's own, and leave the file.
func starts(entry string) bool {
	inside := false
	for line := range strings.Lines(entry) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "[") {
			inside = line == "[Desktop Entry]"
		}
		key, value, _ := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if inside && (key == "Hidden" && value == "true" || key == "X-GNOME-Autostart-enabled" && value == "false") {
			return false
		}
	}
	return true
}

// SetStartAtLogin changes it. An entry that was there is replaced: Coffer may have moved.
func (c *Coffer) SetStartAtLogin(on bool) error {
	const op = "change how Coffer starts"
	a := c.config.Autostart
	if a.File == "" || len(a.Command) == 0 {
		return fault.New(fault.NotFound, op, errors.New("nothing starts programs at login here"))
	}
	if !on {
		if err := os.Remove(a.File); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.DiskFailed, op, err)
		}
		return nil
	}
	entry, err := desktopEntry(a.Command)
	if err != nil {
		return fault.New(fault.DiskFailed, op, err)
	}
	if err := os.MkdirAll(filepath.Dir(a.File), 0o700); err != nil {
		return fault.New(fault.DiskFailed, op, err)
	}
	file, err := whole.Create(a.File, true)
	if err != nil {
		return fault.New(fault.DiskFailed, op, err)
	}
	if _, err := file.Write([]byte(entry)); err != nil {
		return fault.New(fault.DiskFailed, op, errors.Join(err, file.Remove()))
	}
	if err := file.Close(); err != nil {
		return fault.New(fault.DiskFailed, op, err)
	}
	return nil
}

var errLineBreak = errors.New("the path of Coffer has a line break in it")

func desktopEntry(command []string) (string, error) {
	words := make([]string, len(command))
	for i, word := range command {
		if strings.ContainsAny(word, "\r\n") {
			return "", errLineBreak
		}
		words[i] = execWord(word)
	}
	return "[Desktop Entry]\nType=Application\nName=Coffer\nExec=" + strings.Join(words, " ") + "\nIcon=coffer\nTerminal=false\n", nil
}

// execWord quotes one argument of Exec (Desktop Entry Specification, "The Exec key"): inside the quotes what a shell
// takes as its own has a backslash, each of which the file's own escaping doubles; a percent sign stands for itself
// when doubled.
func execWord(word string) string {
	quoted := strings.NewReplacer("\\", `\\\\`, `"`, `\\"`, "`", "\\\\`", "$", `\\$`, "%", "%%").Replace(word)
	return `"` + quoted + `"`
}
