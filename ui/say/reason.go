package say

// phrase is one sentence by id. The English stands here; languages may replace it.
type phrase struct{ id, english string }

// reasonPhrases are the sentences for the reasons of ledger, alert and the statement readers.
// In a sentence "money" writes a decimal argument in the reason's currency.
var reasonPhrases = []phrase{
	{"new", "First seen."},
	{"alias", "Matched because the bank kept its id."},
	{"named", "Matched to the pending row because the bank named it, {{.days}} days later."},
	{"settled", "Matched to the pending row because the bank kept its id, {{.days}} days later."},
	{"amount-and-text", "Matched because amount, day and text are close: {{.days}} days apart."},
	{"tip", "Matched to the pending row: the amount grew from {{money .was}} to {{money .now}}, as a tip does."},
	{"foreign", "Matched to the pending row: the exchange rate moved it from {{money .was}} to {{money .now}}."},
	{"fingerprint", "Same day, amount and text."},
	{"ordinal", "Number {{.n}} of {{.of}} equal rows; each is kept."},
	{"id-changed", "Same day, amount and text; the bank gave it a new id."},
	{"corrected", "The bank changed the amount from {{money .was}} to {{money .now}}."},
	{"superseded", "A pending row that is booked already."},
	{"deleted", "You deleted it."},
	{"maybe-same", "Perhaps the same as a row {{.days}} days away."},
	{"maybe-booked", "Perhaps the booking of a pending row: {{money .was}}, now {{money .now}}."},
	{"absent", "The bank left it out, {{.times}} times in {{.days}} days."},
	{"stale", "Never booked; dropped after {{.days}} days."},

	{"file.size", "The file is larger than {{.megabytes}} MB."},
	{"ofx.root", "There is no OFX statement in it."},
	{"ofx.nothing", "It holds no statement, only a sign-on or a list of accounts."},
	{"ofx.cut", "It ends in the middle."},
	{"ofx.text", "There is text where a tag must stand."},
	{"ofx.place", "A movement stands outside of its account."},
	{"ofx.deep", "It is nested too deep."},
	{"ofx.long", "One text in it is too long."},
	{"ofx.many", "It holds more accounts or unreadable rows than a statement has."},
	{"ofx.comment", "A comment in it has no end."},
	{"ofx.status", "The bank put an error there: {{.code}}."},
	{"ofx.currency", "An account in it has no currency."},
	{"ofx.date", "“{{.value}}” is not a date."},
	{"ofx.amount", "“{{.value}}” is not an amount."},
	{"ofx.ambiguous", "“{{.value}}” could be a thousand or one; it is not guessed."},
	{"ofx.precision", "The amount has more decimals than the currency."},
	{"ofx.rate", "It is in another currency, and the rate {{.rate}} gives no exact amount."},
	{"ofx.twice", "It has two dates or two amounts."},
	{"ofx.correction", "It changes or deletes an earlier row; do that by hand."},
	{"ofx.trade", "A trade in securities ({{.type}}), not money that moved."},
	{"ofx.balance", "A balance that can't be read."},
	{"ofx.positions", "{{.n}} securities: counted in the balance, not listed."},
	{"ofx.value", "What the account is worth can't be told."},
	{"ofx.loan", "A loan statement; not read yet."},
}

// Reason says why a row was matched, skipped or flagged. values are plain text, amounts as
// decimal text in values["currency"]. It is empty for an id it doesn't know.
func (v *Voice) Reason(id string, values map[string]string) string {
	for _, list := range [][]phrase{reasonPhrases, alertPhrases} {
		for _, p := range list {
			if p.id == id {
				return v.phrase("reason."+id, p.english, values)
			}
		}
	}
	return ""
}
