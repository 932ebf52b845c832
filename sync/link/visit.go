package link

import (
	"context"
	"errors"
	"fmt"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// longestPoll bounds the pause between two looks at a page, whatever the bank says.
const longestPoll = time.Minute

// page is where the person approves, named by the bank's own API. The zero page is none.
type page struct {
	bank.Visited
	answer *callback // of a page that is not polled
	until  time.Time
}

// askPage asks the bank for its page, where the dialect has one.
func (h *Handover) askPage(ctx context.Context) error {
	const op = "ask the bank for its page"
	visitor, ok := h.dialect.(bank.Visitor)
	if !ok {
		return nil
	}
	h.link.ConsentID = ""
	s, err := h.session()
	if err != nil {
		return err
	}
	b, state := h.provider.Brought, secret.New(randomText(32))
	v := bank.Visit{Bank: b.Bank, Country: b.Country, Redirect: b.LastPage, State: state, Days: h.provider.HistoryDays}
	if h.provider.ConsentDays > 0 {
		v.Until = h.config.Now().UTC().AddDate(0, 0, h.provider.ConsentDays)
	}
	got, err := visitor.Visit(ctx, s, v)
	if fault.KindOf(err) == fault.LoginNeeded {
		return fault.Because(fault.KeyRefused, "token.refused", op, err, "need", h.opens())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := readable(got.Address); err != nil || originOf(got.Address) == "" {
		return fault.Because(fault.BankUnexpected, "link.metadata", op, errors.New("the page's address is none that a browser may open"))
	}
	if err := h.askAboutPage(ctx, got.Address); err != nil {
		return err
	}
	if b.LastPage == "" && got.Every <= 0 || b.LastPage != "" && got.Every > 0 {
		return fault.New(fault.BankUnexpected, op, errors.New("how the answer comes back is not known"))
	}
	h.page = page{Visited: got, answer: newAnswer(state, h.provider.API, h.config.Log), until: h.config.Now().Add(h.config.Limit)}
	return nil
}

// askAboutPage asks the person about a page that is neither listed nor the owner's of the API. One on this computer is
// refused outright for a bank elsewhere.
func (h *Handover) askAboutPage(ctx context.Context, address string) error {
	api, origin := h.provider.API, originOf(address)
	if h.line.Allows(origin) || sameOwner(origin, api) || h.link.Named(origin, consent.SignInPage) {
		return nil
	}
	ask := owned(consent.Ask{Use: consent.SignInPage, Origin: origin, Address: origin, Asker: hostOf(api), At: h.config.Now().UTC()}, api)
	if _, err := offered(api, ask.Use, origin); err != nil {
		return outright(ask, err)
	}
	return h.consult(ctx, ask)
}

func (h *Handover) session() (bank.Session, error) {
	return h.config.opened(bank.Session{Line: h.line, Base: h.link.Endpoints.API, Present: true}, h.link, h.with)
}

// visit waits until the person has approved at the page, asking the bank now and then.
func (h *Handover) visit(ctx context.Context) error {
	const op = "wait for the bank's answer"
	visitor, ok := h.dialect.(bank.Visitor)
	if !ok {
		return fault.New(fault.BankUnexpected, op, errors.New("the dialect has no page"))
	}
	late := time.NewTimer(h.config.Limit)
	defer late.Stop()
	every := time.NewTicker(min(max(h.page.Every, h.config.Poll), longestPoll))
	if h.page.Every <= 0 {
		every.Stop()
	}
	defer every.Stop()
	for {
		var code secret.Text
		select {
		case <-ctx.Done():
			return fault.New(fault.Canceled, op, context.Canceled)
		case <-late.C:
			return fault.New(fault.LinkTimedOut, op, errors.New("nothing came back in time"))
		case <-every.C:
		case got := <-h.page.answer.arrived:
			if err := got.fault(op); err != nil {
				return err
			}
			code = got.code
		}
		s, err := h.session() // a token that is signed lives shorter than the person may take
		if err != nil {
			return err
		}
		g, done, err := visitor.Visited(ctx, s, h.page.Visited, code)
		switch {
		case err != nil && (code.Empty() && passing(err)):
			h.config.Log.Warn("a page could not be asked for", "link", h.link.ID, "err", err)
		case err != nil:
			return fmt.Errorf("%s: %w", op, err)
		case done:
			h.given(g)
			return nil
		}
	}
}

// passing reports whether err is no reason to give up a page that is polled.
func passing(err error) bool {
	k := fault.KindOf(err)
	return k == fault.Offline || k == fault.BankDown || k == fault.BankPaused
}

// LastPage is where the browser ends, if that is not this computer; empty where the answer comes by itself.
func (h *Handover) LastPage() string {
	if h.page.Address == "" {
		return ""
	}
	return h.provider.Brought.LastPage
}

// Paste takes the whole address of that page, as Attempt.Paste does. It asks nobody: Wait goes on with it.
func (h *Handover) Paste(address secret.Text) error {
	return h.page.answer.paste(address, h.LastPage(), h.closed)
}
