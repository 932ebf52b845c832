package banks

import (
	"context"
	"slices"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/provider"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	listWide   float32 = 336
	detailWide float32 = 688
	labelWide  float32 = 156
)

// gallery is the page where a bank is chosen, and where its terms are shown before anything is sent.
type gallery struct {
	providers []app.Provider
	broken    []provider.Broken // files of the person's own that can't be used
	folder    string            // of those; empty: there is none here
	region    string            // of the chip that is on; empty: all
	again     consent.LinkID    // the link to renew; empty: a new one
	chosen    string            // id of a provider, path of a broken file, or byFile
	opened    bool              // narrow: the choice is shown, not the list
	query     string
	terms     app.Terms
	wrong     error // of the last attempt

	title  string
	search *part.Entry
	list   *fyne.Container
	banks  *container.Scroll // of the list
	rows   []galleryRow      // as listed
	detail *fyne.Container
	about  *container.Scroll // of the detail
	foot   *fyne.Container
	side   *fyne.Container // detail over foot
	link   *part.Button    // nil while an attempt runs
	stop   *part.Button    // of an attempt
	status *part.Text      // of the attempt
	bar    *part.Progress

	needs []need                   // what the chosen bank's file asks for
	typed map[provider.Need]string // as typed before, of what is no secret
}

type galleryRow struct {
	id   string
	spec part.AlertSpec
	row  *part.AlertRow
}

// byFile is the choice that needs no connection.
const byFile = "file"

// AddBank opens the gallery.
func (s *Screen) AddBank() {
	if s.attempt != nil {
		s.goTo(atGallery)
		return
	}
	g := &gallery{chosen: byFile}
	g.take(s.coffer.Shelf())
	s.gallery, s.note, s.asking = g, note{}, ""
	for _, p := range g.providers {
		if len(p.Lacks) == 0 {
			g.choose(p)
			break
		}
	}
	s.goTo(atGallery)
	g.search.Focus()
	s.readFiles(g)
}

// readFiles reads the provider files anew and shows what has come of it.
func (s *Screen) readFiles(g *gallery) {
	var shelf app.Shelf
	s.desk.Do(s.ctx, func(context.Context) error {
		shelf = s.coffer.ReadProviders()
		return nil
	}, func(error) {
		if s.gallery != g || s.attempt != nil {
			return
		}
		before, _ := g.provider()
		g.take(shelf)
		if s.page != atGallery {
			return
		}
		s.drawList()
		if now, ok := g.provider(); !ok && before.ID != "" {
			g.chosen = byFile
			s.drawDetail()
		} else if now.File.Hash != before.File.Hash {
			g.choose(now)
			s.drawDetail()
		}
	})
}

// take puts what can be linked before what can't yet.
func (g *gallery) take(shelf app.Shelf) {
	g.providers, g.broken, g.folder = slices.Clone(shelf.Providers), shelf.Broken, shelf.Folder
	slices.SortStableFunc(g.providers, func(a, b app.Provider) int { return min(len(a.Lacks), 1) - min(len(b.Lacks), 1) })
}

// renew opens the terms of a bank that is linked; the link stays as it is until it is granted anew.
func (s *Screen) renew(l app.LinkView) {
	if s.attempt != nil {
		s.goTo(atGallery)
		return
	}
	g := &gallery{providers: []app.Provider{l.Provider}, again: l.ID, opened: true}
	g.choose(l.Provider)
	if l.HistoryDays > 0 {
		g.terms.HistoryDays = l.HistoryDays
	}
	s.gallery, s.note, s.asking = g, note{}, ""
	s.goTo(atGallery)
	if g.link != nil {
		s.focus(g.link)
	}
}

func (g *gallery) choose(p app.Provider) {
	g.chosen, g.wrong = p.ID, nil
	g.terms = app.Terms{HistoryDays: p.History, ConsentDays: p.Days, Again: g.again, Hash: p.File.Hash}
	g.needs, g.typed = nil, map[provider.Need]string{}
}

func (g *gallery) provider() (app.Provider, bool) {
	for _, p := range g.providers {
		if p.ID == g.chosen {
			return p, true
		}
	}
	return app.Provider{}, false
}

// drawGallery shows the list and the choice beside it; narrow, one of both.
func (s *Screen) drawGallery() {
	v, g := s.voice, s.gallery
	title := v.T("banks.add", "Add a bank")
	if p, ok := g.provider(); ok && g.again != "" {
		title = v.T("banks.renew-title", "Renew {{.Bank}}", "Bank", p.Name)
	}
	s.frame(part.HeaderSpec{Title: title, OnBack: func() { s.Back() }, Ruled: true})
	g.title = title
	g.detail, g.foot, g.list = container.NewStack(), container.NewStack(), container.NewStack()
	g.search = part.NewEntry(part.EntrySpec{Placeholder: v.T("banks.search", "Bank or country"), Icon: "search", OnKey: s.searchKey, OnChange: func(text string) {
		g.query = text
		s.drawList()
	}})
	g.search.SetText(g.query)
	inset := part.Edges{Top: 18, Left: 28, Right: 28}
	if s.narrow {
		inset = part.Edges{Top: 12, Left: 16, Right: 16}
	}
	g.about = container.NewVScroll(part.Inset(inset, container.New(&capped{detailWide + 120}, g.detail)))
	g.side = part.Stack(0, part.Rest(g.about), g.foot)
	g.banks = container.NewVScroll(part.Inset(part.Edges{Left: 12, Right: 12, Bottom: 12}, g.list))
	left := part.Stack(0, part.Inset(part.Edges{Top: 12, Left: 16, Right: 16, Bottom: 6}, part.Stack(8, g.search, s.regions())), part.Rest(g.banks))
	s.drawList()
	s.drawDetail()
	switch {
	case g.again != "" || s.narrow && g.opened:
		s.fill(g.side)
	case s.narrow:
		s.fill(left)
	default:
		s.fill(part.Columns(0, []float32{listWide - 1, 1, 0}, left, part.NewUpright(), g.side))
	}
}

func (s *Screen) linkedTo(provider string) bool {
	if s.data == nil {
		return false
	}
	for _, l := range s.data.links {
		if l.Link.Provider == provider && !l.State.Ended() {
			return true
		}
	}
	return false
}

func (s *Screen) galleryRow(id string, spec part.AlertSpec) fyne.CanvasObject {
	g := s.gallery
	spec.Strong, spec.Low = id == g.chosen, true
	row := part.NewAlertRow(spec, func() { s.pick(id) })
	row.SetSelected(id == g.chosen)
	row.SetOnStep(s.step)
	g.rows = append(g.rows, galleryRow{id, spec, row})
	return row
}

// pick shows what one choice means.
func (s *Screen) pick(id string) {
	g := s.gallery
	if s.attempt != nil {
		return
	}
	if id != g.chosen {
		g.chosen, g.wrong = id, nil
		if p, ok := g.provider(); ok {
			g.choose(p)
		}
	}
	if s.narrow {
		g.opened = true
		s.draw()
		return
	}
	for _, r := range g.rows {
		r.spec.Strong = r.id == g.chosen
		r.row.Set(r.spec)
		r.row.SetSelected(r.id == g.chosen)
	}
	s.drawDetail()
}

// walk moves the keyboard in a list that stands alone: what is chosen there leaves it.
func (s *Screen) walk(by int) {
	g, c := s.gallery, s.canvas()
	if s.attempt != nil || g.opened || c == nil {
		return
	}
	at := -1
	for i, r := range g.rows {
		if c.Focused() == r.row {
			at = i
		}
	}
	switch to := at + by; {
	case to >= 0 && to < len(g.rows):
		s.focus(g.rows[to].row)
	case to == -1:
		g.search.Focus()
	}
}

// step moves the choice in the list.
func (s *Screen) step(by int) {
	if s.narrow {
		s.walk(by)
		return
	}
	g, at := s.gallery, -1
	for i, r := range g.rows {
		if r.id == g.chosen {
			at = i
		}
	}
	to := min(max(at+by, 0), len(g.rows)-1)
	if s.attempt != nil || to < 0 || to == at {
		return
	}
	s.pick(g.rows[to].id)
	part.ScrollTo(g.banks, g.rows[to].row)
	if !g.search.Focused() {
		s.focus(g.rows[to].row)
	}
}

// searchKey is what keys do while the search has the keyboard. Enter goes on to the button: only
// that sends something.
func (s *Screen) searchKey(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown:
		s.step(1)
	case fyne.KeyUp:
		s.step(-1)
	case fyne.KeyReturn, fyne.KeyEnter:
		s.enter()
	case fyne.KeyEscape:
		s.Back()
	case fyne.KeyPageUp, fyne.KeyPageDown:
		return scrollBy(s.gallery.about, e.Name)
	default:
		return false
	}
	return true
}

// enter takes the first match, or what is chosen, to its button.
func (s *Screen) enter() {
	g, listed := s.gallery, false
	for _, r := range g.rows {
		listed = listed || r.id == g.chosen
	}
	if !listed && len(g.rows) > 0 {
		s.pick(g.rows[0].id)
	} else if s.narrow {
		s.pick(g.chosen)
	}
	switch {
	case len(g.needs) > 0:
		g.needs[0].entry.Focus()
	case g.link != nil:
		s.focus(g.link)
	}
}

func (s *Screen) galleryKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDown:
		s.step(1)
	case fyne.KeyUp:
		s.step(-1)
	case fyne.KeyReturn, fyne.KeyEnter:
		s.enter()
	default:
		scrollBy(s.gallery.about, e.Name)
	}
}
