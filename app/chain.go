package app

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
)

// ChainState is what the last verification of the ledger of connections found.
type ChainState struct {
	Verified time.Time // UTC; zero: never
	OK       bool
	Row      int64  // the first that is wrong
	What     string // egress.RowChanged …; empty if OK
	Where    string // for egress.TailCut and egress.Replaced: where the head was kept that shows it
	Rows     int64  // that were read
	Head     string // of the ledger now, egress.Head as text; empty for an empty ledger

	// Against is the place outside the vault, "keyring", whose head the ledger was held against; empty
	// for none. Unread is why the head there was not to be had, a reason of a KeyringLocked fault or
	// HeadUnreadable: then nothing is known of rows cut off.
	Against, Unread string

	// Trouble is why the keyring was not told the newest head, as Unread is; empty if all is well.
	Trouble string

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
		s := ChainState{}
		kept, err := receiptHeads(ctx, o)
		if err != nil {
			return s, err
		}
		if c.byRing(o) {
			head, reason, err := c.headInRing(ctx, o)
			if err != nil {
				return s, err
			}
			if s.Unread = reason; head.Seq > 0 {
				s.Against = inKeyring
				kept = append(kept, egress.Kept{Head: head, Where: inKeyring})
			}
		}
		for _, h := range heads {
			kept = append(kept, egress.Kept{Head: h, Where: "file"})
		}
		if told == nil {
			told = func(int, int) {}
		}
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
		if s.OK && c.byRing(o) && s.Unread == "" {
			c.notKept(c.keepNewest(ctx, o))
		}
		return withHeads(ctx, o, s)
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
	return withHeads(ctx, o, s)
}

// withHeads adds the heads of now to what a verification found. It asks no keyring: what the one that
// opens the vault keeps is known, or soon will be.
func withHeads(ctx context.Context, o *opened, s ChainState) (ChainState, error) {
	head, err := o.store.EgressHead(ctx)
	if err != nil {
		return s, err
	}
	if head.Seq > 0 {
		s.Head = head.String()
	}
	receipts, err := receiptHeads(ctx, o)
	if err != nil {
		return s, err
	}
	var newest egress.Kept
	for _, k := range receipts {
		if k.Seq >= newest.Seq {
			newest = k
		}
	}
	kept, _, trouble := o.outside.get()
	if kept.Seq > 0 { // it shows more than any receipt does
		newest = egress.Kept{Head: kept, Where: inKeyring}
	}
	if s.Trouble = trouble; newest.Seq > 0 {
		s.Outside, s.OutsideWhere = newest.Head.String(), newest.Where
	}
	return s, nil
}

// receiptHeads are the heads that revocation receipts hold.
func receiptHeads(ctx context.Context, o *opened) ([]egress.Kept, error) {
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
	return kept, nil
}

// headInRing asks the keyring for its head. A keyring that can't be asked is no reason to say nothing
// about the rest: then reason says why. An error means that the vault can't be read, or an end of ctx.
func (c *Coffer) headInRing(ctx context.Context, o *opened) (head egress.Head, reason string, err error) {
	done, err := o.outside.enter(ctx)
	if err != nil {
		return head, "", err
	}
	defer done()
	head, _, err = c.askHead(ctx, o)
	switch {
	case ctx.Err() != nil:
		return head, "", ctx.Err()
	case fault.KindOf(err) == fault.KeyringLocked:
		c.config.Log.Warn("head of the ledger not read in the keyring", "err", err)
		return head, headTrouble(err), nil
	case err != nil:
		return head, "", err
	}
	if _, _, reason = o.outside.get(); reason != HeadUnreadable {
		reason = ""
	}
	return head, reason, nil
}

// PruneLedger takes the connections before a time out of the ledger and leaves a sealed
// checkpoint: how many, their bytes, the head of their chain. Totals per bank and day stay. Where the
// keyring knows rows that the ledger does not have, none is taken out (VaultDamaged): the row that
// shows it might be among them.
func (c *Coffer) PruneLedger(ctx context.Context, before time.Time) (int64, error) {
	const op = "prune the ledger of connections"
	return read(ctx, c, op, func(ctx context.Context, o *opened) (int64, error) {
		if c.byRing(o) {
			head, _, err := c.headInRing(ctx, o)
			if err != nil {
				return 0, err
			}
			if _, ours, trouble := o.outside.get(); !ours && trouble == HeadElsewhere {
				return 0, fault.New(fault.VaultDamaged, op, &egress.Broken{Row: head.Seq, What: egress.Replaced, Where: inKeyring})
			}
		}
		return o.store.PruneEgress(ctx, before)
	})
}
