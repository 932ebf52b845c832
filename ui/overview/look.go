package overview

import (
	"context"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const mostNeeds = 3

// look is the card of what waits for the person.
func (s *Screen) look() []fyne.CanvasObject {
	specs := s.needs()
	if len(specs) == 0 {
		return nil
	}
	rows := make([]fyne.CanvasObject, 0, mostNeeds)
	for _, spec := range specs[:min(len(specs), mostNeeds)] {
		rows = append(rows, s.walked(part.NewLookRow(spec, rightWide)))
	}
	return []fyne.CanvasObject{section(s.voice.T("look.title", "Needs a look"), 2), part.NewListCard(rows...)}
}

// lookLine is the same in one line, for a narrow window.
func (s *Screen) lookLine() []fyne.CanvasObject {
	specs := s.needs()
	if len(specs) == 0 {
		return nil
	}
	more := ""
	if n := len(specs) - 1; n > 0 {
		more = s.voice.N("look.more", "and {{.N}} more", "and {{.N}} more", n)
	}
	return []fyne.CanvasObject{part.NewListCard(s.walked(part.NewLookLine(specs[0], more))), part.Gap(0, 10)}
}

// needs returns what waits for the person, gravest first.
func (s *Screen) needs() []part.LookSpec {
	v := s.voice
	var specs []part.LookSpec
	for _, a := range s.data.Alerts {
		tone := part.Attention
		if a.Level == alert.Interrupt {
			tone = part.Grave
		}
		specs = append(specs, part.LookSpec{
			Icon: "alerts", Tone: tone, Strong: a.Level == alert.Interrupt, Title: v.Reason(a.Why.ID, a.Why.Args),
			Line: v.T("look.day", "{{.Account}}, {{.Day}}.", "Account", s.accountName(a.Account), "Day", v.Day(a.Day.Time(), s.data.Today.Time())),
			Act:  v.T("look.review", "Review"), OnAct: func() { s.do.Alert(a.ID) },
		})
	}
	specs = append(specs, s.care()...)
	for _, n := range s.data.News {
		specs = append(specs, s.news(n))
	}
	for _, l := range s.data.Links {
		specs = append(specs, s.link(l))
	}
	if w := s.data.Waiting; w.Any() > 0 {
		specs = append(specs, part.LookSpec{
			Icon: "transactions", Tone: part.Attention, Title: v.Waiting(w.Reviews, w.Transfers),
			Line: v.T("look.waiting", "Coffer is not sure, and asks."), Act: v.T("look.review", "Review"), OnAct: s.do.Review,
		})
	}
	for _, q := range s.data.Silent {
		specs = append(specs, s.silent(q))
	}
	return specs
}

// link says what a link wants of the person.
func (s *Screen) link(l consent.Link) part.LookSpec {
	v := s.voice
	spec := part.LookSpec{
		Icon: "calendar", Tone: part.Attention, Strong: true, Act: v.T("look.banks", "See the link"), OnAct: s.do.Banks,
		Title: v.T("look.link", "{{.Bank}}: {{.State}}", "Bank", l.Bank, "State", v.State(int(l.State), l.Expires, s.data.Now)),
	}
	switch l.State {
	case consent.NeedsLogin:
		spec.Icon, spec.Title = "key", v.T("look.sign-in", "{{.Bank}} wants you to sign in again", "Bank", l.Bank)
	case consent.Lapsed:
		spec.Icon, spec.Line = "warning", v.T("look.lapsed", "Nothing new comes until it is paid.")
	case consent.Unapproved:
		spec.Icon, spec.Title = "key", v.T("look.approve", "{{.Bank}} waits for you to approve in its phone app", "Bank", l.Bank)
	case consent.RevokePending, consent.RevokedAtBank:
		spec.Icon = "revoke"
	case consent.Active, consent.Outage, consent.Paused:
		if len(l.Waiting()) > 0 {
			spec.Icon, spec.Title = "warning", v.T("look.host", "{{.Bank}} leads to a host that you have not allowed", "Bank", l.Bank)
			break
		}
		spec.Title = v.LinkEnds(l.Bank, l.Expires, s.data.Now)
		if s.data.Now.Before(l.Expires) {
			spec.Line = v.T("look.on", "On {{.Day}}.", "Day", v.Day(l.Expires.Local(), s.data.Today.Time()))
			spec.Later, spec.OnLater = v.T("look.later", "Not now"), func() { s.putAway(func(ctx context.Context) error { return s.coffer.PutEndingAway(ctx, l.ID) }) }
		}
	}
	return spec
}

// silent says that an account's movements stopped coming.
func (s *Screen) silent(q ledger.Silence) part.LookSpec {
	v := s.voice
	title, line := v.Silent(s.accountName(q.Account), q.Last.Time(), s.data.Today.Time(), q.Days, q.Usual)
	return part.LookSpec{
		Icon: "wallet", Tone: part.Neutral, Title: title, Line: line, Act: v.T("look.account", "See it"), OnAct: func() { s.do.Account(q.Account) },
		Later: v.T("look.later", "Not now"), OnLater: func() { s.putAway(func(ctx context.Context) error { return s.coffer.PutSilenceAway(ctx, q.Account) }) },
	}
}

// putAway carries out a "Not now", and reads the place again.
func (s *Screen) putAway(do func(context.Context) error) {
	ctx := s.ctx
	s.desk.Do(ctx, do, func(error) { // a notice that stays says it
		if ctx.Err() == nil {
			s.view.Refresh(ctx)
		}
	})
}

func (s *Screen) accountName(id ledger.AccountID) string {
	for _, a := range s.data.Accounts {
		if a.ID == id {
			return a.Name
		}
	}
	return ""
}
