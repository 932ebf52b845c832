package alert

import (
	"slices"
	"sort"
	"strconv"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

// View is one row and the account's past before it, at most a year of it. Later rows are not in it.
type View struct {
	Row      *ledger.Transaction
	Merchant string // as ledger.MerchantOf gives it; empty if the row has no text
	past     *past
}

// visit is an earlier charge at a merchant, or a credit from it.
type visit struct {
	row    *ledger.Transaction
	size   int64 // minor units without sign
	repeat bool  // the same amount was charged here at most two days before
}

// place is a merchant in one currency: prices in two currencies are not compared.
type place struct{ merchant, currency string }

// past grows row by row.
type past struct {
	charges map[place][]visit
	credits map[place][]visit
	own     map[string][]visit // all charges in a currency
	scales  map[string]scale   // of own, by currency: the latest that was asked for
}

// scale is what the person spent in a year before a day: sizes of charges, rising.
type scale struct {
	day   ledger.Date
	sizes []int64
}

func newPast() *past {
	return &past{
		charges: make(map[place][]visit), credits: make(map[place][]visit), own: make(map[string][]visit),
		scales: make(map[string]scale),
	}
}

// add lets the row of v join the past. Transfers between own accounts never do.
func (p *past) add(v View) {
	if v.Row.Category == ledger.Transfer || v.Row.Amount.IsZero() {
		return
	}
	at := visit{row: v.Row, size: sizeOf(v.Row)}
	if v.Row.Amount.Minor > 0 {
		p.credits[v.place()] = append(p.credits[v.place()], at)
		return
	}
	_, at.repeat = v.twin()
	p.charges[v.place()] = append(p.charges[v.place()], at)
	p.own[v.Row.Amount.Currency] = append(p.own[v.Row.Amount.Currency], at)
}

func (v View) place() place { return place{v.Merchant, v.Row.Amount.Currency} }

// IsCharge reports whether the row is the person's spending at a merchant that has a name.
func (v View) IsCharge() bool {
	return v.Row.Amount.Minor < 0 && v.Row.Category != ledger.Transfer && v.Merchant != ""
}

// here returns the earlier charges at the row's merchant, oldest first.
func (v View) here() []visit { return v.since(v.past.charges[v.place()], memory) }

// own returns the sizes of all charges in the row's currency on the days before it, rising. The day
// itself is left out so that its rows share one scale.
func (v View) own() []int64 {
	currency := v.Row.Amount.Currency
	if s, made := v.past.scales[currency]; made && s.day == v.Row.Date {
		return s.sizes
	}
	charges := v.since(v.past.own[currency], memory)
	charges = charges[:sort.Search(len(charges), func(i int) bool { return charges[i].row.Date >= v.Row.Date })]
	v.past.scales[currency] = scale{v.Row.Date, sizesOf(charges)}
	return v.past.scales[currency].sizes
}

// refunds returns the credits of the row's merchant of the last few days.
func (v View) refunds(days int) []visit { return v.since(v.past.credits[v.place()], days) }

func (v View) since(all []visit, days int) []visit {
	from := v.Row.Date.AddDays(-days)
	return all[sort.Search(len(all), func(i int) bool { return all[i].row.Date >= from }):]
}

// twinTime is how far apart two equal charges may lie to be one charged twice.
const (
	twinTime = 48 * time.Hour
	twinDays = 2
)

// twin returns the latest earlier charge of the same amount here, at most 48 hours before; by
// days where an hour is not known.
func (v View) twin() (visit, bool) {
	near := v.since(v.past.charges[v.place()], twinDays+1)
	for _, earlier := range slices.Backward(near) {
		if earlier.size == sizeOf(v.Row) && within48(earlier.row, v.Row) {
			return earlier, true
		}
	}
	return visit{}, false
}

func within48(a, b *ledger.Transaction) bool {
	if !a.At.IsZero() && !b.At.IsZero() {
		return b.At.Sub(a.At).Abs() <= twinTime
	}
	return b.Date-a.Date <= twinDays
}

// sizeOf returns the amount of a row without its sign, in minor units.
func sizeOf(t *ledger.Transaction) int64 {
	size, err := t.Amount.Abs()
	if err != nil {
		size.Minor = 1<<63 - 1 // the one amount without an opposite
	}
	return size.Minor
}

// sizesOf returns the sizes of visits, rising.
func sizesOf(visits []visit) []int64 {
	sizes := make([]int64, len(visits))
	for i, v := range visits {
		sizes[i] = v.size
	}
	slices.Sort(sizes)
	return sizes
}

// percentile returns the value below which p percent of rising sizes lie; 0 of none.
func percentile(sizes []int64, p int) int64 {
	if len(sizes) == 0 {
		return 0
	}
	return sizes[min(len(sizes)-1, len(sizes)*p/100)]
}

// scaled returns an amount that feels like so many hundredths in a currency of two decimals:
// 500 is 5.00 dollars, 500 yen and 5.000 dinars.
func scaled(hundredths int64, currency string) int64 {
	for range money.Exponent(currency) - 2 {
		hundredths *= 10
	}
	return hundredths
}

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
	args := map[string]string{"merchant": v.shown()}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return ledger.Reason{ID: id, Args: args}
}

// number is a compared amount.
func (v View) number(label string, minor int64) Number {
	return Number{Label: label, Amount: v.amount(minor).Decimal(), Currency: v.Row.Amount.Currency}
}

// baseline returns the latest of visits but those that the alert is about, oldest first.
func baseline(visits []visit, about ...ledger.TransactionID) []ledger.TransactionID {
	const most = 12
	var ids []ledger.TransactionID
	for _, v := range visits {
		if !slices.Contains(about, v.row.ID) {
			ids = append(ids, v.row.ID)
		}
	}
	return ids[max(0, len(ids)-most):]
}

func digits[N ~int | ~int32 | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }
