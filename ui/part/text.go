package part

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// Text is one line of text. It never wraps and is cut with an ellipsis.
type Text struct {
	widget.BaseWidget
	text  string
	style Style
	min   float32 // wanted width; 0 = as wide as the text
}

// NewText returns a line of text.
func NewText(text string, style Style) *Text {
	t := &Text{text: text, style: style.whole()}
	t.ExtendBaseWidget(t)
	return t
}

// NewSection returns the small muted label above a card or a group.
func NewSection(text string) *Text { return NewText(text, styleOf(look.Small, look.Muted, true)) }

// NewCaption returns a caption line.
func NewCaption(text string) *Text { return NewText(text, styleOf(look.Caption, look.Muted, false)) }

// Cut makes the text give way: it asks for this width only and is cut where its place ends.
func (t *Text) Cut(width float32) *Text {
	t.min = width
	return t
}

// Set changes the text.
func (t *Text) Set(text string) {
	if t.text != text {
		t.text = text
		t.Refresh()
	}
}

// SetTint changes the colour.
func (t *Text) SetTint(tint fyne.ThemeColorName) {
	if t.style.Tint != tint {
		t.style.Tint = tint
		t.Refresh()
	}
}

// Text returns what is shown.
func (t *Text) Text() string { return t.text }

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := newRun(t.style)
	s := newSheet(t, r)
	s.state = func() { r.set(t.text, t.style.Tint) }
	s.layout = func(size fyne.Size) { r.place(0, 0, size.Width, size.Height) }
	s.min = func() fyne.Size {
		width := r.width()
		if t.min > 0 {
			width = min(width, t.min)
		}
		return fyne.NewSize(width, grow(lineHeight(t.style.Role)))
	}
	return s.ready()
}

// Para is text that wraps at words. Its height follows its width, so it wants a Stack above it.
type Para struct {
	widget.BaseWidget
	text  string
	style Style
	wide  float32 // width to wrap at before the first layout
	lines []string
	at    float32
	of    string
}

// NewPara returns wrapping text. wide is the width it will probably get: it makes the first
// height right.
func NewPara(text string, style Style, wide float32) *Para {
	p := &Para{text: text, style: style.whole(), wide: wide}
	p.ExtendBaseWidget(p)
	return p
}

// Set changes the text.
func (p *Para) Set(text string) {
	if p.text != text {
		p.text = text
		p.Refresh()
	}
}

// SetTint changes the colour.
func (p *Para) SetTint(tint fyne.ThemeColorName) {
	p.style.Tint = tint
	p.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (p *Para) CreateRenderer() fyne.WidgetRenderer {
	r := &paraRenderer{para: p}
	r.wrap()
	return r
}

type paraRenderer struct {
	para *Para
	runs []*run
	size float32
}

func (r *paraRenderer) width() float32 {
	if w := r.para.Size().Width; w > 0 {
		return w
	}
	if r.para.wide > 0 {
		return r.para.wide
	}
	return 240
}

func (r *paraRenderer) line() float32 { return grow(lineHeight(r.para.style.Role)) }

func (r *paraRenderer) wrap() {
	p, size := r.para, theme.Size(r.para.style.Role)
	if w := r.width(); p.at != w || p.of != p.text || r.size != size {
		p.at, p.of, r.size = w, p.text, size
		p.lines = wrapped(p.text, w, size, fyne.TextStyle{Bold: p.style.Bold, Monospace: p.style.Mono})
	}
	for len(r.runs) < len(p.lines) {
		r.runs = append(r.runs, newRun(p.style))
	}
	r.runs = r.runs[:len(p.lines)]
	for i, line := range p.lines {
		r.runs[i].set(line, p.style.Tint)
		r.runs[i].paint()
		r.runs[i].place(0, float32(i)*r.line(), r.width()+2, r.line())
	}
}

func (r *paraRenderer) Layout(fyne.Size) { r.wrap() }

func (r *paraRenderer) Refresh() {
	r.wrap()
	repaint(r.para)
}

func (r *paraRenderer) MinSize() fyne.Size {
	r.wrap()
	return fyne.NewSize(min(60, r.width()), float32(len(r.runs))*r.line())
}

func (r *paraRenderer) Objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, len(r.runs))
	for i, line := range r.runs {
		out[i] = line.text
	}
	return out
}

func (r *paraRenderer) Destroy() {}

// wrapped breaks s at spaces so that each line fits; a longer word is cut by the letter.
func wrapped(s string, width, size float32, style fyne.TextStyle) []string {
	fits := func(line string) bool { return fyne.MeasureText(line, size, style).Width <= width }
	var lines []string
	for _, block := range strings.Split(s, "\n") {
		line := ""
		for _, word := range strings.Fields(block) {
			joined := strings.TrimPrefix(line+" "+word, " ")
			if fits(joined) {
				line = joined
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for !fits(word) && len([]rune(word)) > 1 {
				head := max(1, len([]rune(cut(word, width, size, style)))-1)
				lines = append(lines, string([]rune(word)[:head]))
				word = string([]rune(word)[head:])
			}
			line = word
		}
		lines = append(lines, line)
	}
	return lines
}
