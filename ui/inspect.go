//go:build !nogui && e2e

package ui

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"coffer/app"
	"coffer/ui/live"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// seen is one text that the window shows, and where its middle is, in pixels of the canvas.
type seen struct {
	Text string `json:"text"`
	X    int    `json:"x"`
	Y    int    `json:"y"`
	Tap  bool   `json:"tap"` // it lies in something that can be pressed
}

// lookEvery is how often the end-to-end build says what it shows.
const lookEvery = 100 * time.Millisecond

// hurry lets an open vault lock after the shortest time that can be chosen, if COFFER_LOCK_SOON is
// set: the end-to-end run has no minutes to wait. Only the e2e build has it.
func hurry(f *frame) {
	if os.Getenv("COFFER_LOCK_SOON") == "" {
		return
	}
	c := f.config.Coffer
	c.Changed.Lock.Listen(f.ctx, func(s app.State) {
		if s == app.Open {
			f.desk.Do(f.ctx, func(ctx context.Context) error { return c.SetLockAfter(ctx, app.LockChoices()[0]) }, func(error) {})
		}
	})
}

// inspect writes what the window shows into the file that COFFER_INSPECT names, so that the
// end-to-end run knows where to click. Only the e2e build has it.
func inspect(ctx context.Context, desk live.Action, w fyne.Window) {
	path := os.Getenv("COFFER_INSPECT")
	if path == "" {
		return
	}
	desk.Group.Go(func() {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				desk.OnUI(func() { write(path, texts(w)) })
			}
		}
	})
}

func write(path string, all []seen) {
	raw, err := json.Marshal(all)
	if err != nil {
		return
	}
	if os.WriteFile(path+".new", raw, 0o600) == nil {
		_ = os.Rename(path+".new", path)
	}
}

func texts(w fyne.Window) []seen {
	var all []seen
	scale := w.Canvas().Scale()
	var walk func(o fyne.CanvasObject, at fyne.Position, tap bool)
	walk = func(o fyne.CanvasObject, at fyne.Position, tap bool) {
		if o == nil || !o.Visible() {
			return
		}
		switch o.(type) {
		case fyne.Tappable, desktop.Mouseable:
			tap = true
		}
		put := func(text string) {
			if text != "" {
				size := o.Size()
				all = append(all, seen{text, int((at.X + size.Width/2) * scale), int((at.Y + size.Height/2) * scale), tap})
			}
		}
		switch o := o.(type) {
		case *canvas.Text:
			put(o.Text)
		case *widget.Entry:
			put("entry:" + o.PlaceHolder)
			return
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child, at.Add(child.Position()), tap)
			}
		}
		if wid, ok := o.(fyne.Widget); ok {
			for _, child := range test.WidgetRenderer(wid).Objects() {
				walk(child, at.Add(child.Position()), tap)
			}
		}
	}
	walk(w.Content(), w.Content().Position(), false)
	for _, o := range w.Canvas().Overlays().List() {
		walk(o, o.Position(), false)
	}
	return all
}
