package banks_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"

	"fyne.io/fyne/v2"
)

func TestACardSaysWhoIsInThePathAndWhatWasGranted(t *testing.T) {
	run(t, full(), wideSize, func(r *rig) {
		r.says("3 links, 5 accounts", "Ends in 9 days", "Nobody between", "Balances and transactions", "Move money or see your password",
			"Conta corrente ·· 8801", "4 June 2026, for 180 days", "Tuesday 1 December 2026", "Friday 12 March 2027, in 110 days", "2 minutes ago, 14 KB in all",
			"Healthy", "Bank not answering", "4 June 2026, until you stop it", "Read 2 minutes ago",
			"Calls left", "3 of 4 today while you are away", "No daily limit stated", "0 of 24 today; more after ", "2 of 4 today while you are away")
		r.press("Everyday ·· 2290")
		if r.register != "a3" {
			t.Errorf("the register of %q was opened", r.register)
		}
		r.press("Import")
		if r.imported != 1 {
			t.Error("Import does nothing")
		}
	})
}

func TestTheFootnoteOfTheCardsLeadsToPrivacy(t *testing.T) {
	run(t, full(), wideSize, func(r *rig) {
		r.says("“Nobody between” means")
		r.press("See every connection in Privacy")
		if r.privacy != 1 {
			r.t.Errorf("Privacy was opened %d times", r.privacy)
		}
	})
}

func TestOnlyActsThatCanWorkAreOffered(t *testing.T) {
	later := now.Add(200 * 24 * time.Hour)
	for name, test := range map[string]struct {
		state   consent.State
		expires time.Time
		offers  []string
		not     []string
	}{
		"a healthy link is refreshed or renewed":  {consent.Active, later, []string{"Refresh", "Renew", "Revoke"}, []string{"Sign in again", "Try now"}},
		"one that wants a login is not refreshed": {consent.NeedsLogin, later, []string{"Sign in again", "Revoke"}, []string{"Refresh", "Refresh all"}},
		"a pending revocation is tried again":     {consent.RevokePending, later, []string{"Try now"}, []string{"Refresh", "Revoke", "Renew"}},
		"one that the bank ended can be renewed":  {consent.RevokedAtBank, later, []string{"Sign in again", "Revoke"}, []string{"Refresh"}},
		"a paused one waits, but may be asked":    {consent.Paused, later, []string{"Refresh", "Revoke"}, []string{"Sign in again"}},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, &fake{links: []app.LinkView{linkView("l", "Northlight Bank", test.state, test.expires)}}, wideSize, func(r *rig) {
				for _, act := range test.offers {
					if !containsLine(r.words(), act) {
						t.Errorf("no %q", act)
					}
				}
				for _, act := range test.not {
					if containsLine(r.words(), act) {
						t.Errorf("offers %q", act)
					}
				}
			})
		})
	}
}

func TestThePlaceAnswersWhileTheVaultIsSlow(t *testing.T) {
	run(t, &fake{deaf: true, providers: []app.Provider{northlight}}, wideSize, func(r *rig) {
		r.write("a")
		r.says("Add a bank", "Who sees your data on the way")
	})
}

func TestALoadThatFailsSaysWhyAndTriesAgain(t *testing.T) {
	f := full()
	f.broken = fault.New(fault.DiskFailed, "read", errors.New("x"))
	run(t, f, wideSize, func(r *rig) {
		r.says("The links can’t be read now", "The disk refused")
		f.broken = nil
		r.press("Try again")
		r.says("Northlight Bank")
	})
}

func TestEmptySaysWhatToDoNext(t *testing.T) {
	run(t, &fake{}, wideSize, func(r *rig) {
		r.says("No bank is linked yet")
		r.press("Import a statement")
		r.press("Add a bank")
		r.says("No bank can be linked yet", "coffer --demo", "Import a statement file")
		r.press("Choose a file")
		if r.imported != 2 {
			t.Errorf("imported %d times", r.imported)
		}
	})
}

func TestARefreshShowsHowFarItIsAndCanBeCancelled(t *testing.T) {
	f := full()
	f.refresh = func(ctx context.Context, _ consent.LinkID) (app.Refreshed, error) {
		<-ctx.Done()
		return app.Refreshed{}, ctx.Err()
	}
	run(t, f, wideSize, func(r *rig) {
		r.pressNth("Refresh", 2) // the columns are drawn one after the other
		if f.called("refresh north") != 1 {
			r.t.Fatal("the second card's link wasn't read")
		}
		f.job(app.Progress{Link: "north", Account: "Everyday", Rows: 1240, Done: 1, Total: 2})
		r.settle()
		r.says("Reading Everyday, 1,240 rows")
		r.press("Cancel")
		r.silent("Reading Everyday", "something went wrong")
	})
}

func TestARefreshThatFailsSaysSoOnItsCard(t *testing.T) {
	for name, test := range map[string]struct {
		got  app.Refreshed
		err  error
		says string
	}{
		"wholly":         {err: fault.New(fault.Offline, "read", errors.New("x")), says: "The bank didn't answer."},
		"at one account": {got: app.Refreshed{Failed: []app.AccountFault{{Account: ledger.Account{Name: "Card"}, Err: fault.New(fault.BankUnexpected, "read", errors.New("x"))}}}, says: "Card was not read. What the bank answered about it"},
	} {
		t.Run(name, func(t *testing.T) {
			f := full()
			f.links = f.links[1:2]
			f.refresh = func(context.Context, consent.LinkID) (app.Refreshed, error) { return test.got, test.err }
			run(t, f, wideSize, func(r *rig) {
				r.press("Refresh")
				r.says(test.says)
				test.got, test.err = app.Refreshed{}, nil
				r.press("Try again")
				r.silent(test.says)
				if f.called("refresh north") != 2 {
					t.Error("it didn't try again")
				}
			})
		})
	}
}

func TestARefreshGoesOnWhenThePersonLooksElsewhere(t *testing.T) {
	f := full()
	var end chan struct{}
	f.prepare = func() { end = make(chan struct{}) }
	ended := error(nil)
	f.refresh = func(ctx context.Context, _ consent.LinkID) (app.Refreshed, error) {
		<-end
		ended = ctx.Err()
		return app.Refreshed{}, ended
	}
	run(t, f, wideSize, func(r *rig) {
		r.press("Refresh")
		r.leave()
		r.settle()
		close(end)
		r.settle()
		if ended != nil {
			t.Errorf("leaving the place ended it: %v", ended)
		}
	})
}

func TestRefreshAllReadsAndStops(t *testing.T) {
	f := full()
	f.refreshAll = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	run(t, f, wideSize, func(r *rig) {
		r.press("Refresh all")
		f.job(app.Progress{Link: "azulejo", Account: "Poupança", Rows: 1})
		f.job(app.Progress{Link: "north", Account: "Everyday", Rows: 2})
		r.settle()
		r.says("Reading Everyday, 2 rows", "Reading Poupança, 1 row")
		f.job(app.Progress{Link: "azulejo", Ended: true})
		r.settle()
		r.silent("Poupança, 1 row")
		r.press("Stop reading")
		f.job(app.Progress{Link: "north", Ended: true})
		r.settle()
		r.says("Refresh all")
		r.silent("Reading Everyday")
	})
}

func TestKeepHasTheKeyboardAndRevokeIsOneStepAway(t *testing.T) {
	f := full()
	run(t, f, wideSize, func(r *rig) {
		r.press("Revoke")
		r.key(fyne.KeyReturn)
		r.silent("Revoke reads and tokens")
		r.key(fyne.KeyReturn)
		if len(f.calls) != 0 {
			t.Errorf("called %v", f.calls)
		}
	})
}

func TestEscapeTakesTheQuestionBack(t *testing.T) {
	run(t, full(), wideSize, func(r *rig) {
		r.press("Revoke")
		r.says("Revoke reads and tokens for 2 accounts?")
		r.key(fyne.KeyEscape)
		r.silent("Revoke reads and tokens")
		if r.screen.Back() {
			t.Error("nothing is open, but Escape was used up")
		}
	})
}

func TestOneColumnWhereTwoDoNotFit(t *testing.T) {
	for name, test := range map[string]struct {
		width  float32
		beside bool
	}{"two at 1080": {1080, true}, "one at 780": {780, false}, "one at 600": {600, false}} {
		t.Run(name, func(t *testing.T) {
			run(t, full(), fyne.NewSize(test.width, 700), func(r *rig) {
				a, b := r.top("Ends in 9 days"), r.top("Healthy")
				if (a-b < 30 && b-a < 30) != test.beside {
					t.Errorf("the cards stand at %v and %v", a, b)
				}
			})
		})
	}
}

func TestTheBanksTextStaysPlain(t *testing.T) {
	f := full()
	f.links[0].Bank = strings.Repeat("[x](http://y) **Bank** ", 20)
	run(t, f, narrowSize, func(r *rig) { r.says("[x](http://y) **Bank**") })
}
