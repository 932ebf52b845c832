package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// Choice is one way to begin: a disc, two lines and its act.
type Choice struct {
	Icon  string
	Title string
	Line  string
	Act   *Button
}

// NewChoices returns a card with a row for each way to begin.
func NewChoices(wide float32, choices ...Choice) *Panel {
	rows := make([]fyne.CanvasObject, 0, len(choices))
	for _, c := range choices {
		words := Stack(0,
			NewText(c.Title, styleOf(look.Body, look.Text, true)),
			NewText(c.Line, styleOf(look.Body, look.Muted, false)).Cut(wide/2))
		rows = append(rows, Inset(Pad(14, 18), Row(14, NewDisc(c.Icon, Calm, 40, 20), Rest(words), c.Act)))
	}
	return NewListCard(rows...)
}
