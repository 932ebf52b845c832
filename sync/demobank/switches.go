package demobank

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
)

// Switch is a fault that a person can flip at FaultsPath, or by its name.
type Switch struct {
	Name string // "503"
	Kind FaultKind
	Says string // what the bank does
}

// FaultsPath is the page of the switches.
const FaultsPath = "/faults"

// Switches returns every switch, in the order that the page shows.
func Switches() []Switch {
	return []Switch{
		{"401", APIUnauthorized, "refuses good tokens (401)"},
		{"403", NeedsApproval, "shows nothing until it is approved again (403)"},
		{"429", APITooMany, "says to wait 30 seconds (429, Retry-After)"},
		{"503", APIUnavailable, "is down for maintenance (503)"},
		{"slow", Slow, "takes 8 seconds for each answer"},
		{"cut", CutPage, "breaks off in the middle of a page of transactions"},
		{"loop", LoopPages, "names the same next page for ever"},
		{"next", NextElsewhere, "names a next page at another host"},
		{"revoke", RevokeUnavailable, "doesn't take a revocation (503)"},
	}
}

// Flip turns the switch called name on, until Heal, at the bank called bank (Northlight or Pocketwell).
func (b *Bank) Flip(bank, name string) error {
	all := Switches()
	i := slices.IndexFunc(all, func(s Switch) bool { return s.Name == name })
	if i < 0 || bank != Northlight && bank != Pocketwell {
		return fmt.Errorf("flip %q at %q: %w", name, bank, errNoSwitch)
	}
	b.Fail(Fault{Bank: bank, Kind: all[i].Kind, Times: Always})
	return nil
}

var errNoSwitch = errors.New("there is no such switch")

func (b *Bank) switches(mux *http.ServeMux) {
	own := http.NewCrossOriginProtection()
	mux.HandleFunc("GET "+FaultsPath, b.showSwitches)
	mux.Handle("POST "+FaultsPath, own.Handler(http.HandlerFunc(b.pressSwitch)))
}

type switchView struct {
	Bank, Name, Says string
	On               bool
}

func (b *Bank) showSwitches(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	view := map[string]any{}
	for title, bank := range map[string]string{"Northlight": Northlight, "Pocketwell": Pocketwell} {
		var all []switchView
		for _, s := range Switches() {
			_, on := (*b.faultsOf(bank))[s.Kind]
			all = append(all, switchView{bank, s.Name, s.Says, on})
		}
		view[title] = all
	}
	b.mu.Unlock()
	protect(w)
	var page bytes.Buffer
	pages, err := template.ParseFS(pageFiles, "pages/faults.html")
	if err == nil {
		err = pages.Execute(&page, view)
	}
	if err != nil {
		http.Error(w, "the page can't be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page.Bytes())
}

// pressSwitch takes "bank name on" or "bank name off".
func (b *Bank) pressSwitch(w http.ResponseWriter, r *http.Request) {
	form, _ := readPageForm(r)
	name, to, _ := strings.Cut(form.Get("act"), " ")
	bank := form.Get("bank")
	if to == "off" {
		for _, s := range Switches() {
			if s.Name == name {
				b.heal(bank, s.Kind)
			}
		}
	} else if err := b.Flip(bank, name); err != nil {
		http.Error(w, "there is no such switch", http.StatusBadRequest)
		return
	}
	redirect(w, "http://"+r.Host+FaultsPath)
}
