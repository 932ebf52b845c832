package terminal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

type entryJSON struct {
	Seq      int64      `json:"seq"`
	At       time.Time  `json:"at"`
	Ended    *time.Time `json:"ended,omitempty"`
	Link     string     `json:"link"`
	Purpose  string     `json:"purpose"`
	Method   string     `json:"method"`
	Origin   string     `json:"origin"`
	Path     string     `json:"path"`
	Status   int        `json:"status"`
	Problem  int        `json:"problem,omitempty"`
	Sent     int64      `json:"bytes_sent"`
	Received int64      `json:"bytes_received"`
	TLS      string     `json:"tls,omitempty"`
	Via      string     `json:"via,omitempty"`
	Hash     string     `json:"hash"`
}

type chainJSON struct {
	Whole        bool      `json:"whole"`
	Verified     time.Time `json:"verified"`
	Rows         int64     `json:"rows"`
	Row          int64     `json:"row,omitempty"`
	What         string    `json:"what,omitempty"`
	Where        string    `json:"where,omitempty"`
	Head         string    `json:"head"`
	Outside      string    `json:"outside_head,omitempty"`
	OutsideWhere string    `json:"outside_where,omitempty"`
	Against      string    `json:"against,omitempty"`
	Unread       string    `json:"outside_unread,omitempty"`
}

// ledgerFlags are the words after coffer ledger.
type ledgerFlags struct {
	limit          int
	verify         bool
	heads          []string
	export         string
	bank, from, to string
	problems       bool
	prune          string
}

func (t *terminal) ledger() *cobra.Command {
	var f ledgerFlags
	c := &cobra.Command{
		Use: "ledger [FILE]", GroupID: groupLook, Short: "every connection Coffer ever made, with the bytes each way", Args: cobra.MaximumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			switch {
			case len(args) > 0 && f.export == "":
				return usageError{errors.New("a file is for --export csv or --export json")}
			case f.verify || len(f.heads) > 0:
				return t.verifyLedger(ctx, c, f.heads)
			case f.prune != "":
				return t.pruneLedger(ctx, c, f.prune)
			case f.export != "":
				return t.exportLedger(ctx, c, f.export, args)
			}
			return t.listLedger(ctx, c, f)
		}),
	}
	flags := c.Flags()
	flags.IntVar(&f.limit, "limit", 100, "at most so many rows, newest first")
	flags.BoolVar(&f.verify, "verify", false, "check the hash chain instead")
	flags.StringArrayVar(&f.heads, "head", nil, "with --verify: also against this `head`, from a file exported before")
	flags.StringVar(&f.export, "export", "", "write all of it as csv or json, to FILE or to the output")
	flags.StringVar(&f.bank, "bank", "", "only this bank or link")
	flags.StringVar(&f.from, "from", "", "first day, as 2026-01-31")
	flags.StringVar(&f.to, "to", "", "last day, as 2026-01-31")
	flags.BoolVar(&f.problems, "problems", false, "only what went wrong, or has no outcome")
	flags.StringVar(&f.prune, "prune", "", "take the rows before this day out: their number, bytes and chain's head stay, and the totals")
	c.MarkFlagsMutuallyExclusive("verify", "export", "prune")
	return c
}

func (t *terminal) listLedger(ctx context.Context, c *app.Coffer, f ledgerFlags) error {
	filter := app.LedgerFilter{Problems: f.problems}
	from, err := dateFlag(f.from)
	if err != nil {
		return err
	}
	to, err := dateFlag(f.to)
	if err != nil {
		return err
	}
	if f.from != "" {
		filter.From = startOf(from.Time())
	}
	if f.to != "" {
		filter.To = startOf(to.Time().AddDate(0, 0, 1))
	}
	if f.bank != "" {
		if filter.Link, err = linkInLedger(ctx, c, f.bank); err != nil {
			return err
		}
	}
	entries, err := c.Entries(ctx, filter, 0, f.limit)
	if err != nil {
		return err
	}
	if t.json {
		return t.printEntriesJSON(entries)
	}
	return t.printEntries(entries, filter != app.LedgerFilter{})
}

// startOf is when a civil day begins by the computer's own zone.
func startOf(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.Local).UTC()
}

// linkInLedger finds the one link that word names: one of now, or one that is erased.
func linkInLedger(ctx context.Context, c *app.Coffer, word string) (consent.LinkID, error) {
	view, err := c.Privacy(ctx)
	if err != nil {
		return "", err
	}
	var found, names []string
	for _, total := range view.Totals {
		if !slices.Contains(names, total.Link) {
			names = append(names, total.Link)
		}
		if (total.Link == word || strings.EqualFold(total.Bank, word)) && !slices.Contains(found, total.Link) {
			found = append(found, total.Link)
		}
	}
	if len(found) == 1 {
		return consent.LinkID(found[0]), nil
	}
	return "", usageError{fmt.Errorf("which link? One of: %s", strings.Join(names, ", "))}
}

func (t *terminal) verifyLedger(ctx context.Context, c *app.Coffer, words []string) error {
	var heads []egress.Head
	for _, word := range words {
		h, err := egress.ParseHead(word)
		if err != nil {
			return usageError{err}
		}
		heads = append(heads, h)
	}
	s, err := c.VerifyLedgerAgainst(ctx, heads, nil)
	if err != nil {
		return err
	}
	if t.json {
		if !s.OK {
			t.tellChain(s, true)
		}
		err = t.printJSON(chainJSON{s.OK, s.Verified, s.Rows, s.Row, s.What, s.Where, s.Head, s.Outside, s.OutsideWhere, s.Against, s.Unread})
	} else {
		t.tellChain(s, len(heads) > 0)
	}
	if broken := s.Err(); broken != nil {
		return errors.Join(toldError{broken}, err)
	}
	return err
}

func (t *terminal) tellChain(s app.ChainState, given bool) {
	v := t.Voice
	if !s.OK {
		t.tell(v.T("ledger.not-whole", "The ledger is NOT whole") + ". " + t.broken(s))
		if s.Where == "keyring" {
			t.tell(v.T("ledger.keyring-shows", "The head in your keyring shows it."))
		}
		return
	}
	t.tell(v.T("ledger.whole", "The ledger is whole: no row was changed, removed or moved"))
	if s.Head != "" {
		t.tell(v.T("ledger.head", "Its head, to keep elsewhere: {{.Head}}", "Head", s.Head))
	}
	switch {
	case s.Against == "keyring":
		t.tell(v.T("ledger.against-keyring", "It was held against the head in your keyring: nothing was cut off or put back"))
	case s.Unread != "":
		t.tell(v.T("ledger.keyring-silent", "It was NOT held against the head in your keyring. {{.Why}} A whole older vault put back would look the same.", "Why", v.Reason(s.Unread, nil)))
	case !given && s.OutsideWhere != "keyring":
		t.tell(v.T("ledger.no-outside", "No head is kept outside the vault: a whole older vault put back would look the same. Give --head from an exported file to rule it out."))
	}
}

// broken says what is wrong with the ledger.
func (t *terminal) broken(s app.ChainState) string {
	v, row := t.Voice, t.Voice.Count(int(s.Row))
	switch s.What {
	case egress.OutcomeChanged:
		return v.T("broken.outcome", "The outcome of row {{.Row}} was changed outside Coffer", "Row", row)
	case egress.RowMissing:
		return v.T("broken.missing", "Rows before row {{.Row}} were taken out outside Coffer", "Row", row)
	case egress.RowMoved:
		return v.T("broken.moved", "Row {{.Row}} doesn't follow the row before it", "Row", row)
	case egress.TailCut:
		return v.T("broken.cut", "The ledger was cut: row {{.Row}} and what came after it are gone", "Row", row)
	case egress.Replaced:
		return v.T("broken.replaced", "Row {{.Row}} is not the one that Coffer wrote", "Row", row)
	case egress.SumsDiffer:
		return v.T("broken.sums", "The rows don't come to the totals that Coffer wrote")
	case egress.CheckpointChanged:
		return v.T("broken.checkpoint", "The record of older rows was changed outside Coffer")
	}
	return v.T("broken.changed", "Row {{.Row}} was changed outside Coffer", "Row", row)
}

func (t *terminal) exportLedger(ctx context.Context, c *app.Coffer, format string, args []string) (err error) {
	if format != "csv" && format != "json" {
		return usageError{errors.New("--export takes csv or json")}
	}
	if err := t.allow(ctx, func(v *say.Voice) string {
		return v.T("asked.export-ledger", "A terminal of yours asks to export the ledger of connections")
	}); err != nil {
		return err
	}
	if len(args) == 0 || args[0] == "-" {
		return c.ExportLedger(ctx, t.Out, format)
	}
	const op = "write the ledger to a file"
	file, err := t.Files.Create(args[0])
	if errors.Is(err, os.ErrExist) {
		return usageError{fmt.Errorf("%s is there already", args[0])}
	}
	if err != nil {
		return fault.New(fault.DiskFailed, op, err)
	}
	if err := c.ExportLedger(ctx, file, format); err != nil {
		_ = file.Remove() // half of it is worth nothing
		return err
	}
	if err := file.Close(); err != nil {
		return fault.New(fault.DiskFailed, op, err)
	}
	t.tell(t.Voice.T("ledger.exported", "Written to {{.File}}, with how to check it by yourself", "File", args[0]))
	return nil
}

func (t *terminal) printEntriesJSON(entries []egress.Entry) error {
	list := make([]entryJSON, 0, len(entries))
	for _, e := range entries {
		list = append(list, entryJSON{
			Seq: e.Seq, At: e.Started, Ended: instant(e.Ended), Link: e.Link, Purpose: e.Purpose.ID, Method: e.Method, Origin: e.Origin,
			Path: e.Path, Status: e.Status, Problem: e.Problem, Sent: e.Sent, Received: e.Received, TLS: e.TLS, Via: e.Via, Hash: e.Hash,
		})
	}
	return t.printJSON(list)
}

func (t *terminal) printEntries(entries []egress.Entry, filtered bool) error {
	if len(entries) == 0 && filtered {
		t.tell(t.Voice.T("terminal.no-rows", "Nothing matches."))
		return nil
	}
	if len(entries) == 0 {
		t.tell(t.Voice.T("ledger.empty", "0 connections. Nothing has left"))
		return nil
	}
	v := t.Voice
	rows := [][]string{{
		v.T("column.when", "When"), v.T("column.host", "Host"), v.T("column.why", "Why"), v.T("column.request", "Request"), v.T("column.path", "Path"),
		v.T("column.sent", "Sent"), v.T("column.received", "Received"), v.T("column.answer", "Answer"),
	}}
	for _, e := range entries {
		result := fmt.Sprint(e.Status)
		switch {
		case e.Ended.IsZero():
			result = v.T("ledger.unknown", "outcome unknown")
		case e.Status == 0:
			result = v.T("outcome.problem", "ended with a problem")
		}
		host := e.Origin
		if e.Via != "" {
			host = v.T("ledger.by", "{{.Host}} by {{.Proxy}}", "Host", host, "Proxy", e.Via)
		}
		rows = append(rows, []string{
			e.Started.Local().Format("2006-01-02 15:04:05"), host, v.Purpose(e.Purpose.ID, e.Purpose.Args), e.Method, e.Path,
			v.Bytes(e.Sent), v.Bytes(e.Received), result,
		})
	}
	t.table(rows, 5, 6)
	return nil
}
