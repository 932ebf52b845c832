package statement

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"unicode/utf8"

	"coffer/app/fault"
)

// Format is one kind of statement file.
type Format struct {
	Name string // stable: it is stored with an import
	// Sniff reports whether head, the first SniffBytes of a file, is of this format.
	Sniff func(head string) bool
	// Read returns all of raw, the file's bytes, or a fault.BadFile from Refuse.
	Read func(ctx context.Context, raw string, o Options) (File, error)
}

// Options is what the person may say about a file.
type Options struct {
	Currency string // ISO 4217, of accounts whose currency the file leaves out; may be empty
	MaxBytes int64  // largest file; DefaultMaxBytes if 0
}

const (
	// DefaultMaxBytes is the largest file that Read takes: about a million rows of OFX.
	DefaultMaxBytes = 256 << 20
	// SniffBytes is how much of a file Format.Sniff sees.
	SniffBytes = 64 << 10
	// MostSkips is how many Skips of each list a reader collects before it refuses the file.
	MostSkips = 100_000
	// MostStatements is how many accounts a file may hold.
	MostStatements = 10_000
	clipRunes      = 80
)

var (
	errUnknown  = errors.New("no format knows these bytes")
	errTooLarge = errors.New("the file is too large")
)

// Read reads a statement file with the first of formats that knows it. It returns a
// fault.UnknownFormat if none does, fault.BadFile with Args["line"] if the file is malformed or
// too large (Reason "file.size"), and fault.DiskFailed if r fails.
func Read(ctx context.Context, formats []Format, r io.Reader, o Options) (File, error) {
	raw, err := readAll(ctx, r, o)
	if err != nil {
		return File{}, err
	}
	head := raw[:min(len(raw), SniffBytes)]
	for _, format := range formats {
		if format.Sniff(head) {
			f, err := format.Read(ctx, raw, o)
			if err != nil {
				return File{}, fmt.Errorf("read a %s file: %w", format.Name, err)
			}
			f.Format = format.Name
			return f, nil
		}
	}
	return File{}, fault.New(fault.UnknownFormat, "read statement file", errUnknown)
}

func readAll(ctx context.Context, r io.Reader, o Options) (string, error) {
	most := o.MaxBytes
	if most <= 0 {
		most = DefaultMaxBytes
	}
	var b strings.Builder
	if size := sizeOf(r); size > 0 && size <= most {
		b.Grow(int(size))
	}
	part, rest := make([]byte, 64<<10), io.LimitReader(r, most+1)
	for {
		if ctx.Err() != nil {
			return "", fmt.Errorf("read statement file: %w", ctx.Err())
		}
		n, err := rest.Read(part)
		b.Write(part[:n])
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", fault.New(fault.DiskFailed, "read statement file", err)
		}
	}
	if int64(b.Len()) > most {
		return "", fault.Because(fault.BadFile, "file.size", "read statement file", errTooLarge,
			"line", "1", "megabytes", strconv.FormatInt(most>>20, 10))
	}
	return b.String(), nil
}

// sizeOf returns how much r will give, or 0 if it does not say.
func sizeOf(r io.Reader) int64 {
	switch r := r.(type) {
	case interface{ Len() int }:
		return int64(r.Len())
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	}
	return 0
}

// Refuse returns the fault of a file that is not read because of what stands in line.
// err and pairs must hold no text of the file: it may be an account number.
func Refuse(line int, reason string, err error, pairs ...string) error {
	n := strconv.Itoa(line)
	return fault.Because(fault.BadFile, reason, "line "+n, err, append([]string{"line", n}, pairs...)...)
}

// Clip joins parts with spaces, shortened for a list.
func Clip(parts ...string) string {
	var b strings.Builder
	runes := 0
	for _, part := range parts {
		if part == "" {
			continue
		}
		if runes > 0 {
			b.WriteByte(' ')
			runes++
		}
		for _, r := range part {
			if runes == clipRunes {
				b.WriteRune('…')
				return b.String()
			}
			if r != utf8.RuneError {
				b.WriteRune(r)
			}
			runes++
		}
	}
	return b.String()
}
