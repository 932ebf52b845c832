package up

import (
	"io"

	"coffer/app/ledger"
	"coffer/sync/bank/reply"
)

const held = "HELD"

func readRows(body io.Reader, currency string) (all []ledger.Row, next string, err error) {
	beside, err := reply.Read(body, reply.List{Path: "data", Each: func(f reply.Fields) error {
		row, err := rowOf(f, currency)
		all = append(all, row)
		return err
	}})
	return all, beside.Get("links.next"), err
}

// rowOf reads an entry. The id stays the same when a held one settles. amount alone counts: roundUp and
// cashback describe what went along, and are kept raw.
func rowOf(f reply.Fields, currency string) (ledger.Row, error) {
	const op = "read a transaction"
	r := ledger.Row{
		SourceID: f.Get("id"), Pending: pending(f),
		Payee: reply.Plain(f.Get("attributes.description")), Text: reply.Plain(f.Get("attributes.rawText")),
		Memo:     reply.Plain(f.First("attributes.message", "attributes.note.text")),
		Category: reply.Category(f.Get("relationships.category.data.id"), f.Get("relationships.parentCategory.data.id")),
		Card:     ledger.Mask(f.Get("attributes.cardPurchaseMethod.cardNumberSuffix")), Channel: ledger.ChannelOf(f.Get("attributes.cardPurchaseMethod.method"), f.Get("attributes.transactionType")), Raw: f.Raw(),
	}
	if r.SourceID == "" {
		return ledger.Row{}, reply.NoID(op)
	}
	if r.Payee == "" {
		r.Payee = r.Text
	}
	made, settled := f.Get("attributes.createdAt"), f.Get("attributes.settledAt")
	if r.Pending {
		settled = ""
	}
	var err error
	if r.Date, err = reply.Day(op, settled, made); err != nil {
		return ledger.Row{}, err
	}
	if at, ok := reply.Instant(made); ok {
		r.At = at.UTC()
	}
	if r.Amount, err = amountOf(f, "attributes.amount", currency, op); err != nil {
		return ledger.Row{}, err
	}
	r.Foreign = reply.Foreign(f.Get("attributes.foreignAmount.value"), f.Get("attributes.foreignAmount.currencyCode"), r.Amount)
	if f.Get("relationships.transferAccount.data.id") != "" {
		r.Category = ledger.Transfer
	}
	return r, nil
}

// pending reads status, and where it is new takes the time of settling as the sign of a booked entry.
func pending(f reply.Fields) bool {
	switch f.Get("attributes.status") {
	case held:
		return true
	case "SETTLED":
		return false
	}
	return f.Get("attributes.settledAt") == ""
}
