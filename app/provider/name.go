package provider

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// skeleton is what a person takes a name for at a glance: folded, without accents, spaces and
// signs, each letter that looks like a Latin one replaced by it, and without the word "bank". It is
// in the spirit of UTS #39, with the letters of this file instead of its whole table.
func skeleton(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(norm.NFKC.String(name))) {
		if like, ok := looksLike[r]; ok {
			b.WriteString(like)
			continue
		}
		for _, r := range strings.ToLower(string(r)) {
			if like, ok := looksLike[r]; ok {
				b.WriteString(like)
			} else if unicode.IsLetter(r) || unicode.IsNumber(r) {
				b.WriteRune(r)
			}
		}
	}
	s := strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "nn", "m").Replace(b.String())
	bank := skeletonOfBank
	if short := strings.TrimSuffix(strings.TrimPrefix(s, bank), bank); short != "" {
		return short
	}
	return s
}

const skeletonOfBank = "bank"

// looksLike maps what looks like a Latin letter to it. Fullwidth, mathematical and accented letters
// are plain after NFKD and need no row.
var looksLike = func() map[rune]string {
	all := map[rune]string{}
	for latin, like := range map[string]string{
		"a": "аɑα∂", "b": "ьвβЬƅ", "c": "сϲƈ¢", "d": "ԁɗđ", "e": "еεҽє", "f": "ƒſ", "g": "ɡցǥ", "h": "һհнħ", "i": "", "j": "јյϳ",
		"k": "кκҝƙ", "l": "1iıіɩιӏ|!ǀłן", "m": "мӎ", "n": "пηոոŋ", "o": "0оοօσøө", "p": "рρϱþ", "q": "ԛգ", "r": "гɾʀ", "s": "ѕ5$ꜱƽ",
		"t": "тτţŧ", "u": "υսцʋ", "v": "ѵνᴠ", "w": "ԝшωա", "x": "хχ×", "y": "уүγყ", "z": "ᴢʐ2ƶ",
	} {
		for _, r := range like {
			all[r] = latin
		}
	}
	return all
}()

// plainText reports whether text is one line of what can be seen: no control, no joiner, nothing that
// turns the direction of writing.
func plainText(text string) bool {
	for _, r := range text {
		if !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || r == 'ㅤ' || r == 'ᅠ' || r == '⠀' {
			return false
		}
	}
	return strings.TrimSpace(text) == text
}
