package transactions

import (
	"strings"

	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const (
	pairLabel float32 = 96
	pairInner float32 = 260 // how wide one side of a pair is likely to be
)

// newStrip is the line over the register that leads to the queue.
func (s *Screen) newStrip() *fyne.Container {
	open := part.NewButton(part.ButtonSpec{Text: s.voice.T("look.review", "Review"), Key: "V", Rank: part.OnStrip, Height: 26, OnTap: s.Review})
	strip := part.Inset(part.Edges{Top: 8, Right: 14, Bottom: 8, Left: 12}, part.NewPanel(look.AlertQuietBg, look.RadiusCard, part.Pad(6, 12),
		part.Row(8, part.NewPicture("info", look.AlertQuiet, 16), part.Rest(s.queue.text), open)))
	strip.Hide()
	return strip
}

func (s *Screen) writeStrip() {
	q := &s.queue
	if q.waiting.Any() == 0 {
		q.strip.Hide()
	} else {
		q.text.Set(s.voice.Waiting(q.waiting.Reviews, q.waiting.Transfers))
		q.strip.Show()
	}
	s.column.Refresh()
}

// writeQueue writes head, list and pair anew.
func (s *Screen) writeQueue() {
	v, q := s.voice, &s.queue
	q.header.SetTitle(v.T("queue.title", "To review"), v.N("queue.left", "{{.N}} left", "{{.N}} left", q.waiting.Any()))
	q.asked.Set(v.T("queue.waiting", "Waiting"), !q.past)
	q.done.Set(v.T("queue.decided", "Decided"), q.past)
	q.empty.Objects = nil
	if q.known && len(q.entries) == 0 {
		q.empty.Objects = []fyne.CanvasObject{s.emptyQueue()}
	}
	q.list.Refresh()
	s.writeLister()
	s.writePair()
	q.body.Refresh()
	q.ground.Refresh()
}

func (s *Screen) emptyQueue() fyne.CanvasObject {
	v := s.voice
	spec := part.EmptySpec{
		Icon: "check-circle", Title: v.T("queue.empty", "Nothing to review"),
		Line: v.T("queue.empty-line", "Rows that may be there twice, and transfers that Coffer is not sure of, wait here for you to decide."),
	}
	if s.queue.past {
		spec.Icon, spec.Title = "undo", v.T("queue.past-empty", "Nothing decided yet")
		spec.Line = v.T("queue.past-empty-line", "What you decide stands here, and can be undone at any time.")
	}
	return part.NewEmptyState(spec)
}

func (s *Screen) queueFailed(err error) {
	s.queue.empty.Objects = []fyne.CanvasObject{part.NewEmptyState(part.EmptySpec{
		Icon: "warning", Title: s.voice.T("queue.failed", "This can’t be read"), Line: s.voice.Fault(err),
		Acts: []fyne.CanvasObject{part.NewLink(s.voice.T("try-again", "Try again"), look.Body, s.loadQueue)},
	})}
	s.queue.body.Refresh()
}

// queueRow is a line of the queue's list.
func (s *Screen) queueRow(at int) (part.RegisterRow, bool) {
	if at < 0 || at >= len(s.queue.entries) {
		return part.RegisterRow{}, false
	}
	e := s.queue.entries[at]
	row, icon := e.first(), "transactions"
	switch {
	case e.transfer != nil:
		icon = "transfer"
	case e.deleted != nil:
		icon = "undo"
	}
	return part.RegisterRow{Icon: icon, IconTint: look.Muted, Cells: []part.Cell{{Text: payeeOf(row)}, {Text: s.voice.Change(row.Amount)}}}, true
}

// first is the row that an entry is named by.
func (e entry) first() ledger.Transaction {
	switch {
	case e.review != nil:
		return e.review.Row
	case e.deleted != nil:
		return e.deleted.Transaction
	}
	return e.transfer.OutRow
}

func payeeOf(t ledger.Transaction) string {
	if t.Payee == "" {
		return t.Text
	}
	return t.Payee
}

// writePair shows both rows of the current entry side by side.
func (s *Screen) writePair() {
	q := &s.queue
	q.pair.Objects = nil
	if e := s.current(); e != nil {
		q.pair.Objects = s.pairOf(*e)
		q.scroll.ScrollToTop()
	}
	q.pair.Refresh()
	q.scroll.Refresh()
}

func (s *Screen) pairOf(e entry) []fyne.CanvasObject {
	v := s.voice
	if e.deleted != nil {
		return s.deletedOf(e)
	}
	var title, why string
	var left, right ledger.Transaction
	var heads [2]string
	var names [2]string
	if r := e.review; r != nil {
		title, why = v.T("queue.same", "Are these the same movement?"), v.Reason(r.Reason.ID, r.Reason.Args)
		left, right = r.Other, r.Row
		heads = [2]string{v.T("queue.first", "Was there"), v.T("queue.later", "Came later")}
		names = [2]string{r.Account.Name, r.Account.Name}
	} else {
		t := e.transfer
		title, why = v.T("queue.transfer", "Is this a transfer between your accounts?"), v.Reason(t.Reason.ID, t.Reason.Args)
		left, right = t.OutRow, t.InRow
		heads = [2]string{v.T("queue.out", "Went out"), v.T("queue.in", "Came in")}
		names = [2]string{t.OutAccount.Name, t.InAccount.Name}
	}
	objects := []fyne.CanvasObject{
		part.NewPara(title, part.Style{Role: look.Subheading, Bold: true}, 2*pairInner), part.Gap(0, 4),
		part.NewPara(why, part.Style{Tint: look.Muted}, 2*pairInner), part.Gap(0, 14), s.table(left, right, heads, names, e.transfer != nil), part.Gap(0, 16),
	}
	return append(objects, s.verdicts(e)...)
}

// deletedOf shows a row that was deleted, and the way back.
func (s *Screen) deletedOf(e entry) []fyne.CanvasObject {
	v, d := s.voice, e.deleted
	rows := []fyne.CanvasObject{}
	line := func(label, text string) {
		if text != "" {
			rows = append(rows, part.Columns(12, []float32{pairLabel, 0}, part.NewText(label, part.Style{Role: look.Small, Tint: look.Muted}), part.NewPara(text, part.Style{}, 2*pairInner)))
		}
	}
	line(v.T("column.date", "Date"), v.FullDay(d.Date.Time()))
	line(v.T("column.amount", "Amount"), v.Change(d.Amount))
	line(v.T("column.payee", "Payee"), d.Payee)
	line(v.T("queue.text", "Bank text"), d.Text)
	line(v.T("queue.memo", "Memo"), d.Memo)
	line(v.T("queue.status", "Status"), s.statusWord(d.Transaction))
	line(v.T("column.account", "Account"), s.accountNamed(d.Account))
	line(v.T("column.category", "Category"), v.Category(string(d.Category)))
	line(v.T("detail.note", "Note"), d.Note)
	objects := []fyne.CanvasObject{
		part.NewPara(v.T("queue.deleted", "This row is not in your books"), part.Style{Role: look.Subheading, Bold: true}, 2*pairInner), part.Gap(0, 14),
		part.Stack(7, rows...), part.Gap(0, 16),
	}
	return append(objects, s.verdicts(e)...)
}

// table lays two rows side by side; what differs is marked, but in the rows of a transfer.
func (s *Screen) table(left, right ledger.Transaction, heads, accounts [2]string, transfer bool) fyne.CanvasObject {
	v := s.voice
	head := part.Style{Role: look.Small, Tint: look.Muted, Bold: true}
	rows := []fyne.CanvasObject{part.Columns(12, []float32{pairLabel, 0, 0}, part.Gap(0, 0), part.NewText(heads[0], head), part.NewText(heads[1], head)), part.NewRule()}
	line := func(label, a, b string) {
		if a == "" && b == "" {
			return
		}
		style, mark := part.Style{Tint: look.Muted}, label
		switch {
		case transfer: // its rows differ as they must
			style = part.Style{}
		case a != b:
			style, mark = part.Style{Bold: true}, "≠ "+label
		}
		rows = append(rows, part.Columns(12, []float32{pairLabel, 0, 0}, part.NewPara(mark, part.Style{Role: look.Small, Tint: look.Muted}, pairLabel),
			part.NewPara(a, style, pairInner), part.NewPara(b, style, pairInner)))
	}
	line(v.T("column.date", "Date"), v.FullDay(left.Date.Time()), v.FullDay(right.Date.Time()))
	line(v.T("column.amount", "Amount"), v.Change(left.Amount), v.Change(right.Amount))
	line(v.T("column.payee", "Payee"), left.Payee, right.Payee)
	line(v.T("queue.text", "Bank text"), left.Text, right.Text)
	line(v.T("queue.memo", "Memo"), left.Memo, right.Memo)
	line(v.T("queue.status", "Status"), s.statusWord(left), s.statusWord(right))
	line(v.T("column.account", "Account"), accounts[0], accounts[1])
	line(v.T("column.category", "Category"), v.Category(string(left.Category)), v.Category(string(right.Category)))
	line(v.T("queue.from", "From"), s.sourceWord(left), s.sourceWord(right))
	line(v.T("queue.id", "Bank’s id"), strings.Join(left.Aliases, ", "), strings.Join(right.Aliases, ", "))
	line(v.T("detail.note", "Note"), left.Note, right.Note)
	if !left.Seen.IsZero() && !right.Seen.IsZero() {
		line(v.T("queue.seen", "First seen"), v.FullDay(left.Seen.Local()), v.FullDay(right.Seen.Local()))
	}
	return part.Stack(7, rows...)
}

func (s *Screen) statusWord(t ledger.Transaction) string {
	switch t.Status {
	case ledger.Pending:
		return s.voice.T("group.pending", "Pending")
	case ledger.Dropped:
		return s.voice.T("step.dropped", "Dropped")
	}
	return s.voice.T("group.booked", "Booked")
}

func (s *Screen) sourceWord(t ledger.Transaction) string {
	if t.Line > 0 {
		return s.voice.T("queue.from-file", "A statement file, line {{.N}}", "N", s.voice.Count(t.Line))
	}
	return s.voice.T("queue.from-bank", "The bank")
}

func (s *Screen) accountNamed(id ledger.AccountID) string {
	for _, a := range s.shown.accounts {
		if a.ID == id {
			return a.Name
		}
	}
	return ""
}
