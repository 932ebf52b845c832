package terminal_test

import (
	"strings"
	"testing"

	"coffer/sync/demobank"
	"coffer/ui/terminal"
)

// TestTheStoryHasASecondBank: it waits for its phone, makes the trouble that was asked for, and is revoked
// all the same.
func TestTheStoryHasASecondBank(t *testing.T) {
	r := started(t, t.TempDir())
	r.second = true
	got := r.ok(t, "demo", "--fault", "503")
	contains(t, got.out, "Pocketwell showed nothing until it was approved on its phone", "Trouble at Pocketwell: 503", "The bank is not answering as it should",
		"The link is now: Bank not answering", "The story is told")
	if n := strings.Count(got.out, "Revoked, and proved"); n != 2 || len(r.flipped) != 1 || r.flipped[0] != "demo-pocketwell 503" {
		t.Errorf("%d revocations, switches %v", n, r.flipped)
	}
	contains(t, r.ends(t, terminal.ExitUsage, "demo", "--fault", "fire").err, "it is one of 401")
}

// TestTheNamesOfTheSwitchesAreTheBanks: the terminal knows no bank, and has the names by heart.
func TestTheNamesOfTheSwitchesAreTheBanks(t *testing.T) {
	var names []string
	for _, s := range demobank.Switches() {
		names = append(names, s.Name)
	}
	r := started(t, t.TempDir())
	contains(t, r.ends(t, terminal.ExitUsage, "demo", "--fault", "fire").err, "it is one of "+strings.Join(names, ", "))
}

// TestALinkThatWaitsAtTheTerminal: it says what to do, is left waiting when nobody does it, and goes on
// once somebody did.
func TestALinkThatWaitsAtTheTerminal(t *testing.T) {
	r := linked(t)
	r.second = true
	got := r.ends(t, terminal.ExitSignIn, "link", "demo-pocketwell", "--yes")
	contains(t, got.err, "you approve in the bank’s app on your phone", "Its phone is a page, too", "Now approve in the bank’s app on your phone", "Pocketwell is linked and waits for you", "then check again")
	contains(t, r.ok(t, "banks").out, "Waiting for approval in the phone app", "then: coffer sync")
	contains(t, r.ok(t, "banks", "--json").out, `"waiting-for-approval"`)
	if err := r.bank.ApproveOnPhone(); err != nil {
		t.Fatal(err)
	}
	contains(t, r.ok(t, "sync").out, "Pocket money ·· 7714", "Rainy day")
}
