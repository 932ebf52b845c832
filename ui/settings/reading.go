package settings

import (
	"context"
	"slices"
	"time"

	"coffer/app"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// schedule is how banks are read by themselves, as it was read.
type schedule struct {
	every   time.Duration
	waits   bool // over a network that counts its bytes
	metered bool // anything here tells of such a network

	login, mayLogin bool  // Coffer starts at login, and that can be set here
	loginErr        error // why nothing tells whether it does
}

func (s *Screen) loadSchedule(ctx context.Context) (r schedule, err error) {
	if r.every, err = s.coffer.ReadEvery(ctx); err != nil {
		return r, err
	}
	if r.waits, err = s.coffer.WaitsOnMetered(ctx); err != nil {
		return r, err
	}
	r.metered = s.coffer.KnowsMetered()
	r.login, r.mayLogin, r.loginErr = s.coffer.StartsAtLogin() // of the other settings it says nothing
	return r, nil
}

// readingRows are when banks are read without the person.
func (s *Screen) readingRows() []fyne.CanvasObject {
	rows := []fyne.CanvasObject{s.everyLine()}
	if s.data.reads.metered && s.data.reads.every > 0 {
		rows = append(rows, s.meteredLine())
	}
	if s.data.reads.mayLogin {
		rows = append(rows, s.loginLine())
	}
	return rows
}

func (s *Screen) everyLine() fyne.CanvasObject {
	v, r := s.voice, s.data.reads
	choices := app.ReadChoices()
	names := make([]string, len(choices))
	for i, d := range choices {
		names[i] = v.ReadEvery(d)
	}
	text := v.T("reading.while-open", "While the vault is open, in the window or the tray. A lock ends it, and it keeps no lock away.")
	if r.every == 0 {
		text = v.T("reading.never", "Banks are read when you ask for it, and no alert comes before that.")
	}
	return s.line(line{row: readRow, title: v.T("reading.every", "How often Coffer looks by itself"), under: []fyne.CanvasObject{para(text, look.Muted)},
		acts: []fyne.CanvasObject{s.choice("every", names, slices.Index(choices, r.every), func(i int) {
			s.set(readRow, func(r *schedule) { r.every = choices[i] }, func(ctx context.Context) error { return s.coffer.SetReadEvery(ctx, choices[i]) })
		})}})
}

func (s *Screen) meteredLine() fyne.CanvasObject {
	v, at := s.voice, 0
	if !s.data.reads.waits {
		at = 1
	}
	names := []string{v.T("reading.metered-wait", "Waits for you"), v.T("reading.metered-read", "Reads anyway")}
	return s.line(line{row: meteredRow, title: v.T("reading.metered", "On a network that counts its bytes"), acts: []fyne.CanvasObject{s.choice("metered", names, at, func(i int) {
		s.set(meteredRow, func(r *schedule) { r.waits = i == 0 }, func(ctx context.Context) error { return s.coffer.SetWaitsOnMetered(ctx, i == 0) })
	})}})
}

func (s *Screen) loginLine() fyne.CanvasObject {
	v, on := s.voice, s.data.reads.login
	state, tone, act := v.T("settings.off", "Off"), part.Neutral, v.T("login.turn-on", "Turn on")
	if on {
		state, tone, act = v.T("settings.on", "On"), part.Good, v.T("login.turn-off", "Turn off")
	}
	text := v.T("login.line", "It waits in the tray, locked: no bank is read before you open the vault.")
	if !s.do.Tray {
		text = v.T("login.no-tray", "There is no tray on this desktop: its window opens, locked. No bank is read before you open the vault.")
	}
	under := []fyne.CanvasObject{para(text, look.Muted)}
	if err := s.data.reads.loginErr; err != nil {
		state, tone, under = v.T("login.unknown", "Not known"), part.Attention, append(under, para(v.Fault(err), look.Muted))
	}
	return s.line(line{row: loginRow, title: v.T("login.title", "Start Coffer when you log in"), under: under, acts: []fyne.CanvasObject{
		part.NewPill(state, tone), s.button("login", part.ButtonSpec{Text: act, OnTap: func() {
			s.set(loginRow, func(r *schedule) { r.login, r.loginErr = !on, nil }, func(context.Context) error { return s.coffer.SetStartAtLogin(!on) })
		}})}})
}

// choice makes a list to choose one of that keeps the keyboard over a redraw. While something runs it stays as it is:
// one that was off would lose the keyboard.
func (s *Screen) choice(name string, names []string, at int, chosen func(i int)) fyne.CanvasObject {
	return part.Sized(174, 30, s.choose(name, names, at, chosen))
}

// wideChoice is choice for longer words.
func (s *Screen) wideChoice(name string, names []string, at int, chosen func(i int)) fyne.CanvasObject {
	return part.Sized(230, 30, s.choose(name, names, at, chosen))
}

func (s *Screen) choose(name string, names []string, at int, chosen func(i int)) fyne.CanvasObject {
	choose := part.NewSelect(names, at, func(i int) {
		if s.job != nil {
			s.draw()
			return
		}
		chosen(i)
	})
	s.name(name, choose)
	return choose
}

// set changes one of the settings; where that fails it is as before.
func (s *Screen) set(r row, change func(*schedule), save func(ctx context.Context) error) {
	before := s.data.reads
	change(&s.data.reads)
	s.run(chore{row: r, word: s.voice.T("settings.saving", "Saving"), work: func(ctx context.Context, _ tell) error { return save(ctx) }, done: func(err error) {
		if err != nil {
			s.data.reads = before
			s.words[r] = bad(s.voice.Fault(err))
		}
		s.draw()
	}})
}
