package app

import (
	"context"
	"maps"
	"slices"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
)

// Where nothing was sent, for want of a network or of the bank's quota, a link is tried again sooner than the
// schedule says.
const (
	offlineAgain = 10 * time.Minute
	lookForDue   = time.Minute
)

// WatchDue calls RevokeDue and ReadDue once a minute until ctx ends, and told with how many alerts have come. None of
// that counts as something that the person did: the vault locks by idling all the same.
func (c *Coffer) WatchDue(ctx context.Context, told func(alerts int)) {
	tick := time.NewTicker(lookForDue)
	defer tick.Stop()
	last := c.Now().Round(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := c.Now().Round(0)                                     // by the clock on the wall, which goes on while the computer sleeps
		if gone := now.Sub(last); gone < 0 || gone > 2*lookForDue { // it slept, or the clock was set
			c.Woke()
		}
		last = now
		if !c.isOpen() {
			continue
		}
		if err := c.RevokeDue(ctx); err != nil && fault.KindOf(err) != fault.Locked && ctx.Err() == nil {
			c.config.Log.Warn("revocations not tried again", "err", err)
		}
		alerts, err := c.ReadDue(ctx)
		if err != nil && fault.KindOf(err) != fault.Locked && ctx.Err() == nil {
			c.config.Log.Warn("links not read by themselves", "err", err)
		}
		if alerts > 0 {
			told(alerts)
		}
	}
}

// ReadDue reads each link that is due by the schedule, and returns how many alerts have come that wait for the person.
// What went wrong with a link stays with the link, as when the person reads it. Links that are due together once the
// vault has opened, or the computer has woken, are left alone for some minutes, each for a time of its own.
func (c *Coffer) ReadDue(ctx context.Context) (alerts int, err error) {
	found, err := c.readAlone(ctx, Alone{}, c.woke.settles)
	return found.Alerts, err
}

// Alone says what is to be read without the person.
type Alone struct {
	All   bool             // that can be read, due or not
	Links []consent.LinkID // these, due or not
}

// ReadAlone is what a reading without the person brought.
type ReadAlone struct {
	Outcomes []Outcome // of the links that were read; those that were not due have none
	Alerts   int       // that have come and wait for the person
	Metered  bool      // nothing that was due was read: the network counts its bytes
}

// ReadAlone reads as ReadDue does, at once. Banks are told that nobody is there, and what they allow for that counts.
func (c *Coffer) ReadAlone(ctx context.Context, a Alone) (ReadAlone, error) {
	return c.readAlone(ctx, a, func(consent.LinkID, time.Time) bool { return false })
}

func (c *Coffer) readAlone(ctx context.Context, a Alone, later func(consent.LinkID, time.Time) bool) (found ReadAlone, err error) {
	ids, forced := a.Links, len(a.Links) > 0 || a.All
	if len(ids) == 0 {
		if ids, err = c.due(ctx, a.All, later); err != nil || len(ids) == 0 {
			return found, err
		}
	}
	if !forced {
		if found.Metered, err = c.heldByMeter(ctx); err != nil || found.Metered {
			return found, err
		}
	}
	before, err := c.waiting(ctx)
	if err != nil {
		return found, err
	}
	if found.Outcomes, err = c.refreshEach(ctx, ids, false); err != nil {
		return found, err
	}
	after, err := c.waiting(ctx)
	maps.DeleteFunc(after, func(id alert.ID, _ bool) bool { return before[id] })
	found.Alerts = len(after)
	return found, err
}

// heldByMeter reports whether the network counts its bytes and the person wants to be asked for them.
func (c *Coffer) heldByMeter(ctx context.Context) (bool, error) {
	waits, err := c.WaitsOnMetered(ctx)
	if err != nil || !waits || c.config.Metered == nil {
		return false, err
	}
	return c.config.Metered(ctx), nil
}

// due are the links to read now; all takes those that are not due, too.
func (c *Coffer) due(ctx context.Context, all bool, later func(consent.LinkID, time.Time) bool) ([]consent.LinkID, error) {
	every, err := c.ReadEvery(ctx)
	if err != nil || every == 0 && !all {
		return nil, err
	}
	return read(ctx, c, "read the links", func(ctx context.Context, o *opened) ([]consent.LinkID, error) {
		links, err := o.store.Links(ctx)
		if err != nil {
			return nil, err
		}
		var due []consent.LinkID
		for _, l := range links {
			next, err := nextAlone(ctx, o, l.ID)
			if err != nil {
				return nil, err
			}
			if now := c.Now(); all && l.State.Reads() || dueLink(l, next, now, every) && !later(l.ID, now) {
				due = append(due, l.ID)
			}
		}
		return due, nil
	})
}

// nextAlone is when a link may be tried again without the person; zero if nothing says.
func nextAlone(ctx context.Context, o *opened, id consent.LinkID) (time.Time, error) {
	text, err := o.store.Setting(ctx, settingNext+string(id))
	next, wrong := time.Parse(time.RFC3339, text)
	if err != nil || wrong != nil {
		return time.Time{}, err
	}
	return next, nil
}

// tried writes down when a link that was read without the person may be tried again. It holds for every program on the
// vault, and outlives this one: a bank that is down is not asked at each start.
func (c *Coffer) tried(ctx context.Context, o Outcome) {
	kind := fault.KindOf(o.Err)
	if kind == fault.Canceled || kind == fault.Locked {
		return
	}
	err := c.use(ctx, "write down when to read", func(ctx context.Context, opened *opened) error {
		again, err := readEvery(ctx, opened.store)
		if kind == fault.Offline || kind == fault.QuotaSpent { // of which neither sent anything
			again = offlineAgain
		}
		if err != nil || again == 0 { // it was asked for by name
			return err
		}
		return opened.store.SetSetting(ctx, settingNext+string(o.Link), c.Now().Add(again).Format(time.RFC3339))
	})
	if err != nil && fault.KindOf(err) != fault.Canceled && fault.KindOf(err) != fault.Locked {
		c.config.Log.Warn("when a link was read by itself was not kept", "link", o.Link, "err", err)
	}
}

// waiting are the alerts that wait for the person.
func (c *Coffer) waiting(ctx context.Context) (map[alert.ID]bool, error) {
	all, err := c.Alerts(ctx)
	waits := map[alert.ID]bool{}
	for _, a := range all {
		if a.Waits {
			waits[a.ID] = true
		}
	}
	return waits, err
}

// Reachable lets what could not be reached be tried again by the schedule: there is a network now.
func (c *Coffer) Reachable(ctx context.Context) error {
	c.Woke()
	return c.use(ctx, "write down when to read", func(ctx context.Context, o *opened) error {
		links, err := o.store.Links(ctx)
		if err != nil {
			return err
		}
		offline := slices.DeleteFunc(links, func(l consent.Link) bool { return l.Problem != int(fault.Offline) })
		for _, l := range offline {
			if err := o.store.SetSetting(ctx, settingNext+string(l.ID), ""); err != nil {
				return err
			}
		}
		return nil
	})
}
