package alert

import (
	"slices"
	"strconv"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

// View is one row and the person's past before it, over all their accounts. Later rows are not in it.
type View struct {
	Row      *ledger.Transaction
	Merchant string     // as ledger.MerchantOf gives it; empty if the row has no text
	Watch    *Watchlist // nil: nothing was told
	Books    *Books     // nil: nothing is known of the accounts beside their rows
	past     *past

	looked bool // what follows is looked up
	spot   *place
	scale  *scale
	near   int // charges within 24 hours before, up to mostNear
}

// DayView is a day without a row: what is due, late or missing at the end of the past.
type DayView struct {
	Today    ledger.Date
	Watch    *Watchlist // nil: nothing was told
	Books    *Books     // nil: nothing is known of the accounts beside their rows
	LastRead map[ledger.AccountID]time.Time
	past     *past
}

// Books is what is known of the accounts beside their rows.
type Books struct {
	Accounts map[ledger.AccountID]Holding
	Linked   []ledger.Date // days on which the person linked an account
}

// Holding is one account of the person's.
type Holding struct {
	Kind     ledger.Kind
	Name     string
	Link     string // accounts of one link are lost together
	Daily    bool   // it is read every day
	Currency string
	Stated   bool  // the next is known
	Opening  int64 // minor units before the account's first row: the stated balance less all booked rows
}

// view looks at a row: what the past holds of its merchant and currency is looked up once.
func (p *past) view(t *ledger.Transaction, merchant string, watch *Watchlist, books *Books) View {
	v := View{Row: t, Merchant: merchant, Watch: watch, Books: books, past: p}
	return v.look()
}

// look fills what a View that was made by hand lacks.
func (v View) look() View {
	if !v.looked {
		v.looked, v.scale = true, v.past.scales[v.Row.Amount.Currency]
		if v.Merchant != "" {
			v.spot = v.past.places[placeKey{v.Merchant, v.Row.Amount.Currency}]
		}
		v.near = v.nearby()
	}
	return v
}

// mostNear is where charges of a day are no longer counted: who has so many is no household.
const mostNear = 64

// nearby counts the charges within 24 hours before a charge.
func (v View) nearby() (n int) {
	if v.scale == nil || v.Row.Amount.Minor >= 0 {
		return 0
	}
	at := v.visited()
	for i := len(v.scale.recent) - 1; i >= 0 && n < mostNear && v.scale.recent[i].day >= at.day-recentDays; i-- {
		if within(v.scale.recent[i].visit, at, 24) {
			n++
		}
	}
	return n
}

// here returns what the past holds of the row's merchant; nil: never been there.
func (v View) here() *place { return v.look().spot }

// own returns what the past holds of the row's currency.
func (v View) own() *scale {
	if s := v.look().scale; s != nil {
		return s
	}
	return &noScale
}

// charges returns the latest earlier charges at the row's merchant, oldest first.
func (v View) charges() []visit {
	if at := v.here(); at != nil {
		return at.charges
	}
	return nil
}

// credits returns the latest earlier credits of the row's merchant, oldest first.
func (v View) credits() []visit {
	if at := v.here(); at != nil {
		return at.credits
	}
	return nil
}

// IsCharge reports whether the row is the person's spending at a merchant that has a name.
func (v View) IsCharge() bool {
	return v.Row.Amount.Minor < 0 && v.Row.Category != ledger.Transfer && v.Merchant != ""
}

// isCredit reports whether the row is money in, from somebody who has a name.
func (v View) isCredit() bool {
	return v.Row.Amount.Minor > 0 && v.Row.Category != ledger.Transfer && v.Merchant != ""
}

// kind is what the row's account is for.
func (v View) kind() ledger.Kind { return v.holding().Kind }

func (v View) holding() Holding {
	if v.Books == nil {
		return Holding{}
	}
	return v.Books.Accounts[v.Row.Account]
}

// known is for how many days the past reaches back before the row; -1 of no past.
func (v View) known() int {
	if v.past.rows == 0 {
		return -1
	}
	return int(v.Row.Date - v.past.first)
}

// visited is the row as the past would keep it.
func (v View) visited() visit {
	t := v.Row
	at := visit{
		id: t.ID, day: t.Date, size: sizeOf(t), account: v.past.accountAt(t.Account),
		pending: t.Status == ledger.Pending, present: isPlain(t), cash: isCash(t),
	}
	if !t.At.IsZero() {
		at.timed, at.at = true, t.At.Unix()
	}
	if f := t.Foreign; f.Currency != "" && f.Currency != t.Amount.Currency {
		at.foreign = magnitude(f)
	}
	return at
}

// sizeOf returns the amount of a row without its sign, in minor units.
func sizeOf(t *ledger.Transaction) int64 { return magnitude(t.Amount) }

func magnitude(a money.Amount) int64 {
	size, err := a.Abs()
	if err != nil {
		size.Minor = 1<<63 - 1 // the one amount without an opposite
	}
	return size.Minor
}

// scaled returns an amount that feels like so many hundredths in a currency of two decimals:
// 500 is 5.00 dollars, 500 yen and 5.000 dinars.
func scaled(hundredths int64, currency string) int64 {
	for range money.Exponent(currency) - 2 {
		hundredths *= 10
	}
	return hundredths
}

func (v View) scaled(hundredths int64) int64 { return scaled(hundredths, v.Row.Amount.Currency) }

func (v View) amount(minor int64) money.Amount { return money.New(minor, v.Row.Amount.Currency) }

// shown is the merchant as the person knows it.
func (v View) shown() string {
	for _, name := range []string{v.Row.Payee, v.Row.Text, v.Merchant} {
		if name != "" {
			return name
		}
	}
	return ""
}

// says makes a Reason about the row's merchant; pairs are further arguments.
func (v View) says(id string, pairs ...string) ledger.Reason {
	return reason(id, append([]string{"merchant", v.shown(), "currency", v.Row.Amount.Currency}, pairs...)...)
}

func reason(id string, pairs ...string) ledger.Reason {
	args := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return ledger.Reason{ID: id, Args: args}
}

// text is an amount in the row's currency as Reasons have it.
func (v View) text(minor int64) string { return v.amount(minor).Decimal() }

// number is a compared amount.
func (v View) number(label string, minor int64) Number {
	return Number{Label: label, Amount: v.text(minor), Currency: v.Row.Amount.Currency}
}

func counted[N ~int | ~int32 | ~int64](label string, n N) Number {
	return Number{Label: label, Count: int(n)}
}

// finding is an alert about the row and earlier ones with it.
func (v View) finding(level Level, earlier ...visit) Alert {
	a := Alert{Level: level}
	for _, e := range earlier {
		a.Rows = append(a.Rows, e.id)
	}
	a.Rows = append(a.Rows, v.Row.ID)
	return a
}

// mostBaseline is how many earlier rows an alert shows.
const mostBaseline = 12

// baseline returns the latest of visits but those that the alert is about, oldest first.
func baseline(visits []visit, about ...ledger.TransactionID) []ledger.TransactionID {
	var ids []ledger.TransactionID
	for _, v := range visits {
		if !slices.Contains(about, v.id) {
			ids = append(ids, v.id)
		}
	}
	return ids[max(0, len(ids)-mostBaseline):]
}

func digits[N ~int | ~int32 | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }
