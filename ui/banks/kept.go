package banks

import (
	"context"
	"errors"
	"time"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// undoFor is how long shredding can be taken back. After that it runs, and nothing brings back
// what is gone; so it doesn't run before.
const undoFor = 10 * time.Second

// count finds out how many transactions a link brought.
func (s *Screen) count(r *revocation) {
	n := 0
	s.desk.Do(s.ctx, func(ctx context.Context) error {
		for _, a := range r.link.Accounts {
			totals, err := s.coffer.Totals(ctx, ledger.Filter{Account: a.ID})
			if err != nil {
				return err
			}
			n += totals.Count()
		}
		return nil
	}, func(err error) {
		if err == nil && s.revocation == r {
			r.kept = n
			if s.page == atRevocation {
				s.draw()
			}
		}
	})
}

// keptRows is what was read before, and what the bank keeps.
func (s *Screen) keptRows() []fyne.CanvasObject {
	v, r := s.voice, s.revocation
	if r.running || !r.link.State.Ended() && r.link.State != consent.RevokePending {
		return nil
	}
	spec := keptSpec{icon: "lock"}
	switch {
	case r.erased != nil:
		spec.icon = "shred"
		spec.title = v.N("kept.erased", "Erased: {{.N}} transaction", "Erased: {{.N}} transactions", r.erased.Count(consent.GoneTransactions))
		spec.line = v.N("kept.erased-line", "{{.N}} account and its alerts went too.", "{{.N}} accounts and their alerts went too.", r.erased.Count(consent.GoneAccounts))
	case r.erasing && r.sealed >= 0:
		spec.icon, spec.title, spec.line = "key", v.T("kept.keying", "Gone. The vault gets a new key"), s.sealedLine(r)
	case r.erasing:
		spec.icon, spec.title, spec.line = "shred", v.T("kept.erasing", "Shredding"), v.T("kept.erasing-line", "All of it in one step.")
	case r.keep != nil:
		spec.icon = "shred"
		spec.title = v.N("kept.going", "{{.N}} transaction is about to go", "{{.N}} transactions are about to go", max(r.kept, 0))
		spec.line = v.T("kept.going-line", "In ten seconds, or when you leave this page. Then nothing brings them back.")
	case len(r.link.Accounts) == 0:
		spec.title, spec.line = v.T("kept.nothing", "Nothing is kept of this link"), v.T("kept.nothing-line", "Only the receipt and the ledger of connections.")
	default:
		spec.title = v.T("kept.title-all", "Kept, in your vault only")
		if r.kept >= 0 {
			spec.title = v.N("kept.title", "Kept: {{.N}} transaction, in your vault only", "Kept: {{.N}} transactions, in your vault only", r.kept)
		}
		spec.line = v.T("kept.line", "Without them, net worth before today changes.")
		spec.act = part.NewButton(part.ButtonSpec{Text: v.T("kept.shred", "Shred them too"), Icon: "shred", Rank: part.Danger, OnTap: s.shred})
	}
	objects := []fyne.CanvasObject{part.Gap(0, 22), part.NewSection(v.T("kept.section", "What was read before")), part.Gap(0, 6), spec.card()}
	if words := v.Fault(r.eraseErr); words != "" {
		objects = append(objects, part.Gap(0, 8), part.NewPara(words, part.Style{Tint: look.AlertHigh}, proofWide))
	}
	return append(objects, part.Gap(0, 10), part.NewPara(v.T("kept.bank", "What the bank keeps follows its own rules."), part.Style{Role: look.Caption, Tint: look.Muted}, proofWide))
}

type keptSpec struct {
	icon, title, line string
	act               *part.Button
}

func (k keptSpec) card() fyne.CanvasObject {
	row := []fyne.CanvasObject{part.NewPicture(k.icon, look.Muted, 18),
		part.Rest(part.Stack(0, part.NewText(k.title, part.Style{Bold: true}).Cut(120), part.NewPara(k.line, part.Style{Tint: look.Muted}, proofWide-220)))}
	if k.act != nil {
		row = append(row, k.act)
	}
	return part.NewCard(part.Row(14, row...)).Padded(part.Pad(11, 18))
}

// undoBar is at the foot of the page while shredding can be taken back.
func (s *Screen) undoBar() fyne.CanvasObject {
	v, r := s.voice, s.revocation
	bar := part.NewUndoBar(v.T("undo", "Undo"))
	if r.keep != nil {
		bar.Offer(v.N("kept.bar", "{{.N}} transaction of {{.Bank}} goes in 10 seconds.", "{{.N}} transactions of {{.Bank}} go in 10 seconds.", max(r.kept, 0), "Bank", r.link.Bank), r.keep)
	}
	return bar
}

var errKept = errors.New("kept after all")

// shred erases what the link brought, ten seconds from now or when the page is left.
func (s *Screen) shred() {
	r, base := s.revocation, s.lasting()
	if r.keep != nil || r.erasing || r.erased != nil {
		return
	}
	wait, stop := context.WithCancel(base)
	left, leave := context.WithCancel(s.ctx)
	kept := false
	r.leave, r.eraseErr = leave, nil
	r.keep = func() {
		kept = true
		r.keep, r.leave = nil, nil
		stop()
		leave()
		s.draw()
		s.desk.Do(base, func(ctx context.Context) error { return s.coffer.KeepAfterAll(ctx, r.link.ID) }, func(err error) {
			r.eraseErr = err
			s.redraw(r)
		})
	}
	s.draw()
	s.desk.Do(base, func(ctx context.Context) error {
		defer stop()
		// Written down first: locking or closing the window now shreds, too.
		if err := s.coffer.EraseSoon(ctx, r.link.ID); err != nil {
			return err
		}
		select {
		case <-wait.Done():
			return errKept
		case <-left.Done():
		case <-time.After(undoFor):
		}
		return nil
	}, func(err error) {
		switch {
		case kept:
		case err != nil:
			r.keep, r.leave, r.eraseErr = nil, nil, err
			s.redraw(r)
		default:
			s.erase(r)
		}
	})
}

func (s *Screen) erase(r *revocation) {
	base := s.lasting()
	r.leave()
	r.keep, r.leave, r.erasing, r.sealed = nil, nil, true, -1
	s.redraw(r)
	var erased consent.Receipt
	s.desk.Do(base, func(ctx context.Context) (err error) {
		erased, err = s.coffer.Erase(ctx, r.link.ID, s.sealing(r))
		return err
	}, func(err error) {
		r.erasing, r.eraseErr = false, err
		if err == nil {
			r.erased, r.link.Accounts = erased.Erasure, nil
			s.report(r)
		} else if s.revocation != r {
			s.note = note{text: s.voice.Fault(err)}
		}
		s.redraw(r)
		s.view.Refresh(s.ctx)
	})
}

func (s *Screen) redraw(r *revocation) {
	if s.page == atBanks || s.page == atRevocation && s.revocation == r {
		s.draw()
	}
}

// leaveShredding makes what was to be shredded go now: the page is left.
func (s *Screen) leaveShredding() {
	if r := s.revocation; r != nil && r.leave != nil {
		r.leave()
	}
}
