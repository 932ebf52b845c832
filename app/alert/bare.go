package alert

import (
	"slices"

	"coffer/app/alert/model"
)

// The limits of what is far off at a merchant. Statistics were fitted on what hours and kinds say with the amount, and an amount beyond all that they
// were fitted on says no more to them than a large one; a statement has the amount alone.
const (
	bareVisits = 8  // charges at a merchant that make a highest one
	bareListed = 4  // times the highest: worth a look
	bareLoud   = 20 // times the highest: interrupts, of a row whose hour is not told
	bareSame   = 3  // charges at that very price: it is a usual one
	bareFloor  = 5000
	bareSure   = 1.0 // log-odds beyond the threshold
)

// bare puts a thought right by the person's charges at the same merchant: what is many times the highest of them is unusual whatever else is known.
// Of a row without an hour, a price paid there several times is not; nor, without a merchant either, what one of twenty own charges comes to.
func (v *View) bare(thought model.Judgement) model.Judgement {
	here, size := v.charges(), sizeOf(v.Row)
	if v.Merchant == "" && v.Row.At.IsZero() {
		if own := v.own().charges.on(v.Row.Date); own.count >= knownCharges && size <= own.p95 {
			thought.Score = min(thought.Score, model.Quiet-bareSure)
		}
		return thought
	}
	if len(here) < bareSame {
		return thought
	}
	most, same := int64(0), 0
	for _, c := range here {
		if most = max(most, c.size); near(c.size, size, 1) {
			same++
		}
	}
	least, timed := model.Nothing, !v.Row.At.IsZero()
	switch {
	case same >= bareSame && !timed:
		thought.Score = min(thought.Score, model.Quiet-bareSure)
		return thought
	case len(here) < bareVisits || most == 0 || size < v.scaled(bareFloor) || size <= v.own().charges.on(v.Row.Date).p90:
		return thought
	case size/bareLoud >= most && !timed:
		least = model.Interrupt + bareSure
	case size/bareListed >= most:
		least = model.Quiet + bareSure
	}
	if least <= thought.Score {
		return thought
	}
	part := model.Part{Code: model.AmountHere, Weight: least - thought.Score, This: size, Usual: middle(here), Times: int(v.here().visits)}
	parts := slices.DeleteFunc(slices.Clone(thought.Parts), func(p model.Part) bool { return p.Code == model.AmountHere })
	thought.Score, thought.Parts = least, slices.Insert(parts, 0, part)
	return thought
}
