package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app/consent"
	"coffer/app/ledger"
)

// SaveGrant stores a link together with the credential that opens it from now on. The grant that
// they replace is kept among the former ones of the link, and its ids of the accounts are forgotten: in
// another grant the bank may give them to others.
func (s *Store) SaveGrant(ctx context.Context, l consent.Link, c consent.Credential) error {
	const keep = "INSERT INTO former_grants (link, consent, client, shows, " + opens + ") SELECT link, ?, ?, ?, " + opens + " FROM credentials WHERE link = ?"
	return s.change(ctx, "save a grant", func(ctx context.Context) error {
		old, err := s.link(ctx, l.ID)
		if err != nil && !errors.Is(err, ledger.ErrNotFound) {
			return err
		}
		if err == nil { // what the person chose meanwhile, on the link's card, stays
			l.Limited, l.Choice = old.Limited, old.Choice
		}
		if err := s.exec(ctx, keep, old.ConsentID, old.ClientID, old.Shows, string(l.ID)); err != nil {
			return fmt.Errorf("keep the former grant: %w", err)
		}
		if l.ConsentID == "" || l.ConsentID != old.ConsentID {
			if err := s.exec(ctx, "UPDATE accounts SET bank_id = '' WHERE link = ?", string(l.ID)); err != nil {
				return fmt.Errorf("forget the ids of the former grant: %w", err)
			}
			l.Choice = slices.Clone(l.Choice)
			for i := range l.Choice {
				l.Choice[i].BankID = ""
			}
		}
		if err := s.putCredential(ctx, l.ID, c); err != nil {
			return err
		}
		return s.putLink(ctx, l)
	})
}

// FormerGrants returns the grants of a link that newer ones replaced and that are not known to
// have ended, oldest first.
func (s *Store) FormerGrants(ctx context.Context, link consent.LinkID) ([]consent.Former, error) {
	const query = "SELECT seq, consent, client, shows, " + opens + " FROM former_grants WHERE link = ? ORDER BY seq"
	var all []consent.Former
	err := s.read(ctx, "read former grants", func(ctx context.Context) error {
		return s.each(ctx, query, []any{string(link)}, func(scan func(...any) error) error {
			f := consent.Former{Link: link}
			var o opened
			err := scan(append([]any{&f.Seq, &f.ConsentID, &f.ClientID, &f.Shows}, o.columns()...)...)
			f.Credential = o.credential()
			all = append(all, f)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// SaveFormer seals the credential of a former grant again: the bank has rotated it.
func (s *Store) SaveFormer(ctx context.Context, f consent.Former) error {
	const query = "UPDATE former_grants SET access = ?, refresh = ?, expires = ?, bound = ? WHERE seq = ?"
	c := f.Credential
	return s.change(ctx, "save a former grant", func(ctx context.Context) error {
		return s.exec(ctx, query, c.Access.Reveal(), c.Refresh.Reveal(), nanos(c.AccessExpires), c.Bound, f.Seq)
	})
}

// DropFormer shreds a former grant that has ended. It may be gone.
func (s *Store) DropFormer(ctx context.Context, f consent.Former) error {
	return s.change(ctx, "shred a former grant", func(ctx context.Context) error {
		return s.exec(ctx, "DELETE FROM former_grants WHERE seq = ?", f.Seq)
	})
}

// Settle ends a link in one step: its credential and former grants are shredded, l is stored,
// and r is chained to the receipt before and returned with Previous and Hash.
func (s *Store) Settle(ctx context.Context, l consent.Link, r consent.Receipt) (consent.Receipt, error) {
	r = plainReceipt(r)
	err := s.change(ctx, "settle a revocation", func(ctx context.Context) error {
		if err := s.dropGrants(ctx, l.ID); err != nil {
			return err
		}
		if err := s.putLink(ctx, l); err != nil {
			return err
		}
		return s.chain(ctx, &r)
	})
	if err != nil {
		return consent.Receipt{}, err
	}
	return r, nil
}

// dropGrants shreds all that opens a link, or did.
func (s *Store) dropGrants(ctx context.Context, link consent.LinkID) error {
	for _, del := range []string{"DELETE FROM credentials WHERE link = ?", "DELETE FROM former_grants WHERE link = ?"} {
		if err := s.exec(ctx, del, string(link)); err != nil {
			return err
		}
	}
	return nil
}
