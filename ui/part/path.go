package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// Hop is one who holds the data on its way: a bank, a bridge, this computer.
type Hop struct {
	Icon   string
	Name   string
	Sees   string // in a diagram: what it sees
	Here   bool   // this computer
	Bridge bool   // somebody between
}

func (h Hop) tint() fyne.ThemeColorName {
	switch {
	case h.Here:
		return look.Accent
	case h.Bridge:
		return look.AlertQuiet
	default:
		return look.Muted
	}
}

// PathStrip is a path in one line, 34 high: nodes, wires, and a word at the right.
type PathStrip struct {
	widget.BaseWidget
	hops []Hop
	note string
}

// NewPathStrip returns a path in one line; note may be "" ("Nobody between").
func NewPathStrip(note string, hops ...Hop) *PathStrip {
	p := &PathStrip{hops: hops, note: note}
	p.ExtendBaseWidget(p)
	return p
}

type stripHop struct {
	icon *glyph
	name *run
	wire *box
}

// CreateRenderer implements fyne.Widget.
func (p *PathStrip) CreateRenderer() fyne.WidgetRenderer {
	ground := newBox(look.Ground, "", look.RadiusControl)
	note := newRun(Style{Role: look.Small, Tint: look.Muted, Align: fyne.TextAlignTrailing})
	s := newSheet(p, ground, note)
	hops := make([]stripHop, len(p.hops))
	for i, h := range p.hops {
		hops[i] = stripHop{
			newGlyph(h.Icon, h.tint()), newRun(Style{Role: look.Small, Bold: h.Bridge}),
			newBox(look.Edge, "", 0),
		}
		s.add(hops[i].wire)
		s.add(hops[i].icon)
		s.add(hops[i].name)
	}
	s.state = func() {
		note.set(p.note, look.Muted)
		for i, h := range p.hops {
			tint := look.Text
			if h.Bridge {
				tint = look.AlertQuiet
			}
			hops[i].name.set(h.Name, tint)
		}
	}
	s.layout = func(size fyne.Size) {
		ground.place(0, 0, size.Width, size.Height)
		noteW := note.width()
		note.place(size.Width-10-noteW, 0, noteW+1, size.Height)
		widths := nameWidths(hops, size.Width, noteW)
		used := float32(20)
		for _, w := range widths {
			used += 16 + 8 + w
		}
		wires := len(hops) - 1
		used += float32(wires) * 16
		room := size.Width - used
		wireW := max(14, room/float32(max(wires, 1)))
		if noteW > 0 {
			wireW = max(14, min(wireW, (room-noteW-8)/float32(wires+1)))
		}
		x := float32(10)
		for i, h := range hops {
			h.wire.place(0, 0, 0, 0)
			if i > 0 {
				h.wire.place(x, whole(size.Height/2), wireW, 1)
				x += wireW + 8
			}
			h.icon.place(x+8, size.Height/2, 16)
			h.name.place(x+24, 0, widths[i]+1, size.Height)
			x += 24 + widths[i] + 8
		}
	}
	s.min = func() fyne.Size { return fyne.NewSize(260, grow(34)) }
	return s.ready()
}

// nameWidths are the widths of the names in a strip. Where they have no room beside shortest wires and the
// word at the right, the widest gives way.
func nameWidths(hops []stripHop, width, noteWide float32) []float32 {
	room := width - 20
	if noteWide > 0 {
		room -= noteWide + 8
	}
	widths := make([]float32, len(hops))
	for i, h := range hops {
		widths[i] = h.name.width()
		room -= 24 + 8 + widths[i]
		if i > 0 {
			room -= 14 + 8
		}
	}
	for range hops {
		if room >= 0 {
			break
		}
		at := 0
		for i, w := range widths {
			if w > widths[at] {
				at = i
			}
		}
		less := min(-room, max(0, widths[at]-60))
		widths[at] -= less
		room += less
	}
	return widths
}

// PathDiagram is who sees the data on its way: nodes 44, arrows with what flows, and under
// each node what it sees.
type PathDiagram struct {
	widget.BaseWidget
	hops  []Hop
	flows []string
}

// NewPathDiagram returns the diagram; flows[i] is written over the arrow after hop i.
func NewPathDiagram(flows []string, hops ...Hop) *PathDiagram {
	p := &PathDiagram{hops: hops, flows: flows}
	p.ExtendBaseWidget(p)
	return p
}

type diagramHop struct {
	node *box
	icon *glyph
	name *Para
	sees *Para
	wire *box
	head []*box
	flow *run
}

const diagramColumn = 172

func newDiagramHop(h Hop) diagramHop {
	d := diagramHop{
		node: newBox(look.Surface, look.Edge, look.RadiusNode), icon: newGlyph(h.Icon, look.Text),
		name: NewPara(h.Name, Style{Role: look.Small, Bold: true, Align: fyne.TextAlignCenter}, diagramColumn),
		wire: newBox(look.Clear, "", 0), flow: newRun(Style{Role: look.Caption, Tint: look.Muted, Align: fyne.TextAlignCenter}),
	}
	tint := look.Muted
	switch {
	case h.Here:
		d.node.fill, d.node.stroke = look.Selection, look.Accent
		d.icon.tint = look.Accent
	case h.Bridge:
		d.node.fill, d.node.stroke = look.AlertQuietBg, look.AlertQuiet
		d.icon.tint, tint = look.AlertQuiet, look.AlertQuiet
	}
	d.sees = NewPara(h.Sees, Style{Role: look.Small, Tint: tint, Align: fyne.TextAlignCenter}, diagramColumn)
	for range 4 {
		d.head = append(d.head, newBox(look.Clear, "", 0))
	}
	return d
}

// arrow draws a wire from x to end with a head of four rectangles.
func (d diagramHop) arrow(x, end, y float32) {
	d.wire.place(x, y, end-x-2, 2)
	for i, b := range d.head {
		h := float32(8 - 2*i)
		b.place(end-8+float32(i)*2, y+1-h/2, 2, h)
	}
}

// CreateRenderer implements fyne.Widget.
func (p *PathDiagram) CreateRenderer() fyne.WidgetRenderer {
	s := newSheet(p)
	hops := make([]diagramHop, len(p.hops))
	for i, h := range p.hops {
		hops[i] = newDiagramHop(h)
		if i < len(p.flows) && i < len(p.hops)-1 {
			hops[i].flow.set(p.flows[i], look.Muted)
			hops[i].wire.fill = look.Edge
			for _, b := range hops[i].head {
				b.fill = look.Edge
			}
		}
		for _, thing := range []any{hops[i].wire, hops[i].head, hops[i].node, hops[i].icon, hops[i].name, hops[i].sees, hops[i].flow} {
			s.add(thing)
		}
	}
	s.layout = func(size fyne.Size) {
		n := float32(max(len(hops), 1))
		column := min(diagramColumn, size.Width/n-8)
		step := (size.Width - n*column) / n
		for i, h := range hops {
			x := step/2 + float32(i)*(column+step)
			centre := x + column/2
			h.node.place(whole(centre-22), 4, 44, 44)
			h.icon.place(centre, 26, 22)
			h.name.Move(fyne.NewPos(x, 52))
			h.name.Resize(fyne.NewSize(column, 0))
			under := 54 + h.name.MinSize().Height
			h.sees.Move(fyne.NewPos(x, under))
			h.sees.Resize(fyne.NewSize(column, size.Height-under))
			if i < len(hops)-1 {
				from, to := centre+22+20, centre+column+step-22-20
				h.arrow(whole(from), whole(to), 17)
				h.flow.place(from, 0, to-from, 15)
			}
		}
	}
	s.min = func() fyne.Size {
		h := float32(0)
		for _, d := range hops {
			h = max(h, d.name.MinSize().Height+d.sees.MinSize().Height)
		}
		return fyne.NewSize(float32(len(hops))*140, 54+h)
	}
	return s.ready()
}
