package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"coffer/app/ledger"
)

// A statement costs as much as a row or two, so new rows go to the database many at a time. Few sizes are used, so that the
// prepared forms can be kept.
var atOnce = [...]int{32, 4, 1}

// many is rows of values on their way into one table.
type many struct {
	s     *Store
	head  string // INSERT OR … INTO … VALUES
	row   string // of the statement, where not all columns are bound
	tail  string // ON CONFLICT …; may be empty
	width int    // columns
	args  []any
}

// add takes one row and writes once there are enough.
func (m *many) add(ctx context.Context, values ...any) error {
	m.args = append(m.args, values...)
	if len(m.args) < atOnce[0]*m.width {
		return nil
	}
	return m.end(ctx)
}

// end writes what add left.
func (m *many) end(ctx context.Context) error {
	rest := m.args
	for _, n := range atOnce {
		for ; len(rest) >= n*m.width; rest = rest[n*m.width:] {
			if err := m.s.exec(ctx, m.query(n), rest[:n*m.width]...); err != nil {
				return err
			}
		}
	}
	clear(m.args)
	m.args = m.args[:0]
	return nil
}

// query is the statement for n rows.
func (m *many) query(n int) string {
	row := m.row
	if row == "" {
		row = "(?" + strings.Repeat(",?", m.width-1) + ")"
	}
	return m.head + row + strings.Repeat(","+row, n-1) + m.tail
}

// mostShapes are told apart in one batch; rows of others are bound whole.
const mostShapes = 4

// shaped is rows of which many columns are empty, mostly the same ones: those stand in the statement, for a value that is bound
// costs as much as one that is stored.
type shaped struct {
	s    *Store
	head string
	by   map[string]*many
}

// add takes one row, whose values are NULL (nil), texts, integers and blobs.
func (h *shaped) add(ctx context.Context, values ...any) error {
	row := rowShape(values)
	m := h.by[row]
	if m == nil && len(h.by) >= mostShapes {
		row = "(" + strings.Repeat("?,", len(values)-1) + "?)"
		m = h.by[row]
	}
	if m == nil {
		m = &many{s: h.s, head: h.head, row: row, width: strings.Count(row, "?")}
		h.by[row] = m
	}
	if m.width < len(values) {
		values = slices.DeleteFunc(values, empty)
	}
	return m.add(ctx, values...)
}

// end writes what add left.
func (h *shaped) end(ctx context.Context) error {
	for _, row := range slices.Sorted(maps.Keys(h.by)) {
		if err := h.by[row].end(ctx); err != nil {
			return err
		}
	}
	return nil
}

func empty(v any) bool { return v == nil || v == "" || v == 0 }

// rowShape is a row of a statement for values.
func rowShape(values []any) string {
	shape := make([]byte, 0, 64)
	for _, v := range values {
		text := ",?"
		switch {
		case v == nil:
			text = ",NULL"
		case v == "":
			text = ",''"
		case v == 0:
			text = ",0"
		}
		shape = append(shape, text...)
	}
	shape[0] = '('
	return string(append(shape, ')'))
}

// Of a failed statement OR ROLLBACK ends the whole transaction, as change does anyway. Without it SQLite keeps a copy of every
// page that a statement of many rows touches.
const insertRow = "INSERT OR ROLLBACK INTO transactions (" + rowColumns + ", word) VALUES "

// fresh is new rows on their way into the tables.
type fresh struct {
	b    *batch
	rows shaped
	raw  many
}

func (b *batch) fresh() *fresh {
	return &fresh{b, shaped{s: b.s, head: insertRow, by: map[string]*many{}}, many{s: b.s, head: "INSERT OR ROLLBACK INTO raw VALUES ", width: 2}}
}

// add takes a row with its aliases, raw fields and words.
func (f *fresh) add(ctx context.Context, r *record) (err error) {
	if r.key == 0 {
		if r.key, err = f.b.nextKey(ctx, r.Date); err != nil {
			return err
		}
	}
	values, err := r.values()
	if err != nil {
		return err
	}
	if err := f.rows.add(ctx, append([]any{r.key, r.id[:]}, values...)...); err != nil {
		return fmt.Errorf("insert a row: %w", err)
	}
	for _, alias := range r.Aliases {
		f.b.aliases = append(f.b.aliases, [2]int64{hashOf(r.account, alias), r.key})
	}
	f.b.learn(r)
	if len(r.Raw) == 0 {
		return nil
	}
	text, err := rawText(r.Raw)
	if err != nil {
		return err
	}
	return f.raw.add(ctx, r.rawKey(), text)
}

// end writes what is left.
func (f *fresh) end(ctx context.Context) error {
	if err := f.rows.end(ctx); err != nil {
		return fmt.Errorf("insert rows: %w", err)
	}
	return f.raw.end(ctx)
}

// openDays finds the next free key of each day of rows in one go.
func (b *batch) openDays(ctx context.Context, all []ledger.Insertion) error {
	const query = `SELECT j.value, coalesce((SELECT max(key) + 1 FROM transactions WHERE key >= j.value AND key < j.value + 1048576), j.value)
		FROM json_each(?) j`
	var lows []int64
	for _, in := range all {
		if day := in.Row.Date; day.Plausible() {
			if _, known := b.next[day]; !known {
				b.next[day] = keyOf(day)
				lows = append(lows, keyOf(day))
			}
		}
	}
	if len(lows) == 0 {
		return nil
	}
	list, err := encode(lows)
	if err != nil {
		return err
	}
	return b.s.each(context.WithoutCancel(ctx), query, []any{list}, func(scan func(...any) error) error {
		var low, next int64
		err := scan(&low, &next)
		b.next[dayOf(low)] = next
		return err
	})
}

// ids gives ids that rise (RFC 9562 §5.7 and §6.2, method 1): neighbours lie together in the index, which an id drawn
// at random would touch all over for each row.
type ids struct{ last uint64 } // milliseconds and a counter of 12 bits

func (i *ids) next(ms int64, random io.Reader) (u uuid, err error) {
	i.last = max(uint64(max(ms, 0))<<12, i.last+1)
	if _, err := io.ReadFull(random, u[8:]); err != nil {
		return u, fmt.Errorf("draw an id: %w", err)
	}
	binary.BigEndian.PutUint64(u[:8], i.last>>12<<16|0x7000|i.last&0xfff)
	u[8] = u[8]&0x3f | 0x80
	return u, nil
}

// appendText appends s as JSON. Text that needs no escape is the rule.
func appendText(to []byte, s string) ([]byte, error) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(s)
			return append(to, quoted...), err
		}
	}
	return append(append(append(to, '"'), s...), '"'), nil
}
