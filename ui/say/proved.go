package say

// Proved says in a line what a receipt proves; how is one of consent's, at a time.
func (v *Voice) Proved(how, at string) string {
	switch how {
	case "checked":
		return v.T("proved.checked", "Revoked: these tokens no longer work, checked at {{.At}}", "At", at)
	case "dropped":
		return v.T("proved.dropped", "Dropped here, never proved at the bank")
	}
	return v.T("revoke.proved", "Revoked, and proved")
}

// HowProved names in a receipt of what its proof is.
func (v *Voice) HowProved(how string) string {
	if how == "dropped" {
		return v.T("proved.how-dropped", "none: dropped here")
	}
	return v.T("proved.how-checked", "the tokens no longer work")
}
