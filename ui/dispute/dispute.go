// Package dispute is the place of the dispute pack: what to do, in order, about a charge that the person did not
// make, the outer limits of the law, the letter, and how far it has come.
package dispute

import (
	"context"
	"reflect"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/dispute"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	letterWide float32 = 400
	leftWide   float32 = 560 // of the column of steps, before the first layout
)

// Coffer is what the place needs of the use cases.
type Coffer interface {
	Disputes(ctx context.Context) ([]app.DisputeView, error)
	Dispute(ctx context.Context, id dispute.ID) (app.DisputeView, error)
	SetDisputeAnswer(ctx context.Context, id dispute.ID, key, text string) (dispute.Answers, error)
	PutDisputeAnswers(ctx context.Context, id dispute.ID, was dispute.Answers) error
	SetBankPhone(ctx context.Context, id ledger.AccountID, number string) (string, error)
	NoteDispute(ctx context.Context, id dispute.ID, e dispute.Event) error
	MatchRefund(ctx context.Context, id dispute.ID, row ledger.TransactionID) error
	MineAfterAll(ctx context.Context, id dispute.ID) error
	UndoDispute(ctx context.Context, id dispute.ID) (dispute.Event, error)
	DeleteDispute(ctx context.Context, id dispute.ID) (dispute.Dispute, error)
	RestoreDispute(ctx context.Context, was dispute.Dispute) error
	Listen(ctx context.Context, changed func())
	Today() ledger.Date
}

// Go is what the frame does for the place.
type Go struct {
	Transaction func(ledger.TransactionID)
	Revoke      func(consent.LinkID)          // to where a link is revoked
	Back        func()                        // to where the person came from
	Copy        func(text string)             // to the clipboard
	AskFolder   func(chosen func(dir string)) // for a folder to save in
}

// Screen is the place: one dispute, or the list of all.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go

	ctx     context.Context // of the time that the screen is shown
	one     live.View[app.DisputeView]
	all     live.View[[]app.DisputeView]
	id      dispute.ID // empty: the list
	shown   *app.DisputeView
	list    []app.DisputeView
	read    bool // the list was
	trouble error
	refused error  // why no dispute was opened; over the list
	saved   string // where files were saved last
	narrow  bool
	asking  bool // the questions are open
	counted bool // how each limit is counted is shown
	editing bool // the letter is
	acts    live.Acts

	content *fyne.Container
	header  *part.PlaceHeader
	body    *fyne.Container
	left    *container.Scroll // both are kept, so that what is read doesn't move
	right   *container.Scroll
	bar     *part.UndoBar
}

// New returns the place.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do, body: container.NewStack()}
	s.one = live.View[app.DisputeView]{Group: desk.Group, OnUI: desk.OnUI, Load: s.loadOne, Show: s.showOne, Fail: s.fail}
	s.all = live.View[[]app.DisputeView]{Group: desk.Group, OnUI: desk.OnUI, Load: c.Disputes, Show: s.showAll, Fail: s.fail}
	s.header = part.NewPlaceHeader(part.HeaderSpec{Ruled: true, OnBack: func() { s.Back() }})
	s.bar = part.NewUndoBar(v.T("undo", "Undo"))
	s.left, s.right = container.NewVScroll(part.Gap(0, 0)), container.NewVScroll(part.Gap(0, 0))
	s.content = part.Stack(0, s.header, part.Rest(s.body), s.bar)
	s.acts = s.newActs()
	return s
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
	s.draw()
}

// SetVoice writes everything anew, as when amounts are hidden.
func (s *Screen) SetVoice(v *say.Voice) {
	s.voice = v
	s.draw()
}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx = ctx
	s.acts.Show(ctx)
	s.coffer.Listen(ctx, func() { s.refresh() })
	s.refresh()
}

// Open shows a dispute; an empty ID shows the list.
func (s *Screen) Open(id dispute.ID) {
	if s.id != id {
		s.acts.Forget()
	}
	s.id, s.shown, s.trouble, s.refused, s.saved = id, nil, nil, nil, ""
	s.asking, s.editing, s.counted = false, false, false
	s.left.ScrollToOffset(fyne.Position{})
	if s.ctx != nil {
		s.refresh()
	}
	s.draw()
}

func (s *Screen) refresh() {
	if s.id == "" {
		s.all.Refresh(s.ctx)
		return
	}
	s.one.Refresh(s.ctx)
}

func (s *Screen) loadOne(ctx context.Context) (app.DisputeView, error) {
	return s.coffer.Dispute(ctx, s.id)
}

func (s *Screen) showOne(d app.DisputeView) {
	first, same := s.shown == nil, s.shown != nil && s.trouble == nil && reflect.DeepEqual(*s.shown, d)
	if same {
		return // what is being typed stays
	}
	s.shown, s.trouble = &d, nil
	if first {
		_, dated := dispute.First(d.Clocks)
		s.asking = !dated && !d.Standing.Closed
	}
	s.draw()
}

func (s *Screen) showAll(all []app.DisputeView) {
	s.list, s.read, s.trouble = all, true, nil
	s.draw()
}

// Refused says over the list why no dispute could be opened.
func (s *Screen) Refused(err error) {
	s.refused = err
	s.draw()
}

func (s *Screen) fail(err error) {
	s.trouble = err
	s.draw()
}

// Back leaves the letter's editor, then the place.
func (s *Screen) Back() bool {
	if s.editing {
		s.editing = false
		s.draw()
		return true
	}
	if s.do.Back != nil {
		s.do.Back()
	}
	return true
}

// TypedRune is the place's keys: D marks the next step as done, P saves the letter.
func (s *Screen) TypedRune(r rune) {
	if s.shown == nil || s.shown.Standing.Closed {
		return
	}
	switch r {
	case 'd', 'D':
		if next := s.shown.Now(); next != "" && next != dispute.Watch {
			s.stepDone(next)
		}
	case 'p', 'P':
		s.savePDF()
	}
}

// TypedKey scrolls what is to be done.
func (s *Screen) TypedKey(e *fyne.KeyEvent) {
	const line = 60
	page, all := s.left.Size().Height, s.left.Content.MinSize().Height
	by := map[fyne.KeyName]float32{
		fyne.KeyUp: -line, fyne.KeyDown: line, fyne.KeyPageUp: line - page, fyne.KeyPageDown: page - line, fyne.KeyHome: -all, fyne.KeyEnd: all,
	}[e.Name]
	if by != 0 {
		s.left.ScrollToOffset(fyne.NewPos(0, min(max(0, all-page), max(0, s.left.Offset.Y+by))))
	}
}

// draw builds the place from what was loaded.
func (s *Screen) draw() {
	if s.shown == nil {
		s.header.SetTitle(s.voice.T("dispute.list", "Disputes"), "")
		s.header.SetRight()
		s.put(s.drawList())
		return
	}
	s.drawPack()
}

// swap gives a scroll new content without moving what is read.
func swap(in *container.Scroll, content fyne.CanvasObject) {
	at := in.Offset
	in.Content = content
	in.Refresh()
	in.ScrollToOffset(at)
}

func (s *Screen) put(o fyne.CanvasObject) {
	s.body.Objects = []fyne.CanvasObject{o}
	s.body.Refresh()
}
