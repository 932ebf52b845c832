package link

import (
	"context"
	"errors"
	"strings"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
)

// askHost asks the person about the host that a setup token names, where the provider file does not
// list it. One on another domain is refused outright, for it would get what opens the link.
func (h *Handover) askHost(ctx context.Context) error {
	const op = "read the setup token"
	setup := h.provider.Brought.Setup
	if h.link.Way != waySetup || setup.Empty() {
		return nil
	}
	claimer, ok := h.dialect.(bank.Claimer)
	if !ok {
		return fault.New(fault.BankUnexpected, op, errors.New("the dialect claims none"))
	}
	secret, err := claimer.ClaimAddress(setup)
	if err != nil {
		return err
	}
	origin := originOf(secret.Reveal())
	if origin == "" {
		return fault.Because(fault.BadAnswer, "answer.setup", op, errors.New("it names no address that can be asked"), "need", "setup-token")
	}
	if h.line.AllowsSecret(origin) {
		return nil
	}
	ask := owned(consent.Ask{Use: consent.TokenPlace, Origin: origin, Address: origin, At: h.config.Now().UTC()}, h.provider.API)
	if _, err := offered(h.provider.API, ask.Use, ask.Address); err != nil {
		return outright(ask, err)
	}
	return h.consult(ctx, ask)
}

// consult has the person answer ask, and puts what they allow into the link: the origin, and no address, for each
// is used once.
func (h *Handover) consult(ctx context.Context, ask consent.Ask) (err error) {
	reason, yes := "link.endpoint", false
	if h.provider.Ask != nil {
		reason = "link.declined"
		if yes, err = h.provider.Ask(ctx, []consent.Ask{ask}); err != nil {
			return err
		}
	}
	if !yes {
		return notAllowed(ask, reason, errDeclined)
	}
	kept := h.link.Endpoints
	h.link.Allow(ask, h.config.Now())
	h.link.Endpoints = kept
	h.line, err = h.config.lineOf(h.link, consent.Credential{})
	return err
}

// claim trades the setup token for what opens the link. Once begun it does not stop for ctx: the token
// works once.
func (h *Handover) claim(ctx context.Context) error {
	const op = "claim the setup token"
	if err := ctx.Err(); err != nil {
		return fault.New(fault.Canceled, op, err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.config.Answer)
	defer cancel()
	claimer, ok := h.dialect.(bank.Claimer)
	if !ok {
		return fault.New(fault.BankUnexpected, op, errors.New("the dialect claims none"))
	}
	g, err := claimer.Claim(ctx, h.line, h.provider.Brought.Setup)
	if err != nil {
		return err
	}
	if err := h.bridgesOwn(g.Base); err != nil {
		return err
	}
	h.given(g)
	return nil
}

// bridgesOwn errs for a base that a claim named and that is not the owner's of the provider file's API: whose
// a link is, is told by its base. A host of the same owner that is not listed is asked about before its first use.
func (h *Handover) bridgesOwn(base string) error {
	if base == "" {
		return nil
	}
	ask := owned(consent.Ask{Use: consent.DataAPI, Origin: originOf(base), Address: base, At: h.config.Now().UTC()}, h.provider.API)
	err := readable(base)
	if err == nil {
		_, err = offered(h.provider.API, consent.TokenPlace, base) // it gets what opens the link
	}
	if err == nil && !sameOwner(base, h.provider.API) {
		err = errElsewhere
	}
	if err != nil {
		return notAllowed(ask, "setup.elsewhere", err) // the setup token is spent by now: the person ends it at the bridge
	}
	return nil
}

// given writes what the bank gave into the link in the making.
func (h *Handover) given(g bank.Grant) {
	h.with.Access, h.with.AccessExpires = g.Token, g.Until
	h.link.ConsentID, h.link.Expires = g.Consent, g.Ends
	if g.Base != "" {
		h.link.Endpoints.API = strings.TrimSuffix(g.Base, "/")
	}
}
