package ledger

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// transferDays is how far apart the two rows of a transfer are booked at most.
const transferDays = 5

// Transfers finds which of rows are one movement between two own accounts: money that left one and
// came into another within five days. It only pairs rows that are there, each in one pair at most,
// the nearest first, and does not depend on any order. A pair is TransferLinked where nothing else is
// as near and the rows read as a transfer, else TransferProposed.
//
// decided are the pairs that are known. Rows of a linked one are out of the game, a rejected one is
// never made again, and one that was only proposed is judged anew: what is returned, all of it new,
// takes the place of the proposed pairs between rows. Rows that are not booked, or of an account that
// own lacks, are in no pair.
//
// It can be asked about a part of the books: the rows that are new, and those of other accounts up
// to five days around them.
func Transfers(rows []Transaction, own []Account, decided []TransferPair) []TransferPair {
	m := newMatching(rows, own, decided)
	edges := m.edges()
	slices.SortFunc(edges, func(a, b edge) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), compareLegs(a.out, b.out), compareLegs(a.in, b.in))
	})
	var pairs []TransferPair
	for len(edges) > 0 {
		n := 1
		for n < len(edges) && edges[n].rank == edges[0].rank {
			n++
		}
		pairs = append(pairs, m.class(edges[:n])...)
		edges = edges[n:]
	}
	slices.SortFunc(pairs, func(a, b TransferPair) int {
		return cmp.Or(strings.Compare(string(a.Out), string(b.Out)), strings.Compare(string(a.In), string(b.In)))
	})
	return pairs
}

// leg is a row that may be one side of a transfer.
type leg struct {
	row    *Transaction
	owner  *owner
	text   []string
	used   bool
	speaks bool // it reads as a transfer
}

// edge is a possible pair, lower ranks surer.
type edge struct {
	out, in *leg
	rank    int
	sure    bool // unless another is as near
	reason  string
}

type pairKey struct{ out, in TransactionID }

// matching is where one call of Transfers lays out its rows.
type matching struct {
	outs, ins []*leg
	rejected  map[pairKey]bool
	rates     rates
}

func newMatching(rows []Transaction, own []Account, decided []TransferPair) *matching {
	m := &matching{rejected: make(map[pairKey]bool), rates: ratesOf(rows)}
	taken := make(map[TransactionID]bool)
	for _, p := range decided {
		switch p.State {
		case TransferRejected:
			m.rejected[pairKey{p.Out, p.In}] = true
		case TransferLinked:
			taken[p.Out], taken[p.In] = true, true
		}
	}
	owners := ownersOf(own)
	for i := range rows {
		t := &rows[i]
		o := owners[t.Account]
		if o == nil || t.Status != Booked || t.Amount.Minor == 0 || taken[t.ID] || isPurchase(t.Row) {
			continue
		}
		taken[t.ID] = true
		l := &leg{row: t, owner: o, text: strings.Fields(NormalText(t.Payee + " " + t.Text + " " + t.Memo))}
		l.speaks = l.reads()
		if t.Amount.Minor < 0 {
			m.outs = append(m.outs, l)
		} else {
			m.ins = append(m.ins, l)
		}
	}
	slices.SortFunc(m.outs, compareLegs)
	slices.SortFunc(m.ins, compareLegs)
	return m
}

func compareLegs(a, b *leg) int {
	return cmp.Or(cmp.Compare(a.row.Date, b.row.Date), strings.Compare(string(a.row.ID), string(b.row.ID)))
}

// edges judges every out against the ins of another account that are near in date.
func (m *matching) edges() []edge {
	byAmount, byCurrency := make(map[string][]*leg), make(map[string][]*leg)
	for _, in := range m.ins {
		key := amountKey(in.row.Row)
		byAmount[key] = append(byAmount[key], in)
		byCurrency[in.row.Amount.Currency] = append(byCurrency[in.row.Amount.Currency], in)
	}
	var all []edge
	for _, out := range m.outs {
		same := out.row.Row
		same.Amount.Minor = -same.Amount.Minor
		all = m.look(all, out, byAmount[amountKey(same)])
		for _, currency := range sortedKeys(byCurrency) {
			if currency != same.Amount.Currency {
				all = m.look(all, out, byCurrency[currency])
			}
		}
	}
	return all
}

// look adds the edges of out to those of ins, which are by date, that lie within the days.
func (m *matching) look(all []edge, out *leg, ins []*leg) []edge {
	from, _ := slices.BinarySearchFunc(ins, out.row.Date-transferDays, func(l *leg, d Date) int { return cmp.Compare(l.row.Date, d) })
	for _, in := range ins[from:] {
		if in.row.Date > out.row.Date+transferDays {
			break
		}
		if in.row.Account == out.row.Account || m.rejected[pairKey{out.row.ID, in.row.ID}] {
			continue
		}
		if e, ok := m.judge(out, in); ok {
			all = append(all, e)
		}
	}
	return all
}

// class pairs off the edges of one rank. Where a row has several that are as near, the person is
// asked; but k equal rows of one account that meet k of another pair off in their order.
func (m *matching) class(edges []edge) []TransferPair {
	rivals := make(map[*leg][]*leg)
	free := edges[:0:0]
	for _, e := range edges {
		if !e.out.used && !e.in.used {
			free = append(free, e)
			rivals[e.out], rivals[e.in] = append(rivals[e.out], e.in), append(rivals[e.in], e.out)
		}
	}
	var pairs []TransferPair
	for _, e := range free {
		if e.out.used || e.in.used {
			continue
		}
		e.out.used, e.in.used = true, true
		near := max(len(rivals[e.out]), len(rivals[e.in]))
		p := TransferPair{Out: e.out.row.ID, In: e.in.row.ID, State: TransferLinked, Reason: Reason{ID: e.reason, Args: map[string]string{
			"days": days(Date(abs(int(e.in.row.Date - e.out.row.Date)))),
		}}}
		if !e.sure || near > 1 && !twins(rivals[e.out], rivals[e.in]) {
			p.State, p.Reason.ID = TransferProposed, ReasonMaybeTransfer
			p.Reason.Args["of"] = strconv.Itoa(near)
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// twins reports whether the rows on either side are equally many and alike: whichever pair up, it
// comes to the same.
func twins(ins, outs []*leg) bool {
	alike := func(legs []*leg) bool {
		return !slices.ContainsFunc(legs, func(l *leg) bool {
			return l.row.Account != legs[0].row.Account || l.row.Date != legs[0].row.Date || l.row.Amount != legs[0].row.Amount
		})
	}
	return len(ins) == len(outs) && alike(ins) && alike(outs)
}
