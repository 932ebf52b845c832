package dispute

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"coffer/app"
	"coffer/app/dispute"
	"coffer/ui/look"
	"coffer/ui/paper"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// drawPack draws one dispute: at the left what to do, at the right the letter; narrow, under each other.
func (s *Screen) drawPack() {
	v, d := s.voice, *s.shown
	s.header.SetTitle(v.T("dispute.title", "Dispute pack"), paper.Names(v, d.Dispute))
	all := part.NewButton(part.ButtonSpec{Text: v.T("dispute.all", "All disputes"), Rank: part.Quiet, OnTap: func() { s.Open("") }})
	s.header.SetRight(all)
	if !d.Standing.Closed {
		s.header.SetRight(all, part.NewButton(part.ButtonSpec{Text: v.T("dispute.mine", "It was mine after all"), Icon: "undo", Rank: part.Quiet, OnTap: s.mine}))
	}
	objects := []fyne.CanvasObject{}
	if s.trouble != nil {
		objects = append(objects, part.NewStrip(part.StripSpec{Tone: part.Attention, Icon: "warning", Title: v.Fault(s.trouble), Wide: leftWide}), part.Gap(0, 10))
	}
	objects = append(objects, s.clockCard(d), part.Gap(0, 10), s.questions(d), part.Gap(0, 8))
	objects = append(objects, s.steps(d)...)
	objects = append(objects, s.related(d)...)
	objects = append(objects, s.ending(d)...)
	letter := s.letter(d)
	pad := part.Edges{Top: 14, Left: s.side(), Right: s.side(), Bottom: 20}
	if s.narrow {
		swap(s.left, part.Inset(pad, part.Stack(0, append(objects, part.Gap(0, 24), letter)...)))
		s.put(s.left)
		return
	}
	swap(s.left, part.Inset(pad, part.Stack(0, objects...)))
	swap(s.right, part.Inset(part.Edges{Top: 14, Left: 4, Right: s.side(), Bottom: 20}, letter))
	s.put(part.Columns(0, []float32{0, letterWide + 4 + s.side()}, s.left, s.right))
}

// clockCard says what to do now, and which outer limits the law sets.
func (s *Screen) clockCard(d app.DisputeView) fyne.CanvasObject {
	v, today := s.voice, s.coffer.Today()
	inner := leftWide - 32
	content := []fyne.CanvasObject{
		part.Row(8, part.NewText(paper.First(v), part.Style{Bold: true}), part.Space(), part.NewCaption(paper.Law(v, d))),
		part.NewPara(paper.Limit(v, d, today), part.Style{}, inner),
	}
	if own, dated := dispute.First(d.Clocks); dated && own.By >= today {
		content = append(content, part.Gap(0, 6), s.timeline(d, own))
	}
	for _, share := range d.Shares {
		content = append(content, part.Gap(0, 8), part.NewPara(v.Share(share.ID, share.Mark == dispute.Read)+".", part.Style{Role: look.Small, Tint: look.Muted}, inner))
	}
	if len(d.Clocks) > 0 {
		word := v.T("dispute.all-limits", "All limits, and how they are counted")
		if s.counted {
			word = v.T("dispute.fewer", "Hide them")
		}
		content = append(content, part.Gap(0, 6), part.Row(0, part.NewLink(word, look.Small, func() {
			s.counted = !s.counted
			s.draw()
		}), part.Space()))
	}
	if s.counted {
		content = append(content, s.limits(d)...)
	}
	return part.NewCard(content...)
}

// timeline shows today, the person's own limit and the bank's next.
func (s *Screen) timeline(d app.DisputeView, own dispute.Clock) fyne.CanvasObject {
	v, today := s.voice, s.coffer.Today()
	marks := []part.Milestone{
		{Top: v.T("dispute.mark-today", "Today"), Main: v.LongDay(today.Time()), Foot: v.T("dispute.mark-call", "call first")},
		{Top: v.T("dispute.mark-limit", "Outer limit"), Main: v.Day(own.By.Time(), today.Time()), Foot: v.For(own.ID)},
	}
	for _, c := range d.Clocks {
		if c.Side == dispute.Bank {
			mark := part.Milestone{Top: v.T("dispute.mark-bank", "The bank"), Main: v.Due(c.ID), Foot: v.Counted(c.ID, true)}
			if c.Known() {
				mark.Top, mark.Main, mark.Foot = v.T("dispute.mark-bank-by", "The bank, by"), v.Day(c.By.Time(), today.Time()), v.Due(c.ID)
			}
			marks = append(marks, mark)
			break
		}
	}
	return part.NewTimeline(marks...)
}

// limits lists every clock with how it is counted and where that stands.
func (s *Screen) limits(d app.DisputeView) []fyne.CanvasObject {
	v, today := s.voice, s.coffer.Today()
	var rows []fyne.CanvasObject
	for _, c := range d.Clocks {
		rows = append(rows, part.Gap(0, 4), part.NewRule(), part.Gap(0, 6),
			part.Row(8, part.NewText(v.Due(c.ID), part.Style{Bold: true}), part.Space(), part.NewText(paper.By(v, c, today), part.Style{})),
			part.NewPara(sentence(paper.Counted(v, c, today))+". "+c.Law, part.Style{Role: look.Small, Tint: look.Muted}, leftWide-32))
	}
	return rows
}

// steps lists what is to be done, in its order.
func (s *Screen) steps(d app.DisputeView) []fyne.CanvasObject {
	var all []fyne.CanvasObject
	next := d.Now()
	for i, step := range d.Steps {
		if i > 0 {
			all = append(all, part.NewRule())
		}
		all = append(all, s.step(d, i+1, step, step == next))
	}
	return all
}

func (s *Screen) step(d app.DisputeView, number int, step dispute.Step, now bool) fyne.CanvasObject {
	v := s.voice
	event, done := d.Standing.Done[step]
	how := paper.How(v, d, step)
	if step == dispute.Said {
		how = v.LongDay(d.Opened.Local()) + ", " + v.Clock(d.Opened)
		if d.Standing.Free() {
			how += ". " + v.How(string(step), "")
		}
	} else if done {
		how = v.T("dispute.done-on", "Done on {{.Day}}", "Day", v.LongDay(event.Day.Time()))
	}
	acts := s.actsOf(d, step, done)
	wide := leftWide - 40
	widths := []float32{28, 0}
	if len(acts) > 0 {
		room := part.Row(8, acts...).MinSize().Width
		widths, wide = append(widths, room), wide-room-12
	}
	words := []fyne.CanvasObject{part.NewPara(v.Step(string(step), string(d.Answers.Pack)), part.Style{Bold: true}, wide), part.NewPara(how, part.Style{Tint: look.Muted}, wide)}
	if more := s.moreOf(d, step, done, wide); more != nil {
		words = append(words, part.Gap(0, 7), more)
	}
	over := step == dispute.Watch && d.Standing.Outcome != ""
	disc := part.NewStepDisc(v.Count(number), done || over, now && !over)
	columns := []fyne.CanvasObject{part.Stack(0, atTop(disc)), part.Stack(0, words...)}
	if len(acts) > 0 {
		columns = append(columns, part.Stack(0, part.Row(8, acts...)))
	}
	return part.Inset(part.Pad(11, 0), part.Columns(12, widths, columns...))
}

// atTop keeps a disc at its own size in a stack.
func atTop(o fyne.CanvasObject) fyne.CanvasObject { return part.RowTop(0, o, part.Space()) }

// actsOf are the buttons at the right of a step.
func (s *Screen) actsOf(d app.DisputeView, step dispute.Step, done bool) []fyne.CanvasObject {
	v := s.voice
	button := func(text, icon string, do func()) fyne.CanvasObject {
		return part.NewButton(part.ButtonSpec{Text: text, Icon: icon, Height: 28, OnTap: do})
	}
	var acts []fyne.CanvasObject
	if step == dispute.Write {
		acts = append(acts, button(v.T("dispute.pdf", "Save PDF"), "document", s.savePDF), button(v.T("dispute.csv", "CSV"), "", s.saveCSV))
	}
	if !done && !d.Standing.Closed && step != dispute.Watch {
		acts = append(acts, button(v.T("dispute.step", "Done"), "", func() { s.stepDone(step) }))
	}
	return acts
}

// moreOf is what stands under the words of a step; nil: nothing.
func (s *Screen) moreOf(d app.DisputeView, step dispute.Step, done bool, wide float32) fyne.CanvasObject {
	v := s.voice
	switch step {
	case dispute.Call:
		return s.phone(d, wide)
	case dispute.Ask:
		return s.reference(d)
	case dispute.Watch:
		return s.watch(d, wide)
	case dispute.Write:
		if s.saved != "" {
			return part.NewPara(v.T("dispute.saved", "Saved as {{.File}}. Nothing was sent: you send it.", "File", s.saved), part.Style{Role: look.Small}, wide)
		}
	}
	return nil
}

// phone is the number that the person stored, large, or the way to store one.
func (s *Screen) phone(d app.DisputeView, wide float32) fyne.CanvasObject {
	v := s.voice
	if d.Phone == "" {
		entry := part.NewEntry(part.EntrySpec{Placeholder: v.T("dispute.phone-entry", "Number on the back of your card"), OnSubmit: func(text string) { s.keepPhone(d, text) }})
		return part.Row(8, part.Sized(250, 0, entry), part.NewButton(part.ButtonSpec{Text: v.T("dispute.keep-phone", "Store"), Height: 28, OnTap: func() { s.keepPhone(d, entry.Text()) }}), part.Space())
	}
	small := func(text string, do func()) fyne.CanvasObject {
		return part.NewButton(part.ButtonSpec{Text: text, Height: 26, OnTap: do})
	}
	return part.Stack(2, part.Row(8, part.NewText(d.Phone, part.Style{Role: look.Heading, Bold: true}),
		small(v.T("copy", "Copy"), func() { s.do.Copy(d.Phone) }), small(v.T("dispute.forget-phone", "Change"), func() { s.keepPhone(d, "") }), part.Space()),
		part.NewPara(v.T("dispute.phone-at", "You stored it on {{.Day}}. Use only this number, never one from a message.", "Day", v.FullDay(d.PhoneAt.Local())), part.Style{Role: look.Small, Tint: look.Muted}, wide))
}

func (s *Screen) reference(d app.DisputeView) fyne.CanvasObject {
	v := s.voice
	keep := func(text string) {
		if strings.TrimSpace(text) != d.Answers.Reference {
			s.answer(dispute.KeyReference, text)
		}
	}
	entry := part.NewEntry(part.EntrySpec{Placeholder: v.T("dispute.reference", "Reference number"), OnSubmit: keep})
	entry.SetText(d.Answers.Reference)
	return part.Row(8, part.Sized(280, 0, entry), part.NewButton(part.ButtonSpec{Text: v.T("dispute.keep", "Keep"), Height: 28, OnTap: func() { keep(entry.Text()) }}), part.Space())
}

// sentence begins with a capital.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
