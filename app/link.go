package app

import (
	"cmp"
	"context"
	"errors"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
)

// LinkStep says where a link in the making is.
type LinkStep int

// The steps of linking a bank.
const (
	AskingBank LinkStep = iota // metadata, pushed request
	InBrowser                  // the person is at the bank's page
	Opening                    // approved: tokens are sealed
	Approving                  // the bank waits for the person's approval in its phone app
	Listing                    // the bank is asked for the names of its accounts
	Choosing                   // the person chooses which of them may be read
	Reading                    // the first read runs
)

// LinkingProgress is what a link in the making tells.
type LinkingProgress struct {
	Step     LinkStep
	Address  string    // of the bank's page, from InBrowser on
	Code     string    // that the person types or compares there; empty: the answer comes through the browser
	Until    time.Time // the answer is waited for; zero: as long as Coffer waits for any
	NoBrowse bool      // no browser could be opened: the person copies Address
	Progress Progress

	// Where the person brings the answer: the page at which the browser ends, and what takes its address.
	// Any goroutine may call Paste.
	LastPage string
	Paste    func(address secret.Text) error
}

// deviceAttempt is an Attempt that may have the person type a code at the bank's page (RFC 8628).
type deviceAttempt interface {
	// Device returns the code and until when it is good; an empty one where there is none to type.
	Device() (code string, until time.Time)
}

// LinkBank links a bank: consent page in the system browser, tokens sealed, first read. It blocks
// until the first read is done; told hears how far it is. Ending ctx before the person approved
// stores nothing; ending it while they choose accounts gives the grant back; ending it while the bank
// waits for an approval in its phone app leaves the link Unapproved. A first read that fails leaves the
// link, to be refreshed later, and its error.
func (c *Coffer) LinkBank(ctx context.Context, provider string, t Terms, told func(LinkingProgress)) (consent.LinkID, error) {
	p, err := c.linkable(provider, t.Hash)
	if err != nil {
		return "", err
	}
	link, err := c.approve(ctx, p, t, told)
	if err != nil {
		return link.ID, err
	}
	c.Changed.Links.Tell(link.ID)
	chooses := t.Choose != nil && t.Again == ""
	if err := c.awaitApproval(ctx, link, told); err != nil {
		if chooses { // they choose on the card, once the link opens
			err = errors.Join(err, c.recordLink(context.WithoutCancel(ctx), link.ID, t))
		}
		return link.ID, err
	}
	if chooses {
		given, err := c.firstChoice(ctx, link.ID, t, told)
		c.Changed.Links.Tell(link.ID)
		switch {
		case given:
			return "", err
		case err != nil:
			return link.ID, err
		}
	}
	told(LinkingProgress{Step: Reading})
	_, err = c.readLink(ctx, link.ID, true, func(p Progress) { told(LinkingProgress{Step: Reading, Progress: p}) })
	return link.ID, c.scoreAfter(ctx, err)
}

func (c *Coffer) approve(ctx context.Context, p Provider, t Terms, told func(LinkingProgress)) (consent.Link, error) {
	return read(ctx, c, "link "+p.ID, func(ctx context.Context, o *opened) (consent.Link, error) {
		t, err := c.answers(ctx, o, p, t)
		if err != nil {
			return consent.Link{}, err
		}
		told(LinkingProgress{Step: AskingBank})
		attempt, err := o.banks.BeginLink(ctx, p, t)
		if err != nil {
			return consent.Link{}, err
		}
		defer attempt.Close()
		at := LinkingProgress{Step: InBrowser, Address: attempt.Address()}.pasting(attempt)
		if d, typed := attempt.(deviceAttempt); typed {
			at.Code, at.Until = d.Device()
		}
		if err := c.openPage(ctx, attempt, &at); err != nil {
			if fault.KindOf(err) != fault.NoBrowser {
				return consent.Link{}, err
			}
			at.NoBrowse = true
		}
		told(at)
		link, err := attempt.Wait(ctx)
		if err != nil {
			return consent.Link{}, err
		}
		told(LinkingProgress{Step: Opening})
		switch {
		case t.Again != "":
			return link, c.record(ctx, o, link.ID, consent.AgreedRenewal, t)
		case t.Choose == nil: // else once they have chosen
			return link, c.record(ctx, o, link.ID, consent.AgreedLink, t)
		}
		return link, nil
	})
}

// openPage opens the page of an attempt in the browser. Where there is none, what the person brought is tried.
func (c *Coffer) openPage(ctx context.Context, a Attempt, at *LinkingProgress) error {
	if a.Address() == "" {
		at.Step = AskingBank
		return nil
	}
	return c.config.OpenBrowser(ctx, a.Address())
}

// Refresh reads balances and transactions of a link, then looks for what is unusual.
func (c *Coffer) Refresh(ctx context.Context, id consent.LinkID) (Refreshed, error) {
	outcomes, err := c.RefreshEach(ctx, []consent.LinkID{id})
	if len(outcomes) == 0 || outcomes[0].Link == "" {
		return Refreshed{}, err
	}
	return outcomes[0].Refreshed, cmp.Or(outcomes[0].Err, err)
}

// readLink has the bank read, and nothing scored.
func (c *Coffer) readLink(ctx context.Context, id consent.LinkID, present bool, told func(Progress)) (Refreshed, error) {
	got, err := c.readMarked(ctx, id, present, told)
	c.keepHead(ctx, headsEvery)
	c.Changed.Links.Tell(id)
	c.Changed.Accounts.Tell("")
	return got, err
}

// readMarked has the bank read while underRead has the link.
func (c *Coffer) readMarked(ctx context.Context, id consent.LinkID, present bool, told func(Progress)) (Refreshed, error) {
	c.underRead.add(id, 1)
	defer c.underRead.add(id, -1)
	return read(ctx, c, "refresh a link", func(ctx context.Context, o *opened) (Refreshed, error) {
		link, err := o.store.Link(ctx, id)
		if err != nil {
			return Refreshed{}, err
		}
		if link.State.Ended() {
			return Refreshed{}, fault.New(fault.NotFound, "refresh a link", errNotLinked)
		}
		if err := c.asConfirmed(link, "refresh a link"); err != nil {
			return Refreshed{}, err
		}
		return o.banks.Refresh(ctx, id, present, told)
	})
}

// RefreshAll reads every link that can be read; errors of one do not stop the others. What was stopped by
// StopReading is no error.
func (c *Coffer) RefreshAll(ctx context.Context) error {
	links, err := c.Links(ctx)
	if err != nil {
		return err
	}
	var readable []consent.LinkID
	for _, l := range links {
		if l.State.Reads() {
			readable = append(readable, l.ID)
		}
	}
	outcomes, err := c.RefreshEach(ctx, readable)
	c.keepHead(ctx, 0)
	if err != nil {
		return err
	}
	var failed []error
	for _, o := range outcomes {
		if !o.Stopped {
			failed = append(failed, o.Err)
		}
	}
	return errors.Join(failed...)
}
