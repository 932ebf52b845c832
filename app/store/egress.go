package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"coffer/app/egress"
	"coffer/app/ledger"
)

// valid is text as JSON gives it back, so that hashes survive being stored.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// Begin chains e to the entry before and saves it; it is on the disk when Begin returns nil.
func (s *Store) Begin(ctx context.Context, e egress.Entry) (egress.Entry, error) {
	e = plainEntry(e)
	err := s.change(ctx, "note a connection", func(ctx context.Context) error {
		head, err := s.egressHead(ctx)
		if err != nil {
			return err
		}
		e.Seq, e.Previous = head.Seq+1, head.Hash
		e.Hash = egress.HashEntry(e)
		var args any
		if len(e.Purpose.Args) > 0 {
			if args, err = encode(e.Purpose.Args); err != nil {
				return err
			}
		}
		const query = `INSERT INTO egress (seq, link, purpose, args, method, origin, path, via, started, previous, hash)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
		err = s.exec(ctx, query, e.Seq, e.Link, e.Purpose.ID, args, e.Method, e.Origin, e.Path, e.Via, nanos(e.Started), e.Previous, e.Hash)
		if err != nil {
			return err
		}
		return s.countBegun(ctx, e)
	})
	if err != nil {
		return egress.Entry{}, err
	}
	return e, nil
}

// egressHead returns the head of the chain: of the newest row, or of the rows that were pruned.
func (s *Store) egressHead(ctx context.Context) (egress.Head, error) {
	const query = `SELECT seq, hash FROM (SELECT * FROM (SELECT seq, hash FROM egress ORDER BY seq DESC LIMIT 1)
		UNION ALL SELECT * FROM (SELECT seq, hash FROM egress_checkpoints ORDER BY seq DESC LIMIT 1)) ORDER BY seq DESC LIMIT 1`
	var h egress.Head
	err := s.one(ctx, query, nil, &h.Seq, &h.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		return egress.Head{}, nil
	}
	return h, err
}

// EgressHead returns the head of the chain of connections, zero if there was none.
func (s *Store) EgressHead(ctx context.Context) (egress.Head, error) {
	var h egress.Head
	err := s.read(ctx, "read the head of the connections", func(ctx context.Context) error {
		var err error
		h, err = s.egressHead(ctx)
		return err
	})
	return h, err
}

// EgressHeadAt returns what the head was when entry seq was the newest; zero if nothing tells.
func (s *Store) EgressHeadAt(ctx context.Context, seq int64) (egress.Head, error) {
	const query = "SELECT hash FROM egress WHERE seq = ?1 UNION ALL SELECT hash FROM egress_checkpoints WHERE seq = ?1 LIMIT 1"
	h := egress.Head{Seq: seq}
	err := s.read(ctx, "read a head of the connections", func(ctx context.Context) error {
		err := s.one(ctx, query, []any{seq}, &h.Hash)
		if errors.Is(err, sql.ErrNoRows) {
			h, err = egress.Head{}, nil
		}
		return err
	})
	return h, err
}

func plainEntry(e egress.Entry) egress.Entry {
	p := egress.Purpose{ID: valid(e.Purpose.ID)}
	for name, value := range e.Purpose.Args {
		if p.Args == nil {
			p.Args = map[string]string{}
		}
		p.Args[valid(name)] = valid(value)
	}
	return egress.Entry{
		Link: valid(e.Link), Purpose: p, Method: valid(e.Method), Origin: valid(e.Origin), Path: valid(e.Path), Via: valid(e.Via),
		Started: utc(e.Started),
	}
}

// Complete saves how entry seq ended, once. It wraps ledger.ErrNotFound if there is no such
// entry or it has ended already.
func (s *Store) Complete(ctx context.Context, seq int64, o egress.Outcome) error {
	const query = `UPDATE egress SET ended = ?, status = ?, sent = ?, received = ?, tls = ?, problem = ?, sealed = ?
		WHERE seq = ? AND sealed = ''`
	return s.change(ctx, "note how a connection ended", func(ctx context.Context) error {
		e := egress.Entry{Seq: seq}
		var started sql.NullInt64
		const find = "SELECT hash, link, origin, started FROM egress WHERE seq = ? AND sealed = ''"
		err := s.one(ctx, find, []any{seq}, &e.Hash, &e.Link, &e.Origin, &started)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("open entry %d: %w", seq, ledger.ErrNotFound)
		}
		if err != nil {
			return err
		}
		e.Started, e.Outcome = instant(started), o
		e.Ended, e.TLS, e.Sealed = utc(o.Ended), valid(o.TLS), ""
		e.Sealed = egress.HashOutcome(e)
		if err := s.exec(ctx, query, nanos(e.Ended), e.Status, e.Sent, e.Received, e.TLS, e.Problem, e.Sealed, seq); err != nil {
			return err
		}
		return s.countEnded(ctx, e)
	})
}

const entryColumns = `SELECT seq, link, purpose, args, method, origin, path, via, started, previous, hash,
	ended, status, sent, received, tls, problem, sealed FROM egress `

func scanEntry(scan func(...any) error) (egress.Entry, error) {
	var e egress.Entry
	var args sql.NullString
	var started, ended sql.NullInt64
	err := scan(&e.Seq, &e.Link, &e.Purpose.ID, &args, &e.Method, &e.Origin, &e.Path, &e.Via, &started, &e.Previous, &e.Hash,
		&ended, &e.Status, &e.Sent, &e.Received, &e.TLS, &e.Problem, &e.Sealed)
	e.Started, e.Ended = instant(started), instant(ended)
	if err == nil && args.Valid {
		err = decode(args.String, &e.Purpose.Args)
	}
	return e, err
}

// Entries returns the entries that f chooses, newest first: as they were written or, where f
// bounds the time, as the clock went.
func (s *Store) Entries(ctx context.Context, f egress.Filter, offset, limit int) ([]egress.Entry, error) {
	where, args := conditions(f)
	order := "seq DESC"
	if !f.From.IsZero() || !f.To.IsZero() {
		order = "started DESC, seq DESC"
	}
	query := entryColumns + "WHERE seq IN (SELECT seq FROM egress " + where + " ORDER BY " + order + " LIMIT ? OFFSET ?) ORDER BY " + order
	args = append(args, limit, offset)
	var all []egress.Entry
	err := s.read(ctx, "read connections", func(ctx context.Context) error {
		if f == (egress.Filter{}) { // rows are numbered without gaps: no need to walk to the offset
			head, err := s.egressHead(ctx)
			if err != nil {
				return err
			}
			query, args = entryColumns+"WHERE seq <= ? ORDER BY seq DESC LIMIT ?", []any{head.Seq - int64(offset), limit}
		}
		var err error
		all, err = s.entries(ctx, query, args...)
		return err
	})
	return all, err
}

// EntriesAfter returns up to limit entries that follow entry seq, oldest first.
func (s *Store) EntriesAfter(ctx context.Context, seq int64, limit int) ([]egress.Entry, error) {
	var all []egress.Entry
	err := s.read(ctx, "read connections", func(ctx context.Context) error {
		var err error
		all, err = s.entries(ctx, entryColumns+"WHERE seq > ? ORDER BY seq LIMIT ?", seq, limit)
		return err
	})
	return all, err
}

// CountEntries returns how many entries f chooses.
func (s *Store) CountEntries(ctx context.Context, f egress.Filter) (int, error) {
	where, args := conditions(f)
	query := "SELECT count(*) FROM egress " + where
	if f == (egress.Filter{}) {
		query = "SELECT coalesce(max(seq) - min(seq) + 1, 0) FROM (SELECT (SELECT max(seq) FROM egress) AS seq UNION ALL SELECT (SELECT min(seq) FROM egress))"
	}
	var n int
	err := s.read(ctx, "count connections", func(ctx context.Context) error { return s.one(ctx, query, args, &n) })
	return n, err
}

const troubled = "(sealed = '' OR problem <> 0 OR status >= 400)"

// conditions is f in SQL.
func conditions(f egress.Filter) (string, []any) {
	var all []string
	var args []any
	add := func(condition string, value any) {
		all = append(all, condition)
		args = append(args, value)
	}
	if f.Link != "" {
		add("link = ?", f.Link)
	}
	if !f.From.IsZero() {
		add("started >= ?", nanos(f.From))
	}
	if !f.To.IsZero() {
		add("started < ?", nanos(f.To))
	}
	if f.Purpose != "" {
		add("purpose = ?", f.Purpose)
	}
	if f.Problems {
		all = append(all, troubled)
	}
	if len(all) == 0 {
		return "", nil
	}
	return "WHERE " + strings.Join(all, " AND "), args
}

func (s *Store) entries(ctx context.Context, query string, args ...any) ([]egress.Entry, error) {
	var all []egress.Entry
	err := s.each(ctx, query, args, func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		all = append(all, e)
		return err
	})
	return all, err
}
