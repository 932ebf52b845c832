package receipt

import "coffer/app/consent"

// Verdict is what a verification found.
type Verdict int

// The verdicts.
const (
	Genuine Verdict = iota // as it was written, and in this vault's chain
	Altered                // its hash is not of what it says
	Unknown                // whole in itself, and not in this vault's chain: of another vault, or made up
	Broken                 // the chain of this vault itself was changed
)

// Found is a verdict with where.
type Found struct {
	Verdict Verdict
	Place   int // Genuine: of the receipt in the chain; Broken: of the first that is wrong; from 1
	All     int // receipts in the chain
}

// BrokenAt returns the place of the first receipt that was changed or moved, from 1; 0 if none was.
func BrokenAt(chain []consent.Receipt) int { return consent.BrokenReceipt(chain) }

// Verify holds a file against the chain of this vault, oldest first. A receipt that was exported stays
// genuine whatever is chained after it.
func Verify(f File, chain []consent.Receipt) Found {
	all := append([]consent.Receipt{f.Receipt}, f.Erased...)
	for _, r := range all {
		if r.Hash != consent.HashReceipt(r) {
			return Found{Verdict: Altered, All: len(chain)}
		}
	}
	if at := BrokenAt(chain); at > 0 {
		return Found{Verdict: Broken, Place: at, All: len(chain)}
	}
	places := map[string]int{}
	for i, r := range chain {
		places[r.Hash] = i + 1
	}
	for _, r := range all {
		if places[r.Hash] == 0 || r.Link != f.Receipt.Link {
			return Found{Verdict: Unknown, All: len(chain)}
		}
	}
	return Found{Verdict: Genuine, Place: places[f.Receipt.Hash], All: len(chain)}
}
