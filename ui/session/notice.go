package session

// Notice is what the desktop is to show for a while.
type Notice struct {
	Program string // whose it is, as the person knows it
	Icon    string // its name in the desktop's theme, or a path
	Title   string
	Body    string // plain text: it is escaped where the desktop reads marks in it
	Replace uint32 // the number of one that it stands in place of; 0 for none
}
