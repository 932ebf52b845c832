package terminal

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	columnGap = 2
	payeeWide = 34 // runes
)

// table writes rows of equal length in columns; those in right are set to the right, for amounts.
func (t *terminal) table(rows [][]string, right ...int) {
	wide := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], utf8.RuneCountInString(cell))
		}
	}
	toRight := make([]bool, len(wide))
	for _, i := range right {
		toRight[i] = true
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", wide[i]-utf8.RuneCountInString(cell))
			if toRight[i] {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
			line.WriteString(strings.Repeat(" ", columnGap))
		}
		fmt.Fprintln(t.Out, strings.TrimRight(line.String(), " "))
	}
}

// clip shortens text to most runes.
func clip(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
