package speed_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/berlingroup"
	"coffer/sync/bank/fdx"
	"coffer/sync/bank/monzo"
	"coffer/sync/bank/simplefin"
)

// whole is a dialect whose bank may tell all rows in one answer.
type whole struct {
	dialect      bank.Dialect
	account      string
	before, row  string // of the answer; of a row its number, its day and its amount in cents
	after        string
	made, posted string // how a day is written
}

const whenMade = "2006-01-02T15:04:05Z"

func wholes() map[string]whole {
	return map[string]whole{
		"fdx": {
			fdx.Bank{Now: now}, "0", `{"page":{},"transactions":[`,
			`{"transactionId":"2026%09d","accountId":"0","status":"POSTED","debitCreditMemo":"DEBIT","amount":%[3]d,"postedTimestamp":"%[2]s",` +
				`"transactionTimestamp":"%[2]s","payee":"Merchant of the town","description":"CARD PAYMENT MERCHANT BERLIN","merchantCategoryCode":"5411"}`,
			`]}`, whenMade, "",
		},
		"monzo": {
			monzo.Bank{Now: now}, "acc", `{"transactions":[`,
			`{"id":"tx_0000%012d","account_id":"acc","created":"%[2]s","settled":"%[2]s","amount":-%[3]d,"currency":"USD","local_amount":-%[3]d,` +
				`"local_currency":"USD","description":"MERCHANT BERLIN DEU","merchant":{"id":"merch_1","name":"Merchant","category":"groceries",` +
				`"address":{"city":"Berlin","country":"DEU","postcode":"10115"}},"notes":"","category":"groceries","scheme":"mastercard",` +
				`"metadata":{"mcc":"5411","tokenised":"true"},"is_load":false,"labels":null}`,
			`]}`, whenMade, "",
		},
		"simplefin": {
			simplefin.Bank{Now: now}, "CON-1/A", `{"errlist":[],"connections":[{"conn_id":"CON-1","name":"Speed"}],"accounts":[{"id":"A","conn_id":"CON-1",` +
				`"name":"Account","currency":"USD","balance":"1.00","balance-date":1780000000,"transactions":[`,
			`{"id":"TRN-%09d","posted":%[2]s,"transacted_at":%[2]s,"amount":"-%[3]d","description":"CARD PAYMENT MERCHANT BERLIN","payee":"Merchant","memo":""}`,
			`]}]}`, "", "seconds",
		},
		"berlingroup": {
			berlingroup.Bank{Now: now}, "A", `{"account":{"iban":"DE00"},"transactions":{"booked":[`,
			`{"transactionId":"2026%09d","bookingDate":"%[2]s","valueDate":"%[2]s","transactionAmount":{"amount":"-%[3]d.00","currency":"USD"},` +
				`"creditorName":"Merchant of the town","creditorAccount":{"iban":"DE89370400440532013000"},` +
				`"remittanceInformationUnstructured":"CARD PAYMENT MERCHANT BERLIN","proprietaryBankTransactionCode":"POS","endToEndId":"NOTPROVIDED"}`,
			`]}}`, "2006-01-02", "",
		},
	}
}

// asked is a day of a query, under one of the names that dialects have for it.
func asked(r *http.Request, untold ledger.Date, names ...string) ledger.Date {
	for _, name := range names {
		text := r.URL.Query().Get(name)
		if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
			return ledger.DateOf(time.Unix(seconds, 0).UTC())
		}
		if day, err := ledger.ParseDate(text[:min(len(text), 10)]); err == nil {
			return day
		}
	}
	return untold
}

// serve answers everything with those of n rows of the last sixty days that are of the days that were asked for.
func (w whole) serve(n int) http.Handler {
	return http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		first := asked(r, today-59, "startDate", "since", "dateFrom", "start-date")
		last := asked(r, today, "endDate", "before", "dateTo", "end-date")
		to.Header().Set("Content-Type", "application/json")
		out := bufio.NewWriterSize(to, 1<<16)
		defer out.Flush()
		_, _ = out.WriteString(w.before)
		comma := ""
		for i := range n {
			date := today.AddDays(-59 + i*60/n)
			if date < first || date > last {
				continue
			}
			day := date.Time().Add(12 * time.Hour)
			text := day.Format(w.made)
			if w.posted != "" {
				text = fmt.Sprint(day.Unix())
			}
			fmt.Fprintf(out, comma+w.row, i, text, 1+i%9000)
			comma = ","
		}
		_, _ = out.WriteString(w.after)
	})
}

// read counts the rows of some days as engine reads them: an answer that is too long is cut in half.
func (w whole) read(ctx context.Context, s bank.Session, from, to ledger.Date) (rows int, err error) {
	window := bank.Window{From: from, To: to, Most: 5000}
	if to-from <= 1 {
		window.Most = 0
	}
	for page, err := range w.dialect.Transactions(ctx, s, ledger.Account{BankID: w.account, Currency: "USD"}, window) {
		if errors.Is(err, bank.ErrTooMany) {
			middle := from + (to-from)/2
			early, err := w.read(ctx, s, from, middle)
			if err != nil {
				return 0, err
			}
			late, err := w.read(ctx, s, middle+1, to)
			return early + late, err
		}
		if err != nil {
			return 0, err
		}
		if rows += len(page.Rows); page.Next != "" {
			break // of a bank that would go on
		}
	}
	return rows, nil
}

// readWhole is a child that reads one answer.
func (j job) readWhole() error {
	ctx := context.Background()
	b, err := open(ctx, j)
	if err != nil {
		return err
	}
	w := wholes()[j.Dialect]
	s := bank.Session{Line: b.line, Base: j.URL, Token: secret.New("user:password"), Memo: new(bank.Memo)}
	var c cost
	begun := cpu()
	if c.Added, err = w.read(ctx, s, today-59, today); err != nil {
		return err
	}
	c.CPU, c.MiB = cpu()-begun, peak()
	if err := b.close(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(c)
}

// BenchmarkAnswerOf100k is an answer of 100,000 rows, through each dialect that may get one, as engine asks: processor seconds and
// memory.
func BenchmarkAnswerOf100k(b *testing.B) {
	const rows = 100_000
	for _, name := range strings.Fields("fdx monzo simplefin berlingroup") {
		b.Run(name, func(b *testing.B) {
			cmd, in, out := start(b, job{What: "whole bank", Dialect: name, Rows: rows})
			b.Cleanup(func() {
				_ = in.Close()
				_ = cmd.Wait()
			})
			url, err := out.ReadString('\n')
			ok(b, err)
			var sum all
			for range b.N {
				dir, recovery := aVault(b, 1)
				c := measure(b, job{What: "whole", Dialect: name, Dir: dir, URL: strings.TrimSpace(url)}, recovery)
				if c.Added != rows {
					b.Fatalf("%d rows came, want %d", c.Added, rows)
				}
				sum.add(c)
			}
			b.ReportMetric(sum.CPU/float64(b.N), "cpu-s/op")
			b.ReportMetric(sum.MiB, "peak-MiB")
		})
	}
}
