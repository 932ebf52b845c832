package app

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
)

// ErasureReport is what was erased of a link, and what may still hold it.
type ErasureReport struct {
	consent.Erased
	NewKey  NewKey         // where it is Unkeyed
	Backups []ErasedBackup // made before the erasure, the newest first; none if there is no list of them
}

// ErasedBackup is a backup that was made before an erasure and may hold what was erased.
type ErasedBackup struct {
	Backup
	Former bool // under a data key from before: to make it anew takes the passphrase or recovery key of its time
}

// Erasures returns what was erased of each link, the last to go last.
func (c *Coffer) Erasures(ctx context.Context) ([]ErasureReport, error) {
	receipts, err := c.Receipts(ctx)
	if err != nil {
		return nil, err
	}
	waits, err := c.newKey(ctx)
	if err != nil {
		return nil, err
	}
	backups, listed := c.Backups(ctx) // a folder on a disk that is away is no reason to say nothing
	var all []ErasureReport
	for _, e := range consent.ErasedOf(receipts) {
		r := ErasureReport{Erased: e}
		if e.Unkeyed() {
			r.NewKey = waits
		}
		for _, b := range backups {
			if b.Other || b.Problem != nil || b.Made.After(e.At) || cleaned(e, b) {
				continue
			}
			ours, err := c.sealedNow(ctx, b.Path)
			if fault.KindOf(err) == fault.Locked {
				return nil, err
			}
			r.Backups = append(r.Backups, ErasedBackup{Backup: b, Former: !ours})
		}
		all = append(all, r)
	}
	if fault.KindOf(listed) == fault.Locked {
		return nil, listed
	}
	return all, nil
}

// cleaned reports whether what was erased was taken out of b.
func cleaned(e consent.Erased, b Backup) bool {
	return slices.ContainsFunc(e.Cleaned, func(c consent.Cleaned) bool { return !c.Deleted && c.Name == filepath.Base(b.Path) })
}

// Erasure returns what was erased of one link.
func (c *Coffer) Erasure(ctx context.Context, id consent.LinkID) (ErasureReport, error) {
	all, err := c.Erasures(ctx)
	if err != nil {
		return ErasureReport{}, err
	}
	for _, r := range all {
		if r.Link == id {
			return r, nil
		}
	}
	return ErasureReport{}, fault.New(fault.NotFound, "read what was erased", ledger.ErrNotFound)
}

// CleanBackups makes the backups at paths, which an ErasureReport names, anew without anything that
// was erased since, or deletes them. To make those anew that are Former takes typed, what opened them, and
// they are under the data key of now then. It errs with WrongPassphrase where typed does not open one. What is
// done is written down one by one: interrupted, the rest stays listed, and every backup is whole, old or
// new. told, which may be nil, hears how many are done.
func (c *Coffer) CleanBackups(ctx context.Context, paths []string, remove bool, typed secret.Text, told func(done, total int)) error {
	var failed []error
	for i, path := range paths {
		_, err := withKeys(ctx, c, "take erased data out of a backup", func(ctx context.Context, o *opened) (struct{}, error) {
			return struct{}{}, c.cleanBackup(ctx, o, path, remove, typed)
		})
		failed = append(failed, err)
		if ctx.Err() != nil {
			break
		}
		if told != nil {
			told(i+1, len(paths))
		}
	}
	c.Changed.Links.Tell("")
	return errors.Join(failed...)
}

var errNotListed = errors.New("no backup there holds what was erased")

func (c *Coffer) cleanBackup(ctx context.Context, o *opened, path string, remove bool, typed secret.Text) error {
	dir, err := c.backupDir(ctx, o)
	if err != nil {
		return err
	}
	backups, err := c.backupsIn(dir)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(backups, func(b Backup) bool { return b.Path == path && !b.Other && b.Problem == nil })
	receipts, err := o.store.Receipts(ctx)
	if err != nil {
		return err
	}
	var links []consent.Erased
	if i >= 0 {
		for _, e := range consent.ErasedOf(receipts) {
			if !backups[i].Made.After(e.At) && !cleaned(e, backups[i]) {
				links = append(links, e)
			}
		}
	}
	if len(links) == 0 {
		return fault.New(fault.NotFound, "take erased data out of a backup", errNotListed)
	}
	if remove {
		err = o.store.ShredBackup(path)
	} else {
		ids := make([]consent.LinkID, 0, len(links))
		for _, e := range links {
			ids = append(ids, e.Link)
		}
		err = o.store.CleanBackup(ctx, o.vault, path, ids, typed)
	}
	if err != nil {
		return err
	}
	return c.noteErased(context.WithoutCancel(ctx), o, links, consent.Erasure{Backup: []consent.Cleaned{{Name: filepath.Base(path), Deleted: remove}}})
}

// noteErased chains a receipt of a later step to those of what was erased.
func (c *Coffer) noteErased(ctx context.Context, o *opened, of []consent.Erased, e consent.Erasure) error {
	now := c.Now()
	for _, was := range of {
		r := consent.Receipt{Link: was.Link, Bank: was.Bank, Started: now, Ended: now, History: "erased", Erasure: &e}
		if _, err := o.store.SaveReceipt(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// noteRekeyed writes down for all that was erased before that the vault has a new key.
func (c *Coffer) noteRekeyed(ctx context.Context, o *opened) error {
	open, err := unkeyed(ctx, o)
	if err != nil {
		return err
	}
	return c.noteErased(ctx, o, open, consent.Erasure{Rekey: true})
}
