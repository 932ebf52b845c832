package banks

import (
	"coffer/ui/look"
	"coffer/ui/part"
)

// callsLeft is the meter of what the bank lets Coffer ask in a day.
func (c *card) callsLeft() []part.Fact {
	v, l := c.screen.voice, c.link
	calls, alone := v.CallsLeft(l.Left.Reads, l.Limits.Reads, l.Left.Until), v.AloneLeft(l.Left.Alone, l.Limits.Alone)
	var facts []part.Fact
	meter := func(words string, left, of int) {
		fact := part.Fact{Label: v.T("banks.calls", "Calls left"), Text: words}
		if of > 0 {
			cells, said := part.NewCells(left, of), part.NewText(words, part.Style{Role: look.Small})
			if fact.Value = part.Row(8, cells, said); left == 0 { // it says until when, too
				fact.Value = part.Stack(4, cells, said)
			}
		}
		if len(facts) > 0 {
			fact.Label = ""
		}
		facts = append(facts, fact)
	}
	if l.Limits.Reads > 0 || l.Limits.Alone == 0 {
		meter(calls, l.Left.Reads, l.Limits.Reads)
	}
	if l.Limits.Alone > 0 {
		meter(alone, l.Left.Alone, l.Limits.Alone)
	}
	return facts
}
