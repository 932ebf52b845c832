package wire

import (
	"bufio"
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"coffer/app/fuzzed"
)

// wanted is what frames passes on of raw, said another way: whole frames one after the other.
func wanted(raw []byte) []byte {
	var out []byte
	for n := 0; len(raw) >= frameHead; n++ {
		body, kind := int(raw[0])<<16|int(raw[1])<<8|int(raw[2]), raw[3]
		end := min(frameHead+body, len(raw))
		known := kind != 2 && kind < 10
		if known || body > largest || len(out) == 0 {
			out = append(out, raw[:end]...)
		}
		raw = raw[end:]
	}
	return out
}

// FuzzFrames holds the filter of HTTP/2's frames against a plainer one, however the bytes come.
func FuzzFrames(f *testing.F) {
	const settings, head = "\x00\x00\x00\x04\x00\x00\x00\x00\x00", "\x00\x00\x01\x01\x05\x00\x00\x00\x01\x88"
	for _, seed := range []string{
		"", settings, settings + head, head + settings,
		settings + "\x00\x00\x05\x02\x00\x00\x00\x00\x0112345" + head,
		settings + "\x00\x00\x03\x0a\x00\x00\x00\x00\x00abc" + head,
		settings + "\x00\x00\x03\x0a\x00\x00\x00\x00\x00ab",
		settings + "\x01\x00\x00\x63\x00\x00\x00\x00\x00ab",
		settings + "\x00\x00\x08\x07\x00\x00\x00\x00\x0012345678",
		"HTTP/1.1 400 Bad Request\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzed.Limit(t)
		for name, in := range map[string]io.Reader{"at once": bytes.NewReader(raw), "by bytes": iotest.OneByteReader(bytes.NewReader(raw))} {
			got, err := io.ReadAll(&frames{in: bufio.NewReader(in)})
			if want := wanted(raw); !bytes.Equal(got, want) {
				t.Errorf("%s: passed on %q of %q, want %q (%v)", name, got, raw, want, err)
			}
			if err != nil && err != io.ErrUnexpectedEOF {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
