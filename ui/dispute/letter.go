package dispute

import (
	"context"
	"errors"
	"strings"

	"coffer/app"
	"coffer/app/dispute"
	"coffer/app/fault"
	"coffer/app/whole"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/paper"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// letter shows the letter as it will be printed, or lets the person write it.
func (s *Screen) letter(d app.DisputeView) fyne.CanvasObject {
	v := s.voice
	p, err := paper.Letter(v, d, s.coffer.Today())
	if err != nil {
		return part.NewErrorLine(v.Fault(err))
	}
	word := v.T("dispute.edit", "Edit the text")
	if s.editing {
		word = v.T("dispute.as-printed", "As it is printed")
	}
	head := part.Row(8, part.NewSection(v.T("dispute.letter", "Letter")), part.Space(), part.NewLink(word, look.Small, func() {
		s.editing = !s.editing
		s.draw()
	}))
	foot := part.NewPara(v.T("dispute.nothing-sent", "Made on this computer. Nothing is sent: you save it, you send it. ")+v.NoAdvice(), part.Style{Role: look.Caption, Tint: look.Muted}, letterWide)
	sheet := s.sheet(p)
	if s.editing {
		sheet = s.editor(d, p)
	}
	return part.Stack(8, head, sheet, foot)
}

// sheet is the first page.
func (s *Screen) sheet(p dispute.Paper) fyne.CanvasObject {
	inner := letterWide - 56
	small := func(text string, align fyne.TextAlign) fyne.CanvasObject {
		return part.NewPara(text, part.Style{Role: look.Caption, Align: align}, inner)
	}
	var lines []fyne.CanvasObject
	for _, text := range p.Sender {
		lines = append(lines, small(text, fyne.TextAlignTrailing))
	}
	lines = append(lines, part.Gap(0, 8))
	for _, text := range append(append([]string{}, p.Recipient...), p.Date) {
		lines = append(lines, small(text, fyne.TextAlignLeading))
	}
	lines = append(lines, part.Gap(0, 12), part.NewPara(p.Subject, part.Style{Bold: true}, inner))
	paragraphs := func(all []string) {
		for _, text := range all {
			lines = append(lines, part.Gap(0, 6), small(text, fyne.TextAlignLeading))
		}
	}
	paragraphs(p.Opening)
	lines = append(lines, part.Gap(0, 6), part.NewRule())
	for _, item := range p.Items {
		lines = append(lines, part.Columns(8, []float32{112, 0, 76}, part.NewText(item.Day, part.Style{Role: look.Caption}), part.NewText(item.Text, part.Style{Role: look.Caption}).Cut(60),
			part.NewText(item.Amount, part.Style{Role: look.Caption, Align: fyne.TextAlignTrailing})))
	}
	lines = append(lines, part.NewRule())
	paragraphs(p.Closing)
	lines = append(lines, part.Gap(0, 16), small(p.Sign, fyne.TextAlignLeading), part.Gap(0, 26), part.Row(0, part.Sized(180, 1, part.NewRule()), part.Space()))
	return part.NewPanel(look.Surface, look.RadiusPaper, part.Pad(24, 28), part.Stack(0, lines...)).Edged(look.Separator)
}

// editor asks for the addresses and the paragraphs of the letter.
func (s *Screen) editor(d app.DisputeView, p dispute.Paper) fyne.CanvasObject {
	v := s.voice
	words := d.Answers.Words
	if len(words) == 0 {
		words = paper.LetterWords(v, d)
	}
	holder, bank := s.linesEntry(d.Answers.Holder), s.linesEntry(d.Answers.Bank)
	text := s.linesEntry(words)
	asWritten := strings.Join(words, "\n")
	save := part.NewButton(part.ButtonSpec{Text: v.T("dispute.save-text", "Keep the text"), Rank: part.Main, OnTap: func() {
		own := text.Text()
		if len(d.Answers.Words) == 0 && own == asWritten {
			own = "" // it goes on following the answers
		}
		s.write(map[string]string{dispute.KeyHolder: holder.Text(), dispute.KeyBank: bank.Text(), dispute.KeyWords: own})
	}})
	acts := []fyne.CanvasObject{save}
	if len(d.Answers.Words) > 0 {
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("dispute.our-text", "Coffer’s words again"), OnTap: func() {
			s.write(map[string]string{dispute.KeyHolder: holder.Text(), dispute.KeyBank: bank.Text(), dispute.KeyWords: ""})
		}}))
	}
	return part.Stack(6, part.NewSection(v.T("dispute.edit-name", "Your name and address")), holder,
		part.NewSection(v.T("dispute.edit-bank", "The bank’s name and address, from its own page or a statement")), bank,
		part.NewSection(v.T("dispute.edit-words", "Paragraphs, one a line")), part.Sized(0, 240, text), part.Row(8, acts...))
}

func (s *Screen) linesEntry(lines []string) *part.Entry {
	e := part.NewEntry(part.EntrySpec{Lines: true})
	e.SetText(strings.Join(lines, "\n"))
	return e
}

// write keeps several answers as one act.
func (s *Screen) write(texts map[string]string) {
	id, before := s.id, s.shown.Answers
	s.editing = false
	s.acts.Perform(&live.Act{Said: s.voice.T("dispute.text-kept", "The letter is as you wrote it."), Do: func(ctx context.Context) (func(context.Context) error, error) {
		for _, key := range []string{dispute.KeyHolder, dispute.KeyBank, dispute.KeyWords} {
			if _, err := s.coffer.SetDisputeAnswer(ctx, id, key, texts[key]); err != nil {
				return nil, errors.Join(err, s.coffer.PutDisputeAnswers(ctx, id, before))
			}
		}
		return func(ctx context.Context) error { return s.coffer.PutDisputeAnswers(ctx, id, before) }, nil
	}})
}

// savePDF writes the letter with what is enclosed into a folder that the person chooses.
func (s *Screen) savePDF() {
	s.save(".pdf", func(d app.DisputeView) ([]byte, error) {
		p, err := paper.Letter(s.voice.Hiding(false), d, s.coffer.Today()) // on paper nothing is hidden
		if err != nil {
			return nil, err
		}
		return p.PDF()
	})
}

// saveCSV writes the evidence into a folder that the person chooses.
func (s *Screen) saveCSV() {
	s.save(".csv", func(d app.DisputeView) ([]byte, error) {
		var b strings.Builder
		name := d.Account.Name
		if d.Account.Masked != "" {
			name += " ·· " + d.Account.Masked
		}
		err := dispute.WriteCSV(&b, name, d.Evidence())
		return []byte(b.String()), err
	})
}

func (s *Screen) save(ending string, made func(app.DisputeView) ([]byte, error)) {
	if s.shown == nil || s.do.AskFolder == nil {
		return
	}
	d, id := *s.shown, s.id
	s.do.AskFolder(func(dir string) {
		path := ""
		s.desk.Do(s.ctx, func(ctx context.Context) error {
			raw, err := made(d)
			if err != nil {
				return err
			}
			if path, err = saveNew(dir, paper.FileName(d.Dispute), ending, raw); err != nil {
				return err
			}
			err = s.coffer.NoteDispute(ctx, id, dispute.Event{What: dispute.LetterSaved})
			if fault.KindOf(err) == fault.BadDispute { // closed: it is written all the same
				return nil
			}
			return err
		}, func(err error) {
			if err != nil {
				s.fail(err)
				return
			}
			s.saved = path
			s.refresh()
		})
	})
}

// saveNew writes a file that takes no other's place.
func saveNew(dir, name, ending string, raw []byte) (string, error) {
	path, err := whole.WriteNew(dir, name, ending, raw)
	if err != nil {
		return "", fault.New(fault.DiskFailed, "save the letter", err)
	}
	return path, nil
}
