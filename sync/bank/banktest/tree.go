package banktest

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// tree reads body with its numbers as they are written; nil for what is no JSON.
func tree(body []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	return v
}

// planted is body with raw, a JSON value, at path ("data.0.amount"); ok is false where there is no such place. No raw takes
// out what is there.
func planted(body []byte, path, raw string) (changed []byte, ok bool) {
	const mark = "\x00here"
	root := tree(body)
	at, steps := root, strings.Split(path, ".")
	for i, step := range steps {
		last := i == len(steps)-1
		switch v := at.(type) {
		case map[string]any:
			next, there := v[step]
			if !there {
				return body, false
			}
			if last && raw == "" {
				delete(v, step)
			} else if last {
				v[step] = mark
			}
			at = next
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(v) {
				return body, false
			}
			at = v[n]
		default:
			return body, false
		}
	}
	told, err := json.Marshal(root)
	if err != nil {
		return body, false
	}
	text, err := json.Marshal(mark)
	if err != nil {
		return body, false
	}
	return bytes.Replace(told, text, []byte(raw), 1), true
}

// reshaped is body with change made to every object in it.
func reshaped(body []byte, change func(map[string]any)) []byte {
	root := tree(body)
	if root == nil {
		return body
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, inner := range v {
				walk(inner)
			}
			change(v)
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(root)
	told, err := json.Marshal(root)
	if err != nil {
		return body
	}
	return told
}
