package banks

import (
	"context"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// choosePending opens, on the card of a link, of which accounts pending transactions are kept.
func (s *Screen) choosePending(l app.LinkView) {
	s.pendingOf, s.accountsOf, s.asking = l.ID, nil, ""
	s.draw()
}

func (s *Screen) endPending() {
	s.pendingOf = ""
	s.draw()
}

// pendingAsked is that choice, where it is open on this card. A tick counts at once.
func (c *card) pendingAsked() []fyne.CanvasObject {
	s, v, l := c.screen, c.screen.voice, c.link
	if s.pendingOf != l.ID || !l.State.Reads() {
		return nil
	}
	objects := []fyne.CanvasObject{
		part.NewSection(v.T("pending.title", "Pending transactions")),
		part.NewPara(v.T("pending.line", "Of an account without a tick, what the bank has not booked is not kept, shown or counted."), part.Style{Role: look.Small, Tint: look.Muted}, cardWide),
	}
	for _, a := range l.Accounts {
		if l.Lets(a.Identity) {
			objects = append(objects, part.Row(0, part.NewCheck(shortName(a), !a.BookedOnly, func(on bool) { s.keepPending(a, on) })))
		}
	}
	done := part.NewButton(part.ButtonSpec{Text: v.T("done", "Done"), OnTap: s.endPending})
	return []fyne.CanvasObject{part.Stack(6, append(objects, part.Row(6, done))...), part.Gap(0, 12)}
}

// keepPending is the person's word on the pending transactions of an account.
func (s *Screen) keepPending(a ledger.AccountView, on bool) {
	s.desk.Do(s.lasting(), func(ctx context.Context) error { return s.coffer.SetBookedOnly(ctx, a.ID, !on) }, func(err error) {
		switch {
		case err == nil:
			s.note = note{text: s.voice.BookedOnly(accountName(a), !on), good: true}
		case !canceled(err):
			s.note = note{text: s.voice.Fault(err)}
		}
		s.settled()
	})
}
