package model

// A sketch counts sizes by their logarithm, an eighth of an octave to a place, so that a percentile costs one pass.
const (
	sketchStep   = octave / 8
	sketchLow    = -4 * octave // 0.06 of the rough unit, and less
	sketchPlaces = 22 * 8
	sketchMost   = 2000 // rows, after which all counts are halved: the usual of long ago fades
)

type sketch struct {
	rows   int64 // that ever were added
	count  int64 // that counts hold
	most   int32
	counts [sketchPlaces]uint16
}

func placeOf(lg int32) int {
	return int(min(max((lg-sketchLow)/sketchStep, 0), sketchPlaces-1))
}

func (s *sketch) add(lg int32) {
	if s.rows == 0 || lg > s.most {
		s.most = lg
	}
	s.rows++
	s.counts[placeOf(lg)]++
	s.count++
	if s.count >= sketchMost {
		s.count = 0
		for i := range s.counts {
			s.counts[i] /= 2
			s.count += int64(s.counts[i])
		}
	}
}

// stand is how a size stands among those of a sketch.
type stand struct {
	p10, p25, p50, p75, p90, p99 int32 // logarithms; 0 of an empty sketch
	below                        int64 // thousandths of rows below the size
}

func (s *sketch) stand(lg int32) (out stand) {
	if s.count == 0 {
		return out
	}
	at := placeOf(lg)
	marks := [6]int64{s.count * 10, s.count * 25, s.count * 50, s.count * 75, s.count * 90, s.count * 99}
	found := [6]int32{}
	next, before := 0, int64(0)
	for i, c := range s.counts {
		if c == 0 {
			if i == at {
				out.below = before * 1000 / s.count
			}
			continue
		}
		after := before + int64(c)
		for next < 6 && after*100 >= marks[next] {
			part := (marks[next] - before*100) * sketchStep / (int64(c) * 100)
			found[next] = sketchLow + int32(i)*sketchStep + int32(part)
			next++
		}
		if i == at {
			out.below = (2*before + int64(c)) * 500 / s.count
		}
		before = after
	}
	out.p10, out.p25, out.p50, out.p75, out.p90, out.p99 = found[0], found[1], found[2], found[3], found[4], found[5]
	return out
}

// median is the p50 of stand.
func (s *sketch) median() int32 {
	if s.count == 0 {
		return 0
	}
	before, mark := int64(0), s.count*50
	for i, c := range s.counts {
		after := before + int64(c)
		if c != 0 && after*100 >= mark {
			return sketchLow + int32(i)*sketchStep + int32((mark-before*100)*sketchStep/(int64(c)*100))
		}
		before = after
	}
	return 0
}
