package banks

import (
	"context"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/provider"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// browserWait is how long the bank's answer is waited for.
const browserWait = 5 * time.Minute

// attempt is a link in the making. It goes on while the person looks at another place.
type attempt struct {
	provider app.Provider
	again    consent.LinkID
	cancel   context.CancelFunc
	at       app.LinkingProgress
	until    time.Time          // the browser's answer is waited for
	still    context.CancelFunc // ends the ticking of what is left
	copied   bool
	pasting  pasting
	asking   *asking   // a question that waits for the person; nil: none does
	choosing *choosing // the accounts, while the person chooses among them
}

// start links the bank that is chosen: from here on it is contacted.
func (s *Screen) start() {
	g := s.gallery
	p, ok := g.provider()
	if !ok || s.attempt != nil || len(p.Lacks) > 0 {
		return
	}
	base, terms := s.lasting(), g.terms
	terms.Typed, terms.Secrets = g.answer()
	terms.Shown = s.shown(p)
	ctx, cancel := context.WithCancel(base)
	a := &attempt{provider: p, again: g.again, cancel: cancel, still: func() {}}
	s.attempt, g.wrong, terms.Ask = a, nil, s.askHosts(a)
	terms.Choose = s.askAccounts(a)
	s.drawBar()
	var id consent.LinkID
	s.desk.Do(base, func(context.Context) (err error) {
		defer cancel()
		id, err = s.coffer.LinkBank(ctx, p.ID, terms, func(at app.LinkingProgress) {
			s.desk.OnUI(func() { s.went(ctx, a, at) })
		})
		return err
	}, func(err error) { s.linked(a, id, err) })
}

// went shows the step that an attempt has come to.
func (s *Screen) went(ctx context.Context, a *attempt, at app.LinkingProgress) {
	if s.attempt != a {
		return
	}
	same := a.at.Step == at.Step && at.Step == app.Reading
	a.at = at
	if at.Step != app.InBrowser {
		a.pasting.wipe()
		a.pasting.entry = nil
	}
	switch {
	case same:
		s.writeStatus()
		return
	case at.Step == app.InBrowser:
		a.until = s.coffer.Now().Add(browserWait)
		if !at.Until.IsZero() {
			a.until = at.Until
		}
		s.tick(ctx, a)
	default:
		a.still()
	}
	s.drawBar()
	a.pasting.focus(s)
}

// tick rewrites what is left once a second while the browser is waited for.
func (s *Screen) tick(ctx context.Context, a *attempt) {
	ctx, a.still = context.WithCancel(ctx)
	s.desk.Do(ctx, func(ctx context.Context) error {
		every := time.NewTicker(time.Second)
		defer every.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-every.C:
				s.desk.OnUI(func() {
					if ctx.Err() == nil && s.page == atGallery {
						s.writeStatus()
					}
				})
			}
		}
	}, func(error) {})
}

// linked ends an attempt. With an id the bank is linked, even if its first read failed.
func (s *Screen) linked(a *attempt, id consent.LinkID, err error) {
	if s.attempt != a {
		return
	}
	a.still()
	a.pasting.wipe()
	s.attempt = nil
	v := s.voice
	if a.asking != nil || a.choosing != nil { // given up while it asked: the terms come back
		s.drawQuestion()
	}
	if id == "" {
		if err != nil && !canceled(err) {
			s.gallery.wrong = err
		}
		if s.page == atGallery {
			s.drawBar()
			if s.gallery.link != nil {
				s.focus(s.gallery.link)
			}
		}
		return
	}
	s.gallery = nil
	delete(s.troubles, id)
	s.note = note{text: v.T("banks.linked", "{{.Bank}} is linked", "Bank", a.provider.Name), good: true}
	if a.again != "" {
		s.note.text = v.T("banks.renewed", "{{.Bank}} is renewed", "Bank", a.provider.Name)
	}
	switch {
	case a.at.Step == app.Approving && err != nil:
		s.note = note{text: v.T("banks.linked-unapproved", "{{.Bank}} is linked and waits for you to approve in its phone app", "Bank", a.provider.Name)}
	case canceled(err):
		s.note = note{text: v.T("banks.linked-stopped", "{{.Bank}} is linked. Reading was stopped; Refresh goes on", "Bank", a.provider.Name)}
	case err != nil:
		s.note = note{text: v.T("banks.linked-unread", "{{.Bank}} is linked. Not everything was read yet", "Bank", a.provider.Name)}
		s.troubles[id] = trouble{err: err}
	}
	if s.page == atGallery {
		s.page = atBanks
	}
	s.settled()
}

// drawBar shows the foot of the gallery: the one act, or how far it is.
func (s *Screen) drawBar() {
	g := s.gallery
	if g == nil || g.foot == nil {
		return
	}
	var body []fyne.CanvasObject
	switch {
	case s.attempt != nil && s.attempt.asking != nil:
		body = s.hostActs()
	case s.attempt != nil && s.attempt.choosing != nil:
		body = s.choiceActs()
	case s.attempt != nil:
		body = s.waiting()
	default:
		body = s.linkActs()
	}
	inset := part.Pad(14, 28)
	if s.narrow {
		inset = part.Pad(10, 16)
	}
	moved := s.release(g.foot)
	g.foot.Objects = []fyne.CanvasObject{part.Stack(0, part.NewRule(), part.Inset(inset, part.Stack(8, body...)))}
	g.side.Refresh()
	sub := ""
	if s.attempt == nil {
		sub = s.voice.T("banks.add-sub", "Nothing is contacted until you press a button")
	}
	s.header.SetTitle(g.title, sub)
	if moved && s.attempt != nil {
		s.focus(g.stop)
	}
}

func (s *Screen) linkActs() []fyne.CanvasObject {
	v, g := s.voice, s.gallery
	spec := part.ButtonSpec{Text: v.T("banks.link", "Link"), Rank: part.Main, OnTap: s.start}
	var body []fyne.CanvasObject
	chosen, ok := g.provider()
	if ok {
		body = append(s.power(chosen), s.entries(chosen)...)
	}
	if ok && len(chosen.Lacks) > 0 || g.brokenFile() != nil {
		g.link = nil
		return []fyne.CanvasObject{part.Row(8, part.Rest(part.NewText(v.T("banks.cant-link", "It can’t be linked"), part.Style{Role: look.Small, Tint: look.Muted}).Cut(60)),
			part.NewButton(part.ButtonSpec{Text: v.T("banks.choose-file", "Choose a file"), Icon: "import", OnTap: s.do.Import}),
			part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), Key: "Esc", OnTap: s.home}))}
	}
	if !ok {
		spec = part.ButtonSpec{Text: v.T("banks.choose-file", "Choose a file"), Icon: "import", Rank: part.Main, OnTap: s.do.Import}
	} else if g.again != "" {
		spec.Text = v.T("banks.renew", "Renew")
	}
	if words := v.Fault(g.wrong); words != "" {
		if g.again != "" {
			words += " " + v.T("banks.stays", "The link you have stays as it was.")
		}
		spec.Text = v.T("try-again", "Try again")
		body = append(body, part.RowTop(8, part.NewPicture("warning", look.AlertHigh, 16), part.Rest(part.NewPara(words, part.Style{Tint: look.AlertHigh}, detailWide))))
	}
	g.link = part.NewButton(spec)
	said := v.T("banks.opens", "Opens the bank’s page in your browser")
	switch {
	case !ok:
		said = ""
	case !chosen.File.Page():
		said = v.T("banks.tries", "Tries it at {{.Bank}}, then seals it here", "Bank", chosen.Name)
	case chosen.File.Redirect == provider.PasteBack, chosen.File.Way == provider.SignedJWT:
		said = v.T("banks.opens-paste", "Opens the bank’s page in your browser; you paste its last address here")
	}
	return append(body, part.Row(8, part.Rest(part.NewText(said, part.Style{Role: look.Small, Tint: look.Muted}).Cut(60)),
		g.link, part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), Key: "Esc", OnTap: s.home})))
}

// waiting is the bar of an attempt.
func (s *Screen) waiting() []fyne.CanvasObject {
	v, g, a := s.voice, s.gallery, s.attempt
	g.link = nil
	g.status = part.NewText("", part.Style{}).Cut(120)
	g.bar = part.NewProgress(0, 0)
	s.writeStatus()
	row := []fyne.CanvasObject{part.Rest(g.status)}
	var body []fyne.CanvasObject
	if a.at.Step == app.InBrowser {
		text := v.T("banks.copy-address", "Copy address")
		if a.copied {
			text = v.T("banks.copied", "Copied")
		}
		rank := part.Normal
		if a.at.Code != "" {
			body = append(body, s.code(a)...)
		}
		if a.at.NoBrowse {
			rank = part.Main
			said := v.T("banks.no-browser", "No browser could be opened. Open this address in one; its answer comes back here.")
			if a.at.Code != "" {
				said = v.T("banks.no-browser-code", "No browser could be opened. Open this address in one, here or elsewhere.")
			}
			body = append(body, part.NewPara(said, part.Style{}, detailWide),
				part.NewPara(a.at.Address, part.Style{Role: look.Code, Tint: look.Muted, Mono: true}, detailWide))
		} else {
			row = append(row, part.NewButton(part.ButtonSpec{Text: v.T("banks.open-again", "Open again"), Icon: "browser", Rank: part.Quiet, OnTap: s.browse}))
		}
		row = append(row, part.NewButton(part.ButtonSpec{Text: text, Rank: rank, OnTap: s.copyAddress}))
	}
	if a.at.Step == app.Approving {
		if a.at.NoBrowse && a.phone() != "" {
			body = append(body, part.NewPara(a.phone(), part.Style{Role: look.Code, Tint: look.Muted, Mono: true}, detailWide))
		}
		body = append(body, part.NewText(v.T("banks.approve", "Approve in {{.Bank}}’s app on your phone", "Bank", a.provider.Name), part.Style{Bold: true}).Cut(120),
			part.NewPara(v.T("banks.approve-why", "The bank shows Coffer nothing until you do. You may cancel: the link stays, and its card has “Check again”."), part.Style{Role: look.Small, Tint: look.Muted}, detailWide))
		if phone := a.phone(); phone != "" {
			row = append(row, part.NewButton(part.ButtonSpec{Text: v.T("banks.open-phone", "Open the phone"), Icon: "browser", Rank: part.Main, OnTap: func() { s.browseTo(phone) }}))
		}
	}
	g.stop = part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), Key: "Esc", OnTap: a.cancel})
	row = append(row, g.stop)
	if a.at.Step == app.Reading {
		body = append(body, g.bar)
	}
	if a.at.Step == app.InBrowser && a.at.Paste != nil {
		body = append(body, s.pasteRows(a)...)
	}
	return append(body, part.Row(8, row...))
}

// code shows what the person types or compares at the bank's page, and which that is: another device will do.
func (s *Screen) code(a *attempt) []fyne.CanvasObject {
	page, _, _ := strings.Cut(a.at.Address, "?")
	return []fyne.CanvasObject{
		part.NewPara(s.voice.T("banks.code-at", "{{.Page}} asks for this code, or shows it: then see that it is the same. You may open it on another device.", "Page", page), part.Style{}, detailWide),
		part.NewText(a.at.Code, part.Style{Role: look.CodeLarge, Mono: true}),
	}
}

// writeStatus writes where the attempt is; nothing else is drawn.
func (s *Screen) writeStatus() {
	v, g, a := s.voice, s.gallery, s.attempt
	if a == nil || g == nil || g.status == nil {
		return
	}
	switch a.at.Step {
	case app.AskingBank:
		if !a.provider.File.Page() {
			g.status.Set(v.T("banks.trying", "Asking {{.Bank}} whether it takes what you gave", "Bank", a.provider.Name))
			return
		}
		g.status.Set(v.T("banks.asking", "Asking {{.Bank}} for its page", "Bank", a.provider.Name))
	case app.InBrowser:
		g.status.Set(v.T("banks.waiting", "Waiting for {{.Bank}} in your browser, {{.Left}} left", "Bank", a.provider.Name, "Left", v.Left(a.until.Sub(s.coffer.Now()))))
	case app.Opening:
		g.status.Set(v.T("banks.approved", "Approved. Sealing the tokens"))
		if !a.provider.File.Page() {
			g.status.Set(v.T("banks.taken", "{{.Bank}} took it. It is sealed", "Bank", a.provider.Name))
		}
	case app.Listing, app.Choosing:
		g.status.Set(v.T("banks.listing", "Asking {{.Bank}} for the names of its accounts", "Bank", a.provider.Name))
	case app.Approving:
		g.status.Set(v.T("banks.approving", "Looking every few seconds"))
	case app.Reading:
		g.status.Set(s.reading(a.at.Progress))
		g.bar.Set(a.at.Progress.Done, a.at.Progress.Total)
	}
}

func (s *Screen) copyAddress() {
	if s.attempt == nil {
		return
	}
	s.do.CopySecret(s.attempt.at.Address)
	s.attempt.copied = true
	s.drawBar()
}

// phone is the page that plays the phone of a demo bank's customer, or "".
func (a *attempt) phone() string {
	if a.provider.SignIn == nil {
		return ""
	}
	return a.provider.SignIn.Phone
}

// browse opens the bank's page once more, for a tab that was closed.
func (s *Screen) browse() {
	if a := s.attempt; a != nil {
		s.browseTo(a.at.Address)
	}
}

func (s *Screen) browseTo(address string) {
	a := s.attempt
	s.desk.Do(s.ctx, func(context.Context) error { return s.do.Browse(address) }, func(err error) {
		if err != nil && s.attempt == a && a != nil {
			a.at.NoBrowse = true
			s.drawBar()
		}
	})
}
