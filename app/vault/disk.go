package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The files of a vault. Nothing else is ever made in its folder.
const (
	keyName   = "vault.key"
	spareName = "vault.key.bak"
	lockName  = "vault.lock"
	mainName  = "vault.db"
	logName   = "vault.db-wal"
	mapName   = "vault.map"
	// undoName would be SQLite's rollback journal. It never exists in a healthy vault.
	undoName = "vault.db-journal"
)

// secondSet is a disk whose data files are those of the second set. A new data key is given
// to the set that is not in force; the key file says which one is.
type secondSet struct{ disk }

func inSecond(name string) string {
	switch base := strings.TrimSuffix(name, ".new"); base {
	case mainName, logName, mapName, undoName:
		return "vault2" + strings.TrimPrefix(name, "vault")
	}
	return name
}

func (s secondSet) open(name string, create bool) (diskFile, error) {
	return s.disk.open(inSecond(name), create)
}
func (s secondSet) rename(from, to string) error { return s.disk.rename(inSecond(from), inSecond(to)) }
func (s secondSet) remove(name string) error     { return s.disk.remove(inSecond(name)) }

// dataDisk is d with the set of data files that k names.
func (k *keyfile) dataDisk(d disk) disk {
	if k.second {
		return secondSet{d}
	}
	return d
}

// removeData deletes the data files of a set. There may be none.
func removeData(d disk) error {
	for _, name := range []string{mainName, logName, mapName, mapName + ".new"} {
		if err := d.remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove %s: %w", name, err)
		}
	}
	return nil
}

// disk is what the vault asks of its folder. Names are those above, or one of them
// plus ".new" while it is being written. Tests put a failing or recording disk here.
type disk interface {
	// open returns an error that is fs.ErrNotExist unless create is set.
	open(name string, create bool) (diskFile, error)
	rename(from, to string) error
	remove(name string) error
	// sync makes names durable: creation, renaming, removal.
	sync() error
}

type diskFile interface {
	io.ReaderAt
	io.WriterAt
	size() (int64, error)
	Truncate(size int64) error
	// Sync makes contents and length durable.
	Sync() error
	Close() error
}

// folder is a disk on the real file system.
type folder string

type folderFile struct{ *os.File }

func (f folderFile) size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (f folder) path(name string) string { return filepath.Join(string(f), name) }

func (f folder) open(name string, create bool) (diskFile, error) {
	flag := os.O_RDWR | noFollow
	if create {
		flag |= os.O_CREATE
	}
	if create && strings.HasSuffix(name, ".new") { // never into a file that somebody put there
		if err := os.Remove(f.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		flag |= os.O_EXCL
	}
	file, err := openRegular(f.path(name), flag)
	if err != nil {
		return nil, err
	}
	// vault.lock can be deleted under a running program; the data file itself then
	// still keeps a second program out.
	if name == mainName || name == inSecond(mainName) {
		if err := lockHandle(file); err != nil {
			_ = file.Close()
			return nil, err
		}
		return lockedFile{folderFile{file}}, nil
	}
	return folderFile{file}, nil
}

// lockedFile gives its lock back before it is closed.
type lockedFile struct{ folderFile }

func (f lockedFile) Close() error { return closeLocked(f.File) }

// closeLocked closes a file that lockHandle has locked. A child that is just being started has every
// file of ours until it runs its own program, and would hold the lock that long.
func closeLocked(file *os.File) error {
	unlockHandle(file)
	return file.Close()
}

var errNoFile = errors.New("it is no file of its own")

// openRegular opens a file, and nothing else. Where something else has a vault's name, as a link or a
// pipe, somebody made it: errDamaged.
func openRegular(path string, flag int) (*os.File, error) {
	file, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		if info, there := os.Lstat(path); there == nil && !info.Mode().IsRegular() {
			err = fmt.Errorf("%w: %w: %w", errDamaged, errNoFile, err)
		}
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: %w: %w", path, errDamaged, errNoFile)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// library is a folder that is read only: a backup may lie on what can't be written.
type library struct{ folder }

func (l library) open(name string, _ bool) (diskFile, error) {
	file, err := openRegular(l.path(name), os.O_RDONLY|noWait)
	if errors.Is(err, errNoFile) {
		err = fmt.Errorf("%w: %w", errForeign, errNoFile)
	}
	if err != nil {
		return nil, err
	}
	return folderFile{file}, nil
}

func (f folder) rename(from, to string) error { return os.Rename(f.path(from), f.path(to)) }
func (f folder) remove(name string) error     { return os.Remove(f.path(name)) }
func (f folder) sync() error                  { return syncFolder(string(f)) }

// exists reports whether name is there, whatever it holds.
func exists(d disk, name string) (bool, error) {
	file, err := d.open(name, false)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, file.Close()
}

// readAll returns the contents of name, or an error that is fs.ErrNotExist. A file
// longer than limit is cut there: its reader will find it damaged.
func readAll(d disk, name string, limit int64) ([]byte, error) {
	file, err := d.open(name, false)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	size, err := file.size()
	if err != nil {
		return nil, err
	}
	data := make([]byte, min(size, limit))
	if _, err := file.ReadAt(data, 0); err != nil && err != io.EOF {
		return nil, err
	}
	return data, nil
}

// replace gives name the contents data, all or nothing, durable on return. moved is
// true when the new contents may already be seen although an error is returned.
func replace(d disk, name string, data []byte) (moved bool, err error) {
	fresh := name + ".new"
	if err := writeNew(d, fresh, data); err != nil {
		return false, err
	}
	if err := d.rename(fresh, name); err != nil {
		return false, err
	}
	return true, d.sync()
}

func writeNew(d disk, name string, data []byte) error {
	file, err := d.open(name, true)
	if err != nil {
		return err
	}
	if err = file.Truncate(0); err == nil {
		if _, err = file.WriteAt(data, 0); err == nil {
			err = file.Sync()
		}
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
