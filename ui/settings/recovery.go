package settings

import (
	"context"

	"coffer/app"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/secrets"

	"fyne.io/fyne/v2"
)

const keyWide float32 = 538

// freshKey is a new recovery key on its way to paper.
type freshKey struct {
	key    *app.RecoveryKey
	rekey  bool  // it came with a new data key
	wrong  error // why the backup under the new data key failed; nil if it didn't
	typing *secrets.Typing
}

// dropKey takes the new recovery key off the page.
func (s *Screen) dropKey() {
	if s.fresh.typing != nil {
		s.fresh.typing.Clear()
	}
	s.fresh = freshKey{}
}

func (s *Screen) recoveryLine() fyne.CanvasObject {
	v := s.voice
	l := line{row: recoveryRow, title: v.T("settings.recovery", "Recovery key"), tint: look.Muted}
	made := ""
	for _, slot := range s.data.keys.Slots {
		if slot.Kind == app.RecoverySlot && !slot.Created.IsZero() {
			made = v.FullDay(slot.Created.Local())
		}
	}
	switch {
	case !s.data.keys.Has(app.RecoverySlot):
		l.sub, l.tint = v.T("recovery.none", "none: if you forget the passphrase, nothing opens the vault"), look.AlertQuiet
	case !s.data.keys.RecoveryTyped:
		l.sub, l.tint = v.T("recovery.untyped", "not typed back: make a new one"), look.AlertQuiet
	case made == "":
		l.sub = v.T("recovery.typed", "typed back")
	default:
		l.sub = v.T("recovery.made", "made {{.Day}}, typed back", "Day", made)
	}
	l.acts = append(l.acts, s.button("recovery", part.ButtonSpec{Text: v.T("recovery.new", "Make a new one"), OnTap: s.newRecovery}))
	return s.line(l)
}

func (s *Screen) newRecovery() {
	v := s.voice
	now, wrong := s.current()
	var p *panel
	p = s.open(ask{row: recoveryRow, fields: []string{now}, act: v.T("recovery.do", "Make a new key"),
		lines: []string{v.T("recovery.line", "The key on your paper opens this vault no more. Older copies of the vault and older backups still open with it. Have paper at hand.")},
		do: func() {
			typed := p.secret(0)
			var key *app.RecoveryKey
			s.run(chore{row: recoveryRow, word: v.T("recovery.making", "Making the key"), work: func(ctx context.Context, _ tell) (err error) {
				key, err = s.coffer.ReissueRecovery(ctx, typed)
				return err
			}, done: func(err error) {
				if err != nil {
					s.draw()
					s.refuse(p, err, wrong)
					return
				}
				s.showKey(freshKey{key: key})
			}})
		}})
}

// showKey turns to the page with the new recovery key.
func (s *Screen) showKey(fresh freshKey) {
	s.dropPanel()
	s.dropKey()
	s.fresh = fresh
	s.turn(atKey)
}

// turn shows another page of the place from its top.
func (s *Screen) turn(to face) {
	s.face = to
	s.scroll.Offset = fyne.Position{}
	s.draw()
	if len(s.order) > 0 {
		s.focus(s.named[s.order[0]])
	}
}

func title(text, why string) fyne.CanvasObject {
	return part.Stack(4,
		part.NewText(text, part.Style{Role: look.TitleLarge, Bold: true}),
		part.NewPara(why, part.Style{Tint: look.Muted}, keyWide))
}

func (s *Screen) keyPage() []fyne.CanvasObject {
	v := s.voice
	head := title(v.T("welcome.key-title", "Write down the recovery key"), v.T("recovery.why", "The one from before opens this vault no more. Nobody else has a copy of this one, so nobody else can help."))
	if s.fresh.rekey {
		head = title(v.T("rekey.done", "The vault has a new key"), v.T("rekey.done-why", "Every page is sealed anew. Write down the recovery key that goes with it: the one from before opens only older copies and older backups."))
	}
	if s.fresh.wrong != nil {
		head = part.Stack(16, head, part.NewStrip(part.StripSpec{Tone: part.Attention, Icon: "warning", Wide: keyWide,
			Title: v.T("rekey.no-backup", "No backup under the new key yet: back up when you have typed the key back"), Line: v.Fault(s.fresh.wrong)}))
	}
	next := s.button("on-paper", part.ButtonSpec{Text: v.T("welcome.on-paper", "I wrote it on paper"), Rank: part.Main, OnTap: func() { s.typeBack() }})
	return []fyne.CanvasObject{keyed(
		part.Gap(0, 12), head, part.Gap(0, 24), secrets.Shown(s.fresh.key), part.Gap(0, 24),
		part.Row(0, next, part.Space()), part.Gap(0, 28), part.NewRule(), part.Gap(0, 16),
		secrets.Note("document", v.T("welcome.note-paper", "Keep the paper where you keep your passport, not in a photo.")),
		secrets.Note("keyboard", v.T("welcome.note-next", "On the next page you type it back.")),
		secrets.Note("shred", v.T("recovery.shred", "When that is done, tear up the old paper.")),
	)}
}

func keyed(objects ...fyne.CanvasObject) fyne.CanvasObject {
	return part.RowTop(0, part.Sized(keyWide, 0, part.Stack(0, objects...)), part.Space())
}

func (s *Screen) typeBack() {
	var t *secrets.Typing
	t = secrets.NewTyping(secrets.TypingSpec{
		Voice: s.voice, Key: s.fresh.key, Again: func() { s.showAgain() },
		Finish: func(typed [8]string) { s.confirmKey(t, typed) },
	})
	s.fresh.typing = t
	s.turn(atTypeBack)
	t.Focus()
}

func (s *Screen) showAgain() {
	s.fresh.typing.Clear()
	s.fresh.typing = nil
	s.turn(atKey)
}

func (s *Screen) typeBackPage() []fyne.CanvasObject {
	v := s.voice
	return []fyne.CanvasObject{keyed(
		part.Gap(0, 12), title(v.T("welcome.back-title", "Type your recovery key back"), v.T("recovery.back-why", "Until it is typed back, nobody knows whether your paper is right.")),
		part.Gap(0, 24), s.fresh.typing.Content(),
		part.Gap(0, 28), part.NewRule(), part.Gap(0, 16),
		secrets.Note("key", v.T("welcome.note-letters", "Capitals don’t matter. O counts as 0, and I and L count as 1.")),
		secrets.Note("keyboard", v.T("welcome.note-typing", "The cursor moves to the next group by itself. Pasting is off here on purpose.")),
	)}
}

// confirmKey ends the way of a new key to paper.
func (s *Screen) confirmKey(t *secrets.Typing, typed [8]string) {
	key, r := s.fresh.key, recoveryRow
	if s.fresh.rekey {
		r = rekeyRow
	}
	s.run(chore{row: recoveryRow, work: func(ctx context.Context, _ tell) error { return s.coffer.ConfirmRecovery(ctx, key, typed) }, done: func(err error) {
		t.Failed(err)
		if err != nil {
			return
		}
		s.dropKey()
		s.face = atMain
		s.scroll.Offset = fyne.Position{}
		s.changed(r, s.voice.T("recovery.done", "Your paper is right: the new recovery key was typed back. Tear up the old one."))
	}})
}

func (s *Screen) rekeyLine() fyne.CanvasObject {
	v := s.voice
	l := line{row: rekeyRow, title: v.T("rekey.title", "Give the vault a new key"), sub: v.T("rekey.sub", "when an old copy or secret may be in other hands")}
	if s.data.keys.RekeyDue {
		l.sub, l.tint = v.T("rekey.due", "due: the key of now has sealed a great deal"), look.AlertQuiet
	}
	l.acts = append(l.acts, s.button("rekey", part.ButtonSpec{Text: v.T("rekey.begin", "New key"), OnTap: s.openRekey}))
	return s.line(l)
}

func (s *Screen) openRekey() {
	v := s.voice
	now, wrong := s.current()
	drop := part.NewCheck(v.T("rekey.drop", "Delete the older backups once the new one is checked"), false, nil)
	var p *panel
	p = s.open(ask{row: rekeyRow, fields: []string{now}, middle: []fyne.CanvasObject{part.Row(0, drop, part.Space())}, act: v.T("rekey.do", "Seal everything anew"),
		lines: []string{
			v.T("rekey.line", "Every page is sealed anew under a new key, with a new recovery key, and a new backup is made. Who has an old copy and an old passphrase sees that copy, and nothing newer."),
			v.T("rekey.stop", "You can stop it at any time: then everything is as before. The passphrase stays."),
		},
		do: func() { s.rekey(p, drop.On(), wrong) },
	})
	p.also = append(p.also, drop)
}

func (s *Screen) rekey(p *panel, drop bool, wrong string) {
	v := s.voice
	typed := p.secret(0)
	var key *app.RecoveryKey
	s.run(chore{row: rekeyRow, stoppable: true, word: v.T("rekey.sealing", "Sealing everything anew"), work: func(ctx context.Context, far tell) (err error) {
		key, err = s.coffer.Rekey(ctx, app.RekeyTerms{Current: typed, DropBackups: drop, Told: func(done, total int64) {
			far(func() string {
				return v.T("rekey.pages", "{{.Done}} of {{.Total}} pages sealed anew", "Done", v.Count(int(done)), "Total", v.Count(int(total)))
			}, done, total)
		}})
		return err
	}, done: func(err error) {
		if key == nil {
			s.draw()
			s.refuse(p, err, wrong)
			return
		}
		s.showKey(freshKey{key: key, rekey: true, wrong: err})
	}})
}
