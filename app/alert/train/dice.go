package main

// dice are random numbers that are the same in every run: splitmix64.
type stream struct{ state uint64 }

func dice(seed uint64) *stream { return &stream{seed} }

func (s *stream) next() uint64 {
	s.state += 0x9e3779b97f4a7c15
	return scramble(s.state)
}

func scramble(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit is from 0 up to, not with, 1.
func (s *stream) unit() float64 { return float64(s.next()>>11) / (1 << 53) }
