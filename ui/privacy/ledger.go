package privacy

import (
	"context"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// period is how far back the list goes.
type period int

const (
	always period = iota
	today
	week
	oneDay
)

// mostDays is how many days the menu of days offers.
const mostDays = 31

// filter is what the person wants to see of the ledger.
type filter struct {
	link     consent.LinkID // "" for all
	period   period
	day      time.Time // midnight by this computer's zone, of oneDay
	problems bool
}

// ask puts a filter into the words of the use case.
func (f filter) ask(now time.Time) app.LedgerFilter {
	a := app.LedgerFilter{Link: f.link, Problems: f.problems}
	midnight := dayOf(now)
	switch f.period {
	case today:
		a.From = midnight
	case week:
		a.From = midnight.AddDate(0, 0, -6)
	case oneDay:
		a.From, a.To = f.day, f.day.AddDate(0, 0, 1)
	}
	return a
}

// dayOf returns the midnight before an instant, by this computer's zone.
func dayOf(at time.Time) time.Time {
	y, m, d := at.Local().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.Local)
}

// counts are the numbers on the chips.
type counts struct {
	rows                   int // of the list
	today, week, all, sick int
}

func (s *Screen) count(ctx context.Context, f filter) (counts, error) {
	var c counts
	now := s.coffer.Now()
	sick := f
	sick.problems = true
	for _, one := range []struct {
		into *int
		of   filter
	}{
		{&c.rows, f}, {&c.today, filter{link: f.link, period: today}}, {&c.week, filter{link: f.link, period: week}},
		{&c.all, filter{link: f.link}}, {&c.sick, sick},
	} {
		n, err := s.coffer.Count(ctx, one.of.ask(now))
		if err != nil {
			return c, err
		}
		*one.into = n
	}
	return c, nil
}

// narrowTo shows another list.
func (s *Screen) narrowTo(change func(f *filter)) {
	f := s.filter
	change(&f)
	if f == s.filter {
		return
	}
	s.filter = f
	s.detail.wanted = 0
	s.writeChips()
	s.reload()
}

// ShowAll shows every connection, as when another place leads here.
func (s *Screen) ShowAll() { s.narrowTo(func(f *filter) { *f = filter{} }) }

// writeChips writes the head of the list.
func (s *Screen) writeChips() {
	if s.data == nil || s.data.Entries == 0 {
		put(s.chips)
		return
	}
	v, c := s.voice, s.counts
	title := v.T("ledger.title", "Ledger")
	if s.loads.late {
		title = v.T("ledger.reading", "Ledger, reading")
	}
	objects := []fyne.CanvasObject{part.Rest(part.NewText(title, part.Style{Bold: true}))}
	if len(s.links()) > 1 || s.filter.link != "" {
		objects = append(objects, s.bankChip())
	}
	objects = append(objects, s.dayChip())
	for _, p := range []struct {
		period period
		text   string
	}{
		{today, v.T("ledger.today", "Today {{.N}}", "N", v.Count(c.today))},
		{week, v.T("ledger.week", "7 days {{.N}}", "N", v.Count(c.week))},
		{always, v.T("ledger.all", "All {{.N}}", "N", v.Count(c.all))},
	} {
		objects = append(objects, part.NewChip(part.ChipSpec{Text: p.text, On: s.filter.period == p.period, OnTap: func() {
			s.narrowTo(func(f *filter) { f.period, f.day = p.period, time.Time{} })
		}}))
	}
	if c.sick > 0 || s.filter.problems {
		objects = append(objects, part.NewChip(part.ChipSpec{
			Text: v.T("ledger.problems", "Problems {{.N}}", "N", v.Count(c.sick)), On: s.filter.problems,
			OnTap: func() { s.narrowTo(func(f *filter) { f.problems = !f.problems }) },
		}))
	}
	put(s.chips, objects...)
}

// bankChip narrows the list to one bank.
func (s *Screen) bankChip() fyne.CanvasObject {
	v := s.voice
	choose := func(id consent.LinkID) func() { return func() { s.narrowTo(func(f *filter) { f.link = id }) } }
	spec := part.ChipSpec{Text: v.T("ledger.any-bank", "All banks"), Chevron: true}
	items := []*fyne.MenuItem{item(spec.Text, s.filter.link == "", choose(""))}
	for _, l := range s.links() {
		items = append(items, item(l.name, s.filter.link == l.id, choose(l.id)))
		if l.id == s.filter.link {
			spec = part.ChipSpec{Text: l.name, On: true, OnClose: choose("")}
		}
	}
	return opens(spec, items)
}

// dayChip narrows the list to one day; its menu has the sums of each.
func (s *Screen) dayChip() fyne.CanvasObject {
	v, now := s.voice, s.coffer.Now()
	spec := part.ChipSpec{Text: v.T("ledger.by-day", "By day"), Chevron: true}
	if s.filter.period == oneDay {
		spec = part.ChipSpec{Text: v.Day(s.filter.day, now.Local()), On: true, OnClose: func() { s.narrowTo(func(f *filter) { f.period, f.day = always, time.Time{} }) }}
	}
	items := []*fyne.MenuItem{}
	for _, d := range s.days() {
		text := v.T("ledger.day", "{{.Day}}: {{.Requests}}, {{.Sent}} sent, {{.Received}} received", "Day", v.Day(d.at, now.Local()),
			"Requests", s.connections(d.requests), "Sent", s.bytes(d.sent), "Received", s.bytes(d.received))
		items = append(items, item(text, s.filter.period == oneDay && s.filter.day.Equal(d.at), func() {
			s.narrowTo(func(f *filter) { f.period, f.day = oneDay, d.at })
		}))
	}
	return opens(spec, items)
}

// opens makes a chip that opens a menu.
func opens(spec part.ChipSpec, items []*fyne.MenuItem) fyne.CanvasObject {
	var chip *part.Chip
	spec.OnTap = func() {
		if c := canvasOf(chip); c != nil && len(items) > 0 {
			widget.NewPopUpMenu(fyne.NewMenu("", items...), c).ShowAtPosition(fyne.CurrentApp().Driver().AbsolutePositionForObject(chip).AddXY(0, chip.Size().Height+2))
		}
	}
	chip = part.NewChip(spec)
	return chip
}

func item(text string, checked bool, act func()) *fyne.MenuItem {
	i := fyne.NewMenuItem(text, act)
	i.Checked = checked
	return i
}

func canvasOf(o fyne.CanvasObject) fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(o) }
