package privacy

import (
	"context"
	"strconv"
	"time"

	"coffer/app/egress"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// detail is the strip under the list about one row.
type detail struct {
	open   bool
	wanted int64 // a row to be shown as soon as its list is there; 0 for none
}

// openDetail shows the current row's detail, or closes it.
func (s *Screen) openDetail() {
	s.detail.open = !s.detail.open
	s.moved()
}

// moved brings the strip in line with the current row, and keeps that row in sight.
func (s *Screen) moved() {
	s.writeStrip()
	s.settle()
	s.rows.ScrollTo(s.rows.Selected())
	s.reveal()
}

// reveal brings the foot of the list into sight, where an open strip pushed it out.
func (s *Screen) reveal() {
	foot, view := s.ledger.Position().Y+s.ledger.Size().Height, s.left.Size().Height
	if s.detail.open && foot > s.left.Offset.Y+view {
		s.left.ScrollToOffset(fyne.NewPos(0, foot-view))
	}
}

// current is the row that the list stands on.
func (s *Screen) current() (egress.Entry, bool) {
	line := s.rows.Selected()
	if line < 0 {
		return egress.Entry{}, false
	}
	return s.pages.has(line)
}

// writeStrip writes the detail of the current row.
func (s *Screen) writeStrip() {
	e, ok := s.current()
	if !s.detail.open || !ok {
		put(s.strip)
		return
	}
	v := s.voice
	wide := (s.leftInner() - 20) / 2
	left := []part.Fact{
		{Label: v.T("detail.why", "Why"), Text: upperFirst(v.Purpose(e.Purpose.ID, e.Purpose.Args))},
		{Label: v.T("detail.request", "Request"), Text: e.Method + " " + e.Path},
		{Label: v.T("detail.to", "To"), Text: e.Origin},
	}
	answer := part.Fact{Label: v.T("detail.answer", "Answer"), Text: s.answer(e)}
	if s.problem(e) != "" {
		answer.Tint = look.AlertQuiet
	}
	if e.Via != "" {
		left = append(left, part.Fact{Label: v.T("detail.by", "By"), Text: v.T("detail.proxy", "your proxy at {{.Proxy}}", "Proxy", e.Via)})
	}
	if text := s.allowed(e); text != "" {
		left = append(left, part.Fact{Label: v.T("detail.allowed", "Allowed"), Text: text})
	}
	right := []part.Fact{
		answer, {Label: v.T("detail.tls", "TLS"), Text: s.tls(e)},
		{Label: v.T("detail.time", "Time"), Text: s.span(e)},
	}
	if s.brokenAt() == e.Seq {
		left = append(left, part.Fact{Label: v.T("detail.finding", "Finding"), Text: s.rowFinding(), Tint: look.AlertHigh})
	}
	facts := part.Columns(20, []float32{0, 0}, part.NewFacts(64, wide, left...), part.NewFacts(64, wide, right...))
	if s.narrow {
		facts = part.NewFacts(64, s.leftInner(), append(left, right...)...)
	}
	head := part.Row(8, part.Rest(part.NewText(v.T("detail.row", "Row {{.N}}", "N", v.Count(int(e.Seq))), part.Style{Bold: true})), part.NewIconButton("close", s.closeDetail))
	put(s.strip, part.NewRule(), part.Inset(part.Edges{Top: 6, Right: 12, Bottom: 12, Left: 14}, part.Stack(6, head, facts, s.hashLine(v.T("detail.hash", "Hash"), e.Hash))))
}

func (s *Screen) hashLine(label, hash string) fyne.CanvasObject {
	return part.Row(10, part.Sized(64, 0, part.NewText(label, small(look.Muted))),
		part.Rest(part.NewText(hash, part.Style{Role: look.Code, Mono: true, Tint: look.Muted}).Cut(80)),
		part.NewLink(s.voice.T("copy", "Copy"), look.Small, func() { s.do.Copy(hash) }))
}

// allowed says why a link may use a host that its provider file does not list; it is empty for one
// that it does.
func (s *Screen) allowed(e egress.Entry) string {
	v := s.voice
	for _, a := range s.data.Allowed {
		if string(a.Link) == e.Link && a.Origin == e.Origin {
			return v.T("detail.allowed-value", "By you on {{.Day}}: {{.Use}}; asked by {{.Asker}}", "Day", v.FullDay(a.Allowed.Local()), "Use", v.Use(int(a.Use)), "Asker", v.Asker(a.Asker))
		}
	}
	return ""
}

// answer is how a request ended.
func (s *Screen) answer(e egress.Entry) string {
	v, wrong := s.voice, s.problem(e)
	switch {
	case e.Status == 0 && wrong != "":
		return upperFirst(wrong)
	case e.Status == 0:
		return v.T("detail.no-status", "No HTTP status")
	case wrong != "" && (e.Problem != 0 || e.Sealed == ""):
		return v.T("detail.status-problem", "{{.Status}}, {{.Problem}}", "Status", strconv.Itoa(e.Status), "Problem", wrong)
	}
	return strconv.Itoa(e.Status)
}

func (s *Screen) tls(e egress.Entry) string {
	v := s.voice
	switch {
	case e.TLS != "":
		return e.TLS
	case e.Sealed == "":
		return v.T("detail.tls-unknown", "Not known")
	case e.Status == 0:
		return v.T("detail.tls-none", "Never came that far")
	}
	return v.T("detail.tls-here", "None: it never left this computer")
}

// span is when a request began and how long it took.
func (s *Screen) span(e egress.Entry) string {
	v, at := s.voice, e.Started.Local()
	text := v.T("detail.began", "{{.Day}}, {{.Clock}}", "Day", v.FullDay(at), "Clock", at.Format("15:04:05"))
	if e.Ended.IsZero() {
		return text
	}
	took := e.Ended.Sub(e.Started).Round(time.Millisecond)
	return v.T("detail.took", "{{.Began}}, took {{.Milliseconds}} ms", "Began", text, "Milliseconds", v.Count(int(took/time.Millisecond)))
}

func (s *Screen) closeDetail() {
	s.detail.open = false
	s.moved()
	s.rows.Focus()
}

// showBroken goes to the row that the verification found.
func (s *Screen) showBroken() {
	s.detail.wanted = s.data.Chain.Row
	if s.filter != (filter{}) {
		s.filter = filter{}
		s.reload()
		return
	}
	s.seek()
}

// seek selects the wanted row, wherever it is in the list.
func (s *Screen) seek() {
	want, l, line := s.detail.wanted, s.pages.listing, -1
	s.detail.wanted = 0
	s.desk.Do(s.pages.ctx, func(ctx context.Context) (err error) {
		line, err = l.find(ctx, want)
		return err
	}, func(err error) {
		switch {
		case err != nil:
			s.fail(err)
		case line >= 0:
			s.detail.open = true
			s.rows.Select(line)
			s.moved()
			s.rows.Focus()
		}
	})
}

// mostSteps is how often find looks: a ledger with no gaps needs two.
const mostSteps = 12

// find returns the line of the row with this number in a list that is newest first, or of one
// near it if it is gone; -1 if the list is empty.
func (l *listing) find(ctx context.Context, seq int64) (int, error) {
	line := 0
	for range mostSteps {
		rows, err := l.read(ctx, line, 1)
		if err != nil || len(rows) == 0 {
			return -1, err
		}
		next := max(0, min(line+int(rows[0].Seq-seq), l.count-1))
		if next == line {
			break
		}
		line = next
	}
	return line, nil
}
