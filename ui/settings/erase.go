package settings

import (
	"context"
	"strings"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const eraseRow row = "erase"

// erasing is what is typed on the page that deletes everything.
type erasing struct {
	word, secret *part.Entry
	wrong        *part.Para
	act          *part.Button
}

func (s *Screen) openErase() {
	s.dropPanel()
	v := s.voice
	label, _ := s.current()
	e := &s.erase
	change := func(string) { s.readyToErase() }
	e.secret = part.NewEntry(part.EntrySpec{Password: true, Placeholder: label, OnChange: change, OnSubmit: func(string) { s.eraseAll() }})
	e.word = part.NewEntry(part.EntrySpec{Placeholder: s.eraseWord(), OnChange: change, OnSubmit: func(string) { e.secret.Focus() }})
	e.wrong = part.NewPara("", small(look.AlertHigh), keyWide)
	e.act = part.NewButton(part.ButtonSpec{Text: v.T("erase.do", "Delete everything"), Rank: part.Danger, OnTap: s.eraseAll})
	e.act.Disable()
	s.turn(atDelete)
}

// dropErasing takes the secret off the page.
func (s *Screen) dropErasing() {
	if s.erase.secret != nil {
		s.erase.secret.Take()
		s.erase.word.Take()
	}
	s.erase = erasing{}
}

// eraseWord is what must be typed.
func (s *Screen) eraseWord() string { return s.voice.T("erase.word", "delete") }

func (s *Screen) readyToErase() {
	e := &s.erase
	e.secret.SetWrong(false)
	e.wrong.Set("")
	enable(e.act, s.job == nil && s.erasable())
	s.settle()
}

func (s *Screen) erasable() bool {
	e := &s.erase
	return strings.EqualFold(strings.TrimSpace(e.word.Text()), s.eraseWord()) && e.secret.Text() != ""
}

// erasePage offers a backup first, then asks for the word and the passphrase.
func (s *Screen) erasePage() []fyne.CanvasObject {
	v, e := s.voice, &s.erase
	backup := s.button("backup", part.ButtonSpec{Text: v.T("erase.backup", "Back up first"), OnTap: func() { s.backUp(eraseRow) }})
	banks := s.link("banks", v.T("erase.banks", "Revoke them in Banks"), s.do.Banks)
	objects := []fyne.CanvasObject{
		part.Gap(0, 12), title(v.T("erase.head", "Delete this vault"), v.T("erase.why", "The keys go first, so that nothing of it can be read again; then the files. There is no undo.")),
		part.Gap(0, 16), part.NewNotes(keyWide,
			part.Note{Icon: "document", Text: v.T("erase.backups", "Backups stay where they are: {{.Count}} in {{.Place}}. Each holds everything of its day and opens with the secrets of its day. Delete them by hand if they should go too.", "Count", v.Count(len(s.data.backups)), "Place", homely(s.data.place.Dir))},
			part.Note{Icon: "link", Text: v.T("erase.links", "Links that you have not revoked stay granted at the bank: nobody is left who could end them from here.")},
		),
		part.Gap(0, 14), part.Row(16, backup, banks, part.Space()),
	}
	if s.job != nil && s.job.row == eraseRow {
		objects = append(objects, part.Gap(0, 8), s.job.line)
	}
	if w, ok := s.words[eraseRow]; ok {
		objects = append(objects, part.Gap(0, 8), para(w.text, w.tint))
	}
	objects = append(objects,
		part.Gap(0, 16), part.NewRule(), part.Gap(0, 16),
		part.NewText(v.T("erase.type", "Type the word “{{.Word}}”", "Word", s.eraseWord()), part.Style{}), part.Gap(0, 6), half(e.word),
		part.Gap(0, 10), half(e.secret), part.Gap(0, 6), e.wrong, part.Gap(0, 10), part.Row(0, e.act, part.Space()))
	return []fyne.CanvasObject{keyed(objects...)}
}

func half(o fyne.CanvasObject) fyne.CanvasObject {
	return part.RowTop(0, part.Sized(entryWide, 0, o), part.Space())
}

// eraseAll deletes the vault. What follows is the frame's: there is no vault any more.
func (s *Screen) eraseAll() {
	if s.job != nil || !s.erasable() {
		return
	}
	_, wrong := s.current()
	e, typed := s.erase, secret.New(s.erase.secret.Text())
	e.act.Disable()
	s.run(chore{row: eraseRow, word: s.voice.T("erase.running", "Deleting"), work: func(ctx context.Context, _ tell) error {
		left, err := s.coffer.DeleteEverything(ctx, typed)
		switch { // without a vault this place is gone: the frame says what came of it
		case err == nil:
			s.outlive(func() string { return s.left(left) })
		case ctx.Err() != nil && fault.KindOf(err) != fault.Canceled:
			s.outlive(func() string { return s.voice.Fault(err) })
		}
		return err
	}, done: func(err error) {
		if err == nil {
			s.dropErasing()
			s.face = atMain
			s.data = nil
			s.draw()
			return
		}
		s.draw()
		text := s.voice.Fault(err)
		if fault.KindOf(err) == fault.WrongPassphrase {
			text = wrong
			e.secret.SetWrong(true)
		}
		e.wrong.Set(text)
		enable(e.act, true)
		s.settle()
		e.secret.Focus()
		e.secret.SelectAll()
	}})
}

// left says what deleting everything did not delete.
func (s *Screen) left(d app.Deleted) string {
	v := s.voice
	text := v.T("erase.done", "The vault is deleted.")
	if d.Backups > 0 {
		text += " " + v.N("erase.left-backups", "{{.N}} backup stays in its folder.", "{{.N}} backups stay in their folder.", d.Backups)
	}
	if d.Links > 0 {
		text += " " + v.N("erase.left-links", "{{.N}} link was not revoked: end it at the bank’s own page.", "{{.N}} links were not revoked: end them at the banks’ own pages.", d.Links)
	}
	return text
}

var _ Coffer = (*app.Coffer)(nil)
