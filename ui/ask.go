//go:build !nogui

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

var dialogSize = fyne.NewSize(760, 520)

// askFile has the person choose a file that is there.
func (f *frame) askFile(chosen func(path string)) {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil {
			return
		}
		path := file.URI().Path()
		_ = file.Close()
		chosen(path)
	}, f.window)
	d.Resize(dialogSize)
	d.Show()
}

// askFolder has the person choose a folder.
func (f *frame) askFolder(chosen func(path string)) {
	d := dialog.NewFolderOpen(func(folder fyne.ListableURI, err error) {
		if err == nil && folder != nil {
			chosen(folder.Path())
		}
	}, f.window)
	d.Resize(dialogSize)
	d.Show()
}
