package fdx_test

import (
	"fmt"
	"strings"
	"testing"

	"coffer/sync/bank/fdx"
)

func BenchmarkAPageOf500Transactions(b *testing.B) {
	var rows []string
	for i := range 500 {
		rows = append(rows, fmt.Sprintf(`{"transactionId":"t-%d","accountCategory":"DEPOSIT_ACCOUNT","status":"POSTED","debitCreditMemo":"DEBIT",`+
			`"amount":%d.%02d,"postedTimestamp":"2026-11-19T00:00:00.000Z","transactionTimestamp":"2026-11-18T22:11:05.250Z",`+
			`"description":"HARBOUR BAKERY #%d","payee":"Harbour Bakery","category":"Eating out","cardNumberDisplay":"****4417"}`, i, i, i%100, i))
	}
	body := `{"page":{"nextPageKey":"k"},"transactions":[` + strings.Join(rows, ",") + `]}`
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if all, _, err := fdx.ReadRows(strings.NewReader(body), "USD"); err != nil || len(all) != 500 {
			b.Fatal(len(all), err)
		}
	}
}
