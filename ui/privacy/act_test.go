package privacy_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/egress"
	"coffer/app/fault"

	"fyne.io/fyne/v2"
)

// checking is a verification that goes on until it is told how it ends.
type checking struct {
	told  func(done, total int)
	end   chan app.ChainState
	begun int
	ended error // of its ctx
}

func (c *checking) run(ctx context.Context, told func(done, total int)) (app.ChainState, error) {
	c.begun++
	c.told, c.end = told, make(chan app.ChainState)
	select {
	case s := <-c.end:
		return s, nil
	case <-ctx.Done():
		c.ended = ctx.Err()
		return app.ChainState{}, ctx.Err()
	}
}

func TestVerifyShowsHowFarItIsAndWhatItFinds(t *testing.T) {
	f, c := withRows(100_000), &checking{}
	f.verify = c.run
	f.view.Chain = app.ChainState{}
	play(t, f, func(r *rig) {
		r.says("Not verified yet")
		r.key(fyne.KeyDown)
		r.write("v") // with the keyboard in the list
		r.silent("Checking")
		time.Sleep(200 * time.Millisecond)
		r.settle()
		r.says("Checking", "Cancel")
		f.pass(500 * time.Millisecond)
		c.told(20_000, 100_000)
		r.settle()
		r.says("40,000 rows a second")
		r.write("v")
		if c.begun != 1 {
			t.Error("two verifications at once")
		}
		c.end <- app.ChainState{Verified: f.Now(), Row: 77, What: egress.RowChanged}
		r.settle()
		r.says("Row 77 was changed outside Coffer")
		r.silent("Checking", "Cancel")
	})
}

func TestVerifyCanBeCancelled(t *testing.T) {
	for name, cancel := range map[string]func(r *rig){
		"with Esc":        func(r *rig) { r.key(fyne.KeyEscape) },
		"with the button": func(r *rig) { r.press("Cancel") },
		"by leaving":      func(r *rig) { r.leave() },
	} {
		t.Run(name, func(t *testing.T) {
			f, c := withRows(90), &checking{}
			f.verify = c.run
			play(t, f, func(r *rig) {
				r.press("Verify")
				time.Sleep(200 * time.Millisecond)
				r.settle()
				cancel(r)
				r.settle()
				if c.ended == nil {
					t.Error("it goes on")
				}
				if name != "by leaving" {
					r.says("Chain intact", "Verify")
				}
			})
		})
	}
}

func TestAVerificationThatCouldNotLookIsNoVerdict(t *testing.T) {
	f := withRows(90)
	f.verify = func(context.Context, func(int, int)) (app.ChainState, error) {
		return app.ChainState{}, fault.New(fault.DiskFailed, "verify", errors.New("io"))
	}
	play(t, f, func(r *rig) {
		r.write("V")
		r.says("The disk refused to read or write.")
		r.silent("Chain intact")
	})
}

// exporting opens the card and types a path.
func exporting(r *rig, path string) {
	r.press("Export")
	r.says("Check it by yourself", "host api.northlight.example or host psd.azulejo.example")
	for range len("~/coffer-ledger.csv") {
		r.key(fyne.KeyBackspace)
	}
	r.key(fyne.KeyEnd)
	for range len("~/coffer-ledger.csv") {
		r.key(fyne.KeyBackspace)
	}
	r.write(path)
}

func TestTheLedgerIsWrittenToANewFileForThePersonAlone(t *testing.T) {
	for format, name := range map[string]string{"csv": "CSV", "json": "JSON"} {
		t.Run(format, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "out."+format)
			f := withRows(90)
			f.export = func(_ context.Context, w io.Writer, asked string) error {
				_, err := io.WriteString(w, "rows as "+asked)
				return err
			}
			play(t, f, func(r *rig) {
				exporting(r, strings.TrimSuffix(path, format)+"csv")
				r.press(name)
				r.press("Save")
				r.says("Saved to")
				raw, err := os.ReadFile(path)
				if err != nil || string(raw) != "rows as "+format {
					t.Errorf("%q, %v", raw, err)
				}
				if at, err := os.Stat(path); err != nil || at.Mode().Perm() != 0o600 {
					t.Errorf("%v, %v", at.Mode(), err)
				}
				r.press("Save")
				r.says("There is a file of that name already.")
				if raw, _ := os.ReadFile(path); string(raw) != "rows as "+format {
					t.Error("the first file was written over")
				}
				r.key(fyne.KeyEscape)
				r.silent("Check it by yourself")
			})
		})
	}
}

func TestAnExportThatEndsEarlyLeavesNoFile(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(r *rig)
		err  error
		says string
	}{
		"stopped":      {func(r *rig) { r.press("Stop") }, nil, "Save"},
		"closed":       {func(r *rig) { r.key(fyne.KeyEscape) }, nil, "Export"},
		"left":         {func(r *rig) { r.leave() }, nil, ""},
		"a full disk":  {func(*rig) {}, fault.New(fault.DiskFull, "write", errors.New("no room")), "The disk is full."},
		"a dead vault": {func(*rig) {}, fault.New(fault.Locked, "read", errors.New("locked")), "Coffer is locked."},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "out.csv")
			f := withRows(90)
			f.export = func(ctx context.Context, w io.Writer, _ string) error {
				if _, err := io.WriteString(w, strings.Repeat("row\n", 5000)); err != nil || c.err != nil {
					return errors.Join(err, c.err)
				}
				<-ctx.Done()
				return ctx.Err()
			}
			play(t, f, func(r *rig) {
				exporting(r, path)
				r.press("Save")
				time.Sleep(200 * time.Millisecond)
				r.settle()
				c.end(r)
				r.settle()
				r.says(c.says)
				if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
					t.Error("half a file stays")
				}
			})
		})
	}
}

func TestAPlaceThatCannotBeWrittenIsSaid(t *testing.T) {
	f := withRows(90)
	play(t, f, func(r *rig) {
		exporting(r, filepath.Join(t.TempDir(), "missing", "out.csv"))
		r.key(fyne.KeyReturn)
		r.says("Nothing can be written at that path.")
	})
}

func TestAHostCannotWriteIntoTheCommand(t *testing.T) {
	f := withRows(20)
	f.view.Totals = []egress.Total{{Origin: "https://x';rm -rf ~;'.example:443", Link: "n", Bank: "N"}, {Origin: "https://-w.example:443", Link: "n", Bank: "N"}}
	play(t, f, func(r *rig) {
		r.press("Export")
		r.says("'tcp port 443'")
		r.silent("coffer.pcap 'host")
	})
}
