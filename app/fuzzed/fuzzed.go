// Package fuzzed holds the input of a fuzz target to a time. Nothing but tests imports it; how much
// memory an input may take is a limit of the process, which `make soak` sets.
package fuzzed

import (
	"flag"
	"testing"
	"time"
)

// MostTime is how long one input may take.
const MostTime = time.Second

// Limit ends the process of the search, which then keeps the input, if the test is not over in
// MostTime. It does nothing where seeds are tried: what shares a machine with other tests may wait.
func Limit(t *testing.T) {
	if searching := flag.Lookup("test.fuzz"); searching == nil || searching.Value.String() == "" {
		return
	}
	late := time.AfterFunc(MostTime, func() { panic("fuzzed: an input takes longer than " + MostTime.String()) })
	t.Cleanup(func() { late.Stop() })
}
