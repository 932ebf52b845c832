package settings

import (
	"context"
	"time"

	"coffer/ui/look"
	"coffer/ui/part"
)

// toldEvery is how often the progress of a job is written.
const toldEvery = 100 * time.Millisecond

// job is the one act that runs.
type job struct {
	row       row
	word      string // what it does, said after a while
	end       context.CancelFunc
	stoppable bool
	stopping  bool
	seconds   int
	progress  string // how far it is; wins over word
	line      *part.Para
	bar       *part.Progress
}

// tell says how far a chore is. The chore's goroutine calls it; text is asked on the UI goroutine, when
// it is shown.
type tell func(text func() string, done, total int64)

// chore says what is to be run.
type chore struct {
	row       row
	word      string // what it does, in the words of a row: "Making a backup"
	stoppable bool   // cancelling leaves everything as it was
	work      func(ctx context.Context, far tell) error
	done      func(err error)
}

// run does a chore beside the window. done is called when it is really over, also after a cancel.
func (s *Screen) run(c chore) {
	if s.ctx == nil || s.job != nil {
		return
	}
	ctx, end := context.WithCancel(s.ctx)
	j := &job{row: c.row, word: c.word, end: end, stoppable: c.stoppable, line: part.NewPara("", small(look.Muted), innerWide), bar: part.NewProgress(0, 1)}
	j.line.Hide()
	j.bar.Hide()
	s.job = j
	clear(s.words)
	if s.panel != nil {
		s.panel.turn(true)
	}
	far := s.teller(j)
	s.desk.Do(s.ctx, func(context.Context) error { return c.work(ctx, far) }, func(err error) {
		end()
		s.job = nil
		if s.panel != nil {
			s.panel.turn(false)
		}
		c.done(err)
	})
	s.draw()
	s.wait(ctx, j)
}

// wait writes how long a job takes, each second from the second on.
func (s *Screen) wait(ctx context.Context, j *job) {
	s.desk.Do(ctx, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
		return nil
	}, func(error) {
		if s.job != j {
			return
		}
		j.seconds++
		s.writeJob()
		s.wait(ctx, j)
	})
}

// cancel asks the job to end; it is over when its chore is.
func (s *Screen) cancel() {
	if s.job == nil || s.job.stopping {
		return
	}
	s.job.stopping = true
	s.job.end()
	s.writeJob()
}

// teller hands progress to the window, now and then.
func (s *Screen) teller(j *job) tell {
	var last time.Time
	return func(text func() string, done, total int64) {
		now := s.coffer.Now()
		if done < total && now.Sub(last) < toldEvery {
			return
		}
		last = now
		s.desk.OnUI(func() {
			if s.job != j {
				return
			}
			j.progress = text()
			if total > 0 {
				j.bar.Show()
				j.bar.Set(int(done), int(total))
			}
			s.writeJob()
		})
	}
}

// writeJob says how far the job is.
func (s *Screen) writeJob() {
	j, v := s.job, s.voice
	text := j.progress
	switch {
	case j.stopping:
		text = v.T("settings.stopping", "Stopping")
	case text == "" && j.seconds < 2:
		text = j.word
	case text == "":
		text = v.T("settings.waiting", "{{.Word}}, {{.Seconds}} s", "Word", j.word, "Seconds", v.Count(j.seconds))
	}
	j.line.Set(text)
	j.line.Show()
	s.settle()
}
