package ofx_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/statement"
	"coffer/app/statement/ofx"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.?fx")
	if err != nil || len(files) < 4 {
		t.Fatalf("fixtures: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !ofx.Sniff(string(raw)) {
				t.Error("not known as OFX")
			}
			f, err := ofx.Read(t.Context(), string(raw), statement.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(f, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			golden := file + ".golden"
			if *update {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if string(got)+"\n" != string(want) {
				t.Errorf("differs from %s:\n%s", golden, got)
			}
			if n := f.Rows() + len(f.Skipped) - trades(f); n != countRows(string(raw)) {
				t.Errorf("%d rows and skips of %d", n, countRows(string(raw)))
			}
		})
	}
}

// trades returns how many of the skips are movements of securities, which countRows leaves out.
func trades(f statement.File) int {
	n := 0
	for _, s := range f.Skipped {
		if s.Reason.ID == "ofx.trade" {
			n++
		}
	}
	return n
}

// account wraps rows, one a line from line 3 on, in a statement in currency.
func account(currency, rows string) string {
	return "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>" + currency + "\n<BANKACCTFROM><ACCTID>12345678</BANKACCTFROM><BANKTRANLIST>\n" +
		rows + "\n</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
}

func TestAmounts(t *testing.T) {
	for name, test := range map[string]struct {
		text, currency, want string // want is Decimal or a reason
	}{
		"a point":                        {"-12.34", "USD", "-12.34"},
		"a comma":                        {"-12,34", "EUR", "-12.34"},
		"a plus":                         {"+7", "USD", "7.00"},
		"padded with zeros":              {"-00000000001500.0000", "USD", "-1500.00"},
		"zeros beyond the cents":         {"-3.77000", "USD", "-3.77"},
		"a space behind the sign":        {"- 5.00", "USD", "-5.00"},
		"a sign behind":                  {"5,00-", "EUR", "-5.00"},
		"a real minus sign":              {"\u221212,00", "EUR", "-12.00"},
		"comma groups, point decimals":   {"1,234,567.89", "USD", "1234567.89"},
		"point groups, comma decimals":   {"-1.234.567,89", "EUR", "-1234567.89"},
		"space groups":                   {"1 234,50", "EUR", "1234.50"},
		"hard space groups":              {"1\u00a0234,50", "EUR", "1234.50"},
		"apostrophe groups":              {"1'234.50", "CHF", "1234.50"},
		"Indian groups":                  {"12,34,567.00", "INR", "1234567.00"},
		"groups without decimals":        {"1.234.567", "EUR", "1234567.00"},
		"a comma before three may be":    {"-1,234", "USD", "ofx.ambiguous"},
		"either, zeros or not":           {"1,000", "USD", "ofx.ambiguous"},
		"and so may a point":             {"1.000", "BRL", "ofx.ambiguous"},
		"above all without cents":        {"-1.000", "CLP", "ofx.ambiguous"},
		"with the sign behind":           {"1.000-", "EUR", "ofx.ambiguous"},
		"but not with three decimals":    {"1,234", "KWD", "1.234"},
		"nor with zeros before":          {"0001.230", "USD", "1.23"},
		"nor behind a zero":              {"0,500", "EUR", "0.50"},
		"nor with many digits before":    {"1234,5", "EUR", "1234.50"},
		"yen":                            {"-1200", "JPY", "-1200"},
		"yen with empty decimals":        {"-1200.00", "JPY", "-1200"},
		"half a yen":                     {"1.5", "JPY", "ofx.precision"},
		"fils":                           {"1.234", "KWD", "1.234"},
		"more decimals than cents":       {"115.8331", "USD", "ofx.precision"},
		"a currency sign":                {"$120", "USD", "ofx.amount"},
		"an exponent":                    {"1e3", "USD", "ofx.amount"},
		"a lone point":                   {".", "USD", "ofx.amount"},
		"nothing":                        {"", "USD", "ofx.amount"},
		"groups of the wrong size":       {"1.23.456", "EUR", "123456.00"},
		"groups of one":                  {"1.2.345,00", "EUR", "ofx.amount"},
		"two amounts":                    {"1.00 2.00", "USD", "ofx.amount"},
		"more than money can hold":       {"99999999999999999999", "USD", "ofx.amount"},
		"more than sums can hold":        {"92233720368547758.07", "USD", "ofx.amount"},
		"parentheses are not understood": {"(12.00)", "USD", "ofx.amount"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := ofx.Read(t.Context(), account(test.currency, "<STMTTRN><DTPOSTED>20260101<TRNAMT>"+test.text+"</STMTTRN>"), statement.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(f.Skipped) == 1 {
				got = f.Skipped[0].Reason.ID
			} else if f.Rows() == 1 {
				got = f.Statements[0].Rows[0].Amount.Decimal()
			}
			if got != test.want {
				t.Errorf("%q in %s read as %q, want %q", test.text, test.currency, got, test.want)
			}
		})
	}
}

func TestDates(t *testing.T) {
	for name, test := range map[string]struct{ text, day, at string }{
		"a day":                                {"20260102", "2026-01-02", ""},
		"the day is kept as printed":           {"20260102233000[-8:PST]", "2026-01-02", "2026-01-03T07:30:00Z"},
		"half an hour east":                    {"20260102083000.250[+5.5:IST]", "2026-01-02", "2026-01-02T03:00:00Z"},
		"half an hour in minutes":              {"20260102083000[+5:30:IST]", "2026-01-02", "2026-01-02T03:00:00Z"},
		"no offset, no instant":                {"20260102083000", "2026-01-02", ""},
		"a zone without an offset":             {"20260102083000[-:EST]", "2026-01-02", ""},
		"noon is no time":                      {"20260102120000[-5:EST]", "2026-01-02", ""},
		"midnight is no time":                  {"20260102000000[-5:EST]", "2026-01-02", ""},
		"dashes":                               {"2026-01-02", "2026-01-02", ""},
		"a leap day":                           {"20240229", "2024-02-29", ""},
		"no leap day":                          {"20260229", "", ""},
		"month twenty":                         {"201120000000", "", ""},
		"nothing but zeros":                    {"00000000000000", "", ""},
		"empty":                                {"", "", ""},
		"a day of the Middle Ages":             {"15020101", "", ""},
		"another order":                        {"02/01/2026", "", ""},
		"letters behind":                       {"20260102abc", "", ""},
		"an hour that is none leaves the date": {"20260102996000[-5:EST]", "2026-01-02", ""},
	} {
		t.Run(name, func(t *testing.T) {
			row := "<STMTTRN><DTPOSTED>" + test.text + "<DTUSER>" + test.text + "<TRNAMT>1</STMTTRN>"
			f, err := ofx.Read(t.Context(), account("USD", row), statement.Options{})
			if err != nil {
				t.Fatal(err)
			}
			day, at := "", ""
			if f.Rows() == 1 {
				r := f.Statements[0].Rows[0]
				day = r.Date.String()
				if !r.At.IsZero() {
					at = r.At.Format("2006-01-02T15:04:05Z07:00")
				}
			} else if len(f.Skipped) != 1 || f.Skipped[0].Reason.ID != "ofx.date" || f.Skipped[0].Line != 3 {
				t.Fatalf("neither read nor skipped: %+v", f.Skipped)
			}
			if day != test.day || at != test.at {
				t.Errorf("%q read as %q, %q; want %q, %q", test.text, day, at, test.day, test.at)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	row := "<STMTTRN><DTPOSTED>20260101<TRNAMT>1</STMTTRN>"
	for name, test := range map[string]struct{ raw, reason, line string }{
		"a header and nothing":                {"OFXHEADER:100\n\n", "ofx.root", "1"},
		"an element before OFX":               {"OFXHEADER:100\n<STMTTRN>", "ofx.root", "2"},
		"no statement":                        {"<OFX>\n</OFX>", "ofx.nothing", "2"},
		"garbage in OFX":                      {"<OFX>\n\n%PDF-1.4 garbage <BANKMSGSRSV1>", "ofx.text", "1"},
		"garbage between elements":            {account("USD", row+"\nwhat is this\n"+row), "ofx.text", "4"},
		"cut in a row":                        {account("USD", row)[:130], "ofx.cut", "3"},
		"cut behind a row":                    {strings.Split(account("USD", row), "\n</BANK")[0], "ofx.cut", "3"},
		"cut in a balance":                    {"<OFX><BANKMSGSRSV1><STMTRS><CURDEF>USD\n<LEDGERBAL><BALAMT>12", "ofx.cut", "2"},
		"a row outside of an account":         {"<OFX>\n" + row + "</OFX>", "ofx.place", "2"},
		"a row without its start tag":         {account("USD", "<TRNAMT>1\n"+row), "ofx.place", "3"},
		"a row in a row's own extension":      {account("USD", "<STMTTRN><BANK.X><STMTTRN></BANK.X></STMTTRN>"), "ofx.place", "3"},
		"nested beyond any need":              {"<OFX>" + strings.Repeat("<A>", 100) + strings.Repeat("</A>", 100), "ofx.deep", "1"},
		"a text without end":                  {account("USD", "<STMTTRN><MEMO>"+strings.Repeat("x", 70_000)+row), "ofx.long", "3"},
		"an open comment":                     {"<OFX>\n<!-- ", "ofx.comment", "2"},
		"no currency anywhere":                {account("", row), "ofx.currency", "1"},
		"sign-on refused":                     {"<OFX>\n<SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500<SEVERITY>ERROR</STATUS>", "ofx.status", "2"},
		"an error in place of the account":    {"<OFX>\n<BANKMSGSRSV1>\n<STMTTRNRS><STATUS><CODE>2000<SEVERITY>ERROR</STATUS></STMTTRNRS></OFX>", "ofx.status", "3"},
		"an entity bomb is text out of place": {"<!DOCTYPE x [<!ENTITY a \"aa\">]><OFX>&a;&a;</OFX>", "ofx.text", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := ofx.Read(t.Context(), test.raw, statement.Options{})
			got := fault.Of(err)
			if got == nil || got.Kind != fault.BadFile || got.Reason != test.reason || got.Args["line"] != test.line {
				t.Fatalf("got %v, %+v, want %s in line %s; read %+v", err, got, test.reason, test.line, f)
			}
			if strings.Contains(err.Error(), "12345678") {
				t.Errorf("the error names the account: %v", err)
			}
		})
	}
}

func TestStatusErrorHoldsNothingButDigits(t *testing.T) {
	_, err := ofx.Read(t.Context(), "<OFX><SONRS><STATUS><CODE>12345678<SEVERITY>ERROR</STATUS>", statement.Options{})
	if f := fault.Of(err); f == nil || f.Args["code"] != "?" {
		t.Errorf("got %+v", f)
	}
}

func TestThePersonNamesTheCurrency(t *testing.T) {
	f, err := ofx.Read(t.Context(), account("", "<STMTTRN><DTPOSTED>20260101<TRNAMT>1</STMTTRN>"), statement.Options{Currency: "CHF"})
	if err != nil || f.Statements[0].Account.Currency != "CHF" || f.Statements[0].Rows[0].Amount.Currency != "CHF" {
		t.Errorf("got %+v, %v", f, err)
	}
}

func TestIdentityIsTheAccountNotTheFile(t *testing.T) {
	identity := func(raw string) string {
		t.Helper()
		f, err := ofx.Read(t.Context(), raw, statement.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return f.Statements[0].Account.Identity
	}
	plain := account("USD", "")
	if a, b := identity(plain), identity(strings.Replace(plain, "12345678", " 1234-5678 ", 1)); a != b || a == "" {
		t.Errorf("spaces changed the account: %q, %q", a, b)
	}
	if a, b := identity(plain), identity(strings.Replace(plain, "<ACCTID>", "<BANKID>7<ACCTID>", 1)); a == b {
		t.Error("two banks share an account")
	}
	if a := identity(strings.Replace(plain, "<ACCTID>12345678", "", 1)); a != "" {
		t.Errorf("an account without a number has the identity %q", a)
	}
}

func TestTwoRowsRunIntoOneAreSkipped(t *testing.T) {
	rows := "<STMTTRN><DTPOSTED>20260101<TRNAMT>1<TRNAMT>2</STMTTRN>\n<STMTTRN><DTPOSTED>20260101<DTPOSTED>20260102<TRNAMT>1</STMTTRN>"
	f, err := ofx.Read(t.Context(), account("USD", rows), statement.Options{})
	if err != nil || f.Rows() != 0 || len(f.Skipped) != 2 || f.Skipped[0].Reason.ID != "ofx.twice" || f.Skipped[1].Line != 4 {
		t.Errorf("got %+v, %v", f, err)
	}
}

func TestWhatIsFreeAloneIsNoBalance(t *testing.T) {
	raw := strings.Replace(account("USD", ""), "</STMTRS>", "<AVAILBAL><BALAMT>5.00<DTASOF>20260101</AVAILBAL></STMTRS>", 1)
	f, err := ofx.Read(t.Context(), raw, statement.Options{})
	if err != nil || f.Statements[0].HasBalance || len(f.Unread) != 1 || f.Unread[0].Reason.ID != "ofx.balance" {
		t.Errorf("got %+v, %v", f, err)
	}
}

func TestSignsAndKinds(t *testing.T) {
	raw := `<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>EUR<CCACCTFROM><ACCTID>4111111111114417</CCACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260101<TRNAMT>-5<NAME>the sign counts</STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>-5<DTASOF>20260102</LEDGERBAL></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>`
	f, err := ofx.Read(t.Context(), raw, statement.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := f.Statements[0]
	if s.Account.Kind != ledger.Card || s.Account.Masked != "4417" || s.Rows[0].Amount.Minor != -500 || s.Balance.Booked.Minor != -500 {
		t.Errorf("got %+v", s)
	}
}

func TestHostileRepetitionIsQuick(t *testing.T) {
	for name, raw := range map[string]string{
		"lists":          "<OFX>" + strings.Repeat("<STMTRS><CURDEF>USD<BANKTRANLIST>", 5_000),
		"unknown":        "<OFX><STMTRS><CURDEF>USD<BANKTRANLIST><STMTTRN>" + strings.Repeat("<X>\n", 200_000),
		"angle brackets": "<OFX><STMTRS><A>" + strings.Repeat("<a ", 20_000),
		"ampersands":     account("USD", "<STMTTRN><MEMO>"+strings.Repeat("&amp;", 10_000)+"</STMTTRN>"),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ofx.Read(t.Context(), raw, statement.Options{}); err != nil && fault.KindOf(err) != fault.BadFile {
				t.Error(err)
			}
		})
	}
}
