package transactions

import (
	"coffer/app/ledger"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// chipRow is the filters under the head.
type chipRow struct {
	of                        *Screen
	line                      *fyne.Container
	scroll                    *container.Scroll
	row                       *fyne.Container
	account, period, category *chooser
	pending, flagged, uncat   *part.Chip
	phone                     *part.Chip // of one account
}

func newChipRow(s *Screen) *chipRow {
	c := &chipRow{of: s}
	c.account = newChooser(c.accounts, func() { s.narrowTo(func(f *ledger.Filter) { f.Account = "" }) })
	c.period = newChooser(c.periods, func() { s.narrowTo(func(f *ledger.Filter) { f.From, f.To = 0, 0 }) })
	c.category = newChooser(c.categories, func() { s.narrowTo(func(f *ledger.Filter) { f.Category = "" }) })
	toggle := func(flip func(f *ledger.Filter)) *part.Chip {
		return part.NewChip(part.ChipSpec{OnTap: func() { s.narrowTo(flip) }})
	}
	c.pending = toggle(func(f *ledger.Filter) { f.Pending = !f.Pending })
	c.flagged = toggle(func(f *ledger.Filter) { f.Flagged = !f.Flagged })
	c.uncat = toggle(func(f *ledger.Filter) { f.Uncat = !f.Uncat })
	c.phone = part.NewChip(part.ChipSpec{Icon: "phone", OnTap: s.togglePhone})
	c.row = part.Row(6, c.account.idle, c.account.set, c.period.idle, c.period.set, c.category.idle, c.category.set, c.pending, c.flagged, c.uncat, c.phone)
	c.scroll = container.NewHScroll(c.row)
	c.line = part.Inset(part.Edges{Top: -2, Bottom: 8}, c.scroll) // 38 high, the scroll 32
	c.setNarrow(false)
	return c
}

func (c *chipRow) setNarrow(narrow bool) {
	side := float32(24)
	if narrow {
		side = 16
	}
	// The sides and 2 px above lie inside, or the scroll would cut the chips' edges.
	c.scroll.Content = part.Inset(part.Edges{Top: 2, Right: side, Bottom: 4, Left: side}, c.row)
	c.scroll.Refresh()
}

// bare takes filters and foot away while there is nothing to filter and count.
func (s *Screen) bare(on bool) {
	for _, o := range []fyne.CanvasObject{s.chips.line, s.foot.line} {
		if on {
			o.Hide()
		} else {
			o.Show()
		}
	}
}

// narrowTo changes the filter and shows what it finds.
func (s *Screen) narrowTo(change func(f *ledger.Filter)) {
	change(&s.ask.filter)
	s.filtered()
}

// write shows what is asked for and how many rows each chip would find.
func (c *chipRow) write() {
	s, f := c.of, c.of.ask.filter
	v := s.voice
	name := s.accountName(f.Account)
	if name == "" && f.Account != "" {
		name = v.T("chip.one-account", "One account")
	}
	c.account.write(v.T("chip.all-accounts", "All accounts"), name)
	c.period.write(v.T("chip.all-time", "All time"), s.periodName(f))
	c.category.write(v.T("column.category", "Category"), v.Category(string(f.Category)))
	c.pending.Set(counted(s, v.T("group.pending", "Pending"), s.counts.pending), f.Pending)
	c.flagged.Set(counted(s, v.T("chip.flagged", "Needs a look"), s.counts.flagged), f.Flagged)
	c.uncat.Set(counted(s, v.T("chip.uncategorised", "No category"), s.counts.uncat), f.Uncat)
	c.phone.Set(v.T("chip.phone", "Bank’s number"), s.phone.of != "")
	if f.Account == "" {
		c.phone.Hide()
	} else {
		c.phone.Show()
	}
	c.row.Refresh()
	c.scroll.Refresh()
}

func counted(s *Screen, name string, n int) string {
	if !s.counts.known || n == 0 {
		return name
	}
	return s.voice.T("chip.counted", "{{.Name}} {{.Count}}", "Name", name, "Count", s.voice.Count(n))
}

// chooser is a chip that opens a menu: idle with a chevron, set with a cross.
type chooser struct {
	idle, set *part.Chip
}

func newChooser(choices func() []*fyne.MenuItem, clear func()) *chooser {
	c := &chooser{}
	open := func() {
		at := c.idle
		if c.set.Visible() {
			at = c.set
		}
		openMenu(at, choices())
	}
	c.idle = part.NewChip(part.ChipSpec{Chevron: true, OnTap: open})
	c.set = part.NewChip(part.ChipSpec{On: true, OnTap: open, OnClose: clear})
	c.set.Hide()
	return c
}

func (c *chooser) write(idle, set string) {
	c.idle.Set(idle, false)
	c.set.Set(set, true)
	if set == "" {
		c.set.Hide()
		c.idle.Show()
		return
	}
	c.idle.Hide()
	c.set.Show()
}

func openMenu(at fyne.CanvasObject, items []*fyne.MenuItem) {
	c := canvasOf(at)
	if c == nil {
		return
	}
	menu := widget.NewPopUpMenu(fyne.NewMenu("", items...), c)
	menu.ShowAtPosition(fyne.CurrentApp().Driver().AbsolutePositionForObject(at).AddXY(0, at.Size().Height+2))
}

func item(text string, checked bool, act func()) *fyne.MenuItem {
	i := fyne.NewMenuItem(text, act)
	i.Checked = checked
	return i
}

func (c *chipRow) accounts() []*fyne.MenuItem {
	s := c.of
	choose := func(id ledger.AccountID) func() {
		return func() { s.narrowTo(func(f *ledger.Filter) { f.Account = id }) }
	}
	items := []*fyne.MenuItem{item(s.voice.T("chip.all-accounts", "All accounts"), s.ask.filter.Account == "", choose(""))}
	for _, a := range s.shown.accounts {
		items = append(items, item(a.Name, s.ask.filter.Account == a.ID, choose(a.ID)))
	}
	return items
}

func (c *chipRow) categories() []*fyne.MenuItem {
	s := c.of
	choose := func(id ledger.Category) func() {
		return func() { s.narrowTo(func(f *ledger.Filter) { f.Category, f.Uncat = id, false }) }
	}
	items := []*fyne.MenuItem{item(s.voice.T("chip.any-category", "Any category"), s.ask.filter.Category == "", choose(""))}
	for _, id := range ledger.Categories() {
		items = append(items, item(s.voice.Category(string(id)), s.ask.filter.Category == id, choose(id)))
	}
	return items
}

// period is a run of days that the chip offers.
type period struct{ from, to ledger.Date }

func (c *chipRow) periods() []*fyne.MenuItem {
	s := c.of
	v, today := s.voice, s.coffer.Today()
	month := today.Month()
	one := func(text string, p period) *fyne.MenuItem {
		on := s.ask.filter.From == p.from && s.ask.filter.To == p.to
		return item(text, on, func() { s.narrowTo(func(f *ledger.Filter) { f.From, f.To = p.from, p.to }) })
	}
	return []*fyne.MenuItem{
		one(v.T("period.this-month", "This month"), monthOf(month)),
		one(v.T("period.last-month", "Last month"), monthOf(month-1)),
		one(v.T("period.this-year", "This year"), yearOf(today)),
		one(v.T("period.all", "All time"), period{}),
	}
}

func monthOf(m ledger.Month) period { return period{m.First(), (m + 1).First() - 1} }

func yearOf(d ledger.Date) period {
	year := d.Time().Year()
	return period{ledger.Day(year, 1, 1), ledger.Day(year, 12, 31)}
}

// periodWords puts the days that a filter is held to into a sentence; "" if to none.
func (s *Screen) periodWords(f ledger.Filter) string {
	p, name := period{f.From, f.To}, s.periodName(f)
	if f.From != 0 && (p == monthOf(f.From.Month()) || p == yearOf(f.From)) {
		return s.voice.T("period.in", "in {{.When}}", "When", name)
	}
	return name
}

// periodName says which days a filter is held to; "" if to none.
func (s *Screen) periodName(f ledger.Filter) string {
	v, today := s.voice, s.coffer.Today()
	p := period{f.From, f.To}
	switch {
	case p == period{}:
		return ""
	case f.From != 0 && p == monthOf(f.From.Month()):
		return v.Month(f.From.Time(), today.Time())
	case f.From != 0 && p == yearOf(f.From):
		return f.From.Time().Format("2006")
	case f.To == 0:
		return v.T("period.since", "since {{.Day}}", "Day", v.Day(f.From.Time(), today.Time()))
	case f.From == 0:
		return v.T("period.until", "until {{.Day}}", "Day", v.Day(f.To.Time(), today.Time()))
	}
	return v.T("period.between", "from {{.From}} to {{.To}}", "From", v.Day(f.From.Time(), today.Time()), "To", v.Day(f.To.Time(), today.Time()))
}
