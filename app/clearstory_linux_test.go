//go:build !race

package app_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	_ "modernc.org/sqlite"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/assets"
	"coffer/ui/say"
	"coffer/ui/terminal"
)

// story is a first day: set-up, link, look, answer, note, import, lock, unlock, refresh.
func (c *clearChild) story(ctx context.Context) error {
	return c.inTurn(ctx, c.start, c.setUp, c.linkBank, c.lookAround, c.answerAlerts, c.writeNotes, c.importFile, c.lookAround,
		c.print, c.lockUp, c.unlockWithRecovery, c.nextDay, c.lockUp)
}

func (c *clearChild) setUp(ctx context.Context) error {
	key, err := c.coffer.SetUp(ctx, secret.New(c.Passphrase))
	if err != nil {
		return err
	}
	groups := key.Groups()
	c.Recovery = key.Text().Reveal()
	c.tell("recovery key", c.Recovery, strings.Join(groups[:], " "), strings.Join(groups[:], ""))
	return errors.Join(c.coffer.ConfirmRecovery(ctx, key, groups), c.say("set up"))
}

func (c *clearChild) linkBank(ctx context.Context) (err error) {
	c.Link, err = c.coffer.LinkBank(ctx, northlight, app.Terms{HistoryDays: history, ConsentDays: 90}, func(p app.LinkingProgress) {
		page, err := url.Parse(p.Address)
		if err != nil {
			return
		}
		for _, values := range page.Query() {
			if len(values[0]) >= 20 {
				c.tell("authorization", values[0])
			}
		}
	})
	return errors.Join(err, c.tellTokens(ctx), c.tellBooks(ctx), c.say("linked"))
}

func (c *clearChild) tellTokens(ctx context.Context) error {
	credential, err := c.store.Credential(ctx, c.Link)
	c.tell("token", credential.Access.Reveal(), credential.Refresh.Reveal(), credential.Key.Reveal())
	return err
}

// tellBooks tells every payee and account that the vault shows.
func (c *clearChild) tellBooks(ctx context.Context) error {
	accounts, err := c.coffer.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		c.tell("account", a.Name, a.Bank, a.Name+" ·· "+a.Masked, "·· "+a.Masked, "··"+a.Masked)
		if booked := a.Balance.Booked; booked.Currency != "" && len(booked.Decimal()) > clearShortest {
			c.tell("balance", booked.Decimal())
		}
	}
	rows, err := c.coffer.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 1e6)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, row := range rows {
		if known[row.Payee] || len(row.Payee) > clearLongest {
			continue // long ones are of a statement: its canaries are known
		}
		known[row.Payee] = true
		detail, err := c.coffer.Transaction(ctx, row.ID)
		if err != nil {
			return err
		}
		c.tell("payee", row.Payee, detail.Text, detail.Memo)
	}
	return nil
}

// lookAround asks for pages of the register in every order, with searches, one larger than
// SQLite keeps in memory of its own accord.
func (c *clearChild) lookAround(ctx context.Context) error {
	for _, f := range []ledger.Filter{{}, {Search: "harbour"}, {Search: ">20 bakery"}, {Search: "way home"}, {Pending: true}, {Category: ledger.Groceries}} {
		for order := ledger.NewestFirst; order <= ledger.AmountDown; order++ {
			if _, err := c.coffer.Rows(ctx, f, order, 3, 1e6); err != nil {
				return err
			}
		}
		if _, err := c.coffer.Totals(ctx, f); err != nil {
			return err
		}
	}
	_, err := c.coffer.Overview(ctx)
	return errors.Join(err, c.say("looked around"))
}

func (c *clearChild) answerAlerts(ctx context.Context) error {
	found, err := c.coffer.Alerts(ctx)
	if err != nil || len(found) < 2 {
		return fmt.Errorf("%d alerts: %w", len(found), err)
	}
	for i, a := range []alert.Answer{alert.Mine, alert.NotMine} {
		_, err := c.coffer.Alert(ctx, found[i].ID)
		_, failed := c.coffer.Answer(ctx, found[i].ID, a)
		if err := errors.Join(err, failed); err != nil {
			return err
		}
	}
	return c.say("answered")
}

func (c *clearChild) writeNotes(ctx context.Context) error {
	rows, err := c.coffer.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, len(c.Notes))
	if err != nil || len(rows) < len(c.Notes) {
		return fmt.Errorf("%d rows: %w", len(rows), err)
	}
	for i, note := range c.Notes {
		_, err := c.coffer.SetNote(ctx, rows[i].ID, note)
		_, failed := c.coffer.SetCategory(ctx, rows[i].ID, ledger.Travel)
		if err := errors.Join(err, failed); err != nil {
			return err
		}
	}
	return c.say("noted")
}

func (c *clearChild) preview(ctx context.Context) (app.ImportPreview, error) {
	file, err := os.Open(c.Statement)
	if err != nil {
		return app.ImportPreview{}, err
	}
	defer file.Close()
	return c.coffer.PreviewImport(ctx, c.Statement, file, nil)
}

func (c *clearChild) importFile(ctx context.Context) error {
	preview, err := c.preview(ctx)
	if err != nil {
		return err
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := c.coffer.Import(stopped, preview); fault.KindOf(err) != fault.Canceled {
		return fmt.Errorf("a cancelled import: %w", err)
	}
	if err := c.say("import cancelled"); err != nil {
		return err
	}
	done, err := c.coffer.Import(ctx, preview)
	if err != nil || done.Added != preview.New() || done.Added == 0 {
		return fmt.Errorf("%d of %d rows: %w", done.Added, preview.New(), err)
	}
	return c.say("imported")
}

// print is the export there is: the terminal's list of everything, here kept in memory.
func (c *clearChild) print(context.Context) error {
	voice, err := say.New(assets.FS)
	if err != nil {
		return err
	}
	var out, complaints bytes.Buffer
	for _, args := range [][]string{{"--json", "transactions", "--limit", "1000000"}, {"--json", "balances"}} {
		if terminal.Run(context.Background(), terminal.Config{
			Args: args, In: strings.NewReader(""), Out: &out, Err: &complaints, Voice: voice, Version: "test",
			Hidden: func(string) (string, error) { return c.Passphrase, nil },
			Open: func(context.Context, terminal.Place) (*terminal.Session, error) {
				return &terminal.Session{Coffer: c.coffer, Close: func() error { return nil }}, nil
			},
		}) != terminal.ExitOK {
			return errors.New(complaints.String())
		}
	}
	c.Export = out.Bytes()
	err = c.say("printed")
	c.Export = nil
	return err
}

func (c *clearChild) lockUp(context.Context) error {
	return errors.Join(c.coffer.Lock(), c.say("locked"))
}

func (c *clearChild) unlockWithRecovery(ctx context.Context) error {
	return errors.Join(c.coffer.UnlockWithRecovery(ctx, secret.New(c.Recovery)), c.say("unlocked with the recovery key"))
}

func (c *clearChild) unlockWithPassphrase(ctx context.Context) error {
	return errors.Join(c.coffer.Unlock(ctx, secret.New(c.Passphrase)), c.say("unlocked with the passphrase"))
}

// nextDay refreshes when the access token has ended: both tokens are new then.
func (c *clearChild) nextDay(ctx context.Context) error {
	c.clock.move(24 * time.Hour)
	_, err := c.coffer.Refresh(ctx, c.Link)
	return errors.Join(err, c.tellTokens(ctx), c.tellBooks(ctx), c.say("refreshed"))
}

// working says that the child may be killed from now on. It ends with its parent.
func (c *clearChild) working(context.Context) error {
	if err := c.say("working"); err != nil {
		return err
	}
	go func() {
		_, _ = c.in.Read(make([]byte, 1))
		os.Exit(1)
	}()
	return nil
}

func (c *clearChild) refreshForEver(ctx context.Context) error {
	err := c.inTurn(ctx, c.start, c.unlockWithRecovery, c.nextDay, c.working)
	for err == nil {
		c.clock.move(time.Hour)
		_, err = c.coffer.Refresh(ctx, c.Link)
	}
	return err
}

func (c *clearChild) importForEver(ctx context.Context) error {
	err := c.inTurn(ctx, c.start, c.unlockWithRecovery, c.working)
	for err == nil {
		preview, failed := c.preview(ctx)
		done, refused := c.coffer.Import(ctx, preview)
		err = errors.Join(failed, refused, c.coffer.UndoImport(ctx, done.IDs))
	}
	return err
}

// ending opens what the killed ones left, revokes the link and erases what it brought.
func (c *clearChild) ending(ctx context.Context) error {
	return c.inTurn(ctx, c.start, c.unlockWithPassphrase, c.nextDay, c.revoke, c.erase, c.lockUp)
}

func (c *clearChild) revoke(ctx context.Context) error {
	receipt, err := c.coffer.Revoke(ctx, c.Link, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		return fmt.Errorf("revoked, proved %v: %w", receipt.Proved, err)
	}
	return c.say("revoked")
}

func (c *clearChild) erase(ctx context.Context) error {
	erased, err := c.coffer.Erase(ctx, c.Link, nil)
	if err != nil || erased.Erasure.Count(consent.GoneTransactions) == 0 {
		return fmt.Errorf("no rows erased: %w", err)
	}
	return errors.Join(ledgerErr(ctx, c.coffer), c.say("erased"))
}

// clearLogged is what the control lets slip into its log.
const clearLogged = "Leaky Tap Plumbing"

// plain is the control: a program that keeps the same in plain SQLite, prints an export and logs.
func (c *clearChild) plain(ctx context.Context) error {
	if err := os.WriteFile("export.json", c.Export, 0o600); err != nil {
		return err
	}
	for name, encoding := range map[string]string{"plain.db": "UTF-8", "wide.db": "UTF-16le"} {
		if err := c.plainDatabase(ctx, name, encoding); err != nil {
			return err
		}
	}
	c.log.Info("synced", "payee", clearLogged)
	return errors.Join(os.WriteFile("forms", bytes.Join(c.Forms, []byte("\n")), 0o600), c.say("written"))
}

func (c *clearChild) plainDatabase(ctx context.Context, name, encoding string) (err error) {
	db, err := sql.Open("sqlite", "file:"+name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "PRAGMA encoding='"+encoding+"'; PRAGMA journal_mode=WAL; PRAGMA temp_store=FILE; "+c.Schema+"; BEGIN"); err != nil {
		return err
	}
	const row = `INSERT INTO transactions (id, account, status, minor, currency, payee, category, text, memo, note, missing, rev)
		VALUES (randomblob(16), 1, 0, 1, 'USD', ? || ?, '', '', '', '', 0, 1)`
	for _, n := range c.Needles {
		if _, err := db.ExecContext(ctx, row, n.Text, strings.Repeat(" on the way home", 140)); err != nil {
			return err
		}
	}
	if _, err := db.ExecContext(ctx, "COMMIT"); err != nil {
		return err
	}
	var rows int
	return db.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT key FROM transactions ORDER BY payee COLLATE NOCASE, key DESC LIMIT 1000000 OFFSET 1)").Scan(&rows)
}
