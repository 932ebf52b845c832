package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/app/vault"
)

const settingBackups = "backups.dir"

// Backup is one sealed copy of the vault.
type Backup struct {
	Path    string
	Other   bool       // it is of another vault, which keeps its backups in the same folder
	Made    time.Time  // UTC
	Bytes   int64      // of the file
	Opens   []SlotInfo // the secrets of its time, which open it
	Today   []SlotInfo // those of them that open the vault of today, too; none if it can't be looked at
	Before  bool       // made before a migration: never rotated away
	Problem error      // why it can't be read, or nil
}

// Backups lists the backups in the chosen vault's place, the newest first. While it is locked they
// are looked for in the default place.
func (c *Coffer) Backups(ctx context.Context) ([]Backup, error) {
	place, err := c.BackupPlace(ctx)
	if err != nil {
		return nil, err
	}
	return c.backupsIn(place.Dir)
}

func (c *Coffer) backupsIn(dir string) ([]Backup, error) {
	if c.config.ListBackups == nil {
		return nil, nil
	}
	found, err := c.config.ListBackups(dir)
	if err != nil {
		return nil, err
	}
	now, unknown := vault.Look(c.Dir())
	all := make([]Backup, 0, len(found))
	for _, f := range found {
		b := backupOf(f)
		if unknown == nil && f.Problem == nil {
			b.Today, b.Other = f.Info.Shared(now), f.ID != now.ID
		}
		all = append(all, b)
	}
	return all, nil
}

func backupOf(f vault.FoundBackup) Backup {
	return Backup{Path: f.Path, Made: f.Made, Bytes: f.Bytes, Opens: f.Slots, Before: f.Before, Problem: f.Problem}
}

// BackupPlace is where backups go.
type BackupPlace struct {
	Dir      string
	Default  bool
	SyncedBy string // the program that copies that folder to other computers, or ""
}

// BackupPlace returns where the backups of the chosen vault go; while it is locked, the default.
func (c *Coffer) BackupPlace(ctx context.Context) (BackupPlace, error) {
	dir := ""
	if c.isOpen() {
		err := c.use(ctx, "read a setting", func(ctx context.Context, o *opened) (err error) {
			dir, err = o.store.Setting(ctx, settingBackups)
			return err
		})
		if err != nil && fault.KindOf(err) != fault.Locked {
			return BackupPlace{}, err
		}
	}
	return c.place(dir), nil
}

func (c *Coffer) place(dir string) BackupPlace {
	p := BackupPlace{Dir: dir, Default: dir == ""}
	if p.Default {
		p.Dir = c.DefaultBackups()
	}
	p.SyncedBy = vault.SyncedBy(p.Dir)
	return p
}

var errInVault = errors.New("the vault's own folder is put aside or deleted with what lies in it")

// SetBackupPlace makes dir the folder of backups, "" the default. What lies in the old one stays
// there. It errs with DiskFailed if there can be no such folder, or if it lies in the vault's own.
func (c *Coffer) SetBackupPlace(ctx context.Context, dir string) error {
	const op = "choose the folder of backups"
	if dir != "" {
		full, err := filepath.Abs(dir)
		if err == nil && within(full, c.Dir()) {
			err = errInVault
		}
		if err == nil {
			err = os.MkdirAll(full, 0o700)
		}
		if err != nil {
			return fault.New(fault.DiskFailed, op, err)
		}
		dir = full
	}
	return c.use(ctx, op, func(ctx context.Context, o *opened) error { return o.store.SetSetting(ctx, settingBackups, dir) })
}

// within reports whether path is dir or lies in it.
func within(path, dir string) bool {
	way, err := filepath.Rel(dir, path)
	return err == nil && way != ".." && !strings.HasPrefix(way, ".."+string(filepath.Separator))
}

// DataSyncedBy returns the program that copies the vault's folder to other computers, or "". A
// vault that is copied while it is written comes out damaged or old.
func (c *Coffer) DataSyncedBy() string { return vault.SyncedBy(c.Dir()) }

// BackUp writes a backup of the open vault, reads it back, and lets older ones go: ten days and
// four weeks are kept, and those before migrations. It holds nothing that opens a link. It errs
// with DiskFull, DiskFailed or VaultDamaged; then every older backup is still there.
func (c *Coffer) BackUp(ctx context.Context) (Backup, error) {
	return withKeys(ctx, c, "back up", func(ctx context.Context, o *opened) (Backup, error) {
		dir, err := c.backupDir(ctx, o)
		if err != nil {
			return Backup{}, err
		}
		return c.backUp(ctx, o, dir)
	})
}

// backupDir is where backups go. A folder that the person chose is not made again: where it is
// gone, a disk is most likely missing, and what is written there instead would be of no use.
func (c *Coffer) backupDir(ctx context.Context, o *opened) (string, error) {
	dir, err := o.store.Setting(ctx, settingBackups)
	if err != nil || dir == "" {
		return c.place(dir).Dir, err
	}
	if _, err := os.Stat(dir); err != nil {
		return dir, fault.New(fault.DiskFailed, "look for the folder of backups", err)
	}
	return dir, nil
}

func (c *Coffer) backUp(ctx context.Context, o *opened, dir string) (Backup, error) {
	made, err := o.store.Backup(ctx, o.vault, dir)
	if err != nil {
		return Backup{}, err
	}
	o.care.set(func(found *Care) { found.BackedUp = nil })
	b := backupOf(made)
	b.Today = made.Info.Shared(o.vault.Info())
	return b, nil
}

// BackUpIfDue is BackUp unless there is one of today, UTC. made is false then.
func (c *Coffer) BackUpIfDue(ctx context.Context) (made bool, err error) {
	all, err := c.Backups(ctx)
	if err != nil {
		return false, err
	}
	today := c.Now().Format(time.DateOnly)
	for _, b := range all {
		if !b.Before && !b.Other && b.Problem == nil && b.Made.UTC().Format(time.DateOnly) == today {
			return false, nil
		}
	}
	if _, err := c.BackUp(ctx); err != nil {
		return false, err
	}
	return true, nil
}

// backUpAnew writes a backup under a new data key and, if asked, deletes those that older secrets
// open.
func (c *Coffer) backUpAnew(ctx context.Context, o *opened, drop bool) error {
	dir, err := c.backupDir(ctx, o)
	if err != nil {
		return err
	}
	before, err := c.backupsIn(dir)
	if err != nil {
		return err
	}
	fresh, err := c.backUp(ctx, o, dir)
	if err != nil || !drop {
		return err
	}
	for _, old := range before {
		if old.Path == fresh.Path || old.Other || old.Problem != nil { // what can't be read may be another's
			continue
		}
		if gone := os.Remove(old.Path); gone != nil && !errors.Is(gone, os.ErrNotExist) {
			err = errors.Join(err, fault.New(fault.DiskFailed, "delete an old backup", fmt.Errorf("delete %w", gone)))
		}
	}
	return err
}
