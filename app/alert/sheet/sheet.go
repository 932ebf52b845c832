// Package sheet reads rows for the alert model out of a CSV file, a row at a time, so that the model can be measured on
// files of labelled histories: id, customer, account, time, amount, currency, merchant, category, city, country, lat, lon,
// channel. Labels are columns of their own, and read only by who asks for them.
package sheet

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"coffer/app/alert/model"
	"coffer/app/ledger"
	"coffer/app/money"
)

// Line is one row of a file. Its texts are its own.
type Line struct {
	ID       string
	Customer string
	Row      model.Row // At is local wall clock, read as UTC
	Merchant string    // as it is written
	Fraud    bool      // the label
	Scenario string    // of the label
}

// Reader reads a file row by row.
type Reader struct {
	csv     *csv.Reader
	line    int
	columns [columnCount]int  // where each stands; -1: nowhere
	words   map[string]string // texts that rows share
	names   map[string]string // and merchants, by how they were written
}

const (
	colID = iota
	colCustomer
	colAccount
	colTime
	colAmount
	colCurrency
	colMerchant
	colCategory
	colCountry
	colChannel
	colFraud
	colScenario
	columnCount
)

var columnNames = [columnCount]string{
	"id", "customer", "account", "time", "amount", "currency", "merchant", "category", "country", "channel", "is_fraud", "scenario",
}

const needed = colCurrency // columns before it must be there

// NewReader reads the header. A gzip file is unpacked as it is read.
func NewReader(in io.Reader) (*Reader, error) {
	buffered := bufio.NewReaderSize(in, 1<<16)
	var plain io.Reader = buffered
	if start, err := buffered.Peek(2); err == nil && start[0] == 0x1f && start[1] == 0x8b {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("unpack the file: %w", err)
		}
		plain = unpacked
	}
	r := &Reader{csv: csv.NewReader(plain), line: 1, words: make(map[string]string), names: make(map[string]string)}
	r.csv.ReuseRecord = true
	header, err := r.csv.Read()
	if err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	for c, name := range columnNames {
		r.columns[c] = -1
		for i, field := range header {
			if strings.TrimPrefix(strings.TrimSpace(field), "\ufeff") == name {
				r.columns[c] = i
			}
		}
		if c < needed && r.columns[c] < 0 {
			return nil, fmt.Errorf("the header has no column %q", name)
		}
	}
	return r, nil
}

// Next returns the next row, or io.EOF.
func (r *Reader) Next() (Line, error) {
	record, err := r.csv.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return Line{}, io.EOF
		}
		return Line{}, fmt.Errorf("read the file: %w", err)
	}
	r.line++
	field := func(c int) string {
		if at := r.columns[c]; at >= 0 {
			return record[at]
		}
		return ""
	}
	out := Line{ID: strings.Clone(field(colID)), Customer: r.word(field(colCustomer)), Scenario: r.word(field(colScenario))}
	out.Fraud = field(colFraud) == "1"
	row := &out.Row
	if row.At, row.Timed, err = instant(field(colTime)); err != nil {
		return Line{}, fmt.Errorf("line %d: %w", r.line, err)
	}
	row.Account, row.Currency = r.word(field(colAccount)), r.word(field(colCurrency))
	out.Merchant = r.word(field(colMerchant))
	row.Merchant = r.name(out.Merchant)
	row.Country = r.word(field(colCountry))
	row.Category, row.Channel = kindOf(field(colCategory))
	row.Category = r.word(row.Category)
	if told := channelOf(field(colChannel)); told != ledger.UnknownChannel {
		row.Channel = int(told)
	}
	amount, err := money.Parse(field(colAmount), row.Currency)
	if err != nil {
		return Line{}, fmt.Errorf("line %d: %w", r.line, err)
	}
	row.Credit, row.Exponent = amount.Minor < 0, money.Exponent(row.Currency)
	if amount, err = amount.Abs(); err != nil {
		return Line{}, fmt.Errorf("line %d: %w", r.line, err)
	}
	row.Size = amount.Minor
	return out, nil
}

// manyWords is how many texts are kept to be shared by rows.
const manyWords = 1 << 16

// word returns a text that outlives the record, shared with earlier rows that say the same.
func (r *Reader) word(text string) string {
	if shared, ok := r.words[text]; ok {
		return shared
	}
	text = strings.Clone(text)
	if len(r.words) < manyWords {
		r.words[text] = text
	}
	return text
}

// name returns a merchant's normal text.
func (r *Reader) name(text string) string {
	if name, ok := r.names[text]; ok {
		return name
	}
	name := strings.Clone(ledger.NormalText(text))
	if len(r.names) < manyWords {
		r.names[strings.Clone(text)] = name
	}
	return name
}

var errTime = errors.New("a time is written 2006-01-02T15:04:05 or 2006-01-02")

// instant reads 2006-01-02T15:04:05, with or without a Z, or 2006-01-02.
func instant(text string) (at time.Time, timed bool, err error) {
	text = strings.TrimSuffix(text, "Z")
	timed = len(text) == len("2006-01-02T15:04:05")
	if !timed && len(text) != len(time.DateOnly) {
		return at, false, errTime
	}
	var n [6]int
	for i, place := range [...]struct{ from, to int }{{0, 4}, {5, 7}, {8, 10}, {11, 13}, {14, 16}, {17, 19}} {
		if place.to > len(text) {
			break
		}
		for _, digit := range []byte(text[place.from:place.to]) {
			if digit < '0' || digit > '9' {
				return at, false, errTime
			}
			n[i] = n[i]*10 + int(digit-'0')
		}
	}
	if text[4] != '-' || text[7] != '-' || timed && (text[10] != 'T' && text[10] != ' ' || text[13] != ':' || text[16] != ':') {
		return at, false, errTime
	}
	at = time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
	if at.Day() != n[2] || int(at.Month()) != n[1] || n[3] > 23 || n[4] > 59 || n[5] > 59 {
		return at, false, errTime // no such day, or hour
	}
	return at, timed, nil
}

// kinds are other files' words for Coffer's categories.
var kinds = map[string]string{
	"grocery": "groceries", "gas_transport": "car", "food_dining": "eating-out", "personal_care": "personal-care",
	"health_fitness": "health", "kids_pets": "family", "home": "household", "entertainment": "leisure",
}

// kindOf reads a category. An ending says how it was bought: over the net, or at a point of sale.
func kindOf(text string) (category string, channel int) {
	if bare, online := strings.CutSuffix(text, "_net"); online {
		text, channel = bare, int(ledger.Online)
	} else if bare, there := strings.CutSuffix(text, "_pos"); there {
		text, channel = bare, int(ledger.CardPresent)
	}
	if ours, known := kinds[text]; known {
		text = ours
	}
	return text, channel
}

func channelOf(text string) ledger.Channel {
	switch text {
	case "pos", "card", "card-present", "card_present", "chip", "contactless":
		return ledger.CardPresent
	case "online", "net", "ecommerce":
		return ledger.Online
	case "atm", "cash":
		return ledger.CashMachine
	case "transfer", "payment":
		return ledger.PaymentOut
	case "debit", "direct-debit", "direct_debit":
		return ledger.DirectDebit
	case "cheque", "check":
		return ledger.ChequePaid
	case "":
		return ledger.UnknownChannel
	}
	return ledger.OtherChannel
}
