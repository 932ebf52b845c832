package banks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"coffer/app/consent"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const receiptTime = "2006-01-02 15:04:05"

// paper is the right side: the receipt, and what can be done with it.
func (s *Screen) paper() fyne.CanvasObject {
	v, r := s.voice, s.revocation
	done := part.NewButton(part.ButtonSpec{Text: v.T("done", "Done"), Key: "Esc", OnTap: s.leaveRevocation})
	if r.receipt == nil {
		return part.Stack(12, part.NewSection(v.T("revoke.receipt-section", "Receipt")),
			part.NewPara(v.T("revoke.receipt-later", "Written when the bank has answered."), part.Style{Tint: look.Muted}, receiptWide), part.Row(8, part.Space(), done))
	}
	spec := part.ReceiptSpec{Title: v.T("revoke.receipt-title", "Revocation receipt"), Facts: s.receiptFacts(r)}
	acts := []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("revoke.copy", "Copy"), OnTap: func() { s.do.Copy(s.receiptText(r)) }})}
	if !r.final() {
		spec.Title = v.T("revoke.receipt-open", "Receipt, not final")
	}
	if r.receipt.Hash != "" {
		if r.receipt.Previous != "" {
			spec.Hash = append(spec.Hash, [2]string{v.T("revoke.follows", "follows receipt"), grouped(r.receipt.Previous)})
		}
		spec.Hash = append(spec.Hash, [2]string{v.T("revoke.this", "this receipt"), grouped(r.receipt.Hash)})
		acts = append(acts, part.NewButton(part.ButtonSpec{Text: v.T("revoke.verify", "Verify chain"), OnTap: s.verify}))
	}
	acts = append(acts, part.Space(), done)
	objects := []fyne.CanvasObject{part.NewSection(v.T("revoke.receipt-section", "Receipt")), part.Gap(0, 8), part.NewReceipt(spec), part.Gap(0, 12), part.Row(8, acts...)}
	if r.verdict != "" {
		icon, tint := "check-circle", look.Good
		if !r.intact {
			icon, tint = "warning", look.AlertHigh
		}
		objects = append(objects, part.Gap(0, 12), part.RowTop(8, part.NewPicture(icon, tint, 16), part.Rest(part.NewPara(r.verdict, part.Style{Tint: tint}, receiptWide-24))))
	}
	return part.Stack(0, objects...)
}

// grouped writes the first half of a hash in groups of four: as much as fits on the paper.
func grouped(hash string) string {
	var groups []string
	for len(hash) > 4 && len(groups) < 8 {
		groups = append(groups, hash[:4])
		hash = hash[4:]
	}
	return strings.Join(groups, " ") + " …"
}

// receiptFacts are the lines of the receipt, in the words of a protocol.
func (s *Screen) receiptFacts(r *revocation) []part.Fact {
	v, paper := s.voice, r.receipt
	var facts []part.Fact
	add := func(label, text string) { facts = append(facts, part.Fact{Label: label, Text: text}) }
	add(v.T("receipt.bank", "bank"), paper.Bank)
	for i, name := range paper.Accounts {
		label := ""
		if i == 0 {
			label = v.T("receipt.accounts", "accounts")
		}
		add(label, name)
	}
	if !paper.Granted.IsZero() {
		add(v.T("receipt.granted", "granted"), paper.Granted.Local().Format(time.DateOnly))
	}
	if paper.Proved {
		add(v.T("receipt.revoked", "revoked"), paper.Ended.Local().Format(receiptTime))
	} else {
		add(v.T("receipt.state", "state"), v.T("receipt.stopped", "stopped here"))
	}
	tokens := v.T("receipt.sealed", "sealed for retry")
	for _, kind := range steps {
		p, told := lastOf(paper.Steps, kind)
		answer := p.Answer
		if answer == "" {
			answer = v.T("proof.silence", "no answer")
		}
		if !p.OK {
			answer += v.T("receipt.pending", ", pending")
		}
		switch {
		case !told:
		case kind == consent.ConsentEnded:
			add(v.T("receipt.consent", "consent"), answer)
		case kind == consent.TokensReturned:
			add(v.T("receipt.returned", "returned"), answer)
		case kind == consent.AccessRefused:
			add(v.T("receipt.access", "access"), v.T("receipt.probe", "probe {{.Answer}}", "Answer", answer))
		case kind == consent.RefreshRefused:
			add(v.T("receipt.refresh", "refresh"), v.T("receipt.probe", "probe {{.Answer}}", "Answer", answer))
		case p.OK:
			tokens = v.T("receipt.shredded", "shredded")
		}
	}
	add(v.T("receipt.tokens", "tokens"), tokens)
	add(v.T("receipt.history", "history"), paper.History)
	if paper.Agreed != "" {
		add(v.T("receipt.agreed", "agreed"), v.T("receipt.agreed-value", "record {{.Hash}}", "Hash", paper.Agreed[:min(8, len(paper.Agreed))]))
	}
	return facts
}

// lastOf returns the last proof of a kind: a step may be told again when a probe brought new tokens.
func lastOf(all []consent.Proof, kind consent.ProofKind) (consent.Proof, bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == kind {
			return all[i], true
		}
	}
	return consent.Proof{}, false
}

// receiptText is the receipt as plain text, with whole hashes.
func (s *Screen) receiptText(r *revocation) string {
	var b strings.Builder
	for _, f := range s.receiptFacts(r) {
		fmt.Fprintf(&b, "%-10s %s\n", f.Label, f.Text)
	}
	if r.receipt.Hash != "" {
		fmt.Fprintf(&b, "%-10s %s\n%-10s %s\n", s.voice.T("receipt.previous", "follows"), r.receipt.Previous, s.voice.T("receipt.hash", "hash"), r.receipt.Hash)
	}
	return b.String()
}

var errChain = errors.New("the chain of receipts is broken")

// verify computes every receipt's hash again.
func (s *Screen) verify() {
	r, bad, all := s.revocation, 0, 0
	s.desk.Do(s.ctx, func(ctx context.Context) error {
		receipts, err := s.coffer.Receipts(ctx)
		if err != nil {
			return err
		}
		all, bad = len(receipts), broken(receipts)
		if bad == 0 && !holds(receipts, r.receipt.Hash) {
			return errChain
		}
		return nil
	}, func(err error) {
		v := s.voice
		r.intact = err == nil && bad == 0
		switch {
		case errors.Is(err, errChain):
			r.verdict = v.T("revoke.verify-missing", "This receipt is not in the vault any more")
		case err != nil:
			r.verdict = v.Fault(err)
		case bad > 0:
			r.verdict = v.T("revoke.verify-broken", "Receipt {{.Row}} of {{.All}} was changed outside Coffer", "Row", bad, "All", all)
		default:
			r.verdict = v.N("revoke.verify-whole", "{{.N}} receipt, as it was written", "{{.N}} receipts, each as it was written", all)
		}
		if s.revocation == r && s.page == atRevocation {
			s.draw()
		}
	})
}

// broken returns the place of the first receipt that was changed or moved, from 1; 0 if none was.
func broken(receipts []consent.Receipt) int {
	previous := ""
	for i, r := range receipts {
		if r.Previous != previous || r.Hash != consent.HashReceipt(r) {
			return i + 1
		}
		previous = r.Hash
	}
	return 0
}

func holds(receipts []consent.Receipt, hash string) bool {
	for _, r := range receipts {
		if r.Hash == hash {
			return true
		}
	}
	return false
}
