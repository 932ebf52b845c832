package vault_test

import (
	"testing"

	"coffer/app/secret"
	"coffer/app/vault"
)

func TestJudge(t *testing.T) {
	for name, test := range map[string]struct {
		passphrase string
		want       vault.Strength
	}{
		"empty is too short":             {"", vault.TooShort},
		"nine characters are too short":  {"k7#mQ2!xw", vault.TooShort},
		"a run of keys is too easy":      {"qwertyuiop12345", vault.TooEasy},
		"one letter is too easy":         {"aaaaaaaaaaaaaaaaaaaa", vault.TooEasy},
		"a repeated piece is too easy":   {"abcabcabcabcabc", vault.TooEasy},
		"the word itself is too easy":    {"password1234", vault.TooEasy},
		"ten mixed characters are fair":  {"k7#mQ2!xwz", vault.Fair},
		"four words are good":            {"lamp river tin oak", vault.Good},
		"five words are strong":          {"lamp river tin oak moss", vault.Strong},
		"letters of any script do count": {"ключ дождь медь", vault.Fair},
	} {
		t.Run(name, func(t *testing.T) {
			if got := vault.Judge(secret.New(test.passphrase)); got != test.want {
				t.Errorf("Judge = %d, want %d", got, test.want)
			}
		})
	}
}
