package overview_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

func play(t *testing.T, f *fake, h *heard, story func(r *rig)) {
	t.Helper()
	stage{size: wide, make: screenOf(f, h)}.run(t, story)
}

func TestBalancesAndWhatNeedsALookAreThereAtOnce(t *testing.T) {
	play(t, full(), &heard{}, func(r *rig) {
		r.says("Sunday 22 November", "$69,112.95", "+$1,204.18", "And €2,907.15, not converted.",
			"Northlight Everyday", "Read 2 minutes ago", "· 4 pending, −$187.20", "$4,218.66", "$4,031.46",
			"From a file, as of 22 Oct", "Northlight card ·· 4417", "· limit $9,000.00", "−$1,214.77",
			"$612.40 at Voltbay Electronics and Appliances; your usual there is $38.20 (71 times)", "$49.10 at Corner Fuel twice on the same day",
			"Northlight Bank link ends in 9 days", "November so far", "+$6,372.40", "−$4,735.82", "Harbour Bakery pending")
	})
}

func TestAnAccountThatIsListedNoLongerSaysSo(t *testing.T) {
	f := full()
	last := f.view.Accounts[0]
	f.view.Unlisted = map[ledger.AccountID]time.Time{last.ID: f.view.Now.AddDate(0, 0, -20)}
	play(t, f, &heard{}, func(r *rig) {
		r.says("The bank last listed it 2 Nov")
		r.silent("not in net worth")
	})
	f.view.Accounts[0].LeftOut = true
	play(t, f, &heard{}, func(r *rig) { r.says("The bank last listed it 2 Nov · not in net worth") })
}

func TestEachActAsksTheFrame(t *testing.T) {
	h := &heard{}
	play(t, full(), h, func(r *rig) {
		for _, text := range []string{"Refresh", "Review", "See the link", "Northlight Reserve", "Mercado Verde"} {
			r.press(text)
		}
		if want := []string{"refresh", "alert x1", "banks", "account a2", "row t3"}; !slices.Equal(h.calls, want) {
			t.Errorf("heard %q", h.calls)
		}
	})
}

func TestWhatTheVaultWantsIsSaid(t *testing.T) {
	f, h := full(), &heard{}
	f.view.Alerts, f.view.Links = nil, nil
	f.view.Care = app.Care{Older: true, BackedUp: fault.New(fault.DiskFull, "back up", errors.New("x")), RekeyDue: true}
	play(t, f, h, func(r *rig) {
		r.says("This vault is older than the one last open here", "No backup was made today", "The disk is full.", "The vault is due for a new key")
		f.view.Care = app.Care{}
		r.press("Open settings")
		r.press("I put it back")
		if want := []string{"settings", "known"}; !slices.Equal(h.calls, want) {
			t.Errorf("heard %q", h.calls)
		}
	})
}

// TestAShreddingWithoutItsNewKeyIsSaid where everything else is that wants a look, not only on its receipt.
func TestAShreddingWithoutItsNewKeyIsSaid(t *testing.T) {
	f, h := full(), &heard{}
	f.view.Alerts, f.view.Links = nil, nil
	f.view.Care = app.Care{Unkeyed: fault.New(fault.DiskFull, "carry", errors.New("x"))}
	play(t, f, h, func(r *rig) {
		r.says("A shredding has no new key yet.", "The disk is full.")
		r.keep("overview-unkeyed")
		r.press("See the receipts")
		if want := []string{"banks"}; !slices.Equal(h.calls, want) {
			t.Errorf("heard %q", h.calls)
		}
	})
}

func TestTheWaysToBegin(t *testing.T) {
	h := &heard{}
	play(t, empty(), h, func(r *rig) {
		r.says("Nothing here yet", "0 bytes have left this computer.")
		r.silent("Refresh")
		for _, text := range []string{"Choose", "Choose file", "Open demo"} {
			r.press(text)
		}
		if want := []string{"add bank", "import", "demo"}; !slices.Equal(h.calls, want) {
			t.Errorf("heard %q", h.calls)
		}
	})
}

func TestArrowsWalkOverAccountsAndWhatNeedsALook(t *testing.T) {
	h := &heard{}
	play(t, full(), h, func(r *rig) {
		r.key(fyne.KeyDown, fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn) // two accounts
		r.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)   // past the other two
		r.key(fyne.KeyUp, fyne.KeyReturn)
		if want := []string{"account a1", "account a4", "alert x1", "account a3"}; !slices.Equal(h.calls, want) {
			t.Errorf("heard %q", h.calls)
		}
	})
}

func TestNewDataMovesNeitherFocusNorScroll(t *testing.T) {
	f, h := full(), &heard{}
	stage{size: narrow, make: screenOf(f, h)}.run(t, func(r *rig) {
		r.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown)
		var scroll *container.Scroll
		r.walk(func(d drawn) {
			if s, ok := d.CanvasObject.(*container.Scroll); ok {
				scroll = s
			}
		})
		r.window.Resize(fyne.NewSize(748, 360))
		scroll.ScrollToOffset(fyne.NewPos(0, 40))
		f.view.Accounts[0].Balance.Booked = usd(1)
		f.changed()
		r.settle()
		r.says("$0.01")
		if scroll.Offset.Y != 40 {
			t.Errorf("scrolled to %v", scroll.Offset.Y)
		}
		r.key(fyne.KeyReturn)
		if !slices.Equal(h.calls, []string{"account a4"}) {
			t.Errorf("heard %q", h.calls)
		}
	})
}

func TestAFailedReadKeepsTheNumbers(t *testing.T) {
	f := full()
	play(t, f, &heard{}, func(r *rig) {
		f.err = fault.New(fault.DiskFailed, "read", errors.New("cause-of-it"))
		f.changed()
		r.settle()
		r.says("The disk refused to read or write.", "$69,112.95")
		r.silent("cause-of-it")
		r.tidy()
		f.err = nil
		r.press("Try again")
		r.silent("The disk refused")
	})
}

func TestAFailedFirstReadSaysSo(t *testing.T) {
	f := full()
	f.err = fault.New(fault.VaultDamaged, "read", errors.New("cause-of-it"))
	play(t, f, &heard{}, func(r *rig) {
		r.says("The balances can’t be read now", "The vault was changed outside Coffer")
		f.err = nil
		r.press("Try again")
		r.says("$69,112.95")
	})
}

func TestReadingBlocksNothingAndShowsNothing(t *testing.T) {
	f := full()
	play(t, f, &heard{}, func(r *rig) {
		f.block = make(chan struct{})
		f.changed()
		r.settle()
		r.says("$69,112.95") // what was read stays
		r.press("30 days")
		r.silent("Feb")
		r.screen.SetNarrow(true)
		r.screen.SetNarrow(false)
		close(f.block)
		r.settle()
	})
}

func TestNothingIsReadAfterLeaving(t *testing.T) {
	f := full()
	play(t, f, &heard{}, func(r *rig) {
		ctx, leave := context.WithCancel(r.t.Context())
		r.screen.Show(ctx)
		r.settle()
		leave()
		f.view.Worth[0].Now = usd(1)
		f.changed()
		r.settle()
		r.silent("$0.01")
	})
}

func TestHiddenAmountsAreNowhere(t *testing.T) {
	play(t, full(), &heard{}, func(r *rig) {
		r.screen.(interface{ SetVoice(*say.Voice) }).SetVoice(r.voice.Hiding(true))
		r.settle()
		r.says("•••", "Northlight Everyday")
		for _, line := range r.lines() {
			if strings.ContainsAny(line, "$€") {
				t.Errorf("shows %q", line)
			}
		}
	})
}

func TestNarrowShowsTheGravestInOneLine(t *testing.T) {
	h := &heard{}
	stage{size: narrow, make: screenOf(full(), h)}.run(t, func(r *rig) {
		r.says("$612.40 at Voltbay", "and 2 more", "Net worth")
		r.silent("Latest", "November so far", "1 year")
		r.press("Review")
		if !slices.Equal(h.calls, []string{"alert x1"}) {
			t.Errorf("heard %q", h.calls)
		}
	})
}

func TestEachLinkThatNeedsThePersonSaysWhy(t *testing.T) {
	for want, link := range map[string]consent.Link{
		"Azulejo link ends today On 22 Nov.":     {State: consent.Active, Expires: now.Add(day / 2)},
		"Azulejo link ends in 1 day On 23 Nov.":  {State: consent.Active, Expires: now.Add(day / 2 * 3)},
		"The link to Azulejo has ended":          {State: consent.Active, Expires: now.Add(-day)},
		"Azulejo wants you to sign in again":     {State: consent.NeedsLogin},
		"Azulejo: Stopped here, not yet revoked": {State: consent.RevokePending},
		"Azulejo: Ended by the bank":             {State: consent.RevokedAtBank},
		"Azulejo leads to a host that you have":  {State: consent.Active, Expires: now.Add(300 * day), Asks: []consent.Ask{{Use: consent.DataAPI}}},
		"Azulejo link ends in 13 days On 5 Dec.": {State: consent.Outage, Expires: now.Add(13 * day)},
	} {
		f := full()
		link.Bank = "Azulejo"
		f.view.Alerts, f.view.Links = nil, []consent.Link{link}
		play(t, f, &heard{}, func(r *rig) { r.says(want) })
	}
}

func TestTheNoticeOfAnEndIsPutAway(t *testing.T) {
	f := full()
	f.view.Alerts = nil
	f.put = func() { f.view.Links = nil }
	play(t, f, &heard{}, func(r *rig) {
		r.says("Northlight Bank link ends in 9 days", "See the link", "Not now")
		r.press("Not now")
		if !slices.Equal(f.away, []string{"ending l1"}) {
			t.Errorf("put away %q", f.away)
		}
		r.silent("Northlight Bank link ends", "Not now")
	})
	f = full()
	f.view.Alerts, f.view.Links[0].Expires = nil, now.Add(-day)
	play(t, f, &heard{}, func(r *rig) {
		r.says("has ended", "See the link")
		r.silent("Not now") // it can't be put away
	})
}

func TestWhatWaitsForAWordIsOneLine(t *testing.T) {
	f := full()
	f.view.Alerts, f.view.Links = nil, nil
	f.view.Waiting = app.Waiting{Reviews: 3, Transfers: 1}
	h := &heard{}
	play(t, f, h, func(r *rig) {
		r.says("3 rows may be there twice, 1 pair may be a transfer", "Coffer is not sure, and asks.")
		r.press("Review")
		if !slices.Equal(h.calls, []string{"review"}) {
			t.Errorf("heard %q", h.calls)
		}
	})
	f.view.Waiting = app.Waiting{}
	play(t, f, h, func(r *rig) { r.silent("may be there twice") })
}

func TestASilentAccountIsExplainedAndPutAway(t *testing.T) {
	f := full()
	f.view.Alerts, f.view.Links = nil, nil
	f.view.Silent = []ledger.Silence{{Account: "a2", Last: today.AddDays(-19), Days: 19, Usual: 5}}
	h := &heard{}
	play(t, f, h, func(r *rig) {
		r.says("No movements on Northlight Reserve since 3 Nov", "19 days; usually every 5 days.")
		r.press("See it")
		r.press("Not now")
		if !slices.Equal(f.away, []string{"silence a2"}) || !slices.Equal(h.calls, []string{"account a2"}) {
			t.Errorf("put away %q, heard %q", f.away, h.calls)
		}
		r.silent("No movements")
	})
	f.view.Silent = []ledger.Silence{{Account: "a2", Last: today.AddDays(-11), Days: 11, Usual: 1}}
	play(t, f, h, func(r *rig) { r.says("11 days; usually one a day.") })
}

func TestWhatCameIsSaidAndPutAway(t *testing.T) {
	f := full()
	f.view.Alerts, f.view.Links = nil, nil
	f.view.News = []app.News{
		{Key: "a", Kind: app.RefundCame, Row: "t9", Account: "a2", Name: "Fit Yard", Amount: money.New(3900, "USD"), Day: today},
		{Key: "b", Kind: app.MoneyCame, Dispute: "d1", Row: "t8", Account: "a2", Name: "Voltbay", Amount: money.New(61240, "USD"), Day: today},
		{Key: "c", Kind: app.AnswerDue, Dispute: "d1", Account: "a2", Name: "Voltbay", Day: today.AddDays(-3)},
	}
	h := &heard{}
	play(t, f, h, func(r *rig) {
		r.says("The refund that you expect came: $39.00 from Fit Yard", "$612.40 from Voltbay may be the money of your dispute", "The bank’s answer about Voltbay was due by 19 Nov", "If it is silent, ask again.")
		r.press("See it")
		r.press("Not now")
		if !slices.Equal(f.away, []string{"news a"}) || !slices.Equal(h.calls, []string{"news a"}) {
			t.Errorf("put away %q, heard %q", f.away, h.calls)
		}
		r.silent("Fit Yard")
	})
}

func TestAnAccountWithoutABalanceSaysSo(t *testing.T) {
	f := full()
	f.view.Accounts[0].Balance = ledger.Balance{}
	play(t, f, &heard{}, func(r *rig) { r.says("No balance in its statements") })
}

func TestTabReachesTheActsInReadingOrder(t *testing.T) {
	play(t, full(), &heard{}, func(r *rig) {
		got := r.tabs(6)
		if want := []string{"Refresh", "30 days", "1 year", "All"}; !slices.Equal(got[:4], want) {
			t.Errorf("Tab goes %q", got)
		}
		if !slices.Contains(got, "Northlight Everyday") {
			t.Errorf("no account among %q", got)
		}
	})
}
