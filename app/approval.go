package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
)

const (
	approvalEvery = 4 * time.Second
	approvalFor   = 10 * time.Minute
)

// awaitApproval waits until a link that is Unapproved opens something: the person approves in the bank's
// app on their phone. It looks every few seconds; an outage or a pause meanwhile is waited out. Whatever
// ends it, ctx or the time, leaves the link and its tokens as they are. While it waits it holds nothing
// that a lock would wait for.
func (c *Coffer) awaitApproval(ctx context.Context, link consent.Link, told func(LinkingProgress)) error {
	const op = "wait for the approval in the phone app"
	if link.State != consent.Unapproved {
		return nil
	}
	every, most := c.config.ApprovalEvery, c.config.ApprovalFor
	if every <= 0 {
		every = approvalEvery
	}
	if most <= 0 {
		most = approvalFor
	}
	told(LinkingProgress{Step: Approving})
	defer c.Changed.Links.Tell(link.ID)
	over := time.NewTimer(most)
	defer over.Stop()
	look := time.NewTicker(every)
	defer look.Stop()
	for {
		err := c.use(ctx, op, func(ctx context.Context, o *opened) error { return o.banks.Check(ctx, link.ID) })
		if err == nil || !slices.Contains([]fault.Kind{fault.ApprovalNeeded, fault.BankDown, fault.Offline, fault.BankPaused}, fault.KindOf(err)) {
			return err
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.Canceled, op, ctx.Err())
		case <-over.C:
			return fault.New(fault.ApprovalNeeded, op, errors.New("nobody approved in time"))
		case <-look.C:
		}
	}
}
