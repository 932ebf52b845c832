package sheet_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"coffer/app/alert/model"
	"coffer/app/alert/sheet"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
)

const header = "id,customer,account,time,amount,currency,merchant,category,city,country,lat,lon,channel,is_fraud,scenario\n"

func read(t *testing.T, text string) ([]sheet.Line, error) {
	t.Helper()
	r, err := sheet.NewReader(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	var lines []sheet.Line
	for {
		line, err := r.Next()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
		lines = append(lines, line)
	}
}

func TestRowsAreRead(t *testing.T) {
	lines, err := read(t, header+
		"x1,C1,C1-0,2019-01-01T00:03:32,63.98,USD,\"Eichmann, Bogan\",grocery_pos,,US,40.3,-74.1,,1,burst\n"+
		"x2,C1,C1-0,2019-01-02,-5,JPY,,shopping_net,,,,,atm,0,\n")
	if err != nil {
		t.Fatal(err)
	}
	want := model.Row{
		At: time.Date(2019, 1, 1, 0, 3, 32, 0, time.UTC), Timed: true, Account: "C1-0", Size: 6398, Exponent: 2, Currency: "USD",
		Merchant: lines[0].Row.Merchant, Category: "groceries", Country: "US", Channel: int(ledger.CardPresent),
	}
	if lines[0].Row != want || !lines[0].Fraud || lines[0].Scenario != "burst" || lines[0].Row.Merchant == "" {
		t.Errorf("read %+v", lines[0])
	}
	second := lines[1].Row
	if second.Timed || !second.Credit || second.Size != 5 || second.Category != "shopping" || second.Channel != int(ledger.CashMachine) {
		t.Errorf("read %+v", second)
	}
}

func TestAGzipFileIsUnpacked(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(header + "x1,C1,,2019-01-01T00:03:32,1.00,USD,,,,,,,,0,\n")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if lines, err := read(t, b.String()); err != nil || len(lines) != 1 {
		t.Errorf("%v, %v", lines, err)
	}
}

func TestWhatIsNoTableIsRefusedByLine(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"no header":    {"", "header"},
		"column":       {"id,customer\n", `"account"`},
		"time":         {header + "x,C,,yesterday,1,EUR,,,,,,,,,\n", "line 2"},
		"short time":   {header + "x,C,,2019-01-01T00:00,1,EUR,,,,,,,,,\n", "line 2"},
		"no such day":  {header + "x,C,,2019-02-30T00:00:00,1,EUR,,,,,,,,,\n", "line 2"},
		"amount":       {header + "x,C,,2019-01-01T00:00:00,much,EUR,,,,,,,,,\n", "line 2"},
		"second row":   {header + "x,C,,2019-01-01,1,EUR,,,,,,,,,\ny,C,,2019-01-01,1.001,EUR,,,,,,,,,\n", "line 3"},
		"fields":       {header + "x,C\n", "read the file"},
		"broken quote": {header + "x,\"C,,2019-01-01,1,EUR,,,,,,,,,\n", "read the file"},
	} {
		if _, err := read(t, c.text); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever a file says, it is read or refused, and what is read can be judged.
func FuzzSheet(f *testing.F) {
	f.Add([]byte(header + "x1,C1,C1-0,2019-01-01T00:03:32,63.98,USD,\"Eichmann, Bogan\",grocery_pos,,US,40.3,-74.1,,1,burst\n"))
	f.Add([]byte(header + "x2,C1,,9999-12-31,-99999999999999999.99,XXX,,,,,,,,,\n"))
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		fuzzed.Limit(t)
		r, err := sheet.NewReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		p := sheet.NewPerson()
		for {
			line, err := r.Next()
			if err != nil {
				return
			}
			if j := p.Judge(line.Row); j.Score != j.Score || j.Score < model.Nothing*10 {
				t.Fatalf("a score of %v", j.Score)
			}
			p.Add(line.Row)
		}
	})
}
