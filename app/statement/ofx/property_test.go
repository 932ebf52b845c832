package ofx_test

import (
	"fmt"
	"strings"
	"testing"

	"coffer/app/money"
	"coffer/app/statement"
	"coffer/app/statement/ofx"

	"pgregory.net/rapid"
)

// TestAmountsSurviveEveryStyle writes any amount as banks around the world do: it is read as the
// same cents, or skipped where it could be two numbers, never as another amount.
func TestAmountsSurviveEveryStyle(t *testing.T) {
	styles := []struct{ group, point string }{{"", "."}, {"", ","}, {",", "."}, {".", ","}, {" ", ","}, {"\u00a0", ","}, {"'", "."}}
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]string{"USD", "JPY", "KWD"}).Draw(t, "currency")
		want := money.New(rapid.OneOf(rapid.Int64Range(-1e15, 1e15), rapid.Int64Range(-1e6, 1e6)).Draw(t, "minor"), currency)
		style := rapid.SampledFrom(styles).Draw(t, "style")
		text := styled(want.Decimal(), style.group, style.point)
		f, err := ofx.Read(t.Context(), account(currency, "<STMTTRN><DTPOSTED>20260101<TRNAMT>"+text+"</STMTTRN>"), statement.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Skipped) == 1 && f.Skipped[0].Reason.ID == "ofx.ambiguous" && currency == "JPY" {
			return // "1,234" is 1234 yen to most, by the book it is no amount
		}
		if f.Rows() != 1 || f.Statements[0].Rows[0].Amount != want {
			t.Fatalf("%q read as %+v, %+v; want %v", text, f.Statements, f.Skipped, want)
		}
	})
}

// styled groups the whole part of plain in threes.
func styled(plain, group, point string) string {
	sign := ""
	if rest, minus := strings.CutPrefix(plain, "-"); minus {
		sign, plain = "-", rest
	}
	whole, fraction, has := strings.Cut(plain, ".")
	var b strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		fmt.Fprintf(&b, "%c", digit)
	}
	if has {
		b.WriteString(point + fraction)
	}
	return sign + b.String()
}
