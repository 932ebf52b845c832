package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"coffer/app/fault"
)

var (
	errNoExport      = errors.New("not a file of everything")
	errExportNewer   = errors.New("the file is of a newer program")
	errExportDamaged = errors.New("the file is not as it was written")
)

// mostPart bounds what is held in memory of a file of everything, in bytes: one row, or one table's head.
const mostPart = 16 << 20

type everythingTable struct {
	Name    string   `json:"name"`
	SQL     string   `json:"sql"`
	Columns []string `json:"columns"`
}

// filling is what takes the rows of a file of everything.
type filling interface {
	begin(ctx context.Context, h everythingHead) error
	table(ctx context.Context, t everythingTable) error
	row(ctx context.Context, values []any) error // of the table before
	end(ctx context.Context, sum string) error   // the sum agrees with the rows
}

// onlyLook takes nothing.
type onlyLook struct{}

func (onlyLook) begin(context.Context, everythingHead) error  { return nil }
func (onlyLook) table(context.Context, everythingTable) error { return nil }
func (onlyLook) row(context.Context, []any) error             { return nil }
func (onlyLook) end(context.Context, string) error            { return nil }

// CheckEverything reads a file that WriteEverything wrote, to its end. It errs with VaultForeign,
// VaultNewer, VaultDamaged or DiskFailed.
func CheckEverything(ctx context.Context, r io.Reader) error {
	return readEverything(ctx, r, onlyLook{})
}

// readEverything reads a file and hands on what it holds. No more than mostPart of it is in memory
// at a time.
func readEverything(ctx context.Context, r io.Reader, into filling) error {
	const op = "read a file of everything"
	from := &allowance{from: r, left: mostPart}
	x := &everythingReader{from: from, json: json.NewDecoder(from), into: into}
	x.json.UseNumber()
	err := x.read(ctx)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", op, ctx.Err())
	case err == nil || fault.Of(err) != nil:
		return err
	case from.failed != nil:
		return fault.New(fault.DiskFailed, op, from.failed)
	case errors.Is(err, errNoExport):
		return fault.New(fault.VaultForeign, op, err)
	case errors.Is(err, errExportNewer):
		return fault.New(fault.VaultNewer, op, err)
	}
	return fault.New(fault.VaultDamaged, op, err)
}

// allowance lets no more than left bytes through.
type allowance struct {
	from   io.Reader
	left   int
	failed error // of from, but its end
}

var errLong = errors.New("a part of the file is too long")

func (a *allowance) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, errLong
	}
	n, err := a.from.Read(p[:min(len(p), a.left)])
	a.left -= n
	if err != nil && err != io.EOF {
		a.failed = err
	}
	return n, err
}

type everythingReader struct {
	from *allowance
	json *json.Decoder
	into filling
}

func (x *everythingReader) read(ctx context.Context) error {
	h, err := x.head()
	if err != nil {
		return err
	}
	if err := x.into.begin(ctx, h); err != nil {
		return err
	}
	if err := x.expect("tables", json.Delim('[')); err != nil {
		return err
	}
	sum := sha256.New()
	for x.json.More() {
		err := x.table(ctx, func(value any) error { return sumValue(sum, value) })
		if err != nil {
			return err
		}
	}
	var said string
	if err := x.expect(json.Delim(']'), "sum"); err != nil {
		return err
	}
	if err := x.part(&said); err != nil {
		return err
	}
	if said != hex.EncodeToString(sum.Sum(nil)) {
		return fmt.Errorf("another sum: %w", errExportDamaged)
	}
	if err := x.expect(json.Delim('}')); err != nil {
		return err
	}
	if _, err := x.json.Token(); err != io.EOF {
		return fmt.Errorf("more after the end: %w", errExportDamaged)
	}
	return x.into.end(ctx, said)
}

// head reads up to the tables. Whatever does not begin like a file of everything is foreign.
func (x *everythingReader) head() (h everythingHead, err error) {
	if err := x.expect(json.Delim('{'), "format"); err != nil {
		return h, errNoExport
	}
	if err := x.part(&h.Format); err != nil {
		return h, errNoExport
	}
	form, ours := strings.CutPrefix(h.Format, everythingName)
	if number, err := strconv.Atoi(form); !ours || err != nil || number < 1 {
		return h, errNoExport
	} else if number > everythingForm {
		return h, errExportNewer
	}
	for _, next := range []struct {
		name string
		into any
	}{{"schema", &h.Schema}, {"made", &h.Made}, {"how_to_read", &h.HowToRead}, {"sequences", &h.Sequences}} {
		if err := x.expect(next.name); err != nil {
			return h, err
		}
		if err := x.part(next.into); err != nil {
			return h, err
		}
		if newest, err := newestSchema(); err != nil || h.Schema > newest {
			return h, errors.Join(errExportNewer, err)
		}
	}
	if h.Schema < 1 {
		return h, errExportDamaged
	}
	return h, nil
}

func newestSchema() (int, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	return len(files), err
}

// table reads one table; sum hears its name and every value.
func (x *everythingReader) table(ctx context.Context, sum func(any) error) error {
	var t everythingTable
	if err := x.expect(json.Delim('{')); err != nil {
		return err
	}
	for _, next := range []struct {
		name string
		into any
	}{{"name", &t.Name}, {"sql", &t.SQL}, {"columns", &t.Columns}} {
		if err := x.expect(next.name); err != nil {
			return err
		}
		if err := x.part(next.into); err != nil {
			return err
		}
	}
	if err := sum(t.Name + " " + t.SQL); err != nil {
		return err
	}
	if err := x.into.table(ctx, t); err != nil {
		return err
	}
	if err := x.expect("rows", json.Delim('[')); err != nil {
		return err
	}
	cells, values := make([]cell, 0, len(t.Columns)), make([]any, len(t.Columns))
	for x.json.More() {
		if err := ctx.Err(); err != nil {
			return err
		}
		cells = cells[:0]
		if err := x.part(&cells); err != nil {
			return err
		}
		if len(cells) != len(values) {
			return fmt.Errorf("a row of %d values: %w", len(cells), errExportDamaged)
		}
		for i, c := range cells {
			values[i] = c.value
			if err := sum(c.value); err != nil {
				return err
			}
		}
		if err := x.into.row(ctx, values); err != nil {
			return err
		}
	}
	return x.expect(json.Delim(']'), json.Delim('}'))
}

// expect reads tokens that must come next.
func (x *everythingReader) expect(tokens ...json.Token) error {
	for _, want := range tokens {
		x.from.left = mostPart
		got, err := x.json.Token()
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("%v where %v must be: %w", got, want, errExportDamaged)
		}
	}
	return nil
}

// part reads one value.
func (x *everythingReader) part(into any) error {
	x.from.left = mostPart
	return x.json.Decode(into)
}

// cell is one value of a row: nil, int64, string or []byte.
type cell struct{ value any }

// UnmarshalJSON implements json.Unmarshaler. Nothing but what everythingWriter writes is taken.
func (c *cell) UnmarshalJSON(raw []byte) (err error) {
	switch raw[0] {
	case 'n':
		c.value = nil
	case '"':
		var text string
		err = json.Unmarshal(raw, &text)
		c.value = text
	case '{':
		c.value, err = bytesCell(raw)
	default:
		c.value, err = strconv.ParseInt(string(raw), 10, 64)
	}
	return err
}

func bytesCell(raw []byte) (any, error) {
	var doc struct{ Hex, Text *string }
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	switch {
	case doc.Hex != nil && doc.Text == nil:
		return hex.DecodeString(*doc.Hex)
	case doc.Text != nil && doc.Hex == nil:
		text, err := hex.DecodeString(*doc.Text)
		return string(text), err
	}
	return nil, errExportDamaged
}
