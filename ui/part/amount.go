package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// Flow says which way money goes; sign and words say it too.
type Flow int

// The flows: Still is a balance, Aside is second to another figure.
const (
	Still Flow = iota
	In
	Out
	Waiting
	Aside
)

// Tint returns the colour of amounts that flow this way.
func (f Flow) Tint() fyne.ThemeColorName {
	switch f {
	case In:
		return look.MoneyIn
	case Out:
		return look.MoneyOut
	case Waiting:
		return look.Pending
	case Aside:
		return look.Muted
	default:
		return look.Text
	}
}

// NewAmount returns a formatted amount, at the right of its place.
func NewAmount(text string, flow Flow, bold bool) *Text {
	return NewText(text, Style{Tint: flow.Tint(), Bold: bold, Align: fyne.TextAlignTrailing})
}

// NewFigure returns the one large figure of a place.
func NewFigure(text string) *Text { return NewText(text, styleOf(look.Figure, look.Text, true)) }
