package model

// key is a row as the past counts it.
type key struct {
	at       int64 // Unix seconds
	timed    bool
	hour     int
	minutes  int // of the day
	weekday  int
	lg       int32 // size in the rough unit, log2 in 256ths
	cents    int64 // size in hundredths of the rough unit
	merchant uint64
	kind     uint64
	country  uint64 // 0: not told
	what     int    // of kindNames
	named    bool   // the merchant is known
	told     bool   // the category is
	channel  int
}

// kindNames are the words for what money was for that the weights know, Coffer's own and some that banks use.
var kindNames = map[string]int{
	"": 0, "groceries": 2, "eating-out": 3, "transport": 4, "car": 5, "housing": 6, "household": 7, "utilities": 8,
	"health": 9, "shopping": 10, "subscriptions": 11, "travel": 12, "leisure": 13, "fees": 14, "cash": 15, "transfer": 16,
	"misc": 17, "personal-care": 18, "family": 19,
}

const otherKind = 1

// roughly is how many of a currency's units feel like one euro, log2 in 256ths: by order of size, for the amounts
// that are unusual for anybody. Those that are not here count as one.
var roughly = map[string]int32{
	"JPY": 1860, "KRW": 2700, "HUF": 2200, "CZK": 1190, "INR": 1660, "ISK": 1830, "SEK": 890, "NOK": 890, "DKK": 740, "PLN": 540,
	"CNY": 760, "ZAR": 1100, "THB": 1340, "TRY": 1350, "MXN": 1110, "BRL": 640, "PHP": 1500, "TWD": 1290, "HKD": 800, "RUB": 1680,
	"IDR": 3600, "VND": 3780, "CLP": 2550, "COP": 3080, "ILS": 500, "RON": 590, "UAH": 1390, "KES": 1810, "NGN": 2700, "PKR": 2120,
}

func rough(currency string) int32 {
	switch currency {
	case "EUR", "USD", "GBP": // most of all rows
		return 0
	}
	return roughly[currency]
}

// tenth is log2(10) in 256ths.
const tenth = 850

func spends(r Row) bool { return !r.Credit && r.Size > 0 }

func keyOf(r Row) key {
	k := key{
		at: min(max(r.At.Unix(), -sane/256), sane/256), timed: r.Timed, channel: r.Channel, named: r.Merchant != "", told: r.Category != "",
		merchant: mix(r.Merchant, r.Currency), weekday: int(r.At.UTC().Weekday()),
	}
	if k.channel < 0 || k.channel >= channelCount {
		k.channel = channelCount - 1
	}
	if r.Timed {
		second := int((k.at%day + day) % day)
		k.hour, k.minutes = second/int(hour), second/60
	}
	online := ""
	if r.Channel == online_ {
		online = "~"
	}
	k.kind = mix(r.Category+online, r.Currency)
	if r.Country != "" {
		k.country = mix(r.Country, "")
	}
	what, known := 0, true
	if r.Category != "" {
		what, known = kindNames[r.Category]
	}
	if !known {
		what = otherKind
	}
	k.what = what*2 + min(len(online), 1)
	k.lg = lg(uint64(r.Size)) - tenth*int32(min(max(r.Exponent, 0), 6)) - rough(r.Currency)
	k.cents = power(k.lg)
	return k
}

// online_ is ledger.Online, as Row has it.
const online_ = 2

// power returns 2^(log/256) in hundredths.
func power(log int32) int64 {
	whole, x := log>>8, int64(powerTable[log&255])*100
	switch {
	case whole >= 34:
		return 100 << 34
	case whole >= 16:
		return x << uint(whole-16)
	case whole > -12:
		return x >> uint(16-whole)
	}
	return 0
}
