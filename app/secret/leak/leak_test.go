package leak_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"testing"

	"coffer/app/secret/leak"
)

// TestASecretIsFoundHoweverItIsWritten: wherever it stands among other bytes, and nothing is found where it is not.
func TestASecretIsFoundHoweverItIsWritten(t *testing.T) {
	const secret = "Tök+en/7Q \"x\""
	for before := range 4 {
		text := fmt.Sprintf("%s%s and more", "abc"[:min(before, 3)], secret)
		for name, written := range map[string]string{
			"text": text, "hex": hex.EncodeToString([]byte(text)), "query": url.QueryEscape(text), "json": fmt.Sprintf("%q", text),
			"base64": base64.StdEncoding.EncodeToString([]byte(text)), "base64 of an address": base64.RawURLEncoding.EncodeToString([]byte(text)),
		} {
			if len(leak.Found([]byte("x="+written), secret)) == 0 {
				t.Errorf("as %s, %d bytes in, it is not found in %s", name, before, written)
			}
		}
	}
	if found := leak.Found([]byte("Tok+en/7Q and more"), secret, "seven", "in", "a", ""); len(found) != 0 {
		t.Errorf("found %+v", found)
	}
}
