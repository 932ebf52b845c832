package model

// window is what happened in the days before a row.
type window struct {
	rows1h, rows6h, rows24h, rows3d, rows7d int64
	cents24h, cents7d                       int64
	nights24h, nights3d                     int64
	sameMerchant, sameKind, sameSize        int64
	newMerchants, newKinds                  int64
	top24h, top3d, top14d                   int64 // of over
	high3d, high14d                         int64
	lgSum, lgRows                           int64 // of 7 days
	last                                    [2]*spent
	found                                   int64

	theirs24h, theirs3d, theirs14d int64
	theirsLeast, theirsMost        int32
	owned14d                       int64

	base6h, base24h, base3d, base14d int64 // tops
	sum24h, sum3d, sum14d, hot       int64
}

const (
	highOver = 256      // an octave above the own median is high
	coolBase = -4 * 64  // first scores below it leave no heat
	hotBase  = -1 * 64  // and above it are hot
	noBase   = -32 * 64 // of nothing
)

func (p *Profile) window(l *lookup) window {
	w := window{top24h: none, top3d: none, top14d: none, base6h: noBase, base24h: noBase, base3d: noBase, base14d: noBase}
	k := l.key
	for i := p.seen; i > 0 && i > p.seen-ringRows; i-- {
		e := &p.ring[i%ringRows]
		dt := max(k.at-e.at, 0)
		if dt > 14*day {
			break
		}
		if w.found < 2 {
			w.last[w.found] = e
		}
		w.found++
		l.rough = l.rough || e.marks&wasSkimmed != 0
		w.fortnight(e)
		if dt <= 7*day {
			w.rows7d++
			w.cents7d += e.cents
			w.lgSum += int64(e.lg)
			w.lgRows++
		}
		if dt <= 3*day {
			w.three(e)
		}
		if dt <= day {
			w.oneDay(e, k, dt)
		}
	}
	return w
}

func (w *window) fortnight(e *spent) {
	w.answered(e)
	w.top14d = max(w.top14d, int64(e.over))
	w.base14d = max(w.base14d, int64(e.base))
	w.sum14d += max(int64(e.base)-coolBase, 0)
	if e.over > highOver {
		w.high14d++
	}
	if e.base > hotBase {
		w.hot++
	}
}

func (w *window) answered(e *spent) {
	switch {
	case e.marks&wasOwned != 0:
		w.owned14d++
	case e.marks&wasTheirs != 0:
		if w.theirs14d == 0 {
			w.theirsLeast, w.theirsMost = e.lg, e.lg
		}
		w.theirs14d++
		w.theirsLeast, w.theirsMost = min(w.theirsLeast, e.lg), max(w.theirsMost, e.lg)
	}
}

func (w *window) three(e *spent) {
	w.rows3d++
	if e.marks&wasTheirs != 0 {
		w.theirs3d++
	}
	w.top3d = max(w.top3d, int64(e.over))
	w.base3d = max(w.base3d, int64(e.base))
	w.sum3d += max(int64(e.base)-coolBase, 0)
	if e.over > highOver {
		w.high3d++
	}
	if e.marks&atNight != 0 {
		w.nights3d++
	}
}

func (w *window) oneDay(e *spent, k key, dt int64) {
	w.rows24h++
	if e.marks&wasTheirs != 0 {
		w.theirs24h++
	}
	w.cents24h += e.cents
	w.top24h = max(w.top24h, int64(e.over))
	w.base24h = max(w.base24h, int64(e.base))
	w.sum24h += max(int64(e.base)-coolBase, 0)
	if e.marks&atNight != 0 {
		w.nights24h++
	}
	if e.marks&newMerchant != 0 {
		w.newMerchants++
	}
	if e.marks&newKind != 0 {
		w.newKinds++
	}
	if e.merchant == k.merchant {
		w.sameMerchant++
	}
	if e.kind == k.kind {
		w.sameKind++
	}
	if e.lg == k.lg {
		w.sameSize++
	}
	if dt <= 6*hour {
		w.rows6h++
		w.base6h = max(w.base6h, int64(e.base))
	}
	if dt <= hour {
		w.rows1h++
	}
}

// recent writes what a window says of counts and sizes.
func (p *Profile) recent(l *lookup, w *window) {
	v, k, u := &l.vector, l.key, l.purse
	v[fRows1h], v[fRows6h] = none, none
	if k.timed {
		v[fRows1h], v[fRows6h] = slim(w.rows1h), slim(w.rows6h)
	}
	v[fRows24h], v[fRows3d], v[fRows7d] = slim(w.rows24h), slim(w.rows3d), slim(w.rows7d)
	v[fSince] = none
	if p.rows > 0 {
		l.usual.since = max(k.at-p.last, 0)
		v[fSince] = slim(int64(lg(uint64(l.usual.since) + 60)))
	}
	if u.sizes.count > 0 {
		dt := k.at - u.at
		held := paceDays*16 - fade(paceDays*16, max(k.at-u.first, 0), paceHalf) + 16 // sixteenths of a day, one day more
		pace := fade(u.pace, dt, paceHalf) * 16 / held                               // rows a day, in 65536ths
		spend := fade(u.spend, dt, paceHalf)*16/held + 1                             // hundredths a day
		l.usual.dayCents, l.usual.dayRows = spend, (pace+32768)>>16
		v[fPace] = slim(int64(lg(uint64(pace+64))) - 16*octave)
		v[fBusy24h] = slim(int64(lg(uint64(w.rows24h+1)<<16)) - int64(lg(uint64(pace+16384))))
		v[fSum24h] = slim(int64(lg(uint64(w.cents24h+k.cents+100))) - int64(lg(uint64(spend+100))))
		v[fSum7d] = slim(int64(lg(uint64(w.cents7d+k.cents+100))) - int64(lg(uint64(7*spend+100))))
	}
	v[fNights24h], v[fNights3d] = slim(w.nights24h), slim(w.nights3d)
	v[fSameMerchant24h], v[fSameKind24h], v[fSameSize24h] = slim(w.sameMerchant), slim(w.sameKind), slim(w.sameSize)
	v[fNewMerchants24h], v[fNewKinds24h] = slim(w.newMerchants), slim(w.newKinds)
	v[fOverLast1], v[fOverLast2] = none, none
	if w.found > 0 {
		v[fOverLast1] = w.last[0].over
	}
	if w.found > 1 {
		v[fOverLast2] = w.last[1].over
	}
	v[fOverTop24h], v[fOverTop3d], v[fOverTop14d] = int16(w.top24h), int16(w.top3d), int16(w.top14d)
	v[fHigh3d], v[fHigh14d] = slim(w.high3d), slim(w.high14d)
	v[fOverRecent] = none
	if w.lgRows > 0 {
		v[fOverRecent] = slim(w.lgSum/w.lgRows - int64(l.usual.own))
	}
	l.usual.rows24h, l.usual.sum24h, l.usual.hot, l.usual.sameMerchant = w.rows24h, w.cents24h, w.hot, w.sameMerchant
}

// heat writes what a window says of the scores before this row.
func (p *Profile) heat(l *lookup, w *window) {
	v := &l.vector
	v[fBaseLast1], v[fBaseLast2] = noBase, noBase
	if w.found > 0 {
		v[fBaseLast1] = w.last[0].base
	}
	if w.found > 1 {
		v[fBaseLast2] = w.last[1].base
	}
	v[fBaseTop6h], v[fBaseTop24h] = slim(w.base6h), slim(w.base24h)
	v[fBaseTop3d], v[fBaseTop14d] = slim(w.base3d), slim(w.base14d)
	v[fBaseSum24h], v[fBaseSum3d], v[fBaseSum14d] = slim(w.sum24h), slim(w.sum3d), slim(w.sum14d)
	v[fBaseHot14d] = slim(w.hot)
}

// answers writes what the person said of rows before it.
func (p *Profile) answers(l *lookup, w *window) {
	v, k := &l.vector, l.key
	v[fTheirs24h], v[fTheirs3d], v[fTheirs14d], v[fOwned14d] = slim(w.theirs24h), slim(w.theirs3d), slim(w.theirs14d), slim(w.owned14d)
	v[fOverTheirs], v[fOverTheirsMost], v[fOwnedSince], v[fOverOwned] = none, none, none, none
	p.openCase(l, w)
	if w.theirs14d > 0 {
		v[fOverTheirs], v[fOverTheirsMost] = slim(int64(k.lg-w.theirsLeast)), slim(int64(k.lg-w.theirsMost))
	}
	if p.owned > 0 {
		v[fOwned] = slim(fade(p.owned, k.at-p.ownedAt, ownedHalf) >> 10)
		v[fOwnedSince] = slim(int64(lg(uint64(max(k.at-p.ownedAt, 0)) + 60)))
		v[fOverOwned] = slim(int64(k.lg - p.ownedMost))
	}
}

// openCase writes what the person called not theirs, as far back as no fortnight was without: how long ago that began, and the latest of it.
func (p *Profile) openCase(l *lookup, w *window) {
	v, k := &l.vector, l.key
	v[fScore], v[fCaseSince], v[fCaseTheirs], v[fLastTheirs], v[fLastTheirsOver] = none, none, none, none, none
	if l.theirs = 0; w.theirs14d == 0 {
		return
	}
	first := k.at
	for i := p.seen; i > 0 && i > p.seen-ringRows; i-- {
		e := &p.ring[i%ringRows]
		if first-e.at > 14*day {
			break
		}
		if e.marks&wasTheirs == 0 {
			continue
		}
		if l.theirs == 0 {
			v[fLastTheirs], v[fLastTheirsOver] = slim(int64(e.lg)), e.over
		}
		l.theirs++
		first = min(first, e.at)
	}
	v[fCaseSince], v[fCaseTheirs] = slim((k.at-first)/hour), slim(l.theirs)
}
