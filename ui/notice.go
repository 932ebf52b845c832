//go:build !nogui

package ui

import (
	"context"
	"strings"

	"coffer/app"
	"coffer/assets"
	"coffer/ui/say"
	"coffer/ui/session"
)

// noticeIcon is the name that our icon has among the desktop's own.
const noticeIcon = "io.github.coffer.desktop"

// mostNamed is how much of what there is a notice names, where the person wants more than their number.
const mostNamed = 3

// notices is what the desktop shows of alerts. It is for the UI goroutine.
type notices struct {
	show  func(ctx context.Context, n session.Notice) uint32 // may block; nil: nothing does
	close func(ctx context.Context, number uint32)
	shown uint32 // the number of the one that is shown; 0 if none is
	seen  bool   // the person has the window before them
}

// tellAlerts has the desktop say that alerts have come, or what the person waits for. Unless the person wants it otherwise it says no payee and no amount:
// others may look at the screen. Who has the window before them sees them there.
func (f *frame) tellAlerts(t app.Told) {
	n := &f.notices
	if n.show == nil || n.seen && f.mode == atPlaces {
		return
	}
	name := f.voice.T("app.name", "Coffer")
	notice := session.Notice{Program: name, Icon: noticeIcon, Title: name, Body: strings.Join(f.counted(t), "\n"), Replace: n.shown}
	if lines := f.named(t); len(lines) > 0 {
		notice.Title, notice.Body = strings.Join(f.counted(t), ". "), strings.Join(lines, "\n")
	}
	var number uint32
	f.desk.Do(f.ctx, func(ctx context.Context) error {
		number = n.show(ctx, notice)
		return nil
	}, func(error) { n.shown = number })
}

// counted says how much of each there is to tell, and no more.
func (f *frame) counted(t app.Told) (lines []string) {
	for _, of := range []struct {
		n     int
		words func(int) string
	}{{t.Count, f.voice.Unusual}, {t.Came, f.voice.Came}, {t.Due, f.voice.DueNow}} {
		if of.n > 0 {
			lines = append(lines, of.words(of.n))
		}
	}
	return lines
}

// named says what it is, of the first few; nothing unless the person wants that.
func (f *frame) named(t app.Told) (lines []string) {
	for _, a := range t.Alerts {
		lines = append(lines, f.voice.Reason(a.Why.ID, a.Why.Args))
	}
	for _, n := range t.News {
		if n.Kind == app.AnswerDue {
			lines = append(lines, f.voice.AnswerDue(n.Name, n.Day.Time(), f.config.Coffer.Today().Time()))
			continue
		}
		lines = append(lines, f.voice.CameFrom(n.Kind == app.RefundCame, n.Amount, n.Name))
	}
	return lines[:min(len(lines), mostNamed)]
}

// unsay takes the notice of alerts off the desktop, as when the vault locks.
func (f *frame) unsay() {
	number := f.notices.shown
	if number == 0 || f.notices.close == nil {
		return
	}
	f.notices.shown = 0
	f.desk.Do(f.ctx, func(ctx context.Context) error {
		f.notices.close(ctx, number)
		return nil
	}, func(error) {})
}

// shippedScore is the published scorer's table as it ships; without rows where it can't be read, which a test keeps from happening.
func shippedScore() say.Score {
	text, err := assets.FS.ReadFile("fraud-score.txt")
	if err != nil {
		return say.Score{}
	}
	score, _ := say.ReadScore(string(text))
	return score
}
