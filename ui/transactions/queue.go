package transactions

import (
	"context"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const queueWide float32 = 300

const (
	mostAsked = 5000 // entries that the queue lists at once; the rest come as these are decided
	mostPast  = 500
)

// entry is a question of the queue: whether two rows are one movement, or one transfer. Among what is decided it may
// be a row that was deleted.
type entry struct {
	review   *app.ReviewView
	transfer *app.TransferView
	deleted  *ledger.DeletedRow
}

// key says which pair an entry is of, or which row.
func (e entry) key() [2]ledger.TransactionID {
	switch {
	case e.review != nil:
		return [2]ledger.TransactionID{e.review.Row.ID, e.review.Other.ID}
	case e.deleted != nil:
		return [2]ledger.TransactionID{e.deleted.ID}
	}
	return [2]ledger.TransactionID{e.transfer.Out, e.transfer.In}
}

// queue lists what waits for the person's word, and what has it, instead of the register.
type queue struct {
	open    bool
	past    bool // what was decided is shown
	listing bool // in a narrow window the list is shown, not the pair
	known   bool
	waiting app.Waiting
	entries []entry
	loads   newest
	counts  newest
	wanted  [2]ledger.TransactionID // to be selected once it is there
	judging [2]ledger.TransactionID // is being decided

	strip  *fyne.Container // over the register
	text   *part.Text
	ground *fyne.Container
	header *part.PlaceHeader
	asked  *part.Chip
	done   *part.Chip
	lister *part.Button // shows the list where there is no room for both
	list   *part.Register
	side   *fyne.Container
	scroll *container.Scroll
	pair   *fyne.Container
	body   *fyne.Container
	empty  *fyne.Container
}

func (s *Screen) newQueue() {
	v, q := s.voice, &s.queue
	q.text = part.NewText("", part.Style{})
	q.strip = s.newStrip()
	q.header = part.NewPlaceHeader(part.HeaderSpec{Right: []fyne.CanvasObject{
		part.NewButton(part.ButtonSpec{Text: v.T("queue.back", "All transactions"), Icon: "back", Key: "Esc", OnTap: s.closeQueue}),
	}})
	q.asked = part.NewChip(part.ChipSpec{OnTap: func() { s.showPast(false) }})
	q.done = part.NewChip(part.ChipSpec{OnTap: func() { s.showPast(true) }})
	q.list = part.NewRegister(part.RegisterSpec{
		Columns: []part.Column{{Title: v.T("column.payee", "Payee")}, {Title: v.T("column.amount", "Amount"), Width: 104, Right: true}},
		Len:     func() int { return len(q.entries) }, Row: s.queueRow,
		OnMove: func(int) { s.writePair() }, OnOpen: func(int) { s.showList(false) }, OnCell: s.tappedEntry, OnKey: s.passKey, OnRune: s.passRune,
	})
	q.lister = part.NewButton(part.ButtonSpec{Text: v.T("queue.list", "List"), Icon: "transactions", Rank: part.Quiet, Small: true, Height: 26, OnTap: func() { s.showList(!q.listing) }})
	q.lister.Hide()
	q.side = container.NewStack(q.list)
	q.pair = part.Stack(0)
	q.scroll = container.NewVScroll(part.Inset(part.Edges{Top: 16, Right: 24, Bottom: 18, Left: 24}, q.pair))
	q.empty = container.NewStack()
	q.body = container.New(&queueSplit{s}, q.side, q.scroll, q.empty)
	q.ground = part.Stack(0, q.header, part.Inset(part.Edges{Right: 24, Bottom: 10, Left: 24}, part.Row(6, q.asked, q.done, part.Space(), q.lister)), part.NewRule(), part.Rest(q.body))
	q.ground.Hide()
}

// queueSplit puts the pair beside the list; where there is no room for both, one of them alone.
type queueSplit struct{ of *Screen }

func (l *queueSplit) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	q, wide := &l.of.queue, queueWide
	list, pair, empty := objects[0], objects[1], objects[2]
	list.Show()
	pair.Show()
	switch none := len(q.entries) == 0; {
	case none || l.of.narrow && !q.listing:
		list.Hide()
		wide = 0
	case l.of.narrow:
		pair.Hide()
		wide = size.Width
	}
	list.Resize(fyne.NewSize(wide, size.Height))
	pair.Move(fyne.NewPos(wide, 0))
	pair.Resize(fyne.NewSize(size.Width-wide, size.Height))
	empty.Resize(size)
}

// showList shows the list in a narrow window, or the pair.
func (s *Screen) showList(on bool) {
	s.queue.listing = on && s.narrow
	s.writeLister()
	s.queue.body.Refresh()
	s.focusQueue()
}

func (s *Screen) writeLister() {
	q := &s.queue
	q.lister.Hidden = !s.narrow || len(q.entries) == 0
	q.lister.SetText(s.voice.T("queue.list", "List"))
	if q.listing {
		q.lister.SetText(s.voice.T("queue.pair", "Both rows"))
	}
	q.ground.Refresh()
}

// tappedEntry shows the pair of a line that was tapped in the list that stands alone.
func (s *Screen) tappedEntry(at, _ int) bool {
	if !s.narrow {
		return false
	}
	s.queue.list.Select(at)
	s.showList(false)
	return true
}

func (l *queueSplit) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(paneWide, 200) }

// Review shows what waits for the person's word.
func (s *Screen) Review() { s.openQueue([2]ledger.TransactionID{}) }

// openQueue shows the queue, and in it the pair that wanted names a row of.
func (s *Screen) openQueue(wanted [2]ledger.TransactionID) {
	if s.ctx == nil {
		return
	}
	s.saveNote()
	s.queue.open, s.queue.past, s.queue.listing, s.queue.wanted = true, false, false, wanted
	s.place()
	s.loadQueue()
	s.focusQueue()
}

// focusQueue gives the list the keyboard; while it is hidden nothing has it, and keys come through the window.
func (s *Screen) focusQueue() {
	if c := canvasOf(s.content); c != nil {
		c.Unfocus()
	}
	s.queue.list.Focus()
}

func (s *Screen) closeQueue() {
	s.queue.open = false
	s.queue.loads.stop()
	s.place()
	s.rows.Focus()
	if s.pane.open {
		s.read(s.detail.id)
	}
}

// place shows the register or the queue.
func (s *Screen) place() {
	if s.queue.open {
		s.register.Hide()
		s.queue.ground.Show()
	} else {
		s.queue.ground.Hide()
		s.register.Show()
	}
	s.content.Refresh()
}

func (s *Screen) showPast(past bool) {
	if s.queue.past != past {
		s.queue.past, s.queue.known, s.queue.entries = past, false, nil
		s.loadQueue()
	}
	s.focusQueue()
}

// loadQueue reads the queue again. The current entry stays the current one; if it is gone, the next one is.
func (s *Screen) loadQueue() {
	q := &s.queue
	ctx, past := q.loads.begin(s.ctx), q.past
	var found []entry
	var waiting app.Waiting
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		if waiting, err = s.coffer.Waiting(ctx); err != nil {
			return err
		}
		if past {
			found, err = s.readPast(ctx)
		} else {
			found, err = s.readAsked(ctx)
		}
		return err
	}, func(err error) {
		q.loads.stop()
		if err != nil {
			s.fail(err)
			s.queueFailed(err)
			return
		}
		s.showQueue(found, waiting)
	})
}

func (s *Screen) readAsked(ctx context.Context) ([]entry, error) {
	reviews, err := s.coffer.Reviews(ctx, mostAsked)
	if err != nil {
		return nil, err
	}
	transfers, err := s.coffer.Transfers(ctx, ledger.TransferProposed, mostAsked)
	return entriesOf(reviews, transfers), err
}

func (s *Screen) readPast(ctx context.Context) ([]entry, error) {
	reviews, err := s.coffer.DecidedReviews(ctx, mostPast)
	if err != nil {
		return nil, err
	}
	transfers, err := s.coffer.Transfers(ctx, ledger.TransferRejected, mostPast)
	if err != nil {
		return nil, err
	}
	all := entriesOf(reviews, transfers)
	deleted, err := s.coffer.DeletedTransactions(ctx, mostPast)
	for i := range deleted {
		all = append(all, entry{deleted: &deleted[i]})
	}
	return all, err
}

func entriesOf(reviews []app.ReviewView, transfers []app.TransferView) []entry {
	all := make([]entry, 0, len(reviews)+len(transfers))
	for i := range reviews {
		all = append(all, entry{review: &reviews[i]})
	}
	for i := range transfers {
		all = append(all, entry{transfer: &transfers[i]})
	}
	return all
}

func (s *Screen) showQueue(found []entry, waiting app.Waiting) {
	q := &s.queue
	at, was := max(q.list.Selected(), 0), [2]ledger.TransactionID{}
	if e := s.current(); e != nil {
		was = e.key()
	}
	q.entries, q.waiting, q.known = found, waiting, true
	for i, e := range found {
		key := e.key()
		named := q.wanted[0] != "" && (key[0] == q.wanted[0] || key[1] == q.wanted[0])
		if key == was && q.wanted[0] == "" || named {
			at = i
			break
		}
	}
	q.wanted = [2]ledger.TransactionID{}
	q.list.Refresh()
	q.list.Select(min(at, len(found)-1))
	s.writeQueue()
}

// current is the entry that is shown, or nil.
func (s *Screen) current() *entry {
	at := s.queue.list.Selected()
	if at < 0 || at >= len(s.queue.entries) {
		return nil
	}
	return &s.queue.entries[at]
}

// countWaiting reads how much waits, for the strip over the register.
func (s *Screen) countWaiting() {
	ctx := s.queue.counts.begin(s.ctx)
	var waiting app.Waiting
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		waiting, err = s.coffer.Waiting(ctx)
		return err
	}, func(err error) {
		s.queue.counts.stop()
		if err != nil {
			return // the list itself says what is wrong
		}
		s.queue.waiting = waiting
		s.writeStrip()
	})
}
