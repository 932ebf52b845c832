package consent_test

import (
	"testing"

	"coffer/app/consent"
)

// TestALinkThatIsNotApprovedYet walks every event in the waiting state, and the word of the bank that the
// approval is missing in every state.
func TestALinkThatIsNotApprovedYet(t *testing.T) {
	none := consent.State(-1)
	for event, want := range map[consent.Event]consent.State{
		consent.Granted: consent.Active, consent.ReadOK: consent.Active, consent.BankFailed: consent.Unapproved, consent.ToldToWait: consent.Unapproved,
		consent.GrantRefused: consent.NeedsLogin, consent.AskedToRevoke: consent.RevokePending, consent.RevokeProved: none,
		consent.GrantGone: consent.RevokedAtBank, consent.ApprovalMissing: consent.Unapproved,
	} {
		got, err := consent.Unapproved.After(event)
		if want == none && (err == nil || got != consent.Unapproved) || want != none && (err != nil || got != want) {
			t.Errorf("event %d leads to %d, %v; want %d", event, got, err, want)
		}
	}
	for from, ok := range map[consent.State]bool{
		consent.Linking: true, consent.Active: true, consent.NeedsLogin: true, consent.Outage: true, consent.Paused: true, consent.Unapproved: true,
		consent.RevokePending: false, consent.Revoked: false, consent.RevokedAtBank: true,
	} {
		got, err := from.After(consent.ApprovalMissing)
		if ok != (err == nil && got == consent.Unapproved) || !ok && got != from {
			t.Errorf("from %d it leads to %d, %v", from, got, err)
		}
	}
	if !consent.Unapproved.Reads() || consent.Unapproved.Ended() {
		t.Error("it is not asked again, or it is over")
	}
}
