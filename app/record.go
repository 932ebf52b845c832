package app

import (
	"context"

	"coffer/app/consent"
)

// Records returns what the person agreed to, oldest first, of every link that ever was: each grant and
// each later choice of accounts. intact is nil if each is as it was written and none before another is missing.
func (c *Coffer) Records(ctx context.Context) (all []consent.Record, intact, err error) {
	all, err = read(ctx, c, "read the consent records", func(ctx context.Context, o *opened) ([]consent.Record, error) {
		return o.store.Records(ctx)
	})
	return all, consent.CheckRecords(all), err
}

// record writes down what the person agreed to, as the link stands now.
func (c *Coffer) record(ctx context.Context, o *opened, id consent.LinkID, kind consent.RecordKind, t Terms) error {
	l, err := o.store.Link(ctx, id)
	if err != nil {
		return err
	}
	r := consent.RecordOf(l, kind, c.Now())
	r.Version, r.Text, r.ConsentDays = c.config.Version, t.Shown, t.ConsentDays
	if p, err := c.Provider(l.Provider); err == nil {
		r.Between, r.Reads = p.File.Bridge, p.Reads
	}
	_, err = o.store.SaveRecord(context.WithoutCancel(ctx), r)
	return err
}
