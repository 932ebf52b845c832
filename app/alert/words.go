package alert

// The sentences of Why, with their arguments. "merchant" is the payee as shown (of alerts of a day: as ledger.MerchantOf
// gives it), amounts are money.Decimal text in "currency", without a sign but for balances; days, counts and percents are
// digits, "day" and "since" days as ledger.Date prints them, countries ISO 3166-1 alpha-2.
const (
	WhyCardTest      = "card-test"          // merchant, amount, test, currency
	WhyCardTests     = "card-tests"         // merchant, amount, times, currency
	WhyRush          = "rush"               // times, places, amount, usual, currency
	WhyFirstKinds    = "first-kinds"        // times, amount, usual, currency
	WhyNewCountry    = "new-country"        // merchant, amount, country, home, currency, days
	WhyJourney       = "impossible-journey" // merchant, amount, country, from, minutes, km, currency
	WhyDuplicate     = "duplicate-charge"   // merchant, amount, currency, days
	WhyPriceRise     = "price-rise"         // merchant, amount, usual, percent, times, currency
	WhyTrial         = "trial-paid"         // merchant, amount, trial, days, currency
	WhyCancelled     = "after-cancelling"   // merchant, amount, days, currency
	WhyBack          = "back-after-silence" // merchant, amount, days, times, step, currency
	WhyRecurring     = "new-recurring"      // merchant, amount, step, currency
	WhyNewPayee      = "new-payee"          // merchant, amount, limit, currency
	WhyEmptied       = "emptied"            // amount, usual, times, currency
	WhyFellLow       = "fell-low"           // merchant, amount, start, after, days, currency
	WhyInAndOut      = "in-and-out"         // amount, out, percent, hours, currency
	WhyCashAbove     = "cash-above"         // amount, highest, times, currency
	WhyCashNight     = "cash-at-night"      // amount, hour, currency
	WhyCashAdvance   = "cash-advance"       // amount, currency
	WhyFee           = "fee"                // merchant, amount, currency
	WhyFeeDearer     = "fee-dearer"         // merchant, amount, highest, currency
	WhyFeeAbroad     = "fee-abroad"         // merchant, amount, of, percent, currency
	WhyProbe         = "probe"              // merchant, amount, currency
	WhyDeposit       = "large-deposit"      // merchant, amount, highest, times, currency
	WhyBlocked       = "blocked-merchant"   // merchant, amount, day, currency
	WhyOverdraft     = "overdraft-ahead"    // account, merchant, held, amount, after, day, currency
	WhyLow           = "low-balance"        // account, held, amount, day, currency
	WhyIncomeLate    = "income-late"        // merchant, amount, day, days, currency
	WhyRefundMissing = "refund-missing"     // merchant, amount, since, day, currency
	WhyLinkLost      = "link-lost"          // account, day, days
	WhyUnusual       = "unusual-amount"     // merchant, amount, usual, currency, times
)

// The sentences of Normal: what would have made it normal.
const (
	NormalRepeats      = "normal-repeats"        // merchant, percent
	NormalRefund       = "normal-refund"         // merchant, amount, currency
	NormalApart        = "normal-apart"          // days
	NormalUpTo         = "normal-up-to"          // merchant, amount, currency
	NormalRecurring    = "normal-recurring"      // merchant
	NormalConfirmed    = "normal-confirmed"      // merchant, amount, currency, days
	NormalSeen         = "normal-seen"           // merchant
	NormalUpToAnywhere = "normal-up-to-anywhere" // amount, currency
	NormalChip         = "normal-chip"
	NormalFewer        = "normal-fewer" // times
	NormalTrip         = "normal-trip"
	NormalKind         = "normal-kind"
	NormalCountry      = "normal-country"    // country, days
	NormalOtherCard    = "normal-other-card" // country, days
	NormalSlower       = "normal-slower"     // hours
	NormalOnline       = "normal-online"
	NormalSameCountry  = "normal-same-country"  // country
	NormalVaries       = "normal-varies"        // merchant, percent
	NormalTrusted      = "normal-trusted"       // merchant
	NormalNoTrial      = "normal-no-trial"      // merchant
	NormalNotCancelled = "normal-not-cancelled" // merchant
	NormalWithin       = "normal-within"        // days
	NormalUneven       = "normal-uneven"
	NormalPayee        = "normal-payee" // merchant
	NormalOwnAccount   = "normal-own-account"
	NormalLess         = "normal-less" // amount, currency
	NormalHouseBill    = "normal-house-bill"
	NormalSender       = "normal-sender" // merchant
	NormalStays        = "normal-stays"  // percent, hours
	NormalHours        = "normal-hours"
	NormalCashUpTo     = "normal-cash-up-to" // amount, currency
	NormalDebit        = "normal-debit"
	NormalFee          = "normal-fee" // merchant
	NormalNoFee        = "normal-no-fee"
	NormalLinking      = "normal-linking"
	NormalDepositUpTo  = "normal-deposit-up-to" // amount, currency
	NormalUnblocked    = "normal-unblocked"     // merchant
	NormalFunds        = "normal-funds"         // amount, day, currency
	NormalFloor        = "normal-floor"         // amount, currency
	NormalIncome       = "normal-income"        // merchant, day
	NormalRefundCame   = "normal-refund-came"   // merchant, amount, percent, currency
	NormalRead         = "normal-read"          // days
)

// The labels of Numbers. The highest and lowest are 0 where they lie below it.
const (
	ThisCharge         = "this-charge"          // amount
	EarlierCharge      = "earlier-charge"       // amount
	UsualHere          = "usual-here"           // amount: the middle of the earlier charges here
	HighestHere        = "highest-here"         // amount
	UsualCharge        = "usual-charge"         // amount: the middle of all own charges
	TimesHere          = "times-here"           // count: earlier charges here
	RepeatsHere        = "repeats-here"         // count: of these, how often the same amount came twice in two days
	DaysBetween        = "days-between"         // count
	TestCharge         = "test-charge"          // amount
	NineOfTen          = "nine-of-ten"          // amount: of all own charges
	ChargesInADay      = "charges-in-a-day"     // count
	MostInADay         = "most-in-a-day"        // count: of the last 120 days
	ChargesAMonth      = "charges-a-month"      // count
	SumOfThese         = "sum-of-these"         // amount
	UsualDay           = "usual-day"            // amount: the middle of days with charges
	ChargesOfNewKinds  = "charges-of-new-kinds" // count
	DaysKnown          = "days-known"           // count: how far back the history reaches
	RowsWithCountry    = "rows-with-country"    // count
	CountriesBefore    = "countries-before"     // count
	Kilometres         = "kilometres"           // count: at least
	MinutesBetween     = "minutes-between"      // count
	LatestPrice        = "latest-price"         // amount
	PercentMore        = "percent-more"         // count
	TimesInSeries      = "times-in-series"      // count
	TrialCharge        = "trial-charge"         // amount
	DaysSinceCancelled = "days-since-cancelled" // count
	AYear              = "a-year"               // amount
	ThisTransfer       = "this-transfer"        // amount
	LargeTransfer      = "large-transfer"       // amount: up to which one is usual
	UsualBalance       = "usual-balance"        // amount: the middle of 30 days
	LowestBalance      = "lowest-balance"       // amount: 99 of 100 days are above
	TransfersBefore    = "transfers-before"     // count: in thirteen months
	SentInADay         = "sent-in-a-day"        // amount
	ThisDeposit        = "this-deposit"         // amount
	WentOn             = "went-on"              // amount
	PercentWentOn      = "percent-went-on"      // count
	ThisCash           = "this-cash"            // amount
	HighestCash        = "highest-cash"         // amount: in thirteen months
	CashBefore         = "cash-before"          // count
	ThisFee            = "this-fee"             // amount
	HighestFee         = "highest-fee"          // amount
	ForeignCharge      = "foreign-charge"       // amount
	PercentOfIt        = "percent-of-it"        // count
	HighestDeposit     = "highest-deposit"      // amount: in thirteen months
	DepositsBefore     = "deposits-before"      // count
	HeldNow            = "held-now"             // amount
	BillDue            = "bill-due"             // amount
	YourFloor          = "your-floor"           // amount
	UsualIncome        = "usual-income"         // amount
	DaysAllowed        = "days-allowed"         // count
	RefundExpected     = "refund-expected"      // amount
	DaysWaited         = "days-waited"          // count
	DaysUnread         = "days-unread"          // count
)

// Sentences returns the id of every Reason that an alert can have.
func Sentences() []string {
	return []string{
		WhyCardTest, WhyCardTests, WhyRush, WhyFirstKinds, WhyNewCountry, WhyJourney, WhyDuplicate, WhyPriceRise, WhyTrial,
		WhyCancelled, WhyBack, WhyRecurring, WhyNewPayee, WhyEmptied, WhyFellLow, WhyInAndOut, WhyCashAbove, WhyCashNight,
		WhyCashAdvance, WhyFee, WhyFeeDearer, WhyFeeAbroad, WhyProbe, WhyDeposit, WhyBlocked, WhyOverdraft, WhyLow,
		WhyIncomeLate, WhyRefundMissing, WhyLinkLost, WhyUnusual, NormalRepeats, NormalRefund, NormalApart, NormalUpTo,
		NormalRecurring, NormalConfirmed, NormalSeen, NormalUpToAnywhere, NormalChip, NormalFewer, NormalTrip, NormalKind,
		NormalCountry, NormalOtherCard, NormalSlower, NormalOnline, NormalSameCountry, NormalVaries, NormalTrusted,
		NormalNoTrial, NormalNotCancelled, NormalWithin, NormalUneven, NormalPayee, NormalOwnAccount, NormalLess,
		NormalHouseBill, NormalSender, NormalStays, NormalHours, NormalCashUpTo, NormalDebit, NormalFee, NormalNoFee,
		NormalLinking, NormalDepositUpTo, NormalUnblocked, NormalFunds, NormalFloor, NormalIncome, NormalRefundCame,
		NormalRead,
	}
}

// Labels returns every label that a Number can have.
func Labels() []string {
	return []string{
		ThisCharge, EarlierCharge, UsualHere, HighestHere, UsualCharge, TimesHere, RepeatsHere, DaysBetween, TestCharge,
		NineOfTen, ChargesInADay, MostInADay, ChargesAMonth, SumOfThese, UsualDay, ChargesOfNewKinds, DaysKnown,
		RowsWithCountry, CountriesBefore, Kilometres, MinutesBetween, LatestPrice, PercentMore, TimesInSeries, TrialCharge,
		DaysSinceCancelled, AYear, ThisTransfer, LargeTransfer, UsualBalance, LowestBalance, TransfersBefore, SentInADay,
		ThisDeposit, WentOn, PercentWentOn, ThisCash, HighestCash, CashBefore, ThisFee, HighestFee, ForeignCharge,
		PercentOfIt, HighestDeposit, DepositsBefore, HeldNow, BillDue, YourFloor, UsualIncome, DaysAllowed, RefundExpected,
		DaysWaited, DaysUnread,
	}
}
