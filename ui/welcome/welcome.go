// Package welcome is the first start: a passphrase, a recovery key that is typed back, and the
// three ways to begin.
package welcome

import (
	"context"

	"coffer/app"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Coffer is what the welcome needs of the use cases.
type Coffer interface {
	SetUpWith(ctx context.Context, l app.Locking) (*app.RecoveryKey, error)
	KeyringAvailable(ctx context.Context) error
	VaultName() string
	DataSyncedBy() string
	NewRecovery(ctx context.Context) (*app.RecoveryKey, error)
	ConfirmRecovery(ctx context.Context, key *app.RecoveryKey, typed [8]string) error
	Demo() bool
}

// Go is what the frame does for the welcome.
type Go struct {
	Done    func() // to the overview
	AddBank func()
	Import  func()
	Demo    func() error // nil in the demo itself
	Restore func()       // from a backup
	Other   func()       // back to the first vault; nil if this is it
	Tray    bool         // there is a tray for the window to go to
	Resume  bool         // the vault is made and open; only the recovery key is left
}

// The steps, as the left column numbers them.
const (
	stepPassphrase = iota
	stepKey
	stepTypeBack
	stepStart
)

const (
	leftWide  float32 = 320
	rightWide float32 = 538
)

// Screen is the welcome.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go

	ctx     context.Context // of the time that the screen is shown
	key     *app.RecoveryKey
	content *fyne.Container
	steps   *part.Steps
	page    *fyne.Container // the right side
	sent    *part.Text
	focus   func() // gives the page's first entry the keyboard
}

// New returns the welcome.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do, page: container.NewStack()}
	s.steps = part.NewSteps(stepPassphrase,
		part.Step{Title: v.T("welcome.step-lock", "Choose how to lock"), Line: s.lockLine(byPassphrase)},
		part.Step{Title: v.T("welcome.step-key", "Write down the recovery key"), Line: v.T("welcome.step-key-line", "On paper, 32 letters and digits")},
		part.Step{Title: v.T("welcome.step-back", "Type it back"), Line: v.T("welcome.step-back-line", "So that you know it’s right")},
		part.Step{Title: v.T("welcome.step-start", "Start"), Line: v.T("welcome.step-start-line", "Link a bank, import a statement, or try the demo")},
	)
	s.sent = part.NewText(v.T("welcome.sent", "{{.Bytes}} sent so far", "Bytes", v.Bytes(0)), part.Style{Role: look.Small, Tint: look.Muted})
	left := part.NewPanel(look.Sidebar, 0, part.Edges{Top: 36, Right: 36, Bottom: 28, Left: 36}, part.Stack(0,
		part.Row(0, part.NewPicture("app", "", 56), part.Space()),
		part.Gap(0, 20), part.NewText(v.T("welcome.title", "Welcome to Coffer"), part.Style{Role: look.TitleLarge, Bold: true}),
		part.Gap(0, 6), part.NewPara(v.T("welcome.promise", "Your money, on your computer. No account, no server, nothing to sign up for."), part.Style{Tint: look.Muted}, leftWide-72),
		part.Gap(0, 24), s.steps, part.Space(),
		part.Row(8, part.NewPicture("offline", look.Muted, 16), s.sent),
	))
	s.content = container.New(&twoColumns{}, left, part.NewUpright(), s.page)
	return s
}

// Content implements the frame's screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// SetNarrow implements the frame's screen: the layout takes the left column away by itself.
func (s *Screen) SetNarrow(bool) {}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx = ctx
	switch {
	case s.do.Resume:
		s.reissue()
	default:
		s.turn(stepPassphrase, s.lockingPage())
	}
}

// turn shows a page of a step.
func (s *Screen) turn(step int, page fyne.CanvasObject) {
	s.steps.Set(step)
	s.page.Objects = []fyne.CanvasObject{page}
	s.page.Refresh()
	if s.focus != nil {
		s.focus()
	}
}

// step writes at the left what opens the vault.
func (s *Screen) step(by int) { s.steps.SetLine(stepPassphrase, s.lockLine(by)) }

func (s *Screen) lockLine(by int) string {
	switch by {
	case byBoth:
		return s.voice.T("welcome.step-both", "Passphrase and this computer’s keyring")
	case byKeyring:
		return s.voice.T("welcome.step-keyring", "This computer’s keyring alone")
	}
	return s.voice.T("welcome.step-lock-line", "A passphrase that only you know")
}

// scroll is sheet for a page that is redrawn.
func (s *Screen) scroll(page fyne.CanvasObject) fyne.CanvasObject {
	return container.NewVScroll(part.Inset(part.Edges{Top: 48, Left: 96, Bottom: 24, Right: 24},
		part.RowTop(0, part.Sized(rightWide, 0, page), part.Space())))
}

// sheet puts a page's objects where the mock has them.
func sheet(objects ...fyne.CanvasObject) fyne.CanvasObject {
	return container.NewVScroll(part.Inset(part.Edges{Top: 104, Left: 96, Bottom: 24, Right: 24},
		part.RowTop(0, part.Sized(rightWide, 0, part.Stack(0, objects...)), part.Space())))
}

func (s *Screen) head(title, why string) fyne.CanvasObject {
	return part.Stack(4,
		part.NewText(title, part.Style{Role: look.TitleLarge, Bold: true}),
		part.NewPara(why, part.Style{Tint: look.Muted}, rightWide))
}

// reissue makes a new recovery key: the first one was never typed back.
func (s *Screen) reissue() {
	s.focus = nil
	s.turn(stepKey, sheet(s.head(
		s.voice.T("welcome.resume", "Your recovery key was not typed back yet"),
		s.voice.T("welcome.resume-why", "The key you were shown before opens nothing any more. Here comes a new one."))))
	var key *app.RecoveryKey
	s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
		key, err = s.coffer.NewRecovery(ctx)
		return err
	}, func(err error) {
		if err != nil {
			s.turn(stepKey, sheet(s.head(s.voice.T("welcome.resume", "Your recovery key was not typed back yet"), s.voice.Fault(err)),
				part.Gap(0, 20), part.Row(0, part.NewButton(part.ButtonSpec{Text: s.voice.T("try-again", "Try again"), Rank: part.Main, OnTap: s.reissue}), part.Space())))
			return
		}
		s.key = key
		s.turn(stepKey, s.keyPage())
	})
}

// twoColumns places the welcome column, a line and the page; a narrow window has the page alone.
type twoColumns struct{}

func (l *twoColumns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wide := leftWide
	if size.Width < 900 {
		wide = 0
	}
	left, line, page := objects[0], objects[1], objects[2]
	for _, o := range []fyne.CanvasObject{left, line} {
		if wide == 0 {
			o.Hide()
		} else {
			o.Show()
		}
	}
	left.Resize(fyne.NewSize(max(0, wide-1), size.Height))
	line.Move(fyne.NewPos(max(0, wide-1), 0))
	line.Resize(fyne.NewSize(1, size.Height))
	page.Move(fyne.NewPos(wide, 0))
	page.Resize(fyne.NewSize(size.Width-wide, size.Height))
}

func (l *twoColumns) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(600, 400) }
