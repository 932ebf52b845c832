package berlingroup

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

const (
	accountsPath = "/v1/accounts"
	cardsPath    = "/v1/card-accounts"

	severalCurrencies = "XXX" // ISO 4217's word for none: an account that holds several

	cardMark     = "card-accounts/" // before the id of a card account in a BankID: it is another list's
	currencyMark = "?currency="     // after it, where one of several currencies is meant
)

// place is where an account is found.
type place struct {
	card     bool
	id       string
	currency string // of an account with several, the one that is ours; empty: it has one
}

// placeOf reads a BankID.
func placeOf(bankID string) (p place, err error) {
	p.id, p.card = strings.CutPrefix(bankID, cardMark)
	p.id, p.currency, _ = strings.Cut(p.id, currencyMark)
	if p.id == "" {
		return place{}, reply.NoID("read the account's id")
	}
	return p, nil
}

func (p place) String() string {
	s := p.id
	if p.card {
		s = cardMark + s
	}
	if p.currency != "" {
		s += currencyMark + p.currency
	}
	return s
}

func (p place) list() string {
	if p.card {
		return cardsPath
	}
	return accountsPath
}

func (p place) path(below string) string { return p.list() + "/" + url.PathEscape(p.id) + below }

// listed is an account of the list, with the balances that were told of it.
type listed struct {
	bank.Account
	told  []balance
	debts string // debitAccounting: "true", its amounts are what is owed; "false", they aren't; empty, nobody said
}

// several reports whether l holds more than one currency, and only its balances tell which.
func (l listed) several() bool { return l.Currency == severalCurrencies }

func readAccounts(body io.Reader, cards bool) (all []listed, err error) {
	const op = "read an account"
	path := "accounts"
	if cards {
		path = "cardAccounts"
	}
	_, err = reply.Read(body, reply.List{Path: path, Each: func(f reply.Fields) error {
		id := f.Get("resourceId")
		if id == "" || strings.HasPrefix(id, cardMark) || strings.Contains(id, currencyMark) {
			return reply.NoID(op)
		}
		number := f.First("iban", "bban", "pan", "maskedPan", "msisdn", "other.identification")
		l := listed{debts: f.Get("debitAccounting"), Account: bank.Account{Number: number, Account: ledger.Account{
			BankID: place{card: cards, id: id}.String(), Name: reply.Plain(f.First("displayName", "name", "product", "cashAccountType")),
			Masked: ledger.Mask(number), Kind: kindOf(f.Get("cashAccountType"), cards), Closed: f.Get("status") == "deleted",
		}}}
		if number == "" {
			l.Number = "id " + id
		}
		if l.Name == "" {
			l.Name = l.Masked
		}
		if l.Currency, l.Err = reply.Currency(f.Get("currency"), op); l.Err == nil {
			l.Balance.Limit, l.Err = limitOf(f, l.Currency)
		}
		for i := 0; ; i++ {
			told, ok := balanceAt(f, fmt.Sprintf("balances[%d].", i))
			if !ok {
				break
			}
			l.told = append(l.told, told)
		}
		all = append(all, l)
		return nil
	}})
	return all, err
}

// limitOf reads a card account's credit limit; none where it is not told.
func limitOf(f reply.Fields, currency string) (money.Amount, error) {
	const op = "read a credit limit"
	if f.Get("creditLimit.amount") == "" || f.Get("creditLimit.currency") != currency {
		return money.Amount{}, nil
	}
	limit, err := reply.Decimal(f.Get("creditLimit.amount"), currency, op)
	if err != nil || limit.IsZero() {
		return money.Amount{}, err
	}
	return reply.Signed(limit, false, op)
}

func kindOf(word string, card bool) ledger.Kind { // ISO 20022 ExternalCashAccountType1Code
	switch word {
	case "CACC", "CASH", "TRAN", "SLRY", "ODFT", "TRAS":
		return ledger.Checking
	case "SVGS", "LLSV", "ONDP", "MOMA":
		return ledger.Savings
	case "CARD":
		return ledger.Card
	case "LOAN", "MGLD":
		return ledger.Loan
	}
	if card {
		return ledger.Card
	}
	return ledger.Other
}

// withoutSums leaves out accounts of several currencies whose parts are listed too: their rows are the parts'.
func withoutSums(all []listed) []listed {
	return slices.DeleteFunc(slices.Clone(all), func(l listed) bool {
		return l.several() && slices.ContainsFunc(all, func(part listed) bool { return !part.several() && part.Number == l.Number })
	})
}

// accounts is l, or where it holds several currencies one account for each that its balances tell.
func (l listed) accounts() []bank.Account {
	if !l.several() {
		return []bank.Account{l.Account}
	}
	var all []bank.Account
	for _, t := range l.told {
		if !money.KnownForm(t.currency) || slices.ContainsFunc(all, func(a bank.Account) bool { return a.Currency == t.currency }) {
			continue
		}
		a := l.Account
		a.Currency, a.BankID = t.currency, l.BankID+currencyMark+t.currency
		all = append(all, a)
	}
	if len(all) == 0 {
		a := l.Account
		_, a.Err = reply.Currency("", "read the currencies of an account")
		all = append(all, a)
	}
	return all
}

// leftOut returns the currencies of l that the person left out, where that is all that are known and only its balances
// would tell of more: they are not asked for then, so that one that is new there is found once another is read.
func (l listed) leftOut(s bank.Session) (all []bank.Account) {
	if l.Err != nil || !l.several() || len(l.told) > 0 || s.Left == nil {
		return nil
	}
	for _, id := range s.Left(l.BankID + currencyMark) {
		a := l.Account
		a.BankID, a.Currency, a.Err = id, strings.TrimPrefix(id, l.BankID+currencyMark), bank.ErrSkipped
		all = append(all, a)
	}
	return all
}
