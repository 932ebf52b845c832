package consent_test

import (
	"testing"

	"coffer/app/consent"
)

func TestLinkStates(t *testing.T) {
	for name, test := range map[string]struct {
		from consent.State
		on   consent.Event
		want consent.State
		ok   bool
	}{
		"an outage is no end":                      {consent.Active, consent.BankFailed, consent.Outage, true},
		"an outage ends with an answer":            {consent.Outage, consent.ReadOK, consent.Active, true},
		"a refused grant asks for a new login":     {consent.Active, consent.GrantRefused, consent.NeedsLogin, true},
		"a failed reconnect leaves it needing one": {consent.NeedsLogin, consent.BankFailed, consent.NeedsLogin, true},
		"revoking starts as pending":               {consent.Active, consent.AskedToRevoke, consent.RevokePending, true},
		"a pending revocation can be tried again":  {consent.RevokePending, consent.AskedToRevoke, consent.RevokePending, true},
		"only proof ends it":                       {consent.RevokePending, consent.RevokeProved, consent.Revoked, true},
		"a pending revocation never reads again":   {consent.RevokePending, consent.ReadOK, consent.RevokePending, false},
		"revoked is final":                         {consent.Revoked, consent.Granted, consent.Revoked, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := test.from.After(test.on)
			if got != test.want || (err == nil) != test.ok {
				t.Errorf("got %d, %v; want %d, ok %v", got, err, test.want, test.ok)
			}
		})
	}
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
