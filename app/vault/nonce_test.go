package vault

import (
	"crypto/rand"
	"testing"
)

// sealedNonces returns the nonce of every sealed record that a step wrote, each with the
// salt or the file that its key comes from.
func sealedNonces(s step, salt string) (all []string, newSalt string) {
	newSalt = salt
	if s.kind != "write" {
		return nil, salt
	}
	switch s.name {
	case mainName:
		for at := 0; at < len(s.data); at += blockBytes {
			all = append(all, mainName+string(s.data[at+nonceAt:at+spareAt]))
		}
	case logName:
		for at := 0; at < len(s.data); at += blockBytes {
			block := s.data[at:]
			if s.off == 0 && at == 0 {
				newSalt = string(block[logSaltAt:logHeadAt])
				all = append(all, newSalt+string(block[logHeadAt:logHeadAt+nonceBytes]))
				continue
			}
			all = append(all, newSalt+string(block[:nonceBytes]))
		}
	case mapName:
		all = append(all, mapName+string(s.data[:nonceBytes]))
	case mapName + ".new":
		all = append(all, mapName+string(s.data[:nonceBytes]), mapName+string(s.data[mapBodyAt:mapBodyAt+nonceBytes]))
	}
	return all, newSalt
}

func TestNoKeyAndNonceTwiceAndNoLogSaltTwice(t *testing.T) {
	r := record(t)
	seen, salts, salt := map[string]bool{}, map[string]bool{}, ""
	for _, s := range r.disk.steps {
		nonces, now := sealedNonces(s, salt)
		if now != salt && salts[now] {
			t.Error("a log salt came back")
		}
		salt, salts[now] = now, true
		for _, nonce := range nonces {
			if seen[nonce] {
				t.Fatal("a nonce came back under its key")
			}
			seen[nonce] = true
		}
	}
	if len(salts) < 6 || len(seen) < 500 {
		t.Errorf("only %d salts and %d nonces: too few to tell", len(salts), len(seen))
	}
}

// A million seals of one file: by chance alone a repeat has odds below 2^-57.
func TestAMillionNoncesDiffer(t *testing.T) {
	const count = 1_000_000
	n := &nonces{random: rand.Reader}
	seen := make(map[[nonceBytes]byte]struct{}, count)
	for range count {
		var nonce [nonceBytes]byte
		if err := n.next(nonce[:]); err != nil {
			t.Fatal(err)
		}
		seen[nonce] = struct{}{}
	}
	if len(seen) != count {
		t.Errorf("%d of %d repeat", count-len(seen), count)
	}
	if !allZero(n.pool[n.left:]) {
		t.Error("nonces that were handed out are still in the pool")
	}
}
