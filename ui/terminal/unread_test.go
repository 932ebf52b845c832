package terminal_test

import (
	"testing"

	"coffer/sync/demobank"
	"coffer/ui/terminal"
)

// TestALinkWhoseFirstReadFailsIsSaidToBeThere: the bank approved, so the person must know that a consent runs, and how
// to go on or to end it.
func TestALinkWhoseFirstReadFailsIsSaidToBeThere(t *testing.T) {
	r := linked(t)
	r.ok(t, "revoke", "--yes", "--erase")
	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnavailable, Times: 50})
	said := r.ends(t, terminal.ExitBank, "link", "--yes").err
	contains(t, said, "Approved.", "Northlight Bank is linked, and not everything was read yet", "coffer sync", "coffer revoke ")
	r.bank.Heal()
	r.ok(t, "sync")
	contains(t, r.ok(t, "banks").out, "not read until you choose: coffer accounts")
	r.ok(t, "accounts", "--read", "all")
	contains(t, r.ok(t, "sync").out, "Northlight Everyday")
}
