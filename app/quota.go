package app

import (
	"context"

	"coffer/app/consent"
)

// left is what l's bank still lets Coffer ask.
func (c *Coffer) left(ctx context.Context, o *opened, l consent.Link) (consent.Left, error) {
	if !l.State.Reads() || l.Limits == (consent.Limits{}) {
		return consent.Quota{}.Left(consent.Limits{}, c.config.Now()), nil
	}
	text, err := o.store.Setting(ctx, consent.QuotaSetting(l.ID))
	if err != nil {
		return consent.Left{}, err
	}
	q, err := consent.ParseQuota(text)
	return q.Left(l.Limits, c.config.Now()), err
}
