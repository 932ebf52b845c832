package say

import "strings"

// Scopes says how a grant differs from what was asked for, by the scopes beyond it and those without which
// it came; nothing if it doesn't.
func (v *Voice) Scopes(beyond, without []string) []string {
	var all []string
	if len(beyond) > 0 {
		all = append(all, v.T("scope.beyond", "The bank granted more than Coffer asked for: {{.Scopes}}. Coffer only reads, and uses none of it.", "Scopes", strings.Join(beyond, ", ")))
	}
	if len(without) > 0 {
		all = append(all, v.T("scope.without", "The bank granted less than Coffer asked for, without {{.Scopes}}. What that covers can’t be read.", "Scopes", strings.Join(without, ", ")))
	}
	return all
}
