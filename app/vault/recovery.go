package vault

import (
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"coffer/app/secret"
)

const (
	recoveryBytes  = 20
	recoveryGroups = 8
	groupLetters   = 4
	// crockford has no I, L, O and U, so none of them can be misread.
	crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

var errRecoveryShape = errors.New("a recovery key has 32 letters and digits")

func recoveryText() *base32.Encoding {
	return base32.NewEncoding(crockford).WithPadding(base32.NoPadding)
}

// RecoveryKey opens the vault without the passphrase. It is shown once, to be written
// on paper. It never prints; only Groups and Text give it away.
type RecoveryKey struct{ open func() [recoveryBytes]byte }

func newRecoveryKey(random io.Reader) (*RecoveryKey, error) {
	var code [recoveryBytes]byte
	if _, err := io.ReadFull(random, code[:]); err != nil {
		return nil, fmt.Errorf("draw recovery key: %w", err)
	}
	return &RecoveryKey{func() [recoveryBytes]byte { return code }}, nil
}

// Groups returns the key as 8 groups of 4, for the one place that shows it.
func (k RecoveryKey) Groups() [recoveryGroups]string {
	var groups [recoveryGroups]string
	text := k.letters()
	for i := range groups {
		groups[i] = text[i*groupLetters : (i+1)*groupLetters]
	}
	return groups
}

// Text returns the key as it is written down, groups parted by hyphens.
func (k RecoveryKey) Text() secret.Text {
	groups := k.Groups()
	return secret.New(strings.Join(groups[:], "-"))
}

// MatchGroup reports whether typed is group i, from 0, read kindly: any case, O for 0,
// I and L for 1.
func (k RecoveryKey) MatchGroup(i int, typed string) bool {
	groups := k.Groups()
	return i >= 0 && i < len(groups) && normalizeRecovery(typed) == groups[i]
}

// Format answers every verb of fmt.
func (RecoveryKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[redacted]") }

func (k RecoveryKey) letters() string {
	if k.open == nil {
		return strings.Repeat("0", recoveryGroups*groupLetters)
	}
	code := k.open()
	defer clear(code[:])
	return recoveryText().EncodeToString(code[:])
}

// parseRecovery reads a recovery key as typed.
func parseRecovery(typed secret.Text) (*RecoveryKey, error) {
	raw, err := recoveryText().DecodeString(normalizeRecovery(typed.Reveal()))
	if err != nil || len(raw) != recoveryBytes {
		return nil, errRecoveryShape
	}
	code := [recoveryBytes]byte(raw)
	clear(raw)
	return &RecoveryKey{func() [recoveryBytes]byte { return code }}, nil
}

func normalizeRecovery(typed string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToUpper(r); {
		case r == 'O':
			return '0'
		case r == 'I', r == 'L':
			return '1'
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r):
			return -1
		}
		return r
	}, typed)
}

// slotKey is the key of the recovery slot. The code has 160 random bits, so it needs no
// stretching.
func (k RecoveryKey) slotKey(vault [idBytes]byte, salt []byte) []byte {
	code := k.open()
	defer clear(code[:])
	return derive(code[:], salt, "coffer/1 recovery slot"+string(vault[:]))
}
