package link

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/sync/wire"
)

// metadata is what RFC 8414 tells, as far as it is used.
type metadata struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Revocation    string   `json:"revocation_endpoint"`
	PAR           string   `json:"pushed_authorization_request_endpoint"`
	RequirePAR    bool     `json:"require_pushed_authorization_requests"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	Device        string   `json:"device_authorization_endpoint"` // RFC 8628
	Registration  string   `json:"registration_endpoint"`         // RFC 7591
	Keys          string   `json:"jwks_uri"`
	IDAlgs        []string `json:"id_token_signing_alg_values_supported"`
	ProofAlgs     []string `json:"dpop_signing_alg_values_supported"` // RFC 9449
	Aliases       aliases  `json:"mtls_endpoint_aliases"`
	SendsIssuer   bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
}

const metadataBytes = 256 << 10

var errNoMetadata = errors.New("it is no JSON of the right shape")

// discover reads the metadata of p's issuer and checks that it can be used. Whether its addresses
// may be is for Attempt.approve.
func discover(ctx context.Context, line *wire.Line, p Provider) (metadata, error) {
	const op = "read the bank's metadata"
	if p.untold() {
		return metadata{}, nil
	}
	if p.Issuer == "" {
		m := p.stated()
		return m, m.check(p)
	}
	places, err := wellKnown(p.Issuer)
	if err != nil {
		return metadata{}, fault.Because(fault.BankUnexpected, "link.issuer", op, err)
	}
	for i, place := range places {
		var m metadata
		status, err := readJSON(ctx, line, place, &m)
		// A server with OpenID's metadata alone need not say 404 at the other place.
		again := i+1 < len(places) && (status/100 == 4 && status != http.StatusTooManyRequests || errors.Is(err, errNoMetadata))
		switch {
		case again || err == nil && status == http.StatusNotFound:
			continue
		case err != nil:
			return metadata{}, err
		case status != http.StatusOK:
			return metadata{}, statusFault(op, status)
		}
		m = m.aliased(p)
		return m, m.check(p)
	}
	return metadata{}, fault.Because(fault.BankUnexpected, "link.metadata", op, errors.New("there is none"))
}

// wellKnown lists where the metadata may be: RFC 8414 §3.1 puts the well-known part before
// the issuer's path, OpenID Connect behind it.
func wellKnown(issuer string) ([]string, error) {
	u, err := url.Parse(issuer)
	if err != nil || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, errors.New("the issuer is no issuer by RFC 8414 §2")
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	base := u.Scheme + "://" + u.Host
	return []string{
		base + "/.well-known/oauth-authorization-server" + path,
		base + path + "/.well-known/openid-configuration",
	}, nil
}

func readJSON(ctx context.Context, line *wire.Line, address string, into any) (int, error) {
	const op = "read the bank's metadata"
	answer, err := line.Do(ctx, wire.Request{
		Purpose: egress.Purpose{ID: "metadata"}, Method: http.MethodGet, URL: address, Path: templateOf(address), MaxBytes: metadataBytes,
	})
	if err != nil {
		return 0, err
	}
	raw, err := io.ReadAll(answer.Body)
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return 0, err
	}
	if answer.Status == http.StatusOK && json.Unmarshal(raw, into) != nil {
		return 0, fault.Because(fault.BankUnexpected, "link.metadata", op, errNoMetadata)
	}
	return answer.Status, nil
}

func (m metadata) check(p Provider) error {
	const op = "check the bank's metadata"
	wrong := func(reason, text string) error {
		return fault.Because(fault.BankUnexpected, reason, op, errors.New(text))
	}
	switch {
	case p.Registers && m.Registration == "":
		return wrong("link.registration", "there is no registration_endpoint")
	case m.Issuer != p.Issuer:
		return wrong("link.issuer", "it is of another issuer")
	case p.Device && m.Device == "":
		return wrong("link.device", "there is no device_authorization_endpoint")
	case m.Authorization == "" && !p.Device || m.Token == "":
		return wrong("link.metadata", "an endpoint is missing")
	case m.RequirePAR && m.PAR == "" && !p.Device:
		return wrong("link.metadata", "PAR is required and not offered")
	case len(m.Challenges) > 0 && !p.Device && !slices.Contains(m.Challenges, "S256"):
		return wrong("link.pkce", "PKCE with S256 is not offered")
	}
	return m.checkOpenID(p)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func (m metadata) endpoints(api string) consent.Endpoints {
	return consent.Endpoints{
		Authorization: m.Authorization, Token: m.Token, Revocation: m.Revocation, PAR: m.PAR, Device: m.Device, API: strings.TrimSuffix(api, "/"),
	}
}

// consentRequest is FDX's Rich Authorization Request (RFC 9396): what is asked for, how far
// back and for how long.
type consentRequest struct {
	Type    string `json:"type"`
	Request struct {
		DurationType   string     `json:"durationType"`
		DurationPeriod int        `json:"durationPeriod,omitempty"` // days
		LookbackPeriod int        `json:"lookbackPeriod,omitempty"` // days
		Resources      []resource `json:"resources"`
	} `json:"consentRequest"`
}

type resource struct {
	ResourceType string   `json:"resourceType"`
	DataClusters []string `json:"dataClusters"`
}

// detailsType is FDX's, RFC 9396 §2.
const detailsType = "fdx_v1.0"

// details returns the authorization_details for p, or "" where its dialect has none.
func details(p Provider) (string, error) {
	if p.Dialect != "fdx" || p.Plain {
		return "", nil
	}
	asked := consentRequest{Type: detailsType}
	asked.Request.DurationType = "PERSISTENT"
	if p.ConsentDays > 0 {
		asked.Request.DurationType = "TIME_BOUND"
	}
	asked.Request.DurationPeriod, asked.Request.LookbackPeriod = p.ConsentDays, p.HistoryDays
	asked.Request.Resources = []resource{{ResourceType: "ACCOUNT", DataClusters: []string{"ACCOUNT_DETAILED", "TRANSACTIONS"}}}
	raw, err := json.Marshal([]consentRequest{asked})
	return string(raw), err
}
