package demobank

import (
	"math"
	"net/http"
	"time"
)

// FaultKind names one way in which a bank misbehaves.
type FaultKind int

// The faults. The first three hit the next Times calls to the data API.
const (
	// APIUnauthorized answers 401 although the token is good.
	APIUnauthorized FaultKind = iota + 1
	// APIUnavailable answers 503.
	APIUnavailable
	// APITooMany answers 429 with Retry-After.
	APITooMany
	// CutPage breaks the connection in the middle of the Page-th transactions page
	// served from now on (1 is the next one), Times times.
	CutPage
	// RevokeUnavailable answers 503 to the next Times revocations: RFC 7009, the consent's own, and
	// Pocketwell's logout.
	RevokeUnavailable
	// NonceLost takes the nonces of the next Times proofs for unknown. It needs a Config.Nonce.
	NonceLost
	// BridgeLapsed answers 402 to the next Times reads through Lantern Bridge.
	BridgeLapsed
	// NeedsApproval answers 403 until it is healed; at Pocketwell as before the approval on the phone, which
	// heals it.
	NeedsApproval
	// Slow holds every answer of the data API back for Delay, or until it is healed.
	Slow
	// LoopPages has every page of transactions name itself as the next one, until it is healed.
	LoopPages
	// NextElsewhere has every page of transactions name a next page at another host, until it is healed.
	NextElsewhere
)

// The banks that a Fault is of.
const (
	Northlight = ""
	Pocketwell = "pocketwell"
)

// Always is the Times of a fault that lasts until it is healed.
const Always = math.MaxInt

// elsewhereNext is an address that nobody must follow.
const elsewhereNext = "https://elsewhere.example/transactions?page=2"

// Fault is one switch to set. Setting a kind again replaces it; Times 0 means once.
type Fault struct {
	Bank  string // Northlight or Pocketwell
	Kind  FaultKind
	Times int
	// Page counts transactions pages for CutPage; 0 means the next.
	Page int
	// RetryAfter goes with APITooMany, in whole seconds; 0 means 30 s.
	RetryAfter time.Duration
	// Delay goes with Slow; 0 means 8 s.
	Delay time.Duration
}

type faults map[FaultKind]Fault

// Fail makes a bank misbehave as f says.
func (b *Bank) Fail(f Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	to := b.faultsOf(f.Bank)
	if *to == nil {
		*to = faults{}
	}
	f.Times = max(f.Times, 1)
	f.Page = max(f.Page, 1)
	if f.RetryAfter <= 0 {
		f.RetryAfter = 30 * time.Second
	}
	if f.Delay <= 0 {
		f.Delay = 8 * time.Second
	}
	(*to)[f.Kind] = f
}

func (b *Bank) faultsOf(bank string) *faults {
	if bank == Pocketwell {
		return &b.pocket.faults
	}
	return &b.faults
}

// Heal clears all faults of both banks.
func (b *Bank) Heal() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults, b.pocket.faults = nil, nil
	b.healed()
}

// heal clears one fault.
func (b *Bank) heal(bank string, kind FaultKind) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(*b.faultsOf(bank), kind)
	b.healed()
}

// healed lets go of what is stalled. It is called under mu.
func (b *Bank) healed() {
	if b.stalled != nil {
		close(b.stalled)
		b.stalled = nil
	}
}

// stall holds a call back while the bank is Slow.
func (b *Bank) stall(r *http.Request, bank string) {
	b.mu.Lock()
	f, slow := (*b.faultsOf(bank))[Slow]
	if slow && b.stalled == nil {
		b.stalled = make(chan struct{})
	}
	until := b.stalled
	b.mu.Unlock()
	if !slow {
		return
	}
	over := time.NewTimer(f.Delay)
	defer over.Stop()
	select {
	case <-until:
	case <-over.C:
	case <-r.Context().Done():
	}
}

// take uses up one turn of the fault and reports whether there was one.
func (fs faults) take(kind FaultKind) (Fault, bool) {
	f, set := fs[kind]
	if !set {
		return Fault{}, false
	}
	if f.Times == Always {
		return f, true
	}
	if f.Times--; f.Times <= 0 {
		delete(fs, kind)
	} else {
		fs[kind] = f
	}
	return f, true
}

// cutNow counts one transactions page and reports whether this is the one to cut.
func (fs faults) cutNow() bool {
	f, set := fs[CutPage]
	if !set {
		return false
	}
	if f.Page--; f.Page > 0 {
		fs[CutPage] = f
		return false
	}
	f.Page = 1
	fs[CutPage] = f
	_, _ = fs.take(CutPage)
	return true
}
