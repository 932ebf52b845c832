package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

// DefaultLockAfter is after how long without the person a new vault locks by itself.
const DefaultLockAfter = 5 * time.Minute

const settingLockAfter = "lock.after" // seconds

// LockChoices are the times that a person may choose. 0 is never by idling: the vault stays open
// in the tray and locks with the screen.
func LockChoices() []time.Duration {
	return []time.Duration{time.Minute, DefaultLockAfter, 15 * time.Minute, time.Hour, 0}
}

// LockAfter returns after how long without the person the vault locks; 0 is never by idling.
func (c *Coffer) LockAfter(ctx context.Context) (time.Duration, error) {
	return read(ctx, c, "read a setting", func(ctx context.Context, o *opened) (time.Duration, error) { return lockAfter(ctx, o.store) })
}

func lockAfter(ctx context.Context, s Store) (time.Duration, error) {
	text, err := s.Setting(ctx, settingLockAfter)
	if err != nil || text == "" {
		return DefaultLockAfter, err
	}
	seconds, err := strconv.ParseUint(text, 10, 31)
	if err != nil { // never written by us
		return DefaultLockAfter, nil
	}
	return time.Duration(seconds) * time.Second, nil
}

// SetLockAfter changes it, at once.
func (c *Coffer) SetLockAfter(ctx context.Context, after time.Duration) error {
	return c.use(ctx, "save a setting", func(ctx context.Context, o *opened) error { return c.setLockAfter(ctx, o, after) })
}

var errLockAfter = errors.New("no such time to lock after")

func (c *Coffer) setLockAfter(ctx context.Context, o *opened, after time.Duration) error {
	if !slices.Contains(LockChoices(), after) {
		return fmt.Errorf("%w: %v", errLockAfter, after)
	}
	if err := o.store.SetSetting(ctx, settingLockAfter, strconv.Itoa(int(after/time.Second))); err != nil {
		return err
	}
	c.idle.begin(after)
	return nil
}

// idleness knows since when the person is away. Time is counted by two clocks: the one that goes
// steadily stands still while the computer sleeps, the one on the wall can be set.
type idleness struct {
	mu     sync.Mutex
	after  time.Duration // 0: never
	since  time.Time     // with both clocks
	change chan struct{} // closed when after or since changed so that a waiting watch must look again; nil if none waits
}

// begin counts anew for an open vault.
func (i *idleness) begin(after time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.after, i.since = after, time.Now()
	if i.change != nil {
		close(i.change)
		i.change = nil
	}
}

// active notes that the person is there. It comes too late once the time has passed: whoever wakes
// a sleeping computer moves the pointer before the watch has looked.
func (i *idleness) active() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if now := time.Now(); i.after == 0 || i.away(now) < i.after {
		i.since = now
	}
}

// away is how long nobody was there, by the clock that says more.
func (i *idleness) away(now time.Time) time.Duration {
	return max(now.Sub(i.since), now.Round(0).Sub(i.since.Round(0)))
}

// left returns how long the person may still be away; never is true for an idleness that ends
// nothing.
func (i *idleness) left() (left time.Duration, never bool, change <-chan struct{}) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.change == nil {
		i.change = make(chan struct{})
	}
	return i.after - i.away(time.Now()), i.after == 0, i.change
}

// over reports whether the person was away for all the time.
func (i *idleness) over() bool {
	left, never, _ := i.left()
	return !never && left <= 0
}

// Active notes that the person did something: a key, the pointer. It costs next to nothing and may
// be called from any goroutine.
func (c *Coffer) Active() { c.idle.active() }

// lookAgain bounds how late the wall's clock is looked at: a computer that slept past the time
// locks within it after waking.
const lookAgain = time.Second

// WatchIdle locks the vault whenever the person was away for the time that they chose. It runs
// until ctx ends.
func (c *Coffer) WatchIdle(ctx context.Context) {
	for {
		left, never, change := c.idle.left()
		if !never && left <= 0 && c.isOpen() && c.idle.over() { // what opened it since began its time anew
			if err := c.LockBecause(ByIdling); err != nil {
				c.config.Log.Error("locked, not without trouble", "err", err)
			}
			continue // an open vault begins anew
		}
		var timer <-chan time.Time
		if !never && c.isOpen() {
			timer = time.After(min(max(left, time.Millisecond), lookAgain))
		}
		select {
		case <-ctx.Done():
			return
		case <-change:
		case <-timer:
		}
	}
}

func (c *Coffer) isOpen() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.open != nil
}

func (i *idleness) length() time.Duration {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.after
}
