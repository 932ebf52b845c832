package terminal_test

import (
	"testing"

	"coffer/ui/terminal"
)

// TestTheBanksNumberIsKeptAheadOfADispute stores it for the account of an alert, and disputes that alert then.
func TestTheBanksNumberIsKeptAheadOfADispute(t *testing.T) {
	r := linked(t)
	contains(t, r.ok(t, "accounts", "phone", "4417").err, "No number is stored", "coffer accounts phone 4417 NUMBER")
	r.ends(t, terminal.ExitUsage, "accounts", "phone", "4417", "see", "the", "e-mail")
	r.ends(t, terminal.ExitUsage, "accounts", "phone", "nobody", "+1 555 0142 808")
	r.ends(t, terminal.ExitUsage, "accounts", "phone", "4417", "--forget", "+1 555 0142 808")
	contains(t, r.ok(t, "accounts", "phone", "4417", "+1", "555", "0142", "808").out, "+1 555 0142 808, stored by you on")
	contains(t, r.ok(t, "accounts", "phone", "4417", "--json").out, `"number": "+1 555 0142 808"`)
	row := listed[shownRow](t, r, "transactions", "--account", "4417", "--limit", "1")[0]
	d := r.dispute(t, "open", row.ID)
	if d.Phone != "+1 555 0142 808" {
		t.Errorf("the dispute has the number %q", d.Phone)
	}
	contains(t, r.ok(t, "dispute", "show", d.ID).out, "+1 555 0142 808, stored by you")
	r.ok(t, "accounts", "phone", "4417", "--forget")
	contains(t, r.ok(t, "dispute", "show", d.ID).out, "No number is stored yet")
}
