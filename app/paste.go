package app

import "coffer/app/secret"

// Paster is an Attempt whose answer the person may have to bring: the bank sends the browser to a page
// that is not on this computer.
type Paster interface {
	// LastPage is where the browser ends; empty where the answer comes by itself.
	LastPage() string
	// Paste takes the whole address of that page, which holds the code. It asks nobody. A BadAnswer
	// says what is wrong with it, and may be followed by another try; after LinkTimedOut none helps.
	Paste(address secret.Text) error
}

// pasting fills in what the person needs to bring the answer.
func (p LinkingProgress) pasting(a Attempt) LinkingProgress {
	if paster, ok := a.(Paster); ok && paster.LastPage() != "" {
		p.LastPage, p.Paste = paster.LastPage(), paster.Paste
	}
	return p
}
