package part

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// Proof is how far one step of a proof is.
type Proof int

// The states of a step.
const (
	Waits Proof = iota
	Runs
	Proved
	Failed
)

// ProofSpec says what one step of a proof shows.
type ProofSpec struct {
	State Proof
	What  string
	How   string
	When  string
	Icon  string // for Proved; "" = check
}

// ProofRow is one step of a revocation: disc, what, how in code words, time.
type ProofRow struct {
	widget.BaseWidget
	spec ProofSpec
}

// NewProofRow returns one step of a proof.
func NewProofRow(spec ProofSpec) *ProofRow {
	p := &ProofRow{spec: spec}
	p.ExtendBaseWidget(p)
	return p
}

// Set changes what the step shows.
func (p *ProofRow) Set(spec ProofSpec) {
	p.spec = spec
	p.Refresh()
}

func (p *ProofRow) signs() (icon string, ink, ground fyne.ThemeColorName) {
	switch p.spec.State {
	case Proved:
		if p.spec.Icon != "" {
			return p.spec.Icon, look.Good, look.GoodBg
		}
		return "check", look.Good, look.GoodBg
	case Failed:
		return "close", look.AlertHigh, look.AlertHighBg
	case Runs:
		return "refresh", look.Accent, look.Selection
	default:
		return "clock", look.Muted, look.ButtonFill
	}
}

// CreateRenderer implements fyne.Widget.
func (p *ProofRow) CreateRenderer() fyne.WidgetRenderer {
	disc, icon := newDisc(look.GoodBg), newGlyph("", look.Good)
	what, how := newRun(Style{Bold: true}), newRun(Style{Tint: look.Muted})
	when := newRun(Style{Role: look.Caption, Tint: look.Muted, Align: fyne.TextAlignTrailing})
	s := newSheet(p, disc, icon, what, how, when)
	s.state = func() {
		name, ink, ground := p.signs()
		disc.fill = ground
		icon.set(name, ink)
		tint := look.Text
		if p.spec.State == Waits {
			tint = look.Muted
		}
		what.bold(p.spec.State != Waits)
		what.set(p.spec.What, tint)
		how.set(p.spec.How, look.Muted)
		when.set(p.spec.When, look.Muted)
	}
	s.layout = func(size fyne.Size) {
		placeDisc(disc, 11, 11+15, 22)
		icon.place(11, 11+15, 14)
		whenW := when.width() + 1
		when.place(size.Width-whenW, 11, whenW, grow(18))
		room := size.Width - 40 - whenW - 12
		what.place(40, 11, room, grow(18))
		how.place(40, 11+grow(18), size.Width-40, grow(18))
	}
	s.min = func() fyne.Size { return fyne.NewSize(240, 22+2*grow(18)) }
	return s.ready()
}

// NewProofCard returns a card of proof rows.
func NewProofCard(rows ...*ProofRow) *Panel {
	split := []fyne.CanvasObject{}
	for i, r := range rows {
		if i > 0 {
			split = append(split, NewRule())
		}
		split = append(split, r)
	}
	return NewCard(split...).Padded(Pad(5, 18))
}

// NewDisc returns an icon on a disc in a tone: 48 with 26 beside a result's title.
func NewDisc(icon string, tone Tone, size, iconSize float32) *Disc {
	d := &Disc{icon: icon, tone: tone, size: size, iconSize: iconSize}
	d.ExtendBaseWidget(d)
	return d
}

// Disc is an icon on a disc.
type Disc struct {
	widget.BaseWidget
	icon           string
	tone           Tone
	size, iconSize float32
}

// CreateRenderer implements fyne.Widget.
func (d *Disc) CreateRenderer() fyne.WidgetRenderer {
	disc, icon := newDisc(look.GoodBg), newGlyph("", look.Good)
	s := newSheet(d, disc, icon)
	s.state = func() {
		ink, ground := d.tone.inks()
		disc.fill = ground
		icon.set(d.icon, ink)
	}
	s.layout = func(size fyne.Size) {
		placeDisc(disc, size.Width/2, size.Height/2, d.size)
		icon.place(size.Width/2, size.Height/2, d.iconSize)
	}
	s.min = func() fyne.Size { return fyne.NewSquareSize(d.size) }
	return s.ready()
}

// Step is one of the steps of the welcome.
type Step struct {
	Title string
	Line  string
}

// Steps is the column of steps at the left of the welcome.
type Steps struct {
	widget.BaseWidget
	steps   []Step
	current int
}

// NewSteps returns the column; current is the index of the step that is on.
func NewSteps(current int, steps ...Step) *Steps {
	s := &Steps{steps: steps, current: current}
	s.ExtendBaseWidget(s)
	return s
}

// Set moves to another step; those before it are ticked.
func (s *Steps) Set(current int) {
	s.current = current
	s.Refresh()
}

// SetLine changes the line under the title of a step.
func (s *Steps) SetLine(step int, line string) {
	s.steps[step].Line = line
	s.Refresh()
}

type stepInk struct {
	disc         *box
	number, name *run
	tick         *glyph
	line         *Para
}

// CreateRenderer implements fyne.Widget.
func (s *Steps) CreateRenderer() fyne.WidgetRenderer {
	sh := newSheet(s)
	inks := make([]stepInk, len(s.steps))
	for i, step := range s.steps {
		inks[i] = stepInk{
			disc: newBox(look.Clear, look.Edge, 12), tick: newGlyph("", look.Good), name: newRun(Style{}),
			number: newRun(Style{Role: look.Small, Bold: true, Align: fyne.TextAlignCenter}),
			line:   NewPara(step.Line, styleOf(look.Caption, look.Muted, false), 210),
		}
		sh.add(inks[i].disc)
		sh.add(inks[i].tick)
		sh.add(inks[i].number)
		sh.add(inks[i].name)
		sh.add(inks[i].line)
	}
	sh.state = func() {
		for i := range inks {
			inks[i].state(i, s.current, s.steps[i].Title)
			inks[i].line.Set(s.steps[i].Line)
		}
	}
	sh.layout = func(size fyne.Size) {
		y := float32(0)
		for _, k := range inks {
			placeDisc(k.disc, 12, y+9+12, 24)
			k.tick.place(12, y+9+12, 14)
			k.number.place(0, y+9, 24, 24)
			k.name.place(38, y+9, size.Width-38, grow(18))
			k.line.Move(fyne.NewPos(38, y+9+grow(18)))
			k.line.Resize(fyne.NewSize(size.Width-38, k.line.Size().Height))
			k.line.Resize(fyne.NewSize(size.Width-38, k.line.MinSize().Height))
			y += 18 + grow(18) + k.line.MinSize().Height
		}
	}
	sh.min = func() fyne.Size {
		h := float32(0)
		for _, k := range inks {
			h += 18 + grow(18) + k.line.MinSize().Height
		}
		return fyne.NewSize(180, h)
	}
	return sh.ready()
}

func (k stepInk) state(i, current int, title string) {
	k.tick.set("", look.Good)
	number := strconv.Itoa(i + 1)
	k.name.bold(i == current)
	switch {
	case i < current:
		k.disc.fill, k.disc.stroke = look.GoodBg, look.GoodBg
		k.tick.set("check", look.Good)
		k.number.set("", look.Muted)
		k.name.set(title, look.Text)
	case i == current:
		k.disc.fill, k.disc.stroke = look.Accent, look.Accent
		k.number.set(number, look.OnAccent)
		k.name.set(title, look.Text)
	default:
		k.disc.fill, k.disc.stroke = look.Clear, look.Edge
		k.number.set(number, look.Muted)
		k.name.set(title, look.Muted)
	}
}
