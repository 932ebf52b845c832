package starling

import (
	"io"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank/reply"
)

func readFeed(body io.Reader, currency string) (all []ledger.Row, err error) {
	_, err = reply.Read(body, reply.List{Path: "feedItems", Each: func(f reply.Fields) error {
		if never(f.Get("status")) {
			return nil
		}
		row, err := rowOf(f, currency)
		all = append(all, row)
		return err
	}})
	return all, err
}

// never reports a status of what moved no money, or hasn't yet: it counts nowhere.
func never(status string) bool {
	switch status {
	case "DECLINED", "REVERSED", "UPCOMING", "UPCOMING_CANCELLED", "RETRYING", "ACCOUNT_CHECK":
		return true
	}
	return false
}

// rowOf reads a feed item. The id stays the same when a pending one settles.
func rowOf(f reply.Fields, currency string) (ledger.Row, error) {
	const op = "read a transaction"
	r := ledger.Row{
		SourceID: f.Get("feedItemUid"), Pending: pending(f),
		Payee: reply.Plain(f.Get("counterPartyName")), Text: reply.Plain(f.Get("reference")), Memo: reply.Plain(f.Get("userNote")),
		Category: categoryOf(f), MCC: mcc(f.Get("masterCardFeedDetails.mcc")), Card: ledger.Mask(f.Get("masterCardFeedDetails.cardLast4")),
		Country: ledger.CountryOf(f.Get("country")), Channel: ledger.ChannelOf(f.Get("sourceSubType"), f.Get("source")), Raw: f.Raw(),
	}
	if r.SourceID == "" {
		return ledger.Row{}, reply.NoID(op)
	}
	if r.Payee == "" {
		r.Payee = r.Text
	}
	made, settled := f.Get("transactionTime"), f.Get("settlementTime")
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
	if r.Amount, err = signed(f, currency, op); err != nil {
		return ledger.Row{}, err
	}
	if paid := f.Get("sourceAmount.currency"); money.KnownForm(paid) {
		if a, err := reply.Minor(f.Get("sourceAmount.minorUnits"), paid, op); err == nil {
			r.Foreign = reply.Foreign(a.Decimal(), paid, r.Amount)
		}
	}
	return r, nil
}

// mcc reads a merchant category code, which is told as a number: without the noughts that it begins with.
func mcc(told string) string {
	const digits = 4
	if told == "" || len(told) > digits || strings.Trim(told, "0123456789") != "" {
		return ""
	}
	return strings.Repeat("0", digits-len(told)) + told
}

// signed gives the amount, which is told without a sign, that of its direction.
func signed(f reply.Fields, currency, op string) (money.Amount, error) {
	a, err := amountAt(f, "amount", currency, op)
	if err != nil {
		return money.Amount{}, err
	}
	switch way := f.Get("direction"); {
	case way == "IN" || way == "OUT":
		return reply.Signed(a, way == "OUT", op)
	case a.Minor <= 0:
		return a, nil // the bank's own sign
	}
	return money.Amount{}, reply.NoDirection(op)
}

// pending reads status, and where it is new takes the time of settling as the sign of a booked item.
func pending(f reply.Fields) bool {
	switch f.Get("status") {
	case "PENDING":
		return true
	case "SETTLED", "REFUNDED":
		return false
	}
	return f.Get("settlementTime") == ""
}

func categoryOf(f reply.Fields) ledger.Category {
	if f.Get("source") == "INTERNAL_TRANSFER" {
		return ledger.Transfer
	}
	if f.Get("spendingCategory") == "PAYMENTS" { // to others, too
		return ledger.NoCategory
	}
	return reply.Category(f.Get("spendingCategory"))
}
