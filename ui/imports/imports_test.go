package imports_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/ui/imports"
	"coffer/ui/look"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
)

var (
	wide   = fyne.NewSize(1080, 800)
	narrow = fyne.NewSize(748, 560)
)

// statementFile is a file for the screen to open; what it holds is the fake's to say.
func statementFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "statement.ofx")
	if err := os.WriteFile(path, []byte("the bytes"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func screenOf(f *fake, path string, done *int) func(*rig) screen {
	return func(r *rig) screen {
		return imports.New(f, r.voice, r.desk, imports.Go{Window: r.window, Path: path, Done: func() { *done++ }})
	}
}

func play(t *testing.T, f *fake, story func(r *rig)) {
	t.Helper()
	stage{size: wide, make: screenOf(f, statementFile(t), new(int))}.run(t, story)
}

// TestPictures draws the page in every state and in both modes. COFFER_GALLERY keeps the pictures.
func TestPictures(t *testing.T) {
	for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		for size, where := range map[fyne.Size]string{wide: "", narrow: "-narrow"} {
			t.Run(word+where, func(t *testing.T) {
				keep := func(r *rig, name string) {
					r.tidy()
					r.keep("import-" + name + "-" + word + where)
				}
				f := full()
				stage{size: size, mode: mode, make: screenOf(f, statementFile(t), new(int))}.run(t, func(r *rig) {
					keep(r, "full")
					r.press("Import 9")
					keep(r, "done")
				})
				f = full()
				f.err = fault.Because(fault.BadFile, "ofx.cut", "read", errors.New("x"), "line", "17")
				stage{size: size, mode: mode, make: screenOf(f, statementFile(t), new(int))}.run(t, func(r *rig) { keep(r, "bad") })
				stage{size: size, mode: mode, make: screenOf(f, "", new(int))}.run(t, func(r *rig) { keep(r, "ask") })
			})
		}
	}
}

func TestEveryLineIsShownInItsGroup(t *testing.T) {
	f := full()
	play(t, f, func(r *rig) {
		r.says("azulejo-novembro.ofx, 29 movements", "All 29", "Skipped 3", "Already there 17", "New 9",
			"“31 Novembre” is not a date.", "Same day, amount and text.", "Azulejo conta corrente", "OFX 1.02", "Windows-1252", "Balance in the file: €2,907.15", "Import 9")
		if f.read != "the bytes" {
			t.Errorf("read %q", f.read)
		}
		r.press("New 9")
		r.says("Matched to the pending row")
		r.silent("is not a date")
		r.press("Skipped 3")
		r.says("is not a date")
		r.silent("Padaria do Largo")
	})
}

func TestAnImportIsOneStepAndCanBeUndone(t *testing.T) {
	f := full()
	play(t, f, func(r *rig) {
		r.press("Import 9")
		r.says("8 rows added", "17 were already there, 3 were skipped")
		if !r.screen.(interface{ Undo() bool }).Undo() {
			t.Error("nothing to undo")
		}
		r.settle()
		r.says("Import 9")
		if want := []string{"preview", "import", "undo", "preview"}; !slices.Equal(f.calls, want) {
			t.Errorf("called %q", f.calls)
		}
		if r.screen.(interface{ Undo() bool }).Undo() {
			t.Error("undone twice")
		}
	})
}

func TestEnterImports(t *testing.T) {
	f := full()
	play(t, f, func(r *rig) {
		r.key(fyne.KeyReturn)
		r.says("8 rows added")
	})
}

func TestAFailedImportKeepsThePreview(t *testing.T) {
	f := full()
	play(t, f, func(r *rig) {
		f.err = fault.New(fault.DiskFull, "import", errors.New("cause-of-it"))
		r.press("Import 9")
		r.says("The disk is full.", "“31 Novembre” is not a date.")
		r.silent("cause-of-it")
		r.tidy()
		f.err = nil
		r.press("Import 9")
		r.says("8 rows added")
	})
}

func TestAFailedUndoSaysSo(t *testing.T) {
	f := full()
	play(t, f, func(r *rig) {
		r.press("Import 9")
		f.err = fault.New(fault.DiskFailed, "undo", errors.New("x"))
		r.press("Undo")
		r.says("8 rows added", "The disk refused to read or write.")
		f.err = nil
		r.press("Undo")
		r.says("Import 9")
	})
}

func TestNothingNewIsSaidInWords(t *testing.T) {
	f := full()
	p := &f.preview.Parts[0]
	p.Lines = slices.DeleteFunc(p.Lines, func(l app.ImportLine) bool { return l.Fate != app.LineSame })
	p.New, p.Skipped = 0, 0
	done := 0
	stage{size: wide, make: screenOf(f, statementFile(t), &done)}.run(t, func(r *rig) {
		r.says("All 17 are already there. Nothing to import.")
		r.press("Close")
		if done != 1 {
			t.Error("not closed")
		}
	})
}

func TestAnotherAccountReadsAgain(t *testing.T) {
	f := full()
	play(t, f, func(r *rig) {
		r.press("Azulejo conta corrente")
		menu := r.window.Canvas().Overlays().Top()
		if menu == nil {
			t.Fatal("no menu")
		}
		r.window.Canvas().Overlays().Remove(menu)
		r.choose("Azulejo conta corrente")
		if f.chosen[0] != "a2" || len(f.calls) != 2 {
			t.Errorf("chose %v after %q", f.chosen, f.calls)
		}
	})
}

// choose steps the choice that shows text to its next option by key.
func (r *rig) choose(text string) {
	r.t.Helper()
	focusable, ok := r.find(text, 0).(fyne.Focusable)
	if !ok {
		r.t.Fatalf("%q can't have the keyboard", text)
	}
	r.window.Canvas().Focus(focusable)
	r.key(fyne.KeyDown)
}

func TestAFileThatCannotBeReadChangesNothing(t *testing.T) {
	f := full()
	f.err = fault.New(fault.UnknownFormat, "read", errors.New("x"))
	play(t, f, func(r *rig) {
		r.says("Coffer doesn't know this kind of file. Nothing was imported.", "Which file?")
	})
	stage{size: wide, make: screenOf(full(), "/nowhere/at-all.ofx", new(int))}.run(t, func(r *rig) {
		r.says("There is no file that can be opened at that path.")
	})
	stage{size: wide, make: screenOf(full(), t.TempDir(), new(int))}.run(t, func(r *rig) {
		r.says("This file can't be read.", "It is a pipe, a device or a folder, not a file.")
	})
}

func TestAPathCanBeTyped(t *testing.T) {
	f, path := full(), statementFile(t)
	stage{size: wide, make: screenOf(f, "", new(int))}.run(t, func(r *rig) {
		r.write(path)
		r.key(fyne.KeyReturn)
		r.says("Import 9")
	})
}

func TestReadingDoesNotBlockTheWindow(t *testing.T) {
	f, path, done := full(), statementFile(t), 0
	stage{size: wide, make: screenOf(f, "", &done)}.run(t, func(r *rig) {
		f.block = make(chan struct{})
		r.write(path)
		r.key(fyne.KeyReturn)
		r.silent("Reading the file")
		time.Sleep(200 * time.Millisecond)
		r.settle()
		r.says("Reading the file")
		r.press("Cancel")
		r.says("Which file?")
		close(f.block)
		r.settle()
		r.says("Which file?") // the answer of a cancelled read is not shown
	})
}

func TestHiddenAmountsAreNowhere(t *testing.T) {
	play(t, full(), func(r *rig) {
		r.screen.(interface{ SetVoice(*say.Voice) }).SetVoice(r.voice.Hiding(true))
		r.settle()
		r.says("•••")
		r.silent("€")
	})
}
