package engine

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"time"

	"coffer/app/fault"
	"coffer/sync/bank"
)

// Retry says how reads are made again that failed as if by chance: a 5xx without a word when to come back, or a
// connection that was cut. Each is a request like another: the bank's quota counts it.
type Retry struct {
	Times  int // of one request; 0: none
	Wait   func(ctx context.Context, d time.Duration) error
	Random func() float64 // in [0, 1)
}

const (
	firstWait = 500 * time.Millisecond
	mostWait  = 2 * time.Second
	mostTries = 6 // beyond the first, of all pages of a slice
)

// Wait waits for d, or errs with the cause of ctx's end.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Chance is the system's random, in [0, 1).
func Chance() float64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it never errs
	return float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53)
}

// tries are those of one request, which is known by its place in a pager.
type tries struct {
	*refresh
	made  int
	all   int // of every place
	place string
	err   error // of the newest that failed at place
}

func (r *refresh) tries() *tries { return &tries{refresh: r} }

// more waits and reports whether the request at place is to be made again after err. The wait is chance's, up to 0.5, 1, 2 s
// ("full jitter"): many that failed at once do not come back at once.
func (t *tries) more(ctx context.Context, place string, err error) bool {
	if place != t.place {
		t.place, t.made, t.err = place, 0, nil
	}
	alone := !t.present && t.link.Limits.Alone > 0 // the bank counts them, and the next read of the day is as good
	if alone || !transient(err) || t.made >= t.config.Retry.Times || t.all >= mostTries || ctx.Err() != nil {
		return false
	}
	t.err = err
	t.all++
	wait := min(firstWait<<t.made, mostWait)
	t.made++
	t.config.Log.Info("asking again", "link", t.link.ID, "try", t.made, "kind", int(fault.KindOf(err)))
	return t.config.Retry.Wait(ctx, time.Duration(t.config.Retry.Random()*float64(wait))) == nil
}

// cause is err, or what failed before at the same place where err only says that there is no further try.
func (t *tries) cause(err error) error {
	if t.err != nil && (fault.KindOf(err) == fault.QuotaSpent || errors.Is(err, errCircuit)) {
		return t.err
	}
	return err
}

// transient reports a fault that may be gone in a second. One that names a time is not tried before it.
func transient(err error) bool {
	f := fault.Of(err)
	if f == nil || f.Args["until"] != "" || errors.Is(err, bank.ErrMoved) {
		return false
	}
	return f.Kind == fault.BankDown || f.Kind == fault.Offline
}
