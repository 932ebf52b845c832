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

const address = "http://127.0.0.1:4711/authorize?request_uri=urn:x:31c9"

// linking lets the test say what the bank does.
type linking struct {
	told func(app.LinkingProgress)
	ctx  context.Context
	end  chan outcome
}

type outcome struct {
	id  consent.LinkID
	err error
}

// linkable is a vault without links in which Northlight can be linked.
func linkable() (*fake, *linking) {
	l := &linking{}
	f := &fake{providers: []app.Provider{northlight, {ID: "azulejo", Name: "Banco Azulejo", Country: "PT", Reads: []string{"balances"}, Days: 90, History: 60}}}
	f.link = func(ctx context.Context, _ string, _ app.Terms, told func(app.LinkingProgress)) (consent.LinkID, error) {
		l.told, l.ctx = told, ctx
		select {
		case o := <-l.end:
			return o.id, o.err
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	f.clock = time.Now // the bubble's
	f.prepare = func() { l.end = make(chan outcome, 1) }
	return f, l
}

func TestLinkingFromTheButtonToTheCard(t *testing.T) {
	f, l := linkable()
	run(t, f, wideSize, func(r *rig) {
		openBank(r)
		r.says("An invented bank on this computer", "nora", "harbour-lamp-42", "127.0.0.1:4711", "Read balances and transactions. It can’t move money", "Nothing is contacted until you press a button")
		r.press("90 days")
		r.press("180 days")
		if len(f.calls) != 0 {
			r.t.Fatalf("contacted before the button: %v", f.calls)
		}
		r.press("Link")
		r.silent("Nothing is contacted")
		if f.terms.HistoryDays != 90 || f.terms.ConsentDays != 180 || f.terms.Again != "" {
			t.Errorf("asked for %+v", f.terms)
		}
		l.told(app.LinkingProgress{Step: app.InBrowser, Address: address})
		r.settle()
		r.says("Waiting for Northlight Bank in your browser, 5:00 left")
		time.Sleep(28 * time.Second)
		r.settle()
		r.says("4:32 left")
		r.press("Open again")
		r.press("Copy address")
		r.says("Copied")
		if r.browsed != address || r.copied != address {
			t.Errorf("opened %q, copied %q", r.browsed, r.copied)
		}
		l.told(app.LinkingProgress{Step: app.Opening})
		r.settle()
		r.says("Approved")
		l.told(app.LinkingProgress{Step: app.Reading, Progress: app.Progress{Link: "north", Account: "Everyday", Rows: 1240, Done: 1, Total: 3}})
		l.told(app.LinkingProgress{Step: app.Reading, Progress: app.Progress{Link: "north", Account: "Everyday", Rows: 1300, Done: 2, Total: 3}})
		r.settle()
		r.says("Reading Everyday, 1,300 rows")
		f.links = []app.LinkView{linkView("north", "Northlight Bank", consent.Active, now.Add(5000*time.Hour), account("a3", "north", "Everyday", "2290"))}
		l.end <- outcome{id: "north"}
		r.settle()
		r.says("Northlight Bank is linked", "Everyday ·· 2290", "1 link, 1 account")
	})
}

func TestAnAttemptThatFailsSaysWhyAndCanStartAgain(t *testing.T) {
	for name, test := range map[string]struct {
		kind fault.Kind
		says string
	}{
		"the person said no":  {fault.ConsentDenied, "You said no at the bank. Nothing was linked"},
		"nothing came back":   {fault.LinkTimedOut, "Nothing came back from the browser"},
		"the port is taken":   {fault.PortTaken, "in use, and this bank sends its answer only there"},
		"there is no network": {fault.Offline, "The bank didn't answer"},
	} {
		t.Run(name, func(t *testing.T) {
			f, l := linkable()
			run(t, f, wideSize, func(r *rig) {
				openBank(r)
				r.press("Link")
				l.end <- outcome{err: fault.New(test.kind, "link", errors.New("x"))}
				r.settle()
				r.says(test.says)
				r.press("Try again")
				r.silent(test.says)
				if f.called("link demo-northlight") != 2 {
					t.Error("it didn't start again")
				}
				r.press("Cancel")
			})
		})
	}
}

func TestCancellingAnAttemptIsSilentAndStaysOnThePage(t *testing.T) {
	f, l := linkable()
	run(t, f, wideSize, func(r *rig) {
		openBank(r)
		r.press("Link")
		l.told(app.LinkingProgress{Step: app.InBrowser, Address: address})
		r.settle()
		r.key(fyne.KeyEscape)
		if l.ctx.Err() == nil {
			r.t.Fatal("Escape doesn't cancel")
		}
		r.says("Opens the bank’s page in your browser", "Who sees your data")
		r.silent("left", "went wrong")
		r.key(fyne.KeyEscape)
		r.says("No bank is linked yet")
	})
}

func TestWithoutABrowserTheAddressIsThereToCopy(t *testing.T) {
	f, l := linkable()
	run(t, f, narrowSize, func(r *rig) {
		openBank(r)
		r.press("Link")
		l.told(app.LinkingProgress{Step: app.InBrowser, Address: address, NoBrowse: true})
		r.settle()
		r.says("No browser could be opened", address)
		r.silent("Open again")
		r.press("Copy address")
		if r.copied != address {
			t.Errorf("copied %q", r.copied)
		}
		r.press("Cancel")
	})
}

// TestACodeIsShownWhileTheBankIsWaitedFor, with a browser and without, for as long as the bank takes it.
func TestACodeIsShownWhileTheBankIsWaitedFor(t *testing.T) {
	f, l := linkable()
	run(t, f, wideSize, func(r *rig) {
		openBank(r)
		r.press("Link")
		at := app.LinkingProgress{Step: app.InBrowser, Address: address, Code: "WDJB-MJHT", Until: time.Now().Add(10 * time.Minute)}
		l.told(at)
		r.settle()
		r.says("asks for this code, or shows it", "You may open it on another device.", "WDJB-MJHT", "10:00 left")
		at.NoBrowse = true
		l.told(at)
		r.settle()
		r.says("WDJB-MJHT", "in one, here or elsewhere", address)
		r.silent("its answer comes back here")
		r.press("Cancel")
	})
}

func TestABrowserThatDoesNotOpenAgainShowsTheAddress(t *testing.T) {
	f, l := linkable()
	run(t, f, wideSize, func(r *rig) {
		openBank(r)
		r.press("Link")
		l.told(app.LinkingProgress{Step: app.InBrowser, Address: address})
		r.settle()
		r.browse = errors.New("no browser")
		r.press("Open again")
		r.says("No browser could be opened", address)
		r.press("Cancel")
	})
}

func TestALinkWhoseFirstReadFailsIsLinked(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		says []string
	}{
		"the bank went away":    {fault.New(fault.BankDown, "read", errors.New("x")), []string{"is linked. Not everything was read yet", "The bank is not answering"}},
		"the person stopped it": {context.Canceled, []string{"is linked. Reading was stopped"}},
	} {
		t.Run(name, func(t *testing.T) {
			f, l := linkable()
			run(t, f, wideSize, func(r *rig) {
				openBank(r)
				r.press("Link")
				f.links = []app.LinkView{linkView("north", "Northlight Bank", consent.Active, now.Add(5000*time.Hour))}
				l.end <- outcome{"north", test.err}
				r.settle()
				r.says(test.says...)
				r.says("None read yet")
			})
		})
	}
}

func TestAFailedRenewalLeavesTheLinkAsItWas(t *testing.T) {
	f, l := linkable()
	f.links, f.clock = full().links[:1], nil
	run(t, f, wideSize, func(r *rig) {
		r.press("Renew")
		r.says("Renew Northlight Bank", "1 year")
		r.key(fyne.KeyReturn) // the button has the keyboard
		if f.terms.HistoryDays != 365 || f.terms.ConsentDays != 365 || f.terms.Again != "azulejo" {
			t.Errorf("asked for %+v", f.terms)
		}
		l.end <- outcome{err: fault.New(fault.ConsentDenied, "link", errors.New("x"))}
		r.settle()
		r.says("The link you have stays as it was.")
		r.press("Try again")
		l.end <- outcome{id: "azulejo"}
		r.settle()
		r.says("Northlight Bank is renewed", "Ends in 9 days")
	})
}

func TestAnAttemptGoesOnWhenThePersonLooksElsewhere(t *testing.T) {
	f, l := linkable()
	run(t, f, wideSize, func(r *rig) {
		openBank(r)
		r.press("Link")
		l.told(app.LinkingProgress{Step: app.InBrowser, Address: address})
		r.settle()
		r.leave()
		r.settle()
		if l.ctx.Err() != nil {
			r.t.Fatal("leaving the place ended it")
		}
		ctx, leave := context.WithCancel(r.t.Context())
		r.leave = leave
		r.screen.Show(ctx)
		r.settle()
		r.says("Waiting for Northlight Bank in your browser")
		r.press("Cancel")
	})
}

func TestTheGalleryByKeyboard(t *testing.T) {
	f, _ := linkable()
	run(t, f, wideSize, func(r *rig) {
		r.write("a")
		r.says("How far back")
		r.key(fyne.KeyDown)
		r.says("All it gives, 60 days", "PT. You sign in at the bank", "never here")
		r.key(fyne.KeyDown)
		r.says("You download a file")
		r.key(fyne.KeyUp)
		r.key(fyne.KeyUp)
		r.says("An invented bank on this computer")
		r.write("pt")
		r.silent("Invented, on this computer")
		r.key(fyne.KeyReturn)
		r.says("All it gives, 60 days")
		if len(f.calls) != 0 {
			r.t.Fatal("Enter in the search contacted the bank")
		}
		r.key(fyne.KeyReturn) // now the button has the keyboard
		if f.called("link azulejo") != 1 {
			t.Error("Enter on the button doesn't link")
		}
		r.key(fyne.KeyEscape)
		r.screen.Search()
		r.write("x")
		r.says("Nothing matches “ptx”.", "Import a statement file")
		r.key(fyne.KeyEscape)
		r.says("No bank is linked yet")
	})
}

func TestNarrowTheGalleryIsAListFirst(t *testing.T) {
	f, _ := linkable()
	run(t, f, narrowSize, func(r *rig) {
		r.screen.AddBank()
		r.settle()
		r.silent("How far back")
		r.press("Banco Azulejo")
		r.says("How far back")
		r.silent("Every other bank")
		r.screen.Back()
		r.says("Every other bank")
		r.screen.Back()
		r.says("No bank is linked yet")
	})
}

func TestAButtonThatIsGoneDoesNotHearEnter(t *testing.T) {
	f, l := linkable()
	run(t, f, wideSize, func(r *rig) {
		openBank(r)
		r.key(fyne.KeyReturn) // from the search to the button
		r.key(fyne.KeyReturn) // links; now Cancel has the keyboard
		l.told(app.LinkingProgress{Step: app.InBrowser, Address: address})
		r.settle()
		r.key(fyne.KeyReturn)
		if l.ctx.Err() == nil {
			t.Error("the keyboard isn't at Cancel")
		}
		if n := f.called("link demo-northlight"); n != 1 {
			t.Errorf("linked %d times", n)
		}
	})
}

func TestAChosenLengthKeepsTheKeyboard(t *testing.T) {
	f, _ := linkable()
	run(t, f, wideSize, func(r *rig) {
		openBank(r)
		chip := r.find("90 days", 0).(fyne.Focusable)
		r.window.Canvas().Focus(chip)
		r.key(fyne.KeySpace)
		if r.window.Canvas().Focused() != chip {
			t.Error("the chip lost the keyboard")
		}
	})
}
