package model

import "math/bits"

// Everything here is whole numbers, so that a score is the same bit for bit on every processor.

// octave is the unit of logarithms: log2 in 256ths.
const octave = 256

// logTable holds log2(1 + i/256) in 65536ths.
var logTable = makeLogTable()

func makeLogTable() (table [257]int32) {
	for i := range table {
		x := uint64(256+i) << 24 // 1.0 is 1<<32
		var log int32
		if i == 256 {
			log, x = 1, x>>1
		}
		for range 16 {
			high, low := bits.Mul64(x, x)
			x = high<<32 | low>>32
			log <<= 1
			if x >= 2<<32 {
				x >>= 1
				log |= 1
			}
		}
		table[i] = log
	}
	return table
}

// powerTable holds 2^(i/256) in 65536ths.
var powerTable = makePowerTable()

func makePowerTable() (table [256]int32) {
	at := 0
	for i := range table {
		want := int32(i) << 8
		for logTable[at+1] <= want {
			at++
		}
		low, step := logTable[at], logTable[at+1]-logTable[at]
		table[i] = int32(256+at)<<8 + (want-low)<<8/step
	}
	return table
}

// lg returns log2(x) in 256ths; 0 of 0.
func lg(x uint64) int32 {
	if x == 0 {
		return 0
	}
	n := bits.Len64(x) - 1
	top := x << (63 - n) << 1 // the bits below the first one
	i, rest := top>>56, int32(top>>40&0xffff)
	low := logTable[i]
	fine := low + int32(int64(logTable[i+1]-low)*int64(rest)>>16)
	return int32(n)*octave + (fine+128)>>8
}

// fade returns x halved once in each half of dt, in between along a line.
func fade(x, dt, half int64) int64 {
	if dt <= 0 {
		return x
	}
	n := dt / half
	if n > 62 {
		return 0
	}
	x >>= uint(n)
	return x - x*(dt%half)/(2*half)
}

// slim fits x into a feature; none is kept for what isn't known.
func slim(x int64) int16 {
	return int16(min(max(x, -32000), 32000))
}

const none = -32768

// mix is a hash of two words of text: FNV-1a, 64 bits.
func mix(a, b string) uint64 {
	const prime = 1099511628211
	h := uint64(14695981039346656037)
	for i := range len(a) {
		h = (h ^ uint64(a[i])) * prime
	}
	h = (h ^ 0xff) * prime
	for i := range len(b) {
		h = (h ^ uint64(b[i])) * prime
	}
	return h
}
