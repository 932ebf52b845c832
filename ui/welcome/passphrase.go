package welcome

import (
	"context"

	"coffer/app"
	"coffer/app/secret"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/secrets"

	"fyne.io/fyne/v2"
)

const (
	entryHigh float32 = 36
	wrongHigh float32 = 17  // a line: a mistake moves nothing
	makeWide  float32 = 144 // "Making the vault" too
)

// passphrasePage asks for the passphrase, twice, and says how hard it is to guess.
func (s *Screen) passphrasePage() fyne.CanvasObject {
	v := s.voice
	strength := part.NewText(v.T("strength.hint", "At least 10 characters. Four words or more are best."), part.Style{Role: look.Small, Tint: look.Muted})
	wrong := part.NewPara("", part.Style{Role: look.Small, Tint: look.AlertHigh}, rightWide)
	var first, again *part.Entry
	var make *part.Button
	judge := func(string) {
		typed := secret.New(first.Text())
		words, tint := secrets.Strength(v, typed)
		strength.SetTint(tint)
		strength.Set(words)
		wrong.Set("")
		again.SetWrong(false)
		if app.Judge(typed).Enough() && again.Text() != "" {
			make.Enable()
		} else {
			make.Disable()
		}
	}
	submit := func() {
		if make.Disabled() {
			return
		}
		passphrase := secret.New(first.Text())
		if !passphrase.Equal(secret.New(again.Text())) {
			again.SetWrong(true)
			wrong.Set(v.T("welcome.differ", "The two differ. Type the passphrase once more."))
			s.page.Refresh()
			again.Focus()
			again.SelectAll()
			return
		}
		make.Disable()
		make.SetText(v.T("welcome.making", "Making the vault"))
		s.makeVault(passphrase, func(err error) {
			make.SetText(v.T("welcome.make", "Make the vault"))
			if err == nil {
				first.Take()
				again.Take()
				s.turn(stepKey, s.keyPage())
				return
			}
			make.Enable()
			wrong.Set(v.Fault(err))
			s.page.Refresh()
		})
	}
	make = part.NewButton(part.ButtonSpec{Text: v.T("welcome.make", "Make the vault"), Rank: part.Main, Height: entryHigh, Width: makeWide, OnTap: submit})
	make.Disable()
	again = part.NewEntry(part.EntrySpec{Password: true, Height: entryHigh, Placeholder: v.T("welcome.again", "The same once more"), OnChange: judge, OnSubmit: func(string) { submit() }})
	first = part.NewEntry(part.EntrySpec{Password: true, Height: entryHigh, Placeholder: v.T("welcome.passphrase", "Passphrase"), OnChange: judge, OnSubmit: func(string) { again.Focus() }})
	s.focus = first.Focus
	return sheet(
		s.head(v.T("welcome.lock-title", "Choose a passphrase"), v.T("welcome.lock-why", "It locks everything that Coffer keeps on this computer. Nobody else has it, so nobody else can reset it.")),
		part.Gap(0, 24), first, part.Gap(0, 6), strength, part.Gap(0, 12), again, part.Gap(0, 6), part.Sized(0, wrongHigh, wrong), part.Gap(0, 12),
		part.Row(0, make, part.Space()),
		part.Gap(0, 28), part.NewRule(), part.Gap(0, 16),
		s.note("key", v.T("welcome.note-key", "Next you get a recovery key, for the day you forget it.")),
		s.note("lock", v.T("welcome.note-lock", "Opening takes about a second, on purpose: guessing must be slow.")),
	)
}

func (s *Screen) note(icon, text string) fyne.CanvasObject {
	return secrets.Note(icon, text)
}

// makeVault makes the vault off the UI goroutine and keeps its recovery key.
func (s *Screen) makeVault(passphrase secret.Text, done func(error)) {
	var key *app.RecoveryKey
	s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
		key, err = s.coffer.SetUp(ctx, passphrase)
		return err
	}, func(err error) {
		s.key = key
		done(err)
	})
}
