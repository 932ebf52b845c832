package app

import (
	"context"
	"strconv"
	"strings"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// settingEnding begins the setting with the notice of a link's end that the person put away; the
// link's id follows. Its value is the end and the days before it: "2026-12-01T09:00:00Z 14".
const settingEnding = "seen.ending."

// PutEndingAway takes the notice that a link ends soon away, until the next one is due: at 14, 7 and 1
// days. The link's card goes on showing when it ends.
func (c *Coffer) PutEndingAway(ctx context.Context, id consent.LinkID) error {
	err := c.use(ctx, "put a notice away", func(ctx context.Context, o *opened) error {
		l, err := o.store.Link(ctx, id)
		if err != nil {
			return err
		}
		e := consent.EndingOf(l.Expires, c.here())
		if e.At == 0 {
			return fault.New(fault.NotFound, "put a notice away", ledger.ErrNotFound)
		}
		return o.store.SetSetting(ctx, settingEnding+string(id), l.Expires.UTC().Format(time.RFC3339)+" "+strconv.Itoa(e.At))
	})
	if err == nil {
		c.Changed.Links.Tell(id)
	}
	return err
}

// here is now on the person's own calendar.
func (c *Coffer) here() time.Time { return c.config.Now().Local() }

// wants reports whether l waits for the person, and whether the notice of its end was put away.
func (c *Coffer) wants(ctx context.Context, o *opened, l consent.Link) (waits, putAway bool, err error) {
	now := c.here()
	if !NeedsPerson(l, now) {
		return false, false, nil
	}
	e := consent.EndingOf(l.Expires, now)
	if e.At == 0 || !l.State.Reads() || l.State == consent.Unapproved {
		return true, false, nil
	}
	seen, err := o.store.Setting(ctx, settingEnding+string(l.ID))
	if err != nil {
		return false, false, err
	}
	putAway = noticed(seen).Covers(l.Expires.Truncate(time.Second), e)
	return !putAway || len(l.Waiting()) > 0 || l.State == consent.Lapsed, putAway, nil
}

// noticed reads the setting; what it can't read puts nothing away.
func noticed(text string) (n consent.Noticed) {
	ends, at, _ := strings.Cut(text, " ")
	when, err := time.Parse(time.RFC3339, ends)
	days, wrong := strconv.Atoi(at)
	if err != nil || wrong != nil {
		return n
	}
	return consent.Noticed{Ends: when, At: days}
}
