package vault

import (
	"context"
	"errors"
	"fmt"

	"coffer/app/fault"
)

var errCheckpointFirst = errors.New("the log holds newer pages: checkpoint first")

// Verify reads every page of the data file, free ones too, and the map, and returns how
// many pages there are. It errs with VaultDamaged for the first byte that is not what was
// written. The log must be empty: run PRAGMA wal_checkpoint(TRUNCATE) before.
func (v *Vault) Verify(ctx context.Context) (pages int64, err error) {
	return v.VerifyTelling(ctx, nil)
}

// VerifyTelling is Verify that tells how many pages are read, of how many.
func (v *Vault) VerifyTelling(ctx context.Context, told func(done, total int64)) (pages int64, err error) {
	const op = "verify the vault"
	if v.keys == nil {
		return 0, fault.New(fault.Locked, op, errClosed)
	}
	pages, err = v.pager.verifyTelling(ctx, told)
	return pages, asFault(op, err)
}

func (p *pager) verify(ctx context.Context) (int64, error) { return p.verifyTelling(ctx, nil) }

func (p *pager) verifyTelling(ctx context.Context, told func(done, total int64)) (int64, error) {
	if err := p.verifyMap(); err != nil {
		return 0, err
	}
	p.mu.Lock()
	total := p.fresh.pages()
	p.mu.Unlock()
	page := make([]byte, blockBytes)
	defer clear(page)
	for number := int64(0); ; number++ {
		if told != nil && (number%runPages == 0 || number == total) {
			told(number, total)
		}
		if err := ctx.Err(); err != nil {
			return number, err
		}
		if err := p.verifyPage(page, number); errors.Is(err, errShort) {
			return number, nil
		} else if err != nil {
			return number, err
		}
	}
}

// verifyPage takes the lock for one page only, so that the database stays usable.
func (p *pager) verifyPage(page []byte, number int64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return errClosed
	case p.fresh.live:
		return errCheckpointFirst
	}
	return p.pages.page(page, number)
}

// verifyMap reads the map on the disk again and holds it against the one in use.
func (p *pager) verifyMap() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errClosed
	}
	again, err := loadMap(p.disk, p.fresh.seal)
	if err != nil {
		return gone(err)
	}
	defer again.file.Close()
	if again.id != p.fresh.id || again.seq != p.fresh.seq {
		return fmt.Errorf("another map: %w", errSealBroken)
	}
	return nil
}
