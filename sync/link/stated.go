package link

import (
	"cmp"
	"slices"
)

// stated is what a provider file says in place of metadata. Nothing promises the answer's issuer then
// (RFC 9207); PKCE is sent, and proofs where the file wants them.
func (p Provider) stated() metadata {
	m := metadata{Authorization: p.Stated.Authorization, Token: p.Stated.Token, Revocation: p.Stated.Revocation, PAR: p.Stated.PAR}
	if p.Proves {
		m.ProofAlgs = []string{proofAlg}
	}
	return m
}

// home is whose domain the sign-in is on: the issuer, the token endpoint of a server without metadata, or the
// data API whose own consent call says where to sign in.
func (p Provider) home() string { return cmp.Or(p.Issuer, p.Stated.Token, p.API) }

// from is what judges the issuer that an answer names. Where none is known it must be of a domain that the
// provider file lists: an answer that names another bank's is that bank's (the mix-up of RFC 9207 §1).
func (p Provider) from(origins []string) func(issuer string) bool {
	if p.Issuer != "" {
		return func(issuer string) bool { return issuer == p.Issuer }
	}
	return func(issuer string) bool {
		return slices.ContainsFunc(origins, func(o string) bool { return sameOwner(o, issuer) })
	}
}
