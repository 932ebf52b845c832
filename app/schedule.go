package app

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"time"

	"coffer/app/consent"
)

// DefaultReadEvery is how often a new vault has its banks read without the person: four times a day is what a bank in
// Europe must allow (Delegated Regulation (EU) 2018/389, Article 36(5)(b)), and others count alike.
const DefaultReadEvery = 6 * time.Hour

const (
	settingReadEvery = "read.every"   // seconds; 0 is never
	settingMetered   = "read.metered" // "yes": banks are read over a metered network, too
)

// ReadChoices are how often a person may have their banks read by themselves; 0 is never.
func ReadChoices() []time.Duration {
	return []time.Duration{0, DefaultReadEvery, 12 * time.Hour, 24 * time.Hour}
}

// ReadEvery returns how often banks are read without the person while the vault is open; 0 is never.
func (c *Coffer) ReadEvery(ctx context.Context) (time.Duration, error) {
	return read(ctx, c, "read a setting", func(ctx context.Context, o *opened) (time.Duration, error) { return readEvery(ctx, o.store) })
}

func readEvery(ctx context.Context, s Store) (time.Duration, error) {
	text, err := s.Setting(ctx, settingReadEvery)
	if err != nil || text == "" {
		return DefaultReadEvery, err
	}
	seconds, err := strconv.ParseUint(text, 10, 31)
	if every := time.Duration(seconds) * time.Second; err == nil && slices.Contains(ReadChoices(), every) {
		return every, nil
	}
	return DefaultReadEvery, nil // never written by us
}

var errReadEvery = errors.New("banks are not read that often")

// SetReadEvery changes it. every is one of ReadChoices.
func (c *Coffer) SetReadEvery(ctx context.Context, every time.Duration) error {
	if !slices.Contains(ReadChoices(), every) {
		return fmt.Errorf("%w: %v", errReadEvery, every)
	}
	return c.use(ctx, "save a setting", func(ctx context.Context, o *opened) error {
		return o.store.SetSetting(ctx, settingReadEvery, strconv.Itoa(int(every/time.Second)))
	})
}

// WaitsOnMetered returns whether banks are left alone over a network that counts its bytes until the person asks.
func (c *Coffer) WaitsOnMetered(ctx context.Context) (bool, error) {
	return read(ctx, c, "read a setting", func(ctx context.Context, o *opened) (bool, error) {
		text, err := o.store.Setting(ctx, settingMetered)
		return text == "", err
	})
}

// SetWaitsOnMetered changes it.
func (c *Coffer) SetWaitsOnMetered(ctx context.Context, waits bool) error {
	text := ""
	if !waits {
		text = "yes"
	}
	return c.use(ctx, "save a setting", func(ctx context.Context, o *opened) error { return o.store.SetSetting(ctx, settingMetered, text) })
}

// KnowsMetered reports whether anything here tells that a network counts its bytes.
func (c *Coffer) KnowsMetered() bool { return c.config.Metered != nil }

// clockSlack is how much further ahead than the schedule a time may lie and still count: clocks are put right a little.
const clockSlack = 10 * time.Minute

// dueAt reports whether what is to happen at next, every so often, is due. A time further ahead than that was reckoned
// by a clock that has been put back since: waiting for it could take years.
func dueAt(next, now time.Time, every time.Duration) bool {
	return !now.Before(next) || next.Sub(now) > every+clockSlack
}

// dueLink reports whether a link may be read without the person. next is when it may be tried again after the last
// time that it was tried so; zero if it was not.
func dueLink(l consent.Link, next, now time.Time, every time.Duration) bool {
	return l.State.Reads() && !l.Waits(now) && dueAt(l.LastUsed.Add(every), now, every) && dueAt(next, now, every)
}

// spread is over how long the links are spread that are due once the vault opens or the computer wakes.
const spread = 3 * time.Minute

// waking knows since when the vault is open, or the computer awake.
type waking struct {
	mu    sync.Mutex
	since time.Time
}

// Woke notes that the computer has woken or reached a network: what is due is read in the next minutes, one link
// after the other, and what could not be reached may be tried again.
func (c *Coffer) Woke() {
	c.woke.mu.Lock()
	defer c.woke.mu.Unlock()
	c.woke.since = c.Now().Round(0)
}

// settles reports whether a link is still to be left alone after the last waking: each for a time of its own.
func (w *waking) settles(id consent.LinkID, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := fnv.New32a()
	_, _ = h.Write([]byte(id + consent.LinkID(strconv.FormatInt(w.since.UnixNano(), 36))))
	wait := time.Second * time.Duration(1+h.Sum32()%uint32(spread/time.Second))
	gone := now.Sub(w.since)
	return gone >= 0 && gone < wait
}
