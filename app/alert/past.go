package alert

import (
	"coffer/app/ledger"
)

// How much is kept, so that the past of a long life stays small.
const (
	mostCharges   = 12   // the latest charges at a merchant
	mostCredits   = 6    // the latest credits of one
	mostLive      = 3000 // merchants with charges or credits; of those visited longest ago only the days stay
	mostPlaces    = 8000 // merchants at all
	mostRecent    = 128  // charges of the last few days, up to twice as many
	mostKinds     = 512  // categories and merchant category codes
	mostScales    = 64   // currencies
	mostTests     = 16   // small charges at new merchants, and charges of new kinds, that are open
	mostAccounts  = 1 << 20
	mostCountries = 300  // of one account
	liveDays      = 400  // a merchant not visited for so long keeps its days alone
	knownDays     = 1500 // and after so long is forgotten
	recentDays    = 7    // of booking days, among which the last 72 hours lie
	dailyDays     = 120  // sums of days
)

// past is what is kept of the rows so far: bounded, and the same however the rows were batched.
type past struct {
	rows     int64
	first    ledger.Date // of the first row
	last     ledger.Date // of the latest
	swept    ledger.Date // when old things were last let go
	accounts []*book
	index    map[ledger.AccountID]int // into accounts
	places   map[placeKey]*place
	live     int // places with charges or credits
	scales   map[string]*scale
	kinds    map[string]kindUse
	hours    [24]uint32 // charges by the hour, where it is known
	told     map[mark]int64
}

// placeKey is a merchant in one currency: prices in two currencies are not compared.
type placeKey struct{ merchant, currency string }

// place is what is kept of one merchant, payee or sender.
type place struct {
	first, last ledger.Date
	charges     []visit // the latest, oldest first
	credits     []visit // the latest, oldest first
	visits      int32   // charges ever
	repeats     int32   // of these, the same amount within 48 hours
	payments    int32   // transfers to it
	paid        ledger.Date
	trial       visit // the latest charge of next to nothing, at first; no id: none
}

// visit is an earlier charge or credit.
type visit struct {
	id      ledger.TransactionID
	day     ledger.Date
	at      int64 // seconds since 1970, if timed
	timed   bool
	size    int64 // minor units without sign
	foreign int64 // in the currency of the purchase, where that is another
	account int   // in past.accounts
	pending bool
	present bool // the card was there
	cash    bool
}

// book is what is kept of one account.
type book struct {
	id        ledger.AccountID
	currency  string
	first     ledger.Date
	sum       int64     // booked rows
	closes    []closing // of the days with rows, oldest first
	countries []stay    // by name
	presence  visit     // the latest row where the card was there and the hour is known
	where     string    // the country of presence
	abroad    brief     // the latest charge in another currency or country
}

// closing is what the booked rows of an account came to at the end of a day.
type closing struct {
	day ledger.Date
	sum int64
}

// stay is the latest row in a country.
type stay struct {
	country string
	last    ledger.Date
	rows    int32
	id      ledger.TransactionID // of the latest
}

// kindUse is how a category, or a merchant category code, was used.
type kindUse struct {
	first, last ledger.Date
	today       int32 // charges on the last day
	peak        int32 // the most on one day before it
}

// mark says that an episode of a kind on an account is going on.
type mark struct {
	kind    uint8
	account int
}

func newPast() *past {
	return &past{
		index: make(map[ledger.AccountID]int), places: make(map[placeKey]*place), scales: make(map[string]*scale),
		kinds: make(map[string]kindUse), told: make(map[mark]int64),
	}
}

// accountAt returns the place of an account in accounts, or the next free one.
func (p *past) accountAt(id ledger.AccountID) int {
	if at, found := p.index[id]; found {
		return at
	}
	return len(p.accounts)
}

// bookOf returns what is kept of an account; nil of one without rows.
func (p *past) bookOf(id ledger.AccountID) *book {
	if at, found := p.index[id]; found {
		return p.accounts[at]
	}
	return nil
}

// tells reports whether an episode of a kind was told on an account less than so many days before day.
func (p *past) tells(kind uint8, account int, day ledger.Date, days int) bool {
	at, told := p.told[mark{kind, account}]
	return told && int64(day)-at < int64(days)
}
