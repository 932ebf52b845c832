package banks_test

import (
	"context"
	"errors"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"

	"fyne.io/fyne/v2"
)

const issuer = "https://login.northlight.example/as"

var (
	askPage = consent.Ask{Use: consent.SignInPage, Origin: "https://xn--nrthlight-07a.example:443", Address: "https://xn--nrthlight-07a.example/authorize",
		Site: "xn--nrthlight-07a.example", Asker: issuer, At: now}
	askTokens = consent.Ask{Use: consent.TokenPlace, Origin: "https://tokens.northlight.example:8443", Address: "https://tokens.northlight.example:8443/token",
		Was: "https://login.northlight.example/token", Site: "northlight.example", Own: true, Asker: issuer, At: now}
	askAPI = consent.Ask{Use: consent.DataAPI, Origin: "https://api2.northlight.example:443", Address: "https://api2.northlight.example/fdx/v6",
		Was: "https://api.northlight.example/fdx/v6", Site: "northlight.example", Own: true, Asker: "api.northlight.example", At: now}
)

// askingBank is a vault whose bank asks about hosts while it is linked.
func askingBank(asks ...consent.Ask) (f *fake, said chan bool) {
	said = make(chan bool, 1)
	f = full()
	f.link = func(ctx context.Context, _ string, _ app.Terms, told func(app.LinkingProgress)) (consent.LinkID, error) {
		told(app.LinkingProgress{Step: app.AskingBank})
		yes, err := f.ask(ctx, asks)
		if err != nil {
			return "", err
		}
		said <- yes
		if !yes {
			return "", fault.Because(fault.HostRefused, "link.declined", "link", errors.New("no"), "host", "tokens.northlight.example", "who", "login.northlight.example")
		}
		told(app.LinkingProgress{Step: app.InBrowser, Address: "https://login.northlight.example"})
		<-ctx.Done()
		return "", ctx.Err()
	}
	return f, said
}

// TestAHostIsAskedAboutInTheGallery: who asked, which host exactly, why, what it would get; and the
// first answer is no.
func TestAHostIsAskedAboutInTheGallery(t *testing.T) {
	f, said := askingBank(askPage, askTokens)
	run(t, f, wideSize, func(r *rig) {
		openBank(r)
		r.press("Link")
		r.says("Northlight Bank leads to 2 addresses that are not on its list", "Nothing was looked up there and nothing was sent",
			"xn--nrthlight-07a.example", "The page where you sign in", "The metadata of login.northlight.example", "not the one of the bank's own address", "letters of another alphabet",
			"tokens.northlight.example:8443", "Where tokens are given and renewed", "https://login.northlight.example/token", "as of the bank's own address",
			"who has them can read these accounts", "Don’t allow", "Allow all 2")
		r.silent("Read balances and transactions", "Waiting for")
		r.key(fyne.KeySpace) // the keyboard is on the no
		if len(said) != 1 || <-said {
			t.Fatal("a key allowed it")
		}
		r.says("login.northlight.example sent Coffer to tokens.northlight.example, which you did not approve. Nothing was sent there. You didn't allow it.", "Try again", "Read balances and transactions")

		r.press("Try again")
		r.key(fyne.KeyTab)
		r.press("Allow all 2")
		if len(said) != 1 || !<-said {
			t.Fatal("it was not allowed")
		}
		r.says("Waiting for Northlight Bank in your browser")
		r.silent("Don’t allow")
		r.press("Cancel")
	})
}

// TestAQuestionThatIsGivenUpIsNoYes leaves by Esc, and by another place.
func TestAQuestionThatIsGivenUpIsNoYes(t *testing.T) {
	f, said := askingBank(askPage)
	run(t, f, narrowSize, func(r *rig) {
		openBank(r)
		r.press("Link")
		r.says("leads to a host that is not on its list", "Allow this host")
		r.key(fyne.KeyEscape)
		if len(said) != 0 || f.called("link demo-northlight") != 1 {
			t.Error("it was answered")
		}
		r.silent("Allow this host")
		r.press("Link")
		r.says("Allow this host")
		r.screen.Back() // ends the attempt
		r.settle()
		r.says("Opens the bank’s page in your browser")
	})
}

// TestALinkKeepsItsQuestions: the card says what was refused, what was allowed and why, and takes an
// answer.
func TestALinkKeepsItsQuestions(t *testing.T) {
	f := full()
	refused := askTokens
	refused.Refused = now
	f.links[1].Origins = []string{"https://login.northlight.example:443", "https://pages.northlight.example:443"}
	f.links[1].Hosts = []consent.Host{{Origin: "https://pages.northlight.example:443", Use: consent.NextPage, Asker: "api.northlight.example", Asked: now, Allowed: now}}
	f.links[1].Asks = []consent.Ask{askAPI, refused}
	f.answer = func(id consent.LinkID, a consent.Ask, allow bool) error {
		f.note(map[bool]string{true: "allow ", false: "refuse "}[allow] + string(id) + " " + a.Origin)
		if a.Same(refused) {
			return fault.New(fault.NotFound, "answer", errors.New("gone"))
		}
		l := &f.links[1].Link
		if allow {
			l.Allow(a, now)
		} else {
			l.Refuse(a, now)
		}
		return nil
	}
	run(t, f, wideSize, func(r *rig) {
		r.says("An answer of api.northlight.example names another address: api2.northlight.example", "https://api.northlight.example/fdx/v6", "Where balances and transactions are read",
			"It would get the access token of this link", "login.northlight.example, as its provider file lists",
			"pages.northlight.example: more pages of what is read. An answer of api.northlight.example asked, you allowed it on 22 November 2026",
			"tokens.northlight.example:8443: where tokens are given and renewed, 22 November 2026", "Healthy")
		r.press("Don’t allow")
		if f.called("refuse north https://api2.northlight.example:443") != 1 {
			t.Errorf("called %v", f.calls)
		}
		r.silent("names another address: api2")
		r.pressNth("Look again", 1)
		r.says("names another address: api2.northlight.example")
		r.press("Keep refusing")
		r.pressNth("Look again", 1)
		r.press("Allow this host")
		if f.called("allow north https://api2.northlight.example:443") != 1 {
			t.Errorf("called %v", f.calls)
		}
		r.says("Allowed. The next refresh uses it.", "api2.northlight.example: where balances and transactions are read. An answer of api.northlight.example asked")
		r.press("Look again")
		r.press("Allow this host")
		r.says("That isn't there any more")
	})
}
