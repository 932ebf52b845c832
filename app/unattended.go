package app

import (
	"context"
	"maps"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
)

// Without the person a link is read every six hours: four times a day is what a bank in Europe must
// allow (Delegated Regulation (EU) 2018/389, Article 36(5)(b)), and others count alike. Where nothing
// was sent, for want of a network or of the bank's quota, it is tried again sooner.
const (
	UnattendedEvery = 6 * time.Hour
	offlineAgain    = 10 * time.Minute
	lookForDue      = time.Minute
)

// WatchDue calls RevokeDue and ReadDue once a minute until ctx ends, and told with how many alerts have come.
func (c *Coffer) WatchDue(ctx context.Context, told func(alerts int)) {
	tick := time.NewTicker(lookForDue)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
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

// ReadDue reads each link that was not read for UnattendedEvery, where the person chose that the
// vault stays open for it (LockAfter is 0), and returns how many alerts have come that wait for the
// person. What went wrong with a link stays with the link, as when the person reads it.
func (c *Coffer) ReadDue(ctx context.Context) (alerts int, err error) {
	due, err := c.due(ctx)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	before, err := c.waiting(ctx)
	if err != nil {
		return 0, err
	}
	for _, id := range due {
		_, err := c.refresh(ctx, id, false, c.Changed.Jobs.Tell)
		kind := fault.KindOf(err)
		c.unattended.tried(id, c.Now(), kind == fault.Offline || kind == fault.QuotaSpent) // of which neither sent anything
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
	after, err := c.waiting(ctx)
	maps.DeleteFunc(after, func(id alert.ID, _ bool) bool { return before[id] })
	return len(after), err
}

// due are the links to read now.
func (c *Coffer) due(ctx context.Context) ([]consent.LinkID, error) {
	after, err := c.LockAfter(ctx)
	if err != nil || after != 0 {
		return nil, err
	}
	links, err := c.Links(ctx)
	if err != nil {
		return nil, err
	}
	var due []consent.LinkID
	for _, l := range links {
		if l.State.Reads() && c.unattended.due(l.Link, c.Now()) {
			due = append(due, l.ID)
		}
	}
	return due, nil
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

// unattended knows when links may be read next without the person. WatchDue's goroutine alone uses it.
type unattended struct{ next map[consent.LinkID]time.Time }

func (u *unattended) tried(id consent.LinkID, now time.Time, soon bool) {
	if u.next == nil {
		u.next = map[consent.LinkID]time.Time{}
	}
	u.next[id] = now.Add(UnattendedEvery)
	if soon {
		u.next[id] = now.Add(offlineAgain)
	}
}

func (u *unattended) due(l consent.Link, now time.Time) bool {
	return !now.Before(l.LastUsed.Add(UnattendedEvery)) && !l.Waits(now) && !now.Before(u.next[l.ID])
}
