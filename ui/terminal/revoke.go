package terminal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

type receiptJSON struct {
	Link     string      `json:"link"`
	Bank     string      `json:"bank"`
	Proved   bool        `json:"proved"`
	Started  time.Time   `json:"started"`
	Ended    time.Time   `json:"ended"`
	Steps    []proofJSON `json:"steps"`
	Previous string      `json:"previous,omitempty"`
	Hash     string      `json:"hash"`
	History  string      `json:"history"`
	Agreed   string      `json:"agreed,omitempty"` // hash of the record of what was agreed to last
	How      string      `json:"how,omitempty"`    // "checked", "dropped"; absent: the bank answered, and both old tokens were refused
}

type proofJSON struct {
	Step   string    `json:"step"`
	OK     bool      `json:"ok"`
	Answer string    `json:"answer"`
	At     time.Time `json:"at"`
}

var proofNames = map[consent.ProofKind]string{
	consent.ConsentEnded: "consent-ended", consent.TokensReturned: "tokens-returned", consent.AccessRefused: "access-refused",
	consent.RefreshRefused: "refresh-refused", consent.TokensShredded: "tokens-shredded",
	consent.RegistrationEnded: "registration-ended",
}

func (t *terminal) revoke() *cobra.Command {
	var yes, keep, erase, check, drop bool
	c := &cobra.Command{Use: "revoke [LINK]", GroupID: groupBank, Short: "end a link at the bank, and prove it", Args: cobra.MaximumNArgs(1)}
	c.RunE = t.unlocked(func(ctx context.Context, c *app.Coffer, args []string) error {
		link, err := t.pickLink(ctx, c, args)
		if err != nil {
			return err
		}
		if check || drop {
			return t.settlePending(ctx, c, link, drop, yes)
		}
		if !yes {
			ok, err := t.agree(ctx, t.Voice.N("revoke.ask", "Revoke reads and tokens for {{.N}} account at {{.Bank}}?", "Revoke reads and tokens for {{.N}} accounts at {{.Bank}}?", len(link.Accounts), "Bank", link.Bank))
			if err != nil || !ok {
				return fault.New(fault.Canceled, "revoke a link", context.Canceled)
			}
		}
		if err := t.allow(ctx, func(v *say.Voice) string {
			return v.T("asked.revoke", "A terminal of yours asks to revoke {{.Bank}}", "Bank", link.Bank)
		}); err != nil {
			return err
		}
		receipt, err := c.Revoke(ctx, link.ID, t.proofTold())
		if fault.KindOf(err) == fault.RevokePending {
			t.tellByHand(ctx, c, link.ID)
		}
		if fault.KindOf(err) == fault.RevokePending && t.json {
			return errors.Join(err, t.printReceipt(receipt))
		}
		if err != nil {
			return err
		}
		if err := t.printReceipt(receipt); err != nil {
			return err
		}
		return t.keepOrErase(ctx, c, link, keep || yes && !erase, erase)
	})
	flags := c.Flags()
	flags.BoolVar(&yes, "yes", false, "don't ask anything; what was read is kept unless --erase")
	flags.BoolVar(&keep, "keep", false, "keep what was read")
	flags.BoolVar(&erase, "erase", false, "erase what was read: accounts, transactions, alerts")
	flags.BoolVar(&check, "check", false, "you have ended it at the bank: look whether the old tokens are refused")
	flags.BoolVar(&drop, "drop", false, "shred the tokens of a revocation that nothing proves: the receipt says that it was never proved")
	c.MarkFlagsMutuallyExclusive("keep", "erase")
	c.MarkFlagsMutuallyExclusive("check", "drop")
	return c
}

func (t *terminal) pickLink(ctx context.Context, c *app.Coffer, args []string) (app.LinkView, error) {
	links, err := c.Links(ctx)
	if err != nil {
		return app.LinkView{}, err
	}
	var found []app.LinkView
	var names []string
	for _, l := range links {
		if l.State == consent.Revoked || l.State == consent.Dropped {
			continue
		}
		names = append(names, fmt.Sprintf("%s (%s)", l.ID, l.Bank))
		if len(args) == 0 || string(l.ID) == args[0] || strings.EqualFold(l.Bank, args[0]) {
			found = append(found, l)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(names) == 0:
		return app.LinkView{}, usageError{errors.New("no bank is linked")}
	}
	return app.LinkView{}, usageError{fmt.Errorf("which link? One of: %s", strings.Join(names, ", "))}
}

func (t *terminal) proofTold() func(consent.Proof) {
	return func(p consent.Proof) {
		mark := "✓"
		if !p.OK {
			mark = "✗"
		}
		line := mark + " " + t.Voice.Proof(int(p.Kind), p.OK)
		if p.Answer != "" {
			line += ": " + p.Answer
		}
		t.tell(line)
	}
}

func (t *terminal) printReceipt(r consent.Receipt) error {
	if t.json {
		out := receiptJSON{Link: string(r.Link), Bank: r.Bank, Proved: r.Proved, Started: r.Started, Ended: r.Ended, Previous: r.Previous, Hash: r.Hash, History: r.History, Agreed: r.Agreed, How: r.How}
		for _, s := range r.Steps {
			out.Steps = append(out.Steps, proofJSON{proofNames[s.Kind], s.OK, s.Answer, s.At})
		}
		return t.printJSON(out)
	}
	fmt.Fprintln(t.Out, t.proofOf(r))
	fmt.Fprintln(t.Out, t.Voice.T("revoke.receipt", "Receipt {{.Hash}}, {{.At}}", "Hash", r.Hash, "At", r.Ended.UTC().Format(time.RFC3339)))
	return nil
}

func (t *terminal) keepOrErase(ctx context.Context, c *app.Coffer, link app.LinkView, keep, erase bool) error {
	if !keep && !erase {
		ok, err := t.agree(ctx, t.Voice.T("revoke.erase-ask", "Erase what was read from {{.Bank}} too? Otherwise it stays in your vault only.", "Bank", link.Bank))
		if err != nil {
			return err
		}
		erase = ok
	}
	if !erase {
		t.tell(t.Voice.T("revoke.kept", "Kept, in your vault only"))
		return nil
	}
	if err := t.allow(ctx, func(v *say.Voice) string {
		return v.T("asked.erase", "A terminal of yours asks to erase what was read from {{.Bank}}", "Bank", link.Bank)
	}); err != nil {
		return err
	}
	if err := t.shred(ctx, c, link.ID); err != nil {
		return err
	}
	return t.printErasure(ctx, c, link.ID)
}
