package demobank

import (
	"encoding/json"
	"net/http"
	"slices"
)

func (b *Bank) consentOf(c call) (answer, bool) {
	if c.PathValue("id") != c.grant.ID {
		return failed(http.StatusNotFound, 1500, "Consent not found"), false
	}
	return answer{}, true
}

func (b *Bank) showConsent(_ http.ResponseWriter, c call) answer {
	if bad, ok := b.consentOf(c); !ok {
		return bad
	}
	g := c.grant
	var resources []map[string]any
	for _, id := range g.Accounts {
		resources = append(resources, map[string]any{"resourceType": "ACCOUNT", "resourceId": id,
			"dataClusters": []string{"ACCOUNT_DETAILED", "TRANSACTIONS"}})
	}
	body := map[string]any{
		"id": g.ID, "status": g.statusAt(c.now), "createdTime": stamp(g.Created), "updatedTime": stamp(g.Updated),
		"expirationTime": stamp(g.Expires), "durationType": "TIME_BOUND", "durationPeriod": g.Days,
		"resources": resources,
		"parties": []map[string]string{
			{"name": "Coffer", "type": "DATA_RECIPIENT"}, {"name": "Northlight Bank", "type": "DATA_PROVIDER"}},
		"links": []map[string]string{{"href": b.APIBase() + "/consents/" + g.ID + "/revocation", "rel": "revocation", "action": "PUT"}},
	}
	if g.Lookback > 0 {
		body["lookbackPeriod"] = g.Lookback
	}
	return answer{status: http.StatusOK, body: body}
}

func (b *Bank) showRevocation(_ http.ResponseWriter, c call) answer {
	if bad, ok := b.consentOf(c); !ok {
		return bad
	}
	all := []map[string]string{}
	if g := c.grant; g.Status == grantRevoked {
		all = append(all, map[string]string{"status": grantRevoked, "reason": g.Reason,
			"initiator": g.Initiator, "updatedTime": stamp(g.Updated)})
	}
	return answer{status: http.StatusOK, body: map[string]any{"revocations": all}}
}

// revokeConsent is FDX's own revocation: 204, or 409 when the consent is over already.
func (b *Bank) revokeConsent(_ http.ResponseWriter, c call) answer {
	if bad, ok := b.consentOf(c); !ok {
		return bad
	}
	if _, down := b.faults.take(RevokeUnavailable); down {
		return failed(http.StatusServiceUnavailable, 503, "Try again later")
	}
	var body struct {
		Reason    string `json:"reason"`
		Initiator string `json:"initiator"`
	}
	if err := json.NewDecoder(c.Body).Decode(&body); err != nil {
		return failed(http.StatusBadRequest, 401, "The body must be JSON with reason and initiator")
	}
	reasons := []string{"BUSINESS_RULE", "USER_ACTION"}
	parties := []string{"DATA_ACCESS_PLATFORM", "DATA_PROVIDER", "DATA_RECIPIENT", "INDIVIDUAL", "MERCHANT", "VENDOR"}
	if !slices.Contains(reasons, body.Reason) || !slices.Contains(parties, body.Initiator) {
		return failed(http.StatusBadRequest, 401, "reason or initiator is not one of those allowed")
	}
	if c.grant.statusAt(c.now) != grantActive {
		return failed(http.StatusConflict, 409, "The consent is over already")
	}
	b.revokeGrant(c.grant, body.Reason, body.Initiator, false)
	if err := b.save(); err != nil {
		b.log.Error("demo bank not saved", "err", err)
		return failed(http.StatusInternalServerError, 500, "The bank could not save")
	}
	return answer{status: http.StatusNoContent}
}
