package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/secret"
)

// SaveLink stores a link, new or changed.
func (s *Store) SaveLink(ctx context.Context, l consent.Link) error {
	return s.change(ctx, "save a link", func(ctx context.Context) error { return s.putLink(ctx, l) })
}

// SetLinkFile stores which provider file of the person's own a link goes by, and changes nothing else
// of it. It wraps ledger.ErrNotFound.
func (s *Store) SetLinkFile(ctx context.Context, id consent.LinkID, file, hash string) error {
	return s.change(ctx, "save the provider file of a link", func(ctx context.Context) error {
		l, err := s.link(ctx, id)
		if err != nil {
			return err
		}
		l.File, l.FileHash = file, hash
		return s.putLink(ctx, l)
	})
}

func (s *Store) putLink(ctx context.Context, l consent.Link) error {
	l.Since, l.Granted, l.Expires = utc(l.Since), utc(l.Granted), utc(l.Expires)
	l.LastUsed, l.PausedUntil = utc(l.LastUsed), utc(l.PausedUntil)
	doc, err := encode(l)
	if err != nil {
		return err
	}
	return s.exec(ctx, "INSERT INTO links VALUES (?, ?) ON CONFLICT DO UPDATE SET doc = excluded.doc", string(l.ID), doc)
}

// Link returns one link. It wraps ledger.ErrNotFound.
func (s *Store) Link(ctx context.Context, id consent.LinkID) (consent.Link, error) {
	var l consent.Link
	err := s.read(ctx, "read a link", func(ctx context.Context) error {
		var err error
		l, err = s.link(ctx, id)
		return err
	})
	return l, err
}

func (s *Store) link(ctx context.Context, id consent.LinkID) (consent.Link, error) {
	var l consent.Link
	var doc string
	err := s.one(ctx, "SELECT doc FROM links WHERE id = ?", []any{string(id)}, &doc)
	if errors.Is(err, sql.ErrNoRows) {
		return l, fmt.Errorf("link %q: %w", id, ledger.ErrNotFound)
	}
	if err != nil {
		return l, err
	}
	return l, decode(doc, &l)
}

// Links returns every link, the ended ones too, oldest grant first.
func (s *Store) Links(ctx context.Context) ([]consent.Link, error) {
	const query = "SELECT doc FROM links ORDER BY doc->>'Granted', id"
	return readDocs[consent.Link](ctx, s, "read links", query)
}

// readDocs reads rows that are one JSON document each.
func readDocs[T any](ctx context.Context, s *Store, op, query string, args ...any) ([]T, error) {
	var all []T
	err := s.read(ctx, op, func(ctx context.Context) error {
		return s.each(ctx, query, args, func(scan func(...any) error) error {
			var doc string
			if err := scan(&doc); err != nil {
				return err
			}
			var v T
			if err := decode(doc, &v); err != nil {
				return err
			}
			all = append(all, v)
			return nil
		})
	})
	return all, err
}

// SaveCredential seals the credential of a link into the vault; it is on the disk when
// SaveCredential returns nil.
func (s *Store) SaveCredential(ctx context.Context, link consent.LinkID, c consent.Credential) error {
	return s.change(ctx, "save a credential", func(ctx context.Context) error { return s.putCredential(ctx, link, c) })
}

func (s *Store) putCredential(ctx context.Context, link consent.LinkID, c consent.Credential) error {
	const query = "INSERT OR REPLACE INTO credentials (link, access, refresh, expires, client_secret, proof_key, bound, app, certificate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
	return s.exec(ctx, query, string(link), c.Access.Reveal(), c.Refresh.Reveal(), nanos(c.AccessExpires), c.ClientSecret.Reveal(), c.Key.Reveal(), c.Bound,
		c.App.Reveal(), c.Certificate.Reveal())
}

// Credential returns what opens a link. It wraps ledger.ErrNotFound if there is none.
func (s *Store) Credential(ctx context.Context, link consent.LinkID) (consent.Credential, error) {
	var c consent.Credential
	err := s.read(ctx, "read a credential", func(ctx context.Context) error {
		const query = "SELECT " + opens + " FROM credentials WHERE link = ?"
		var o opened
		err := s.one(ctx, query, []any{string(link)}, o.columns()...)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("credential of link %q: %w", link, ledger.ErrNotFound)
		}
		c = o.credential()
		return err
	})
	if err != nil {
		return consent.Credential{}, err
	}
	return c, nil
}

// opens are the columns of a credential, in the order of opened.columns.
const opens = "access, refresh, expires, client_secret, proof_key, bound, app, certificate"

// opened is a credential as its row has it.
type opened struct {
	access, refresh, client, key, app, certificate string
	expires                                        sql.NullInt64
	bound                                          bool
}

func (o *opened) columns() []any {
	return []any{&o.access, &o.refresh, &o.expires, &o.client, &o.key, &o.bound, &o.app, &o.certificate}
}

func (o *opened) credential() consent.Credential {
	return consent.Credential{
		Access: secret.New(o.access), Refresh: secret.New(o.refresh), AccessExpires: instant(o.expires),
		ClientSecret: secret.New(o.client), Key: secret.New(o.key), Bound: o.bound, App: secret.New(o.app), Certificate: secret.New(o.certificate),
	}
}

// DropCredential shreds the credential of a link. There may be none.
func (s *Store) DropCredential(ctx context.Context, link consent.LinkID) error {
	return s.change(ctx, "shred a credential", func(ctx context.Context) error {
		return s.exec(ctx, "DELETE FROM credentials WHERE link = ?", string(link))
	})
}

// SaveReceipt chains a receipt to the one before and returns it with Previous and Hash.
func (s *Store) SaveReceipt(ctx context.Context, r consent.Receipt) (consent.Receipt, error) {
	r = plainReceipt(r)
	err := s.change(ctx, "save a receipt", func(ctx context.Context) error { return s.chain(ctx, &r) })
	if err != nil {
		return consent.Receipt{}, err
	}
	return r, nil
}

// chain fixes r to the receipt before it and to the ledger of connections, and stores it.
func (s *Store) chain(ctx context.Context, r *consent.Receipt) error {
	var err error
	if r.Previous, err = s.lastHash(ctx, "SELECT hash FROM receipts ORDER BY seq DESC LIMIT 1"); err != nil {
		return err
	}
	if r.Agreed, err = s.agreed(ctx, r.Link); err != nil {
		return err
	}
	head, err := s.egressHead(ctx)
	if err != nil {
		return err
	}
	r.Ledger = consent.Head(head)
	r.Hash = consent.HashReceipt(*r)
	doc, err := encode(*r)
	if err != nil {
		return err
	}
	return s.exec(ctx, "INSERT INTO receipts (hash, doc) VALUES (?, ?)", r.Hash, doc)
}

// plainReceipt brings r into the form that survives being stored, so that its hash does.
func plainReceipt(r consent.Receipt) consent.Receipt {
	r.Link, r.Bank, r.History = consent.LinkID(valid(string(r.Link))), valid(r.Bank), valid(r.History)
	r.Granted, r.Started, r.Ended = utc(r.Granted), utc(r.Started), utc(r.Ended)
	accounts, steps := r.Accounts, r.Steps
	r.Accounts, r.Steps = nil, nil
	for _, a := range accounts {
		r.Accounts = append(r.Accounts, valid(a))
	}
	for _, p := range steps {
		p.Answer, p.At = valid(p.Answer), utc(p.At)
		r.Steps = append(r.Steps, p)
	}
	return r
}

// Receipts returns every receipt, oldest first, as the chain goes.
func (s *Store) Receipts(ctx context.Context) ([]consent.Receipt, error) {
	return readDocs[consent.Receipt](ctx, s, "read receipts", "SELECT doc FROM receipts ORDER BY seq")
}

// utc is t as it comes back from the store: no zone, no monotonic clock.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Round(0)
}
