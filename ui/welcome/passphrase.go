package welcome

import (
	"context"

	"coffer/app"
	"coffer/app/fault"
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

// What opens the vault, as the person chooses it.
const (
	byPassphrase = iota
	byBoth
	byKeyring
)

// locking is the page on which the person chooses how the vault locks.
type locking struct {
	s        *Screen
	first    *part.Entry
	again    *part.Entry
	strength *part.Text
	wrong    *part.Para
	make     *part.Button
	typed    *fyne.Container // what is left out where the keyring opens alone
	page     *fyne.Container

	by      int
	ways    [3]*part.Option
	means   *part.Para // what the choice of the keyring means, or why there is none
	refused error      // why the keyring can't be used
	looking bool       // whether it can is not known yet

	stays   bool
	when    [2]*part.Option
	staying *part.Para
}

// lockingPage asks for the passphrase, twice, says how hard it is to guess, and asks what else
// opens the vault and when it locks.
func (s *Screen) lockingPage() fyne.CanvasObject {
	v := s.voice
	l := &locking{s: s, looking: true}
	l.strength = part.NewText(v.T("strength.hint", "At least 10 characters. Four words or more are best."), part.Style{Role: look.Small, Tint: look.Muted})
	l.wrong = part.NewPara("", part.Style{Role: look.Small, Tint: look.AlertHigh}, rightWide)
	l.make = part.NewButton(part.ButtonSpec{Text: v.T("welcome.make", "Make the vault"), Rank: part.Main, Height: entryHigh, Width: makeWide, OnTap: l.submit})
	l.again = part.NewEntry(part.EntrySpec{Password: true, Height: entryHigh, Placeholder: v.T("welcome.again", "The same once more"), OnChange: l.judge, OnSubmit: func(string) { l.submit() }})
	l.first = part.NewEntry(part.EntrySpec{Password: true, Height: entryHigh, Placeholder: v.T("welcome.passphrase", "Passphrase"), OnChange: l.judge, OnSubmit: func(string) { l.again.Focus() }})
	l.typed = part.Stack(0, l.first, part.Gap(0, 6), l.strength, part.Gap(0, 10), l.again, part.Gap(0, 6), part.Sized(0, wrongHigh, l.wrong), part.Gap(0, 6))
	s.focus = l.first.Focus
	for i, text := range []string{
		v.T("welcome.by-passphrase", "The passphrase"),
		v.T("welcome.by-both", "The passphrase, and this computer’s keyring once after each sign-in"),
		v.T("welcome.by-keyring", "This computer’s keyring alone, without a passphrase"),
	} {
		l.ways[i] = part.NewOption(text, i == byPassphrase, func() { l.open(i) })
	}
	l.means = part.NewPara("", part.Style{Role: look.Small}, rightWide)
	for i, text := range []string{
		v.T("welcome.lock-idle", "Lock after 5 minutes without you"),
		v.T("welcome.lock-tray", "Stay unlocked in the tray, lock with the screen, so that alerts keep coming"),
	} {
		l.when[i] = part.NewOption(text, i == 0, func() { l.stay(i == 1) })
	}
	l.staying = part.NewPara("", part.Style{Role: look.Small, Tint: look.Muted}, rightWide)
	l.page = part.Stack(0)
	l.judge("")
	l.draw()
	l.look()
	return s.scroll(l.page)
}

// draw puts the page together.
func (l *locking) draw() {
	s, v := l.s, l.s.voice
	head := s.head(v.T("welcome.lock-title", "Choose a passphrase"), v.T("welcome.lock-why", "It locks everything that Coffer keeps on this computer. Nobody else has it, so nobody else can reset it."))
	if l.by == byKeyring {
		head = s.head(v.T("welcome.lock-title-keyring", "Lock with the keyring alone"), v.T("welcome.lock-why-keyring", "It locks everything that Coffer keeps on this computer. Who opens your session opens the vault; the recovery key opens it anywhere."))
	}
	rows := []fyne.CanvasObject{head}
	if name := s.coffer.VaultName(); name != "" {
		rows = append(rows, part.Gap(0, 8), part.NewPara(v.T("welcome.whose", "This is a vault of its own, for {{.Name}}.", "Name", name), part.Style{}, rightWide))
	}
	if product := s.coffer.DataSyncedBy(); product != "" {
		rows = append(rows, part.Gap(0, 12), part.NewStrip(part.StripSpec{Tone: part.Attention, Icon: "warning", Wide: rightWide,
			Title: v.T("welcome.synced", "{{.Product}} copies this folder to other computers", "Product", product),
			Line:  v.T("welcome.synced-line", "What it copies is sealed, but two computers that write one vault damage it. Choose another folder with --data.")}))
	}
	rows = append(rows, part.Gap(0, 18))
	if l.by != byKeyring {
		rows = append(rows, l.typed)
	}
	rows = append(rows,
		part.NewSection(v.T("welcome.opens", "What opens it")), part.Gap(0, 2), l.ways[0], l.ways[1], l.ways[2], l.means, part.Gap(0, 12),
		part.NewSection(v.T("welcome.locks", "When it locks")), part.Gap(0, 2), l.when[0], l.when[1], l.staying, part.Gap(0, 14))
	if l.by == byKeyring {
		rows = append(rows, part.Sized(0, wrongHigh, l.wrong), part.Gap(0, 6))
	}
	rows = append(rows, part.Row(20, append([]fyne.CanvasObject{l.make}, append(s.elsewhere(), part.Space())...)...),
		part.Gap(0, 18), part.NewRule(), part.Gap(0, 14),
		s.note("key", v.T("welcome.note-key", "Next you get a recovery key, for the day you forget it.")),
		s.note("lock", v.T("welcome.note-lock", "Opening takes about a second, on purpose: guessing must be slow.")))
	l.page.Objects = rows
	l.tell()
}

// elsewhere leads to a backup, or to the vault of somebody else.
func (s *Screen) elsewhere() (links []fyne.CanvasObject) {
	if s.do.Restore != nil {
		links = append(links, part.NewLink(s.voice.T("welcome.restore", "Restore from a backup"), look.Body, s.do.Restore))
	}
	if s.do.Other != nil {
		links = append(links, part.NewLink(s.voice.T("welcome.other", "Back to the first vault"), look.Body, s.do.Other))
	}
	return links
}

// look asks whether there is a keyring: it may take its time.
func (l *locking) look() {
	l.s.desk.Do(l.s.ctx, l.s.coffer.KeyringAvailable, func(err error) {
		l.looking, l.refused = false, err
		l.tell()
	})
}

// open takes what opens the vault.
func (l *locking) open(by int) {
	l.by = by
	l.judge("")
	l.draw()
	if by != byKeyring && l.first.Text() == "" {
		l.first.Focus()
	}
}

func (l *locking) stay(stays bool) {
	l.stays = stays
	l.tell()
}

// tell writes what the choices mean.
func (l *locking) tell() {
	v := l.s.voice
	for i, way := range l.ways {
		way.Set(i == l.by)
		if i != byPassphrase && (l.looking || l.refused != nil) {
			way.Disable()
		} else {
			way.Enable()
		}
	}
	text, tint := "", look.Muted
	switch {
	case l.looking:
		text = v.T("welcome.keyring-looking", "Looking for this computer’s keyring.")
	case reasonOf(l.refused) == keyringAbsent:
		text = v.T("welcome.keyring-none", "No keyring on this computer. The passphrase alone is fine.")
	case l.refused != nil:
		text = v.T("welcome.keyring-refused", "The keyring can’t be used now. {{.Why}} The passphrase alone is fine.", "Why", v.Reason(reasonOf(l.refused), nil))
	case l.by == byBoth:
		text, tint = v.T("welcome.keyring-means", "Anyone using your session, and any program in it, can open this."), look.AlertQuiet
	case l.by == byKeyring:
		text, tint = v.T("welcome.keyring-alone", "Anyone using your session, and any program in it, can open this. No passphrase is ever asked, not even after a lock."), look.AlertQuiet
	}
	l.means.SetTint(tint)
	l.means.Set(text)
	l.when[0].Set(!l.stays)
	l.when[1].Set(l.stays)
	switch {
	case !l.stays:
		text = v.T("welcome.idle-line", "It locks with the screen and before sleep, too. Settings have other times.")
	case l.s.do.Tray:
		text = v.T("welcome.tray-line", "Closing the window leaves Coffer in the tray. Your banks are read every six hours, as long as you don’t change that in Settings. It locks when the screen does.")
	default:
		text = v.T("welcome.tray-none", "There is no tray on this desktop: closing the window ends Coffer. It locks when the screen does.")
	}
	l.staying.Set(text)
	l.s.step(l.by)
	l.s.page.Refresh()
}

func (l *locking) judge(string) {
	typed := secret.New(l.first.Text())
	words, tint := secrets.Strength(l.s.voice, typed)
	l.strength.SetTint(tint)
	l.strength.Set(words)
	l.wrong.Set("")
	l.again.SetWrong(false)
	if l.by == byKeyring || app.Judge(typed).Enough() && l.again.Text() != "" {
		l.make.Enable()
	} else {
		l.make.Disable()
	}
}

func (l *locking) submit() {
	if l.make.Disabled() {
		return
	}
	v, chosen := l.s.voice, app.Locking{Keyring: l.by != byPassphrase, After: app.DefaultLockAfter}
	if l.stays {
		chosen.After = 0
	}
	if l.by != byKeyring {
		chosen.Passphrase = secret.New(l.first.Text())
		if !chosen.Passphrase.Equal(secret.New(l.again.Text())) {
			l.again.SetWrong(true)
			l.wrong.Set(v.T("welcome.differ", "The two differ. Type the passphrase once more."))
			l.s.page.Refresh()
			l.again.Focus()
			l.again.SelectAll()
			return
		}
	}
	l.make.Disable()
	l.make.SetText(v.T("welcome.making", "Making the vault"))
	l.s.makeVault(chosen, func(err error) {
		l.make.SetText(v.T("welcome.make", "Make the vault"))
		if err == nil {
			l.first.Take()
			l.again.Take()
			l.s.turn(stepKey, l.s.keyPage())
			return
		}
		l.make.Enable()
		l.wrong.Set(v.Fault(err))
		l.s.page.Refresh()
	})
}

// keyringAbsent is the reason where there is no keyring at all.
const keyringAbsent = "keyring.absent"

func reasonOf(err error) string {
	if f := fault.Of(err); f != nil {
		return f.Reason
	}
	return ""
}

func (s *Screen) note(icon, text string) fyne.CanvasObject {
	return secrets.Note(icon, text)
}

// makeVault makes the vault off the UI goroutine and keeps its recovery key.
func (s *Screen) makeVault(chosen app.Locking, done func(error)) {
	var key *app.RecoveryKey
	s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
		key, err = s.coffer.SetUpWith(ctx, chosen)
		return err
	}, func(err error) {
		s.key = key
		done(err)
	})
}
