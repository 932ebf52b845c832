package secret_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"coffer/app/secret"
)

type hidden struct {
	token secret.Text
	next  *secret.Text
}

func TestTextNeverPrints(t *testing.T) {
	const token = "s3cr3t-token"
	text := secret.New(token)
	shown := struct{ T secret.Text }{text}
	inside := hidden{text, &text}
	asJSON, err := json.Marshal(shown)
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	for _, log := range []*slog.Logger{
		slog.New(slog.NewTextHandler(&logged, nil)), slog.New(slog.NewJSONHandler(&logged, nil)),
	} {
		log.Info("x", "t", text, "s", shown, "h", inside, "e", fmt.Errorf("bad %v", text))
	}
	printed := fmt.Sprintf("%v %+v %#v %s %q %x %d %v %+v %#v %v %+v %#v",
		text, text, text, text, text, text, text, shown, shown, shown, inside, inside, inside)
	all := strings.Join([]string{printed, string(asJSON), logged.String()}, "\n")
	if strings.Contains(all, token) || strings.Contains(all, fmt.Sprintf("%x", token)) {
		t.Fatalf("the secret was printed:\n%s", all)
	}
	if text.Reveal() != token {
		t.Fatal("Reveal must give the secret itself")
	}
}

func TestEqual(t *testing.T) {
	for name, test := range map[string]struct {
		a, b secret.Text
		want bool
	}{
		"same text is equal":       {secret.New("a"), secret.New("a"), true},
		"other text is not":        {secret.New("a"), secret.New("b"), false},
		"zero equals empty":        {secret.Text{}, secret.New(""), true},
		"a prefix is not the same": {secret.New("ab"), secret.New("a"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.a.Equal(test.b); got != test.want {
				t.Errorf("Equal = %v", got)
			}
		})
	}
}
