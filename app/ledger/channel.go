package ledger

import (
	"strings"

	"golang.org/x/text/language"
)

// Channel is how a movement was made, where the bank tells it. Append only: it is stored.
type Channel int

// The channels.
const (
	UnknownChannel Channel = iota
	CardPresent            // chip, contactless, swipe: the card was there
	Online                 // e-commerce, mail, telephone: the card was not there
	CashMachine            // ATM, or cash over the counter
	PaymentOut             // credit transfer, instant payment, standing order
	DirectDebit            // the payee drew it
	ChequePaid             // a cheque
	OtherChannel           // told, and none of these
)

// channelWords are banks' and files' words in capitals, without what parts them. A word that banks use for more than one
// channel is none of them.
var channelWords = map[Channel]string{
	CardPresent: `CONTACTLESS CHIP CHIPANDPIN PIN CARDPIN MAGNETICSTRIP MAGNETICSTRIPE INSTORE POS POSDEBIT EFTPOS CONSUMERDEVICE
		PMNTCCRDPOSD PMNTCCRDPOSC PMNTMCRDPOSD PMNTMCRDPOSC`,
	Online: `ONLINE ECOMMERCE CARDDETAILS CARDONFILE MANUALKEYENTRY APPLEPAYONLINE ANDROIDPAYONLINE CARDSUBSCRIPTION CLICKTOPAY`,
	CashMachine: `ATM ATMWITHDRAWAL ATMWITHDRAWALS CASHWITHDRAWAL CASHWITHDRAWALS CASH PMNTCCRDCWDL PMNTCCRDXBCW PMNTCNTRCWDL
		PMNTMCRDCWDL`,
	PaymentOut: `TRANSFEROUTGOING STANDINGORDER ISSUEDCREDITTRANSFERS FASTERPAYMENTSOUT PAYPORTFASTERPAYMENTS ONLINEBANKINGPAYMENTS
		BILLPAYMENT PMNTICDT PMNTIRCT`,
	DirectDebit: `DIRECTDEBIT DIRECTDEBITS ISSUEDDIRECTDEBITS RECEIVEDDIRECTDEBITS DEBITORDERS PMNTRDDT PMNTIDDT`,
	ChequePaid:  `CHECK CHEQUE ISSUEDCHEQUES PMNTICHQ PMNTRCHQ`,
}

var channels = func() map[string]Channel {
	all := make(map[string]Channel)
	for c, words := range channelWords {
		for _, word := range strings.Fields(words) {
			all[word] = c
		}
	}
	return all
}()

// isoLetters is how long the domain and family of an ISO 20022 bank transaction code are: "PMNT-ICDT-STDO".
const isoLetters = 8

// ChannelOf returns the channel of the first of a bank's words that names one, UnknownChannel if none does. An ISO 20022 bank
// transaction code counts by its family where its sub-family tells nothing of its own.
func ChannelOf(told ...string) Channel {
	for _, words := range told {
		word := strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z':
				return r - 'a' + 'A'
			case r >= 'A' && r <= 'Z':
				return r
			}
			return -1
		}, words)
		if c, known := channels[word]; known {
			return c
		}
		if strings.HasPrefix(word, "PMNT") && len(word) > isoLetters {
			if c, known := channels[word[:isoLetters]]; known {
				return c
			}
		}
	}
	return UnknownChannel
}

// CountryOf returns the ISO 3166-1 alpha-2 code of a country told by two or three letters or by its number, "" of any other text.
func CountryOf(told string) string {
	region, err := language.ParseRegion(strings.TrimSpace(told))
	if err != nil || !region.IsCountry() {
		return ""
	}
	return region.Canonicalize().String()
}
