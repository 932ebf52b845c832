package part

import "slices"

// Span is rows From to To, without To.
type Span struct{ From, To int }

// spans is a set of rows, kept as spans in order that don't touch: a million picked rows
// are one span.
type spans struct{ all []Span }

func (s *spans) list() []Span { return slices.Clone(s.all) }

func (s *spans) has(id int) bool {
	i, found := slices.BinarySearchFunc(s.all, id, func(sp Span, id int) int {
		switch {
		case id < sp.From:
			return 1
		case id >= sp.To:
			return -1
		default:
			return 0
		}
	})
	return found && i >= 0
}

func (s *spans) only(from, to int) {
	s.all = s.all[:0]
	if from < to {
		s.all = append(s.all, Span{from, to})
	}
}

// toggle puts one row in or takes it out.
func (s *spans) toggle(id int) {
	if s.has(id) {
		s.remove(id)
		return
	}
	s.all = append(s.all, Span{id, id + 1})
	slices.SortFunc(s.all, func(a, b Span) int { return a.From - b.From })
	joined := s.all[:1]
	for _, sp := range s.all[1:] {
		if last := &joined[len(joined)-1]; last.To == sp.From {
			last.To = sp.To
			continue
		}
		joined = append(joined, sp)
	}
	s.all = joined
}

func (s *spans) remove(id int) {
	out := make([]Span, 0, len(s.all)+1)
	for _, sp := range s.all {
		if id < sp.From || id >= sp.To {
			out = append(out, sp)
			continue
		}
		if sp.From < id {
			out = append(out, Span{sp.From, id})
		}
		if id+1 < sp.To {
			out = append(out, Span{id + 1, sp.To})
		}
	}
	s.all = out
}
