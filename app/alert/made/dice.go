package made

import "math"

// Dice are random numbers that are the same in every run: splitmix64.
type Dice struct{ state uint64 }

// NewDice begins a sequence.
func NewDice(seed uint64) *Dice { return &Dice{seed} }

// Next returns 64 random bits.
func (d *Dice) Next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	return Scramble(d.state)
}

// Scramble spreads a number's bits.
func Scramble(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Unit is from 0 up to, not with, 1.
func (d *Dice) Unit() float64 { return float64(d.Next()>>11) / (1 << 53) }

// Below is a whole number from 0 up to, not with, n.
func (d *Dice) Below(n int) int { return int(d.Next() % uint64(max(n, 1))) }

// chance is true in so many cases of 1.
func (d *Dice) chance(of float64) bool { return d.Unit() < of }

// normal is about normally distributed.
func (d *Dice) normal() float64 {
	sum := -6.0
	for range 12 {
		sum += d.Unit()
	}
	return sum
}

// about spreads an amount by its logarithm.
func (d *Dice) about(middle, spread float64) float64 { return middle * math.Exp(spread*d.normal()) }

// count is how often something happens that happens so often on average.
func (d *Dice) count(mean float64) int {
	n, p := 0, math.Exp(-mean)
	for sum, u := p, d.Unit(); u > sum && n < 60; n++ {
		p *= mean / float64(n+1)
		sum += p
	}
	return n
}
