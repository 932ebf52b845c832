package statement

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// The encodings that Decode tells apart.
const (
	UTF8        = "UTF-8"
	UTF16       = "UTF-16"
	Windows1252 = "Windows-1252"
)

// Decode returns the text of raw as valid UTF-8 without byte order mark and NULs, and the
// encoding it was in. The bytes decide, not what a header says: banks write UTF-8 under
// CHARSET:1252 and the reverse.
func Decode(raw string) (text, encoding string) {
	switch {
	case strings.HasPrefix(raw, "\xff\xfe"):
		return fromUTF16(raw[2:], 0, 1), UTF16
	case strings.HasPrefix(raw, "\xfe\xff"):
		return fromUTF16(raw[2:], 1, 0), UTF16
	case len(raw) >= 4 && raw[0] != 0 && raw[1] == 0 && raw[2] != 0 && raw[3] == 0:
		return fromUTF16(raw, 0, 1), UTF16
	case len(raw) >= 4 && raw[0] == 0 && raw[1] != 0 && raw[2] == 0 && raw[3] != 0:
		return fromUTF16(raw, 1, 0), UTF16
	}
	raw = strings.TrimPrefix(raw, "\ufeff")
	if strings.IndexByte(raw, 0) >= 0 {
		raw = strings.ReplaceAll(raw, "\x00", "")
	}
	if utf8.ValidString(raw) {
		return raw, UTF8
	}
	if mostlyUTF8(raw) {
		return strings.ToValidUTF8(raw, "\ufffd"), UTF8
	}
	text, err := charmap.Windows1252.NewDecoder().String(raw)
	if err != nil {
		text = strings.ToValidUTF8(raw, "\ufffd")
	}
	return text, Windows1252
}

// fromUTF16 reads pairs of bytes; low and high are the places of the two in a pair.
func fromUTF16(raw string, low, high int) string {
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		if unit := uint16(raw[i+low]) | uint16(raw[i+high])<<8; unit != 0 {
			units = append(units, unit)
		}
	}
	return string(utf16.Decode(units))
}

// mostlyUTF8 knows a UTF-8 file in which some field was cut in the middle of a letter: broken
// letters are rare beside whole ones, which Windows-1252 text has hardly ever.
func mostlyUTF8(raw string) bool {
	const atLeast, perBroken = 3, 10
	whole, broken := 0, 0
	for i := 0; i < len(raw); {
		if raw[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(raw[i:])
		if r == utf8.RuneError && size == 1 {
			broken++
		} else {
			whole++
		}
		i += size
	}
	return whole >= atLeast && whole >= perBroken*broken
}
