package terminal

import (
	"context"
	"fmt"
	"strings"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/ledger"
)

// silent says of each link which of its accounts have no movements any more although it works.
func (t *terminal) silent(ctx context.Context, c *app.Coffer, links []app.LinkView) (map[consent.LinkID][]string, error) {
	found, err := c.Silent(ctx)
	if err != nil {
		return nil, err
	}
	all := map[consent.LinkID][]string{}
	for _, l := range links {
		for _, a := range l.Accounts {
			for _, q := range found {
				if q.Account == a.ID {
					title, line := t.Voice.Silent(accountName(a.Account), q.Last.Time(), c.Today().Time(), q.Days, q.Usual)
					all[l.ID] = append(all[l.ID], title+". "+line)
				}
			}
		}
	}
	return all, nil
}

// heard puts the notice of a silent account away.
func (t *terminal) heard(ctx context.Context, c *app.Coffer, asked string) error {
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return err
	}
	var found []ledger.AccountID
	for _, a := range accounts {
		if a.Masked == asked || strings.EqualFold(a.Name, asked) || string(a.ID) == asked {
			found = append(found, a.ID)
		}
	}
	if len(found) != 1 {
		return usageError{fmt.Errorf("which account? %d are called %q: coffer balances lists them", len(found), asked)}
	}
	return c.PutSilenceAway(ctx, found[0])
}
