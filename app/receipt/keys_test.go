package receipt_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"coffer/app/receipt"
)

// What a person reads first in a file must be what its verdict is about.
func TestAReceiptThatSaysAThingTwiceIsNone(t *testing.T) {
	all := chain(2)
	raw, err := of(t, all, 0).JSON()
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	bank := text[strings.Index(text, `"Bank":`):]
	bank = bank[:strings.Index(bank, "\n")]
	for name, file := range map[string]string{
		"two receipts":         strings.Replace(text, `"receipt":`, `"receipt": {"Bank": "Another Bank"}, "receipt":`, 1),
		"two banks":            strings.Replace(text, bank, `"Bank": "Another Bank", `+bank, 1),
		"in capitals":          strings.Replace(text, bank, `"BANK": "Another Bank", `+bank, 1),
		"with an escape":       strings.Replace(text, bank, `"\u0042ank": "Another Bank", `+bank, 1),
		"with the Kelvin sign": strings.Replace(text, bank, `"Ban`+"\u212a"+`": "Another Bank", `+bank, 1),
		"in a list":            strings.Replace(text, `"Steps": [`, `"Steps": [{"Answer": "200", "Answer": "401"}, `, 1),
	} {
		if file == text {
			t.Fatalf("%s: nothing was changed in %s", name, text)
		}
		if f, err := receipt.Read([]byte(file)); !errors.Is(err, receipt.ErrForeign) {
			t.Errorf("%s: %v, found %+v", name, err, receipt.Verify(f, all))
		}
	}
	var sorted map[string]any // the order of keys says nothing
	if err := json.Unmarshal(raw, &sorted); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(sorted)
	if err != nil {
		t.Fatal(err)
	}
	f, err := receipt.Read(again)
	if err != nil || bytes.Equal(again, raw) || receipt.Verify(f, all).Verdict != receipt.Genuine {
		t.Errorf("in another order: %v, %+v", err, receipt.Verify(f, all))
	}
}
