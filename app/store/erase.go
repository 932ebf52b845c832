package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"coffer/app/consent"
	"coffer/app/ledger"
)

// fewRows is up to how many rows their words are taken out one by one; beyond, the index is
// made anew from what is left.
const fewRows = 20000

// settingErasing begins the setting that holds the receipt of a shredding whose last steps are to come.
const settingErasing = "erasing."

// EraseLink shreds everything that a link brought: accounts with all that hangs on them, the settings
// named and, unless a revocation still needs them, the tokens. An ended link goes too. Receipts and the
// ledger of connections stay. The rows go in one transaction; then every page is written anew, for SQLite
// leaves pieces of rows in the gaps of pages that it splits or joins, and the log is emptied; then the
// receipt is chained. Cut off in between, FinishErasing does the rest. It wraps ledger.ErrNotFound if
// there is nothing of that link.
func (s *Store) EraseLink(ctx context.Context, link consent.LinkID, settings ...string) (consent.Receipt, error) {
	if err := s.eraseRows(ctx, link, settings); err != nil {
		return consent.Receipt{}, err
	}
	return s.finishErasing(ctx, link)
}

// finishErasing is FinishErasing for the receipt of link: what is half done is not left for the next opening.
func (s *Store) finishErasing(ctx context.Context, link consent.LinkID) (consent.Receipt, error) {
	done, err := s.FinishErasing(context.WithoutCancel(ctx))
	for _, r := range done {
		if r.Link == link {
			return r, err
		}
	}
	return consent.Receipt{}, err
}

func (s *Store) eraseRows(ctx context.Context, link consent.LinkID, settings []string) error {
	return s.change(ctx, "erase a link", func(ctx context.Context) error {
		l, err := s.link(ctx, link)
		missing := errors.Is(err, ledger.ErrNotFound)
		if err != nil && !missing {
			return err
		}
		accounts, err := s.accountsOf(ctx, link)
		if err != nil {
			return err
		}
		if missing && len(accounts) == 0 {
			return fmt.Errorf("link %q: %w", link, ledger.ErrNotFound)
		}
		e := &erasing{}
		if e.before, err = s.pageBytes(ctx); err != nil {
			return err
		}
		for _, account := range accounts {
			if err := s.eraseAccount(ctx, account, e); err != nil {
				return err
			}
		}
		if err := s.eraseGrant(ctx, link, l, e); err != nil {
			return err
		}
		l.ID = link
		return s.beginErasing(ctx, l, e, settings)
	})
}

// beginErasing forgets settings and writes down the receipt of what is gone with them, in the step of it.
func (s *Store) beginErasing(ctx context.Context, l consent.Link, e *erasing, settings []string) error {
	key := settingErasing + string(l.ID)
	for _, one := range append(settings, key) {
		if err := e.exec(ctx, s, consent.GoneSettings, "DELETE FROM settings WHERE key = ?", one); err != nil {
			return err
		}
	}
	now := s.from.now()
	r := plainReceipt(consent.Receipt{Link: l.ID, Bank: l.Bank, Granted: l.Granted, Started: now, Ended: now, History: "erased", Erasure: e.erasure()})
	doc, err := encode(r)
	if err != nil {
		return err
	}
	return s.exec(ctx, "INSERT INTO settings VALUES (?, ?)", key, doc)
}

// FinishErasing ends what EraseLink began: it returns the receipts of what is shredded for good now.
// Without any it does nothing.
func (s *Store) FinishErasing(ctx context.Context) ([]consent.Receipt, error) {
	begun, err := readDocs[consent.Receipt](ctx, s, "look for a shredding", "SELECT value FROM settings WHERE key LIKE 'erasing.%' AND value <> '' ORDER BY key")
	if err != nil || len(begun) == 0 {
		return nil, err
	}
	var after int64
	err = s.read(ctx, "write every page anew", func(ctx context.Context) (err error) {
		if err = s.exec(ctx, "VACUUM"); err != nil {
			return err
		}
		if err = s.emptyLog(ctx); err != nil { // and its page map with it
			return err
		}
		after, err = s.pageBytes(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range begun {
		r := &begun[i]
		r.Ended, r.Erasure.After = utc(s.from.now()), after
		err := s.change(ctx, "keep the receipt of a shredding", func(ctx context.Context) error {
			if err := s.exec(ctx, "DELETE FROM settings WHERE key = ?", settingErasing+string(r.Link)); err != nil {
				return err
			}
			return s.chain(ctx, r)
		})
		if err != nil {
			return begun[:i], err
		}
	}
	return begun, s.read(ctx, "empty the log", s.emptyLog)
}

func (s *Store) pageBytes(ctx context.Context) (int64, error) {
	var bytes int64
	err := s.one(ctx, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", nil, &bytes)
	return bytes, err
}

// erasing counts what goes.
type erasing struct {
	before int64
	gone   []consent.Gone
}

func (e *erasing) add(what string, count, bytes int64) {
	for i := range e.gone {
		if e.gone[i].What == what {
			e.gone[i].Count += count
			e.gone[i].Bytes += bytes
			return
		}
	}
	e.gone = append(e.gone, consent.Gone{What: what, Count: count, Bytes: bytes})
}

// exec runs a DELETE and counts its rows under what; "" counts none.
func (e *erasing) exec(ctx context.Context, s *Store, what, del string, args ...any) error {
	n, err := s.execCount(ctx, del, args...)
	if err == nil && what != "" {
		e.add(what, n, 0)
	}
	return err
}

func (e *erasing) erasure() *consent.Erasure {
	kept := &consent.Erasure{Before: e.before}
	for _, g := range e.gone {
		if g.Count > 0 {
			kept.Gone = append(kept.Gone, g)
		}
	}
	if len(kept.Gone) == 0 { // a link that brought nothing
		kept.Gone = []consent.Gone{{What: consent.GoneAccounts}}
	}
	return kept
}

func (s *Store) eraseGrant(ctx context.Context, link consent.LinkID, l consent.Link, e *erasing) error {
	if l.State != consent.RevokePending {
		for _, del := range dropsGrants {
			if err := e.exec(ctx, s, consent.GoneTokens, del, string(link)); err != nil {
				return err
			}
		}
	}
	if !l.State.Ended() {
		if l.ID == "" || len(l.Unread)+len(l.Unlisted)+len(l.Choice) == 0 {
			return nil
		}
		l.Unread, l.Unlisted, l.Choice = nil, nil, nil // they name accounts, and nothing is read any more
		return s.putLink(ctx, l)
	}
	if l.ID != "" { // it was gone before, and named then
		if err := s.nameTotals(ctx, link, l.Bank); err != nil {
			return err
		}
	}
	return s.exec(ctx, "DELETE FROM links WHERE id = ?", string(link))
}

func (s *Store) accountsOf(ctx context.Context, link consent.LinkID) ([]int64, error) {
	var keys []int64
	err := s.each(ctx, "SELECT key FROM accounts WHERE link = ? ORDER BY key", []any{string(link)}, func(scan func(...any) error) error {
		var key int64
		err := scan(&key)
		keys = append(keys, key)
		return err
	})
	return keys, err
}

// deletes are what goes with an account, in this order.
var deletes = []struct{ what, query string }{
	{consent.GoneAliases, "DELETE FROM aliases WHERE row IN (SELECT key FROM transactions WHERE account = ?)"},
	{consent.GoneRaw, "DELETE FROM raw WHERE key IN (" + rawPlaces + ")"},
	{consent.GonePairs, "DELETE FROM reviews WHERE row IN (SELECT id FROM transactions WHERE account = ?1) OR other IN (SELECT id FROM transactions WHERE account = ?1)"},
	{"", `UPDATE taken SET transfers = (SELECT json_group_array(json(value)) FROM json_each(taken.transfers)
		WHERE unhex(value->>0) NOT IN (SELECT id FROM transactions WHERE account = ?1 UNION ALL SELECT id FROM taken_rows WHERE account = ?1)
		AND unhex(value->>1) NOT IN (SELECT id FROM transactions WHERE account = ?1 UNION ALL SELECT id FROM taken_rows WHERE account = ?1))`},
	{consent.GonePairs, "DELETE FROM transfers WHERE out_row IN (SELECT id FROM transactions WHERE account = ?1) OR in_row IN (SELECT id FROM transactions WHERE account = ?1)"},
	{"", "DELETE FROM taken_rows WHERE account = ?"},
	{"", "DELETE FROM taken WHERE account = ?"},
	{"", "DELETE FROM alert_rows WHERE row IN (SELECT id FROM transactions WHERE account = ?1) OR alert IN (SELECT id FROM alerts WHERE account = ?1)"},
	{"", "DELETE FROM replaced WHERE import IN (SELECT id FROM imports WHERE account = ?)"},
	{consent.GoneImports, "DELETE FROM imports WHERE account = ?"},
	{consent.GoneTombstones, "DELETE FROM tombstones WHERE account = ?"},
	{consent.GoneRollups, "DELETE FROM days WHERE account = ?"},
	{consent.GoneRollups, "DELETE FROM months WHERE account = ?"},
	{consent.GonePositions, "DELETE FROM marks WHERE account = ?"},
	{"", "DELETE FROM alert_states WHERE ?1 = ?1"}, // they know merchants of every account
	{"", "UPDATE alert_judge SET epoch = epoch + 1, again = -25567 WHERE ?1 = ?1"},
	{consent.GoneBalances, "DELETE FROM balances WHERE account = ?"},
	{consent.GonePositions, "DELETE FROM readings WHERE account = ?"},
	{consent.GonePositions, "DELETE FROM gaps WHERE account = ?"},
	{consent.GoneBalances, "DELETE FROM tallies WHERE account = ?"},
	{"", "DELETE FROM transactions WHERE account = ?"},
	{"", "DELETE FROM told WHERE alert IN (SELECT id FROM alerts WHERE account = ?)"},
	{consent.GoneAlerts, "DELETE FROM alerts WHERE account = ?"},
	{consent.GoneDisputes, "DELETE FROM disputes WHERE account = ?"},
	{consent.GoneSettings, "DELETE FROM phones WHERE account = ?"},
	{consent.GoneSettings, "DELETE FROM watchlist WHERE account = ?"},
	{consent.GoneAccounts, "DELETE FROM accounts WHERE key = ?"},
}

// measures count what goes with an account where a DELETE does not say it.
var measures = []struct{ what, query string }{
	{consent.GoneTransactions, `SELECT count(*), coalesce(sum(octet_length(payee) + octet_length(text) + octet_length(memo) + octet_length(note)
		+ coalesce(octet_length(source), 0) + coalesce(octet_length(names), 0) + coalesce(octet_length(aliases), 0) + coalesce(octet_length(history), 0)), 0)
		FROM transactions WHERE account = ?`},
	{consent.GoneWords, "SELECT count(*), coalesce(sum(octet_length(payee) + octet_length(text) + octet_length(memo) + octet_length(note)), 0) FROM transactions WHERE account = ?"},
	{consent.GoneRaw, "SELECT 0, coalesce(sum(octet_length(fields)), 0) FROM raw WHERE key IN (" + rawPlaces + ")"},
	{consent.GoneAnswers, "SELECT count(*), 0 FROM alerts WHERE account = ? AND answer <> 0"},
}

func (s *Store) eraseAccount(ctx context.Context, account int64, e *erasing) error {
	var rows int
	if err := s.one(ctx, "SELECT count(*) FROM transactions WHERE account = ?", []any{account}, &rows); err != nil {
		return err
	}
	for _, m := range measures {
		var count, bytes int64
		if err := s.one(ctx, m.query, []any{account}, &count, &bytes); err != nil {
			return fmt.Errorf("count what goes: %w", err)
		}
		e.add(m.what, count, bytes)
	}
	if rows <= fewRows {
		if err := s.forgetWords(ctx, account); err != nil {
			return err
		}
	}
	for _, d := range deletes {
		if there, err := s.hasTable(ctx, d.query); err != nil {
			return err
		} else if !there {
			continue
		}
		if err := e.exec(ctx, s, d.what, d.query, account); err != nil {
			return fmt.Errorf("erase an account: %w", err)
		}
	}
	if rows > fewRows {
		if err := s.exec(ctx, "INSERT INTO words (words) VALUES ('rebuild')"); err != nil {
			return err
		}
	}
	delete(s.accounts, account)
	return nil
}

// hasTable reports whether the table that a DELETE or UPDATE names first is there: a backup of an older schema has fewer.
func (s *Store) hasTable(ctx context.Context, query string) (there bool, err error) {
	name := strings.Fields(strings.TrimPrefix(strings.TrimPrefix(query, "DELETE FROM "), "UPDATE "))[0]
	err = s.one(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)", []any{name}, &there)
	return there, err
}

// forgetWords takes the rows of an account out of the full text index.
func (s *Store) forgetWords(ctx context.Context, account int64) error {
	return s.exec(ctx, `INSERT INTO words (words, rowid, payee, text, memo, note)
		SELECT 'delete', key, payee, text, memo, note FROM transactions WHERE account = ? ORDER BY key`, account)
}
