package imports

import (
	"strings"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const (
	panelWide float32 = 288
	whyColumn int     = 3
)

// group is the fates that a chip and a group row put together.
type group struct {
	fates []app.Fate
	name  string
	icon  string
	tint  fyne.ThemeColorName
}

func (s *Screen) groups() []group {
	v := s.voice
	return []group{
		{[]app.Fate{app.LineSkipped}, v.T("import.group-skipped", "Skipped"), "warning", look.AlertQuiet},
		{[]app.Fate{app.LineSame}, v.T("import.group-same", "Already there"), "check", look.Muted},
		{[]app.Fate{app.LineBooks, app.LineNew}, v.T("import.group-new", "New"), "plus", look.Good},
	}
}

func (g group) has(f app.Fate) bool {
	for _, own := range g.fates {
		if own == f {
			return true
		}
	}
	return false
}

// showPreview draws the lines and the panel.
func (s *Screen) showPreview() {
	if len(s.preview.Parts) == 0 {
		s.ask(s.voice.T("import.empty", "There is no account in this file. Nothing was imported."))
		return
	}
	s.page = s.showPreview
	v, shown := s.voice, s.preview.Parts[s.part]
	s.header.SetTitle(v.T("import.title", "Import a statement"), v.N("import.lines", "{{.File}}, {{.N}} movement", "{{.File}}, {{.N}} movements", len(shown.Lines), "File", s.preview.Name))
	s.header.SetRight(s.chips(shown)...)
	rows := s.rows(shown)
	whole := part.NewPara("", part.Style{Role: look.Small, Tint: look.Muted}, 720)
	list := part.NewRegister(part.RegisterSpec{
		Columns: []part.Column{
			{Title: v.T("column.line", "Line"), Width: 44}, {Title: v.T("column.date", "Date"), Width: 82},
			{Title: v.T("column.payee", "Payee")}, {Title: v.T("column.why", "Why")}, {Title: v.T("column.amount", "Amount"), Width: 92, Right: true},
		},
		Len: func() int { return len(rows) },
		Row: func(id int) (part.RegisterRow, bool) {
			if id < 0 || id >= len(rows) {
				return part.RegisterRow{}, false
			}
			return rows[id], true
		},
	})
	left := part.Stack(0, part.Rest(list), whole)
	list.SetOnMove(func(id int) { // what a column cuts is told in full
		whole.Set("")
		if id >= 0 && id < len(rows) && len(rows[id].Cells) > whyColumn {
			whole.Set(strings.Trim(rows[id].Cells[whyColumn-1].Text+". "+rows[id].Cells[whyColumn].Text, ". ") + ".")
		}
		left.Refresh()
	})
	list.SetNarrow(s.narrow)
	if s.narrow {
		s.show(part.Stack(0, part.Rest(left), part.NewRule(), part.NewPanel(look.Surface, 0, part.Pad(12, 16), s.foot(shown))))
		return
	}
	side := part.NewPanel(look.Surface, 0, part.Edges{Top: 20, Left: 18, Right: 18, Bottom: 16}, s.panel(shown))
	s.show(part.Columns(0, []float32{0, 1, panelWide}, left, part.NewUpright(), side))
}

// foot is the panel of a narrow window.
func (s *Screen) foot(p app.ImportPart) fyne.CanvasObject {
	v := s.voice
	counts := v.T("import.counts", "{{.New}} new, {{.Same}} already there, {{.Skipped}} skipped", "New", v.Count(newOf(p)), "Same", v.Count(p.Same), "Skipped", v.Count(p.Skipped))
	return part.Stack(8, part.Row(10, part.NewText(counts, part.Style{Bold: true}), part.Space(), s.into(p)), s.act())
}

// newOf counts the lines of an account that bring something.
func newOf(p app.ImportPart) int { return len(p.Lines) - p.Same - p.Skipped }

// brings counts them in the whole file.
func (s *Screen) brings() (n int) {
	for _, p := range s.preview.Parts {
		n += newOf(p)
	}
	return n
}

func (s *Screen) chips(p app.ImportPart) []fyne.CanvasObject {
	v := s.voice
	pick := func(fate int) func() {
		return func() {
			s.fate = fate
			s.showPreview()
		}
	}
	all := []fyne.CanvasObject{part.NewChip(part.ChipSpec{Text: v.T("import.chip-all", "All {{.N}}", "N", v.Count(len(p.Lines))), On: s.fate < 0, OnTap: pick(-1)})}
	for i, g := range s.groups() {
		n := 0
		for _, l := range p.Lines {
			if g.has(l.Fate) {
				n++
			}
		}
		if n > 0 {
			all = append(all, part.NewChip(part.ChipSpec{Text: g.name + " " + v.Count(n), On: s.fate == i, OnTap: pick(i)}))
		}
	}
	return all
}

// rows turns lines into rows, each group under its label: what needs eyes is on top.
func (s *Screen) rows(p app.ImportPart) []part.RegisterRow {
	v, today := s.voice, s.coffer.Today().Time()
	var rows []part.RegisterRow
	for i, g := range s.groups() {
		if s.fate >= 0 && s.fate != i {
			continue
		}
		var own []part.RegisterRow
		for _, l := range p.Lines {
			if g.has(l.Fate) {
				own = append(own, s.row(l, g, v.Day(l.Date.Time(), today)))
			}
		}
		if len(own) > 0 {
			rows = append(rows, part.RegisterRow{Group: true, Label: g.name, Note: v.N("import.group-lines", "{{.N}} line", "{{.N}} lines", len(own))})
			rows = append(rows, own...)
		}
	}
	return rows
}

func (s *Screen) row(l app.ImportLine, g group, day string) part.RegisterRow {
	v := s.voice
	why := v.Reason(l.Reason.ID, l.Reason.Args)
	ink := look.Text
	amount := part.Cell{}
	switch {
	case l.Fate == app.LineSkipped:
		day, ink = "", look.Muted
	case l.Fate == app.LineSame:
		ink = look.Muted
		amount = part.Cell{Text: v.Change(l.Amount), Tint: look.Muted}
	default:
		if l.Reason.ID == ledger.ReasonNew {
			why = ""
		}
		amount = part.Cell{Text: v.Change(l.Amount), Tint: flow(l.Amount.Minor)}
	}
	whyInk := look.Muted
	if l.Fate == app.LineSkipped {
		whyInk = look.AlertQuiet
	}
	return part.RegisterRow{Icon: g.icon, IconTint: g.tint, Cells: []part.Cell{
		{Text: v.Count(l.Line), Tint: look.Muted}, {Text: day, Tint: ink}, {Text: l.Payee, Tint: ink}, {Text: why, Tint: whyInk}, amount,
	}}
}

func flow(minor int64) fyne.ThemeColorName {
	if minor < 0 {
		return look.MoneyOut
	}
	return look.MoneyIn
}

// panel is the right side: the counts, the account, how the file was read, and the one act.
func (s *Screen) panel(p app.ImportPart) fyne.CanvasObject {
	v := s.voice
	brings := newOf(p)
	count := func(n int, ink fyne.ThemeColorName, words string) fyne.CanvasObject {
		number := part.NewText(v.Count(n), part.Style{Role: look.TitleLarge, Tint: ink, Bold: true, Align: fyne.TextAlignTrailing})
		return part.Row(10, part.Sized(44, 0, number), part.NewText(words, part.Style{}))
	}
	objects := []fyne.CanvasObject{
		count(brings, look.Good, v.T("import.will-add", "new, will be added")),
		count(p.Same, look.Text, v.T("import.will-stay", "already there, left as they are")),
		count(p.Skipped, look.AlertQuiet, v.T("import.will-skip", "skipped, each with its reason")),
		count(len(p.Lines), look.Text, v.T("import.in-file", "movements in the file")),
		part.Gap(0, 4), part.NewShares(part.Share{Count: brings, Tint: look.Good}, part.Share{Count: p.Same, Tint: look.ChartBar}, part.Share{Count: p.Skipped, Tint: look.AlertQuiet}),
		part.Gap(0, 10), part.NewRule(), part.Gap(0, 8),
	}
	objects = append(objects, s.accountChoice(p)...)
	objects = append(objects, part.Gap(0, 10), part.NewSection(v.T("import.how", "How the file was read")),
		part.NewFacts(84, panelWide-36,
			part.Fact{Label: v.T("import.how-format", "Format"), Text: v.T("import.how-format-value", "{{.Name}} {{.Version}}", "Name", s.preview.File.Format, "Version", s.preview.File.How.Version)},
			part.Fact{Label: v.T("import.how-letters", "Letters"), Text: s.preview.File.How.Encoding},
		))
	if p.Statement.HasBalance && p.Statement.Balance.Booked.Currency != "" {
		objects = append(objects, part.Gap(0, 8), part.NewPara(v.T("import.balance", "Balance in the file: {{.Amount}}", "Amount", v.Money(p.Statement.Balance.Booked)), part.Style{Role: look.Small, Tint: look.Muted}, panelWide-36))
	}
	for _, u := range s.preview.File.Unread {
		objects = append(objects, part.Gap(0, 6), part.NewPara(v.T("import.unread", "Line {{.Line}}: {{.Why}}", "Line", u.Line, "Why", v.Reason(u.Reason.ID, u.Reason.Args)), part.Style{Role: look.Small, Tint: look.AlertQuiet}, panelWide-36))
	}
	return part.Stack(4, append(objects, part.Space(), s.act())...)
}

// accountChoice lets the person say which account the rows belong to.
func (s *Screen) accountChoice(p app.ImportPart) []fyne.CanvasObject {
	v := s.voice
	var objects []fyne.CanvasObject
	if n := len(s.preview.Parts); n > 1 {
		names := make([]string, n)
		for i, other := range s.preview.Parts {
			names[i] = v.T("import.nth", "Account {{.N}} of {{.Of}}: {{.Name}}", "N", i+1, "Of", n, "Name", masked(other.Statement.Account))
		}
		objects = append(objects, part.NewSection(v.T("import.showing", "Showing")), part.NewSelect(names, s.part, func(i int) {
			s.part = i
			s.showPreview()
		}))
	}
	return append(objects, part.NewSection(v.T("import.into", "Into")), s.into(p))
}

// into is the choice of the account that the rows go to.
func (s *Screen) into(p app.ImportPart) fyne.CanvasObject {
	v := s.voice
	into := masked(p.Into)
	if p.Into.ID == "" {
		into = v.T("import.new-account", "A new account, {{.Name}}", "Name", masked(p.Into))
	}
	names := []string{into}
	for _, a := range p.Could {
		names = append(names, masked(a.Account))
	}
	return part.NewSelect(names, 0, func(i int) {
		if i > 0 && !s.busy {
			s.chosen[s.part] = p.Could[i-1].ID
			s.read()
		}
	})
}

func masked(a ledger.Account) string {
	name := a.Name
	if a.Masked != "" {
		name += " ·· " + a.Masked
	}
	return name
}

// act is the foot of the panel: import, or close where there is nothing new.
func (s *Screen) act() fyne.CanvasObject {
	v := s.voice
	small := func(text string, tint fyne.ThemeColorName) fyne.CanvasObject {
		return part.NewPara(text, part.Style{Role: look.Small, Tint: tint}, panelWide-36)
	}
	brings := s.brings()
	if brings == 0 {
		same := 0
		for _, p := range s.preview.Parts {
			same += p.Same
		}
		text := v.T("import.nothing", "Nothing in it can be imported.")
		if same > 0 {
			text = v.N("import.nothing-new", "It is already there. Nothing to import.", "All {{.N}} are already there. Nothing to import.", same)
		}
		return part.Stack(8, small(text, look.Muted), part.NewButton(part.ButtonSpec{Text: v.T("close", "Close"), Height: 34, OnTap: s.do.Done}))
	}
	note := small(v.T("import.one-step", "One step: all or nothing. Undo with Ctrl Z brings back exactly what was there."), look.Muted)
	if s.trouble != nil {
		note = small(v.Fault(s.trouble), look.AlertHigh)
	}
	return part.Stack(8, note,
		part.Row(8, part.Rest(part.NewButton(part.ButtonSpec{Text: v.T("import.act", "Import {{.N}}", "N", v.Count(brings)), Rank: part.Main, Height: 34, OnTap: s.store})),
			part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), Height: 34, OnTap: s.do.Done})))
}

// showDone says what was stored, and offers to undo it.
func (s *Screen) showDone() {
	v := s.voice
	s.page = s.showDone
	s.header.SetRight()
	line := v.T("import.added-line", "{{.Same}} were already there, {{.Skipped}} were skipped. They are in the register now.", "Same", s.done.Same, "Skipped", s.done.Skipped)
	if s.trouble != nil {
		line = v.Fault(s.trouble)
	}
	s.show(part.NewEmptyState(part.EmptySpec{
		Icon: "check-circle", Title: v.N("import.added", "{{.N}} row added", "{{.N}} rows added", s.done.Added), Line: line,
		Acts: []fyne.CanvasObject{
			part.NewButton(part.ButtonSpec{Text: v.T("import.to-register", "Show the register"), Rank: part.Main, OnTap: s.do.Done}),
			part.NewButton(part.ButtonSpec{Text: v.T("undo", "Undo"), Icon: "undo", Key: "Ctrl Z", OnTap: func() { s.Undo() }}),
		},
	}))
}
