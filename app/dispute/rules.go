package dispute

import "slices"

// Rule is a line of the table of clocks. A place, instrument or pack that is left out means any.
type Rule struct {
	ID    string // ui/say has words for it
	Where Place
	On    []Instrument
	Packs []Pack
	When  func(Facts) bool // nil: always

	Law    string // as it is cited
	Source string // key of what was read
	Mark   Mark

	Side      Side
	Later     bool // of the person's own: it starts only after the bank has answered or asked
	From      Start
	Length    int
	Unit      Unit
	Most      int        // days, of Cycles
	Calendars []Calendar // that a bank may keep; the readings differ by them
}

func (r Rule) covers(f Facts) bool {
	return (r.Where == "" || r.Where == PlaceOf(f.Country)) && (len(r.On) == 0 || slices.Contains(r.On, f.Instrument)) &&
		(len(r.Packs) == 0 || slices.Contains(r.Packs, f.Pack)) && (r.When == nil || r.When(f))
}

var (
	electronic = []Instrument{DebitCard, Cash, Prepaid, DirectDebit, Transfer}
	stated     = []Instrument{DebitCard, Cash, DirectDebit, Transfer} // on a statement
	debitCards = []Instrument{DebitCard, Cash}
	cards      = []Instrument{CreditCard, DebitCard, Cash, Prepaid}
	credit     = []Instrument{CreditCard}
	debits     = []Instrument{DirectDebit}
	transfers  = []Instrument{Transfer}
	payments   = []Instrument{DebitCard, Cash, Prepaid, DirectDebit, Transfer, Wire}
	accounts   = []Instrument{DebitCard, Cash, Prepaid, DirectDebit, Transfer, Wire, CreditCard}

	notMine = []Pack{Unauthorised}
	tricked = []Pack{Tricked}
	wrong   = []Pack{WentWrong}

	usOwn  = []Calendar{usSaturday, usUsual, usOffices}
	usBank = []Calendar{usUsual, usOffices}
)

func lost(f Facts) bool { return f.Lost }

func newAccount(f Facts) bool { return f.NewAccount }

func settledAccount(f Facts) bool { return !f.NewAccount }

// slow: the bank may take 90 days in place of 45.
func slow(f Facts) bool {
	return f.NewAccount || f.Abroad || f.Instrument == DebitCard && f.InShop
}

func swift(f Facts) bool { return !slow(f) }

// rules are the clocks of the law, read in November 2026.
var rules = []Rule{
	{ID: "us-lost", Where: US, On: debitCards, Packs: notMine, When: lost, Law: "12 CFR 1005.6(b)(1)", Source: "A1 A2", Mark: Partly,
		Side: Own, From: Learned, Length: 2, Unit: BusinessDays, Calendars: usOwn},
	{ID: "us-prepaid", Where: US, On: []Instrument{Prepaid}, Packs: notMine, Law: "12 CFR 1005.18(e)", Source: "-", Mark: Remembered,
		Side: Own, From: Debited, Length: 60, Unit: Days},
	{ID: "us-notice", Where: US, On: stated, Packs: notMine, Law: "12 CFR 1005.6(b)(3), 1005.11(b)(1)(i)", Source: "A1 A2", Mark: Read,
		Side: Own, From: Statement, Length: 60, Unit: Days},
	{ID: "us-writing", Where: US, On: electronic, Packs: notMine, Law: "12 CFR 1005.11(b)(2)", Source: "A2", Mark: Read,
		Side: Own, Later: true, From: Told, Length: 10, Unit: BusinessDays, Calendars: usOwn},
	{ID: "us-credit-letter", Where: US, On: credit, Packs: []Pack{Unauthorised, WentWrong}, Law: "12 CFR 1026.13(b)", Source: "A4", Mark: Read,
		Side: Own, From: Statement, Length: 60, Unit: Days},
	{ID: "us-provisional", Where: US, On: electronic, Packs: notMine, When: settledAccount, Law: "12 CFR 1005.11(c)(1)-(2)", Source: "A2", Mark: Read,
		Side: Bank, From: Told, Length: 10, Unit: BusinessDays, Calendars: usBank},
	{ID: "us-provisional-new", Where: US, On: electronic, Packs: notMine, When: newAccount, Law: "12 CFR 1005.11(c)(3)", Source: "A2", Mark: Read,
		Side: Bank, From: Told, Length: 20, Unit: BusinessDays, Calendars: usBank},
	{ID: "us-decide", Where: US, On: electronic, Packs: notMine, When: swift, Law: "12 CFR 1005.11(c)(2)", Source: "A2", Mark: Read,
		Side: Bank, From: Told, Length: 45, Unit: Days},
	{ID: "us-decide-slow", Where: US, On: electronic, Packs: notMine, When: slow, Law: "12 CFR 1005.11(c)(3)", Source: "A2", Mark: Read,
		Side: Bank, From: Told, Length: 90, Unit: Days},
	{ID: "us-ach-return", Where: US, On: debits, Packs: notMine, Law: "Nacha R05, R10", Source: "A5", Mark: Read,
		Side: Bank, From: Debited, Length: 60, Unit: BankingAfter, Calendars: []Calendar{usUsual}},
	{ID: "us-acknowledge", Where: US, On: credit, Packs: []Pack{Unauthorised, WentWrong}, Law: "12 CFR 1026.13(c)(1)", Source: "A4", Mark: Read,
		Side: Bank, From: Letter, Length: 30, Unit: Days},
	{ID: "us-resolve", Where: US, On: credit, Packs: []Pack{Unauthorised, WentWrong}, Law: "12 CFR 1026.13(c)(2)", Source: "A4", Mark: Partly,
		Side: Bank, From: Letter, Length: 2, Unit: Cycles, Most: 90},

	{ID: "uk-13-months", Where: UK, On: payments, Packs: notMine, Law: "Payment Services Regulations 2017, reg. 74", Source: "E1", Mark: Remembered,
		Side: Own, From: Debited, Length: 13, Unit: Months},
	{ID: "uk-credit-13-months", Where: UK, On: credit, Packs: notMine, Law: "Consumer Credit Act 1974, s. 83-84", Source: "B3", Mark: Remembered,
		Side: Own, From: Debited, Length: 13, Unit: Months},
	{ID: "uk-scam-claim", Where: UK, On: transfers, Packs: tricked, Law: "Payment Systems Regulator, reimbursement rules of 7 October 2024", Source: "B2", Mark: Read,
		Side: Own, From: LastPaid, Length: 13, Unit: Months},
	{ID: "uk-ombudsman", Where: UK, Law: "Financial Ombudsman Service, time limits", Source: "B5", Mark: Read,
		Side: Own, Later: true, From: Final, Length: 6, Unit: Months},
	{ID: "uk-refund", Where: UK, On: payments, Packs: notMine, Law: "Payment Services Regulations 2017, reg. 76", Source: "B1", Mark: Read,
		Side: Bank, From: Told, Length: 1, Unit: BusinessDays, Calendars: []Calendar{england}},
	{ID: "uk-scam-pay", Where: UK, On: transfers, Packs: tricked, Law: "Payment Systems Regulator, reimbursement rules of 7 October 2024", Source: "B2", Mark: Read,
		Side: Bank, From: Told, Length: 5, Unit: BusinessDays, Calendars: []Calendar{england}},
	{ID: "uk-scam-decide", Where: UK, On: transfers, Packs: tricked, Law: "Payment Systems Regulator, reimbursement rules of 7 October 2024", Source: "B2", Mark: Read,
		Side: Bank, From: Told, Length: 35, Unit: BusinessDays, Calendars: []Calendar{england}},
	{ID: "uk-complaint", Where: UK, On: payments, Law: "FCA DISP 1.6.2A", Source: "B5", Mark: Read,
		Side: Bank, From: Complained, Length: 15, Unit: BusinessDays, Calendars: []Calendar{england}},
	{ID: "uk-complaint-most", Where: UK, On: payments, Law: "FCA DISP 1.6.2A", Source: "B5", Mark: Read,
		Side: Bank, From: Complained, Length: 35, Unit: BusinessDays, Calendars: []Calendar{england}},
	{ID: "uk-complaint-other", Where: UK, On: []Instrument{CreditCard, Cheque}, Law: "FCA DISP 1.6.2", Source: "B5", Mark: Read,
		Side: Bank, From: Complained, Length: 56, Unit: Days},

	{ID: "eu-13-months", Where: EU, On: accounts, Packs: notMine, Law: "Directive (EU) 2015/2366, art. 71", Source: "E1", Mark: Read,
		Side: Own, From: Debited, Length: 13, Unit: Months},
	{ID: "eu-debit-8-weeks", Where: EU, On: debits, Packs: []Pack{Unauthorised, WentWrong}, Law: "Directive (EU) 2015/2366, art. 76-77; SEPA Core", Source: "E1 E2", Mark: Read,
		Side: Own, From: Debited, Length: 56, Unit: Days},
	{ID: "eu-refund", Where: EU, On: accounts, Packs: notMine, Law: "Directive (EU) 2015/2366, art. 73", Source: "E1", Mark: Read,
		Side: Bank, From: Told, Length: 1, Unit: BusinessDays, Calendars: []Calendar{target}},
	{ID: "eu-debit-answer", Where: EU, On: debits, Packs: wrong, Law: "Directive (EU) 2015/2366, art. 77", Source: "E1 E2", Mark: Read,
		Side: Bank, From: Told, Length: 10, Unit: BusinessDays, Calendars: []Calendar{target}},

	{ID: "ca-debit-90", Where: CA, On: debits, Packs: []Pack{Unauthorised, WentWrong}, Law: "Payments Canada, Rule H1", Source: "O1", Mark: Read,
		Side: Own, From: Debited, Length: 90, Unit: Days},
	{ID: "ca-debit-card", Where: CA, On: debitCards, Packs: notMine, Law: "Debit Card Code (2005)", Source: "O1", Mark: Partly,
		Side: Bank, From: Told, Length: 10, Unit: BusinessDays, Calendars: []Calendar{canada}},
	{ID: "ca-complaint", Where: CA, Law: "Financial Consumer Protection Framework", Source: "O1", Mark: Read,
		Side: Bank, From: Complained, Length: 56, Unit: Days},
	{ID: "au-complaint", Where: AU, Law: "ePayments Code; ASIC RG 271", Source: "O2", Mark: Remembered,
		Side: Bank, From: Complained, Length: 30, Unit: Days},
	{ID: "za-debit-order", Where: ZA, On: debits, Packs: []Pack{Unauthorised, WentWrong}, Law: "SARB and FSCA, debit order rules of 13 April 2026", Source: "O4", Mark: Read,
		Side: Own, From: Debited, Length: 60, Unit: Days},
	{ID: "br-pix", Where: BR, On: transfers, Packs: []Pack{Unauthorised, Tricked}, Law: "Banco Central do Brasil, MED", Source: "O5", Mark: Read,
		Side: Own, From: Debited, Length: 80, Unit: Days},
	{ID: "br-analysis", Where: BR, On: transfers, Packs: []Pack{Unauthorised, Tricked}, Law: "Banco Central do Brasil, MED", Source: "O5", Mark: Read,
		Side: Bank, From: Told, Length: 7, Unit: Days},
	{ID: "br-return", Where: BR, On: transfers, Packs: []Pack{Unauthorised, Tricked}, Law: "Banco Central do Brasil, MED", Source: "O5", Mark: Read,
		Side: Bank, From: Told, Length: 11, Unit: Days},

	{ID: "visa", On: cards, Packs: []Pack{Unauthorised, WentWrong}, Law: "Visa 10.4", Source: "A6", Mark: Remembered,
		Side: Networks, From: Debited, Length: 120, Unit: Days},
	{ID: "mastercard", On: cards, Packs: []Pack{Unauthorised, WentWrong}, Law: "Mastercard 4837", Source: "A6", Mark: Remembered,
		Side: Networks, From: Debited, Length: 90, Unit: Days},
}

// Rules returns the table of clocks.
func Rules() []Rule { return slices.Clone(rules) }

// Share is what the law may leave to the person: ui/say has words for its ID.
type Share struct {
	ID    string
	Where Place
	On    []Instrument
	Packs []Pack
	When  func(Facts) bool
	Mark  Mark
}

func anyLost(want bool) func(Facts) bool { return func(f Facts) bool { return f.Lost == want } }

var shares = []Share{
	{ID: "us-credit", Where: US, On: credit, Packs: notMine, Mark: Read},
	{ID: "us-lost", Where: US, On: debitCards, Packs: notMine, When: anyLost(true), Mark: Read},
	{ID: "us-number", Where: US, On: electronic, Packs: notMine, When: anyLost(false), Mark: Remembered},
	{ID: "uk-payment", Where: UK, On: payments, Packs: notMine, Mark: Read},
	{ID: "uk-credit", Where: UK, On: credit, Packs: notMine, Mark: Read},
	{ID: "uk-direct-debit", Where: UK, On: debits, Mark: Read},
	{ID: "uk-scam", Where: UK, On: transfers, Packs: tricked, Mark: Partly},
	{ID: "uk-section-75", Where: UK, On: credit, Packs: wrong, Mark: Partly},
	{ID: "eu-payment", Where: EU, On: accounts, Packs: notMine, Mark: Partly},
	{ID: "ca-credit", Where: CA, On: credit, Packs: notMine, Mark: Read},
	{ID: "ca-debit", Where: CA, On: debitCards, Packs: notMine, Mark: Read},
	{ID: "au-any", Where: AU, Packs: notMine, Mark: Partly},
	{ID: "nz-any", Where: NZ, Packs: notMine, Mark: Read},
	{ID: "br-pix", Where: BR, On: transfers, Packs: []Pack{Unauthorised, Tricked}, Mark: Read},
}

// Shares returns what the law of f may leave to the person, in words' ids.
func Shares(f Facts) []Share {
	var all []Share
	for _, s := range shares {
		r := Rule{Where: s.Where, On: s.On, Packs: s.Packs, When: s.When}
		if f.Country != "" && f.Instrument != "" && f.Pack != "" && r.covers(f) {
			all = append(all, s)
		}
	}
	return all
}
