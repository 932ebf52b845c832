package transactions

import (
	"context"
	"reflect"
	"slices"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// detail is the open row.
type detail struct {
	id        ledger.TransactionID // that shall be shown; empty if none
	shown     *app.Detail          // nil until the first was read
	asked     ledger.TransactionID // by Open: it stays whatever the list shows
	loads     newest
	seeking   newest
	wanted    *wanted
	after     func() // what the person asked for while it was being read
	answering alert.ID
	opening   bool // the current row shall be opened once it is there

	of         ledger.TransactionID // of category and note
	categories []ledger.Category
	category   *part.Select
	note       *part.Entry
	saved      string // the note as the store has it
	raw        bool   // raw fields are unfolded
	marking    marking
}

// openRow shows the detail of a row.
func (s *Screen) openRow(id ledger.TransactionID) {
	if s.ctx == nil || s.pane.open && s.detail.id == id {
		return
	}
	s.saveNote()
	s.detail.id, s.detail.asked, s.detail.after, s.detail.opening = id, "", nil, false
	s.stopMarking()
	s.read(id)
}

// read reads the detail again and shows it.
func (s *Screen) read(id ledger.TransactionID) {
	ctx := s.detail.loads.begin(s.ctx)
	var d app.Detail
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		d, err = s.coffer.Transaction(ctx, id)
		return err
	}, func(err error) {
		s.detail.loads.stop()
		if err != nil {
			s.fail(err)
			return
		}
		s.showDetail(d)
	})
}

func (s *Screen) showDetail(d app.Detail) {
	closed := !s.pane.open
	if s.detail.shown == nil || closed || !reflect.DeepEqual(*s.detail.shown, d) {
		other := s.detail.shown == nil || s.detail.shown.ID != d.ID
		s.detail.shown = &d
		s.pane.show()
		s.writePane()
		if other {
			s.pane.scroll.ScrollToTop()
		}
	}
	if closed {
		s.body.Refresh()
		s.keepInSight()
	}
	if after := s.detail.after; after != nil {
		s.detail.after = nil
		after()
	}
}

// keepInSight lets the current row not slip under what opened.
func (s *Screen) keepInSight() {
	if line := s.rows.Selected(); line >= 0 {
		s.rows.ScrollTo(line)
	}
}

// withDetail does something with the open row, or opens the current one first.
func (s *Screen) withDetail(do func()) {
	if s.pane.open && s.detail.shown != nil && s.detail.shown.ID == s.detail.id {
		do()
		return
	}
	if s.detail.id == "" {
		if id := s.selected(); id != "" {
			s.openRow(id)
		}
	}
	if s.detail.id != "" {
		s.detail.after = do
	}
}

func (s *Screen) chooseCategory() { s.detail.category.Tapped(&fyne.PointEvent{}) }

func (s *Screen) editNote() { s.detail.note.Focus() }

// writePane builds the detail. Category and note stay the same objects while the row does, so
// that a change elsewhere takes nothing from under the person's hands.
func (s *Screen) writePane() {
	d := s.detail.shown
	if d == nil {
		return
	}
	v := s.voice
	s.fields(d)
	label := func(text string, o fyne.CanvasObject) fyne.CanvasObject {
		return part.Columns(0, []float32{76, 0}, part.NewText(text, part.Style{Role: look.Small, Tint: look.Muted}), o)
	}
	objects := []fyne.CanvasObject{s.headline(d), part.NewPara(s.where(d), part.Style{Tint: look.Muted}, paneInner)}
	if d.Foreign.Currency != "" && d.Foreign.Currency != d.Amount.Currency {
		objects = append(objects, part.NewPara(v.T("detail.foreign", "{{.Amount}} where it was spent", "Amount", v.Change(d.Foreign)), part.Style{Role: look.Small, Tint: look.Muted}, paneInner))
	}
	objects = append(objects, part.Gap(0, 12))
	if d.Alert != nil {
		objects = append(objects, s.strip(d.Alert), part.Gap(0, 12))
	}
	objects = append(objects, s.links(d)...)
	objects = append(objects,
		part.Stack(6, label(v.T("column.category", "Category"), s.detail.category), label(v.T("detail.note", "Note"), s.detail.note)),
		part.Gap(0, 8), s.deeds(d))
	objects = append(objects, s.watching(d)...)
	objects = append(objects, s.otherRows(d)...)
	objects = append(objects, part.Gap(0, 8), part.NewRule(), part.Gap(0, 12))
	if len(d.History) > 0 {
		objects = append(objects, part.NewSection(v.T("detail.history", "How it got here")), part.Gap(0, 8), s.history(d))
	}
	if len(d.Raw) > 0 {
		objects = append(objects, part.Gap(0, 8), s.rawFields(d))
	}
	s.pane.body.Objects = objects
	s.pane.body.Refresh()
	s.pane.ground.Refresh()
}

func (s *Screen) headline(d *app.Detail) fyne.CanvasObject {
	flow := part.Out
	switch {
	case d.Status == ledger.Pending:
		flow = part.Waiting
	case d.Amount.Minor > 0:
		flow = part.In
	}
	payee := d.Payee
	if payee == "" {
		payee = d.Text
	}
	return part.RowTop(8, part.Rest(part.NewPara(payee, part.Style{Role: look.Subheading, Bold: true}, paneInner-110)),
		part.NewText(s.voice.Change(d.Amount), part.Style{Role: look.Heading, Tint: flow.Tint(), Bold: true}))
}

// where says when and in which account.
func (s *Screen) where(d *app.Detail) string {
	v, name := s.voice, d.Account.Name
	if d.Account.Masked != "" {
		name += " ·· " + d.Account.Masked
	}
	day := v.LongDay(d.Date.Time())
	if d.Date.Time().Year() != s.coffer.Today().Time().Year() {
		day = v.FullDay(d.Date.Time())
	}
	return v.T("detail.where", "{{.Day}}, {{.Account}}", "Day", day, "Account", name)
}

func (s *Screen) strip(a *alert.Alert) fyne.CanvasObject {
	v, tone := s.voice, part.Attention
	level := "worth-a-look"
	if a.Level == alert.Interrupt {
		tone, level = part.Grave, "unusual"
	}
	button := func(text, key string, answer alert.Answer) fyne.CanvasObject {
		return part.NewButton(part.ButtonSpec{Text: text, Key: key, Rank: part.OnStrip, Height: 26, OnTap: func() { s.answer(answer) }})
	}
	return part.NewStrip(part.StripSpec{
		Tone: tone, Icon: part.AlertIcon(a.Detector), Wide: paneInner, Title: v.Reason(a.Why.ID, a.Why.Args), Line: v.Level(level) + ".",
		Acts: []fyne.CanvasObject{
			button(v.T("answer.mine", "Mine"), "M", alert.Mine), button(v.T("answer.not-mine", "Not mine"), "N", alert.NotMine), button(v.T("answer.later", "Later"), "L", alert.Later),
			part.NewLink(v.T("detail.why", "Why"), look.Small, func() { s.do.Alert(a.ID) }),
		},
	})
}

// fields brings category and note in line with the row.
func (s *Screen) fields(d *app.Detail) {
	s.detail.categories = append([]ledger.Category{ledger.NoCategory}, ledger.Categories()...)
	chosen := slices.Index(s.detail.categories, d.Category)
	if chosen < 0 {
		chosen, s.detail.categories = len(s.detail.categories), append(s.detail.categories, d.Category)
	}
	words := make([]string, len(s.detail.categories))
	for i, c := range s.detail.categories {
		words[i] = s.voice.Category(string(c))
	}
	words[0] = s.voice.T("category.none", "No category")
	if s.detail.of == d.ID {
		s.detail.category.SetOptions(words, chosen)
		s.noteIs(d.Note)
		return
	}
	id, categories := d.ID, s.detail.categories
	s.detail.of = id
	s.detail.category = part.NewSelect(words, chosen, func(i int) { s.setCategory(id, categories[i]) })
	s.detail.saved = d.Note
	s.detail.note = part.NewEntry(part.EntrySpec{
		Placeholder: s.voice.T("detail.add-note", "Add a note"), Height: 28, OnSubmit: func(string) { s.saveNote() },
	})
	s.detail.note.SetText(d.Note)
	s.detail.note.SetTrail(newLeaving(s.detail.note.Focused, s.saveNote))
}

// noteIs shows the note as it was read, unless the person is writing one.
func (s *Screen) noteIs(note string) {
	if s.detail.note.Text() != s.detail.saved || s.detail.saved == note {
		return
	}
	s.detail.saved = note
	s.detail.note.SetText(note)
}

// saveNote saves what was written, if it is another note.
func (s *Screen) saveNote() {
	if s.detail.note == nil || s.detail.note.Text() == s.detail.saved {
		return
	}
	id, was, text := s.detail.of, s.detail.saved, s.detail.note.Text()
	s.detail.saved = text
	s.setNote(id, text, func(err error) {
		if err != nil && s.detail.of == id && s.detail.saved == text {
			s.detail.saved = was // leaving the field tries again
		}
	})
}

// leaving is told, as part of an entry, whenever the entry gets or loses the keyboard.
type leaving struct {
	widget.BaseWidget
	focused func() bool
	left    func()
	was     bool
}

func newLeaving(focused func() bool, left func()) *leaving {
	l := &leaving{focused: focused, left: left}
	l.ExtendBaseWidget(l)
	return l
}

// Refresh implements fyne.Widget.
func (l *leaving) Refresh() {
	was := l.was
	l.was = l.focused()
	if was && !l.was {
		l.left()
	}
	l.BaseWidget.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (l *leaving) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(part.Gap(0, 0))
}
