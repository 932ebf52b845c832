package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"coffer/app/fault"
)

func TestKindOf(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want fault.Kind
	}{
		"a plain error is unknown":      {io.EOF, fault.Unknown},
		"a wrapped fault is found":      {fmt.Errorf("sync: %w", fault.New(fault.Offline, "dial", io.EOF)), fault.Offline},
		"canceled beats any kind":       {fault.New(fault.BankDown, "fetch", context.Canceled), fault.Canceled},
		"the outermost kind is the one": {fault.New(fault.LoginNeeded, "link", fault.New(fault.BankDown, "post", io.EOF)), fault.LoginNeeded},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fault.KindOf(test.err); got != test.want {
				t.Errorf("KindOf(%v) = %d, want %d", test.err, got, test.want)
			}
		})
	}
}

func TestNilStaysNil(t *testing.T) {
	for name, err := range map[string]error{
		"New":     fault.New(fault.Offline, "x", nil),
		"With":    fault.With(fault.Offline, "x", nil, "a", "b"),
		"Because": fault.Because(fault.BadFile, "r", "x", nil),
	} {
		if err != nil {
			t.Errorf("%s made an error of nil", name)
		}
	}
}

func TestFaultKeepsItsCauseAndValues(t *testing.T) {
	err := fault.Because(fault.BadFile, "ofx.date", "read statement", io.EOF, "line", "12", "odd")
	if !errors.Is(err, io.EOF) {
		t.Error("the cause was lost")
	}
	f := fault.Of(fmt.Errorf("import: %w", err))
	if f == nil || f.Reason != "ofx.date" || f.Args["line"] != "12" || len(f.Args) != 1 {
		t.Errorf("got %+v", f)
	}
}
