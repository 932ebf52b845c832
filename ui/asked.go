//go:build !nogui

package ui

import (
	"context"
	"time"

	"coffer/app"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

const (
	askedWithin         = time.Minute // for the person to answer a terminal's question
	askedWide   float32 = 380
)

// front is the frame, seen by what answers terminals.
type front struct {
	*frame
	turn chan struct{} // holds a token while a question is shown
}

// serve lets terminals of the person ask.
func (f *frame) serve() {
	if f.config.Serve == nil {
		return
	}
	face := &front{f, make(chan struct{}, 1)}
	f.desk.Do(f.ctx, func(ctx context.Context) error { return f.config.Serve(ctx, face) }, func(error) {})
}

// Raise implements Front.
func (f *front) Raise() { f.desk.OnUI(f.raise) }

func (f *frame) raise() {
	f.hidden = false
	f.window.Show()
	f.window.RequestFocus()
	f.shown()
}

// shown hears what the person does in the window, once it is there.
func (f *frame) shown() {
	if !f.hidden {
		f.hears.Do(func() { touched(f.window, f.config.Coffer.Active) })
	}
}

// Allow implements Front.
func (f *front) Allow(ctx context.Context, question func(v *say.Voice) string) (bool, error) {
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	shown, hide := context.WithTimeout(ctx, askedWithin)
	defer hide()
	answers := make(chan bool, 1)
	answer := func(yes bool) {
		select {
		case answers <- yes:
		default: // the first one counts
		}
	}
	f.config.Coffer.Changed.Lock.Listen(shown, func(s app.State) {
		if s != app.Open {
			answer(false)
		}
	})
	takeAway := func() {} // touched on the UI goroutine alone
	f.desk.OnUI(func() { takeAway = f.question(shown, question(f.voice), answer) })
	defer f.desk.OnUI(func() { takeAway() }) // before the next one comes: the toolkit hides what lies above, too
	select {
	case yes := <-answers:
		return yes, nil
	case <-shown.Done():
		return false, ctx.Err()
	}
}

// question shows a terminal's question and returns what takes it away. A key says no or nothing: the
// question may come up under a person who types.
func (f *frame) question(shown context.Context, text string, answer func(yes bool)) (takeAway func()) {
	if f.mode != atPlaces || shown.Err() != nil {
		answer(false)
		return func() {}
	}
	f.raise()
	f.hideKeys()
	v := f.voice
	words := part.NewPara(text, part.Style{Bold: true}, askedWide)
	more := part.NewPara(v.T("asked.more", "If you didn't ask for this, refuse: another program of yours did."), part.Style{Role: look.Small, Tint: look.Muted}, askedWide)
	buttons := part.Row(8,
		part.NewButton(part.ButtonSpec{Text: v.T("asked.refuse", "Refuse"), OnTap: func() { answer(false) }}),
		part.NewButton(part.ButtonSpec{Text: v.T("asked.allow", "Allow"), Rank: part.Danger, OnTap: func() { answer(true) }}))
	body := part.Sized(askedWide, 0, part.Stack(10, words, more, buttons))
	canvas := f.window.Canvas()
	popup := widget.NewModalPopUp(part.NewPanel(look.Surface, 8, part.Pad(16, 18), body), canvas)
	popup.Show()
	canvas.SetOnTypedRune(func(rune) {})
	canvas.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			answer(false)
		}
	})
	return func() {
		popup.Hide()
		canvas.SetOnTypedRune(f.typedRune)
		canvas.SetOnTypedKey(f.typedKey)
	}
}
