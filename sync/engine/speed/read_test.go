package speed_test

import (
	"bufio"
	"bytes"
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

// calibrate decodes JSON for a while, and tells how much, in MB, and the processor seconds it took: how fast the machine is
// just now.
func calibrate() (text, spent float64) {
	var doc bytes.Buffer
	out := bufio.NewWriter(&doc)
	for i := range 500 {
		out.WriteByte("[,"[min(i, 1)])
		person{rows: 100_000, years: 20}.write(out, 1, i)
	}
	out.WriteByte(']')
	_ = out.Flush()
	begun := cpu()
	for text < 4 {
		var rows []struct{ TransactionID, AccountID, Status, PostedTimestamp, Payee, Description string }
		if err := json.Unmarshal(doc.Bytes(), &rows); err != nil {
			panic(err)
		}
		text += float64(doc.Len()) / 1e6
	}
	return text, cpu() - begun
}

// usual is the MB of JSON that calibrate decodes in a processor second of an idle machine of the sort the targets are for.
const usual = 76

// all sums costs of runs.
type all struct {
	cost
	scaled float64
	n      int
}

func (a *all) add(c cost) {
	a.n++
	a.CPU, a.Scoring, a.JSON, a.MiB = a.CPU+c.CPU, a.Scoring+c.Scoring, a.JSON+c.JSON, max(a.MiB, c.MiB)
	a.scaled += c.CPU * c.JSON / usual
}

// report prints what one run costs: processor seconds as they were and as they were on a machine that decodes usual.
func (a *all) report(b *testing.B) {
	n := float64(a.n)
	b.ReportMetric(a.CPU/n, "cpu-s/op")
	b.ReportMetric(a.scaled/n, "scaled-cpu-s/op")
	b.ReportMetric(a.Scoring/n, "scoring-cpu-s/op")
	b.ReportMetric(a.JSON/n, "json-MB/cpu-s")
	b.ReportMetric(a.MiB, "peak-MiB")
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
	text, spent := calibrate()
	begun := spent
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
	more, after := calibrate()
	c.JSON = (text + more) / (spent + after)
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
	var sum all
	for range b.N {
		dir, recovery := aVault(b, p.years)
		c := measure(b, job{What: "first", Dir: dir, URL: url}, recovery)
		if want := p.each() * accounts; c.Added != want {
			b.Fatalf("%d rows came, want %d", c.Added, want)
		}
		sum.add(c)
	}
	sum.report(b)
}
