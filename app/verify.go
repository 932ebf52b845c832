package app

import (
	"context"
	"fmt"

	"coffer/app/consent"
	"coffer/app/fault"
)

// The ids of what Verify checks, in its order.
const (
	CheckKeys      = "keys"      // both key files, whole and alike
	CheckPages     = "pages"     // every page of the data file, free ones too, and their map
	CheckIntegrity = "integrity" // tables, indices and the search index agree
	CheckRows      = "rows"      // sums that are kept agree with the rows
	CheckRecords   = "records"   // the chain of what was agreed to
	CheckReceipts  = "receipts"  // the chain of the receipts
	CheckLedger    = "ledger"    // the chain of the connections, and its heads kept elsewhere
)

// Check is one finding of Verify.
type Check struct {
	ID    string
	OK    bool
	Count int64  // pages, transactions, records, receipts or rows that were read; 0 where nothing is counted
	Sum   string // CheckRows: of all rows, in hex; a backup of the same rows has the same. CheckLedger of a backup: its head
	Err   error  // what is wrong; nil if OK
}

// Verify reads the whole open vault and checks it. What it finds is in the list, which goes on after
// what is wrong; an error means that it could not look. told, which may be nil, hears how far a
// check is.
func (c *Coffer) Verify(ctx context.Context, told func(id string, done, total int64)) ([]Check, error) {
	if told == nil {
		told = func(string, int64, int64) {}
	}
	found, err := withKeys(ctx, c, "verify the vault", func(ctx context.Context, o *opened) (found []Check, err error) {
		for _, check := range []func(context.Context, *opened) Check{
			c.checkKeys,
			func(ctx context.Context, o *opened) Check {
				pages, err := o.store.CheckPages(ctx, o.vault, func(done, total int64) { told(CheckPages, done, total) })
				return Check{ID: CheckPages, Count: pages, Err: err}
			},
			func(ctx context.Context, o *opened) Check {
				told(CheckIntegrity, 0, 0)
				return Check{ID: CheckIntegrity, Err: o.store.CheckIntegrity(ctx)}
			},
			func(ctx context.Context, o *opened) Check {
				told(CheckRows, 0, 0)
				rows, sum, err := o.store.CheckRows(ctx)
				return Check{ID: CheckRows, Count: rows, Sum: sum, Err: err}
			},
			func(ctx context.Context, o *opened) Check { return recordsOf(ctx, o.store) },
			func(ctx context.Context, o *opened) Check { return receiptsOf(ctx, o.store) },
		} {
			one := check(ctx, o)
			if one.Err != nil && !isFinding(one.Err) {
				return found, one.Err // could not look: canceled, locked, the disk
			}
			one.OK = one.Err == nil
			found = append(found, one)
		}
		return found, nil
	})
	if err != nil {
		return found, err
	}
	state, err := c.VerifyLedger(ctx, func(done, total int) { told(CheckLedger, int64(done), int64(total)) })
	if err != nil {
		return found, err
	}
	return append(found, Check{ID: CheckLedger, OK: state.OK, Count: state.Rows, Err: state.Err()}), nil
}

// checkKeys reads the key files again, as the next opening will.
func (c *Coffer) checkKeys(_ context.Context, o *opened) Check {
	return Check{ID: CheckKeys, Err: o.vault.CheckKeyFiles()}
}

// recordsOf checks the chain of what the person agreed to.
func recordsOf(ctx context.Context, s Store) Check {
	all, err := s.Records(ctx)
	one := Check{ID: CheckRecords, Count: int64(len(all)), Err: err}
	if err == nil {
		if broken := consent.CheckRecords(all); broken != nil {
			one.Err = fault.New(fault.VaultDamaged, "verify the consent records", broken)
		}
	}
	return one
}

// receiptsOf checks the chain of the receipts.
func receiptsOf(ctx context.Context, s Store) Check {
	all, err := s.Receipts(ctx)
	one := Check{ID: CheckReceipts, Count: int64(len(all)), Err: err}
	if at := consent.BrokenReceipt(all); err == nil && at > 0 {
		one.Err = fault.New(fault.VaultDamaged, "verify the receipts", fmt.Errorf("receipt %d of %s is not as it was written", at, all[at-1].Bank))
	}
	return one
}
