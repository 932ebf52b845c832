package monzo

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
)

// account is one of GET /accounts.
type account struct {
	ID          string `json:"id"`
	Closed      bool   `json:"closed"`
	Description word   `json:"description"`
	Type        string `json:"type"`
	Currency    word   `json:"currency"`
	Number      string `json:"account_number"`
	SortCode    string `json:"sort_code"`
}

// pot is one of GET /pots.
type pot struct {
	ID       string      `json:"id"`
	Name     word        `json:"name"`
	Balance  json.Number `json:"balance"`
	Currency word        `json:"currency"`
	Deleted  bool        `json:"deleted"`
}

// word is a text; anything else in its place is none, so that one account in a list doesn't take the others with it.
type word string

func (w *word) UnmarshalJSON(raw []byte) error {
	if *w = ""; len(raw) > 0 && raw[0] == '"' {
		return json.Unmarshal(raw, (*string)(w))
	}
	return nil
}

// potMark goes before the id of a pot, so that it is never asked for as an account.
const potMark = "pot:"

// Accounts lists the accounts, asks for the balance of each, and for the pots of those that have some.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	listed, err := b.list(ctx, s)
	if err != nil {
		return nil, err
	}
	var found []bank.Account
	for _, told := range listed {
		a, err := told.noun(), error(nil)
		left := s.Skip != nil && s.Skip(told.ID) // its balance is not asked for; its pots may be read
		if !left {
			a, err = b.one(ctx, s, told)
		}
		if err != nil && !ofOneAccount(err) {
			return nil, err
		}
		if a.Err = err; left {
			a.Err = bank.ErrSkipped
		}
		found = append(found, a)
		if errors.Is(err, bank.ErrAccountGone) || told.Closed || a.Kind != ledger.Checking && a.Kind != ledger.Other { // of a type that is new it may be, too
			continue
		}
		pots, err := b.pots(ctx, s, told.ID)
		switch {
		case err == nil:
			found = append(found, unseen(pots, found)...)
		case !ofOneAccount(err):
			return nil, err
		case !errors.Is(err, bank.ErrAccountGone): // else it has none; an account whose pots can't be had is no worse an account
			found = append(found, bank.Account{Account: ledger.Account{BankID: potMark + "of " + told.ID, Name: a.Name + ": pots", Kind: ledger.Savings}, Err: err})
		}
	}
	return found, nil
}

// unseen are those of pots that are not among found: each is told once, whichever of its accounts tells it.
func unseen(pots, found []bank.Account) []bank.Account {
	return slices.DeleteFunc(pots, func(p bank.Account) bool {
		return slices.ContainsFunc(found, func(a bank.Account) bool { return a.BankID == p.BankID })
	})
}

func (b Bank) list(ctx context.Context, s bank.Session) ([]account, error) {
	a := ask{purpose: "accounts", path: accountsPath, maxBytes: listBytes}
	var told struct {
		Accounts *[]account `json:"accounts"`
	}
	if err := b.read(ctx, s, a, &told); err != nil {
		return nil, err
	}
	return distinct(told.Accounts, a.op())
}

// distinct returns the accounts, each once.
func distinct(told *[]account, op string) ([]account, error) {
	if told == nil {
		return nil, misread("monzo.json", op, errShape)
	}
	seen := map[string]bool{}
	var all []account
	for _, a := range *told {
		if a.ID == "" {
			return nil, misread("monzo.account", op, errors.New("an account has no id"))
		}
		if !seen[a.ID] {
			seen[a.ID] = true
			all = append(all, a)
		}
	}
	return all, nil
}

// ofOneAccount reports whether err leaves the other accounts readable.
func ofOneAccount(err error) bool {
	return errors.Is(err, bank.ErrAccountGone) || fault.KindOf(err) == fault.BankUnexpected
}

// one is an account with its balance. With an error it has what else is known of it.
func (b Bank) one(ctx context.Context, s bank.Session, told account) (bank.Account, error) {
	a := told.noun()
	if !money.KnownForm(a.Currency) {
		return a, misread("bank.currency", "read an account", errors.New("it has no ISO 4217 currency"))
	}
	var balance struct {
		Balance  json.Number `json:"balance"`
		Currency string      `json:"currency"`
	}
	call := ask{purpose: "accounts", path: balancePath, query: url.Values{"account_id": {told.ID}}, account: true, maxBytes: saidBytes}
	err := b.read(ctx, s, call, &balance)
	if told.Closed && ofOneAccount(err) { // it holds nothing any more, whether that is told or not
		a.Balance.Booked = money.New(0, a.Currency)
		return a, nil
	}
	if err != nil {
		return a, err
	}
	amount, err := minor(balance.Balance, balance.Currency, a.Currency, call.op())
	a.Balance.Booked, a.Balance.Available = amount, amount
	return a, err
}

func (told account) noun() bank.Account {
	a := bank.Account{Account: ledger.Account{
		BankID: told.ID, Name: told.name(), Masked: ledger.Mask(told.Number), Kind: told.kind(), Currency: string(told.Currency), Closed: told.Closed,
	}}
	if a.Number = told.SortCode + told.Number; told.Number == "" {
		a.Number = "id " + told.ID // Monzo keeps it from one sign-in to the next
	}
	return a
}

// kind reads the type, whose list grows: uk_retail, uk_retail_joint, uk_business, uk_prepaid, uk_loan,
// uk_monzo_flex, uk_monzo_flex_backing_loan …
func (told account) kind() ledger.Kind {
	has := func(piece string) bool { return strings.Contains(told.Type, piece) }
	switch {
	case has("loan"):
		return ledger.Loan
	case has("flex"), has("credit"):
		return ledger.Card
	case has("retail"), has("business"):
		return ledger.Checking
	case has("prepaid"):
		return ledger.Wallet
	case has("savings"), has("isa"):
		return ledger.Savings
	}
	return ledger.Other
}

// name is the description where that is a name. As a rule it is an id ("user_0000…"); then the type
// is, as Monzo's app calls it.
func (told account) name() string {
	if d := plain(string(told.Description)); d != "" && !idShape(d) {
		return d
	}
	has := func(piece string) bool { return strings.Contains(told.Type, piece) }
	switch {
	case has("joint"):
		return "Joint account"
	case has("retail"):
		return "Personal account"
	case has("business"):
		return "Business account"
	case has("backing_loan"):
		return "Flex loan"
	case has("flex"):
		return "Flex"
	case has("loan"):
		return "Loan"
	case has("prepaid"):
		return "Prepaid card"
	}
	if told.Type == "" {
		return "Account"
	}
	return plain(strings.ReplaceAll(told.Type, "_", " "))
}

// idShape reports whether s is one of Monzo's ids: a word, an underscore, letters and digits.
func idShape(s string) bool {
	word, rest, found := strings.Cut(s, "_")
	return found && word != "" && rest != "" && !strings.Contains(s, " ")
}

// pots returns the pots of a current account. A deleted one is told too, as closed: one that was seen
// before must not go on being counted.
func (b Bank) pots(ctx context.Context, s bank.Session, of string) ([]bank.Account, error) {
	told, err := b.listPots(ctx, s, of)
	if err != nil {
		return nil, err
	}
	var all []bank.Account
	for _, p := range told {
		all = append(all, p.noun())
	}
	return all, nil
}

func (b Bank) listPots(ctx context.Context, s bank.Session, of string) ([]pot, error) {
	var told struct {
		Pots []pot `json:"pots"`
	}
	a := ask{purpose: "accounts", path: potsPath, query: url.Values{"current_account_id": {of}}, account: true, maxBytes: listBytes}
	err := b.read(ctx, s, a, &told)
	return told.Pots, err
}

func (p pot) noun() bank.Account {
	a := bank.Account{Account: ledger.Account{
		BankID: potMark + p.ID, Name: plain(string(p.Name)), Kind: ledger.Savings, Currency: string(p.Currency), Closed: p.Deleted,
	}, Number: "pot " + p.ID}
	if a.Name == "" {
		a.Name = "Pot"
	}
	switch {
	case p.ID == "":
		a.Err = misread("monzo.account", "read a pot", errors.New("it has no id"))
	case !money.KnownForm(a.Currency):
		a.Err = misread("bank.currency", "read a pot", errors.New("it has no ISO 4217 currency"))
	case p.Deleted:
		a.Balance.Booked = money.New(0, a.Currency)
	default:
		a.Balance.Booked, a.Err = minor(p.Balance, a.Currency, a.Currency, "read a pot")
	}
	return a
}

// minor reads an amount: a whole number of minor units with its sign, positive into the account.
func minor(n json.Number, currency, want, op string) (money.Amount, error) {
	if currency != want {
		return money.Amount{}, misread("bank.currency", op, errors.New("an amount is in another currency than its account"))
	}
	units, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil || units == math.MinInt64 { // which has no opposite
		return money.Amount{}, misread("monzo.amount", op, errors.New("an amount is no whole number of minor units"))
	}
	return money.New(units, want), nil
}
