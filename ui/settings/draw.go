package settings

import (
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// row names a row of the main page, so that a panel or a word can stand under it.
type row string

const (
	lockRow       row = "lock"
	passphraseRow row = "passphrase"
	keyringRow    row = "keyring"
	recoveryRow   row = "recovery"
	rekeyRow      row = "rekey"
	backupRow     row = "backup"
	restoreRow    row = "restore"
	placeRow      row = "place"
	checkRow      row = "check"
	proxyRow      row = "proxy"
	readRow       row = "read"
	meteredRow    row = "metered"
	loginRow      row = "login"

	sensitivityRow row = "sensitivity"
	noticeRow      row = "notice"
	watchRow       row = "watch"
)

// word is what came of an act.
type word struct {
	text string
	tint fyne.ThemeColorName
	next string // what may follow; "" offers nothing
	do   func()
}

// line is what a row of 44 shows: words left, controls right, and what stands under them.
type line struct {
	row   row
	title string
	sub   string
	tint  fyne.ThemeColorName // of sub; "" is muted
	acts  []fyne.CanvasObject
	under []fyne.CanvasObject
}

// draw writes the page anew from what is known, and leaves the keyboard where it was.
func (s *Screen) draw() {
	held, offset := s.held(), s.scroll.Offset
	s.named, s.order = map[string]fyne.Focusable{}, nil
	side, foot := float32(24), float32(28)
	if s.narrow {
		side, foot = 16, 20
	}
	column := part.Stack(0, s.page()...)
	s.scroll.Content = part.Inset(part.Edges{Left: side, Right: side, Bottom: foot}, part.RowTop(0, part.Sized(columnWide, 0, column), part.Space()))
	part.Follow(s.scroll.Content, s.reveal)
	s.content.Objects = []fyne.CanvasObject{s.header(), part.Rest(s.scroll)}
	s.content.Refresh()
	s.scroll.Refresh()
	s.scroll.ScrollToOffset(offset)
	if now, ok := s.named[held]; ok {
		s.focus(now)
		s.scroll.ScrollToOffset(offset) // before it has its place, what has the keyboard can't be brought into sight
	}
}

func (s *Screen) header() fyne.CanvasObject {
	v := s.voice
	spec := part.HeaderSpec{Title: v.T("place.settings", "Settings")}
	switch s.face {
	case atKey, atTypeBack:
		spec.Title, spec.OnBack = v.T("settings.recovery", "Recovery key"), s.leaveFace
	case atDelete:
		spec.Title, spec.OnBack = v.T("erase.title", "Delete everything"), s.leaveFace
	}
	h := part.NewPlaceHeader(spec)
	h.SetNarrow(s.narrow)
	return h
}

func (s *Screen) page() []fyne.CanvasObject {
	switch s.face {
	case atKey:
		return s.keyPage()
	case atTypeBack:
		return s.typeBackPage()
	case atDelete:
		return s.erasePage()
	}
	return s.mainPage()
}

func (s *Screen) mainPage() []fyne.CanvasObject {
	v := s.voice
	var all []fyne.CanvasObject
	if s.trouble != nil {
		again := part.NewButton(part.ButtonSpec{Text: v.T("try-again", "Try again"), Rank: part.OnStrip, Height: 26, OnTap: s.reload})
		all = append(all, part.NewStrip(part.StripSpec{Tone: part.Attention, Icon: "warning", Title: v.Fault(s.trouble), Wide: columnWide, Acts: []fyne.CanvasObject{again}}), part.Gap(0, 12))
	}
	if s.data == nil {
		return all
	}
	section := func(title string, rows ...fyne.CanvasObject) {
		if len(rows) > 0 {
			all = append(all, part.Inset(part.Edges{Right: 2, Bottom: 6, Left: 2}, part.NewSection(title)), part.NewListCard(rows...), part.Gap(0, 18))
		}
	}
	section(v.T("settings.lock", "Lock and keys"), s.lockRows()...)
	section(v.T("settings.reading", "Reading your banks"), s.readingRows()...)
	section(v.T("settings.alerts", "Alerts"), s.alertRows()...)
	section(v.T("settings.backups", "Backups"), s.backupRows()...)
	section(v.T("settings.check", "Verify the vault"), s.checkRows()...)
	section(v.T("settings.network", "Network"), s.networkRows()...)
	section(v.T("settings.look", "Appearance"), s.lookRows()...)
	section(v.T("settings.vault", "This vault"), s.vaultRows()...)
	section(v.T("settings.about", "About"), s.aboutRows()...)
	section(v.T("settings.score", "How good the alerts are"), s.scoreRows()...)
	return all
}

// line draws one row of 44, and under it a warning, the word about its last act, and its open panel.
func (s *Screen) line(l line) fyne.CanvasObject {
	tint := l.tint
	if tint == "" {
		tint = look.Muted
	}
	head := []fyne.CanvasObject{part.NewText(l.title, part.Style{})}
	head = append(head, part.Rest(part.NewText(l.sub, part.Style{Tint: tint}).Cut(40)))
	body := []fyne.CanvasObject{part.Sized(0, rowHigh, part.Row(8, append(head, l.acts...)...))}
	under := l.under
	if w, ok := s.words[l.row]; ok && l.row != "" {
		under = append(under, para(w.text, w.tint))
		if w.next != "" {
			under = append(under, part.Row(0, s.link(string(l.row)+"-next", w.next, w.do), part.Space()))
		}
	}
	if s.panel != nil && s.panel.row == l.row && l.row != "" {
		under = append(under, s.panel.body)
	}
	if s.job != nil && s.job.row == l.row {
		under = append(under, s.job.line, s.job.bar)
	}
	if len(under) > 0 {
		body = append(body, part.Inset(part.Edges{Bottom: 12}, part.Stack(6, under...)))
	}
	return part.Inset(part.Edges{Left: 16, Right: 16}, part.Stack(0, body...))
}

func para(text string, tint fyne.ThemeColorName) fyne.CanvasObject {
	return part.NewPara(text, part.Style{Role: look.Small, Tint: tint}, innerWide)
}

// button makes a button that keeps the keyboard over a redraw. It is off while something runs.
func (s *Screen) button(name string, spec part.ButtonSpec) *part.Button {
	b := part.NewButton(spec)
	if s.job != nil {
		b.Disable()
	}
	s.name(name, b)
	return b
}

// link makes a link that keeps the keyboard over a redraw.
func (s *Screen) link(name, text string, do func()) *part.Link {
	l := part.NewLink(text, look.Small, do)
	s.name(name, l)
	return l
}

func (s *Screen) name(name string, f fyne.Focusable) {
	s.named[name] = f
	s.order = append(s.order, name)
}

// held is the name of what has the keyboard, or empty.
func (s *Screen) held() string {
	c := canvasOf(s.content)
	if c == nil || c.Focused() == nil {
		return ""
	}
	for name, f := range s.named {
		if f == c.Focused() {
			return name
		}
	}
	return ""
}

func (s *Screen) focus(f fyne.Focusable) {
	if c := canvasOf(s.content); c != nil {
		c.Focus(f)
	}
}

// reveal scrolls so far that o is in sight.
func (s *Screen) reveal(o fyne.CanvasObject) { part.ScrollTo(s.scroll, o) }

func canvasOf(o fyne.CanvasObject) fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(o) }
