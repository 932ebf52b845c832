package berlingroup_test

import (
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/berlingroup"
)

var today = ledger.DateOf(now)

func rows(body string, card bool) ([]ledger.Row, error) {
	all, _, err := berlingroup.ReadRows(strings.NewReader(body), card, "EUR", november, today)
	return all, err
}

// TestTheDirectionOfAnAmount: a minus anywhere says that amounts have signs. Without, who is named tells, where both
// directions are. What neither settles is refused.
func TestTheDirectionOfAnAmount(t *testing.T) {
	row := func(amount string, names ...string) string {
		r := `{"bookingDate":"2026-11-20","transactionAmount":{"currency":"EUR","amount":"` + amount + `"}`
		for _, n := range names {
			r += `,` + n
		}
		return r + `}`
	}
	const (
		paid     = `"creditorName":"A"`
		payer    = `"debtorName":"B"`
		toOwn    = `"creditorName":"Me","creditorAccount":{"iban":"OWN"}`
		fromOwn  = `"debtorName":"Me","debtorAccount":{"iban":"OWN"}`
		toOther  = `"creditorAccount":{"bban":"1"}`
		unsigned = `"account":{"iban":"OWN"},`
	)
	for name, c := range map[string]struct {
		beside, booked, pending string
		want                    []int64
	}{
		"signs as they are":                        {"", row("-1", paid) + "," + row("2", payer) + "," + row("3", paid), "", []int64{-100, 200, 300}},
		"a minus among the pending":                {"", row("2", payer) + "," + row("3", payer), row("-1", paid), []int64{200, 300, -100}},
		"a minus among the pending, and one name":  {"", row("3", paid), row("-1", paid), []int64{300, -100}},
		"both directions named without a sign":     {"", row("256.67", paid) + "," + row("343.01", payer), row("-100.03", paid), []int64{-25667, 34301, -10003}},
		"no sign at all":                           {"", row("1", paid) + "," + row("2", payer) + "," + row("5", toOther) + "," + row("0"), row("6", payer), []int64{-100, 200, -500, 0, 600}},
		"no sign, and nobody named":                {"", row("1", paid) + "," + row("2", payer) + "," + row("4"), "", nil},
		"no sign, and both named":                  {"", row("1", paid) + "," + row("2", payer) + "," + row("3", paid, payer), "", nil},
		"no sign, and one direction named":         {"", row("1", paid) + "," + row("4"), "", nil},
		"that one among the pending":               {"", row("1", paid) + "," + row("2", payer), row("6", paid), nil},
		"nothing against the sign":                 {"", row("2", payer) + "," + row("3", paid, payer) + "," + row("4"), "", []int64{200, 300, 400}},
		"its own account is the one that was paid": {unsigned, row("1", toOwn) + "," + row("2", fromOwn, paid) + "," + row("3", paid), "", []int64{100, -200, -300}},
		"its own account alone, that was paid":     {unsigned, row("1", toOwn), "", []int64{100}},
		"its own account alone, that paid":         {unsigned, row("1", fromOwn), "", nil},
		"nothing":                                  {"", row("0", paid) + "," + row("0.00"), "", []int64{0, 0}},
		"plus signs":                               {"", row("+1", payer) + "," + row("-2", paid), "", []int64{100, -200}},
	} {
		got, err := rows(`{`+c.beside+`"transactions":{"booked":[`+c.booked+`],"pending":[`+c.pending+`]}}`, false)
		if f := fault.Of(err); c.want == nil && (f == nil || f.Reason != "bank.amount") || c.want != nil && err != nil || len(got) != len(c.want) {
			t.Errorf("%s: %d rows, %v", name, len(got), err)
			continue
		}
		for i, want := range c.want {
			if got[i].Amount.Minor != want {
				t.Errorf("%s: row %d is %v, want %d", name, i, got[i].Amount, want)
			}
		}
	}
}

// TestSignsOfAnEarlierPageCount, and those of an earlier window: at a bank with signs one may hold money that came
// in alone, whoever is named. The same row alone has no direction, and never another one.
func TestSignsOfAnEarlierPageCount(t *testing.T) {
	const back = `{"bookingDate":"2026-11-19","creditorName":"Shop","transactionAmount":{"currency":"EUR","amount":"2"}}`
	for name, in := range map[string]string{"a refund": back, "a refund and a salary": back + `,{"bookingDate":"2026-11-18","debtorName":"Work","transactionAmount":{"currency":"EUR","amount":"9"}}`} {
		c := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			if q.URL.Query().Get("dateFrom") == november.From.String() {
				return 200, `{"transactions":{"booked":[{"bookingDate":"2026-11-20","transactionAmount":{"currency":"EUR","amount":"-1"}}],"_links":{"next":{"href":"?page=2"}}}}`
			}
			return 200, `{"transactions":{"booked":[` + in + `]}}`
		}})
		october := bank.Window{From: ledger.Day(2026, 10, 1), To: ledger.Day(2026, 10, 31)}
		s := c.Session(t)
		s.Memo = &bank.Memo{}
		if _, err := banktest.Collect(t, dialect, s, eur, october); name == "a refund" && (fault.Of(err) == nil || fault.Of(err).Reason != "bank.amount") {
			t.Errorf("%s, alone: %v", name, err)
		}
		got, err := banktest.Collect(t, dialect, s, eur, november)
		if err != nil || len(got) < 2 || got[1].Amount.Minor != 200 {
			t.Errorf("%s, the next page: %v, %v", name, got, err)
		}
		got, err = banktest.Collect(t, dialect, s, eur, october)
		if err != nil || len(got) == 0 || got[0].Amount.Minor != 200 {
			t.Errorf("%s, the next window: %v, %v", name, got, err)
		}
	}
}

// TestACardsAmountsAreNeverGuessed: the bank says how its debits are quoted, or a minus does.
func TestACardsAmountsAreNeverGuessed(t *testing.T) {
	row := func(amount string) string {
		return `{"bookingDate":"2026-11-20","transactionAmount":{"currency":"EUR","amount":"` + amount + `"}}`
	}
	for name, c := range map[string]struct {
		beside, booked string
		want           []int64
	}{
		"debits are positive": {`"debitAccounting":true,`, row("5") + "," + row("-7"), []int64{-500, 700}},
		"debits are negative": {`"debitAccounting":false,`, row("5") + "," + row("-7"), []int64{500, -700}},
		"credits alone":       {`"debitAccounting":false,`, row("5"), []int64{500}},
		"a minus":             {``, row("5") + "," + row("-7"), []int64{500, -700}},
		"nothing":             {``, row("0"), []int64{0}},
		"not said":            {``, row("5"), nil},
	} {
		got, err := rows(`{`+c.beside+`"cardTransactions":{"booked":[`+c.booked+`]}}`, true)
		if f := fault.Of(err); c.want == nil && (f == nil || f.Reason != "bank.amount") || c.want != nil && err != nil || len(got) != len(c.want) {
			t.Errorf("%s: %d rows, %v", name, len(got), err)
			continue
		}
		for i, want := range c.want {
			if got[i].Amount.Minor != want {
				t.Errorf("%s: row %d is %v, want %d", name, i, got[i].Amount, want)
			}
		}
	}
}

// TestWhatTheListOfCardsSaysOfDebitsCounts, where the rows don't say it.
func TestWhatTheListOfCardsSaysOfDebitsCounts(t *testing.T) {
	c := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		switch {
		case strings.HasSuffix(q.URL.Path, "/accounts"):
			return 200, `{"accounts":[]}`
		case strings.HasSuffix(q.URL.Path, "/card-accounts"):
			return 200, banktest.Read(t, "cards.json")
		case strings.HasSuffix(q.URL.Path, "/balances"):
			return 404, ``
		}
		return 200, `{"cardTransactions":{"booked":[{"bookingDate":"2026-11-20","transactionAmount":{"currency":"EUR","amount":"5"}}]}}`
	}})
	s := c.Session(t)
	s.Memo = &bank.Memo{}
	accounts, err := dialect.Accounts(t.Context(), s)
	if err != nil || len(accounts) != 2 || accounts[1].Err != nil {
		t.Fatalf("%+v, %v", accounts, err)
	}
	if got, err := banktest.Collect(t, dialect, s, accounts[0].Account, november); err != nil || len(got) != 1 || got[0].Amount.Minor != -500 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := banktest.Collect(t, dialect, s, accounts[1].Account, november); fault.Of(err).Reason != "bank.amount" {
		t.Errorf("a card that says nothing: %v", err)
	}
}

func TestPendingRowsOfOtherDaysAreNotOfTheWindow(t *testing.T) {
	body := func(day string) string {
		return `{"transactions":{"booked":[],"pending":[{` + day + `"transactionAmount":{"currency":"EUR","amount":"-1"}}]}}`
	}
	past := bank.Window{From: ledger.Day(2026, 10, 1), To: ledger.Day(2026, 10, 31)}
	for name, c := range map[string]struct {
		day  string
		w    bank.Window
		want int
	}{
		"in it": {`"valueDate":"2026-11-21",`, november, 1}, "before": {`"valueDate":"2026-10-21",`, november, 0}, "to be booked tomorrow": {`"valueDate":"2026-11-23",`, november, 1},
		"after a window of the past": {`"valueDate":"2026-11-23",`, past, 0}, "made in it, to be booked later": {`"transactionDate":"2026-11-21","bookingDate":"2026-12-24",`, november, 1},
		"made before, to be booked in it": {`"transactionDate":"2026-10-21","bookingDate":"2026-11-21",`, november, 0}, "without a day": {``, november, 1}, "without a day, in a window of the past": {``, past, 0},
	} {
		got, _, err := berlingroup.ReadRows(strings.NewReader(body(c.day)), false, "EUR", c.w, today)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %d rows, %v", name, len(got), err)
		}
	}
}

func TestRefusalsSayWhatThePersonCanDo(t *testing.T) {
	cases := banktest.Statuses()
	maps.Copy(cases, map[string]banktest.Refusal{
		"the consent ran out":           {Status: 401, Body: said("CONSENT_EXPIRED"), Kind: fault.LoginNeeded},
		"the consent is not good":       {Status: 401, Body: said("CONSENT_INVALID"), Kind: fault.LoginNeeded},
		"the consent is not known":      {Status: 403, Body: said("CONSENT_UNKNOWN"), Kind: fault.LoginNeeded},
		"the token ran out":             {Status: 401, Body: said("TOKEN_EXPIRED"), Kind: fault.LoginNeeded},
		"the certificate ran out":       {Status: 401, Body: said("CERTIFICATE_EXPIRED"), Kind: fault.BankUnexpected},
		"requests must be signed":       {Status: 401, Body: said("SIGNATURE_MISSING"), Kind: fault.BankUnexpected},
		"the account is not known":      {Status: 400, Body: said("RESOURCE_UNKNOWN"), Kind: fault.NotFound, Is: bank.ErrAccountGone},
		"the dates lie too far back":    {Status: 400, Body: said("PERIOD_INVALID"), Kind: fault.BankUnexpected, Is: bank.ErrTooFar},
		"dates, as RFC 7807 has it":     {Status: 400, Body: `{"type":"https://x","title":"4111-2222","code":"PERIOD_INVALID"}`, Kind: fault.BankUnexpected, Is: bank.ErrTooFar},
		"the bank says that it is down": {Status: 500, Body: said("INTERNAL_SERVER_ERROR"), Kind: fault.BankDown},
		"down, with another status":     {Status: 400, Body: said("SERVICE_UNAVAILABLE"), Kind: fault.BankDown},
		"no JSON to be had":             {Status: 406, Body: said("REQUESTED_FORMATS_INVALID"), Kind: fault.BankUnexpected},
		"a code that is new":            {Status: 409, Body: said("A_NEW_ONE"), Kind: fault.BankUnexpected},
	})
	banktest.Refusals(t, dialect, now, open, cases)
	for code, reason := range map[string]string{"CERTIFICATE_REVOKED": "wire.identity", "ROLE_INVALID": "wire.identity", "SIGNATURE_INVALID": "bank.signature", "REQUESTED_FORMATS_INVALID": "bank.format", "PERIOD_INVALID": "bank.dates"} {
		_, err := banktest.Collect(t, dialect, banktest.Always(t, 401, said(code), open).Session(t), eur, november)
		if f := fault.Of(err); f == nil || f.Reason != reason {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// TestReadsThatAreUsedUpWaitForTheNextDay, unless the bank says how long.
func TestReadsThatAreUsedUpWaitForTheNextDay(t *testing.T) {
	_, err := banktest.Collect(t, dialect, banktest.Always(t, 429, said("ACCESS_EXCEEDED"), open).Session(t), eur, november)
	if f := fault.Of(err); f == nil || f.Kind != fault.BankPaused || f.Args["until"] != "2026-11-23T00:00:00Z" {
		t.Errorf("got %v", err)
	}
}

func TestBodiesThatMakeNoSenseAreTheBanksFault(t *testing.T) {
	row := func(fields string) string {
		return `{"transactions":{"booked":[{"bookingDate":"2026-11-20",` + fields + `}]}}`
	}
	bodies := banktest.NotJSON()
	maps.Copy(bodies, map[string]banktest.Bad{
		"an exponent":              {Body: row(`"transactionAmount":{"currency":"EUR","amount":"1e3"}`), Reason: "bank.amount"},
		"a comma":                  {Body: row(`"transactionAmount":{"currency":"EUR","amount":"4111,50"}`), Reason: "bank.amount"},
		"more decimals":            {Body: row(`"transactionAmount":{"currency":"EUR","amount":"4111.505"}`), Reason: "bank.amount"},
		"null for an amount":       {Body: row(`"transactionAmount":{"currency":"EUR","amount":null}`), Reason: "bank.amount"},
		"an amount beyond 64 bits": {Body: row(`"transactionAmount":{"currency":"EUR","amount":"99999999999999999999"}`), Reason: "bank.amount"},
		"two signs":                {Body: row(`"transactionAmount":{"currency":"EUR","amount":"--4111"}`), Reason: "bank.amount"},
		"no amount":                {Body: row(`"transactionId":"1"`), Reason: "bank.currency"},
		"another currency":         {Body: row(`"transactionAmount":{"currency":"USD","amount":"4111"}`), Reason: "bank.currency"},
		"no date":                  {Body: `{"transactions":{"booked":[{"transactionAmount":{"currency":"EUR","amount":"1"}}]}}`, Reason: "bank.date"},
		"a date out of range":      {Body: `{"transactions":{"booked":[{"bookingDate":"1666-01-01","transactionAmount":{"currency":"EUR","amount":"1"}}]}}`, Reason: "bank.date"},
		"a date that is pending":   {Body: `{"transactions":{"booked":[],"pending":[{"valueDate":"soon","transactionAmount":{"currency":"EUR","amount":"1"}}]}}`, Reason: "bank.date"},
		"null for the list":        {Body: `{"transactions":{"booked":null}}`, Reason: "bank.json"},
		"no list":                  {Body: `{"transactions":{"_links":{"account":{"href":"x"}}}}`, Reason: "bank.json"},
		"an object for the list":   {Body: `{"transactions":{"booked":{}}}`, Reason: "bank.json"},
		"camt":                     {Body: "\xef\xbb\xbf <?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"/>", Reason: "bank.format"},
		"camt without a prologue":  {Body: "\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.02\"/>", Reason: "bank.format"},
		"MT940":                    {Body: ":20:STARTUMS\r\n:25:4111/2222\r\n", Reason: "bank.format"},
		"MT940 in its envelope":    {Body: "{1:F01BANKDEFFXXXX}{2:I940}", Reason: "bank.format"},
		"a file to download":       {Body: `{"_links":{"download":{"href":"/v1/accounts/1/transactions/download/4111"}}}`, Reason: "bank.format"},
	})
	banktest.Nonsense(t, func(body string) (int, error) {
		all, err := rows(body, false)
		return len(all), err
	}, bodies)
	of := func(balances string) func(string) (int, error) {
		return func(body string) (int, error) {
			all, err := berlingroup.ReadAccounts(strings.NewReader(body), strings.NewReader(balances), false)
			for _, a := range all {
				if err == nil {
					err = a.Err
				}
			}
			return len(all), err
		}
	}
	banktest.Nonsense(t, of(`{"balances":[]}`), map[string]banktest.Bad{
		"no id":                    {Body: `{"accounts":[{"iban":"4111","currency":"EUR"}]}`, Reason: "bank.account"},
		"an id like a card's":      {Body: `{"accounts":[{"resourceId":"card-accounts/4111","currency":"EUR"}]}`, Reason: "bank.account"},
		"no currency":              {Body: `{"accounts":[{"resourceId":"1"}]}`, Reason: "bank.currency"},
		"several, and none told":   {Body: `{"accounts":[{"resourceId":"1","currency":"XXX"}]}`, Reason: "bank.currency"},
		"a limit that is no sum":   {Body: `{"accounts":[{"resourceId":"1","currency":"EUR","creditLimit":{"currency":"EUR","amount":"4111,-"}}]}`, Reason: "bank.amount"},
		"no list":                  {Body: `{"account":[]}`, Reason: "bank.json"},
		"a balance of its letters": {Body: `{"accounts":[{"resourceId":"1","currency":"EUR","balances":[{"balanceType":"interimBooked","balanceAmount":{"currency":"EUR","amount":"4111 or so"}}]}]}`, Reason: "bank.amount"},
	})
	banktest.Nonsense(t, func(body string) (int, error) { return of(body)(`{"accounts":[{"resourceId":"1","currency":"EUR"}]}`) }, map[string]banktest.Bad{
		"no balances":                 {Body: `{"account":{}}`, Reason: "bank.json"},
		"a balance without currency":  {Body: `{"balances":[{"balanceType":"interimBooked","balanceAmount":{"amount":"4111"}}]}`, Reason: "bank.currency"},
		"a balance in another":        {Body: `{"balances":[{"balanceType":"interimBooked","balanceAmount":{"currency":"USD","amount":"4111"}}]}`, Reason: "bank.currency"},
		"a balance without an amount": {Body: `{"balances":[{"balanceType":"closingBooked","balanceAmount":{"currency":"EUR"}}]}`, Reason: "bank.amount"},
		"one that can be spent":       {Body: `{"balances":[{"balanceType":"expected","balanceAmount":{"currency":"EUR","amount":"4111;"}}]}`, Reason: "bank.amount"},
	})
}

func FuzzTransactions(f *testing.F) {
	f.Add(banktest.Read(f, "transactions.json"), false)
	f.Add(banktest.Read(f, "cardrows.json"), true)
	f.Fuzz(func(t *testing.T, body string, card bool) {
		fuzzed.Limit(t)
		all, err := rows(body, card)
		banktest.Sane(t, all, err, "EUR")
	})
}

func FuzzAccounts(f *testing.F) {
	f.Add(banktest.Read(f, "accounts.json"), part(f, "balances.json", "r/1"), false)
	f.Add(banktest.Read(f, "cards.json"), part(f, "balances.json", "c-2"), true)
	f.Fuzz(func(t *testing.T, list, balances string, cards bool) {
		fuzzed.Limit(t)
		all, err := berlingroup.ReadAccounts(strings.NewReader(list), strings.NewReader(balances), cards)
		banktest.SaneAccounts(t, all, err)
	})
}

func FuzzConsent(f *testing.F) {
	f.Add(`{"consentStatus":"received","consentId":"c-1","_links":{"scaRedirect":{"href":"https://bank.example/approve"},"startAuthorisation":{"href":"/x"}}}`)
	f.Add(`{"consentStatus":"valid","validUntil":"2027-05-20"}`)
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		for name, read := range map[string]func(io.Reader) error{
			"made": func(r io.Reader) error {
				_, err := berlingroup.ReadMade(r, "https://bank.example/psd2/v1/consents")
				return err
			},
			"status": func(r io.Reader) error { _, err := berlingroup.ReadStatus(r); return err },
			"end": func(r io.Reader) error {
				at, err := berlingroup.ReadEnd(r)
				if !at.IsZero() && at.Location() != time.UTC {
					t.Fatalf("ends %v", at)
				}
				return err
			},
		} {
			if err := read(strings.NewReader(body)); err != nil && fault.KindOf(err) != fault.BankUnexpected {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}
