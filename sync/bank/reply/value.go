package reply

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

var (
	errNone   = errors.New("it is missing")
	errNumber = errors.New("no whole number")
	errOther  = errors.New("it is in another currency than the account")
)

// Currency returns text if it is an ISO 4217 code; op is what it is read for.
func Currency(text, op string) (string, error) {
	if !money.KnownForm(text) {
		return "", misread("bank.currency", op, errors.New("no ISO 4217 currency"))
	}
	return text, nil
}

// Decimal reads an amount in units of currency, signed as it is told. No amount is a fault.
func Decimal(text, currency, op string) (money.Amount, error) {
	if text == "" {
		return money.Amount{}, misread("bank.amount", op, errNone)
	}
	a, err := money.Parse(text, currency)
	if err != nil {
		return money.Amount{}, misread("bank.amount", op, reasonOf(err))
	}
	return a, nil
}

// Minor reads an amount in minor units of currency.
func Minor(text, currency, op string) (money.Amount, error) {
	if text == "" {
		return money.Amount{}, misread("bank.amount", op, errNone)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange), err == nil && n == math.MinInt64: // which has no opposite
		return money.Amount{}, misread("bank.amount", op, money.ErrOverflow)
	case err != nil:
		return money.Amount{}, misread("bank.amount", op, errNumber)
	}
	return money.New(n, currency), nil
}

// Same is a fault unless told, the currency that an amount names, is that of its account.
func Same(told, account, op string) error {
	if told != account {
		return misread("bank.currency", op, errOther)
	}
	return nil
}

// Turned is the opposite of a.
func Turned(a money.Amount, op string) (money.Amount, error) {
	n, err := a.Neg()
	if err != nil {
		return money.Amount{}, misread("bank.amount", op, reasonOf(err))
	}
	return n, nil
}

// Signed gives a the sign of its direction: out is money that leaves the account.
func Signed(a money.Amount, out bool, op string) (money.Amount, error) {
	a, err := a.Abs()
	if err == nil && out {
		a, err = a.Neg()
	}
	if err != nil {
		return money.Amount{}, misread("bank.amount", op, reasonOf(err))
	}
	return a, nil
}

// NoDirection is the fault of an amount that says neither in nor out: a sign is never guessed.
func NoDirection(op string) error {
	return misread("bank.amount", op, errors.New("neither in nor out"))
}

// NoID is the fault of what can't be told from others.
func NoID(op string) error { return misread("bank.account", op, errors.New("it has no id")) }

// Other is the fault of an entry of another account than was asked for.
func Other(op string) error { return misread("bank.other", op, errors.New("it is of another account")) }

// OfAccount errs where a row says in its field name that it is of another account than id: it is not kept, for the
// person may have left that account out.
func OfAccount(rows []ledger.Row, name, id string) error {
	for _, r := range rows {
		for _, f := range r.Raw {
			if f.Name == name && f.Value != "" && f.Value != id {
				return Other("read a transaction")
			}
		}
	}
	return nil
}

// Foreign is what was paid in the currency of the purchase, with the sign of booked. What can't be read there
// is none, and stays with the raw fields: the account's own amount is the one that counts.
func Foreign(text, currency string, booked money.Amount) money.Amount {
	if currency == booked.Currency || !money.KnownForm(currency) {
		return money.Amount{}
	}
	a, err := money.Parse(text, currency)
	if err == nil {
		a, err = Signed(a, booked.Minor < 0, "read a foreign amount")
	}
	if err != nil {
		return money.Amount{}
	}
	return a
}

// Day reads the day that the first text prints which there is, whatever its zone. None is a fault.
func Day(op string, texts ...string) (ledger.Date, error) {
	for _, text := range texts {
		if text == "" {
			continue
		}
		day, err := ledger.ParseDate(clip(text, len(time.DateOnly)))
		if err == nil && !day.Plausible() {
			err = errors.New("no plausible year")
		}
		if err != nil {
			return 0, misread("bank.date", op, errors.New("no date"))
		}
		return day, nil
	}
	return 0, misread("bank.date", op, errNone)
}

// Instant reads RFC 3339; ok is false for what is none, or none of these centuries.
func Instant(text string) (at time.Time, ok bool) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || !ledger.DateOf(at).Plausible() {
		return time.Time{}, false
	}
	return at, true
}

// reasonOf returns the sentinel in err alone: the rest of it repeats the amount.
func reasonOf(err error) error {
	for _, known := range []error{money.ErrSyntax, money.ErrPrecision, money.ErrOverflow, money.ErrCurrency} {
		if errors.Is(err, known) {
			return known
		}
	}
	return errShape
}

// TooLarge is the fault of a sum that fits nowhere.
func TooLarge(op string) error { return misread("bank.amount", op, money.ErrOverflow) }

// TwoAmounts is the fault of one amount that is told twice, and differently.
func TwoAmounts(op string) error {
	return misread("bank.amount", op, errors.New("it is told twice, and differently"))
}

// Holding is Decimal of what holdings are worth: a product, not money that moved, so decimals that the currency
// has no place for are dropped.
func Holding(text, currency, op string) (money.Amount, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	if places := money.Exponent(currency); len(fraction) > places && strings.Trim(fraction, "0123456789") == "" {
		if text = whole + "." + fraction[:places]; places == 0 {
			text = whole
		}
	}
	return Decimal(text, currency, op)
}

// Count reads how many there are of something.
func Count(text, op string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, misread("bank.json", op, errNumber)
	}
	return int(n), nil
}
