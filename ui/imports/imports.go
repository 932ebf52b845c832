// Package imports shows what a statement file would bring, before anything is stored.
package imports

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
)

// patience is how long a file is read before the page says so.
const patience = 150 * time.Millisecond

// Coffer is what the import needs of the use cases.
type Coffer interface {
	PreviewImport(ctx context.Context, name string, r io.Reader, chosen app.ImportChoice) (app.ImportPreview, error)
	Import(ctx context.Context, p app.ImportPreview) (app.Imported, error)
	UndoImport(ctx context.Context, ids []int64) error
	Today() ledger.Date
}

// Go is what the frame does for the import.
type Go struct {
	Window fyne.Window // for the file dialog
	Path   string      // a file that was dropped; empty: ask for one
	Done   func()      // to the register
}

// Screen is the page of one import.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go

	ctx     context.Context // of the time that the screen is shown
	path    string
	chosen  app.ImportChoice
	preview app.ImportPreview
	done    app.Imported // what was stored, for undo
	part    int          // the account of the file that is shown
	fate    int          // -1 all, else a group
	busy    bool
	trouble error              // of the last act on the page; nil if it went well
	page    func()             // draws the page anew; nil where something is typed
	stop    context.CancelFunc // ends the reading of a file

	content *fyne.Container
	header  *part.PlaceHeader
	body    *fyne.Container
	narrow  bool
}

// New returns the page.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do, path: do.Path, fate: -1, chosen: app.ImportChoice{}, body: container.NewStack()}
	s.header = part.NewPlaceHeader(part.HeaderSpec{Title: v.T("import.title", "Import a statement"), OnBack: do.Done, Ruled: true})
	s.content = part.Stack(0, s.header, part.Rest(s.body))
	return s
}

// Content implements the frame's screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// SetNarrow implements the frame's screen.
func (s *Screen) SetNarrow(narrow bool) {
	s.narrow = narrow
	s.header.SetNarrow(narrow)
	s.content.Refresh()
	s.redraw()
}

// SetVoice writes everything anew, as when amounts are hidden.
func (s *Screen) SetVoice(v *say.Voice) {
	s.voice = v
	s.redraw()
}

func (s *Screen) redraw() {
	if s.page != nil {
		s.page()
	}
}

// TypedKey imports by Enter.
func (s *Screen) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		s.store()
	}
}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx = ctx
	if s.path != "" {
		s.read()
		return
	}
	s.ask("")
}

// Open reads another file, as one that was dropped on the window.
func (s *Screen) Open(path string) {
	if s.busy {
		return // what was begun is finished first
	}
	s.path, s.chosen, s.part, s.fate, s.done = path, app.ImportChoice{}, 0, -1, app.Imported{}
	s.read()
}

// show puts an object in the middle of the page.
func (s *Screen) show(o fyne.CanvasObject) {
	s.body.Objects = []fyne.CanvasObject{o}
	s.body.Refresh()
}

// ask lets the person choose a file; trouble says what was wrong with the last one.
func (s *Screen) ask(trouble string) {
	v := s.voice
	s.page, s.preview = nil, app.ImportPreview{}
	s.header.SetTitle(v.T("import.title", "Import a statement"), v.T("import.sub", "Nothing is stored until you say so"))
	s.header.SetRight()
	wrong := part.NewPara(trouble, part.Style{Tint: look.AlertHigh}, 520)
	var path *part.Entry
	open := func(string) {
		if text := strings.TrimSpace(path.Text()); text != "" {
			s.Open(text)
		}
	}
	path = part.NewEntry(part.EntrySpec{Placeholder: v.T("import.path", "Path of an OFX or QFX file"), Icon: "document", Height: 36, OnSubmit: open})
	path.SetText(s.path)
	s.show(container.NewVScroll(part.Inset(part.Edges{Top: 92, Left: 24, Right: 24, Bottom: 24}, part.RowTop(0, part.Space(), part.Sized(520, 0, part.Stack(0,
		part.NewText(v.T("import.which", "Which file?"), part.Style{Role: look.TitleLarge, Bold: true}), part.Gap(0, 4),
		part.NewPara(v.T("import.which-line", "A statement that you downloaded from your bank, as OFX or QFX. Drop it on this window, or name it here. The file stays as it is."), part.Style{Tint: look.Muted}, 520),
		part.Gap(0, 20),
		part.Row(8, part.Rest(path),
			part.NewButton(part.ButtonSpec{Text: v.T("import.open", "Open"), Rank: part.Main, Height: 36, OnTap: func() { open("") }}),
			part.NewButton(part.ButtonSpec{Text: v.T("import.browse", "Browse"), Height: 36, OnTap: s.browse})),
		part.Gap(0, 12), wrong,
	)), part.Space()))))
	path.Focus()
}

// browse opens the toolkit's own file dialog.
func (s *Screen) browse() {
	d := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
		if err != nil || f == nil {
			return
		}
		path := f.URI().Path()
		_ = f.Close()
		s.Open(path)
	}, s.do.Window)
	d.Resize(fyne.NewSize(760, 520))
	d.Show()
}

// read previews the file off the UI goroutine. Only a reading that takes its time is shown.
func (s *Screen) read() {
	if s.stop != nil {
		s.stop()
	}
	ctx, stop := context.WithCancel(s.ctx)
	s.stop = stop
	s.desk.Do(ctx, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(patience):
		}
		return nil
	}, func(error) { s.showReading() })
	path, chosen := s.path, maps.Clone(s.chosen)
	var preview app.ImportPreview
	s.desk.Do(ctx, func(ctx context.Context) error {
		file, err := app.OpenFile(path)
		if fault.Of(err) != nil {
			return err
		}
		if err != nil {
			return fault.With(fault.NotFound, "open a statement", err)
		}
		defer file.Close()
		preview, err = s.coffer.PreviewImport(ctx, path, file, chosen)
		return err
	}, func(err error) {
		stop()
		if err != nil {
			s.ask(s.why(err))
			return
		}
		s.preview, s.part, s.trouble = preview, min(s.part, max(0, len(preview.Parts)-1)), nil
		s.showPreview()
	})
}

func (s *Screen) showReading() {
	v := s.voice
	s.page = s.showReading
	s.preview = app.ImportPreview{}
	s.header.SetRight()
	s.show(container.NewCenter(part.Stack(12, part.NewText(v.T("import.reading", "Reading the file"), part.Style{Tint: look.Muted, Align: fyne.TextAlignCenter}),
		part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), OnTap: s.leave}))))
}

// leave ends the reading of a file.
func (s *Screen) leave() {
	s.stop()
	s.ask("")
}

func (s *Screen) why(err error) string {
	var path *os.PathError
	if errors.As(err, &path) && fault.KindOf(err) != fault.BadFile {
		return s.voice.T("import.no-file", "There is no file that can be opened at that path. Nothing was imported.")
	}
	return s.voice.Fault(err)
}

// store imports what the preview shows.
func (s *Screen) store() {
	if s.busy || s.brings() == 0 {
		return
	}
	s.busy = true
	preview := s.preview
	var done app.Imported
	s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
		done, err = s.coffer.Import(ctx, preview)
		return err
	}, func(err error) {
		s.busy, s.trouble = false, err
		if err != nil {
			s.showPreview()
			return
		}
		s.done, s.preview = done, app.ImportPreview{}
		s.showDone()
	})
}

// Undo takes the import back.
func (s *Screen) Undo() bool {
	if len(s.done.IDs) == 0 || s.busy {
		return false
	}
	ids := s.done.IDs
	s.busy = true
	s.desk.Do(s.ctx, func(ctx context.Context) error { return s.coffer.UndoImport(ctx, ids) }, func(err error) {
		s.busy, s.trouble = false, err
		if err != nil {
			s.showDone()
			return
		}
		s.done = app.Imported{}
		s.read()
	})
	return true
}

// Redo has nothing to do: the preview is there again, with its button.
func (s *Screen) Redo() bool { return false }
