package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// How much of the person's history is judged again, and how much of that is counted: the rest is learnt from.
const (
	expectedLearnt  = 730
	expectedCounted = 365
	expectedWarmUp  = 30 // first days of a history, in which little is said
)

// ExpectedAlerts judges the person's own history again, as if a sensitivity had always been chosen. Nothing is stored.
func (c *Coffer) ExpectedAlerts(ctx context.Context, s alert.Sensitivity) (Expected, error) {
	return read(ctx, c, "judge the history again", func(ctx context.Context, o *opened) (Expected, error) {
		due, err := c.dueOf(ctx, o)
		if err != nil || !due.Rows { // nothing was read yet
			return Expected{}, err
		}
		start := max(due.First, due.Last.AddDays(-expectedLearnt))
		from := max(start.AddDays(expectedWarmUp), due.Last.AddDays(1-expectedCounted))
		if from > due.Last {
			return Expected{}, nil
		}
		known, err := c.knownForReplay(ctx, o)
		if err != nil {
			return Expected{}, err
		}
		known.Sensitivity = []alert.Chosen{{From: start, Sensitivity: s}}
		counts, err := countAlerts(ctx, o, known, start, from, due.Last)
		days := int(due.Last-from) + 1
		tenths := func(n int) int { return (n*300 + days - 1) / days } // rounded up: one in a year is not none
		return Expected{Unusual: tenths(counts[alert.Interrupt]), Quiet: tenths(counts[alert.Quiet]), Days: days}, err
	})
}

// countAlerts counts the alerts by statistics of rows of the days from from to to, by level.
func countAlerts(ctx context.Context, o *opened, known alert.Known, start, from, to ledger.Date) (map[alert.Level]int, error) {
	state, levels := alert.NewState(), map[alert.ID]alert.Level{}
	for rows, err := range o.store.JudgeRows(ctx, start) {
		if err != nil {
			return nil, err
		}
		days := make(map[ledger.TransactionID]ledger.Date, len(rows))
		for _, t := range rows {
			days[t.ID] = t.Date
		}
		for _, v := range state.Verdicts(rows, known) {
			if v.Flagged && v.Statistical && days[v.Row] >= from && days[v.Row] <= to {
				levels[v.Alert] = v.Level
			}
		}
	}
	counts := map[alert.Level]int{}
	for _, level := range levels {
		counts[level]++
	}
	return counts, nil
}

// Suspicion returns how unusual the rows of an account of the days from from to to are, in log-odds, as they were judged: for what hangs
// together with an alert. Rows that are never judged, as money in and transfers between own accounts, are left out.
func (c *Coffer) Suspicion(ctx context.Context, account ledger.AccountID, from, to ledger.Date) (map[ledger.TransactionID]float64, error) {
	return read(ctx, c, "judge rows again", func(ctx context.Context, o *opened) (map[ledger.TransactionID]float64, error) {
		return c.suspicion(ctx, o, account, from, to)
	})
}

func (c *Coffer) suspicion(ctx context.Context, o *opened, account ledger.AccountID, from, to ledger.Date) (map[ledger.TransactionID]float64, error) {
	state, start, err := c.stateBefore(ctx, o, from)
	if err != nil {
		return nil, err
	}
	known, err := c.knownForReplay(ctx, o)
	if err != nil {
		return nil, err
	}
	scores := map[ledger.TransactionID]float64{}
	for rows, err := range o.store.JudgeRows(ctx, start) {
		if err != nil {
			return nil, err
		}
		for _, v := range state.Verdicts(rows, known) {
			if v.Account == account && v.Judged && v.Day >= from && v.Day <= to {
				scores[v.Row] = v.Score
			}
		}
		if rows[len(rows)-1].Date > to {
			break
		}
	}
	return scores, nil
}

// stateBefore returns a copy of the newest sealed state that knows nothing of day, and its own day. One that scores hang on which nobody
// asked for is none.
func (c *Coffer) stateBefore(ctx context.Context, o *opened, day ledger.Date) (*alert.State, ledger.Date, error) {
	due, err := o.store.Due(ctx)
	if err != nil {
		return nil, 0, err
	}
	for _, at := range slices.Backward(due.States) {
		if at > day {
			continue
		}
		doc, err := o.store.JudgeState(ctx, at)
		if errors.Is(err, ledger.ErrNotFound) { // gone meanwhile
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		s := alert.NewState()
		if s.UnmarshalBinary(doc) == nil && s.Certain() {
			return s, at, nil
		}
	}
	return alert.NewState(), due.First, nil
}

// knownForReplay is what judges beside the rows, for whom the token of scoring is not needed.
func (c *Coffer) knownForReplay(ctx context.Context, o *opened) (alert.Known, error) {
	select {
	case c.scoring <- struct{}{}:
		defer func() { <-c.scoring }()
		return c.knownOf(ctx, o)
	case <-ctx.Done():
		return alert.Known{}, fmt.Errorf("wait to judge rows again: %w", ctx.Err())
	}
}
