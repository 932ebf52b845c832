package alert

import (
	"fmt"
	"slices"
	"time"

	"coffer/app/alert/model"
	"coffer/app/ledger"
)

// Scores are statistics and may be floats; amounts never are: they are compared as whole minor units, and no score becomes an amount.

// The sentences of what statistics find, beside those of words.go. A contribution is partPrefix and its code in the model, with "this" and
// "usual" (amounts or counts by its code), "times", "clock" as "02:41", merchant and currency.
const (
	WhyUnusualCharge = "unusual-charge" // merchant, amount, currency: where nothing can be held against the same merchant

	NormalKnown = "normal-known-merchant" // merchant
	NormalHour  = "normal-hour"           // hour: by day

	partPrefix = "part-"
)

// PartSentences returns the id of every Reason that statistics can give beside those of Sentences and the model's own parts.
func PartSentences() []string { return []string{WhyUnusualCharge, NormalKnown, NormalHour} }

// The labels of numbers that only statistics give.
const (
	UsualOfKind = "usual-of-kind"  // amount
	SpentInDay  = "spent-in-day"   // amount: in 24 hours, with this charge
	HotBefore   = "unusual-before" // count: unusual charges in the 14 days before
)

// PartLabels returns every label of a Number that statistics can give beside those of Labels.
func PartLabels() []string { return []string{UsualOfKind, SpentInDay, HotBefore} }

// leastTold is how many log-odds of a row must be told in words.
const leastTold = 1.0

// explicable reports whether enough of what statistics think of a row can be told, beside that other rows were unusual or somebody else's: what can't be
// explained is no alert.
func (v *View) explicable(thought model.Judgement) bool {
	sum := 0.0
	for _, p := range thought.Parts {
		if _, _, told := v.part(p); told && p.Weight > 0 && p.Code != model.Heat && p.Code != model.Case {
			sum += p.Weight
		}
	}
	return sum >= leastTold
}

// contributions are the parts of a thought that can be told, the largest first.
func (v *View) contributions(thought model.Judgement) (all []Part) {
	for _, p := range thought.Parts {
		if why, _, told := v.part(p); told && p.Weight > 0 && len(all) <= mostParts {
			all = append(all, Part{Code: p.Code, Why: why, Weight: p.Weight})
		}
	}
	return all
}

// mostParts is how many contributions are told beside the first.
const mostParts = 3

// told is what statistics say of a row: an alert of its own.
func (j *judging) told(v *View, thought model.Judgement, level Level) Alert {
	t, here := v.Row, v.charges()
	a := Alert{Detector: Unusual, Level: level, Account: t.Account, Day: t.Date, Rows: []ledger.TransactionID{t.ID}}
	a.ID, a.Baseline = idOf(Unusual, a.Rows), v.heldAgainst()
	size := sizeOf(t)
	a.Numbers = []Number{v.number(ThisCharge, size)}
	for _, p := range thought.Parts {
		if p.Weight <= 0 || len(a.More) >= mostParts+1 {
			continue
		}
		if p.Code == model.AmountHere && len(here) > 0 {
			p.Usual = middle(here)
		}
		if why, numbers, told := v.part(p); told {
			a.More, a.Numbers = append(a.More, why), append(a.Numbers, numbers...)
		}
	}
	a.Why, a.More = v.first(a.More)
	a.Normal = j.normal(v)
	return a
}

// heldAgainst are the person's latest charges at the row's merchant; where there are none, their latest anywhere.
func (v *View) heldAgainst() []ledger.TransactionID {
	against := v.charges()
	if len(against) == 0 {
		for _, b := range v.own().recent {
			against = append(against, b.visit)
		}
	}
	return baseline(against, v.Row.ID)
}

// first takes the sentence that names amount and merchant out of parts, or makes one.
func (v *View) first(parts []ledger.Reason) (why ledger.Reason, more []ledger.Reason) {
	if i := slices.IndexFunc(parts, func(r ledger.Reason) bool { return r.ID == WhyUnusual }); i >= 0 {
		return parts[i], slices.Delete(slices.Clone(parts), i, i+1)
	}
	return v.says(WhyUnusualCharge, "amount", v.text(sizeOf(v.Row))), parts[:min(len(parts), mostParts)]
}

// part is one contribution in words, with the numbers that it compares. told is false for what says nothing to a person, or speaks for the row.
func (v *View) part(p model.Part) (why ledger.Reason, numbers []Number, told bool) {
	this, usual, more := digits(p.This), digits(p.Usual), p.Times > 0 && p.This > p.Usual
	switch p.Code {
	case model.AmountHere:
		numbers, told = []Number{v.number(UsualHere, p.Usual), {Label: TimesHere, Count: p.Times}}, more
		return v.says(WhyUnusual, "amount", v.text(p.This), "usual", v.text(p.Usual), "times", digits(p.Times)), numbers, told
	case model.Amount:
		this, usual, numbers, told = v.text(p.This), v.text(p.Usual), []Number{v.number(UsualCharge, p.Usual)}, more
	case model.AmountKind:
		this, usual, numbers, told = v.text(p.This), v.text(p.Usual), []Number{v.number(UsualOfKind, p.Usual)}, more
	case model.Spent:
		this, usual, numbers, told = v.text(p.This), v.text(p.Usual), []Number{v.number(SpentInDay, p.This), v.number(UsualDay, p.Usual)}, more
	case model.AtHour:
		told = !v.Row.At.IsZero() && p.Times > 0
	case model.Rush:
		numbers, told = []Number{{Label: ChargesInADay, Count: int(p.This)}}, p.This > max(1, p.Usual)
	case model.Heat:
		numbers, told = []Number{{Label: HotBefore, Count: int(p.This)}}, p.This > 0
	case model.Case:
		told = p.This > 0
	case model.Repeat:
		told = p.This > 1
	case model.NewMerchant:
		told = p.Times == 0 && v.Merchant != ""
	case model.Kind:
		told = p.Times == 0 && v.Row.Category != ""
	case model.Country:
		told = p.Times == 0 && v.Row.Country != ""
	case model.Channel:
		told = p.Times == 0 && v.Row.Channel != ledger.UnknownChannel
	}
	clock := fmt.Sprintf("%02d:%02d", p.This/3600%24, p.This/60%60)
	return v.says(partPrefix+p.Code, "this", this, "usual", usual, "times", digits(p.Times), "clock", clock), numbers, told
}

// middle is the median of the sizes of visits.
func middle(visits []visit) int64 {
	sizes := make([]int64, len(visits))
	for i, v := range visits {
		sizes[i] = v.size
	}
	slices.Sort(sizes)
	return sizes[len(sizes)/2]
}

// normal is what would have made a row normal: found out by judging the row as it might have been.
func (j *judging) normal(v *View) []ledger.Reason {
	var all []ledger.Reason
	listed, _ := j.heard.shift(v.Row, false)
	m, shift := j.rowOf(v), j.today.strictness().shift-listed
	quiet := func(r model.Row) bool {
		w, t := *v, *v.Row
		w.Row, t.Amount.Minor = &t, -r.Size
		return w.bare(j.profile.Judge(r)).Score < model.Quiet+shift
	}
	size, currency := sizeOf(v.Row), v.Row.Amount.Currency
	if most := largest(m.Size, func(size int64) bool { r := m; r.Size = size; return quiet(r) }); most > 0 {
		all = append(all, v.says(NormalUpTo, "amount", v.amount(rounded(most)).Decimal(), "currency", currency))
	}
	if m.Timed {
		day := m.At
		for _, h := range []int{12, 18, 9} {
			r := m
			r.At = day.Add(time.Duration(h-day.Hour()) * time.Hour)
			if quiet(r) {
				all = append(all, v.says(NormalHour, "hour", fmt.Sprintf("%02d:%02d", h, day.Minute())))
				break
			}
		}
	}
	if len(v.charges()) == 0 && v.Merchant != "" {
		all = append(all, v.says(NormalKnown))
	}
	return append(all, v.says(NormalConfirmed, "amount", v.amount(size).Decimal(), "currency", currency, "days", digits(bandDays)), v.says(NormalRecurring))
}

// largest returns the largest size below size that holds, to within a hundredth; 0 if none does.
func largest(size int64, holds func(int64) bool) int64 {
	low, high := int64(0), size
	for high-low > max(1, high/100) {
		at := low + (high-low)/2
		if holds(at) {
			low = at
		} else {
			high = at
		}
	}
	return low
}

// rounded keeps the first two digits of a size.
func rounded(size int64) int64 {
	unit := int64(1)
	for size/unit >= 100 {
		unit *= 10
	}
	return size / unit * unit
}

// recurs reports whether the row goes on a series: three charges here or more at an even pace and price.
func (v *View) recurs() bool {
	here, size := v.charges(), sizeOf(v.Row)
	if len(here) < leastSeries {
		return false
	}
	s := seriesTo(here, v.Row.Date, size)
	return s.n >= leastSeries && near(here[s.at[0]].size, size, evenPercent)
}

// bill reports whether the row goes on a series that comes once a month or more seldom.
func (v *View) bill() bool {
	here, size := v.charges(), sizeOf(v.Row)
	if len(here) < leastSeries {
		return false
	}
	s := seriesTo(here, v.Row.Date, size)
	return s.n >= leastSeries && s.step >= monthlyStep && near(here[s.at[0]].size, size, evenPercent)
}

// habitual reports whether about so much was charged here several times of late, at whatever pace.
func (v *View) habitual() bool {
	n, size := 0, sizeOf(v.Row)
	for _, c := range v.charges() {
		if near(c.size, size, evenPercent) {
			n++
		}
	}
	return n >= leastHabit
}

// leastHabit is how many charges of about one price at one merchant are a habit.
const leastHabit = 4

// evenPercent is within what the price of a series is even.
const evenPercent = 20
