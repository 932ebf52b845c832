package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode"

	"coffer/app/money"
)

// AccountID is our own id of an account. It never changes, whatever the bank does.
type AccountID string

// Kind says what an account is for.
type Kind int

// The kinds of account. Append only: they are stored.
const (
	Other Kind = iota
	Checking
	Savings
	Card
	Loan
	Investment
	Wallet
)

// Account is one account of the person's at a bank or in statement files.
type Account struct {
	ID       AccountID
	Link     string // the consent.LinkID that reads it; empty for an account from files
	Provider string // id of the provider file, or "file": with Identity it makes the account the same again
	Identity string // from IdentityOf: survives new consents and new ids
	BankID   string // the provider's id in the current consent, for requests only
	Name     string // as the bank calls it, or as the person renamed it
	Bank     string // the bank's name
	Masked   string // the last digits of the number, "4417"; never the whole number
	Kind     Kind
	Currency string // ISO 4217
	Closed   bool

	BookedOnly bool // the person wants no pending rows of it
	LeftOut    bool `json:",omitempty"` // the person wants it left out of net worth
}

// IdentityOf returns what makes an account the same again after a new consent: a hash of the
// provider and the account's number or IBAN, spaces and case aside. Where the bank shows only
// a masked number, that is what is hashed, with the kind and currency.
func IdentityOf(provider, number string, kind Kind, currency string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, number)
	sum := sha256.Sum256([]byte(strings.Join([]string{provider, plain, string(rune('0' + kind)), currency}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Mask returns the last four letters or digits of an account number.
func Mask(number string) string {
	var kept []rune
	for _, r := range number {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			kept = append(kept, r)
		}
	}
	if len(kept) > 4 {
		kept = kept[len(kept)-4:]
	}
	return string(kept)
}

// Balance is what the bank said an account holds at an instant. A debt is negative.
type Balance struct {
	Account   AccountID
	Booked    money.Amount // without pending rows
	Available money.Amount // what can be spent; no currency if the bank does not say
	Limit     money.Amount // credit limit, positive; no currency if there is none
	AsOf      time.Time    // UTC, the instant that the bank names, else of reading
	ReadAt    time.Time    // UTC, when Coffer read it
}
