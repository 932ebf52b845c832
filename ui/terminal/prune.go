package terminal

import (
	"context"

	"coffer/app"
	"coffer/app/fault"
	"coffer/ui/say"
)

// pruneLedger takes the connections before a day out of the ledger.
func (t *terminal) pruneLedger(ctx context.Context, c *app.Coffer, day string) error {
	before, err := dateFlag(day)
	if err != nil {
		return err
	}
	v := t.Voice
	ok, err := t.agree(ctx, v.T("ledger.prune-ask", "Take every connection before {{.Day}} out? Rows can't be brought back; how many they were, their bytes and the totals stay, and so do those of the last hour.",
		"Day", v.FullDay(before.Time())))
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Canceled, "prune the ledger of connections", context.Canceled)
	}
	if err := t.allow(ctx, func(v *say.Voice) string {
		return v.T("asked.prune-ledger", "A terminal of yours asks to take every connection before {{.Day}} out of the ledger", "Day", v.FullDay(before.Time()))
	}); err != nil {
		return err
	}
	gone, err := c.PruneLedger(ctx, startOf(before.Time()))
	if err != nil {
		return err
	}
	if t.json {
		return t.printJSON(struct {
			Gone int64 `json:"rows_taken_out"`
		}{gone})
	}
	t.tell(v.N("ledger.pruned", "{{.N}} row was taken out. A sealed record of it stays", "{{.N}} rows were taken out. A sealed record of them stays", int(gone)))
	return nil
}
