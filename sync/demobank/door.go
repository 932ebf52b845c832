package demobank

import (
	"net/http"
)

// handler is every path of the bank behind the door at addr: the right Host, small bodies,
// nothing cached, nothing framed, nothing for a page elsewhere.
func (b *Bank) handler(addr string) http.Handler {
	mux := http.NewServeMux()
	for _, path := range []string{
		"/.well-known/oauth-authorization-server" + issuerPath, // RFC 8414 §3.1
		"/.well-known/openid-configuration" + issuerPath,
		issuerPath + "/.well-known/openid-configuration",
		issuerPath + "/.well-known/oauth-authorization-server",
	} {
		mux.HandleFunc("GET "+path, b.metadata)
	}
	mux.HandleFunc("GET "+issuerPath+"/jwks", b.keys)
	mux.HandleFunc("POST "+issuerPath+"/par", b.push)
	mux.HandleFunc("POST "+issuerPath+"/token", b.token)
	mux.HandleFunc("POST "+issuerPath+"/revoke", b.revoke)
	b.pages(mux)
	b.fdx(mux)
	b.bridge(mux)
	b.pocketwell(mux)
	b.switches(mux)
	return b.guard(addr, mux)
}

func (b *Bank) guard(addr string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !b.enter() {
			panic(http.ErrAbortHandler)
		}
		defer b.active.Done()
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Pragma", "no-cache")
		header.Set("X-Content-Type-Options", "nosniff")
		// DNS rebinding: a page elsewhere reaches this port only under a name of its own.
		if r.Host != addr {
			http.Error(w, "this bank answers on "+addr+" only", http.StatusMisdirectedRequest)
			return
		}
		if stranger(r) {
			http.Error(w, "a page elsewhere can lead you here, and nothing else", http.StatusForbidden)
			return
		}
		if b.lead(w, r) {
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, longestBody)
		next.ServeHTTP(w, r)
	})
}

// stranger reports whether a browser asks for a page of another site or port, as an image, a form, a frame or a script,
// and not because a person follows its link (Fetch Metadata). Who is no browser says nothing of that.
func stranger(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return false
	}
	return r.Method != http.MethodGet || r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document"
}
