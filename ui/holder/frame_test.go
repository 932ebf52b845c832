package holder

import (
	"bytes"
	"testing"

	"coffer/app/fuzzed"
)

// FuzzFrame feeds the parser what a stranger may send: it never panics, holds to its limits, and what it
// takes comes out the same when written and read again.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{"", "\x00\x00\x00\x02{}", "\x00\x00\x00\x0e{\"kind\":\"out\"}", "\xff\xff\xff\xff", "\x00\x00\x00\x03[1]"} {
		f.Add([]byte(seed))
	}
	var good bytes.Buffer
	if err := writeFrame(&good, frame{Kind: asks, Request: &Request{Version: version, Args: []string{"balances", "--json"}}}); err != nil {
		f.Fatal(err)
	}
	f.Add(good.Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzed.Limit(t)
		got, err := readFrame(bytes.NewReader(raw))
		if err != nil {
			return
		}
		if len(got.Data) > mostFrame || len(got.Text) > 3*mostFrame {
			t.Fatalf("%d and %d bytes", len(got.Data), len(got.Text))
		}
		var first, second bytes.Buffer
		if writeFrame(&first, got) != nil {
			return // escapes made it longer than a frame
		}
		again, err := readFrame(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := writeFrame(&second, again); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("%q, then %q, %v", first.Bytes(), second.Bytes(), err)
		}
	})
}
