package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"coffer/app/ledger"
)

// batch gathers what one transaction does to rows: the roll-ups and the full text index get it
// in one go at the end.
type batch struct {
	s       *Store
	account int64
	at      time.Time
	imports int64 // id of the import, 0 if the rows come from a bank
	tally   *tally
	words   []wording
	aliases [][2]int64 // hash and key, of new rows
	next    map[ledger.Date]int64
	first   *ledger.Date // earliest day that changed
}

// flushChunk is how many rows one statement puts into the full text index: each writes a segment.
const flushChunk = 20_000

// wording is what the full text index must forget and learn of a key.
type wording struct {
	key    int64
	forget bool
	text   [4]string
}

func (s *Store) newBatch(account int64, at time.Time) *batch {
	return &batch{s: s, account: account, at: at, tally: newTally(), next: map[ledger.Date]int64{}}
}

func (r *record) words() [4]string { return [4]string{r.Payee, r.Text, r.Memo, r.Note} }

func (b *batch) touch(day ledger.Date) {
	if b.first == nil || day < *b.first {
		b.first = &day
	}
}

// nextKey gives the next free key of day.
func (b *batch) nextKey(ctx context.Context, day ledger.Date) (int64, error) {
	if !day.Plausible() {
		return 0, fmt.Errorf("day %d is outside 1900 to 2199", day)
	}
	key, known := b.next[day]
	if !known {
		const query = "SELECT coalesce(max(key) + 1, ?) FROM transactions WHERE key >= ? AND key < ?"
		low := keyOf(day)
		if err := b.s.one(ctx, query, []any{low, low, keyOf(day + 1)}, &key); err != nil {
			return 0, err
		}
	}
	if key >= keyOf(day+1) {
		return 0, fmt.Errorf("more than %d rows on %s", 1<<keyBits, day)
	}
	b.next[day] = key + 1
	return key, nil
}

// moveKey gives now a key of its new day: the one it brings, as an undo does, if that is free.
func (b *batch) moveKey(ctx context.Context, old, now *record) (err error) {
	if now.key != old.key {
		taken := false
		err := b.s.one(ctx, "SELECT EXISTS (SELECT 1 FROM transactions WHERE key = ?)", []any{now.key}, &taken)
		if err != nil {
			return err
		}
		if next, known := b.next[now.Date]; !taken {
			if known && next <= now.key {
				b.next[now.Date] = now.key + 1
			}
			return nil
		}
	}
	now.key, err = b.nextKey(ctx, now.Date)
	return err
}

// insert stores a new row and its aliases and raw fields.
func (b *batch) insert(ctx context.Context, r *record) error {
	one := b.fresh()
	if err := one.add(ctx, r); err != nil {
		return err
	}
	return one.end(ctx)
}

func (b *batch) learn(r *record) {
	b.tally.add(r)
	b.words = append(b.words, wording{r.key, false, r.words()})
	b.touch(r.Date)
}

func (b *batch) forget(r *record) {
	b.tally.take(r)
	b.words = append(b.words, wording{r.key, true, r.words()})
	b.touch(r.Date)
}

// replace writes now over old. A row that moves to another day gets another key.
func (b *batch) replace(ctx context.Context, old, now *record) error {
	const query = `UPDATE transactions SET key = ?, account = ?, status = ?, minor = ?, currency = ?, payee = ?, category = ?,
		text = ?, memo = ?, note = ?, source = ?, names = ?, at = ?, foreign_minor = ?, foreign_currency = ?, bank_category = ?,
		mcc = ?, card = ?, line = ?, aliases = ?, history = ?, seen = ?, missing = ?, missed = ?, import = ?, rev = ?, country = ?, channel = ?, word = ?
		WHERE key = ?`
	if now.Date == old.Date {
		now.key = old.key
	} else if err := b.moveKey(ctx, old, now); err != nil {
		return err
	}
	values, err := now.values()
	if err != nil {
		return err
	}
	if err := b.s.exec(ctx, query, append(append([]any{now.key}, values...), old.key)...); err != nil {
		return fmt.Errorf("update a row: %w", err)
	}
	if now.key != old.key || !slices.Equal(now.Aliases, old.Aliases) {
		if err := b.dropAliases(ctx, old); err != nil {
			return err
		}
		if err := b.saveAliases(ctx, now); err != nil {
			return err
		}
	}
	b.forget(old)
	b.learn(now)
	if now.key != old.key {
		if err := b.moveRaw(ctx, old, now); err != nil {
			return err
		}
	}
	if err := b.s.followLeg(ctx, old, now); err != nil {
		return err
	}
	return b.saveRaw(ctx, now)
}

// remove deletes a row and all that hangs on it.
func (b *batch) remove(ctx context.Context, r *record) error {
	if err := b.dropAliases(ctx, r); err != nil {
		return err
	}
	if err := b.s.exec(ctx, "DELETE FROM transactions WHERE key = ?", r.key); err != nil {
		return fmt.Errorf("remove a row: %w", err)
	}
	if err := b.dropRaw(ctx, r); err != nil {
		return err
	}
	if err := b.s.rejudgeLinked(ctx, r.id); err != nil {
		return err
	}
	for _, del := range []string{"DELETE FROM reviews WHERE row = ?1 OR other = ?1", endTransfers} {
		if err := b.s.exec(ctx, del, r.id[:]); err != nil {
			return fmt.Errorf("remove a row: %w", err)
		}
	}
	if err := b.s.removeAlerts(ctx, r.id); err != nil {
		return err
	}
	b.forget(r)
	return nil
}

// flush brings aliases, the roll-ups and the full text index up to date. The index comes last: a statement after it may
// have it written out as a segment of its own.
func (b *batch) flush(ctx context.Context) error {
	if err := b.flushAliases(ctx); err != nil {
		return err
	}
	if err := b.tally.save(ctx, b.s); err != nil {
		return err
	}
	b.tally = newTally()
	return b.flushWords(ctx)
}

// flushWords tells the full text index of each key what it held before and holds now, by rising
// keys: it would write a segment at each step back.
func (b *batch) flushWords(ctx context.Context) error {
	const (
		forget = "INSERT INTO words (words, rowid, payee, text, memo, note) VALUES ('delete', ?, ?, ?, ?, ?)"
		learn  = `INSERT INTO words (rowid, payee, text, memo, note) SELECT t.key, t.payee, t.text, t.memo, t.note
			FROM json_each(?) j CROSS JOIN transactions t ON t.key = j.value`
	)
	slices.SortStableFunc(b.words, func(x, y wording) int { return cmp.Compare(x.key, y.key) })
	var now []int64
	for i, w := range b.words {
		first := i == 0 || b.words[i-1].key != w.key
		last := i == len(b.words)-1 || b.words[i+1].key != w.key
		if first && w.forget {
			if err := b.s.exec(ctx, forget, w.key, w.text[0], w.text[1], w.text[2], w.text[3]); err != nil {
				return fmt.Errorf("take words out of the index: %w", err)
			}
		}
		if last && !w.forget {
			now = append(now, w.key)
		}
	}
	b.words = nil
	for chunk := range slices.Chunk(now, flushChunk) {
		list, err := encode(chunk)
		if err != nil {
			return err
		}
		if err := b.s.exec(ctx, learn, list); err != nil {
			return fmt.Errorf("put words into the index: %w", err)
		}
	}
	return nil
}
