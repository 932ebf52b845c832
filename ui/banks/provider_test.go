package banks_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/provider"

	"fyne.io/fyne/v2"
)

// can is what this version can do, as the rooms under sync tell it.
var can = provider.Can{
	Dialects: []string{"fdx"}, Ways: []provider.Way{provider.OAuth}, Clients: []provider.Client{provider.Public},
	Redirects: []provider.Redirect{provider.AnyPort, provider.FixedPort},
}

// files is a vault with nothing linked, and the banks that ship.
func files(t *testing.T) *fake {
	t.Helper()
	all, err := provider.Shipped(os.DirFS("../../assets/providers"))
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{}
	for _, l := range all {
		if !l.Demo() {
			f.providers = append(f.providers, app.FromFile(l, can))
		}
	}
	return f
}

// harbour is a bank of the person's own file.
func harbour(t *testing.T) app.Provider {
	t.Helper()
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```toml\n")
	file, _, _ := strings.Cut(rest, "```")
	p, err := provider.Parse("harbour.toml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return app.FromFile(provider.Listed{Provider: p, Own: "/home/nora/coffer/providers/harbour.toml"}, can)
}

// broken is a file of the person's that can't be used.
func broken() provider.Broken {
	return provider.Broken{Path: "/home/nora/coffer/providers/mine.toml", Problems: provider.Problems{
		{File: "mine.toml", Line: 3, What: `there is no key "isuer" in [sign-in]: did you mean "issuer"?`},
		{File: "mine.toml", Line: 9, What: "cost is missing in [person]: text in one line, at most 200 characters"},
	}}
}

// gallery opens the gallery on what ships, a file of the person's own and a broken one.
func gallery(t *testing.T, story func(r *rig)) {
	t.Helper()
	f := files(t)
	f.own, f.unusable = []app.Provider{harbour(t)}, []provider.Broken{broken()}
	run(t, f, fyne.NewSize(1080, 1400), func(r *rig) {
		r.screen.AddBank()
		r.settle()
		story(r)
	})
}

func TestTheGalleryListsWhatThereAreFilesFor(t *testing.T) {
	gallery(t, func(r *rig) {
		r.says("Straight from your bank", "Another bank with FDX", "Monzo", "Through a bridge that you choose", "SimpleFIN Bridge", "From files of your own", "Harbour Bank",
			"mine.toml", "Can’t be used: 2 mistakes", "Every other bank")
		if r.top("Another bank with OAuth") > r.top("Monzo") {
			t.Error("what can be linked must come first")
		}
		r.write("kingdom")
		r.says("Nothing matches")
		for range "kingdom" {
			r.key(fyne.KeyBackspace)
		}
		r.write("uk")
		r.says("Monzo", "Starling")
		r.silent("SimpleFIN Bridge", "Akahu")
		for range "uk" {
			r.key(fyne.KeyBackspace)
		}
		r.press("More")
		r.says("Akahu", "Investec", "Up", "Another bank with OAuth")
		r.silent("Monzo", "Enable Banking")
		r.press("Euro area")
		r.says("Enable Banking", "Berlin Group")
		r.silent("Akahu", "Monzo")
	})
}

func TestWhatThisVersionCantLinkHasNoButton(t *testing.T) {
	gallery(t, func(r *rig) {
		for _, p := range r.fake.providers {
			if len(p.Lacks) == 0 {
				continue
			}
			r.press(p.Name)
			r.says("Not supported by this version yet.", "It can’t be linked", "A statement file works today.", "Not tried against")
			if containsLine(r.words(), "Link") || containsLine(r.words(), "Client secret") || containsLine(r.words(), "Setup token") {
				t.Errorf("%s is offered:\n%s", p.Name, r.words())
			}
			r.key(fyne.KeyReturn)
		}
		if n := len(r.fake.calls); n != 0 {
			t.Errorf("called %v", r.fake.calls)
		}
		r.press("SimpleFIN Bridge")
		r.says("This computer", "Your bank", "Sees your balances and transactions, which it reads from your bank about once a day", "up to 24 times a day",
			"About $1.50 a month, paid to the bridge", "bridge.simplefin.org", "beta-bridge.simplefin.org", "Disable the app at the bridge’s site")
		r.press("Copy address")
		if r.copied != "https://bridge.simplefin.org" || r.browsed != "" {
			t.Errorf("copied %q, opened %q", r.copied, r.browsed)
		}
	})
}

func TestAFileOfOnesOwnSaysSoAndAsks(t *testing.T) {
	gallery(t, func(r *rig) {
		r.press("Harbour Bank")
		r.says("Not from Coffer.", "/home/nora/coffer/providers/harbour.toml", "login.harbour.example, api.harbour.example", "Register Coffer at the bank’s page for developers")
		r.fake.link = func(context.Context, string, app.Terms, func(app.LinkingProgress)) (consent.LinkID, error) {
			return "", fault.Because(fault.BadAnswer, "answer.missing", "link a bank", context.DeadlineExceeded, "need", "client-id")
		}
		r.press("Link")
		r.says("“Client id” can't be used as it stands", "Nothing stands there.")
		r.fake.link = func(context.Context, string, app.Terms, func(app.LinkingProgress)) (consent.LinkID, error) {
			return "new", nil
		}
		r.press("Harbour Bank")
		r.key(fyne.KeyReturn) // from the list to the first entry
		r.write("abc-123")
		r.key(fyne.KeyReturn)
		if got := r.fake.terms; got.Typed[provider.ClientID] != "abc-123" || got.Hash != harbour(t).File.Hash || len(got.Secrets) != 0 {
			t.Errorf("linked with %+v", got)
		}
	})
}

func TestABrokenFileNamesItsLines(t *testing.T) {
	gallery(t, func(r *rig) {
		r.press("mine.toml")
		r.says("A provider file that can’t be used", "/home/nora/coffer/providers/mine.toml", `mine.toml:3: there is no key "isuer" in [sign-in]: did you mean "issuer"?`,
			"mine.toml:9: cost is missing in [person]", "Mend the lines")
		if containsLine(r.words(), "Link") {
			t.Error("it can be linked")
		}
	})
}

func TestAChangedFileWaitsForTheCard(t *testing.T) {
	f := full()
	f.links = f.links[1:2]
	f.links[0].Changed = &app.ProviderChange{File: "/home/nora/coffer/providers/harbour.toml", Hash: "beef", Differs: []app.Difference{
		{What: "api", Was: "https://api.harbour.example/fdx/v6", Now: "https://api.elsewhere.example/v6"}, {What: "hosts", Was: "api.harbour.example", Now: "api.elsewhere.example"},
	}}
	run(t, f, wideSize, func(r *rig) {
		r.says("Its provider file has changed", "/home/nora/coffer/providers/harbour.toml", "Data API", "https://api.elsewhere.example/v6", "Nothing is read until you confirm")
		r.silent("Renew")
		if containsLine(r.words(), "Refresh") {
			t.Error("it can be refreshed")
		}
		r.fake.unconfirmed = fault.Because(fault.ProviderChanged, "provider.since", "confirm", context.DeadlineExceeded)
		r.press("Go on as before")
		r.says("It was changed while you looked. Look again.")
		r.fake.unconfirmed = nil
		r.press("Go on as before")
		if f.called("confirm north beef") != 2 {
			t.Errorf("called %v", f.calls)
		}
	})
}

func TestPictureOfTheGallery(t *testing.T) {
	for name, scene := range map[string]func(r *rig){
		"files":       func(*rig) {},
		"files-own":   func(r *rig) { r.press("Harbour Bank") },
		"files-other": func(r *rig) { r.press("SimpleFIN Bridge") },
		"files-wrong": func(r *rig) { r.press("mine.toml") },
		"files-oauth": func(r *rig) { r.press("Another bank with OAuth") },
		"files-setup": func(r *rig) { r.press("SimpleFIN Bridge") },
	} {
		pictures(t, name, func() *fake {
			f := files(t)
			if name == "files-setup" { // as it is once its dialect is there
				for i := range f.providers {
					f.providers[i].Lacks = nil
				}
			}
			f.own, f.unusable = []app.Provider{harbour(t)}, []provider.Broken{broken()}
			return f
		}, func(r *rig) {
			r.screen.AddBank()
			r.settle()
			scene(r)
		})
	}
	pictures(t, "file-changed", func() *fake {
		f := full()
		f.links[0].Changed = &app.ProviderChange{File: filepath.Join("/home/nora/coffer/providers", "azulejo.toml"), Hash: "beef", Differs: []app.Difference{
			{What: "api", Was: "https://api.azulejo.example/fdx/v6", Now: "https://api.elsewhere.example/v6"}, {What: "hosts", Was: "api.azulejo.example", Now: "api.elsewhere.example"},
		}}
		return f
	}, func(*rig) {})
}

// everything is a version that can do all that a file may ask for.
var everything = provider.Can{
	Dialects:  []string{"fdx", "monzo", "up", "starling", "akahu", "investec", "simplefin", "enablebanking", "plaid", "obie", "berlingroup"},
	Ways:      []provider.Way{provider.OAuth, provider.OwnToken, provider.SetupToken, provider.Keys, provider.SignedJWT, provider.HostedLink, provider.OwnConsent},
	Clients:   []provider.Client{provider.Public, provider.SecretPost, provider.MutualTLS},
	Redirects: []provider.Redirect{provider.AnyPort, provider.FixedPort, provider.PasteBack},
}

// TestEveryShippedBankIsSaidWhole: no word of a row or of the terms is cut, and nothing reaches beyond its place.
func TestEveryShippedBankIsSaidWhole(t *testing.T) {
	for name, size := range map[string]fyne.Size{"wide": wideSize, "narrow": narrowSize} {
		f := files(t)
		for i, p := range f.providers {
			f.providers[i] = app.FromFile(provider.Listed{Provider: p.File}, everything)
			f.links = append(f.links, app.LinkView{Link: consent.Link{ID: consent.LinkID(p.ID), Provider: p.ID, Bank: p.Name, State: consent.Active}}) // rows that say "Linked", too
		}
		run(t, f, size, func(r *rig) {
			for i, p := range f.providers {
				if i == 0 || size == narrowSize {
					r.screen.AddBank()
					r.settle()
				}
				r.press(p.Name)
				if os.Getenv("COFFER_GALLERY") != "" {
					r.keep("shipped-" + p.ID + "-" + name)
				}
				r.within(size.Width)
				for line := range strings.Lines(r.words()) {
					if strings.HasSuffix(strings.TrimSpace(line), "…") {
						t.Errorf("%s, %s: %q is cut", p.ID, name, strings.TrimSpace(line))
					}
				}
				for size == narrowSize && r.screen.Back() {
					r.settle()
				}
			}
		})
	}
}
