//go:build !nogui

package ui

import (
	"context"

	"coffer/app"
	"coffer/ui/session"

	"fyne.io/fyne/v2"
)

// Frame is a window's frame, for tests to drive.
type Frame struct{ frame *frame }

// Open puts a frame into a window and starts it.
func Open(ctx context.Context, c Config, w fyne.Window, onUI func(func())) Frame {
	f := newFrame(ctx, c, w, onUI)
	w.SetContent(f.content)
	w.SetOnDropped(f.dropped)
	f.start()
	return Frame{f}
}

// End closes the frame as the window does.
func (f Frame) End() error { f.frame.takeBack(); return f.frame.end() }

// Drop drops files on the window.
func (f Frame) Drop(files ...fyne.URI) { f.frame.dropped(fyne.Position{}, files) }

// Wait waits for the work that was begun.
func (f Frame) Wait() { f.frame.desk.Group.Wait() }

// CopySecret puts a secret into the clipboard.
func (f Frame) CopySecret(text string) { f.frame.copySecret(text) }

// TellAlerts has the desktop told. seen is whether the person has the window before them.
func (f Frame) TellAlerts(t app.Told, seen bool, show func(session.Notice) uint32, close func(uint32)) {
	f.frame.notices.seen = seen
	f.frame.notices.show = func(_ context.Context, n session.Notice) uint32 { return show(n) }
	f.frame.notices.close = func(_ context.Context, number uint32) { close(number) }
	f.frame.tellAlerts(t)
}
