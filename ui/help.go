//go:build !nogui

package ui

import (
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

const helpWide float32 = 300

// showKeys lists every key.
func (f *frame) showKeys() {
	v := f.voice
	facts := []part.Fact{
		{Label: "Ctrl+1…6", Text: v.T("keys.places", "Overview, Transactions, Alerts, Banks, Privacy, Settings")},
		{Label: "Ctrl+F", Text: v.T("keys.search", "Search")},
		{Label: "Ctrl+I", Text: v.T("keys.import", "Import a statement")},
		{Label: "R", Text: v.T("keys.refresh", "Refresh every link, again to cancel")},
		{Label: "M  N  L", Text: v.T("keys.answers", "Mine, Not mine, Later on an alert")},
		{Label: "X", Text: v.T("keys.several", "Choose several alerts, to answer them at once")},
		{Label: "V", Text: v.T("keys.review", "Review rows that may be there twice, in Transactions")},
		{Label: "Ctrl+Z  Ctrl+Y", Text: v.T("keys.undo", "Undo and redo")},
		{Label: "Ctrl+H", Text: v.T("keys.hide", "Hide or show amounts")},
		{Label: "Ctrl+L", Text: v.T("keys.lock", "Lock")},
		{Label: "Esc", Text: v.T("keys.back", "Back, or close")},
		{Label: "?", Text: v.T("keys.keys", "This list")},
	}
	body := part.Sized(helpWide+150, 0, part.Stack(10, part.NewSection(v.T("keys.title", "Keys")), part.NewFacts(110, helpWide, facts...)))
	f.popup = widget.NewModalPopUp(part.NewPanel(look.Surface, 8, part.Edges{Top: 14, Right: 16, Bottom: 14, Left: 16}, body), f.window.Canvas())
	f.popup.Show()
	f.window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		f.hideKeys()
	})
}

func (f *frame) hideKeys() {
	if f.popup == nil {
		return
	}
	f.popup.Hide()
	f.popup = nil
	f.window.Canvas().SetOnTypedKey(f.typedKey)
}
