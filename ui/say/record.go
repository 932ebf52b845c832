package say

// Agreed says why a consent record was made; n is a consent.RecordKind.
func (v *Voice) Agreed(n int) string {
	switch n {
	case 0:
		return v.T("agreed.link", "Linked")
	case 1:
		return v.T("agreed.renewal", "Renewed")
	}
	return v.T("agreed.accounts", "Accounts chosen anew")
}
