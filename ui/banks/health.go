package banks

import (
	"context"
	"slices"
	"time"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// agesApart is from when on an account says by itself how old it is: read that long before the newest of its link.
const agesApart = time.Hour

// health is what is known of an account beside its link.
func (s *Screen) health(id ledger.AccountID) (h app.AccountHealth, known bool) {
	at := slices.IndexFunc(s.data.health, func(h app.AccountHealth) bool { return h.Account.ID == id })
	if at < 0 {
		return h, false
	}
	return s.data.health[at], true
}

// accountAge says how old an account is that is older than the others of its card; "" if it is not.
func (c *card) accountAge(a ledger.AccountView) string {
	h, known := c.screen.health(a.ID)
	newest := time.Time{}
	for _, other := range c.link.Accounts {
		if o, ok := c.screen.health(other.ID); ok && o.LastRead.After(newest) {
			newest = o.LastRead
		}
	}
	v := c.screen.voice
	switch {
	case !known || !c.link.Lets(a.Identity) || newest.IsZero():
		return ""
	case h.LastRead.IsZero():
		return v.T("health.never", "not read yet")
	case newest.Sub(h.LastRead) < agesApart:
		return ""
	}
	return v.T("health.read", "read {{.Age}}", "Age", v.Age(h.LastRead, c.screen.data.now))
}

// knowDifference notes that the person knows of a difference, or wants to be told again.
func (s *Screen) knowDifference(h app.AccountHealth, known bool) {
	s.desk.Do(s.lasting(), func(ctx context.Context) error { return s.coffer.KnowDifference(ctx, h, known) }, func(err error) {
		if err != nil && !canceled(err) {
			s.note = note{text: s.voice.Fault(err)}
		}
		s.settled()
	})
}

// leaveOut is the person's word on whether an account counts in net worth.
func (s *Screen) leaveOut(a ledger.AccountView, out bool) {
	s.desk.Do(s.lasting(), func(ctx context.Context) error { return s.coffer.SetLeftOut(ctx, a.ID, out) }, func(err error) {
		switch {
		case err == nil:
			s.note = note{text: s.voice.LeftOut(accountName(a), out), good: true}
		case !canceled(err):
			s.note = note{text: s.voice.Fault(err)}
		}
		s.settled()
	})
}

// healths are what is known to be missing of the card's accounts, or not to agree: with the way to the rows.
func (c *card) healths() []fyne.CanvasObject {
	s, v := c.screen, c.screen.voice
	var objects []fyne.CanvasObject
	tell := func(a ledger.AccountView, icon, words string, tint fyne.ThemeColorName, also ...fyne.CanvasObject) {
		acts := append([]fyne.CanvasObject{part.NewLink(v.T("health.rows", "See rows"), look.Small, func() { s.do.Transactions(a.ID) })}, also...)
		objects = append(objects, part.RowTop(8, part.NewPicture(icon, tint, 16), part.Rest(part.NewPara(words, part.Style{Role: look.Small, Tint: tint}, cardWide-110)),
			part.Stack(4, acts...)), part.Gap(0, 12))
	}
	for _, a := range c.link.Accounts {
		h, known := s.health(a.ID)
		if !known {
			continue
		}
		name := shortName(a)
		switch {
		case h.Known:
			tell(a, "info", v.DifferenceKnown(name, h.Stated, h.Computed), look.Muted,
				part.NewLink(v.T("health.tell-again", "Tell me again"), look.Small, func() { s.knowDifference(h, false) }))
		case h.Differs:
			tell(a, "warning", v.BalancesDiffer(name, h.Stated, h.Computed, h.Since.Local()), look.AlertQuiet,
				part.NewLink(v.T("health.i-know", "I know"), look.Small, func() { s.knowDifference(h, true) }))
		}
		if !h.Unlisted.IsZero() {
			act := part.NewLink(v.T("worth.leave-out", "Leave out"), look.Small, func() { s.leaveOut(a, true) })
			if a.LeftOut {
				act = part.NewLink(v.T("worth.count", "Count it"), look.Small, func() { s.leaveOut(a, false) })
			}
			tell(a, "info", v.Unlisted(name, h.Unlisted.Local(), a.LeftOut), look.Muted, act)
		}
		if h.Unended && s.jobs[c.link.ID] == nil {
			tell(a, "info", v.CutOff(name), look.Muted)
		}
		for _, g := range h.Gaps {
			words := v.RowsMissing(name, g.From.Time(), g.To.Time())
			fill := part.NewLink(v.T("health.fill", "Import a file"), look.Small, s.do.Import)
			switch g.Why {
			case ledger.GapRefused:
				words = v.HistoryBegins(name, g.To.AddDays(1).Time())
			case ledger.GapMoved:
				words = v.RowsMoved(name, g.From.Time(), g.To.Time())
			}
			tell(a, "info", words, look.Muted, fill)
		}
	}
	return objects
}
