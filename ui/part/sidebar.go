package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// Widths of the sidebar and of the rail it becomes when the window is narrow.
const (
	SidebarWidth float32 = 200
	RailWidth    float32 = 52
)

// Place is one line of the sidebar: a place to go, or an act at its foot.
type Place struct {
	Icon  string
	Label string
	OnTap func()
}

// Status is the as-of line: what is known, or the job that runs.
type Status struct {
	Icon  string
	Title string
	Line  string
	OnTap func()
}

// SidebarSpec says what a sidebar shows.
type SidebarSpec struct {
	Name   string // of the program
	Places []Place
	Acts   []Place
	Status Status
}

// Sidebar is the left column of the window.
type Sidebar struct {
	widget.BaseWidget
	name   string
	places []*navItem
	acts   []*navItem
	status *statusLine
	job    *navItem // the as-of line in a rail, where it can be pressed
	narrow bool
}

// NewSidebar returns a sidebar with nothing selected.
func NewSidebar(spec SidebarSpec) *Sidebar {
	s := &Sidebar{name: spec.Name, status: newStatusLine(spec.Status), job: newNavItem(Place{}, nil)}
	s.job.quiet, s.job.narrow = true, true
	s.setJob(spec.Status)
	for i, p := range spec.Places {
		s.places = append(s.places, newNavItem(p, func(step int) { s.step(i, step) }))
	}
	for _, p := range spec.Acts {
		item := newNavItem(p, nil)
		item.quiet = true
		s.acts = append(s.acts, item)
	}
	s.ExtendBaseWidget(s)
	return s
}

func (s *Sidebar) step(from, by int) {
	to := from + by
	if to < 0 || to >= len(s.places) {
		return
	}
	if c := CanvasOf(s); c != nil {
		c.Focus(s.places[to])
	}
}

// Select marks the place with this index; -1 marks none.
func (s *Sidebar) Select(index int) {
	for i, p := range s.places {
		p.mark(i == index)
	}
}

// SetBadge shows a count beside a place; an empty one takes it away.
func (s *Sidebar) SetBadge(index int, count string, tone Tone) {
	if index >= 0 && index < len(s.places) {
		s.places[index].setBadge(count, tone)
	}
}

// SetAct changes icon and words of an act at the foot, as for "Show amounts".
func (s *Sidebar) SetAct(index int, icon, label string) {
	if index >= 0 && index < len(s.acts) {
		a := s.acts[index]
		a.place.Icon, a.place.Label = icon, label
		a.Refresh()
	}
}

// SetStatus changes the as-of line.
func (s *Sidebar) SetStatus(status Status) {
	s.status.set(status)
	s.setJob(status)
	s.Refresh() // a first status takes its place
}

func (s *Sidebar) setJob(status Status) {
	s.job.place, s.job.act = Place{Icon: status.Icon, Label: status.Title}, status.OnTap
	s.job.Refresh()
}

// SetNarrow turns the sidebar into a rail of icons and back.
func (s *Sidebar) SetNarrow(narrow bool) {
	if s.narrow == narrow {
		return
	}
	s.narrow = narrow
	for _, item := range append(append([]*navItem{}, s.places...), s.acts...) {
		item.narrow = narrow
	}
	s.Refresh()
}

// sidebarInk is what the sidebar draws itself.
type sidebarInk struct {
	ground, edge, line *box
	mark               *glyph
	name               *run
}

// CreateRenderer implements fyne.Widget.
func (s *Sidebar) CreateRenderer() fyne.WidgetRenderer {
	k := sidebarInk{
		newBox(look.Sidebar, "", 0), newBox(look.Separator, "", 0), newBox(look.Separator, "", 0),
		newGlyph("app", look.Text), newRun(styleOf(look.Body, look.Text, true)),
	}
	sh := newSheet(s, k.ground, k.edge, k.mark, k.name, k.line, s.status)
	for _, item := range s.places {
		sh.add(item)
	}
	for _, item := range s.acts {
		sh.add(item)
	}
	sh.add(s.job)
	sh.state = func() {
		k.name.set(s.name, look.Text)
		k.name.text.Hidden = s.narrow
		s.status.Hidden = s.narrow || s.status.status.Title == ""
		s.job.Hidden = !s.narrow || s.job.act == nil
	}
	sh.layout = func(size fyne.Size) {
		side := float32(8)
		if s.narrow {
			side = 6
		}
		k.ground.place(0, 0, size.Width, size.Height)
		k.edge.place(size.Width-1, 0, 1, size.Height)
		inner := size.Width - 2*side - 1
		k.brand(inner, s.narrow)
		s.column(s.places, side, 54, fyne.NewSize(inner, grow(32)))
		k.line.place(side, s.foot(side, inner, size.Height)-9, inner, 1)
	}
	sh.min = func() fyne.Size {
		w := SidebarWidth
		if s.narrow {
			w = RailWidth
		}
		rows := float32(len(s.places))*(grow(32)+2) + float32(len(s.acts))*(grow(30)+2)
		return fyne.NewSize(w, 54+rows+60)
	}
	return sh.ready()
}

// brand places mark and name.
func (k sidebarInk) brand(inner float32, narrow bool) {
	if narrow {
		k.mark.place(inner/2+6, 28, 24)
		return
	}
	k.mark.place(27, 28, 24)
	k.name.place(47, 12, inner-39, 32)
}

// column places lines under each other, 2 px apart.
func (s *Sidebar) column(items []*navItem, x, y float32, each fyne.Size) {
	for _, item := range items {
		item.Move(fyne.NewPos(x, y))
		item.Resize(each)
		y += each.Height + 2
	}
}

// foot places acts and status from below and returns where they begin.
func (s *Sidebar) foot(side, inner, height float32) float32 {
	each := fyne.NewSize(inner, grow(30))
	top := height - 8 - float32(len(s.acts))*(each.Height+2)
	s.column(s.acts, side, top, each)
	if !s.job.Hidden {
		top -= each.Height + 2
		s.column([]*navItem{s.job}, side, top, each)
	}
	if !s.status.Hidden {
		h := s.status.MinSize().Height
		top -= h
		s.status.Move(fyne.NewPos(side, top))
		s.status.Resize(fyne.NewSize(inner, h))
	}
	return top
}
