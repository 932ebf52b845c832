package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// The form of a file of everything, and the name that it begins with.
const (
	everythingName = "coffer-everything-"
	everythingForm = 1
)

// howToRead goes into the file: it is for whoever reads it without Coffer.
var howToRead = []string{
	"Everything that this Coffer knows, but what opens links: no token, no client secret, no key. Anybody can read this file.",
	"Each table has the names of its columns, then one list of values a row. Amounts are whole numbers of the currency's smallest unit.",
	"Instants are nanoseconds since 1970, UTC. A transaction's day is its key divided by 1048576, counted in days from 1900-01-01; status 0 is booked, 1 pending.",
	"A value {\"hex\"} is a list of bytes, {\"text\"} the bytes of a text that is not UTF-8. Whole numbers may have more than 53 bits.",
	"sum is SHA-256 over tables and values. To bring it back: coffer restore FILE, where there is no vault yet.",
}

// everythingHead is what stands before the tables.
type everythingHead struct {
	Format    string           `json:"format"`
	Schema    int              `json:"schema"`
	Made      time.Time        `json:"made"`
	HowToRead []string         `json:"how_to_read"`
	Sequences map[string]int64 `json:"sequences"` // the highest number that a table ever gave
}

// WriteEverything writes every row of every table as one JSON document, but of those that open
// links, and but the addresses of the vault's slots. Other calls wait, so that it is of one moment. told, which may be nil, hears how many rows
// are written.
func (s *Store) WriteEverything(ctx context.Context, w io.Writer, told func(done, total int64)) error {
	return s.read(ctx, "export everything", func(ctx context.Context) error {
		books, err := booksOf(ctx, s.conn)
		if err != nil {
			return err
		}
		return s.writeBooks(ctx, w, books, told)
	})
}

func (s *Store) writeBooks(ctx context.Context, w io.Writer, books []table, told func(done, total int64)) error {
	x := &everythingWriter{store: s, w: bufio.NewWriterSize(w, 1<<16), sum: sha256.New(), told: told}
	if err := x.write(ctx, books); err != nil {
		return err
	}
	return x.w.Flush()
}

type everythingWriter struct {
	store       *Store
	w           *bufio.Writer
	sum         hash.Hash
	told        func(done, total int64)
	done, total int64
	line        []byte
	text        bytes.Buffer
}

func (x *everythingWriter) write(ctx context.Context, books []table) error {
	for _, t := range books {
		var rows int64
		if err := x.store.oneLong(ctx, `SELECT count(*) FROM "`+t.name+`"`+t.where, &rows); err != nil {
			return err
		}
		x.total += rows
	}
	if err := x.head(ctx); err != nil {
		return err
	}
	between := ""
	for _, t := range books {
		if _, err := x.w.WriteString(between); err != nil {
			return err
		}
		if err := x.table(ctx, t); err != nil {
			return fmt.Errorf("write %s: %w", t.name, err)
		}
		between = ",\n"
	}
	_, err := fmt.Fprintf(x.w, "\n],\"sum\":%q}\n", hex.EncodeToString(x.sum.Sum(nil)))
	return err
}

func (x *everythingWriter) head(ctx context.Context) error {
	h := everythingHead{Format: everythingName + strconv.Itoa(everythingForm), Made: x.store.from.now().UTC(), HowToRead: howToRead, Sequences: map[string]int64{}}
	if err := x.store.one(ctx, "PRAGMA user_version", nil, &h.Schema); err != nil {
		return err
	}
	err := x.store.each(ctx, "SELECT name, seq FROM sqlite_sequence", nil, func(scan func(...any) error) error {
		var name string
		var seq int64
		err := scan(&name, &seq)
		h.Sequences[name] = seq
		return err
	})
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(h, "", " ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(x.w, "%s,\n\"tables\":[\n", bytes.TrimSuffix(text, []byte("\n}")))
	return err
}

func (x *everythingWriter) table(ctx context.Context, t table) error {
	columns, err := columnsOf(ctx, x.store.conn, t.name)
	if err != nil {
		return err
	}
	head, err := json.Marshal(everythingTable{t.name, t.sql, columns})
	if err != nil {
		return err
	}
	if err := sumValue(x.sum, t.name+" "+t.sql); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(x.w, "%s,\"rows\":[", head[:len(head)-1]); err != nil {
		return err
	}
	between := "\n"
	err = eachRow(ctx, x.store.conn, t, func(values []any) error {
		if x.told != nil && x.done%1000 == 0 {
			x.told(x.done, x.total)
		}
		x.done++
		x.line = append(x.line[:0], between...)
		between = ",\n"
		if err := x.row(values); err != nil {
			return err
		}
		_, err := x.w.Write(x.line)
		return err
	})
	if err != nil {
		return err
	}
	_, err = x.w.WriteString("\n]}")
	return err
}

// row appends a row to the line, and to the sum.
func (x *everythingWriter) row(values []any) error {
	open := byte('[')
	for _, value := range values {
		x.line = append(x.line, open)
		open = ','
		if err := sumValue(x.sum, value); err != nil {
			return err
		}
		if err := x.value(value); err != nil {
			return err
		}
	}
	x.line = append(x.line, ']')
	return nil
}

func (x *everythingWriter) value(value any) error {
	switch value := value.(type) {
	case nil:
		x.line = append(x.line, "null"...)
	case int64:
		x.line = strconv.AppendInt(x.line, value, 10)
	case []byte:
		x.line = fmt.Appendf(x.line, `{"hex":"%x"}`, value)
	case string:
		if !utf8.ValidString(value) {
			x.line = fmt.Appendf(x.line, `{"text":"%x"}`, value)
			return nil
		}
		x.text.Reset()
		e := json.NewEncoder(&x.text)
		e.SetEscapeHTML(false) // it is for people, too
		if err := e.Encode(value); err != nil {
			return err
		}
		x.line = append(x.line, bytes.TrimSuffix(x.text.Bytes(), []byte("\n"))...)
	default:
		return fmt.Errorf("a column holds a %T", value)
	}
	return nil
}
