package settings

import (
	"context"
	"slices"
	"time"

	"coffer/app"
	"coffer/app/secret"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/secrets"

	"fyne.io/fyne/v2"
)

// lockRows are the ways in and when they shut.
func (s *Screen) lockRows() []fyne.CanvasObject {
	rows := []fyne.CanvasObject{s.awayLine(), s.passphraseLine(), s.keyringLine(), s.recoveryLine(), s.rekeyLine()}
	if s.data.keys.Pinned {
		rows = append(rows, part.Inset(part.Pad(9, 16), para(s.voice.T("lock.pinned", "While the vault is open, its keys are kept out of swap."), look.Muted)))
	}
	return rows
}

func (s *Screen) awayLine() fyne.CanvasObject {
	v := s.voice
	choices := app.LockChoices()
	names := make([]string, len(choices))
	for i, d := range choices {
		names[i] = s.after(d)
	}
	l := line{row: lockRow, title: v.T("lock.away", "Lock when you are away"), acts: []fyne.CanvasObject{s.choice("away", names, slices.Index(choices, s.data.after), func(i int) { s.setAfter(choices[i]) })}}
	if s.data.after == 0 {
		text := v.T("lock.with-screen-line", "It stays unlocked in the tray, so that alerts keep coming, and locks with the screen or by Ctrl+L.")
		if !s.do.Tray {
			text = v.T("lock.no-tray-line", "It locks with the screen or by Ctrl+L. There is no tray on this desktop: closing the window ends Coffer.")
		}
		l.under = append(l.under, para(text, look.Muted))
	}
	return s.line(l)
}

func (s *Screen) after(d time.Duration) string {
	v := s.voice
	switch {
	case d == 0:
		return v.T("lock.with-screen", "Only with the screen")
	case d%time.Hour == 0:
		return v.N("lock.after-hours", "After {{.N}} hour", "After {{.N}} hours", int(d/time.Hour))
	}
	return v.N("lock.after-minutes", "After {{.N}} minute", "After {{.N}} minutes", int(d/time.Minute))
}

func (s *Screen) setAfter(d time.Duration) {
	before := s.data.after
	s.data.after = d
	s.run(chore{row: lockRow, word: s.voice.T("settings.saving", "Saving"), work: func(ctx context.Context, _ tell) error { return s.coffer.SetLockAfter(ctx, d) }, done: func(err error) {
		if err != nil {
			s.data.after = before
			s.words[lockRow] = bad(s.voice.Fault(err))
		}
		s.draw()
	}})
}

// current is what is asked for before something changes: the recovery key where there is no passphrase.
func (s *Screen) current() (label, wrong string) {
	v := s.voice
	if s.data.keys.KeyringOnly {
		return v.T("settings.recovery", "Recovery key"), v.T("settings.wrong-recovery", "That isn’t the recovery key of this vault. Nothing was changed.")
	}
	return v.T("settings.passphrase-now", "Passphrase of now"), v.T("settings.wrong-passphrase", "That isn’t the passphrase of now. Nothing was changed.")
}

func (s *Screen) passphraseLine() fyne.CanvasObject {
	v := s.voice
	l := line{row: passphraseRow, title: v.T("settings.passphrase", "Passphrase")}
	switch {
	case s.data.keys.KeyringOnly:
		l.sub = v.T("passphrase.none", "none")
		l.acts = append(l.acts, s.button("passphrase", part.ButtonSpec{Text: v.T("passphrase.set", "Set one"), OnTap: s.changePassphrase}))
	default:
		if s.data.keys.Has(app.KeyringSlot) {
			l.acts = append(l.acts, s.button("passphrase-remove", part.ButtonSpec{Text: v.T("passphrase.remove", "Remove"), Rank: part.QuietDanger, OnTap: s.removePassphrase}))
		}
		l.acts = append(l.acts, s.button("passphrase", part.ButtonSpec{Text: v.T("passphrase.change", "Change"), OnTap: s.changePassphrase}))
	}
	return s.line(l)
}

func (s *Screen) changePassphrase() {
	v := s.voice
	now, wrong := s.current()
	strength := part.NewText("", small(look.Muted))
	var p *panel
	judge := func() {
		words, tint := secrets.Strength(v, p.secret(1))
		strength.SetTint(tint)
		strength.Set(words)
	}
	a := ask{row: passphraseRow, fields: []string{now, v.T("passphrase.new", "New passphrase"), v.T("passphrase.again", "The new one once more")},
		middle: []fyne.CanvasObject{strength}, act: v.T("passphrase.do", "Change the passphrase"), typed: func() { judge() },
		ready: func() bool { return s.panel != nil && s.panel.filled() && app.Judge(s.panel.secret(1)).Enough() },
	}
	if s.data.keys.KeyringOnly {
		a.act = v.T("passphrase.do-set", "Set the passphrase")
	}
	a.do = func() {
		if !p.secret(1).Equal(p.secret(2)) {
			s.tell(p, v.T("welcome.differ", "The two differ. Type the passphrase once more."), look.AlertHigh)
			p.entries[2].SetWrong(true)
			p.entries[2].Focus()
			p.entries[2].SelectAll()
			return
		}
		s.sendPassphrase(p.secret(0), p.secret(1), wrong)
	}
	p = s.open(a)
	judge()
}

func (s *Screen) sendPassphrase(now, next secret.Text, wrong string) {
	v := s.voice
	p := s.panel
	s.run(chore{row: passphraseRow, word: v.T("passphrase.changing", "Changing the passphrase"), work: func(ctx context.Context, _ tell) error {
		return s.coffer.ChangePassphrase(ctx, now, next)
	}, done: func(err error) {
		if err != nil {
			s.draw()
			s.refuse(p, err, wrong)
			return
		}
		s.dropPanel()
		s.changed(passphraseRow, v.T("passphrase.changed", "The passphrase is changed. Older copies of the vault and older backups still open with the old one."))
		s.words[passphraseRow] = s.words[passphraseRow].then(v.T("rekey.title", "Give the vault a new key"), s.openRekey)
		s.draw()
	}})
}

// then offers what may follow.
func (w word) then(next string, do func()) word {
	w.next, w.do = next, do
	return w
}

func bad(text string) word { return word{text: text, tint: look.AlertHigh} }

// changed says what an act brought and reads everything again.
func (s *Screen) changed(r row, text string) {
	s.words[r] = word{text: text, tint: look.Good}
	s.draw()
	s.reload()
}

func (s *Screen) removePassphrase() {
	v := s.voice
	now, wrong := s.current()
	var p *panel
	p = s.open(ask{row: passphraseRow, fields: []string{now}, danger: true, act: v.T("passphrase.do-remove", "Remove the passphrase"), keep: v.T("passphrase.keep", "Keep it"),
		lines: []string{
			v.T("passphrase.remove-line", "Then the keyring alone opens the vault, and the recovery key. Anyone using your session, and any program in it, can open this."),
			v.T("passphrase.remove-old", "Older copies of the vault and older backups still open with the passphrase."),
		},
		do: func() {
			typed := p.secret(0)
			s.run(chore{row: passphraseRow, word: v.T("passphrase.removing", "Removing the passphrase"), work: func(ctx context.Context, _ tell) error {
				return s.coffer.RemovePassphrase(ctx, typed)
			}, done: func(err error) {
				if err != nil {
					s.draw()
					s.refuse(p, err, wrong)
					return
				}
				s.dropPanel()
				s.changed(passphraseRow, v.T("passphrase.removed", "The passphrase is removed. The keyring and the recovery key open the vault."))
			}})
		}})
}

func (s *Screen) keyringLine() fyne.CanvasObject {
	v := s.voice
	l := line{row: keyringRow, title: v.T("keyring.title", "This computer’s keyring opens the vault")}
	switch {
	case s.data.keys.KeyringOnly:
		l.acts = append(l.acts, part.NewPill(v.T("settings.on", "On"), part.Attention))
		l.under = append(l.under, para(v.T("keyring.alone", "Alone: anyone using your session, and any program in it, can open this. Set a passphrase before you turn it off."), look.AlertQuiet))
	case s.data.keys.Has(app.KeyringSlot):
		l.acts = append(l.acts, part.NewPill(v.T("settings.on", "On"), part.Good), s.button("keyring", part.ButtonSpec{Text: v.T("keyring.turn-off", "Turn off"), OnTap: s.keyringOff}))
	default:
		l.acts = append(l.acts, part.NewPill(v.T("settings.off", "Off"), part.Neutral), s.button("keyring", part.ButtonSpec{Text: v.T("keyring.turn-on", "Turn on"), OnTap: s.keyringOn}))
	}
	return s.line(l)
}

func (s *Screen) keyringOn() {
	v := s.voice
	now, wrong := s.current()
	var p *panel
	p = s.open(ask{row: keyringRow, fields: []string{now}, act: v.T("keyring.do", "Turn it on"),
		lines: []string{
			v.T("keyring.means", "Anyone using your session, and any program in it, can open this."),
			v.T("keyring.when", "It opens the vault once after you sign in to this computer. After a lock the passphrase is asked."),
		},
		do: func() {
			typed := p.secret(0)
			s.run(chore{row: keyringRow, stoppable: true, word: v.T("keyring.waiting", "Waiting for the keyring"), work: func(ctx context.Context, _ tell) error {
				return s.coffer.EnableKeyring(ctx, typed)
			}, done: func(err error) {
				if err != nil {
					s.draw()
					s.refuse(p, err, wrong)
					return
				}
				s.dropPanel()
				s.changed(keyringRow, v.T("keyring.is-on", "The keyring opens the vault from now on, once after each sign-in to this computer."))
			}})
		}})
}

func (s *Screen) keyringOff() {
	v := s.voice
	s.dropPanel()
	s.run(chore{row: keyringRow, stoppable: true, word: v.T("keyring.waiting", "Waiting for the keyring"), work: func(ctx context.Context, _ tell) error {
		return s.coffer.DisableKeyring(ctx)
	}, done: func(err error) {
		if err != nil {
			s.words[keyringRow] = bad(v.Fault(err))
			s.draw()
			return
		}
		s.changed(keyringRow, v.T("keyring.is-off", "The keyring opens the vault no more."))
	}})
}
