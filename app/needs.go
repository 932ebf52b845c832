package app

import (
	"context"
	"io"
	"iter"
	"strings"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/dispute"
	"coffer/app/egress"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/app/vault"
)

// Store is the opened vault as the use cases need it; app/store has it.
type Store interface {
	accountsStore
	registerStore
	matchesStore
	alertsStore
	disputesStore
	linksStore
	egressStore
	vaultStore
	Setting(ctx context.Context, key string) (string, error)
	SetSetting(ctx context.Context, key, value string) error
	Close() error
}

// vaultStore works on the vault that the store is on while nothing else does. told may be nil.
type vaultStore interface {
	Backup(ctx context.Context, v *vault.Vault, dir string) (vault.FoundBackup, error)
	CleanBackup(ctx context.Context, v *vault.Vault, path string, links []consent.LinkID, typed secret.Text) error // anew, without what they brought
	ShredBackup(path string) error                                                                                 // overwritten, then gone
	Restored(ctx context.Context) error                                                                            // once on a vault that a backup was restored to
	Carry(ctx context.Context, v *vault.Vault, told func(done, total int64)) error
	Rekey(ctx context.Context, v *vault.Vault, r vault.Rekeying) (*vault.RecoveryKey, error)
	CheckPages(ctx context.Context, v *vault.Vault, told func(done, total int64)) (pages int64, err error)
	TidyWords(ctx context.Context) error // the search index
	CheckIntegrity(ctx context.Context) error
	CheckRows(ctx context.Context) (transactions int64, sum string, err error)
	WriteEverything(ctx context.Context, w io.Writer, told func(done, total int64)) error // but what opens links
}

type accountsStore interface {
	Accounts(ctx context.Context) ([]ledger.AccountView, error)
	Account(ctx context.Context, id ledger.AccountID) (ledger.AccountView, error)
	SetBookedOnly(ctx context.Context, id ledger.AccountID, only bool, at time.Time) error // what is pending leaves
	SetLeftOut(ctx context.Context, id ledger.AccountID, out bool) error                   // of net worth
	LastRead(ctx context.Context) (time.Time, error)                                       // of any balance; zero: never
	Stored(ctx context.Context, id ledger.AccountID, from, to ledger.Date, aliases []string) ([]ledger.Transaction, []ledger.Tombstone, error)
	Import(ctx context.Context, parts []ledger.FilePart) ([]ledger.Written, error)
	UndoImport(ctx context.Context, ids ...int64) (removed int, err error)
	Months(ctx context.Context, from, to ledger.Month) ([]ledger.MonthSum, error)
	Nets(ctx context.Context, from, to ledger.Date) ([]ledger.DayNet, error)
	Reading(ctx context.Context, id ledger.AccountID) (ledger.Reading, error)
	Gaps(ctx context.Context, id ledger.AccountID) ([]ledger.Gap, error)
	Tally(ctx context.Context, id ledger.AccountID) (ledger.Tally, error)
	KnowDifference(ctx context.Context, id ledger.AccountID, stated, computed money.Amount, known bool) error
	MovementDays(ctx context.Context, from ledger.Date) (map[ledger.AccountID][]ledger.Date, error)
}

type registerStore interface {
	Page(ctx context.Context, f ledger.Filter, o ledger.Order, offset, limit int) ([]ledger.RegisterRow, error)
	Totals(ctx context.Context, f ledger.Filter) (ledger.Totals, error)
	Latest(ctx context.Context, n int) ([]ledger.RegisterRow, error)
	Transaction(ctx context.Context, id ledger.TransactionID) (ledger.Transaction, error)
	SetCategory(ctx context.Context, id ledger.TransactionID, c ledger.Category) (was ledger.Category, err error)
	SetNote(ctx context.Context, id ledger.TransactionID, note string) (was string, err error)
}

// matchesStore is of rows that may be one, and of two that are one transfer.
type matchesStore interface {
	Reviews(ctx context.Context, limit int) ([]ledger.Review, error) // that wait
	Decided(ctx context.Context, limit int) ([]ledger.Review, error)
	CountReviews(ctx context.Context) (int, error)
	ReviewsOf(ctx context.Context, id ledger.TransactionID) (int, error) // that wait
	Decide(ctx context.Context, row, other ledger.TransactionID, v ledger.Verdict) error
	Undecide(ctx context.Context, row, other ledger.TransactionID) error
	Delete(ctx context.Context, id ledger.TransactionID) error
	Undelete(ctx context.Context, id ledger.TransactionID) error
	Deleted(ctx context.Context, limit int) ([]ledger.DeletedRow, error)
	EndingIn(ctx context.Context, end string) ([]ledger.TransactionID, error)
	Days(ctx context.Context) (first, last ledger.Date, err error) // that have rows
	Transfers(ctx context.Context, state ledger.TransferState, limit int) ([]ledger.TransferPair, error)
	TransfersOf(ctx context.Context, id ledger.TransactionID) ([]ledger.TransferPair, error)
	CountTransfers(ctx context.Context) (int, error) // that are proposed
	DecideTransfer(ctx context.Context, out, in ledger.TransactionID, state ledger.TransferState) (was ledger.TransferState, err error)
	MarkTransfer(ctx context.Context, p ledger.TransferPair) (was ledger.TransferState, err error)
	TransferMarks(ctx context.Context) ([]ledger.TransferMark, error)
	TransferRows(ctx context.Context, from, to ledger.Date) (rows []ledger.Transaction, rejected []ledger.TransferPair, err error)
	SaveTransfers(ctx context.Context, from, to ledger.Date, found []ledger.TransferPair) (changed bool, err error)
	ClearTransferMarks(ctx context.Context, marks []ledger.TransferMark) error
}

type alertsStore interface {
	Due(ctx context.Context) (alert.Due, error)
	JudgeState(ctx context.Context, day ledger.Date) ([]byte, error)                        // ErrNotFound: there is none
	JudgeRows(ctx context.Context, from ledger.Date) iter.Seq2[[]ledger.Transaction, error] // of whole days, by rising date
	JudgeAgain(ctx context.Context, from ledger.Date) error
	BookedSums(ctx context.Context) (map[ledger.AccountID]int64, error)
	History(ctx context.Context, id ledger.AccountID, from ledger.Date) iter.Seq2[ledger.Transaction, error]
	Feedback(ctx context.Context) ([]alert.Feedback, error)
	SaveScored(ctx context.Context, d alert.Scored) (fresh bool, err error)
	Alerts(ctx context.Context) ([]alert.Alert, error)
	Withdrawn(ctx context.Context, from ledger.Date) ([]alert.Alert, error)
	Alert(ctx context.Context, id alert.ID) (alert.Alert, error)
	Answer(ctx context.Context, id alert.ID, a alert.Answer, at, until time.Time) (was alert.Alert, err error)
	AnswerEach(ctx context.Context, ids []alert.ID, a alert.Answer, at, until time.Time) (was []alert.Alert, err error)
	RestoreAnswers(ctx context.Context, were []alert.Alert) error
	Answered(ctx context.Context, offset, limit int) (found []alert.Alert, all int, err error)
	TakeUntold(ctx context.Context, at time.Time) ([]alert.Alert, error)                   // unusual ones that wait; they count as told
	TakeNews(ctx context.Context, keys []string, at time.Time) (fresh []string, err error) // that were never taken; they count as told
	PutNewsAway(ctx context.Context, key string, at time.Time) error
	NewsPutAway(ctx context.Context) (keys []string, err error)
	Watchlist(ctx context.Context) (alert.Watchlist, error)
	SaveWatch(ctx context.Context, w alert.Watched) (was alert.Watched, err error)
	RemoveWatch(ctx context.Context, key string) (was alert.Watched, err error)
}

type disputesStore interface {
	SaveDispute(ctx context.Context, d dispute.Dispute) (dispute.Dispute, error) // new
	ChangeDispute(ctx context.Context, id dispute.ID, change func(dispute.Dispute) (dispute.Dispute, error)) (dispute.Dispute, error)
	Disputes(ctx context.Context) ([]dispute.Dispute, error)
	Dispute(ctx context.Context, id dispute.ID) (dispute.Dispute, error)
	DeleteDispute(ctx context.Context, id dispute.ID) (was dispute.Dispute, err error)
	RestoreDispute(ctx context.Context, was dispute.Dispute) error
	BankPhone(ctx context.Context, id ledger.AccountID) (number string, at time.Time, err error)
	SetBankPhone(ctx context.Context, id ledger.AccountID, number string, at time.Time) (was string, err error)
}

type linksStore interface {
	Links(ctx context.Context) ([]consent.Link, error)
	Link(ctx context.Context, id consent.LinkID) (consent.Link, error)
	SetLinkFile(ctx context.Context, id consent.LinkID, file, hash string) error                               // in one step, whatever else happens to the link
	ChangeLink(ctx context.Context, id consent.LinkID, change func(*consent.Link) error) (consent.Link, error) // in one step
	EraseAccounts(ctx context.Context, link consent.LinkID, ids []ledger.AccountID, settings ...string) (consent.Receipt, error)
	Receipts(ctx context.Context) ([]consent.Receipt, error)
	SaveRecord(ctx context.Context, r consent.Record) (consent.Record, error) // chained to the one before
	Records(ctx context.Context) ([]consent.Record, error)
	SaveReceipt(ctx context.Context, r consent.Receipt) (consent.Receipt, error)
	EraseLink(ctx context.Context, id consent.LinkID, settings ...string) (consent.Receipt, error)
	FinishErasing(ctx context.Context) ([]consent.Receipt, error) // what a crash cut off
}

// egressStore is the ledger of connections. VerifyEgress errs with a *egress.Broken for what is
// wrong with the ledger.
type egressStore interface {
	Entries(ctx context.Context, f egress.Filter, offset, limit int) ([]egress.Entry, error)
	EntriesAfter(ctx context.Context, seq int64, limit int) ([]egress.Entry, error) // oldest first
	CountEntries(ctx context.Context, f egress.Filter) (int, error)
	EgressTotals(ctx context.Context) ([]egress.Total, error)
	EgressSlots(ctx context.Context, see func(egress.Slot) bool) error // newest first, until see says no
	EgressHead(ctx context.Context) (egress.Head, error)
	EgressHeadAt(ctx context.Context, seq int64) (egress.Head, error) // zero if there is no such row now
	VerifyEgress(ctx context.Context, kept []egress.Kept, told func(done, total int)) (rows int64, err error)
	PruneEgress(ctx context.Context, before time.Time) (rows int64, err error)
}

// Banks is the network side of an opened vault; main builds it from the rooms under sync.
type Banks interface {
	// BeginLink asks the bank for a consent page. Nothing is stored until its Wait returns.
	BeginLink(ctx context.Context, p Provider, t Terms) (Attempt, error)
	// Refresh reads balances and transactions of a link into the store.
	Refresh(ctx context.Context, id consent.LinkID, present bool, told func(Progress)) (Refreshed, error)
	// Check asks whether a link opens something. ApprovalNeeded: not before the person approves in the
	// bank's phone app.
	Check(ctx context.Context, id consent.LinkID) error
	// Revoke ends the grant and proves it; told hears each step as it happens. A fault of kind
	// RevokePending comes with the receipt so far. ended is the person's word that they have ended it at
	// the bank, where only they can: refused tokens prove it then.
	Revoke(ctx context.Context, id consent.LinkID, ended bool, told func(consent.Proof)) (consent.Receipt, error)
	// Drop shreds the tokens of a revocation that nothing proves.
	Drop(ctx context.Context, id consent.LinkID) (consent.Receipt, error)
	// ListAccounts asks the bank for the accounts of a link and puts their names into its choice.
	ListAccounts(ctx context.Context, id consent.LinkID) error
	// Hold stops what reads a link and keeps others from it until release.
	Hold(ctx context.Context, id consent.LinkID) (release func(), err error)
	// AnswerHost is the person's word on a question that a link keeps.
	AnswerHost(ctx context.Context, id consent.LinkID, a consent.Ask, allow bool) error
	// Close ends every connection. It is called before the store closes.
	Close()
}

// Attempt is a link in the making: the browser is open, or what the person brought is tried.
type Attempt interface {
	// Address is the consent page, for the system browser or to copy; empty where there is none.
	Address() string
	// Wait returns the link once the person approved; it is stored by then.
	Wait(ctx context.Context) (consent.Link, error)
	// Close ends the attempt; the working links are untouched.
	Close()
}

// Provider is a bank that can be linked, as its provider file says.
type Provider struct {
	ID      string
	Name    string // of the bank, as the person knows it
	Country string // ISO 3166-1 alpha-2, more than one with ", " between; or empty
	Demo    bool   // an invented bank on this computer
	Hosts   []string
	Reads   []string // what will be read: "balances", "transactions", "details"
	Days    int      // how long the consent lasts at most
	History int      // days back at most
	SignIn  *SignIn  // of a demo bank: what to type at its page

	File  provider.Provider // all that its file says
	Own   string            // path of the file where it is the person's own; empty: it ships with Coffer
	Lacks []provider.Lack   // what this version can't do for it yet; empty: it can be linked
}

// FromFile returns the bank of a provider file, to be linked by what can be done.
func FromFile(l provider.Listed, can provider.Can) Provider {
	return Provider{
		ID: l.ID, Name: l.Name, Country: strings.Join(l.Countries, ", "), Demo: l.Demo(), Hosts: l.Names(), Reads: l.Reads,
		Days: l.ConsentDays, History: l.HistoryDays, File: l.Provider, Own: l.Own, Lacks: l.Lacks(can),
	}
}

// Shelf is what the provider files say now.
type Shelf struct {
	Providers []Provider
	Broken    []provider.Broken // files of the person's folder that can't be used
	Folder    string            // the person's; empty: there is none here
}

// SignIn is the invented name and password of a demo bank. It opens nothing real.
type SignIn struct {
	Name, Password string
	Phone          string // address of the page that plays the person's phone; empty where the bank needs none
}

// Terms are the person's choices before the browser opens (data minimisation).
type Terms struct {
	HistoryDays int
	ConsentDays int
	Again       consent.LinkID // the link that wants a new sign-in; empty for a new one

	// Ask asks the person about addresses that the bank's metadata names and that its provider file
	// does not list, or that a link has otherwise. It may block until ctx ends; false allows none.
	// Nothing has gone there by then. nil: nobody can be asked, and none is allowed.
	Ask func(ctx context.Context, asks []consent.Ask) (bool, error)

	// Choose asks the person which of the accounts that the bank lists a new link may read; it returns their
	// identities. It may block until ctx ends. An error, or none of them, gives the grant back to the bank.
	// Nothing of the accounts but what it gets has been kept by then. nil: nobody is asked, and all are read.
	Choose func(ctx context.Context, listed []consent.Account) ([]string, error)

	Shown []consent.Line // what the person read before they went on; it is kept with their answers as a consent.Record

	Hash    string                        // of the provider file as the person saw it; empty: it is not compared
	Typed   map[provider.Need]string      // what the person brings, as Provider.File.Needs asks
	Secrets map[provider.Need]secret.Text // of that, what is sealed
}

// Progress is how far the refresh of a link has come.
type Progress struct {
	Link    consent.LinkID
	Bank    string
	Account string // name; empty while the list of accounts is read
	Done    int    // days of the account that are read and saved
	Total   int    // days that will be
	Rows    int    // of the account that came so far

	AccountNo, Accounts int // the account is the nth, from 1, of so many; 0 while the list of accounts is read

	Waits bool // for its turn: nothing was sent yet
	Ended bool // it is over
}

// Refreshed is what a refresh brought.
type Refreshed struct {
	Written  ledger.Written
	Accounts int
	Failed   []AccountFault // accounts that could not be read while others were
}

// AccountFault is one account that failed in a refresh.
type AccountFault struct {
	Account ledger.Account
	Err     error
}
