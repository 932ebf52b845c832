package app

import (
	"errors"
	"io/fs"
	"os"

	"coffer/app/fault"
)

var errOdd = errors.New("it is a pipe, a device or a folder, not a file; save it as a file first")

// OpenFile opens a file that the person names, for reading. What is no file, such as a pipe that might
// never say anything, is a fault of kind BadFile; any other error is the system's own.
func OpenFile(path string) (*os.File, error) {
	const op = "open"
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fault.Because(fault.BadFile, "file.odd", "open a file", &fs.PathError{Op: op, Path: path, Err: errOdd})
	}
	return os.Open(path)
}
