package terminal

import (
	"fmt"
	"strings"

	"coffer/app/ledger"
)

// pairIDs are the two rows of a review or a transfer.
type pairIDs struct {
	one, other ledger.TransactionID
	either     bool // other alone names the pair, too
}

// named reports whether word is id, or the end of it.
func named(id ledger.TransactionID, word string) bool {
	return string(id) == word || len(word) >= shortest && strings.HasSuffix(string(id), word)
}

func (p pairIDs) named(word string) bool {
	return named(p.one, word) || p.either && named(p.other, word)
}

func (p pairIDs) namedByBoth(a, b string) bool {
	return named(p.one, a) && named(p.other, b) || named(p.one, b) && named(p.other, a)
}

// pickPairs finds the pairs that words name, each by the id of a row of it or by those of both, one after the other:
// a row may stand in several pairs.
func pickPairs(pairs []pairIDs, words []string, lister string) ([]int, error) {
	var all []int
	for i := 0; i < len(words); i++ {
		word := words[i]
		if i+1 < len(words) {
			both := pairsWhere(pairs, func(p pairIDs) bool { return p.namedByBoth(word, words[i+1]) })
			if len(both) == 1 {
				all = append(all, both[0])
				i++
				continue
			}
		}
		switch found := pairsWhere(pairs, func(p pairIDs) bool { return p.named(word) }); len(found) {
		case 1:
			all = append(all, found[0])
		case 0:
			return nil, usageError{fmt.Errorf("none of them is called %q: %s lists them", word, lister)}
		default:
			return nil, usageError{fmt.Errorf("%d of them have the row %q: name both rows of the one you mean, as %s prints them", len(found), word, lister)}
		}
	}
	return all, nil
}

func pairsWhere(pairs []pairIDs, are func(pairIDs) bool) (found []int) {
	for i, p := range pairs {
		if are(p) {
			found = append(found, i)
		}
	}
	return found
}

func pairLong(short string) string {
	return short + ".\nA pair is named by the id of a row, or by the ids of both rows where the one stands in several pairs."
}
