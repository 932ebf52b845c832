package alerts

import (
	"context"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/live"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// kinds are those of what is watched, in the order of the page.
var kinds = []string{"blocked", "trusted", "trip", "refund", "cancelled", "payee", "floor"}

// kindOf is the kind of an entry.
func kindOf(e alert.WatchEntry) string {
	switch e := e.(type) {
	case alert.WatchedMerchant:
		if e.Blocked {
			return "blocked"
		}
		return "trusted"
	case alert.Trip:
		return "trip"
	case alert.ExpectedRefund:
		return "refund"
	case alert.CancelledSeries:
		return "cancelled"
	case alert.KnownPayee:
		return "payee"
	}
	return "floor"
}

// adding are the kinds that can be put on the list.
func (p *watchPage) adding() fyne.CanvasObject {
	v := p.s.voice
	words := map[string]string{
		"blocked": v.T("watch.add-block", "Block a payee"), "trusted": v.T("watch.add-trust", "Trust a payee"), "trip": v.T("watch.add-trip", "A trip"),
		"refund": v.T("watch.add-refund", "A refund"), "cancelled": v.T("watch.add-cancelled", "A cancelled subscription"), "payee": v.T("watch.add-payee", "A payee you know"),
		"floor": v.T("watch.add-floor", "A balance floor"),
	}
	chip := func(kind string) fyne.CanvasObject {
		return part.NewChip(part.ChipSpec{Icon: "plus", Text: words[kind], On: p.form != nil && p.form.kind == kind && p.form.of == nil, OnTap: func() { p.openForm(kind, nil) }})
	}
	row := func(names ...string) fyne.CanvasObject {
		objects := make([]fyne.CanvasObject, 0, len(names)+1)
		for _, name := range names {
			objects = append(objects, chip(name))
		}
		return part.Row(8, append(objects, part.Space())...)
	}
	return part.Stack(8, row("blocked", "trusted", "trip", "refund"), row("cancelled", "payee", "floor"))
}

// entries are the rows of one kind.
func (p *watchPage) entries(kind string) (rows []fyne.CanvasObject) {
	v := p.s.voice
	for _, e := range p.data.list.Entries() {
		if kindOf(e) != kind {
			continue
		}
		title, sub := p.words(e)
		var acts []fyne.CanvasObject
		switch kind {
		case "trip", "refund", "cancelled", "floor":
			acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("watch.change", "Change"), Rank: part.Quiet, Height: 28, OnTap: func() { p.openForm(kind, e) }}))
		}
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("watch.take-off", "Take off"), Height: 28, OnTap: func() { p.takeOff(e) }}))
		rows = append(rows, line(title, sub, acts...))
	}
	return rows
}

// words are what an entry says: its name, and what is told about it.
func (p *watchPage) words(e alert.WatchEntry) (title, sub string) {
	v, today := p.s.voice, p.s.coffer.Today().Time()
	since := func(d ledger.Date) string { return v.Watched(kindOf(e), d.Time(), today) }
	switch e := e.(type) {
	case alert.WatchedMerchant:
		return e.Shown, since(ledger.DateOf(e.Since.Local()))
	case alert.Trip:
		return v.T("watch.trip", "Abroad"), v.Trip(e.From.Time(), e.To.Time(), today, e.Countries)
	case alert.ExpectedRefund:
		return e.Shown, v.Refund(money.New(e.Minor, e.Currency), e.Due().Time(), today)
	case alert.CancelledSeries:
		return e.Shown, since(e.Since)
	case alert.KnownPayee:
		return e.Shown, since(ledger.DateOf(e.Since.Local()))
	case alert.Floor:
		return p.account(e.Account), v.Floor(money.New(e.Minor, e.Currency))
	}
	return "", ""
}

func (p *watchPage) account(id ledger.AccountID) string {
	for _, a := range p.data.accounts {
		if a.ID == id {
			return accountName(a)
		}
	}
	return ""
}

// takeOff takes an entry off the list; the bar undoes it.
func (p *watchPage) takeOff(e alert.WatchEntry) {
	s := p.s
	s.acts.Perform(&live.Act{Said: s.voice.T("watch.taken-off", "Taken off the list."), Do: func(ctx context.Context) (func(context.Context) error, error) {
		change, err := s.coffer.Unwatch(ctx, e.Key())
		return func(ctx context.Context) error { return s.coffer.UndoWatch(ctx, change) }, err
	}})
}
