// Package lock is the screen before the vault is open: a passphrase, or the recovery key. Nothing
// of the data is on it.
package lock

import (
	"context"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	columnWide float32 = 344
	markSize   float32 = 72
	entryHigh  float32 = 36
	underHigh  float32 = 34 // two lines: what usually stands under the entry moves nothing
	openWide   float32 = 84 // "Opening" too
	usualHigh  float32 = 300
	raised     float32 = 40 // the column stands this much above the middle
)

// Coffer is what the lock needs of the use cases.
type Coffer interface {
	Unlock(ctx context.Context, passphrase secret.Text) error
	UnlockWithRecovery(ctx context.Context, key secret.Text) error
}

// Go is what the frame does for the lock.
type Go struct {
	Opened  func()
	Trouble error // why the vault can't be looked at; nil if it can
}

// Screen is the lock.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go

	ctx      context.Context // of the time that the screen is shown
	recovery bool            // the recovery key is asked for
	busy     bool
	content  *fyne.Container
	title    *part.Text
	why      *part.Para
	entry    *part.Entry
	open     *part.Button
	under    *part.Para // a hint, or why it stayed shut
	other    *part.Button
}

// New returns the lock.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do}
	s.title = part.NewText(v.T("lock.title", "Coffer is locked"), part.Style{Role: look.Heading, Bold: true, Align: fyne.TextAlignCenter})
	s.why = part.NewPara(v.T("lock.why", "The keys are out of memory. Only you can open it."), part.Style{Tint: look.Muted, Align: fyne.TextAlignCenter}, columnWide)
	s.under = part.NewPara("", part.Style{Role: look.Small, Tint: look.Muted}, columnWide)
	s.open = part.NewButton(part.ButtonSpec{Text: v.T("lock.open", "Open"), Rank: part.Main, Height: entryHigh, Width: openWide, OnTap: s.try})
	s.other = part.NewButton(part.ButtonSpec{Icon: "key", Text: v.T("lock.recovery", "Recovery key"), OnTap: s.swap})
	s.entry = part.NewEntry(part.EntrySpec{Password: true, Height: entryHigh, OnSubmit: func(string) { s.try() }, OnChange: func(string) { s.entry.SetWrong(false) }})
	s.content = container.New(&centred{},
		part.Stack(0,
			container.NewCenter(part.NewPicture("app", "", markSize)),
			part.Gap(0, 20), s.title, part.Gap(0, 6), s.why, part.Gap(0, 20),
			part.Row(8, part.Rest(s.entry), s.open),
			part.Gap(0, 6), part.Sized(0, underHigh, s.under), part.Gap(0, 10), part.NewRule(), part.Gap(0, 14), s.other,
		),
		part.NewText(v.T("lock.foot", "Nothing is read or written while it’s locked."), part.Style{Role: look.Caption, Tint: look.Muted, Align: fyne.TextAlignCenter}),
	)
	s.hint()
	return s
}

// Content implements the frame's screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// SetNarrow implements the frame's screen; the column is narrow already.
func (s *Screen) SetNarrow(bool) {}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx = ctx
	s.entry.Focus()
	if s.do.Trouble != nil {
		s.tell(s.do.Trouble)
	}
}

// Leave empties the entry.
func (s *Screen) Leave() { s.entry.Take() }

// hint writes what is asked for.
func (s *Screen) hint() {
	v := s.voice
	s.under.SetTint(look.Muted)
	if s.recovery {
		s.under.Set(v.T("lock.hint-recovery", "Recovery key, 32 letters and digits. Spaces and capitals don’t matter."))
		s.other.SetText(v.T("lock.passphrase", "Passphrase instead"))
	} else {
		s.under.Set(v.T("lock.hint", "Passphrase. Opening takes about a second, on purpose."))
		s.other.SetText(v.T("lock.recovery", "Recovery key"))
	}
	s.content.Refresh()
}

// tell writes why the vault stayed shut in place of the hint.
func (s *Screen) tell(err error) {
	s.under.SetTint(look.AlertHigh)
	s.under.Set(s.voice.Fault(err))
	s.content.Refresh()
}

// swap asks for the other secret.
func (s *Screen) swap() {
	s.recovery = !s.recovery
	s.entry.Take()
	s.hint()
	s.entry.Focus()
}

// Back closes the recovery key's entry.
func (s *Screen) Back() bool {
	if !s.recovery || s.busy {
		return false
	}
	s.swap()
	return true
}

// try opens the vault with what was typed. What was typed stays only if it was wrong.
func (s *Screen) try() {
	typed := secret.New(s.entry.Text())
	if s.busy || typed.Empty() {
		return
	}
	s.turn(true)
	open := s.coffer.Unlock
	if s.recovery {
		open = s.coffer.UnlockWithRecovery
	}
	s.desk.Do(s.ctx, func(ctx context.Context) error { return open(ctx, typed) }, func(err error) {
		s.turn(false)
		if err != nil {
			s.refused(err)
			return
		}
		s.entry.Take()
		s.do.Opened()
	})
}

func (s *Screen) turn(busy bool) {
	s.busy = busy
	text := s.voice.T("lock.open", "Open")
	if busy {
		text = s.voice.T("lock.opening", "Opening")
		s.open.Disable()
		s.entry.Disable()
	} else {
		s.open.Enable()
		s.entry.Enable()
	}
	s.open.SetText(text)
	s.hint()
}

// refused says why the vault stayed shut and lets the person type again.
func (s *Screen) refused(err error) {
	s.tell(err)
	if fault.KindOf(err) == fault.WrongPassphrase {
		s.entry.SetWrong(true)
	}
	s.entry.Focus()
	s.entry.SelectAll()
}

// centred puts its first object into a column in the middle, a little up, and its second at the
// foot. A longer message moves only what is under it.
type centred struct{}

func (l *centred) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	column, foot := objects[0], objects[1]
	wide := min(columnWide, size.Width-32)
	column.Resize(fyne.NewSize(wide, column.Size().Height))
	column.Resize(fyne.NewSize(wide, column.MinSize().Height))
	column.Move(fyne.NewPos((size.Width-wide)/2, max(16, (size.Height-usualHigh)/2-raised)))
	low := foot.MinSize().Height
	foot.Resize(fyne.NewSize(size.Width, low))
	foot.Move(fyne.NewPos(0, size.Height-low-24))
}

func (l *centred) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(columnWide, 360) }
