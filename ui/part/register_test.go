package part_test

import (
	"slices"
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"coffer/ui/look"
	"coffer/ui/part"
)

// ledgerOf is a register of n rows whose payee is their number; every groupEach-th is a group.
type ledgerOf struct {
	n, groupEach int
	asked        []int
	opened       []int
	moved        []int
	picked       int
	many         bool
}

func (l *ledgerOf) register() *part.Register {
	return part.NewRegister(part.RegisterSpec{
		Columns: registerColumns(), Many: l.many, Len: func() int { return l.n },
		Row: func(id int) (part.RegisterRow, bool) {
			if id < 0 || id >= l.n {
				panic("asked for row " + strconv.Itoa(id) + " of " + strconv.Itoa(l.n))
			}
			l.asked = append(l.asked, id)
			if l.groupEach > 0 && id%l.groupEach == 0 {
				return part.RegisterRow{Group: true, Label: "group " + strconv.Itoa(id)}, true
			}
			return part.RegisterRow{Cells: []part.Cell{{Text: "20 Nov"}, {Text: "row " + strconv.Itoa(id)}, {Text: "Car"}, {Text: "Everyday"}, {Text: "−$1.00"}}}, true
		},
		OnOpen: func(id int) { l.opened = append(l.opened, id) },
		OnMove: func(id int) { l.moved = append(l.moved, id) },
		OnPick: func() { l.picked++ },
	})
}

// rowsIn is the register's part that takes keys and the mouse.
func rowsIn(t testing.TB, win fyne.Window, r *part.Register) interface {
	fyne.Focusable
	fyne.Scrollable
	fyne.Shortcutable
	desktop.Mouseable
	desktop.Keyable
} {
	t.Helper()
	r.Focus()
	rows, ok := win.Canvas().Focused().(interface {
		fyne.Focusable
		fyne.Scrollable
		fyne.Shortcutable
		desktop.Mouseable
		desktop.Keyable
	})
	if !ok {
		t.Fatalf("the focus is on %T", win.Canvas().Focused())
	}
	return rows
}

func typed(f fyne.Focusable, keys ...fyne.KeyName) {
	for _, k := range keys {
		f.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func TestKeysMoveThroughARegisterAndStepOverGroups(t *testing.T) {
	const down, up, end, home, page = fyne.KeyDown, fyne.KeyUp, fyne.KeyEnd, fyne.KeyHome, fyne.KeyPageDown
	for name, c := range map[string]struct {
		keys []fyne.KeyName
		want int
	}{
		"the first key selects the first row in sight": {[]fyne.KeyName{down}, 1},
		"down goes to the next":                        {[]fyne.KeyName{down, down}, 2},
		"a group is stepped over":                      {[]fyne.KeyName{down, down, down, down, down}, 6},
		"and back":                                     {[]fyne.KeyName{down, down, down, down, down, up}, 4},
		"up stays on the first row":                    {[]fyne.KeyName{down, up, up}, 1},
		"end is the last row":                          {[]fyne.KeyName{end}, 99},
		"down at the end stays":                        {[]fyne.KeyName{end, down}, 99},
		"home is the first row that isn't a group":     {[]fyne.KeyName{end, home}, 1},
		"page down is a screen less one row":           {[]fyne.KeyName{down, page}, 8},
	} {
		t.Run(name, func(t *testing.T) {
			stage(t, look.Light, 1)
			l := &ledgerOf{n: 100, groupEach: 5}
			r := l.register()
			win := shown(t, r, 700, 28+8*32)
			typed(rowsIn(t, win, r), c.keys...)
			if r.Selected() != c.want {
				t.Errorf("on row %d, wants %d", r.Selected(), c.want)
			}
			if top := r.Top(); c.want < top || c.want > top+8 {
				t.Errorf("row %d is out of sight, the first is %d", c.want, top)
			}
		})
	}
}

func TestEnterAndADoubleClickOpenARow(t *testing.T) {
	stage(t, look.Light, 1)
	l := &ledgerOf{n: 20}
	r := l.register()
	win := shown(t, r, 700, 300)
	rows := rowsIn(t, win, r)
	at := fyne.PointEvent{Position: fyne.NewPos(80, 3*32+5)}
	rows.MouseDown(&desktop.MouseEvent{PointEvent: at, Button: desktop.MouseButtonPrimary})
	typed(rows, fyne.KeyReturn)
	if twice, ok := rows.(fyne.DoubleTappable); ok {
		twice.DoubleTapped(&at)
	}
	if !slices.Equal(l.opened, []int{3, 3}) || !slices.Equal(l.moved, []int{3}) {
		t.Errorf("opened %v, moved %v", l.opened, l.moved)
	}
}

func TestPickingManyRows(t *testing.T) {
	click := func(id int, m fyne.KeyModifier) *desktop.MouseEvent {
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(80, float32(id*32+5))}, Button: desktop.MouseButtonPrimary, Modifier: m}
	}
	const shift, ctrl = fyne.KeyModifierShift, fyne.KeyModifierControl
	for name, c := range map[string]struct {
		clicks []*desktop.MouseEvent
		all    bool
		want   []part.Span
	}{
		"a click picks one":                {clicks: []*desktop.MouseEvent{click(2, 0)}, want: []part.Span{{From: 2, To: 3}}},
		"a second click forgets the first": {clicks: []*desktop.MouseEvent{click(2, 0), click(4, 0)}, want: []part.Span{{From: 4, To: 5}}},
		"shift picks from the first":       {clicks: []*desktop.MouseEvent{click(2, 0), click(5, shift)}, want: []part.Span{{From: 2, To: 6}}},
		"shift picks upwards too":          {clicks: []*desktop.MouseEvent{click(5, 0), click(2, shift)}, want: []part.Span{{From: 2, To: 6}}},
		"control adds and neighbours join": {clicks: []*desktop.MouseEvent{click(2, 0), click(4, ctrl), click(3, ctrl)}, want: []part.Span{{From: 2, To: 5}}},
		"control takes out of the middle":  {clicks: []*desktop.MouseEvent{click(2, 0), click(5, shift), click(3, ctrl)}, want: []part.Span{{From: 2, To: 3}, {From: 4, To: 6}}},
		"ctrl+a picks all":                 {all: true, want: []part.Span{{From: 0, To: 1000}}},
	} {
		t.Run(name, func(t *testing.T) {
			stage(t, look.Light, 1)
			l := &ledgerOf{n: 1000, many: true}
			r := l.register()
			win := shown(t, r, 700, 300)
			rows := rowsIn(t, win, r)
			for _, e := range c.clicks {
				rows.MouseDown(e)
			}
			if c.all {
				rows.TypedShortcut(&fyne.ShortcutSelectAll{})
			}
			if got := r.Picked(); !slices.Equal(got, c.want) {
				t.Errorf("picked %v, wants %v", got, c.want)
			}
			if l.picked == 0 {
				t.Error("nobody was told")
			}
		})
	}
}

func TestShiftAndArrowsPick(t *testing.T) {
	stage(t, look.Light, 1)
	l := &ledgerOf{n: 100, many: true}
	r := l.register()
	rows := rowsIn(t, shown(t, r, 700, 300), r)
	typed(rows, fyne.KeyDown)
	rows.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	typed(rows, fyne.KeyDown, fyne.KeyDown)
	rows.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	if got := r.Picked(); !slices.Equal(got, []part.Span{{From: 0, To: 3}}) {
		t.Errorf("picked %v", got)
	}
	typed(rows, fyne.KeyDown)
	if got := r.Picked(); !slices.Equal(got, []part.Span{{From: 3, To: 4}}) {
		t.Errorf("then picked %v", got)
	}
}

func TestARegisterThatShrinksAsksForNoRowBeyondItsEnd(t *testing.T) {
	stage(t, look.Light, 1)
	l := &ledgerOf{n: 1000}
	r := l.register()
	win := shown(t, r, 700, 300)
	typed(rowsIn(t, win, r), fyne.KeyEnd)
	for _, n := range []int{999, 40, 3, 0, 5} {
		l.n = n
		r.Refresh()
		win.Resize(fyne.NewSize(700, 300+float32(n%7)))
		typed(rowsIn(t, win, r), fyne.KeyDown, fyne.KeyPageDown, fyne.KeyReturn)
		if r.Selected() >= n {
			t.Errorf("row %d of %d is selected", r.Selected(), n)
		}
	}
}

func TestTheLastOfAMillionRowsStandsOnWholePixels(t *testing.T) {
	stage(t, look.Light, 1)
	l := &ledgerOf{n: 1_000_000}
	r := l.register()
	win := shown(t, r, 700, 28+8*32)
	rows := rowsIn(t, win, r)
	typed(rows, fyne.KeyEnd)
	if r.Top() != 1_000_000-8 {
		t.Errorf("the first row in sight is %d", r.Top())
	}
	if len(l.asked) > 60 {
		t.Errorf("%d rows were read to get there", len(l.asked))
	}
	l.asked = nil
	rows.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 1)})
	if len(l.asked) != 1 {
		t.Errorf("a scroll by 1 px read rows %v", l.asked)
	}
	if gap := textAt(r, "row 999998").Y - textAt(r, "row 999997").Y; gap != 32 {
		t.Errorf("rows are %v apart", gap)
	}
}

func TestRowsNotReadYetAreEmptyAndFillOnRefresh(t *testing.T) {
	stage(t, look.Light, 1)
	read := false
	r := part.NewRegister(part.RegisterSpec{Columns: registerColumns(), Len: func() int { return 50 },
		Row: func(int) (part.RegisterRow, bool) {
			return part.RegisterRow{Cells: []part.Cell{{Text: "20 Nov"}, {Text: "Grocer"}}}, read
		}})
	shown(t, r, 700, 300)
	before := countText(r, "Grocer")
	read = true
	r.Refresh()
	if after := countText(r, "Grocer"); before != 0 || after < 8 {
		t.Errorf("%d before, %d after", before, after)
	}
}

func TestNarrowTakesTheAccountColumnAway(t *testing.T) {
	stage(t, look.Light, 1)
	l := &ledgerOf{n: 10}
	r := l.register()
	shown(t, r, 700, 300)
	wide := textAt(r, "−$1.00")
	r.SetNarrow(true)
	if wide.IsZero() || textAt(r, "−$1.00") != wide {
		t.Error("the amount moved")
	}
	if n := countText(r, "Everyday"); n > 0 {
		t.Errorf("the account is still in %d rows", n)
	}
}

func TestATapOnAHeadSorts(t *testing.T) {
	stage(t, look.Light, 1)
	sorted := []int{}
	r := part.NewRegister(part.RegisterSpec{Columns: registerColumns(), Len: func() int { return 0 },
		Row: func(int) (part.RegisterRow, bool) { return part.RegisterRow{}, false }, OnSort: func(c int) { sorted = append(sorted, c) }})
	win := shown(t, r, 700, 300)
	for _, word := range []string{"Date", "Category", "Amount"} {
		test.TapCanvas(win.Canvas(), textAt(r, word).AddXY(4, 4))
	}
	if !slices.Equal(sorted, []int{0, 4}) {
		t.Errorf("sorted by %v: Category doesn't sort", sorted)
	}
}

func BenchmarkScrollAMillionRows(b *testing.B) {
	app := test.NewTempApp(b)
	th, err := look.New(look.Light, 1)
	if err != nil {
		b.Fatal(err)
	}
	app.Settings().SetTheme(th)
	cells := []part.Cell{{Text: "20 Nov"}, {Text: "Green Leaf Grocer"}, {Text: "Groceries"}, {Text: "Everyday"}, {Text: "−$84.17", Tint: look.MoneyOut}}
	r := part.NewRegister(part.RegisterSpec{Columns: registerColumns(), Len: func() int { return 1_000_000 },
		Row: func(int) (part.RegisterRow, bool) { return part.RegisterRow{Cells: cells}, true }})
	win := test.NewTempWindow(b, r)
	win.Resize(fyne.NewSize(728, 700))
	rows := rowsIn(b, win, r)
	for b.Loop() {
		rows.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -97)})
	}
}

func BenchmarkRefreshARegister(b *testing.B) {
	app := test.NewTempApp(b)
	th, err := look.New(look.Light, 1)
	if err != nil {
		b.Fatal(err)
	}
	app.Settings().SetTheme(th)
	l := &ledgerOf{n: 1_000_000}
	r := l.register()
	test.NewTempWindow(b, r).Resize(fyne.NewSize(728, 700))
	for b.Loop() {
		l.asked = l.asked[:0]
		r.Refresh()
	}
}
