package consent_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"coffer/app/consent"

	"pgregory.net/rapid"
)

// TestOnlyAYesAddsAnOrigin answers drawn questions in a drawn order: what a link may talk to is what
// it had and what was allowed since, each with its reason, and no stored address changes otherwise.
func TestOnlyAYesAddsAnOrigin(t *testing.T) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		l := consent.Link{Origins: []string{"https://bank.example:443"}, Endpoints: consent.Endpoints{
			Authorization: "https://bank.example/a", Token: "https://bank.example/t", Revocation: "https://bank.example/r", API: "https://bank.example/api"}}
		before := l.Endpoints
		may, places := map[string]bool{"https://bank.example:443": true}, map[consent.Use]string{}
		for range rapid.IntRange(0, 40).Draw(t, "answers") {
			a := consent.Ask{Use: consent.Use(rapid.IntRange(int(consent.SignInPage), int(consent.RegisterPlace)).Draw(t, "use")), At: now}
			a.Origin = fmt.Sprintf("https://host-%d.example:443", rapid.IntRange(0, 5).Draw(t, "host"))
			a.Address, a.Was = a.Origin+"/x", l.Endpoints.Of(a.Use)
			switch rapid.IntRange(0, 2).Draw(t, "answer") {
			case 0:
				l.Keep(a)
			case 1:
				l.Refuse(a, now)
			default:
				l.Allow(a, now)
				may[a.Origin] = may[a.Origin] || a.Use.Dialled()
				places[a.Use] = a.Address
				if !l.Named(a.Origin, a.Use) {
					t.Fatalf("%s is allowed without its reason", a.Origin)
				}
				if _, still := l.Find(a); still {
					t.Fatal("what was allowed is still asked")
				}
			}
			if len(l.Asks) > consent.MostAsks {
				t.Fatalf("it keeps %d questions", len(l.Asks))
			}
		}
		for _, origin := range l.Origins {
			if !may[origin] {
				t.Fatalf("it may talk to %s", origin)
			}
		}
		for use := consent.SignInPage; use <= consent.RegisterPlace; use++ {
			want := before.Of(use)
			if moved, yes := places[use]; yes && (use <= consent.DataAPI || use == consent.DevicePlace) {
				want = moved
			}
			if got := l.Endpoints.Of(use); got != want {
				t.Fatalf("for use %d it has %q, want %q", use, got, want)
			}
		}
	})
}

func TestALinkIsLedElsewhereWhole(t *testing.T) {
	l := consent.Link{Issuer: "http://127.0.0.1:1/as", Origins: []string{"http://127.0.0.1:1", "http://127.0.0.1:12"},
		Endpoints: consent.Endpoints{Token: "http://127.0.0.1:1/as/token", API: "http://127.0.0.1:12/api"}}
	kept := slices.Clone(l.Origins)
	led := l
	led.Lead("http://127.0.0.1:1", "http://127.0.0.1:3")
	if led.Issuer != "http://127.0.0.1:3/as" || led.Endpoints.Token != "http://127.0.0.1:3/as/token" || led.Endpoints.API != "http://127.0.0.1:12/api" ||
		!slices.Equal(led.Origins, []string{"http://127.0.0.1:3", "http://127.0.0.1:12"}) {
		t.Errorf("led to %+v", led)
	}
	if !slices.Equal(l.Origins, kept) {
		t.Error("the copy it was led from changed")
	}
}
