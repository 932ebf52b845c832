package consent_test

import (
	"strings"
	"testing"

	"coffer/app/consent"

	"pgregory.net/rapid"
)

// edges is the whole state table of a link, each state with each event. "-" can't happen there: the state
// stays, and that is an error.
const edges = `
               Granted  ReadOK  BankFailed     ToldToWait  GrantRefused   AskedToRevoke  RevokeProved  GrantGone      PaymentDue  ApprovalMissing
Linking        Active   -       -              -           -              -              -             -              -           Unapproved
Active         Active   Active  Outage         Paused      NeedsLogin     RevokePending  -             RevokedAtBank  Lapsed      Unapproved
NeedsLogin     Active   -       NeedsLogin     -           NeedsLogin     RevokePending  -             RevokedAtBank  -           Unapproved
Outage         Active   Active  Outage         Paused      NeedsLogin     RevokePending  -             RevokedAtBank  Lapsed      Unapproved
Paused         Active   Active  Outage         Paused      NeedsLogin     RevokePending  -             RevokedAtBank  Lapsed      Unapproved
RevokePending  -        -       RevokePending  -           -              RevokePending  Revoked       -              -           -
Revoked        -        -       -              -           -              -              -             -              -           -
RevokedAtBank  Active   -       -              -           RevokedAtBank  RevokePending  -             RevokedAtBank  -           Unapproved
Lapsed         Active   Active  Lapsed         Lapsed      NeedsLogin     RevokePending  -             RevokedAtBank  Lapsed      Unapproved
Unapproved     Active   Active  Unapproved     Unapproved  NeedsLogin     RevokePending  -             RevokedAtBank  Lapsed      Unapproved
`

// TestLinkStates walks every edge, and those that there are none of.
func TestLinkStates(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(edges), "\n")
	names := map[string]consent.State{}
	for i, line := range lines[1:] {
		names[strings.Fields(line)[0]] = consent.State(i)
	}
	if n := len(lines) - 1; n != len(consent.States()) || len(strings.Fields(lines[0])) != len(consent.Events()) {
		t.Fatalf("the table has %d states and %d events, the code %d and %d", n, len(strings.Fields(lines[0])), len(consent.States()), len(consent.Events()))
	}
	walked := 0
	for _, from := range consent.States() {
		row := strings.Fields(lines[1+from])
		for _, on := range consent.Events() {
			want, can := names[row[1+on]]
			if !can {
				want = from
			}
			got, err := from.After(on)
			if got != want || (err == nil) != can {
				t.Errorf("%s on %s: got %d, %v; want %s", row[0], strings.Fields(lines[0])[on], got, err, row[1+on])
			}
			walked++
		}
	}
	t.Logf("%d pairs of state and event", walked)
}

// TestWhatTheStatesPromise: whatever happens in whatever order, a link whose end was proved never lives
// again, only proof ends one that was asked to be revoked, nothing but the bank's word on the grant or the
// person's ends reading, and trouble of the bank changes no state that a reconnect may be tried in.
func TestWhatTheStatesPromise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := consent.Linking
		for range rapid.IntRange(1, 60).Draw(t, "events") {
			on := rapid.SampledFrom(consent.Events()).Draw(t, "event")
			next, err := at.After(on)
			switch {
			case err != nil && next != at:
				t.Fatalf("an event that can't happen in %d led to %d", at, next)
			case at == consent.Revoked && next != at:
				t.Fatalf("revoked became %d", next)
			case next == consent.Revoked && at != next && (at != consent.RevokePending || on != consent.RevokeProved):
				t.Fatalf("%d became revoked by %d", at, on)
			case at == consent.RevokePending && next != at && next != consent.Revoked:
				t.Fatalf("a revocation became %d", next)
			case at.Reads() && !next.Reads() && on != consent.GrantRefused && on != consent.GrantGone && on != consent.AskedToRevoke:
				t.Fatalf("event %d ended reading", on)
			case !at.Reads() && next.Reads() && on != consent.Granted && on != consent.ApprovalMissing: // a new grant, either way
				t.Fatalf("event %d began reading", on)
			case (on == consent.BankFailed || on == consent.ToldToWait) && !at.Reads() && next != at:
				t.Fatalf("trouble of the bank led from %d to %d", at, next)
			}
			at = next
		}
	})
}

func TestReceiptHashCoversEveryField(t *testing.T) {
	whole := consent.Receipt{Bank: "Northlight", Proved: true, Steps: []consent.Proof{{Kind: consent.AccessRefused, OK: true, Answer: "401"}}}
	changed := whole
	changed.Steps = []consent.Proof{{Kind: consent.AccessRefused, OK: true, Answer: "200"}}
	if consent.HashReceipt(whole) == consent.HashReceipt(changed) {
		t.Error("a changed answer kept the hash")
	}
	linked := whole
	linked.Previous = consent.HashReceipt(whole)
	if consent.HashReceipt(linked) == consent.HashReceipt(whole) {
		t.Error("the receipt before is not in the hash")
	}
}

// TestAReceiptOfBeforeKeepsItsHash: receipts that were written before they held the head of the
// ledger of connections must go on proving what they proved.
func TestAReceiptOfBeforeKeepsItsHash(t *testing.T) {
	old := consent.Receipt{Link: "l", Bank: "b", History: "kept", Proved: true}
	const hash = "4c87f857338350ac6cdaa8d398779db13d1a5d9da0a844e55c4903d74aebdfcb"
	if got := consent.HashReceipt(old); got != hash {
		t.Errorf("the hash of an old receipt is %s, was %s", got, hash)
	}
	old.Ledger = consent.Head{Seq: 1, Hash: "h"}
	if consent.HashReceipt(old) == hash {
		t.Error("the head is not in the hash")
	}
}
