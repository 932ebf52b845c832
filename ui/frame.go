//go:build !nogui

package ui

import (
	"context"
	"errors"
	"sync"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/part"
	"coffer/ui/say"
	"coffer/ui/session"
	"coffer/ui/welcome"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// screen is what the frame shows beside the sidebar.
type screen interface {
	Content() fyne.CanvasObject
	// Show says that the person came; ctx ends when they leave.
	Show(ctx context.Context)
	// SetNarrow says that the window is under 900 wide, or no more.
	SetNarrow(narrow bool)
}

// What a screen may also be; the frame asks for each once.
type (
	searcher interface{ Search() }
	backer   interface{ Back() bool }
	runer    interface{ TypedRune(r rune) }
	keyer    interface{ TypedKey(e *fyne.KeyEvent) }
	undoer   interface {
		Undo() bool
		Redo() bool
	}
	speaker interface{ SetVoice(v *say.Voice) }
	leaver  interface{ Leave() } // the person went: what is secret goes too
)

// frame is the window's content: the sidebar and one screen, or welcome, or the lock.
type frame struct {
	config  Config
	window  fyne.Window
	ctx     context.Context
	cancel  context.CancelFunc
	desk    live.Action
	voice   *say.Voice
	content *fyne.Container // all of the window
	stage   *fyne.Container // beside the sidebar
	sidebar *part.Sidebar
	mode    mode
	narrow  bool
	hiding  bool

	places  []place
	made    []screen // of places, nil until first shown
	at      int      // index in places
	current screen
	leave   context.CancelFunc // ends the current screen's ctx

	status     live.View[app.Status]
	state      live.View[entrance]
	refreshing bool            // of all links, as the person asked here
	begun      int             // refreshes that were begun since none ran
	unread     error           // why the last refresh didn't read everything; nil if it did
	told       string          // what came of an act that ended the places; empty after the next opening
	notices    notices         // what the desktop shows of alerts
	notice     *fyne.Container // where that stands; nil with the sidebar
	onDispute  func(alert.ID)  // opens the dispute pack of an alert; nil: there is none
	popup      *widget.PopUp   // the list of keys; nil if hidden

	asked  bool // the keyring was asked by itself since the start
	hidden bool // the window waits in the tray and was never shown
	hears  sync.Once
	tray   bool // there was a tray at the start, with our icon in it
	buses  session.Buses
	copied copied
}

// mode is which of its three faces the window shows.
type mode int

const (
	atNothing mode = iota
	atWelcome
	atLock
	atPlaces
	atRestore // a backup comes back; no vault is open
)

// entrance is what decides the first screen.
type entrance struct {
	state    app.State
	recovery bool // the recovery key was never typed back
}

func newFrame(ctx context.Context, c Config, w fyne.Window, onUI func(func())) *frame {
	f := &frame{config: c, window: w, voice: c.Voice, places: places()}
	f.ctx, f.cancel = context.WithCancel(ctx)
	toolkit := onUI
	onUI = func(do func()) { // once the window closes there is no goroutine that may touch it
		if f.ctx.Err() != nil {
			return
		}
		toolkit(func() {
			if f.ctx.Err() == nil {
				do()
			}
		})
	}
	f.desk = live.Action{Group: &live.Group{}, OnUI: onUI}
	f.made = make([]screen, len(f.places))
	f.content = container.NewStack()
	f.stage = container.NewStack()
	f.status = live.View[app.Status]{Group: f.desk.Group, OnUI: onUI, Load: c.Coffer.Status, Show: f.showStatus}
	f.state = live.View[entrance]{Group: f.desk.Group, OnUI: onUI, Load: f.look, Show: f.enter, Fail: f.failed}
	return f
}

// start listens to what changes and shows the first screen.
func (f *frame) start() {
	c := f.config.Coffer
	refresh := func() { f.status.Refresh(f.ctx) }
	c.Changed.Lock.Listen(f.ctx, func(app.State) { f.state.Refresh(f.ctx) })
	c.Changed.Accounts.Listen(f.ctx, func(ledger.AccountID) { refresh() })
	c.Changed.Alerts.Listen(f.ctx, func(alert.ID) { refresh() })
	c.Changed.Links.Listen(f.ctx, func(consent.LinkID) { refresh() })
	c.ListenJobs(f.ctx, func(app.Progress) { f.desk.OnUI(f.showJobs) })
	f.keys()
	f.serve()
	f.watchAway()
	f.state.Refresh(f.ctx)
}

// end stops what runs, waits for it and locks the vault.
func (f *frame) end() error {
	f.cancel()
	err := f.config.Coffer.LockBecause(app.ByExit)
	f.desk.Group.Wait()
	return err
}

func (f *frame) look(ctx context.Context) (entrance, error) {
	state, err := f.config.Coffer.State()
	if err != nil || state != app.Open {
		return entrance{state: state}, err
	}
	needs, err := f.config.Coffer.NeedsRecovery(ctx)
	return entrance{state, needs}, err
}

// enter shows the screen that fits the vault's state.
func (f *frame) enter(e entrance) {
	switch {
	case f.mode == atRestore && e.state != app.Open: // it says itself what came of it
	case e.state == app.NoVault || e.recovery:
		if f.mode != atWelcome {
			f.welcome(e)
		}
	case e.state == app.Locked:
		f.lockScreen(nil)
	case f.mode != atPlaces && f.mode != atWelcome:
		f.open()
	}
}

func (f *frame) welcome(e entrance) {
	f.forget()
	f.alone(atWelcome, welcome.New(f.config.Coffer, f.voice, f.desk, welcome.Go{
		Done:    f.open,
		AddBank: func() { f.open(); f.addBank() },
		Import:  func() { f.open(); f.importFile() },
		Demo:    f.config.TryDemo,
		Resume:  e.recovery,
		Restore: f.restore,
		Other:   f.other(),
		Tray:    f.tray,
	}))
}

// lockScreen asks for the passphrase; trouble is what hindered the vault from being looked at.
func (f *frame) lockScreen(trouble error) {
	f.unsay()
	f.forget()
	f.takeBack()
	f.alone(atLock, f.locked(trouble))
}

// failed locks and says what hindered the vault from being looked at: a lock screen never stands
// before an open vault.
func (f *frame) failed(err error) {
	f.desk.Do(f.ctx, func(context.Context) error { return f.config.Coffer.Lock() }, func(error) { f.lockScreen(err) })
}

// alone shows a screen without the sidebar.
func (f *frame) alone(m mode, s screen) {
	f.mode, f.sidebar = m, nil
	f.stage.Objects = nil
	f.notice = part.Stack(0)
	f.writeTold()
	f.content.Objects = []fyne.CanvasObject{part.Stack(0, f.notice, part.Rest(container.New(&stageLayout{f.setNarrow}, s.Content())))}
	f.content.Refresh()
	f.present(s)
}

// open shows the sidebar and the first place. Both the screen that opened the vault and the change
// that it told lead here.
func (f *frame) open() {
	if f.mode == atPlaces {
		return
	}
	f.mode, f.sidebar = atPlaces, f.newSidebar()
	f.told, f.notice = "", nil
	f.sidebar.SetNarrow(f.narrow)
	f.content.Objects = []fyne.CanvasObject{container.New(&sideLayout{f}, f.sidebar, part.NewUpright(), f.stage)}
	f.content.Refresh()
	f.goTo(overviewPlace)
	f.status.Refresh(f.ctx)
	f.readFirst()
	f.takeCare()
}

// present makes s the current screen and leaves the one before.
func (f *frame) present(s screen) {
	if f.leave != nil {
		f.leave()
	}
	if old, ok := f.current.(leaver); ok {
		old.Leave()
	}
	ctx, leave := context.WithCancel(f.ctx)
	f.current, f.leave = s, leave
	if v, ok := s.(speaker); ok {
		v.SetVoice(f.voice)
	}
	s.SetNarrow(f.narrow)
	f.window.Canvas().Unfocus()
	s.Show(ctx)
}

// goTo shows a place.
func (f *frame) goTo(index int) {
	if f.sidebar == nil || index < 0 || index >= len(f.places) {
		return
	}
	if f.made[index] == nil {
		f.made[index] = f.places[index].open(f)
	}
	f.at = index
	f.sidebar.Select(index)
	f.put(f.made[index])
}

func (f *frame) put(s screen) {
	f.stage.Objects = []fyne.CanvasObject{s.Content()}
	f.present(s)
	f.stage.Refresh()
}

func (f *frame) setNarrow(narrow bool) {
	if f.narrow == narrow {
		return
	}
	f.narrow = narrow
	if f.sidebar != nil {
		f.sidebar.SetNarrow(narrow)
	}
	if f.current != nil {
		f.current.SetNarrow(narrow)
	}
}

func (f *frame) copy(text string) { fyne.CurrentApp().Clipboard().SetContent(text) }

// lockNow closes the vault; the lock screen comes by the change it tells.
func (f *frame) lockNow() {
	f.desk.Do(f.ctx, func(context.Context) error { return f.config.Coffer.Lock() }, func(err error) {
		if err != nil && !errors.Is(err, context.Canceled) {
			f.failed(err)
		}
	})
}

func (f *frame) toggleAmounts() {
	f.hiding = !f.hiding
	f.voice = f.config.Voice.Hiding(f.hiding)
	if f.sidebar != nil {
		f.sidebar.SetAct(0, f.amountsIcon(), f.amountsLabel())
	}
	if s, ok := f.current.(speaker); ok {
		s.SetVoice(f.voice)
	}
}

func (f *frame) amountsIcon() string {
	if f.hiding {
		return "eye"
	}
	return "eye-off"
}

func (f *frame) amountsLabel() string {
	if f.hiding {
		return f.voice.T("act.show-amounts", "Show amounts")
	}
	return f.voice.T("act.hide-amounts", "Hide amounts")
}
