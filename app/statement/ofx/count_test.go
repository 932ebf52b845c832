package ofx_test

import (
	"regexp"

	"coffer/app/statement"
)

var (
	hidden = regexp.MustCompile(`(?s)<!--.*?-->|<!\[CDATA\[.*?\]\]>`)
	rowTag = regexp.MustCompile(`(?i)<STMTTRNP?([ \t\r\n][^<>]*=[^<>]*|[ \t\r\n]*)/?>`)
)

// countRows counts movements by another way than the reader's.
func countRows(raw string) int {
	text, _ := statement.Decode(raw)
	return len(rowTag.FindAllString(hidden.ReplaceAllString(text, ""), -1))
}
