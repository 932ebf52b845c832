package terminal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"coffer/app"
	"coffer/app/ledger"

	"github.com/spf13/cobra"
)

type transferJSON struct {
	Out    rowJSON `json:"out"`
	In     rowJSON `json:"in"`
	State  string  `json:"state"`
	Why    string  `json:"why"`
	Reason string  `json:"reason"`
	At     string  `json:"at,omitempty"`
}

var transferStates = map[ledger.TransferState]string{
	ledger.TransferProposed: "proposed", ledger.TransferLinked: "linked", ledger.TransferRejected: "rejected",
}

var errNoPair = errors.New("these two can't be a transfer: both must be booked, at most 10 days apart, in two accounts, one out and one in, and in no other transfer")

func (t *terminal) transfers() *cobra.Command {
	state, limit := "proposed", 0
	c := &cobra.Command{
		Use: "transfers", GroupID: groupLook, Short: "money between your own accounts, seen as two rows", Args: cobra.NoArgs,
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
			of, err := stateNamed(state)
			if err != nil {
				return err
			}
			found, err := c.Transfers(ctx, of, limit)
			if err != nil {
				return err
			}
			return t.printTransfers(c, found)
		}),
	}
	c.Flags().StringVar(&state, "state", state, "proposed, linked or rejected")
	c.Flags().IntVar(&limit, "limit", mostListed, "at most so many")
	c.AddCommand(
		t.markTransfer(),
		t.settle("link", "the two rows are one transfer", ledger.TransferLinked, ledger.TransferProposed, ledger.TransferRejected),
		t.settle("reject", "the two rows are no transfer, and are not proposed again", ledger.TransferRejected, ledger.TransferProposed, ledger.TransferLinked),
		t.settle("undo", "ask about a rejected pair again", ledger.TransferProposed, ledger.TransferRejected),
	)
	return c
}

func stateNamed(word string) (ledger.TransferState, error) {
	for state, name := range transferStates {
		if name == word {
			return state, nil
		}
	}
	return 0, usageError{fmt.Errorf("no transfer is %q: take proposed, linked or rejected", strings.TrimSpace(word))}
}

func (t *terminal) markTransfer() *cobra.Command {
	return &cobra.Command{
		Use: "mark ID ID", Short: "two rows that Coffer did not pair are one transfer: coffer transactions --ids prints the ids", Args: cobra.ExactArgs(2),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			one, err := pickTransaction(ctx, c, args[0])
			if err != nil {
				return err
			}
			other, err := pickTransaction(ctx, c, args[1])
			if err != nil {
				return err
			}
			found, err := c.Candidates(ctx, one)
			if err == nil && !slices.ContainsFunc(found, func(c app.Candidate) bool { return c.ID == other }) {
				err = usageError{errNoPair}
			}
			if err != nil {
				return err
			}
			pair, _, err := c.MarkTransfer(ctx, one, other)
			if err != nil {
				return err
			}
			return t.printDone("mark", []string{string(pair.Out)})
		}),
	}
}

// settle is a command that gives pairs in one of the states from, each named by the id of a row of it or of both, another.
func (t *terminal) settle(word, short string, to ledger.TransferState, from ...ledger.TransferState) *cobra.Command {
	return &cobra.Command{
		Use: word + " ID...", Short: short, Long: pairLong(short), Args: cobra.MinimumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			var all []app.TransferView
			for _, state := range from {
				some, err := c.Transfers(ctx, state, everyPair)
				if err != nil {
					return err
				}
				all = slices.Concat(all, some)
			}
			pairs := make([]pairIDs, len(all))
			for i, p := range all {
				pairs[i] = pairIDs{p.Out, p.In, true}
			}
			meant, err := pickPairs(pairs, args, "coffer transfers --state "+transferStates[from[0]]) // before any is settled
			if err != nil {
				return err
			}
			ids := make([]string, len(meant))
			for i, at := range meant {
				p := all[at]
				if _, err := c.DecideTransfer(ctx, p.Out, p.In, to); err != nil {
					return err
				}
				ids[i] = string(p.Out)
			}
			return t.printDone(word, ids)
		}),
	}
}

func (t *terminal) printTransfers(c *app.Coffer, found []app.TransferView) error {
	if t.json {
		list := make([]transferJSON, 0, len(found))
		for _, p := range found {
			list = append(list, transferJSON{
				Out: jsonRow(p.OutRow, p.OutAccount), In: jsonRow(p.InRow, p.InAccount), State: transferStates[p.State],
				Why: t.Voice.Reason(p.Reason.ID, p.Reason.Args), Reason: p.Reason.ID, At: jsonInstant(p.At),
			})
		}
		return t.printJSON(list)
	}
	if len(found) == 0 {
		t.tell(t.Voice.T("transfers.none", "No such transfers"))
	}
	for _, p := range found {
		t.printPair(c, pairIDs{one: p.Out, other: p.In}, t.Voice.Reason(p.Reason.ID, p.Reason.Args), [2]ledger.Transaction{p.OutRow, p.InRow}, [2]ledger.AccountView{p.OutAccount, p.InAccount})
	}
	return nil
}
