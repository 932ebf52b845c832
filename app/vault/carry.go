package vault

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app/fault"
)

// ErrUnaddressed is why a vault can't be carried to a new data key: the secret of one of its slots
// was not used since slots have addresses. Unaddressed lists them.
var ErrUnaddressed = errors.New("a secret that opens the vault was not used yet")

// Carry is Rekey for nobody's secret: everything is sealed anew under a new data key, and what opened
// the vault opens it as before. The old data key opens nothing of what is written from now on, and
// neither does a slot of before. told, which may be nil, hears how many pages are sealed anew. It wraps
// ErrUnaddressed, and then nothing was done; else it errs with DiskFull, DiskFailed or Canceled, and
// interrupted the vault is as before or carried.
func (v *Vault) Carry(ctx context.Context, told func(done, total int64)) error {
	const op = "carry the vault to a new key"
	if v.keys == nil {
		return fault.New(fault.Locked, op, errClosed)
	}
	if len(v.Unaddressed()) > 0 {
		return fmt.Errorf("%s: %w", op, ErrUnaddressed)
	}
	heir, err := v.successor()
	if err != nil {
		return asFault(op, err)
	}
	err = heir.carrySlots(v.file.slots)
	if err == nil {
		err = v.succeed(ctx, heir, told)
	}
	if err != nil {
		return asFault(op, errors.Join(err, heir.keys.drop()))
	}
	return nil
}

// carrySlots seals the data key of v for the addresses of slots.
func (v *Vault) carrySlots(slots []slot) error {
	v.file.slots = slices.Clone(slots)
	for i := range v.file.slots {
		if err := v.file.slots[i].carry(v.file.vault, v.keys.key); err != nil {
			return err
		}
	}
	v.file.version = versionOf(v.file.slots)
	return nil
}
