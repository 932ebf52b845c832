package demobank

import "time"

// FaultKind names one way in which the bank misbehaves.
type FaultKind int

// The faults. The first three hit the next Times calls to the FDX API.
const (
	// APIUnauthorized answers 401 although the token is good.
	APIUnauthorized FaultKind = iota + 1
	// APIUnavailable answers 503.
	APIUnavailable
	// APITooMany answers 429 with Retry-After.
	APITooMany
	// CutPage breaks the connection in the middle of the Page-th transactions page
	// served from now on (1 is the next one), once.
	CutPage
	// RevokeUnavailable answers 503 to the next Times revocations, both RFC 7009 and the
	// consent's own.
	RevokeUnavailable
	// NonceLost takes the nonces of the next Times proofs for unknown. It needs a Config.Nonce.
	NonceLost
	// BridgeLapsed answers 402 to the next Times reads through Lantern Bridge.
	BridgeLapsed
)

// Fault is one switch to set. Setting a kind again replaces it; Times 0 means once.
type Fault struct {
	Kind  FaultKind
	Times int
	// Page counts transactions pages for CutPage; 0 means the next.
	Page int
	// RetryAfter goes with APITooMany, in whole seconds; 0 means 30 s.
	RetryAfter time.Duration
}

type faults map[FaultKind]Fault

// Fail makes the bank misbehave as f says.
func (b *Bank) Fail(f Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.faults == nil {
		b.faults = faults{}
	}
	f.Times = max(f.Times, 1)
	f.Page = max(f.Page, 1)
	if f.RetryAfter <= 0 {
		f.RetryAfter = 30 * time.Second
	}
	b.faults[f.Kind] = f
}

// Heal clears all faults.
func (b *Bank) Heal() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = nil
}

// take uses up one turn of the fault and reports whether there was one.
func (fs faults) take(kind FaultKind) (Fault, bool) {
	f, set := fs[kind]
	if !set {
		return Fault{}, false
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
	delete(fs, CutPage)
	return true
}
