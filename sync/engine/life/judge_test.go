package life_test

import (
	"context"
	"fmt"
	"slices"

	"coffer/app/ledger"
	"coffer/sync/engine"
)

// verdict is what became of a hold that Coffer had seen when its booked row came. The gravest counts, once wrong.
type verdict int

const (
	unseen verdict = iota
	matched
	asked     // in review beside its own row
	elsewhere // in review beside another row, or its own row is beside another hold
	beside    // the bank still listed the hold beside its booked row: there is nothing to match yet
	missed    // neither matched nor in review
	wrong     // matched with another movement
)

// shelf is a store that the judge may look into.
type shelf interface {
	engine.Store
	Stored(ctx context.Context, account ledger.AccountID, from, to ledger.Date, aliases []string) ([]ledger.Transaction, []ledger.Tombstone, error)
}

// judge stands between the engine and the store and holds each decision against the truth. The plan of a batch is made of
// what is stored alone, so it sees the same one as the store makes.
type judge struct {
	shelf
	bank     *teller
	verdicts map[*movement]verdict
	waiting  map[*movement]bool // whose hold is stored, and not booked, before the plan
	reviewed map[string]int     // rows that wait for the person, by account and key
	faults   []string
	merges   int // rows that were taken for another movement's
	twice    int // rows in review although they are there
	needless int // questions about two booked rows that are two movements
	gaps     int // rows of an answer that the bank itself called incomplete (206), not told again since
	say      func(format string, args ...any)
}

func (j *judge) Reconcile(ctx context.Context, batch ledger.Batch, w ledger.Write) (ledger.Written, error) {
	from, to, aliases := batch.Reach()
	stored, gone, err := j.Stored(ctx, w.Account, from, to, aliases)
	if err != nil {
		return ledger.Written{}, err
	}
	w.Plan = ledger.Reconcile(stored, gone, batch)
	plan := w.Plan
	var done ledger.Written
	if m, here := j.shelf.(*memory); here {
		done, err = m.apply(ctx, batch, w)
	} else {
		done, err = j.shelf.Reconcile(ctx, batch, w)
	}
	if err == nil {
		j.judge(batch, plan, stored)
	}
	return done, err
}

// judge looks at every decision of a plan that was saved.
func (j *judge) judge(batch ledger.Batch, plan ledger.Plan, stored []ledger.Transaction) {
	held := make(map[ledger.TransactionID]ledger.Transaction, len(stored))
	waiting, there := map[*movement]bool{}, map[string]bool{}
	j.waiting = waiting
	for _, t := range stored {
		held[t.ID] = t
		s, ok := j.bank.truth(t.Row)
		if ok && s.part < 0 && t.Status != ledger.Booked {
			waiting[s.of] = true
		}
		there[s.key] = ok
	}
	for _, u := range plan.Update {
		j.pair("update", u.Came, held[u.ID], u.Reason)
	}
	for _, m := range plan.Same {
		if m.ID != "" {
			j.pair("same", m.Row, held[m.ID], m.Reason)
		}
	}
	for _, m := range plan.Review {
		j.review(m, held[m.ID])
	}
	listed := map[*movement]bool{}
	for _, row := range batch.Rows {
		if s, ok := j.bank.truth(row); ok && row.Pending {
			listed[s.of] = true
		}
	}
	for _, i := range plan.Insert {
		s, ok := j.bank.truth(i.Row)
		if ok && there[s.key] {
			j.say("TWICE: %v: part %d came as %+v, complete %v", s.of, s.part, i.Row, batch.Complete)
		}
		if ok && s.part >= 0 && waiting[s.of] && listed[s.of] {
			j.settle(s.of, beside)
		} else if ok && s.part >= 0 && waiting[s.of] {
			j.settle(s.of, missed)
			j.say("missed: %v: part %d came as %+v, complete %v", s.of, s.part, i.Row, batch.Complete)
		}
	}
	j.asks(plan, held)
	for _, c := range plan.Drop {
		if s, ok := j.bank.truth(held[c.ID].Row); ok {
			j.drop(c, s, plan, held)
		}
	}
}

// asks judges the questions about rows that are stored.
func (j *judge) asks(plan ledger.Plan, held map[ledger.TransactionID]ledger.Transaction) {
	for _, q := range plan.Ask {
		s, known := j.bank.truth(held[q.Row].Row)
		was, stands := j.bank.truth(held[q.Other].Row)
		switch {
		case !known || !stands:
		case held[q.Other].Status == ledger.Booked:
			j.reviewed[s.key]++
			if like(s.of, was.of) {
				j.twice++
			} else {
				j.needless++
			}
		case like(s.of, was.of):
			j.settle(was.of, asked)
		default:
			j.settle(was.of, elsewhere)
		}
	}
}

// drop judges the end of a hold: it came to nothing, or to rows that are there.
func (j *judge) drop(c ledger.Change, was sight, plan ledger.Plan, held map[ledger.TransactionID]ledger.Transaction) {
	right := true
	switch c.Reason.ID {
	case ledger.ReasonParts:
		right = was.of.kind == split
	case ledger.ReasonBeside:
		right = slices.ContainsFunc(plan.Told, func(told ledger.Change) bool {
			s, ok := j.bank.truth(held[told.ID].Row)
			return told.Reason.ID == c.Reason.ID && ok && s.part >= 0 && like(s.of, was.of)
		})
	default:
		switch {
		case was.of.kind == dropped:
			j.settle(was.of, matched)
		case j.verdicts[was.of] == beside:
			j.settle(was.of, missed)
		}
		return
	}
	if right {
		j.settle(was.of, matched)
		return
	}
	j.settle(was.of, wrong)
	j.say("WRONG %s of %v", c.Reason.ID, was.of)
}

// settle keeps the best that is known, unless something was wrong.
func (j *judge) settle(m *movement, v verdict) {
	old := j.verdicts[m]
	if old == unseen || v == wrong || old != wrong && (v < old || old == beside && v == missed) {
		j.verdicts[m] = v
	}
}

func (j *judge) pair(what string, came ledger.Row, t ledger.Transaction, why ledger.Reason) {
	s, known := j.bank.truth(came)
	was, stands := j.bank.truth(t.Row)
	if !known || !stands {
		return // from a file
	}
	settles := t.Status != ledger.Booked && !came.Pending
	if like(s.of, was.of) && (settles || s.part == was.part || s.part < 0 && t.Status == ledger.Booked || splitTwins(s, was)) {
		if settles {
			j.settle(was.of, matched)
		}
		return
	}
	if !settles && (came.Line > 0) != (t.Line > 0) && alikeInFile(s, was) {
		return
	}
	j.say("WRONG %s %s: row of %v part %d\n  taken for %v part %d\n  came %+v\n  stored %+v", what, why.ID, s.of, s.part, was.of, was.part, came, t.Row)
	if settles {
		j.settle(was.of, wrong)
		if j.waiting[s.of] {
			j.settle(s.of, missed)
		}
		return
	}
	j.merges++
	j.faults = append(j.faults, fmt.Sprintf("false merge by %s: a row of %v part %d was taken for %v part %d", why.ID, s.of, s.part, was.of, was.part))
}

// alikeInFile reports whether two booked rows are of one shop, amount and week: a file that dates them otherwise tells them
// apart no more.
func alikeInFile(a, b sight) bool {
	far := a.row.Date - b.row.Date
	return a.part >= 0 && b.part >= 0 && a.of.shop.name == b.of.shop.name && a.row.Amount == b.row.Amount && max(far, -far) <= 3
}

// splitTwins reports whether two parts of a hold are of equal amounts and days.
func splitTwins(a, b sight) bool {
	return a.part >= 0 && b.part >= 0 && a.of.parts[a.part].cents == b.of.parts[b.part].cents
}

func (j *judge) review(m ledger.Match, t ledger.Transaction) {
	s, known := j.bank.truth(m.Row)
	was, stands := j.bank.truth(t.Row)
	if !known {
		return
	}
	j.reviewed[s.key]++
	if stands && was.of == s.of && t.Status == ledger.Booked {
		j.twice++
	} else if stands && !like(was.of, s.of) && t.Status == ledger.Booked {
		j.needless++
	}
	if stands && was.part < 0 && t.Status != ledger.Booked {
		v := elsewhere
		if like(was.of, s.of) {
			v = asked
		}
		j.settle(was.of, v)
		if j.waiting[s.of] && s.part >= 0 {
			j.settle(s.of, v)
		}
	}
	j.say("review %s: row of %v part %d beside %v part %d", m.Reason.ID, s.of, s.part, was.of, was.part)
}

// face is what a person sees of a row.
type face struct {
	day     ledger.Date
	cents   int64
	pending bool
}

// compare holds what is stored of account n in the end against all that the bank told: each booked row once.
func (j *judge) compare(ctx context.Context, n int, account ledger.AccountID) error {
	stored, _, err := j.Stored(ctx, account, first-400, first+400, nil)
	if err != nil {
		return err
	}
	balance := map[face]int{}
	spare := map[face]int{}
	keys := map[string][]face{}
	for _, t := range stored {
		if t.Status == ledger.Dropped || t.Status == ledger.Pending && t.Missing > 0 {
			continue
		}
		f := face{t.Date, t.Amount.Minor, t.Status == ledger.Pending}
		balance[f]++
		if s, ok := j.bank.truth(t.Row); ok {
			keys[s.key] = append(keys[s.key], f)
		} else {
			spare[f]++ // a file's word: judged by the count alone
		}
	}
	for key, faces := range keys {
		if len(faces) > 1 && j.reviewed[key] > 0 {
			for _, f := range faces {
				spare[f]++
			}
		}
	}
	h := j.bank.accounts[n]
	for _, s := range j.bank.delivered[n] {
		gone := s.part < 0 && (j.bank.now < s.of.from || j.bank.now >= s.of.to)
		f := face{s.row.Date, s.row.Amount.Minor, s.row.Pending}
		switch {
		case gone:
			continue
		case s.part < 0 && len(s.of.parts) > 0 && s.of.parts[0].from <= j.bank.now: // beside its own booked row: it may be laid aside
			spare[f]++
			continue
		}
		balance[f]--
	}
	for f, over := range balance {
		switch {
		case over < 0 && j.bank.withheld[n][f.day]:
			j.gaps -= over
		case over < 0:
			j.faults = append(j.faults, fmt.Sprintf("account %d (%+v): %d missing of %+v", n, h.custom, -over, f))
		case over > spare[f]:
			j.faults = append(j.faults, fmt.Sprintf("account %d (%+v): %d too many of %+v", n, h.custom, over-spare[f], f))
		}
	}
	for _, t := range stored {
		if f := (face{t.Date, t.Amount.Minor, t.Status == ledger.Pending}); balance[f] != 0 {
			j.say("stored of %+v: %v known as %v, %+v", f, t.ID, t.Aliases, t.History)
		}
	}
	slices.Sort(j.faults)
	return nil
}
