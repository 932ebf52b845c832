package banktest

import (
	"regexp"
	"strings"
)

// ownBank is what makes a provider file that ships the person's own, on this computer: its id and name, and the
// addresses that Coffer asks.
var ownBank = []struct {
	is  *regexp.Regexp
	own string
}{
	{regexp.MustCompile(`(?m)^id +=.*$`), `id = "own-bank"`}, {regexp.MustCompile(`(?m)^name +=.*$`), `name = "Own Bank"`},
	{regexp.MustCompile(`(?m)^tried `), "loopback = true\ntried "}, {regexp.MustCompile(`(?m)^(base|token)( +)= "https://[^/"]+`), `$1$2= "ORIGIN`},
}

// OwnFile returns the text of a provider file that ships as one of the person's own for c, called own-bank.
func (c *Counter) OwnFile(shipped string) string {
	for _, o := range ownBank {
		shipped = o.is.ReplaceAllString(shipped, o.own)
	}
	return strings.ReplaceAll(shipped, "ORIGIN", strings.TrimSuffix(c.URL, c.Base))
}
