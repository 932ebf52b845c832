package overview

import (
	"coffer/app"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// accountGroup is a heading of the list of accounts and the kinds under it.
type accountGroup struct {
	name  string
	icon  string
	kinds []ledger.Kind
}

func (s *Screen) groups() []accountGroup {
	v := s.voice
	return []accountGroup{
		{v.T("group.everyday", "Everyday"), "wallet", []ledger.Kind{ledger.Checking, ledger.Wallet}},
		{v.T("group.savings", "Savings"), "savings", []ledger.Kind{ledger.Savings, ledger.Investment}},
		{v.T("group.cards", "Cards"), "card", []ledger.Kind{ledger.Card}},
		{v.T("group.loans", "Loans"), "banks", []ledger.Kind{ledger.Loan}},
		{v.T("group.other", "Other"), "wallet", []ledger.Kind{ledger.Other}},
	}
}

func (g accountGroup) has(k ledger.Kind) bool {
	for _, own := range g.kinds {
		if own == k {
			return true
		}
	}
	return false
}

// accounts returns a heading and a card for each group that has accounts.
func (s *Screen) accounts() []fyne.CanvasObject {
	v := s.voice
	booked, available := v.T("column.booked", "Booked"), v.T("column.available", "Available")
	var objects []fyne.CanvasObject
	for _, g := range s.groups() {
		var rows []fyne.CanvasObject
		for _, a := range s.data.Accounts {
			if g.has(a.Kind) {
				row := part.NewAccountRow(s.account(a, g.icon))
				row.SetNarrow(s.narrow)
				rows = append(rows, s.walked(row))
			}
		}
		if len(rows) == 0 {
			continue
		}
		objects = append(objects, part.NewGroupHead(g.name, booked, available), part.NewListCard(rows...))
		booked, available = "", ""
	}
	return objects
}

func (s *Screen) account(a ledger.AccountView, icon string) part.AccountSpec {
	v := s.voice
	spec := part.AccountSpec{Icon: icon, Name: a.Name, OnTap: func() { s.do.Account(a.ID) }}
	if a.Kind == ledger.Card && a.Masked != "" {
		spec.Name += " ·· " + a.Masked
	}
	switch {
	case a.Balance.Booked.Currency == "":
		spec.Line = v.T("account.no-balance", "No balance in its statements")
	default:
		spec.Line = v.T("account.read", "Read {{.Age}}", "Age", v.Age(a.Balance.ReadAt, s.data.Now))
		if a.Link == "" {
			spec.Line = v.T("account.from-file", "From a file, as of {{.Day}}", "Day", v.Day(a.Balance.AsOf, s.data.Today.Time()))
		}
		if seen, gone := s.data.Unlisted[a.ID]; gone {
			spec.Line = v.T("account.unlisted", "The bank last listed it {{.Day}}", "Day", v.Day(seen.Local(), s.data.Today.Time()))
		}
		if a.LeftOut {
			spec.Line += v.T("account.left-out", " · not in net worth")
		}
		spec.Booked = v.Money(a.Balance.Booked)
		if a.Balance.Booked.Minor < 0 {
			spec.Flow = part.Out
		}
	}
	if a.Balance.Available.Currency != "" {
		spec.Available = v.Money(a.Balance.Available)
	}
	if a.Pending.Count > 0 {
		spec.Pending = v.N("account.pending", " · {{.N}} pending, {{.Sum}}", " · {{.N}} pending, {{.Sum}}", a.Pending.Count, "Sum", v.Change(pendingSum(a.Pending, a.Currency)))
	}
	if a.Balance.Limit.Currency != "" && a.Pending.Count == 0 {
		spec.Pending = v.T("account.limit", " · limit {{.Limit}}", "Limit", v.Money(a.Balance.Limit))
	}
	return spec
}

func pendingSum(p ledger.Sum, currency string) money.Amount {
	sum, err := p.In.Add(p.Out)
	if err != nil || sum.Currency == "" {
		return money.New(0, currency)
	}
	return sum
}

// month is what came and went in this month, one pair of bars a currency.
func (s *Screen) month() []fyne.CanvasObject {
	v := s.voice
	var objects []fyne.CanvasObject
	for _, m := range s.data.Month {
		out, err := m.Out.Abs()
		if err != nil || m.Count == 0 {
			continue
		}
		objects = append(objects, section(v.T("month.title", "{{.Month}} so far", "Month", v.Month(s.data.Today.Time(), s.data.Today.Time())), 16),
			part.NewCard(part.NewMonthBars(part.MonthBarsSpec{
				InLabel: v.T("month.in", "In"), OutLabel: v.T("month.out", "Out"), In: m.In.Minor, Out: out.Minor,
				InWord: v.Change(m.In), OutWord: v.Change(m.Out),
			})).Padded(part.Pad(13, 15)))
	}
	return objects
}

// latest is the newest rows of all accounts.
func (s *Screen) latest() []fyne.CanvasObject {
	if len(s.data.Latest) == 0 {
		return nil
	}
	v := s.voice
	rows := make([]fyne.CanvasObject, 0, len(s.data.Latest))
	for _, r := range s.data.Latest {
		spec := part.LineSpec{Text: r.Payee, Amount: v.Change(r.Amount), Flow: flow(r), OnTap: func() { s.do.Row(r.ID) }}
		if r.Status == ledger.Pending {
			spec.Caption, spec.Tint = v.T("latest.pending", "pending"), look.Pending
		}
		rows = append(rows, s.walked(part.NewLineRow(spec)))
	}
	return []fyne.CanvasObject{section(v.T("latest.title", "Latest"), 16), part.NewCard(rows...).Padded(part.Pad(5, 1))}
}

func flow(r ledger.RegisterRow) part.Flow {
	switch {
	case r.Status == ledger.Pending:
		return part.Waiting
	case r.Amount.Minor < 0:
		return part.Out
	}
	return part.In
}

// others are the sums in the currencies that the curve does not show.
func others(all []app.Worth, v interface{ Money(money.Amount) string }) []string {
	var words []string
	for _, w := range all[1:] {
		words = append(words, v.Money(w.Now))
	}
	return words
}

// section is the label over a card of the right column.
func section(text string, top float32) fyne.CanvasObject {
	return part.Inset(part.Edges{Top: top, Right: 2, Bottom: 6, Left: 2}, part.NewSection(text))
}
