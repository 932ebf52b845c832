package alert

// The sentences of Why and Normal, with their arguments. "merchant" is the payee as shown, amounts
// are money.Decimal text without a sign in "currency", days, counts and percents are digits.
const (
	WhyDuplicate = "duplicate-charge" // merchant, amount, currency, days
	WhyUnusual   = "unusual-amount"   // merchant, amount, usual, currency, times

	NormalRepeats   = "normal-repeats"   // merchant, percent
	NormalRefund    = "normal-refund"    // merchant, amount, currency
	NormalApart     = "normal-apart"     // days
	NormalUpTo      = "normal-up-to"     // merchant, amount, currency
	NormalRecurring = "normal-recurring" // merchant
	NormalConfirmed = "normal-confirmed" // merchant, amount, currency, days
)

// The labels of Numbers.
const (
	ThisCharge    = "this-charge"    // amount
	EarlierCharge = "earlier-charge" // amount
	UsualHere     = "usual-here"     // amount: the middle of the earlier charges here
	HighestHere   = "highest-here"   // amount
	UsualCharge   = "usual-charge"   // amount: the middle of all own charges
	TimesHere     = "times-here"     // count: earlier charges here in a year
	RepeatsHere   = "repeats-here"   // count: of these, how often the same amount came twice in two days
	DaysBetween   = "days-between"   // count
)

// Sentences returns the id of every Reason that an alert can have.
func Sentences() []string {
	return []string{
		WhyDuplicate, WhyUnusual,
		NormalRepeats, NormalRefund, NormalApart, NormalUpTo, NormalRecurring, NormalConfirmed,
	}
}

// Labels returns every label that a Number can have.
func Labels() []string {
	return []string{ThisCharge, EarlierCharge, UsualHere, HighestHere, UsualCharge, TimesHere, RepeatsHere, DaysBetween}
}
