package obie

import (
	"io"
	"strconv"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

func readAccounts(body io.Reader) (all []bank.Account, next string, err error) {
	beside, err := reply.Read(body, reply.List{Path: "Data.Account", Omitted: true, Each: func(f reply.Fields) error {
		a, err := accountOf(f)
		all = append(all, a)
		return err
	}})
	return all, beside.Get("Links.Next"), err
}

func accountOf(f reply.Fields) (bank.Account, error) {
	const op = "read an account"
	id, word := f.Get("AccountId"), f.First("AccountSubType", "AccountTypeCode")
	if id == "" {
		return bank.Account{}, reply.NoID(op)
	}
	n := numberOf(f)
	a := bank.Account{Number: n.whole, Account: ledger.Account{
		BankID: id, Name: reply.Plain(f.First("Nickname", "Description")), Masked: n.masked, Kind: kindOf(word), Closed: f.Get("Status") == "Deleted",
	}}
	for _, name := range []string{n.name, word, id} {
		if a.Name == "" {
			a.Name = reply.Plain(name)
		}
	}
	if a.Number == "" { // in a consent without the details; the id outlives it
		a.Number = "id " + id
	}
	a.Err = f.Flat("bank.currency", op, "Currency")
	if a.Currency = f.Get("Currency"); a.Currency != "" { // else, in version 4, its balances tell
		_, a.Err = reply.Currency(a.Currency, op)
	}
	return a, nil
}

// number is what the account is known by outside of the API.
type number struct{ whole, masked, name string }

// schemes of numbers, the better first: a card's changes with the card.
var schemes = []string{"SortCodeAccountNumber", "IBAN", "BBAN", "PAN"}

const mostNumbers = 10 // of one account

// numberOf reads the identifications: of several, that of the best scheme. A building society tells its accounts
// apart by the secondary one, the roll number. Version 1 has one, and no list.
func numberOf(f reply.Fields) (n number) {
	best := len(schemes) + 1
	for i := range mostNumbers {
		at := "Account[" + strconv.Itoa(i) + "]."
		if i == 0 && f.Get("Account.SchemeName") != "" {
			at = "Account."
		}
		id := f.Get(at + "Identification")
		scheme := rank(f.Get(at + "SchemeName"))
		if id == "" || scheme >= best {
			continue
		}
		best, n = scheme, number{whole: strings.TrimSpace(id + " " + f.Get(at+"SecondaryIdentification")), name: f.Get(at + "Name")}
		if scheme < len(schemes) { // a phone number or an address has no last digits to know it by
			n.masked = ledger.Mask(id)
		}
	}
	return n
}

// rank is the place of a scheme in schemes, whatever its namespace; len(schemes) for one that is not there.
func rank(scheme string) int {
	last := scheme[strings.LastIndexByte(scheme, '.')+1:]
	for i, s := range schemes {
		if s == last {
			return i
		}
	}
	return len(schemes)
}

// kindOf reads version 3's AccountSubType and version 4's AccountTypeCode.
func kindOf(word string) ledger.Kind {
	switch word {
	case "CurrentAccount", "CACC", "CASH", "TRAN", "SLRY", "ODFT":
		return ledger.Checking
	case "Savings", "SVGS", "LLSV", "MOMA", "ONDP":
		return ledger.Savings
	case "CreditCard", "ChargeCard", "CARD":
		return ledger.Card
	case "Loan", "Mortgage", "LOAN", "MORT", "MGLD":
		return ledger.Loan
	case "EMoney", "PrePaidCard", "WALT":
		return ledger.Wallet
	}
	return ledger.Other
}

// The types of balance that are used, the better first, in the words of versions 3 and 4.
var (
	bookedTypes    = []string{"InterimBooked", "ITBD", "ClosingBooked", "CLBD"}
	availableTypes = []string{"InterimAvailable", "ITAV", "ClosingAvailable", "CLAV"}
)

// readBalances reads the balances of a. Of an account in several currencies those in a's count.
func readBalances(body io.Reader, a *bank.Account) error {
	const op = "read a balance"
	var told []reply.Fields
	_, err := reply.Read(body, reply.List{Path: "Data.Balance", Omitted: true, Each: func(f reply.Fields) error {
		currency, err := reply.Currency(f.Get("Amount.Currency"), op)
		if err != nil {
			return err
		}
		if a.Currency == "" {
			a.Currency = currency
		}
		told = append(told, f)
		return ofAccount(f, a.BankID, op)
	}})
	if err != nil {
		return err
	}
	if _, err := reply.Currency(a.Currency, op); err != nil {
		return err
	}
	own := told[:0]
	for _, f := range told {
		if err = reply.Same(f.Get("Amount.Currency"), a.Currency, op); err == nil {
			own = append(own, f)
		}
	}
	if len(own) == 0 && err != nil {
		return err
	}
	a.Balance, err = balanceOf(own, a.Account)
	return err
}

// ofAccount is a fault of what is told of another account than the one that was asked for.
func ofAccount(f reply.Fields, bankID, op string) error {
	if id := f.Get("AccountId"); id != "" && id != bankID {
		return reply.Other(op)
	}
	return nil
}

func balanceOf(told []reply.Fields, a ledger.Account) (b ledger.Balance, err error) {
	var lines lines
	for _, part := range []struct {
		types []string
		to    *money.Amount
	}{{availableTypes, &b.Available}, {bookedTypes, &b.Booked}} {
		f := best(told, part.types)
		if f == nil {
			continue
		}
		if *part.to, lines, err = own(f, a.Currency); err != nil {
			return ledger.Balance{}, err
		}
		if lines.limit.Minor > 0 {
			b.Limit = lines.limit
		}
		if at, ok := reply.Instant(f.Get("DateTime")); ok {
			b.AsOf = at.UTC()
		}
	}
	if owed := a.Kind == ledger.Loan || a.Kind == ledger.Card; owed && b.Available.Minor < 0 || a.Kind == ledger.Loan {
		b.Available = money.Amount{} // what is owed can't be spent
	}
	return b, nil
}

// best returns the balance of the first of types that there is.
func best(told []reply.Fields, types []string) reply.Fields {
	for _, kind := range types {
		for _, f := range told {
			if f.Get("Type") == kind {
				return f
			}
		}
	}
	return nil
}

// lines are the credit lines of one balance.
type lines struct {
	limit    money.Amount // of those that are a limit; no currency if there is none
	included money.Amount // what the balance holds of them
	untold   bool         // it holds one whose amount is not told
}

// own returns the person's own money in f: without the credit that is counted in. One that holds credit of an
// amount that is not told has no currency.
func own(f reply.Fields, currency string) (money.Amount, lines, error) {
	const op = "read a balance"
	a, err := signed(f, currency, op)
	if err != nil {
		return a, lines{}, err
	}
	l, err := linesOf(f, currency)
	switch {
	case err != nil:
		return money.Amount{}, l, err
	case l.untold:
		return money.Amount{}, l, nil
	}
	if a, err = a.Sub(l.included); err != nil {
		return money.Amount{}, l, reply.TooLarge(op)
	}
	return a, l, nil
}

const mostLines = 10 // of one balance

// linesOf reads the credit lines. "Available" is what is left of another, so it counts where there is no other.
func linesOf(f reply.Fields, currency string) (lines, error) {
	const op = "read a credit line"
	l := lines{limit: money.New(0, currency), included: money.New(0, currency)}
	left := money.New(0, currency)
	for i := range mostLines {
		at := "CreditLine[" + strconv.Itoa(i) + "]."
		included := f.Get(at+"Included") == "true"
		if f.Get(at+"Amount.Amount") == "" {
			l.untold = l.untold || included
			continue
		}
		err := reply.Same(f.Get(at+"Amount.Currency"), currency, op)
		if err != nil && !included {
			continue
		}
		var a money.Amount
		if err == nil {
			a, err = reply.Decimal(f.Get(at+"Amount.Amount"), currency, op)
		}
		if err == nil {
			a, err = reply.Signed(a, false, op)
		}
		if err != nil {
			return lines{}, err
		}
		if f.Get(at+"Type") == "Available" {
			if included {
				left = a
			}
			continue
		}
		if l.limit, err = l.limit.Add(a); err == nil && included {
			l.included, err = l.included.Add(a)
		}
		if err != nil {
			return lines{}, reply.TooLarge(op)
		}
	}
	if l.included.Minor == 0 {
		l.included = left
	}
	return l, nil
}

// signed gives the amount of f, which is told without a sign, that of its direction.
func signed(f reply.Fields, currency, op string) (money.Amount, error) {
	if err := reply.Same(f.Get("Amount.Currency"), currency, op); err != nil {
		return money.Amount{}, err
	}
	a, err := reply.Decimal(f.Get("Amount.Amount"), currency, op)
	if err != nil {
		return money.Amount{}, err
	}
	switch way := f.Get("CreditDebitIndicator"); {
	case way == "Credit" || way == "Debit":
		return reply.Signed(a, way == "Debit", op)
	case a.Minor <= 0:
		return a, nil // the bank's own sign
	}
	return money.Amount{}, reply.NoDirection(op)
}
