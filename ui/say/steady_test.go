package say_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/statement/ofx"
)

// TestNoValueSteersASentence: a bank may name a host, a file or a word that would move a terminal's cursor or turn the
// direction of what follows. No sentence lets it.
func TestNoValueSteersASentence(t *testing.T) {
	v := english(t)
	const steer = "a\x1b[2J\u009b2J\u202eb\u2066\u202d\u2069\x07\r"
	still := func(what, text string) {
		t.Helper()
		if strings.ContainsAny(text, "\x1b\u009b\u202e\u2066\u202d\u2069\x07\r") {
			t.Errorf("%s: %q", what, text)
		}
	}
	names := []string{"host", "who", "why", "page", "file", "path", "bank", "proxy", "address", "need", "until", "port", "what", "line", "status", "origin", "from"}
	ids := slices.Concat(ledger.ReasonIDs(), alert.Sentences(), ofx.Reasons(), reasonsInCode(t))
	all := map[string]string{}
	for _, name := range names {
		all[name] = steer
	}
	for _, id := range append(ids, "") {
		values := maps.Clone(all)
		for name := range sent[id] {
			values[name] = steer
		}
		still(id, v.Reason(id, values))
		for kind := fault.Unknown; v.Fault(fault.New(kind, "x", errors.New("y"))) != ""; kind++ {
			still(id, v.Fault(fault.Because(kind, id, "x", errors.New("y"), pairs(values)...)))
			if kind > 200 {
				break
			}
		}
	}
	if text := v.Fault(fault.With(fault.HostRefused, "x", errors.New("y"), "host", steer, "who", "bank")); !strings.Contains(text, "a\ufffd[2J") {
		t.Errorf("what was there is not to be seen: %q", text)
	}
}

// TestAMarkInANameStays: names in Hebrew and Arabic have marks, and one ends them where digits follow.
func TestAMarkInANameStays(t *testing.T) {
	const hebrew, arabic = "חשבון\u200e ·· 4417", "حساب\u061c\u200f\u200e ·· 0982"
	if got := english(t).T("no-such-key", "{{.A}} and {{.B}}", "A", hebrew, "B", arabic); got != hebrew+" and "+arabic {
		t.Errorf("%q", got)
	}
}
