package holder

import (
	"io"
	"os"

	"coffer/app/whole"
)

// Files are the files of whoever sits at the terminal: its paths, its rights.
type Files interface {
	Open(path string) (io.ReadCloser, error)
	// Create makes a file that only the person can read. It errs with os.ErrExist if there is one.
	Create(path string) (NewFile, error)
}

// NewFile is a file being written. It is there when Close returns, whole, and not before. What went wrong
// while writing may be told by Close.
type NewFile interface {
	io.WriteCloser
	Remove() error // before Close nothing was there yet; after it the file goes
}

// Own are the files of this process.
type Own struct{}

// Open implements Files.
func (Own) Open(path string) (io.ReadCloser, error) { return os.Open(path) }

// Create implements Files.
func (Own) Create(path string) (NewFile, error) {
	f, err := whole.Create(path, false)
	if err != nil {
		return nil, err
	}
	return f, nil
}
