// Package banks is the place of the links: their consent cards, adding a bank, and revoking one with proof.
package banks

import (
	"context"
	"errors"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/ui/live"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Coffer is what the place needs of the use cases; *app.Coffer has it.
type Coffer interface {
	Links(ctx context.Context) ([]app.LinkView, error)
	Link(ctx context.Context, id consent.LinkID) (app.LinkView, error)
	Accounts(ctx context.Context) ([]ledger.AccountView, error)
	Receipts(ctx context.Context) ([]consent.Receipt, error)
	Records(ctx context.Context) (all []consent.Record, intact, err error)
	Totals(ctx context.Context, f ledger.Filter) (ledger.Totals, error)
	Shelf() app.Shelf         // as it was read last
	ReadProviders() app.Shelf // may block on the disk
	ConfirmProvider(ctx context.Context, id consent.LinkID, hash string) error
	LinkBank(ctx context.Context, provider string, t app.Terms, told func(app.LinkingProgress)) (consent.LinkID, error)
	Refresh(ctx context.Context, id consent.LinkID) (app.Refreshed, error)
	RefreshAll(ctx context.Context) error
	Running() []app.Progress
	StopReading(id consent.LinkID) // "" stops all
	Revoke(ctx context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error)
	CheckRevoked(ctx context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error)
	DropTokens(ctx context.Context, id consent.LinkID) (consent.Receipt, error)
	EraseSoon(ctx context.Context, id consent.LinkID) error
	KeepAfterAll(ctx context.Context, id consent.LinkID) error
	Erase(ctx context.Context, id consent.LinkID, told func(done, total int64)) (consent.Receipt, error)
	FinishShredding(ctx context.Context, told func(done, total int64)) error
	Erasures(ctx context.Context) ([]app.ErasureReport, error)
	CleanBackups(ctx context.Context, paths []string, remove bool, typed secret.Text, told func(done, total int)) error
	PutEndingAway(ctx context.Context, id consent.LinkID) error
	Silent(ctx context.Context) ([]ledger.Silence, error)
	Health(ctx context.Context) ([]app.AccountHealth, error)
	PutSilenceAway(ctx context.Context, id ledger.AccountID) error
	KnowDifference(ctx context.Context, h app.AccountHealth, known bool) error
	ChooseAccounts(ctx context.Context, id consent.LinkID, read []string, erase bool) (consent.Erasure, error)
	SetBookedOnly(ctx context.Context, id ledger.AccountID, only bool) error
	SetLeftOut(ctx context.Context, id ledger.AccountID, out bool) error
	AnswerHost(ctx context.Context, id consent.LinkID, a consent.Ask, allow bool) error
	Listen(ctx context.Context, changed func())
	ListenJobs(ctx context.Context, heard func(app.Progress))
	Now() time.Time
}

// Go is what the frame does for the place.
type Go struct {
	Import       func()
	Browse       func(address string) error // may block
	Copy         func(text string)
	CopySecret   func(text string) // to the clipboard, for a short while
	Transactions func(ledger.AccountID)
	AskFolder    func(chosen func(path string)) // nil: nothing is saved
	AskFile      func(chosen func(path string))
	Privacy      func() // shows every connection; nil: nowhere
	NewKey       func() // where the vault gets a new key; nil: nowhere
}

// page is which page of the place is shown.
type page int

const (
	atBanks page = iota
	atGallery
	atRevocation
	atAgreement
)

// Screen is the place.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go
	view   live.View[shown]

	ctx     context.Context // of the time that the screen is shown
	data    *shown          // nil until the first load
	wrong   error           // of the last load
	page    page
	narrow  bool
	columns int // of cards
	content *fyne.Container
	header  *part.PlaceHeader
	body    *fyne.Container
	scroll  *container.Scroll // of the cards; nil until drawn
	paged   *container.Scroll // of a revocation or what was agreed to; nil until drawn

	cards      map[consent.LinkID]*card
	unfolded   map[consent.LinkID]bool // cards that show every account
	asking     consent.LinkID          // the link whose card asks whether to revoke
	accountsOf *choosing               // of accounts, on a card; nil: none is open
	pendingOf  consent.LinkID          // the link whose card shows of which accounts pending transactions are kept
	reopened   reopened
	jobs       map[consent.LinkID]*job
	all        bool // a refresh of all runs that was begun here
	troubles   map[consent.LinkID]trouble
	note       note

	gallery    *gallery    // nil until opened
	attempt    *attempt    // a link in the making
	agreement  *agreement  // the last that was shown
	revocation *revocation // the last that was shown or runs
}

// shown is what one load brings.
type shown struct {
	links    []app.LinkView
	files    []ledger.AccountView // that no link reads
	receipts []consent.Receipt    // of links that are gone from the vault
	erased   map[consent.LinkID]consent.Erased
	silent   []ledger.Silence // accounts whose movements stopped coming
	health   []app.AccountHealth
	accounts int // that links read
	now      time.Time
}

// note is one line above the cards: what was just done.
type note struct {
	text string
	good bool
}

// New returns the place.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do, columns: 2, body: container.NewStack(),
		cards: map[consent.LinkID]*card{}, jobs: map[consent.LinkID]*job{}, troubles: map[consent.LinkID]trouble{}, unfolded: map[consent.LinkID]bool{}}
	s.view = live.View[shown]{Group: desk.Group, OnUI: desk.OnUI, Load: s.load, Show: s.show, Fail: s.fail}
	s.content = container.New(&wide{s.setWide})
	s.frame(part.HeaderSpec{Title: v.T("place.banks", "Banks")})
	return s
}

// frame puts a header above the body. A header is made anew, for only then it may go back.
func (s *Screen) frame(spec part.HeaderSpec) {
	s.release(s.content)
	s.header = part.NewPlaceHeader(spec)
	s.header.SetNarrow(s.narrow)
	s.content.Objects = []fyne.CanvasObject{part.Stack(0, s.header, part.Rest(s.body))}
	s.content.Refresh()
}

// fill shows an object under the header.
func (s *Screen) fill(o fyne.CanvasObject) {
	s.body.Objects = []fyne.CanvasObject{o}
	s.body.Refresh()
}

// Content implements the frame's screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// SetNarrow implements the frame's screen.
func (s *Screen) SetNarrow(narrow bool) {
	if s.narrow == narrow {
		return
	}
	s.narrow = narrow
	s.draw()
}

// SetVoice writes everything anew.
func (s *Screen) SetVoice(v *say.Voice) {
	s.voice = v
	s.draw()
}

// setWide follows the room that there is: cards stand in two columns where they fit.
func (s *Screen) setWide(width float32) {
	columns := 2
	if width < twoColumnsFrom {
		columns = 1
	}
	if columns != s.columns {
		s.columns = columns
		s.draw()
	}
}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx = ctx
	s.note, s.asking, s.reopened, s.accountsOf, s.pendingOf = note{}, "", reopened{}, nil, ""
	if s.attempt == nil && (s.revocation == nil || !s.revocation.running) {
		s.page = atBanks
	}
	s.running()
	s.coffer.Listen(ctx, func() { s.view.Refresh(ctx) })
	s.listenJobs(ctx)
	s.draw()
	s.view.Refresh(ctx)
}

func (s *Screen) load(ctx context.Context) (shown, error) {
	links, err := s.coffer.Links(ctx)
	if err != nil {
		return shown{}, err
	}
	accounts, err := s.coffer.Accounts(ctx)
	if err != nil {
		return shown{}, err
	}
	written, err := s.coffer.Receipts(ctx)
	receipts := revocations(written)
	if err != nil {
		return shown{}, err
	}
	silent, err := s.coffer.Silent(ctx)
	if err != nil {
		return shown{}, err
	}
	health, err := s.coffer.Health(ctx)
	if err != nil {
		return shown{}, err
	}
	data := shown{links: links, silent: silent, health: health, erased: map[consent.LinkID]consent.Erased{}, now: s.coffer.Now()}
	for _, e := range consent.ErasedOf(written) {
		data.erased[e.Link] = e
	}
	known := map[consent.LinkID]bool{}
	for _, l := range links {
		known[l.ID] = true
		if !l.State.Ended() {
			data.accounts += len(l.Accounts)
		}
	}
	for _, a := range accounts {
		if a.Link == "" {
			data.files = append(data.files, a)
		}
	}
	for i := len(receipts) - 1; i >= 0; i-- {
		if !known[receipts[i].Link] {
			data.receipts = append(data.receipts, receipts[i])
		}
	}
	return data, nil
}

func (s *Screen) fail(err error) {
	s.wrong = err
	s.draw()
}

func (s *Screen) show(data shown) {
	s.data, s.wrong = &data, nil
	if s.page == atBanks {
		s.draw()
	}
}

// draw builds the page that is on.
func (s *Screen) draw() {
	switch {
	case s.page == atGallery && s.gallery != nil:
		s.drawGallery()
	case s.page == atRevocation && s.revocation != nil:
		s.drawRevocation()
	case s.page == atAgreement && s.agreement != nil:
		s.drawAgreement()
	default:
		s.drawBanks()
	}
}

// goTo shows a page.
func (s *Screen) goTo(p page) {
	s.page = p
	s.draw()
}

// home goes back to the cards and reads them again.
func (s *Screen) home() {
	s.goTo(atBanks)
	s.view.Refresh(s.ctx)
}

// Back closes what is open: the question on a card, a link in the making, a page.
func (s *Screen) Back() bool {
	switch {
	case s.page == atGallery && s.attempt != nil:
		s.attempt.cancel()
	case s.page == atGallery && s.narrow && s.gallery.opened && s.gallery.again == "":
		s.gallery.opened = false
		s.draw()
	case s.page == atGallery:
		s.home()
	case s.page == atRevocation:
		s.leaveRevocation()
	case s.page == atAgreement:
		s.home()
	case s.asking != "":
		s.ask("")
	case s.accountsOf != nil:
		s.endChoice()
	case s.pendingOf != "":
		s.endPending()
	case s.reopened.link != "":
		s.lookAgain("", consent.Ask{})
	default:
		return false
	}
	return true
}

// TypedRune opens the gallery with A.
func (s *Screen) TypedRune(r rune) {
	if s.page == atBanks && (r == 'a' || r == 'A') {
		s.AddBank()
	}
}

// TypedKey steps through the gallery with the arrow keys, and scrolls the other pages.
func (s *Screen) TypedKey(e *fyne.KeyEvent) {
	switch s.page {
	case atGallery:
		s.galleryKey(e)
	case atBanks:
		scrollBy(s.scroll, e.Name)
	default:
		scrollBy(s.paged, e.Name)
	}
}

// Search focuses the search of the gallery.
func (s *Screen) Search() {
	if s.page == atGallery && s.gallery != nil {
		s.gallery.search.Focus()
	}
}

// Undo keeps what was about to be shredded.
func (s *Screen) Undo() bool {
	if s.revocation == nil || s.revocation.keep == nil {
		return false
	}
	s.revocation.keep()
	return true
}

// Redo has nothing to do.
func (s *Screen) Redo() bool { return false }

// lasting is a ctx that does not end when the person leaves the place: a link in the making, a
// refresh or a revocation goes on. The vault ends them when it locks.
func (s *Screen) lasting() context.Context { return context.WithoutCancel(s.ctx) }

func canceled(err error) bool { return errors.Is(err, context.Canceled) }
