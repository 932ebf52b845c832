// Package terminal is Coffer without a window: the commands, their words and their JSON.
package terminal

import (
	"context"
	"errors"
	"io"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/holder"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

// Place says which vault a command works on, and who plays the browser and the bank.
type Place struct {
	Dir   string // folder that holds the vaults; empty: the person's own
	Vault string // name of one of several vaults; empty: the first
	Demo  bool   // the demo's own vault; never the real one
	Bank  bool   // start the demo bank (with Demo only)
	Walk  bool   // submit the demo bank's forms without a browser (with Demo only)

	Hidden bool // the window starts in the tray, locked, where there is one
}

// Session is an opened place. The vault in it is still locked.
type Session struct {
	Coffer  *app.Coffer
	BankLog func() []string // what the demo bank itself saw; nil without one
	Close   func() error    // locks the vault and stops the demo bank

	Press   func(ctx context.Context) error // approves on the page that plays the phone; nil without a demo bank
	Trouble func(bank, name string) error   // turns a switch of a demo bank on; nil without one
	Heal    func()                          // turns all off
}

// Config is what main hands in.
type Config struct {
	Args     []string
	In       io.Reader
	Out, Err io.Writer
	Hidden   func(prompt string) (string, error) // asks without showing what is typed; nil where nobody can be asked
	Voice    *say.Voice
	Version  string
	Open     func(ctx context.Context, p Place) (*Session, error)
	Window   func(ctx context.Context, p Place) error // what runs without a command
	MakeTemp func() (dir string, remove func() error, err error)
	Sample   []byte // a statement file for the demo story

	Holder    func(p Place) (holder.Address, error) // where the process that holds a vault is asked; nil: nowhere
	Languages []string                              // what Voice was chosen by
	Files     holder.Files                          // nil: this process's own
	Asked     *Asked                                // nil: this is the person's own process
}

// The exit codes, as `coffer help` lists them.
const (
	ExitOK       = 0
	ExitFailed   = 1
	ExitUsage    = 2
	ExitLocked   = 3 // wrong passphrase, or none given
	ExitInUse    = 4 // another Coffer holds the vault
	ExitBank     = 5 // the bank did not answer, or asks to wait
	ExitSignIn   = 6 // the bank wants the person to sign in again, or the person said no
	ExitFile     = 7 // a statement file can't be read
	ExitPending  = 8 // stopped here, not yet revoked at the bank
	ExitNoVault  = 9
	ExitDamaged  = 10 // the vault, or a backup of it
	ExitCanceled = 130
)

const longHelp = `Coffer keeps your bank balances and transactions on this computer, sealed. It talks to
the banks you link, and to nobody else.

Without a command it opens its window. Most commands ask for the passphrase; a script gives
it through a file descriptor. Results go to the output, questions and troubles to the error
output. With --json the output is one JSON document, and a failure one line of JSON, the last
of the error output.`

const examples = `  coffer demo                      the whole story with an invented bank, by itself
  coffer setup                     make your vault
  coffer import statement.ofx      read a statement file from any bank
  coffer transactions --search ">100" --from 2026-01-01
  coffer backup                    one file, sealed; coffer restore brings it back
  coffer verify                    check every byte of the vault
  coffer --passphrase-fd 3 balances --json 3< passphrase-file

Exit codes:
  0  done                          5  the bank did not answer, or asks to wait
  1  failed                        6  sign in again, or no was said at the bank
  2  wrong usage                   7  a file that can't be read
  3  passphrase                    8  not yet revoked at the bank
  4  the vault is in use           9  no vault yet
 10  the vault is damaged, or the backup                     130  cancelled`

// The groups of commands in the help.
const (
	groupStart = "start"
	groupLook  = "look"
	groupBank  = "bank"
	groupFile  = "file"
	groupVault = "vault"
)

// terminal is one run of one command.
type terminal struct {
	Config
	place Place
	alone bool // with the demo's vault, but without its bank
	json  bool
	vault bool // the command works on the open vault
	lost  bool // the passphrase: the recovery key opens the vault
	fd    int
	ring  bool        // false: the keyring is not asked
	given secret.Text // the passphrase that opened the vault in this run
	typed secret.Text // what came from fd
	saved secret.Text // the recovery key that opened the vault in this run
	lines *lineReader
}

// Run runs the command in c.Args and returns the exit code.
func Run(ctx context.Context, c Config) int {
	out := &results{to: c.Out}
	c.Out = out
	t := &terminal{Config: c, fd: -1, lines: newLineReader(c.In)}
	if t.Files == nil {
		t.Files = ownFiles{}
	}
	root := t.root()
	root.SetArgs(c.Args)
	err := out.whole(root.ExecuteContext(ctx))
	if err == nil {
		return ExitOK
	}
	var elsewhere endedError
	if errors.As(err, &elsewhere) {
		return int(elsewhere)
	}
	var cut outputError
	if errors.As(err, &cut) {
		return t.complain(ExitFailed, t.cut(err))
	}
	var wrong usageError
	if errors.As(err, &wrong) {
		return t.complain(ExitUsage, err.Error())
	}
	if fault.Of(err) == nil && isUsage(err) {
		return t.complain(ExitUsage, err.Error()+"\n"+c.Voice.T("terminal.see-help", "coffer help lists the commands."))
	}
	var told toldError
	if errors.Is(err, errStory) {
		return t.complain(exitCode(err), err.Error())
	}
	if errors.As(err, &told) {
		return exitCode(err)
	}
	return t.complain(exitCode(err), c.Voice.Fault(err))
}

type usageError struct{ error }

// toldError marks an error that the person has been told of.
type toldError struct{ error }

func (e toldError) Unwrap() error { return e.error }

// isUsage tells cobra's complaints about words and flags, which carry no type, from ours.
func isUsage(err error) bool {
	var ours commandError
	return !errors.As(err, &ours) && !errors.Is(err, context.Canceled)
}

// commandError marks an error that came from a command at work.
type commandError struct{ error }

func (e commandError) Unwrap() error { return e.error }

func exitCode(err error) int {
	switch fault.KindOf(err) {
	case fault.Canceled:
		return ExitCanceled
	case fault.WrongPassphrase, fault.WeakPassphrase, fault.Locked, fault.KeyringLocked:
		return ExitLocked
	case fault.VaultInUse:
		return ExitInUse
	case fault.Offline, fault.BankDown, fault.BankPaused, fault.BankUnexpected, fault.HostRefused, fault.ProxyFailed, fault.SubscriptionLapsed:
		return ExitBank
	case fault.LoginNeeded, fault.ConsentDenied, fault.LinkTimedOut, fault.KeyRefused, fault.ApprovalNeeded:
		return ExitSignIn
	case fault.BadFile, fault.UnknownFormat:
		return ExitFile
	case fault.RevokePending:
		return ExitPending
	case fault.VaultMissing:
		return ExitNoVault
	case fault.VaultDamaged:
		if told := (toldError{}); !errors.As(err, &told) { // a chain that is not whole is no damaged vault
			return ExitDamaged
		}
	}
	if damaged := (damagedError{}); errors.As(err, &damaged) {
		return ExitDamaged
	}
	return ExitFailed
}

func (t *terminal) root() *cobra.Command {
	root := &cobra.Command{
		Use: "coffer", Short: "Your bank balances on your computer", Long: longHelp, Example: examples, Version: t.Version,
		SilenceErrors: true, SilenceUsage: true, Args: cobra.NoArgs,
		RunE: t.at(func(ctx context.Context, _ []string) error { return t.Window(ctx, t.place) }),
	}
	root.SetOut(t.Out)
	root.SetErr(t.Err)
	flags := root.PersistentFlags()
	flags.StringVar(&t.place.Dir, "data", "", "`folder` that holds the vault (default: your own)")
	flags.StringVar(&t.place.Vault, "vault", "", "`name` of one of several vaults, each for one person (default: the first)")
	flags.BoolVar(&t.place.Demo, "demo", false, "work on the demo's own vault, with the demo bank")
	flags.BoolVar(&t.alone, "without-bank", false, "with --demo: leave the demo bank off, as when it can't be reached")
	flags.BoolVar(&t.json, "json", false, "print JSON")
	flags.IntVar(&t.fd, "passphrase-fd", -1, "read the passphrase from this file `descriptor`")
	flags.Lookup("passphrase-fd").DefValue = "0" // the help is not to name a default
	flags.BoolVar(&t.lost, "recovery", false, "open the vault with the recovery key instead of the passphrase")
	noRing := flags.Bool("no-keyring", false, "don't ask this computer's keyring, but for the passphrase")
	root.PersistentPreRun = func(*cobra.Command, []string) { t.ring = !*noRing }
	root.Flags().BoolVar(&t.place.Hidden, "hidden", false, "start in the tray, locked, if there is one: as at login")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddGroup(&cobra.Group{ID: groupStart, Title: "Start:"}, &cobra.Group{ID: groupLook, Title: "Look, without any network:"},
		&cobra.Group{ID: groupBank, Title: "Banks:"}, &cobra.Group{ID: groupFile, Title: "Files:"},
		&cobra.Group{ID: groupVault, Title: "The vault:"})
	root.AddCommand(t.setup(), t.link(), t.sync(), t.balances(), t.transactions(), t.review(), t.transfers(), t.alerts(), t.watch(), t.dispute(),
		t.banks(), t.accounts(), t.hosts(), t.revoke(), t.erase(), t.receipt(), t.importFile(), t.undoImport(), t.ledger(), t.demo(),
		t.backup(), t.restore(), t.verify(), t.keys(), t.lockAfter(), t.proxy(), t.schedule(), t.vaults(), t.export(), t.deleteVault())
	return root
}

// at makes a command's work of run.
func (t *terminal) at(run func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		t.place.Bank = t.place.Demo && !t.alone
		if t.Asked != nil && !t.vault {
			return commandError{t.inWindow()}
		}
		if err := run(c.Context(), args); err != nil {
			return commandError{err}
		}
		return nil
	}
}

// onVault is at for a command that works on the open vault, and so may be asked for over the socket.
func (t *terminal) onVault(run func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	work := t.at(run)
	return func(c *cobra.Command, args []string) error {
		t.vault = true
		return work(c, args)
	}
}

// unlocked makes a command's work of run on the open vault.
func (t *terminal) unlocked(run func(ctx context.Context, c *app.Coffer, args []string) error) func(*cobra.Command, []string) error {
	return t.onVault(func(ctx context.Context, args []string) (err error) {
		if t.Asked != nil {
			return run(ctx, t.Asked.Coffer, args)
		}
		if asked, err := t.ask(ctx); asked || err != nil {
			return err
		}
		s, err := t.Open(ctx, t.place)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		if err := t.unlock(ctx, s.Coffer); err != nil {
			return err
		}
		t.finishShredding(ctx, s.Coffer)
		return run(ctx, s.Coffer, args)
	})
}

// here is offline for what no terminal does through the window: it changes what opens the vault or
// when it locks, or ends it.
func (t *terminal) here(run func(ctx context.Context, c *app.Coffer, args []string) error) func(*cobra.Command, []string) error {
	return t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
		if t.Asked != nil {
			return t.inWindow()
		}
		return run(ctx, c, args)
	})
}

// offline is unlocked for a command that needs no bank: the demo bank stays off.
func (t *terminal) offline(run func(ctx context.Context, c *app.Coffer, args []string) error) func(*cobra.Command, []string) error {
	work := t.unlocked(run)
	return func(c *cobra.Command, args []string) error {
		t.alone = true
		return work(c, args)
	}
}
