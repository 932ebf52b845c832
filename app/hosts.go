package app

import (
	"context"

	"coffer/app/consent"
)

// AnswerHost is the person's word on an address that a link was sent to and does not use: one of
// the link's Asks. From a yes on, the next connection may go there. Faults: NotFound for a question
// that is gone, HostRefused for one that no yes can allow.
func (c *Coffer) AnswerHost(ctx context.Context, id consent.LinkID, a consent.Ask, allow bool) error {
	err := c.use(ctx, "answer the question of a link", func(ctx context.Context, o *opened) error {
		return o.banks.AnswerHost(ctx, id, a, allow)
	})
	c.Changed.Links.Tell(id)
	return err
}
