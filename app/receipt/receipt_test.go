package receipt_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fuzzed"
	"coffer/app/receipt"
	"coffer/assets"

	"pgregory.net/rapid"
)

var at = time.Date(2026, 8, 8, 10, 21, 9, 0, time.UTC)

// chain is a vault's receipts of n links, the first of which was erased later.
func chain(n int) []consent.Receipt {
	var all []consent.Receipt
	add := func(r consent.Receipt) {
		if len(all) > 0 {
			r.Previous = all[len(all)-1].Hash
		}
		r.Hash = consent.HashReceipt(r)
		all = append(all, r)
	}
	for i := range n {
		id := consent.LinkID(rune('a' + i))
		add(consent.Receipt{Link: id, Bank: "Žltý kôň “Ωmega”\u202e\x1b[2J банк", Accounts: []string{"·· 5530"}, Started: at, Ended: at.Add(2400 * time.Millisecond), Proved: true, History: "kept",
			Steps: []consent.Proof{{Kind: consent.AccessRefused, OK: true, Answer: "401", At: at}}, Ledger: consent.Head{Seq: 612, Hash: "c4a1"}})
	}
	add(consent.Receipt{Link: "a", Ended: at.Add(time.Hour), History: "erased", Erasure: &consent.Erasure{Gone: []consent.Gone{{What: consent.GoneWords, Count: 84}}}})
	return all
}

func page(t testing.TB) receipt.Page {
	font, err := assets.Font("CofferMono-Regular.ttf")
	if err != nil {
		t.Fatal(err)
	}
	return receipt.Page{Title: "Revocation receipt", Sub: "Old Harbour", Language: "en", Font: font,
		Parts: []receipt.Part{{Heading: "What was checked", Lines: [][2]string{{"confirmed", "The old access token is refused: 401"}}}}}
}

func of(t testing.TB, all []consent.Receipt, i int) receipt.File {
	t.Helper()
	f, err := receipt.Of(all, all[i].Hash)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAPDFHoldsItsReceiptAndIsTheSameEachTime(t *testing.T) {
	all := chain(3)
	f := of(t, all, 0)
	first, err := receipt.PDF(f, page(t))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if again, err := receipt.PDF(f, page(t)); err != nil || !bytes.Equal(again, first) {
			t.Fatalf("another PDF of the same: %v", err)
		}
	}
	back, err := receipt.Read(first)
	if err != nil || back.Receipt.Hash != f.Receipt.Hash || len(back.Erased) != 1 {
		t.Fatalf("read back %+v, %v", back, err)
	}
	if found := receipt.Verify(back, all); found != (receipt.Found{Verdict: receipt.Genuine, Place: 1, All: 4}) {
		t.Errorf("found %+v", found)
	}
	raw, err := f.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if same, err := receipt.Read(raw); err != nil || receipt.Verify(same, all).Verdict != receipt.Genuine {
		t.Errorf("the JSON alone: %+v, %v", same, err)
	}
}

func TestWhatAVerificationSays(t *testing.T) {
	all := chain(3)
	for name, test := range map[string]struct {
		change func(f *receipt.File, all []consent.Receipt) []consent.Receipt
		want   receipt.Found
	}{
		"as it was written": {func(_ *receipt.File, all []consent.Receipt) []consent.Receipt { return all }, receipt.Found{Place: 2, All: 4}},
		"exported before later ones": {func(_ *receipt.File, all []consent.Receipt) []consent.Receipt {
			later := consent.Receipt{Link: "z", Previous: all[3].Hash}
			later.Hash = consent.HashReceipt(later)
			return append(all, later)
		}, receipt.Found{Place: 2, All: 5}},
		"another answer": {func(f *receipt.File, all []consent.Receipt) []consent.Receipt {
			f.Receipt.Steps = []consent.Proof{{Kind: consent.AccessRefused, OK: true, Answer: "200"}}
			return all
		}, receipt.Found{Verdict: receipt.Altered, All: 4}},
		"another answer with its own hash": {func(f *receipt.File, all []consent.Receipt) []consent.Receipt {
			f.Receipt.Bank = "Other"
			f.Receipt.Hash = consent.HashReceipt(f.Receipt)
			return all
		}, receipt.Found{Verdict: receipt.Unknown, All: 4}},
		"another vault": {func(_ *receipt.File, all []consent.Receipt) []consent.Receipt { return nil }, receipt.Found{Verdict: receipt.Unknown}},
		"a genuine erasure of another link beside it": {func(f *receipt.File, all []consent.Receipt) []consent.Receipt {
			f.Erased = all[3:]
			return all
		}, receipt.Found{Verdict: receipt.Unknown, All: 4}},
		"the vault's own chain is changed": {func(_ *receipt.File, all []consent.Receipt) []consent.Receipt {
			all[2].Bank = "Other"
			return all
		}, receipt.Found{Verdict: receipt.Broken, Place: 3, All: 4}},
		"a receipt of the vault is gone": {func(_ *receipt.File, all []consent.Receipt) []consent.Receipt {
			return all[1:]
		}, receipt.Found{Verdict: receipt.Broken, Place: 1, All: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			f, mine := of(t, all, 1), append([]consent.Receipt(nil), all...)
			mine = test.change(&f, mine)
			if found := receipt.Verify(f, mine); found != test.want {
				t.Errorf("found %+v, want %+v", found, test.want)
			}
		})
	}
}

func TestWhatIsNoReceipt(t *testing.T) {
	f := of(t, chain(1), 0)
	raw, _ := f.JSON()
	pdf, err := receipt.PDF(f, page(t))
	if err != nil {
		t.Fatal(err)
	}
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	_, _ = w.Write(raw)
	_ = w.Close()
	for name, file := range map[string]string{
		"empty": "", "text": "hello", "other JSON": "{}", "a PDF of another": "%PDF-1.4\n\nstream\nxx\nendstream", "two in one PDF": string(pdf) + "\nstream\n" + z.String() + "\nendstream",
		"a key that the hash does not cover": strings.Replace(string(raw), `"receipt": {`, `"receipt": {"Extra": 1,`, 1), "more behind it": string(raw) + "{}",
		"a later format": strings.Replace(string(raw), `"coffer_receipt": 1`, `"coffer_receipt": 2`, 1), "too long": strings.Repeat("x", receipt.MostBytes+1),
	} {
		if _, err := receipt.Read([]byte(file)); !errors.Is(err, receipt.ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoByteOfAReceiptCanBeChanged without its verification saying so, or the file being none.
func TestNoByteOfAReceiptCanBeChanged(t *testing.T) {
	all := chain(2)
	f := of(t, all, 0)
	raw, _ := f.JSON()
	rapid.Check(t, func(t *rapid.T) {
		changed := bytes.Clone(raw)
		i, b := rapid.IntRange(0, len(raw)-1).Draw(t, "at"), rapid.Byte().Draw(t, "byte")
		changed[i] = b
		got, err := receipt.Read(changed)
		if err != nil {
			return
		}
		if receipt.Verify(got, all).Verdict != receipt.Genuine {
			return
		}
		got.Offset, got.Words = f.Offset, f.Words // of the page alone
		if again, _ := got.JSON(); !bytes.Equal(again, raw) {
			t.Fatalf("byte %d as %q is genuine and says something else", i, b)
		}
	})
}

func FuzzRead(f *testing.F) {
	one, err := receipt.Of(chain(1), chain(1)[0].Hash)
	if err != nil {
		f.Fatal(err)
	}
	raw, _ := one.JSON()
	pdf, err := receipt.PDF(one, page(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(pdf[:2000])
	f.Add([]byte("%PDF-1.4\n\nstream\nx\x9c\nendstream"))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzzed.Limit(t)
		if got, err := receipt.Read(in); err == nil {
			_ = receipt.Verify(got, nil)
		} else if !errors.Is(err, receipt.ErrForeign) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v is no ErrForeign", err)
		}
	})
}
