//go:build !nogui

package ui

import (
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/alerts"
	"coffer/ui/banks"
	"coffer/ui/overview"
	"coffer/ui/privacy"
	"coffer/ui/say"
	"coffer/ui/settings"
	"coffer/ui/transactions"
)

// The places, by their place in the list.
const (
	overviewPlace = iota
	transactionsPlace
	alertsPlace
	banksPlace
	privacyPlace
	settingsPlace
)

// place is one line of the sidebar and how its screen is made.
type place struct {
	icon string
	name func(v *say.Voice) string
	open func(f *frame) screen
}

// places lists every place in the order of the sidebar; Ctrl+1 opens the first.
func places() []place {
	return []place{
		{"overview", func(v *say.Voice) string { return v.T("place.overview", "Overview") }, func(f *frame) screen {
			return overview.New(f.config.Coffer, f.voice, f.desk, overview.Go{
				Account:  func(id ledger.AccountID) { f.showTransactions(ledger.Filter{Account: id}) },
				Alert:    func(id alert.ID) { f.showAlert(id) },
				News:     f.showNews,
				Banks:    func() { f.goTo(banksPlace) },
				Review:   f.showReviews,
				Row:      func(id ledger.TransactionID) { f.showTransaction(id) },
				AddBank:  f.addBank,
				Import:   f.importFile,
				Demo:     f.config.TryDemo,
				Refresh:  f.refresh,
				Stop:     f.stopReading,
				Known:    f.known,
				Settings: func() { f.goTo(settingsPlace) },
			})
		}},
		{"transactions", func(v *say.Voice) string { return v.T("place.transactions", "Transactions") }, func(f *frame) screen {
			return transactions.New(f.config.Coffer, f.voice, f.desk, transactions.Go{Alert: f.showAlert, Import: f.importFile, AddBank: f.addBank, Dispute: f.disputeRow, Copy: f.copy})
		}},
		{"alerts", func(v *say.Voice) string { return v.T("place.alerts", "Alerts") }, func(f *frame) screen {
			return alerts.New(f.config.Coffer, f.voice, f.desk, alerts.Go{Transaction: f.showTransaction, Dispute: f.disputeAlert})
		}},
		{"banks", func(v *say.Voice) string { return v.T("place.banks", "Banks") }, func(f *frame) screen {
			return banks.New(f.config.Coffer, f.voice, f.desk, banks.Go{
				Import: f.importFile, Browse: f.config.Browse, Copy: f.copy, CopySecret: f.copySecret, Transactions: func(id ledger.AccountID) { f.showTransactions(ledger.Filter{Account: id}) },
				NewKey: func() { f.goTo(settingsPlace) }, Privacy: f.showConnections, AskFolder: f.askFolder, AskFile: f.askFile,
			})
		}},
		{"privacy", func(v *say.Voice) string { return v.T("place.privacy", "Privacy") }, func(f *frame) screen {
			return privacy.New(f.config.Coffer, f.voice, f.desk, privacy.Go{Copy: f.copy, AddBank: f.addBank})
		}},
		{"settings", func(v *say.Voice) string { return v.T("place.settings", "Settings") }, func(f *frame) screen {
			return settings.New(f.config.Coffer, f.voice, f.desk, settings.Go{
				AskFile: f.askFile, AskFolder: f.askFolder, Banks: func() { f.goTo(banksPlace) },
				Watchlist: f.showWatchlist, Score: shippedScore(),
				Copy: f.copy, Told: f.tell, Version: f.config.Version, Tray: f.tray, Look: appearance(),
			})
		}},
	}
}
