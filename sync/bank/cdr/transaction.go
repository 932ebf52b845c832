package cdr

import (
	"io"
	"strings"
	"time"

	"coffer/app/ledger"
	"coffer/sync/bank/reply"
)

// listed is one page of transactions.
type listed struct {
	rows   []ledger.Row
	count  int  // of all that are on the page, those in other purses among them
	total  int  // in the list; 0 where the bank doesn't say
	others bool // total counts rows that are not told here
	beside reply.Fields
}

// readRows reads a page. A row that the bank gives no time at all is one of the day undated, or of another window where that
// is zero. A bank counts the rows of all purses in one.
func readRows(body io.Reader, account ledger.Account, undated ledger.Date) (l listed, err error) {
	const op = "read a transaction"
	id, _, parted := strings.Cut(account.BankID, currencyMark)
	l.others = parted
	l.beside, err = reply.Read(body, reply.List{Path: "data.transactions", Each: func(f reply.Fields) error {
		l.count++
		if of := f.Get("accountId"); of != "" && of != id {
			return reply.Other(op)
		}
		currency, err := currencyOf(f, "currency", op)
		switch {
		case err != nil:
			return err
		case currency != account.Currency && parted: // it is in another purse
			return nil
		}
		if err := reply.Same(currency, account.Currency, op); err != nil {
			return err
		}
		row, err := rowOf(f, currency, undated)
		if err == nil && row.Date == 0 {
			l.others = true
			return nil
		}
		l.rows = append(l.rows, row)
		return err
	}})
	if err == nil && l.beside.Get("meta.totalRecords") != "" {
		l.total, err = reply.Count(l.beside.Get("meta.totalRecords"), "read a list")
	}
	return l, err
}

// rowOf reads a transaction. Its amount is negative where money left the account. Its id may be missing, and nothing
// ties a pending one to what it is booked as: the standard has no provision for that.
func rowOf(f reply.Fields, currency string, undated ledger.Date) (ledger.Row, error) {
	r := ledger.Row{
		SourceID: f.Get("transactionId"), Pending: pending(f),
		Payee: payeeOf(f), Text: reply.Plain(f.Get("description")), Memo: reply.Plain(f.First("reference", "crn")),
		Category: categoryOf(f.Get("type")), MCC: code(f.Get("merchantCategoryCode")), Channel: ledger.ChannelOf(f.Get("type")), Raw: f.Raw(),
	}
	if r.Memo == r.Text || r.Memo == r.SourceID {
		r.Memo = ""
	}
	var err error
	if r.Date, err = dateOf(f, r.Pending, undated); err != nil {
		return ledger.Row{}, err
	}
	if at, ok := reply.Instant(f.Get("executionDateTime")); ok && !startOfDay(at) {
		r.At = at.UTC()
	}
	r.Amount, err = reply.Decimal(f.Get("amount"), currency, "read a transaction")
	return r, err
}

// pending reads status, and where that is new whether it was posted: each posted one has the time.
func pending(f reply.Fields) bool {
	switch f.Get("status") {
	case "PENDING":
		return true
	case "POSTED":
		return false
	}
	return f.Get("postingDateTime") == ""
}

func payeeOf(f reply.Fields) string {
	for _, name := range []string{"merchantName", "billerName", "description", "reference", "type"} {
		if text := reply.Plain(f.Get(name)); text != "" {
			return text
		}
	}
	return ""
}

// dateOf reads the effective date as the standard has it: posted, else executed. A pending one may have neither.
func dateOf(f reply.Fields, pending bool, undated ledger.Date) (ledger.Date, error) {
	const op = "read a transaction"
	names := []string{"postingDateTime", "executionDateTime", "valueDateTime"}
	if err := f.Flat("bank.date", op, names...); err != nil {
		return 0, err
	}
	text := f.First(names...)
	if text == "" && pending {
		return undated, nil
	}
	if at, ok := reply.Instant(text); ok && dayOf(at).Plausible() {
		return dayOf(at), nil
	}
	return reply.Day(op, text) // no RFC 3339, and perhaps a day all the same
}

// categoryOf reads the types that are one of our categories. A transfer is the banks' word for any payment.
func categoryOf(kind string) ledger.Category {
	switch kind {
	case "FEE", "INTEREST_CHARGED":
		return ledger.Fees
	case "INTEREST_PAID":
		return ledger.Interest
	}
	return ledger.NoCategory
}

// code returns text if it is a merchant category code.
func code(text string) string {
	if len(text) == 4 && strings.Trim(text, "0123456789") == "" {
		return text
	}
	return ""
}

// Zones of Australia's east and west, in seconds.
const (
	eastern = 10 * 60 * 60 // AEST
	summer  = 11 * 60 * 60 // AEDT
	western = 8 * 60 * 60  // AWST
)

// opens and closes are the first and the last instant that may be of a day, wherever in Australia.
func opens(day ledger.Date) string {
	return day.Time().Add(-summer * time.Second).Format(time.RFC3339)
}

func closes(day ledger.Date) string {
	return day.AddDays(1).Time().Add((-western - 1) * time.Second).Format(time.RFC3339)
}

// dayOf is the day that at is of. Where an offset is told it is the day that is printed, else the day in the east: many
// banks keep days alone and make an instant of them in UTC, midnight there or midnight in the east ("T14:00:00Z", and
// "T13:00:00Z" in summer), which are of that day in the east, too.
func dayOf(at time.Time) ledger.Date {
	if _, offset := at.Zone(); offset != 0 {
		return ledger.DateOf(at)
	}
	return ledger.DateOf(inTheEast(at))
}

// startOfDay reports an instant that stands for a day.
func startOfDay(at time.Time) bool {
	return midnight(at) || midnight(at.UTC()) || midnight(inTheEast(at))
}

func midnight(at time.Time) bool { return at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 }

// inTheEast is at as a clock in Sydney or Melbourne shows it: summer time is from the first Sunday of October to the
// first Sunday of April, changed at two o'clock standard time. Not every computer knows the zone by name.
func inTheEast(at time.Time) time.Time {
	at = at.UTC()
	local := at.Add(eastern * time.Second)
	begins, ends := firstSunday(local.Year(), time.October), firstSunday(local.Year(), time.April)
	if local.Before(ends) || !local.Before(begins) {
		return at.In(time.FixedZone("AEDT", summer))
	}
	return at.In(time.FixedZone("AEST", eastern))
}

// firstSunday is two o'clock on the first Sunday of a month, on a clock that stands as UTC's.
func firstSunday(year int, month time.Month) time.Time {
	first := time.Date(year, month, 1, 2, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, (7-int(first.Weekday()))%7)
}
