package alert

import (
	"encoding/json"
	"slices"
	"time"

	"coffer/app/ledger"
)

// DayView is the end of a day. (Until the rules' own is there.)
type DayView struct {
	Today    ledger.Date
	Watch    *Watchlist
	Books    *Books
	LastRead map[ledger.AccountID]time.Time
	past     *past
}

// Books is what is known of the accounts beside their rows.
type Books struct {
	Accounts map[ledger.AccountID]Holding
	Linked   []ledger.Date // days on which the person linked an account
}

// Holding is one account of the person's.
type Holding struct {
	Kind     ledger.Kind
	Name     string
	Link     string // accounts of one link are lost together
	Daily    bool   // it is read every day
	Currency string
	Stated   bool  // the next is known
	Opening  int64 // minor units before the account's first row: the stated balance less all booked rows
}

func (p *past) view(t *ledger.Transaction, merchant string, watch *Watchlist, books *Books) View {
	return View{Row: t, Merchant: merchant, past: p}
}

func (v View) charges() []visit { return v.here() }

type plainVisit struct {
	Row    ledger.Transaction
	Size   int64
	Repeat bool
}

type plainPlace struct {
	Merchant, Currency string
	Visits             []plainVisit
}

func plain(m map[place][]visit) []plainPlace {
	var all []plainPlace
	for k, vs := range m {
		p := plainPlace{Merchant: k.merchant, Currency: k.currency}
		for _, v := range vs {
			p.Visits = append(p.Visits, plainVisit{*v.row, v.size, v.repeat})
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b plainPlace) int {
		if a.Merchant+"|"+a.Currency < b.Merchant+"|"+b.Currency {
			return -1
		}
		return 1
	})
	return all
}

func (p *past) appendBinary(b []byte) []byte {
	own := map[place][]visit{}
	for c, vs := range p.own {
		own[place{"", c}] = vs
	}
	text, _ := json.Marshal([3][]plainPlace{plain(p.charges), plain(p.credits), plain(own)})
	return append(b, text...)
}

func (p *past) unmarshal(b []byte) error {
	var all [3][]plainPlace
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	*p = *newPast()
	for i, places := range all {
		for _, pl := range places {
			var vs []visit
			for _, v := range pl.Visits {
				vs = append(vs, visit{row: &v.Row, size: v.Size, repeat: v.Repeat})
			}
			switch i {
			case 0:
				p.charges[place{pl.Merchant, pl.Currency}] = vs
			case 1:
				p.credits[place{pl.Merchant, pl.Currency}] = vs
			case 2:
				p.own[pl.Currency] = vs
			}
		}
	}
	return nil
}

func (p *past) clone() *past {
	c := newPast()
	for k, v := range p.charges {
		c.charges[k] = slices.Clip(v)
	}
	for k, v := range p.credits {
		c.credits[k] = slices.Clip(v)
	}
	for k, v := range p.own {
		c.own[k] = slices.Clip(v)
	}
	return c
}

// forget lets go of what is before day.
func (p *past) forget(day ledger.Date) {
	old := func(v visit) bool { return v.row.Date < day }
	for k, v := range p.charges {
		if v = slices.DeleteFunc(slices.Clone(v), old); len(v) == 0 {
			delete(p.charges, k)
		} else {
			p.charges[k] = v
		}
	}
	for k, v := range p.credits {
		if v = slices.DeleteFunc(slices.Clone(v), old); len(v) == 0 {
			delete(p.credits, k)
		} else {
			p.credits[k] = v
		}
	}
	for k, v := range p.own {
		if v = slices.DeleteFunc(slices.Clone(v), old); len(v) == 0 {
			delete(p.own, k)
		} else {
			p.own[k] = v
		}
	}
}

func (v visit) date() ledger.Date { return v.row.Date }
