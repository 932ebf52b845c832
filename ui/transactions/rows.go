package transactions

import (
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// The columns of the register.
const (
	dateColumn = iota
	payeeColumn
	categoryColumn
	accountColumn
	amountColumn
)

func (s *Screen) newRegister() *part.Register {
	v := s.voice
	return part.NewRegister(part.RegisterSpec{
		Columns: []part.Column{
			{Title: v.T("column.date", "Date"), Width: 90, Sorts: true},
			{Title: v.T("column.payee", "Payee"), Sorts: true},
			{Title: v.T("column.category", "Category"), Width: 112},
			{Title: v.T("column.account", "Account"), Width: 96, Wide: true},
			{Title: v.T("column.amount", "Amount"), Width: 92, Right: true, Sorts: true},
		},
		Len: func() int { return s.shown.index.lines() }, Row: s.row,
		OnMove: s.moved, OnOpen: s.openLine, OnCell: s.tappedCell, OnSort: s.sort,
		OnKey: s.passKey, OnRune: s.passRune,
	})
}

// row is a line of the register in words, if it is there.
func (s *Screen) row(line int) (part.RegisterRow, bool) {
	at, g := s.shown.index.at(line)
	if g != noGroup {
		return s.groupRow(g), true
	}
	of, i, ok := s.pages.at(at)
	if !ok {
		return part.RegisterRow{}, false
	}
	if of.words[i] == nil {
		above := of.before
		if i > 0 {
			above = &of.rows[i-1]
		}
		words := s.words(of.rows[i], above)
		of.words[i] = &words
	}
	return *of.words[i], true
}

// words writes a row; above is the row over it, or nil.
func (s *Screen) words(r ledger.RegisterRow, above *ledger.RegisterRow) part.RegisterRow {
	v := s.voice
	ink, second, flow := look.Text, look.Muted, part.Out
	if r.Amount.Minor > 0 {
		flow = part.In
	}
	if r.Status == ledger.Pending {
		ink, second, flow = look.Pending, look.Pending, part.Waiting
	}
	day := ink
	if above != nil && above.Date == r.Date && above.Status == r.Status {
		day = second
	}
	category := part.Cell{Text: v.Category(string(r.Category)), Tint: second}
	if r.Category == ledger.NoCategory {
		category = part.Cell{Text: v.T("category.choose", "Choose"), Tint: look.Accent}
	}
	icon, tint := iconOf(r)
	return part.RegisterRow{Icon: icon, IconTint: tint, Cells: []part.Cell{
		{Text: v.Day(r.Date.Time(), s.coffer.Today().Time()), Tint: day},
		{Text: r.Payee, Tint: ink},
		category,
		{Text: s.accountName(r.Account), Tint: second},
		{Text: v.Change(r.Amount), Tint: flow.Tint()},
	}}
}

func iconOf(r ledger.RegisterRow) (string, fyne.ThemeColorName) {
	switch {
	case r.Flag == ledger.HighFlag:
		return "alerts", look.AlertHigh
	case r.Flag == ledger.QuietFlag:
		return "alerts", look.AlertQuiet
	case r.Status == ledger.Pending:
		return "pending", look.Pending
	case r.Leg || r.Category == ledger.Transfer:
		return "transfer", look.Muted
	}
	return "", ""
}

func (s *Screen) groupRow(g group) part.RegisterRow {
	v := s.voice
	if g == bookedGroup {
		return part.RegisterRow{Group: true, Label: v.T("group.booked", "Booked")}
	}
	var nets []string
	for _, sum := range s.shown.totals.Pending {
		if net, err := sum.In.Add(sum.Out); err == nil {
			nets = append(nets, v.Change(net))
		}
	}
	return part.RegisterRow{Group: true, Label: v.T("group.pending", "Pending"), Note: v.N("group.pending-note",
		"{{.N}} row, {{.Sums}}, not in the booked balance", "{{.N}} rows, {{.Sums}}, not in the booked balance",
		s.shown.index.pending, "Sums", s.together(nets))}
}

// together joins words: "a", "a and b", "a, b and c".
func (s *Screen) together(words []string) string {
	if len(words) == 0 {
		return ""
	}
	text := words[len(words)-1]
	for i := len(words) - 2; i >= 0; i-- {
		if i == len(words)-2 {
			text = s.voice.T("list.and", "{{.A}} and {{.B}}", "A", words[i], "B", text)
			continue
		}
		text = s.voice.T("list.comma", "{{.A}}, {{.B}}", "A", words[i], "B", text)
	}
	return text
}

func (s *Screen) accountName(id ledger.AccountID) string {
	for i := range s.shown.accounts {
		if s.shown.accounts[i].ID == id {
			return s.shown.accounts[i].Name
		}
	}
	return ""
}

// sort orders by a column; by the same column again, the other way round.
func (s *Screen) sort(column int) {
	orders := map[int][2]ledger.Order{
		dateColumn:   {ledger.NewestFirst, ledger.OldestFirst},
		payeeColumn:  {ledger.PayeeUp, ledger.PayeeDown},
		amountColumn: {ledger.AmountUp, ledger.AmountDown},
	}
	two, sorts := orders[column]
	if !sorts {
		return
	}
	if s.ask.order == two[0] {
		two[0] = two[1]
	}
	s.ask.order = two[0]
	s.filtered()
}

// columnOf is where the arrow of an order stands, and whether it points down.
func columnOf(o ledger.Order) (column int, down bool) {
	switch o {
	case ledger.OldestFirst:
		return dateColumn, false
	case ledger.PayeeUp:
		return payeeColumn, false
	case ledger.PayeeDown:
		return payeeColumn, true
	case ledger.AmountUp:
		return amountColumn, false
	case ledger.AmountDown:
		return amountColumn, true
	}
	return dateColumn, true
}

// sums adds pending and booked rows up, per currency. A sum too large to hold is left out.
func sums(t ledger.Totals) []ledger.Sum {
	var all []ledger.Sum
	for _, half := range [][]ledger.Sum{t.Booked, t.Pending} {
		for _, one := range half {
			all = addSum(all, one)
		}
	}
	return all
}

func addSum(all []ledger.Sum, one ledger.Sum) []ledger.Sum {
	for i := range all {
		if all[i].In.Currency != one.In.Currency {
			continue
		}
		in, err := all[i].In.Add(one.In)
		out, err2 := all[i].Out.Add(one.Out)
		if err != nil || err2 != nil {
			return append(all[:i:i], all[i+1:]...)
		}
		all[i] = ledger.Sum{Count: all[i].Count + one.Count, In: in, Out: out}
		return all
	}
	return append(all, one)
}

// amounts writes what is not zero.
func (s *Screen) amounts(of []money.Amount) []string {
	var words []string
	for _, a := range of {
		if !a.IsZero() {
			words = append(words, s.voice.Change(a))
		}
	}
	return words
}
