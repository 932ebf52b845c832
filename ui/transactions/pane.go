package transactions

import (
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// pane is the detail's place: beside the list, or over it.
type pane struct {
	open   bool
	ground *fyne.Container
	back   *fyne.Container // closes it, where it lies over the list
	body   *fyne.Container
	scroll *container.Scroll
}

func newPane(close func()) *pane {
	p := &pane{body: part.Stack(0)}
	p.back = part.Inset(part.Edges{Bottom: 8}, part.Row(0, part.NewIconButton("back", close), part.Space()))
	p.back.Hide()
	p.scroll = container.NewVScroll(part.Inset(part.Edges{Top: 14, Right: 18, Bottom: 18, Left: 18}, part.Stack(0, p.back, p.body)))
	p.ground = container.NewStack(newShield(), part.NewPanel(look.Surface, 0, part.Edges{},
		container.NewBorder(nil, nil, part.NewUpright(), nil, p.scroll)))
	p.ground.Hide()
	return p
}

func (p *pane) setBack(on bool) {
	if on {
		p.back.Show()
		return
	}
	p.back.Hide()
}

func (p *pane) show() {
	p.open = true
	p.ground.Show()
}

// closePane closes the detail; the row stays selected.
func (s *Screen) closePane() {
	s.saveNote()
	s.detail.seeking.stop()
	s.detail.loads.stop()
	s.detail.id, s.detail.after, s.detail.opening = "", nil, false
	s.pane.open = false
	s.pane.ground.Hide()
	s.body.Refresh()
	s.rows.Focus()
}
