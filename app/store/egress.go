package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// verifyChunk is how many entries are held in memory while the chain is checked.
const verifyChunk = 1000

// valid is text as JSON gives it back, so that hashes survive being stored.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// Begin chains e to the entry before and saves it; it is on the disk when Begin returns nil.
func (s *Store) Begin(ctx context.Context, e egress.Entry) (egress.Entry, error) {
	e = plainEntry(e)
	err := s.change(ctx, "note a connection", func(ctx context.Context) error {
		err := s.one(ctx, "SELECT seq, hash FROM egress ORDER BY seq DESC LIMIT 1", nil, &e.Seq, &e.Previous)
		if errors.Is(err, sql.ErrNoRows) {
			e.Seq, e.Previous, err = 0, "", nil
		}
		if err != nil {
			return err
		}
		e.Seq++
		e.Hash = egress.HashEntry(e)
		var args any
		if len(e.Purpose.Args) > 0 {
			if args, err = encode(e.Purpose.Args); err != nil {
				return err
			}
		}
		const query = `INSERT INTO egress (seq, link, purpose, args, method, origin, path, started, previous, hash)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
		return s.exec(ctx, query, e.Seq, e.Link, e.Purpose.ID, args, e.Method, e.Origin, e.Path, nanos(e.Started), e.Previous, e.Hash)
	})
	if err != nil {
		return egress.Entry{}, err
	}
	return e, nil
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
		Link: valid(e.Link), Purpose: p, Method: valid(e.Method), Origin: valid(e.Origin), Path: valid(e.Path), Started: utc(e.Started),
	}
}

// Complete saves how entry seq ended, once. It wraps ledger.ErrNotFound if there is no such
// entry or it has ended already.
func (s *Store) Complete(ctx context.Context, seq int64, o egress.Outcome) error {
	const query = `UPDATE egress SET ended = ?, status = ?, sent = ?, received = ?, tls = ?, problem = ?, sealed = ?
		WHERE seq = ? AND sealed = ''`
	return s.change(ctx, "note how a connection ended", func(ctx context.Context) error {
		var hash string
		err := s.one(ctx, "SELECT hash FROM egress WHERE seq = ? AND sealed = ''", []any{seq}, &hash)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("open entry %d: %w", seq, ledger.ErrNotFound)
		}
		if err != nil {
			return err
		}
		o.Ended, o.TLS, o.Sealed = utc(o.Ended), valid(o.TLS), ""
		o.Sealed = egress.HashOutcome(egress.Entry{Hash: hash, Outcome: o})
		return s.exec(ctx, query, nanos(o.Ended), o.Status, o.Sent, o.Received, o.TLS, o.Problem, o.Sealed, seq)
	})
}

const entryColumns = `SELECT seq, link, purpose, args, method, origin, path, started, previous, hash,
	ended, status, sent, received, tls, problem, sealed FROM egress `

func scanEntry(scan func(...any) error) (egress.Entry, error) {
	var e egress.Entry
	var args sql.NullString
	var started, ended sql.NullInt64
	err := scan(&e.Seq, &e.Link, &e.Purpose.ID, &args, &e.Method, &e.Origin, &e.Path, &started, &e.Previous, &e.Hash,
		&ended, &e.Status, &e.Sent, &e.Received, &e.TLS, &e.Problem, &e.Sealed)
	e.Started, e.Ended = instant(started), instant(ended)
	if err == nil && args.Valid {
		err = decode(args.String, &e.Purpose.Args)
	}
	return e, err
}

// Entries returns entries newest first, of one link or of all if link is empty.
func (s *Store) Entries(ctx context.Context, link string, offset, limit int) ([]egress.Entry, error) {
	query, args := entryColumns+"ORDER BY seq DESC LIMIT ? OFFSET ?", []any{limit, offset}
	if link != "" {
		query, args = entryColumns+"WHERE link = ? ORDER BY seq DESC LIMIT ? OFFSET ?", []any{link, limit, offset}
	}
	var all []egress.Entry
	err := s.read(ctx, "read connections", func(ctx context.Context) error {
		var err error
		all, err = s.entries(ctx, query, args...)
		return err
	})
	return all, err
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

// EgressTotals sums the connections per link and origin, the most recently used first.
func (s *Store) EgressTotals(ctx context.Context) ([]egress.Total, error) {
	const query = `SELECT origin, link, count(*), sum(sent), sum(received), max(started) AS last FROM egress
		GROUP BY origin, link ORDER BY last DESC, origin, link`
	var all []egress.Total
	err := s.read(ctx, "sum connections", func(ctx context.Context) error {
		return s.each(ctx, query, nil, func(scan func(...any) error) error {
			var t egress.Total
			var last sql.NullInt64
			err := scan(&t.Origin, &t.Link, &t.Requests, &t.Sent, &t.Received, &last)
			t.Last = instant(last)
			all = append(all, t)
			return err
		})
	})
	return all, err
}

// VerifyEgress checks the whole chain from its first entry. A broken one is a VaultDamaged
// fault. A tail that was cut is seen only against a head kept elsewhere.
func (s *Store) VerifyEgress(ctx context.Context) error {
	seq, previous := int64(0), ""
	for {
		var chunk []egress.Entry
		err := s.read(ctx, "verify connections", func(ctx context.Context) error {
			var err error
			chunk, err = s.entries(ctx, entryColumns+"WHERE seq > ? ORDER BY seq LIMIT ?", seq, verifyChunk)
			return err
		})
		if err != nil || len(chunk) == 0 {
			return err
		}
		if chunk[0].Seq != seq+1 {
			err = fmt.Errorf("row %d follows row %d: a row is missing", chunk[0].Seq, seq)
		} else {
			err = egress.Verify(chunk, previous)
		}
		if err != nil {
			return fault.New(fault.VaultDamaged, "verify connections", err)
		}
		last := chunk[len(chunk)-1]
		seq, previous = last.Seq, last.Hash
	}
}
