package part

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"coffer/ui/look"
)

// ink is something drawn whose colour and size are names that the theme answers.
type ink interface{ paint() }

// grow scales a length that has to follow the text, such as a row's height.
func grow(px float32) float32 {
	return float32(math.Round(float64(px * theme.Size(look.Body) / 13)))
}

// run is one line of text. place cuts it with an ellipsis where the width ends.
type run struct {
	text  *canvas.Text
	full  string
	role  fyne.ThemeSizeName
	tint  fyne.ThemeColorName
	align fyne.TextAlign

	measured  string
	atSize    float32
	fullWidth float32
	height    float32
}

func newRun(s Style) *run {
	s = s.whole()
	r := &run{text: canvas.NewText("", color.Transparent), role: s.Role, tint: s.Tint, align: s.Align}
	r.text.TextStyle = fyne.TextStyle{Bold: s.Bold, Monospace: s.Mono}
	return r
}

func (r *run) set(s string, tint fyne.ThemeColorName) {
	r.full, r.tint = s, tint
}

func (r *run) bold(on bool) {
	if r.text.TextStyle.Bold != on {
		r.text.TextStyle.Bold = on
		r.measured = "\x00"
	}
}

func (r *run) paint() {
	r.text.Color = theme.Color(r.tint)
	r.text.TextSize = theme.Size(r.role)
}

// width is the width of the whole text.
func (r *run) width() float32 {
	size := theme.Size(r.role)
	if r.measured != r.full || r.atSize != size {
		r.measured, r.atSize = r.full, size
		r.fullWidth = 0
		if r.full != "" {
			whole := fyne.MeasureText(r.full, size, r.text.TextStyle)
			r.fullWidth, r.height = whole.Width, whole.Height
		}
	}
	return r.fullWidth
}

// place puts the text into the box, centred up and down, and cuts it to the width.
func (r *run) place(x, y, w, h float32) {
	size, wide := theme.Size(r.role), r.width()
	r.text.Text, r.text.TextSize = r.full, size
	if wide > w+0.5 {
		r.text.Text = cut(r.full, w, size, r.text.TextStyle)
		wide = fyne.MeasureText(r.text.Text, size, r.text.TextStyle).Width
	}
	switch r.align {
	case fyne.TextAlignTrailing:
		x += w - whole(wide)
	case fyne.TextAlignCenter:
		x += (w - wide) / 2
	}
	setCrisp(r.text, x, y+(h-r.height)/2, fyne.NewSize(wide, r.height))
}

// setCrisp places text on a whole pixel at its own size: the painter stretches it otherwise.
func setCrisp(text *canvas.Text, x, y float32, size fyne.Size) {
	text.Move(fyne.NewPos(whole(x), whole(y)))
	text.Resize(size)
}

// cut returns the longest beginning of s that fits into w with an ellipsis.
func cut(s string, w, size float32, style fyne.TextStyle) string {
	runes := []rune(s)
	low, high := 0, len(runes)
	for low < high {
		mid := (low + high + 1) / 2
		if fyne.MeasureText(string(runes[:mid])+"…", size, style).Width <= w {
			low = mid
		} else {
			high = mid - 1
		}
	}
	if low == 0 {
		return ""
	}
	return string(runes[:low]) + "…"
}

// box is a rectangle with named colours.
type box struct {
	rect         *canvas.Rectangle
	fill, stroke fyne.ThemeColorName
	edge         float32 // width of the stroke, where it has a colour
}

func newBox(fill, stroke fyne.ThemeColorName, radius float32) *box {
	b := &box{rect: canvas.NewRectangle(color.Transparent), fill: fill, stroke: stroke, edge: 1}
	b.rect.CornerRadius = radius
	return b
}

// newRing is a focus ring: drawn when its stroke is look.Accent, unseen when look.Clear.
func newRing(radius float32) *box {
	b := newBox(look.Clear, look.Clear, radius)
	b.edge = look.Ring
	return b
}

func (b *box) show(on bool, tint fyne.ThemeColorName) {
	b.stroke = look.Clear
	if on {
		b.stroke = tint
	}
}

func (b *box) paint() {
	b.rect.FillColor = theme.Color(b.fill)
	// The painter leaves a faint line at the edge of what is clear, so it isn't drawn at all.
	b.rect.StrokeWidth = 0
	if b.stroke != "" && b.stroke != look.Clear {
		b.rect.StrokeWidth, b.rect.StrokeColor = b.edge, theme.Color(b.stroke)
	}
	b.rect.Hidden = b.fill == look.Clear && b.rect.StrokeWidth == 0
}

func (b *box) place(x, y, w, h float32) {
	b.rect.Move(fyne.NewPos(x, y))
	b.rect.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
}

// glyph is an icon in a named colour. Its picture is made anew only when name or colour change.
type glyph struct {
	image *canvas.Image
	name  string
	tint  fyne.ThemeColorName

	drawn string
	in    color.Color
}

func newGlyph(name string, tint fyne.ThemeColorName) *glyph {
	g := &glyph{image: &canvas.Image{FillMode: canvas.ImageFillContain}, name: name, tint: tint}
	g.image.Hide()
	return g
}

func (g *glyph) set(name string, tint fyne.ThemeColorName) { g.name, g.tint = name, tint }

func (g *glyph) paint() {
	now := theme.Color(g.tint)
	if g.drawn == g.name && g.in == now {
		return
	}
	g.drawn, g.in = g.name, now
	if g.name == "" {
		g.image.Hide()
		return
	}
	g.image.Resource = look.IconIn(g.name, g.tint)
	g.image.Show()
	g.image.Refresh()
}

// place centres a picture of the given size on a point.
func (g *glyph) place(cx, cy, size float32) {
	g.image.Resize(fyne.NewSquareSize(size))
	g.image.Move(fyne.NewPos(whole(cx-size/2), whole(cy-size/2)))
}

func whole(v float32) float32 { return float32(math.Round(float64(v))) }
