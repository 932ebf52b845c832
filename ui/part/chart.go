package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// Tag is a word under the axis, at the index of a point.
type Tag struct {
	At   int
	Text string
}

// Axis says how a chart's values are written. Values are minor units; they are never shown
// but through Word.
type Axis struct {
	Word  func(value int64) string // a tick's label, such as "$40k"
	Tags  []Tag
	Ticks int    // how many are wanted; 0 = 5
	Empty string // shown in place of the data when there is none
	Left  float32
}

// area is a place in a chart.
type area struct{ x, y, w, h float32 }

// brush draws a chart anew: objects of the last drawing are dropped.
type brush struct {
	objects []fyne.CanvasObject
}

func (b *brush) rect(a area, tint fyne.ThemeColorName, radius float32) {
	r := canvas.NewRectangle(theme.Color(tint))
	r.CornerRadius = radius
	r.Move(fyne.NewPos(a.x, a.y))
	r.Resize(fyne.NewSize(max(0, a.w), max(0, a.h)))
	b.objects = append(b.objects, r)
}

func (b *brush) line(from, to fyne.Position, width float32, tint fyne.ThemeColorName) {
	l := canvas.NewLine(theme.Color(tint))
	l.StrokeWidth = width
	l.Position1, l.Position2 = from, to
	b.objects = append(b.objects, l)
}

func (b *brush) dot(x, y, radius float32, tint fyne.ThemeColorName) {
	b.rect(area{x - radius, y - radius, 2 * radius, 2 * radius}, tint, radius)
}

func (b *brush) ring(x, y, radius float32, tint fyne.ThemeColorName) {
	b.rect(area{x - radius, y - radius, 2 * radius, 2 * radius}, look.Surface, radius)
	if r, ok := b.objects[len(b.objects)-1].(*canvas.Rectangle); ok {
		r.StrokeColor, r.StrokeWidth = theme.Color(tint), 2
	}
}

// word writes text with its anchor at x: leading starts there, trailing ends there.
func (b *brush) word(x, y float32, text string, s Style) float32 {
	if text == "" {
		return 0
	}
	s = s.whole()
	t := canvas.NewText(text, theme.Color(s.Tint))
	t.TextSize, t.TextStyle = theme.Size(s.Role), fyne.TextStyle{Bold: s.Bold}
	size := t.MinSize()
	switch s.Align {
	case fyne.TextAlignTrailing:
		x -= size.Width
	case fyne.TextAlignCenter:
		x -= size.Width / 2
	}
	setCrisp(t, x, y-size.Height/2, size)
	b.objects = append(b.objects, t)
	return size.Width
}

// frame is where the values of a chart stand.
type frame struct {
	left, right, top, bottom float32
	low, high                int64
	ticks                    []int64
}

func caption(align fyne.TextAlign) Style {
	return Style{Role: look.Caption, Tint: look.Muted, Align: align}
}

// newFrame leaves room for the labels: left as wide as the widest, below one line of tags.
func newFrame(size fyne.Size, axis Axis, span Range, top float32) frame {
	want := axis.Ticks
	if want == 0 {
		want = 5
	}
	if size.Height < 110 {
		want = 2
	}
	f := frame{ticks: NiceTicks(span.Low, span.High, want), right: size.Width, top: top, bottom: size.Height - grow(20)}
	f.low, f.high = f.ticks[0], f.ticks[len(f.ticks)-1]
	f.left = axis.Left
	if f.left == 0 {
		for _, t := range f.ticks {
			w := fyne.MeasureText(axis.word(t), theme.Size(look.Caption), fyne.TextStyle{}).Width
			f.left = max(f.left, whole(w+8))
		}
	}
	return f
}

func (a Axis) word(v int64) string {
	if a.Word == nil {
		return ""
	}
	return a.Word(v)
}

func (f frame) y(v int64) float32 {
	share := float64(v-f.low) / float64(max(f.high-f.low, 1))
	return f.bottom - float32(share*float64(f.bottom-f.top))
}

// grid draws ticks and their labels; over is drawn on top of areas, so that lines stay seen.
func (f frame) grid(b *brush, axis Axis) {
	for _, t := range f.ticks {
		tint := look.ChartGrid
		if t == 0 {
			continue
		}
		b.rect(area{f.left, whole(f.y(t)), f.right - f.left, 1}, tint, 0)
	}
	for _, t := range f.ticks {
		b.word(f.left-8, f.y(t)+0.5, axis.word(t), caption(fyne.TextAlignTrailing))
	}
}

func (f frame) base(b *brush) {
	b.rect(area{f.left, whole(f.y(0)), f.right - f.left, 1}, look.Edge, 0)
}

func (f frame) tags(b *brush, axis Axis, x func(int) float32, align fyne.TextAlign) {
	for _, t := range axis.Tags {
		b.word(x(t.At), f.bottom+grow(12), t.Text, caption(align))
	}
}

// drawing is a widget that is drawn anew on every Layout and Refresh.
type drawing struct {
	widget.BaseWidget
	drawn func(b *brush, size fyne.Size)
	least fyne.Size
}

// CreateRenderer implements fyne.Widget.
func (d *drawing) CreateRenderer() fyne.WidgetRenderer { return &drawingRenderer{drawing: d} }

type drawingRenderer struct {
	drawing *drawing
	brush   brush
}

func (r *drawingRenderer) Layout(size fyne.Size) {
	r.brush.objects = nil
	if size.Width > 20 && size.Height > 20 {
		r.drawing.drawn(&r.brush, size)
	}
}

func (r *drawingRenderer) Refresh() {
	r.Layout(r.drawing.Size())
	repaint(r.drawing)
}

func (r *drawingRenderer) MinSize() fyne.Size           { return r.drawing.least }
func (r *drawingRenderer) Objects() []fyne.CanvasObject { return r.brush.objects }
func (r *drawingRenderer) Destroy()                     {}

// chart is a drawing with points that mouse and keys can reach.
type chart struct {
	drawing
	focused bool
	point   int
	onPoint func(int)
	count   func() int
	at      func(x float32) int
}
