package demobank

import "time"

// bill is paid on one day of each month.
type bill struct {
	payee, category string
	day             int
	low, high       int64 // cents
}

func theBills() []bill {
	return []bill{
		{"Alder Street 12, rent", "Housing", 1, 1_850_00, 1_850_00},
		{"Beacon Internet", "Utilities", 6, 54_90, 54_90},
		{"Harbour Mutual insurance", "Insurance", 8, 86_40, 86_40},
		{"Northgrid Power", "Utilities", 11, 62_00, 118_00},
		{"Clearwater Utility", "Utilities", 17, 34_00, 41_00},
		{"Skylark Mobile", "Utilities", 22, 38_00, 38_00},
	}
}

const (
	salaryDay   = 25
	savingDay   = 26
	cardPayDay  = 5
	cardEndDay  = 20
	firstSalary = 4_440_00
	yearlyRaise = 90_00
)

func (l *life) open(day time.Time) {
	at := clock(day, 4, 0)
	l.add(row{on: everyday, post: at, amount: 3_200_00, payee: "Opening deposit", text: "OPENING DEPOSIT", category: "Transfer"})
	l.add(row{on: reserve, post: at, amount: 6_000_00, payee: "Opening deposit", text: "OPENING DEPOSIT", category: "Transfer"})
}

func (l *life) bills(day time.Time) {
	for _, b := range l.script.bills {
		if day.Day() != b.day {
			continue
		}
		d := l.dice(day, b.payee)
		l.add(row{on: everyday, post: clock(day, 5, int(d.between(0, 59))), amount: -d.between(b.low, b.high),
			payee: b.payee, text: printed(b.payee), category: b.category})
	}
	if day.Equal(workday(day, salaryDay)) {
		years := int64(day.Year() - l.first.Year())
		l.add(row{on: everyday, post: clock(day, 4, 30), amount: firstSalary + years*yearlyRaise,
			payee: "Finch and Rowe, salary", text: "FINCH AND ROWE PAYROLL", category: "Salary"})
	}
}

// workday is the given day of that month, or the Friday before it on a weekend.
func workday(month time.Time, day int) time.Time {
	d := time.Date(month.Year(), month.Month(), day, 0, 0, 0, 0, time.UTC)
	for weekend(d) {
		d = d.AddDate(0, 0, -1)
	}
	return d
}

func (l *life) transfers(day time.Time) {
	// The pot is filled until three months before the first start; since then it only lies there.
	if day.Day() == savingDay && day.Before(l.born.AddDate(0, 0, -90)) {
		if spare := l.spare(day); spare > 0 {
			l.move(clock(day, 5, 10), spare, move{
				from: everyday, fromPayee: "To Northlight Reserve", fromText: "TRANSFER TO RESERVE",
				to: reserve, toPayee: "From Northlight Everyday", toText: "TRANSFER FROM EVERYDAY"})
		}
	}
	if day.Day() == cardPayDay {
		if owed := l.owedOn(day); owed > 0 {
			l.move(clock(day, 5, 20), owed, move{
				from: everyday, fromPayee: "To Northlight card", fromText: "CARD PAYMENT 4417",
				to: card, toPayee: "Payment received", toText: "PAYMENT RECEIVED"})
		}
	}
}

// least is what the everyday account holds at the start of a day, or the pot helps out.
const (
	least   = 250_00
	helpOut = 500_00
)

// helpFromPot takes back from the pot in a month so thin that the account would be overdrawn.
func (l *life) helpFromPot(day time.Time) {
	if l.bookedBefore(everyday, day) < least && l.bookedBefore(reserve, day) >= helpOut {
		l.move(clock(day, 3, 0), helpOut, move{
			from: reserve, fromPayee: "To Northlight Everyday", fromText: "TRANSFER TO EVERYDAY",
			to: everyday, toPayee: "From Northlight Reserve", toText: "TRANSFER FROM RESERVE"})
	}
}

func (l *life) bookedBefore(on holder, day time.Time) (booked int64) {
	for _, r := range l.rows[on] {
		if !r.post.IsZero() && r.post.Before(day) {
			booked += r.amount
		}
	}
	return booked
}

// spare is what the person saves after pay day: nothing in a thin month, more in a fat one,
// which is also what keeps every seed's account above zero.
func (l *life) spare(day time.Time) int64 {
	booked := l.bookedBefore(everyday, day)
	switch {
	case booked > 7_000_00:
		return 900_00
	case booked > 6_000_00:
		return 600_00
	case booked > 4_500_00:
		return 300_00
	default:
		return 0
	}
}

type move struct {
	from, to            holder
	fromPayee, fromText string
	toPayee, toText     string
}

func (l *life) move(at time.Time, cents int64, m move) {
	l.add(row{on: m.from, post: at, amount: -cents, payee: m.fromPayee, text: m.fromText, category: "Transfer"})
	l.add(row{on: m.to, post: at, amount: cents, payee: m.toPayee, text: m.toText, category: "Transfer", kind: "PAYMENT"})
}

// owedOn is the last card statement's balance as it stands on a payment day.
func (l *life) owedOn(day time.Time) int64 {
	var owed int64
	end := statementEnd(day)
	for _, r := range l.rows[card] {
		if !r.post.IsZero() && r.post.Before(end) {
			owed -= r.amount
		}
	}
	return owed
}

// statementEnd is the last midnight, at or before now, that closed a card statement.
func statementEnd(now time.Time) time.Time {
	end := time.Date(now.Year(), now.Month(), cardEndDay+1, 0, 0, 0, 0, time.UTC)
	if end.After(now) {
		end = time.Date(now.Year(), now.Month()-1, cardEndDay+1, 0, 0, 0, 0, time.UTC)
	}
	return end
}
