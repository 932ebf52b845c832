package banks

import (
	"coffer/ui/look"
	"coffer/ui/part"
)

// callsLeft is the meter of what the bank lets Coffer ask in a day.
func (c *card) callsLeft() part.Fact {
	v, l := c.screen.voice, c.link
	words, alone := v.CallsLeft(l.Limits, l.Left)
	left, of := l.Left.Reads, l.Limits.Reads
	if of == 0 && alone != "" {
		words, left, of = alone, l.Left.Alone, l.Limits.Alone
	} else if alone != "" {
		words += ", " + alone
	}
	fact := part.Fact{Label: v.T("banks.calls", "Calls left"), Text: words}
	if of > 0 {
		fact.Value = part.Row(8, part.NewCells(left, of), part.NewText(words, part.Style{Role: look.Small}))
	}
	return fact
}
