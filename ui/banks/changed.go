package banks

import (
	"context"

	"coffer/app"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// pathStrip is who holds the data of a link on its way.
func (s *Screen) pathStrip(l app.LinkView) fyne.CanvasObject {
	v := s.voice
	here := part.Hop{Icon: "computer", Name: v.T("banks.here", "This computer"), Here: true}
	if bridge := l.Provider.File.Bridge; bridge != "" {
		return part.NewPathStrip("", part.Hop{Icon: "banks", Name: v.T("banks.your-bank", "Your bank")}, part.Hop{Icon: "bridge", Name: bridge, Bridge: true}, here)
	}
	return part.NewPathStrip(v.T("banks.direct", "Nobody between"), part.Hop{Icon: "banks", Name: l.Bank}, here)
}

// fileChanged shows how the person's own provider file of a link differs from what they confirmed.
func (c *card) fileChanged() []fyne.CanvasObject {
	v, change := c.screen.voice, c.link.Changed
	if change == nil {
		return nil
	}
	words := v.T("banks.file-other", "Its provider file has changed: {{.File}}. Nothing is read until you confirm. Coffer goes on with the addresses that the link was made with; signing in again takes the new ones.", "File", change.File)
	if change.Gone {
		words = v.T("banks.file-gone", "Its provider file is gone or can’t be used: {{.File}}. Nothing is read until you confirm. Coffer goes on with the addresses that the link was made with.", "File", change.File)
	}
	objects := []fyne.CanvasObject{part.RowTop(8, part.NewPicture("warning", look.AlertQuiet, 16), part.Rest(part.NewPara(words, part.Style{Role: look.Small, Tint: look.AlertQuiet}, cardWide-60)))}
	var facts []part.Fact
	for _, d := range change.Differs {
		was, now := d.Was, d.Now
		if was == "" {
			was = v.T("banks.nothing", "nothing")
		}
		if now == "" {
			now = v.T("banks.nothing", "nothing")
		}
		facts = append(facts, part.Fact{Label: v.Difference(d.What), Text: v.T("banks.was-now", "Was {{.Was}}, is {{.Now}} now", "Was", was, "Now", now)})
	}
	switch {
	case len(facts) > 0:
		objects = append(objects, part.NewFacts(factWide, cardWide, facts...))
	case !change.Gone:
		objects = append(objects, part.NewPara(v.T("banks.file-same", "Nothing that the link uses is different."), part.Style{Role: look.Small, Tint: look.Muted}, cardWide))
	}
	return []fyne.CanvasObject{part.Stack(6, objects...), part.Gap(0, 12)}
}

// confirmFile lets a link go on, if its file is still what the card showed.
func (s *Screen) confirmFile(l app.LinkView) {
	s.note = note{}
	s.desk.Do(s.ctx, func(ctx context.Context) error { return s.coffer.ConfirmProvider(ctx, l.ID, l.Changed.Hash) }, func(err error) {
		if err != nil && !canceled(err) {
			s.note = note{text: s.voice.Fault(err)}
		} else if err == nil {
			delete(s.troubles, l.ID)
		}
		s.settled()
	})
}
