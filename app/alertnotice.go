package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"coffer/app/alert"
	"coffer/app/dispute"
	"coffer/app/ledger"
)

// NoticeKind says how much the desktop is told of an alert: others may look at the screen. Append only: it is stored.
type NoticeKind string

// The kinds.
const (
	NoticeCount NoticeKind = ""     // how many, and nothing else: as it is if nothing was chosen
	NoticeMore  NoticeKind = "more" // payee and amount, too
	NoticeNone  NoticeKind = "none" // nothing
)

// NoticeKinds returns every kind, that of a new vault first.
func NoticeKinds() []NoticeKind { return []NoticeKind{NoticeCount, NoticeMore, NoticeNone} }

const settingNotice = "alerts.notice"

// Notice returns how much the desktop is told.
func (c *Coffer) Notice(ctx context.Context) (NoticeKind, error) {
	return read(ctx, c, "read a setting", func(ctx context.Context, o *opened) (NoticeKind, error) { return noticeKind(ctx, o) })
}

func noticeKind(ctx context.Context, o *opened) (NoticeKind, error) {
	text, err := o.store.Setting(ctx, settingNotice)
	switch kind := NoticeKind(text); kind {
	case NoticeMore, NoticeNone:
		return kind, err
	}
	return NoticeCount, err
}

var errNotice = errors.New("no such kind of notice")

// SetNotice changes it.
func (c *Coffer) SetNotice(ctx context.Context, kind NoticeKind) error {
	if !slices.Contains(NoticeKinds(), kind) {
		return errNotice
	}
	return c.use(ctx, "save a setting", func(ctx context.Context, o *opened) error {
		return o.store.SetSetting(ctx, settingNotice, string(kind))
	})
}

// Told is what the desktop is to be told: alerts that interrupt and what came of what the person waits for, each once in its life.
type Told struct {
	Count  int         // of the alerts
	Came   int         // payments that the person waits for
	Due    int         // answers of banks to disputes
	Alerts []AlertView // where the person wants more than their number
	News   []News      // as well
}

// Any reports whether there is anything to tell.
func (t Told) Any() bool { return t.Count+t.Came+t.Due > 0 }

// TakeTold returns what the desktop is to be told now. What was returned counts as told, whatever comes of it, and so does what
// the person does not want to be told. It errs with Locked while the vault is.
func (c *Coffer) TakeTold(ctx context.Context) (Told, error) {
	return read(ctx, c, "look for what to tell of", func(ctx context.Context, o *opened) (t Told, err error) {
		kind, err := noticeKind(ctx, o)
		if err != nil {
			return t, err
		}
		found, err := o.store.TakeUntold(ctx, c.Now())
		if err != nil {
			return t, err
		}
		news, err := c.takeNews(ctx, o)
		if err != nil || kind == NoticeNone {
			return t, err
		}
		t.Count = len(found)
		for _, n := range news {
			if n.Kind == AnswerDue {
				t.Due++
			} else {
				t.Came++
			}
		}
		if kind == NoticeMore {
			t.News = news
			t.Alerts, err = c.viewed(ctx, o, found)
		}
		return t, err
	})
}

// WatchAlerts calls told with what the desktop is to be told whenever alerts have come, a dispute has changed or a day begun, and tells
// who listens once an alert asks again, until ctx ends. While the vault is locked nothing is looked at. told must not block.
func (c *Coffer) WatchAlerts(ctx context.Context, told func(Told)) {
	look := make(chan struct{}, 1)
	again := func() {
		select {
		case look <- struct{}{}:
		default:
		}
	}
	c.Changed.Alerts.Listen(ctx, func(alert.ID) { again() })
	c.Changed.Disputes.Listen(ctx, func(dispute.ID) { again() })
	minute := time.NewTicker(lookForDue)
	defer minute.Stop()
	last, day := c.Now(), ledger.Date(0) // day: that was looked at
	for {
		select {
		case <-ctx.Done():
			return
		case <-minute.C:
			now := c.Now()
			c.warnUnlessOver(ctx, "alerts that ask again were not looked for", c.askAgain(ctx, last, now))
			last = now
			if day != c.Today() {
				again()
			}
		case <-look:
			t, err := c.TakeTold(ctx)
			c.warnUnlessOver(ctx, "alerts were not told", err)
			if err == nil {
				day = c.beginDay(day)
			}
			if t.Any() {
				told(t)
			}
		}
	}
}

// beginDay returns today, and tells who listens if that is another than the last: what is due may be shown now.
func (c *Coffer) beginDay(last ledger.Date) ledger.Date {
	today := c.Today()
	if last != 0 && last != today {
		c.Changed.Disputes.Tell("")
	}
	return today
}

// askAgain tells who listens if an answer "later" has come to its time between two looks.
func (c *Coffer) askAgain(ctx context.Context, last, now time.Time) error {
	due, err := read(ctx, c, "look for alerts that ask again", func(ctx context.Context, o *opened) (bool, error) {
		found, err := o.store.Alerts(ctx)
		return slices.ContainsFunc(found, func(a alert.Alert) bool { return a.Answer == alert.Later && a.Until.After(last) && !a.Until.After(now) }), err
	})
	if due {
		c.Changed.Alerts.Tell("")
	}
	return err
}
