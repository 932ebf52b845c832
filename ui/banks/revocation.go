package banks

import (
	"context"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	receiptWide float32 = 380
	proofWide   float32 = 616
)

// steps are the usual rows of a revocation, in the order in which they happen.
var steps = [...]consent.ProofKind{consent.ConsentEnded, consent.TokensReturned, consent.AccessRefused, consent.RefreshRefused, consent.TokensShredded}

// revocation is the page of one: while it runs, and its receipt after.
type revocation struct {
	link    app.LinkView
	receipt *consent.Receipt // nil until there is one
	proofs  map[consent.ProofKind]consent.Proof
	running bool
	cancel  context.CancelFunc // of what runs
	err     error
	rows    []*part.ProofRow

	kept     int // transactions; -1 until counted
	keep     func()
	leave    context.CancelFunc // the page is left: what was to be shredded goes now
	erasing  bool
	keying   bool // the vault gets its new key
	sealed   int  // percent of its pages under the new key; -1 while none is
	erased   *consent.Erasure
	eraseErr error
	report   *app.ErasureReport // of what was erased; nil: nothing was, or it is not read yet
	cleaning bool               // backups are made anew or deleted
	former   []string           // backups to be made anew once what opened them is typed
	typed    *part.Entry        // where it is typed
	cleanErr error
	dropping bool // the person is asked whether to drop the tokens
	verdict  string
	intact   bool
}

// revoke ends a link at the bank.
func (s *Screen) revoke(l app.LinkView) { s.revokeBy(l, s.coffer.Revoke) }

// revokeBy ends a link by end. It goes on when the person leaves the page or the place.
func (s *Screen) revokeBy(l app.LinkView, end func(context.Context, consent.LinkID, func(consent.Proof)) (consent.Receipt, error)) {
	if r := s.revocation; r != nil && r.running {
		s.goTo(atRevocation)
		return
	}
	s.leaveShredding()
	base := s.lasting()
	ctx, cancel := context.WithCancel(base)
	r := &revocation{link: l, proofs: map[consent.ProofKind]consent.Proof{}, running: true, cancel: cancel, kept: -1}
	s.revocation, s.asking, s.note = r, "", note{}
	delete(s.troubles, l.ID)
	s.goTo(atRevocation)
	var receipt consent.Receipt
	now := l
	s.desk.Do(base, func(context.Context) error {
		defer cancel()
		got, err := end(ctx, l.ID, func(p consent.Proof) { s.desk.OnUI(func() { s.proved(r, p) }) })
		receipt = got
		if found, lookErr := s.coffer.Link(base, l.ID); lookErr == nil {
			now = found
		}
		return err
	}, func(err error) {
		r.running, r.err, r.link = false, err, now
		if receipt.Bank != "" {
			r.receipt = &receipt
		}
		if s.page == atRevocation && s.revocation == r {
			s.draw()
			s.count(r)
		} else {
			s.settled()
		}
	})
}

// openReceipt shows a revocation of before.
func (s *Screen) openReceipt(l app.LinkView, receipt *consent.Receipt) {
	if r := s.revocation; r != nil && r.running {
		s.goTo(atRevocation)
		return
	}
	s.leaveShredding()
	r := &revocation{link: l, receipt: receipt, proofs: map[consent.ProofKind]consent.Proof{}, kept: -1}
	if receipt != nil {
		for _, p := range receipt.Steps {
			r.proofs[p.Kind] = p
		}
	}
	s.revocation, s.note = r, note{}
	s.goTo(atRevocation)
	s.count(r)
	s.report(r)
}

// proved fills in the row of a step that has just happened.
func (s *Screen) proved(r *revocation, p consent.Proof) {
	r.proofs[p.Kind] = p
	if s.revocation != r || s.page != atRevocation {
		return
	}
	for i, kind := range r.steps() {
		if i < len(r.rows) {
			r.rows[i].Set(s.proof(r, kind))
		}
	}
}

// leaveRevocation goes back to the cards; a revocation that runs goes on.
func (s *Screen) leaveRevocation() {
	s.leaveShredding()
	if r := s.revocation; r != nil {
		r.dropFormer()
		if !r.running {
			s.revocation = nil
		}
	}
	s.home()
}

// final reports whether the bank answered and both old tokens were refused.
func (r *revocation) final() bool { return r.receipt != nil && r.receipt.Proved }

// unwritten reports whether the link ended at the bank and its receipt was lost.
func (r *revocation) unwritten() bool {
	return !r.running && r.receipt == nil && r.link.State == consent.Revoked
}

func (s *Screen) drawRevocation() {
	v, r := s.voice, s.revocation
	sub := r.link.Bank
	if r.receipt != nil {
		sub = v.T("revoke.sub", "{{.Bank}}, {{.Day}}", "Bank", r.link.Bank, "Day", v.FullDay(r.receipt.Started.Local()))
	}
	s.frame(part.HeaderSpec{Title: v.T("revoke.title", "Revoke a link"), Sub: sub, OnBack: func() { s.Back() }})
	r.rows = nil
	for _, kind := range r.steps() {
		r.rows = append(r.rows, part.NewProofRow(s.proof(r, kind)))
	}
	left := []fyne.CanvasObject{s.result()}
	if !r.unwritten() {
		left = append(left, part.NewProofCard(r.rows...))
	}
	left = append(left, s.handRows(r)...)
	left = append(left, s.keptRows()...)
	left = append(left, s.erasedRows(r)...)
	var sheet fyne.CanvasObject
	switch {
	case s.columns == 1:
		sheet = part.Stack(0, append(left, part.Gap(0, 20), part.Row(0, part.Sized(receiptWide, 0, s.paper())))...)
	default:
		sheet = part.Columns(36, []float32{0, receiptWide}, part.Stack(0, left...), part.Inset(part.Edges{Top: 10}, s.paper()))
	}
	s.paged = scrolled(part.Inset(s.sides(), container.New(&capped{mostWide}, sheet)))
	s.fill(container.NewBorder(nil, s.undoBar(), nil, nil, s.paged))
}

// result is the disc, the title and the sentence over the rows.
func (s *Screen) result() fyne.CanvasObject {
	v, r := s.voice, s.revocation
	icon, tone := "clock", part.Attention
	var title, line string
	var acts []fyne.CanvasObject
	switch {
	case r.running:
		icon, tone = "refresh", part.Calm
		title = v.T("revoke.running", "Revoking {{.Bank}}", "Bank", r.link.Bank)
		line = v.T("revoke.running-line", "Reading ends first. Each line is written when it has happened.")
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("revoke.stop", "Stop asking"), OnTap: r.cancel}))
	case r.dropped():
		icon, tone = "shred", part.Neutral
		title = v.Proved(consent.ByDrop, "")
		line = v.T("revoke.dropped-line", "The tokens are shredded on this computer. Whether {{.Bank}} ended the link was not seen.", "Bank", r.link.Bank)
	case r.final() && r.receipt.How == consent.ByCheck:
		icon, tone = "check", part.Good
		title = v.T("state.revoked", "Revoked, and proved")
		line = s.checked(r.receipt) + " " + v.T("revoke.checked-line", "{{.Bank}} has no word of its own for it.", "Bank", r.link.Bank)
	case r.final():
		icon, tone = "check", part.Good
		title = v.T("state.revoked", "Revoked, and proved")
		line = v.T("revoke.proved-line", "{{.Bank}} said yes, and the old keys no longer work.", "Bank", r.link.Bank) + " " + s.took(r.receipt.Ended.Sub(r.receipt.Started))
		if words := v.Fault(r.err); words != "" {
			line += " " + words
		}
	case r.unwritten():
		icon, tone = "check", part.Neutral
		title, line = v.T("revoke.unwritten", "Ended at the bank"), v.T("revoke.unwritten-line", "The bank confirmed it. Its receipt could not be kept.")
	case r.link.State == consent.RevokePending || r.receipt != nil:
		title = v.T("state.revoke-pending", "Stopped here, not yet revoked at the bank")
		line = s.pendingLine(r)
		if !r.byHand() { // then what helps stands with where to end it
			acts = s.tryNow(r)
		}
	default:
		icon, tone = "warning", part.Attention
		title, line = v.T("revoke.not", "Not revoked"), v.Fault(r.err)
		acts = s.tryNow(r)
	}
	room := proofWide - 64
	if len(acts) > 0 {
		room -= 110
	}
	words := part.Stack(0, part.NewPara(title, part.Style{Role: look.TitleLarge, Bold: true}, room), part.NewPara(line, part.Style{Tint: look.Muted}, room))
	return part.Inset(part.Edges{Top: 10, Bottom: 18}, part.Row(16, append([]fyne.CanvasObject{part.NewDisc(icon, tone, 48, 26), part.Rest(words)}, acts...)...))
}

func (s *Screen) tryNow(r *revocation) []fyne.CanvasObject {
	again := part.NewButton(part.ButtonSpec{Text: s.voice.T("banks.try-now", "Try now"), Rank: part.Main, OnTap: func() { s.revoke(r.link) }})
	return []fyne.CanvasObject{again}
}

func (s *Screen) pendingLine(r *revocation) string {
	v := s.voice
	line := v.T("revoke.pending-line", "This computer no longer reads {{.Bank}}. The bank hasn’t confirmed its side yet; you can also end it at the bank’s own page.", "Bank", r.link.Bank)
	if r.byHand() {
		line = v.T("revoke.byhand-line", "This computer no longer reads {{.Bank}}. Only you can end it at the bank; then Coffer checks.", "Bank", r.link.Bank)
	}
	until := r.link.Pending.Until
	if f := fault.Of(r.err); f != nil && until.IsZero() {
		until, _ = time.Parse(time.RFC3339, f.Args["until"])
	}
	if !until.IsZero() {
		line += " " + v.T("revoke.until", "The refresh token is dead; the access token ends by itself at {{.At}}, and is tried again then.", "At", v.Clock(until))
	}
	return line
}

func (s *Screen) took(d time.Duration) string {
	if d < time.Second {
		return s.voice.T("revoke.took-little", "It took less than a second.")
	}
	return s.voice.N("revoke.took", "It took {{.N}} second.", "It took {{.N}} seconds.", int((d+time.Second/2)/time.Second))
}

// proof is one row: what it proves, how, and when. Nothing is ticked before it was told.
func (s *Screen) proof(r *revocation, kind consent.ProofKind) part.ProofSpec {
	v := s.voice
	p, told := r.proofs[kind]
	switch {
	case told && p.OK:
		spec := part.ProofSpec{State: part.Proved, What: v.Proof(int(kind), true), How: s.how(r, kind, p.Answer), When: p.At.Local().Format(time.TimeOnly)}
		if kind == consent.TokensShredded {
			spec.Icon = "shred"
		}
		return spec
	case told:
		return part.ProofSpec{State: part.Failed, What: v.Proof(int(kind), false), How: s.how(r, kind, p.Answer), When: p.At.Local().Format(time.TimeOnly)}
	case r.running && r.next() == kind:
		return part.ProofSpec{State: part.Runs, What: s.goal(kind), How: v.T("proof.now", "Asking now")}
	case r.running:
		return part.ProofSpec{State: part.Waits, What: s.goal(kind), How: v.T("proof.after", "After that")}
	case r.dropped():
		return part.ProofSpec{State: part.Waits, What: s.goal(kind), How: v.T("proof.never", "Never proved")}
	case r.final():
		return part.ProofSpec{State: part.Waits, What: s.goal(kind), How: v.T("proof.none", "This link had nothing of the kind")}
	case kind == consent.TokensShredded:
		return part.ProofSpec{State: part.Waits, What: v.Proof(int(kind), false), How: v.T("proof.sealed", "Nothing reads with them; shredded as soon as the bank confirms")}
	}
	return part.ProofSpec{State: part.Waits, What: s.goal(kind), How: v.T("proof.not-reached", "Not reached yet")}
}

// steps are the rows of r: a client that is the link's own is deleted once the rest is proved.
func (r *revocation) steps() []consent.ProofKind {
	if _, told := r.proofs[consent.RegistrationEnded]; !told && r.link.Registration == nil {
		return steps[:]
	}
	last := len(steps) - 1
	return append(append([]consent.ProofKind(nil), steps[:last]...), consent.RegistrationEnded, steps[last])
}

// next is the step that runs now: the one after the last that was told.
func (r *revocation) next() consent.ProofKind {
	all := r.steps()
	next := all[0]
	for i, kind := range all {
		if _, told := r.proofs[kind]; told && i+1 < len(all) {
			next = all[i+1]
		}
	}
	return next
}

// goal names a step that has not happened.
func (s *Screen) goal(kind consent.ProofKind) string {
	v := s.voice
	switch kind {
	case consent.ConsentEnded:
		return v.T("proof.goal-consent", "The bank ends the consent")
	case consent.TokensReturned:
		return v.T("proof.goal-tokens", "Both tokens go back")
	case consent.AccessRefused:
		return v.T("proof.goal-access", "Is the old access token refused?")
	case consent.RefreshRefused:
		return v.T("proof.goal-refresh", "Is the old refresh token refused?")
	}
	if kind == consent.RegistrationEnded {
		return v.T("proof.goal-registration", "Coffer’s registration at the bank")
	}
	return v.T("proof.goal-shredded", "The tokens on this computer")
}

// how says in code words what was asked and what answered.
func (s *Screen) how(r *revocation, kind consent.ProofKind, answer string) string {
	v := s.voice
	if answer == "" {
		answer = v.T("proof.silence", "no answer")
	}
	switch kind {
	case consent.ConsentEnded:
		if answer == "invalid_grant" { // the call was not made: nothing is left to make it with
			return v.T("proof.how-renewal", "The tokens can’t be renewed for the consent call: {{.Answer}}", "Answer", answer)
		}
		return v.T("proof.how-consent", "Consent call, answer {{.Answer}}", "Answer", answer)
	case consent.TokensReturned:
		return v.T("proof.how-tokens", "Refresh token first, then access token: {{.Answer}}", "Answer", answer)
	case consent.AccessRefused:
		return v.T("proof.how-access", "We tried to read with it: {{.Answer}}", "Answer", answer)
	case consent.RefreshRefused:
		return v.T("proof.how-refresh", "We tried to get a new token with it: {{.Answer}}", "Answer", answer)
	}
	if kind == consent.RegistrationEnded {
		return v.T("proof.how-registration", "The bank was asked to delete it: {{.Answer}}", "Answer", answer)
	}
	if r.dropped() {
		return v.T("proof.how-dropped", "No backup holds them; an old copy of the folder may, and the bank may still take them")
	}
	return v.T("proof.how-shredded", "No backup holds them; an old copy of the folder may, and the bank refuses them now")
}
