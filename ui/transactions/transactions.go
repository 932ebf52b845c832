// Package transactions is the place of the register: every row of every account, what was done
// with each, and how it got here.
package transactions

import (
	"context"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	searchWide float32 = 330
	paneWide   float32 = 352
	paneInner  float32 = paneWide - 36
	besideFrom float32 = 900 // narrower, the detail lies over the list
)

// Coffer is what the place needs of the use cases.
type Coffer interface {
	Accounts(ctx context.Context) ([]ledger.AccountView, error)
	Rows(ctx context.Context, f ledger.Filter, order ledger.Order, offset, limit int) ([]ledger.RegisterRow, error)
	Totals(ctx context.Context, f ledger.Filter) (ledger.Totals, error)
	Transaction(ctx context.Context, id ledger.TransactionID) (app.Detail, error)
	SetCategory(ctx context.Context, id ledger.TransactionID, category ledger.Category) (ledger.Category, error)
	SetNote(ctx context.Context, id ledger.TransactionID, note string) (string, error)
	Answer(ctx context.Context, id alert.ID, a alert.Answer) (alert.Alert, error)
	Unanswer(ctx context.Context, was alert.Alert) error
	WatchRow(ctx context.Context, id ledger.TransactionID, act app.WatchAct) (app.WatchChange, error)
	Unwatch(ctx context.Context, key string) (app.WatchChange, error)
	UndoWatch(ctx context.Context, w app.WatchChange) error
	Waiting(ctx context.Context) (app.Waiting, error)
	Reviews(ctx context.Context, limit int) ([]app.ReviewView, error)
	DecidedReviews(ctx context.Context, limit int) ([]app.ReviewView, error)
	Decide(ctx context.Context, row, other ledger.TransactionID, v ledger.Verdict) error
	Undecide(ctx context.Context, row, other ledger.TransactionID) error
	Transfers(ctx context.Context, state ledger.TransferState, limit int) ([]app.TransferView, error)
	DecideTransfer(ctx context.Context, out, in ledger.TransactionID, state ledger.TransferState) (was ledger.TransferState, err error)
	Candidates(ctx context.Context, id ledger.TransactionID) ([]app.Candidate, error)
	MarkTransfer(ctx context.Context, a, b ledger.TransactionID) (p ledger.TransferPair, was ledger.TransferState, err error)
	DeleteTransaction(ctx context.Context, id ledger.TransactionID) error
	Undelete(ctx context.Context, id ledger.TransactionID) error
	DeletedTransactions(ctx context.Context, limit int) ([]ledger.DeletedRow, error)
	BankPhone(ctx context.Context, id ledger.AccountID) (app.BankPhone, error)
	SetBankPhone(ctx context.Context, id ledger.AccountID, number string) (string, error)
	Listen(ctx context.Context, changed func())
	Today() ledger.Date
}

// Go is what the frame does for the place.
type Go struct {
	Alert   func(alert.ID)
	Import  func()
	AddBank func()
	Copy    func(text string)          // to the clipboard; nil: nothing can be
	Dispute func(ledger.TransactionID) // opens the dispute pack; nil: there is none
}

// Screen is the place. Its methods are for the UI goroutine.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go

	ctx    context.Context // of the time that the screen is shown; nil before the first
	ask    ask             // what the person wants to see
	shown  reply           // what is in the list
	known  bool            // shown was loaded once
	list   newest          // load of the list
	sums   newest          // load of the counts on the chips
	counts counts
	stale  bool // something changed while the list was being loaded
	busy   bool // the list is being loaded
	pages  *pages

	narrow  bool
	content *fyne.Container
	header  *part.PlaceHeader
	search  *part.Entry
	undoing *part.Button
	chips   *chipRow
	phone   phoneLine
	body    *fyne.Container
	column  *fyne.Container // list, trouble and foot
	middle  *fyne.Container // the register, or why it is empty
	rows    *part.Register
	foot    *foot
	wrong   *trouble
	moving  bool // the register is moved by us: it tells nothing

	pane     *pane
	detail   detail
	acts     acts
	register *fyne.Container // head, filters and list; the queue takes its place
	queue    queue
}

// New returns the place.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do}
	s.pages = &pages{desk: desk, arrived: s.arrived, failed: s.fail}
	s.wrong = newTrouble(v.T("try-again", "Try again"), s.reloadAll)
	s.foot = newFoot()
	s.rows = s.newRegister()
	s.middle = container.NewStack(s.rows)
	s.newQueue()
	s.column = part.Stack(0, s.wrong.line, s.queue.strip, part.Rest(s.middle), s.foot.line)
	s.pane = newPane(s.closePane)
	s.body = container.New(&split{s}, s.column, s.pane.ground)
	s.acts.bar = part.NewUndoBar(v.T("undo", "Undo"))
	s.phone.line = part.Stack(0)
	s.phone.line.Hide()
	s.register = part.Stack(0, s.newTop(), s.phone.line, part.Rest(s.body))
	s.content = part.Stack(0, part.Rest(container.NewStack(s.register, s.queue.ground)), s.acts.bar)
	s.writeHeader()
	s.chips.write()
	return s
}

func (s *Screen) newTop() fyne.CanvasObject {
	v := s.voice
	s.search = part.NewEntry(part.EntrySpec{
		Placeholder: v.T("transactions.search", "Payee, note, 412, >100, <-50 coffee"), Icon: "search",
		Hint: v.T("transactions.search-key", "Ctrl F"), OnChange: s.typed, OnSubmit: func(string) { s.rows.Focus() }, OnKey: s.searchKey,
	})
	s.undoing = part.NewIconButton("undo", func() { s.Undo() })
	s.undoing.Disable()
	s.header = part.NewPlaceHeader(part.HeaderSpec{Right: []fyne.CanvasObject{
		part.Sized(searchWide, 0, s.search), s.undoing, part.NewIconButton("import", s.do.Import),
	}})
	s.chips = newChipRow(s)
	return part.Stack(0, s.header, s.chips.line, part.NewRule())
}

// Content implements the frame's screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// SetNarrow implements the frame's screen.
func (s *Screen) SetNarrow(narrow bool) {
	if s.narrow == narrow {
		return
	}
	s.narrow = narrow
	s.header.SetNarrow(narrow)
	s.chips.setNarrow(narrow)
	s.writePhone()
	s.queue.header.SetNarrow(narrow)
	s.queue.listing = false
	s.writeLister()
	s.fitColumns()
	s.content.Refresh()
}

// SetVoice writes everything anew, as when amounts are hidden.
func (s *Screen) SetVoice(v *say.Voice) {
	if s.voice == v {
		return
	}
	s.voice = v
	s.pages.forgetWords()
	s.writeHeader()
	s.writePhone()
	s.writeFoot()
	s.writePane()
	s.writeStrip()
	s.writeQueue()
	s.rows.Refresh()
}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx, s.busy, s.stale = ctx, false, false
	s.hideBar()
	s.queue.open = false
	s.place()
	s.coffer.Listen(ctx, func() { s.desk.OnUI(func() { s.changed(ctx) }) })
	s.reload()
}

// Filter shows what f finds, from its first row on.
func (s *Screen) Filter(f ledger.Filter) {
	s.leaveQueue()
	s.ask.filter = f
	s.search.SetText(f.Search)
	s.filtered()
}

// Search puts the keyboard into the search.
func (s *Screen) Search() {
	s.leaveQueue()
	s.search.Focus()
}

// leaveQueue shows the register again.
func (s *Screen) leaveQueue() {
	if s.queue.open {
		s.closeQueue()
	}
}

func (s *Screen) typed(text string) {
	if s.ask.filter.Search != text {
		s.ask.filter.Search = text
		s.filtered()
	}
}

func (s *Screen) writeHeader() {
	v, sub := s.voice, ""
	if s.counts.known && s.counts.all > 0 {
		sub = v.N("transactions.count", "{{.Rows}} in {{.N}} account", "{{.Rows}} in {{.N}} accounts", len(s.shown.accounts), "Rows", v.Count(s.counts.all))
	}
	s.header.SetTitle(v.T("place.transactions", "Transactions"), sub)
}

// fitColumns takes the account away where there is no room for it, or no doubt.
func (s *Screen) fitColumns() { s.rows.SetNarrow(s.narrow || s.shown.ask.filter.Account != "") }

// newest is the ctx of the newest work of a kind: beginning another ends it.
type newest struct{ end context.CancelFunc }

func (n *newest) begin(parent context.Context) context.Context {
	n.stop()
	ctx, end := context.WithCancel(parent)
	n.end = end
	return ctx
}

func (n *newest) stop() {
	if n.end != nil {
		n.end()
	}
}
