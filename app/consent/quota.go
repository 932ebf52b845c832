package consent

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Limits are what a bank lets Coffer ask in a day, as the provider file says it.
type Limits struct {
	Reads int `json:",omitzero"` // requests of the data API; 0: not told
	Alone int `json:",omitzero"` // reads of one account while the person is away; 0: not told
}

// Quota is what was asked of a bank in the last 24 hours. No file says in which zone a bank's day begins,
// and Delegated Regulation (EU) 2018/389, Article 36(5)(b), counts "in a 24-hour period": what holds in
// each 24 hours holds in each day of each zone. The zero Quota has asked nothing.
type Quota struct {
	Reads []Asked            `json:",omitempty"` // requests, oldest first
	Alone map[string][]Asked `json:",omitempty"` // reads without the person, by account; "" is the list of accounts
}

// Asked is how often something was asked in one minute.
type Asked struct {
	At int64 // minutes since 1970; of a large quota, the last of 15
	N  int
}

// ReasonAlone refines fault.QuotaSpent: the person may still read, which counts apart.
const ReasonAlone = "quota.alone"

// QuotaSetting is the setting of the vault that holds a link's Quota: beside the link, for a refresh reads
// and saves the whole link meanwhile.
func QuotaSetting(id LinkID) string { return "quota." + string(id) }

// NextSetting is where a vault keeps when a link may be read again without the person.
func NextSetting(id LinkID) string { return "read.next." + string(id) }

// ParseQuota reads that setting.
func ParseQuota(text string) (q Quota, err error) {
	if text == "" {
		return q, nil
	}
	if err := json.Unmarshal([]byte(text), &q); err != nil {
		return Quota{}, fmt.Errorf("read a quota: %w", err)
	}
	return q, nil
}

const (
	quotaSpan  = 24 * 60 // minutes that a request counts for
	quotaAhead = 48 * 60 // further ahead than so much, a clock was wrong that has been put right
	quotaFine  = 1000    // requests a day, up to which each minute counts by itself
)

func minute(t time.Time) int64 { return t.Unix() / 60 }

// counting is what of all still counts at now. What lies ahead was asked before the clock went back: it
// counts, from then on or, where it lies so far ahead that it would count for days, from now on.
func counting(all []Asked, now int64) []Asked {
	kept := make([]Asked, 0, len(all)+1)
	for _, a := range all {
		if a.At > now+quotaAhead {
			a.At = now
		}
		if a.At+quotaSpan >= now { // the minute itself may have been its last second
			kept = append(kept, a)
		}
	}
	slices.SortStableFunc(kept, func(a, b Asked) int { return int(a.At - b.At) })
	return kept
}

func asked(all []Asked) (n int) {
	for _, a := range all {
		n += a.N
	}
	return n
}

// one is all with one more at now; false where limit have been asked. 0 is no limit.
func one(all []Asked, limit int, now int64) ([]Asked, bool) {
	all = counting(all, now)
	if limit > 0 && asked(all) >= limit {
		return all, false
	}
	if limit > quotaFine {
		now += 14 - now%15
	}
	if i := slices.IndexFunc(all, func(a Asked) bool { return a.At == now }); i >= 0 {
		all[i].N++
		return all, true
	}
	return append(all, Asked{now, 1}), true
}

// Request is q with one more request at now; false if none is left. What it returns is to be kept in
// either case.
func (q Quota) Request(l Limits, now time.Time) (Quota, bool) {
	var ok bool
	q.Reads, ok = one(q.Reads, l.Reads, minute(now))
	return q, ok
}

// ReadAlone is Request for one more read of account without the person.
func (q Quota) ReadAlone(l Limits, now time.Time, account string) (Quota, bool) {
	alone := map[string][]Asked{}
	for of, all := range q.Alone {
		if all = counting(all, minute(now)); len(all) > 0 {
			alone[of] = all
		}
	}
	all, ok := one(alone[account], l.Alone, minute(now))
	alone[account] = all
	q.Alone = alone
	return q, ok
}

// Left is what a bank still lets Coffer ask. Below zero: it sets no limit.
type Left struct {
	Reads, Alone int       // Alone of the account, or the list of them, that was read most
	Until        time.Time // UTC, when there is more where nothing is left; else zero
}

// Left returns what is left at now.
func (q Quota) Left(l Limits, now time.Time) Left {
	left := Left{Reads: -1, Alone: -1}
	if l.Reads > 0 {
		all := counting(q.Reads, minute(now))
		if left.Reads = max(0, l.Reads-asked(all)); left.Reads == 0 {
			left.Until = free(all, l.Reads)
		}
	}
	if l.Alone > 0 {
		left.Alone = l.Alone
		for _, account := range slices.Sorted(maps.Keys(q.Alone)) {
			left.Alone = min(left.Alone, q.alone(l, now, account))
		}
	}
	return left
}

func (q Quota) alone(l Limits, now time.Time, account string) int {
	return max(0, l.Alone-asked(counting(q.Alone[account], minute(now))))
}

// AloneUntil is when account may be read again without the person; zero if it may be now.
func (q Quota) AloneUntil(l Limits, now time.Time, account string) time.Time {
	if l.Alone == 0 || q.alone(l, now, account) > 0 {
		return time.Time{}
	}
	return free(counting(q.Alone[account], minute(now)), l.Alone)
}

// free is when less than limit of all will count.
func free(all []Asked, limit int) time.Time {
	n := asked(all)
	for _, a := range all {
		if n -= a.N; n < limit {
			return time.Unix((a.At+quotaSpan+1)*60, 0).UTC()
		}
	}
	return time.Time{}
}
