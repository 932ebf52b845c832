package app

import (
	"context"
	"slices"
	"sync"

	"coffer/app/consent"
	"coffer/app/fault"
)

// atOnce is how many links are read side by side.
const atOnce = 3

// Outcome is how the refresh of one link ended.
type Outcome struct {
	Link consent.LinkID
	Bank string
	Refreshed
	Err     error
	Stopped bool // by StopReading
}

// job is a refresh that runs or waits for its turn.
type job struct {
	link    consent.LinkID
	bank    string
	present bool // the person asked for it
	end     context.CancelFunc

	far     Progress // under jobs.mu, as what follows
	stopped bool
}

// jobs are the refreshes that Changed.Jobs tells of. The zero jobs is ready.
type jobs struct {
	mu  sync.Mutex
	all []*job // in the order in which they began
}

// begin puts a refresh on the list. work ends with ctx, and when the refresh is to be stopped.
func (c *Coffer) begin(ctx context.Context, l consent.Link, present bool) (j *job, work context.Context) {
	work, end := context.WithCancel(ctx)
	j = &job{link: l.ID, bank: l.Bank, present: present, end: end}
	c.jobs.mu.Lock()
	c.jobs.all = append(c.jobs.all, j)
	c.jobs.mu.Unlock()
	c.tell(j, Progress{Link: l.ID, Bank: l.Bank, Waits: true})
	return j, work
}

// tell lets Changed.Jobs know how far j is.
func (c *Coffer) tell(j *job, p Progress) {
	c.jobs.mu.Lock()
	j.far = p
	c.jobs.mu.Unlock()
	c.Changed.Jobs.Tell(p)
}

// over takes a job that has ended off the list.
func (c *Coffer) over(j *job) (stopped bool) {
	j.end()
	c.jobs.mu.Lock()
	c.jobs.all = slices.DeleteFunc(c.jobs.all, func(x *job) bool { return x == j })
	stopped = j.stopped
	c.jobs.mu.Unlock()
	c.Changed.Jobs.Tell(Progress{Link: j.link, Bank: j.bank, Ended: true})
	return stopped
}

// Running returns how far each refresh is that runs or waits for its turn, in the order in which they began.
func (c *Coffer) Running() []Progress {
	c.jobs.mu.Lock()
	defer c.jobs.mu.Unlock()
	all := make([]Progress, len(c.jobs.all))
	for i, j := range c.jobs.all {
		all[i] = j.far
	}
	return all
}

// StopReading ends each refresh of a link, whoever began it; an empty id means all links. What was saved stays,
// and the next refresh goes on from there. It does not wait.
func (c *Coffer) StopReading(id consent.LinkID) {
	c.jobs.mu.Lock()
	defer c.jobs.mu.Unlock()
	for _, j := range c.jobs.all {
		if id == "" || j.link == id {
			j.stopped = true
			j.end()
		}
	}
}

// RefreshEach reads links side by side, a few at once, and returns an Outcome for each, in their order. An error of
// one stops no other. It errs if the links can't be listed, or ctx ends; what there is until then comes with it.
func (c *Coffer) RefreshEach(ctx context.Context, ids []consent.LinkID) ([]Outcome, error) {
	return c.refreshEach(ctx, ids, true)
}

func (c *Coffer) refreshEach(ctx context.Context, ids []consent.LinkID, present bool) ([]Outcome, error) {
	links, err := read(ctx, c, "read the links", func(ctx context.Context, o *opened) ([]consent.Link, error) { return o.store.Links(ctx) })
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(ids))
	turns := make(chan struct{}, atOnce)
	var group sync.WaitGroup
	for i, id := range ids {
		l := consent.Link{ID: id}
		if at := slices.IndexFunc(links, func(l consent.Link) bool { return l.ID == id }); at >= 0 {
			l = links[at]
		}
		j, work := c.begin(ctx, l, present)
		group.Go(func() {
			select {
			case turns <- struct{}{}:
				defer func() { <-turns }()
			case <-work.Done():
			}
			outcomes[i] = c.run(ctx, work, j)
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return outcomes, fault.New(fault.Canceled, "refresh the links", ctx.Err())
	}
	return outcomes, nil
}

// run does a job that was begun under ctx, and judges what it brought.
func (c *Coffer) run(ctx, work context.Context, j *job) Outcome {
	o := Outcome{Link: j.link, Bank: j.bank}
	ended := work.Err() // before its turn came
	if ended != nil {
		o.Err = fault.New(fault.Canceled, "refresh a link", ended)
	} else {
		o.Refreshed, o.Err = c.readLink(work, j.link, j.present, func(p Progress) { c.tell(j, p) })
	}
	o.Stopped = c.over(j) && fault.KindOf(o.Err) == fault.Canceled
	if !j.present {
		c.tried(ctx, o)
	}
	if ended == nil {
		o.Err = c.scoreAfter(ctx, o.Err)
	}
	return o
}

// underRead counts the reads at work on each link.
type underRead struct {
	mu    sync.Mutex
	links map[consent.LinkID]int
}

func (u *underRead) add(id consent.LinkID, n int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.links == nil {
		u.links = map[consent.LinkID]int{}
	}
	if u.links[id] += n; u.links[id] == 0 {
		delete(u.links, id)
	}
}

func (u *underRead) none() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.links) == 0
}

func (u *underRead) has(id consent.LinkID) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.links[id] > 0
}
