package terminal

import (
	"context"
	"fmt"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
)

// secondBank links the bank that waits for the phone, lets it make the trouble that was asked for, and
// revokes it.
func (s *story) secondBank(ctx context.Context) error {
	c, at := s.session.Coffer, -1
	for i, p := range c.Providers() {
		if p.SignIn != nil && p.SignIn.Phone != "" {
			at = i
		}
	}
	if at < 0 {
		return s.promise(s.trouble == "", "no second bank is here to make trouble")
	}
	p := c.Providers()[at]
	told := s.linkTold(true, p)
	var pressed error
	id, err := c.LinkBank(ctx, p.ID, app.Terms{HistoryDays: p.History}, func(l app.LinkingProgress) {
		told(l)
		if l.Step == app.Approving {
			pressed = s.session.Press(ctx)
		}
	})
	if pressed != nil {
		return pressed
	}
	if err != nil {
		return err
	}
	s.say(s.Voice.T("demo.second", "{{.Bank}} showed nothing until it was approved on its phone. Now it is linked and read", "Bank", p.Name))
	if err := s.makeTrouble(ctx, p, id); err != nil {
		return err
	}
	receipt, err := c.Revoke(ctx, id, s.proofTold())
	if err != nil {
		return err
	}
	s.say(s.Voice.T("demo.revoked", "Revoked, and proved. Receipt {{.Hash}}", "Hash", receipt.Hash))
	return s.promise(receipt.Proved, "the revocation was not proved")
}

// makeTrouble turns the switch on, refreshes, tells what the person is told, and turns it off.
func (s *story) makeTrouble(ctx context.Context, p app.Provider, id consent.LinkID) error {
	if s.trouble == "" {
		return nil
	}
	c, v := s.session.Coffer, s.Voice
	if err := s.session.Trouble(p.ID, s.trouble); err != nil {
		return err
	}
	defer s.session.Heal()
	s.say(v.T("demo.trouble", "Trouble at {{.Bank}}: {{.Name}}. Coffer refreshes, and says:", "Bank", p.Name, "Name", s.trouble))
	got, err := c.Refresh(ctx, id)
	if s.trouble == "revoke" {
		_, err = c.Revoke(ctx, id, s.proofTold())
	}
	switch {
	case fault.KindOf(err) == fault.Canceled:
		return err
	case err != nil:
		fmt.Fprintln(s.Out, "      "+v.Fault(err))
	case len(got.Failed) == 0:
		fmt.Fprintln(s.Out, "      "+v.T("demo.untroubled", "Nothing went wrong: what is wrong there is not followed, or was waited for."))
	}
	for _, a := range got.Failed {
		fmt.Fprintln(s.Out, "      "+v.Unread(accountName(a.Account), reasonOf(a.Err)))
	}
	l, err := c.Link(ctx, id)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Out, "      "+v.T("demo.state", "The link is now: {{.State}}", "State", v.State(int(l.State), l.Expires, c.Now())))
	return nil
}

func reasonOf(err error) string {
	if f := fault.Of(err); f != nil {
		return f.Reason
	}
	return ""
}
