package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"coffer/app/fault"
	"coffer/app/secret"
)

// Prover makes the proofs that whoever sends a request holds the key that its token is bound to
// (RFC 9449). Its methods may be called from any goroutine.
type Prover interface {
	// Proof returns the header DPoP of one request; an empty one: it goes without. address has no
	// query and no fragment; access is the token that the request shows, empty for none.
	Proof(method, address string, access secret.Text) (secret.Text, error)
	// Nonce hears what the server at address wants to see in the next proof. shown says that the
	// request showed a token: data APIs and authorization servers have nonces of their own.
	Nonce(address string, shown bool, nonce string)
}

// Proving is l with a proof by p in each request, and with Bearer sent as a token that is bound to
// p's key. A server that wants its nonce in the proof (use_dpop_nonce) gets the request once more,
// with a row of its own, and no third time.
//
// A data API that refuses the proof is BankUnexpected, never an answer: such a 401 says nothing
// about the token.
func (l *Line) Proving(p Prover) *Line {
	proving := *l
	proving.prover = p
	return &proving
}

const (
	proofHeader = "Dpop" // as net/http writes it; names of headers have no case
	nonceHeader = "Dpop-Nonce"
	useNonce    = "use_dpop_nonce"
	badProof    = "invalid_dpop_proof"

	longestNonce = 1024
	peekBytes    = 8 << 10 // of a refusal, to find its code
)

// prove puts a new proof into out: each has an id that a server takes once.
func (l *Line) prove(out *http.Request, j job) error {
	if l.prover == nil {
		return nil
	}
	proof, err := l.prover.Proof(out.Method, proved(out.URL), j.access)
	if err != nil {
		return err
	}
	out.Header.Del(proofHeader)
	if !proof.Empty() {
		out.Header.Set(proofHeader, proof.Reveal())
	}
	return nil
}

// proved is u as a proof names it: RFC 9449 §4.2.
func proved(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return u.Scheme + "://" + u.Host + path
}

// convince is reach, and reach once more where the server wants a nonce.
func (l *Line) convince(out *http.Request, j job, origin string) (*http.Response, error) {
	answer, err := l.reach(out, j, origin)
	if err != nil || l.prover == nil {
		return answer, err
	}
	if heard := l.hear(out, answer, j); heard && refusedProof(answer) == useNonce {
		if err := answer.Body.Close(); err != nil {
			return nil, err
		}
		if out.GetBody != nil {
			if out.Body, err = out.GetBody(); err != nil {
				return nil, errors.New("wire: " + j.op + ": the body can't be sent again")
			}
			measure(out)
		}
		if answer, err = l.reach(out, j, origin); err != nil {
			return nil, err
		}
		l.hear(out, answer, j)
	}
	if code := refusedProof(answer); code != "" && !j.access.Empty() {
		_ = answer.Body.Close() // what counts is that the proof was refused
		return nil, fault.Because(fault.BankUnexpected, "oauth."+code, j.op, errors.New("the bank refused the proof of the key"))
	}
	return answer, nil
}

// hear hands the nonce of an answer on, and reports whether it had one.
func (l *Line) hear(out *http.Request, answer *http.Response, j job) bool {
	all := answer.Header.Values(nonceHeader)
	if len(all) != 1 || !isNonce(all[0]) {
		return false
	}
	l.prover.Nonce(proved(out.URL), !j.access.Empty(), all[0])
	return true
}

// isNonce follows RFC 9449 §8.1.
func isNonce(text string) bool {
	return text != "" && len(text) <= longestNonce &&
		!strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' || r == '\\' })
}

// refusedProof returns the code of an answer that refuses the proof, not the request: a data API
// says it in a header (RFC 9449 §9), an authorization server in JSON (§8). The body can still be read.
func refusedProof(answer *http.Response) string {
	if answer.StatusCode != http.StatusUnauthorized && answer.StatusCode != http.StatusBadRequest {
		return ""
	}
	for _, value := range answer.Header.Values("WWW-Authenticate") {
		if code := challenged(value); code == useNonce || code == badProof {
			return code
		}
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, peekBytes))
	rest := io.Reader(answer.Body)
	if err != nil {
		rest = broken{err}
	}
	answer.Body = peeked{io.MultiReader(bytes.NewReader(raw), rest), answer.Body}
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(raw, &said) != nil || said.Error != useNonce && said.Error != badProof {
		return ""
	}
	return said.Error
}

// peeked is a body of which the beginning was read.
type peeked struct {
	io.Reader
	io.Closer
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// challenged returns the error of the DPoP challenge in a WWW-Authenticate header (RFC 9110 §11.6.1),
// which may hold challenges of other schemes, and text in quotes.
func challenged(value string) string {
	scheme := ""
	for _, item := range unquotedList(value) {
		name, text, isParam := strings.Cut(item, "=")
		if first, second, two := strings.Cut(strings.TrimSpace(name), " "); two || !isParam {
			scheme, name = first, second
		}
		if isParam && strings.EqualFold(scheme, "DPoP") && strings.EqualFold(strings.TrimSpace(name), "error") {
			return strings.Trim(strings.TrimSpace(text), `"`)
		}
	}
	return ""
}

// unquotedList splits value at the commas that no quotes are around.
func unquotedList(value string) []string {
	var all []string
	quoted, from := false, 0
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			all = append(all, strings.TrimSpace(value[from:i]))
			from = i + 1
		}
	}
	return append(all, strings.TrimSpace(value[from:]))
}
