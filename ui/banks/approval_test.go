package banks_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"

	"fyne.io/fyne/v2"
)

// TestTheApprovalInThePhoneAppIsWaitedFor: the foot says what to do, and a link that is left waiting has
// its card.
func TestTheApprovalInThePhoneAppIsWaitedFor(t *testing.T) {
	for name, test := range map[string]struct {
		cancel bool
		err    error
		state  consent.State
		says   []string
		silent string
	}{
		"approved":      {false, nil, consent.Active, []string{"Northlight Bank is linked", "Healthy"}, "waits for you"},
		"cancelled":     {true, context.Canceled, consent.Unapproved, []string{"Northlight Bank is linked and waits for you to approve in its phone app", "Waiting for approval in the phone app", "Check again"}, "Reading was stopped"},
		"nobody did so": {false, fault.New(fault.ApprovalNeeded, "wait", errors.New("x")), consent.Unapproved, []string{"waits for you to approve in its phone app", "Check again"}, "Not everything was read"},
	} {
		t.Run(name, func(t *testing.T) {
			f, l := linkable()
			f.link = func(ctx context.Context, _ string, _ app.Terms, told func(app.LinkingProgress)) (consent.LinkID, error) {
				l.told, l.ctx = told, ctx
				o := <-l.end // a link that waits has its id, however the waiting ends
				return o.id, o.err
			}
			run(t, f, wideSize, func(r *rig) {
				openBank(r)
				r.press("Link")
				l.told(app.LinkingProgress{Step: app.InBrowser, Address: address})
				l.told(app.LinkingProgress{Step: app.Approving})
				r.settle()
				r.says("Approve in Northlight Bank’s app on your phone", "Looking every few seconds", "the link stays")
				r.silent("in your browser")
				f.links = []app.LinkView{linkView("north", "Northlight Bank", test.state, now.Add(5000*time.Hour))}
				if test.cancel {
					r.key(fyne.KeyEscape)
					if l.ctx.Err() == nil {
						r.t.Fatal("Escape doesn't cancel")
					}
				} else if test.err == nil {
					l.told(app.LinkingProgress{Step: app.Reading})
				}
				l.end <- outcome{id: "north", err: test.err}
				r.settle()
				r.says(test.says...)
				r.silent(test.silent)
			})
		})
	}
}

// TestCheckAgainLooksOnce: the card's loud button asks the bank.
func TestCheckAgainLooksOnce(t *testing.T) {
	f := &fake{links: []app.LinkView{linkView("north", "Northlight Bank", consent.Unapproved, time.Time{})}}
	f.refresh = func(context.Context, consent.LinkID) (app.Refreshed, error) {
		return app.Refreshed{}, fault.New(fault.ApprovalNeeded, "read", errors.New("x"))
	}
	run(t, f, wideSize, func(r *rig) {
		r.press("Check again")
		r.settle()
		if f.called("refresh north") != 1 {
			r.t.Error("the bank was not asked")
		}
		r.says("Approve there, then check again.")
	})
}
