package akahu

import (
	"io"
	"strings"
	"time"

	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

func readSettled(body io.Reader, currency string) (all []ledger.Row, next string, err error) {
	next, err = readItems(body, func(f reply.Fields) error {
		row, err := rowOf(f, currency)
		if err == nil && row.SourceID == "" {
			err = reply.NoID("read a transaction")
		}
		all = append(all, row)
		return err
	})
	return all, next, err
}

// pendingOf returns those of listed that are account's and in w. They have no id that stays, so none is kept:
// what settles is known again by its amount, day and text.
func pendingOf(listed []reply.Fields, account ledger.Account, w bank.Window) ([]ledger.Row, error) {
	var all []ledger.Row
	for _, f := range listed {
		if f.Get("_account") == "" {
			return nil, reply.NoID("read a pending transaction")
		}
		if f.Get("_account") != account.BankID {
			continue
		}
		row, err := rowOf(f, account.Currency)
		if err != nil {
			return nil, err
		}
		if row.SourceID, row.Pending = "", true; row.Date >= w.From && row.Date <= w.To {
			all = append(all, row)
		}
	}
	return all, nil
}

// rowOf reads a transaction, whose amount is a JSON number with its sign.
func rowOf(f reply.Fields, currency string) (ledger.Row, error) {
	const op = "read a transaction"
	r := ledger.Row{
		SourceID: f.Get("_id"), Payee: reply.Plain(f.First("merchant.name", "description")), Text: reply.Plain(f.Get("description")),
		Memo:     reply.Plain(strings.Join([]string{f.Get("meta.particulars"), f.Get("meta.code"), f.Get("meta.reference")}, " ")),
		Category: reply.Category(f.Get("category.groups.personal_finance.name"), f.Get("category.name")),
		Card:     ledger.Mask(f.Get("meta.card_suffix")), Channel: ledger.ChannelOf(f.Get("type")), Raw: f.Raw(),
	}
	if kind := f.Get("type"); r.Category == ledger.NoCategory && (kind == "INTEREST" || kind == "FEE" || kind == "ATM") {
		r.Category = reply.Category(kind)
	}
	told := f.Get("date")
	var err error
	if r.Date, err = reply.Day(op, told); err != nil {
		return ledger.Row{}, err
	}
	if at, ok := reply.Instant(told); ok {
		local := at.Add(offset(at))
		if r.Date = ledger.DateOf(local.UTC()); local.UTC().Truncate(24*time.Hour) != local.UTC() {
			r.At = at.UTC() // midnight is a day that was written as an instant
		}
	}
	if r.Amount, err = reply.Decimal(f.Get("amount"), currency, op); err != nil {
		return ledger.Row{}, err
	}
	r.Foreign = reply.Foreign(f.Get("meta.conversion.amount"), f.Get("meta.conversion.currency"), r.Amount)
	return r, nil
}

// offset is how far New Zealand is ahead of UTC at an instant: 13 hours from the last Sunday of September,
// 2:00, to the first Sunday of April, 3:00, else 12 (Daylight Time Order 2007). Akahu tells a day as its midnight there,
// in UTC; the zone is reckoned here, for not every system has a table of zones.
func offset(at time.Time) time.Duration {
	year := at.Add(12 * time.Hour).UTC().Year()
	ends := sunday(time.Date(year, time.April, 1, 0, 0, 0, 0, time.UTC)).Add(2*time.Hour - 12*time.Hour)
	begins := sunday(time.Date(year, time.September, 24, 0, 0, 0, 0, time.UTC)).Add(2*time.Hour - 12*time.Hour)
	if at.Before(ends) || !at.Before(begins) {
		return 13 * time.Hour
	}
	return 12 * time.Hour
}

// sunday is day, or the Sunday after it.
func sunday(day time.Time) time.Time { return day.AddDate(0, 0, (7-int(day.Weekday()))%7) }

// startOf is the instant at which a day begins in New Zealand.
func startOf(day ledger.Date) time.Time {
	midnight := day.Time().Add(-12 * time.Hour)
	return day.Time().Add(-offset(midnight))
}
