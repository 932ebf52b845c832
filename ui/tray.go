//go:build !nogui

package ui

import (
	"context"
	"os"
	"time"

	"coffer/app"
	"coffer/ui/session"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// traySays is how long the start waits to hear whether there is a tray.
const traySays = time.Second

// inTray puts an icon with a menu into the desktop's tray, if there is one. It must be called before
// the window is shown.
func (f *frame) inTray(a fyne.App, b session.Buses) {
	d, ok := a.(desktop.App)
	if !ok || os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" { // the toolkit's tray finds no other bus, and panics at its end without one
		return
	}
	ctx, cancel := context.WithTimeout(f.ctx, traySays)
	defer cancel()
	if f.tray = session.HasTray(ctx, b); !f.tray {
		return
	}
	f.buses = b
	f.hidden = f.config.Hidden
	f.asked = f.hidden // nobody is there whom the keyring could open the vault for
	v := f.voice
	quit := fyne.NewMenuItem(v.T("tray.quit", "Quit"), f.quit)
	quit.IsQuit = true
	d.SetSystemTrayMenu(fyne.NewMenu(v.T("app.name", "Coffer"),
		fyne.NewMenuItem(v.T("tray.open", "Open"), f.raise),
		fyne.NewMenuItem(v.T("act.lock", "Lock"), f.lockNow),
		quit,
	))
}

// closing is what the window's cross does: the window goes into the tray if the person chose that
// the vault stays open there, and the tray is there still; else it ends.
func (f *frame) closing() {
	if !f.tray {
		f.quit()
		return
	}
	stays := false
	f.desk.Do(f.ctx, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, traySays)
		defer cancel()
		if state, err := f.config.Coffer.State(); err != nil || state != app.Open {
			return err
		}
		after, err := f.config.Coffer.LockAfter(ctx)
		stays = err == nil && after == 0 && session.HasTray(ctx, f.buses)
		return err
	}, func(error) {
		if stays {
			f.window.Hide()
			return
		}
		f.quit()
	})
}

// quit closes the window for good.
func (f *frame) quit() {
	f.takeBack()
	f.window.Close()
}
