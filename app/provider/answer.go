package provider

import (
	"errors"
	"strings"
	"unicode"
)

// mostBankName bounds the name of a bridge's bank, in letters.
const mostBankName = 200

// Answer checks what a person typed for a need of p that is no secret, and returns it as it is used:
// without spaces at its ends. The error says what is allowed.
func (p Provider) Answer(n Need, typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return "", errors.New("is missing")
	}
	switch n {
	case Issuer, API:
		typed = strings.TrimSuffix(typed, "/")
		return typed, Address(typed, p.Loopback)
	case LastPage: // compared as it is: no slash is taken from its end
		return typed, p.lastPage(typed)
	case AtBank: // as the bridge writes it: a name has spaces and letters of any script
		if len([]rune(typed)) > mostBankName || strings.ContainsFunc(typed, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return "", errors.New("is no name of one line")
		}
		return typed, nil
	case AtCountry:
		typed = strings.ToUpper(typed)
		if len(typed) != 2 || strings.ContainsFunc(typed, func(r rune) bool { return r < 'A' || r > 'Z' }) {
			return "", errors.New("is no country in two letters")
		}
		return typed, nil
	case Scopes:
		scopes := strings.Fields(typed)
		for _, s := range scopes {
			if !scopeForm.MatchString(s) {
				return "", errors.New("has letters that no OAuth scope has")
			}
		}
		if len(scopes) > 40 {
			return "", errors.New("are more than 40")
		}
		return strings.Join(scopes, " "), nil
	}
	if !clientForm.MatchString(typed) {
		return "", errors.New("has spaces or letters that it can't have")
	}
	return typed, nil
}
