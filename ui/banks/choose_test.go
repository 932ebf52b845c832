package banks_test

import (
	"context"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/ui/look"
)

func listedAccounts(unasked ...string) []consent.Account {
	all := []consent.Account{
		{Identity: "i-2290", Name: "Everyday", Masked: "2290", Read: true, Answered: now},
		{Identity: "i-4417", Name: "Card", Masked: "4417", Read: true, Answered: now},
		{Identity: "i-8036", Name: "Reserve", Masked: "8036", Answered: now},
	}
	for _, name := range unasked {
		all = append(all, consent.Account{Identity: "i-" + name, Name: name, Masked: "0099"})
	}
	return all
}

// TestAccountsAreChosenAfterTheBankApproved: before anything of them is read, in the page of the attempt.
func TestAccountsAreChosenAfterTheBankApproved(t *testing.T) {
	f, l := linkable()
	run(t, f, wideSize, func(r *rig) {
		openBank(r)
		r.says("Which accounts", "What you leave out is never read")
		r.press("Link")
		got := make(chan string, 1)
		ask := func() {
			go func() {
				read, err := f.terms.Choose(l.ctx, listedAccounts())
				if err != nil {
					got <- "gave up"
					return
				}
				got <- strings.Join(read, " ")
			}()
			r.settle()
		}
		l.told(app.LinkingProgress{Step: app.Listing})
		r.settle()
		r.says("Asking Northlight Bank for the names of its accounts")
		ask()
		r.says("Choose what Coffer may read at Northlight Bank", "No balance and no transaction is kept yet", "Reserve ·· 8036", "3 of 3 chosen")
		for _, account := range []string{"Everyday ·· 2290", "Card ·· 4417", "Reserve ·· 8036"} {
			r.press(account)
		}
		r.says("0 of 3 chosen")
		r.press("Read these accounts") // none: it can't be pressed
		r.says("0 of 3 chosen")
		r.press("Card ·· 4417")
		r.press("Read these accounts")
		if answer := <-got; answer != "i-4417" {
			t.Errorf("the answer is %q", answer)
		}
		r.silent("Choose what Coffer may read")

		ask()
		r.press("Give the consent back")
		if answer := <-got; answer != "gave up" {
			t.Errorf("the answer is %q", answer)
		}
		r.silent("Choose what Coffer may read")
	})
}

// chosen is a vault with a link that reads two of its accounts.
func chosen(unasked ...string) *fake {
	f := full()
	north := &f.links[1]
	for i := range north.Accounts {
		north.Accounts[i].Identity = "i-" + north.Accounts[i].Masked
	}
	north.Limited, north.Choice = true, listedAccounts(unasked...)
	north.Choices = north.Choice
	return f
}

func TestTheCardSaysWhichAccountsAreNotRead(t *testing.T) {
	f := chosen()
	run(t, f, wideSize, func(r *rig) {
		r.says("Reserve ·· 8036, not read")
		r.press("Choose accounts")
		r.says("Which accounts Coffer reads", "2 of 3 chosen")
		r.press("Cancel")
		r.silent("Which accounts Coffer reads")
		r.press("Choose accounts")
		r.pressNth("Card ·· 4417", 1) // the first leads to the register
		r.press("Reserve ·· 8036")
		r.press("Erase what the others brought")
		f.erased.Accounts, f.erased.Transactions = 1, 240
		r.press("Read these")
		if f.called("choose north i-2290 i-8036 true") != 1 {
			t.Errorf("called %v", f.calls)
		}
		r.says("240 transactions were erased")
	})
}

func TestAnAccountThatTheBankListsLaterIsAskedAbout(t *testing.T) {
	f := chosen("Pot")
	run(t, f, wideSize, func(r *rig) {
		r.says("Northlight Bank lists an account that you have not chosen", "Pot ·· 0099. Not read until you choose")
		r.press("Choose accounts")
		r.press("Pot ·· 0099, new at the bank")
		r.press("Read these")
		if f.called("choose north i-2290 i-4417 i-Pot false") != 1 {
			t.Errorf("called %v", f.calls)
		}
		r.says("Noted. The next refresh reads the accounts that you chose")
	})
}

func TestPictureOfTheChoice(t *testing.T) {
	for _, mode := range []look.Mode{look.Light, look.Dark} {
		name := map[look.Mode]string{look.Light: "light", look.Dark: "dark"}[mode]
		runIn(t, chosen("Pot"), wideSize, mode, func(r *rig) {
			r.keep("choice-strip-" + name)
			r.press("Choose accounts")
			r.keep("choice-card-" + name)
		})
		f, l := linkable()
		runIn(t, f, wideSize, mode, func(r *rig) {
			openBank(r)
			r.keep("choice-terms-" + name)
			r.press("Link")
			ctx, stop := context.WithCancel(l.ctx)
			go func() { _, _ = f.terms.Choose(ctx, listedAccounts()) }()
			r.settle()
			r.keep("choice-page-" + name)
			stop()
			r.press("Give the consent back")
		})
	}
}
