package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
)

// loadKeys returns the key file in force. stale is true when the two copies differ or one
// is unreadable, as a crash between the two writes or a bad sector leaves them: then
// saveKeys makes them equal again. It errs with fs.ErrNotExist when there is neither.
func loadKeys(d disk) (k keyfile, stale bool, err error) {
	first, firstErr := loadKey(d, keyName)
	spare, spareErr := loadKey(d, spareName)
	switch {
	case errors.Is(firstErr, errNewer), firstErr != nil && spareErr != nil:
		if errors.Is(firstErr, fs.ErrNotExist) {
			firstErr = spareErr
		}
		return keyfile{}, false, firstErr
	case firstErr != nil:
		return spare, true, nil
	case spareErr != nil:
		return first, true, nil
	case spare.vault == first.vault && spare.generation > first.generation:
		return spare, true, nil
	}
	return first, !bytes.Equal(first.encode(), spare.encode()), nil
}

// otherKeys returns the copy of the key file that differs from k, if it is whole.
func otherKeys(d disk, k keyfile) (other keyfile, differs bool) {
	for _, name := range []string{keyName, spareName} {
		copied, err := loadKey(d, name)
		if err == nil && !bytes.Equal(copied.encode(), k.encode()) {
			return copied, true
		}
	}
	return keyfile{}, false
}

func loadKey(d disk, name string) (keyfile, error) {
	raw, err := readAll(d, name, keyMost)
	if err != nil {
		return keyfile{}, fmt.Errorf("read %s: %w", name, err)
	}
	k, err := parseKeyfile(raw)
	if err != nil {
		return keyfile{}, fmt.Errorf("read %s: %w", name, err)
	}
	return k, nil
}

// saveKeys signs k and writes both copies. A full disk leaves the old ones in force: both are
// written whole before the first is renamed. An error after that leaves k in force: the next Open
// makes the second one equal.
func saveKeys(d disk, k *keyfile, data *dataKey) error {
	_, err := swapKeys(d, k, data)
	return err
}

// swapKeys is saveKeys; moved is true when with an error k may be in force already.
func swapKeys(d disk, k *keyfile, data *dataKey) (moved bool, err error) {
	k.sign(data)
	raw := k.encode()
	names := []string{keyName, spareName}
	for _, name := range names {
		if err := writeNew(d, name+".new", raw); err != nil {
			for _, left := range names { // they count for nothing
				_ = d.remove(left + ".new")
			}
			return false, fmt.Errorf("write %s: %w", name, err)
		}
	}
	for _, name := range names {
		if err = d.rename(name+".new", name); err == nil {
			moved = true
			err = d.sync()
		}
		if err != nil {
			return moved, fmt.Errorf("write %s: %w", name, err)
		}
	}
	return true, nil
}
