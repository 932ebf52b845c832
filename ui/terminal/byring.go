package terminal

import (
	"context"
	"errors"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
)

var errOnlyRing = errors.New("only the keyring opens this vault; or give --recovery")

// byKeyring opens the vault with this computer's keyring where that may be used now. A keyring that
// does not open says why, and the passphrase is asked for.
func (t *terminal) byKeyring(ctx context.Context, c *app.Coffer) (opened bool, err error) {
	if t.lost {
		return false, nil
	}
	w, err := c.Ways(ctx)
	if err != nil || !w.Keyring { // what is wrong is said by the opening that follows
		return false, nil
	}
	if !t.ring || t.fd >= 0 {
		if !w.Passphrase {
			return false, usageError{errOnlyRing}
		}
		return false, nil
	}
	if !w.KeyringNow {
		return false, nil
	}
	err = c.UnlockWithKeyring(ctx)
	if fault.KindOf(err) == fault.KeyringLocked && w.Passphrase {
		t.tell(t.Voice.Fault(err))
		return false, nil
	}
	return err == nil, err
}

func (t *terminal) endSetUpIf(ctx context.Context, c *app.Coffer, opened bool) error {
	if !opened {
		return nil
	}
	return t.endSetUp(ctx, c)
}

// current is what shows that it is the person: the passphrase that opened the vault in this run, or
// one asked for now; the recovery key where there is no passphrase.
func (t *terminal) current(ctx context.Context, c *app.Coffer) (secret.Text, error) {
	if !t.given.Empty() {
		return t.given, nil
	}
	return t.again(ctx, c)
}

func (t *terminal) again(ctx context.Context, c *app.Coffer) (secret.Text, error) {
	k, err := c.Keys(ctx)
	if err != nil {
		return secret.Text{}, err
	}
	if k.KeyringOnly && !t.saved.Empty() {
		return t.saved, nil
	}
	prompt := t.Voice.T("terminal.passphrase-now", "The passphrase again: ")
	if k.KeyringOnly {
		prompt = t.Voice.T("terminal.recovery-now", "The recovery key, to show that it is you: ")
	}
	return t.passphrase(prompt)
}
