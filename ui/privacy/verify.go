package privacy

import (
	"context"
	"time"

	"coffer/app"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// toldEvery is how often a verification's progress is written.
const toldEvery = 100 * time.Millisecond

// verification is the check of the hash chain, as far as it is.
type verification struct {
	end         context.CancelFunc // nil while none runs
	late        bool               // it takes long enough to be shown
	began       time.Time
	done, total int
	line        *part.Text
	bar         *part.Progress
	trouble     error // of the last one
}

func (c *verification) running() bool { return c.end != nil }

func (c *verification) stop() {
	if c.end != nil {
		c.end()
	}
	c.end, c.late = nil, false
}

// check verifies every row of the ledger.
func (s *Screen) check() {
	if s.ctx == nil || s.verify.running() {
		return
	}
	ctx, end := context.WithCancel(s.ctx)
	s.verify = verification{end: end, began: s.coffer.Now()}
	var found app.ChainState
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		found, err = s.coffer.VerifyLedger(ctx, s.teller(ctx))
		return err
	}, func(err error) {
		s.verify.stop()
		s.verify.trouble = err
		if err == nil && s.data != nil {
			s.data.Chain = found
		}
		s.draw()
	})
	s.desk.Do(ctx, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(slow):
		}
		return nil
	}, func(error) {
		s.verify.late = true
		s.draw()
	})
}

// stopVerify ends a verification; what the one before found stays.
func (s *Screen) stopVerify() {
	s.verify.stop()
	s.draw()
}

// teller hands progress to the window, now and then.
func (s *Screen) teller(ctx context.Context) func(done, total int) {
	var last time.Time
	return func(done, total int) {
		now := s.coffer.Now()
		if done < total && now.Sub(last) < toldEvery {
			return
		}
		last = now
		s.desk.OnUI(func() {
			if ctx.Err() == nil && s.verify.running() {
				s.verify.done, s.verify.total = done, total
				s.writeVerifying()
			}
		})
	}
}

// verifying is how far a verification is.
func (s *Screen) verifying() fyne.CanvasObject {
	s.verify.line = part.NewText("", small(look.Muted)).Cut(verdictWide - 14)
	s.verify.bar = part.NewProgress(0, 1)
	s.writeVerifying()
	return part.Stack(4, part.NewText(s.voice.T("chain.checking", "Checking"), part.Style{Bold: true}), s.verify.line, s.verify.bar)
}

func (s *Screen) writeVerifying() {
	c, v := &s.verify, s.voice
	if c.line == nil {
		return
	}
	c.bar.Set(c.done, max(c.total, 1))
	took := s.coffer.Now().Sub(c.began)
	if c.done == 0 || took <= 0 {
		c.line.Set("")
		return
	}
	speed := int(int64(c.done) * int64(time.Second) / int64(took))
	c.line.Set(v.T("chain.speed", "{{.Rows}} rows a second", "Rows", v.Count(speed)))
}
