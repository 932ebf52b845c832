package transactions

import (
	"context"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// verdicts are the buttons under a pair.
func (s *Screen) verdicts(e entry) []fyne.CanvasObject {
	v := s.voice
	if s.queue.past {
		return []fyne.CanvasObject{
			part.NewPara(s.verdictWord(e), part.Style{Bold: true}, 2*pairInner), part.Gap(0, 8),
			part.Row(8, part.NewButton(part.ButtonSpec{Text: v.T("undo", "Undo"), Icon: "undo", Key: "U", OnTap: s.undoVerdict}), part.Space()),
		}
	}
	yes, no, hint := v.T("queue.merge", "Merge"), v.T("queue.keep", "Keep both"), v.T("queue.merge-hint", "Merging keeps one row with both ids, so that neither comes back. It can be undone.")
	keys := [2]string{"M", "K"}
	if e.transfer != nil {
		yes, no, hint = v.T("queue.link", "Link"), v.T("queue.not-transfer", "Not a transfer"), v.T("queue.link-hint", "A transfer counts neither as income nor as spending. Both rows stay.")
		keys = [2]string{"L", "N"}
	}
	return []fyne.CanvasObject{
		part.Row(8, part.NewButton(part.ButtonSpec{Text: yes, Key: keys[0], Rank: part.Main, OnTap: func() { s.judge(true) }}),
			part.NewButton(part.ButtonSpec{Text: no, Key: keys[1], OnTap: func() { s.judge(false) }}), part.Space()),
		part.Gap(0, 8), part.NewPara(hint, part.Style{Role: look.Small, Tint: look.Muted}, 2*pairInner),
	}
}

func (s *Screen) verdictWord(e entry) string {
	v := s.voice
	switch {
	case e.deleted != nil:
		return v.T("queue.said-deleted", "You deleted it on {{.Day}}. No read brings it back.", "Day", v.FullDay(e.deleted.At.Local()))
	case e.transfer != nil:
		return v.T("queue.said-not", "You said that it is not a transfer.")
	case e.review.Verdict == ledger.Merge:
		return v.T("queue.said-same", "You merged them on {{.Day}}.", "Day", v.FullDay(e.review.At.Local()))
	}
	return v.T("queue.said-two", "You kept both on {{.Day}}.", "Day", v.FullDay(e.review.At.Local()))
}

// judge says yes or no to the current question.
func (s *Screen) judge(yes bool) {
	e := s.current()
	if !s.queue.open || s.queue.past || e == nil || s.queue.judging == e.key() {
		return
	}
	s.queue.judging = e.key()
	after := func(error) { s.queue.judging = [2]ledger.TransactionID{} }
	if e.transfer != nil {
		state := ledger.TransferRejected
		if yes {
			state = ledger.TransferLinked
		}
		s.decideTransfer(e.transfer, state, after)
		return
	}
	verdict, said := ledger.KeepBoth, s.voice.T("done.kept", "Both are kept. It is not asked again.")
	if yes {
		verdict, said = ledger.Merge, s.voice.T("done.merged", "Merged.")
	}
	pair := e.key()
	s.perform(&act{said: said, do: func(ctx context.Context) (func(context.Context) error, error) {
		err := s.coffer.Decide(ctx, pair[0], pair[1], verdict)
		return func(ctx context.Context) error { return s.coffer.Undecide(ctx, pair[0], pair[1]) }, err
	}}, after)
}

func (s *Screen) decideTransfer(t *app.TransferView, state ledger.TransferState, after func(error)) {
	v, out, in := s.voice, t.Out, t.In
	said := map[ledger.TransferState]string{
		ledger.TransferLinked:   v.T("done.linked", "Linked as a transfer."),
		ledger.TransferRejected: v.T("done.rejected", "Not a transfer. It is not asked again."),
		ledger.TransferProposed: v.T("done.asked", "Asked again."),
	}[state]
	s.perform(&act{said: said, do: func(ctx context.Context) (func(context.Context) error, error) {
		was, err := s.coffer.DecideTransfer(ctx, out, in, state)
		return func(ctx context.Context) error {
			_, err := s.coffer.DecideTransfer(ctx, out, in, was)
			return err
		}, err
	}}, after)
}

// undoVerdict takes the verdict on the current pair back, or else the last thing that was done here.
func (s *Screen) undoVerdict() {
	e := s.current()
	switch {
	case !s.queue.past || e == nil:
		s.Undo()
	case e.deleted != nil:
		id := e.deleted.ID
		s.perform(&act{said: s.voice.T("done.undeleted", "It is back as it was."), do: func(ctx context.Context) (func(context.Context) error, error) {
			err := s.coffer.Undelete(ctx, id)
			return func(ctx context.Context) error { return s.coffer.DeleteTransaction(ctx, id) }, err
		}}, nil)
	case e.transfer != nil:
		s.decideTransfer(e.transfer, ledger.TransferProposed, nil)
	default:
		pair, verdict := e.key(), e.review.Verdict
		s.perform(&act{said: s.voice.T("done.undecided", "Undone. It is asked again."), do: func(ctx context.Context) (func(context.Context) error, error) {
			err := s.coffer.Undecide(ctx, pair[0], pair[1])
			return func(ctx context.Context) error { return s.coffer.Decide(ctx, pair[0], pair[1], verdict) }, err
		}}, nil)
	}
}

// deleteRow takes the open row out of the books.
func (s *Screen) deleteRow() {
	d := s.detail.shown
	if !s.pane.open || d == nil || d.ID != s.detail.id {
		return
	}
	id := d.ID
	s.perform(&act{said: s.voice.T("done.deleted", "Deleted. No read brings it back."), do: func(ctx context.Context) (func(context.Context) error, error) {
		err := s.coffer.DeleteTransaction(ctx, id)
		return func(ctx context.Context) error { return s.coffer.Undelete(ctx, id) }, err
	}}, func(err error) {
		if err == nil && s.detail.id == id {
			s.closePane()
		}
	})
}

// links are what ties the open row to others: the other side of a transfer, and a question about it.
func (s *Screen) links(d *app.Detail) []fyne.CanvasObject {
	v := s.voice
	var objects []fyne.CanvasObject
	if d.Reviews > 0 {
		id := d.ID
		objects = append(objects, part.NewStrip(part.StripSpec{
			Tone: part.Attention, Icon: "info", Wide: paneInner, Title: v.T("detail.twice", "This may be there twice."),
			Acts: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("look.review", "Review"), Key: "V", Rank: part.OnStrip, Height: 26, OnTap: func() { s.openQueue([2]ledger.TransactionID{id}) }})},
		}), part.Gap(0, 12))
	}
	for i := range d.Transfers {
		objects = append(objects, s.transferLine(d.ID, &d.Transfers[i]), part.Gap(0, 12))
	}
	return objects
}

// transferLine shows the other side of a transfer.
func (s *Screen) transferLine(id ledger.TransactionID, t *app.TransferView) fyne.CanvasObject {
	v := s.voice
	other, account, title := t.InRow, t.InAccount, v.T("detail.transfer-to", "Transfer to {{.Account}}", "Account", t.InAccount.Name)
	if t.In == id {
		other, account, title = t.OutRow, t.OutAccount, v.T("detail.transfer-from", "Transfer from {{.Account}}", "Account", t.OutAccount.Name)
	}
	tone := part.Calm
	decide := []fyne.CanvasObject{part.NewLink(v.T("detail.see-other", "See the other row"), look.Body, func() { s.Open(other.ID) })}
	no := part.NewButton(part.ButtonSpec{Text: v.T("queue.not-transfer", "Not a transfer"), Rank: part.OnStrip, Height: 26, OnTap: func() { s.decideTransfer(t, ledger.TransferRejected, nil) }})
	if t.State == ledger.TransferProposed {
		tone, title = part.Attention, v.T("detail.maybe-transfer", "Perhaps a transfer with {{.Account}}", "Account", account.Name)
		decide = append([]fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("queue.link", "Link"), Rank: part.OnStrip, Height: 26, OnTap: func() { s.decideTransfer(t, ledger.TransferLinked, nil) }})}, decide...)
	}
	line := v.T("detail.other-side", "{{.Amount}} on {{.Day}}. {{.Why}}", "Amount", v.Change(other.Amount), "Day", v.Day(other.Date.Time(), s.coffer.Today().Time()), "Why", v.Reason(t.Reason.ID, t.Reason.Args))
	return part.NewStrip(part.StripSpec{Tone: tone, Icon: "transfer", Title: title, Line: line, Wide: paneInner, Acts: append([]fyne.CanvasObject{no}, decide...)})
}
