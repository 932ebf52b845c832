package app

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
)

// A link whose bank was not reached, or may not be asked just now, is tried again sooner than the schedule says. While
// its bank is not reached, each wait is twice the one before, up to the schedule's: what was cut off may have been sent.
const (
	offlineAgain = 10 * time.Minute
	lookForDue   = time.Minute
)

// WatchDue calls RevokeDue and ReadDue once a minute until ctx ends, and told with how many alerts have come. None of
// that counts as something that the person did: the vault locks by idling all the same. A bank that is read holds no
// revocation up, nor does one that is slow to revoke hold up a read.
func (c *Coffer) WatchDue(ctx context.Context, told func(alerts int)) {
	var group sync.WaitGroup
	defer group.Wait()
	group.Go(func() {
		c.eachMinute(ctx, func() {
			if c.isOpen() {
				c.warnUnlessOver(ctx, "revocations not tried again", c.RevokeDue(ctx))
			}
		})
	})
	last := c.Now().Round(0) // by the clock on the wall, which goes on while the computer sleeps
	c.eachMinute(ctx, func() {
		if gone := c.Now().Round(0).Sub(last); gone < 0 || gone > 2*lookForDue { // it slept, or the clock was set
			c.Woke()
		}
		if c.isOpen() {
			alerts, err := c.ReadDue(ctx)
			c.warnUnlessOver(ctx, "links not read by themselves", err)
			if alerts > 0 {
				told(alerts)
			}
		}
		last = c.Now().Round(0) // what took its time did not sleep
	})
}

func (c *Coffer) eachMinute(ctx context.Context, work func()) {
	tick := time.NewTicker(lookForDue)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			work()
		}
	}
}

// warnUnlessOver tells the log of err, but not that the vault was locked or ctx is over.
func (c *Coffer) warnUnlessOver(ctx context.Context, what string, err error) {
	if err != nil && fault.KindOf(err) != fault.Locked && ctx.Err() == nil {
		c.config.Log.Warn(what, "err", err)
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
			next, _, err := nextAlone(ctx, o, l.ID)
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

// nextAlone is when a link may be tried again without the person; zero if nothing says. wait is how long that was from the last
// time if its bank was not reached then, else 0.
func nextAlone(ctx context.Context, o *opened, id consent.LinkID) (next time.Time, wait time.Duration, err error) {
	text, err := o.store.Setting(ctx, consent.NextSetting(id))
	if err != nil {
		return time.Time{}, 0, err
	}
	at, waited, _ := strings.Cut(text, " ")
	if next, err = time.Parse(time.RFC3339, at); err != nil {
		return time.Time{}, 0, nil // nothing was written down
	}
	wait, _ = time.ParseDuration(waited)
	return next, wait, nil
}

// tried writes down when a link that was read without the person may be tried again. It holds for every program on the
// vault, and outlives this one: a bank that is down is not asked at each start.
func (c *Coffer) tried(ctx context.Context, o Outcome) {
	kind := fault.KindOf(o.Err)
	if kind == fault.Canceled && !o.Stopped || kind == fault.Locked {
		return
	}
	err := c.use(ctx, "write down when to read", func(ctx context.Context, opened *opened) error {
		every, err := readEvery(ctx, opened.store)
		if err != nil || every == 0 && kind != fault.Offline && kind != fault.QuotaSpent { // it was asked for by name
			return err
		}
		again, note := every, ""
		switch kind {
		case fault.QuotaSpent: // nothing was sent
			again = offlineAgain
		case fault.Offline:
			if again, err = c.unreached(ctx, opened, o.Link, every); err != nil {
				return err
			}
			note = " " + again.String()
		}
		return opened.store.SetSetting(ctx, consent.NextSetting(o.Link), c.Now().Add(again).Format(time.RFC3339)+note)
	})
	if err != nil && fault.KindOf(err) != fault.Canceled && fault.KindOf(err) != fault.Locked {
		c.config.Log.Warn("when a link was read by itself was not kept", "link", o.Link, "err", err)
	}
}

// unreached is how long to wait once the bank of a link was not reached: twice as long as after the time before, unless the link
// was read since then.
func (c *Coffer) unreached(ctx context.Context, o *opened, id consent.LinkID, every time.Duration) (time.Duration, error) {
	next, wait, err := nextAlone(ctx, o, id)
	if err != nil {
		return 0, err
	}
	l, err := o.store.Link(ctx, id)
	if err != nil {
		return 0, err
	}
	if wait <= 0 || l.LastUsed.After(next.Add(-wait)) && !l.LastUsed.After(c.Now()) {
		return offlineAgain, nil
	}
	return min(2*wait, max(every, offlineAgain)), nil
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
			if err := o.store.SetSetting(ctx, consent.NextSetting(l.ID), ""); err != nil {
				return err
			}
		}
		return nil
	})
}
