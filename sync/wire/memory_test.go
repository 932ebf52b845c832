package wire_test

import (
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// mostMemory is what no answer may take, read into memory whole.
const mostMemory = 64 << 20

// TestNoAnswerTakesMoreMemoryThanIsAllowed reads each hostile answer whole, as a dialect does,
// under the caps that ship, and watches the heap.
func TestNoAnswerTakesMoreMemoryThanIsAllowed(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	highest, by := uint64(0), ""
	weigh := func(name string, serve func(t *testing.T) string) {
		t.Run(name, func(t *testing.T) { // its server ends with it
			if used := weight(t, authority, serve(t)); used > highest {
				highest, by = used, name
			}
		})
	}
	for _, test := range wiretest.Answers() {
		if test.Kind != fault.Offline { // little arrives, late
			weigh(test.Name, func(t *testing.T) string { address, _ := wiretest.Raw(t, test.Write); return address })
		}
	}
	for _, test := range wiretest.AnswersTwo() {
		if test.Kind != fault.Offline {
			weigh("HTTP/2, "+test.Name, func(t *testing.T) string {
				address, _ := test.Serve(t, authority.Issue(t, wiretest.Leaf{}))
				return address
			})
		}
	}
	t.Logf("%d MiB of heap at most, by %s", highest>>20, by)
	if highest > mostMemory {
		t.Errorf("%s took %d MiB, the limit is %d", by, highest>>20, uint64(mostMemory)>>20)
	}
}

// weight reads what is at address and returns how far the heap grew.
func weight(t *testing.T, authority *wiretest.Authority, address string) uint64 {
	t.Helper()
	limits := brief()
	limits.HeaderBytes, limits.Body, limits.Whole = 0, 0, 5*time.Second
	o := open(t, wire.Config{Limits: limits, Roots: authority.Pool()}, address)
	runtime.GC()
	base := heap()
	peak, stop := base, make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				peak = max(peak, heap())
			}
		}
	}()
	answer, err := o.line.Do(t.Context(), get(address))
	if err == nil {
		_, err = io.ReadAll(answer.Body)
		_ = answer.Body.Close() // the row's end is not what is measured
	}
	close(stop)
	<-watched
	if err == nil || strings.Contains(err.Error(), wiretest.Canary) {
		t.Error(err)
	}
	return peak - min(base, peak)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}
