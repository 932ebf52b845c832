package desk

import (
	"coffer/app"
	"coffer/sync/link"
)

// Asked is what a file and the person say, as link gets it.
func Asked(p app.Provider, t app.Terms) (link.Provider, error) { return new(Desk).asked(p, t) }
