//go:build !nogui && !e2e

package ui_test

import (
	"testing"
	"testing/synctest"
	"time"

	"coffer/ui/say"

	"fyne.io/fyne/v2"
)

const asks = "A terminal of yours asks to revoke Northlight Bank"

// question lets a terminal ask, and returns where its answer comes.
func (h *house) question() chan bool {
	answer := make(chan bool, 1)
	go func() {
		yes, err := h.front.Allow(h.t.Context(), func(v *say.Voice) string {
			return v.T("asked.revoke", "A terminal of yours asks to revoke {{.Bank}}", "Bank", "Northlight Bank")
		})
		answer <- yes && err == nil
	}()
	h.settle()
	return answer
}

func TestATerminalsQuestion(t *testing.T) {
	for name, test := range map[string]struct {
		act func(h *house)
		yes bool
	}{
		"is allowed":                     {func(h *house) { h.press("Allow") }, true},
		"is refused":                     {func(h *house) { h.press("Refuse") }, false},
		"is refused by Escape":           {func(h *house) { h.key(fyne.KeyEscape) }, false},
		"is refused when nobody answers": {func(h *house) { time.Sleep(time.Minute); h.settle() }, false},
		"is refused by locking":          {func(h *house) { h.control(fyne.KeyL) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			live(t, wide, true, func(h *house) {
				answer := h.question()
				h.says(asks)
				h.write("mr ")
				h.key(fyne.KeyReturn)
				h.says(asks) // typing answers nothing
				test.act(h)
				if got := <-answer; got != test.yes {
					t.Errorf("answered %v", got)
				}
				h.settle()
				h.silent(asks)
				h.control(fyne.Key2)
			})
		})
	}
}

func TestQuestionsOfTerminalsComeOneByOne(t *testing.T) {
	live(t, wide, true, func(h *house) {
		first, second := h.question(), h.question()
		h.press("Allow")
		h.says(asks)
		h.press("Refuse")
		if a, b := <-first, <-second; !a && !b || a && b {
			t.Errorf("answered %v and %v", a, b)
		}
		synctest.Wait()
	})
}

func TestALockedWindowAsksNothing(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.control(fyne.KeyL)
		answer := h.question()
		h.silent(asks)
		if <-answer {
			t.Error("allowed")
		}
	})
}
