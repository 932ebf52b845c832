package vault

import (
	"strings"
	"unicode"

	"coffer/app/secret"
)

// Strength is how hard a passphrase is to guess, in words.
type Strength int

// The strengths. Below Fair a passphrase is refused.
const (
	TooShort Strength = iota // under 10 characters
	TooEasy                  // one word, one run of keys, one repeated piece
	Fair
	Good
	Strong
)

// Enough reports whether the vault takes such a passphrase.
func (s Strength) Enough() bool { return s >= Fair }

const (
	shortest   = 10 // characters
	goodLength = 16
	longLength = 24
)

var keyRuns = []string{"abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890", "password", "passphrase", "letmein", "coffer"}

// Judge says how hard passphrase is to guess. It counts what is left when repeats and runs of
// keys are taken out; it knows no dictionary, so a long passphrase of several words is the best.
func Judge(passphrase secret.Text) Strength {
	runes := []rune(passphrase.Reveal())
	if len(runes) < shortest {
		return TooShort
	}
	left := novelty(runes)
	words := len(strings.Fields(string(runes)))
	switch {
	case left < shortest-2:
		return TooEasy
	case left >= longLength || words >= 5:
		return Strong
	case left >= goodLength || words >= 4:
		return Good
	}
	return Fair
}

// novelty counts the characters that do not simply go on from those before them.
func novelty(runes []rune) int {
	text := strings.ToLower(string(runes))
	for _, run := range keyRuns {
		for size := len(run); size >= 4; size-- {
			for at := 0; at+size <= len(run); at++ {
				text = strings.ReplaceAll(text, run[at:at+size], "·")
			}
		}
	}
	seen := map[string]bool{}
	count := 0
	folded := []rune(text)
	for i, r := range folded {
		pair := string(folded[max(0, i-1) : i+1])
		if i > 0 && (seen[pair] || r == folded[i-1]) {
			continue
		}
		seen[pair] = true
		if !unicode.IsSpace(r) {
			count++
		}
	}
	return count
}
