package banks_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/ui/look"

	"fyne.io/fyne/v2"
)

// certified is a bank of the person's own file whose client shows a certificate.
func certified(t *testing.T) app.Provider {
	t.Helper()
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```toml\n")
	file, _, _ := strings.Cut(rest, "```")
	file = strings.NewReplacer(`"none"`, `"tls_client_auth"`, `["client-id"]`, `["client-id", "certificate", "key"]`).Replace(file)
	p, err := provider.Parse("harbour.toml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	may := can
	may.Clients = []provider.Client{provider.MutualTLS}
	return app.FromFile(provider.Listed{Provider: p, Own: "/home/nora/coffer/providers/harbour.toml"}, may)
}

// lines types text with its line ends.
func (r *rig) lines(text string) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			r.key(fyne.KeyReturn)
		}
		r.write(line)
	}
}

const pasted64 = "MIIBszCCAVmgAwIBAgIUX31c9kq0rXoV7yU1h3n5uTg3Q1IwCgYIKoZIzj0EAwIw"

func certificateStory(r *rig) fault.Kind {
	r.press("Harbour Bank")
	r.key(fyne.KeyReturn)
	r.write("abc-123")
	r.next()
	r.lines("-----BEGIN CERTIFICATE-----\n" + pasted64 + "\n" + pasted64 + "\n-----END CERTIFICATE-----")
	r.next()
	r.lines("-----BEGIN PRIVATE KEY-----\n" + pasted64 + "\n-----END PRIVATE KEY-----")
	return 0
}

// next goes on by Tab.
func (r *rig) next() {
	r.window.Canvas().FocusNext()
	if _, eye := r.window.Canvas().Focused().(fyne.Tappable); eye {
		if tab, ok := r.window.Canvas().Focused().(fyne.Tabbable); !ok || tab.AcceptsTab() {
			r.window.Canvas().FocusNext()
		}
	}
	r.settle()
}

// TestACertificateIsPastedInLines: its letters are never drawn, only how many lines there are, and the lines
// come through as they were.
func TestACertificateIsPastedInLines(t *testing.T) {
	f := &fake{own: []app.Provider{certified(t)}}
	run(t, f, fyne.NewSize(1080, 1400), func(r *rig) {
		r.screen.AddBank()
		r.settle()
		f.link = func(context.Context, string, app.Terms, func(app.LinkingProgress)) (consent.LinkID, error) {
			return "", fault.Because(fault.BadAnswer, "answer.pair", "link", context.DeadlineExceeded, "need", "key")
		}
		certificateStory(r)
		r.says("4 lines pasted")
		r.silent(pasted64[:8])
		if r.top("4 lines pasted") > r.top("Certificate") {
			t.Error("how many lines there are stands below the middle of its field, as the hidden lines would")
		}
		r.press("Link")
		got := f.terms
		want := map[provider.Need]string{
			provider.Certificate: "-----BEGIN CERTIFICATE-----\n" + pasted64 + "\n" + pasted64 + "\n-----END CERTIFICATE-----",
			provider.Key:         "-----BEGIN PRIVATE KEY-----\n" + pasted64 + "\n-----END PRIVATE KEY-----",
		}
		for need, text := range want {
			if !got.Secrets[need].Equal(secret.New(text)) {
				t.Errorf("%s came as %d bytes, want %d", need, got.Secrets[need].Len(), len(text))
			}
		}
		if got.Typed[provider.ClientID] != "abc-123" {
			t.Errorf("typed %v", got.Typed)
		}
		r.says("“Private key” can't be used as it stands", "It isn't the key of this certificate.")
		r.silent("lines pasted")
	})
}

func TestPictureOfTheCertificateForm(t *testing.T) {
	for mode, suffix := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		f := &fake{own: []app.Provider{certified(t)}}
		runIn(t, f, wideSize, mode, func(r *rig) {
			r.screen.AddBank()
			r.settle()
			certificateStory(r)
			r.keep("certificate-" + suffix)
		})
	}
}

func TestALinkThatEndsWithItsCertificateSaysSo(t *testing.T) {
	f := full()
	f.links = f.links[:1]
	run(t, f, wideSize, func(r *rig) {
		r.silent("certificate")
		f.links[0].Certified = f.links[0].Expires
		f.changed()
		r.settle()
		r.says("Tuesday 1 December 2026, with your certificate", "Ends in 9 days")
	})
}
