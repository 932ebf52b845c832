package banks

import (
	"coffer/app"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// pasting is the field for the address of the last page, which holds the code.
type pasting struct {
	entry *part.Entry // nil until it is drawn
	wrong error       // what was pasted last
}

// wipe leaves nothing in the field.
func (p *pasting) wipe() {
	if p.entry != nil {
		p.entry.Take()
	}
}

// focus gives the field the keyboard, if it is there.
func (p *pasting) focus(s *Screen) {
	if p.entry != nil && s.page == atGallery {
		p.entry.Focus()
	}
}

// pasteRows ask for the address of the last page. What stands in the field stays while the bar is drawn anew.
func (s *Screen) pasteRows(a *attempt) []fyne.CanvasObject {
	v := s.voice
	if a.pasting.entry == nil {
		a.pasting.entry = part.NewEntry(part.EntrySpec{
			Placeholder: v.T("banks.paste", "Paste the whole address of the last page"), Icon: "browser", Password: true, Eye: true,
			OnSubmit: func(string) { s.paste(a) },
		})
	}
	rows := []fyne.CanvasObject{part.NewPara(v.T("banks.last-page", "In the end your browser comes to {{.Page}}, whatever that shows. Copy the whole address of that page and paste it here.", "Page", a.at.LastPage),
		part.Style{Tint: look.Muted}, detailWide)}
	if words := v.Fault(a.pasting.wrong); words != "" {
		rows = append(rows, part.RowTop(8, part.NewPicture("warning", look.AlertHigh, 16), part.Rest(part.NewPara(words, part.Style{Tint: look.AlertHigh}, detailWide-24))))
	}
	send := part.NewButton(part.ButtonSpec{Text: v.T("banks.paste-go", "Continue"), Rank: part.Main, OnTap: func() { s.paste(a) }})
	return append(rows, part.Row(8, part.Rest(a.pasting.entry), send))
}

// paste hands over what stands in the field and empties it, whatever it is.
func (s *Screen) paste(a *attempt) {
	if s.attempt != a || a.at.Paste == nil || a.pasting.entry == nil {
		return
	}
	typed := a.pasting.entry.Take()
	if typed == "" {
		return
	}
	a.pasting.wrong = a.at.Paste(app.Secret(typed))
	a.pasting.entry.SetWrong(a.pasting.wrong != nil)
	s.drawBar()
	a.pasting.focus(s)
}
