package banks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"coffer/app"
	"coffer/app/consent"
	"coffer/ui/look"
	"coffer/ui/say"
)

// powerful are the shipped banks whose key can do more than read, as if this version could link them.
func powerful(t *testing.T) (all []app.Provider) {
	for _, p := range files(t).providers {
		if p.File.CanMore != "" {
			p.Lacks = nil
			all = append(all, p)
		}
	}
	if len(all) < 3 {
		t.Fatalf("only %d banks have such a key", len(all))
	}
	return all
}

// TestWhatAKeyCouldDoIsSaidBeforeItsField: on the page and right above the field, on both sizes of window, and
// later on the card; and nowhere does the page claim that what is pasted can't do it.
func TestWhatAKeyCouldDoIsSaidBeforeItsField(t *testing.T) {
	words, err := say.New(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range powerful(t) {
		for _, size := range []struct{ narrow bool }{{false}, {true}} {
			at := wideSize
			if size.narrow {
				at = narrowSize
			}
			run(t, &fake{providers: []app.Provider{p}}, at, func(r *rig) {
				r.screen.AddBank()
				r.settle()
				if size.narrow {
					r.press(p.Name)
				}
				more := strings.TrimSuffix(p.File.CanMore, ".")
				r.says("What you give Coffer could do more than read. "+more, "Before you paste it: this could do more than read. "+more, "Coffer does nothing else")
				r.silent("It can’t move money", "read-only key")
				var field string
				for _, n := range p.File.Needs {
					if n.Typed() && n.Secret() && field == "" {
						field = words.Need(string(n))
					}
				}
				warning := ""
				for _, line := range strings.Split(r.words(), "\n") {
					if strings.HasPrefix(line, "Before you paste it") {
						warning = line
					}
				}
				warned, typed := r.top(warning), r.top(field)
				if field == "" || warned < 0 || typed < warned {
					t.Errorf("%s: the warning stands at %.0f, the field %q at %.0f in\n%s", p.ID, warned, field, typed, r.words())
				}
			})
		}
		l := linkView("l", p.Name, consent.Active, now.AddDate(0, 6, 0), account("a", "l", "Everyday", "2290"))
		l.Provider = p
		run(t, &fake{links: []app.LinkView{l}}, wideSize, func(r *rig) {
			r.says("Coffer only reads; what its key could do: " + strings.TrimSuffix(p.File.CanMore, "."))
			r.silent("Move money")
		})
	}
}

func TestPictureOfPower(t *testing.T) {
	for _, mode := range []look.Mode{look.Light, look.Dark} {
		for _, p := range powerful(t) {
			runIn(t, &fake{providers: []app.Provider{p}}, wideSize, mode, func(r *rig) {
				r.screen.AddBank()
				r.settle()
				r.keep("power-" + p.ID + "-" + map[look.Mode]string{look.Light: "light", look.Dark: "dark"}[mode])
			})
		}
	}
}
