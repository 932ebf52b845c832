package part_test

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"coffer/ui/look"
	"coffer/ui/part"
)

func TestAGroupOfTheRecoveryKey(t *testing.T) {
	for name, c := range map[string]struct {
		typed string
		want  string
		full  []string
	}{
		"capitals don't matter":                 {"7qk4", "7QK4", []string{"7QK4"}},
		"a fifth letter is dropped":             {"7QK4M", "7QK4", []string{"7QK4"}},
		"spaces and signs are dropped":          {"7 Q-K4", "7QK4", []string{"7QK4"}},
		"letters that look alike are not ASCII": {"7QКК", "7Q", nil},
		"three letters are not a group":         {"7QK", "7QK", nil},
	} {
		t.Run(name, func(t *testing.T) {
			stage(t, look.Light, 1)
			var full []string
			g := part.NewCodeGroup(part.CodeSpec{Label: "Group 1", OnFull: func(s string) { full = append(full, s) }})
			win := shown(t, g, 124, 63)
			g.Focus()
			for _, r := range c.typed {
				win.Canvas().Focused().TypedRune(r)
			}
			if g.Text() != c.want || !slices.Equal(full, c.full) {
				t.Errorf("%q, told %v", g.Text(), full)
			}
		})
	}
}

func TestAGroupTakesNoPasteAndGoesBackWhenEmpty(t *testing.T) {
	stage(t, look.Light, 1)
	back, less := 0, 0
	g := part.NewCodeGroup(part.CodeSpec{OnBack: func() { back++ }, OnLess: func() { less++ }})
	win := shown(t, g, 124, 44)
	g.Focus()
	focused := win.Canvas().Focused()
	test.NewClipboard().SetContent("7QK4")
	paste, ok := focused.(fyne.Shortcutable)
	if !ok {
		t.Fatal("no shortcuts")
	}
	clip := test.NewClipboard()
	clip.SetContent("7QK4")
	paste.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clip})
	if g.Text() != "" {
		t.Errorf("pasted %q", g.Text())
	}
	typed(focused, fyne.KeyBackspace)
	focused.TypedRune('a')
	typed(focused, fyne.KeyBackspace)
	if back != 1 || g.Text() != "" || less == 0 {
		t.Errorf("went back %d times, %q is left, less %d", back, g.Text(), less)
	}
}

func TestAMarkLeavesWhenTheGroupChanges(t *testing.T) {
	stage(t, look.Light, 1)
	g := part.NewCodeGroup(part.CodeSpec{})
	win := shown(t, g, 124, 44)
	g.SetText("7QK4")
	g.SetMark(part.Wrong)
	marked := hues(win.Canvas().Capture())
	g.Focus()
	typed(win.Canvas().Focused(), fyne.KeyEnd, fyne.KeyBackspace)
	win.Canvas().Unfocus()
	if n := hues(win.Canvas().Capture()); n >= marked {
		t.Errorf("%d colours with the cross, %d without", marked, n)
	}
}

func TestAnEntryGivesAwayASecretAndKeepsNothing(t *testing.T) {
	stage(t, look.Light, 1)
	var sent []string
	e := part.NewEntry(part.EntrySpec{Password: true, OnSubmit: func(s string) { sent = append(sent, s) }})
	win := shown(t, e, 300, 36)
	e.Focus()
	for _, r := range "open" {
		win.Canvas().Focused().TypedRune(r)
	}
	typed(win.Canvas().Focused(), fyne.KeyReturn)
	if len(sent) != 1 || e.Take() != "open" || e.Text() != "" || !e.Focused() {
		t.Errorf("submitted %v, left %q", sent, e.Text())
	}
	if countText(e, "open") != 0 {
		t.Error("the passphrase is drawn")
	}
}

func TestAnEntryShowsThatItIsWrong(t *testing.T) {
	stage(t, look.Light, 1)
	e := part.NewEntry(part.EntrySpec{})
	shown(t, e, 300, 30)
	red := func() bool {
		found := false
		walk(e, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) { found = found || strokeOf(o) == look.Color(look.AlertHigh) })
		return found
	}
	before := red()
	e.SetWrong(true)
	if before || !red() {
		t.Errorf("red before %v, after %v", before, red())
	}
}

func TestASelectChangesByKeys(t *testing.T) {
	stage(t, look.Light, 1)
	chosen := []int{}
	s := part.NewSelect([]string{"a", "b", "c"}, 0, func(i int) { chosen = append(chosen, i) })
	typed(s, fyne.KeyUp, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown)
	if !slices.Equal(chosen, []int{1, 2}) || s.Chosen() != 2 {
		t.Errorf("chose %v", chosen)
	}
}
