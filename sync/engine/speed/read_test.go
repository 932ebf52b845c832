package speed_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"syscall"
	"testing"
)

// cpu is what this process has used so far, in seconds.
func cpu() float64 {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	return float64(use.Utime.Nano()+use.Stime.Nano()) / 1e9
}

// peak is the most memory that this process ever held, in MiB.
func peak() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kib float64
	_, _ = fmt.Sscan(rest, &kib)
	return kib / 1024
}

// read is a child that refreshes the link once and scores what came.
func (j job) read() error {
	ctx := context.Background()
	b, err := open(ctx, j)
	if err != nil {
		return err
	}
	if name := os.Getenv("COFFER_SPEED_PROFILE"); name != "" {
		out, err := os.Create(name + "-" + j.What)
		if err != nil {
			return err
		}
		defer out.Close()
		if err := pprof.StartCPUProfile(out); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	var c cost
	begun := 0.0
	if j.What == "more" { // opening is measured elsewhere
		begun = cpu()
	}
	if c.Added, err = b.refresh(ctx); err != nil {
		return err
	}
	read := cpu()
	if c.Alerts, err = b.score(ctx); err != nil {
		return err
	}
	c.Scoring = cpu() - read
	c.CPU, c.MiB = cpu()-begun, peak()
	if j.What == "more" {
		c.CPU = read - begun
	}
	if err := b.close(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(c)
}

// BenchmarkBackfill100k is the first read of 100,000 transactions over twenty years: decoded, reconciled, sealed, scored.
func BenchmarkBackfill100k(b *testing.B) {
	p := person{rows: 100_000, years: 20}
	url, _ := aBank(b, p)
	var all cost
	for range b.N {
		dir, recovery := aVault(b, p.years)
		c := measure(b, job{What: "first", Dir: dir, URL: url}, recovery)
		if want := p.each() * accounts; c.Added != want {
			b.Fatalf("%d rows came, want %d", c.Added, want)
		}
		all.CPU, all.Scoring, all.MiB = all.CPU+c.CPU, all.Scoring+c.Scoring, max(all.MiB, c.MiB)
	}
	b.ReportMetric(all.CPU/float64(b.N), "cpu-s/op")
	b.ReportMetric(all.Scoring/float64(b.N), "scoring-cpu-s/op")
	b.ReportMetric(all.MiB, "peak-MiB")
}
