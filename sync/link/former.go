package link

import (
	"context"
	"fmt"
	"time"

	"coffer/app/consent"
)

// laterOn is how long a former grant that would not end is left alone.
const laterOn = 10 * time.Minute

// apart reports whether the grant f is surely another than l's: the bank names both and differently, or
// another client got it. A server that names none may keep one grant per person and client, as
// oidc-provider does; RFC 7009 §2.1 then ends the new tokens with the old ones.
func apart(f consent.Former, l consent.Link) bool {
	return f.ClientID != l.ClientID || f.ConsentID != "" && l.ConsentID != "" && f.ConsentID != l.ConsentID
}

// endFormerOf is endFormer for who has not taken the keeper's turn.
func (t *Tokens) endFormerOf(ctx context.Context, l consent.Link) {
	k, _ := t.keeper(l.ID)
	if err := k.take(ctx); err != nil {
		return // the next session tries
	}
	defer k.give()
	t.endFormer(ctx, k, l)
}

// endFormer ends the grants that l had before this one, and shreds those that are proved to be
// over. The others, and what may be one with l's, stay for a later session or for Revoke: they are no
// reason not to read.
func (t *Tokens) endFormer(ctx context.Context, k *keeper, l consent.Link) {
	if t.config.Dialect == nil || t.config.Now().Before(k.later) {
		return
	}
	err := t.tryFormer(ctx, k, l)
	if err != nil {
		k.later = t.config.Now().Add(laterOn)
		t.config.Log.Warn("a former grant has not ended yet", "link", l.ID, "err", err)
	}
}

func (t *Tokens) tryFormer(ctx context.Context, k *keeper, l consent.Link) error {
	all, err := t.config.Vault.FormerGrants(ctx, l.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	d, known := t.config.Dialect(l.Dialect)
	if !known {
		return fmt.Errorf("no dialect %q", l.Dialect)
	}
	r := &revocation{tokens: t, keeper: k, link: l, dialect: d, now: t.config.Now}
	for _, f := range all {
		if !apart(f, l) || handed(l, d) {
			continue // it ends with the link's, or by the person's hand
		}
		if err := r.former(f).run(ctx); err != nil {
			return fmt.Errorf("end a former grant: %w", err)
		}
		if err := t.config.Vault.DropFormer(context.WithoutCancel(ctx), f); err != nil {
			return err
		}
		t.config.Log.Info("former grant ended", "link", l.ID)
	}
	return nil
}

// former is the grant of l that f was.
func (r *revocation) former(f consent.Former) *ending {
	l := r.link
	l.ConsentID, l.ClientID, l.Shows = f.ConsentID, f.ClientID, f.Shows
	e := &ending{revocation: r, link: l, grant: fmt.Sprint("former ", f.Seq)}
	e.keep = func(ctx context.Context, c consent.Credential) error {
		f.Credential = c
		return r.tokens.config.Vault.SaveFormer(ctx, f)
	}
	e.hold(f.Credential)
	return e
}
