package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/vault"
)

var errBackupDiffers = errors.New("what was read back is not what was written")

// Backup writes a backup of everything but what opens links into dir, which it makes if need
// be, and reads it back: its rows are those of the vault. Only then do older backups go, as
// rotate says. v is the open vault that s is on. Other calls go on meanwhile. It errs with
// DiskFull, DiskFailed or VaultDamaged; then nothing has gone and nothing half-made is left.
func (s *Store) Backup(ctx context.Context, v *vault.Vault, dir string) (vault.FoundBackup, error) {
	const op = "back up"
	made, err := s.backup(ctx, v, dir, 0, func(ctx context.Context, to string) error {
		return s.read(ctx, op, func(ctx context.Context) error { return s.copyTo(ctx, v, to) })
	})
	if err != nil {
		return vault.FoundBackup{}, s.classify(op, err)
	}
	return made, s.classify(op, rotate(dir, made))
}

// copyTo makes a sealed copy of the vault while nothing is written to it.
func (s *Store) copyTo(ctx context.Context, v *vault.Vault, to string) error {
	if err := s.emptyLog(ctx); err != nil {
		return err
	}
	return v.CopyTo(ctx, to)
}

// backup makes a copy by take, strips it, seals it into a file and reads that back. before is the
// schema that comes, or 0. It works beside the vault: the folder of backups may be copied to other
// computers, and what is not stripped yet has no business there.
func (s *Store) backup(ctx context.Context, v *vault.Vault, dir string, before int, take func(ctx context.Context, to string) error) (made vault.FoundBackup, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return made, diskFault("make the folder of backups", err)
	}
	beside, mark := filepath.Dir(v.Dir()), workPrefix+v.ID()+"-"+filepath.Base(v.Dir())+"-"
	if err := errors.Join(clearWork(beside, mark), clearWork(dir, mark)); err != nil {
		return made, err
	}
	work, err := os.MkdirTemp(beside, mark)
	if err != nil {
		return made, diskFault("make a folder to work in", err)
	}
	defer func() {
		if gone := errors.Join(os.RemoveAll(work), clearWork(dir, mark)); gone != nil && err == nil {
			err = diskFault("tidy up", gone)
		}
	}()
	if err := take(ctx, filepath.Join(work, "copy")); err != nil {
		return made, err
	}
	fresh := filepath.Join(dir, mark+"sealed")
	rows, err := s.seal(ctx, v, filepath.Join(work, "copy"), fresh)
	if err != nil {
		return made, err
	}
	if err := s.readBack(ctx, v, fresh, filepath.Join(work, "back"), rows); err != nil {
		return made, err
	}
	return putInPlace(fresh, dir, s.from.now(), before)
}

// putInPlace gives a checked backup its name.
func putInPlace(fresh, dir string, at time.Time, before int) (made vault.FoundBackup, err error) {
	const op = "put the backup in its place"
	name, err := freeName(dir, at, before)
	if err != nil {
		return made, diskFault(op, err)
	}
	made.Path = filepath.Join(dir, name)
	if err := os.Rename(fresh, made.Path); err != nil {
		return made, diskFault(op, err)
	}
	if err := syncDir(dir); err != nil {
		return made, diskFault(op, err)
	}
	made.BackupInfo, err = vault.LookBackup(made.Path)
	made.Made, made.Before, _ = timeOf(name)
	return made, err
}

func diskFault(op string, err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fault.New(fault.DiskFull, op, err)
	}
	return fault.New(fault.DiskFailed, op, err)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closed := d.Close(); err == nil {
		err = closed
	}
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// seal strips the copy of what opens links and seals it into the file path. It returns the sum
// of all other rows, as they were before.
func (s *Store) seal(ctx context.Context, v *vault.Vault, from, path string) (rows string, err error) {
	c, err := v.OpenCopy(from)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	err = onDatabase(ctx, c, func(conn *sql.Conn) error {
		if rows, err = rowSum(ctx, conn); err != nil {
			return err
		}
		return c.Explain("strip the copy", strip(ctx, conn))
	})
	if err != nil {
		return "", err
	}
	return rows, c.WriteBackup(ctx, path)
}

// readBack restores the backup beside the vault and expects the rows, and no credential.
func (s *Store) readBack(ctx context.Context, v *vault.Vault, path, dir, rows string) (err error) {
	back, err := v.RestoreBackup(ctx, path, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, back.Close()) }()
	return onDatabase(ctx, back, func(conn *sql.Conn) error {
		var check string
		if err := conn.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&check); err != nil {
			return back.Explain("check the backup", err)
		}
		left, err := countOpening(ctx, conn)
		if err != nil {
			return back.Explain("check the backup", err)
		}
		got, err := rowSum(ctx, conn)
		if err != nil {
			return back.Explain("read the backup back", err)
		}
		if check != "ok" || left != 0 || got != rows {
			return fault.New(fault.VaultDamaged, "read the backup back", errBackupDiffers)
		}
		return nil
	})
}

// opening are the tables that hold what opens links. No backup has a row of them.
func opening(table string) bool { return table == "credentials" || table == "former_grants" }

// eachOpening calls see with every such table that the schema has: an older one has fewer.
func eachOpening(ctx context.Context, conn *sql.Conn, see func(table string) error) error {
	tables, err := tablesOf(ctx, conn)
	for _, t := range tables {
		if err == nil && opening(t.name) {
			err = see(t.name)
		}
	}
	return err
}

// strip deletes every row that opens a link, and every trace of it.
func strip(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return err
	}
	err := eachOpening(ctx, conn, func(table string) error {
		_, err := conn.ExecContext(ctx, "DELETE FROM "+table)
		return err
	})
	for _, query := range []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if err == nil {
			_, err = conn.ExecContext(ctx, query)
		}
	}
	return err
}

func countOpening(ctx context.Context, conn *sql.Conn) (rows int, err error) {
	err = eachOpening(ctx, conn, func(table string) error {
		var n int
		err := conn.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n)
		rows += n
		return err
	})
	return rows, err
}

// onDatabase runs work on the database of a vault that no Store is on.
func onDatabase(ctx context.Context, v *vault.Vault, work func(*sql.Conn) error) error {
	db, err := sql.Open(v.Driver(), v.DSN())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err == nil {
		err = errors.Join(work(conn), conn.Close())
	}
	return errors.Join(err, db.Close())
}

// Restored marks every link that could still read as in need of a new sign-in: a backup holds
// nothing that opens one. Call it once on a vault that a backup was restored to.
func (s *Store) Restored(ctx context.Context) error {
	links, err := s.Links(ctx)
	if err != nil {
		return err
	}
	for _, l := range links {
		if !l.State.Reads() {
			continue
		}
		l.State, l.Since, l.Problem, l.PausedUntil = consent.NeedsLogin, s.from.now(), int(fault.LoginNeeded), time.Time{}
		if err := s.SaveLink(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// keepingIn makes the backup that precedes a migration. The Store is not open yet: nobody else
// is at the connection.
func keepingIn(v *vault.Vault, dir string) func(context.Context, *Store, int) error {
	return func(ctx context.Context, s *Store, number int) error {
		_, err := s.backup(ctx, v, dir, number, func(ctx context.Context, to string) error {
			return s.copyTo(ctx, v, to)
		})
		return err
	}
}
