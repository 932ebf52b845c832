package banks

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

var errBefore = errors.New("the last read failed")

// card is the consent card of one link.
type card struct {
	screen *Screen
	link   app.LinkView
	panel  *part.Panel
	foot   *fyne.Container // its acts, a question, or what runs
	status *part.Text      // of what runs
	bar    *part.Progress
	keep   *part.Button // of the question
}

func (s *Screen) newCard(l app.LinkView) *card {
	v, now := s.voice, s.data.now
	c := &card{screen: s, link: l, foot: container.NewStack(), status: part.NewText("", part.Style{Role: look.Small}), bar: part.NewProgress(0, 0)}
	needs := grantNeeds(l, now) || l.Changed != nil
	head := []fyne.CanvasObject{
		part.NewText(l.Bank, part.Style{Role: look.Subheading, Bold: true}),
		part.NewPill(v.State(int(l.State), l.Expires, now), tone(l.Link, needs)), part.Gap(0, 0),
	}
	if at := readAt(l); !at.IsZero() {
		head[2] = part.NewCaption(v.T("account.read", "Read {{.Age}}", "Age", v.Age(at, now)))
	}
	objects := []fyne.CanvasObject{
		container.New(&headed{8}, head...), part.Gap(0, 10),
		s.pathStrip(l),
		part.Gap(0, 10), part.NewFacts(factWide, cardWide, c.facts()...), part.Gap(0, 12),
	}
	objects = append(objects, c.strips()...)
	objects = append(objects, c.accountsAsked()...)
	objects = append(objects, c.pendingAsked()...)
	objects = append(objects, c.fileChanged()...)
	objects = append(objects, c.trouble()...)
	objects = append(objects, c.silence()...)
	objects = append(objects, c.healths()...)
	objects = append(objects, part.NewRule(), part.Gap(0, 12), part.Sized(0, 30, c.foot))
	c.panel = part.NewCard(objects...)
	if grantNeeds(l, now) || len(l.Waiting()) > 0 && app.NeedsPerson(l.Link, now.Local()) {
		c.panel.Edged(look.AlertQuiet)
	}
	c.drawFoot()
	return c
}

func tone(l consent.Link, needs bool) part.Tone {
	switch {
	case needs:
		return part.Attention
	case l.State == consent.Active:
		return part.Good
	}
	return part.Neutral
}

// readAt is when the newest balance of a link was read.
func readAt(l app.LinkView) time.Time {
	var newest time.Time
	for _, a := range l.Accounts {
		if a.Balance.ReadAt.After(newest) {
			newest = a.Balance.ReadAt
		}
	}
	return newest
}

func accountName(a ledger.AccountView) string {
	if a.Masked == "" {
		return a.Name
	}
	return a.Name + turned(a.Name) + " ·· " + a.Masked
}

// turned ends a name that runs from right to left, so that what follows stands after it.
func turned(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.In(r, unicode.Hebrew, unicode.Arabic) }) {
		return "\u200e"
	}
	return ""
}

// mostName bounds a name on a card, in letters; the digits after it are always there.
const mostName = 30

func shortName(a ledger.AccountView) string {
	if letters := []rune(a.Name); len(letters) > mostName {
		a.Name = strings.TrimSpace(string(letters[:mostName-1])) + "…"
	}
	return accountName(a)
}

func (c *card) facts() []part.Fact {
	s, v, l := c.screen, c.screen.voice, c.link
	var facts []part.Fact
	add := func(label, text string) { facts = append(facts, part.Fact{Label: label, Text: text}) }
	if reads := v.Reads(l.Provider.Reads); len(reads) > 0 {
		add(v.T("banks.can", "Can read"), capital(s.listed(reads)))
	}
	file := l.Provider.File
	switch {
	case file.CanMore != "": // of the key, not of Coffer
		add(v.T("banks.cannot", "Can’t"), v.T("banks.cannot-key", "See your password. Coffer only reads; what its key could do: {{.More}}", "More", strings.TrimSuffix(file.CanMore, ".")))
	case file.Bridge != "": // which may hold the sign-in
		add(v.T("banks.cannot", "Can’t"), v.T("banks.cannot-bridge", "Move money"))
	default:
		add(v.T("banks.cannot", "Can’t"), v.T("banks.cannot-value", "Move money or see your password"))
	}
	if file.Bridge != "" {
		sees := file.Bridge
		if file.Sees != "" {
			sees = v.T("banks.also-sees-value", "{{.Bridge}}. {{.Sees}}", "Bridge", file.Bridge, "Sees", file.Sees)
		}
		facts = append(facts, part.Fact{Label: v.T("banks.also-sees", "Also sees it"), Text: sees, Tint: look.AlertQuiet})
	}
	facts = append(facts, part.Fact{Label: v.T("banks.fact-accounts", "Accounts"), Value: c.accounts()})
	if !l.Granted.IsZero() {
		granted := v.T("banks.granted-open", "{{.Day}}, until you stop it", "Day", v.FullDay(l.Granted.Local()))
		if !l.Expires.IsZero() {
			granted = v.T("banks.granted-for", "{{.Day}}, for {{.Long}}", "Day", v.FullDay(l.Granted.Local()), "Long", s.days(wholeDays(l.Expires.Sub(l.Granted))))
		}
		facts = append(facts, part.Fact{Label: v.T("banks.granted", "Granted"), Value: part.Row(8, part.Rest(part.NewText(granted, part.Style{Role: look.Small}).Cut(120)),
			part.NewLink(v.T("agreed.title", "What you agreed to"), look.Small, func() { s.openAgreement(l) }))})
	}
	for _, words := range v.Scopes(l.Beyond, l.Without) {
		facts = append(facts, part.Fact{Label: v.T("banks.not-as-asked", "Not as asked"), Text: words, Tint: look.AlertQuiet})
	}
	if fact, ok := c.expires(); ok {
		facts = append(facts, fact)
	}
	if !l.LastUsed.IsZero() {
		used := v.T("banks.used-value", "{{.Age}}, {{.Bytes}} in all", "Age", v.Age(l.LastUsed, s.data.now), "Bytes", v.Bytes(l.Traffic.Sent+l.Traffic.Received))
		add(v.T("banks.used", "Last used"), capital(used))
	}
	if l.State.Reads() {
		facts = append(facts, c.callsLeft()...)
	}
	if l.State == consent.Paused && l.PausedUntil.After(s.data.now) {
		add(v.T("banks.paused", "Paused"), v.T("banks.paused-value", "The bank asks to wait until {{.At}}", "At", v.Clock(l.PausedUntil)))
	}
	if e, is := s.data.erased[l.ID]; is && !l.State.Ended() && l.State != consent.RevokePending {
		text := v.T("banks.shredded-value", "What accounts that are left out had brought, {{.Day}}", "Day", v.FullDay(e.At.Local()))
		if e.Rekeyed.IsZero() {
			text = v.T("banks.shredded-no-key", "{{.What}}. The vault has no new key yet: old blocks of the disk may open", "What", text)
		}
		add(v.T("banks.shredded", "Shredded"), text)
	}
	return append(facts, c.hostFacts()...)
}

func wholeDays(d time.Duration) int { return int((d + 12*time.Hour) / (24 * time.Hour)) }

func (c *card) expires() (part.Fact, bool) {
	v, l, now := c.screen.voice, c.link, c.screen.data.now
	if l.Expires.IsZero() {
		return part.Fact{}, false
	}
	day := v.T("banks.expires-day", "{{.Day}} {{.Year}}", "Day", v.LongDay(l.Expires.Local()), "Year", l.Expires.Local().Year())
	fact := part.Fact{Label: v.T("banks.expires", "Expires"), Text: day}
	switch left := l.Expires.Sub(now); {
	case left <= 0 || l.State == consent.NeedsLogin || l.State == consent.RevokedAtBank:
	case l.State.Reads() && grantNeeds(l, now) && consent.EndingOf(l.Expires, now.Local()).Due():
		fact.Tint, fact.Bold = look.AlertQuiet, true
	default:
		fact.Text = v.N("banks.expires-in", "{{.Day}}, in {{.N}} day", "{{.Day}}, in {{.N}} days", consent.EndingOf(l.Expires, now.Local()).Days, "Day", day)
	}
	if l.Expires.Equal(l.Certified) {
		fact.Text = v.T("banks.with-certificate", "{{.Day}}, with your certificate", "Day", fact.Text)
	}
	return fact, true
}

// mostRows is how many accounts a card shows before the person asks for the others.
const mostRows = 6

// unfold shows every account on a card, and puts the keyboard on the first that was not shown.
func (s *Screen) unfold(id consent.LinkID) {
	at, canvas := -1, s.canvas()
	for i, h := range part.Handles(s.cards[id].panel) {
		if canvas != nil && h.Part == canvas.Focused() {
			at = i
		}
	}
	s.unfolded[id] = true
	s.draw()
	if at >= 0 {
		s.focus(part.Handles(s.cards[id].panel)[at].Part)
	}
}

// accounts is one link to the register for each account.
func (c *card) accounts() fyne.CanvasObject {
	v, l := c.screen.voice, c.link
	var rows []fyne.CanvasObject
	kept := map[string]bool{}
	for _, a := range l.Accounts {
		kept[a.Identity] = true
		row := []fyne.CanvasObject{part.NewLink(shortName(a), look.Small, func() { c.screen.do.Transactions(a.ID) }).Cut(accountWide)}
		if !l.Lets(a.Identity) {
			row = append(row, part.NewText(v.T("choice.no-longer", "not read any more"), part.Style{Role: look.Small, Tint: look.Muted}))
		} else if a.BookedOnly {
			row = append(row, part.NewText(v.T("pending.none", "booked only"), part.Style{Role: look.Small, Tint: look.Muted}))
		} else if age := c.accountAge(a); age != "" {
			row = append(row, part.NewText(age, part.Style{Role: look.Small, Tint: look.Muted}))
		}
		rows = append(rows, part.Row(6, row...))
	}
	for _, a := range l.LeftOut() {
		if !kept[a.Identity] {
			rows = append(rows, part.NewText(v.T("choice.not-read", "{{.Account}}, not read", "Account", listedName(a)), part.Style{Role: look.Small, Tint: look.Muted}).Cut(120))
		}
	}
	if more := len(rows) - mostRows; more > 1 && !c.screen.unfolded[l.ID] {
		rows = append(rows[:mostRows], part.Row(0, part.NewLink(v.T("banks.more-accounts", "{{.N}} more", "N", more), look.Small, func() { c.screen.unfold(l.ID) })))
	}
	if len(rows) == 0 {
		rows = append(rows, part.NewText(v.T("banks.no-accounts", "None read yet"), part.Style{Role: look.Small}))
	}
	for i, act := range c.accountActs() {
		if i == len(rows) {
			rows = append(rows, part.NewText("", part.Style{Role: look.Small}))
		}
		rows[i] = part.Row(0, rows[i], part.Space(), act)
	}
	return part.Stack(1, rows...)
}

// accountActs are what can be changed of a card's accounts, one beside each of its first rows.
func (c *card) accountActs() (acts []fyne.CanvasObject) {
	s, v, l := c.screen, c.screen.voice, c.link
	if !l.State.Reads() {
		return nil
	}
	if len(l.Choices) > 1 && len(l.Unasked()) == 0 {
		acts = append(acts, part.NewLink(v.T("choice.change", "Choose accounts"), look.Small, func() { s.choose(l) }))
	}
	if len(l.Accounts) > 0 {
		acts = append(acts, part.NewLink(v.T("pending.change", "Pending"), look.Small, func() { s.choosePending(l) }))
	}
	return acts
}

// trouble is why the last read failed, with its one act.
func (c *card) trouble() []fyne.CanvasObject {
	v, words := c.screen.voice, ""
	t, now := c.screen.troubles[c.link.ID]
	switch {
	case now && fault.KindOf(t.err) == fault.HostRefused && len(c.link.Waiting()) > 0: // the question says it
	case now && t.account != "":
		words = v.Unread(t.account, reasonOf(t.err))
	case now:
		words = v.Fault(t.err)
	case c.link.State == consent.Active && len(c.link.Unread) > 0:
		words = c.unread()
	case c.link.State == consent.NeedsLogin && !c.link.Expires.IsZero() && !c.screen.data.now.Before(c.link.Expires):
		words = v.T("banks.ended-on", "The consent ended on {{.Day}}, as it was to. What was read stays here. Sign in again to go on.", "Day", v.FullDay(c.link.Expires.Local()))
	case c.link.Problem != 0 && c.link.State != consent.Active:
		words = v.Fault(fault.New(fault.Kind(c.link.Problem), "read", errBefore))
		if l := c.link; l.State == consent.NeedsLogin && !l.Refused.IsZero() {
			words += " " + v.EndedEarly(v.FullDay(l.Expires.Local()))
		}
	}
	if words == "" {
		return nil
	}
	line := []fyne.CanvasObject{part.NewPicture("warning", look.AlertQuiet, 16), part.Rest(part.NewPara(words, part.Style{Role: look.Small, Tint: look.AlertQuiet}, cardWide-110))}
	if c.link.State.Reads() && c.link.State != consent.Unapproved { // there it is the loud button
		line = append(line, part.NewLink(v.T("try-again", "Try again"), look.Small, func() { c.screen.refresh(c.link.ID) }))
	}
	return []fyne.CanvasObject{part.RowTop(8, line...), part.Gap(0, 12)}
}

// drawFoot shows what can be done now. Its height stays.
func (c *card) drawFoot() {
	s, v := c.screen, c.screen.voice
	j := s.jobs[c.link.ID]
	var row fyne.CanvasObject
	switch {
	case s.revocation != nil && s.revocation.running && s.revocation.link.ID == c.link.ID:
		row = part.Row(8, part.NewText(v.T("banks.revoking", "Revoking"), part.Style{}), part.Space(), part.NewButton(part.ButtonSpec{Text: v.T("banks.see-steps", "See the steps"), OnTap: func() { s.goTo(atRevocation) }}))
	case j != nil:
		c.progress(j)
		row = part.Row(12, part.Sized(statusWide, 0, c.status), part.Rest(c.bar),
			part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), OnTap: func() { s.coffer.StopReading(c.link.ID) }}))
	case s.asking == c.link.ID:
		row = c.question()
	default:
		row = part.Row(6, c.acts()...)
	}
	at, holds := s.hold()
	s.release(c.foot)
	c.foot.Objects = []fyne.CanvasObject{row}
	c.foot.Refresh()
	if s.cards[c.link.ID] != c { // it is being made
		return
	}
	follow(s.scroll)
	if holds && at.link == c.link.ID {
		s.retake(at)
	}
}

func (c *card) question() fyne.CanvasObject {
	s, v := c.screen, c.screen.voice
	keep := part.NewButton(part.ButtonSpec{Text: v.T("banks.keep", "Keep"), OnTap: func() { s.ask("") }})
	c.keep = keep
	words := v.N("banks.revoke-ask", "Revoke reads and tokens for {{.N}} account?", "Revoke reads and tokens for {{.N}} accounts?", len(c.link.Accounts))
	return part.Row(6, part.Rest(part.NewText(words, part.Style{Bold: true}).Cut(120)),
		part.NewButton(part.ButtonSpec{Text: v.T("banks.revoke", "Revoke"), Icon: "revoke", Rank: part.Danger, OnTap: func() { s.revoke(c.link) }}), keep)
}

// acts are the buttons that fit the state; at most one is loud.
func (c *card) acts() []fyne.CanvasObject {
	s, v, l := c.screen, c.screen.voice, c.link
	var acts []fyne.CanvasObject
	button := func(text string, rank part.Rank, act func()) {
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: text, Rank: rank, OnTap: act}))
	}
	renew := func() { s.renew(l) }
	known, needs := l.Provider.ID != "", grantNeeds(l, s.data.now)
	switch {
	case l.Changed != nil && l.State != consent.RevokePending:
		button(v.T("banks.confirm-file", "Go on as before"), part.Main, func() { s.confirmFile(l) })
		return append(acts, part.Space(), part.NewButton(part.ButtonSpec{Text: v.T("banks.revoke", "Revoke"), Icon: "revoke", Rank: part.QuietDanger, OnTap: func() { s.ask(l.ID) }}))
	case l.State == consent.RevokePending:
		button(v.T("banks.try-now", "Try now"), part.Main, func() { s.revoke(l) })
		return append(acts, part.Space())
	case l.State == consent.Unapproved:
		button(v.T("banks.check-again", "Check again"), part.Main, func() { s.refresh(l.ID) })
		if known {
			button(v.T("banks.sign-in", "Sign in again"), part.Normal, renew)
		}
		return append(acts, part.Space(), part.NewButton(part.ButtonSpec{Text: v.T("banks.revoke", "Revoke"), Icon: "revoke", Rank: part.QuietDanger, OnTap: func() { s.ask(l.ID) }}))
	case !l.State.Reads() && known:
		button(v.T("banks.sign-in", "Sign in again"), part.Main, renew)
	case needs && known && l.State != consent.Lapsed: // signing in pays nothing
		button(v.T("banks.renew", "Renew"), part.Main, renew)
	}
	if l.State.Reads() {
		button(v.T("act.refresh", "Refresh"), part.Normal, func() { s.refresh(l.ID) })
		if e := consent.EndingOf(l.Expires, s.data.now.Local()); needs && e.At > 0 {
			button(v.T("look.later", "Not now"), part.Quiet, func() { s.putAway(l.ID) })
		}
		if known && (!needs || l.State == consent.Lapsed) {
			button(v.T("banks.renew", "Renew"), part.Normal, renew)
		}
	}
	return append(acts, part.Space(), part.NewButton(part.ButtonSpec{Text: v.T("banks.revoke", "Revoke"), Icon: "revoke", Rank: part.QuietDanger, OnTap: func() { s.ask(l.ID) }}))
}

// AskRevoke lets a link's card ask whether to revoke it.
func (s *Screen) AskRevoke(id consent.LinkID) { s.ask(id) }

// ask lets one card ask whether to revoke; "" none.
func (s *Screen) ask(id consent.LinkID) {
	before := s.asking
	s.asking = id
	for _, at := range []consent.LinkID{before, id} {
		if c := s.cards[at]; c != nil {
			c.drawFoot()
		}
	}
	if c := s.cards[id]; c != nil && c.keep != nil {
		s.focus(c.keep)
	}
}
