package terminal

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"

	"github.com/spf13/cobra"
)

// sampleName is how the story's statement file is called.
const sampleName = "harbour-statement.ofx"

// errStory is what the story ends with when a promise was not kept.
var errStory = errors.New("the demo did not go as promised")

func (t *terminal) demo() *cobra.Command {
	var trouble string
	c := &cobra.Command{
		Use: "demo", GroupID: groupStart, Short: "the whole story by itself, with the demo banks: link, read, answer, import, revoke", Args: cobra.NoArgs,
		RunE: t.at(func(ctx context.Context, _ []string) (err error) {
			dir, remove, err := t.MakeTemp()
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, remove()) }()
			if trouble != "" && !slices.Contains(troubles(), trouble) {
				return usageError{fmt.Errorf("--fault %s: it is one of %s", trouble, strings.Join(troubles(), ", "))}
			}
			s := &story{terminal: t, trouble: trouble, place: Place{Dir: dir, Demo: true, Bank: true, Walk: true}, passphrase: secret.New(rand.Text())}
			defer func() { err = errors.Join(err, s.end()) }()
			return s.tellAll(ctx)
		}),
	}
	c.Flags().StringVar(&trouble, "fault", "", "have the second bank make this `trouble`: "+strings.Join(troubles(), ", "))
	return c
}

// troubles are the names of the demo banks' switches.
func troubles() []string {
	return []string{"401", "403", "429", "503", "slow", "cut", "loop", "next", "revoke"}
}

// story is one run of the demo, each step checked as it goes.
type story struct {
	*terminal
	place      Place
	passphrase secret.Text // generated for this run
	session    *Session
	link       consent.LinkID
	trouble    string // that the second bank is to make; empty: none
	before     []accountJSON
	step       int
}

func (s *story) tellAll(ctx context.Context) error {
	for _, chapter := range []func(context.Context) error{
		s.makeVault, s.linkBank, s.lookOffline, s.answer, s.importTwice, s.revokeLink, s.eraseAll, s.secondBank, s.verify,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	s.say(s.Voice.T("demo.done", "The story is told. The demo's vault is removed."))
	return nil
}

// say prints a step of the story.
func (s *story) say(text string) {
	s.step++
	fmt.Fprintf(s.Out, "%2d  %s\n", s.step, text)
}

func (s *story) promise(kept bool, what string) error {
	if kept {
		return nil
	}
	return fmt.Errorf("%w: %s", errStory, what)
}

func (s *story) open(ctx context.Context, bank bool) error {
	if err := s.end(); err != nil {
		return err
	}
	place := s.place
	place.Bank = bank
	session, err := s.Open(ctx, place)
	if err != nil {
		return err
	}
	s.session = session
	return nil
}

func (s *story) reopen(ctx context.Context, bank bool) error {
	if err := s.open(ctx, bank); err != nil {
		return err
	}
	return s.session.Coffer.Unlock(ctx, s.passphrase)
}

func (s *story) end() error {
	if s.session == nil {
		return nil
	}
	session := s.session
	s.session = nil
	return session.Close()
}

func (s *story) makeVault(ctx context.Context) error {
	if err := s.open(ctx, true); err != nil {
		return err
	}
	key, err := s.session.Coffer.SetUp(ctx, s.passphrase)
	if err != nil {
		return err
	}
	s.say(s.Voice.T("demo.vault", "A vault is made in a folder of its own, with a generated passphrase and a recovery key"))
	if err := s.session.Coffer.ConfirmRecovery(ctx, key, key.Groups()); err != nil {
		return err
	}
	s.say(s.Voice.T("demo.recovery", "The recovery key is typed back, group by group"))
	return nil
}

func (s *story) linkBank(ctx context.Context) error {
	c := s.session.Coffer
	p, err := s.pickProvider(c.Providers(), nil)
	if err != nil {
		return err
	}
	shown := s.disclose(p, app.Terms{HistoryDays: p.History, ConsentDays: p.Days})
	s.say(s.Voice.T("demo.walk", "No browser here: the demo bank's own forms are submitted instead (sign in, choose accounts, approve)"))
	if s.link, err = c.LinkBank(ctx, p.ID, app.Terms{HistoryDays: p.History, ConsentDays: p.Days, Shown: shown, Choose: s.chooser("all", false)}, s.linkTold(true, p)); err != nil {
		return err
	}
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return err
	}
	totals, err := c.Totals(ctx, ledger.Filter{})
	if err != nil {
		return err
	}
	s.say(s.Voice.T("demo.linked", "{{.Bank}} is linked: {{.Accounts}} accounts, {{.Rows}} transactions", "Bank", p.Name, "Accounts", len(accounts), "Rows", s.Voice.Count(totals.Count())))
	s.before = s.snapshot(accounts)
	if err := s.promise(len(accounts) > 0 && totals.Count() > 0, "the bank gave nothing"); err != nil {
		return err
	}
	return s.printBalances(accounts, c.Now())
}

func (s *story) snapshot(accounts []ledger.AccountView) []accountJSON {
	all := make([]accountJSON, 0, len(accounts))
	for _, a := range accounts {
		all = append(all, jsonAccount(a))
	}
	return all
}

func (s *story) lookOffline(ctx context.Context) error {
	if err := s.reopen(ctx, false); err != nil {
		return err
	}
	s.say(s.Voice.T("demo.offline", "Everything is closed and the bank is stopped. Opened again, from the vault alone:"))
	accounts, err := s.session.Coffer.Accounts(ctx)
	if err != nil {
		return err
	}
	same := slices.EqualFunc(s.before, s.snapshot(accounts), func(a, b accountJSON) bool {
		return a.ID == b.ID && equalAmount(a.Booked, b.Booked) && equalAmount(a.Available, b.Available)
	})
	if err := s.promise(same, "the balances changed while nothing was read"); err != nil {
		return err
	}
	return s.printBalances(accounts, s.session.Coffer.Now())
}

func equalAmount(a, b *amountJSON) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func (s *story) answer(ctx context.Context) error {
	c := s.session.Coffer
	found, err := c.Alerts(ctx)
	if err != nil {
		return err
	}
	s.say(s.Voice.T("demo.alerts", "What is unusual, judged on this computer:"))
	if err := s.printAlerts(c, found, false); err != nil {
		return err
	}
	if err := s.promise(len(found) >= 2, "fewer than two alerts"); err != nil {
		return err
	}
	for i, a := range []alert.Answer{alert.Mine, alert.NotMine} {
		if _, err := c.Answer(ctx, found[i].ID, a); err != nil {
			return err
		}
	}
	if err := s.reopen(ctx, true); err != nil {
		return err
	}
	for i, a := range []alert.Answer{alert.Mine, alert.NotMine} {
		got, err := s.session.Coffer.Alert(ctx, found[i].ID)
		if err != nil {
			return err
		}
		if err := s.promise(got.Answer == a, "an answer did not stick"); err != nil {
			return err
		}
	}
	s.say(s.Voice.T("demo.answers", "Answered: the first mine, the second not mine. Closed and opened again, the answers are there"))
	return nil
}

func (s *story) importTwice(ctx context.Context) error {
	var added [2]int
	for i := range added {
		preview, err := s.session.Coffer.PreviewImport(ctx, sampleName, bytes.NewReader(s.Sample), nil)
		if err != nil {
			return err
		}
		done, err := s.session.Coffer.Import(ctx, preview)
		if err != nil {
			return err
		}
		added[i] = done.Added
	}
	s.say(s.Voice.T("demo.import", "A statement file is read: {{.First}} new rows. Read again: {{.Second}} new rows", "First", added[0], "Second", added[1]))
	return s.promise(added[0] > 0 && added[1] == 0, "the second import doubled rows")
}

func (s *story) revokeLink(ctx context.Context) error {
	c := s.session.Coffer
	if _, err := c.Refresh(ctx, s.link); err != nil {
		return err
	}
	s.say(s.Voice.T("demo.refresh", "The bank runs again, and a refresh reads what is new"))
	receipt, err := c.Revoke(ctx, s.link, s.proofTold())
	if err != nil {
		return err
	}
	if err := s.promise(receipt.Proved, "the revocation was not proved"); err != nil {
		return err
	}
	s.say(s.Voice.T("demo.revoked", "Revoked, and proved. Receipt {{.Hash}}", "Hash", receipt.Hash))
	s.say(s.Voice.T("demo.bank-log", "What the bank itself saw:"))
	for _, line := range s.session.BankLog() {
		fmt.Fprintln(s.Out, "      "+line)
	}
	if _, err := c.Refresh(ctx, s.link); fault.KindOf(err) != fault.NotFound {
		return s.promise(false, "a revoked link was read")
	}
	return nil
}

func (s *story) eraseAll(ctx context.Context) error {
	receipt, err := s.session.Coffer.Erase(ctx, s.link, nil)
	if err != nil {
		return err
	}
	rows, accounts := receipt.Erasure.Count(consent.GoneTransactions), receipt.Erasure.Count(consent.GoneAccounts)
	s.say(s.Voice.T("demo.erased", "What was read through the link is erased: {{.Rows}} transactions of {{.Accounts}} accounts", "Rows", s.Voice.Count(rows), "Accounts", accounts))
	return s.promise(rows > 0, "nothing was erased")
}

func (s *story) verify(ctx context.Context) error {
	sent, hosts, err := s.session.Coffer.Sent(ctx)
	if err != nil {
		return err
	}
	chain, err := s.session.Coffer.VerifyLedger(ctx, nil)
	if err == nil {
		err = chain.Err()
	}
	if err != nil {
		return err
	}
	s.say(s.Voice.T("demo.ledger", "The ledger of connections is whole: {{.Sent}} sent to {{.Hosts}} host, the demo bank on this computer, and nothing to anyone else", "Sent", s.Voice.Bytes(sent), "Hosts", hosts))
	return nil
}
