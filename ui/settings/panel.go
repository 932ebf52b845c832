package settings

import (
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// panel stands open under a row: what an act means, what is typed for it, and its buttons.
type panel struct {
	row     row
	entries []*part.Entry
	act     *part.Button
	close   *part.Button
	wrong   *part.Para // why it was refused
	ready   func() bool
	text    string // of act
	body    *fyne.Container
	also    []fyne.Disableable
}

// ask says what a panel asks for.
type ask struct {
	row    row
	lines  []string            // what it means
	fields []string            // what each entry is for
	plain  bool                // what is typed is no secret
	middle []fyne.CanvasObject // between entries and buttons
	act    string
	danger bool
	keep   string      // on the button that closes; "" is Cancel
	ready  func() bool // whether what is typed may be sent; nil wants every entry filled
	typed  func()      // something was typed; may be nil
	do     func()
}

// open shows a panel under its row and gives its first entry the keyboard.
func (s *Screen) open(a ask) *panel {
	s.dropPanel()
	delete(s.words, a.row)
	p := &panel{row: a.row, text: a.act, ready: a.ready, wrong: part.NewPara("", small(look.AlertHigh), innerWide)}
	p.wrong.Hide()
	if p.ready == nil {
		p.ready = p.filled
	}
	rank := part.Main
	if a.danger {
		rank = part.Danger
	}
	send := func() {
		if s.job == nil && p.ready() {
			a.do()
		}
	}
	p.act = part.NewButton(part.ButtonSpec{Text: a.act, Rank: rank, OnTap: send})
	keep := a.keep
	if keep == "" {
		keep = s.voice.T("cancel", "Cancel")
	}
	p.close = part.NewButton(part.ButtonSpec{Text: keep, OnTap: func() { s.Back() }})
	var body []fyne.CanvasObject
	for _, text := range a.lines {
		body = append(body, para(text, look.Muted))
	}
	for i, of := range a.fields {
		e := part.NewEntry(part.EntrySpec{Password: !a.plain, Placeholder: of, OnChange: func(string) { p.typed(a.typed) }, OnSubmit: func(string) {
			if i+1 < len(p.entries) {
				p.entries[i+1].Focus()
				return
			}
			send()
		}})
		p.entries = append(p.entries, e)
		body = append(body, part.RowTop(0, part.Sized(entryWide, 0, e), part.Space()))
	}
	body = append(body, a.middle...)
	body = append(body, p.wrong, part.Inset(part.Edges{Top: 2}, part.Row(8, p.act, p.close, part.Space())))
	p.body = part.Stack(8, body...)
	s.panel = p
	p.turn(false)
	s.draw()
	s.reveal(p.body)
	if len(p.entries) > 0 {
		p.entries[0].Focus()
	} else {
		s.focus(p.act)
	}
	return p
}

const entryWide float32 = 320

func small(tint fyne.ThemeColorName) part.Style { return part.Style{Role: look.Small, Tint: tint} }

// closePanel closes the open panel; nothing was changed.
func (s *Screen) closePanel() {
	s.dropPanel()
	s.draw()
}

// dropPanel takes what is typed out of the open panel and forgets it.
func (s *Screen) dropPanel() {
	if s.panel == nil {
		return
	}
	for _, e := range s.panel.entries {
		e.Take()
	}
	s.panel = nil
}

func (p *panel) filled() bool {
	for _, e := range p.entries {
		if e.Text() == "" {
			return false
		}
	}
	return true
}

// secret is what is typed into an entry.
func (p *panel) secret(i int) secret.Text { return secret.New(p.entries[i].Text()) }

func (p *panel) typed(also func()) {
	for _, e := range p.entries {
		e.SetWrong(false)
	}
	p.wrong.Hide()
	if also != nil {
		also()
	}
	p.turn(false)
	p.body.Refresh()
}

// turn makes the panel ready to be typed in, or to be waited for.
func (p *panel) turn(busy bool) {
	for _, e := range p.entries {
		enable(e, !busy)
	}
	for _, o := range p.also {
		enable(o, !busy)
	}
	enable(p.act, !busy && p.ready())
}

func enable(o fyne.Disableable, on bool) {
	switch {
	case on && o.Disabled():
		o.Enable()
	case !on && !o.Disabled():
		o.Disable()
	}
}

// tell writes a line over the buttons.
func (s *Screen) tell(p *panel, text string, tint fyne.ThemeColorName) {
	p.wrong.SetTint(tint)
	p.wrong.Set(text)
	p.wrong.Show()
	p.body.Refresh()
	s.settle()
}

// refuse says why the act failed. What was typed stays if it was wrong.
func (s *Screen) refuse(p *panel, err error, wrong string) {
	text := s.voice.Fault(err)
	if fault.KindOf(err) == fault.WrongPassphrase {
		text = wrong
		p.entries[0].SetWrong(true)
	}
	if text == "" {
		text = s.voice.T("settings.cancelled", "Cancelled. Everything is as it was.")
		s.tell(p, text, look.Muted)
	} else {
		s.tell(p, text, look.AlertHigh)
	}
	if len(p.entries) > 0 {
		p.entries[0].Focus()
		p.entries[0].SelectAll()
	}
	s.reveal(p.body)
}

// settle lays the page out again after something in it has changed its height.
func (s *Screen) settle() {
	s.scroll.Content.Refresh()
	s.scroll.Refresh()
}
