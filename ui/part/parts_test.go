package part_test

import (
	"image/color"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"coffer/ui/look"
	"coffer/ui/part"
)

func strokeOf(o fyne.CanvasObject) color.Color {
	if r, ok := o.(*canvas.Rectangle); ok && r.StrokeWidth > 0 {
		return r.StrokeColor
	}
	return nil
}

func TestTheSidebarGoesToPlacesByMouseAndKeys(t *testing.T) {
	stage(t, look.Light, 1)
	gone := []string{}
	place := func(name string) part.Place {
		return part.Place{Icon: "alerts", Label: name, OnTap: func() { gone = append(gone, name) }}
	}
	s := part.NewSidebar(part.SidebarSpec{Name: "Coffer", Places: []part.Place{place("one"), place("two")}, Acts: []part.Place{place("lock")}})
	win := shown(t, s, part.SidebarWidth, 500)
	for _, name := range []string{"two", "lock"} {
		test.TapCanvas(win.Canvas(), textAt(s, name).AddXY(3, 3))
	}
	win.Canvas().FocusNext()
	typed(win.Canvas().Focused(), fyne.KeyDown)
	typed(win.Canvas().Focused(), fyne.KeyUp)
	typed(win.Canvas().Focused(), fyne.KeyReturn)
	if !slices.Equal(gone, []string{"two", "lock", "one"}) {
		t.Errorf("went to %v", gone)
	}
}

func TestTheSidebarShowsBadgesStatusAndBecomesARail(t *testing.T) {
	stage(t, look.Light, 1)
	s := sidebar(0, false)
	win := shown(t, s, part.SidebarWidth, 600)
	s.SetBadge(2, "7", part.Grave)
	s.SetStatus(part.Status{Icon: "refresh", Title: "Reading Azulejo", Line: "240 of 900"})
	if countText(s, "7") != 1 || countText(s, "240 of 900") != 1 || countText(s, "Up to date") != 0 {
		t.Error("badge or status is not shown")
	}
	s.SetBadge(2, "", part.Grave)
	stopped := 0
	s.SetNarrow(true)
	icons := func() (n int) {
		walk(s, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
			if _, is := o.(fyne.Tappable); is {
				n++
			}
		})
		return n
	}
	rest := icons()
	s.SetStatus(part.Status{Icon: "refresh", Title: "Reading Azulejo", OnTap: func() { stopped++ }})
	above := fyne.NewPos(20, 600-8-2*32-16) // both acts
	test.TapCanvas(win.Canvas(), above)
	if icons() != rest+1 {
		t.Errorf("%d icons of %d, with what runs", icons(), rest)
	}
	if stopped != 1 {
		t.Errorf("what runs was stopped %d times in a rail", stopped)
	}
	s.SetStatus(part.Status{Icon: "check-circle", Title: "Up to date"})
	if icons() != rest {
		t.Error("what runs no more is still there")
	}
	if s.MinSize().Width != part.RailWidth || countText(s, "7") != 0 || countText(s, "Overview") != 0 {
		t.Error("the rail still has words")
	}
}

func TestWordsWrapAndWhatIsBelowMovesDown(t *testing.T) {
	stage(t, look.Light, 1)
	words := "If you forget the passphrase and this computer breaks, a backup and this key bring everything back."
	below := part.NewText("below", part.Style{})
	s := part.Stack(10, part.NewPara(words, part.Style{}, 600), below)
	shown(t, s, 700, 300)
	wide := below.Position().Y
	s.Resize(fyne.NewSize(150, 300))
	if narrow := below.Position().Y; narrow < wide+36 {
		t.Errorf("below at %v when wide, %v when narrow", wide, narrow)
	}
	s.Resize(fyne.NewSize(700, 300))
	if below.Position().Y != wide {
		t.Error("the stack doesn't come back")
	}
}

func TestNoLineIsWiderThanItsParagraph(t *testing.T) {
	stage(t, look.Light, 1)
	p := part.NewPara("Donaudampfschifffahrtsgesellschaftskapitänsmütze and a short word\nand a new line", part.Style{}, 120)
	shown(t, p, 120, 300)
	all := ""
	walk(p, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
		if text, ok := o.(*canvas.Text); ok {
			all += text.Text
			if text.MinSize().Width > 121 {
				t.Errorf("%q is %v wide", text.Text, text.MinSize().Width)
			}
		}
	})
	if want := "Donaudampfschifffahrtsgesellschaftskapitänsmützeand a short wordand a new line"; stripped(all) != stripped(want) {
		t.Errorf("letters are lost: %q", all)
	}
}

func stripped(s string) string {
	return string(slices.DeleteFunc([]rune(s), func(r rune) bool { return r == ' ' }))
}

func TestALineThatIsTooLongEndsInAnEllipsis(t *testing.T) {
	stage(t, look.Light, 1)
	text := part.NewText("A payee with a very long name", part.Style{}).Cut(40)
	shown(t, text, 90, 18)
	walk(text, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
		if line, ok := o.(*canvas.Text); ok {
			if r := []rune(line.Text); r[len(r)-1] != '…' || line.MinSize().Width > 91 {
				t.Errorf("%q is %v wide", line.Text, line.MinSize().Width)
			}
		}
	})
}

func TestRightAlignedAmountsEndAtTheSamePixel(t *testing.T) {
	stage(t, look.Light, 1)
	ends := []float32{}
	for _, amount := range []string{"−$11.40", "+$3,180.00", "€2,907.15"} {
		a := part.NewAmount(amount, part.Out, false)
		shown(t, a, 104, 18)
		texts(a, amount, func(text *canvas.Text, at fyne.Position) { ends = append(ends, at.X+text.Size().Width) })
	}
	for _, end := range ends {
		if len(ends) != 3 || end < 103 || end > 105 {
			t.Errorf("amounts end at %v", ends)
		}
	}
}

func TestUndoHidesTheBarAndUndoesOnce(t *testing.T) {
	stage(t, look.Light, 1)
	undone := 0
	bar := part.NewUndoBar("Undo")
	win := shown(t, bar, 500, 36)
	if bar.Visible() {
		t.Error("the bar shows before anything was done")
	}
	bar.Offer("3 rows moved to Groceries.", func() { undone++ })
	win.Canvas().FocusNext()
	typed(win.Canvas().Focused(), fyne.KeyReturn)
	if undone != 1 || bar.Visible() {
		t.Errorf("undone %d times, visible %v", undone, bar.Visible())
	}
}

func TestAStepOfAProofLooksLikeItsState(t *testing.T) {
	stage(t, look.Light, 1)
	row := part.NewProofRow(part.ProofSpec{What: "The bank answered", How: "204", When: "10:21:07"})
	shown(t, row, 580, 58)
	for state, tint := range map[part.Proof]fyne.ThemeColorName{part.Waits: look.ButtonFill, part.Runs: look.Selection, part.Proved: look.GoodBg, part.Failed: look.AlertHighBg} {
		row.Set(part.ProofSpec{State: state, What: "The bank answered"})
		if len(drawnIn(row, tint)) != 1 {
			t.Errorf("state %d has no disc in %s", state, tint)
		}
	}
}

func TestStepsBehindAreTickedAndThoseAheadNumbered(t *testing.T) {
	stage(t, look.Light, 1)
	s := part.NewSteps(0, part.Step{Title: "Lock"}, part.Step{Title: "Write"}, part.Step{Title: "Type"})
	shown(t, s, 248, 300)
	s.Set(1)
	if countText(s, "1") != 0 || countText(s, "2") != 1 || countText(s, "3") != 1 || len(drawnIn(s, look.GoodBg)) != 1 {
		t.Error("the steps don't follow")
	}
}

func TestProgressIsHeldBetweenNothingAndAll(t *testing.T) {
	stage(t, look.Light, 1)
	p := part.NewProgress(0, 0)
	shown(t, p, 200, 4)
	for _, c := range [][3]int{{0, 0, 0}, {1, 4, 50}, {9, 4, 200}, {-1, 4, 0}} {
		p.Set(c[0], c[1])
		if bar := drawnIn(p, look.Accent); len(bar) != 1 || bar[0].Size().Width != float32(c[2]) {
			t.Errorf("%d of %d is %v wide, wants %d", c[0], c[1], bar[0].Size().Width, c[2])
		}
	}
}

func TestAnEmptyErrorLineKeepsItsHeight(t *testing.T) {
	stage(t, look.Light, 1)
	e := part.NewErrorLine("")
	shown(t, e, 300, 20)
	before := e.MinSize().Height
	e.Set("Group 5 doesn’t match your key.")
	if e.MinSize().Height != before || countText(e, "Group 5 doesn’t match your key.") != 1 {
		t.Error("the line jumps or says nothing")
	}
}
