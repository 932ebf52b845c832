package ofx

// Reasons returns every Reason id of this room, for the sentences of the screens: those of a
// refused file first, then those of a skipped movement, then those of other things not read.
func Reasons() []string {
	return []string{
		"ofx.root",     // no OFX element, or one before it
		"ofx.nothing",  // no statement in it: a sign-on answer, a list of accounts
		"ofx.cut",      // it ends in the middle; as Unread: only end tags are missing
		"ofx.text",     // text where a tag must stand
		"ofx.place",    // a movement outside of an account, or in another one
		"ofx.deep",     // nested too deep
		"ofx.long",     // a text beyond 64 KiB
		"ofx.many",     // more accounts or skips than anyone has
		"ofx.comment",  // a comment without its end
		"ofx.status",   // the bank put error Args["code"] there; as Unread: for one account
		"ofx.currency", // an account without a currency: Options.Currency can say it

		"ofx.date",       // Args["value"] is no date
		"ofx.amount",     // Args["value"] is no amount
		"ofx.ambiguous",  // Args["value"] could be a thousand or one: "1,000"
		"ofx.precision",  // more decimals than the currency has
		"ofx.rate",       // another currency, and Args["rate"] gives no exact amount
		"ofx.twice",      // two dates or two amounts in one movement
		"ofx.correction", // changes or deletes an earlier movement
		"ofx.trade",      // a movement of securities, Args["type"]

		"ofx.balance",   // a balance without a readable amount
		"ofx.positions", // Args["n"] securities: counted in the balance, not listed
		"ofx.value",     // what the account is worth can't be told
		"ofx.loan",      // a loan statement
	}
}
