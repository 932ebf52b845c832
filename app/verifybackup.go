package app

import (
	"context"
	"errors"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/vault"
)

func verifyingIn(dir string) string { return dir + ".verifying" }

// VerifyBackup restores a backup into a folder beside the vault, checks keys, pages, tables,
// rows and chains, and deletes that folder again; nothing else is touched, and the vault may be locked. What it
// finds is in the list. An error means that it could not look; its
// kinds are those of Restore, VaultDamaged for a backup that does not even come back.
func (c *Coffer) VerifyBackup(ctx context.Context, r Restoring) (found []Check, err error) {
	select {
	case c.restoring <- struct{}{}:
		defer func() { <-c.restoring }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, done := c.untilLock(ctx)
	defer func() { err = done(err) }()
	dir := verifyingIn(c.Dir())
	if err := clearFolder(dir); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, clearFolder(dir)) }()
	open := vault.RestoreBackup
	if r.Recovery {
		open = vault.RestoreBackupWithRecovery
	}
	v, err := open(ctx, r.Path, dir, r.Secret)
	if err != nil {
		return nil, backupFault(err)
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	s, err := c.config.OpenRestored(ctx, v)
	if err != nil {
		return nil, backupFault(err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for _, look := range []func() Check{
		func() Check { return Check{ID: CheckKeys, Err: v.CheckKeyFiles()} },
		func() Check {
			pages, err := s.CheckPages(ctx, v, nil)
			return Check{ID: CheckPages, Count: pages, Err: err}
		},
		func() Check { return Check{ID: CheckIntegrity, Err: s.CheckIntegrity(ctx)} },
		func() Check {
			rows, sum, err := s.CheckRows(ctx)
			return Check{ID: CheckRows, Count: rows, Sum: sum, Err: err}
		},
		func() Check { return recordsOf(ctx, s) },
		func() Check { return receiptsOf(ctx, s) },
		func() Check { return ledgerOf(ctx, s) },
	} {
		one := look()
		if one.Err != nil && !isFinding(one.Err) {
			return found, one.Err
		}
		one.OK = one.Err == nil
		found = append(found, one)
	}
	return found, nil
}

// ledgerOf checks the chain of the connections that a backup holds. Its head is in Sum: a ledger of
// later can be held against it.
func ledgerOf(ctx context.Context, s Store) Check {
	one := Check{ID: CheckLedger}
	rows, err := s.VerifyEgress(ctx, nil, func(int, int) {})
	if one.Count = rows; err != nil {
		one.Err = err
		if broken := new(egress.Broken); errors.As(err, &broken) {
			one.Err = fault.New(fault.VaultDamaged, "verify the ledger of connections", err)
		}
		return one
	}
	head, err := s.EgressHead(ctx)
	if one.Err = err; err == nil && head.Seq > 0 {
		one.Sum = head.String()
	}
	return one
}

// isFinding tells what is wrong with a vault from why it could not be looked at.
func isFinding(err error) bool {
	switch fault.KindOf(err) {
	case fault.VaultDamaged, fault.VaultForeign, fault.VaultNewer:
		return true
	}
	return false
}
