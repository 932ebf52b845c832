package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// judge is what the judge of alerts knows while the vault is open: states at the starts of days, so that new rows are judged without
// reading all.
type judge struct {
	ladder alert.Ladder
	known  bool // ladder has what is in the vault
	work   int  // rows judged since a state was last sealed
	size   int  // bytes of the state that was last sealed
	tidy   bool // the search index was looked at, and few rows came since
}

// sealWorth is how many bytes of a state are written at most for each row that was judged since the last: sealing costs less than judging.
const sealWorth = 512

// scoreTries is how often rows are scored that change while they are. After that they wait: who
// writes them scores when done.
const scoreTries = 3

// scoreAll finds the transfers among rows that were saved, and judges every row not yet scored, one scoring at a time. Rows and marks
// are saved together, alerts and the clearing of the mark too: a crash between loses no alert.
func (c *Coffer) scoreAll(ctx context.Context) error {
	select {
	case c.scoring <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait to look for what is unusual: %w", ctx.Err())
	}
	return c.scoreNow(ctx)
}

// scoreUnlessBusy is scoreAll where none is at work. One that is sees that something changed, and judges anew.
func (c *Coffer) scoreUnlessBusy(ctx context.Context) error {
	select {
	case c.scoring <- struct{}{}:
		return c.scoreNow(ctx)
	default:
		return nil
	}
}

// untidyRows is how many rows that are judged at once are worth a look at the search index.
const untidyRows = 2000

// besidePatience is how long opening a vault waits for what is judged: a day's rows take no time, all rows of a long life do.
const besidePatience = 2 * time.Second

// scoreBeside is scoreAll that is not waited for to its end where it takes long: it goes on beside, until the vault locks.
func (c *Coffer) scoreBeside(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.scoreLater(c.scoreAll(context.WithoutCancel(ctx)))
	}()
	late := time.NewTimer(besidePatience)
	defer late.Stop()
	select {
	case <-done:
	case <-late.C:
	}
}

// scoreNow scores with the token of scoring, and gives it back.
func (c *Coffer) scoreNow(ctx context.Context) error {
	defer func() { <-c.scoring }()
	scored, paired := 0, false
	err := c.use(ctx, "look for what is unusual", func(ctx context.Context, o *opened) error {
		var unpaired error // keeps no alert back
		paired, unpaired = c.pairAll(ctx, o)
		for range scoreTries {
			stale, err := c.scoreDue(ctx, o, &scored)
			if err != nil || !stale {
				return errors.Join(unpaired, err, c.tidy(ctx, o))
			}
		}
		return unpaired
	})
	if paired {
		c.Changed.Accounts.Tell("")
	}
	if scored > 0 {
		c.Changed.Alerts.Tell("")
	}
	if fault.KindOf(err) == fault.Locked {
		return nil // the marks stay: unlocking scores them
	}
	return err
}

// tidy has the search index tidied, once after opening and when many rows came. What is not done is done another time.
func (c *Coffer) tidy(ctx context.Context, o *opened) error {
	if o.judge.tidy {
		return nil
	}
	err := o.store.TidyWords(ctx)
	o.judge.tidy = err == nil
	return err
}

// scoreAfter is scoreAll after a read that ended with err, which it returns if there is one: what the bank did
// counts, not that scoring was then given up.
func (c *Coffer) scoreAfter(ctx context.Context, err error) error {
	scored := c.scoreAll(ctx)
	if err == nil {
		return scored
	}
	c.scoreLater(scored)
	return err
}

// scoreLater tells the log why what was saved is not scored yet. The marks stay: nothing is lost.
func (c *Coffer) scoreLater(err error) {
	if err != nil && fault.KindOf(err) != fault.Canceled {
		c.config.Log.Warn("saved rows wait to be scored", "err", err)
	}
}

// scoreDue judges what waits, once. Stale reports whether what it hangs on changed meanwhile.
func (c *Coffer) scoreDue(ctx context.Context, o *opened, scored *int) (stale bool, err error) {
	due, err := c.dueOf(ctx, o)
	if err != nil {
		return false, err
	}
	j := judgement{c: c, o: o, due: due, held: map[ledger.AccountID]ledger.Date{}}
	if err := j.holdBack(ctx); err != nil {
		return false, err
	}
	from, waits := j.due.From()
	if !waits && !due.Late(c.Now()) {
		return false, nil
	}
	if err := j.begin(ctx, from, waits); err != nil {
		return false, err
	}
	if err := j.rows(ctx); err != nil {
		return false, err
	}
	if j.state.Doubtful() {
		j.anew()
		if err := j.rows(ctx); err != nil {
			return false, err
		}
	}
	fresh, err := j.save(ctx)
	if fresh {
		*scored++
	}
	return err == nil && !fresh, err
}

// dueOf is what waits to be judged. Days that are to come, as of a row that is dated wrongly, don't count as the last: states are kept and
// alerts are counted near today.
func (c *Coffer) dueOf(ctx context.Context, o *opened) (alert.Due, error) {
	due, err := o.store.Due(ctx)
	due.Last = min(due.Last, c.Today())
	return due, err
}

// judgement is one pass over the rows that wait.
type judgement struct {
	c       *Coffer
	o       *opened
	due     alert.Due
	held    map[ledger.AccountID]ledger.Date // accounts that are just being read, and from which day on their rows wait
	known   alert.Known
	state   *alert.State
	start   ledger.Date // of the first day judged
	whole   bool        // from the first row on
	wanted  []ledger.Date
	ladder  alert.Ladder
	judged  int
	found   []alert.Alert
	waiting []ledger.AccountID
}

// holdBack leaves out the accounts that are just being read: their newest rows are there before the older ones that they are held against.
// The end of that read scores them.
func (j *judgement) holdBack(ctx context.Context) error {
	var marks []alert.Mark
	for _, m := range j.due.Marks {
		halfRead, err := j.c.halfRead(ctx, j.o, m.Account)
		if err != nil {
			return err
		}
		if halfRead {
			j.held[m.Account] = m.From
			j.waiting = append(j.waiting, m.Account)
			j.o.judge.ladder.Drop(m.From)
			continue
		}
		marks = append(marks, m)
	}
	j.due.Marks = marks
	return nil
}

// halfRead reports whether the account is just being read.
func (c *Coffer) halfRead(ctx context.Context, o *opened, id ledger.AccountID) (bool, error) {
	if c.underRead.none() {
		return false, nil
	}
	a, err := o.store.Account(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) { // erased meanwhile
		return false, nil
	}
	return c.underRead.has(consent.LinkID(a.Link)), err
}

// begin finds the newest state that knows nothing of the days to be judged.
func (j *judgement) begin(ctx context.Context, from ledger.Date, waits bool) (err error) {
	keeper := &j.o.judge
	if !keeper.known {
		for _, day := range j.due.States {
			keeper.ladder.Put(alert.Rung{Day: day, Sealed: true})
		}
		keeper.known = true
	}
	if waits {
		keeper.ladder.Drop(from)
	}
	for _, from := range j.held {
		keeper.ladder.Drop(from)
	}
	j.ladder = keeper.ladder.Copy()
	if j.known, err = j.c.knownOf(ctx, j.o); err != nil {
		return err
	}
	j.known.ScoredDays = alert.ScoredDays
	for {
		rung, there := j.ladder.Newest()
		if !there {
			j.state, j.whole, j.start = alert.NewState(), true, j.due.First
			break
		}
		if rung.State == nil {
			rung.State, err = j.read(ctx, rung.Day)
		}
		if err != nil { // made anew, from farther back
			j.c.config.Log.Warn("a state of the judge of alerts is not used", "err", err)
			j.ladder.Remove(rung.Day)
			err = nil
			continue
		}
		j.ladder.Put(rung)
		j.state, j.start = rung.State.Clone(), rung.Day
		break
	}
	j.wanted = j.ladder.Wanted(j.due.Last)
	return ctx.Err()
}

// anew begins at the first row, and scores all: of too many old ones the score counts.
func (j *judgement) anew() {
	j.ladder, j.found, j.known.ScoredDays = alert.Ladder{}, nil, 0
	j.state, j.whole, j.start = alert.NewState(), true, j.due.First
	j.wanted = j.ladder.Wanted(j.due.Last)
}

func (j *judgement) read(ctx context.Context, day ledger.Date) (*alert.State, error) {
	doc, err := j.o.store.JudgeState(ctx, day)
	if err != nil {
		return nil, err
	}
	s := alert.NewState()
	return s, s.UnmarshalBinary(doc)
}

// rows judges the rows from the start on, and keeps the states on the way that are wanted.
func (j *judgement) rows(ctx context.Context) error {
	for slice, err := range j.o.store.JudgeRows(ctx, j.start) {
		if err != nil {
			return err
		}
		slice = slices.DeleteFunc(slice, func(t ledger.Transaction) bool {
			from, held := j.held[t.Account]
			return held && t.Date >= from
		})
		for len(slice) > 0 {
			part := j.upToWanted(slice)
			j.judge(slice[:part])
			slice = slice[part:]
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	for len(j.wanted) > 0 && !j.whole { // no row is of that day or later
		j.keep()
	}
	j.add(j.state.Finish(j.known))
	return nil
}

// upToWanted returns how many rows come before the next day whose state is wanted, once it has kept those that are reached.
func (j *judgement) upToWanted(slice []ledger.Transaction) int {
	for len(j.wanted) > 0 && slice[0].Date >= j.wanted[0] {
		j.keep()
	}
	if len(j.wanted) == 0 {
		return len(slice)
	}
	if i := slices.IndexFunc(slice, func(t ledger.Transaction) bool { return t.Date >= j.wanted[0] }); i > 0 {
		return i
	}
	return len(slice)
}

// keep keeps the state as it is for the start of the next wanted day. One of before the first row says nothing.
func (j *judgement) keep() {
	day := j.wanted[0]
	j.wanted = j.wanted[1:]
	if next, begun := j.state.Next(); begun && day >= j.start && day >= next {
		j.ladder.Put(alert.Rung{Day: day, State: j.state.Clone()})
	}
}

func (j *judgement) judge(rows []ledger.Transaction) {
	j.judged += len(rows)
	j.add(j.state.Judge(rows, j.known))
}

// add keeps what was found; what is found again, with more rows, takes the place of what was.
func (j *judgement) add(found []alert.Alert) {
	for _, a := range found {
		if i := slices.IndexFunc(j.found, func(b alert.Alert) bool { return b.ID == a.ID }); i >= 0 {
			j.found[i] = a
		} else {
			j.found = append(j.found, a)
		}
	}
}

// save stores what was found and the states that are worth it, and keeps the ladder if nothing changed meanwhile.
func (j *judgement) save(ctx context.Context) (saved bool, err error) {
	keeper := &j.o.judge
	j.ladder.Thin(j.due.Last)
	fresh := alert.Fresh(j.known.Now)
	scored := alert.Scored{
		Marks: j.due.Marks, Epoch: j.due.Epoch, From: max(j.start, fresh), Fresh: fresh, Waiting: j.waiting, Found: j.found,
		Looked: ledger.DateOf(j.known.Now),
	}
	keeper.tidy = keeper.tidy && j.judged < untidyRows
	work, size := keeper.work+j.judged, keeper.size
	if scored.Sealed, err = seal(&j.ladder, &work, &size); err != nil {
		return false, err
	}
	for _, r := range j.ladder.Rungs() {
		if r.Sealed {
			scored.Keep = append(scored.Keep, r.Day)
		}
	}
	if saved, err = j.o.store.SaveScored(ctx, scored); saved && err == nil {
		keeper.ladder, keeper.work, keeper.size = j.ladder, work, size
	}
	return saved, err
}

// seal writes out the states, the newest first, that the work since the last pays for.
func seal(l *alert.Ladder, work, size *int) ([]alert.Sealed, error) {
	var sealed []alert.Sealed
	for _, r := range slices.Backward(l.Rungs()) {
		if r.Sealed || *work*sealWorth < *size {
			continue
		}
		doc, err := r.State.AppendBinary(nil)
		if err != nil {
			return nil, err
		}
		*work, *size = *work-len(doc)/sealWorth, len(doc)
		r.Sealed = true
		l.Put(r)
		sealed = append(sealed, alert.Sealed{Day: r.Day, Bytes: doc})
	}
	return sealed, nil
}

// knownOf is what judges beside the rows.
func (c *Coffer) knownOf(ctx context.Context, o *opened) (alert.Known, error) {
	k := alert.Known{Now: c.Now(), Zone: c.config.Now().Location()}
	var err error
	if k.Feedback, err = o.store.Feedback(ctx); err != nil {
		return k, err
	}
	if k.Sensitivity, err = sensitivities(ctx, o.store); err != nil {
		return k, err
	}
	if k.Watch, err = o.store.Watchlist(ctx); err != nil {
		return k, err
	}
	err = c.booksOf(ctx, o, &k)
	return k, err
}
