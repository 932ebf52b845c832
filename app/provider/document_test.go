package provider_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coffer/app/provider"
)

// addABank is what CONTRIBUTING.md says of the format: its example, and the table of the other keys.
func addABank(t *testing.T) (example string, rows []string) {
	t.Helper()
	raw, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(raw), "## Add a bank\n")
	text, _, _ = strings.Cut(text, "## Add a bank dialect")
	_, rest, _ := strings.Cut(text, "```toml\n")
	example, _, _ = strings.Cut(rest, "```")
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| `") {
			rows = append(rows, line)
		}
	}
	return example, rows
}

var (
	inCode  = regexp.MustCompile("`([^`]+)`")
	keyLine = regexp.MustCompile(`^([a-z_]+)\s*=`)
	inTable = regexp.MustCompile(`^\[([a-z-]+)\]`)
)

// told are the keys that CONTRIBUTING.md documents, by table.
func told(t *testing.T) map[string][]string {
	t.Helper()
	example, rows := addABank(t)
	all, table := map[string][]string{}, ""
	for line := range strings.Lines(example) {
		if m := inTable.FindStringSubmatch(line); m != nil {
			table = m[1]
		} else if m := keyLine.FindStringSubmatch(line); m != nil {
			all[table] = append(all[table], m[1])
		}
	}
	for _, row := range rows {
		table = ""
		for i, code := range inCode.FindAllStringSubmatch(strings.SplitN(row, "|", 3)[1], -1) {
			key := code[1]
			if m := inTable.FindStringSubmatch(key); m != nil && i == 0 {
				table, key = m[1], strings.TrimSpace(key[len(m[0]):])
			}
			key, _, _ = strings.Cut(key, " =")
			all[table] = append(all[table], key)
		}
	}
	return all
}

// TestContributingTellsEveryKey: what the format takes is documented, and what is documented is taken.
func TestContributingTellsEveryKey(t *testing.T) {
	written, taken := told(t), provider.KeysOf()
	for table, keys := range taken {
		for _, key := range keys {
			if !slices.Contains(written[table], key) {
				t.Errorf("[%s] %s is taken, and CONTRIBUTING.md doesn't tell it", table, key)
			}
		}
	}
	for table, keys := range written {
		for _, key := range keys {
			if !slices.Contains(taken[table], key) {
				t.Errorf("CONTRIBUTING.md tells [%s] %s, which no file may have", table, key)
			}
		}
	}
}

func texts[T ~string](of ...T) []string {
	all := make([]string, len(of))
	for i, v := range of {
		all[i] = string(v)
	}
	return all
}

// TestContributingTellsEveryValue: of the keys that take one of a few words, each word stands in its row.
func TestContributingTellsEveryValue(t *testing.T) {
	_, rows := addABank(t)
	for row, values := range map[string][]string{
		"| `[person] needs`": texts(provider.AllNeeds()...),
		"| `[sign-in] way`": texts(provider.OAuth, provider.Device, provider.OwnToken, provider.SetupToken, provider.Keys, provider.SignedJWT,
			provider.HostedLink, provider.OwnConsent),
		"| `[sign-in] client`":           texts(provider.Public, provider.SecretBasic, provider.SecretPost, provider.PrivateKey, provider.MutualTLS),
		"| `[sign-in] redirect`, `port`": texts(provider.AnyPort, provider.FixedPort, provider.PasteBack),
		"| `[api] reads`":                {"balances", "transactions", "details"},
		"| `[revoke] steps`":             texts(provider.EndConsent, provider.RFC7009, provider.EndByAPI, provider.ByHand),
	} {
		at := slices.IndexFunc(rows, func(r string) bool { return strings.HasPrefix(r, row) })
		if at < 0 {
			t.Errorf("there is no row %s", row)
			continue
		}
		for _, v := range values {
			if !strings.Contains(rows[at], "`"+v+"`") {
				t.Errorf("row %s doesn't tell `%s`", row, v)
			}
		}
	}
}
