package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"coffer/app/fault"
	"coffer/app/vault"
)

// VaultEntry is one of the vaults of this computer's account: one for each person who uses it.
type VaultEntry struct {
	Name    string // "" is the first
	Current bool
	Aside   bool // it was put aside when a backup was restored in its place
}

// longestName bounds the name of a vault, in characters.
const longestName = 40

// asidePrefix begins the name of a vault that was put aside; the time follows.
const (
	asidePrefix = "Before restore "
	asideTime   = "2006-01-02 15.04.05"
)

var (
	errBadName = errors.New("not a name for a vault")
	errIsOpen  = errors.New("a vault is open: lock it first")
)

// Dir returns the folder of the chosen vault.
func (c *Coffer) Dir() string { return c.dirOf(c.VaultName()) }

// VaultName returns the name of the chosen vault, "" for the first.
func (c *Coffer) VaultName() string {
	c.at.Lock()
	defer c.at.Unlock()
	return c.name
}

func (c *Coffer) dirOf(name string) string {
	if name == "" {
		return c.config.Dir
	}
	return filepath.Join(c.more(), name)
}

// more is the folder of further vaults.
func (c *Coffer) more() string {
	if c.config.More != "" {
		return c.config.More
	}
	return c.config.Dir + "s"
}

// DefaultBackups is the folder where the chosen vault's backups go unless the person says otherwise.
func (c *Coffer) DefaultBackups() string {
	base := c.config.Backups
	if base == "" {
		base = c.config.Dir + "-backups"
	}
	return filepath.Join(base, c.VaultName())
}

// Vaults lists the vaults, the first one first, then by name, those put aside last. The first and
// the chosen one are listed even before they are made.
func (c *Coffer) Vaults() ([]VaultEntry, error) {
	chosen := c.VaultName()
	names := map[string]bool{"": true, chosen: true}
	entries, err := os.ReadDir(c.more())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.DiskFailed, "list the vaults", err)
	}
	for _, e := range entries {
		if goodName(e.Name()) && isFolder(filepath.Join(c.more(), e.Name())) {
			names[e.Name()] = true
		}
	}
	var all []VaultEntry
	for name := range names {
		all = append(all, VaultEntry{Name: name, Current: name == chosen, Aside: isAside(name)})
	}
	slices.SortFunc(all, func(a, b VaultEntry) int {
		if a.Aside != b.Aside {
			if a.Aside {
				return 1
			}
			return -1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all, nil
}

// isFolder follows links: a vault may lie on another disk.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func isAside(name string) bool {
	at, found := strings.CutPrefix(name, asidePrefix)
	_, err := time.Parse(asideTime, at)
	return found && err == nil
}

// goodName reports whether a folder of that name is the same on every system.
func goodName(name string) bool {
	runes := []rune(name)
	if len(runes) == 0 || len(runes) > longestName || strings.TrimSpace(name) != name || strings.HasSuffix(name, ".") {
		return false
	}
	for _, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -_.'", r) {
			return false
		}
	}
	return (unicode.IsLetter(runes[0]) || unicode.IsDigit(runes[0])) && !taken(name)
}

// taken reports whether a folder of that name would mean something else: to another vault, beside
// which folders to work in lie, or to Windows, whatever follows a dot.
func taken(name string) bool {
	lower := strings.ToLower(name)
	for _, work := range besides("") {
		if strings.HasSuffix(lower, work) {
			return true
		}
	}
	base, _, _ := strings.Cut(lower, ".")
	switch base = strings.TrimSpace(base); base {
	case "con", "prn", "aux", "nul":
		return true
	}
	number, com := strings.CutPrefix(base, "com")
	if !com {
		number, com = strings.CutPrefix(base, "lpt")
	}
	return com && len([]rune(number)) == 1 && strings.Contains("0123456789", number)
}

// Choose makes another vault the one to work on, while none is open. One that is not there is made
// by SetUpWith. It errs with BadName.
func (c *Coffer) Choose(name string) error {
	const op = "choose a vault"
	if name != "" && !goodName(name) {
		return fault.New(fault.BadName, op, errBadName)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open != nil {
		return fault.New(fault.VaultInUse, op, errIsOpen)
	}
	c.at.Lock()
	c.name = name
	c.at.Unlock()
	return nil
}

// exists reports whether the chosen vault is there. It ends a restoring that was cut off between
// putting the old vault aside and putting the new one in its place.
func (c *Coffer) exists() (bool, error) {
	there, err := vault.Exists(c.Dir())
	if there || err != nil {
		return there, err
	}
	if done, err := vault.Exists(restoredTo(c.Dir())); err != nil || !done {
		return false, nil
	}
	// Only an empty folder is in the way; a link may lead to a disk that is missing now.
	switch info, err := os.Lstat(c.Dir()); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil || !info.IsDir() || os.Remove(c.Dir()) != nil:
		return false, nil
	}
	if err := os.Rename(restoredTo(c.Dir()), c.Dir()); err != nil {
		return false, fault.New(fault.DiskFailed, "end the restoring", err)
	}
	return true, nil
}
