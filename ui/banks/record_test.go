package banks_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/ui/look"

	"fyne.io/fyne/v2"
)

// agreedTo is a vault whose Northlight link has three versions of what was agreed to.
func agreedTo() *fake {
	f := chosen()
	previous := ""
	for i, kind := range []consent.RecordKind{consent.AgreedLink, consent.AgreedAccounts, consent.AgreedRenewal} {
		r := consent.RecordOf(f.links[1].Link, kind, now.Add(time.Duration(i-400)*time.Hour))
		r.Version, r.FileHash, r.Previous = "0.9", strings.Repeat("ab12", 16), previous
		r.Scopes, r.Hosts = []string{"openid", "fdx:transactions:read"}, []string{"https://login.northlight.example:443"}
		if kind != consent.AgreedAccounts {
			r.Text = []consent.Line{{Label: "Northlight Bank", Text: "You sign in at the bank’s own page. Coffer gets a read-only key, never your password."},
				{Label: "What Coffer can do", Text: "Read balances and transactions. It can’t move money"}, {Label: "How far back", Text: "90 days"}, {Label: "For how long", Text: "1 year"}}
		}
		r.Hash = consent.HashRecord(r)
		previous = r.Hash
		f.records = append(f.records, r)
	}
	f.records[0].Link = "another" // of a link that is gone
	return f
}

func TestWhatWasAgreedToIsShownFromTheCard(t *testing.T) {
	f := agreedTo()
	run(t, f, wideSize, func(r *rig) {
		r.pressNth("What you agreed to", 2) // the right column
		r.says("2 records, each as it was written", "Renewed", "Accounts chosen anew", "Read balances and transactions. It can’t move money", "90 days",
			"Everyday ·· 2290, Card ·· 4417", "Reserve ·· 8036", "demo-northlight, SHA-256 ab12 ab12", "fdx:transactions:read", "login.northlight.example", "0.9")
		r.silent("Linked\n")
		r.key(fyne.KeyEscape)
		r.says("3 links, 5 accounts")

		f.meddled = errors.New("record 2 is not as it was written")
		r.pressNth("What you agreed to", 2)
		r.says("A record was changed or taken out outside Coffer")
		r.key(fyne.KeyEscape)
		r.press("What you agreed to")
		r.says("made before Coffer kept what was agreed to")
	})
}

// TestWhatIsShownIsWhatIsWrittenDown: the record gets the words of the page, with the lengths as they were
// chosen, and never the demo's password.
func TestWhatIsShownIsWhatIsWrittenDown(t *testing.T) {
	f, _ := linkable()
	run(t, f, wideSize, func(r *rig) {
		openBank(r)
		r.press("90 days")
		page := strings.ReplaceAll(r.words(), "\n", " ")
		r.press("Link")
		said := map[string]string{}
		for _, l := range f.terms.Shown {
			said[l.Label] = l.Text
			if strings.Contains(l.Text, "harbour-lamp") {
				t.Errorf("the record holds %q", l.Text)
			}
			if l.Label != "Who sees your data on the way" && !strings.Contains(page, l.Text) {
				t.Errorf("the record says %q, the page does not", l.Text)
			}
		}
		if said["How far back"] != "90 days" || said["For how long"] != "1 year" || said["What Coffer can do"] != "Read balances and transactions. It can’t move money" ||
			said["Who sees your data on the way"] != "Northlight Bank → This computer. Nobody between" || said["How you take it back"] == "" || said["Which accounts"] == "" {
			t.Errorf("the record says %v", said)
		}
		r.press("Cancel")
	})
}

func TestPictureOfTheAgreement(t *testing.T) {
	for _, mode := range []look.Mode{look.Light, look.Dark} {
		runIn(t, agreedTo(), wideSize, mode, func(r *rig) {
			name := map[look.Mode]string{look.Light: "light", look.Dark: "dark"}[mode]
			r.keep("agreed-card-" + name)
			r.pressNth("What you agreed to", 2)
			r.keep("agreed-" + name)
		})
	}
}
