package alerts

import (
	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// severalLink begins or ends the choosing of several alerts.
func (s *Screen) severalLink() fyne.CanvasObject {
	v := s.voice
	if s.ticked != nil {
		return part.NewLink(v.T("alerts.several-end", "Done"), look.Small, func() { s.several(false) })
	}
	return part.NewLink(v.T("alerts.several", "Choose several"), look.Small, func() { s.several(true) })
}

func (s *Screen) several(on bool) {
	s.ticked = nil
	if on {
		s.ticked, s.reading = map[alert.ID]bool{}, false
	}
	s.draw()
}

// tick chooses an alert, or chooses it no more.
func (s *Screen) tick(id alert.ID) {
	if s.ticked[id] {
		delete(s.ticked, id)
	} else {
		s.ticked[id] = true
	}
	s.draw()
}

// tickSelected chooses the selected alert among several, as the key does, and goes on to the next.
func (s *Screen) tickSelected() {
	i := s.index()
	if i < 0 || !s.data.alerts[i].Waits {
		return
	}
	if s.ticked == nil {
		s.several(true)
	}
	s.tick(s.data.alerts[i].ID)
}

// chosen are the alerts that were ticked and wait still, in the order of the list.
func (s *Screen) chosen() (ids []alert.ID) {
	for _, a := range s.data.alerts {
		if s.ticked[a.ID] && a.Waits {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

func (s *Screen) answerTicked(a alert.Answer) { s.answerAll(s.chosen(), a) }

// alike are the alerts that wait and are about the payee of a, and a itself.
func (s *Screen) alike(a app.AlertView) (ids []alert.ID) {
	row, ok := newest(a)
	merchant := ledger.MerchantOf(row.Row)
	if !ok || merchant == "" {
		return nil
	}
	for _, other := range s.data.alerts {
		if about, ok := newest(other); ok && other.Waits && ledger.MerchantOf(about.Row) == merchant {
			ids = append(ids, other.ID)
		}
	}
	return ids
}

// severalPane stands in place of the detail while several are chosen.
func (s *Screen) severalPane() fyne.CanvasObject {
	v, n := s.voice, len(s.chosen())
	side := float32(28)
	if s.narrow {
		side = 16
	}
	line := v.T("alerts.several-line", "Click the alerts that have the same answer, or take all. X chooses one, Esc ends it.")
	var waiting []alert.ID
	for _, a := range s.data.alerts {
		if a.Waits {
			waiting = append(waiting, a.ID)
		}
	}
	every := part.NewLink(v.N("alerts.all-waiting", "All {{.N}}", "All {{.N}}", len(waiting)), look.Small, func() {
		for _, id := range waiting {
			s.ticked[id] = true
		}
		s.draw()
	})
	return part.Inset(part.Edges{Top: 18, Left: side, Right: side, Bottom: 20}, part.Stack(0,
		part.NewPara(v.N("alerts.chosen", "{{.N}} chosen", "{{.N}} chosen", n), part.Style{Role: look.Heading, Bold: true}, detailWide),
		part.Gap(0, 4), part.NewPara(line, part.Style{Tint: look.Muted}, detailWide),
		part.Gap(0, 12), s.buttons(n > 0, every),
	))
}

// buttons are the three answers, of equal weight: the answer isn't led. end stands at the right.
func (s *Screen) buttons(on bool, end fyne.CanvasObject) fyne.CanvasObject {
	v := s.voice
	button := func(icon, text, key string, rank part.Rank, answer alert.Answer) fyne.CanvasObject {
		b := part.NewButton(part.ButtonSpec{Icon: icon, Text: text, Key: key, Rank: rank, Height: 32, OnTap: s.pressed(func() { s.answer(answer) })})
		if !on {
			b.Disable()
		}
		return b
	}
	return part.Row(8,
		button("check", v.T("answer.mine", "Mine"), "M", part.Normal, alert.Mine),
		button("close", v.T("answer.not-mine", "Not mine"), "N", part.Danger, alert.NotMine),
		button("clock", v.T("answer.later", "Later"), "L", part.Normal, alert.Later),
		part.Space(), end)
}
