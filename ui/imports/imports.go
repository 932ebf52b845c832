// Package imports shows what a statement file would bring, before anything is stored.
package imports

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

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

	content *fyne.Container
	header  *part.PlaceHeader
	body    *fyne.Container
	narrow  bool
}

// New returns the page.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do, path: do.Path, fate: -1, chosen: app.ImportChoice{}, body: container.NewStack()}
	s.header = part.NewPlaceHeader(part.HeaderSpec{Title: v.T("import.title", "Import a statement"), OnBack: do.Done, Ruled: true})
	s.content = container.NewBorder(s.header, nil, nil, nil, s.body)
	return s
}

// Content implements the frame's screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// SetNarrow implements the frame's screen.
func (s *Screen) SetNarrow(narrow bool) {
	s.narrow = narrow
	s.header.SetNarrow(narrow)
	if len(s.preview.Parts) > 0 && s.ctx != nil {
		s.showPreview()
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
	s.path, s.chosen, s.part, s.fate = path, app.ImportChoice{}, 0, -1
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
	s.show(container.NewVScroll(part.Inset(part.Edges{Top: 92, Left: 24, Right: 24, Bottom: 24}, part.Row(0, part.Space(), part.Sized(520, 0, part.Stack(0,
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

// read previews the file off the UI goroutine.
func (s *Screen) read() {
	v := s.voice
	s.show(container.NewCenter(part.NewText(v.T("import.reading", "Reading the file"), part.Style{Tint: look.Muted})))
	var preview app.ImportPreview
	s.desk.Do(s.ctx, func(ctx context.Context) error {
		file, err := os.Open(s.path)
		if err != nil {
			return fault.With(fault.NotFound, "open a statement", err)
		}
		defer file.Close()
		preview, err = s.coffer.PreviewImport(ctx, s.path, file, s.chosen)
		return err
	}, func(err error) {
		if err != nil {
			s.ask(s.trouble(err))
			return
		}
		s.preview, s.part = preview, min(s.part, max(0, len(preview.Parts)-1))
		s.showPreview()
	})
}

func (s *Screen) trouble(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return s.voice.T("import.no-file", "There is no file that can be opened at that path. Nothing was imported.")
	}
	return s.voice.Fault(err)
}

// store imports what the preview shows.
func (s *Screen) store() {
	if s.busy {
		return
	}
	s.busy = true
	var done app.Imported
	s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
		done, err = s.coffer.Import(ctx, s.preview)
		return err
	}, func(err error) {
		s.busy = false
		if err != nil {
			s.ask(s.voice.Fault(err))
			return
		}
		s.done = done
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
		s.busy = false
		if err != nil {
			s.ask(s.voice.Fault(err))
			return
		}
		s.done = app.Imported{}
		s.read()
	})
	return true
}

// Redo has nothing to do: the preview is there again, with its button.
func (s *Screen) Redo() bool { return false }
