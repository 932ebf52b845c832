package receipt

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// saysTwice reports whether an object in raw has a key more than once, in letters of any size: the decoder
// takes the last, a person reads the first. raw was decoded before, so keys are few and nesting is shallow.
func saysTwice(raw string) bool {
	type level struct {
		object, value bool // value: the next token is the value of a key
		keys          []string
	}
	var open []level
	d := json.NewDecoder(strings.NewReader(raw))
	for {
		token, err := d.Token()
		if err != nil {
			return err != io.EOF
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if n := len(open); n > 0 && open[n-1].object {
			in := &open[n-1]
			if key, ok := token.(string); ok && !in.value {
				if slices.ContainsFunc(in.keys, func(k string) bool { return strings.EqualFold(k, key) }) {
					return true
				}
				in.keys, in.value = append(in.keys, key), true
				continue
			}
			in.value = false
		}
		if token == json.Delim('{') || token == json.Delim('[') {
			open = append(open, level{object: token == json.Delim('{')})
		}
	}
}
