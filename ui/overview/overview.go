// Package overview is the first place: balances, net worth, and what needs a look.
package overview

import (
	"context"
	"errors"
	"slices"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	rightWide  float32 = 372
	mostWide   float32 = 1360
	chartHigh  float32 = 186
	narrowHigh float32 = 76
	emptyWide  float32 = 520
)

// Coffer is what the overview needs of the use cases.
type Coffer interface {
	Overview(ctx context.Context) (app.Overview, error)
	Listen(ctx context.Context, changed func())
	Sent(ctx context.Context) (bytes int64, hosts int, err error)
	PutEndingAway(ctx context.Context, id consent.LinkID) error
	PutSilenceAway(ctx context.Context, id ledger.AccountID) error
	PutNewsAway(ctx context.Context, key string) error
}

// Go is what the frame does for the overview.
type Go struct {
	Account func(ledger.AccountID)
	Alert   func(alert.ID)
	News    func(app.News) // to the money that came, or to the dispute
	Row     func(ledger.TransactionID)
	Banks   func()
	Review  func() // what waits for the person's word on rows
	AddBank func()
	Import  func()
	Demo    func() error // nil in the demo itself
	Refresh func()
	Stop    func() // what is read

	Settings func()                     // nil where there are none
	Known    func(done func(err error)) // the person knows why the vault is older
}

// Screen is the overview.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	do     Go
	desk   live.Action
	view   live.View[shown]

	ctx     context.Context // of the time that the screen is shown
	data    *shown          // nil until the first load
	trouble error           // of the newest load; nil if it went well
	span    span
	narrow  bool
	reading bool // some bank is read
	content *fyne.Container
	header  *part.PlaceHeader
	body    *fyne.Container
	scroll  *container.Scroll // kept, so that new data doesn't move what is read
	rows    []fyne.Focusable  // what the arrow keys walk over, from the top
}

// shown is what one load brings.
type shown struct {
	app.Overview
	sent int64 // bytes, ever
}

// New returns the overview.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, do: do, desk: desk, span: year, body: container.NewStack(), scroll: container.NewVScroll(part.Gap(0, 0))}
	s.view = live.View[shown]{Group: desk.Group, OnUI: desk.OnUI, Load: s.load, Show: s.show, Fail: s.fail}
	s.header = part.NewPlaceHeader(part.HeaderSpec{})
	s.content = part.Stack(0, s.header, part.Rest(s.body))
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
	s.content.Refresh()
	s.draw()
}

// SetReading says whether some bank is read: then Refresh is where that is stopped.
func (s *Screen) SetReading(on bool) {
	if s.reading == on {
		return
	}
	s.reading = on
	if s.data != nil && s.trouble == nil && len(s.data.Accounts) > 0 {
		s.header.SetRight(s.refreshAct())
	}
}

func (s *Screen) refreshAct() fyne.CanvasObject {
	v := s.voice
	if s.reading {
		return part.NewButton(part.ButtonSpec{Icon: "close", Text: v.T("banks.stop", "Stop reading"), OnTap: s.do.Stop})
	}
	return part.NewButton(part.ButtonSpec{Icon: "refresh", Text: v.T("act.refresh", "Refresh"), Key: "R", OnTap: s.do.Refresh})
}

// SetVoice writes everything anew, as when amounts are hidden.
func (s *Screen) SetVoice(v *say.Voice) {
	s.voice = v
	if s.trouble != nil {
		s.fail(s.trouble)
		return
	}
	s.draw()
}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx = ctx
	s.coffer.Listen(ctx, func() { s.view.Refresh(ctx) })
	s.view.Refresh(ctx)
}

func (s *Screen) load(ctx context.Context) (shown, error) {
	view, err := s.coffer.Overview(ctx)
	if err != nil {
		return shown{}, err
	}
	sent, _, err := s.coffer.Sent(ctx)
	return shown{view, sent}, err
}

// fail says what went wrong. Numbers that were read before stay.
func (s *Screen) fail(err error) {
	s.trouble = err
	if s.data != nil {
		s.draw()
		return
	}
	s.body.Objects = []fyne.CanvasObject{part.NewEmptyState(part.EmptySpec{
		Icon: "warning", Title: s.voice.T("overview.failed", "The balances can’t be read now"), Line: s.voice.Fault(err), Acts: s.again(part.Main),
	})}
	s.body.Refresh()
}

// again are the acts after a failure.
func (s *Screen) again(rank part.Rank) []fyne.CanvasObject {
	v, high := s.voice, float32(30)
	if rank == part.OnStrip {
		high = 26
	}
	acts := []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("try-again", "Try again"), Rank: rank, Height: high, OnTap: func() { s.view.Refresh(s.ctx) }})}
	var stopped *live.Stopped
	if errors.As(s.trouble, &stopped) {
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("copy-report", "Copy report"), Height: high, OnTap: func() {
			fyne.CurrentApp().Clipboard().SetContent(stopped.Report())
		}}))
	}
	return acts
}

func (s *Screen) show(data shown) {
	s.data, s.trouble = &data, nil
	s.draw()
}

// draw builds the place from what was loaded.
func (s *Screen) draw() {
	if s.data == nil {
		return
	}
	v := s.voice
	at := s.focused()
	s.rows = nil
	if len(s.data.Accounts) == 0 {
		s.header.SetTitle(v.T("place.overview", "Overview"), "")
		s.header.SetRight()
		s.body.Objects = []fyne.CanvasObject{s.empty()}
		s.body.Refresh()
		return
	}
	s.header.SetTitle(v.T("place.overview", "Overview"), v.LongDay(s.data.Today.Time()))
	s.header.SetRight(s.refreshAct())
	if s.narrow {
		left := slices.Concat(s.failed(), s.lookLine(), s.left())
		s.scroll.Content = part.Inset(part.Edges{Left: 16, Right: 16, Bottom: 16}, part.Stack(0, left...))
	} else {
		left, right := part.Stack(0, s.left()...), part.Stack(0, s.right()...)
		columns := part.Columns(20, []float32{0, rightWide}, left, right)
		s.scroll.Content = part.Inset(part.Edges{Left: 24, Right: 24, Bottom: 24}, container.New(&capped{mostWide}, part.Stack(0, append(s.failed(), columns)...)))
	}
	read := s.scroll.Offset
	s.scroll.Refresh()
	s.scroll.ScrollToOffset(read) // new content begins at its top
	s.body.Objects = []fyne.CanvasObject{s.scroll}
	s.body.Refresh()
	if at >= 0 {
		s.focus(min(at, len(s.rows)-1))
	}
}

// failed is the strip over numbers that could not be read again.
func (s *Screen) failed() []fyne.CanvasObject {
	if s.trouble == nil {
		return nil
	}
	return []fyne.CanvasObject{part.NewStrip(part.StripSpec{
		Tone: part.Attention, Icon: "warning", Title: s.voice.Fault(s.trouble), Wide: 600, Acts: s.again(part.OnStrip),
	}), part.Gap(0, 12)}
}

func (s *Screen) left() []fyne.CanvasObject {
	var objects []fyne.CanvasObject
	if len(s.data.Worth) > 0 {
		objects = append(objects, s.worth())
	}
	return append(objects, s.accounts()...)
}

func (s *Screen) right() []fyne.CanvasObject {
	objects := s.look()
	objects = append(objects, s.month()...)
	return append(objects, s.latest()...)
}

// empty offers the ways to begin.
func (s *Screen) empty() fyne.CanvasObject {
	v := s.voice
	choices := []part.Choice{
		{Icon: "link", Title: v.T("start.link", "Link a bank"), Line: v.T("start.link-line", "You see who is in the path before anything is sent"),
			Act: part.NewButton(part.ButtonSpec{Text: v.T("start.choose", "Choose"), Rank: part.Main, OnTap: s.do.AddBank})},
		{Icon: "import", Title: v.T("start.import", "Import a statement"), Line: v.T("start.import-line", "An OFX or QFX file from your bank"),
			Act: part.NewButton(part.ButtonSpec{Text: v.T("start.file", "Choose file"), OnTap: s.do.Import})},
	}
	wrong := part.NewErrorLine("")
	if s.do.Demo != nil {
		choices = append(choices, part.Choice{Icon: "computer", Title: v.T("start.demo", "Try the demo"), Line: v.T("start.demo-line", "An invented bank, 3 years, a vault of its own"),
			Act: part.NewButton(part.ButtonSpec{Text: v.T("start.open-demo", "Open demo"), OnTap: func() {
				if err := s.do.Demo(); err != nil {
					wrong.Set(v.Fault(err))
				}
			}})})
	}
	return container.NewVScroll(part.Inset(part.Edges{Top: 92, Left: 24, Right: 24, Bottom: 24}, part.RowTop(0, part.Space(), part.Sized(emptyWide, 0, part.Stack(0,
		part.NewText(v.T("empty.title", "Nothing here yet"), part.Style{Role: look.TitleLarge, Bold: true}), part.Gap(0, 4),
		part.NewPara(v.T("empty.line", "Your vault is ready and sealed. Choose where the first numbers come from."), part.Style{Tint: look.Muted}, emptyWide), part.Gap(0, 18),
		part.NewChoices(emptyWide, choices...), part.Gap(0, 14),
		part.NewCaption(v.T("empty.sent", "{{.Bytes}} have left this computer.", "Bytes", v.Bytes(s.data.sent))), wrong,
	)), part.Space())))
}

// capped stops growing at most wide and stays left.
type capped struct{ most float32 }

func (l *capped) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(fyne.NewSize(min(size.Width, l.most), size.Height))
	}
}

func (l *capped) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }
