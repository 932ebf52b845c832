package transactions

import (
	"slices"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// history says how a row got here, newest first.
func (s *Screen) history(d *app.Detail) fyne.CanvasObject {
	v := s.voice
	var things []part.Happening
	for _, step := range slices.Backward(d.History) {
		at := step.At.Local()
		things = append(things, part.Happening{
			What: s.stepWord(d, step),
			When: v.T("detail.when", "{{.Day}}, {{.Clock}}", "Day", v.Day(at, s.coffer.Today().Time()), "Clock", v.Clock(step.At)),
			Why:  v.Reason(step.Reason.ID, step.Reason.Args),
		})
	}
	return part.NewHistory(paneInner, things...)
}

func (s *Screen) stepWord(d *app.Detail, step ledger.Step) string {
	v := s.voice
	if step.Reason.ID == ledger.ReasonBeside && step.What == ledger.WasPart {
		return v.T("step.beside", "Was a hold")
	}
	switch step.What {
	case ledger.BecameBooked:
		return v.T("group.booked", "Booked")
	case ledger.WasUpdated:
		return v.T("step.updated", "Updated")
	case ledger.WasDropped:
		return v.T("step.dropped", "Dropped")
	case ledger.CameBack:
		return v.T("step.back", "Came back")
	case ledger.WasMerged:
		return v.T("step.merged", "Merged")
	case ledger.WasPart:
		return v.T("step.part", "Part of a hold")
	case ledger.WentMissing:
		return v.T("step.missing", "Gone at the bank")
	}
	waited := d.Status != ledger.Booked || slices.ContainsFunc(d.History, func(s ledger.Step) bool { return s.What == ledger.BecameBooked })
	if waited {
		return v.T("group.pending", "Pending")
	}
	return v.T("group.booked", "Booked")
}

// rawFields are what the bank or the file said, folded until asked for.
func (s *Screen) rawFields(d *app.Detail) fyne.CanvasObject {
	icon := "chevron-right"
	if s.detail.raw {
		icon = "chevron-down"
	}
	fold := part.Inset(part.Edges{Left: -6}, part.Row(0, part.NewButton(part.ButtonSpec{Text: s.voice.T("detail.raw", "Raw bank fields"), Icon: icon, Rank: part.Quiet, Small: true, Height: 26, OnTap: func() {
		s.detail.raw = !s.detail.raw
		s.writePane()
	}}), part.Space()))
	if !s.detail.raw {
		return fold
	}
	fields := make([][2]string, len(d.Raw))
	for i, f := range d.Raw {
		fields[i] = [2]string{f.Name, f.Value}
	}
	return part.Stack(6, fold, part.NewRawFields(paneInner, fields...))
}
