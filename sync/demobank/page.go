package demobank

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
)

//go:embed pages
var pageFiles embed.FS

// pageView is all that a page may show.
type pageView struct {
	Title    string
	Step     string // sign-in, choose, confirm, wrong or front
	Visit    string
	Problem  string
	Username string
	Password string
	Accounts []pageAccount
	Days     []pageDays
	History  string
	Message  string
	Client   string
}

type pageAccount struct {
	ID, Name, Number, Balance string
	Chosen                    bool
}

type pageDays struct {
	Days   int
	Label  string
	Until  string
	Chosen bool
}

func (b *Bank) render(w http.ResponseWriter, status int, v *visit) {
	view := pageView{Visit: v.id, Problem: v.problem, Client: "Coffer"}
	switch {
	case !v.signedIn:
		view.Step, view.Title = "sign-in", "Sign in"
		view.Username, view.Password = b.username, b.password.Show()
	case len(v.accounts) == 0:
		view.Step, view.Title = "choose", "Choose accounts"
		view.Accounts = b.pageAccounts(nil)
	default:
		view.Step, view.Title = "confirm", "Confirm the link"
		view.Accounts = b.pageAccounts(v.accounts)
		view.Days, view.History = b.pageDays(v.request), history(v.request.lookback)
	}
	writePage(w, status, view)
}

func (b *Bank) pageAccounts(only []string) []pageAccount {
	var all []pageAccount
	for on, id := range b.life.ids {
		if only != nil && !slices.Contains(only, id) {
			continue
		}
		f := facts(holder(on))
		booked, _ := b.life.sums(holder(on), b.now())
		all = append(all, pageAccount{ID: id, Name: f.name, Number: "·· " + f.last4, Balance: dollars(booked)})
	}
	return all
}

func (b *Bank) pageDays(asked request) []pageDays {
	choices := asked.choices()
	chosen := slices.Max(choices)
	if asked.period == 0 {
		chosen = 90
	}
	var all []pageDays
	for _, d := range choices {
		label := strconv.Itoa(d) + " days"
		switch d {
		case 1:
			label = "1 day"
		case longestDays:
			label = "1 year"
		}
		all = append(all, pageDays{Days: d, Label: label, Chosen: d == chosen,
			Until: b.now().AddDate(0, 0, d).Format("2 January 2006")})
	}
	return all
}

func history(days int) string {
	if days == 0 {
		return "all transactions there are"
	}
	return "transactions of the last " + strconv.Itoa(days) + " days"
}

// dollars prints cents for a person: symbol first, U+2212 for minus.
func dollars(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "\u2212", -cents
	}
	whole := strconv.FormatInt(cents/100, 10)
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	return fmt.Sprintf("%s$%s.%02d", sign, whole, cents%100)
}

func (b *Bank) wrong(w http.ResponseWriter, message string) {
	writePage(w, http.StatusBadRequest, pageView{Step: "wrong", Title: "This link can't be opened", Message: message})
}

func (b *Bank) front(w http.ResponseWriter, _ *http.Request) {
	writePage(w, http.StatusOK, pageView{Step: "front", Title: "Northlight Bank"})
}

// protect sets what keeps a page from being framed, scripted or leaking its address.
// form-action names loopback because browsers apply it to the redirect after the form, too.
// Referrer-Policy is same-origin, for no-referrer would send our own forms with a null Origin.
func protect(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; "+
		"frame-ancestors 'none'; form-action 'self' http://127.0.0.1:*")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
}

func writePage(w http.ResponseWriter, status int, view pageView) {
	protect(w)
	var page bytes.Buffer
	pages, err := template.ParseFS(pageFiles, "pages/page.html")
	if err == nil {
		err = pages.Execute(&page, view)
	}
	if err != nil {
		http.Error(w, "the page can't be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

func style(w http.ResponseWriter, _ *http.Request) {
	css, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		http.Error(w, "no style", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(css)
}
