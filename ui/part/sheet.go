package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// sheet is the renderer of nearly every part: fixed objects, placed by one function, with
// state and theme written into them before each drawing.
type sheet struct {
	owner   fyne.Widget
	objects []fyne.CanvasObject
	inks    []ink
	state   func()          // owner's state into the inks; may be nil
	layout  func(fyne.Size) // places everything
	min     func() fyne.Size
}

// newSheet collects runs, boxes, glyphs and whole objects in drawing order.
func newSheet(owner fyne.Widget, things ...any) *sheet {
	s := &sheet{owner: owner}
	for _, thing := range things {
		s.add(thing)
	}
	return s
}

func (s *sheet) add(thing any) {
	switch t := thing.(type) {
	case *run:
		s.objects, s.inks = append(s.objects, t.text), append(s.inks, t)
	case *box:
		s.objects, s.inks = append(s.objects, t.rect), append(s.inks, t)
	case *glyph:
		s.objects, s.inks = append(s.objects, t.image), append(s.inks, t)
	case fyne.CanvasObject:
		s.objects = append(s.objects, t)
	case []*run:
		for _, r := range t {
			s.add(r)
		}
	case []*box:
		for _, b := range t {
			s.add(b)
		}
	case []*glyph:
		for _, g := range t {
			s.add(g)
		}
	default:
		panic("part: a sheet can't hold this")
	}
}

// ready paints once, so that the first frame is right, and returns the renderer.
func (s *sheet) ready() *sheet {
	s.draw()
	return s
}

func (s *sheet) draw() {
	if s.state != nil {
		s.state()
	}
	for _, i := range s.inks {
		i.paint()
	}
}

// Refresh implements fyne.WidgetRenderer.
func (s *sheet) Refresh() {
	s.draw()
	s.layout(s.owner.Size())
	for _, o := range s.objects {
		if w, ok := o.(fyne.Widget); ok {
			w.Refresh()
		}
	}
	canvas.Refresh(s.owner)
}

// Layout implements fyne.WidgetRenderer.
func (s *sheet) Layout(size fyne.Size) { s.layout(size) }

// MinSize implements fyne.WidgetRenderer.
func (s *sheet) MinSize() fyne.Size { return s.min() }

// Objects implements fyne.WidgetRenderer.
func (s *sheet) Objects() []fyne.CanvasObject { return s.objects }

// Destroy implements fyne.WidgetRenderer.
func (s *sheet) Destroy() {}
