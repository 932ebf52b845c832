package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// Column is one column of a register.
type Column struct {
	Title string
	Width float32 // at text scale 1; 0 takes what is left
	Right bool
	Sorts bool // a tap on its head sorts
	Wide  bool // leaves when the register is narrow
}

// Cell is what stands in one column of a row.
type Cell struct {
	Text string
	Tint fyne.ThemeColorName // "" = the text colour
	Bold bool
}

// RegisterRow is one row. A group row shows Label and Note instead of cells and can't be
// selected. Cells are only read; they may belong to the caller's page cache.
type RegisterRow struct {
	Icon     string
	IconTint fyne.ThemeColorName
	Cells    []Cell
	Group    bool
	Label    string
	Note     string
}

// RegisterSpec says what a register shows and tells. Len and Row are needed; Row is called
// for rows in sight only and must not block: false means "not read yet" and draws an empty
// row, until the caller has it and calls Refresh.
type RegisterSpec struct {
	Columns   []Column
	Len       func() int
	Row       func(id int) (RegisterRow, bool)
	RowHeight float32 // 0 = 32
	Many      bool    // several rows may be picked

	OnMove func(id int)              // the current row changed
	OnOpen func(id int)              // Enter or a double click
	OnPick func()                    // what is picked changed
	OnCell func(id, column int) bool // a click on a cell; true keeps it from selecting
	OnSort func(column int)
	OnKey  func(*fyne.KeyEvent) bool // keys the register doesn't use; may be nil
	OnRune func(rune)
}

// Register is a long list in columns with its own head. It keeps a screenful of rows and
// places them in whole rows and a rest, so that a million rows cost what thirty do and none
// jitters: Fyne's list keeps one float32 for the offset, which steps by 2 px at that length.
type Register struct {
	widget.BaseWidget
	spec   RegisterSpec
	head   *registerHead
	body   *registerBody
	narrow bool
	sorted int
	down   bool
	grid   registerGrid
}

// NewRegister returns a register with no current row, unsorted.
func NewRegister(spec RegisterSpec) *Register {
	if spec.RowHeight == 0 {
		spec.RowHeight = 32
	}
	r := &Register{spec: spec, sorted: -1}
	r.head = newRegisterHead(r)
	r.body = newRegisterBody(r)
	r.ExtendBaseWidget(r)
	return r
}

// Select makes a row the current one and brings it into sight. -1 takes it away.
func (r *Register) Select(id int) { r.body.moveTo(id, false) }

// Selected returns the current row, or -1.
func (r *Register) Selected() int { return r.body.current }

// Picked returns the picked rows as spans in order, at least the current one.
func (r *Register) Picked() []Span { return r.body.picked.list() }

// SetSort shows the arrow at a column; -1 shows none.
func (r *Register) SetSort(column int, down bool) {
	r.sorted, r.down = column, down
	r.head.Refresh()
}

// SetOnMove says what hears that the current row changed.
func (r *Register) SetOnMove(f func(id int)) { r.spec.OnMove = f }

// SetNarrow takes the wide columns away.
func (r *Register) SetNarrow(narrow bool) {
	if r.narrow != narrow {
		r.narrow = narrow
		r.Refresh()
	}
}

// ScrollTo brings a row into sight.
func (r *Register) ScrollTo(id int) { r.body.reveal(id) }

// Top returns the first row in sight.
func (r *Register) Top() int { return int(r.body.top / float64(r.body.rowHeight())) }

// Focus gives the rows the keyboard.
func (r *Register) Focus() {
	if c := CanvasOf(r.body); c != nil {
		c.Focus(r.body)
	}
}

// Key does what a key does while the rows have the keyboard, for rows that are out of sight.
func (r *Register) Key(e *fyne.KeyEvent) { r.body.TypedKey(e) }

// CreateRenderer implements fyne.Widget.
func (r *Register) CreateRenderer() fyne.WidgetRenderer {
	s := newSheet(r, r.head, r.body)
	s.layout = func(size fyne.Size) {
		r.grid.fit(r.spec.Columns, size.Width, r.narrow)
		h := grow(28)
		r.head.Resize(fyne.NewSize(size.Width, h))
		r.head.Refresh()
		r.body.Move(fyne.NewPos(0, h))
		r.body.Resize(fyne.NewSize(size.Width, max(0, size.Height-h)))
	}
	s.min = func() fyne.Size { return fyne.NewSize(320, grow(28)+3*r.body.rowHeight()) }
	return s.ready()
}

// registerGrid is where the columns stand: 16 for the icon, then the columns, gap 12,
// inset 12 and 14.
type registerGrid struct {
	x, w    []float32
	version int // grows when a column moves
	width   float32
	narrow  bool
	text    float32
}

const (
	registerLeft  float32 = 12
	registerRight float32 = 14
	registerGap   float32 = 12
	registerIcon  float32 = 16
)

func (g *registerGrid) fit(columns []Column, width float32, narrow bool) {
	if g.width == width && g.narrow == narrow && g.text == grow(100) && len(g.x) == len(columns) {
		return
	}
	g.width, g.narrow, g.text = width, narrow, grow(100)
	g.version++
	g.x, g.w = make([]float32, len(columns)), make([]float32, len(columns))
	room, sharing := width-registerLeft-registerIcon-registerRight, 0
	for _, c := range columns {
		if narrow && c.Wide {
			continue
		}
		room -= registerGap + grow(c.Width)
		if c.Width == 0 {
			sharing++
		}
	}
	x := registerLeft + registerIcon
	for i, c := range columns {
		if narrow && c.Wide {
			continue
		}
		w := grow(c.Width)
		if c.Width == 0 {
			w = max(0, room) / float32(max(sharing, 1))
		}
		g.x[i], g.w[i] = whole(x+registerGap), whole(w)
		x += registerGap + w
	}
}

// column returns the column at x, or -1.
func (g *registerGrid) column(x float32) int {
	for i := range g.x {
		if x >= g.x[i] && x < g.x[i]+g.w[i] {
			return i
		}
	}
	return -1
}

// registerHead is the row of column heads, 28 high.
type registerHead struct {
	widget.BaseWidget
	of    *Register
	cells []*headCell
}

func newRegisterHead(of *Register) *registerHead {
	h := &registerHead{of: of}
	for i := range of.spec.Columns {
		h.cells = append(h.cells, newHeadCell(of, i))
	}
	h.ExtendBaseWidget(h)
	return h
}

// CreateRenderer implements fyne.Widget.
func (h *registerHead) CreateRenderer() fyne.WidgetRenderer {
	line := newBox(look.Separator, "", 0)
	s := newSheet(h, line)
	for _, c := range h.cells {
		s.add(c)
	}
	s.layout = func(size fyne.Size) {
		line.place(0, size.Height-1, size.Width, 1)
		for i, c := range h.cells {
			if i < len(h.of.grid.x) {
				c.Hidden = h.of.grid.w[i] == 0
				c.Move(fyne.NewPos(h.of.grid.x[i]-4, 0))
				c.Resize(fyne.NewSize(h.of.grid.w[i]+8, size.Height-1))
			}
		}
	}
	s.min = func() fyne.Size { return fyne.NewSize(100, grow(28)) }
	return s.ready()
}

// headCell is the head of one column.
type headCell struct {
	press
	of    *Register
	index int
}

func newHeadCell(of *Register, index int) *headCell {
	c := &headCell{of: of, index: index}
	c.off = !of.spec.Columns[index].Sorts
	c.act = func() {
		if of.spec.OnSort != nil {
			of.spec.OnSort(index)
		}
	}
	c.is(c)
	return c
}

// CreateRenderer implements fyne.Widget.
func (c *headCell) CreateRenderer() fyne.WidgetRenderer {
	veil, ring := newBox(look.Clear, "", 4), newRing(4)
	text, arrow := newRun(Style{Role: look.Caption, Tint: look.Muted}), newGlyph("", look.Muted)
	s := newSheet(c, veil, text, arrow, ring)
	s.state = func() {
		text.set(c.of.spec.Columns[c.index].Title, look.Muted)
		veil.fill = c.veil()
		ring.show(c.ringed(), look.Accent)
		arrow.set("", look.Muted)
		if c.of.sorted == c.index {
			arrow.set("sort-up", look.Muted)
			if c.of.down {
				arrow.set("sort-down", look.Muted)
			}
		}
	}
	s.layout = func(size fyne.Size) {
		veil.place(0, 3, size.Width, size.Height-6)
		ring.place(0, 3, size.Width, size.Height-6)
		w := min(text.width(), size.Width-8)
		x := float32(4)
		if c.of.spec.Columns[c.index].Right {
			x = size.Width - 4 - w
		}
		text.place(x, 0, w+1, size.Height)
		arrow.place(x+w+8, size.Height/2, 11)
		if c.of.spec.Columns[c.index].Right {
			arrow.place(x-8, size.Height/2, 11)
		}
	}
	s.min = func() fyne.Size { return fyne.NewSize(20, grow(27)) }
	return s.ready()
}
