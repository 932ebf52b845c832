package link

import (
	"slices"
	"strings"
)

const (
	mostScopes   = 40
	longestScope = 100 // bytes
)

// scopesOf reads a list of scopes from an answer. What is none by RFC 6749 §3.3 is left out: it will be shown.
func scopesOf(text string) []string {
	var all []string
	for _, s := range strings.Fields(text) {
		strange := func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }
		if len(s) <= longestScope && !strings.ContainsFunc(s, strange) && !slices.Contains(all, s) && len(all) < mostScopes {
			all = append(all, s)
		}
	}
	return all
}

// differ returns what was granted beyond what was asked, and what was not granted of it. OpenID's own two
// don't count: servers leave them out of the answer, and neither lets anything be read.
func differ(asked, granted []string) (beyond, without []string) {
	if len(asked) == 0 { // the server's own choice (RFC 6749 §3.3)
		return nil, nil
	}
	less := func(all, but []string) []string {
		var rest []string
		for _, s := range all {
			if !slices.Contains(but, s) && s != "openid" && s != "offline_access" {
				rest = append(rest, s)
			}
		}
		return rest
	}
	return less(granted, asked), less(asked, granted)
}
