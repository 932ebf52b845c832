package model

import (
	"maps"
	"slices"
	"time"
)

// The bounds of a profile: what is over them forgets what was used least recently.
const (
	ringRows     = 96   // rows that are remembered one by one
	maxMerchants = 1024 // after which a quarter is forgotten
	maxKinds     = 64
	maxPlaces    = 32
	maxPurses    = 8 // currencies; a further one shares the last
	maxCurrency  = 16
)

const (
	day  = int64(24 * time.Hour / time.Second)
	hour = int64(time.Hour / time.Second)
)

// Profile is one person's past, bounded whatever its length. It is not for two goroutines at a time.
type Profile struct {
	rows        int64
	first, last int64 // Unix seconds
	purses      []purse
	merchants   map[uint64]habit
	kinds       map[uint64]habit
	places      map[uint64]habit // countries
	placed      int64            // rows whose country was told
	hours       [24]int64
	timed       int64
	channels    [channelCount]int64
	ring        [ringRows]spent // of row n at n % ringRows
	seen        int64           // rows that ever were in ring

	owned     int64 // rows that the person called their own, each 65536, faded
	ownedAt   int64
	ownedMost int32

	weights *Weights
	memo    memo
}

const channelCount = 8

// purse is what is spent in one currency.
type purse struct {
	currency string
	sizes    sketch
	first    int64
	pace     int64 // rows, faded, in 65536ths
	spend    int64 // hundredths of the rough unit, faded
	at       int64
}

// habit is what is usual at a merchant, or of a kind. Maps hold it by value: there is one for each merchant of each person.
type habit struct {
	last  int64 // Unix seconds
	times int32
	mean  int32 // of the logarithm, in 65536ths of an octave
	off   int32 // mean distance from mean
	most  int32
	hours [8]uint16 // of three hours each
}

// spent is one row as it is remembered.
type spent struct {
	at       int64
	cents    int64 // of the rough unit
	merchant uint64
	kind     uint64
	lg       int32
	over     int16 // above the own median then, 256ths of an octave
	base     int16 // first score then, 64ths of log-odds
	marks    uint8
}

// What a spent row was.
const (
	newMerchant = 1 << iota
	newKind
	atNight
	wasTimed
	wasTheirs // the person said so
	wasOwned
	wasSkimmed // its first score is not known
)

// NewProfile returns the past of somebody of whom nothing is known.
func NewProfile() *Profile {
	weights, err := Shipped()
	if err != nil {
		weights = &Weights{} // a test reads them: it can't be
	}
	return NewProfileOf(weights)
}

// NewProfileOf is NewProfile with other weights, for the trainer.
func NewProfileOf(w *Weights) *Profile {
	return &Profile{
		weights:   w,
		merchants: make(map[uint64]habit), kinds: make(map[uint64]habit), places: make(map[uint64]habit),
	}
}

// Clone returns a past that shares nothing with p.
func (p *Profile) Clone() *Profile {
	c := *p
	c.purses = slices.Clone(p.purses)
	c.merchants, c.kinds, c.places = maps.Clone(p.merchants), maps.Clone(p.kinds), maps.Clone(p.places)
	c.memo = memo{}
	return &c
}

// Add lets r join the past. Money in, and rows of no size, don't: the past is of spending.
func (p *Profile) Add(r Row) {
	if !spends(r) {
		return
	}
	p.remember(r)
	k := p.look(r).key
	purse := p.purseFor(r.Currency)
	purse.add(k)
	learn(p.merchants, k.merchant, maxMerchants, k)
	learn(p.kinds, k.kind, maxKinds, k)
	if k.country != 0 {
		learn(p.places, k.country, maxPlaces, k)
		p.placed++
	}
	if r.Timed {
		p.hours[k.hour]++
		p.timed++
	}
	p.channels[k.channel]++
	if p.rows == 0 {
		p.first = k.at
	}
	p.rows++
	p.last = max(p.last, k.at)
	p.memo.set = false
}

// AddForeign remembers a row that somebody else made, as the person said: what was usual stays as it was, and the days after
// it are looked at more closely.
func (p *Profile) AddForeign(r Row) {
	if spends(r) {
		p.remember(r)
		p.memo.set = false
		p.ring[p.seen%ringRows].marks |= wasTheirs
	}
}

// AddOwn lets a row join the past that the person called their own: nothing unusual is left of it.
func (p *Profile) AddOwn(r Row) {
	if spends(r) {
		p.Add(r)
		e := &p.ring[p.seen%ringRows]
		e.base, e.over, e.marks = noBase, min(e.over, 0), e.marks|wasOwned
		p.owned = fade(p.owned, e.at-p.ownedAt, ownedHalf) + 65536
		p.ownedAt, p.ownedMost = max(p.ownedAt, e.at), max(p.ownedMost, e.lg)
	}
}

// remember puts a row among those that are known one by one.
func (p *Profile) remember(r Row) {
	l := p.look(r)
	p.seen++
	p.ring[p.seen%ringRows] = l.asSpent()
}

// purseFor returns the purse of a currency, made where there is none.
func (p *Profile) purseFor(currency string) *purse {
	currency = currency[:min(len(currency), maxCurrency)]
	if i := p.purseAt(currency); i >= 0 {
		return &p.purses[i]
	}
	p.purses = append(p.purses, purse{currency: currency})
	return &p.purses[len(p.purses)-1]
}

func (p *Profile) purseAt(currency string) int {
	currency = currency[:min(len(currency), maxCurrency)]
	for i := range p.purses {
		if p.purses[i].currency == currency {
			return i
		}
	}
	if len(p.purses) == maxPurses {
		return maxPurses - 1
	}
	return -1
}

// paceHalf is how fast pace and spend are forgotten, and paceDays the days that they then stand for.
const (
	paceHalf = 45 * day
	paceDays = 65 // paceHalf / ln 2
)

// ownedHalf is how fast answers fade.
const ownedHalf = 60 * day

func (u *purse) add(k key) {
	if u.sizes.rows == 0 {
		u.first, u.at = k.at, k.at
	}
	dt := k.at - u.at
	u.pace = fade(u.pace, dt, paceHalf) + 65536
	u.spend = min(fade(u.spend, dt, paceHalf)+k.cents, sane)
	u.at = max(u.at, k.at)
	u.sizes.add(k.lg)
}

// learn adds a row to the habit of id, made where there is none.
func learn(m map[uint64]habit, id uint64, most int, k key) {
	h, known := m[id]
	if !known && len(m) >= most {
		forget(m, most/4)
	}
	h.add(k)
	m[id] = h
}

// forget takes the n out that were used least recently; of one moment, by id.
func forget(m map[uint64]habit, n int) {
	ids := sortedIDs(m)
	slices.SortStableFunc(ids, func(a, b uint64) int {
		switch {
		case m[a].last < m[b].last:
			return -1
		case m[a].last > m[b].last:
			return 1
		}
		return 0
	})
	for _, id := range ids[:n] {
		delete(m, id)
	}
}

func sortedIDs(m map[uint64]habit) []uint64 {
	ids := make([]uint64, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// memoryRows is after how many rows a habit forgets as fast as it learns.
const memoryRows = 32

// mostTimes is where counting ends.
const mostTimes = 1 << 30

func (h *habit) add(k key) {
	x, mean, off := int64(k.lg)<<8, int64(h.mean), int64(h.off)
	if h.times == 0 {
		mean, off, h.most = x, 77*256, k.lg // 0.3 octaves, until more is known
	} else {
		n := int64(min(h.times+1, memoryRows))
		if h.times >= 4 { // one row far off moves the usual by little
			reach := 4*off + 128*256
			x = min(max(x, mean-reach), mean+reach)
		}
		off += (max(x-mean, mean-x) - off) / n
		mean += (x - mean) / n
		h.most = max(h.most, k.lg)
	}
	h.mean, h.off = int32(mean), int32(off)
	h.times = min(h.times+1, mostTimes)
	h.last = max(h.last, k.at)
	if k.timed {
		h.hours[k.hour/3] += min(1, ^h.hours[k.hour/3]) // up to what it holds
	}
}
