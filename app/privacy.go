package app

import (
	"context"
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

// PrivacyView is what the privacy screen shows.
type PrivacyView struct {
	Totals         []egress.Total // per link and origin, the most recently used first
	Entries        int            // requests ever made, those pruned included
	Sent, Received int64          // bytes
	Last           time.Time      // of the newest connection; zero if nothing ever left
	Days           []DayTotal     // newest first, days without a connection left out, at most MostDays
	Chain          ChainState
	Stored         Stored
	Allowed        []AllowedHost // by the person, beside what the provider files list
}

// AllowedHost is a host that the person let a link use, and why.
type AllowedHost struct {
	Link consent.LinkID
	consent.Host
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

// Stored says what is on the disk, where, and how large in bytes.
type Stored struct {
	Path                     string // folder of the vault
	Database, Log, Keys, Map int64
}

// Total returns the size of all of it.
func (s Stored) Total() int64 { return s.Database + s.Log + s.Keys + s.Map }

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
		links, err := o.store.Links(ctx)
		if err != nil {
			return v, err
		}
		for _, l := range links {
			for _, h := range l.Hosts {
				v.Allowed = append(v.Allowed, AllowedHost{l.ID, h})
			}
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
