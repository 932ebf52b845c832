package terminal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/dispute"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/ui/paper"

	"github.com/spf13/cobra"
)

const (
	disputeLong = `What to do about a charge that you did not make: first of all, contact your bank. Opened from an
alert or from transactions of one account, a dispute holds the steps in their order, the outer limits
that the law sets by country and instrument, the letter with its evidence, and how far it has come.
This is help with words and dates, not legal advice.`

	setLong = `Sets one answer; without a value it is taken back. Several values are lines.

  phone        the bank's number, from the back of the card or a statement
  pack         did you, or anybody you let, make or approve it? unauthorised (no), tricked, went-wrong
  country      of the bank: US, GB, DE, ...
  instrument   credit-card, debit-card, cash-machine, prepaid-card, direct-debit, transfer, wire, cheque
  lost         yes: the card or its code was lost or stolen; no: you have it
  new-account  yes: opened in the 30 days before
  in-shop      yes: a debit card at a till
  abroad       yes: begun in another country
  learned      the day on which you noticed, as 2026-11-22
  statement    the day on which the first statement that shows it was sent; charge: count from the charge
  told         the day on which you told the bank
  letter       the day on which your letter was there
  complained   the day on which the bank had your complaint
  final        the day of the bank's final answer
  cycle-day    the day of the month on which the card's billing cycle closes
  reference    that the bank gave you
  name         your name and address, for the letter
  bank         the bank's name and address, for the letter
  words        paragraphs of your own in place of the letter's`
)

func (t *terminal) dispute() *cobra.Command {
	c := &cobra.Command{Use: "dispute", GroupID: groupLook, Short: "what to do about a charge that you did not make", Long: disputeLong, Args: cobra.NoArgs}
	list := t.disputeList()
	c.RunE = list.RunE
	c.Flags().AddFlagSet(list.Flags())
	c.AddCommand(t.disputeOpen(), list, t.disputeShow(), t.disputeStep(), t.disputeSet(), t.disputeTrack(), t.disputeExport(),
		t.disputeDo("undo", "take back what was noted last", func(ctx context.Context, c *app.Coffer, id dispute.ID) error {
			return second(c.UndoDispute(ctx, id))
		}),
		t.disputeDo("mine", "it was you after all: close it, and answer its alert so", func(ctx context.Context, c *app.Coffer, id dispute.ID) error {
			return c.MineAfterAll(ctx, id)
		}),
		t.disputeDo("close", "look no further; undo opens it again", func(ctx context.Context, c *app.Coffer, id dispute.ID) error {
			return c.NoteDispute(ctx, id, dispute.Event{What: dispute.Closed})
		}),
		t.disputeDo("delete", "forget it", func(ctx context.Context, c *app.Coffer, id dispute.ID) error {
			return second(c.DeleteDispute(ctx, id))
		}))
	return c
}

func second[T any](_ T, err error) error { return err }

// disputeDo is a command on one dispute.
func (t *terminal) disputeDo(word, short string, do func(context.Context, *app.Coffer, dispute.ID) error) *cobra.Command {
	return &cobra.Command{
		Use: word + " ID", Short: short, Args: cobra.ExactArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			d, err := pickDispute(ctx, c, args[0])
			if err == nil {
				err = do(ctx, c, d.ID)
			}
			if err != nil {
				return err
			}
			return t.disputeDone(word, d.ID)
		}),
	}
}

func (t *terminal) disputeDone(word string, id dispute.ID) error {
	if t.json {
		return t.printJSON(map[string]any{"did": word, "id": id})
	}
	if word == "delete" {
		t.tell(t.Voice.T("dispute.deleted", "The dispute is forgotten. What you said of its alert stays"))
		return nil
	}
	t.tell(t.Voice.T("dispute.done", "Noted. coffer dispute show {{.ID}} tells what is next", "ID", short(string(id))))
	return nil
}

func (t *terminal) disputeOpen() *cobra.Command {
	return &cobra.Command{
		Use: "open ID...", Short: "open a dispute of an alert, or of transactions of one account", Args: cobra.MinimumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			d, err := openDispute(ctx, c, args)
			if err != nil {
				return err
			}
			view, err := c.Dispute(ctx, d.ID)
			if err != nil {
				return err
			}
			return t.printDispute(c, view)
		}),
	}
}

// openDispute opens the dispute of the alert that the only word names, else of the transactions that the words name.
func openDispute(ctx context.Context, c *app.Coffer, words []string) (dispute.Dispute, error) {
	if len(words) == 1 {
		found, err := c.Alerts(ctx)
		if err != nil {
			return dispute.Dispute{}, err
		}
		if slices.ContainsFunc(found, func(a app.AlertView) bool { return namesAlert(a.ID, words[0]) }) {
			id, err := pickAlert(found, words[0])
			if err != nil {
				return dispute.Dispute{}, err
			}
			return c.DisputeAlert(ctx, id)
		}
	}
	rows := make([]ledger.TransactionID, len(words))
	for i, word := range words {
		var err error
		if rows[i], err = pickTransaction(ctx, c, word); err != nil {
			return dispute.Dispute{}, err
		}
	}
	return c.DisputeRows(ctx, rows...)
}

func namesAlert(id alert.ID, word string) bool {
	return string(id) == word || len(word) >= shortest && strings.HasSuffix(string(id), word)
}

// pickDispute finds the dispute whose id is word or ends with it.
func pickDispute(ctx context.Context, c *app.Coffer, word string) (app.DisputeView, error) {
	all, err := c.Disputes(ctx)
	if err != nil {
		return app.DisputeView{}, err
	}
	var found []app.DisputeView
	for _, d := range all {
		if string(d.ID) == word || len(word) >= shortest && strings.HasSuffix(string(d.ID), word) || word == "" && !d.Standing.Closed {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		if word == "" {
			return app.DisputeView{}, usageError{fmt.Errorf("%d disputes are open: name one, coffer dispute list lists them", len(found))}
		}
		return app.DisputeView{}, usageError{fmt.Errorf("%d disputes are called %q: coffer dispute list lists them", len(found), word)}
	}
	return found[0], nil
}

func (t *terminal) disputeStep() *cobra.Command {
	return &cobra.Command{
		Use: "step ID STEP", Short: "mark a step as done", Args: cobra.ExactArgs(2),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			d, err := pickDispute(ctx, c, args[0])
			if err != nil {
				return err
			}
			step := dispute.Step(args[1])
			if !slices.Contains(d.Steps, step) {
				return usageError{fmt.Errorf("%q is no step of this dispute: its steps are %s", args[1], joined(d.Steps))}
			}
			if err := c.NoteDispute(ctx, d.ID, dispute.Event{What: dispute.StepDone, Step: step}); err != nil {
				return err
			}
			return t.disputeDone("step", d.ID)
		}),
	}
}

func joined[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, w := range all {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

func (t *terminal) disputeSet() *cobra.Command {
	return &cobra.Command{
		Use: "set ID ANSWER [VALUE...]", Short: "answer a question: country, instrument, days, the bank's number, ...", Long: setLong, Args: cobra.MinimumNArgs(2),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			const phone = "phone"
			if key := args[1]; key != phone && !slices.Contains(dispute.Keys(), key) {
				return usageError{fmt.Errorf("%q is no question of a dispute: %s, %s", key, phone, joined(dispute.Keys()))}
			}
			d, err := pickDispute(ctx, c, args[0])
			if err != nil {
				return err
			}
			if text := strings.Join(args[2:], "\n"); args[1] == phone {
				err = second(c.SetBankPhone(ctx, d.Account.ID, text))
			} else {
				err = second(c.SetDisputeAnswer(ctx, d.ID, args[1], text))
			}
			if err != nil {
				return misfit(err)
			}
			return t.disputeDone("set", d.ID)
		}),
	}
}

// misfit is wrong usage where the person's own word did not fit.
func misfit(err error) error {
	if errors.Is(err, dispute.ErrAnswer) {
		return usageError{fmt.Errorf("%w: coffer dispute set --help lists what can be answered", err)}
	}
	return err
}

// tracks are the words of dispute track.
var tracks = map[string]dispute.Event{
	"reported": {What: dispute.Reported}, "credited": {What: dispute.Credited},
	"paid": {What: dispute.Resolved, Outcome: dispute.Paid}, "in-part": {What: dispute.Resolved, Outcome: dispute.InPart},
	"refused": {What: dispute.Resolved, Outcome: dispute.Refused},
}

func (t *terminal) disputeTrack() *cobra.Command {
	var day string
	c := &cobra.Command{
		Use: "track ID EVENT [ROW]", Args: cobra.RangeArgs(2, 3),
		Short: "note what happened: reported, credited, paid, in-part, refused, or refund ROW",
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			d, err := pickDispute(ctx, c, args[0])
			if err != nil {
				return err
			}
			if args[1] == "refund" && len(args) == 3 {
				row, err := pickTransaction(ctx, c, args[2])
				if err == nil {
					err = c.MatchRefund(ctx, d.ID, row)
				}
				if err != nil {
					return err
				}
				return t.disputeDone("refund", d.ID)
			}
			e, known := tracks[args[1]]
			if !known || len(args) != 2 {
				return usageError{errors.New("note reported, credited, paid, in-part or refused, or refund with the id of a row")}
			}
			if day != "" {
				if e.Day, err = ledger.ParseDate(day); err != nil {
					return usageError{err}
				}
			}
			if err := c.NoteDispute(ctx, d.ID, e); err != nil {
				return err
			}
			return t.disputeDone(args[1], d.ID)
		}),
	}
	c.Flags().StringVar(&day, "day", "", "the `day` on which it happened, as 2026-11-22 (default: today)")
	return c
}

func (t *terminal) disputeExport() *cobra.Command {
	var pdf, csv string
	c := &cobra.Command{
		Use: "export ID", Short: "write the letter with its evidence as PDF, or the evidence as CSV", Args: cobra.ExactArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			if pdf == "" && csv == "" {
				return usageError{errors.New("name a new file: --pdf FILE, --csv FILE, or both")}
			}
			picked, err := pickDispute(ctx, c, args[0])
			if err != nil {
				return err
			}
			d, err := c.Dispute(ctx, picked.ID)
			if err != nil {
				return err
			}
			return t.exportDispute(ctx, c, d, pdf, csv)
		}),
	}
	c.Flags().StringVar(&pdf, "pdf", "", "write the letter and what is enclosed to this new `file`")
	c.Flags().StringVar(&csv, "csv", "", "write the evidence to this new `file`")
	return c
}

func (t *terminal) exportDispute(ctx context.Context, c *app.Coffer, d app.DisputeView, pdf, csv string) error {
	if err := t.allow(ctx, askExport(d)); err != nil {
		return err
	}
	var written []string
	if pdf != "" {
		letter, err := paper.Letter(t.Voice, d, c.Today())
		if err != nil {
			return err
		}
		raw, err := letter.PDF()
		if err == nil {
			err = t.writeNew("write the letter to a file", pdf, raw)
		}
		if err != nil {
			return err
		}
		written = append(written, pdf)
	}
	if csv != "" {
		var rows strings.Builder
		err := dispute.WriteCSV(&rows, accountName(d.Account.Account), d.Evidence())
		if err == nil {
			err = t.writeNew("write the evidence to a file", csv, []byte(rows.String()))
		}
		if err != nil {
			return err
		}
		written = append(written, csv)
	}
	if err := c.NoteDispute(ctx, d.ID, dispute.Event{What: dispute.LetterSaved}); err != nil && fault.KindOf(err) != fault.BadDispute {
		return err
	}
	if t.json {
		return t.printJSON(map[string]any{"did": "export", "id": d.ID, "files": written})
	}
	for _, path := range written {
		t.tell(t.Voice.T("dispute.written", "Written to {{.File}}", "File", path))
	}
	t.tell(t.Voice.T("dispute.not-sent", "Nothing was sent: you send it."))
	return nil
}
