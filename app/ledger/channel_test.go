package ledger_test

import (
	"testing"

	"coffer/app/ledger"
)

func TestChannelOf(t *testing.T) {
	for told, want := range map[string]ledger.Channel{
		"CONTACTLESS": ledger.CardPresent, "Chip and PIN": ledger.CardPresent, "in store": ledger.CardPresent, "POSDEBIT": ledger.CardPresent,
		"ECOMMERCE": ledger.Online, "card_on_file": ledger.Online, "ATM": ledger.CashMachine, "CashWithdrawal": ledger.CashMachine,
		"PMNT-ICDT-STDO": ledger.PaymentOut, "PMNT-RDDT-ESDD": ledger.DirectDebit, "PMNT-CCRD-POSD": ledger.CardPresent,
		"PMNT-CCRD-CWDL": ledger.CashMachine, "PMNT-CCRD-OTHR": ledger.UnknownChannel, "direct debit": ledger.DirectDebit,
		"CHECK": ledger.ChequePaid, "PAYMENT": ledger.UnknownChannel, "": ledger.UnknownChannel, "PMNT": ledger.UnknownChannel,
	} {
		if got := ledger.ChannelOf(told); got != want {
			t.Errorf("%q is channel %d, want %d", told, got, want)
		}
	}
	if got := ledger.ChannelOf("MASTER_CARD", "ONLINE"); got != ledger.Online {
		t.Errorf("the second word is not read: %d", got)
	}
}

func TestCountryOf(t *testing.T) {
	for told, want := range map[string]string{
		"GB": "GB", "GBR": "GB", "gb": "GB", "826": "GB", " DE ": "DE", "": "", "X": "", "Germany": "", "001": "", "150": "", "ZZ": "", "EU": "", "UK": "GB",
	} {
		if got := ledger.CountryOf(told); got != want {
			t.Errorf("%q is country %q, want %q", told, got, want)
		}
	}
}
