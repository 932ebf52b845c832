package holder

import (
	"io"
	"os"
)

// Files are the files of whoever sits at the terminal: its paths, its rights.
type Files interface {
	Open(path string) (io.ReadCloser, error)
	// Create makes a file that only the person can read. It errs with os.ErrExist if there is one.
	Create(path string) (NewFile, error)
}

// NewFile is a file being written. What went wrong while writing may be told by Close.
type NewFile interface {
	io.WriteCloser
	Remove() error // after Close
}

// Own are the files of this process.
type Own struct{}

// Open implements Files.
func (Own) Open(path string) (io.ReadCloser, error) { return os.Open(path) }

// Create implements Files.
func (Own) Create(path string) (NewFile, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return ownFile{f}, nil
}

type ownFile struct{ *os.File }

func (f ownFile) Remove() error { return os.Remove(f.Name()) }
