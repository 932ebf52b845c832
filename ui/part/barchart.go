package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"coffer/ui/look"
)

// Bar is one day of a bar chart. Value is in minor units and not negative.
type Bar struct {
	Value int64
	Hot   bool // what the chart is about
	Label string
}

// LegendItem names a hue of a chart.
type LegendItem struct {
	Text string
	Tint fyne.ThemeColorName
}

// BarSeries says what a bar chart shows.
type BarSeries struct {
	Axis    Axis
	Bars    []Bar
	Band    int64 // drawn from 0 up to here behind the bars; 0 = none
	Legend  []LegendItem
	OnPoint func(bar int)
}

// BarChart is one charge or day beside the other; the ones talked about are alert-high.
type BarChart struct {
	chart
	series BarSeries
}

// NewBarChart returns a bar chart.
func NewBarChart(series BarSeries) *BarChart {
	c := &BarChart{series: series}
	c.point = -1
	c.least = fyne.NewSize(240, 120)
	c.count = func() int { return len(c.series.Bars) }
	c.onPoint = func(p int) {
		if c.series.OnPoint != nil {
			c.series.OnPoint(p)
		}
	}
	c.at = func(x float32) int {
		f := c.frame(c.Size())
		if i := int((x - f.left - 6) / c.step(f)); i >= 0 && i < len(c.series.Bars) && x >= f.left {
			return i
		}
		return -1
	}
	c.drawn = c.draw
	c.ExtendBaseWidget(c)
	return c
}

// Set changes what the chart shows.
func (c *BarChart) Set(series BarSeries) {
	c.series, c.point = series, -1
	c.Refresh()
}

func (c *BarChart) frame(size fyne.Size) frame {
	high := c.series.Band
	for _, bar := range c.series.Bars {
		high = max(high, bar.Value)
	}
	top := float32(14)
	if len(c.series.Legend) > 0 {
		top = grow(36)
	}
	f := newFrame(size, c.series.Axis, Range{0, high}, top)
	// The axis ends above the highest bar, not at a whole tick far over it.
	if n := len(f.ticks); n > 2 && f.ticks[n-1] > high && high > 0 && f.ticks[n-2] > high*4/5 {
		f.ticks = f.ticks[:n-1]
		f.high = max(high, f.ticks[n-2])
	}
	return f
}

func (c *BarChart) step(f frame) float32 {
	return (f.right - f.left - 12) / float32(max(len(c.series.Bars), 1))
}

func (c *BarChart) draw(b *brush, size fyne.Size) {
	f := c.frame(size)
	x := f.left
	for _, l := range c.series.Legend {
		b.rect(area{x, 0, 10, 10}, l.Tint, 2)
		x += 16 + b.word(x+16, 5, l.Text, caption(fyne.TextAlignLeading)) + 20
	}
	if c.series.Band > 0 {
		top := whole(f.y(c.series.Band))
		b.rect(area{f.left, top, f.right - f.left, whole(f.y(0)) - top}, look.ChartFill, 0)
	}
	f.grid(b, c.series.Axis)
	if len(c.series.Bars) == 0 {
		b.word((f.left+f.right)/2, (f.top+f.bottom)/2, c.series.Axis.Empty, Style{Tint: look.Muted, Align: fyne.TextAlignCenter})
	}
	c.bars(b, f)
	f.base(b)
	f.tags(b, c.series.Axis, func(i int) float32 { return f.left + 6 + float32(i)*c.step(f) }, fyne.TextAlignLeading)
	if c.focused && c.point < 0 {
		b.rect(area{f.left, whole(f.bottom), f.right - f.left, 2}, look.Accent, 0)
	}
}

func (c *BarChart) bars(b *brush, f frame) {
	step := c.step(f)
	width := max(2, min(28, whole(step*0.62)))
	for i, bar := range c.series.Bars {
		x, tint, w := whole(f.left+6+float32(i)*step), look.ChartCharge, width
		if bar.Hot {
			tint, w = look.AlertHigh, max(width, min(7, whole(step)))
		}
		if i == c.point {
			tint = look.Accent
		}
		top := whole(f.y(bar.Value))
		if bar.Value > 0 {
			top = min(top, whole(f.y(0))-2)
		}
		b.rect(area{x, top, w, whole(f.y(0)) - top}, tint, 1)
		if bar.Label != "" {
			style := Style{Role: look.Small, Tint: look.AlertHigh, Bold: true, Align: fyne.TextAlignTrailing}
			at := x - 6
			if i < len(c.series.Bars)/2 {
				style.Align, at = fyne.TextAlignLeading, x+w+6
			}
			if c.crowded(i) { // its neighbours are as high: the label stands on a plate
				wide := fyne.MeasureText(bar.Label, theme.Size(look.Small), fyne.TextStyle{Bold: true}).Width
				left := at - 3
				if style.Align == fyne.TextAlignTrailing {
					left = at - wide - 3
				}
				b.rect(area{left, top - 9, wide + 6, 18}, look.Surface, look.RadiusBar)
			}
			b.word(at, top, bar.Label, style)
		}
	}
}

// crowded reports whether a bar near the i-th reaches to its label.
func (c *BarChart) crowded(i int) bool {
	const near = 10
	for j := max(0, i-near); j < min(len(c.series.Bars), i+near+1); j++ {
		if j != i && c.series.Bars[j].Value >= c.series.Bars[i].Value*9/10 {
			return true
		}
	}
	return false
}

// MonthBarsSpec says what the two bars of a month show. Values are minor units; the words
// are formatted amounts.
type MonthBarsSpec struct {
	InLabel, OutLabel string
	In, Out           int64
	InWord, OutWord   string
	Note              string // such as what is usual by this day
}

// MonthBars is money in and out of a month as two bars on one scale.
type MonthBars struct {
	drawing
	spec MonthBarsSpec
}

// NewMonthBars returns the two bars of a month.
func NewMonthBars(spec MonthBarsSpec) *MonthBars {
	m := &MonthBars{spec: spec}
	m.least = monthBarsSize(spec)
	m.drawn = m.draw
	m.ExtendBaseWidget(m)
	return m
}

// Set changes what the bars show.
func (m *MonthBars) Set(spec MonthBarsSpec) {
	m.spec, m.least = spec, monthBarsSize(spec)
	m.Refresh()
}

// monthBarsSize leaves room for the note only where there is one.
func monthBarsSize(spec MonthBarsSpec) fyne.Size {
	if spec.Note == "" {
		return fyne.NewSize(220, 46)
	}
	return fyne.NewSize(220, 74)
}

func (m *MonthBars) draw(b *brush, size fyne.Size) {
	s := m.spec
	small := Style{Role: look.Small}
	wide := func(text string) float32 {
		r := newRun(Style{Role: look.Small, Bold: true})
		r.set(text, look.Text)
		return r.width()
	}
	left := max(64, whole(max(wide(s.InLabel), wide(s.OutLabel))+12))
	room := size.Width - left - max(wide(s.InWord), wide(s.OutWord)) - 14
	most := max(s.In, s.Out, 1)
	bar := func(y float32, label, word string, value int64, fill, ink fyne.ThemeColorName) {
		b.word(0, y+7, label, small)
		b.rect(area{left, y, whole(max(0, room) * float32(float64(value)/float64(most))), 14}, fill, look.RadiusBar)
		b.word(size.Width, y+7, word, Style{Role: look.Small, Tint: ink, Bold: true, Align: fyne.TextAlignTrailing})
	}
	bar(2, s.InLabel, s.InWord, s.In, look.ChartIn, look.MoneyIn)
	bar(28, s.OutLabel, s.OutWord, s.Out, look.ChartOut, look.MoneyOut)
	b.word(left, 62, s.Note, caption(fyne.TextAlignLeading))
}
