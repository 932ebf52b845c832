package terminal

import (
	"context"
	"errors"
	"io"

	"coffer/app"
	"coffer/app/fault"

	"github.com/spf13/cobra"
)

type restoredJSON struct {
	File  string `json:"file"`
	Aside string `json:"kept_as,omitempty"`
}

func (t *terminal) restore() *cobra.Command {
	var latest bool
	c := &cobra.Command{
		Use: "restore [FILE]", GroupID: groupVault, Short: "bring a backup back, or an export of everything", Args: cobra.MaximumNArgs(1),
		Long: "Checks the backup, puts it in the vault's place and keeps the vault of now under another name. It opens with the passphrase of its own time,\n" +
			"or with --recovery by the recovery key of its own time. An export of everything comes back where there is no vault yet.",
	}
	c.RunE = t.at(func(ctx context.Context, args []string) (err error) {
		s, err := t.openPlace(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		path, err := pickBackup(ctx, s.Coffer, args, latest)
		if err != nil {
			return err
		}
		if isExport(path) {
			return t.restoreExport(ctx, s.Coffer, path)
		}
		return t.restoreBackup(ctx, s.Coffer, path)
	})
	c.Flags().BoolVar(&latest, "latest", false, "the newest backup that can be read, in the default place")
	return c
}

func pickBackup(ctx context.Context, c *app.Coffer, args []string, latest bool) (string, error) {
	if len(args) == 1 && !latest {
		return args[0], nil
	}
	if len(args) == 1 || !latest {
		return "", usageError{errNoBackup}
	}
	all, err := c.Backups(ctx)
	if err != nil {
		return "", err
	}
	for _, b := range all {
		if b.Problem == nil {
			return b.Path, nil
		}
	}
	return "", fault.Because(fault.VaultMissing, "backup", "find the newest backup", errors.New("there is none"))
}

// isExport tells a file of everything, which is JSON, from a sealed backup.
func isExport(path string) bool {
	file, err := app.OpenFile(path)
	if err != nil {
		return false
	}
	defer file.Close()
	first := make([]byte, 1)
	_, err = io.ReadFull(file, first)
	return err == nil && first[0] == '{'
}

// backupSecret asks for what opened the vault when the backup was made.
func (t *terminal) backupSecret(path string) (r app.Restoring, err error) {
	prompt := t.Voice.T("terminal.restore.passphrase", "The passphrase of the backup's time: ")
	if t.lost {
		prompt = t.Voice.T("terminal.restore.recovery", "The recovery key of the backup's time: ")
	}
	typed, err := t.passphrase(prompt)
	return app.Restoring{Path: path, Secret: typed, Recovery: t.lost}, err
}

func (t *terminal) restoreBackup(ctx context.Context, c *app.Coffer, path string) error {
	r, err := t.backupSecret(path)
	if err != nil {
		return err
	}
	got, err := c.Restore(ctx, r)
	if err != nil {
		return err
	}
	t.tell(t.Voice.T("terminal.restore.done", "Restored, and checked. It opens with what opened the backup."))
	if got.Aside != "" {
		t.tell(t.Voice.T("terminal.restore.aside", "The vault that was here is kept as “{{.Name}}”: coffer --vault '{{.Name}}' opens it.", "Name", got.Aside))
	}
	t.signInAgain()
	if t.json {
		return t.printJSON(restoredJSON{path, got.Aside})
	}
	return nil
}

func (t *terminal) signInAgain() {
	t.tell(t.Voice.T("terminal.restore.sign-in", "A backup holds nothing that opens a link: each bank wants you to sign in again (coffer link)."))
}

func (t *terminal) restoreExport(ctx context.Context, c *app.Coffer, path string) error {
	if err := noVault(c); err != nil {
		t.tell(t.Voice.T("terminal.restore.into-new", "An export comes back into a new vault: add --vault NAME."))
		return err
	}
	told, end := t.progress()
	label := t.Voice.T("terminal.restore.reading", "Reading")
	read := func(done, total int64) { told(label, done, total) }
	err := c.CheckExport(ctx, path, read)
	end()
	if err != nil {
		return err
	}
	passphrase, err := t.newPassphrase()
	if err != nil {
		return err
	}
	key, err := c.SetUpFrom(ctx, app.Bringing{Locking: app.Locking{Passphrase: passphrase, After: app.DefaultLockAfter}, Path: path, Told: read})
	end()
	if err != nil {
		return err
	}
	if err := t.typeBack(ctx, c, key, t.Voice.T("terminal.restore.exported", "Everything of the export is in the new vault, without a difference.")); err != nil {
		return err
	}
	t.signInAgain()
	if t.json {
		return t.printJSON(restoredJSON{File: path})
	}
	return nil
}
