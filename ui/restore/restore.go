// Package restore brings a vault back from a backup while none is open: on a new computer, or
// where the vault is damaged or gone.
package restore

import (
	"context"
	"path/filepath"
	"strings"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
)

const (
	wide      float32 = 538
	entryHigh float32 = 36
	underHigh float32 = 34
	actWide   float32 = 168 // "Opening and checking" too
	shown             = 4   // backups; older ones are found by their path
)

// Coffer is what the page needs of the use cases.
type Coffer interface {
	Backups(ctx context.Context) ([]app.Backup, error)
	Restore(ctx context.Context, r app.Restoring) (app.Restored, error)
}

// Go is what the frame does for the page.
type Go struct {
	Window fyne.Window // for the file dialog
	Done   func()      // back to the lock, or to the welcome if there is no vault
}

// Screen is the page.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go

	ctx      context.Context // of the time that the page is shown
	recovery bool            // the recovery key is asked for
	busy     bool
	content  *fyne.Container
	page     *fyne.Container
	found    *fyne.Container // the backups where Coffer puts them
	path     *part.Entry
	entry    *part.Entry
	act      *part.Button
	under    *part.Para
	chips    [2]*part.Chip
}

// New returns the page.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do, found: part.Stack(6)}
	s.under = part.NewPara("", part.Style{Role: look.Small, Tint: look.Muted}, wide)
	s.path = part.NewEntry(part.EntrySpec{Icon: "document", Height: entryHigh, Placeholder: v.T("recover.path", "Path of a backup"), OnSubmit: func(string) { s.entry.Focus() }})
	s.entry = part.NewEntry(part.EntrySpec{Password: true, Eye: true, Height: entryHigh, OnSubmit: func(string) { s.restore() }, OnChange: func(string) { s.entry.SetWrong(false) }})
	s.act = part.NewButton(part.ButtonSpec{Text: v.T("restore.act", "Restore"), Rank: part.Main, Height: entryHigh, Width: actWide, OnTap: s.restore})
	s.chips = [2]*part.Chip{
		part.NewChip(part.ChipSpec{Text: v.T("settings.passphrase", "Passphrase"), On: true, OnTap: func() { s.take(false) }}),
		part.NewChip(part.ChipSpec{Text: v.T("settings.recovery", "Recovery key"), OnTap: func() { s.take(true) }}),
	}
	s.page = container.NewStack()
	s.content = container.NewStack(container.NewVScroll(part.Inset(part.Edges{Top: 92, Left: 24, Right: 24, Bottom: 24},
		part.RowTop(0, part.Space(), part.Sized(wide, 0, s.page), part.Space()))))
	s.draw()
	return s
}

// Content implements the frame's screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// SetNarrow implements the frame's screen; the column is narrow already.
func (s *Screen) SetNarrow(bool) {}

// Leave empties the entry.
func (s *Screen) Leave() { s.entry.Take() }

// Back leaves the page.
func (s *Screen) Back() bool {
	if !s.busy {
		s.do.Done()
	}
	return true
}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx = ctx
	s.path.Focus()
	var all []app.Backup
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		all, err = s.coffer.Backups(ctx)
		return err
	}, func(error) { // a folder that can't be read has no list; a path may still be named
		s.list(all)
	})
}

func (s *Screen) draw() {
	v := s.voice
	back := part.NewLink(v.T("recover.back", "Back"), look.Body, func() { s.Back() })
	s.page.Objects = []fyne.CanvasObject{part.Stack(0,
		part.NewText(v.T("recover.title", "Restore from a backup"), part.Style{Role: look.TitleLarge, Bold: true}), part.Gap(0, 4),
		part.NewPara(v.T("recover.why", "The backup is opened and checked first. Only then does it take the vault’s place; a vault that is here now is kept under another name."), part.Style{Tint: look.Muted}, wide),
		part.Gap(0, 20), s.found,
		part.Row(8, part.Rest(s.path), part.NewButton(part.ButtonSpec{Text: v.T("recover.browse", "Browse"), Height: entryHigh, OnTap: s.browse})),
		part.Gap(0, 16), part.Row(8, s.chips[0], s.chips[1], part.Space()), part.Gap(0, 8), s.entry, part.Gap(0, 6),
		part.Sized(0, underHigh, s.under), part.Gap(0, 12), part.Row(20, s.act, back, part.Space()),
	)}
	s.hint()
}

func (s *Screen) hint() {
	s.under.SetTint(look.Muted)
	if s.recovery {
		s.under.Set(s.voice.T("recover.hint-recovery", "The recovery key of the day when the backup was made, 32 letters and digits."))
	} else {
		s.under.Set(s.voice.T("recover.hint", "The passphrase of the day when the backup was made."))
	}
	s.content.Refresh()
}

// take asks for the other secret.
func (s *Screen) take(recovery bool) {
	if s.busy {
		return
	}
	s.recovery = recovery
	s.chips[0].Set(s.voice.T("settings.passphrase", "Passphrase"), !recovery)
	s.chips[1].Set(s.voice.T("settings.recovery", "Recovery key"), recovery)
	s.entry.Take()
	s.hint()
	s.entry.Focus()
}

// list shows the newest backups where Coffer puts them.
func (s *Screen) list(all []app.Backup) {
	v := s.voice
	var rows []fyne.CanvasObject
	for _, b := range all {
		if b.Problem != nil || len(rows) == shown {
			continue
		}
		text := v.T("recover.row", "{{.Made}}, {{.Size}}", "Made", v.FullDay(b.Made.Local())+" "+b.Made.Local().Format("15:04"), "Size", v.Bytes(b.Bytes))
		rows = append(rows, part.NewButton(part.ButtonSpec{Icon: "clock", Text: text, Height: entryHigh, OnTap: func() { s.choose(b.Path) }}))
	}
	if len(rows) == 0 {
		return
	}
	rows = append([]fyne.CanvasObject{part.NewSection(v.T("recover.found", "Found on this computer"))}, rows...)
	s.found.Objects = append(rows, part.Gap(0, 8))
	s.content.Refresh()
}

func (s *Screen) choose(path string) {
	if s.busy {
		return
	}
	s.path.SetText(path)
	s.entry.Focus()
}

// browse opens the toolkit's own file dialog.
func (s *Screen) browse() {
	d := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
		if err != nil || f == nil {
			return
		}
		path := f.URI().Path()
		_ = f.Close()
		s.choose(path)
	}, s.do.Window)
	d.Resize(fyne.NewSize(760, 520))
	d.Show()
}

// restore opens the backup, checks it and puts it in the vault's place. A secret that opened it
// leaves the entry.
func (s *Screen) restore() {
	typed, path := secret.New(s.entry.Text()), strings.TrimSpace(s.path.Text())
	if s.busy || typed.Empty() || path == "" {
		return
	}
	s.turn(true)
	var done app.Restored
	s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
		done, err = s.coffer.Restore(ctx, app.Restoring{Path: filepath.Clean(path), Secret: typed, Recovery: s.recovery})
		return err
	}, func(err error) {
		s.turn(false)
		if err == nil {
			s.entry.Take()
			s.restored(done)
			return
		}
		s.under.SetTint(look.AlertHigh)
		s.under.Set(s.voice.Fault(err))
		s.content.Refresh()
		if fault.KindOf(err) == fault.WrongPassphrase {
			s.entry.SetWrong(true)
			s.entry.Focus()
			s.entry.SelectAll()
		}
	})
}

func (s *Screen) turn(busy bool) {
	s.busy = busy
	text := s.voice.T("restore.act", "Restore")
	if busy {
		text = s.voice.T("recover.busy", "Opening and checking")
		s.act.Disable()
		s.entry.Disable()
		s.path.Disable()
	} else {
		s.act.Enable()
		s.entry.Enable()
		s.path.Enable()
	}
	s.act.SetText(text)
	s.hint()
}

// restored says what there is now.
func (s *Screen) restored(done app.Restored) {
	v := s.voice
	lines := []fyne.CanvasObject{
		part.Row(14, part.NewDisc("check", part.Good, 48, 26), part.NewText(v.T("recover.title-done", "The backup is checked and in its place"), part.Style{Role: look.TitleLarge, Bold: true})), part.Gap(0, 16),
		part.NewPara(v.T("recover.opens", "It opens with the passphrase and the recovery key of its day. No backup holds a token: each link must sign in again at its bank."), part.Style{}, wide),
	}
	if done.Aside != "" {
		lines = append(lines, part.Gap(0, 8), part.NewPara(v.T("restore.aside", "The vault from before is kept as “{{.Name}}”.", "Name", done.Aside), part.Style{Tint: look.Muted}, wide))
	}
	on := part.NewButton(part.ButtonSpec{Text: v.T("recover.go-on", "Go on"), Rank: part.Main, Height: entryHigh, OnTap: s.do.Done})
	s.page.Objects = []fyne.CanvasObject{part.Stack(0, append(lines, part.Gap(0, 20), part.Row(0, on, part.Space()))...)}
	s.content.Refresh()
	on.Focus()
}
