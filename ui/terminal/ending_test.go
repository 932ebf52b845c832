package terminal_test

import (
	"strings"
	"testing"

	"coffer/ui/terminal"
)

func TestTheNoticeOfAnEndAtTheTerminal(t *testing.T) {
	r := linked(t)
	type link struct {
		ID     string
		EndsIn int `json:"ends_in_days"`
		Notice int
	}
	one := func(want link) {
		t.Helper()
		var all []link
		decode(t, r.ok(t, "banks", "--json").out, &all)
		if want.ID = all[0].ID; len(all) != 1 || all[0] != want {
			t.Errorf("got %+v, want %+v", all, want)
		}
	}
	if out := r.ok(t, "banks").out; strings.Contains(out, "--not-now") {
		t.Errorf("a healthy link has a notice:\n%s", out)
	}
	contains(t, r.ends(t, terminal.ExitFailed, "banks", "--not-now", "northlight bank").err, "isn't there any more")

	r.ok(t, "link", "--yes", "--again", "northlight bank", "--consent-days", "6", "--history-days", "10")
	contains(t, r.ok(t, "banks").out, "Ends in 6 days", "Sign in again before it ends", "--again ", "coffer banks --not-now ")
	one(link{EndsIn: 6, Notice: 7})
	out := r.ok(t, "banks", "--not-now", "northlight bank").out
	contains(t, out, "Ends in 6 days")
	if strings.Contains(out, "--not-now") || strings.Contains(out, "Sign in again before") {
		t.Errorf("it was not put away:\n%s", out)
	}
	one(link{EndsIn: 6})
}
