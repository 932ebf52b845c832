package terminal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"

	"github.com/spf13/cobra"
)

// setupFlags are how the new vault locks.
type setupFlags struct {
	keyring, only bool
	after         string
}

func (t *terminal) setup() *cobra.Command {
	var f setupFlags
	c := &cobra.Command{
		Use: "setup", GroupID: groupStart, Short: "make the vault: passphrase and recovery key", Args: cobra.NoArgs,
		RunE: t.at(func(ctx context.Context, _ []string) (err error) {
			s, err := t.Open(ctx, Place{Dir: t.place.Dir, Vault: t.place.Vault, Demo: t.place.Demo})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			return t.makeVault(ctx, s.Coffer, f)
		}),
	}
	flags := c.Flags()
	flags.BoolVar(&f.keyring, "keyring", false, "this computer's keyring opens it, too, once after each login")
	flags.BoolVar(&f.only, "keyring-only", false, "no passphrase: anyone using your session, and any program in it, can open it")
	flags.StringVar(&f.after, "lock-after", "5m", "how long without you until it locks: 1m, 5m, 15m, 1h or never")
	c.MarkFlagsMutuallyExclusive("keyring", "keyring-only")
	return c
}

func (t *terminal) makeVault(ctx context.Context, c *app.Coffer, f setupFlags) error {
	after, err := lockTime(f.after)
	if err != nil {
		return err
	}
	if err := noVault(c); err != nil {
		return err
	}
	l := app.Locking{Keyring: f.keyring || f.only, After: after}
	if f.only {
		t.tell(t.Voice.T("terminal.keyring-only", "Anyone using your session, and any program in it, can open this vault. The recovery key opens it, too."))
	} else if f.keyring {
		t.tell(t.Voice.T("terminal.keyring-beside", "The keyring opens the vault the first time after you log in. After a lock the passphrase is asked."))
	}
	if !f.only {
		if l.Passphrase, err = t.newPassphrase(); err != nil {
			return err
		}
	}
	key, err := c.SetUpWith(ctx, l)
	if err != nil {
		return err
	}
	return t.typeBack(ctx, c, key, t.made())
}

func (t *terminal) made() string {
	return t.Voice.T("terminal.set-up", "The vault is made. Next: coffer link, or coffer import FILE.")
}

// noVault errs with VaultExists if there is one.
func noVault(c *app.Coffer) error {
	state, err := c.State()
	if err == nil && state != app.NoVault {
		err = fault.New(fault.VaultExists, "make the vault", errors.New("there is one"))
	}
	return err
}

// newPassphrase asks for one twice, until both are alike and strong enough. One from a descriptor
// is taken or refused as it is.
func (t *terminal) newPassphrase() (secret.Text, error) {
	for {
		first, err := t.passphrase(t.Voice.T("terminal.new-passphrase", "Choose a passphrase (four words or more are best): "))
		if err != nil || t.fd >= 0 {
			return first, err
		}
		if !app.Judge(first).Enough() {
			t.tell(t.Voice.Fault(fault.New(fault.WeakPassphrase, "choose a passphrase", errors.New("too weak"))))
			continue
		}
		again, err := t.passphrase(t.Voice.T("terminal.passphrase-again", "Once more: "))
		if err != nil || first.Equal(again) {
			return again, err
		}
		t.tell(t.Voice.T("terminal.passphrases-differ", "The two differ. Nothing was made yet."))
	}
}

// typeBack shows the recovery key and wants it typed back, so that it is known to be on paper. It
// goes to where questions go: output may be on its way into a file.
func (t *terminal) typeBack(ctx context.Context, c *app.Coffer, key *app.RecoveryKey, done string) error {
	groups := key.Groups()
	fmt.Fprintln(t.Err, t.Voice.T("terminal.recovery", "Write this recovery key on paper. It opens the vault when the passphrase is lost. Nobody else has a copy."))
	fmt.Fprintf(t.Err, "\n    %s\n    %s\n\n", strings.Join(groups[:4], " "), strings.Join(groups[4:], " "))
	fmt.Fprint(t.Err, t.Voice.T("terminal.type-back", "Type it back, all eight groups: "))
	for {
		line, err := t.lines.next(ctx)
		if err != nil {
			fmt.Fprintln(t.Err)
			return fault.New(fault.Canceled, "type the recovery key back", context.Canceled)
		}
		err = c.ConfirmRecovery(ctx, key, grouped(line))
		if fault.KindOf(err) != fault.WrongPassphrase {
			if err == nil {
				t.tell(done)
			}
			return err
		}
		fmt.Fprint(t.Err, t.Voice.T("terminal.type-again", "Group {{.Group}} doesn't match. Look at your paper once more: ", "Group", fault.Of(err).Args["group"]))
	}
}

func grouped(line string) (groups [8]string) {
	plain := strings.NewReplacer(" ", "", "-", "").Replace(line)
	for i := range groups {
		if len(plain) >= 4*(i+1) {
			groups[i] = plain[4*i : 4*i+4]
		}
	}
	return groups
}
