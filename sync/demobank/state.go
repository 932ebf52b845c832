package demobank

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const stateVersion = 1

// state is all that outlives a start. It holds no name, no number and no token: accounts
// are opaque ids, tokens are SHA-256 sums.
type state struct {
	path    string
	Version int           `json:"version"`
	Seed    uint64        `json:"seed"`
	Born    time.Time     `json:"born"`
	Shift   time.Duration `json:"shift"`
	Grants  []*grant      `json:"grants"`
	Tokens  []*token      `json:"tokens"`
	Apps    []*bridgeApp  `json:"apps,omitempty"` // at Lantern Bridge
}

type grant struct {
	ID        string    `json:"id"`
	Accounts  []string  `json:"accounts"`
	Status    string    `json:"status"`
	Created   time.Time `json:"created"`
	Updated   time.Time `json:"updated"`
	Expires   time.Time `json:"expires"`
	Days      int       `json:"days"`
	Lookback  int       `json:"lookback"` // days; 0 = all there is
	Scope     string    `json:"scope"`
	Reason    string    `json:"reason,omitempty"`
	Initiator string    `json:"initiator,omitempty"`
}

type token struct {
	Hash    string    `json:"sha256"`
	Grant   string    `json:"grant"`
	Key     string    `json:"jkt,omitempty"` // thumbprint of the key that it is bound to
	Refresh bool      `json:"refresh,omitempty"`
	Status  string    `json:"status"`
	Expires time.Time `json:"expires"`
}

const (
	grantActive  = "ACTIVE"
	grantExpired = "EXPIRED"
	grantRevoked = "REVOKED"

	tokenLive    = "live"
	tokenRotated = "rotated"
	tokenRevoked = "revoked"
)

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func openState(path string, seed uint64, now time.Time) (state, error) {
	fresh := state{path: path, Version: stateVersion, Seed: seed, Born: dayOf(now)}
	if fresh.Seed == 0 {
		fresh.Seed = defaultSeed
	}
	if path == "" {
		return fresh, nil
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, fresh.write()
	}
	if err != nil {
		return state{}, err
	}
	kept := state{path: path}
	if err := json.Unmarshal(raw, &kept); err != nil {
		return state{}, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	if kept.Version != stateVersion || kept.Seed == 0 || kept.Born.IsZero() {
		return state{}, fmt.Errorf("read %s: version %d is not one this program knows", filepath.Base(path), kept.Version)
	}
	if seed != 0 && seed != kept.Seed {
		return state{}, errors.New("the state belongs to another seed")
	}
	return kept, nil
}

// write replaces the file in one step, readable by its owner alone.
func (s *state) write() error {
	if s.path == "" {
		return nil
	}
	raw, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(s.path), ".demobank-*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(raw)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), s.path)
}

func (b *Bank) save() error {
	b.forget()
	if err := b.state.write(); err != nil {
		return fmt.Errorf("save the demo bank's state: %w", err)
	}
	return nil
}

// forget drops what can no longer matter: access tokens a day after their end, and refresh
// tokens that are dead and were issued over 30 days ago.
func (b *Bank) forget() {
	const day = 24 * time.Hour
	now := b.now()
	b.state.Tokens = slices.DeleteFunc(b.state.Tokens, func(t *token) bool {
		if !t.Refresh {
			return now.After(t.Expires.Add(day))
		}
		return t.Status != tokenLive && now.After(t.Expires.Add(30*day-refreshLife))
	})
}

func (s *state) grant(id string) *grant {
	for _, g := range s.Grants {
		if g.ID == id {
			return g
		}
	}
	return nil
}

func (s *state) token(secret string) *token {
	hash := hashOf(secret)
	for _, t := range s.Tokens {
		if t.Hash == hash {
			return t
		}
	}
	return nil
}

func (g *grant) statusAt(now time.Time) string {
	if g.Status == grantActive && !now.Before(g.Expires) {
		return grantExpired
	}
	return g.Status
}
