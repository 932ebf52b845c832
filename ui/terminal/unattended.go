package terminal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app"
	"coffer/app/fault"
)

type aloneJSON struct {
	Read    []readJSON `json:"read"`
	Alerts  int        `json:"alerts"` // that have come and wait for the person
	Metered bool       `json:"metered,omitempty"`
}

type readJSON struct {
	ID    string `json:"id"`
	Bank  string `json:"bank"`
	Added int    `json:"added"` // rows
	Error string `json:"error,omitempty"`
}

// byRingAlone reads what is due on the vault that the keyring opens, or that the window holds open.
func (t *terminal) byRingAlone(ctx context.Context, all bool, args []string) (err error) {
	if t.Asked != nil {
		return t.readAlone(ctx, t.Asked.Coffer, all, args)
	}
	if asked, err := t.ask(ctx); asked || err != nil {
		return err
	}
	s, err := t.Open(ctx, t.place)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Coffer.UnlockWithKeyring(ctx); err != nil {
		return err
	}
	return t.readAlone(ctx, s.Coffer, all, args)
}

func (t *terminal) readAlone(ctx context.Context, c *app.Coffer, all bool, args []string) error {
	what := app.Alone{All: all}
	if len(args) > 0 {
		ids, err := readable(ctx, c, args)
		if err != nil {
			return err
		}
		what.Links = ids
	}
	got, err := c.ReadAlone(ctx, what)
	if err != nil {
		return err
	}
	got.Outcomes = withoutSpent(got.Outcomes)
	failed := t.tellOutcomes(got.Outcomes)
	if t.json {
		return errors.Join(t.printJSON(t.aloneJSON(got)), failed)
	}
	if got.Alerts > 0 { // no bank and no amount: what a timer says may be sent by mail
		fmt.Fprintln(t.Out, t.Voice.N("tray.alerts", "{{.N}} transaction wants a look.", "{{.N}} transactions want a look.", got.Alerts))
	}
	return failed
}

func (t *terminal) aloneJSON(got app.ReadAlone) aloneJSON {
	all := aloneJSON{Read: []readJSON{}, Alerts: got.Alerts, Metered: got.Metered}
	for _, o := range got.Outcomes {
		r := readJSON{ID: string(o.Link), Bank: o.Bank, Added: o.Written.Added}
		if o.Err != nil {
			r.Error = t.Voice.Fault(o.Err)
		}
		all.Read = append(all.Read, r)
	}
	return all
}

// withoutSpent takes the spent quotas out: of them nobody needs to hear, for nothing was sent, and it is tried again by
// itself.
func withoutSpent(outcomes []app.Outcome) []app.Outcome {
	outcomes = slices.Clone(outcomes)
	for i := range outcomes {
		o := &outcomes[i]
		if fault.KindOf(o.Err) == fault.QuotaSpent {
			o.Err = nil
		}
		o.Failed = slices.DeleteFunc(slices.Clone(o.Failed), func(a app.AccountFault) bool { return fault.KindOf(a.Err) == fault.QuotaSpent })
	}
	return outcomes
}
