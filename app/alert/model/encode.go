package model

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// encoding is the version of what AppendBinary writes. A profile of another version is made anew from the rows.
const encoding = 1

// ErrEncoding says that bytes are no profile of this version: it is made anew from the rows.
var ErrEncoding = errors.New("not a profile of this version")

// AppendBinary appends the past to b: of the same rows, the same bytes. It returns no error.
func (p *Profile) AppendBinary(b []byte) ([]byte, error) {
	w := writer{append(b, encoding)}
	w.put(p.rows, p.first, p.last, p.timed, p.placed, p.seen, p.owned, p.ownedAt, int64(p.ownedMost))
	w.put(p.hours[:]...)
	w.put(p.channels[:]...)
	w.put(int64(len(p.purses)))
	for i := range p.purses {
		w.purse(&p.purses[i])
	}
	for _, m := range []map[uint64]habit{p.merchants, p.kinds, p.places} {
		w.put(int64(len(m)))
		for _, id := range sortedIDs(m) {
			w.b = binary.LittleEndian.AppendUint64(w.b, id)
			h := m[id]
			w.put(int64(h.times), h.last, int64(h.mean), int64(h.off), int64(h.most))
			for _, n := range h.hours {
				w.put(int64(n))
			}
		}
	}
	at := int64(0)
	for i := max(p.seen-ringRows, 0) + 1; i <= p.seen; i++ {
		e := &p.ring[i%ringRows]
		w.put(e.at-at, e.cents, int64(e.lg), int64(e.over), int64(e.base), int64(e.marks))
		w.b = binary.LittleEndian.AppendUint64(w.b, e.merchant)
		w.b = binary.LittleEndian.AppendUint64(w.b, e.kind)
		at = e.at
	}
	return w.b, nil
}

type writer struct{ b []byte }

func (w *writer) put(values ...int64) {
	for _, v := range values {
		w.b = binary.AppendVarint(w.b, v)
	}
}

func (w *writer) purse(u *purse) {
	w.put(int64(len(u.currency)))
	w.b = append(w.b, u.currency...)
	w.put(u.first, u.pace, u.spend, u.at, u.sizes.rows, int64(u.sizes.most))
	for i, c := range u.sizes.counts { // most places are empty
		if c != 0 {
			w.put(int64(i+1), int64(c))
		}
	}
	w.put(0)
}

// UnmarshalBinary sets p to what AppendBinary wrote.
func (p *Profile) UnmarshalBinary(b []byte) error {
	if len(b) == 0 || b[0] != encoding {
		return fmt.Errorf("read a profile: %w", ErrEncoding)
	}
	r := reader{b: b[1:]}
	q := NewProfileOf(p.weights)
	if p.weights == nil {
		q = NewProfile()
	}
	r.get(0, &q.rows)
	r.get(math.MinInt64, &q.first, &q.last)
	r.get(0, &q.timed, &q.placed, &q.seen, &q.owned)
	r.get(math.MinInt64, &q.ownedAt)
	q.ownedMost = int32(r.small(-1<<20, 1<<20))
	for i := range q.hours {
		r.get(0, &q.hours[i])
	}
	for i := range q.channels {
		r.get(0, &q.channels[i])
	}
	for range r.length(maxPurses) {
		r.purse(q)
	}
	r.habits(q.merchants, maxMerchants)
	r.habits(q.kinds, maxKinds)
	r.habits(q.places, maxPlaces)
	r.ring(q)
	if r.bad || len(r.b) != 0 {
		return fmt.Errorf("read a profile: %w", ErrEncoding)
	}
	*p = *q
	return nil
}

type reader struct {
	b   []byte
	bad bool
}

// sane bounds what is counted and summed, far above what rows can bring and far below an overflow.
const sane = 1 << 48

// get reads numbers from least to sane.
func (r *reader) get(least int64, into ...*int64) {
	for _, v := range into {
		n, size := binary.Varint(r.b)
		if size <= 0 || n < max(least, -sane) || n > sane {
			r.bad, r.b = true, nil
			return
		}
		*v, r.b = n, r.b[size:]
	}
}

func (r *reader) length(most int64) int64 {
	var n int64
	r.get(0, &n)
	if n > most {
		r.bad, r.b = true, nil
		return 0
	}
	return n
}

func (r *reader) id() uint64 {
	if len(r.b) < 8 {
		r.bad, r.b = true, nil
		return 0
	}
	id := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return id
}

// small reads a number of at most so many bits.
func (r *reader) small(least, most int64) int64 {
	var n int64
	r.get(least, &n)
	if n > most {
		r.bad, r.b = true, nil
		return 0
	}
	return n
}

func (r *reader) purse(q *Profile) {
	n := r.length(maxCurrency)
	if int64(len(r.b)) < n {
		r.bad, r.b = true, nil
		return
	}
	u := purse{currency: string(r.b[:n])}
	r.b = r.b[n:]
	r.get(math.MinInt64, &u.first)
	r.get(0, &u.pace, &u.spend)
	r.get(math.MinInt64, &u.at)
	r.get(0, &u.sizes.rows)
	u.sizes.most = int32(r.small(-1<<20, 1<<20))
	for !r.bad {
		i := r.small(0, sketchPlaces)
		if i == 0 {
			break
		}
		u.sizes.counts[i-1] = uint16(r.small(0, sketchMost))
	}
	for _, c := range u.sizes.counts {
		u.sizes.count += int64(c)
	}
	q.purses = append(q.purses, u)
}

func (r *reader) habits(into map[uint64]habit, most int64) {
	for range r.length(most) {
		id, h := r.id(), habit{}
		h.times = int32(r.small(0, mostTimes))
		r.get(math.MinInt64, &h.last)
		h.mean, h.off = int32(r.small(-1<<28, 1<<28)), int32(r.small(0, 1<<28))
		h.most = int32(r.small(-1<<20, 1<<20))
		for i := range h.hours {
			h.hours[i] = uint16(r.small(0, math.MaxUint16))
		}
		if r.bad {
			return
		}
		into[id] = h
	}
}

func (r *reader) ring(q *Profile) {
	at := int64(0)
	for i := max(q.seen-ringRows, 0) + 1; i <= q.seen && !r.bad; i++ {
		e := &q.ring[i%ringRows]
		r.get(math.MinInt64, &e.at)
		at += e.at
		e.at = at
		r.get(0, &e.cents)
		e.lg = int32(r.small(-1<<20, 1<<20))
		e.over, e.base = int16(r.small(none, -none-1)), int16(r.small(none, -none-1))
		e.marks = uint8(r.small(0, 255))
		e.merchant, e.kind = r.id(), r.id()
	}
}
