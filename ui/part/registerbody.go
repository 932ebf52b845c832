package part

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// registerBody is the rows in sight, the scroll bar and the keyboard of a register.
type registerBody struct {
	widget.BaseWidget
	of      *Register
	top     float64 // px from the first row to the upper edge
	current int
	anchor  int
	picked  spans
	hover   int
	focused bool
	quietly bool
	shift   bool
	rows    []*registerRow
	bar     *scrollBar
	wanted  int // a row to bring into sight at the first layout
}

var (
	_ fyne.Scrollable     = (*registerBody)(nil)
	_ fyne.Focusable      = (*registerBody)(nil)
	_ fyne.Shortcutable   = (*registerBody)(nil)
	_ fyne.DoubleTappable = (*registerBody)(nil)
	_ desktop.Mouseable   = (*registerBody)(nil)
	_ desktop.Hoverable   = (*registerBody)(nil)
	_ desktop.Keyable     = (*registerBody)(nil)
)

func newRegisterBody(of *Register) *registerBody {
	b := &registerBody{of: of, current: -1, anchor: -1, hover: -1, wanted: -1}
	b.bar = newScrollBar(b.scrollTo)
	b.ExtendBaseWidget(b)
	return b
}

func (b *registerBody) rowHeight() float32 { return grow(b.of.spec.RowHeight) }

func (b *registerBody) contentHeight() float64 {
	return float64(b.of.spec.Len()) * float64(b.rowHeight())
}

// scrollTo moves the view and binds the rows that came into sight.
func (b *registerBody) scrollTo(top float64) {
	most := b.contentHeight() - float64(b.Size().Height)
	top = math.Round(max(0, min(top, most)))
	if top == b.top {
		return
	}
	b.top = top
	b.arrange(false)
	repaint(b)
}

func (b *registerBody) reveal(id int) {
	if id < 0 || id >= b.of.spec.Len() {
		return
	}
	h := float64(b.rowHeight())
	y, view := float64(id)*h, float64(b.Size().Height)
	if view < h {
		b.wanted = id
		return
	}
	switch {
	case y < b.top:
		b.scrollTo(y)
	case y+h > b.top+view:
		b.scrollTo(y + h - view)
	}
}

// arrange places the rows in sight; all says that rows are bound again even if they show
// the right id already.
func (b *registerBody) arrange(all bool) {
	size, h := b.Size(), b.rowHeight()
	count := int(math.Ceil(float64(size.Height)/float64(h))) + 1
	if len(b.rows) != count {
		b.rows = make([]*registerRow, count)
		for i := range b.rows {
			b.rows[i] = newRegisterRow(b)
		}
		all = true
	}
	length := b.of.spec.Len()
	first := int(b.top / float64(h))
	for k := range b.rows {
		id := first + k
		row := b.rows[id%len(b.rows)]
		if id >= length {
			row.Hide()
			row.id = -1
			continue
		}
		row.Show()
		row.Move(fyne.NewPos(0, float32(float64(id)*float64(h)-b.top)))
		row.Resize(fyne.NewSize(size.Width, h))
		if all || row.id != id {
			row.bind(id)
		}
	}
	b.bar.set(b.top, float64(size.Height), b.contentHeight())
	b.bar.Move(fyne.NewPos(size.Width-scrollBarWidth, 0))
	b.bar.Resize(fyne.NewSize(scrollBarWidth, size.Height))
}

// touch draws rows again whose state changed.
func (b *registerBody) touch(ids ...int) {
	for _, id := range ids {
		if id < 0 || len(b.rows) == 0 {
			continue
		}
		if row := b.rows[id%len(b.rows)]; row.id == id {
			row.Refresh()
		}
	}
}

func (b *registerBody) selectable(id int) bool {
	if id < 0 || id >= b.of.spec.Len() {
		return false
	}
	row, read := b.of.spec.Row(id)
	return !read || !row.Group
}

// moveTo makes a row the current one. extend keeps the anchor and picks from it.
func (b *registerBody) moveTo(id int, extend bool) {
	if id >= 0 && !b.selectable(id) {
		return
	}
	moved := id != b.current
	b.current = max(id, -1)
	if extend && b.of.spec.Many && b.anchor >= 0 {
		b.picked.only(min(b.anchor, id), max(b.anchor, id)+1)
	} else {
		b.anchor = b.current
		b.picked.only(b.current, b.current+1)
		if b.current < 0 {
			b.picked.only(0, 0)
		}
	}
	b.reveal(b.current)
	b.redraw()
	if moved && b.of.spec.OnMove != nil {
		b.of.spec.OnMove(b.current)
	}
	b.tellPicked()
}

func (b *registerBody) tellPicked() {
	if b.of.spec.OnPick != nil {
		b.of.spec.OnPick()
	}
}

func (b *registerBody) redraw() {
	for _, row := range b.rows {
		if row.id >= 0 {
			row.Refresh()
		}
	}
}

// step moves by rows. With no current row it starts at the first in sight.
func (b *registerBody) step(by int, extend bool) {
	id := b.current + by
	if b.current < 0 {
		id = int(b.top / float64(b.rowHeight()))
	}
	id = max(0, min(id, b.of.spec.Len()-1))
	direction := 1
	if by < 0 {
		direction = -1
	}
	if !b.seek(id, direction, extend) {
		b.seek(id, -direction, extend)
		b.reveal(id)
	}
}

// seek moves to the first row from id on that can be selected and reports whether there is one.
func (b *registerBody) seek(id, direction int, extend bool) bool {
	for try := id; try >= 0 && try < b.of.spec.Len(); try += direction {
		if b.selectable(try) {
			b.moveTo(try, extend)
			return true
		}
	}
	return false
}

func (b *registerBody) idAt(y float32) int {
	id := int((b.top + float64(y)) / float64(b.rowHeight()))
	if y < 0 || id >= b.of.spec.Len() {
		return -1
	}
	return id
}

// CreateRenderer implements fyne.Widget.
func (b *registerBody) CreateRenderer() fyne.WidgetRenderer { return &registerBodyRenderer{b} }

type registerBodyRenderer struct{ body *registerBody }

func (r *registerBodyRenderer) Layout(fyne.Size) {
	b := r.body
	most := max(0, b.contentHeight()-float64(b.Size().Height))
	b.top = min(b.top, math.Round(most))
	b.arrange(false)
	if id := b.wanted; id >= 0 {
		b.wanted = -1
		b.reveal(id)
	}
}

func (r *registerBodyRenderer) MinSize() fyne.Size { return fyne.NewSize(320, 0) }

// Refresh reads every row in sight again: the data or its length may have changed.
func (r *registerBodyRenderer) Refresh() {
	b := r.body
	if n := b.of.spec.Len(); b.current >= n {
		b.current, b.anchor = -1, -1
		b.picked.only(0, 0)
	}
	b.top = min(b.top, math.Round(max(0, b.contentHeight()-float64(b.Size().Height))))
	b.arrange(true)
	repaint(b)
}

func (r *registerBodyRenderer) Objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, 0, len(r.body.rows)+1)
	for _, row := range r.body.rows {
		out = append(out, row)
	}
	return append(out, r.body.bar)
}

func (r *registerBodyRenderer) Destroy() {}
