package holder

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// longestPath is what every system takes as the path of a socket, in bytes: macOS has 104 with the end.
const longestPath = 100

var errFolder = errors.New("the folder of the socket belongs to somebody else, or others may enter it")

// Address is where the holder of one vault listens.
type Address struct{ folder, name string }

// At returns the address for the vault in dir, which lies below base. Two processes that name the
// same folder in different words get the same address.
func At(base, dir string) (Address, error) {
	below, err := filepath.Rel(base, dir)
	if err != nil {
		return Address{}, fmt.Errorf("find the place of the socket: %w", err)
	}
	if base, err = filepath.Abs(base); err != nil {
		return Address{}, fmt.Errorf("find the place of the socket: %w", err)
	}
	if plain, err := filepath.EvalSymlinks(base); err == nil { // else it is not made yet, and nobody listens
		base = plain
	}
	sum := sha256.Sum256([]byte(filepath.Join(base, below)))
	a := Address{filepath.Join(base, "run"), hex.EncodeToString(sum[:8])}
	if len(a.socket()) > longestPath {
		// Not os.TempDir: a desktop and a terminal may name different ones.
		a.folder = filepath.Join("/tmp", "coffer-"+strconv.Itoa(os.Getuid()))
	}
	return a, nil
}

func (a Address) socket() string { return filepath.Join(a.folder, a.name+".sock") }

// lock is the file that the holder keeps locked, so that what a crash left is told from a holder.
func (a Address) lock() string { return filepath.Join(a.folder, a.name+".lock") }

// check refuses a folder that anyone but the person could have put there or may enter.
func (a Address) check() error {
	info, err := os.Lstat(a.folder)
	if err != nil {
		return fmt.Errorf("look at the folder of the socket: %w", err)
	}
	if !info.IsDir() || info.Mode().Perm()&0o077 != 0 || !isOurs(info) {
		return errFolder
	}
	return nil
}

// prepare makes the folder where there is none, and checks it.
func (a Address) prepare() error {
	if err := os.MkdirAll(filepath.Dir(a.folder), 0o700); err != nil {
		return fmt.Errorf("make the folder of the socket: %w", err)
	}
	if err := os.Mkdir(a.folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the folder of the socket: %w", err)
	}
	return a.check()
}
