package transactions_test

import (
	"cmp"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/event"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/say"
	"coffer/ui/transactions"
)

var today = ledger.Day(2026, 11, 22)

// books is a store in memory: it sorts and filters as the register's contract says.
type books struct {
	mu       sync.Mutex
	accounts []ledger.AccountView
	rows     []app.Detail // newest first, pending ones before
	changes  event.Topic[int]
	fail     error         // of every read
	failSave error         // of every write
	gate     chan struct{} // a read waits here, if it is set
	inside   int           // reads under way
	total    int           // reads ever
	hold     func(s span) bool
	spans    []span   // that Rows was asked for
	saved    []string // what was written
}

type span struct{ offset, limit int }

func (b *books) enter(ctx context.Context) error {
	b.mu.Lock()
	gate, err := b.gate, b.fail
	b.inside++
	b.total++
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.inside--
	}()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

func (b *books) Accounts(ctx context.Context) ([]ledger.AccountView, error) {
	return b.accounts, b.enter(ctx)
}

func has(d *app.Detail, f ledger.Filter) bool {
	return (f.Account == "" || d.Account.ID == f.Account) && (f.From == 0 || d.Date >= f.From) && (f.To == 0 || d.Date <= f.To) &&
		(f.Category == "" || d.Category == f.Category) && (!f.Pending || d.Status == ledger.Pending) &&
		(!f.Flagged || d.Alert != nil) && (!f.Uncat || d.Category == "") &&
		(f.Search == "" || strings.Contains(strings.ToLower(d.Payee+d.Note), strings.ToLower(f.Search)))
}

func (b *books) found(f ledger.Filter, o ledger.Order) []*app.Detail {
	var all []*app.Detail
	for i := range b.rows {
		if has(&b.rows[i], f) {
			all = append(all, &b.rows[i])
		}
	}
	by := map[ledger.Order]func(a, b *app.Detail) int{
		ledger.OldestFirst: func(a, b *app.Detail) int {
			return cmp.Or(cmp.Compare(b.Status, a.Status), cmp.Compare(a.Date, b.Date))
		},
		ledger.PayeeUp:    func(a, b *app.Detail) int { return cmp.Compare(a.Payee, b.Payee) },
		ledger.PayeeDown:  func(a, b *app.Detail) int { return cmp.Compare(b.Payee, a.Payee) },
		ledger.AmountUp:   func(a, b *app.Detail) int { return cmp.Compare(a.Amount.Minor, b.Amount.Minor) },
		ledger.AmountDown: func(a, b *app.Detail) int { return cmp.Compare(b.Amount.Minor, a.Amount.Minor) },
	}[o]
	if by != nil {
		slices.SortStableFunc(all, by)
	}
	return all
}

func (b *books) Rows(ctx context.Context, f ledger.Filter, o ledger.Order, offset, limit int) ([]ledger.RegisterRow, error) {
	b.mu.Lock()
	b.spans = append(b.spans, span{offset, limit})
	held := b.hold != nil && b.hold(span{offset, limit})
	if held {
		b.inside++
	}
	b.mu.Unlock()
	if held {
		<-ctx.Done()
		b.mu.Lock()
		defer b.mu.Unlock()
		b.inside--
		return nil, ctx.Err()
	}
	if err := b.enter(ctx); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.found(f, o)
	var rows []ledger.RegisterRow
	for _, d := range all[min(offset, len(all)):min(offset+limit, len(all))] {
		r := ledger.RegisterRow{ID: d.ID, Account: d.Account.ID, Status: d.Status, Date: d.Date, Amount: d.Amount, Payee: d.Payee, Category: d.Category}
		if d.Alert != nil {
			r.Flag = ledger.Flag(d.Alert.Level + 1)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (b *books) Totals(ctx context.Context, f ledger.Filter) (ledger.Totals, error) {
	if err := b.enter(ctx); err != nil {
		return ledger.Totals{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var t ledger.Totals
	for i := range b.rows {
		d := &b.rows[i]
		if !has(d, f) {
			continue
		}
		into := &t.Booked
		if d.Status == ledger.Pending {
			into = &t.Pending
		}
		k := slices.IndexFunc(*into, func(s ledger.Sum) bool { return s.In.Currency == d.Amount.Currency })
		if k < 0 {
			k = len(*into)
			*into = append(*into, ledger.Sum{In: money.New(0, d.Amount.Currency), Out: money.New(0, d.Amount.Currency)})
		}
		s := &(*into)[k]
		s.Count++
		s.In.Minor += max(0, d.Amount.Minor)
		s.Out.Minor += min(0, d.Amount.Minor)
	}
	return t, nil
}

func (b *books) one(id ledger.TransactionID) *app.Detail {
	for i := range b.rows {
		if b.rows[i].ID == id {
			return &b.rows[i]
		}
	}
	return nil
}

func (b *books) Transaction(ctx context.Context, id ledger.TransactionID) (app.Detail, error) {
	if err := b.enter(ctx); err != nil {
		return app.Detail{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if d := b.one(id); d != nil {
		return *d, nil
	}
	return app.Detail{}, ledger.ErrNotFound
}

func (b *books) write(ctx context.Context, said string, by func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	if b.failSave != nil {
		defer b.mu.Unlock()
		return b.failSave
	}
	b.saved = append(b.saved, said)
	by()
	b.mu.Unlock()
	b.changes.Tell(0)
	return nil
}

func (b *books) SetCategory(ctx context.Context, id ledger.TransactionID, c ledger.Category) (was ledger.Category, err error) {
	err = b.write(ctx, "category "+string(id)+" "+string(c), func() { d := b.one(id); was, d.Category = d.Category, c })
	return was, err
}

func (b *books) SetNote(ctx context.Context, id ledger.TransactionID, note string) (was string, err error) {
	err = b.write(ctx, "note "+string(id)+" "+note, func() { d := b.one(id); was, d.Note = d.Note, note })
	return was, err
}

func (b *books) Answer(ctx context.Context, id alert.ID, a alert.Answer) (was alert.Alert, err error) {
	err = b.write(ctx, "answer "+string(id)+" "+strconv.Itoa(int(a)), func() {
		for i := range b.rows {
			if x := b.rows[i].Alert; x != nil && x.ID == id {
				was, b.rows[i].Alert = *x, nil
			}
		}
	})
	return was, err
}

func (b *books) Unanswer(ctx context.Context, was alert.Alert) error {
	return b.write(ctx, "unanswer "+string(was.ID), func() { b.one(was.Rows[0]).Alert = &was })
}

func (b *books) Listen(ctx context.Context, changed func()) {
	b.changes.Listen(ctx, func(int) { changed() })
}

func (b *books) Today() ledger.Date { return today }

// rig is the place in a window, with a UI goroutine that the test is.
type rig struct {
	*testing.T
	books  *books
	screen *transactions.Screen
	win    fyne.Window
	group  live.Group
	mu     sync.Mutex
	queue  []func()
	ctx    context.Context
	leave  context.CancelFunc
	went   []string
}

func voice(t testing.TB) *say.Voice {
	t.Helper()
	v, err := say.New(fstest.MapFS{}, "en_GB.UTF-8")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// inWindow shows the place over b and runs claim on it, in a bubble of time.
func inWindow(t *testing.T, b *books, size fyne.Size, claim func(r *rig)) {
	t.Helper()
	inMode(t, look.Light, b, size, claim)
}

func inMode(t *testing.T, mode look.Mode, b *books, size fyne.Size, claim func(r *rig)) {
	t.Helper()
	app := test.NewTempApp(t)
	th, err := look.New(mode, 1)
	if err != nil {
		t.Fatal(err)
	}
	app.Settings().SetTheme(th)
	win := test.NewTempWindow(t, canvas.NewRectangle(nil))
	win.SetPadded(false)
	synctest.Test(t, func(t *testing.T) {
		r := &rig{T: t, books: b, win: win}
		r.ctx, r.leave = context.WithCancel(t.Context())
		r.screen = transactions.New(b, voice(t), live.Action{Group: &r.group, OnUI: r.onUI}, transactions.Go{
			Alert: func(id alert.ID) { r.went = append(r.went, "alert "+string(id)) }, Import: func() { r.went = append(r.went, "import") }, AddBank: func() { r.went = append(r.went, "bank") },
		})
		win.SetContent(r.screen.Content())
		win.Resize(size)
		win.Canvas().SetOnTypedRune(r.screen.TypedRune)
		win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
			if e.Name == fyne.KeyEscape {
				r.screen.Back()
				return
			}
			r.screen.TypedKey(e)
		})
		r.screen.SetNarrow(size.Width < 750)
		r.screen.Show(r.ctx)
		r.settle()
		claim(r)
		r.leave()
		r.books.open()
		r.settle()
		time.Sleep(time.Minute)
		r.group.Wait()
	})
}

func (b *books) open() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gate != nil {
		close(b.gate)
		b.gate = nil
	}
}

func (b *books) entered() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.total
}

func (b *books) waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.inside
}

func (b *books) shut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gate = make(chan struct{})
}

func (r *rig) onUI(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue = append(r.queue, f)
}

// settle runs the UI until nothing is left to do but to wait for time or a gate.
func (r *rig) settle() {
	for {
		synctest.Wait()
		r.mu.Lock()
		todo := r.queue
		r.queue = nil
		r.mu.Unlock()
		if len(todo) == 0 {
			return
		}
		for _, f := range todo {
			f()
		}
	}
}

func (r *rig) keys(names ...fyne.KeyName) {
	for _, k := range names {
		if f := r.win.Canvas().Focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: k})
		} else {
			r.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: k})
		}
		r.settle()
	}
}

func (r *rig) letters(text string) {
	for _, l := range text {
		if f := r.win.Canvas().Focused(); f != nil {
			f.TypedRune(l)
		} else {
			r.win.Canvas().OnTypedRune()(l)
		}
		r.settle()
	}
}

// tap taps what shows a text; the last where it is there twice.
func (r *rig) tap(text string) {
	r.Helper()
	at, ok := r.textAt(text)
	if !ok {
		r.Fatalf("nothing shows %q", text)
	}
	test.TapCanvas(r.win.Canvas(), at.AddXY(2, 2))
	r.settle()
}

// tapTop taps what shows a text, where it stands highest.
func (r *rig) tapTop(text string) {
	r.Helper()
	best := fyne.NewPos(0, 1e6)
	walk(r.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, p fyne.Position) {
		if t, is := o.(*canvas.Text); is && t.Text == text && p.Y < best.Y {
			best = p
		}
	})
	test.TapCanvas(r.win.Canvas(), best.AddXY(2, 2))
	r.settle()
}

// press presses the mouse on what shows a text in the list.
func (r *rig) press(text string) {
	r.Helper()
	at, ok := r.textAt(text)
	if !ok {
		r.Fatalf("nothing shows %q", text)
	}
	walk(r.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, p fyne.Position) {
		_, keys := o.(desktop.Keyable)
		if list, is := o.(desktop.Mouseable); is && keys && at.X >= p.X && at.Y >= p.Y {
			list.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at.Subtract(p).AddXY(2, 2)}, Button: desktop.MouseButtonPrimary})
		}
	})
	r.settle()
}

// chosen is the category that the detail shows.
func (r *rig) chosen() string {
	label, _ := r.textAt("Note")
	got := ""
	walk(r.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, p fyne.Position) {
		if t, is := o.(*canvas.Text); is && p.X > label.X+40 && p.Y < label.Y-10 && p.Y > label.Y-50 {
			got = t.Text
		}
	})
	return got
}

func walk(o fyne.CanvasObject, at fyne.Position, visit func(fyne.CanvasObject, fyne.Position)) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	visit(o, at)
	var children []fyne.CanvasObject
	switch t := o.(type) {
	case fyne.Widget:
		children = test.WidgetRenderer(t).Objects()
	case *fyne.Container:
		children = t.Objects
	}
	for _, child := range children {
		walk(child, at, visit)
	}
}

func (r *rig) roots() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{r.win.Content()}, r.win.Canvas().Overlays().List()...)
}

func (r *rig) textAt(want string) (at fyne.Position, ok bool) {
	for _, root := range r.roots() {
		walk(root, fyne.Position{}, func(o fyne.CanvasObject, p fyne.Position) {
			if text, is := o.(*canvas.Text); is && text.Text == want {
				at, ok = p, true
			}
		})
	}
	return at, ok
}

func (r *rig) shows(want string) bool {
	_, ok := r.textAt(want)
	return ok
}

func (r *rig) wants(texts ...string) {
	r.Helper()
	for _, text := range texts {
		if !r.shows(text) {
			r.Errorf("%q is not shown; shown are %q", text, r.texts())
		}
	}
}

func (r *rig) wantsNot(texts ...string) {
	r.Helper()
	for _, text := range texts {
		if r.shows(text) {
			r.Errorf("%q is shown", text)
		}
	}
}

func (r *rig) texts() []string {
	var all []string
	for _, root := range r.roots() {
		walk(root, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
			if text, is := o.(*canvas.Text); is && text.Text != "" {
				all = append(all, text.Text)
			}
		})
	}
	return all
}

// keep writes a picture of the window to the folder that COFFER_GALLERY names.
func (r *rig) keep(name string) image.Image {
	img := r.win.Canvas().Capture()
	if folder := os.Getenv("COFFER_GALLERY"); folder != "" {
		f, err := os.Create(filepath.Join(folder, name+".png"))
		if err != nil {
			r.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, img); err != nil {
			r.Fatal(err)
		}
	}
	return img
}
