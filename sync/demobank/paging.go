package demobank

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"time"
)

// span is a list to be given page by page. list says which one, in full: a page key is
// good for that list alone.
type span struct {
	list  string
	total int
}

// pageKey is where a page starts in a list as it was at one moment. Later pages are told
// as of the first, so that rows which appear meanwhile move nothing.
type pageKey struct {
	asOf time.Time
	from int
}

const (
	keyBytes = 16
	sumBytes = 16
)

// seal makes the opaque text: moment and offset, with a sum over these and the list.
func (l *life) seal(k pageKey, list string) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(k.asOf.UnixNano()))
	raw = binary.BigEndian.AppendUint64(raw, uint64(k.from))
	return base64.RawURLEncoding.EncodeToString(append(raw, l.sum(raw, list)...))
}

// unseal reads what seal made; anything else, or another list's key, is not ok.
func (l *life) unseal(text, list string) (pageKey, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != keyBytes+sumBytes || base64.RawURLEncoding.EncodeToString(raw) != text { // line ends are read over
		return pageKey{}, false
	}
	if !hmac.Equal(raw[keyBytes:], l.sum(raw[:keyBytes], list)) {
		return pageKey{}, false
	}
	return pageKey{
		asOf: time.Unix(0, int64(binary.BigEndian.Uint64(raw))).UTC(),
		from: int(binary.BigEndian.Uint64(raw[8:])),
	}, true
}

func (l *life) sum(raw []byte, list string) []byte {
	mac := hmac.New(sha256.New, []byte("page keys "+l.tag("page keys", 0)))
	mac.Write(raw)
	mac.Write([]byte(list))
	return mac.Sum(nil)[:sumBytes]
}

// page is one checked stretch [from, to) of a span.
type page struct {
	span
	asOf     time.Time
	from, to int
	limit    int
}

// asOf is the moment that a paged call is about: now, or the one in its page key.
func (b *Bank) asOf(c call, list string) (pageKey, answer, bool) {
	text := c.URL.Query().Get("pageKey")
	if text == "" {
		return pageKey{asOf: c.now}, answer{}, true
	}
	key, ok := b.life.unseal(text, list)
	if !ok || key.asOf.After(c.now) {
		return pageKey{}, failed(http.StatusBadRequest, 401, "pageKey is not one of ours for this list"), false
	}
	return key, answer{}, true
}

func (b *Bank) readPage(c call, s span) (page, answer, bool) {
	key, bad, ok := b.asOf(c, s.list)
	if !ok {
		return page{}, bad, false
	}
	limit, ok := readLimit(c.URL.Query().Get("limit"), 100)
	if !ok {
		return page{}, failed(http.StatusBadRequest, 401, "limit must be a number from 1"), false
	}
	from := min(key.from, s.total)
	return page{span: s, asOf: key.asOf, from: from, to: min(from+limit, s.total), limit: limit}, answer{}, true
}

// body holds the page and links objects.
func (p page) body(b *Bank, c call) map[string]any {
	about := map[string]any{"totalElements": p.total}
	links := map[string]any{}
	if p.to < p.total {
		next := b.life.seal(pageKey{asOf: p.asOf, from: p.to}, p.list)
		about["nextPageKey"] = next
		query := c.URL.Query()
		query.Set("pageKey", next)
		links["next"] = map[string]string{"href": b.origin + c.URL.Path + "?" + query.Encode(), "action": "GET"}
	}
	if rows := strings.HasSuffix(c.URL.Path, "/transactions"); rows {
		if _, on := b.faults[LoopPages]; on {
			about["nextPageKey"] = b.life.seal(pageKey{asOf: p.asOf, from: p.from}, p.list)
		}
		if _, on := b.faults[NextElsewhere]; on {
			links["next"] = map[string]string{"href": elsewhereNext, "action": "GET"}
		}
	}
	return map[string]any{"page": about, "links": links}
}
