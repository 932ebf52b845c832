package part_test

import (
	"math"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"coffer/ui/look"
	"coffer/ui/part"
)

// drawnIn are the rectangles of a part in one colour.
func drawnIn(o fyne.CanvasObject, tint fyne.ThemeColorName) (out []*canvas.Rectangle) {
	walk(o, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
		if r, ok := o.(*canvas.Rectangle); ok && r.FillColor == look.Color(tint) {
			out = append(out, r)
		}
	})
	return out
}

func TestBarsStartAtZeroAndAreAsHighAsTheirValues(t *testing.T) {
	stage(t, look.Light, 1)
	c := part.NewBarChart(part.BarSeries{Bars: []part.Bar{{Value: 10000}, {Value: 20000}, {}, {Value: 40000, Hot: true, Label: "$400"}}})
	shown(t, c, 600, 200)
	quiet, hot := drawnIn(c, look.ChartCharge), drawnIn(c, look.AlertHigh)
	if len(quiet) != 3 || len(hot) != 1 || countText(c, "$400") != 1 {
		t.Fatalf("%d quiet and %d hot bars", len(quiet), len(hot))
	}
	full := hot[0].Size().Height
	for i, want := range []float32{full / 4, full / 2, 0} {
		if got := quiet[i].Size().Height; math.Abs(float64(got-want)) > 1.5 {
			t.Errorf("bar %d is %v high, wants %v", i, got, want)
		}
		if foot := quiet[i].Position().Y + quiet[i].Size().Height; foot != hot[0].Position().Y+full {
			t.Errorf("bar %d doesn't stand on the base line", i)
		}
	}
}

func TestAnAreaIsOpaqueRectanglesOnWholePixelsWithoutGaps(t *testing.T) {
	stage(t, look.Light, 1)
	for name, stepped := range map[string]bool{"steps": true, "segments": false} {
		c := part.NewLineChart(part.LineSeries{Points: worth(), Steps: stepped, Axis: part.Axis{Word: thousands}})
		shown(t, c, 613, 186)
		area := drawnIn(c, look.ChartFill)
		if len(area) != 53 {
			t.Fatalf("%s: %d rectangles", name, len(area))
		}
		for i, r := range area {
			if r.Position().X != float32(math.Trunc(float64(r.Position().X))) {
				t.Errorf("%s: rectangle %d at %v", name, i, r.Position())
			}
			if i > 0 && area[i-1].Position().X+area[i-1].Size().Width != r.Position().X {
				t.Errorf("%s: a gap before rectangle %d", name, i)
			}
		}
	}
}

func TestKeysAndMouseMoveThePointOfAChart(t *testing.T) {
	stage(t, look.Light, 1)
	told := []int{}
	c := part.NewLineChart(part.LineSeries{Points: worth(), OnPoint: func(p int) { told = append(told, p) }})
	shown(t, c, 600, 186)
	typed(c, fyne.KeyLeft, fyne.KeyLeft, fyne.KeyRight, fyne.KeyRight, fyne.KeyHome, fyne.KeyLeft, fyne.KeyEnd, fyne.KeyEscape)
	if want := []int{52, 51, 52, 0, 52, -1}; !slices.Equal(told, want) {
		t.Errorf("keys told %v, wants %v", told, want)
	}
	told = nil
	c.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(599, 50)}})
	c.MouseOut()
	if len(told) != 2 || told[0] < 51 || told[1] != -1 {
		t.Errorf("the mouse told %v", told)
	}
}

func TestAChartWithoutDataSaysWhatIsMissing(t *testing.T) {
	stage(t, look.Light, 1)
	axis := part.Axis{Empty: "Needs 30 days of transactions, you have 12"}
	for name, c := range map[string]fyne.CanvasObject{
		"line": part.NewLineChart(part.LineSeries{Axis: axis}), "bars": part.NewBarChart(part.BarSeries{Axis: axis}),
	} {
		shown(t, c, 600, 186)
		if countText(c, axis.Empty) != 1 {
			t.Errorf("%s: nothing is said", name)
		}
	}
}

func TestAForecastIsDashedAndItsLowestPointNamed(t *testing.T) {
	stage(t, look.Light, 1)
	count := func(ahead int) (lines int) {
		c := part.NewLineChart(part.LineSeries{Points: steps(), Steps: true, Ahead: ahead, Band: bands(), Mark: &part.Tag{At: 30, Text: "$1,912"}})
		shown(t, c, 600, 186)
		if countText(c, "$1,912") != 1 {
			t.Error("the lowest point has no name")
		}
		walk(c, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
			if _, ok := o.(*canvas.Line); ok {
				lines++
			}
		})
		return lines
	}
	if whole, dashed := count(0), count(20); dashed < whole+20 {
		t.Errorf("%d strokes whole, %d with a forecast", whole, dashed)
	}
}

func TestMonthBarsShareOneScale(t *testing.T) {
	stage(t, look.Light, 1)
	m := part.NewMonthBars(part.MonthBarsSpec{InLabel: "In", OutLabel: "Out", In: 1000, Out: 500, InWord: "+$10.00", OutWord: "−$5.00"})
	shown(t, m, 342, 74)
	in, out := drawnIn(m, look.ChartIn), drawnIn(m, look.ChartOut)
	if len(in) != 1 || len(out) != 1 || math.Abs(float64(in[0].Size().Width-2*out[0].Size().Width)) > 2 {
		t.Errorf("in %v, out %v", in, out)
	}
}
