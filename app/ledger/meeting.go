package ledger

import (
	"cmp"
	"slices"
	"strings"
)

// meeting is rows and holds that come near each other, directly or by others: pairs among them are all the ways.
type meeting struct {
	rows  []piece
	holds []*holding
	near  map[piece][]kin
}

// mostMet is how many rows, and how many holds, are tried in all ways.
const mostMet = 6

// meetings gathers the rows and holds that come as near as most. The work grows with the pairs that come near, however long the
// chain is that they make.
func (d *desk) meetings(holds map[string][]*holding, most kinship) []*meeting {
	var rows []piece
	near := map[piece][]kin{}
	g := groups{}
	for _, p := range d.freePieces() {
		of := d.kinOf(p, holds, most)
		if len(of) == 0 {
			continue
		}
		rows, near[p] = append(rows, p), of
		for _, x := range of {
			g.join(of[0].h, x.h)
		}
	}
	var all []*meeting
	at := map[*holding]*meeting{}
	seen := map[*holding]bool{}
	for _, p := range rows {
		first := g.of(near[p][0].h)
		m := at[first]
		if m == nil {
			m = &meeting{near: map[piece][]kin{}}
			at[first], all = m, append(all, m)
		}
		m.rows, m.near[p] = append(m.rows, p), near[p]
		for _, x := range near[p] {
			if !seen[x.h] {
				seen[x.h], m.holds = true, append(m.holds, x.h)
			}
		}
	}
	return all
}

// groups are holds that come together: each points to another one of its group, and one of them to itself.
type groups map[*holding]*holding

// of is the hold that stands for the group of h.
func (g groups) of(h *holding) *holding {
	for g[h] != nil && g[h] != h {
		if next := g[g[h]]; next != nil {
			g[h] = next
		}
		h = g[h]
	}
	return h
}

func (g groups) join(a, b *holding) {
	a, b = g.of(a), g.of(b)
	g[a], g[b] = a, a
}

func (d *desk) freePieces() []piece {
	var all []piece
	for _, e := range d.in {
		if p := (piece{e: e}); d.free(p) {
			all = append(all, p)
		}
	}
	for _, h := range d.held {
		if p := (piece{h: h}); d.free(p) {
			all = append(all, p)
		}
	}
	return all
}

// onlyWay returns the pairs of m, where only one way pairs as many as can be; none where there are several. Rows of one face
// and holds of one face may be paired crosswise, and are one way.
func (m *meeting) onlyWay() []kin {
	slices.SortStableFunc(m.rows, func(a, b piece) int { return cmp.Compare(a.row().Date, b.row().Date) })
	slices.SortStableFunc(m.holds, func(a, b *holding) int { return cmp.Compare(a.row.Date, b.row.Date) })
	if pairs, plain := m.plain(); plain {
		return pairs
	}
	if len(m.rows) > mostMet || len(m.holds) > mostMet {
		return nil
	}
	w := ways{meeting: m, used: map[*holding]bool{}}
	w.try(0, nil)
	if w.other || m.leaves(w.best) {
		return nil
	}
	return w.best
}

// plain pairs rows of one face with holds of one face.
func (m *meeting) plain() ([]kin, bool) {
	row, hold := m.rows[0].face(), m.holds[0].face()
	if slices.ContainsFunc(m.rows, func(p piece) bool { return p.face() != row || len(m.near[p]) != len(m.holds) }) ||
		slices.ContainsFunc(m.holds, func(h *holding) bool { return h.face() != hold }) {
		return nil, false
	}
	if len(m.rows) > len(m.holds) {
		return nil, true
	}
	var pairs []kin
	for i, p := range m.rows {
		at := slices.IndexFunc(m.near[p], func(x kin) bool { return x.h == m.holds[i] })
		pairs = append(pairs, m.near[p][at])
	}
	return pairs, true
}

func (p piece) face() string    { return face(p.row(), p.names()) }
func (h *holding) face() string { return face(h.row, h.names()) }

// leaves reports whether a row is left over that is of the face of one that is paired.
func (m *meeting) leaves(pairs []kin) bool {
	return slices.ContainsFunc(m.rows, func(p piece) bool {
		left := !slices.ContainsFunc(pairs, func(x kin) bool { return x.piece == p })
		return left && slices.ContainsFunc(pairs, func(x kin) bool { return x.face() == p.face() })
	})
}

// ways looks for the ways to pair a meeting.
type ways struct {
	*meeting
	used  map[*holding]bool
	best  []kin
	name  string // of best, by its faces
	other bool   // another way pairs as many
}

// try pairs the rows from i on.
func (w *ways) try(i int, pairs []kin) {
	if len(pairs)+len(w.rows)-i < len(w.best) {
		return
	}
	if i == len(w.rows) {
		w.keep(pairs)
		return
	}
	for _, x := range w.near[w.rows[i]] {
		if !w.used[x.h] {
			w.used[x.h] = true
			w.try(i+1, append(pairs, x))
			w.used[x.h] = false
		}
	}
	w.try(i+1, pairs)
}

// keep notes a way, if none that is known pairs more.
func (w *ways) keep(pairs []kin) {
	var faces []string
	for _, x := range pairs {
		faces = append(faces, x.face()+" is "+x.h.face())
	}
	slices.Sort(faces)
	name := strings.Join(faces, "\n")
	if len(pairs) > len(w.best) {
		w.best, w.name, w.other = slices.Clone(pairs), name, false
		return
	}
	w.other = w.other || name != w.name
}
