package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// Milestone is a point on a timeline with three short lines under it.
type Milestone struct{ Top, Main, Foot string }

// Timeline is a bar with a few points on it, the first of which is now. They stand at equal
// distances: the dates under them tell how far they are apart.
type Timeline struct {
	widget.BaseWidget
	marks []Milestone
}

// NewTimeline returns a bar with these points.
func NewTimeline(marks ...Milestone) *Timeline {
	t := &Timeline{marks: marks}
	t.ExtendBaseWidget(t)
	return t
}

type markInk struct {
	dot             *box
	top, main, foot *run
}

// CreateRenderer implements fyne.Widget.
func (t *Timeline) CreateRenderer() fyne.WidgetRenderer {
	track, bar := newBox(look.ChartGrid, "", 3), newBox(look.ChartBar, "", 3)
	s := newSheet(t, track, bar)
	inks := make([]markInk, len(t.marks))
	for i, m := range t.marks {
		n := markInk{newBox(look.Surface, look.Edge, 6), newRun(Style{Role: look.Caption}), newRun(Style{Role: look.Small, Bold: true}), newRun(Style{Role: look.Caption})}
		n.dot.edge = 2
		if i == 0 {
			n.dot.fill, n.dot.stroke = look.Accent, look.Accent
		}
		n.top.set(m.Top, look.Muted)
		n.main.set(m.Main, look.Text)
		n.foot.set(m.Foot, look.Muted)
		s.add(n.dot)
		for _, r := range []*run{n.top, n.main, n.foot} {
			s.add(r)
		}
		inks[i] = n
	}
	s.layout = func(size fyne.Size) {
		step := size.Width / float32(max(len(inks), 1))
		track.place(6, 9, size.Width-6, 6)
		bar.place(6, 9, min(step, size.Width-6), 6)
		for i, n := range inks {
			x, room := whole(float32(i)*step), step-10
			n.dot.place(x, 6, 12, 12)
			n.top.place(x, 24, room, grow(15))
			n.main.place(x, 24+grow(15), room, grow(17))
			n.foot.place(x, 24+grow(32), room, grow(15))
		}
	}
	s.min = func() fyne.Size { return fyne.NewSize(float32(len(inks))*90, 24+grow(47)) }
	return s.ready()
}

// StepDisc is the number of a step on a disc: ticked when done, edged when it is the next.
type StepDisc struct {
	widget.BaseWidget
	number    string
	done, now bool
}

// NewStepDisc returns the disc of a step.
func NewStepDisc(number string, done, now bool) *StepDisc {
	d := &StepDisc{number: number, done: done, now: now}
	d.ExtendBaseWidget(d)
	return d
}

// CreateRenderer implements fyne.Widget.
func (d *StepDisc) CreateRenderer() fyne.WidgetRenderer {
	disc, number := newBox(look.Clear, look.Edge, 12), newRun(Style{Role: look.Small, Bold: true, Align: fyne.TextAlignCenter})
	tick := newGlyph("", look.OnAccent)
	s := newSheet(d, disc, number, tick)
	s.state = func() {
		disc.fill, disc.stroke, disc.edge = look.Clear, look.Edge, 1
		number.set(d.number, look.Text)
		tick.set("", look.OnAccent)
		switch {
		case d.done:
			disc.fill, disc.stroke = look.Accent, look.Accent
			number.set("", look.Text)
			tick.set("check", look.OnAccent)
		case d.now:
			disc.stroke, disc.edge = look.Accent, 2
			number.set(d.number, look.Accent)
		}
	}
	s.layout = func(fyne.Size) {
		disc.place(0, 0, 24, 24)
		number.place(0, 0, 24, 24)
		tick.place(12, 12, 14)
	}
	s.min = func() fyne.Size { return fyne.NewSquareSize(24) }
	return s.ready()
}
