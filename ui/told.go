//go:build !nogui

package ui

import (
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// forget takes all of the data out of the window.
func (f *frame) forget() {
	f.made = make([]screen, len(f.places))
	f.hideKeys()
	for _, o := range f.window.Canvas().Overlays().List() {
		f.window.Canvas().Overlays().Remove(o)
	}
}

// tell says over the lock screen or the welcome what came of an act that ended the places.
func (f *frame) tell(text string) {
	f.told = text
	f.writeTold()
}

func (f *frame) writeTold() {
	if f.notice == nil {
		return
	}
	f.notice.Objects = nil
	if f.told != "" {
		strip := part.NewStrip(part.StripSpec{Tone: part.Calm, Icon: "info", Title: f.told, Wide: startWide - 48})
		f.notice.Objects = []fyne.CanvasObject{part.Inset(part.Edges{Top: 16, Right: 24, Left: 24}, strip)}
	}
	f.content.Refresh()
}
