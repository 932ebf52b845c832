package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"coffer/app"
	"coffer/app/fault"

	"github.com/spf13/cobra"
)

type vaultJSON struct {
	Name    string `json:"name"`
	Current bool   `json:"current"`
	Aside   bool   `json:"kept_at_restore"`
}

func (t *terminal) vaults() *cobra.Command {
	return &cobra.Command{
		Use: "vaults", GroupID: groupVault, Short: "list the vaults, one for each person; --vault NAME chooses", Args: cobra.NoArgs,
		RunE: t.at(func(ctx context.Context, _ []string) (err error) {
			s, err := t.openPlace(ctx)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			all, err := s.Coffer.Vaults()
			if err != nil {
				return err
			}
			return t.printVaults(all)
		}),
	}
}

func (t *terminal) printVaults(all []app.VaultEntry) error {
	if t.json {
		out := make([]vaultJSON, 0, len(all))
		for _, v := range all {
			out = append(out, vaultJSON(v))
		}
		return t.printJSON(out)
	}
	for _, v := range all {
		name, mark := v.Name, " "
		if name == "" {
			name = t.Voice.T("terminal.vaults.first", "(the first)")
		}
		if v.Current {
			mark = "*"
		}
		if v.Aside {
			name += "  " + t.Voice.T("terminal.vaults.aside", "kept when a backup was restored")
		}
		fmt.Fprintln(t.Out, mark, name)
	}
	return nil
}

// lockTimes are the words for app.LockChoices.
var lockTimes = map[string]time.Duration{"1m": time.Minute, "5m": 5 * time.Minute, "15m": 15 * time.Minute, "1h": time.Hour, "never": 0}

func lockTime(word string) (time.Duration, error) {
	after, known := lockTimes[word]
	if !known {
		return 0, usageError{fmt.Errorf("%q: the vault locks after 1m, 5m, 15m, 1h or never", word)}
	}
	return after, nil
}

func (t *terminal) lockAfter() *cobra.Command {
	return &cobra.Command{
		Use: "lock-after [1m|5m|15m|1h|never]", GroupID: groupVault, Short: "how long without you until the window locks", Args: cobra.MaximumNArgs(1),
		ValidArgs: []string{"1m", "5m", "15m", "1h", "never"},
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			if len(args) == 1 {
				if t.Asked != nil {
					return t.inWindow()
				}
				after, err := lockTime(args[0])
				if err != nil {
					return err
				}
				if err := c.SetLockAfter(ctx, after); err != nil {
					return err
				}
			}
			after, err := c.LockAfter(ctx)
			if err != nil {
				return err
			}
			word := ""
			for name, d := range lockTimes {
				if d == after {
					word = name
				}
			}
			if t.json {
				return t.printJSON(struct {
					After string `json:"lock_after"`
				}{word})
			}
			fmt.Fprintln(t.Out, word)
			if after == 0 {
				t.tell(t.Voice.T("terminal.lock.never", "It stays unlocked in the tray, so that alerts keep coming, and locks with the screen. coffer schedule says how often your banks are then read."))
			}
			return nil
		}),
	}
}

func (t *terminal) export() *cobra.Command {
	var everything, force bool
	c := &cobra.Command{
		Use: "export --everything FILE", GroupID: groupVault, Short: "write all that Coffer knows into a readable file", Args: cobra.ExactArgs(1),
		Long: "Writes every row as JSON, but nothing that opens a link. Anybody can read that file: it is not sealed. coffer restore FILE makes a new vault of it.",
	}
	c.RunE = t.here(func(ctx context.Context, c *app.Coffer, args []string) error {
		if !everything {
			return usageError{errors.New("say --everything; the ledger alone is coffer ledger --export")}
		}
		t.tell(t.Voice.T("terminal.export.readable", "Anybody who gets this file can read it: it is not sealed."))
		current, err := t.current(ctx, c)
		if err != nil {
			return err
		}
		told, end := t.progress()
		label := t.Voice.T("terminal.export.writing", "Writing")
		err = c.ExportEverything(ctx, app.Exporting{Path: args[0], Over: force, Current: current, Told: func(done, total int64) { told(label, done, total) }})
		end()
		if errors.Is(err, fs.ErrExist) {
			return usageError{fmt.Errorf("%s is there already; --force replaces it", args[0])}
		}
		if err != nil {
			return err
		}
		t.tell(t.Voice.T("terminal.export.done", "Written to {{.File}}, for your account alone", "File", args[0]))
		return nil
	})
	c.Flags().BoolVar(&everything, "everything", false, "all of it")
	c.Flags().BoolVar(&force, "force", false, "replace a file that is there")
	return c
}

// deleteWord is what must be typed to delete a vault.
const deleteWord = "DELETE"

func (t *terminal) deleteVault() *cobra.Command {
	var everything, without bool
	c := &cobra.Command{Use: "delete --everything", GroupID: groupVault, Short: "delete the vault for good: first its keys, then its data", Args: cobra.NoArgs}
	c.RunE = t.here(func(ctx context.Context, c *app.Coffer, _ []string) error {
		if !everything {
			return usageError{errors.New("say --everything")}
		}
		if !without {
			if err := t.offerBackup(ctx, c); err != nil {
				return err
			}
		}
		fmt.Fprint(t.Err, t.Voice.T("terminal.delete.word", "Type {{.Word}} to delete the vault and all that is in it: ", "Word", deleteWord))
		if typed, err := t.lines.next(ctx); err != nil || typed != deleteWord {
			if err != nil && !errors.Is(err, io.EOF) && ctx.Err() == nil {
				return fault.New(fault.DiskFailed, "read an answer", err)
			}
			fmt.Fprintln(t.Err)
			t.tell(t.Voice.T("terminal.delete.not", "Nothing was deleted."))
			return fault.New(fault.Canceled, "delete everything", context.Canceled)
		}
		current, err := t.again(ctx, c)
		if err != nil {
			return err
		}
		left, err := c.DeleteEverything(ctx, current)
		if err != nil {
			return err
		}
		return t.printDeleted(left)
	})
	c.Flags().BoolVar(&everything, "everything", false, "the whole vault")
	c.Flags().BoolVar(&without, "without-backup", false, "don't offer to back up before")
	return c
}

func (t *terminal) offerBackup(ctx context.Context, c *app.Coffer) error {
	yes, err := t.agree(ctx, t.Voice.T("terminal.delete.backup", "Back up before?"))
	if err != nil || !yes {
		return err
	}
	made, err := c.BackUp(ctx)
	if err == nil {
		t.tell(t.Voice.T("terminal.backup.made", "Backed up and read back: {{.File}}, {{.Size}}", "File", made.Path, "Size", t.Voice.Bytes(made.Bytes)))
	}
	return err
}

func (t *terminal) printDeleted(left app.Deleted) error {
	if t.json {
		return t.printJSON(struct {
			Links   int `json:"links_left_at_banks"`
			Backups int `json:"backups_left"`
		}{left.Links, left.Backups})
	}
	v := t.Voice
	t.tell(v.T("terminal.delete.done", "Deleted: the keys first, then the data."))
	if left.Links > 0 {
		t.tell(v.N("terminal.delete.links", "{{.N}} link was not revoked: it lives on at the bank until it ends there.", "{{.N}} links were not revoked: they live on at the bank until they end there.", left.Links))
	}
	if left.Backups > 0 {
		t.tell(v.N("terminal.delete.backups", "{{.N}} backup stays, and opens with its secrets.", "{{.N}} backups stay, and open with their secrets.", left.Backups))
	}
	return nil
}
