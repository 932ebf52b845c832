package transactions_test

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/event"
	"coffer/app/ledger"
	"coffer/app/money"
)

// books is a store in memory: it sorts and filters as the register's contract says.
type books struct {
	mu       sync.Mutex
	accounts []ledger.AccountView
	rows     []app.Detail // newest first, pending ones before
	changes  event.Topic[int]
	fail     error         // of every read
	failSave error         // of every write
	gate     chan struct{} // a read waits here, if it is set
	inside   int           // reads under way
	total    int           // reads ever
	hold     func(s span) bool
	spans    []span   // that Rows was asked for
	saved    []string // what was written

	phones             map[ledger.AccountID]app.BankPhone
	questions, decided []app.ReviewView
	transfers          map[ledger.TransferState][]app.TransferView
	bin                app.Detail // what was deleted, and where it stood
	binAt              int
}

type span struct{ offset, limit int }

func (b *books) enter(ctx context.Context) error {
	b.mu.Lock()
	gate, err := b.gate, b.fail
	b.inside++
	b.total++
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.inside--
	}()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

func (b *books) Accounts(ctx context.Context) ([]ledger.AccountView, error) {
	return b.accounts, b.enter(ctx)
}

func has(d *app.Detail, f ledger.Filter) bool {
	return (f.Account == "" || d.Account.ID == f.Account) && (f.From == 0 || d.Date >= f.From) && (f.To == 0 || d.Date <= f.To) &&
		(f.Category == "" || d.Category == f.Category) && (!f.Pending || d.Status == ledger.Pending) &&
		(!f.Flagged || d.Alert != nil) && (!f.Uncat || d.Category == "") &&
		(f.Search == "" || strings.Contains(strings.ToLower(d.Payee+d.Note), strings.ToLower(f.Search)))
}

func (b *books) found(f ledger.Filter, o ledger.Order) []*app.Detail {
	var all []*app.Detail
	for i := range b.rows {
		if has(&b.rows[i], f) {
			all = append(all, &b.rows[i])
		}
	}
	by := map[ledger.Order]func(a, b *app.Detail) int{
		ledger.OldestFirst: func(a, b *app.Detail) int {
			return cmp.Or(cmp.Compare(b.Status, a.Status), cmp.Compare(a.Date, b.Date))
		},
		ledger.PayeeUp:    func(a, b *app.Detail) int { return cmp.Compare(a.Payee, b.Payee) },
		ledger.PayeeDown:  func(a, b *app.Detail) int { return cmp.Compare(b.Payee, a.Payee) },
		ledger.AmountUp:   func(a, b *app.Detail) int { return cmp.Compare(a.Amount.Minor, b.Amount.Minor) },
		ledger.AmountDown: func(a, b *app.Detail) int { return cmp.Compare(b.Amount.Minor, a.Amount.Minor) },
	}[o]
	if by != nil {
		slices.SortStableFunc(all, by)
	}
	return all
}

func (b *books) Rows(ctx context.Context, f ledger.Filter, o ledger.Order, offset, limit int) ([]ledger.RegisterRow, error) {
	b.mu.Lock()
	b.spans = append(b.spans, span{offset, limit})
	held := b.hold != nil && b.hold(span{offset, limit})
	if held {
		b.inside++
	}
	b.mu.Unlock()
	if held {
		<-ctx.Done()
		b.mu.Lock()
		defer b.mu.Unlock()
		b.inside--
		return nil, ctx.Err()
	}
	if err := b.enter(ctx); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.found(f, o)
	var rows []ledger.RegisterRow
	for _, d := range all[min(offset, len(all)):min(offset+limit, len(all))] {
		r := ledger.RegisterRow{ID: d.ID, Account: d.Account.ID, Status: d.Status, Date: d.Date, Amount: d.Amount, Payee: d.Payee, Category: d.Category}
		if d.Alert != nil {
			r.Flag = ledger.Flag(d.Alert.Level + 1)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (b *books) Totals(ctx context.Context, f ledger.Filter) (ledger.Totals, error) {
	if err := b.enter(ctx); err != nil {
		return ledger.Totals{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var t ledger.Totals
	for i := range b.rows {
		d := &b.rows[i]
		if !has(d, f) {
			continue
		}
		into := &t.Booked
		if d.Status == ledger.Pending {
			into = &t.Pending
		}
		k := slices.IndexFunc(*into, func(s ledger.Sum) bool { return s.In.Currency == d.Amount.Currency })
		if k < 0 {
			k = len(*into)
			*into = append(*into, ledger.Sum{In: money.New(0, d.Amount.Currency), Out: money.New(0, d.Amount.Currency)})
		}
		s := &(*into)[k]
		s.Count++
		s.In.Minor += max(0, d.Amount.Minor)
		s.Out.Minor += min(0, d.Amount.Minor)
	}
	return t, nil
}

func (b *books) one(id ledger.TransactionID) *app.Detail {
	for i := range b.rows {
		if b.rows[i].ID == id {
			return &b.rows[i]
		}
	}
	return nil
}

func (b *books) Transaction(ctx context.Context, id ledger.TransactionID) (app.Detail, error) {
	if err := b.enter(ctx); err != nil {
		return app.Detail{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if d := b.one(id); d != nil {
		return *d, nil
	}
	return app.Detail{}, ledger.ErrNotFound
}

func (b *books) write(ctx context.Context, said string, by func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	if b.failSave != nil {
		defer b.mu.Unlock()
		return b.failSave
	}
	b.saved = append(b.saved, said)
	by()
	b.mu.Unlock()
	b.changes.Tell(0)
	return nil
}

func (b *books) SetCategory(ctx context.Context, id ledger.TransactionID, c ledger.Category) (was ledger.Category, err error) {
	err = b.write(ctx, "category "+string(id)+" "+string(c), func() { d := b.one(id); was, d.Category = d.Category, c })
	return was, err
}

func (b *books) SetNote(ctx context.Context, id ledger.TransactionID, note string) (was string, err error) {
	err = b.write(ctx, "note "+string(id)+" "+note, func() { d := b.one(id); was, d.Note = d.Note, note })
	return was, err
}

func (b *books) Answer(ctx context.Context, id alert.ID, a alert.Answer) (was alert.Alert, err error) {
	err = b.write(ctx, "answer "+string(id)+" "+strconv.Itoa(int(a)), func() {
		for i := range b.rows {
			if x := b.rows[i].Alert; x != nil && x.ID == id {
				was, b.rows[i].Alert = *x, nil
			}
		}
	})
	return was, err
}

func (b *books) BankPhone(ctx context.Context, id ledger.AccountID) (app.BankPhone, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.phones[id], b.fail
}

func (b *books) SetBankPhone(ctx context.Context, id ledger.AccountID, number string) (was string, err error) {
	err = b.write(ctx, "phone "+string(id)+" "+number, func() {
		if b.phones == nil {
			b.phones = map[ledger.AccountID]app.BankPhone{}
		}
		was = b.phones[id].Number
		b.phones[id] = app.BankPhone{Number: number, At: today.Time()}
	})
	return was, err
}

func (b *books) WatchRow(ctx context.Context, id ledger.TransactionID, act app.WatchAct) (w app.WatchChange, err error) {
	err = b.write(ctx, "watch "+string(id)+" "+strconv.Itoa(int(act)), func() {
		d := b.one(id)
		e := map[app.WatchAct]alert.WatchEntry{
			app.Block: alert.WatchedMerchant{ID: "blocked", Shown: d.Payee, Blocked: true}, app.Trust: alert.WatchedMerchant{ID: "trusted", Shown: d.Payee},
			app.ExpectRefund: alert.ExpectedRefund{ID: "refund", Shown: d.Payee, Minor: -d.Amount.Minor, Currency: d.Amount.Currency, Since: d.Date},
			app.Cancelled:    alert.CancelledSeries{ID: "cancelled", Shown: d.Payee, Since: d.Date}, app.KnowPayee: alert.KnownPayee{ID: "payee", Shown: d.Payee},
		}[act]
		d.Watched = append(d.Watched, e)
		w.Now.Entry = e
	})
	return w, err
}

func (b *books) Unwatch(ctx context.Context, key string) (w app.WatchChange, err error) {
	err = b.write(ctx, "unwatch "+key, func() {
		for i := range b.rows {
			b.rows[i].Watched = slices.DeleteFunc(b.rows[i].Watched, func(e alert.WatchEntry) bool {
				if e.Key() == key {
					w.Was.Entry = e
				}
				return e.Key() == key
			})
		}
	})
	return w, err
}

func (b *books) UndoWatch(ctx context.Context, w app.WatchChange) error {
	return b.write(ctx, "watch undone", func() {
		for i := range b.rows {
			if w.Now.Entry != nil {
				b.rows[i].Watched = slices.DeleteFunc(b.rows[i].Watched, func(e alert.WatchEntry) bool { return e.Key() == w.Now.Entry.Key() })
			}
		}
	})
}

func (b *books) Unanswer(ctx context.Context, was alert.Alert) error {
	return b.write(ctx, "unanswer "+string(was.ID), func() { b.one(was.Rows[0]).Alert = &was })
}

func (b *books) Listen(ctx context.Context, changed func()) {
	b.changes.Listen(ctx, func(int) { changed() })
}

func (b *books) Today() ledger.Date { return today }

func (b *books) open() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gate != nil {
		close(b.gate)
		b.gate = nil
	}
}

func (b *books) entered() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.total
}

func (b *books) waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.inside
}

func (b *books) shut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gate = make(chan struct{})
}

func (b *books) Waiting(ctx context.Context) (app.Waiting, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return app.Waiting{Reviews: len(b.questions), Transfers: len(b.transfers[ledger.TransferProposed])}, b.fail
}

func (b *books) Reviews(ctx context.Context, limit int) ([]app.ReviewView, error) {
	if err := b.enter(ctx); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.questions[:min(limit, len(b.questions))]), nil
}

func (b *books) DecidedReviews(ctx context.Context, limit int) ([]app.ReviewView, error) {
	if err := b.enter(ctx); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.decided[:min(limit, len(b.decided))]), nil
}

func moveReview(from, to *[]app.ReviewView, row, other ledger.TransactionID, v ledger.Verdict) {
	i := slices.IndexFunc(*from, func(r app.ReviewView) bool { return r.Row.ID == row && r.Other.ID == other })
	r := (*from)[i]
	r.Verdict, r.At = v, today.Time()
	*from = slices.Delete(slices.Clone(*from), i, i+1)
	*to = slices.Insert(slices.Clone(*to), min(i, len(*to)), r)
}

func (b *books) Decide(ctx context.Context, row, other ledger.TransactionID, v ledger.Verdict) error {
	return b.write(ctx, "decide "+string(row)+" "+strconv.Itoa(int(v)), func() { moveReview(&b.questions, &b.decided, row, other, v) })
}

func (b *books) Undecide(ctx context.Context, row, other ledger.TransactionID) error {
	return b.write(ctx, "undecide "+string(row), func() { moveReview(&b.decided, &b.questions, row, other, ledger.Undecided) })
}

func (b *books) Transfers(ctx context.Context, state ledger.TransferState, limit int) ([]app.TransferView, error) {
	if err := b.enter(ctx); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.transfers[state]
	return slices.Clone(all[:min(limit, len(all))]), nil
}

func (b *books) DecideTransfer(ctx context.Context, out, in ledger.TransactionID, state ledger.TransferState) (was ledger.TransferState, err error) {
	err = b.write(ctx, "transfer "+string(out)+" "+strconv.Itoa(int(state)), func() {
		for from, all := range b.transfers {
			for i, p := range all {
				if p.Out == out && p.In == in {
					was, p.State = from, state
					b.transfers[from] = slices.Delete(slices.Clone(all), i, i+1)
					b.transfers[state] = append(b.transfers[state], p)
					return
				}
			}
		}
	})
	return was, err
}

func (b *books) Candidates(ctx context.Context, id ledger.TransactionID) ([]app.Candidate, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	of := b.one(id)
	var all []app.Candidate
	for _, d := range b.rows {
		if d.Status == ledger.Booked && d.Account.ID != of.Account.ID && (d.Amount.Minor > 0) != (of.Amount.Minor > 0) {
			all = append(all, app.Candidate{Transaction: d.Transaction, Account: d.Account, Same: d.Amount.Minor == -of.Amount.Minor})
		}
	}
	return all, b.fail
}

func (b *books) MarkTransfer(ctx context.Context, a, c ledger.TransactionID) (p ledger.TransferPair, was ledger.TransferState, err error) {
	p = ledger.TransferPair{Out: a, In: c, State: ledger.TransferLinked}
	return p, ledger.NoTransfer, b.write(ctx, "mark "+string(a)+" "+string(c), func() {})
}

func (b *books) DeleteTransaction(ctx context.Context, id ledger.TransactionID) error {
	return b.write(ctx, "delete "+string(id), func() {
		i := slices.IndexFunc(b.rows, func(d app.Detail) bool { return d.ID == id })
		b.bin, b.binAt = b.rows[i], i
		b.rows = slices.Delete(slices.Clone(b.rows), i, i+1)
	})
}

func (b *books) DeletedTransactions(ctx context.Context, limit int) ([]ledger.DeletedRow, error) {
	if err := b.enter(ctx); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bin.ID == "" || slices.ContainsFunc(b.rows, func(d app.Detail) bool { return d.ID == b.bin.ID }) {
		return nil, nil
	}
	return []ledger.DeletedRow{{Transaction: b.bin.Transaction, At: today.Time()}}, nil
}

func (b *books) Undelete(ctx context.Context, id ledger.TransactionID) error {
	return b.write(ctx, "undelete "+string(id), func() { b.rows = slices.Insert(slices.Clone(b.rows), b.binAt, b.bin) })
}
