package banks

import (
	"context"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// asking is a question about hosts that a link in the making waits with.
type asking struct {
	asks   []consent.Ask
	answer func(yes bool)
}

// askHosts returns what a link in the making asks the person with. It blocks until they answer or
// the link is given up.
func (s *Screen) askHosts(a *attempt) func(context.Context, []consent.Ask) (bool, error) {
	return func(ctx context.Context, asks []consent.Ask) (bool, error) {
		answers := make(chan bool, 1)
		once := func(yes bool) {
			select {
			case answers <- yes:
			default: // the first one counts
			}
		}
		s.desk.OnUI(func() { s.asked(a, &asking{asks, once}) })
		select {
		case yes := <-answers:
			return yes, nil
		case <-ctx.Done():
			return false, fault.New(fault.Canceled, "ask about a host", context.Canceled)
		}
	}
}

// asked shows the question in the gallery, in place of the terms.
func (s *Screen) asked(a *attempt, q *asking) {
	if s.attempt != a {
		q.answer(false)
		return
	}
	a.asking = q
	s.drawQuestion()
}

// answered hands the person's word on and goes back to the terms.
func (s *Screen) answered(yes bool) {
	a := s.attempt
	if a == nil || a.asking == nil {
		return
	}
	q := a.asking
	a.asking = nil
	q.answer(yes)
	s.drawQuestion()
}

// drawQuestion draws what changes with a question, where it is looked at.
func (s *Screen) drawQuestion() {
	if s.gallery == nil || s.gallery.detail == nil || s.page != atGallery {
		return
	}
	s.drawDetail()
	if s.attempt != nil && (s.attempt.asking != nil || s.attempt.choosing != nil) {
		s.focus(s.gallery.stop)
	}
}

// questions are the cards of what a link in the making asks.
func (s *Screen) questions(p app.Provider, q *asking) []fyne.CanvasObject {
	v := s.voice
	title := v.N("hosts.title", "{{.Bank}} leads to a host that is not on its list", "{{.Bank}} leads to {{.N}} addresses that are not on its list", len(q.asks), "Bank", p.Name)
	if s.gallery.again != "" {
		title = v.N("hosts.title-again", "{{.Bank}} names another address than your link has", "{{.Bank}} names {{.N}} other addresses than your link has", len(q.asks), "Bank", p.Name)
	}
	objects := []fyne.CanvasObject{
		part.NewPara(title, part.Style{Role: look.Heading, Bold: true}, detailWide), part.Gap(0, 4),
		part.NewPara(v.T("hosts.nothing", "Nothing was looked up there and nothing was sent. It stays so unless you allow it."), part.Style{Tint: look.Muted}, detailWide), part.Gap(0, 16),
	}
	for _, a := range q.asks {
		head := part.RowTop(10, part.Inset(part.Edges{Top: 1}, part.NewPicture("warning", look.AlertQuiet, 18)),
			part.Rest(part.NewPara(s.hostName(a), part.Style{Role: look.Subheading, Bold: true}, detailWide-60)))
		objects = append(objects, part.NewCard(head, part.Gap(0, 10), part.NewLargeFacts(labelWide-28, detailWide-32, s.askFacts(a)...)), part.Gap(0, 12))
	}
	return objects
}

// hostName is the host that a is about, as it really reads.
func (s *Screen) hostName(a consent.Ask) string {
	if a.Origin == "" {
		return s.voice.T("hosts.none", "No address any more")
	}
	return s.voice.Host(a.Origin)
}

// askFacts say who asked, what for, whose it is, and what would be sent there.
func (s *Screen) askFacts(a consent.Ask) []part.Fact {
	v := s.voice
	facts := []part.Fact{
		{Label: v.T("hosts.use", "What for"), Text: capital(v.Use(int(a.Use)))},
		{Label: v.T("hosts.asker", "Who asks"), Text: v.T("hosts.asker-value", "{{.Asker}}, {{.When}}", "Asker", capital(v.Asker(a.Asker)), "When", s.moment(a.At))},
	}
	if a.Was != "" {
		now := a.Address
		if now == "" {
			now = v.T("hosts.none", "No address any more")
		}
		facts = append(facts, part.Fact{Label: v.T("hosts.was", "Your link has"), Text: a.Was}, part.Fact{Label: v.T("hosts.new", "It names now"), Text: now})
	}
	if a.Origin != "" {
		facts = append(facts, part.Fact{Label: v.T("hosts.whose", "Whose it is"), Text: strings.TrimSpace(v.Whose(a.Site, a.Own) + " " + v.HostNote(a.Origin))})
		facts = append(facts, part.Fact{Label: v.T("hosts.gets", "If you allow it"), Text: v.WouldGet(int(a.Use))})
	}
	return facts
}

func (s *Screen) moment(at time.Time) string {
	v := s.voice
	return v.T("hosts.moment", "{{.Day}}, {{.Clock}}", "Day", v.FullDay(at.Local()), "Clock", v.Clock(at))
}

// hostActs are the two answers to a question of a link in the making; no is the first, and has the
// keyboard.
func (s *Screen) hostActs() []fyne.CanvasObject {
	v, g, q := s.voice, s.gallery, s.attempt.asking
	g.link = nil
	no, yes := s.answers(q.asks...)
	g.stop = part.NewButton(part.ButtonSpec{Text: no, OnTap: func() { s.answered(false) }})
	said := v.T("hosts.foot", "The browser opens only after that")
	return []fyne.CanvasObject{part.Row(8, part.Rest(part.NewText(said, part.Style{Role: look.Small, Tint: look.Muted}).Cut(60)),
		g.stop, part.NewButton(part.ButtonSpec{Text: yes, OnTap: func() { s.answered(true) }}))}
}

// answers are the words of both buttons.
func (s *Screen) answers(asks ...consent.Ask) (no, yes string) {
	v := s.voice
	no, yes = v.T("hosts.no", "Don’t allow"), v.N("hosts.yes", "Allow this host", "Allow all {{.N}}", len(asks))
	switch a := asks[0]; {
	case len(asks) > 1:
	case a.Origin == "":
		return v.T("hosts.keep", "Keep the old one"), v.T("hosts.without", "Go on without it")
	case a.Was != "" && v.Host(a.Was) == v.Host(a.Origin):
		return v.T("hosts.keep", "Keep the old one"), v.T("hosts.replace", "Use the new one")
	}
	return no, yes
}

// strips are the questions that a link keeps: those that wait, and one that was refused and is
// looked at again.
func (c *card) strips() []fyne.CanvasObject {
	s := c.screen
	if c.link.State.Ended() || c.link.State == consent.RevokePending {
		return nil
	}
	var objects []fyne.CanvasObject
	for _, a := range c.link.Asks {
		if a.Refused.IsZero() || s.again(c.link.ID, a) {
			objects = append(objects, c.strip(a), part.Gap(0, 12))
		}
	}
	return objects
}

func (c *card) strip(a consent.Ask) fyne.CanvasObject {
	s, v, id := c.screen, c.screen.voice, c.link.ID
	no, yes := s.answers(a)
	if !a.Refused.IsZero() {
		no = v.T("hosts.keep-refusing", "Keep refusing")
	}
	title := v.T("hosts.strip", "{{.Asker}} leads to {{.Host}}", "Asker", capital(v.Asker(a.Asker)), "Host", s.hostName(a))
	if a.Was != "" {
		title = v.T("hosts.strip-other", "{{.Asker}} names another address: {{.Host}}", "Asker", capital(v.Asker(a.Asker)), "Host", s.hostName(a))
	}
	button := func(text string, allow bool) *part.Button {
		return part.NewButton(part.ButtonSpec{Text: text, OnTap: func() { s.answerHost(id, a, allow) }})
	}
	head := part.NewStrip(part.StripSpec{Tone: part.Attention, Icon: "warning", Title: title, Wide: cardWide,
		Line: v.T("hosts.nothing-card", "Nothing went there. The link goes on with what it has.")})
	return part.Stack(10, head, part.NewFacts(factWide, cardWide, s.askFacts(a)...), part.Row(6, button(no, false), button(yes, true), part.Space()))
}

// hostFacts are the hosts that a link may use, and why each.
func (c *card) hostFacts() []part.Fact {
	s, v, l := c.screen, c.screen.voice, c.link
	var listed, rows []string
	allowed := map[string]bool{}
	for _, h := range l.Hosts {
		allowed[h.Origin] = true
		rows = append(rows, v.T("hosts.allowed", "{{.Host}}: {{.Use}}. {{.Asker}} asked, you allowed it on {{.Day}}", "Host", v.Host(h.Origin), "Use", v.Use(int(h.Use)),
			"Asker", capital(v.Asker(h.Asker)), "Day", v.FullDay(h.Allowed.Local())))
	}
	for _, origin := range l.Origins {
		if !allowed[origin] {
			listed = append(listed, v.Host(origin))
		}
	}
	var facts []part.Fact
	if len(listed) > 0 {
		facts = append(facts, part.Fact{Label: v.T("hosts.fact", "Talks to"), Text: v.T("hosts.listed", "{{.Hosts}}, as its provider file lists", "Hosts", strings.Join(listed, ", "))})
	}
	if len(rows) > 0 {
		facts = append(facts, part.Fact{Label: v.T("hosts.fact-allowed", "Allowed too"), Text: strings.Join(rows, "\n")})
	}
	var refused []fyne.CanvasObject
	for _, a := range l.Asks {
		if !a.Refused.IsZero() && !s.again(l.ID, a) {
			refused = append(refused, part.Row(8, part.Rest(part.NewPara(v.T("hosts.refused-value", "{{.Host}}: {{.Use}}, {{.Day}}", "Host", s.hostName(a), "Use", v.Use(int(a.Use)), "Day", v.FullDay(a.Refused.Local())),
				part.Style{Role: look.Small}, cardWide-factWide-90)), part.NewLink(v.T("hosts.look-again", "Look again"), look.Small, func() { s.lookAgain(l.ID, a) })))
		}
	}
	if len(refused) > 0 {
		facts = append(facts, part.Fact{Label: v.T("hosts.fact-refused", "Refused"), Value: part.Stack(1, refused...)})
	}
	return facts
}

// reopened is a refused question that the person looks at again.
type reopened struct {
	link consent.LinkID
	ask  consent.Ask
}

func (s *Screen) again(id consent.LinkID, a consent.Ask) bool {
	return s.reopened.link == id && s.reopened.ask.Same(a)
}

func (s *Screen) lookAgain(id consent.LinkID, a consent.Ask) {
	s.reopened = reopened{id, a}
	s.draw()
}

// answerHost is the person's word on a question of a link.
func (s *Screen) answerHost(id consent.LinkID, a consent.Ask, allow bool) {
	s.reopened, s.note = reopened{}, note{}
	s.desk.Do(s.lasting(), func(ctx context.Context) error { return s.coffer.AnswerHost(ctx, id, a, allow) }, func(err error) {
		switch {
		case err != nil:
			s.troubles[id] = trouble{err: err}
		case allow:
			delete(s.troubles, id)
			s.note = note{text: s.voice.T("hosts.noted", "Allowed. The next refresh uses it."), good: true}
		default:
			delete(s.troubles, id)
		}
		s.settled()
	})
}

// grantNeeds is whether the grant alone waits for the person: questions about hosts are no reason to
// renew it, and neither is an end whose notice was put away.
func grantNeeds(l app.LinkView, now time.Time) bool {
	l.Asks = nil
	return !l.PutAway && app.NeedsPerson(l.Link, now.Local())
}
