// Package lock is the screen before the vault is open: the passphrase, this computer's keyring or
// the recovery key, and whose vault it is. Nothing of the data is on it.
package lock

import (
	"context"
	"errors"
	"time"

	"coffer/app"
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
	barGap     float32 = 2
	underHigh  float32 = 34 // two lines: what usually stands under the entry moves nothing
	openWide   float32 = 84 // "Opening" too
	buttonGap  float32 = 8
	usualHigh  float32 = 300
	raised     float32 = 40 // the column stands this much above the middle
)

// Coffer is what the lock needs of the use cases.
type Coffer interface {
	Ways(ctx context.Context) (app.Ways, error)
	Unlock(ctx context.Context, passphrase secret.Text) error
	UnlockWithRecovery(ctx context.Context, key secret.Text) error
	UnlockWithKeyring(ctx context.Context) error
	LastLock() (cause app.LockCause, after time.Duration, ok bool)
	LastLooked() (at time.Time, ok bool)
	Vaults() ([]app.VaultEntry, error)
	Choose(name string) error
}

// Go is what the frame does for the lock.
type Go struct {
	Opened  func()
	Chosen  func() // another vault is the one to work on
	Restore func() // from a backup
	Trouble error  // why the vault can't be looked at; nil if it can
	Fresh   bool   // the program starts: the keyring is asked by itself
}

// Screen is the lock.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go

	ctx      context.Context // of the time that the screen is shown
	ways     app.Ways        // a passphrase until they are known
	recovery bool            // the recovery key is asked for
	busy     bool            // what was typed is tried
	trouble  error           // why the vault stayed shut; nil if it was not tried
	ring     ring

	content *fyne.Container
	column  *fyne.Container
	entry   *part.Entry
	open    *part.Button
	bar     *part.Progress
	under   *part.Para // a hint, or why it stayed shut
	ask     *part.Button
	other   *part.Button
	waiting *part.Para // what the keyring does
	restore *part.Button
	whose   *part.Link
	picker  *part.Entry // the name of a new vault; nil while the lock is shown
}

// New returns the lock.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do, ways: app.Ways{Passphrase: true}, column: container.NewStack()}
	s.under = part.NewPara("", part.Style{Role: look.Small, Tint: look.Muted}, columnWide)
	s.open = part.NewButton(part.ButtonSpec{Text: v.T("lock.open", "Open"), Rank: part.Main, Height: entryHigh, Width: openWide, OnTap: s.try})
	s.bar = part.NewProgress(0, openingTicks)
	s.bar.Hide() // there is nothing to follow yet; its place is kept
	s.ask = part.NewButton(part.ButtonSpec{Icon: "computer", Text: v.T("lock.keyring", "Use the keyring"), OnTap: s.askKeyring})
	s.other = part.NewButton(part.ButtonSpec{Icon: "key", Text: v.T("lock.recovery", "Recovery key"), OnTap: s.swap})
	s.waiting = part.NewPara("", part.Style{Role: look.Small, Tint: look.Muted}, columnWide)
	s.restore = part.NewButton(part.ButtonSpec{Icon: "undo", Text: v.T("lock.restore", "Restore from a backup"), OnTap: do.Restore})
	s.whose = part.NewLink(v.T("lock.another", "Another vault"), look.Small, s.pick)
	s.entry = part.NewEntry(part.EntrySpec{Password: true, Eye: true, Height: entryHigh, OnSubmit: func(string) { s.try() }, OnChange: func(string) { s.entry.SetWrong(false) }})
	s.content = container.New(&centred{}, s.column,
		part.NewText(s.foot(), part.Style{Role: look.Caption, Tint: look.Muted, Align: fyne.TextAlignCenter}),
	)
	s.draw()
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
	var ways app.Ways
	var vaults []app.VaultEntry
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		vaults, _ = s.coffer.Vaults() // a list that can't be read hides no lock
		ways, err = s.coffer.Ways(ctx)
		return err
	}, func(err error) {
		s.name(vaults)
		switch {
		case err == nil:
			s.know(ways)
		case s.trouble == nil:
			s.tell(err)
		}
	})
}

// know draws what can open the vault, and asks the keyring where it may answer by itself.
func (s *Screen) know(ways app.Ways) {
	s.ways = ways
	s.draw()
	if !ways.Passphrase {
		s.ask.Focus()
	}
	if s.do.Fresh && ways.KeyringNow {
		s.askKeyring()
	}
}

// Leave empties the entry.
func (s *Screen) Leave() { s.entry.Take() }

// typing reports whether something is typed: a passphrase, or the recovery key.
func (s *Screen) typing() bool { return s.ways.Passphrase || s.recovery }

// draw puts the column together: what can open this vault.
func (s *Screen) draw() {
	v := s.voice
	rows := []fyne.CanvasObject{
		container.NewCenter(part.NewPicture("app", "", markSize)), part.Gap(0, 20),
		part.NewText(v.T("lock.title", "Coffer is locked"), part.Style{Role: look.Heading, Bold: true, Align: fyne.TextAlignCenter}), part.Gap(0, 6),
		part.NewPara(s.why(), part.Style{Tint: look.Muted, Align: fyne.TextAlignCenter}, columnWide), part.Gap(0, 20),
	}
	if s.typing() {
		rows = append(rows, part.Row(8, part.Rest(s.entry), s.open), part.Gap(0, barGap), part.Sized(0, s.bar.MinSize().Height, s.bar), part.Gap(0, barGap))
	} else {
		s.ask.SetRank(part.Main)
		rows = append(rows, s.ask, part.Gap(0, 6))
	}
	rows = append(rows, part.Sized(0, underHigh, s.under), part.Gap(0, 10), part.NewRule(), part.Gap(0, 14), s.beside())
	rows = append(rows, part.Gap(0, buttonGap), s.waiting, s.restore, part.Gap(0, 12), container.NewCenter(s.whose))
	s.column.Objects = []fyne.CanvasObject{part.Stack(0, rows...)}
	s.hint()
}

// beside is what opens the vault beside what is typed.
func (s *Screen) beside() fyne.CanvasObject {
	switch {
	case !s.ways.Keyring || !s.typing():
		return s.other
	case !s.ways.KeyringNow || s.ring.asked:
		s.ask.Disable()
	default:
		s.ask.Enable()
	}
	s.ask.SetRank(part.Normal)
	return part.Columns(buttonGap, nil, s.ask, s.other)
}

// why says what locked the vault.
func (s *Screen) why() string {
	v := s.voice
	cause, after, ok := s.coffer.LastLock()
	if !ok {
		return v.T("lock.why", "The keys are out of memory. Only you can open it.")
	}
	switch cause {
	case app.ByIdling:
		if after < time.Minute {
			return v.T("lock.why-away", "You were away. The keys are out of memory.")
		}
		return v.N("lock.why-idle", "{{.N}} minute without you. The keys are out of memory.", "{{.N}} minutes without you. The keys are out of memory.", int(after/time.Minute))
	case app.ByScreen:
		return v.T("lock.why-screen", "Locked with the screen. The keys are out of memory.")
	case app.BySleep:
		return v.T("lock.why-sleep", "Locked before the computer slept. The keys are out of memory.")
	}
	return v.T("lock.why-you", "You locked it. The keys are out of memory.")
}

// foot says when Coffer last looked at the banks, and that it does not while it is locked.
func (s *Screen) foot() string {
	v := s.voice
	still := v.T("lock.foot", "Nothing is read or written while it’s locked.")
	at, ok := s.coffer.LastLooked()
	if !ok {
		return still
	}
	return v.T("lock.looked", "Last looked at your banks {{.Day}} {{.Clock}}.", "Day", v.Day(at.Local(), time.Now()), "Clock", v.Clock(at)) + " " + still
}

// hint writes what is asked for, or why the vault stayed shut.
func (s *Screen) hint() {
	v := s.voice
	s.under.SetTint(look.Muted)
	s.restore.Hide()
	switch {
	case s.recovery:
		s.under.Set(v.T("lock.hint-recovery", "Recovery key, 32 letters and digits. Spaces and capitals don’t matter."))
	case s.ways.Passphrase:
		s.under.Set(v.T("lock.hint", "Passphrase. Opening takes about a second, on purpose."))
	default:
		s.under.Set(v.T("lock.hint-keyring", "This computer’s keyring opens it. There is no passphrase."))
	}
	switch {
	case !s.recovery:
		s.other.SetText(v.T("lock.recovery", "Recovery key"))
	case s.ways.Passphrase:
		s.other.SetText(v.T("lock.passphrase", "Passphrase instead"))
	default:
		s.other.SetText(v.T("lock.keyring-instead", "Keyring instead"))
	}
	if s.trouble != nil {
		s.under.SetTint(look.AlertHigh)
		s.under.Set(v.Fault(s.trouble))
		switch fault.KindOf(s.trouble) {
		case fault.VaultDamaged, fault.VaultMissing:
			s.restore.Show()
		}
	}
	s.showRing()
	s.content.Refresh()
}

// tell writes why the vault stayed shut in place of the hint.
func (s *Screen) tell(err error) {
	s.trouble = err
	s.hint()
}

// swap asks for the other secret.
func (s *Screen) swap() {
	if s.busy {
		return
	}
	s.recovery = !s.recovery
	s.entry.Take()
	s.trouble = nil
	s.draw()
	if s.typing() {
		s.entry.Focus()
	} else {
		s.ask.Focus()
	}
}

// Back closes the recovery key's entry, or the list of vaults.
func (s *Screen) Back() bool {
	switch {
	case s.picking():
		s.unpick()
	case s.recovery && !s.busy:
		s.swap()
	default:
		return false
	}
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
		if err != nil && !errors.Is(err, app.ErrOpen) { // the keyring may have been faster
			s.refused(err)
			return
		}
		s.entry.Take()
		s.do.Opened()
	})
}

func (s *Screen) turn(busy bool) {
	s.busy, s.trouble = busy, nil
	text := s.voice.T("lock.open", "Open")
	if busy {
		text = s.voice.T("lock.opening", "Opening")
		s.open.Disable()
		s.entry.Disable()
		s.bar.Show()
		s.move(1)
	} else {
		s.open.Enable()
		s.entry.Enable()
		s.bar.Set(0, openingTicks)
		s.bar.Hide()
	}
	s.open.SetText(text)
	s.hint()
}

// How long opening takes, as the bar shows it: about a second. The last step waits for the end.
const (
	openingTicks = 10
	openingTick  = 100 * time.Millisecond
)

// move shows a step of the bar, and then the next one, while it opens.
func (s *Screen) move(step int) {
	if !s.busy || step >= openingTicks {
		return
	}
	s.bar.Set(step, openingTicks)
	s.desk.Do(s.ctx, wait(openingTick), func(error) { s.move(step + 1) })
}

// wait is work that only takes its time.
func wait(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(d):
		}
		return ctx.Err()
	}
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
