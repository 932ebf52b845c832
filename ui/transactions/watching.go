package transactions

import (
	"context"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// watching is what the person told ahead of the row's merchant, and what they can tell.
func (s *Screen) watching(d *app.Detail) []fyne.CanvasObject {
	var objects []fyne.CanvasObject
	told := map[app.WatchAct]bool{}
	for _, e := range d.Watched {
		act, icon, words := s.watched(e)
		told[act] = true
		off := part.NewLink(s.voice.T("watch.take-off", "Take off"), look.Small, func() { s.unwatch(e.Key()) })
		objects = append(objects, part.RowTop(8, part.NewPicture(icon, look.Muted, 16), part.Rest(part.NewPara(words, part.Style{Role: look.Small}, paneInner-90)), off))
	}
	if d.Amount.Minor >= 0 || d.Status == ledger.Dropped || d.Category == ledger.Transfer {
		return spaced(objects)
	}
	v := s.voice
	button := func(act app.WatchAct, text, icon string) fyne.CanvasObject {
		if told[act] {
			return nil
		}
		return part.NewButton(part.ButtonSpec{Text: text, Icon: icon, Rank: part.Quiet, Small: true, Height: 26, OnTap: func() { s.watch(d.ID, act) }})
	}
	for _, pair := range [][2]fyne.CanvasObject{
		{button(app.ExpectRefund, v.T("detail.refund", "Expect a refund"), "undo"), button(app.Cancelled, v.T("detail.cancelled", "I cancelled this"), "repeat")},
		{button(app.Block, v.T("detail.block", "Block this payee"), "revoke"), button(app.Trust, v.T("detail.trust", "Trust it"), "check")},
	} {
		var row []fyne.CanvasObject
		for _, b := range pair {
			if b != nil {
				row = append(row, b)
			}
		}
		if len(row) > 0 {
			objects = append(objects, part.Inset(part.Edges{Left: -6}, part.Row(0, append(row, part.Space())...)))
		}
	}
	return spaced(objects)
}

func spaced(objects []fyne.CanvasObject) []fyne.CanvasObject {
	if len(objects) == 0 {
		return nil
	}
	return []fyne.CanvasObject{part.Stack(4, objects...)}
}

// watched says what was told, and by which act; what is blocked can be trusted, and the other way round.
func (s *Screen) watched(e alert.WatchEntry) (act app.WatchAct, icon, words string) {
	v, today := s.voice, s.coffer.Today().Time()
	switch e := e.(type) {
	case alert.ExpectedRefund:
		return app.ExpectRefund, "undo", v.T("detail.expecting", "You expect {{.What}}.", "What", v.Refund(money.New(e.Minor, e.Currency), e.Due().Time(), today))
	case alert.CancelledSeries:
		return app.Cancelled, "repeat", v.T("detail.is-cancelled", "You cancelled this on {{.Day}}.", "Day", v.Day(e.Since.Time(), today))
	case alert.KnownPayee:
		return app.KnowPayee, "check", v.T("detail.is-known", "You know this payee.")
	case alert.WatchedMerchant:
		if e.Blocked {
			return app.Block, "revoke", v.T("detail.is-blocked", "You blocked this payee: every charge is told.")
		}
	}
	return app.Trust, "check", v.T("detail.is-trusted", "You trust this payee: only hard rules speak.")
}

// watch puts what the person says of the open row on the watchlist.
func (s *Screen) watch(id ledger.TransactionID, how app.WatchAct) {
	v := s.voice
	said := map[app.WatchAct]string{
		app.Block: v.T("done.block", "Blocked: every charge of this payee is told."), app.Trust: v.T("done.trust", "Trusted: statistics are silent about this payee."),
		app.ExpectRefund: v.T("done.refund", "A refund is expected within 14 days."), app.Cancelled: v.T("done.cancelled", "Cancelled: a later charge is told."),
	}[how]
	s.perform(&act{said: said, do: func(ctx context.Context) (func(context.Context) error, error) {
		change, err := s.coffer.WatchRow(ctx, id, how)
		return func(ctx context.Context) error { return s.coffer.UndoWatch(ctx, change) }, err
	}}, nil)
}

func (s *Screen) unwatch(key string) {
	s.perform(&act{said: s.voice.T("watch.taken-off", "Taken off the list."), do: func(ctx context.Context) (func(context.Context) error, error) {
		change, err := s.coffer.Unwatch(ctx, key)
		return func(ctx context.Context) error { return s.coffer.UndoWatch(ctx, change) }, err
	}}, nil)
}
