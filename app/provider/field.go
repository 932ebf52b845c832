package provider

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// field is one key of the format: whether a file must have it, what it allows in words, and what
// takes its value into a Provider. take returns what is wrong, or "".
type field struct {
	must   bool
	allows string
	take   func(v any) string
}

// Format is the version of the format that this Coffer reads.
const Format = 1

var (
	idForm      = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	dialectForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
	scopeForm   = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,100}$`) // RFC 6749 §3.3
	pathForm    = regexp.MustCompile(`^/[A-Za-z0-9._~/-]{0,200}$`)
	pinForm     = regexp.MustCompile(`^sha256/[A-Za-z0-9+/]{43}=$`)
	clientForm  = regexp.MustCompile(`^[\x21-\x7E]{1,200}$`)
)

// fields are the keys of each table, "" being the top of the file, taking values into p.
func fields(p *Provider) map[string]map[string]field {
	return map[string]map[string]field{
		"": {
			"format":    {true, "1", number(1, Format, new(int))},
			"id":        matching(true, idForm, 40, "small letters, digits and single -, beginning with a letter, at most 40", &p.ID),
			"name":      sentence(true, 60, &p.Name),
			"countries": list(false, 40, countryForm, "ISO 3166-1 codes of two capital letters, such as \"US\"; \"EU\" for the euro area", &p.Countries),
			"dialect":   matching(true, dialectForm, 30, "the name of the dialect that the API speaks, such as \"fdx\"", &p.Dialect),
			"tried":     sentence(true, 200, &p.Tried),
			"loopback":  {false, "true or false", yes(&p.Loopback)},
		},
		"path": {
			"bridge": sentence(false, 60, &p.Bridge),
			"sees":   sentence(false, 200, &p.Sees),
		},
		"person": {
			"cost":     sentence(true, 200, &p.Cost),
			"needs":    choices(false, allNeeds, &p.Needs),
			"get":      sentence(false, 300, &p.Get),
			"get_at":   address(&p.GetAt),
			"can_more": sentence(false, 300, &p.CanMore),
		},
		"sign-in": {
			"way":              choice(true, []Way{OAuth, Device, OwnToken, SetupToken, Keys, SignedJWT, HostedLink, OwnConsent}, &p.Way),
			"issuer":           address(&p.Issuer),
			"authorization":    address(&p.Authorization),
			"token":            address(&p.Token),
			"par":              address(&p.PAR),
			"revocation":       address(&p.Revocation),
			"client":           choice(false, []Client{Public, SecretBasic, SecretPost, PrivateKey, MutualTLS}, &p.Client),
			"client_id":        matching(false, clientForm, 200, "printable ASCII without spaces, at most 200 characters", &p.ClientID),
			"scopes":           list(false, 40, scopeForm, "OAuth scopes without spaces", &p.Scopes),
			"details":          {false, "true or false", yes(&p.Details)},
			"approval":         choice(false, []Approval{InPhoneApp}, &p.Approval),
			"register":         {false, "true or false", yes(&p.Registers)},
			"dpop":             {false, "true or false", yes(&p.Proves)},
			"redirect":         choice(false, []Redirect{AnyPort, FixedPort, PasteBack}, &p.Redirect),
			"port":             {false, "a whole number from 1024 to 65535", number(1024, 65535, &p.Port)},
			"callback_path":    matching(false, pathForm, 200, "a path such as \"/callback\"", &p.CallbackPath),
			"redirect_address": address(&p.LastPage),
		},
		"api": {
			"base":  address(&p.API),
			"hosts": {false, "a list of origins such as \"https://login.example.com\"", origins(&p.Hosts)},
			"pins":  list(false, 20, pinForm, "hashes of public keys, each sha256/ and 32 bytes in base64", &p.Pins),
			"reads": choices(true, []string{"balances", "transactions", "details"}, &p.Reads),
		},
		"limits": {
			"consent_days":   {false, days, number(0, 3660, &p.ConsentDays)},
			"history_days":   {false, days, number(0, 36600, &p.HistoryDays)},
			"access_minutes": {false, "a whole number of minutes, 0 if it is not told", number(0, 5270400, &p.AccessMinutes)},
			"reads_a_day":    {false, "a whole number, 0 if it is not told", number(0, 100000, &p.ReadsADay)},
			"alone_a_day":    {false, "a whole number, 0 if it is not told", number(0, 100000, &p.AloneADay)},
		},
		"revoke": {
			"steps":      choices(true, []Step{EndConsent, RFC7009, EndByAPI, ByHand}, &p.Revoke),
			"by_hand":    sentence(false, 300, &p.ByHand),
			"by_hand_at": address(&p.ByHandAt),
		},
	}
}

const days = "a whole number of days, 0 for no end"

var allNeeds = []Need{Account, ClientID, ClientSecret, TokenOfOwn, AppToken, APIKey, Setup, Key, Certificate, Issuer, API, Scopes, LastPage, AtBank, AtCountry}

func isText(v any, most int, into *string) string {
	text, ok := v.(string)
	switch {
	case !ok:
		return "is no text: write it in \"quotes\""
	case strings.TrimSpace(text) == "":
		return "is empty: fill it in, or leave the line out"
	case len([]rune(text)) > most:
		return fmt.Sprintf("has %d characters: at most %d", len([]rune(text)), most)
	}
	*into = text
	return ""
}

// sentence takes one line that a person reads.
func sentence(must bool, most int, into *string) field {
	return field{must, fmt.Sprintf("text in one line, at most %d characters", most), func(v any) string {
		var text string
		if wrong := isText(v, most, &text); wrong != "" {
			return wrong
		}
		if !plainText(text) {
			return "holds characters that can't be seen, or spaces at its ends: write plain text"
		}
		*into = text
		return ""
	}}
}

func matching(must bool, form *regexp.Regexp, most int, allows string, into *string) field {
	return field{must, allows, func(v any) string {
		var text string
		if wrong := isText(v, most, &text); wrong != "" {
			return wrong
		}
		if !form.MatchString(text) {
			return fmt.Sprintf("is %q, which is none: %s", text, allows)
		}
		*into = text
		return ""
	}}
}

// address takes text alone: whether it may be on this computer is known once the file is read.
func address(into *string) field {
	return field{false, "an address such as https://api.example.com/v1", func(v any) string { return isText(v, 500, into) }}
}

func choice[T ~string](must bool, among []T, into *T) field {
	return field{must, "one of " + listed(among), func(v any) string {
		var text string
		if wrong := isText(v, 100, &text); wrong != "" {
			return wrong
		}
		if !slices.Contains(among, T(text)) {
			near := nearest(text, plain(among))
			if near != "" {
				return fmt.Sprintf("is %q: did you mean %q?", text, near)
			}
			return fmt.Sprintf("is %q: it is one of %s", text, listed(among))
		}
		*into = T(text)
		return ""
	}}
}

func plain[T ~string](all []T) []string {
	var texts []string
	for _, one := range all {
		texts = append(texts, string(one))
	}
	return texts
}

// each takes a list of texts, none twice.
func each(v any, most int, take func(text string) string) string {
	all, ok := v.([]any)
	if !ok {
		return "is no list: write it as [\"one\", \"two\"]"
	}
	if len(all) == 0 {
		return "is an empty list: fill it in, or leave the line out"
	}
	if len(all) > most {
		return fmt.Sprintf("has %d entries: at most %d", len(all), most)
	}
	seen := map[string]bool{}
	for i, one := range all {
		var text string
		if wrong := isText(one, 500, &text); wrong != "" {
			return fmt.Sprintf("entry %d %s", i+1, wrong)
		}
		if seen[text] {
			return fmt.Sprintf("has %q twice", text)
		}
		seen[text] = true
		if wrong := take(text); wrong != "" {
			return fmt.Sprintf("entry %d %s", i+1, wrong)
		}
	}
	return ""
}

func choices[T ~string](must bool, among []T, into *[]T) field {
	return field{must, "a list of " + listed(among), func(v any) string {
		return each(v, len(among), func(text string) string {
			var one T
			if wrong := choice(false, among, &one).take(text); wrong != "" {
				return wrong
			}
			*into = append(*into, one)
			return ""
		})
	}}
}

func list(must bool, most int, form *regexp.Regexp, allows string, into *[]string) field {
	return field{must, "a list of " + allows, func(v any) string {
		return each(v, most, func(text string) string {
			if !form.MatchString(text) {
				return fmt.Sprintf("is %q: %s", text, allows)
			}
			*into = append(*into, text)
			return ""
		})
	}}
}

func origins(into *[]string) func(v any) string {
	return func(v any) string {
		return each(v, 20, func(text string) string {
			*into = append(*into, text)
			return ""
		})
	}
}

func number(least, most int, into *int) func(v any) string {
	return func(v any) string {
		n, ok := v.(int64)
		if !ok || n < int64(least) || n > int64(most) || n > math.MaxInt32 {
			if least == most {
				return fmt.Sprintf("is not %d, the one that this version reads", most)
			}
			return fmt.Sprintf("is no whole number from %d to %d", least, most)
		}
		*into = int(n)
		return ""
	}
}

func yes(into *bool) func(v any) string {
	return func(v any) string {
		b, ok := v.(bool)
		if !ok {
			return "is neither true nor false"
		}
		*into = b
		return ""
	}
}
