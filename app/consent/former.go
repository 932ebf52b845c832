package consent

// Former is a grant that a newer one of its link has taken the place of. It is kept until the
// bank has ended it.
type Former struct {
	Seq        int64 // of the vault
	Link       LinkID
	ConsentID  string // the bank's id of the grant; may be empty
	ClientID   string // that its tokens were given to
	Shows      string // how that client shows who it is, as in Link
	Credential Credential
}
