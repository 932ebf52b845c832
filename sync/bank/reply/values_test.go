package reply_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"coffer/app/fuzzed"
	"coffer/sync/bank/reply"
)

// tokens is what Walk must say, by the tokens of encoding/json.
func tokens(decoder *json.Decoder, name string, into *[]string) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch token {
	case nil:
	case json.Delim('{'):
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				return err
			}
			if err := tokens(decoder, strings.TrimPrefix(name+"."+key.(string), "."), into); err != nil {
				return err
			}
		}
		_, err = decoder.Token()
	case json.Delim('['):
		for i := 0; decoder.More(); i++ {
			if err := tokens(decoder, fmt.Sprintf("%s[%d]", name, i), into); err != nil {
				return err
			}
		}
		_, err = decoder.Token()
	default:
		*into = append(*into, fmt.Sprintf("%s = %v", name, token))
	}
	return err
}

// FuzzValues holds Walk against encoding/json.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{
		`{"a":1,"b":[true,null,"x",{"c":-0.10e+3}],"d":{"e":"\u00e9\ud83d\ude00\ud800 \"q\" \\"}}`, `"x"`, ` [ ] `, `{}`, `null`, `-0`, `[[],{},[{}]]`,
		`{"a":01}`, `[1.]`, `[-]`, `[1e]`, `[+1]`, `["\x"]`, `[1,]`, `{"a"}`, `{"a":1,}`, `[1 2]`, `[tru]`, `{} {}`, "[\"\x01\"]", "{\"bad\":\"\xff\xc3\",\"é\":\"ü\"}", `{"a":{"a":{"a":1}},"a":2}`, "{\t\"a\" :\r\n1 , \"b\": [ 1 ,2 ] }", `{"":{"":1}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed.Limit(t)
		if bytes.Count(body, []byte("{"))+bytes.Count(body, []byte("[")) > 16 || len(body) > 4000 {
			return
		}
		if !json.Valid(body) {
			if err := reply.Values(body, func(string, string) error { return nil }); err == nil {
				t.Fatal("taken for JSON")
			}
			return
		}
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		var want, got []string
		if err := tokens(decoder, "", &want); err != nil {
			return
		}
		err := reply.Values(body, func(name, value string) error {
			got = append(got, name+" = "+value)
			return nil
		})
		if err != nil || len(body) <= 100 && strings.Join(got, "\n") != strings.Join(want, "\n") || len(got) != len(want) {
			t.Fatalf("%v: got %q, want %q", err, got, want)
		}
	})
}
