package demobank

import (
	"errors"
	"time"
)

const (
	accessPrefix  = "nlat_"
	refreshPrefix = "nlrt_"
	refreshLife   = 400 * 24 * time.Hour // beyond any consent; the consent ends it
)

// minted is what the token endpoint hands out; the bank itself keeps only the hashes.
type minted struct {
	access  string
	refresh string
	kind    string // token_type
	grant   *grant
	asked   *request // that a code was given for; nil where none was exchanged
}

func (b *Bank) openGrant(c *code) *grant {
	now := b.now()
	g := &grant{
		ID: "nlc_" + randomText(15), Accounts: c.accounts, Status: grantActive,
		Created: now, Updated: now, Expires: now.AddDate(0, 0, c.days),
		Days: c.days, Lookback: c.request.lookback, Scope: c.request.scope,
	}
	b.state.Grants = append(b.state.Grants, g)
	b.saw(GrantCreated, g.ID)
	return g
}

// mint makes tokens that are bound to the key with that thumbprint; "" binds them to none.
func (b *Bank) mint(g *grant, key string) minted {
	m := minted{access: accessPrefix + randomText(32), refresh: refreshPrefix + randomText(32), kind: "Bearer", grant: g}
	if key != "" {
		m.kind = "DPoP"
	}
	now := b.now()
	b.state.Tokens = append(b.state.Tokens,
		&token{Hash: hashOf(m.access), Grant: g.ID, Key: key, Status: tokenLive, Expires: now.Add(b.accessLife)},
		&token{Hash: hashOf(m.refresh), Grant: g.ID, Key: key, Refresh: true, Status: tokenLive, Expires: now.Add(refreshLife)})
	return m
}

// refresh rotates (RFC 9700 §4.14.2): the old token dies with its first use, and a second
// use of it ends the whole grant, because one of the two users was not the client.
//
// A token that is shown without the key it is bound to is refused, and nothing else happens: whoever
// has it can't end the grant either.
func (b *Bank) refresh(secret string, p *proof) (minted, bool) {
	t := b.state.token(secret)
	if t == nil || !t.Refresh {
		b.saw(RefreshRefused, "")
		return minted{}, false
	}
	if !heldBy(p, t.Key) {
		b.saw(ProofRefused, t.Grant)
		return minted{}, false
	}
	g := b.state.grant(t.Grant)
	if t.Status == tokenRotated && g.statusAt(b.now()) == grantActive {
		b.saw(RefreshReused, g.ID)
		b.revokeGrant(g, "FRAUD", "DATA_PROVIDER", true)
	}
	if t.Status != tokenLive || g.statusAt(b.now()) != grantActive || !b.now().Before(t.Expires) {
		b.saw(RefreshRefused, t.Grant)
		return minted{}, false
	}
	t.Status = tokenRotated
	m := b.mint(g, t.Key)
	b.saw(TokenRefreshed, g.ID)
	return m, true
}

// Revoke ends a consent at the bank, as a person does at the counter: the app learns it
// from its next call. An unknown or ended grant is an error.
func (b *Bank) Revoke(grantID string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	g := b.state.grant(grantID)
	if g == nil || g.statusAt(b.now()) != grantActive {
		return errors.New("revoke a grant at the bank: no such active grant")
	}
	b.revokeGrant(g, "USER_ACTION", "INDIVIDUAL", true)
	return b.save()
}

// Renumber gives the accounts other ids, as a bank does that makes new ones for each consent; with
// shuffle it gives each the id of another. It holds until the bank stops. Consents that are open go on
// with the ids that they were given for.
func (b *Bank) Renumber(shuffle bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if ids := &b.life.ids; shuffle {
		ids[everyday], ids[reserve], ids[card] = ids[reserve], ids[card], ids[everyday]
		return
	}
	for on := range b.life.ids {
		b.life.ids[on] = "nla_" + randomText(15)
	}
}

// revokeGrant ends the consent. With tokens it kills them one by one as well; without, an
// access token can still look at its own consent, to see that it is over.
func (b *Bank) revokeGrant(g *grant, reason, initiator string, tokens bool) {
	if g.statusAt(b.now()) == grantActive {
		g.Status, g.Updated = grantRevoked, b.now()
		g.Reason, g.Initiator = reason, initiator
		b.saw(GrantRevoked, g.ID)
	}
	for _, t := range b.state.Tokens {
		if t.Grant == g.ID && t.Status == tokenLive && (tokens || t.Refresh) {
			t.Status = tokenRevoked
		}
	}
}

// revokeToken is RFC 7009: a refresh token takes its whole grant along, an access token
// only itself.
func (b *Bank) revokeToken(secret string) {
	t := b.state.token(secret)
	if t == nil {
		return
	}
	if t.Refresh {
		b.revokeGrant(b.state.grant(t.Grant), "USER_ACTION", "DATA_RECIPIENT", true)
	}
	t.Status = tokenRevoked
	b.saw(TokenRevoked, t.Grant)
}

// live returns the grant that an access token opens, for data.
func (b *Bank) live(secret string) (*grant, bool) {
	t := b.state.token(secret)
	if t == nil || t.Refresh {
		b.saw(AccessRefused, "")
		return nil, false
	}
	g := b.state.grant(t.Grant)
	if t.Status != tokenLive || !b.now().Before(t.Expires) || g.statusAt(b.now()) != grantActive {
		b.saw(AccessRefused, t.Grant)
		return nil, false
	}
	return g, true
}

// own is live for the consent resource alone: it also opens for a consent that has ended.
func (b *Bank) own(secret string) (*grant, bool) {
	t := b.state.token(secret)
	if t == nil || t.Refresh || t.Status != tokenLive || !b.now().Before(t.Expires) {
		return b.live(secret)
	}
	return b.state.grant(t.Grant), true
}
