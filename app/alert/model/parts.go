package model

import (
	"cmp"
	"slices"
)

// The codes of parts, and what This, Usual and Times are.
const (
	Amount      = "amount"      // minor units; the person's usual charge; of so many
	AmountHere  = "amount-here" // minor units; the usual charge at the merchant; of so many
	AmountKind  = "amount-kind" // minor units; the usual charge of the kind; of so many
	AtHour      = "hour"        // seconds of the day; rows within an hour of it; of so many with an hour
	Rush        = "rush"        // charges in 24 hours, with this one; in a usual day; of so many
	Spent       = "spent"       // minor units in 24 hours, with this one; in a usual day; of so many
	Heat        = "heat"        // unusual charges in the 14 days before; 0; of so many rows
	NewMerchant = "merchant"    // 1; 0; times that the merchant was paid before
	Kind        = "kind"        // what it is for: 1; 0; times that it was bought before
	Country     = "country"     // 1; 0; times that it was bought there before
	Channel     = "channel"     // 1; 0; times that it was paid that way before
	Case        = "case"        // charges that the person called not theirs, lately; 0; the same
	Repeat      = "repeat"      // charges there in 24 hours, with this one; 1; of so many
	History     = "history"     // rows that are known; 0; the same
)

// Codes returns every code.
func Codes() []string {
	return []string{Amount, AmountHere, AmountKind, AtHour, Rush, Spent, Heat, Case, NewMerchant, Kind, Country, Channel, Repeat, History}
}

// parts sums the contributions of features by what they are about.
func (l *lookup) parts(w *Weights) (parts []Part, bias float64) {
	var sums [featureCount + 1]int64
	w.Stages[First].explain(&l.vector, &sums)
	if l.open {
		first := sums
		w.Stages[Second].explain(&l.vector, &sums)
		share(&sums, &first, fBase)
	} else {
		sums[featureCount] += int64(w.Gate.Closed)
	}
	if l.cased {
		l.inCase(w, &sums)
	}
	byCode := make(map[string]int64)
	for f, weight := range sums[:featureCount] {
		if weight != 0 {
			byCode[l.codeOf(f)] += weight
		}
	}
	for _, code := range Codes() {
		if weight := byCode[code]; weight != 0 {
			parts = append(parts, l.part(code, weight))
		}
	}
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(b.Weight, a.Weight) })
	return parts, logOdds(int32(sums[featureCount]))
}

// inCase weighs the parts as an open case does. What is lost in whole numbers goes to the last place.
func (l *lookup) inCase(w *Weights, sums *[featureCount + 1]int64) {
	at := l.caseStage()
	for f := range sums {
		sums[f] = sums[f] * int64(w.Case[at-CaseOfKind]) / point
	}
	before := *sums
	w.Stages[at].explain(&l.vector, sums)
	share(sums, &before, fScore)
	sums[featureCount] = int64(l.score)
	for _, weight := range sums[:featureCount] {
		sums[featureCount] -= weight
	}
}

// codeOf is what a feature is about. What the bank doesn't tell is no reason: such a part counts to the amount.
func (l *lookup) codeOf(feature int) string {
	code, k := Features[feature].Code, l.key
	silent := false
	switch code {
	case AmountKind, Kind:
		silent = !k.told
	case AmountHere, NewMerchant, Repeat:
		silent = !k.named
	case AtHour:
		silent = !k.timed
	case Country:
		silent = k.country == 0
	case Channel:
		silent = k.channel == 0
	}
	if silent {
		return Amount
	}
	return code
}

func (l *lookup) part(code string, weight int64) Part {
	u, k, r := l.usual, l.key, l.row
	out := Part{Code: code, Weight: logOdds(int32(weight)), This: 1}
	switch code {
	case Amount:
		out.This, out.Usual, out.Times = r.Size, l.usualOf(u.ownOnly, u.ownTimes), int(u.ownTimes)
	case AmountHere:
		out.This, out.Usual, out.Times = r.Size, l.usualOf(u.hereOnly, u.hereTimes), int(u.hereTimes)
	case AmountKind:
		out.This, out.Usual, out.Times = r.Size, l.usualOf(u.kindOnly, u.kindTimes), int(u.kindTimes)
	case AtHour:
		out.This, out.Usual, out.Times = int64(k.minutes)*60, u.hourTimes, int(u.hourRows)
	case Rush:
		out.This, out.Usual, out.Times = u.rows24h+1, u.dayRows, int(u.ownTimes)
	case Spent:
		out.This, out.Usual, out.Times = l.minorOf(u.sum24h+k.cents), l.minorOf(u.dayCents), int(u.ownTimes)
	case Heat:
		out.This, out.Times = u.hot, int(u.ownTimes)
	case Case:
		out.This, out.Times = l.theirs, int(l.theirs)
	case NewMerchant:
		out.Times = int(u.hereTimes)
	case Kind:
		out.Times = int(u.kindTimes)
	case Country:
		out.Times = int(u.countryTimes)
	case Channel:
		out.Times = int(u.channelTimes)
	case Repeat:
		out.This, out.Usual, out.Times = u.sameMerchant+1, 1, int(u.hereTimes)
	case History:
		out.This, out.Times = u.ownTimes, int(u.ownTimes)
	}
	return out
}

// usualOf is what so many own rows come to, in minor units; 0 of none.
func (l *lookup) usualOf(log int32, times int64) int64 {
	if times == 0 {
		return 0
	}
	return l.minor(log)
}

// minor returns a logarithm of the rough unit as minor units of the row's currency, about.
func (l *lookup) minor(log int32) int64 {
	cents := power(log + roughly[l.row.Currency])
	return exponent(cents, l.row.Exponent)
}

// minorOf does so with hundredths of the rough unit.
func (l *lookup) minorOf(cents int64) int64 {
	return l.minor(lg(uint64(max(cents, 0))) - 2*tenth)
}

// exponent turns hundredths into units of so many decimals.
func exponent(cents int64, decimals int) int64 {
	switch {
	case decimals <= 0:
		return cents / 100
	case decimals == 1:
		return cents / 10
	}
	for range min(decimals, 6) - 2 {
		cents *= 10
	}
	return cents
}

// share gives what the score of the stages before adds in a stage to the features that made it, by their parts in it.
func share(sums, first *[featureCount + 1]int64, score int) {
	again := sums[score]
	sums[score] = 0
	var total int64
	for _, weight := range first[:featureCount] {
		if weight > 0 {
			total += weight
		}
	}
	if total == 0 {
		sums[fOverMedian] += again
		return
	}
	left := again
	for f, weight := range first[:featureCount] {
		if weight > 0 {
			sums[f] += again * weight / total
			left -= again * weight / total
		}
	}
	sums[fOverMedian] += left
}
