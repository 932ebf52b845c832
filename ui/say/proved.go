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

// AtBank says where the person ends a link themselves: as its provider file has it, else where it mostly is.
func (v *Voice) AtBank(file string) string {
	if file != "" {
		return file
	}
	return v.T("hand.where", "Look for connected apps or third parties in the bank’s own settings, and end Coffer there.")
}

// EndedEarly says that the bank takes a consent no more that was to last until day.
func (v *Voice) EndedEarly(day string) string {
	return v.T("banks.ended-early", "The bank no longer takes this consent, which was to last until {{.Day}}; it may have been ended there.", "Day", day)
}
