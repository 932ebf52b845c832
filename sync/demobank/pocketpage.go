package demobank

import (
	"bytes"
	"html/template"
	"net/http"
)

// pocketView is all that a page of Pocketwell's may show.
type pocketView struct {
	Title, Step, Visit, Problem, Username, Password, Message, Client string

	Waiting bool
}

func (b *Bank) pocketWrong(w http.ResponseWriter, message string) {
	writePocketPage(w, http.StatusBadRequest, pocketView{Step: "wrong", Title: "This can't be opened", Message: message})
}

func writePocketPage(w http.ResponseWriter, status int, view pocketView) {
	view.Client = "Coffer"
	protect(w)
	var page bytes.Buffer
	pages, err := template.ParseFS(pageFiles, "pages/pocket.html")
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

// pocketStyle is Northlight's with another accent.
func pocketStyle(w http.ResponseWriter, r *http.Request) {
	style(w, r)
	_, _ = w.Write([]byte(":root { --accent: #8A3B5C; --chosen: #F5E3EA; }\n" +
		"@media (prefers-color-scheme: dark) { :root { --accent: #E3A0BC; --on-accent: #3A1226; --chosen: #47273A; } }\n"))
}
