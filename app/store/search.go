package store

import (
	"slices"
	"strings"
	"unicode"

	"coffer/app/money"
)

// search is what a person typed into the register's search: every term must hold.
type search struct {
	vain    bool     // there is text, and nothing in it that can be looked for
	words   []string // each begins a word of payee, text, memo or note
	amounts []amountTerm
}

// amountTerm is a number in a search. Without a sign it is meant whichever way the money went.
type amountTerm struct {
	compare byte   // '>', '<', or '=' for a number alone
	equal   bool   // ">=", "<="
	sign    byte   // '-', '+', or 0
	number  string // plain decimal text without a sign
	words   []string
}

// A pasted page is no search: terms beyond these are left out.
const (
	mostWords   = 12
	mostAmounts = 3
	mostLetters = 64 // of one word
)

// parseSearch reads what was typed. Any text is a search; what is no amount is words.
func parseSearch(text string) search {
	var s search
	text = shownAmounts.Replace(text)
	for field := range strings.FieldsSeq(text) {
		if term, ok := parseAmount(field); ok {
			if len(s.amounts) < mostAmounts {
				s.amounts = append(s.amounts, term)
			}
			continue
		}
		for _, word := range wordsOf(field) {
			if len(s.words) < mostWords && len(word) <= mostLetters && !slices.Contains(s.words, word) {
				s.words = append(s.words, word)
			}
		}
	}
	// What is typed but can't be looked for finds nothing; the beginning of an amount still finds all.
	s.vain = s.empty() && strings.Trim(strings.Join(strings.Fields(text), ""), "<>=+-.,") != ""
	return s
}

// shownAmounts makes an amount as screens write it one as it is typed.
var shownAmounts = strings.NewReplacer("\u2212", "-", "$", "", "€", "", "£", "", "¥", "")

// empty reports whether s asks for nothing.
func (s search) empty() bool { return len(s.words) == 0 && len(s.amounts) == 0 }

// wordsOf splits text as the full text index does: letters and digits stay together.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r)
	})
}

func parseAmount(field string) (amountTerm, bool) {
	term, rest := amountTerm{compare: '='}, field
	if rest != "" && (rest[0] == '>' || rest[0] == '<') {
		term.compare, rest = rest[0], rest[1:]
		if strings.HasPrefix(rest, "=") {
			term.equal, rest = true, rest[1:]
		}
	}
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		term.sign, rest = rest[0], rest[1:]
	}
	number, ok := plainNumber(rest)
	if !ok {
		return amountTerm{}, false
	}
	term.number = number
	if term.compare == '=' && term.sign == 0 {
		term.words = wordsOf(rest)
	}
	return term, true
}

// plainNumber reads "412", "412.50", "412,50" and "1,234.50" as plain decimal text.
func plainNumber(text string) (string, bool) {
	if text == "" || len(text) > mostLetters || strings.Trim(text, "0123456789.,") != "" || strings.Trim(text, ".,") == "" {
		return "", false
	}
	at := strings.LastIndexAny(text, ".,")
	if at < 0 {
		return text, true
	}
	whole, fraction := text[:at], text[at+1:]
	grouping := strings.Count(text, text[at:at+1]) > 1 || text[at] == ',' && len(fraction) == 3 && whole != "" && !strings.Contains(whole, ".")
	whole = strings.NewReplacer(".", "", ",", "").Replace(whole)
	switch {
	case grouping:
		return whole + fraction, true
	case whole == "" || fraction == "":
		return whole + fraction, whole != ""
	}
	return whole + "." + fraction, true
}

// match is the condition of a full text query: each word begins with what was typed.
func matchOf(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = `"` + w + `"*`
	}
	return strings.Join(quoted, " ")
}

// span is a range of minor units that a row's size or amount may lie in, bounds included.
type span struct {
	currency  string
	low, high int64
	signed    bool // of the amount; else of its size
}

// spans says what t means in each currency. A currency that has fewer decimals than were
// typed is left out.
func (t amountTerm) spans(currencies []string) []span {
	var all []span
	for _, currency := range currencies {
		low, err := money.Parse(t.number, currency)
		if err != nil {
			continue
		}
		if sp, ok := t.span(low.Minor, currency); ok {
			all = append(all, sp)
		}
	}
	return all
}

const farthest = int64(1) << 62

func (t amountTerm) span(size int64, currency string) (span, bool) {
	sp := span{currency: currency, signed: t.sign != 0}
	value, step := size, int64(1)
	if t.sign == '-' {
		value = -size
	}
	if t.equal {
		step = 0
	}
	least := int64(0)
	if sp.signed {
		least = -farthest
	}
	switch t.compare {
	case '>':
		sp.low, sp.high = value+step, farthest
	case '<':
		sp.low, sp.high = least, value-step
	default:
		sp.low, sp.high = t.exactly(value, currency)
	}
	return sp, sp.low <= sp.high && size < farthest
}

// exactly gives what begins with the digits typed: "412" is 412.00 to 412.99.
func (t amountTerm) exactly(value int64, currency string) (low, high int64) {
	_, fraction, _ := strings.Cut(t.number, ".")
	open := int64(1)
	for range money.Exponent(currency) - len(fraction) {
		open *= 10
	}
	if t.sign == '-' {
		return value - (open - 1), value
	}
	return value, value + (open - 1)
}
