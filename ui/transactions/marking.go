package transactions

import (
	"context"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// marking is the person choosing the other row of a transfer.
type marking struct {
	of    ledger.TransactionID // empty: nothing is chosen
	known bool
	found []app.Candidate
	loads newest
}

// deeds are what can be done with the open row beside filing it.
func (s *Screen) deeds(d *app.Detail) fyne.CanvasObject {
	v := s.voice
	button := func(text, icon string, do func()) fyne.CanvasObject {
		return part.NewButton(part.ButtonSpec{Text: text, Icon: icon, Rank: part.Quiet, Small: true, Height: 26, OnTap: do})
	}
	row := []fyne.CanvasObject{button(v.T("detail.delete", "Delete"), "trash", s.deleteRow)}
	if d.Status == ledger.Booked && (len(d.Transfers) == 0 || d.Transfers[0].State != ledger.TransferLinked) {
		row = append(row, button(v.T("detail.mark-transfer", "Mark as transfer"), "transfer", func() { s.mark(d.ID) }))
	}
	if s.do.Dispute != nil && d.Amount.Minor < 0 && d.Status != ledger.Dropped {
		row = append(row, button(v.T("detail.dispute", "Dispute"), "warning", func() { s.do.Dispute(d.ID) }))
	}
	return part.Inset(part.Edges{Left: -6}, part.Row(0, append(row, part.Space())...))
}

// mark asks which row is the other one; asked again, it asks no more.
func (s *Screen) mark(id ledger.TransactionID) {
	m := &s.detail.marking
	if m.of == id {
		s.stopMarking()
		s.writePane()
		return
	}
	m.of, m.known, m.found = id, false, nil
	ctx := m.loads.begin(s.ctx)
	var found []app.Candidate
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		found, err = s.coffer.Candidates(ctx, id)
		return err
	}, func(err error) {
		m.loads.stop()
		switch {
		case m.of != id:
		case err != nil:
			s.stopMarking()
			s.fail(err)
		default:
			m.known, m.found = true, found
			s.writePane()
		}
	})
}

func (s *Screen) stopMarking() {
	m := &s.detail.marking
	m.loads.stop()
	m.of, m.known, m.found = "", false, nil
}

// otherRows offers the rows that may be the other side of a transfer with the open one.
func (s *Screen) otherRows(d *app.Detail) []fyne.CanvasObject {
	v, m := s.voice, &s.detail.marking
	if m.of != d.ID || !m.known {
		return nil
	}
	words := v.T("detail.which-row", "Which row is the other side? Both rows stay; a transfer counts neither as income nor as spending.")
	if len(m.found) == 0 {
		words = v.T("detail.no-row", "No row of another account of yours can be the other side: none is booked within 10 days that moves money the other way. Link that account, or import its statement.")
	}
	lines := []fyne.CanvasObject{part.NewPara(words, part.Style{Role: look.Small, Tint: look.Muted}, paneInner)}
	for _, c := range m.found {
		style := part.Style{Role: look.Small, Tint: look.Muted}
		if c.Same {
			style.Tint = look.Text
		}
		where := v.T("detail.where", "{{.Day}}, {{.Account}}", "Day", v.Day(c.Date.Time(), s.coffer.Today().Time()), "Account", c.Account.Name)
		lines = append(lines, part.Stack(2,
			part.Row(8, part.Rest(part.NewLink(payeeOf(c.Transaction), look.Body, func() { s.markWith(d.ID, c.ID) })), part.NewText(v.Change(c.Amount), part.Style{Bold: c.Same})),
			part.NewText(where, style)))
	}
	return []fyne.CanvasObject{part.Gap(0, 8), part.Stack(8, lines...)}
}

// markWith links two rows as a transfer.
func (s *Screen) markWith(id, other ledger.TransactionID) {
	s.stopMarking()
	s.writePane()
	s.perform(&act{said: s.voice.T("done.linked", "Linked as a transfer."), do: func(ctx context.Context) (func(context.Context) error, error) {
		pair, was, err := s.coffer.MarkTransfer(ctx, id, other)
		return func(ctx context.Context) error {
			_, err := s.coffer.DecideTransfer(ctx, pair.Out, pair.In, was)
			return err
		}, err
	}}, nil)
}
