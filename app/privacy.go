package app

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// LedgerFilter chooses connections. The zero LedgerFilter chooses all.
type LedgerFilter struct {
	Link     consent.LinkID
	From, To time.Time // of the start: From is in, To is not; zero is no bound
	Problems bool      // only faults, answers that are errors, and unknown outcomes
	Purpose  string    // id of an egress.Purpose
}

func (f LedgerFilter) plain() egress.Filter {
	return egress.Filter{Link: string(f.Link), From: f.From, To: f.To, Problems: f.Problems, Purpose: f.Purpose}
}

// HeadKeeper keeps the head of the ledger of connections outside the vault, so that a ledger
// that was cut or put back older is found out.
type HeadKeeper interface {
	KeepHead(ctx context.Context, h egress.Head) error
	// KeptHead returns the zero Head if none was kept.
	KeptHead(ctx context.Context) (egress.Head, error)
	// Where is the id of the place, for ui to say: "keyring".
	Where() string
}

// PrivacyView is what the privacy screen shows.
type PrivacyView struct {
	Totals         []egress.Total // per link and origin, the most recently used first
	Entries        int            // requests ever made, those pruned included
	Sent, Received int64          // bytes
	Last           time.Time      // of the newest connection; zero if nothing ever left
	Days           []DayTotal     // newest first, days without a connection left out, at most MostDays
	Chain          ChainState
	Stored         Stored
}

// MostDays is how many days PrivacyView holds.
const MostDays = 90

// DayTotal is what left on one day of the computer's own calendar.
type DayTotal struct {
	Day            ledger.Date
	Requests       int
	Problems       int
	Sent, Received int64
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

// Stored says what is on the disk, where, and how large in bytes.
type Stored struct {
	Path                     string // folder of the vault
	Database, Log, Keys, Map int64
}

// Total returns the size of all of it.
func (s Stored) Total() int64 { return s.Database + s.Log + s.Keys + s.Map }

const settingChain = "egress.chain"

// Privacy reads the privacy screen; it takes no longer for a long ledger.
func (c *Coffer) Privacy(ctx context.Context) (PrivacyView, error) {
	return read(ctx, c, "read the privacy screen", func(ctx context.Context, o *opened) (PrivacyView, error) {
		var v PrivacyView
		var err error
		if v.Totals, err = o.store.EgressTotals(ctx); err != nil {
			return v, err
		}
		for _, t := range v.Totals {
			v.Entries += t.Requests
			v.Sent += t.Sent
			v.Received += t.Received
			if t.Last.After(v.Last) {
				v.Last = t.Last
			}
		}
		if v.Days, err = days(ctx, o.store); err != nil {
			return v, err
		}
		if v.Chain, err = c.lastChain(ctx, o); err != nil {
			return v, err
		}
		v.Stored, err = stored(c.config.Dir)
		return v, err
	})
}

// stored sums the files of the vault by what they are for.
func stored(dir string) (Stored, error) {
	s := Stored{Path: dir}
	files, err := os.ReadDir(dir)
	for _, f := range files {
		info, gone := f.Info()
		if gone != nil { // renamed over since
			continue
		}
		switch name := f.Name(); {
		case strings.Contains(name, ".key"):
			s.Keys += info.Size()
		case strings.HasSuffix(name, ".map"):
			s.Map += info.Size()
		case strings.HasSuffix(name, "-wal") || strings.HasSuffix(name, "-journal"):
			s.Log += info.Size()
		default:
			s.Database += info.Size()
		}
	}
	return s, fault.New(fault.DiskFailed, "measure the vault", err)
}

func days(ctx context.Context, s Store) ([]DayTotal, error) {
	var all []DayTotal
	err := s.EgressSlots(ctx, func(slot egress.Slot) bool {
		day := ledger.DateOf(slot.Start.Local())
		if len(all) == 0 || all[len(all)-1].Day != day {
			if len(all) == MostDays {
				return false
			}
			all = append(all, DayTotal{Day: day})
		}
		d := &all[len(all)-1]
		d.Requests += slot.Requests
		d.Problems += slot.Problems
		d.Sent += slot.Sent
		d.Received += slot.Received
		return true
	})
	return all, err
}

// Entries returns up to limit connections from offset on, newest first.
func (c *Coffer) Entries(ctx context.Context, f LedgerFilter, offset, limit int) ([]egress.Entry, error) {
	return read(ctx, c, "read the ledger of connections", func(ctx context.Context, o *opened) ([]egress.Entry, error) {
		return o.store.Entries(ctx, f.plain(), offset, limit)
	})
}

// Count returns how many connections f chooses.
func (c *Coffer) Count(ctx context.Context, f LedgerFilter) (int, error) {
	return read(ctx, c, "count the ledger of connections", func(ctx context.Context, o *opened) (int, error) {
		return o.store.CountEntries(ctx, f.plain())
	})
}

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
