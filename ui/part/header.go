package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// HeaderSpec says what the head of a place shows.
type HeaderSpec struct {
	Title  string
	Sub    string
	OnBack func() // shows the back button
	Right  []fyne.CanvasObject
	Ruled  bool // a line under it
}

// PlaceHeader is the head of a place: 56 high, 48 when narrow.
type PlaceHeader struct {
	widget.BaseWidget
	title, sub string
	back       *Button
	right      *fyne.Container
	ruled      bool
	narrow     bool
}

// NewPlaceHeader returns the head of a place.
func NewPlaceHeader(spec HeaderSpec) *PlaceHeader {
	h := &PlaceHeader{title: spec.Title, sub: spec.Sub, ruled: spec.Ruled, right: Row(10, spec.Right...)}
	h.back = NewIconButton("back", spec.OnBack)
	h.back.Hidden = spec.OnBack == nil
	h.ExtendBaseWidget(h)
	return h
}

// SetTitle changes title and subtitle.
func (h *PlaceHeader) SetTitle(title, sub string) {
	h.title, h.sub = title, sub
	h.Refresh()
}

// SetRight changes what stands at the right.
func (h *PlaceHeader) SetRight(objects ...fyne.CanvasObject) {
	h.right.Objects = objects
	h.right.Refresh()
	h.Refresh()
}

// SetNarrow makes it lower and brings it nearer to the sides.
func (h *PlaceHeader) SetNarrow(narrow bool) {
	h.narrow = narrow
	h.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (h *PlaceHeader) CreateRenderer() fyne.WidgetRenderer {
	title, sub := newRun(styleOf(look.Heading, look.Text, true)), newRun(styleOf(look.Small, look.Muted, false))
	line := newBox(look.Separator, "", 0)
	s := newSheet(h, title, sub, line, h.back, h.right)
	s.state = func() {
		title.set(h.title, look.Text)
		sub.set(h.sub, look.Muted)
		line.fill = look.Clear
		if h.ruled {
			line.fill = look.Separator
		}
	}
	s.layout = func(size fyne.Size) {
		side := float32(24)
		if h.narrow {
			side = 16
		}
		x := side
		if !h.back.Hidden {
			b := h.back.MinSize()
			h.back.Move(fyne.NewPos(side-6, whole((size.Height-b.Height)/2)))
			h.back.Resize(b)
			x = side - 6 + b.Width + 10
		}
		r := h.right.MinSize()
		left := size.Width - side - r.Width
		h.right.Move(fyne.NewPos(left, whole((size.Height-r.Height)/2)))
		h.right.Resize(r)
		title.place(x, 0, left-x-8, size.Height-1)
		x += min(title.width(), max(0, left-x-8)) + 10
		sub.place(x, 2, max(0, left-x-8), size.Height-1)
		line.place(0, size.Height-1, size.Width, 1)
	}
	s.min = func() fyne.Size {
		height := grow(56)
		if h.narrow {
			height = grow(48)
		}
		return fyne.NewSize(h.right.MinSize().Width+160, height)
	}
	return s.ready()
}
