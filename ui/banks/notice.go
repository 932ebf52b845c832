package banks

import (
	"context"
	"strings"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
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

// silence says which accounts have no movements any more although the link works, until the person puts it
// away or some come.
func (c *card) silence() []fyne.CanvasObject {
	s, v := c.screen, c.screen.voice
	var objects []fyne.CanvasObject
	for _, a := range c.link.Accounts {
		for _, q := range s.data.silent {
			if q.Account != a.ID {
				continue
			}
			title, line := v.Silent(accountName(a), q.Last.Time(), ledger.DateOf(s.data.now.Local()).Time(), q.Days, q.Usual)
			words := part.NewPara(title+". "+capital(line), part.Style{Role: look.Small, Tint: look.Muted}, cardWide-110)
			objects = append(objects, part.RowTop(8, part.NewPicture("info", look.Muted, 16), part.Rest(words),
				part.NewLink(v.T("look.later", "Not now"), look.Small, func() { s.putSilenceAway(a.ID) })), part.Gap(0, 12))
		}
	}
	return objects
}

// putSilenceAway takes the notice that an account fell silent from its card.
func (s *Screen) putSilenceAway(id ledger.AccountID) {
	s.desk.Do(s.lasting(), func(ctx context.Context) error { return s.coffer.PutSilenceAway(ctx, id) }, func(err error) {
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
