package ledger

import (
	"math/big"
	"slices"
	"strings"
)

// judge says how near two rows are to being one transfer: what they say of each other's accounts
// first, then the days.
func (m *matching) judge(out, in *leg) (edge, bool) {
	gap := int(in.row.Date - out.row.Date)
	wait := 2 * abs(gap)
	if gap < 0 {
		wait++ // money comes after it went, as a rule
	}
	named := out.names(in.owner) || in.names(out.owner)
	spoken := out.speaks || in.speaks
	e := edge{out: out, in: in, rank: wait, reason: ReasonTransfer}
	if out.row.Amount.Currency != in.row.Amount.Currency {
		return m.across(e, named, spoken)
	}
	switch {
	case named:
		e.sure = true
	case spoken:
		e.rank, e.sure = e.rank+100, true
	default:
		// Two rows of the same amount that say nothing of a transfer may be a purchase and a gift.
		e.rank += 200
		e.sure = abs(gap) <= 1 && !roundAmount(out.row.Amount.Minor)
	}
	return e, true
}

// across judges two rows of two currencies: one of them names the other's amount, or the rate is
// like that of other rows. Without either both must read as a transfer, and the person is asked.
func (m *matching) across(e edge, named, spoken bool) (edge, bool) {
	e.reason = ReasonTransferForeign
	if foreignOf(e.out.row.Row, e.in.row.Row) || foreignOf(e.in.row.Row, e.out.row.Row) {
		e.sure = true
		return e, true
	}
	e.rank += 1000
	fits, known := m.rates.fit(e.out.row.Row, e.in.row.Row)
	if known {
		e.sure = named
		return e, fits && (named || spoken)
	}
	return e, named || e.out.speaks && e.in.speaks
}

// foreignOf reports whether a's amount in the other currency is what b moved.
func foreignOf(a, b Row) bool {
	return a.Foreign.Currency == b.Amount.Currency && a.Foreign.Minor != 0 && magnitude(a.Foreign.Minor) == magnitude(b.Amount.Minor)
}

// roundAmount reports whether an amount is of the sort that people pay by chance as well: whole tens.
func roundAmount(minor int64) bool { return minor%1000 == 0 }

// isPurchase reports whether a row says that it was paid at a shop: its trade is known, and is not
// that of moving money (ISO 18245: 4829, 6010–6012, 6051, 6540).
func isPurchase(r Row) bool {
	return r.MCC != "" && !slices.Contains([]string{"4829", "6010", "6011", "6012", "6051", "6540"}, r.MCC)
}

var transferWords = wordSet(`transfer transfers xfer tfr trf ueberweisung umbuchung uebertrag dauerauftrag virement virements
	transferencia traspaso bonifico giroconto overboeking overschrijving przelew oeverfoering overforing savings sparen sparkonto
	spaarrekening epargne ahorro pot saver`)

// debtWords are how a payment towards a card or a loan reads on that account.
var debtWords = wordSet(`payment autopay thank repayment rueckzahlung paiement pago`)

// owner is an own account as the texts of other rows may name it.
type owner struct {
	masked string
	name   []string
	debt   bool // a card or a loan
}

func ownersOf(own []Account) map[AccountID]*owner {
	owners := make(map[AccountID]*owner)
	for _, a := range own {
		o := &owner{name: strings.Fields(NormalText(a.Name)), debt: a.Kind == Card || a.Kind == Loan}
		if m := NormalText(a.Masked); len(m) >= 3 {
			o.masked = m
		}
		owners[a.ID] = o
	}
	return owners
}

// reads reports whether l reads as a transfer.
func (l *leg) reads() bool {
	return l.row.Category == Transfer || slices.ContainsFunc(l.text, func(w string) bool {
		return transferWords[w] || l.owner.debt && l.row.Amount.Minor > 0 && debtWords[w]
	})
}

// names reports whether the text of l names the account of o: the last digits of its number, or
// every word of its name.
func (l *leg) names(o *owner) bool {
	if o.masked != "" && slices.ContainsFunc(l.text, func(w string) bool { return strings.HasSuffix(w, o.masked) }) {
		return true
	}
	if len(o.name) == 0 || len(strings.Join(o.name, "")) < 4 {
		return false
	}
	return !slices.ContainsFunc(o.name, func(w string) bool { return !slices.Contains(l.text, w) })
}

// rates are the exchange rates that rows tell: for two currencies, what one smallest unit of the
// first was worth in the second.
type rates map[[2]string]*big.Rat

// ratesOf takes the middle one of the rates that rows with an amount in another currency show.
func ratesOf(rows []Transaction) rates {
	seen := make(map[[2]string][]*big.Rat)
	for _, t := range rows {
		if t.Foreign.Currency == "" || t.Foreign.Minor == 0 || t.Amount.Minor == 0 {
			continue
		}
		here, there := big.NewInt(t.Amount.Minor), big.NewInt(t.Foreign.Minor)
		rate := new(big.Rat).SetFrac(there, here)
		rate.Abs(rate)
		key := [2]string{t.Amount.Currency, t.Foreign.Currency}
		seen[key] = append(seen[key], rate)
	}
	middle := make(rates)
	for key, all := range seen {
		slices.SortFunc(all, (*big.Rat).Cmp)
		middle[key] = all[len(all)/2]
	}
	return middle
}

// fit reports whether two amounts are within 5 % of a known rate, and whether one is known.
func (r rates) fit(out, in Row) (fits, known bool) {
	rate := r[[2]string{out.Amount.Currency, in.Amount.Currency}]
	if back := r[[2]string{in.Amount.Currency, out.Amount.Currency}]; rate == nil && back != nil {
		rate = new(big.Rat).Inv(back)
	}
	if rate == nil {
		return false, false
	}
	got := new(big.Rat).SetFrac(big.NewInt(in.Amount.Minor), big.NewInt(out.Amount.Minor))
	got.Abs(got).Quo(got, rate)
	return got.Cmp(big.NewRat(95, 100)) >= 0 && got.Cmp(big.NewRat(105, 100)) <= 0, true
}
