package banks_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"

	"fyne.io/fyne/v2"
)

// story is what the bank does, one step after the other.
type story struct {
	step chan consent.Proof
	end  chan error
}

// revoking is a vault with one link and a bank whose steps the test lets happen.
func revoking() (*fake, *story) {
	f, s := full(), &story{}
	f.prepare = func() { s.step, s.end = make(chan consent.Proof, 8), make(chan error, 1) }
	f.links, f.receipts, f.accounts = f.links[1:2], nil, nil
	f.revoke = func(ctx context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error) {
		f.setState(id, consent.RevokePending)
		var steps []consent.Proof
		for {
			select {
			case p := <-s.step:
				steps = append(steps, p)
				told(p)
			case err := <-s.end:
				for len(s.step) > 0 {
					p := <-s.step
					steps = append(steps, p)
					told(p)
				}
				if err == nil {
					receipt := proved(id, "Northlight Bank")
					f.setState(id, consent.Revoked)
					f.setReceipt(id, &receipt)
					return receipt, nil
				}
				return consent.Receipt{Link: id, Bank: "Northlight Bank", Started: now, Ended: now, Steps: steps, History: "kept"}, err
			case <-ctx.Done():
				return consent.Receipt{}, ctx.Err()
			}
		}
	}
	f.erase = func(consent.LinkID) (consent.Receipt, error) {
		return shredded(2, 84), nil
	}
	return f, s
}

var ticks = []string{"The bank answered: consent ended", "Both tokens handed back", "The old access token is refused", "The old refresh token is refused", "Both tokens shredded on this computer"}

func TestARevocationIsTickedStepByStepAndProvedAtItsEnd(t *testing.T) {
	f, s := revoking()
	run(t, f, wideSize, func(r *rig) {
		r.press("Revoke")
		if f.called("revoke north") != 0 {
			r.t.Fatal("the question is not asked")
		}
		r.press("Revoke")
		r.says("Revoking Northlight Bank")
		for i, p := range proofs() {
			r.silent(ticks[i:]...)
			s.step <- p
			r.settle()
			r.says(ticks[:i+1]...)
			r.silent("Revoked, and proved")
		}
		s.end <- nil
		r.settle()
		r.says("Revoked, and proved", "It took 2 seconds.", "Kept: 84 transactions, in your vault only", "What the bank keeps follows its own rules.", "probe invalid_grant", "Revocation receipt", "200, 200")
		r.press("Copy")
		if want := proved("north", "Northlight Bank").Hash; !containsLine(r.copied, "hash       "+want) {
			t.Errorf("copied %q", r.copied)
		}
		r.key(fyne.KeyEscape)
		r.says("Ended", "Receipt")
		r.silent("Healthy")
	})
}

func TestARevocationThatTheBankDoesNotConfirmIsNotCalledOne(t *testing.T) {
	f, s := revoking()
	run(t, f, wideSize, func(r *rig) {
		r.press("Revoke")
		r.press("Revoke")
		s.step <- consent.Proof{Kind: consent.ConsentEnded, Answer: "503", At: now}
		s.end <- fault.Because(fault.RevokePending, "revoke.consent", "revoke", errors.New("x"), "until", now.Add(time.Hour).Format(time.RFC3339))
		r.settle()
		r.says("Stopped here, not yet revoked at the bank", "The bank didn't confirm that the consent ended", "answer 503", "Receipt, not final", "503, pending", "sealed for retry", "The tokens stay sealed for the next try", "ends by itself at")
		r.silent("Revoked, and proved", "this receipt", "Verify chain")
		r.silent(ticks...)
		r.key(fyne.KeyEscape)
		r.says("Stopped here, not yet revoked at the bank", "Try now")
		r.press("Try now")
		if f.called("revoke north") != 2 {
			r.t.Fatal("not tried again")
		}
		r.silent("answer 503")
		for _, p := range proofs() {
			s.step <- p
		}
		s.end <- nil
		r.settle()
		r.says("Revoked, and proved")
		r.says(ticks...)
	})
}

func TestARevocationThatNeverBeganSaysSo(t *testing.T) {
	f, _ := revoking()
	f.revoke = func(context.Context, consent.LinkID, func(consent.Proof)) (consent.Receipt, error) {
		return consent.Receipt{}, fault.New(fault.DiskFull, "revoke", errors.New("x"))
	}
	run(t, f, wideSize, func(r *rig) {
		r.press("Revoke")
		r.press("Revoke")
		r.says("Not revoked", "The disk is full", "Try now")
		r.silent("Shred them too", "Stopped here")
		r.silent(ticks...)
	})
}

func TestARevocationGoesOnBehindTheCards(t *testing.T) {
	f, s := revoking()
	run(t, f, wideSize, func(r *rig) {
		r.press("Revoke")
		r.press("Revoke")
		r.key(fyne.KeyEscape)
		r.says("Revoking")
		s.step <- proofs()[0]
		r.settle()
		r.press("See the steps")
		r.says(ticks[0])
		r.key(fyne.KeyEscape)
		s.end <- nil
		r.settle()
		r.silent("Revoking")
		r.press("Receipt")
		r.says("Revoked, and proved")
	})
}

func TestStoppingLeavesItPending(t *testing.T) {
	f, _ := revoking()
	run(t, f, wideSize, func(r *rig) {
		r.press("Revoke")
		r.press("Revoke")
		r.press("Stop asking")
		r.says("Stopped here, not yet revoked at the bank", "Try now")
	})
}

func TestShreddingWaitsTenSecondsAndCanBeTakenBack(t *testing.T) {
	for name, test := range map[string]struct {
		do     func(r *rig)
		erased int
	}{
		"nothing is erased at once":        {func(*rig) {}, 0},
		"nor after nine seconds":           {func(*rig) { time.Sleep(9 * time.Second) }, 0},
		"it is after ten":                  {func(*rig) { time.Sleep(10 * time.Second) }, 1},
		"it is when the page is left":      {func(r *rig) { r.key(fyne.KeyEscape) }, 1},
		"it is when the place is left":     {func(r *rig) { r.leave() }, 1},
		"Undo keeps it":                    {func(r *rig) { r.press("Undo"); time.Sleep(time.Minute) }, 0},
		"Ctrl Z keeps it":                  {func(r *rig) { r.screen.Undo(); time.Sleep(time.Minute) }, 0},
		"kept, then the page is left":      {func(r *rig) { r.press("Undo"); r.key(fyne.KeyEscape); time.Sleep(time.Minute) }, 0},
		"Undo, then shredding once more":   {func(r *rig) { r.press("Undo"); r.press("Shred them too"); time.Sleep(time.Minute) }, 1},
		"Undo is too late when it has run": {func(r *rig) { time.Sleep(11 * time.Second); r.settle(); r.screen.Undo() }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := full()
			f.erase = func(consent.LinkID) (consent.Receipt, error) { return shredded(1, 42), nil }
			run(t, f, wideSize, func(r *rig) {
				r.press("Receipt")
				r.press("Shred them too")
				r.says("42 transactions are about to go", "42 transactions of Old Harbour Credit Union go in 10 seconds.")
				r.settle()
				if f.called("soon old") != 1 {
					t.Error("that it is to go was not written down: a lock in these seconds would keep it")
				}
				test.do(r)
				r.settle()
				if n := f.called("erase old"); n != test.erased {
					t.Errorf("erased %d times, want %d", n, test.erased)
				}
				time.Sleep(time.Minute)
			})
		})
	}
}

func TestShreddingSaysWhatIsGoneAndWhatWentWrong(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		says string
	}{
		"gone":  {nil, "Erased: 42 transactions"},
		"wrong": {fault.New(fault.DiskFailed, "erase", errors.New("x")), "The disk refused"},
	} {
		t.Run(name, func(t *testing.T) {
			f := full()
			f.erase = func(consent.LinkID) (consent.Receipt, error) {
				return shredded(1, 42), test.err
			}
			run(t, f, narrowSize, func(r *rig) {
				r.press("Receipt")
				r.press("Shred them too")
				time.Sleep(10 * time.Second)
				r.settle()
				r.says(test.says)
				r.silent("go in 10 seconds")
				if offered := containsLine(r.words(), "Shred them too"); offered != (test.err != nil) {
					t.Errorf("shredding offered again: %v", offered)
				}
			})
		})
	}
}

func TestVerifyingTheChainOfReceipts(t *testing.T) {
	first := proved("old", "Old Harbour Credit Union")
	second := proved("two", "Second Bank")
	second.Previous = first.Hash
	second.Hash = consent.HashReceipt(second)
	changed := first
	changed.Proved = false
	for name, test := range map[string]struct {
		chain []consent.Receipt
		says  string
	}{
		"a whole chain":       {[]consent.Receipt{first, second}, "2 receipts, each as it was written"},
		"a changed receipt":   {[]consent.Receipt{changed, second}, "Receipt 1 of 2 was changed outside Coffer"},
		"two that were moved": {[]consent.Receipt{second, first}, "Receipt 1 of 2 was changed outside Coffer"},
		"one that is gone":    {nil, "This receipt is not in the vault any more"},
	} {
		t.Run(name, func(t *testing.T) {
			f := full()
			run(t, f, wideSize, func(r *rig) {
				f.receipts = test.chain
				r.press("Receipt")
				r.press("Verify chain")
				r.says(test.says)
			})
		})
	}
}

func TestAReceiptOutlivesItsLink(t *testing.T) {
	f := full()
	f.links = nil
	run(t, f, wideSize, func(r *rig) {
		r.says("Old Harbour Credit Union", "Nothing kept")
		r.press("Receipt")
		r.says("Revoked, and proved", "Nothing is kept of this link")
		r.silent("Shred them too")
	})
}

func TestARevokedLinkWhoseReceiptIsLostIsNotCalledProved(t *testing.T) {
	f := full()
	f.links[3].Receipt, f.receipts = nil, nil
	run(t, f, wideSize, func(r *rig) {
		r.press("Receipt")
		r.says("Ended at the bank", "Its receipt could not be kept", "Shred them too")
		r.silent("Revoked, and proved", "Try now")
		r.silent(ticks...)
	})
}

func TestTryNowIsDeafOnceItIsGone(t *testing.T) {
	f, s := revoking()
	run(t, f, wideSize, func(r *rig) {
		r.press("Revoke")
		r.press("Revoke")
		s.end <- fault.New(fault.RevokePending, "revoke", errors.New("x"))
		r.settle()
		r.window.Canvas().Focus(r.find("Try now", 0).(fyne.Focusable))
		r.key(fyne.KeyReturn)
		s.end <- nil
		r.settle()
		r.key(fyne.KeyReturn)
		if n := f.called("revoke north"); n != 2 {
			t.Errorf("revoked %d times", n)
		}
		r.says("Revoked, and proved")
	})
}

// TestARegistrationOfALinksOwnHasItsRow: where the bank keeps it, that is said, and the rest is proved all the same.
func TestARegistrationOfALinksOwnHasItsRow(t *testing.T) {
	f, s := revoking()
	for i := range f.links {
		f.links[i].Registration = &consent.Registration{Place: "https://bank.example/clients/1"}
	}
	run(t, f, wideSize, func(r *rig) {
		r.press("Revoke")
		r.press("Revoke")
		r.says("Coffer’s registration at the bank")
		all := proofs()
		for _, p := range append(all[:len(all)-1:len(all)-1], consent.Proof{Kind: consent.RegistrationEnded, Answer: "405", At: now}, all[len(all)-1]) {
			s.step <- p
			r.settle()
		}
		r.says(append([]string{"The bank didn't delete Coffer's registration. It opens nothing", "The bank was asked to delete it: 405"}, ticks...)...)
		s.end <- nil
		r.settle()
		r.says("Revoked, and proved")
	})
}

// TestOnlyThePersonCanEndItThere: the page says where, looks when the person has been there, and drops the
// tokens only when asked twice.
func TestOnlyThePersonCanEndItThere(t *testing.T) {
	for name, test := range map[string]struct {
		press []string
		says  string
		calls string
	}{
		"looked at now":         {[]string{"Check now"}, "Revoked, and proved", "check north"},
		"dropped, asked first":  {[]string{"Drop the tokens", "Drop without proof"}, "Dropped here, never proved", "drop north"},
		"not dropped after all": {[]string{"Drop the tokens", "Cancel"}, "Check now", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, s := revoking()
			f.links[0].State, f.links[0].Pending = consent.RevokePending, consent.Pending{Reason: "revoke.byhand", Next: now.Add(time.Hour)}
			f.links[0].Provider.File.ByHand, f.links[0].Provider.File.ByHandAt = "Take Coffer back in the bank’s app", "https://bank.example/apps"
			run(t, f, wideSize, func(r *rig) {
				r.press("Try now")
				s.end <- fault.Because(fault.RevokePending, "revoke.byhand", "revoke", errors.New("x"))
				r.settle()
				r.says("Take Coffer back in the bank’s app", "https://bank.example/apps", "Only you can end it at the bank")
				r.silent("Try now")
				r.press("Copy address")
				if len(test.press) == 1 {
					s.end <- nil
				}
				for _, p := range test.press {
					r.press(p)
				}
				r.settle()
				r.says(test.says)
				if test.calls == "drop north" {
					r.says("the bank may still take them")
					r.silent("the bank refuses them now", "Check now")
					r.says("Take Coffer back in the bank’s app", "https://bank.example/apps", "only you can, there", "Copy address")
					r.press("Done")
					r.says("never proved. Only you can end it")
					r.silent("Revoked 2")
					r.press("Where")
					r.says("Take Coffer back in the bank’s app", "https://bank.example/apps")
				}
				if test.calls != "" && f.called(test.calls) != 1 || f.called("check north")+f.called("drop north") > 1 {
					t.Error("the wrong thing was done")
				}
			})
		})
	}
}
