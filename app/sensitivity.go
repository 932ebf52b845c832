package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// settingSensitivity is every sensitivity that was chosen with the first day that it is for, oldest first: "2026-11-20 1,2026-12-01 2".
const settingSensitivity = "alerts.sensitivity"

// mostChosen is how many choices are remembered: an older day is judged by the oldest of them.
const mostChosen = 50

// Sensitivity returns how much it takes now to be told.
func (c *Coffer) Sensitivity(ctx context.Context) (alert.Sensitivity, error) {
	return read(ctx, c, "read a setting", func(ctx context.Context, o *opened) (alert.Sensitivity, error) {
		chosen, err := sensitivities(ctx, o.store)
		if err != nil || len(chosen) == 0 {
			return alert.Usual, err
		}
		return chosen[len(chosen)-1].Sensitivity, nil
	})
}

// sensitivities returns every choice, oldest first. What was never written by us counts for nothing.
func sensitivities(ctx context.Context, s Store) ([]alert.Chosen, error) {
	text, err := s.Setting(ctx, settingSensitivity)
	if err != nil || text == "" {
		return nil, err
	}
	var all []alert.Chosen
	for part := range strings.SplitSeq(text, ",") {
		day, number, _ := strings.Cut(part, " ")
		from, odd := ledger.ParseDate(day)
		n, wrong := strconv.Atoi(number)
		chosen := alert.Chosen{From: from, Sensitivity: alert.Sensitivity(n)}
		if odd == nil && wrong == nil && slices.Contains(alert.Sensitivities(), chosen.Sensitivity) {
			all = append(all, chosen)
		}
	}
	return all, nil
}

// SetSensitivity changes it for the rows of today on: what was judged stands.
func (c *Coffer) SetSensitivity(ctx context.Context, s alert.Sensitivity) error {
	const op = "change the sensitivity"
	if !slices.Contains(alert.Sensitivities(), s) {
		return fmt.Errorf("%s: there is no number %d", op, s)
	}
	err := c.use(ctx, op, func(ctx context.Context, o *opened) error {
		chosen, err := sensitivities(ctx, o.store)
		if err != nil {
			return err
		}
		today := c.Today()
		chosen = slices.DeleteFunc(chosen, func(c alert.Chosen) bool { return c.From >= today })
		chosen = append(chosen, alert.Chosen{From: today, Sensitivity: s})
		chosen = chosen[max(0, len(chosen)-mostChosen):]
		parts := make([]string, len(chosen))
		for i, c := range chosen {
			parts[i] = c.From.String() + " " + strconv.Itoa(int(c.Sensitivity))
		}
		if err := o.store.SetSetting(ctx, settingSensitivity, strings.Join(parts, ",")); err != nil {
			return err
		}
		return o.store.JudgeAgain(ctx, today)
	})
	if err == nil {
		c.Changed.Alerts.Tell("")
		c.scoreLater(c.scoreUnlessBusy(ctx))
	}
	return err
}

// Expected is how many alerts a sensitivity would have brought on the person's own history.
type Expected struct {
	Unusual int // that interrupt, in tenths in 30 days
	Quiet   int // the others, in tenths in 30 days
	Days    int // of the history that were looked at; 0: nothing is known
}

// Known reports whether the history says anything.
func (e Expected) Known() bool { return e.Days >= leastExpected }

// leastExpected is how many days of history say something.
const leastExpected = 30
