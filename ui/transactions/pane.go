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
	edge   *part.Rule
	scroll *container.Scroll
}

func newPane(close func()) *pane {
	p := &pane{body: part.Stack(0)}
	p.back = part.Inset(part.Edges{Bottom: 8}, part.Row(0, part.NewIconButton("back", close), part.Space()))
	p.back.Hide()
	p.scroll = container.NewVScroll(part.Inset(part.Edges{Top: 14, Right: 18, Bottom: 18, Left: 18}, part.Stack(0, p.back, p.body)))
	p.edge = part.NewUpright()
	p.ground = container.NewStack(newShield(), part.NewPanel(look.Surface, 0, part.Edges{}, part.Columns(0, []float32{1, 0}, p.edge, p.scroll)))
	p.ground.Hide()
	return p
}

// lay says whether it lies over the list, and then whether it covers all of it.
func (p *pane) lay(over, all bool) {
	set := func(o fyne.CanvasObject, on bool) {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
	set(p.back, over)
	set(p.edge, !all)
}

func (p *pane) show() {
	p.open = true
	p.ground.Show()
}

// closePane closes the detail; the row stays selected.
func (s *Screen) closePane() {
	s.detail.seeking.stop()
	s.detail.loads.stop()
	s.detail.id, s.detail.after, s.detail.opening = "", nil, false
	s.pane.open = false
	s.pane.ground.Hide()
	s.body.Refresh()
	s.rows.Focus()
}
