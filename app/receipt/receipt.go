// Package receipt is a receipt as a file: JSON, a PDF that holds the same JSON, and what a verification of
// either says. Pure: it knows no vault and writes no file.
package receipt

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"coffer/app/consent"
	"coffer/app/fault"
)

// format is the version of File; its key begins every such file.
const format = 1

// MostBytes is how long a file may be that is read. Receipts have some 10 KB with the font of a PDF.
const MostBytes = 8 << 20

const mostObjects = 500 // streams of a PDF that are looked into

// File is what is exported: a receipt, and those that tell what was erased of its link since.
type File struct {
	Format  int               `json:"coffer_receipt"`
	Receipt consent.Receipt   `json:"receipt"`
	Erased  []consent.Receipt `json:"erased,omitempty"`
	Offset  int               `json:"offset"`   // seconds east of UTC, of the times that the page shows beside UTC
	Words   string            `json:"language"` // of the page: "en"
}

// Of returns the file of the receipt with that hash in a chain, oldest first. It wraps ErrUnknown.
func Of(chain []consent.Receipt, hash string) (File, error) {
	for i, r := range chain {
		if r.Hash != hash {
			continue
		}
		f := File{Format: format, Receipt: r}
		for _, later := range chain[i+1:] {
			if later.Link == r.Link && later.Erasure != nil {
				f.Erased = append(f.Erased, later)
			}
		}
		return f, nil
	}
	return File{}, fault.New(fault.NotFound, "find a receipt", ErrUnknown)
}

// ErrUnknown: no receipt of the chain has that hash.
var ErrUnknown = errors.New("no such receipt")

// JSON writes f; the same f gives the same bytes.
func (f File) JSON() ([]byte, error) {
	raw, err := json.MarshalIndent(f, "", "  ")
	return append(raw, '\n'), err
}

// ErrForeign: a file is no receipt.
var ErrForeign = errors.New("neither a receipt's JSON nor a PDF that holds one")

// Read takes a file from its bytes: JSON, or a PDF that PDF wrote. It wraps ErrForeign for anything else.
func Read(raw []byte) (File, error) {
	if len(raw) > MostBytes {
		return File{}, unreadable(fmt.Errorf("%w: %d bytes", ErrForeign, len(raw)))
	}
	if bytes.HasPrefix(raw, []byte("%PDF-")) {
		inner, ok := attached(raw)
		if !ok {
			return File{}, unreadable(ErrForeign)
		}
		raw = inner
	}
	f, err := decode(raw)
	if err != nil {
		return File{}, unreadable(err)
	}
	return f, nil
}

func decode(raw []byte) (File, error) {
	var f File
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields() // what the hash does not cover has no place here
	if err := d.Decode(&f); err != nil {
		return File{}, errors.Join(ErrForeign, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return File{}, ErrForeign
	}
	if f.Format != format || f.Receipt.Hash == "" || saysTwice(string(raw)) {
		return File{}, ErrForeign
	}
	return f, nil
}

// attached finds the one stream of a PDF that is a receipt's JSON. Two of them are none: nobody could say
// which one counts.
func attached(pdf []byte) (found []byte, ok bool) {
	for range mostObjects {
		_, after, more := bytes.Cut(pdf, []byte("\nstream\n"))
		if !more {
			return found, found != nil
		}
		z, err := zlib.NewReader(bytes.NewReader(after))
		if err == nil {
			plain, err := io.ReadAll(io.LimitReader(z, MostBytes))
			if err == nil && bytes.HasPrefix(plain, []byte("{\n  \"coffer_receipt\":")) {
				if found != nil {
					return nil, false
				}
				found = plain
			}
		}
		pdf = after
	}
	return nil, false
}

func unreadable(err error) error {
	return fmt.Errorf("read a receipt: %w", err)
}
