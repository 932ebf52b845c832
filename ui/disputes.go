//go:build !nogui

package ui

import (
	"context"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/dispute"
	"coffer/app/ledger"
	"coffer/ui/banks"
	disputes "coffer/ui/dispute"
)

// disputeAlert opens the dispute pack of an alert that the person answered with "not mine".
func (f *frame) disputeAlert(id alert.ID) {
	f.openDispute(func(ctx context.Context) (dispute.Dispute, error) { return f.config.Coffer.DisputeAlert(ctx, id) })
}

// disputeRow opens the dispute pack of a transaction.
func (f *frame) disputeRow(id ledger.TransactionID) {
	f.openDispute(func(ctx context.Context) (dispute.Dispute, error) { return f.config.Coffer.DisputeRows(ctx, id) })
}

// openDispute shows what open returns; where it fails, the list of disputes and why.
func (f *frame) openDispute(open func(ctx context.Context) (dispute.Dispute, error)) {
	var d dispute.Dispute
	f.desk.Do(f.ctx, func(ctx context.Context) (err error) {
		d, err = open(ctx)
		return err
	}, func(err error) {
		if f.mode == atPlaces {
			f.showDispute(d.ID, err)
		}
	})
}

// showDispute shows a dispute over the place that the person is at, which Back leads to.
func (f *frame) showDispute(id dispute.ID, trouble error) {
	s := disputes.New(f.config.Coffer, f.voice, f.desk, disputes.Go{
		Transaction: f.showTransaction, Revoke: f.askRevoke, Copy: f.copy, AskFolder: f.askFolder,
		Back: func() { f.goTo(f.at) },
	})
	s.Open(id)
	f.put(s)
	if trouble != nil {
		s.Refused(trouble)
	}
}

// showNews goes to the money that came, or to the dispute that it is about.
func (f *frame) showNews(n app.News) {
	if n.Dispute != "" {
		f.showDispute(n.Dispute, nil)
		return
	}
	f.showTransaction(n.Row)
}

// askRevoke goes to the card of a link, which asks whether to revoke it.
func (f *frame) askRevoke(id consent.LinkID) {
	f.goTo(banksPlace)
	if s, ok := f.made[banksPlace].(*banks.Screen); ok {
		s.AskRevoke(id)
	}
}
