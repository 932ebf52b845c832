package dispute

import (
	"coffer/ui/look"
	"coffer/ui/paper"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// drawList is the list of disputes, or what stands in its place.
func (s *Screen) drawList() fyne.CanvasObject {
	v := s.voice
	switch {
	case s.trouble != nil:
		return part.NewEmptyState(part.EmptySpec{
			Icon: "warning", Title: v.T("dispute.failed", "This can’t be read now"), Line: v.Fault(s.trouble),
			Acts: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("try-again", "Try again"), Rank: part.Main, OnTap: s.refresh})},
		})
	case s.id != "" || !s.read:
		return part.Space()
	case len(s.list) == 0 && s.refused != nil:
		return part.NewEmptyState(part.EmptySpec{Icon: "warning", Title: v.T("dispute.not-opened", "No dispute was opened"), Line: v.Fault(s.refused)})
	case len(s.list) == 0:
		return part.NewEmptyState(part.EmptySpec{
			Icon: "alerts", Title: v.T("dispute.empty", "No dispute"),
			Line: v.T("dispute.empty-line", "Answer an alert with “Not mine”, or dispute a charge from its details: what to do stands here then, in order, with the limits of the law."),
		})
	}
	rows, objects := []fyne.CanvasObject{}, []fyne.CanvasObject{}
	if s.refused != nil {
		objects = append(objects, part.NewStrip(part.StripSpec{Tone: part.Attention, Icon: "warning", Title: v.Fault(s.refused), Wide: leftWide}))
	}
	for i, d := range s.list {
		if i > 0 {
			rows = append(rows, part.NewRule())
		}
		rows = append(rows, part.NewLineRow(part.LineSpec{Text: paper.Names(v, d.Dispute), Caption: paper.Stage(v, d.Standing),
			Amount: v.Day(d.Opened.Local(), s.coffer.Today().Time()), OnTap: func() { s.Open(d.ID) }}))
	}
	foot := part.NewPara(v.NoAdvice(), part.Style{Role: look.Caption, Tint: look.Muted}, leftWide)
	swap(s.left, part.Inset(part.Pad(16, s.side()), part.Stack(10, append(objects, part.NewListCard(rows...), foot)...)))
	return s.left
}

func (s *Screen) side() float32 {
	if s.narrow {
		return 16
	}
	return 24
}
