package banks

import (
	"coffer/app"
	"coffer/app/consent"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// drawBanks shows the cards.
func (s *Screen) drawBanks() {
	v := s.voice
	spec := part.HeaderSpec{Title: v.T("place.banks", "Banks")}
	switch {
	case s.data == nil && s.wrong != nil:
		s.frame(spec)
		s.fill(part.NewEmptyState(part.EmptySpec{
			Icon: "warning", Title: v.T("banks.failed", "The links can’t be read now"), Line: v.Fault(s.wrong),
			Acts: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("try-again", "Try again"), Rank: part.Main, OnTap: func() { s.view.Refresh(s.ctx) }})},
		}))
		return
	case s.data == nil:
		s.frame(spec)
		s.fill(container.NewStack())
		return
	case len(s.data.links)+len(s.data.files)+len(s.data.receipts) == 0:
		s.frame(spec)
		s.fill(s.empty())
		return
	}
	spec.Sub = s.summary()
	spec.Right = s.headActs()
	at, holds := s.hold()
	s.frame(spec)
	offset := fyne.NewPos(0, 0)
	if s.scroll != nil {
		offset = s.scroll.Offset
	}
	s.scroll = scrolled(part.Inset(s.sides(), container.New(&capped{mostWide}, s.sheet())))
	s.fill(s.scroll)
	s.scroll.Offset = offset
	s.scroll.Refresh()
	if holds {
		s.retake(at)
	}
}

func (s *Screen) summary() string {
	v, links := s.voice, 0
	for _, l := range s.data.links {
		if !over(l.State) {
			links++
		}
	}
	return v.N("banks.links", "{{.N}} link", "{{.N}} links", links) + ", " + v.N("banks.accounts", "{{.N}} account", "{{.N}} accounts", s.data.accounts)
}

func (s *Screen) headActs() []fyne.CanvasObject {
	v := s.voice
	add := part.NewButton(part.ButtonSpec{Icon: "plus", Text: v.T("banks.add", "Add a bank"), Key: "A", Rank: part.Main, OnTap: s.AddBank})
	reads := false
	for _, l := range s.data.links {
		reads = reads || l.State.Reads()
	}
	if !reads {
		return []fyne.CanvasObject{add}
	}
	again := part.ButtonSpec{Icon: "refresh", Text: v.T("banks.refresh-all", "Refresh all"), Key: "R", OnTap: s.refreshAll}
	if s.stopsAll() {
		again = part.ButtonSpec{Icon: "close", Text: v.T("banks.stop", "Stop reading"), OnTap: func() { s.coffer.StopReading("") }}
	}
	return []fyne.CanvasObject{part.NewButton(again), add}
}

func (s *Screen) empty() fyne.CanvasObject {
	v := s.voice
	return part.NewEmptyState(part.EmptySpec{
		Icon: "banks", Title: v.T("banks.empty", "No bank is linked yet"),
		Line: v.T("banks.empty-line", "You see who is in the path before anything is sent. A statement file works for every bank."),
		Acts: []fyne.CanvasObject{
			part.NewButton(part.ButtonSpec{Text: v.T("banks.add", "Add a bank"), Key: "A", Rank: part.Main, OnTap: s.AddBank}),
			part.NewButton(part.ButtonSpec{Text: v.T("start.import", "Import a statement"), OnTap: s.do.Import}),
		},
	})
}

// sheet puts cards and rows into columns: those that need the person come first.
func (s *Screen) sheet() fyne.CanvasObject {
	s.cards = map[consent.LinkID]*card{}
	var cards, ended []fyne.CanvasObject
	for _, l := range s.data.links {
		if over(l.State) {
			ended = append(ended, s.endedRow(l))
			continue
		}
		c := s.newCard(l)
		s.cards[l.ID] = c
		cards = append(cards, c.panel)
	}
	rest := s.rest(ended)
	if s.columns == 1 {
		return part.Stack(0, s.noteLine(), part.Stack(16, append(cards, rest...)...))
	}
	var left, right []fyne.CanvasObject
	for i, c := range cards {
		if i%2 == 0 {
			left = append(left, c)
		} else {
			right = append(right, c)
		}
	}
	if len(cards) == 0 {
		left, rest = rest, nil
	}
	right = append(right, rest...)
	return part.Stack(0, s.noteLine(), part.Columns(16, []float32{0, 0}, part.Stack(16, left...), part.Stack(16, right...)))
}

// noteLine says what was just done; without that it takes no room.
func (s *Screen) noteLine() fyne.CanvasObject {
	if s.note.text == "" {
		return part.Gap(0, 0)
	}
	icon, tint := "check-circle", look.Good
	if !s.note.good {
		icon, tint = "warning", look.AlertQuiet
	}
	return part.Inset(part.Edges{Bottom: 12}, part.RowTop(8, part.NewPicture(icon, tint, 18), part.Rest(part.NewPara(s.note.text, part.Style{Bold: true}, 2*cardWide))))
}

// rest is what has no card: ended links, accounts from files, and what the words mean.
func (s *Screen) rest(ended []fyne.CanvasObject) []fyne.CanvasObject {
	v := s.voice
	for _, r := range s.data.receipts {
		ended = append(ended, s.goneRow(r))
	}
	var files []fyne.CanvasObject
	for _, a := range s.data.files {
		line := v.T("banks.file-empty", "No balance in its statements")
		if !a.Balance.AsOf.IsZero() {
			line = v.T("banks.file-line", "Last file up to {{.Day}}", "Day", v.FullDay(a.Balance.AsOf))
		}
		files = append(files, s.plainRow("document", accountName(a), line, part.NewLink(v.T("banks.import", "Import"), look.Body, s.do.Import)))
	}
	var objects []fyne.CanvasObject
	for _, g := range []struct {
		title string
		rows  []fyne.CanvasObject
	}{{v.T("banks.ended", "Ended"), ended}, {v.T("banks.files", "From files, no link"), files}} {
		if len(g.rows) > 0 {
			objects = append(objects, part.Stack(6, part.Inset(part.Edges{Top: 2, Left: 2}, part.NewSection(g.title)), part.NewListCard(g.rows...)))
		}
	}
	if len(s.cards) > 0 {
		objects = append(objects, s.pathNote())
	}
	return objects
}

// pathNote says what the words of a path mean, and leads to the list of every connection.
func (s *Screen) pathNote() fyne.CanvasObject {
	v := s.voice
	lines := []fyne.CanvasObject{part.NewPara(v.T("banks.path-note", "“Nobody between” means that this computer asks the bank itself."), part.Style{Role: look.Caption, Tint: look.Muted}, cardWide)}
	if s.do.Privacy != nil {
		lines = append(lines, part.Row(0, part.NewLink(v.T("banks.privacy", "See every connection in Privacy"), look.Caption, s.do.Privacy)))
	}
	return part.Inset(part.Edges{Left: 2}, part.Stack(2, lines...))
}

func (s *Screen) plainRow(icon, name, line string, act *part.Link) fyne.CanvasObject {
	words := part.Stack(0, part.NewText(name, part.Style{}).Cut(120), part.NewText(line, part.Style{Role: look.Caption, Tint: look.Muted}).Cut(120))
	return part.Inset(part.Pad(12, 15), part.Row(10, part.NewPicture(icon, look.Muted, 18), part.Rest(words), act))
}

func (s *Screen) endedRow(l app.LinkView) fyne.CanvasObject {
	v := s.voice
	line := v.T("banks.ended-kept", "Revoked {{.Day}}, proved. Transactions kept", "Day", v.FullDay(l.Since.Local()))
	if len(l.Accounts) == 0 {
		line = v.T("banks.ended-empty", "Revoked {{.Day}}, proved. Nothing kept", "Day", v.FullDay(l.Since.Local()))
	}
	act := v.T("banks.receipt", "Receipt")
	if l.State == consent.Dropped {
		line = v.T("banks.ended-dropped", "Dropped {{.Day}}, never proved. Only you can end it", "Day", v.FullDay(l.Since.Local()))
		act = v.T("banks.dropped-where", "Where")
	}
	return s.plainRow("receipt", l.Bank, line, part.NewLink(act, look.Body, func() { s.openReceipt(l, l.Receipt) }))
}

func (s *Screen) goneRow(r consent.Receipt) fyne.CanvasObject {
	v := s.voice
	line := v.T("banks.ended-empty", "Revoked {{.Day}}, proved. Nothing kept", "Day", v.FullDay(r.Ended.Local()))
	if !r.Proved {
		line = v.T("banks.ended-unproved", "Ended {{.Day}}, never proved. Nothing kept", "Day", v.FullDay(r.Ended.Local()))
	}
	gone := app.LinkView{Link: consent.Link{ID: r.Link, Bank: r.Bank, State: consent.Revoked, Granted: r.Granted}}
	return s.plainRow("receipt", r.Bank, line, part.NewLink(v.T("banks.receipt", "Receipt"), look.Body, func() { s.openReceipt(gone, &r) }))
}

// over reports whether a link has ended for good.
func over(s consent.State) bool { return s == consent.Revoked || s == consent.Dropped }
