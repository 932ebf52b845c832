// Train fits the weights of the alert model: go run ./app/alert/train --handbook FILE --sparkov FILE [--out FILE].
// It fits on some customers of each file, chosen by a hash of their id, and prints figures of the others.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// options are what the program was asked for.
type options struct {
	handbook, sparkov, out, held string
	quick, first, trees, cases   int
	measure                      bool
}

func main() {
	var o options
	flag.StringVar(&o.handbook, "handbook", "", "CSV `file` of the Fraud Detection Handbook's simulator")
	flag.StringVar(&o.sparkov, "sparkov", "", "CSV `file` of the Sparkov generator")
	flag.StringVar(&o.out, "out", "", "where the weights go (`file`); none: nowhere")
	flag.IntVar(&o.quick, "quick", 1, "of each file, one customer in so many")
	flag.IntVar(&o.first, "first", 72, "trees of the first stage")
	flag.IntVar(&o.trees, "trees", 240, "trees of the second stage")
	flag.IntVar(&o.cases, "cases", 80, "trees of the third stage, for rows of which the kind is told and for the others")
	flag.BoolVar(&o.measure, "measure", false, "fit nothing: measure the weights that are there")
	flag.StringVar(&o.held, "held", "", "print the rows of a `file` whose customers are not fitted on, and do nothing else")
	flag.Parse()
	work := func() error { return train(o, os.Stdout) }
	if o.held != "" {
		work = func() error { return held(o.held, os.Stdout) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "train:", strings.TrimSpace(err.Error()))
		os.Exit(1)
	}
}
