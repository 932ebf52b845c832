package part

import (
	"math"
	"slices"

	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// Range is the lowest and the highest value that is thought likely.
type Range struct{ Low, High int64 }

// LineSeries says what a line chart shows. Values are minor units.
type LineSeries struct {
	Axis    Axis
	Points  []int64
	Steps   bool            // balances move on days: steps; false = straight segments
	Ahead   int             // index of the first point not yet real, drawn in dashes; 0 = all real
	Band    []Range         // beside Points, used from Ahead on
	Mark    *Tag            // a point that is ringed and named, such as the lowest
	Events  []Tag           // named at their step
	OnPoint func(point int) // the point under the mouse or the keys, -1 for none
}

// LineChart is a line over time with the area under it.
type LineChart struct {
	chart
	series LineSeries
}

// NewLineChart returns a line chart.
func NewLineChart(series LineSeries) *LineChart {
	c := &LineChart{series: series}
	c.point = -1
	c.least = fyne.NewSize(240, 70)
	c.count = func() int { return len(c.series.Points) }
	c.onPoint = func(p int) {
		if c.series.OnPoint != nil {
			c.series.OnPoint(p)
		}
	}
	c.at = func(x float32) int { return c.nearest(x) }
	c.drawn = c.draw
	c.ExtendBaseWidget(c)
	return c
}

// Set changes what the chart shows.
func (c *LineChart) Set(series LineSeries) {
	c.series, c.point = series, -1
	c.Refresh()
}

func (c *LineChart) frame(size fyne.Size) frame {
	low, high := int64(0), int64(0)
	for i, v := range c.series.Points {
		low, high = min(low, v), max(high, v)
		if c.ahead(i) && i < len(c.series.Band) {
			low, high = min(low, c.series.Band[i].Low), max(high, c.series.Band[i].High)
		}
	}
	return newFrame(size, c.series.Axis, Range{low, high}, 10)
}

func (c *LineChart) ahead(i int) bool { return c.series.Ahead > 0 && i >= c.series.Ahead }

// step is the width of one point.
func (c *LineChart) step(f frame) float32 {
	return (f.right - 8 - f.left) / float32(max(len(c.series.Points)-1, 1))
}

func (c *LineChart) x(f frame, i int) float32 { return f.left + 4 + float32(i)*c.step(f) }

func (c *LineChart) nearest(x float32) int {
	f := c.frame(c.Size())
	i := int(math.Round(float64((x - f.left - 4) / c.step(f))))
	if i < 0 || i >= len(c.series.Points) {
		return -1
	}
	return i
}

func (c *LineChart) draw(b *brush, size fyne.Size) {
	f := c.frame(size)
	if len(c.series.Points) == 0 {
		f.grid(b, c.series.Axis)
		f.base(b)
		b.word((f.left+f.right)/2, (f.top+f.bottom)/2, c.series.Axis.Empty, Style{Tint: look.Muted, Align: fyne.TextAlignCenter})
		return
	}
	c.area(b, f)
	f.grid(b, c.series.Axis)
	f.base(b)
	f.tags(b, c.series.Axis, func(i int) float32 { return c.x(f, i) }, fyne.TextAlignLeading)
	c.lines(b, f)
	c.marks(b, f)
}

// area is one opaque rectangle a point with edges on whole pixels: alpha would show seams.
func (c *LineChart) area(b *brush, f frame) {
	half := c.step(f) / 2
	for i, v := range c.series.Points {
		x, end := whole(max(f.left, c.x(f, i)-half)), whole(min(f.right, c.x(f, i)+half))
		if c.series.Steps {
			x, end = whole(c.x(f, i)), whole(min(f.right, c.x(f, i+1)))
		}
		high, low, tint := v, int64(0), look.ChartFill
		if c.ahead(i) {
			if i >= len(c.series.Band) {
				continue
			}
			high, low, tint = c.series.Band[i].High, c.series.Band[i].Low, look.ChartBand
		}
		top, bottom := whole(f.y(max(high, low))), whole(f.y(min(high, low)))
		b.rect(area{x, top, end - x, bottom - top}, tint, 0)
	}
}

// path is the corners of the line.
func (c *LineChart) path(f frame) []fyne.Position {
	out := make([]fyne.Position, 0, 2*len(c.series.Points))
	for i, v := range c.series.Points {
		y := f.y(v)
		if c.series.Steps && i > 0 {
			out = append(out, fyne.NewPos(c.x(f, i), out[len(out)-1].Y))
		}
		out = append(out, fyne.NewPos(c.x(f, i), y))
	}
	return out
}

func (c *LineChart) lines(b *brush, f frame) {
	path := c.path(f)
	split := len(path) - 1
	if c.series.Ahead > 0 {
		from := c.x(f, c.series.Ahead)
		if i := slices.IndexFunc(path, func(p fyne.Position) bool { return p.X >= from }); i >= 0 {
			split = i
		}
	}
	for i := 1; i <= split; i++ {
		b.line(path[i-1], path[i], 2, look.ChartLine)
	}
	b.dashes(path[split:], 5, 3, look.ChartLine)
}

// dashes cuts a path into strokes of on px with off px between, along its whole length.
func (b *brush) dashes(path []fyne.Position, on, off float32, tint fyne.ThemeColorName) {
	phase := float32(0)
	for i := 1; i < len(path); i++ {
		from, to := path[i-1], path[i]
		length := float32(math.Hypot(float64(to.X-from.X), float64(to.Y-from.Y)))
		for at := float32(0); at < length; {
			left, drawing := on-phase, true
			if phase >= on {
				left, drawing = on+off-phase, false
			}
			end := min(length, at+left)
			if drawing {
				b.line(between(from, to, at/length), between(from, to, end/length), 2, tint)
			}
			phase = float32(math.Mod(float64(phase+end-at), float64(on+off)))
			at = end
		}
	}
}

func between(from, to fyne.Position, share float32) fyne.Position {
	return fyne.NewPos(from.X+(to.X-from.X)*share, from.Y+(to.Y-from.Y)*share)
}

func (c *LineChart) marks(b *brush, f frame) {
	for _, e := range c.series.Events {
		if e.At >= 0 && e.At < len(c.series.Points) {
			b.word(c.x(f, e.At)+4, f.y(c.series.Points[e.At])-12, e.Text, Style{Role: look.Caption, Tint: look.Text})
		}
	}
	last := len(c.series.Points) - 1
	real := last
	if c.series.Ahead > 0 {
		real = min(last, c.series.Ahead-1)
	}
	b.dot(c.x(f, real), f.y(c.series.Points[real]), 4, look.ChartLine)
	if m := c.series.Mark; m != nil && m.At >= 0 && m.At <= last {
		x, y := c.x(f, m.At), f.y(c.series.Points[m.At])
		b.ring(x, y, 5, look.AlertQuiet)
		b.word(x, y+16, m.Text, Style{Role: look.Small, Tint: look.AlertQuiet, Bold: true, Align: fyne.TextAlignCenter})
	}
	if c.point >= 0 && c.point <= last {
		b.rect(area{whole(c.x(f, c.point)), f.top, 1, f.bottom - f.top}, look.Edge, 0)
		b.dot(c.x(f, c.point), f.y(c.series.Points[c.point]), 4, look.ChartLine)
	}
	if c.focused && c.point < 0 {
		b.rect(area{f.left, whole(f.bottom), f.right - f.left, 2}, look.Accent, 0)
	}
}
