package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// ReceiptSpec says what a receipt shows.
type ReceiptSpec struct {
	Title string
	Facts []Fact      // label and text, in mono
	Hash  [][2]string // a muted line and the hash under it
}

// NewReceipt returns a paper: mark and title, facts and chain hashes in mono 11.
func NewReceipt(spec ReceiptSpec) *Panel {
	mono := func(text string, tint fyne.ThemeColorName) fyne.CanvasObject {
		return NewText(text, Style{Role: look.Code, Tint: tint, Mono: true}).Cut(40)
	}
	facts := make([]fyne.CanvasObject, len(spec.Facts))
	for i, f := range spec.Facts {
		facts[i] = RowTop(0, Sized(104, 0, mono(f.Label, look.Muted)), Rest(mono(f.Text, look.Text)))
	}
	hashes := []fyne.CanvasObject{}
	for i, h := range spec.Hash {
		if i > 0 {
			hashes = append(hashes, Gap(1, 6))
		}
		hashes = append(hashes, mono(h[0], look.Muted), mono(h[1], look.Text))
	}
	body := []fyne.CanvasObject{
		Row(8, NewPicture("app", look.Text, 28), NewText(spec.Title, styleOf(look.Subheading, look.Text, true))),
		Inset(Pad(14, 0), NewRule()), Stack(1, facts...),
	}
	if len(hashes) > 0 {
		body = append(body, Inset(Pad(14, 0), NewRule()), Stack(1, hashes...))
	}
	p := NewPanel(look.Surface, look.RadiusPaper, Pad(22, 24), Stack(0, body...))
	return p.Edged(look.Separator)
}
