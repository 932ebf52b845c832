package demobank

import (
	"fmt"
	"time"
)

// otherAccount is an account that the person has elsewhere, as the bridge sees it.
type otherAccount struct {
	id, name string
	balance  int64 // booked, in cents
	rows     []otherRow
}

// otherRow is one movement there. It is a hold for two days where it was paid with a card, and gets a new id
// when it is booked.
type otherRow struct {
	day    int // since the first
	made   time.Time
	posted time.Time // zero while it is pending
	cents  int64
	payee  string
	text   string
}

// setAsk is what a call asks for: to is not in it.
type setAsk struct {
	from, to, until time.Time
	pending         bool
}

const holdsFor = 2 // days

// elsewhere writes the accounts at Harbour Credit Union as of now: the same person's, and the same for every
// start of this life. The bank behind the bridge shows no more than its last 90 days.
func (b *Bank) elsewhere() []otherAccount {
	now := b.now()
	first := dayOf(b.state.Born).AddDate(-3, 0, 0)
	checking := otherAccount{id: "ACT-" + b.life.tag("bridge", 1), name: "Harbour Checking (7751)", balance: 1_260_00}
	savings := otherAccount{id: "ACT-" + b.life.tag("bridge", 2), name: "Harbour Holiday savings (3308)", balance: 2_400_00}
	for day := 0; ; day++ {
		at := first.AddDate(0, 0, day).Add(14 * time.Hour)
		if at.After(now) {
			break
		}
		for _, r := range otherDay(b.life.seed, day, at) {
			checking.add(r, now)
		}
		if at.Day() == 3 {
			checking.add(otherRow{day: day, made: at, posted: at, cents: -100_00, payee: "Harbour Holiday savings", text: "TRANSFER TO SAVINGS"}, now)
			savings.add(otherRow{day: day, made: at, posted: at, cents: 100_00, payee: "Harbour Checking", text: "TRANSFER FROM CHECKING"}, now)
		}
		if at.Day() == 1 {
			savings.add(otherRow{day: day, made: at, posted: at, cents: 2_00 + int64(day%97), payee: "Harbour Credit Union", text: "DIVIDEND"}, now)
		}
	}
	return []otherAccount{checking, savings}
}

// otherDay is what happens at Harbour on one day.
func otherDay(seed uint64, day int, at time.Time) []otherRow {
	roll := (seed + uint64(day)*0x9E3779B97F4A7C15) >> 24 % 1000
	card := func(cents int64, payee, text string) otherRow {
		return otherRow{day: day, made: at, posted: at.AddDate(0, 0, holdsFor), cents: cents, payee: payee, text: text}
	}
	var all []otherRow
	switch {
	case at.Day() == 2:
		all = append(all, otherRow{day: day, made: at, posted: at, cents: 420_00, payee: "Northlight Everyday", text: "ACH IN NORTHLIGHT BANK"})
	case at.Day() == 9:
		all = append(all, otherRow{day: day, made: at, posted: at, cents: -38_50, payee: "Tideline Swim Club", text: "TIDELINE SWIM CLUB MEMBERSHIP"})
	}
	switch {
	case roll < 180:
		all = append(all, card(-int64(425+roll), "Pier Coffee", "PIER COFFEE 0114"))
	case roll < 240:
		all = append(all, card(-int64(1850+7*roll), "Kite & Needle", "SQ *KITE & NEEDLE"))
	case roll < 270:
		all = append(all, card(-int64(3200+9*roll), "Harbour Hardware", "HARBOUR HARDWARE #2"))
	}
	return all
}

func (a *otherAccount) add(r otherRow, now time.Time) {
	if r.posted.After(now) {
		r.posted = time.Time{}
	} else {
		a.balance += r.cents
	}
	a.rows = append(a.rows, r)
}

func (a *otherAccount) tell(asked setAsk, balancesOnly, second bool) map[string]any {
	held := a.balance
	oldest := dayOf(asked.until).AddDate(0, 0, -bridgeHistory)
	rows := []map[string]any{}
	for i, r := range a.rows {
		pending := r.posted.IsZero()
		if pending {
			held += r.cents
		}
		shown := r.posted
		if pending {
			shown = r.made
		}
		out := shown.Before(oldest) || !asked.from.IsZero() && shown.Before(asked.from) || !asked.to.IsZero() && !shown.Before(asked.to)
		if out || pending && !asked.pending {
			continue
		}
		t := map[string]any{
			"id": fmt.Sprintf("TRN-%d-%d", r.day, i), "posted": r.posted.Unix(), "transacted_at": r.made.Unix(), "amount": cents(r.cents),
			"description": r.text, "payee": r.payee, "memo": "",
		}
		if pending {
			t["id"], t["posted"], t["pending"] = fmt.Sprintf("HLD-%d-%d", r.day, i), 0, true
		}
		rows = append(rows, t)
	}
	told := map[string]any{
		"id": a.id, "name": a.name, "currency": "USD", "balance": cents(a.balance), "available-balance": cents(held),
		"balance-date": asked.until.Unix(), "transactions": rows, "holdings": []any{},
	}
	if balancesOnly {
		told["transactions"] = []any{}
	}
	if second {
		told["conn_id"] = "con_harbour"
	} else {
		told["org"] = map[string]string{"domain": "harbour.example", "name": "Harbour Credit Union", "sfin-url": "https://harbour.example"}
	}
	return told
}
