//go:build !nogui

package ui

import (
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// narrowBelow is the width of the window under which the sidebar becomes a rail.
const narrowBelow float32 = 900

// smallest is the size under which the window can't be drawn.
var smallest = fyne.NewSize(640, 420)

// stageLayout gives all room to its one object and tells when the window gets narrow.
type stageLayout struct{ told func(narrow bool) }

func (l *stageLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.told(size.Width < narrowBelow)
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
}

func (l *stageLayout) MinSize([]fyne.CanvasObject) fyne.Size { return smallest }

// sideLayout places the sidebar, a line and the stage.
type sideLayout struct{ f *frame }

func (l *sideLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.f.setNarrow(size.Width < narrowBelow)
	left := part.SidebarWidth
	if size.Width < narrowBelow {
		left = part.RailWidth
	}
	side, line, stage := objects[0], objects[1], objects[2]
	side.Resize(fyne.NewSize(left-1, size.Height))
	line.Move(fyne.NewPos(left-1, 0))
	line.Resize(fyne.NewSize(1, size.Height))
	stage.Move(fyne.NewPos(left, 0))
	stage.Resize(fyne.NewSize(size.Width-left, size.Height))
}

func (l *sideLayout) MinSize([]fyne.CanvasObject) fyne.Size { return smallest }
