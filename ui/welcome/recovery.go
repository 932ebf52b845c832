package welcome

import (
	"context"

	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/secrets"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// keyPage shows the recovery key, the one time.
func (s *Screen) keyPage() fyne.CanvasObject {
	v := s.voice
	s.focus = nil
	next := part.NewButton(part.ButtonSpec{Text: v.T("welcome.on-paper", "I wrote it on paper"), Rank: part.Main, OnTap: func() { s.turn(stepTypeBack, s.typeBackPage()) }})
	return sheet(
		s.head(v.T("welcome.key-title", "Write down the recovery key"), v.T("welcome.key-why", "If you forget the passphrase, this key opens the vault. Nobody else has a copy, so nobody else can help.")),
		part.Gap(0, 24), secrets.Shown(s.key), part.Gap(0, 24),
		part.Row(0, next, part.Space()), part.Gap(0, 28), part.NewRule(), part.Gap(0, 16),
		s.note("document", v.T("welcome.note-paper", "Keep the paper where you keep your passport, not in a photo.")),
		s.note("keyboard", v.T("welcome.note-next", "On the next page you type it back.")),
	)
}

func (s *Screen) typeBackPage() fyne.CanvasObject {
	v := s.voice
	var t *secrets.Typing
	t = secrets.NewTyping(secrets.TypingSpec{
		Voice: v, Key: s.key, Again: func() { s.turn(stepKey, s.keyPage()) },
		Finish: func(typed [8]string) { s.finish(t, typed) },
	})
	s.focus = t.Focus
	return sheet(
		s.head(v.T("welcome.back-title", "Type your recovery key back"), v.T("welcome.back-why", "If you forget the passphrase and this computer breaks, a backup and this key bring everything back. Nobody else has a copy, so nobody else can help.")),
		part.Gap(0, 24), t.Content(),
		part.Gap(0, 28), part.NewRule(), part.Gap(0, 16),
		s.note("document", v.T("welcome.note-paper", "Keep the paper where you keep your passport, not in a photo.")),
		s.note("key", v.T("welcome.note-letters", "Capitals don’t matter. O counts as 0, and I and L count as 1.")),
		s.note("keyboard", v.T("welcome.note-typing", "The cursor moves to the next group by itself. Pasting is off here on purpose.")),
	)
}

// finish ends the set-up and empties the groups, so that the key does not stay on the screen.
func (s *Screen) finish(t *secrets.Typing, typed [8]string) {
	s.desk.Do(s.ctx, func(ctx context.Context) error { return s.coffer.ConfirmRecovery(ctx, s.key, typed) }, func(err error) {
		t.Failed(err)
		if err != nil {
			return
		}
		t.Clear()
		s.key = nil
		s.turn(stepStart, s.startPage())
	})
}

// startPage offers the ways to begin.
func (s *Screen) startPage() fyne.CanvasObject {
	v := s.voice
	s.focus = nil
	wrong := part.NewErrorLine("")
	choices := []part.Choice{
		{Icon: "link", Title: v.T("start.link", "Link a bank"), Line: v.T("start.link-line", "You see who is in the path before anything is sent"),
			Act: part.NewButton(part.ButtonSpec{Text: v.T("start.choose", "Choose"), Rank: part.Main, OnTap: s.do.AddBank})},
		{Icon: "import", Title: v.T("start.import", "Import a statement"), Line: v.T("start.import-line", "An OFX or QFX file from your bank"),
			Act: part.NewButton(part.ButtonSpec{Text: v.T("start.file", "Choose file"), OnTap: s.do.Import})},
	}
	if s.do.Demo != nil {
		choices = append(choices, part.Choice{Icon: "computer", Title: v.T("start.demo", "Try the demo"), Line: v.T("start.demo-line", "An invented bank, 3 years, a vault of its own"),
			Act: part.NewButton(part.ButtonSpec{Text: v.T("start.open-demo", "Open demo"), OnTap: func() {
				if err := s.do.Demo(); err != nil {
					wrong.Set(v.Fault(err))
				}
			}})})
	}
	look := part.NewLink(v.T("start.look", "Look around first"), look.Body, s.do.Done)
	return sheet(
		s.head(v.T("start.title", "Your vault is ready and sealed"), v.T("start.why", "Choose where the first numbers come from.")),
		part.Gap(0, 22), part.NewChoices(rightWide, choices...), part.Gap(0, 14), container.NewHBox(look), wrong,
	)
}
