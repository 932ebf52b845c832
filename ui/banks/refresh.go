package banks

import (
	"context"

	"coffer/app"
	"coffer/app/consent"
)

// job is a refresh that runs.
type job struct {
	cancel context.CancelFunc // nil if it was started elsewhere
	mine   bool               // its end is told to this card, not by the topic of jobs
	last   app.Progress
}

// trouble is why a refresh failed, wholly or at one account.
type trouble struct {
	account string
	err     error
}

// listenJobs hears how far any refresh is.
func (s *Screen) listenJobs(ctx context.Context) {
	s.coffer.ListenJobs(ctx, func(p app.Progress) {
		s.desk.OnUI(func() {
			if ctx.Err() == nil {
				s.heard(p)
			}
		})
	})
}

// heard writes how far a refresh is on its card, and nothing else.
func (s *Screen) heard(p app.Progress) {
	for id, j := range s.jobs {
		if !j.mine && id != p.Link { // links are read one after the other
			delete(s.jobs, id)
			s.drawFoot(id)
		}
	}
	if p.Link == "" || s.attempt != nil && s.attempt.again == p.Link {
		return
	}
	j := s.jobs[p.Link]
	if j == nil {
		j = &job{cancel: s.all}
		s.jobs[p.Link] = j
		s.drawFoot(p.Link)
	}
	j.last = p
	if c := s.cards[p.Link]; c != nil {
		c.progress(j)
	}
}

func (s *Screen) drawFoot(id consent.LinkID) {
	if c := s.cards[id]; c != nil && s.page == atBanks {
		c.drawFoot()
	}
}

func (c *card) progress(j *job) {
	c.status.Set(c.screen.reading(j.last))
	c.bar.Set(j.last.Done, j.last.Total)
}

// reading says how far a read is.
func (s *Screen) reading(p app.Progress) string {
	v := s.voice
	switch {
	case p.Account == "":
		return v.T("banks.reading", "Reading")
	case p.Rows == 0:
		return v.T("banks.reading-account", "Reading {{.Account}}", "Account", p.Account)
	}
	return v.N("banks.reading-rows", "Reading {{.Account}}, {{.N}} row", "Reading {{.Account}}, {{.N}} rows", p.Rows, "Account", p.Account)
}

// refresh reads one link; it goes on when the person leaves the place.
func (s *Screen) refresh(id consent.LinkID) {
	if s.jobs[id] != nil {
		return
	}
	ctx, cancel := context.WithCancel(s.lasting())
	s.jobs[id] = &job{cancel: cancel, mine: true, last: app.Progress{Link: id}}
	delete(s.troubles, id)
	s.note = note{}
	s.draw()
	var got app.Refreshed
	s.desk.Do(s.lasting(), func(context.Context) (err error) {
		defer cancel()
		got, err = s.coffer.Refresh(ctx, id)
		return err
	}, func(err error) {
		delete(s.jobs, id)
		switch {
		case err != nil && !canceled(err):
			s.troubles[id] = trouble{err: err}
		case err == nil && len(got.Failed) > 0:
			s.troubles[id] = trouble{got.Failed[0].Account.Name, got.Failed[0].Err}
		}
		s.settled()
	})
}

// refreshAll reads every link that can be read.
func (s *Screen) refreshAll() {
	if s.all != nil {
		return
	}
	ctx, cancel := context.WithCancel(s.lasting())
	s.all = cancel
	s.troubles, s.note = map[consent.LinkID]trouble{}, note{}
	s.draw()
	s.desk.Do(s.lasting(), func(context.Context) error {
		defer cancel()
		return s.coffer.RefreshAll(ctx)
	}, func(err error) {
		s.all = nil
		for id, j := range s.jobs {
			if !j.mine {
				delete(s.jobs, id)
			}
		}
		if err != nil && !canceled(err) {
			s.note = note{text: s.voice.Fault(err)}
		}
		s.settled()
	})
}

// settled shows the cards after a job: at once what is known, then what the vault says.
func (s *Screen) settled() {
	if s.page == atBanks {
		s.draw()
	}
	s.view.Refresh(s.ctx)
}
