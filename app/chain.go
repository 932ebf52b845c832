package app

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
)

// HeadKeeper keeps the head of the ledger of connections outside the vault, so that a ledger
// that was cut or put back older is found out.
type HeadKeeper interface {
	KeepHead(ctx context.Context, h egress.Head) error
	// KeptHead returns the zero Head if none was kept.
	KeptHead(ctx context.Context) (egress.Head, error)
	// Where is the id of the place, for ui to say: "keyring".
	Where() string
}

// ChainState is what the last verification of the ledger of connections found.
type ChainState struct {
	Verified time.Time // UTC; zero: never
	OK       bool
	Row      int64  // the first that is wrong
	What     string // egress.RowChanged …; empty if OK
	Where    string // for egress.TailCut and egress.Replaced: where the head was kept that shows it
	Rows     int64  // that were read
	Head     string // of the ledger now, egress.Head as text; empty for an empty ledger

	// Outside is the newest head that is kept outside the table, egress.Head as text, and
	// OutsideWhere the id of the place. A "receipt" lies in the vault: it shows rows cut off, not
	// a whole older vault put back; every other place, as "keyring", shows that too. Empty: none.
	Outside      string
	OutsideWhere string
}

// Err is the state as an error: nil if OK, else a fault of kind VaultDamaged.
func (s ChainState) Err() error {
	if s.OK {
		return nil
	}
	return fault.New(fault.VaultDamaged, "verify the ledger of connections", &egress.Broken{Row: s.Row, What: s.What, Where: s.Where})
}

const settingChain = "egress.chain"

// VerifyLedger checks the hash chain of the connections, its totals, and every head of it that
// is known from elsewhere. What it finds is in the state; an error means that it could not look.
// told, which may be nil, hears how many rows are checked.
func (c *Coffer) VerifyLedger(ctx context.Context, told func(done, total int)) (ChainState, error) {
	return c.VerifyLedgerAgainst(ctx, nil, told)
}

// VerifyLedgerAgainst is VerifyLedger that also holds the ledger against heads that the person
// kept, from exported files.
func (c *Coffer) VerifyLedgerAgainst(ctx context.Context, heads []egress.Head, told func(done, total int)) (ChainState, error) {
	return read(ctx, c, "verify the ledger of connections", func(ctx context.Context, o *opened) (ChainState, error) {
		kept, err := c.keptHeads(ctx, o)
		if err != nil {
			return ChainState{}, err
		}
		for _, h := range heads {
			kept = append(kept, egress.Kept{Head: h, Where: "file"})
		}
		if told == nil {
			told = func(int, int) {}
		}
		s := ChainState{}
		s.Rows, err = o.store.VerifyEgress(ctx, kept, told)
		var broken *egress.Broken
		switch {
		case errors.As(err, &broken):
			s.Row, s.What, s.Where = broken.Row, broken.What, broken.Where
		case err != nil:
			return ChainState{}, err
		default:
			s.OK = true
		}
		s.Verified = c.Now()
		text, err := json.Marshal(s)
		if err != nil {
			return ChainState{}, err
		}
		if err := o.store.SetSetting(ctx, settingChain, string(text)); err != nil {
			return ChainState{}, err
		}
		return c.withHeads(ctx, o, s, kept)
	})
}

// lastChain is what the last verification found, with the heads of now.
func (c *Coffer) lastChain(ctx context.Context, o *opened) (ChainState, error) {
	var s ChainState
	text, err := o.store.Setting(ctx, settingChain)
	if err != nil {
		return s, err
	}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			return s, fault.New(fault.VaultDamaged, "read the last verification", err)
		}
	}
	kept, err := c.keptHeads(ctx, o)
	if err != nil {
		return s, err
	}
	return c.withHeads(ctx, o, s, kept)
}

func (c *Coffer) withHeads(ctx context.Context, o *opened, s ChainState, kept []egress.Kept) (ChainState, error) {
	head, err := o.store.EgressHead(ctx)
	if err != nil {
		return s, err
	}
	if head.Seq > 0 {
		s.Head = head.String()
	}
	var newest egress.Kept
	for _, k := range kept {
		if k.Seq >= newest.Seq && k.Seq > 0 && k.Where != "file" {
			newest = k
		}
	}
	if newest.Seq > 0 {
		s.Outside, s.OutsideWhere = newest.Head.String(), newest.Where
	}
	return s, nil
}

// keptHeads returns the heads that are known from outside the table: of receipts and of the
// keeper. A keeper that can't be asked is no reason to say nothing about the rest.
func (c *Coffer) keptHeads(ctx context.Context, o *opened) ([]egress.Kept, error) {
	receipts, err := o.store.Receipts(ctx)
	if err != nil {
		return nil, err
	}
	var kept []egress.Kept
	for _, r := range receipts {
		if r.Ledger.Seq > 0 {
			kept = append(kept, egress.Kept{Head: egress.Head(r.Ledger), Where: "receipt"})
		}
	}
	if c.config.Heads == nil {
		return kept, nil
	}
	head, err := c.config.Heads.KeptHead(ctx)
	if err != nil {
		c.config.Log.Warn("head of the ledger not read", "where", c.config.Heads.Where(), "err", err)
	}
	if err == nil && head.Seq > 0 {
		kept = append(kept, egress.Kept{Head: head, Where: c.config.Heads.Where()})
	}
	return kept, nil
}

// keepHead hands the head of the ledger to the keeper, where there is one. A keeper that fails
// changes nothing for the person; the log says so.
func (c *Coffer) keepHead(ctx context.Context) {
	if c.config.Heads == nil {
		return
	}
	err := c.use(ctx, "keep the head of the ledger", func(ctx context.Context, o *opened) error {
		head, err := o.store.EgressHead(ctx)
		if err != nil || head.Seq == 0 {
			return err
		}
		// A head that this ledger does not hold shows that the ledger was put back: it stays.
		kept, err := c.config.Heads.KeptHead(ctx)
		if err != nil {
			return err
		}
		if kept.Seq > 0 {
			if at, err := o.store.EgressHeadAt(ctx, kept.Seq); err != nil || at.Seq > 0 && at != kept || kept.Seq > head.Seq {
				return errors.Join(err, errOtherLedger)
			}
		}
		return c.config.Heads.KeepHead(ctx, head)
	})
	if err != nil {
		c.config.Log.Warn("head of the ledger not kept", "where", c.config.Heads.Where(), "err", err)
	}
}

var errOtherLedger = errors.New("the head that was kept is not of this ledger")

// PruneLedger takes the connections before a time out of the ledger and leaves a sealed
// checkpoint: how many, their bytes, the head of their chain. Totals per bank and day stay.
func (c *Coffer) PruneLedger(ctx context.Context, before time.Time) (int64, error) {
	return read(ctx, c, "prune the ledger of connections", func(ctx context.Context, o *opened) (int64, error) {
		return o.store.PruneEgress(ctx, before)
	})
}
