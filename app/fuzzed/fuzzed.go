// Package fuzzed holds the input of a fuzz target to a time. Nothing but tests imports it; how much
// memory an input may take is a limit of the process, which `make soak` sets.
package fuzzed

import (
	"flag"
	"testing"
	"time"
)

// One input may take a second of the processor, or ten seconds of waiting.
const (
	mostTime = time.Second
	mostWait = 10 * time.Second
)

// Limit ends the process of the search, which then keeps the input, if the test is not over in time.
// It does nothing where seeds are tried: what shares a machine with other tests may take longer.
func Limit(t *testing.T) {
	if searching := flag.Lookup("test.fuzz"); searching == nil || searching.Value.String() == "" {
		return
	}
	began, spent := time.Now(), processorTime()
	var late *time.Timer
	late = time.AfterFunc(mostTime, func() {
		if processorTime()-spent >= mostTime || time.Since(began) >= mostWait {
			panic("fuzzed: an input takes longer than " + mostTime.String())
		}
		late.Reset(mostTime / 10) // a crowded machine is no fault of the input
	})
	t.Cleanup(func() { late.Stop() })
}
