package app_test

import (
	"context"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
)

// Whatever is at work on the vault, a lock has it within a second, and the next opening finds it
// whole.
func TestALockWaitsForNoJob(t *testing.T) {
	r := fresh(t)
	c, ctx := r.start(t, &ring{kept: map[string]string{}}, ""), t.Context()
	must(t, r.unlock())
	const blobs, bytes = 40, 1 << 20
	for i := range blobs {
		must(t, r.store.SetSetting(ctx, "blob"+strings.Repeat("x", i), strings.Repeat("Corner Shop ", bytes/12)))
	}
	made := value(c.BackUp(ctx))(t)
	began := make(chan struct{}, 1)
	tell := func() {
		select {
		case began <- struct{}{}:
		default:
		}
	}
	appears := func(in, what string) {
		for {
			entries, _ := os.ReadDir(in)
			for _, e := range entries {
				if strings.Contains(e.Name(), what) {
					tell()
					return
				}
			}
			runtime.Gosched()
		}
	}
	for _, job := range []struct {
		name string
		work func(ctx context.Context) error
	}{
		{"verify", func(ctx context.Context) error {
			return second(c.Verify(ctx, func(_ string, done, _ int64) {
				if done > 100 {
					tell()
				}
			}))
		}},
		{"verify the tables", func(ctx context.Context) error {
			return second(c.Verify(ctx, func(id string, _, _ int64) {
				if id == app.CheckIntegrity {
					tell()
				}
			}))
		}},
		{"a new key", func(ctx context.Context) error {
			return second(c.Rekey(ctx, app.RekeyTerms{Current: secret.New(passphrase), Told: func(done, _ int64) {
				if done > 100 {
					tell()
				}
			}}))
		}},
		{"a backup", func(ctx context.Context) error {
			go appears(r.dir, ".making-")
			return second(c.BackUp(ctx))
		}},
		{"a restoring", func(ctx context.Context) error {
			go appears(r.dir, "vault.restoring")
			return second(c.Restore(ctx, app.Restoring{Path: made.Path, Secret: r.key, Recovery: true}))
		}},
		{"another passphrase", func(ctx context.Context) error {
			tell()
			return c.ChangePassphrase(ctx, secret.New(passphrase), secret.New("another four quiet words"))
		}},
	} {
		t.Run(job.name, func(t *testing.T) {
			ended := make(chan error, 1)
			go func() { ended <- job.work(ctx) }()
			<-began
			start := time.Now()
			must(t, c.Lock())
			took := time.Since(start)
			if took > slower*time.Second && job.name != "another passphrase" { // it waits for the guess under way
				t.Errorf("the lock took %v", took)
			}
			t.Logf("locked in %v", took)
			if err := <-ended; err != nil && fault.KindOf(err) != fault.Canceled && fault.KindOf(err) != fault.Locked {
				t.Errorf("it ended with %v", err)
			}
			wantNothingBeside(t, r)
			if err := c.Unlock(ctx, secret.New(passphrase)); err != nil { // the change was complete
				must(t, c.Unlock(ctx, secret.New("another four quiet words")))
			}
			for _, check := range value(c.Verify(ctx, nil))(t) {
				if !check.OK {
					t.Errorf("%s: %v", check.ID, check.Err)
				}
			}
		})
	}
}
