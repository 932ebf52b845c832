package ofx

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

// fields is a movement as the file gives it.
type fields struct {
	line                 int
	pending, original    bool   // original: the amount is converted already (ORIGCURRENCY)
	twice                bool   // two dates or two amounts: two rows run into one
	garbled              bool   // text stands among its elements
	dated, valued        bool   // DTPOSTED or TRNAMT was there; DTTRADE counts as DTPOSTED
	name                 string // the aggregate's
	sort, date, made, id string
	amount, rate, symbol string
	payee, extended      string
	memo, industry       string
	correction           bool
	raw                  []ledger.Field
}

// shown is what a person knows the movement by.
func (f *fields) shown() string {
	switch {
	case f.payee != "":
		return f.payee
	case f.extended != "":
		return f.extended
	}
	return f.memo
}

// rowLeaf takes a leaf of the movement that is open.
func (r *reader) rowLeaf(t *token) {
	f, in := &r.fields, r.top().tag
	if in == counterpart || in == wrapper && r.inRow != trade || in == unknown {
		r.keep(t)
		return
	}
	switch t.tag {
	case posted:
		f.twice = f.twice || f.dated
		f.date, f.dated = t.text, true
	case made:
		f.made = t.text
	case amount:
		f.twice = f.twice || f.valued
		f.amount, f.valued = t.text, true
	case sourceID:
		f.id = t.value()
	case name:
		if f.payee == "" {
			f.payee = t.value()
		}
	case extended:
		f.extended = t.value()
	case memo:
		f.memo = t.value()
	case total:
		f.amount = t.text
	case correction, correctedID:
		f.correction = f.correction || t.text != ""
	default:
		r.noteLeaf(t)
	}
}

// noteLeaf takes a leaf that stays among the raw fields too.
func (r *reader) noteLeaf(t *token) {
	switch f := &r.fields; t.tag {
	case rate:
		f.rate = t.text
	case symbol:
		f.symbol = strings.ToUpper(t.text)
	case industry:
		f.industry = t.text
	case rowType:
		f.sort = t.text
	}
	r.keep(t)
}

// keep adds a leaf to the raw fields. What a Row holds whole is not kept twice.
func (r *reader) keep(t *token) {
	if t.text != "" && r.inRow != trade {
		r.fields.raw = append(r.fields.raw, ledger.Field{Name: t.name, Value: t.value()})
	}
}

// endRow makes a Row of the fields, or a Skip with the first reason against it.
func (r *reader) endRow() error {
	f := &r.fields
	if f.pending && !f.dated {
		f.date, f.made = f.made, ""
	}
	if !money.KnownForm(r.now.currency) {
		if err := r.settleBy(); err != nil {
			return err
		}
	}
	switch {
	case f.garbled:
		return r.skip("ofx.text")
	case f.twice:
		return r.skip("ofx.twice")
	case f.correction:
		return r.skip("ofx.correction")
	}
	day, ok := r.days.in(f.date)
	if !ok {
		return r.skip("ofx.date", "value", f.date)
	}
	rows := r.now.room()
	out := &rows[len(rows)-1] // filled where it will stand: a Row is large
	if why := r.value(out); why != "" {
		*out = ledger.Row{}
		if why == "ofx.rate" {
			return r.skip(why, "value", f.amount, "rate", f.rate, "currency", f.symbol)
		}
		return r.skip(why, "value", f.amount)
	}
	out.SourceID, out.Pending, out.Date, out.Line = f.id, f.pending, day, f.line
	r.describe(out)
	r.now.rows = rows
	return nil
}

// room returns the rows with one more, empty, at the end.
func (s *sheet) room() []ledger.Row {
	if len(s.rows) == cap(s.rows) {
		s.rows = slices.Grow(s.rows, max(len(s.rows), 32)) // append alone grows by a quarter
	}
	return s.rows[:len(s.rows)+1]
}

// settleBy is settle with the row that just ended as a witness.
func (r *reader) settleBy() error {
	if s := r.now; s.currency == "" && money.KnownForm(r.fields.symbol) && isOne(r.fields.rate) {
		s.currency = r.fields.symbol
	}
	return r.settle(r.now)
}

// value reads the amounts. Under CURRENCY the amount is in that currency and the rate brings
// it to the account's; under ORIGCURRENCY that was done (OFX 2.3 §5.2).
func (r *reader) value(out *ledger.Row) (why string) {
	f, home := &r.fields, r.now.currency
	if f.symbol == "" || f.symbol == home {
		out.Amount, why = amountIn(f.amount, home)
		return why
	}
	exchange, ok := rateIn(f.rate)
	if !money.KnownForm(f.symbol) || !ok {
		if !f.original {
			return "ofx.rate"
		}
		out.Amount, why = amountIn(f.amount, home) // the purchase's own amount stays unknown
		return why
	}
	if f.original {
		if out.Amount, why = amountIn(f.amount, home); why == "" {
			out.Foreign, _ = converted(out.Amount, new(big.Rat).Inv(exchange), f.symbol, false)
		}
		return why
	}
	if out.Foreign, why = amountIn(f.amount, f.symbol); why == "" {
		out.Amount, why = converted(out.Foreign, exchange, home, true)
	}
	return why
}

// describe fills what is not money.
func (r *reader) describe(out *ledger.Row) {
	f := &r.fields
	out.Payee, out.Memo = f.payee, f.memo
	if len(f.extended) > len(f.payee) { // NAME is cut at 32 letters
		out.Payee, out.Text = f.extended, f.payee
	}
	if out.Payee == "" {
		out.Payee, out.Memo = f.memo, ""
	}
	out.Category, out.Channel = categoryOf(f.sort, out.Amount.Minor), ledger.ChannelOf(f.sort)
	if len(f.industry) == 4 && digitsOf(f.industry) == f.industry {
		out.MCC = f.industry
	}
	out.At = r.instant(f)
	if len(f.raw) > 0 {
		out.Raw = r.store(f.raw)
	}
}

// instant returns when the movement was made, where the bank says so: DTUSER with a time and an
// offset. Midnight and noon sharp are what banks print for "no time". DTPOSTED is the bank's own clock.
func (r *reader) instant(f *fields) time.Time {
	if len(f.made) <= 8 {
		return time.Time{}
	}
	at, explicit := instantIn(f.made)
	_, tail, _ := splitDay(f.made)
	if clock, _ := clockIn(tail); !explicit || clock == 0 || clock == 12*time.Hour {
		return time.Time{}
	}
	return at
}

// store copies fields into one of few large arrays, rather than one small one for each row.
func (r *reader) store(raw []ledger.Field) []ledger.Field {
	const chunk = 4096
	if len(raw) > cap(r.arena)-len(r.arena) {
		r.arena = make([]ledger.Field, 0, max(chunk, len(raw)))
	}
	from := len(r.arena)
	r.arena = append(r.arena, raw...)
	return r.arena[from:len(r.arena):len(r.arena)]
}

// categoryOf maps a TRNTYPE where it says what the money was for, not only how it moved.
func categoryOf(sort string, minor int64) ledger.Category {
	switch strings.ToUpper(sort) {
	case "INT":
		if minor < 0 {
			return ledger.Fees
		}
		return ledger.Interest
	case "DIV":
		return ledger.OtherIncome
	case "FEE", "SRVCHG":
		return ledger.Fees
	case "ATM", "CASH":
		return ledger.Cash
	case "XFER":
		return ledger.Transfer
	}
	return ledger.NoCategory
}
