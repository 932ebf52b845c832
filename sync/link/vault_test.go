package link_test

import (
	"context"
	"errors"
	"slices"
	"sync"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/link"
)

// vault keeps links in memory and can fail.
type vault struct {
	mu          sync.Mutex
	links       map[consent.LinkID]consent.Link
	credentials map[consent.LinkID]consent.Credential
	former      []consent.Former
	seq         int64 // of the newest former grant
	receipts    []consent.Receipt
	fail        map[string]error // by what is called
	looked      chan struct{}    // hears of each Link, unless nil
	sealing     func()           // runs in SaveCredential and SaveGrant, unless nil
}

func newVault() *vault {
	return &vault{links: map[consent.LinkID]consent.Link{}, credentials: map[consent.LinkID]consent.Credential{}, fail: map[string]error{}}
}

func (v *vault) set(what string, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fail[what] = err
}

func (v *vault) Link(_ context.Context, id consent.LinkID) (consent.Link, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.looked != nil {
		v.looked <- struct{}{}
	}
	l, ok := v.links[id]
	if !ok {
		return l, fault.New(fault.NotFound, "read link", errors.New("none"))
	}
	return l, nil
}

func (v *vault) SaveLink(ctx context.Context, l consent.Link) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := errors.Join(v.fail["link"], ctx.Err()); err != nil {
		return err
	}
	v.links[l.ID] = l
	return nil
}

func (v *vault) SaveCredential(ctx context.Context, id consent.LinkID, c consent.Credential) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.sealing != nil {
		v.sealing()
	}
	if err := errors.Join(v.fail["credential"], ctx.Err()); err != nil {
		return err
	}
	v.credentials[id] = c
	return nil
}

func (v *vault) Credential(_ context.Context, id consent.LinkID) (consent.Credential, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	c, ok := v.credentials[id]
	if !ok {
		return c, fault.New(fault.NotFound, "read credential", errors.New("none"))
	}
	return c, nil
}

func (v *vault) SaveGrant(ctx context.Context, l consent.Link, c consent.Credential) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.sealing != nil {
		v.sealing()
	}
	if err := errors.Join(v.fail["credential"], v.fail["link"], ctx.Err()); err != nil {
		return err
	}
	if old, ok := v.credentials[l.ID]; ok {
		v.seq++
		was := v.links[l.ID]
		v.former = append(v.former, consent.Former{Seq: v.seq, Link: l.ID, ConsentID: was.ConsentID, ClientID: was.ClientID, Shows: was.Shows, Credential: old})
	}
	v.links[l.ID], v.credentials[l.ID] = l, c
	return nil
}

func (v *vault) FormerGrants(_ context.Context, id consent.LinkID) ([]consent.Former, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(v.former), func(f consent.Former) bool { return f.Link != id }), nil
}

func (v *vault) SaveFormer(_ context.Context, f consent.Former) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range v.former {
		if v.former[i].Seq == f.Seq {
			v.former[i] = f
		}
	}
	return nil
}

func (v *vault) DropFormer(_ context.Context, f consent.Former) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.former = slices.DeleteFunc(v.former, func(x consent.Former) bool { return x.Seq == f.Seq })
	return nil
}

func (v *vault) Settle(_ context.Context, l consent.Link, r consent.Receipt) (consent.Receipt, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.fail["settle"]; err != nil {
		return consent.Receipt{}, err
	}
	delete(v.credentials, l.ID)
	v.former = slices.DeleteFunc(v.former, func(x consent.Former) bool { return x.Link == l.ID })
	v.links[l.ID] = l
	r.Hash = consent.HashReceipt(r)
	v.receipts = append(v.receipts, r)
	return r, nil
}

func (v *vault) empty() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.links) == 0 && len(v.credentials) == 0 && len(v.former) == 0 && len(v.receipts) == 0
}

var _ link.Vault = (*vault)(nil)
