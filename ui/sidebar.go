//go:build !nogui

package ui

import (
	"context"
	"errors"
	"strconv"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/alerts"
	"coffer/ui/banks"
	"coffer/ui/imports"
	"coffer/ui/part"
	"coffer/ui/privacy"
	"coffer/ui/transactions"

	"fyne.io/fyne/v2"
)

func (f *frame) newSidebar() *part.Sidebar {
	spec := part.SidebarSpec{
		Name: f.voice.T("app.name", "Coffer"),
		Acts: []part.Place{
			{Icon: f.amountsIcon(), Label: f.amountsLabel(), OnTap: f.toggleAmounts},
			{Icon: "lock", Label: f.voice.T("act.lock", "Lock"), OnTap: f.lockNow},
		},
	}
	for i, p := range f.places {
		spec.Places = append(spec.Places, part.Place{Icon: p.icon, Label: p.name(f.voice), OnTap: func() { f.goTo(i) }})
	}
	return part.NewSidebar(spec)
}

// showStatus writes the badges and the as-of line.
func (f *frame) showStatus(s app.Status) {
	if f.sidebar == nil {
		return
	}
	f.sidebar.SetBadge(alertsPlace, badge(s.Alerts), part.Grave)
	f.sidebar.SetBadge(banksPlace, badge(s.Links), part.Attention)
	if len(f.config.Coffer.Running()) > 0 {
		return
	}
	now := f.config.Coffer.Now()
	line := part.Status{Icon: "check-circle", Title: f.voice.T("status.up-to-date", "Up to date")}
	switch {
	case f.unread != nil:
		f.sidebar.SetStatus(part.Status{
			Icon: "offline", Title: f.voice.T("status.failed", "Not everything was read"), Line: f.voice.T("status.see-banks", "Press to see which bank"),
			OnTap: func() { f.goTo(banksPlace) },
		})
		return
	case s.AsOf.IsZero():
		line = part.Status{Icon: "info", Title: f.voice.T("status.nothing", "Nothing read yet")}
	case len(s.Failed) > 0:
		line = part.Status{Icon: "offline", Title: f.voice.T("status.silent", "{{.Bank}} didn't answer", "Bank", s.Failed[0].Bank)}
	}
	if !s.AsOf.IsZero() {
		line.Line = f.voice.T("status.read", "Read {{.Age}}", "Age", f.voice.Age(s.AsOf, now))
	}
	f.sidebar.SetStatus(line)
}

func badge(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// refresh reads every link; again while it runs, everything that is read is stopped.
func (f *frame) refresh() {
	if f.refreshing {
		f.stopReading()
		return
	}
	f.refreshing = true
	f.desk.Do(f.ctx, f.config.Coffer.RefreshAll, func(err error) {
		f.refreshing = false
		f.unread = err
		if errors.Is(err, context.Canceled) || f.mode != atPlaces {
			f.unread = nil // the person, or the lock, ended it
		}
		f.showJobs()
	})
}

func (f *frame) stopReading() { f.config.Coffer.StopReading("") }

// showJobs writes what is read now and how far that is, whoever began it; pressing the line stops it.
func (f *frame) showJobs() {
	running := f.config.Coffer.Running()
	f.begun = max(f.begun, len(running))
	if len(running) == 0 {
		f.begun = 0
	}
	if f.sidebar == nil {
		return
	}
	if len(running) == 0 {
		f.status.Refresh(f.ctx)
		return
	}
	v, rows := f.voice, 0
	for _, p := range running {
		rows += p.Rows
	}
	now := part.Status{Icon: "refresh", Title: v.T("status.refreshing", "Refreshing"), Line: v.T("status.cancel", "Press to cancel"), OnTap: f.stopReading}
	switch p := running[0]; {
	case f.begun > 1:
		now.Title = v.N("status.read-of", "{{.Done}} of {{.N}} bank read", "{{.Done}} of {{.N}} banks read", f.begun, "Done", v.Count(f.begun-len(running)))
	case p.Accounts > 1:
		now.Title = v.T("status.reading-of", "{{.Bank}}, {{.No}} of {{.Of}}", "Bank", p.Bank, "No", v.Count(p.AccountNo), "Of", v.Count(p.Accounts))
	case p.Account != "":
		now.Title = v.T("status.reading", "Reading {{.Account}}", "Account", p.Account)
	}
	if rows > 0 {
		now.Line = v.N("status.rows", "{{.N}} row, press to cancel", "{{.N}} rows, press to cancel", rows)
	}
	f.sidebar.SetStatus(now)
}

func (f *frame) showTransactions(filter ledger.Filter) {
	f.goTo(transactionsPlace)
	if s, ok := f.made[transactionsPlace].(*transactions.Screen); ok {
		s.Filter(filter)
	}
}

func (f *frame) showTransaction(id ledger.TransactionID) {
	f.goTo(transactionsPlace)
	if s, ok := f.made[transactionsPlace].(*transactions.Screen); ok {
		s.Open(id)
	}
}

func (f *frame) showReviews() {
	f.goTo(transactionsPlace)
	if s, ok := f.made[transactionsPlace].(*transactions.Screen); ok {
		s.Review()
	}
}

func (f *frame) showAlert(id alert.ID) {
	f.goTo(alertsPlace)
	if s, ok := f.made[alertsPlace].(*alerts.Screen); ok {
		s.Open(id)
	}
}

// showWatchlist shows what the person told ahead, over the alerts.
func (f *frame) showWatchlist() {
	f.goTo(alertsPlace)
	if s, ok := f.made[alertsPlace].(*alerts.Screen); ok {
		s.OpenWatchlist()
	}
}

// showConnections shows every connection, whatever the place showed before.
func (f *frame) showConnections() {
	f.goTo(privacyPlace)
	if s, ok := f.made[privacyPlace].(*privacy.Screen); ok {
		s.ShowAll()
	}
}

func (f *frame) addBank() {
	f.goTo(banksPlace)
	if s, ok := f.made[banksPlace].(*banks.Screen); ok {
		s.AddBank()
	}
}

// importFile asks for a statement file and shows what it would bring.
func (f *frame) importFile() { f.importFrom("") }

// dropped imports a file that was dropped on the window.
func (f *frame) dropped(_ fyne.Position, files []fyne.URI) {
	if f.mode == atPlaces && len(files) > 0 {
		f.importFrom(files[0].Path())
	}
}

func (f *frame) importFrom(path string) {
	f.sidebar.Select(transactionsPlace)
	f.at = transactionsPlace
	f.put(imports.New(f.config.Coffer, f.voice, f.desk, imports.Go{
		Window: f.window, Path: path,
		Done: func() { f.goTo(transactionsPlace) },
	}))
}
