package banks

import (
	"context"

	"coffer/app"
	"coffer/app/consent"
)

// job is a refresh that runs or waits for its turn, whoever began it.
type job struct{ last app.Progress }

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
	if p.Link == "" || s.attempt != nil && s.attempt.again == p.Link {
		return
	}
	stops := s.stopsAll()
	switch j := s.jobs[p.Link]; {
	case p.Ended:
		delete(s.jobs, p.Link)
		s.drawFoot(p.Link)
	case j == nil:
		s.jobs[p.Link] = &job{p}
		s.drawFoot(p.Link)
	default:
		j.last = p
		if c := s.cards[p.Link]; c != nil {
			c.progress(j)
		}
	}
	if stops != s.stopsAll() && s.page == atBanks {
		s.draw()
	}
}

// stopsAll reports whether one act may stop more than one card does.
func (s *Screen) stopsAll() bool { return s.all || len(s.jobs) > 1 }

func (s *Screen) drawFoot(id consent.LinkID) {
	if c := s.cards[id]; c != nil && s.page == atBanks {
		c.drawFoot()
	}
}

func (c *card) progress(j *job) {
	c.status.Set(c.screen.reading(j.last))
	c.bar.Set(farOf(j.last))
}

// wholeBar is the bar of one account.
const wholeBar = 1000

// farOf is how far a link is, of all of its accounts.
func farOf(p app.Progress) (done, total int) {
	done, total = 0, wholeBar*max(p.Accounts, 1)
	if p.Total > 0 {
		done = wholeBar * p.Done / p.Total
	}
	return done + wholeBar*max(p.AccountNo-1, 0), total
}

// reading says how far a read is.
func (s *Screen) reading(p app.Progress) string {
	v := s.voice
	switch {
	case p.Waits:
		return v.T("banks.reading-waits", "Waits for its turn")
	case p.Account == "":
		return v.T("banks.reading", "Reading")
	case p.Accounts > 1:
		return v.Reading(p.AccountNo, p.Accounts, p.Rows)
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
	s.jobs[id] = &job{app.Progress{Link: id}}
	delete(s.troubles, id)
	s.note = note{}
	s.draw()
	var got app.Refreshed
	s.desk.Do(s.lasting(), func(ctx context.Context) (err error) {
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
	if s.all {
		return
	}
	s.all = true
	s.troubles, s.note = map[consent.LinkID]trouble{}, note{}
	s.draw()
	s.desk.Do(s.lasting(), s.coffer.RefreshAll, func(err error) {
		s.all = false
		if err != nil && !canceled(err) {
			s.note = note{text: s.voice.Fault(err)}
		}
		s.settled()
	})
}

// running takes over what runs already.
func (s *Screen) running() {
	s.jobs = map[consent.LinkID]*job{}
	for _, p := range s.coffer.Running() {
		s.jobs[p.Link] = &job{p}
	}
}

// settled shows the cards after a job: at once what is known, then what the vault says.
func (s *Screen) settled() {
	if s.page == atBanks {
		s.draw()
	}
	s.view.Refresh(s.ctx)
}
