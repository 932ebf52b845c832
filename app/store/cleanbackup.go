package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/vault"
)

var errStillThere = errors.New("the new backup still holds what was to go")

// CleanBackup makes the backup at path anew without what links brought and this vault no longer has, reads it back, puts it in the
// place of the old one, and overwrites that. All else of it is as it was, its tables and its day too. v is the open vault that s
// is on; a backup from before its data key needs a secret of its time, typed, and is under the keys of now
// afterwards: without it is VaultDamaged here. Interrupted, either is there, whole.
func (s *Store) CleanBackup(ctx context.Context, v *vault.Vault, path string, links []consent.LinkID, typed secret.Text) (err error) {
	const op = "make a backup anew"
	dir, beside := filepath.Dir(path), filepath.Dir(v.Dir())
	mark := workPrefix + v.ID() + "-" + filepath.Base(v.Dir()) + "-"
	if err := errors.Join(clearWork(beside, mark), clearWork(dir, mark)); err != nil {
		return err
	}
	work, err := os.MkdirTemp(beside, mark)
	if err != nil {
		return diskFault("make a folder to work in", err)
	}
	defer func() {
		if gone := errors.Join(os.RemoveAll(work), clearWork(dir, mark)); gone != nil && err == nil {
			err = diskFault("tidy up", gone)
		}
	}()
	fresh := filepath.Join(dir, mark+"sealed")
	rows, err := s.sealWithout(ctx, v, path, filepath.Join(work, "copy"), fresh, links, typed)
	if err == nil {
		err = s.readBack(ctx, v, fresh, filepath.Join(work, "back"), rows)
	}
	if err != nil {
		return s.classify(op, err)
	}
	return replaceShredding(path, fresh)
}

// sealWithout opens a backup in dir, takes out what links brought, and seals the rest into the file fresh.
func (s *Store) sealWithout(ctx context.Context, v *vault.Vault, path, dir, fresh string, links []consent.LinkID, typed secret.Text) (rows string, err error) {
	ours, err := v.Sealed(path)
	if err != nil {
		return "", err
	}
	var c *vault.Vault
	if ours || typed.Empty() {
		c, err = v.RestoreBackup(ctx, path, dir)
	} else {
		c, err = v.AdoptBackup(ctx, path, dir, typed)
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	has, err := s.standing(ctx, links)
	if err != nil {
		return "", err
	}
	err = onDatabase(ctx, c, func(conn *sql.Conn) error {
		in := &Store{conn: conn, kept: map[string]*sql.Stmt{}, from: s.from} // of its own schema: nothing is brought forward
		defer in.forgetStatements()
		if err := in.takeOut(ctx, links, has); err != nil {
			return c.Explain("take data out of a backup", err)
		}
		if rows, err = rowSum(ctx, conn); err != nil {
			return err
		}
		in.forgetStatements()
		return c.Explain("strip the copy", strip(ctx, conn))
	})
	if err != nil {
		return "", err
	}
	return rows, c.WriteBackup(ctx, fresh)
}

func (s *Store) forgetStatements() {
	for _, kept := range s.kept {
		_ = kept.Close()
	}
	clear(s.kept)
}

// standing are the ids of the accounts and of those of links that are here: they were not erased, though some accounts
// of such a link were. Of a link it is "choice" where that still names accounts.
func (s *Store) standing(ctx context.Context, links []consent.LinkID) (map[string]string, error) {
	has := map[string]string{}
	err := s.read(ctx, "look what is here still", func(ctx context.Context) error {
		for _, link := range links {
			l, err := s.link(ctx, link)
			switch {
			case errors.Is(err, ledger.ErrNotFound):
			case err != nil:
				return err
			case len(l.Choice) > 0:
				has[string(link)] = "choice"
			default:
				has[string(link)] = "link"
			}
		}
		return s.each(ctx, "SELECT id FROM accounts", nil, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			has[id] = "account"
			return err
		})
	})
	return has, err
}

// erased are the accounts of a link that has does not name.
func (s *Store) erased(ctx context.Context, link consent.LinkID, has map[string]string) ([]int64, error) {
	var keys []int64
	err := s.each(ctx, "SELECT key, id FROM accounts WHERE link = ? ORDER BY key", []any{string(link)}, func(scan func(...any) error) error {
		var key int64
		var id string
		err := scan(&key, &id)
		if has[id] == "" {
			keys = append(keys, key)
		}
		return err
	})
	return keys, err
}

// goneFrom takes a link out of a backup, or what of it may name an account that was erased.
var goneFrom = map[string]string{
	"":       "DELETE FROM links WHERE id = ?",
	"link":   "UPDATE links SET doc = json_remove(doc, '$.Unread', '$.Unlisted', '$.Choice') WHERE id = ?",
	"choice": "UPDATE links SET doc = json_remove(doc, '$.Unread', '$.Unlisted') WHERE id = ?",
}

// takeOut deletes what links brought, but what has names, from a database that nobody else is at.
func (s *Store) takeOut(ctx context.Context, links []consent.LinkID, has map[string]string) error {
	for _, pragma := range []string{"PRAGMA secure_delete = ON", "BEGIN IMMEDIATE"} {
		if err := s.exec(ctx, pragma); err != nil {
			return err
		}
	}
	for _, link := range links {
		accounts, err := s.erased(ctx, link, has)
		if err != nil {
			return err
		}
		for _, account := range accounts {
			if err := s.eraseAccount(ctx, account, new(erasing)); err != nil {
				return err
			}
		}
		if err := s.exec(ctx, goneFrom[has[string(link)]], string(link)); err != nil {
			return err
		}
		if err := s.forgetReading(ctx, link, has[string(link)]); err != nil {
			return err
		}
		left, err := s.erased(ctx, link, has)
		if err != nil {
			return err
		}
		if len(left) > 0 {
			return fault.New(fault.VaultDamaged, "make a backup anew", errStillThere)
		}
	}
	return s.exec(ctx, "COMMIT")
}

// forgetReading deletes the settings that tell when a link was read and how often, unless it stands, as has says.
func (s *Store) forgetReading(ctx context.Context, link consent.LinkID, has string) error {
	if has != "" {
		return nil
	}
	for _, key := range []string{consent.NextSetting(link), consent.QuotaSetting(link)} {
		if err := s.exec(ctx, "DELETE FROM settings WHERE key = ?", key); err != nil {
			return err
		}
	}
	return nil
}

// replaceShredding puts the file fresh in the place of path, which names either at any time, and then
// overwrites what was there.
func replaceShredding(path, fresh string) error {
	return shredding(path, func() error { return os.Rename(fresh, path) })
}

// ShredBackup deletes a backup and overwrites it. It may be gone.
func (*Store) ShredBackup(path string) error {
	return shredding(path, func() error { return os.Remove(path) })
}

// shredding overwrites the file at path once away has taken its name from it: nobody finds it half
// overwritten. Where a disk writes elsewhere, as flash does, its old blocks stay until they are used again.
func shredding(path string, away func() error) (err error) {
	const op = "shred a backup"
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return diskFault(op, err)
	}
	defer func() {
		if closed := file.Close(); err == nil && closed != nil {
			err = diskFault(op, closed)
		}
	}()
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file", filepath.Base(path))
	}
	if err == nil {
		err = away()
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	blank := make([]byte, 1<<20)
	for at := int64(0); err == nil && at < info.Size(); at += int64(len(blank)) {
		_, err = file.WriteAt(blank[:min(int64(len(blank)), info.Size()-at)], at)
	}
	if err == nil {
		err = file.Sync()
	}
	if err != nil {
		return diskFault(op, err)
	}
	return nil
}
