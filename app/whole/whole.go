// Package whole makes files that are there whole or not at all: what is written has no name before it is
// on the disk. Only the person's account can read them.
package whole

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const op = "write a file"

// File is being written.
type File struct {
	file *os.File
	path string
	over bool
	part string // its name until it is whole; empty where it has none
	done bool
}

// Create begins a file at path. Nothing is there before Close. What an earlier process that was killed
// left of the same file goes. It errs with fs.ErrExist if there is one and over is false.
func Create(path string, over bool) (*File, error) {
	path = filepath.Clean(path)
	if _, err := os.Lstat(path); err == nil && !over {
		return nil, there(path)
	}
	clearParts(path)
	if file, err := nameless(filepath.Dir(path)); err == nil {
		return &File{file: file, path: path, over: over}, nil
	}
	file, err := makePart(path)
	if err != nil {
		return nil, err
	}
	return &File{file: file, path: path, over: over, part: file.Name()}, nil
}

func there(path string) error { return &fs.PathError{Op: op, Path: path, Err: fs.ErrExist} }

// Write implements io.Writer.
func (f *File) Write(p []byte) (int, error) { return f.file.Write(p) }

// Close puts the file there, durably. With an error nothing of it is left, but where it says that the
// folder could not be synced.
func (f *File) Close() error {
	if f.done {
		return fs.ErrClosed
	}
	f.done = true
	err := f.file.Sync()
	if err == nil {
		err = f.place()
	}
	err = errors.Join(err, f.file.Close(), f.clear())
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(f.path))
}

// Remove ends the file without a trace: before Close nothing was there yet, after it the file goes.
func (f *File) Remove() error {
	if f.done {
		return os.Remove(f.path)
	}
	f.done = true
	return errors.Join(f.file.Close(), f.clear())
}

// place gives the file its name.
func (f *File) place() error {
	if f.part == "" {
		err := link(f.file, f.path)
		switch {
		case errors.Is(err, fs.ErrExist) && !f.over:
			return there(f.path)
		case err == nil:
			return nil
		}
		if f.part, err = linkPart(f.file, f.path); err != nil {
			return err
		}
	}
	if f.over {
		return os.Rename(f.part, f.path)
	}
	err := os.Link(f.part, f.path)
	if err == nil {
		return nil
	}
	// A disk without links: between looking and renaming somebody could be faster, and nobody is.
	if _, missing := os.Lstat(f.path); missing == nil {
		return there(f.path)
	}
	return os.Rename(f.part, f.path)
}

func (f *File) clear() error {
	if f.part == "" {
		return nil
	}
	if err := os.Remove(f.part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// partsOf begins the names of what becomes path: the number of the process follows, and one of its own.
func partsOf(path string) string { return filepath.Base(path) + ".part-" }

func ownPart(path string) string { return partsOf(path) + strconv.Itoa(os.Getpid()) + "-" }

func makePart(path string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(path), ownPart(path)+"*") // 0600
}

// linkPart names a file without a name, which is whole, for as long as it takes to rename it.
func linkPart(file *os.File, path string) (string, error) {
	for n := range 1000 {
		part := filepath.Join(filepath.Dir(path), fmt.Sprint(ownPart(path), n))
		if err := link(file, part); !errors.Is(err, fs.ErrExist) {
			return part, err
		}
	}
	return "", there(path)
}

// clearParts deletes what processes that are gone left of path. What can't be deleted stays.
func clearParts(path string) {
	entries, _ := os.ReadDir(filepath.Dir(path))
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), partsOf(path))
		number, _, whose := strings.Cut(rest, "-")
		pid, err := strconv.Atoi(number)
		if ours && whose && err == nil && e.Type().IsRegular() && pid > 0 && gone(pid) {
			_ = os.Remove(filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
}

// gone reports that there is no process of that number on this computer.
func gone(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	return errors.Is(alive(p), os.ErrProcessDone)
}
