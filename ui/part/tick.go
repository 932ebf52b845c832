package part

// NiceTicks returns about want tick values that cover low to high in round steps of 1, 2, 25
// or 5 times a power of ten. 0 is always among them. Values are minor units or counts.
func NiceTicks(low, high int64, want int) []int64 {
	low, high = min(low, 0), max(high, 0)
	if low == high {
		high = 1
	}
	step := niceStep(high-low, int64(max(want-1, 1)))
	first := low / step * step
	if first > low {
		first -= step
	}
	ticks := []int64{first}
	for ticks[len(ticks)-1] < high {
		ticks = append(ticks, ticks[len(ticks)-1]+step)
	}
	return ticks
}

// niceStep is the least round step that needs no more than parts steps for the range, or
// one part more where that fits the range much better.
func niceStep(span, parts int64) int64 {
	for base := int64(1); ; base *= 10 {
		for _, m := range []int64{10, 20, 25, 50} {
			step := base * m / 10
			if m == 25 && base < 10 || step == 0 {
				continue
			}
			if (span+step-1)/step <= parts {
				return step
			}
		}
		if base > 1<<62/10 {
			return base
		}
	}
}
