package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

func repaint(o fyne.CanvasObject) { canvas.Refresh(o) }

// Edges are the four paddings of a panel.
type Edges struct{ Top, Right, Bottom, Left float32 }

// Pad returns the same padding up and down, and the same at both sides.
func Pad(upDown, sides float32) Edges { return Edges{upDown, sides, upDown, sides} }

// Panel is content on a flat ground with an edge: card, strip, paper, side pane.
type Panel struct {
	widget.BaseWidget
	Content fyne.CanvasObject

	fill, edge fyne.ThemeColorName
	radius     float32
	pad        Edges
}

// NewPanel returns a flat ground without an edge.
func NewPanel(fill fyne.ThemeColorName, radius float32, pad Edges, content fyne.CanvasObject) *Panel {
	p := &Panel{Content: content, fill: fill, edge: look.Clear, radius: radius, pad: pad}
	p.ExtendBaseWidget(p)
	return p
}

// NewCard returns a surface with a 1 px edge, padded 14 and 16 inside it. Objects stand under each
// other without a gap; use Stack for gaps.
func NewCard(content ...fyne.CanvasObject) *Panel {
	p := NewPanel(look.Surface, look.RadiusCard, Pad(15, 17), Stack(0, content...))
	p.edge = look.Separator
	return p
}

// NewListCard returns a card whose rows touch its sides, split by 1 px lines.
func NewListCard(rows ...fyne.CanvasObject) *Panel {
	split := make([]fyne.CanvasObject, 0, 2*len(rows))
	for i, row := range rows {
		if i > 0 {
			split = append(split, NewRule())
		}
		split = append(split, row)
	}
	p := NewCard(split...)
	p.pad = Edges{1, 1, 1, 1}
	return p
}

// Padded changes the padding and returns the panel.
func (p *Panel) Padded(pad Edges) *Panel {
	p.pad = pad
	p.Refresh()
	return p
}

// Edged changes the colour of the edge and returns the panel; look.Clear takes it away.
func (p *Panel) Edged(tint fyne.ThemeColorName) *Panel {
	p.edge = tint
	p.Refresh()
	return p
}

// CreateRenderer implements fyne.Widget.
func (p *Panel) CreateRenderer() fyne.WidgetRenderer {
	ground := newBox(p.fill, p.edge, p.radius)
	s := newSheet(p, ground, p.Content)
	s.state = func() { ground.fill, ground.stroke = p.fill, p.edge }
	s.layout = func(size fyne.Size) {
		ground.place(0, 0, size.Width, size.Height)
		p.Content.Move(fyne.NewPos(p.pad.Left, p.pad.Top))
		p.Content.Resize(fyne.NewSize(size.Width-p.pad.Left-p.pad.Right, size.Height-p.pad.Top-p.pad.Bottom))
	}
	s.min = func() fyne.Size {
		return p.Content.MinSize().AddWidthHeight(p.pad.Left+p.pad.Right, p.pad.Top+p.pad.Bottom)
	}
	return s.ready()
}

// Rule is a 1 px line across its place.
type Rule struct {
	widget.BaseWidget
	upright bool
}

// NewRule returns a line from side to side.
func NewRule() *Rule {
	r := &Rule{}
	r.ExtendBaseWidget(r)
	return r
}

// NewUpright returns a line from top to bottom.
func NewUpright() *Rule {
	r := &Rule{upright: true}
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *Rule) CreateRenderer() fyne.WidgetRenderer {
	line := newBox(look.Separator, "", 0)
	s := newSheet(r, line)
	s.layout = func(size fyne.Size) {
		if r.upright {
			line.place(0, 0, 1, size.Height)
			return
		}
		line.place(0, 0, size.Width, 1)
	}
	s.min = func() fyne.Size { return fyne.NewSquareSize(1) }
	return s.ready()
}

// Picture is an icon, or with the name "app" the mark, at a fixed size.
type Picture struct {
	widget.BaseWidget
	name string
	tint fyne.ThemeColorName
	size float32
}

// NewPicture returns an icon in a colour of the theme.
func NewPicture(name string, tint fyne.ThemeColorName, size float32) *Picture {
	p := &Picture{name: name, tint: tint, size: size}
	p.ExtendBaseWidget(p)
	return p
}

// Set changes icon and colour.
func (p *Picture) Set(name string, tint fyne.ThemeColorName) {
	p.name, p.tint = name, tint
	p.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (p *Picture) CreateRenderer() fyne.WidgetRenderer {
	g := newGlyph(p.name, p.tint)
	s := newSheet(p, g)
	s.state = func() { g.set(p.name, p.tint) }
	s.layout = func(size fyne.Size) { g.place(size.Width/2, size.Height/2, p.size) }
	s.min = func() fyne.Size { return fyne.NewSquareSize(p.size) }
	return s.ready()
}
