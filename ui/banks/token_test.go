package banks_test

import (
	"errors"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/provider"

	"fyne.io/fyne/v2"
)

// handing is a gallery in which banks that are opened by what the person brings can be linked.
func handing(t *testing.T, story func(r *rig, l *linking)) {
	t.Helper()
	able := can
	able.Dialects = []string{"fdx", "simplefin", "starling", "akahu", "investec"}
	able.Ways = []provider.Way{provider.OAuth, provider.SetupToken, provider.OwnToken, provider.Keys}
	f, l := linkable()
	f.providers = nil
	for _, p := range files(t).providers {
		p.Lacks = p.File.Lacks(able)
		f.providers = append(f.providers, p)
	}
	mine := harbour(t)
	mine.File.Way, mine.File.Needs, mine.File.Get, mine.File.GetAt = provider.OwnToken, []provider.Need{provider.TokenOfOwn}, "A token of the bank’s", "https://harbour.example/tokens"
	f.own = []app.Provider{mine}
	run(t, f, fyne.NewSize(1080, 1400), func(r *rig) {
		r.screen.AddBank()
		r.settle()
		story(r, l)
	})
}

func TestASetupTokenIsPastedTriedAndForgotten(t *testing.T) {
	handing(t, func(r *rig, l *linking) {
		r.press("SimpleFIN Bridge")
		r.says("An account at bridge.simplefin.org", "Get one in the browser", "Tries it at SimpleFIN Bridge, then seals it here")
		r.silent("Opens the bank’s page")
		r.press("Get one in the browser")
		if r.browsed != "https://bridge.simplefin.org/simplefin/create" || len(r.fake.calls) != 0 {
			t.Errorf("opened %q, called %v", r.browsed, r.fake.calls)
		}
		r.press("SimpleFIN Bridge")
		r.key(fyne.KeyReturn) // from the list to the entry
		r.write("aHR0cHM6Ly9i")
		r.press("Link")
		if got := r.fake.terms.Secrets[provider.Setup]; !got.Equal(app.Secret("aHR0cHM6Ly9i")) || len(r.fake.terms.Typed) != 0 {
			t.Errorf("handed on %+v", r.fake.terms.Typed)
		}
		l.told(app.LinkingProgress{Step: app.AskingBank})
		r.settle()
		r.says("Asking SimpleFIN Bridge whether it takes what you gave")
		l.end <- outcome{err: fault.Because(fault.KeyRefused, "setup.used", "claim", errors.New("403"), "need", "setup-token")}
		r.settle()
		r.says("The bank did not take “Setup token”. Nothing was stored.", "It was used before, and works once.", "disable it at the bridge", "Try again")
		r.silent("aHR0cHM6Ly9i")
		r.press("SimpleFIN Bridge")
		r.key(fyne.KeyReturn)
		r.write("bmV3")
		r.press("Try again")
		l.told(app.LinkingProgress{Step: app.Opening})
		r.settle()
		r.says("SimpleFIN Bridge took it. It is sealed")
		r.fake.links = []app.LinkView{linkView("bridge", "SimpleFIN Bridge", consent.Active, now.Add(5000*time.Hour), account("a3", "bridge", "Everyday", "2290"))}
		l.end <- outcome{id: "bridge"}
		r.settle()
		r.says("SimpleFIN Bridge is linked")
	})
}

// A key that can do more than read says so before there is a field to paste it into, and every field has its name.
func TestWhatAKeyCanDoIsSaidBeforeItIsPasted(t *testing.T) {
	handing(t, func(r *rig, _ *linking) {
		for name, fields := range map[string][]string{
			"Starling": {"Token"}, "Investec": {"Client id", "Client secret", "API key"}, "Akahu": {"Token", "App token"}, "SimpleFIN Bridge": {"Setup token"},
		} {
			r.press("All")
			r.press(name)
			r.says(fields...)
			if name == "SimpleFIN Bridge" { // its token only reads
				r.silent("could do more than read")
				continue
			}
			r.says("What you give Coffer could do more than read")
			if r.top("What you give Coffer could do more than read") > r.top(fields[0]) {
				t.Errorf("%s: it is said below its field", name)
			}
		}
	})
}

// The page that a file of the person's own names is never opened.
func TestAPageOfOnesOwnFileIsTextToCopy(t *testing.T) {
	handing(t, func(r *rig, _ *linking) {
		r.press("Harbour Bank")
		r.says("A token of the bank’s", "https://harbour.example/tokens")
		r.silent("Get one in the browser")
		r.press("Copy address")
		if r.copied != "https://harbour.example/tokens" || r.browsed != "" {
			t.Errorf("copied %q, opened %q", r.copied, r.browsed)
		}
	})
}
