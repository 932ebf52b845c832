//go:build !nogui

package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/assets"
	"coffer/ui/look"
	"coffer/ui/session"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
)

const (
	appID      = "io.github.coffer.desktop"
	startWide  = 1280
	startHigh  = 800
	markPixels = 128
)

// Run shows the window until it is closed or ctx ends, then locks the vault. It must be called
// on the main goroutine. Without a display it is a fault of kind NoDisplay.
func Run(ctx context.Context, c Config) error {
	if !hasDisplay() {
		return fault.New(fault.NoDisplay, "open the window", errors.New("no X display answers at DISPLAY"))
	}
	fyneapp.SetMetadata(fyne.AppMetadata{ID: appID, Name: c.Voice.T("app.name", "Coffer"), Version: c.Version}) // the name is what a tray shows
	a := fyneapp.NewWithID(appID)
	theme, err := look.New(modeOf(chosenLook()), 1)
	if err != nil {
		return err
	}
	a.Settings().SetTheme(theme)
	if mark, err := assets.Mark(markPixels); err == nil {
		a.SetIcon(fyne.NewStaticResource("coffer.png", mark))
	}
	w, err := newWindow(a, c.Voice.T("app.name", "Coffer"))
	if err != nil {
		return err
	}
	w.SetPadded(false)
	w.Resize(fyne.NewSize(startWide, startHigh))
	w.SetMaster()
	f := newFrame(ctx, c, w, fyne.Do)
	w.SetContent(f.content)
	w.SetOnDropped(f.dropped)
	buses := session.Here()
	f.inTray(a, buses)
	f.notices.show = shower(a, buses, f.desk.OnUI)
	f.notices.close = func(ctx context.Context, number uint32) { session.CloseNotice(ctx, buses, number) }
	a.Lifecycle().SetOnEnteredForeground(func() { f.notices.seen = true })
	a.Lifecycle().SetOnExitedForeground(func() { f.notices.seen = false })
	w.SetCloseIntercept(f.closing)
	f.start()
	f.watchDesktop(buses)
	a.Lifecycle().SetOnStarted(f.shown)
	stop := context.AfterFunc(ctx, func() { f.endLoop(a) })
	inspect(f.ctx, f.desk, w)
	hurry(f)
	if f.hidden {
		a.Run()
	} else {
		w.ShowAndRun()
	}
	stop() // before the vault locks: a toolkit that has ended can't be told to quit, and panics
	return f.end()
}

// endLoop has the toolkit's loop end. The toolkit ends by itself at the same signals, and where it was faster what it is told runs at once, on
// this goroutine, and would panic: then nobody takes the handed end.
func (f *frame) endLoop(a fyne.App) {
	handed := make(chan struct{})
	fyne.Do(func() {
		select {
		case <-handed:
			f.takeBack()
			a.Quit()
		case <-time.After(time.Second):
		}
	})
	close(handed)
}

// shower has the desktop show notices: by its own bus where there is one, else as the toolkit does.
func shower(a fyne.App, b session.Buses, onUI func(func())) func(context.Context, session.Notice) uint32 {
	return func(ctx context.Context, n session.Notice) uint32 {
		number, ok := session.Notify(ctx, b, n)
		if !ok && runtime.GOOS != "linux" { // there the toolkit knows no other way
			onUI(func() { a.SendNotification(fyne.NewNotification(n.Title, n.Body)) })
		}
		return number
	}
}

// newWindow is NewWindow for a toolkit that panics where the display can't be reached.
func newWindow(a fyne.App, title string) (w fyne.Window, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.NoDisplay, "open the window", fmt.Errorf("the toolkit stopped: %v", p))
		}
	}()
	return a.NewWindow(title), nil
}

// hasDisplay reports whether there is a screen to draw on. The window speaks X11 only; under
// Wayland the desktop's XWayland sets DISPLAY. A local display that nobody serves has no socket.
func hasDisplay() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	display := os.Getenv("DISPLAY")
	host, number, named := strings.Cut(display, ":")
	if !named || number == "" {
		return false
	}
	if host != "" && host != "unix" {
		return true // another computer's: only the try tells
	}
	number, _, _ = strings.Cut(number, ".")
	_, err := os.Stat("/tmp/.X11-unix/X" + number)
	return err == nil
}

func modeOf(word string) look.Mode {
	switch word {
	case "light":
		return look.Light
	case "dark":
		return look.Dark
	}
	return look.System
}
