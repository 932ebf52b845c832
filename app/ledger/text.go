package ledger

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// NormalText returns s as rows are compared: small letters and digits, words one space apart,
// accents and punctuation let go. It is idempotent.
func NormalText(s string) string {
	return string(appendNormal(make([]byte, 0, len(s)), s))
}

// appendNormal appends the NormalText of parts, with a space between them.
func appendNormal(to []byte, parts ...string) []byte {
	n := normal{to: to, from: len(to)}
	for _, part := range parts {
		n.gap = true
		for _, r := range part {
			n.letter(r)
		}
	}
	return n.to
}

// normal is a NormalText that is written.
type normal struct {
	to   []byte
	from int  // where it begins
	gap  bool // a space comes before the next letter, unless that is the first
}

func (n *normal) letter(r rune) {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		n.open()
		n.to = append(n.to, byte(r))
		return
	case r >= 'A' && r <= 'Z':
		n.open()
		n.to = append(n.to, byte(r)|0x20)
		return
	case r == '\'', r == '’':
		return
	case r < utf8.RuneSelf:
		n.gap = true
		return
	}
	r = unicode.ToLower(r)
	switch {
	case unicode.Is(unicode.Mn, r):
	case unicode.IsLetter(r), unicode.IsDigit(r):
		n.open()
		if plain, known := plainLetters[r]; known {
			n.to = append(n.to, plain...)
		} else {
			n.to = utf8.AppendRune(n.to, r)
		}
	default:
		n.gap = true
	}
}

func (n *normal) open() {
	if n.gap && len(n.to) > n.from {
		n.to = append(n.to, ' ')
	}
	n.gap = false
}

// plainLetters folds the accented Latin letters that banks drop as often as they send.
var plainLetters = foldTable(map[string]string{
	"a": "àáâãåāăą", "ae": "äæ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ",
	"i": "ìíîïĩīĭįı", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŉ", "o": "òóôõøōŏő", "oe": "öœ", "r": "ŕŗř",
	"s": "śŝşšș", "ss": "ß", "t": "ţťŧț", "th": "þ", "u": "ùúûũūŭůűų", "ue": "ü", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
})

func foldTable(groups map[string]string) map[rune]string {
	folds := make(map[rune]string)
	for plain, accented := range groups {
		for _, r := range accented {
			folds[r] = plain
		}
	}
	return folds
}

// MerchantOf returns whom a row is about, the same for every visit: the payee (else the bank's
// text, else the memo) as NormalText, without card words, payment services, store numbers,
// references and what follows them. It is empty only when the row has no text at all.
func MerchantOf(r Row) string {
	for _, text := range []string{r.Payee, r.Text, r.Memo} {
		if name := merchantName(NormalText(text)); name != "" {
			return name
		}
	}
	return NormalText(r.Payee + " " + r.Text + " " + r.Memo)
}

// merchantName cuts a normal text down to the name in it; empty if nothing but noise is there.
func merchantName(normal string) string {
	words := strings.Fields(normal)
	kept := words[:0:0]
	for i, w := range words {
		switch {
		case noiseWords[w]:
			continue
		case isReference(w):
			// "7 eleven" and "24 fitness": a short number opens many a name.
			if len(kept) == 0 && len(w) <= 2 && i+1 < len(words) && !isReference(words[i+1]) {
				kept = append(kept, w)
				continue
			}
			if len(kept) > 0 {
				return trimName(kept)
			}
		default:
			kept = append(kept, w)
		}
	}
	return trimName(kept)
}

// trimName lets go of the legal forms and domain endings that close a name.
func trimName(words []string) string {
	for len(words) > 1 && endWords[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}

// isReference reports whether a word is a store number, a date, a card number or a code, not a name:
// digits alone, or at least three digits among the letters.
func isReference(w string) bool {
	digits, letters := 0, 0
	for _, r := range w {
		if r >= '0' && r <= '9' {
			digits++
		} else {
			letters++
		}
	}
	return digits > 0 && (letters == 0 || digits >= 3)
}

var noiseWords = wordSet(`pos purchase purch card debit credit visa mastercard maestro amex contactless
	checkcard chkcard chipkarte kartenzahlung girocard lastschrift carte cb paiement achat tarjeta compra
	pending authorization authorisation auth hold preauth transaction payment recurring sq tst sumup
	izettle zettle paypal pp sp ec intl ach apple pay google eftpos www http https xx xxx xxxx store`)

var endWords = wordSet(`com net org co uk de fr inc llc ltd limited corp gmbh ag kg sa sas srl bv nv oy ab plc
	us usa gb store the`)

func wordSet(text string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// nameWords returns the words of a row that say who it is about, card noise and references aside.
func nameWords(r Row) []string {
	text := NormalText(r.Payee + " " + r.Text)
	if text == "" {
		text = NormalText(r.Memo)
	}
	var names []string
	for _, w := range strings.Fields(text) {
		if len(w) > 1 && !noiseWords[w] && !endWords[w] && !isReference(w) {
			names = append(names, w)
		}
	}
	return names
}

// isCut reports whether the last word of a, which is the last of all of its text, is the beginning of the last of b, and
// the word before is the same in both: a bank cut the text off there.
func isCut(a []string, all int, b []string) bool {
	i, j := len(a)-1, len(b)-1
	return i > 0 && i == all-1 && j > 0 && a[i-1] == b[j-1] && strings.HasPrefix(b[j], a[i])
}

// likeness returns how many percent of the shorter list's words are in the other one. A word that
// begins another counts (banks cut names off), from four letters on; where a text ends in it, any.
func likeness(a, b []string) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return 0
	}
	shared := 0
	for i, w := range a {
		for j, v := range b {
			if w == v || isCut(a[:i+1], len(a), b[:j+1]) || isCut(b[:j+1], len(b), a[:i+1]) || (min(len(w), len(v)) >= 4 && (strings.HasPrefix(v, w) || strings.HasPrefix(w, v))) {
				shared++
				break
			}
		}
	}
	return 100 * shared / len(a)
}
