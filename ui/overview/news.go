package overview

import (
	"context"

	"coffer/app"
	"coffer/ui/part"
)

// news says that something came which the person waited for, or the day for it.
func (s *Screen) news(n app.News) part.LookSpec {
	v := s.voice
	day := v.Day(n.Day.Time(), s.data.Today.Time())
	spec := part.LookSpec{
		Icon: "check-circle", Tone: part.Neutral, Title: v.CameFrom(n.Kind == app.RefundCame, n.Amount, n.Name),
		Line: v.T("look.day", "{{.Account}}, {{.Day}}.", "Account", s.accountName(n.Account), "Day", day),
		Act:  v.T("look.account", "See it"), OnAct: func() { s.do.News(n) },
		Later: v.T("look.later", "Not now"), OnLater: func() { s.putAway(func(ctx context.Context) error { return s.coffer.PutNewsAway(ctx, n.Key) }) },
	}
	if n.Kind == app.AnswerDue {
		spec.Icon, spec.Tone, spec.Strong = "clock", part.Attention, true
		spec.Title, spec.Line = v.AnswerDue(n.Name, n.Day.Time(), s.data.Today.Time()), v.T("news.due-line", "If it is silent, ask again.")
	}
	return spec
}
