package terminal

import (
	"context"
	"errors"

	"coffer/app"
	"coffer/app/fault"

	"github.com/spf13/cobra"
)

type checkJSON struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	Count int64  `json:"count,omitempty"`
	Sum   string `json:"sum,omitempty"`
}

type verifiedJSON struct {
	OK     bool        `json:"ok"`
	Checks []checkJSON `json:"checks"`
}

// damagedError is a check that failed; the person has read of it.
type damagedError struct{ error }

func (e damagedError) Unwrap() error { return e.error }

func (t *terminal) verify() *cobra.Command {
	c := &cobra.Command{
		Use: "verify [BACKUP]", GroupID: groupVault, Short: "check every byte of the vault, or of a backup", Args: cobra.MaximumNArgs(1),
		Long: "Checks key files, every page and their map, tables, rows, what you agreed to, receipts and the ledger. Ends with 10 if anything is wrong. A backup is opened with the\n" +
			"passphrase of its own time, or with --recovery.",
	}
	open := t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
		told, end := t.progress()
		found, err := c.Verify(ctx, func(id string, done, total int64) { told(t.checkName(id), done, total) })
		end()
		if err != nil {
			return err
		}
		return t.printChecks(found)
	})
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return open(cmd, args)
		}
		return t.at(t.verifyBackup)(cmd, args)
	}
	return c
}

func (t *terminal) verifyBackup(ctx context.Context, args []string) (err error) {
	s, err := t.openPlace(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r, err := t.backupSecret(args[0])
	if err != nil {
		return err
	}
	found, err := s.Coffer.VerifyBackup(ctx, r)
	if err != nil {
		return err
	}
	return t.printChecks(found)
}

func (t *terminal) checkName(id string) string {
	switch id {
	case app.CheckKeys:
		return t.Voice.T("terminal.check.keys", "Key files")
	case app.CheckPages:
		return t.Voice.T("terminal.check.pages", "Every page and their map")
	case app.CheckIntegrity:
		return t.Voice.T("terminal.check.integrity", "Tables and search index")
	case app.CheckRows:
		return t.Voice.T("terminal.check.rows", "Rows and their sums")
	case app.CheckRecords:
		return t.Voice.T("terminal.check.records", "What you agreed to")
	case app.CheckReceipts:
		return t.Voice.T("terminal.check.receipts", "Receipts")
	}
	return t.Voice.T("terminal.check.ledger", "Ledger of connections")
}

func (t *terminal) printChecks(found []app.Check) error {
	out := verifiedJSON{OK: true}
	rows := make([][]string, 0, len(found))
	var wrong error
	for _, one := range found {
		mark, count := "✓", ""
		if !one.OK {
			mark, out.OK = "✗", false
			wrong = errors.Join(wrong, one.Err)
		}
		if one.Count > 0 {
			count = t.Voice.Count(int(one.Count))
		}
		rows = append(rows, []string{mark, t.checkName(one.ID), count})
		out.Checks = append(out.Checks, checkJSON{one.ID, one.OK, one.Count, one.Sum})
	}
	var err error
	if t.json {
		err = t.printJSON(out)
	} else {
		t.table(rows, 2)
	}
	for _, one := range found {
		if one.ID == app.CheckLedger && one.Sum != "" {
			t.tell(t.Voice.T("terminal.check.head", "The head of its ledger: {{.Head}}. `coffer ledger --verify --head` holds the ledger of now against it.", "Head", one.Sum))
		}
	}
	if out.OK {
		t.tell(t.Voice.T("terminal.check.whole", "Everything is as it was written."))
		return err
	}
	t.tell(t.Voice.Fault(fault.New(fault.VaultDamaged, "verify", wrong)))
	return errors.Join(toldError{damagedError{wrong}}, err)
}
