package provider_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"coffer/app/provider"
)

// TestWhatIsSaidOfAFileSteersNothing: a problem is shown in a terminal and a window, and holds no letter of the file that would
// move their cursor, colour their text or turn its direction.
func TestWhatIsSaidOfAFileSteersNothing(t *testing.T) {
	const steer = `\u001b[2J\u202e\u200b\u0085\u2066`
	for name, text := range map[string]string{
		"a host":             strings.Replace(good, "https://pages.harbour.example:8443", "https://"+steer, 1),
		"a host with a path": strings.Replace(good, "https://pages.harbour.example:8443", "https://a.example/"+steer, 1),
		"a bridge":           strings.Replace(good, "[person]", "[path]\nbridge = \"B"+steer+"\"\n\n[person]", 1),
		"a name":             strings.Replace(good, "Harbour Bank", steer, 1),
		"a way":              strings.Replace(good, `"oauth"`, `"`+steer+`"`, 1),
		"a key":              strings.Replace(good, "format ", `"`+steer+`" = 1`+"\nformat ", 1),
		"a table":            good + "\n[\"" + steer + "\"]\nx = 1\n",
		"a key twice":        strings.Replace(good, "format ", `"`+steer+`" = 1`+"\n"+`"`+steer+`" = 2`+"\nformat ", 1),
		"a table twice":      good + strings.Repeat("\n[\""+steer+"\"]\nx = 1\n", 2),
		"a dotted key":       strings.Replace(good, "format ", `sign-in."`+steer+`" = 1`+"\nformat ", 1),
		"a need":             strings.Replace(good, `"client-id"`, `"`+steer+`"`, 1),
		"no TOML":            "\u202e\u200b = \u2066",
		"a raw letter":       strings.Replace(good, "format ", "\u202e = 1\nformat ", 1),
		"an escape":          strings.Replace(good, "format ", "\x1b = 1\nformat ", 1),
	} {
		_, err := provider.Parse("x.toml", []byte(text))
		var all provider.Problems
		if !errors.As(err, &all) {
			t.Errorf("%s: %v", name, err)
		}
		for _, one := range all {
			if strings.ContainsFunc(one.What, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%s: %q", name, one.What)
			}
		}
	}
	own, broken := provider.Own(fstest.MapFS{
		"a.toml": {Data: []byte(good)}, "b\x1b[2J.toml": {Data: []byte(good)}, "c\u202e.toml": {Data: []byte("x")}, "d\ufe00.toml": {Data: []byte(good)},
	}, "/p", nil)
	if len(own) != 1 || len(broken) != 3 {
		t.Fatalf("%d own, %d broken", len(own), len(broken))
	}
	for _, b := range broken {
		if text := b.Path + b.Problems.Error(); strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
			t.Errorf("%q", text)
		}
	}
}
