// Package overview is the first place: balances, net worth, and what needs a look.
package overview

import (
	"context"

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
	leftWide   float32 = 640
	rightWide  float32 = 372
	chartHigh  float32 = 190
	narrowHigh float32 = 90
	emptyWide  float32 = 520
)

// Coffer is what the overview needs of the use cases.
type Coffer interface {
	Overview(ctx context.Context) (app.Overview, error)
	Listen(ctx context.Context, changed func())
	Sent(ctx context.Context) (bytes int64, hosts int, err error)
}

// Go is what the frame does for the overview.
type Go struct {
	Account func(ledger.AccountID)
	Alert   func(alert.ID)
	Row     func(ledger.TransactionID)
	Banks   func()
	AddBank func()
	Import  func()
	Demo    func() error // nil in the demo itself
	Refresh func()
}

// Screen is the overview.
type Screen struct {
	coffer Coffer
	voice  *say.Voice
	do     Go
	view   live.View[shown]

	ctx     context.Context // of the time that the screen is shown
	data    *shown          // nil until the first load
	span    span
	narrow  bool
	content *fyne.Container
	header  *part.PlaceHeader
	body    *fyne.Container
	worth   *worthCard
}

// shown is what one load brings.
type shown struct {
	app.Overview
	sent int64 // bytes, ever
}

// New returns the overview.
func New(c Coffer, v *say.Voice, desk live.Action, do Go) *Screen {
	s := &Screen{coffer: c, voice: v, do: do, span: year, body: container.NewStack()}
	s.view = live.View[shown]{Group: desk.Group, OnUI: desk.OnUI, Load: s.load, Show: s.show, Fail: s.fail}
	s.header = part.NewPlaceHeader(part.HeaderSpec{})
	s.content = container.NewBorder(s.header, nil, nil, nil, s.body)
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

func (s *Screen) fail(err error) {
	s.body.Objects = []fyne.CanvasObject{part.NewEmptyState(part.EmptySpec{
		Icon: "warning", Title: s.voice.T("overview.failed", "The balances can’t be read now"), Line: s.voice.Fault(err),
		Acts: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: s.voice.T("try-again", "Try again"), Rank: part.Main, OnTap: func() { s.view.Refresh(s.ctx) }})},
	})}
	s.body.Refresh()
}

func (s *Screen) show(data shown) {
	s.data = &data
	s.draw()
}

// draw builds the place from what was loaded.
func (s *Screen) draw() {
	if s.data == nil {
		return
	}
	v := s.voice
	s.header.SetTitle(v.T("place.overview", "Overview"), v.LongDay(s.data.Today.Time()))
	if len(s.data.Accounts) == 0 {
		s.header.SetRight()
		s.body.Objects = []fyne.CanvasObject{s.empty()}
		s.body.Refresh()
		return
	}
	s.header.SetRight(part.NewButton(part.ButtonSpec{Icon: "refresh", Text: v.T("act.refresh", "Refresh"), Key: "R", OnTap: s.do.Refresh}))
	var sheet fyne.CanvasObject
	if s.narrow {
		left := append(s.lookLine(), s.left()...)
		sheet = part.Inset(part.Edges{Top: 0, Left: 16, Right: 16, Bottom: 16}, part.Stack(0, left...))
	} else {
		columns := part.Columns(20, []float32{0, rightWide}, part.Stack(0, s.left()...), part.Stack(0, s.right()...))
		sheet = part.Inset(part.Edges{Top: 0, Left: 24, Right: 24, Bottom: 24}, container.New(&capped{leftWide*1.2 + rightWide + 20}, columns))
	}
	s.body.Objects = []fyne.CanvasObject{container.NewVScroll(sheet)}
	s.body.Refresh()
}

func (s *Screen) left() []fyne.CanvasObject {
	var objects []fyne.CanvasObject
	if len(s.data.Worth) > 0 {
		s.worth = s.newWorthCard()
		objects = append(objects, s.worth.card)
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
	return container.NewVScroll(part.Inset(part.Edges{Top: 92, Left: 24, Right: 24, Bottom: 24}, part.Row(0, part.Space(), part.Sized(emptyWide, 0, part.Stack(0,
		part.NewText(v.T("empty.title", "Nothing here yet"), part.Style{Role: look.TitleLarge, Bold: true}), part.Gap(0, 4),
		part.NewPara(v.T("empty.line", "Your vault is ready and sealed. Choose where the first numbers come from."), part.Style{Tint: look.Muted}, emptyWide), part.Gap(0, 18),
		part.NewChoices(emptyWide, choices...), part.Gap(0, 14),
		part.NewCaption(v.T("empty.sent", "{{.Bytes}} have left this computer.", "Bytes", v.Bytes(s.data.sent))), wrong,
	)), part.Space())))
}

// needs returns what waits for the person, gravest first, three at most.
func (s *Screen) needs() []part.LookSpec {
	v := s.voice
	var specs []part.LookSpec
	for _, a := range s.data.Alerts {
		tone, icon := part.Attention, "alerts"
		if a.Level == alert.Interrupt {
			tone = part.Grave
		}
		specs = append(specs, part.LookSpec{
			Icon: icon, Tone: tone, Strong: a.Level == alert.Interrupt, Title: v.Reason(a.Why.ID, a.Why.Args),
			Line: v.T("look.day", "{{.Account}}, {{.Day}}.", "Account", s.accountName(a.Account), "Day", v.Day(a.Day.Time(), s.data.Today.Time())),
			Act:  v.T("look.review", "Review"), OnAct: func() { s.do.Alert(a.ID) },
		})
	}
	for _, l := range s.data.Links {
		specs = append(specs, part.LookSpec{
			Icon: linkIcon(l.State), Tone: part.Attention, Title: v.T("look.link", "{{.Bank}}: {{.State}}", "Bank", l.Bank, "State", v.State(int(l.State), l.Expires, s.data.now())),
			Act: v.T("look.banks", "See the link"), OnAct: s.do.Banks,
		})
	}
	return specs[:min(len(specs), 3)]
}

func linkIcon(state consent.State) string {
	if state == consent.RevokePending || state == consent.RevokedAtBank {
		return "revoke"
	}
	return "calendar"
}

func (s *Screen) accountName(id ledger.AccountID) string {
	for _, a := range s.data.Accounts {
		if a.ID == id {
			return a.Name
		}
	}
	return ""
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
