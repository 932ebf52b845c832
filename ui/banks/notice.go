package banks

import (
	"context"
	"strings"

	"coffer/app/consent"
	"coffer/app/fault"
)

// putAway takes the notice of a link's end from its card; the end itself stays among the facts.
func (s *Screen) putAway(id consent.LinkID) {
	s.desk.Do(s.lasting(), func(ctx context.Context) error { return s.coffer.PutEndingAway(ctx, id) }, func(err error) {
		if err != nil && !canceled(err) {
			s.note = note{text: s.voice.Fault(err)}
		}
		s.settled()
	})
}

// unread says which accounts the last read left out, and why.
func (c *card) unread() string {
	var lines []string
	for _, u := range c.link.Unread {
		name := u.Name
		for _, a := range c.link.Accounts {
			if string(a.ID) == u.Account {
				name = accountName(a)
			}
		}
		lines = append(lines, c.screen.voice.Unread(name, u.Reason))
	}
	return strings.Join(lines, " ")
}

func reasonOf(err error) string {
	if f := fault.Of(err); f != nil {
		return f.Reason
	}
	return ""
}
