// Package privacy is the place that shows everything that left this computer, and what stays on it.
package privacy

import (
	"context"
	"errors"
	"io"
	"time"

	"coffer/app"
	"coffer/app/egress"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	leftWide   float32 = 708
	rightWide  float32 = 300
	mostWide   float32 = 1360
	columnGap  float32 = 24
	leastLines         = 7 // of the ledger, where the window is too low for more
	rowHigh    float32 = 28
)

// Coffer is what the place needs of the use cases.
type Coffer interface {
	Privacy(ctx context.Context) (app.PrivacyView, error)
	Entries(ctx context.Context, f app.LedgerFilter, offset, limit int) ([]egress.Entry, error)
	Count(ctx context.Context, f app.LedgerFilter) (int, error)
	VerifyLedger(ctx context.Context, told func(done, total int)) (app.ChainState, error)
	ExportLedger(ctx context.Context, w io.Writer, format string) error
	Listen(ctx context.Context, changed func())
	Now() time.Time
}

// Go is what the frame does for the place.
type Go struct {
	Copy    func(text string) // to the clipboard
	AddBank func()
}

// Screen is the place. Its methods are for the UI goroutine.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	desk   live.Action
	do     Go

	ctx      context.Context // of the time that the screen is shown; nil before the first
	data     *app.PrivacyView
	trouble  error // of the newest load; nil if it went well
	loads    loads
	filter   filter
	counts   counts
	pages    *pages
	verify   verification
	export   export
	detail   detail
	unfolded bool // every bank is listed

	narrow  bool
	content *fyne.Container
	header  *part.PlaceHeader
	body    *fyne.Container
	notices *fyne.Container // trouble and export, over the rest
	top     *fyne.Container // statement and totals
	chips   *fyne.Container
	rows    *part.Register
	middle  *fyne.Container   // the register, or why it is empty
	strip   *fyne.Container   // detail of a row
	inner   *fyne.Container   // middle and strip
	card    *part.Panel       // around them
	ledger  fyne.CanvasObject // card, as it stands in the column
	column  *fyne.Container   // of the left side, or of all if narrow
	side    *fyne.Container
	left    *container.Scroll
	right   *container.Scroll
}

// New returns the place.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, desk: desk, do: do}
	s.pages = &pages{desk: desk, arrived: s.arrived, failed: s.pageFailed}
	s.header = part.NewPlaceHeader(part.HeaderSpec{})
	s.notices, s.top, s.side, s.strip = part.Stack(0), part.Stack(0), part.Stack(0), part.Stack(0)
	s.chips = part.Row(8)
	s.rows = s.newRegister()
	s.middle = container.NewStack(s.rows)
	s.inner = part.Stack(0, part.Rest(part.Sized(0, 28+rowHigh*leastLines, s.middle)), s.strip)
	s.card = part.NewCard(part.Rest(s.inner)).Padded(part.Edges{Top: 1, Right: 1, Bottom: 1, Left: 1})
	s.left, s.right = container.NewVScroll(part.Gap(0, 0)), container.NewVScroll(part.Gap(0, 0))
	s.body = container.NewStack()
	s.content = part.Stack(0, s.header, part.Rest(s.body))
	s.arrange()
	s.draw()
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
	s.arrange()
	s.draw()
}

// SetVoice writes everything anew, as when amounts are hidden.
func (s *Screen) SetVoice(v *say.Voice) {
	if s.voice == v {
		return
	}
	s.voice = v
	s.draw()
}

// Show implements the frame's screen.
func (s *Screen) Show(ctx context.Context) {
	s.ctx = ctx
	s.verify.stop()
	s.export.stop()
	s.coffer.Listen(ctx, func() { s.desk.OnUI(func() { s.changed(ctx) }) })
	s.reload()
}

// arrange puts the regions into two columns, or under each other where the window is narrow.
func (s *Screen) arrange() {
	side, foot := float32(24), float32(20)
	if s.narrow {
		side, foot = 16, 16
	}
	if s.narrow {
		s.ledger = s.card
		s.column = part.Stack(0, s.notices, s.top, s.chips, part.Gap(0, 8), s.ledger, part.Gap(0, 16), s.side)
		s.left.Content = part.Inset(part.Edges{Left: side, Right: side, Bottom: foot}, s.column)
		s.body.Objects = []fyne.CanvasObject{s.left}
	} else {
		s.ledger = part.Rest(s.card)
		s.column = part.Stack(0, s.notices, s.top, s.chips, part.Gap(0, 8), s.ledger)
		s.left.Content = part.Inset(part.Edges{Left: side, Right: columnGap / 2, Bottom: foot}, s.column)
		s.right.Content = part.Inset(part.Edges{Left: columnGap / 2, Right: side, Bottom: foot}, s.side)
		s.body.Objects = []fyne.CanvasObject{container.New(&capped{mostWide}, part.Columns(0, []float32{0, rightWide + columnGap/2 + side}, s.left, s.right))}
	}
	s.left.Refresh()
	s.right.Refresh()
	s.body.Refresh()
}

// draw writes every region anew from what is known.
func (s *Screen) draw() {
	s.writeHeader()
	s.writeNotices()
	if s.data == nil {
		s.content.Refresh()
		return
	}
	gap := float32(16)
	if s.data.Entries == 0 {
		gap = 4
	}
	put(s.top, s.statement(), part.Gap(0, 12), s.totals(), part.Gap(0, gap))
	s.writeChips()
	s.writeMiddle()
	s.writeStrip()
	put(s.side, s.stored()...)
	s.rows.Refresh()
	s.settle()
}

// put changes what a region holds.
func put(region *fyne.Container, objects ...fyne.CanvasObject) {
	region.Objects = objects
	region.Refresh()
}

// settle lays the columns out again after a region has changed its height.
func (s *Screen) settle() {
	s.inner.Refresh()
	s.column.Refresh()
	s.left.Refresh()
	s.right.Refresh()
	s.content.Refresh()
}

func (s *Screen) writeHeader() {
	v := s.voice
	sub := v.T("privacy.sub", "Everything that left this computer, and what stays on it")
	if s.narrow {
		sub = ""
	}
	s.header.SetTitle(v.T("place.privacy", "Privacy"), sub)
	act := part.NewButton(part.ButtonSpec{Icon: "check-circle", Text: v.T("privacy.verify", "Verify"), Key: "V", OnTap: s.check})
	if s.verify.running() {
		act = part.NewButton(part.ButtonSpec{Icon: "close", Text: v.T("cancel", "Cancel"), Key: "Esc", OnTap: s.stopVerify})
	}
	s.header.SetRight(part.NewButton(part.ButtonSpec{Icon: "export", Text: v.T("privacy.export", "Export"), OnTap: s.openExport}), act)
}

// writeNotices shows what went wrong and the export, over the rest.
func (s *Screen) writeNotices() {
	var objects []fyne.CanvasObject
	if s.trouble != nil {
		objects = append(objects, part.NewStrip(part.StripSpec{
			Tone: part.Attention, Icon: "warning", Title: s.voice.Fault(s.trouble), Wide: leftWide, Acts: s.again(),
		}), part.Gap(0, 12))
	}
	if s.export.open {
		objects = append(objects, s.exportCard(), part.Gap(0, 12))
	}
	put(s.notices, objects...)
}

// again are the acts after a failure.
func (s *Screen) again() []fyne.CanvasObject {
	v := s.voice
	acts := []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("try-again", "Try again"), Rank: part.OnStrip, Height: 26, OnTap: s.reload})}
	var stopped *live.Stopped
	if errors.As(s.trouble, &stopped) {
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("copy-report", "Copy report"), Rank: part.OnStrip, Height: 26, OnTap: func() { s.do.Copy(stopped.Report()) }}))
	}
	return acts
}

func (s *Screen) fail(err error) {
	s.trouble = err
	s.writeNotices()
	s.settle()
}

// section is the label over a card.
func section(text string) fyne.CanvasObject {
	return part.Inset(part.Edges{Top: 2, Right: 2, Bottom: 8, Left: 0}, part.NewSection(text))
}

// small is a line of muted words.
func small(tint fyne.ThemeColorName) part.Style { return part.Style{Role: look.Small, Tint: tint} }

// capped stops growing at most wide and stays left.
type capped struct{ most float32 }

func (l *capped) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(fyne.NewSize(min(size.Width, l.most), size.Height))
	}
}

func (l *capped) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }
