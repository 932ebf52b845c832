package vault

import (
	"crypto/sha256"
	"hash"
)

// derive returns the key for one use by HKDF-SHA256 (RFC 5869), as crypto/hkdf does, but
// leaves no copy of any key behind. The caller wipes what it gets.
func derive(secret, salt []byte, info string) []byte {
	random := hmacSum(salt, secret)
	defer clear(random)
	return hmacSum(random, []byte(info), []byte{1})
}

// hmacSum is HMAC-SHA256 (RFC 2104) of the parts one after the other. The key has at most
// 64 bytes.
func hmacSum(key []byte, parts ...[]byte) []byte {
	const innerPad, outerPad = 0x36, 0x5c
	pad := make([]byte, sha256.BlockSize)
	defer clear(pad)
	copy(pad, key)
	xor(pad, innerPad)
	inner := sumAndWipe(sha256.New(), pad, parts...)
	defer clear(inner)
	xor(pad, innerPad^outerPad)
	return sumAndWipe(sha256.New(), pad, inner)
}

func xor(b []byte, with byte) {
	for i := range b {
		b[i] ^= with
	}
}

func sumAndWipe(h hash.Hash, first []byte, parts ...[]byte) []byte {
	defer wipe(h)
	h.Write(first)
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}
