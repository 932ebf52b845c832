package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
)

// Space takes the room that is left, in a Stack or a Row.
func Space() fyne.CanvasObject { return layout.NewSpacer() }

// Rest makes an object take the room that is left in a Stack or a Row.
func Rest(o fyne.CanvasObject) *fyne.Container { return container.New(rest{}, o) }

type rest struct{ fillLayout }

// Gap is an empty place of a fixed size.
func Gap(w, h float32) *fyne.Container { return container.New(fixed{w: w, h: h}) }

// Sized gives an object at least this size; 0 leaves that side as it is.
func Sized(w, h float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(fixed{w: w, h: h}, o)
}

// Inset puts space around an object.
func Inset(pad Edges, o fyne.CanvasObject) *fyne.Container {
	return container.New(inset{pad: pad}, o)
}

// Stack puts objects under each other, each as wide as the stack. Width is given before
// height is asked, so that wrapping text stands right at once.
func Stack(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(stack{gap: gap}, objects...)
}

// Row puts objects beside each other, each centred up and down.
func Row(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(row{gap: gap, centre: true}, objects...)
}

// RowTop puts objects beside each other with their tops level.
func RowTop(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(row{gap: gap}, objects...)
}

// RowBase puts texts of different sizes beside each other on one base line; other objects
// stand on the foot of the row.
func RowBase(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(row{gap: gap, based: true}, objects...)
}

// Columns puts objects beside each other, each as high as all. A width of 0 shares what is left.
func Columns(gap float32, widths []float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(columns{gap: gap, widths: widths}, objects...)
}

type fillLayout struct{}

func (fillLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
}

func (fillLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := fyne.NewSize(0, 0)
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return least
}

type fixed struct {
	fillLayout
	w, h float32
}

func (f fixed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := f.fillLayout.MinSize(objects)
	if f.w > 0 {
		least.Width = f.w
	}
	if f.h > 0 {
		least.Height = max(f.h, least.Height)
	}
	return least
}

type inset struct{ pad Edges }

func (i inset) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(i.pad.Left, i.pad.Top))
		o.Resize(size.SubtractWidthHeight(i.pad.Left+i.pad.Right, i.pad.Top+i.pad.Bottom))
	}
}

func (i inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fillLayout{}.MinSize(objects).AddWidthHeight(i.pad.Left+i.pad.Right, i.pad.Top+i.pad.Bottom)
}

// stretches reports whether an object takes the room that is left.
func stretches(o fyne.CanvasObject) bool {
	switch t := o.(type) {
	case layout.SpacerObject:
		return true
	case *fyne.Container:
		_, is := t.Layout.(rest)
		return is
	}
	return false
}

type stack struct{ gap float32 }

func (s stack) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	used, stretchy, shown := float32(0), 0, 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		shown++
		if stretches(o) {
			stretchy++
			continue
		}
		o.Resize(fyne.NewSize(size.Width, o.Size().Height))
		used += o.MinSize().Height
	}
	used += s.gap * float32(max(shown-1, 0))
	share := max(0, size.Height-used) / float32(max(stretchy, 1))
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := share
		if !stretches(o) {
			h = o.MinSize().Height
		}
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h + s.gap
	}
}

func (s stack) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least, shown := fyne.NewSize(0, 0), 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		shown++
		m := o.MinSize()
		least.Width = max(least.Width, m.Width)
		least.Height += m.Height
	}
	least.Height += s.gap * float32(max(shown-1, 0))
	return least
}

type row struct {
	gap           float32
	centre, based bool
}

// base is how far under an object's top its base line is.
func base(o fyne.CanvasObject) float32 {
	if t, ok := o.(*Text); ok {
		return o.MinSize().Height/2 + theme.Size(t.style.Role)*0.3
	}
	return o.MinSize().Height
}

func (r row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	used, stretchy, shown := float32(0), 0, 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		shown++
		if stretches(o) {
			stretchy++
			continue
		}
		used += o.MinSize().Width
	}
	used += r.gap * float32(max(shown-1, 0))
	share := max(0, size.Width-used) / float32(max(stretchy, 1))
	x, deepest := float32(0), float32(0)
	for _, o := range objects {
		deepest = max(deepest, base(o))
	}
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		w := share
		if !stretches(o) {
			w = o.MinSize().Width
		}
		o.Resize(fyne.NewSize(w, o.Size().Height))
		h := min(o.MinSize().Height, size.Height)
		y := float32(0)
		switch {
		case r.centre:
			y = whole((size.Height - h) / 2)
		case r.based:
			y = whole(max(0, deepest-base(o)))
		}
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
		x += w + r.gap
	}
}

func (r row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least, shown := fyne.NewSize(0, 0), 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		shown++
		m := o.MinSize()
		least.Width += m.Width
		least.Height = max(least.Height, m.Height)
	}
	least.Width += r.gap * float32(max(shown-1, 0))
	return least
}

type columns struct {
	gap    float32
	widths []float32
}

func (c columns) width(i int) float32 {
	if i < len(c.widths) {
		return c.widths[i]
	}
	return 0
}

func (c columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	used, sharing, shown := float32(0), 0, 0
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		shown++
		if used += c.width(i); c.width(i) == 0 {
			sharing++
		}
	}
	share := max(0, size.Width-used-c.gap*float32(max(shown-1, 0))) / float32(max(sharing, 1))
	x := float32(0)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		w := c.width(i)
		if w == 0 {
			w = share
		}
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(w, size.Height))
		x += w + c.gap
	}
}

func (c columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least, shown := fyne.NewSize(0, 0), 0
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		shown++
		m := o.MinSize()
		if w := c.width(i); w > 0 {
			m.Width = w
		}
		least.Width += m.Width
		least.Height = max(least.Height, m.Height)
	}
	least.Width += c.gap * float32(max(shown-1, 0))
	return least
}
