package alerts

import (
	"context"
	"strings"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// putOff asks on which day an alert is to be asked about again.
type putOff struct {
	of    alert.ID
	day   *part.Entry
	act   *part.Button
	wrong string
}

// offerPutOff is the way to another day than tomorrow.
func (s *Screen) offerPutOff() fyne.CanvasObject {
	return part.NewLink(s.voice.T("answer.pick", "Later, on another day"), look.Small, s.pressed(s.openPutOff))
}

// openPutOff asks for the day of the alert in sight.
func (s *Screen) openPutOff() {
	p := &putOff{of: s.selected}
	p.day = part.NewEntry(part.EntrySpec{Placeholder: s.voice.T("answer.pick-day", "Day, as 2027-05-03"), OnChange: func(string) { s.typedPutOff(p) }, OnSubmit: func(string) { s.sendPutOff(p) }})
	p.act = part.NewButton(part.ButtonSpec{Text: s.voice.T("answer.pick-act", "Ask then"), OnTap: func() { s.sendPutOff(p) }})
	p.act.Disable()
	s.later = p
	s.draw()
	p.day.Focus()
}

func (s *Screen) typedPutOff(p *putOff) {
	p.day.SetWrong(false)
	if strings.TrimSpace(p.day.Text()) == "" {
		p.act.Disable()
	} else {
		p.act.Enable()
	}
}

// putOffLine is what asks for the day; nil where nothing does.
func (s *Screen) putOffLine() fyne.CanvasObject {
	p := s.later
	if p == nil || p.of != s.selected {
		return nil
	}
	cancel := part.NewButton(part.ButtonSpec{Text: s.voice.T("cancel", "Cancel"), OnTap: s.pressed(func() {
		s.later = nil
		s.draw()
	})})
	line := part.RowTop(8, part.Sized(200, 0, p.day), p.act, cancel, part.Space())
	if p.wrong == "" {
		return line
	}
	return part.Stack(6, line, part.NewPara(p.wrong, part.Style{Role: look.Small, Tint: look.AlertHigh}, detailWide))
}

// sendPutOff puts the alert off until the day that was typed.
func (s *Screen) sendPutOff(p *putOff) {
	if p.act.Disabled() || s.acts.Busy() {
		return
	}
	v := s.voice
	day, err := ledger.ParseDate(strings.TrimSpace(p.day.Text()))
	if err != nil {
		s.refusePutOff(p, v.T("answer.pick-unread", "That is no day. Write it as the grey words show."))
		return
	}
	ids, next := []alert.ID{p.of}, s.nextWaiting([]alert.ID{p.of})
	said := v.T("answer.put-off", "Asked again {{.Day}} at 09:00.", "Day", v.Day(day.Time(), s.coffer.Today().Time()))
	s.acts.Perform(&live.Act{Said: said, Back: s.shows(p.of), Do: func(ctx context.Context) (func(context.Context) error, error) {
		were, err := s.coffer.PutOff(ctx, ids, day)
		if err != nil {
			return nil, refusedDay{p, err}
		}
		return func(ctx context.Context) error { return s.coffer.UnanswerEach(ctx, were) }, nil
	}, Then: func() {
		if s.later = nil; next != "" && s.selected == p.of {
			s.selected = next
		}
	}})
}

// refusedDay is an error that is told beside the day.
type refusedDay struct {
	of *putOff
	error
}

func (r refusedDay) Unwrap() error { return r.error }

func (s *Screen) refusePutOff(p *putOff, text string) {
	p.wrong = text
	s.draw()
	p.day.SetWrong(true)
	p.day.Focus()
}
