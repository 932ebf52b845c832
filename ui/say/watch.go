package say

import (
	"strings"
	"time"

	"coffer/app/money"
)

// watchPhrases say why something can't be watched. Each stands after the sentence of its fault.
var watchPhrases = []phrase{
	{"watch.name", "There is no name in it that charges could be known by."},
	{"watch.long", "The name is longer than any payee’s."},
	{"watch.order", "It would end before it begins."},
	{"watch.trip-long", "A trip is a year at most."},
	{"watch.country", "{{if .country}}“{{.country}}” is no country: write{{else}}Write{{end}} two letters for each, as ES for Spain."},
	{"watch.amount", "The amount must be above zero."},
	{"watch.currency", "Write the currency of the account, as USD."},
	{"watch.many", "The list is full: take something off it first."},
	{"watch.payment", "It is no payment of yours."},
}

// watchKindPhrases name the kinds of what is watched, over their lists.
var watchKindPhrases = []phrase{
	{"blocked", "Blocked"}, {"trusted", "Trusted"}, {"trip", "Trips"}, {"refund", "Refunds you expect"},
	{"cancelled", "Cancelled subscriptions"}, {"payee", "Known payees"}, {"floor", "Balance floors"},
}

// WatchKind names a kind of what is watched.
func (v *Voice) WatchKind(id string) string { return v.pick("watch-kind.", id, watchKindPhrases) }

// Watched says of what is watched what is told about it. about is the kind, as WatchKind takes it.
func (v *Voice) Watched(about string, since, today time.Time) string {
	day := v.Day(since, today)
	switch about {
	case "blocked":
		return v.T("watched.blocked", "Since {{.Day}}. Every charge there is told", "Day", day)
	case "trusted":
		return v.T("watched.trusted", "Since {{.Day}}. Only hard rules speak there", "Day", day)
	case "cancelled":
		return v.T("watched.cancelled", "Since {{.Day}}. A later charge is told", "Day", day)
	case "payee":
		return v.T("watched.payee", "Confirmed {{.Day}}", "Day", day)
	}
	return ""
}

// Trip says a time abroad: "3 May to 17 May 2027, ES, PT". Without countries it is anywhere.
func (v *Voice) Trip(from, to, today time.Time, countries []string) string {
	where := v.T("trip.anywhere", "anywhere")
	if len(countries) > 0 {
		where = strings.Join(countries, ", ")
	}
	return v.T("trip.days", "{{.From}} to {{.To}}, {{.Where}}", "From", v.Day(from, today), "To", v.Day(to, today), "Where", where)
}

// Refund says money that is expected back, and until when it is in time.
func (v *Voice) Refund(amount money.Amount, by, today time.Time) string {
	return v.T("watched.refund", "{{.Amount}} by {{.Day}}", "Amount", v.Money(amount), "Day", v.Day(by, today))
}

// Floor says the balance below which the person wants to be told.
func (v *Voice) Floor(amount money.Amount) string {
	return v.T("watched.floor", "Told below {{.Amount}}", "Amount", v.Money(amount))
}

// sensitivityPhrases name how much it takes to be told.
var sensitivityPhrases = []phrase{{"calm", "Fewer"}, {"usual", "As usual"}, {"keen", "More"}}

// Sensitivity names how much it takes to be told: "calm", "usual" or "keen".
func (v *Voice) Sensitivity(id string) string { return v.pick("sensitivity.", id, sensitivityPhrases) }

// AMonth says how many alerts are to be expected; tenths are of 30 days.
func (v *Voice) AMonth(tenths int) string {
	if tenths < 10 {
		if tenths == 0 {
			return v.T("a-month.none", "about none a month")
		}
		return v.T("a-month.less", "less than 1 a month")
	}
	return v.N("a-month", "about {{.N}} a month", "about {{.N}} a month", (tenths+5)/10)
}

// Unusual says how many charges are unusual, with no amount and no name: others may look at the screen.
func (v *Voice) Unusual(n int) string {
	return v.N("notice.count", "{{.N}} charge is unusual for you", "{{.N}} charges are unusual for you", n)
}

// Came says how much money that the person waits for has come, with no amount and no name.
func (v *Voice) Came(n int) string {
	return v.N("notice.came", "Money that you wait for seems to have come", "Money that you wait for seems to have come, {{.N}} times", n)
}

// DueNow says that banks should have answered by now, with no name.
func (v *Voice) DueNow(n int) string {
	return v.N("notice.due", "A bank’s answer to your dispute is due", "Banks’ answers to {{.N}} disputes are due", n)
}

// CameFrom says what came: a refund of the watchlist, or what may be the money of a dispute.
func (v *Voice) CameFrom(sure bool, amount money.Amount, name string) string {
	if sure {
		return v.T("news.refund", "The refund that you expect came: {{.Amount}} from {{.Name}}", "Amount", v.Money(amount), "Name", name)
	}
	return v.T("news.money", "{{.Amount}} from {{.Name}} may be the money of your dispute", "Amount", v.Money(amount), "Name", name)
}

// AnswerDue says which dispute a bank should have answered.
func (v *Voice) AnswerDue(name string, by, today time.Time) string {
	return v.T("news.due", "The bank’s answer about {{.Name}} was due by {{.Day}}", "Name", name, "Day", v.Day(by, today))
}

// answerPhrases name the answers to an alert.
var answerPhrases = []phrase{{"mine", "Mine"}, {"not-mine", "Not mine"}, {"later", "Later"}}

// Answer names an answer to an alert.
func (v *Voice) Answer(id string) string { return v.pick("answer.", id, answerPhrases) }
