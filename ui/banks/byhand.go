package banks

import (
	"context"
	"time"

	"coffer/app/consent"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// dropped reports whether the person let go of the tokens without proof.
func (r *revocation) dropped() bool {
	if r.receipt == nil {
		return r.link.State == consent.Dropped
	}
	return r.receipt.How == consent.ByDrop
}

// byHand reports whether only the person can end the link, at the bank.
func (r *revocation) byHand() bool {
	return r.link.State == consent.RevokePending && r.link.Pending.Reason == "revoke.byhand"
}

// handRows say where the person ends the link themselves, and what comes after. An address is text to
// copy, never one to open.
func (s *Screen) handRows(r *revocation) []fyne.CanvasObject {
	if r.running || r.link.State != consent.RevokePending && !r.dropped() {
		return nil
	}
	v, file := s.voice, r.link.Provider.File
	lines := []fyne.CanvasObject{part.NewPara(v.AtBank(file.ByHand), part.Style{Bold: true}, proofWide-36)}
	if at := file.ByHandAt; at != "" {
		lines = append(lines, part.Row(10, part.NewText(at, part.Style{Mono: true, Role: look.Code}).Cut(proofWide-160),
			part.NewLink(v.T("banks.copy-address", "Copy address"), look.Body, func() { s.do.Copy(at) })))
	}
	if r.dropped() {
		lines = append(lines, part.NewPara(v.T("hand.dropped", "Coffer can’t end or check it any more: only you can, there."), part.Style{Tint: look.Muted}, proofWide-36))
		return s.handCard(lines)
	}
	lines = append(lines, part.NewPara(s.nextLook(r), part.Style{Tint: look.Muted}, proofWide-36))
	rank := part.Main
	if !r.byHand() { // “Try now” is the loud one
		rank = part.Normal
	}
	acts := []fyne.CanvasObject{
		part.NewButton(part.ButtonSpec{Text: v.T("hand.check", "Check now"), Rank: rank, OnTap: func() { s.revokeBy(r.link, s.coffer.CheckRevoked) }}),
	}
	if r.dropping {
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("hand.drop-sure", "Drop without proof"), Rank: part.Danger, OnTap: func() { s.drop(r) }}),
			part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), OnTap: func() { r.dropping = false; s.redraw(r) }}))
		lines = append(lines, part.NewPara(v.T("hand.drop-line", "What the bank still honours, Coffer can then neither end nor check. The receipt will say that it was never proved."), part.Style{Tint: look.AlertHigh}, proofWide-36))
	} else {
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("hand.drop", "Drop the tokens"), OnTap: func() { r.dropping = true; s.redraw(r) }}))
	}
	lines = append(lines, part.Row(8, append(acts, part.Space())...))
	return s.handCard(lines)
}

func (s *Screen) handCard(lines []fyne.CanvasObject) []fyne.CanvasObject {
	return []fyne.CanvasObject{part.Gap(0, 22), part.NewSection(s.voice.T("hand.section", "At the bank, by you")), part.Gap(0, 6),
		part.NewCard(part.Stack(8, lines...)).Padded(part.Pad(11, 18))}
}

func (s *Screen) nextLook(r *revocation) string {
	v, next := s.voice, r.link.Pending.Next
	if next.IsZero() {
		return v.T("hand.when", "When you have ended it there, Coffer checks that the old tokens are refused.")
	}
	return v.T("hand.next", "When you have ended it there, Coffer checks that the old tokens are refused: by itself after {{.At}} while it is open, or now.", "At", s.moment(next))
}

// drop shreds the tokens without proof.
func (s *Screen) drop(r *revocation) {
	var receipt consent.Receipt
	base, now := s.lasting(), r.link
	r.dropping = false
	s.desk.Do(base, func(ctx context.Context) (err error) {
		if receipt, err = s.coffer.DropTokens(ctx, r.link.ID); err == nil {
			if found, lookErr := s.coffer.Link(base, r.link.ID); lookErr == nil {
				now = found
			}
		}
		return err
	}, func(err error) {
		r.err, r.link = err, now
		if err == nil {
			r.receipt, r.proofs = &receipt, map[consent.ProofKind]consent.Proof{}
			for _, p := range receipt.Steps {
				r.proofs[p.Kind] = p
			}
		}
		s.redraw(r)
		s.view.Refresh(s.ctx)
	})
}

// checked says what a receipt of refused tokens alone proves.
func (s *Screen) checked(r *consent.Receipt) string {
	at := r.Ended
	if p, ok := lastOf(r.Steps, consent.AccessRefused); ok {
		at = p.At
	}
	return s.voice.Proved(consent.ByCheck, at.Local().Format(time.DateTime)) + "."
}
