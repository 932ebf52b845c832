package terminal

import (
	"context"
	"fmt"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/ledger"

	"github.com/spf13/cobra"
)

// mostListed is how many reviews or transfers a list holds if nothing else is asked for.
const mostListed = 100

type rowJSON struct {
	ID      string      `json:"id"`
	Date    string      `json:"date"`
	Status  string      `json:"status"`
	Payee   string      `json:"payee"`
	Text    string      `json:"text,omitempty"`
	Amount  *amountJSON `json:"amount"`
	Account string      `json:"account"`
}

func jsonRow(t ledger.Transaction, a ledger.AccountView) rowJSON {
	return rowJSON{
		ID: string(t.ID), Date: t.Date.String(), Status: statusNames[t.Status], Payee: t.Payee, Text: t.Text,
		Amount: jsonAmount(t.Amount), Account: accountName(a.Account),
	}
}

type reviewJSON struct {
	Row     rowJSON `json:"row"`
	Other   rowJSON `json:"other"`
	Why     string  `json:"why"`
	Reason  string  `json:"reason"`
	Verdict string  `json:"verdict,omitempty"`
	At      string  `json:"at,omitempty"`
}

var reviewWords = map[ledger.Verdict]string{ledger.Merge: "merged", ledger.KeepBoth: "both-kept"}

func (t *terminal) review() *cobra.Command {
	var decided bool
	var limit int
	c := &cobra.Command{
		Use: "review", GroupID: groupLook, Short: "rows that may be there twice, for you to judge", Args: cobra.NoArgs,
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
			read := c.Reviews
			if decided {
				read = c.DecidedReviews
			}
			found, err := read(ctx, limit)
			if err != nil {
				return err
			}
			return t.printReviews(c, found)
		}),
	}
	c.Flags().BoolVar(&decided, "decided", false, "those that you have judged")
	c.Flags().IntVar(&limit, "limit", mostListed, "at most so many")
	c.AddCommand(
		t.judge("merge", "the two are one movement: make one row of them", (*app.Coffer).Reviews, func(ctx context.Context, c *app.Coffer, r ledger.Review) error {
			return c.Decide(ctx, r.Row.ID, r.Other.ID, ledger.Merge)
		}),
		t.judge("keep", "the two are two movements: keep both, and don't ask again", (*app.Coffer).Reviews, func(ctx context.Context, c *app.Coffer, r ledger.Review) error {
			return c.Decide(ctx, r.Row.ID, r.Other.ID, ledger.KeepBoth)
		}),
		t.judge("undo", "take a verdict back", (*app.Coffer).DecidedReviews, func(ctx context.Context, c *app.Coffer, r ledger.Review) error {
			return c.Undecide(ctx, r.Row.ID, r.Other.ID)
		}),
	)
	return c
}

// judge is a command on reviews, each named by the id of its newer row, or by both; read lists those that may be meant.
func (t *terminal) judge(word, short string, read func(*app.Coffer, context.Context, int) ([]app.ReviewView, error), do func(context.Context, *app.Coffer, ledger.Review) error) *cobra.Command {
	return &cobra.Command{
		Use: word + " ID...", Short: short, Long: pairLong(short), Args: cobra.MinimumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			lister := "coffer review"
			if word == "undo" {
				lister += " --decided"
			}
			all, err := read(c, ctx, everyPair)
			if err != nil {
				return err
			}
			pairs := make([]pairIDs, len(all))
			for i, r := range all {
				pairs[i] = pairIDs{r.Row.ID, r.Other.ID, false}
			}
			meant, err := pickPairs(pairs, args, lister) // before any is judged
			if err != nil {
				return err
			}
			ids := make([]string, len(meant))
			for i, at := range meant {
				if err := do(ctx, c, all[at].Review); err != nil {
					return err
				}
				ids[i] = string(all[at].Row.ID)
			}
			return t.printDone(word, ids)
		}),
	}
}

// everyPair is more than any vault has.
const everyPair = 1 << 30

// pick finds the one of n things that word names: by one of its ids, or the end of one.
func pick(n int, word string, ids func(i int) []ledger.TransactionID, lister string) (int, error) {
	found, count := -1, 0
	for i := range n {
		for _, id := range ids(i) {
			if named(id, word) {
				found = i
				count++
				break
			}
		}
	}
	if count != 1 {
		return 0, usageError{fmt.Errorf("%d of them are called %q: %s lists them", count, word, lister)}
	}
	return found, nil
}

func (t *terminal) printDone(word string, ids []string) error {
	if t.json {
		return t.printJSON(map[string]any{"did": word, "ids": ids})
	}
	t.tell(t.Voice.N("review.done", "{{.N}} decision kept", "{{.N}} decisions kept", len(ids)))
	return nil
}

func (t *terminal) printReviews(c *app.Coffer, found []app.ReviewView) error {
	if t.json {
		list := make([]reviewJSON, 0, len(found))
		for _, r := range found {
			list = append(list, reviewJSON{
				Row: jsonRow(r.Row, r.Account), Other: jsonRow(r.Other, r.Account), Why: t.Voice.Reason(r.Reason.ID, r.Reason.Args),
				Reason: r.Reason.ID, Verdict: reviewWords[r.Verdict], At: jsonInstant(r.At),
			})
		}
		return t.printJSON(list)
	}
	if len(found) == 0 {
		t.tell(t.Voice.T("queue.empty", "Nothing to review"))
	}
	for _, r := range found {
		why := t.Voice.Reason(r.Reason.ID, r.Reason.Args)
		if r.Verdict != ledger.Undecided {
			why = reviewWords[r.Verdict] + ". " + why
		}
		t.printPair(c, pairIDs{one: r.Row.ID, other: r.Other.ID}, why, [2]ledger.Transaction{r.Other, r.Row}, [2]ledger.AccountView{r.Account, r.Account})
	}
	return nil
}

// printPair prints two rows under each other, and over them their ids, as commands take them, and why they stand together.
func (t *terminal) printPair(c *app.Coffer, ids pairIDs, why string, rows [2]ledger.Transaction, accounts [2]ledger.AccountView) {
	fmt.Fprintf(t.Out, "%s %s  %s\n", short(string(ids.one)), short(string(ids.other)), why)
	today := c.Today().Time()
	lines := make([][]string, len(rows))
	for i, r := range rows {
		payee := r.Payee
		if payee == "" {
			payee = r.Text
		}
		lines[i] = []string{strings.Repeat(" ", shortWide), t.Voice.Day(r.Date.Time(), today), clip(payee, payeeWide), accountName(accounts[i].Account), t.Voice.Change(r.Amount)}
	}
	t.table(lines, 4)
}

func jsonInstant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
