package ofx

import (
	"strconv"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/statement"
)

// sheet is a statement while it is read.
type sheet struct {
	kind                                 tag
	line                                 int
	bank, branch, number, sort, currency string
	start, end                           string
	booked, available                    balance
	asOf                                 string // of an investment account
	rows                                 []ledger.Row

	positions, positionsLine int
	values                   []string // MKTVAL of each position
	held                     string   // cash of an investment account
	margin, foreign          bool     // it owes, or holds something in another currency
}

type balance struct {
	amount, asOf string
	line         int
}

// leaf takes a leaf that stands in an aggregate of tag in.
func (s *sheet) leaf(in tag, t *token, line int) {
	switch in {
	case account:
		s.accountLeaf(t)
	case period:
		switch t.tag {
		case start:
			s.start = t.text
		case end:
			s.end = t.text
		}
	case booked:
		s.booked.leaf(t, line)
	case available:
		s.available.leaf(t, line)
	case bankStatement, cardStatement, investStatement:
		switch t.tag {
		case defaultCurrency:
			s.currency = strings.ToUpper(t.text)
		case asOf:
			s.asOf = t.text
		}
	default:
		s.investLeaf(in, t)
	}
}

func (s *sheet) accountLeaf(t *token) {
	switch t.tag {
	case accountBank:
		s.bank = t.value()
	case accountBranch:
		s.branch = t.value()
	case accountNumber:
		s.number = t.value()
	case accountType:
		s.sort = strings.ToUpper(t.text)
	}
}

func (s *sheet) investLeaf(in tag, t *token) {
	switch {
	case t.tag == marketValue && in == position:
		s.values = append(s.values, t.text)
	case t.tag == symbol && s.positionsLine > 0 && !strings.EqualFold(t.text, s.currency):
		s.foreign = true
	case t.tag == cashHeld && in == cash:
		s.held = t.text
	case t.tag == marginHeld && in == cash:
		s.margin = s.margin || strings.Trim(t.text, "+-0.,") != ""
	}
}

// hold notes a position, or the list of them.
func (s *sheet) hold(what tag, line int) {
	if s.positionsLine == 0 {
		s.positionsLine = line
	}
	if what == position {
		s.positions++
	}
}

func (b *balance) leaf(t *token, line int) {
	switch t.tag {
	case amountOf:
		b.amount, b.line = t.text, line
	case asOf:
		b.asOf = t.text
	}
}

// endSheet makes a Statement of the sheet that ends.
func (r *reader) endSheet(f frame) error {
	s, index := r.now, len(r.file.Statements)
	r.now = nil
	if index == statement.MostStatements {
		return r.refuse(f.at, "ofx.many", errMany)
	}
	if err := r.settle(s); err != nil {
		return err
	}
	out := statement.Statement{Account: s.account(r.bank), Rows: s.rows}
	from, fromSaid := dateIn(s.start)
	to, toSaid := dateIn(s.end)
	if fromSaid && toSaid && from <= to {
		out.From, out.To = from, to
	}
	out.Cover(fromSaid && toSaid && from <= to)
	var err error
	if s.kind == investStatement {
		err = r.worth(s, &out, index)
	} else {
		err = r.balances(s, &out, index)
	}
	r.file.Statements = append(r.file.Statements, out)
	return err
}

// settle makes sure that the account's currency is known: the file says it, or the person did.
func (r *reader) settle(s *sheet) error {
	if money.KnownForm(s.currency) {
		return nil
	}
	if money.KnownForm(r.options.Currency) {
		s.currency = r.options.Currency
		return nil
	}
	return statement.Refuse(s.line, "ofx.currency", errCurrency)
}

func (s *sheet) account(bank string) ledger.Account {
	a := ledger.Account{
		Provider: statement.FileProvider, Bank: bank, Kind: s.accountKind(),
		Currency: s.currency, Masked: ledger.Mask(s.number),
	}
	if a.Masked != "" {
		// Words between the parts keep "12"+"345" from being "123"+"45".
		number := "bank" + s.bank + "branch" + s.branch + "account" + s.number
		a.Identity = ledger.IdentityOf(statement.FileProvider, number, a.Kind, a.Currency)
	}
	return a
}

func (s *sheet) accountKind() ledger.Kind {
	switch {
	case s.kind == cardStatement:
		return ledger.Card
	case s.kind == investStatement:
		return ledger.Investment
	}
	switch s.sort {
	case "CHECKING":
		return ledger.Checking
	case "SAVINGS", "MONEYMRKT", "CD":
		return ledger.Savings
	case "CREDITLINE":
		return ledger.Loan
	}
	return ledger.Other
}

// balances takes LEDGERBAL and AVAILBAL. A balance that is there but can't be read is listed; an
// available one alone is none: what the account holds is not said.
func (r *reader) balances(s *sheet, out *statement.Statement, index int) error {
	if s.booked.line > 0 {
		held, why := amountIn(s.booked.amount, s.currency)
		if why != "" {
			return r.unreadLine(s.booked.line, index, "ofx.balance", s.booked.amount)
		}
		out.HasBalance = true
		out.Balance.Booked = held
		out.Balance.AsOf, _ = instantIn(s.booked.asOf)
	}
	if s.available.line > 0 {
		free, why := amountIn(s.available.amount, s.currency)
		if why != "" || !out.HasBalance {
			return r.unreadLine(s.available.line, index, "ofx.balance", s.available.amount)
		}
		out.Balance.Available = free
	}
	return nil
}

// worth makes the balance of an investment account: its cash and what its positions are worth,
// each as the file says. With debts against it, or a value in another currency, the sum is not
// ours to make.
func (r *reader) worth(s *sheet, out *statement.Statement, index int) error {
	if s.positions > 0 {
		if err := r.unreadLine(s.positionsLine, index, "ofx.positions", "", "n", strconv.Itoa(s.positions)); err != nil {
			return err
		}
	}
	if s.held == "" && s.positions == 0 {
		return nil
	}
	sum, ok := money.New(0, s.currency), !s.margin && !s.foreign && len(s.values) == s.positions
	for _, text := range append(s.values, s.held) {
		part, known := worthIn(text, s.currency)
		var err error
		if sum, err = sum.Add(part); err != nil || !known {
			ok = false
		}
	}
	if !ok {
		return r.unreadLine(s.line, index, "ofx.value", "")
	}
	out.HasBalance = true
	out.Balance.Booked = sum
	out.Balance.AsOf, _ = instantIn(s.asOf)
	return nil
}

// worthIn reads a market value, to the nearest minor unit: it is a price times a number, not
// money that moved, and has any number of decimals. Empty is nothing.
func worthIn(text, currency string) (a money.Amount, ok bool) {
	a, why := amountIn(text, currency)
	if v, decimal := decimalIn(text); why != "" && decimal && !strings.Contains(text, ",") {
		a, why = converted(money.New(1, currency), v.Mul(v, unitsOf(currency)), currency, false)
	}
	return a, why == "" || text == ""
}
