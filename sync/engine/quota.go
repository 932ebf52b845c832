package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
)

var (
	errReads = errors.New("the bank takes no more requests for now")
	errAlone = errors.New("the bank takes no more reads without the person for now")
)

// use makes s the session of the refresh: each of its requests is counted, if the bank counts them.
func (r *refresh) use(s bank.Session) {
	r.session = s
	r.session.Present = r.present
	if r.link.Limits.Reads > 0 && s.Line != nil {
		r.session.Line = s.Line.Counted(r.spend)
	}
}

// mayAsk errs where nothing is left to begin with, before anything is sent.
func (r *refresh) mayAsk(ctx context.Context) error {
	q, err := r.quota(ctx)
	if err != nil {
		return err
	}
	now := r.config.Now()
	if left := q.Left(r.link.Limits, now); left.Reads == 0 {
		return spent(errReads, "", left.Until)
	}
	if until := q.AloneUntil(r.link.Limits, now, ""); !r.present && !until.IsZero() {
		return spent(errAlone, consent.ReasonAlone, until)
	}
	return nil
}

// spend counts one request. It is on the disk before the request is made: what was counted and not
// sent is lost, and never the other way round.
func (r *refresh) spend(ctx context.Context) error {
	now := r.config.Now()
	return r.count(ctx, func(q consent.Quota) (consent.Quota, error) {
		next, ok := q.Request(r.link.Limits, now)
		if !ok {
			return next, spent(errReads, "", next.Left(r.link.Limits, now).Until)
		}
		return next, nil
	})
}

// spendAlone counts one read of account, "" for the list of them, unless the person is there.
func (r *refresh) spendAlone(ctx context.Context, account string) error {
	if r.present || r.link.Limits.Alone == 0 {
		return nil
	}
	now := r.config.Now()
	return r.count(ctx, func(q consent.Quota) (consent.Quota, error) {
		next, ok := q.ReadAlone(r.link.Limits, now, account)
		if !ok {
			return next, spent(errAlone, consent.ReasonAlone, next.AloneUntil(r.link.Limits, now, account))
		}
		return next, nil
	})
}

// mayRead errs while the host rests, and else counts a read of account.
func (r *refresh) mayRead(ctx context.Context, account string) error {
	if err := r.pass(); err != nil {
		return err
	}
	return r.spendAlone(ctx, account)
}

func spent(cause error, reason string, until time.Time) error {
	err := fault.With(fault.QuotaSpent, "ask the bank", cause, "until", until.Format(time.RFC3339))
	fault.Of(err).Reason = reason
	return err
}

func (r *refresh) count(ctx context.Context, one func(consent.Quota) (consent.Quota, error)) error {
	r.quotas.Lock()
	defer r.quotas.Unlock()
	q, err := r.quota(ctx)
	if err != nil {
		return err
	}
	next, refused := one(q)
	raw, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("write the quota: %w", err)
	}
	if err := r.config.Store.SetSetting(ctx, consent.QuotaSetting(r.link.ID), string(raw)); err != nil {
		return fmt.Errorf("save the quota: %w", err)
	}
	return refused
}

func (r *refresh) quota(ctx context.Context) (consent.Quota, error) {
	text, err := r.config.Store.Setting(ctx, consent.QuotaSetting(r.link.ID))
	if err != nil {
		return consent.Quota{}, fmt.Errorf("read the quota: %w", err)
	}
	return consent.ParseQuota(text)
}
