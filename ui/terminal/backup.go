package terminal

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/fault"

	"github.com/spf13/cobra"
)

type backupJSON struct {
	File    string     `json:"file"`
	Made    time.Time  `json:"made"`
	Bytes   int64      `json:"bytes"`
	Opens   []slotJSON `json:"opens"`
	Today   []string   `json:"still_todays"`
	Before  bool       `json:"before_migration"`
	Problem string     `json:"problem,omitempty"`
}

type placeJSON struct {
	Dir      string `json:"dir"`
	Default  bool   `json:"default"`
	SyncedBy string `json:"synced_by,omitempty"`
}

func (t *terminal) backup() *cobra.Command {
	var list, home bool
	var place string
	c := &cobra.Command{
		Use: "backup", GroupID: groupVault, Short: "back up now, or list the backups", Args: cobra.NoArgs,
		Long: "Writes one sealed file and reads it back. It opens with the secrets of its time, and holds nothing that opens a link.",
	}
	now := t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
		if home || place != "" {
			if t.Asked != nil {
				return t.inWindow()
			}
			return t.placeBackups(ctx, c, place)
		}
		made, err := c.BackUp(ctx)
		if err != nil {
			return err
		}
		if err := t.warnSynced(ctx, c); err != nil {
			return err
		}
		if t.json {
			return t.printJSON(asBackup(made))
		}
		t.tell(t.Voice.T("terminal.backup.made", "Backed up and read back: {{.File}}, {{.Size}}", "File", made.Path, "Size", t.Voice.Bytes(made.Bytes)))
		return nil
	})
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if list {
			return t.listBackups()(cmd, args)
		}
		return now(cmd, args)
	}
	flags := c.Flags()
	flags.BoolVar(&list, "list", false, "list the backups and what opens each")
	flags.StringVar(&place, "place", "", "put backups into this `folder` from now on")
	flags.BoolVar(&home, "default-place", false, "put backups where they go by default")
	c.MarkFlagsMutuallyExclusive("list", "place", "default-place")
	return c
}

func asBackup(b app.Backup) backupJSON {
	out := backupJSON{File: b.Path, Made: b.Made, Bytes: b.Bytes, Opens: slots(b.Opens), Today: []string{}, Before: b.Before}
	for _, s := range b.Today {
		out.Today = append(out.Today, slotNames[s.Kind])
	}
	if b.Problem != nil {
		out.Problem = "unreadable"
	}
	return out
}

func (t *terminal) placeBackups(ctx context.Context, c *app.Coffer, dir string) error {
	if dir != "" {
		whole, err := filepath.Abs(dir)
		if err != nil {
			return fault.New(fault.DiskFailed, "find the folder", err)
		}
		dir = whole
	}
	if err := c.SetBackupPlace(ctx, dir); err != nil {
		return err
	}
	p, err := c.BackupPlace(ctx)
	if err != nil {
		return err
	}
	if err := t.warnSynced(ctx, c); err != nil {
		return err
	}
	if t.json {
		return t.printJSON(placeJSON{p.Dir, p.Default, p.SyncedBy})
	}
	t.tell(t.Voice.T("terminal.backup.place", "Backups go to {{.Dir}}. Those that are there already stay where they are.", "Dir", p.Dir))
	return nil
}

// warnSynced says that another program copies the data or the backups to other computers.
func (t *terminal) warnSynced(ctx context.Context, c *app.Coffer) error {
	if by := c.DataSyncedBy(); by != "" {
		t.tell(t.Voice.T("terminal.backup.data-synced", "The vault lies in a folder that {{.By}} copies. A vault that is copied while it is written comes out damaged or old: move it with --data.", "By", by))
	}
	p, err := c.BackupPlace(ctx)
	if err == nil && p.SyncedBy != "" {
		t.tell(t.Voice.T("terminal.backup.synced", "{{.By}} copies the folder of backups to other computers. They are sealed; whoever has one can guess at its passphrase.", "By", p.SyncedBy))
	}
	return err
}

// listBackups opens the vault to know where its backups go. Where there is none, or a damaged one,
// it lists those in the default place.
func (t *terminal) listBackups() func(*cobra.Command, []string) error {
	return t.at(func(ctx context.Context, _ []string) (err error) {
		s, err := t.openPlace(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		switch err := t.unlock(ctx, s.Coffer); fault.KindOf(err) {
		case fault.VaultMissing, fault.VaultDamaged:
		default:
			if err != nil {
				return err
			}
		}
		all, err := s.Coffer.Backups(ctx)
		if err != nil {
			return err
		}
		if err := t.warnSynced(ctx, s.Coffer); err != nil {
			return err
		}
		return t.printBackups(all)
	})
}

// openPlace opens the place without a bank.
func (t *terminal) openPlace(ctx context.Context) (*Session, error) {
	return t.Open(ctx, Place{Dir: t.place.Dir, Vault: t.place.Vault, Demo: t.place.Demo})
}

func (t *terminal) printBackups(all []app.Backup) error {
	if t.json {
		out := make([]backupJSON, 0, len(all))
		for _, b := range all {
			out = append(out, asBackup(b))
		}
		return t.printJSON(out)
	}
	v := t.Voice
	if len(all) == 0 {
		t.tell(v.T("terminal.backup.none", "No backups here yet."))
		return nil
	}
	rows := [][]string{{v.T("column.made", "Made"), v.T("column.size", "Size"), v.T("column.opens-with", "Opens with"), v.T("column.file", "File")}}
	for _, b := range all {
		opens := v.T("terminal.backup.unreadable", "can't be read")
		if b.Problem == nil {
			opens = t.openedBy(b)
		}
		rows = append(rows, []string{b.Made.Local().Format("2006-01-02 15:04"), v.Bytes(b.Bytes), opens, b.Path})
	}
	t.table(rows, 1)
	return nil
}

// openedBy names the secrets that open a backup, those of then told from those of now.
func (t *terminal) openedBy(b app.Backup) string {
	var names []string
	for _, s := range b.Opens {
		name := t.slotName(s.Kind)
		today := false
		for _, now := range b.Today {
			today = today || now.Kind == s.Kind
		}
		if !today {
			name = t.Voice.T("terminal.backup.of-then", "{{.Secret}} of then", "Secret", name)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

var errNoBackup = fmt.Errorf("which backup? coffer backup --list shows them; or give --latest")
