package dispute

import (
	"context"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/dispute"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/paper"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const mostRelated = 8 // rows that are shown

// watch says how far it has come, what may be the money, and takes what the bank did.
func (s *Screen) watch(d app.DisputeView, wide float32) fyne.CanvasObject {
	v, today := s.voice, s.coffer.Today()
	lines := []fyne.CanvasObject{part.Row(6, part.NewText(v.T("dispute.stage", "So far"), part.Style{Tint: look.Muted}), part.NewPill(paper.Stage(v, d.Standing), part.Neutral), part.Space())}
	para := func(text string) {
		lines = append(lines, part.NewPara(text, part.Style{Role: look.Small, Tint: look.Muted}, wide))
	}
	if total, err := d.Total(); err == nil && !d.Standing.Closed {
		para(v.T("dispute.looks-for", "It looks for {{.Amount}}, or for one of the items, give or take 5 %.", "Amount", v.Money(total)))
	}
	if d.Chase != 0 {
		para(v.T("dispute.ask-again", "If the bank hasn’t answered by {{.Day}}, ask again.", "Day", v.Day(d.Chase.Time(), today.Time())))
	}
	if !d.Standing.Back.IsZero() {
		para(v.T("dispute.came-back", "{{.Amount}} came back.", "Amount", v.Money(d.Standing.Back)))
	}
	if !d.Standing.Closed {
		for _, r := range d.Refunds {
			lines = append(lines, s.refund(r))
		}
		if acts := s.trackActs(d); len(acts) > 0 {
			lines = append(lines, part.Row(6, acts...))
		}
	}
	return part.Stack(6, lines...)
}

// refund is a row that may be the money, with the word that it is.
func (s *Screen) refund(r dispute.Refund) fyne.CanvasObject {
	v, row := s.voice, r.Row
	name := row.Payee
	if name == "" {
		name = row.Text
	}
	it := part.NewButton(part.ButtonSpec{Text: v.T("dispute.is-it", "This is it"), Height: 26, OnTap: func() {
		s.noting(v.T("dispute.matched", "Matched: {{.Amount}} came back.", "Amount", v.Money(row.Amount)), func(ctx context.Context, id dispute.ID) error {
			return s.coffer.MatchRefund(ctx, id, row.ID)
		})
	}})
	line := part.NewLineRow(part.LineSpec{Text: name, Caption: v.Day(row.Date.Time(), s.coffer.Today().Time()), Amount: v.Change(row.Amount), Flow: part.In, OnTap: func() { s.do.Transaction(row.ID) }})
	return part.Row(8, part.Rest(line), it)
}

// trackActs are what can follow now.
func (s *Screen) trackActs(d app.DisputeView) []fyne.CanvasObject {
	v := s.voice
	button := func(text, said string, e dispute.Event) fyne.CanvasObject {
		return part.NewButton(part.ButtonSpec{Text: text, Height: 26, Small: true, OnTap: func() { s.note(said, e) }})
	}
	var acts []fyne.CanvasObject
	switch d.Standing.Stage {
	case dispute.Open:
		acts = append(acts, button(v.T("dispute.reported", "I told the bank"), v.T("dispute.reported-done", "Noted: the bank was told."), dispute.Event{What: dispute.Reported}))
	case dispute.AtBank:
		acts = append(acts, button(v.T("dispute.credited", "Credited for now"), v.T("dispute.credited-done", "Noted: credited for now. The bank may take it back."), dispute.Event{What: dispute.Credited}))
		fallthrough
	case dispute.Provisional:
		for _, o := range dispute.Outcomes() {
			acts = append(acts, button(v.T("dispute.bank-decided", "Decided: {{.Outcome}}", "Outcome", v.Outcome(string(o))), v.T("dispute.decided-done", "Noted: the bank decided."), dispute.Event{What: dispute.Resolved, Outcome: o}))
		}
	}
	return acts
}

// related lists what else went out around the items, what stands out most first.
func (s *Screen) related(d app.DisputeView) []fyne.CanvasObject {
	v := s.voice
	if len(d.Related) == 0 {
		return nil
	}
	all := []fyne.CanvasObject{part.Gap(0, 14), part.NewSection(v.T("dispute.around", "What else went out in the two weeks around it: was that you?")), part.Gap(0, 4)}
	for i, t := range d.Related {
		if i == mostRelated {
			all = append(all, part.NewCaption(v.N("dispute.more", "And {{.N}} more, in the letter", "And {{.N}} more, in the letter", len(d.Related)-mostRelated)))
			break
		}
		caption := v.Day(t.Date.Time(), s.coffer.Today().Time())
		if d.Scores[t.ID] > 0 {
			caption += " · " + v.T("dispute.stands-out", "unusual for you")
		}
		all = append(all, part.NewRule(), part.NewLineRow(part.LineSpec{Text: nameOf(t), Caption: caption, Amount: v.Size(t.Amount), OnTap: func() { s.do.Transaction(t.ID) }}))
	}
	return all
}

func nameOf(t ledger.Transaction) string {
	if t.Payee != "" {
		return t.Payee
	}
	return t.Text
}

// ending holds the way to revoke the link, and how the dispute is closed or forgotten.
func (s *Screen) ending(d app.DisputeView) []fyne.CanvasObject {
	v := s.voice
	all := []fyne.CanvasObject{part.Gap(0, 14), part.NewRule(), part.Gap(0, 12)}
	if d.Link.ID != "" && !d.Link.State.Ended() && s.do.Revoke != nil {
		act := part.NewButton(part.ButtonSpec{Text: v.T("dispute.revoke", "Revoke link"), Rank: part.QuietDanger, Height: 28, OnTap: func() { s.do.Revoke(consent.LinkID(d.Link.ID)) }})
		room := act.MinSize().Width
		wide := leftWide - 40 - room - 12
		all = append(all, part.Columns(12, []float32{28, 0, room}, atTop(part.NewPicture("revoke", look.Muted, 20)),
			part.Stack(0, part.NewPara(v.T("dispute.revoke-too", "Revoke the link to {{.Bank}} too?", "Bank", d.Link.Bank), part.Style{}, wide),
				part.NewPara(v.T("dispute.revoke-why", "The link can only read, so it can’t have made these charges. Revoke it if you doubt it anyway."), part.Style{Tint: look.Muted}, wide)), part.Stack(0, act)), part.Gap(0, 12), part.NewRule(), part.Gap(0, 12))
	}
	var acts []fyne.CanvasObject
	if !d.Standing.Closed {
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("dispute.close", "Close the dispute"), Height: 28, OnTap: func() {
			s.note(v.T("dispute.closed", "Closed."), dispute.Event{What: dispute.Closed})
		}}))
	} else {
		acts = append(acts, part.NewText(paper.Stage(v, d.Standing), part.Style{Tint: look.Muted}))
	}
	if len(d.Events) > 0 {
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("dispute.undo-last", "Undo the last note"), Icon: "undo", Rank: part.Quiet, Height: 28, OnTap: s.undoLast}))
	}
	acts = append(acts, part.Space(), part.NewButton(part.ButtonSpec{Text: v.T("dispute.delete", "Delete"), Rank: part.QuietDanger, Height: 28, OnTap: s.remove}))
	return append(all, part.Row(8, acts...))
}

// undoLast takes back what was noted last, here or elsewhere, now or long ago.
func (s *Screen) undoLast() {
	id := s.id
	var was dispute.Event
	s.acts.Perform(&live.Act{Said: s.voice.T("dispute.undone", "Taken back."), Do: func(ctx context.Context) (_ func(context.Context) error, err error) {
		was, err = s.coffer.UndoDispute(ctx, id)
		return func(ctx context.Context) error {
			if was.What == dispute.WasMine {
				return s.coffer.MineAfterAll(ctx, id)
			}
			return s.coffer.NoteDispute(ctx, id, was)
		}, err
	}})
}
