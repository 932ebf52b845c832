package terminal

import (
	"context"
	"errors"
	"time"

	"coffer/app"
	"coffer/app/secret"

	"github.com/spf13/cobra"
)

type slotJSON struct {
	Kind    string     `json:"kind"`
	Created *time.Time `json:"created,omitempty"`
}

type keysJSON struct {
	Ways          []slotJSON `json:"ways"`
	RecoveryTyped bool       `json:"recovery_typed_back"`
	RekeyDue      bool       `json:"new_key_due"`
	Pinned        bool       `json:"kept_out_of_swap"`
}

var slotNames = map[app.SlotKind]string{app.PassphraseSlot: "passphrase", app.RecoverySlot: "recovery", app.KeyringSlot: "keyring"}

func (t *terminal) keys() *cobra.Command {
	c := &cobra.Command{
		Use: "keys", GroupID: groupVault, Short: "what opens the vault; change it", Args: cobra.NoArgs,
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
			k, err := c.Keys(ctx)
			if err != nil {
				return err
			}
			return t.printKeys(k)
		}),
	}
	c.AddCommand(t.changePassphrase(), t.keyring(), t.newRecovery(), t.rekey())
	return c
}

func (t *terminal) printKeys(k app.Keys) error {
	if t.json {
		out := keysJSON{Ways: slots(k.Slots), RecoveryTyped: k.RecoveryTyped, RekeyDue: k.RekeyDue, Pinned: k.Pinned}
		return t.printJSON(out)
	}
	v := t.Voice
	rows := [][]string{{v.T("column.opens", "Opens the vault"), v.T("column.since", "Since")}}
	for _, s := range k.Slots {
		since := v.T("terminal.keys.unknown", "not known")
		if !s.Created.IsZero() {
			since = s.Created.Local().Format("2006-01-02 15:04")
		}
		rows = append(rows, []string{t.slotName(s.Kind), since})
	}
	t.table(rows)
	if k.KeyringOnly {
		t.tell(v.T("terminal.keyring-only", "Anyone using your session, and any program in it, can open this vault. The recovery key opens it, too."))
	}
	if k.RekeyDue {
		t.tell(v.T("terminal.keys.rekey-due", "A new key is due: coffer keys rekey"))
	}
	if !k.Pinned {
		t.tell(v.T("terminal.keys.not-pinned", "This system doesn't keep the keys out of swap."))
	}
	return nil
}

func slots(from []app.SlotInfo) []slotJSON {
	all := make([]slotJSON, 0, len(from))
	for _, s := range from {
		all = append(all, slotJSON{slotNames[s.Kind], instant(s.Created)})
	}
	return all
}

func (t *terminal) slotName(k app.SlotKind) string {
	switch k {
	case app.PassphraseSlot:
		return t.Voice.T("terminal.keys.passphrase", "passphrase")
	case app.RecoverySlot:
		return t.Voice.T("terminal.keys.recovery", "recovery key")
	}
	return t.Voice.T("terminal.keys.keyring", "keyring of this computer")
}

// olderOpen is said whenever a secret is replaced.
func (t *terminal) olderOpen() {
	t.tell(t.Voice.T("terminal.keys.older", "Older copies and backups still open with what opened them then. coffer keys rekey --drop-backups sees to those."))
}

func (t *terminal) changePassphrase() *cobra.Command {
	var remove bool
	next := -1
	c := &cobra.Command{Use: "passphrase", Short: "change the passphrase, or remove it where the keyring opens the vault", Args: cobra.NoArgs}
	c.RunE = t.here(func(ctx context.Context, c *app.Coffer, _ []string) error {
		current, err := t.saved, error(nil) // for a passphrase that is lost
		if current.Empty() || remove {
			current, err = t.current(ctx, c)
		}
		if err != nil {
			return err
		}
		if remove {
			if k, err := c.Keys(ctx); err != nil || !k.Has(app.KeyringSlot) {
				return errors.Join(err, usageError{errors.New("nothing but the recovery key would open the vault: coffer keys keyring on comes first")})
			}
			if err := c.RemovePassphrase(ctx, current); err != nil {
				return err
			}
			t.tell(t.Voice.T("terminal.keys.removed", "Removed. The keyring opens the vault, and the recovery key."))
			t.olderOpen()
			return nil
		}
		fresh, err := t.nextPassphrase(next)
		if err != nil {
			return err
		}
		if err := c.ChangePassphrase(ctx, current, fresh); err != nil {
			return err
		}
		t.tell(t.Voice.T("terminal.keys.changed", "Changed. The new passphrase opens the vault."))
		t.olderOpen()
		return nil
	})
	c.Flags().BoolVar(&remove, "remove", false, "leave the vault to the keyring and the recovery key")
	c.Flags().IntVar(&next, "new-passphrase-fd", -1, "read the new passphrase from this file `descriptor`")
	c.Flags().Lookup("new-passphrase-fd").DefValue = "0"
	c.MarkFlagsMutuallyExclusive("remove", "new-passphrase-fd")
	return c
}

// nextPassphrase reads a new one from fd, or asks for it twice.
func (t *terminal) nextPassphrase(fd int) (secret.Text, error) {
	if fd >= 0 {
		return fromDescriptor(fd)
	}
	asking := *t
	asking.fd = -1 // that one has the passphrase of now
	return asking.newPassphrase()
}

func (t *terminal) keyring() *cobra.Command {
	return &cobra.Command{
		Use: "keyring on|off", Short: "let this computer's keyring open the vault, too", Args: cobra.ExactArgs(1), ValidArgs: []string{"on", "off"},
		RunE: t.here(func(ctx context.Context, c *app.Coffer, args []string) error {
			switch args[0] {
			case "on":
				current, err := t.current(ctx, c)
				if err != nil {
					return err
				}
				if err := c.EnableKeyring(ctx, current); err != nil {
					return err
				}
				t.tell(t.Voice.T("terminal.keyring-beside", "The keyring opens the vault the first time after you log in. After a lock the passphrase is asked."))
				return nil
			case "off":
				if k, err := c.Keys(ctx); err != nil || k.KeyringOnly {
					return errors.Join(err, usageError{errors.New("nothing but the recovery key would open the vault: coffer keys passphrase comes first")})
				}
				if err := c.DisableKeyring(ctx); err != nil {
					return err
				}
				t.tell(t.Voice.T("terminal.keys.keyring-off", "The keyring opens the vault no more."))
				return nil
			}
			return usageError{errors.New("on or off?")}
		}),
	}
}

func (t *terminal) newRecovery() *cobra.Command {
	return &cobra.Command{
		Use: "recovery", Short: "make a new recovery key, and type it back", Args: cobra.NoArgs,
		RunE: t.here(func(ctx context.Context, c *app.Coffer, _ []string) error {
			current, err := t.current(ctx, c)
			if err != nil {
				return err
			}
			key, err := c.ReissueRecovery(ctx, current)
			if err != nil {
				return err
			}
			if err := t.typeBack(ctx, c, key, t.Voice.T("terminal.keys.recovery-made", "This key is the recovery key now. The one before opens the vault no more.")); err != nil {
				return err
			}
			t.olderOpen()
			return nil
		}),
	}
}

func (t *terminal) rekey() *cobra.Command {
	var drop bool
	c := &cobra.Command{Use: "rekey", Short: "seal everything anew under a new key, and back up anew", Args: cobra.NoArgs}
	c.RunE = t.here(func(ctx context.Context, c *app.Coffer, _ []string) error {
		current, err := t.current(ctx, c)
		if err != nil {
			return err
		}
		told, end := t.progress()
		label := t.Voice.T("terminal.keys.sealing", "Sealing anew")
		key, err := c.Rekey(ctx, app.RekeyTerms{Current: current, DropBackups: drop, Told: func(done, total int64) { told(label, done, total) }})
		end()
		if key == nil {
			return err
		}
		// With a key and an error only the backups failed: the key must be written down all the same.
		return errors.Join(err, t.typeBack(ctx, c, key, t.Voice.T("terminal.keys.rekeyed", "Everything is sealed under a new key.")))
	})
	c.Flags().BoolVar(&drop, "drop-backups", false, "delete the older backups once the new one is checked")
	return c
}
