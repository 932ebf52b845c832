package lock

import (
	"errors"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/ui/look"
)

// ring is how far asking the keyring is.
type ring struct {
	asked   bool // it has not answered yet
	seconds int  // that it has been waited for
	refusal error
	turn    int // counts the askings, so that the clock of one that ended stops
}

// askKeyring lets the keyring open the vault. It may ask the person, or never answer: the entry
// stays usable meanwhile, and whichever opens first wins.
func (s *Screen) askKeyring() {
	if s.ring.asked || s.ctx == nil {
		return
	}
	s.ring = ring{asked: true, turn: s.ring.turn + 1}
	s.ask.Disable()
	s.hint()
	s.count(s.ring.turn)
	s.desk.Do(s.ctx, s.coffer.UnlockWithKeyring, func(err error) {
		s.ring.asked = false
		s.ring.turn++
		switch {
		case err == nil:
			s.entry.Take()
			s.do.Opened()
			return
		case errors.Is(err, app.ErrOpen): // the passphrase was faster, and shows what it opened
		default:
			s.ring.refusal = err
		}
		if s.reason() != app.KeyringAsked {
			s.ask.Enable()
		}
		s.hint()
	})
}

// count writes each second how long the keyring has been waited for.
func (s *Screen) count(turn int) {
	s.desk.Do(s.ctx, wait(time.Second), func(error) {
		if s.ring.turn != turn {
			return
		}
		s.ring.seconds++
		s.showRing()
		s.content.Refresh()
		s.count(turn)
	})
}

func (s *Screen) reason() string {
	if f := fault.Of(s.ring.refusal); f != nil && f.Kind == fault.KeyringLocked {
		return f.Reason
	}
	return ""
}

// showRing writes what the keyring does, or why it doesn't.
func (s *Screen) showRing() {
	v := s.voice
	s.waiting.SetTint(look.Muted)
	text := ""
	switch {
	case s.ring.asked && s.ring.seconds == 0:
		text = v.T("lock.waiting-first", "Waiting for the keyring")
	case s.ring.asked:
		text = v.T("lock.waiting", "Waiting for the keyring, {{.N}} s", "N", s.ring.seconds)
	case s.ring.refusal != nil:
		s.waiting.SetTint(look.AlertQuiet)
		if text = v.Reason(s.reason(), nil); text != "" {
			text += " " + s.instead()
		} else {
			text = v.Fault(s.ring.refusal)
		}
	case s.ways.Keyring && s.ways.Passphrase && !s.ways.KeyringNow:
		text = v.T("lock.keyring-asked", "After a lock the passphrase is asked, not the keyring.")
	}
	s.waiting.Set(text)
	if text == "" {
		s.waiting.Hide()
	} else {
		s.waiting.Show()
	}
}

// instead says what opens the vault when the keyring doesn't.
func (s *Screen) instead() string {
	if s.ways.Passphrase {
		return s.voice.T("lock.instead", "Your passphrase opens the vault.")
	}
	return s.voice.T("lock.instead-recovery", "Your recovery key opens the vault.")
}
