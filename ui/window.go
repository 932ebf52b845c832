//go:build !nogui

package ui

import (
	"context"
	"errors"
	"os"
	"runtime"

	"coffer/app/fault"
	"coffer/assets"
	"coffer/ui/look"

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
		return fault.New(fault.NoDisplay, "open the window", errors.New("neither DISPLAY nor WAYLAND_DISPLAY is set"))
	}
	theme, err := look.New(modeOf(os.Getenv("COFFER_APPEARANCE")), 1)
	if err != nil {
		return err
	}
	a := fyneapp.NewWithID(appID)
	a.Settings().SetTheme(theme)
	if mark, err := assets.Mark(markPixels); err == nil {
		a.SetIcon(fyne.NewStaticResource("coffer.png", mark))
	}
	w := a.NewWindow(c.Voice.T("app.name", "Coffer"))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(startWide, startHigh))
	w.SetMaster()
	f := newFrame(ctx, c, w, fyne.Do)
	w.SetContent(f.content)
	w.SetOnDropped(f.dropped)
	f.start()
	stop := context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })
	defer stop()
	inspect(f.ctx, f.desk, w)
	w.ShowAndRun()
	return f.end()
}

func hasDisplay() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
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
