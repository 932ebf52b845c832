package banks

import (
	"context"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// choosing is a choice of accounts that a link in the making waits with, or that a card shows.
type choosing struct {
	link   consent.LinkID // of a card; empty for a link in the making
	all    []consent.Account
	on     map[string]bool // by identity
	erase  bool            // what the accounts that are left out brought
	answer func(read []string, ok bool)

	count *part.Text
	act   *part.Button
}

func newChoosing(all []consent.Account, on func(consent.Account) bool) *choosing {
	q := &choosing{all: all, on: map[string]bool{}}
	for _, a := range all {
		q.on[a.Identity] = on(a)
	}
	return q
}

// read are the accounts that are ticked.
func (q *choosing) read() (ids []string) {
	for _, a := range q.all {
		if q.on[a.Identity] {
			ids = append(ids, a.Identity)
		}
	}
	return ids
}

// askAccounts returns what a new link asks the person with, once the bank has listed its accounts. It blocks
// until they answer or the link is given up.
func (s *Screen) askAccounts(a *attempt) func(context.Context, []consent.Account) ([]string, error) {
	return func(ctx context.Context, all []consent.Account) ([]string, error) {
		answers := make(chan []string, 1)
		q := newChoosing(all, func(consent.Account) bool { return true })
		q.answer = func(read []string, _ bool) {
			select {
			case answers <- read:
			default: // the first one counts
			}
		}
		s.desk.OnUI(func() {
			if s.attempt == a {
				a.choosing = q
				s.drawQuestion()
			}
		})
		select {
		case read := <-answers:
			return read, nil
		case <-ctx.Done():
			return nil, fault.New(fault.Canceled, "choose accounts", context.Canceled)
		}
	}
}

// chose hands the person's choice on.
func (s *Screen) chose() {
	a := s.attempt
	if a == nil || a.choosing == nil || len(a.choosing.read()) == 0 {
		return
	}
	q := a.choosing
	a.choosing = nil
	q.answer(q.read(), true)
	s.drawQuestion()
}

// accountChoice is the page of a link in the making on which its accounts are chosen.
func (s *Screen) accountChoice(p app.Provider, q *choosing) []fyne.CanvasObject {
	v := s.voice
	return []fyne.CanvasObject{
		part.NewPara(v.T("choice.heading", "Choose what Coffer may read at {{.Bank}}", "Bank", p.Name), part.Style{Role: look.Heading, Bold: true}, detailWide), part.Gap(0, 4),
		part.NewPara(v.T("choice.line", "The bank lists these accounts. No balance and no transaction is kept yet. What you leave out is never read; you can change that on the bank’s card."), part.Style{Tint: look.Muted}, detailWide), part.Gap(0, 16),
		part.NewCard(part.Stack(6, s.checks(q)...)),
	}
}

// checks are a box for each account.
func (s *Screen) checks(q *choosing) []fyne.CanvasObject {
	boxes := make([]fyne.CanvasObject, len(q.all))
	for i, a := range q.all {
		text := listedName(a)
		if a.Answered.IsZero() && q.link != "" {
			text = s.voice.T("choice.new-name", "{{.Account}}, new at the bank", "Account", text)
		}
		boxes[i] = part.Row(0, part.NewCheck(text, q.on[a.Identity], func(on bool) {
			q.on[a.Identity] = on
			s.counted(q)
		}))
	}
	return boxes
}

// counted shows how many are ticked; none can't be.
func (s *Screen) counted(q *choosing) {
	n := len(q.read())
	if q.count != nil {
		q.count.Set(s.voice.T("choice.count", "{{.N}} of {{.All}} chosen", "N", n, "All", len(q.all)))
	}
	if q.act == nil {
		return
	}
	if n == 0 {
		q.act.Disable()
	} else {
		q.act.Enable()
	}
}

// choiceActs are the foot of that page. Giving up gives the consent back to the bank.
func (s *Screen) choiceActs() []fyne.CanvasObject {
	v, g, a := s.voice, s.gallery, s.attempt
	g.link = nil
	q := a.choosing
	q.count = part.NewText("", part.Style{Role: look.Small, Tint: look.Muted}).Cut(60)
	q.act = part.NewButton(part.ButtonSpec{Text: v.T("choice.act", "Read these accounts"), Rank: part.Main, OnTap: s.chose})
	g.stop = q.act // it gets the keyboard
	s.counted(q)
	return []fyne.CanvasObject{part.Row(8, part.Rest(q.count), q.act,
		part.NewButton(part.ButtonSpec{Text: v.T("choice.give-back", "Give the consent back"), Key: "Esc", OnTap: a.cancel}))}
}

func listedName(a consent.Account) string {
	return accountName(ledger.AccountView{Account: ledger.Account{Name: a.Name, Masked: a.Masked}})
}

// choose opens the choice of accounts on the card of a link.
func (s *Screen) choose(l app.LinkView) {
	q := newChoosing(l.Choices, func(a consent.Account) bool { return a.Read })
	q.link = l.ID
	s.accountsOf, s.pendingOf, s.asking = q, "", ""
	s.draw()
}

func (s *Screen) endChoice() {
	s.accountsOf = nil
	s.draw()
}

// accountsAsked is the choice of accounts on a card, or that it waits for the person.
func (c *card) accountsAsked() []fyne.CanvasObject {
	s, v, l := c.screen, c.screen.voice, c.link
	if l.State.Ended() || l.State == consent.RevokePending {
		return nil
	}
	if s.accountsOf != nil && s.accountsOf.link == l.ID {
		return []fyne.CanvasObject{c.choosing(s.accountsOf), part.Gap(0, 12)}
	}
	fresh := l.Unasked()
	if len(fresh) == 0 {
		return nil
	}
	var names []string
	for _, a := range fresh {
		names = append(names, listedName(a))
	}
	title := v.N("choice.strip", "{{.Bank}} lists an account that you have not chosen", "{{.Bank}} lists {{.N}} accounts that you have not chosen", len(fresh), "Bank", l.Bank)
	strip := part.NewStrip(part.StripSpec{Tone: part.Attention, Icon: "info", Title: title, Wide: cardWide,
		Line: v.T("choice.strip-line", "{{.Accounts}}. Not read until you choose.", "Accounts", s.listed(names)),
		Acts: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("choice.change", "Choose accounts"), Rank: part.OnStrip, Height: 26, OnTap: func() { s.choose(l) }})}})
	return []fyne.CanvasObject{strip, part.Gap(0, 12)}
}

func (c *card) choosing(q *choosing) fyne.CanvasObject {
	s, v := c.screen, c.screen.voice
	q.count = part.NewText("", part.Style{Role: look.Small, Tint: look.Muted}).Cut(60)
	q.act = part.NewButton(part.ButtonSpec{Text: v.T("choice.save", "Read these"), OnTap: func() { s.saveChoice(q) }})
	s.counted(q)
	objects := append([]fyne.CanvasObject{part.NewSection(v.T("choice.which", "Which accounts Coffer reads"))}, s.checks(q)...)
	objects = append(objects, part.NewRule(), part.Row(0, part.NewCheck(v.T("choice.erase", "Erase what the others brought"), q.erase, func(on bool) { q.erase = on })))
	return part.Stack(6, append(objects, part.Row(6, q.act, part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), OnTap: s.endChoice}), part.Rest(q.count)))...)
}

// saveChoice is the person's word on the accounts of a link.
func (s *Screen) saveChoice(q *choosing) {
	s.accountsOf, s.note = nil, note{}
	var erased consent.Erasure
	s.desk.Do(s.lasting(), func(ctx context.Context) (err error) {
		erased, err = s.coffer.ChooseAccounts(ctx, q.link, q.read(), q.erase)
		return err
	}, func(err error) {
		v := s.voice
		switch {
		case err != nil && !canceled(err):
			s.note = note{text: v.Fault(err)}
		case erased.Count(consent.GoneAccounts) > 0:
			s.note = note{text: v.N("choice.erased", "Noted. {{.N}} transaction was erased; old backups may still hold it", "Noted. {{.N}} transactions were erased; old backups may still hold them", erased.Count(consent.GoneTransactions)), good: true}
		case err == nil:
			s.note = note{text: v.T("choice.noted-card", "Noted. The next refresh reads the accounts that you chose, and no others"), good: true}
		}
		s.settled()
	})
}
