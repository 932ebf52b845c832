package app_test

import (
	"testing"
	"time"

	"coffer/app"
	"coffer/sync/demobank"
)

// TestWhatThePersonStoppedIsNotBegunAgain stops reads by themselves, one of them before its turn.
func TestWhatThePersonStoppedIsNotBegunAgain(t *testing.T) {
	s := newSeveral(t, 4)
	for _, b := range s.banks {
		b.Fail(demobank.Fault{Kind: demobank.Slow, Delay: time.Hour})
	}
	s.clock.move(24 * time.Hour)
	reads := make(chan struct{}, 100)
	s.coffer.ListenJobs(t.Context(), func(p app.Progress) {
		if !p.Waits && !p.Ended {
			reads <- struct{}{}
		}
	})
	done := make(chan error, 1)
	go func() { done <- second(s.coffer.ReadDue(t.Context())) }()
	for range 3 {
		<-reads
	}
	s.coffer.StopReading("")
	must(t, <-done)
	for _, b := range s.banks {
		b.Heal()
	}
	s.clock.move(time.Minute)
	s.readDue(t, 0)
	s.clock.move(value(s.coffer.ReadEvery(t.Context()))(t))
	s.readDue(t, 4)
}

// TestABankThatCutsItsAnswersOffIsAskedEverMoreSeldom for what was cut off may have been sent, and counts there.
func TestABankThatCutsItsAnswersOffIsAskedEverMoreSeldom(t *testing.T) {
	r := linked(t)
	cut := func() { r.bank.Fail(demobank.Fault{Kind: demobank.CutPage, Page: 1, Times: 100000}) }
	cut()
	r.clock.move(24 * time.Hour)
	for _, wait := range []time.Duration{10, 20, 40, 80, 160, 320, 360, 360} { // minutes
		r.readDue(t, 1)
		r.clock.move((wait - 1) * time.Minute)
		r.readDue(t, 0)
		r.clock.move(time.Minute)
	}
	r.bank.Heal()
	r.readDue(t, 1)
	cut()
	r.clock.move(6 * time.Hour)
	r.readDue(t, 1)
	r.clock.move(10 * time.Minute)
	r.readDue(t, 1) // it was read in between: from the start
}
