package part_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"coffer/ui/look"
	"coffer/ui/part"
)

type pressable interface {
	fyne.Focusable
	fyne.Tappable
	fyne.Disableable
}

// pressables makes each part that can be pressed, with what it does.
func pressables(act func()) map[string]pressable {
	return map[string]pressable{
		"button":      part.NewButton(part.ButtonSpec{Text: "Renew", OnTap: act}),
		"icon button": part.NewIconButton("undo", act),
		"link":        part.NewLink("Review", "", act),
		"chip":        part.NewChip(part.ChipSpec{Text: "November", OnTap: act}),
		"account":     part.NewAccountRow(part.AccountSpec{Name: "Everyday", OnTap: act}),
		"alert":       part.NewAlertRow(part.AlertSpec{Payee: "Voltbay"}, act),
		"look":        part.NewLookRow(part.LookSpec{Title: "Ends in 9 days", OnAct: act}, 372),
		"check":       part.NewCheck("Delete older backups", false, func(bool) { act() }),
		"line":        part.NewLineRow(part.LineSpec{Text: "Rent", OnTap: act}),
	}
}

func TestEveryPressablePartAnswersMouseSpaceAndEnter(t *testing.T) {
	stage(t, look.Light, 1)
	done := 0
	for name, p := range pressables(func() { done++ }) {
		t.Run(name, func(t *testing.T) {
			done = 0
			p.Tapped(&fyne.PointEvent{})
			for _, key := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyA} {
				p.TypedKey(&fyne.KeyEvent{Name: key})
			}
			if done != 4 {
				t.Errorf("pressed %d times of 4", done)
			}
			p.Disable()
			p.Tapped(&fyne.PointEvent{})
			p.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
			if done != 4 {
				t.Error("pressed while disabled")
			}
		})
	}
}

func TestTheRingShowsAfterAKeyAndNotAfterAClickOnARow(t *testing.T) {
	stage(t, look.Light, 1)
	row := part.NewAlertRow(part.AlertSpec{Payee: "Voltbay"}, func() {})
	win := shown(t, row, 320, 58)
	plain := accentPixels(win)
	row.MouseDown(&desktop.MouseEvent{})
	row.MouseUp(&desktop.MouseEvent{})
	if win.Canvas().Focused() != fyne.Focusable(row) {
		t.Fatal("a click on a row doesn't give it the keyboard")
	}
	if n := accentPixels(win); n != plain {
		t.Errorf("a ring after a click: %d pixels", n)
	}
	row.TypedKey(&fyne.KeyEvent{Name: fyne.KeyA})
	if n := accentPixels(win); n < plain+300 {
		t.Errorf("no ring after a key: %d pixels", n)
	}
	win.Canvas().Unfocus()
	if n := accentPixels(win); n != plain {
		t.Errorf("the ring stays: %d pixels", n)
	}
	win.Canvas().Focus(row)
	if n := accentPixels(win); n < plain+300 {
		t.Errorf("no ring after Tab: %d pixels", n)
	}
}

// accentPixels counts the pixels in the colour of the ring.
func accentPixels(win fyne.Window) int {
	img, n := win.Canvas().Capture(), 0
	r0, g0, b0, _ := look.Color(look.Accent).RGBA()
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if r, g, b, _ := img.At(x, y).RGBA(); r == r0 && g == g0 && b == b0 {
				n++
			}
		}
	}
	return n
}

func TestArrowsStepThroughRows(t *testing.T) {
	stage(t, look.Light, 1)
	row, steps := part.NewAlertRow(part.AlertSpec{}, nil), []int{}
	row.SetOnStep(func(by int) { steps = append(steps, by) })
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyUp} {
		row.TypedKey(&fyne.KeyEvent{Name: key})
	}
	if len(steps) != 2 || steps[0] != 1 || steps[1] != -1 {
		t.Errorf("stepped %v", steps)
	}
}

func TestAChipClosesByItsCrossAndByDelete(t *testing.T) {
	stage(t, look.Light, 1)
	opened, closed := 0, 0
	chip := part.NewChip(part.ChipSpec{Text: "November", OnTap: func() { opened++ }, OnClose: func() { closed++ }})
	chip.Resize(chip.MinSize())
	chip.Tapped(&fyne.PointEvent{Position: fyne.NewPos(8, 13)})
	chip.Tapped(&fyne.PointEvent{Position: fyne.NewPos(chip.Size().Width-8, 13)})
	chip.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	if opened != 1 || closed != 2 {
		t.Errorf("opened %d, closed %d", opened, closed)
	}
}

func TestControlsGrowWithTheText(t *testing.T) {
	heights := func(scale float32) []float32 {
		stage(t, look.Light, scale)
		reg := part.NewRegister(part.RegisterSpec{Len: func() int { return 0 }})
		return []float32{
			part.NewButton(part.ButtonSpec{Text: "x"}).MinSize().Height, part.NewEntry(part.EntrySpec{}).MinSize().Height,
			part.NewAccountRow(part.AccountSpec{}).MinSize().Height, part.NewPill("x", part.Good).MinSize().Height,
			part.NewPlaceHeader(part.HeaderSpec{}).MinSize().Height, reg.MinSize().Height,
		}
	}
	one, two := heights(1), heights(2)
	for i := range one {
		if two[i] < 1.9*one[i] {
			t.Errorf("part %d: %v at 1, %v at 2", i, one[i], two[i])
		}
	}
	if one[0] != 30 || one[2] != 44 || one[4] != 56 {
		t.Errorf("not the designed heights: %v", one)
	}
}

func TestAThemeChangeReachesEveryPart(t *testing.T) {
	for name, build := range map[string]func() fyne.CanvasObject{
		"alerts": alertsScene, "controls": controlsScene, "transactions": transactionsScene,
	} {
		t.Run(name, func(t *testing.T) {
			app := stage(t, look.Light, 1)
			win := shown(t, build(), 900, 600)
			win.Canvas().Capture()
			dark, err := look.New(look.Dark, 1)
			if err != nil {
				t.Fatal(err)
			}
			app.Settings().SetTheme(dark)
			test.ApplyTheme(t, dark)
			changed := win.Canvas().Capture()
			bright := 0
			ground, _, _, _ := dark.Color(look.Surface, 0).RGBA()
			for y := 0; y < 600; y += 3 {
				for x := 0; x < 900; x += 3 {
					if r, g, b, _ := changed.At(x, y).RGBA(); r > 0xF000 && g > 0xF000 && b > 0xF000 && ground < 0x8000 {
						bright++
					}
				}
			}
			if bright > 60 {
				t.Errorf("%d white points are left in the dark", bright)
			}
		})
	}
}
