package ledger

import "math/bits"

// sameSide reports whether two rows move money the same way in the same currency. A hold of
// nothing (a card check) is on either side.
func sameSide(a, b Row) bool {
	if a.Amount.Currency != b.Amount.Currency {
		return false
	}
	return a.Amount.Minor == 0 || b.Amount.Minor == 0 || (a.Amount.Minor < 0) == (b.Amount.Minor < 0)
}

// crossed reports whether one row is from a file and the other from a bank.
func crossed(a, b Row) bool { return (a.Line > 0) != (b.Line > 0) }

// otherTrade reports whether two rows have different merchant category codes.
func otherTrade(a, b Row) bool { return a.MCC != "" && b.MCC != "" && a.MCC != b.MCC }

func foreign(r Row) bool { return r.Foreign.Currency != "" }

func sameForeign(a, b Row) bool { return foreign(a) && a.Foreign == b.Foreign }

// exchanged reports whether the amounts of a purchase in another currency differ by at most 3 %.
func exchanged(booked, held Row) bool {
	return (foreign(booked) || foreign(held)) && withinPercent(booked.Amount.Minor, held.Amount.Minor, 97, 103)
}

// tipped reports whether booked is held with a tip of up to 35 %, where tips are given or a hold
// is a guess.
func tipped(booked, held Row) bool {
	return (tipPlace(booked) || tipPlace(held)) && withinPercent(booked.Amount.Minor, held.Amount.Minor, 100, 135)
}

// tipPlace reports whether a row is of a kind where the booked amount may exceed the hold:
// restaurants, bars, taxis, hairdressers, fuel pumps (ISO 18245).
func tipPlace(r Row) bool {
	switch r.MCC {
	case "5811", "5812", "5813", "5814", "4121", "7230", "7297", "5541", "5542", "5552":
		return true
	case "":
		return r.Category == EatingOut || r.Category == Car || r.Category == Transport
	}
	return false
}

// withinPercent reports whether |a| lies between low and high percent of |b|, exactly.
func withinPercent(a, b int64, low, high uint64) bool {
	return !lessTimes(magnitude(a), 100, magnitude(b), low) && !lessTimes(magnitude(b), high, magnitude(a), 100)
}

// smaller reports whether |a| < |b|.
func smaller(a, b int64) bool { return magnitude(a) < magnitude(b) }

// lessTimes reports whether a*m < b*n in 128 bits.
func lessTimes(a, m, b, n uint64) bool {
	aHigh, aLow := bits.Mul64(a, m)
	bHigh, bLow := bits.Mul64(b, n)
	return aHigh < bHigh || aHigh == bHigh && aLow < bLow
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
