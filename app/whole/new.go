package whole

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// mostOfOneName is how many files of one name, numbered, a folder may hold.
const mostOfOneName = 100

// WriteNew writes name and ending into dir, whole or not at all, and takes no other's place: where such a file is there, a number
// follows the name. It returns the path.
func WriteNew(dir, name, ending string, raw []byte) (string, error) {
	for n := 1; ; n++ {
		path := filepath.Join(dir, name+ending)
		if n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d%s", name, n, ending))
		}
		f, err := Create(path, false)
		if err == nil {
			if _, err = f.Write(raw); err != nil {
				err = errors.Join(err, f.Remove())
			} else {
				err = f.Close()
			}
		}
		if errors.Is(err, fs.ErrExist) && n < mostOfOneName {
			continue
		}
		if err != nil {
			return "", err
		}
		return path, nil
	}
}
