package engine

import (
	"context"
	"errors"
	"fmt"

	"coffer/app/consent"
)

// Check asks whether a link opens something: the bank may wait for the person to approve in its phone
// app. Nothing is read into the store but the link's state. Its faults are those of Refresh.
func (e *Engine) Check(ctx context.Context, link consent.LinkID) error {
	ctx, leave, err := e.enter(ctx, link)
	if err != nil {
		return err
	}
	defer leave()
	r := &refresh{Engine: e, result: Result{Link: link}, present: true}
	err = r.check(ctx, link)
	if saved := errors.Join(r.conclude(ctx, err), r.keepAsks(ctx, err)); saved != nil && err == nil {
		err = saved
	}
	return err
}

func (r *refresh) check(ctx context.Context, id consent.LinkID) error {
	if err := r.open(ctx, id); err != nil {
		return err
	}
	_, err := r.dialect.Accounts(ctx, r.session)
	if tokenRefused(err) {
		if err = r.renew(ctx, err); err == nil {
			_, err = r.dialect.Accounts(ctx, r.session)
		}
	}
	if err != nil {
		return fmt.Errorf("list the accounts: %w", err)
	}
	return nil
}
