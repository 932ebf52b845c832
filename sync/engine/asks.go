package engine

import (
	"context"
	"fmt"

	"coffer/app/consent"
	"coffer/sync/link"
)

// keepAsks puts into the link what the person may be asked because of hosts that were refused while
// it was read, and takes the questions away that a read without trouble answered. ended is how the
// refresh ended.
func (r *refresh) keepAsks(ctx context.Context, ended error) error {
	if !r.asked || r.unopened {
		return nil
	}
	stored, err := r.config.Store.Link(ctx, r.result.Link)
	if err != nil {
		return fmt.Errorf("read the link: %w", err)
	}
	troubles := []error{ended}
	for _, a := range r.result.Accounts {
		troubles = append(troubles, a.Err)
	}
	changed, clean := stored, true
	for _, trouble := range troubles {
		if ask, found := link.Sent(r.link, trouble, r.config.Now()); found {
			changed.Keep(ask)
		}
		clean = clean && trouble == nil
	}
	if clean {
		dropRead(&changed)
	}
	if stored.State.Ended() || len(changed.Asks) == len(stored.Asks) {
		return nil
	}
	if err := r.config.Store.SaveLink(ctx, changed); err != nil {
		return fmt.Errorf("save the link: %w", err)
	}
	return nil
}

// dropRead takes away the unanswered questions that came up while l was read.
func dropRead(l *consent.Link) {
	for _, a := range l.Waiting() {
		if a.Use == consent.DataAPI || a.Use == consent.NextPage || a.Use == consent.PlainRead {
			l.Drop(a)
		}
	}
}
