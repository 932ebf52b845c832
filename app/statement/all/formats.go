// Package all lists the statement formats that Coffer reads.
package all

import (
	"coffer/app/statement"
	"coffer/app/statement/ofx"
)

// Formats returns the formats, surest to know first: statement.Read asks them in this order.
func Formats() []statement.Format {
	return []statement.Format{
		{Name: "ofx", Sniff: ofx.Sniff, Read: ofx.Read},
	}
}
