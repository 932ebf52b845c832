package terminal

import (
	"bytes"
	"errors"
	"testing"
	"testing/fstest"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/ui/say"
)

func TestASpentQuotaIsNothingToTellOf(t *testing.T) {
	spent := fault.New(fault.QuotaSpent, "ask the bank", errors.New("used up"))
	down := fault.New(fault.BankDown, "ask the bank", errors.New("503"))
	of := func(name string, err error) app.AccountFault {
		return app.AccountFault{Account: ledger.Account{Name: name}, Err: err}
	}
	for name, c := range map[string]struct {
		outcome app.Outcome
		want    fault.Kind // 0 for quiet
	}{
		"the bank's":                {outcome: app.Outcome{Bank: "B", Err: spent}},
		"an account's":              {outcome: app.Outcome{Bank: "B", Refreshed: app.Refreshed{Failed: []app.AccountFault{of("One", spent)}}}},
		"an account's, one is down": {outcome: app.Outcome{Bank: "B", Refreshed: app.Refreshed{Failed: []app.AccountFault{of("One", spent), of("Two", down)}}}, want: fault.BankDown},
		"the bank is down":          {outcome: app.Outcome{Bank: "B", Err: down}, want: fault.BankDown},
	} {
		t.Run(name, func(t *testing.T) {
			var said bytes.Buffer
			given := []app.Outcome{c.outcome}
			voice, err := say.New(fstest.MapFS{})
			if err != nil {
				t.Fatal(err)
			}
			tty := &terminal{Config: Config{Voice: voice, Out: &said, Err: &said}}
			err = tty.tellOutcomes(withoutSpent(given))
			if quiet := c.want == 0; quiet != (said.Len() == 0) || quiet != (err == nil) || !quiet && fault.KindOf(err) != c.want {
				t.Errorf("it said %q and ended with %v", said.String(), err)
			}
			if len(given[0].Failed) != len(c.outcome.Failed) || len(given[0].Failed) > 0 && given[0].Failed[0].Err != spent {
				t.Errorf("what was given is changed: %+v", given[0])
			}
		})
	}
}
