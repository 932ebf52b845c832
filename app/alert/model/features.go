package model

// The features, each a whole number of at most 16 bits; none where it isn't known.
const (
	fSize = iota
	fOverMedian
	fOverMedianSpread
	fOverMost
	fOverP90
	fOverP99
	fRank
	fSpread
	fMedian
	fRows
	fTenure
	fKindOver
	fKindOverSpread
	fKindOverMost
	fKindTimes
	fKindSince
	fKindShare
	fKindHour
	fMerchantOver
	fMerchantOverSpread
	fMerchantOverMost
	fMerchantTimes
	fMerchantSince
	fRows1h
	fRows6h
	fRows24h
	fRows3d
	fRows7d
	fPace
	fBusy24h
	fSum24h
	fSum7d
	fSince
	fHour
	fHourOdd
	fNights24h
	fNights3d
	fWhat
	fChannel
	fChannelShare
	fCountryTimes
	fCountryShare
	fSameMerchant24h
	fSameSize24h
	fSameKind24h
	fNewMerchants24h
	fNewKinds24h
	fOverLast1
	fOverLast2
	fOverTop24h
	fOverTop3d
	fOverTop14d
	fHigh3d
	fHigh14d
	fOverRecent
	fWeekday
	fBase
	fBaseLast1
	fBaseLast2
	fBaseTop6h
	fBaseTop24h
	fBaseTop3d
	fBaseTop14d
	fBaseSum24h
	fBaseSum3d
	fBaseSum14d
	fBaseHot14d
	fTheirs24h
	fTheirs3d
	fTheirs14d
	fOverTheirs
	fOverTheirsMost
	fOwned14d
	fOwned
	fOwnedSince
	fOverOwned
	fScore
	fCaseSince
	fCaseTheirs
	fLastTheirs
	fLastTheirsOver
	featureCount
	FeatureCount = featureCount
	FirstBase    = fBase      // features from here on are of the first score
	FirstTheirs  = fTheirs24h // of what the person said
	FirstCase    = fScore     // and from here on of an open case: a "not mine" of the 14 days before
)

// Vector is what the weights see of a row.
type Vector [128]int16

// The usual of everybody, for whom nothing is known yet.
const (
	anyMedian = 1300 // log2 of 34, in 256ths
	anySpread = 230  // 0.9 octaves
	pseudo    = 4    // rows of everybody that the own ones are mixed with
	leastOff  = 74   // a spread of 0.2 in natural logarithms
)

// lookup is what was found out about a row before it is judged.
type lookup struct {
	row    Row
	key    key
	purse  *purse
	vector Vector
	usual  usuals
	marks  uint8
	base   int32 // the first score, in points
	score  int32
	open   bool
	rough  bool  // a row of the fortnight before was skimmed
	theirs int64 // "not mine" of the open case; 0: there is none
	cased  bool  // the third stage was asked
}

// usuals are the numbers that a row is held against, to be told.
type usuals struct {
	own                                      int32 // log2 in the rough unit, mixed with everybody's where little is known
	ownOnly, hereOnly, kindOnly              int32 // the person's own rows alone; 0 of none
	ownTimes, hereTimes, kindTimes, hourRows int64
	rows24h                                  int64
	sum24h, dayCents, since, hourTimes       int64
	sameMerchant, dayRows                    int64
	countryTimes, channelTimes, hot          int64
}

// features fills the vector of a row but for the scores before it.
func (p *Profile) features(l *lookup) {
	p.ownSize(l)
	p.habits(l)
	p.clock(l)
	w := p.window(l)
	p.recent(l, &w)
	p.heat(l, &w)
	p.answers(l, &w)
}

func (p *Profile) ownSize(l *lookup) {
	v, k := &l.vector, l.key
	v[fSize] = slim(int64(k.lg))
	v[fWhat], v[fChannel], v[fWeekday] = slim(int64(k.what)), slim(int64(k.channel)), slim(int64(k.weekday))
	v[fTenure] = none
	if p.rows > 0 {
		v[fTenure] = slim(min(max(k.at-p.first, 0)/(6*hour), 4*180))
	}
	var u *purse
	if i := p.purseAt(l.row.Currency); i >= 0 {
		u = &p.purses[i]
	}
	if u == nil || u.sizes.count == 0 {
		for _, f := range [...]int{fOverMost, fOverP90, fOverP99, fRank, fPace, fBusy24h, fSum24h, fSum7d} {
			v[f] = none
		}
		u = &purse{}
	}
	s, n := u.sizes.stand(k.lg), u.sizes.count
	median := withEverybody(s.p50, n)
	spread := (int64(s.p75-s.p25)*n*190/256 + anySpread*pseudo) / (n + pseudo) // p75-p25 is 1.35 deviations
	spread = max(spread, leastOff)
	v[fOverMedian] = slim(int64(k.lg) - median)
	v[fOverMedianSpread] = slim((int64(k.lg) - median) * 64 / spread)
	v[fSpread], v[fMedian], v[fRows] = slim(spread), slim(median), slim(int64(lg(uint64(u.sizes.rows+1))))
	l.usual.own, l.usual.ownOnly, l.usual.ownTimes = int32(median), s.p50, u.sizes.rows
	if n > 0 {
		v[fOverMost], v[fOverP90] = slim(int64(k.lg-u.sizes.most)), slim(int64(k.lg-s.p90))
		v[fOverP99], v[fRank] = slim(int64(k.lg-s.p99)), slim(s.below)
	}
	l.purse = u
}

// withEverybody is a median of n rows, mixed with what is usual for everybody.
func withEverybody(median int32, n int64) int64 {
	return (int64(median)*n + anyMedian*pseudo) / (n + pseudo)
}

// usualSize is the median that ownSize holds rows of a currency against.
func (p *Profile) usualSize(currency string) int64 {
	if i := p.purseAt(currency); i >= 0 {
		return withEverybody(p.purses[i].sizes.median(), p.purses[i].sizes.count)
	}
	return anyMedian
}

// isNew marks a row whose kind or merchant was never seen, as habits does.
func (p *Profile) isNew(l *lookup) {
	if _, known := p.kinds[l.key.kind]; !known {
		l.marks |= newKind
	}
	if _, known := p.merchants[l.key.merchant]; !known {
		l.marks |= newMerchant
	}
}

// over writes how far a row is above a habit: in octaves, in spreads, and above the most so far.
func over(v *Vector, k key, h habit, median, spread int64, at int) (usual int32) {
	n := int64(min(h.times, memoryRows))
	mean := (int64(h.mean>>8)*n + median*pseudo) / (n + pseudo)
	off := ((int64(h.off)*5/4>>8)*n + spread*pseudo) / (n + pseudo)
	off = max(off, leastOff)
	v[at] = slim(int64(k.lg) - mean)
	v[at+1] = slim((int64(k.lg) - mean) * 64 / off)
	v[at+2] = none
	if h.times > 0 {
		v[at+2] = slim(int64(k.lg - h.most))
	}
	v[at+3] = slim(int64(lg(uint64(h.times + 1))))
	v[at+4] = none
	if h.times > 0 {
		v[at+4] = slim(int64(lg(uint64(max(k.at-h.last, 0)) + 60)))
	}
	return int32(mean)
}

func (p *Profile) habits(l *lookup) {
	v, k := &l.vector, l.key
	median, spread := int64(l.usual.own), int64(v[fSpread])
	kind, known := p.kinds[k.kind]
	usualKind := over(v, k, kind, median, spread, fKindOver)
	v[fKindShare], v[fKindHour] = none, none
	if !known {
		l.marks |= newKind
	}
	l.usual.kindTimes = int64(kind.times)
	if k.told {
		v[fKindShare] = slim(int64(kind.times) * 1000 / max(p.rows, 1))
		if k.timed {
			v[fKindHour] = slim(int64(lg(uint64(kind.times)*3+24)) - int64(lg(uint64(kind.hours[k.hour/3])*24+24)))
		}
	} else {
		for _, f := range [...]int{fKindOver, fKindOverSpread, fKindOverMost, fKindTimes, fKindSince} {
			v[f] = none
		}
	}
	merchant, known := p.merchants[k.merchant]
	if !known {
		l.marks |= newMerchant
	}
	l.usual.hereTimes = int64(merchant.times)
	over(v, k, merchant, int64(usualKind), spread, fMerchantOver)
	l.usual.hereOnly, l.usual.kindOnly = merchant.mean>>8, kind.mean>>8
	if !k.named {
		for f := fMerchantOver; f <= fMerchantSince; f++ {
			v[f] = none
		}
	}
	v[fCountryTimes], v[fCountryShare] = none, none
	if k.country != 0 {
		times := int64(p.places[k.country].times)
		l.usual.countryTimes = times
		v[fCountryTimes] = slim(int64(lg(uint64(times + 1))))
		v[fCountryShare] = slim((times*1000 + 500) / (p.placed + 1))
	}
	l.usual.channelTimes = p.channels[k.channel]
	v[fChannelShare] = slim((p.channels[k.channel]*1000 + 500) / (p.rows + 1))
}

// clock says how odd the hour is for the person.
func (p *Profile) clock(l *lookup) {
	v, k := &l.vector, l.key
	if !k.timed {
		v[fHour], v[fHourOdd] = none, none
		return
	}
	l.clockMarks()
	v[fHour] = slim(int64(k.minutes / 10))
	at := func(h int) int64 { return p.hours[(k.hour+h+24)%24] }
	near := 3*at(0) + 2*at(1) + 2*at(-1) + at(2) + at(-2) // of 9
	v[fHourOdd] = slim(int64(lg(uint64(9*p.timed+9*24))) - int64(lg(uint64(24*near+9*24))))
	l.usual.hourTimes, l.usual.hourRows = at(0)+at(1)+at(-1), p.timed
}

// clockMarks marks a row whose hour is known.
func (l *lookup) clockMarks() {
	if !l.key.timed {
		return
	}
	if l.key.hour >= 22 || l.key.hour < 5 {
		l.marks |= atNight
	}
	l.marks |= wasTimed
}
