package store

import (
	"context"
	"database/sql"
	"errors"

	"coffer/app/consent"
)

// SaveRecord chains a record of what the person agreed to to the one before and returns it with Previous
// and Hash.
func (s *Store) SaveRecord(ctx context.Context, r consent.Record) (consent.Record, error) {
	r = plainRecord(r)
	err := s.change(ctx, "save a consent record", func(ctx context.Context) (err error) {
		if r.Previous, err = s.lastHash(ctx, "SELECT hash FROM consent_records ORDER BY seq DESC LIMIT 1"); err != nil {
			return err
		}
		r.Hash = consent.HashRecord(r)
		doc, err := encode(r)
		if err != nil {
			return err
		}
		return s.exec(ctx, "INSERT INTO consent_records (link, hash, doc) VALUES (?, ?, ?)", string(r.Link), r.Hash, doc)
	})
	if err != nil {
		return consent.Record{}, err
	}
	return r, nil
}

// Records returns every record of what the person agreed to, oldest first, as the chain goes.
func (s *Store) Records(ctx context.Context) ([]consent.Record, error) {
	return readDocs[consent.Record](ctx, s, "read consent records", "SELECT doc FROM consent_records ORDER BY seq")
}

// agreed is the hash of the newest record of a link; empty if there is none.
func (s *Store) agreed(ctx context.Context, link consent.LinkID) (string, error) {
	return s.lastHash(ctx, "SELECT hash FROM consent_records WHERE link = ? ORDER BY seq DESC LIMIT 1", string(link))
}

func (s *Store) lastHash(ctx context.Context, query string, args ...any) (string, error) {
	var hash string
	err := s.one(ctx, query, args, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return hash, err
}

// plainRecord brings r into the form that survives being stored, so that its hash does.
func plainRecord(r consent.Record) consent.Record {
	r.At, r.Ends = utc(r.At), utc(r.Ends)
	for _, text := range []*string{(*string)(&r.Link), &r.Bank, &r.Version, &r.Provider, &r.File, &r.FileHash, &r.Between, &r.ConsentID} {
		*text = valid(*text)
	}
	for _, list := range []*[]string{&r.Reads, &r.Scopes, &r.Hosts} {
		var plain []string
		for _, text := range *list {
			plain = append(plain, valid(text))
		}
		*list = plain
	}
	lines, accounts := r.Text, r.Accounts
	r.Text, r.Accounts = nil, nil
	for _, l := range lines {
		r.Text = append(r.Text, consent.Line{Label: valid(l.Label), Text: valid(l.Text)})
	}
	for _, a := range accounts {
		r.Accounts = append(r.Accounts, consent.Agreed{Name: valid(a.Name), Masked: valid(a.Masked), Read: a.Read})
	}
	return r
}
